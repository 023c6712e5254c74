"""게시본의 파일에 붙은 또 하나의 주소: 지금 판(/data/latest/…)과 열린데이터광장의 물음(/openapi/…/). 파일을 만들지는 않는다."""

import mimetypes
import re
from pathlib import Path

from flask import Flask, abort, redirect
from flask.typing import ResponseReturnValue

from app.public.dataset import data_headers
from build.data.files import names
from build.data.shelf import Shelf

ASKED = re.compile(r"(?P<path>/openapi/(?P<form>json|xml)/[^?#]+?)/?")
"""그쪽에 묻던 길. 미리 만들어 둔 답은 `…/1/1000/`이 아니라 `…/1/1000.json`에 있다."""

for suffix, mimetype in {
    ".jsonl": "application/x-ndjson",
    ".jsonld": "application/ld+json",
    ".parquet": "application/vnd.apache.parquet",
    ".sqlite": "application/vnd.sqlite3",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}.items():
    mimetypes.add_type(mimetype, suffix)  # what /etc/mime.types says differs from machine to machine


def stored_path(path: str) -> str:
    """파일이 놓인 길. 열린데이터광장의 물음이 아니면 그대로다."""
    found = ASKED.fullmatch(path)
    if not found or found["path"].endswith((".json", ".xml")):
        return path
    return f"{found['path']}.{found['form']}"


def serve_latest(app: Flask, shelf: Shelf) -> None:
    """`/data/latest/faq.csv`를 지금 판의 그 파일로, `/data/latest/`를 판을 소개하는 쪽으로 보낸다(302: 다음에는 다른 판일 수 있다) (PUBLISHING 1.6)."""

    @app.get("/data/latest/")
    def introduced() -> ResponseReturnValue:
        return redirect("/data", code=302)

    @app.get("/data/latest/<name>")
    def latest(name: str) -> ResponseReturnValue:
        edition: Path | None = shelf.latest
        if edition is None or name not in set(names()):
            abort(404)
        answer = redirect(f"/data/{edition.name}/{name}", code=302)
        answer.headers.update({**data_headers(f"/data/latest/{name}"), "Cache-Control": "public, max-age=300"})
        return answer  # a script of another site may read the file only if every hop lets it
