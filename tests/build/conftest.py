"""게시 시험의 무대: 안내 몇 개를 보이는 아주 작은 공개 앱과, 그것이 게시되는 폴더."""

import hashlib
import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Flask, Response, abort

from build import Pages, Published, publish_pages

ROOT = Path(__file__).parents[2]
PAGE = """<!doctype html>
<html lang="ko"><head><meta charset="utf-8"><title>{title}</title><link rel="stylesheet" href="/static/site.css"></head>
<body><a href="/">처음</a><form action="/search"><input name="q"></form>{body}</body></html>
"""


@dataclass
class SmallSite:
    """안내(번호 → 제목, 본문)를 바꾸고 다시 게시해 보는 누리집. `look`은 보기가 불릴 때마다 번호를 받는다."""

    site: Path
    static: Path
    entries: dict[str, tuple[str, str]] = field(default_factory=dict)
    look: Callable[[str], object] = lambda id: None
    extra: dict[str, str] = field(default_factory=dict)
    routes: Callable[[Blueprint], object] = lambda bp: None

    def app(self) -> Flask:
        app = Flask("small", static_folder=str(self.static), static_url_path="/static")
        bp = Blueprint("public", "small")
        entries = dict(self.entries)

        @bp.get("/")
        def home() -> str:
            links = "".join(f'<a href="/faq/{id}">{title}</a>' for id, (title, _) in entries.items())
            return PAGE.format(title="처음", body=links)

        @bp.get("/faq/<id>")
        def entry(id: str) -> str:
            self.look(id)
            if id not in entries:
                abort(404)
            title, body = entries[id]
            return PAGE.format(title=title, body=f'<h1>{title}</h1>{body}<a href="/correct/{id}?v=1">오류 신고</a>')

        @bp.get("/404.html")
        def missing() -> str:
            return PAGE.format(title="없는 주소", body="<p>찾는 안내가 없습니다.</p>")

        @bp.get("/robots.txt")
        def robots() -> Response:
            return Response("User-agent: *\nAllow: /\n", mimetype="text/plain")

        @bp.get("/sitemap.xml")
        def sitemap() -> Response:
            return Response(f"<urlset>{''.join(entries)}</urlset>", mimetype="application/xml")

        self.routes(bp)
        app.register_blueprint(bp)
        return app

    def gather(self) -> Pages:
        every = _key(*self.entries, *(title for title, _ in self.entries.values()))
        keys = {"/": every, "/404.html": "1", "/robots.txt": "1", "/sitemap.xml": every}
        keys |= {f"/faq/{id}": _key(*text) for id, text in self.entries.items()}
        keys |= {f"/static/{file.name}": _key(file.read_text("utf-8")) for file in self.static.iterdir()}
        return Pages(self.app(), keys | self.extra)

    def publish(self, **settings: Any) -> Published:
        return publish_pages(self.gather, site=self.site, **settings)

    def read(self, name: str) -> str:
        return (self.site / "current" / name).read_text("utf-8")

    def tree(self) -> dict[str, bytes]:
        return tree(self.site / "current")

    def releases(self) -> list[str]:
        return sorted(folder.name for folder in (self.site / "releases").iterdir())


def _key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def tree(folder: Path) -> dict[str, bytes]:
    """폴더 안 모든 게시 파일의 바이트(목록 파일은 빼고)."""
    files = (Path(where, name) for where, _, names in os.walk(folder) for name in names)
    return {str(file.relative_to(folder)): file.read_bytes() for file in files if not file.name.startswith(".")}


@pytest.fixture
def 누리집(tmp_path: Path) -> SmallSite:
    static = tmp_path / "static"
    static.mkdir()
    (static / "site.css").write_text("body { color: black }", "utf-8")
    entries = {
        "c1": ("여권을 잃어버렸어요.", "<p>구청에 신고합니다.</p>"),
        "c2": ("여권 수수료는 얼마인가요?", '<p>5만 3천 원입니다.</p><a href="/faq/c1">분실</a>'),
        "k3": ("대형 폐기물은 어떻게 버리나요?", "<p>구청에 신고하고 내놓습니다.</p>"),
    }
    return SmallSite(site=tmp_path / "instance" / "site", static=static, entries=entries)


@pytest.fixture
def 파일들() -> Callable[[Path], dict[str, bytes]]:
    return tree


@pytest.fixture
def 내용(tmp_path: Path) -> Path:
    """content/에서 주제마다 안내 셋씩. 뽑지 않은 안내를 가리키는 링크는 글만 남긴다."""
    folder = tmp_path / "content"
    folder.mkdir()
    shutil.copy(ROOT / "content" / "topics.yml", folder)
    for topic in sorted((ROOT / "content" / "entries").iterdir()):
        (folder / "entries" / topic.name).mkdir(parents=True)
        for file in sorted(topic.glob("*.md"))[:3]:
            text = re.sub(r"\[([^\]]*)\]\(/[^)]*\)", r"\1", file.read_text("utf-8"))
            (folder / "entries" / topic.name / file.name).write_text(text, "utf-8")
    return folder
