"""게시본을 내보낸다: nginx가 앞에 없을 때 site/current의 파일을 그 주소로 보인다. 쪽을 만들지는 않는다."""

from pathlib import Path

from flask import Flask, Response, request, send_file

from build import file_for

FRESH = "no-cache"
"""늘 새것인지 묻게 한다(ETag로 304). 고친 안내가 바로 보여야 하고, 오래 두는 규칙은 deploy의 웹 서버가 정한다."""


def serve_released(app: Flask, site: Path) -> None:
    """게시본에 있는 주소는 그 파일로 답하게 한다. 없는 주소는 앱의 화면이 답한다."""

    @app.before_request
    def released() -> Response | None:
        if request.method not in ("GET", "HEAD"):
            return None
        file = file_for(site, request.path)
        if file is None or file.name == "404.html":
            return None
        mimetype = "text/html" if file.suffix == ".html" else None
        stat = file.stat()
        etag = f"{stat.st_mtime_ns:x}-{stat.st_size:x}"  # the same file keeps it in every release that links it
        response = send_file(file, mimetype=mimetype, conditional=True, etag=etag)
        response.headers["Cache-Control"] = FRESH
        return response
