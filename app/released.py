"""게시본을 내보낸다: nginx가 앞에 없을 때 site/current의 파일을 그 주소로 보인다. 쪽을 만들지는 않는다."""

from collections.abc import Mapping
from pathlib import Path

from flask import Flask, Response, redirect, request, send_file
from werkzeug.wrappers import Response as BaseResponse

from app.data_addresses import stored_path
from app.public import SiteSettings, twin_headers
from app.public.dataset import data_headers
from build import LIVE, file_for

FRESH = "no-cache"
"""늘 새것인지 묻게 한다(ETag로 304). 고친 안내가 바로 보여야 하고, 오래 두는 규칙은 deploy의 웹 서버가 정한다."""

GONE = "/gone/"

ALWAYS_LIVE = tuple(f"{prefix}/" for prefix in LIVE)
"""게시본에 같은 주소의 파일이 있어도 앱이 답하는 곳: 서버 없이 찾는 쪽(`/search/`, build.offline)은 서버가 없을 때만 쓴다."""


def serve_released(app: Flask, site: Path, settings: SiteSettings) -> None:
    """게시본에 있는 주소는 그 파일로, 옮기거나 내린 주소는 게시본의 표(moved.txt)대로 답하게 한다. 없는 주소는 앱의 화면이 답한다."""
    moved = MovedAddresses(site)

    @app.before_request
    def released() -> BaseResponse | None:
        if request.method not in ("GET", "HEAD"):
            return None
        path = moved().get(request.path, request.path)
        if path != request.path and not path.startswith(GONE):
            return redirect(path, code=301)
        file = file_for(site, stored_path(path))
        if file is None or file.name == "404.html" or f"{path}/".startswith(ALWAYS_LIVE):
            return None
        response = _sent(file)
        response.headers.update({**twin_headers(path, settings), **data_headers(path)})
        if path.startswith(GONE):
            response.status_code = 410
        return response


class MovedAddresses:
    """지금 게시본의 moved.txt: 옛 주소에서 새 주소로. 게시본이 바뀌면 다시 읽는다."""

    def __init__(self, site: Path) -> None:
        self._site = site
        self._read: tuple[tuple[int, int, int], Mapping[str, str]] = ((0, 0, 0), {})

    def __call__(self) -> Mapping[str, str]:
        file = file_for(self._site, "/moved.txt")
        if file is None:
            return {}
        stat = file.stat()
        stamp = (stat.st_ino, stat.st_mtime_ns, stat.st_size)
        if self._read[0] != stamp:
            lines = map(str.split, file.read_text("utf-8").splitlines())
            self._read = (stamp, {old: new.removesuffix(";") for old, new in lines})
        return self._read[1]


def _sent(file: Path) -> Response:
    mimetype = {".html": "text/html", ".gz": "application/gzip", "": "text/plain"}.get(file.suffix)
    stat = file.stat()
    etag = f"{stat.st_mtime_ns:x}-{stat.st_size:x}"  # the same file keeps it in every release that links it
    response = send_file(file, mimetype=mimetype, conditional=True, etag=etag)
    response.headers["Cache-Control"] = FRESH
    return response
