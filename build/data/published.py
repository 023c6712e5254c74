"""내려받을 자료의 판들과 열린데이터광장 모양의 파일을 게시본에 덧붙인다. 판을 언제 만드는지는 모른다.

둘 다 둔 판이 바뀔 때만 다시 쓴다. 판은 하루에 한 번 만들므로, 글 하나를 고칠 때마다 큰 파일을 쓰지 않는다.
"""

import csv
import json
import os
import shutil
from functools import cache
from hashlib import sha256
from pathlib import Path

from app.public.pages import made_by
from build.artefacts import Artefact
from build.data import files
from build.data.shelf import Shelf
from build.feeds import city_api
from build.feeds.city_api import Form

FORMS: tuple[Form, ...] = ("json", "xml")


def data(shelf: Shelf) -> tuple[Artefact, ...]:
    """게시본에 덧붙일 것. 둘 다 /data의 쪽이 가리키므로 쪽과 함께 보인다."""
    return (
        Artefact("data", lambda _: shelf_key(shelf), lambda folder, _: link_editions(folder, shelf)),
        Artefact("openapi", lambda _: openapi_key(shelf), lambda folder, _: write_openapi(folder, shelf)),
    )


def shelf_key(shelf: Shelf) -> str:
    """둔 판들의 이름."""
    return " ".join(folder.name for folder in shelf.editions())


def link_editions(folder: Path, shelf: Shelf) -> None:
    """판마다 `data/<판>/`에. 한 파일을 나누어 쓰므로(하드링크) 자리를 더 쓰지 않고, 고친 때(ETag)도 그대로다."""
    for edition in shelf.editions():
        target = folder / "data" / edition.name
        target.mkdir(parents=True)
        for file in edition.iterdir():
            _link(file, target / file.name)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except OSError:  # another file system
        shutil.copy2(source, target)


def openapi_key(shelf: Shelf) -> str:
    """판이 없으면 빈 글: 아무것도 쓰지 않는다."""
    return f"{shelf.latest.name} {_code()}" if shelf.latest else ""


def write_openapi(folder: Path, shelf: Shelf) -> None:
    """목록의 창과 주제는 JSON과 XML로, 안내 하나씩은 JSON으로. `/openapi/json/…/1/1000/`의 답은 `…/1/1000.json`에 있다."""
    if shelf.latest is None:
        return
    with (shelf.latest / files.JSONL.name).open(encoding="utf-8", newline="\n") as file:
        entries = [json.loads(line) for line in file]
    for place, shown in city_api.windows(entries):
        for form in FORMS:
            _put(folder, form, place, city_api.list_answer(shown, form, total=len(entries)))
    topics = _topics(shelf.latest)
    for form in FORMS:
        _put(folder, form, f"{city_api.CLASSES}/1/{city_api.WINDOW}", city_api.class_answer(topics, form))
    for entry in entries:
        _put(folder, "json", city_api.detail_place(entry), city_api.detail_answer(entry, "json"))


def _topics(edition: Path) -> list[dict[str, str]]:
    with (edition / files.TOPICS.name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _put(folder: Path, form: Form, place: str, content: bytes) -> None:
    file = folder / "openapi" / form / f"{place}.{form}"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


@cache
def _code() -> str:
    """답을 쓰는 코드의 판."""
    return sha256(Path(city_api.__file__).read_bytes() + made_by().encode()).hexdigest()[:12]
