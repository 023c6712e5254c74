"""공개 쪽의 주소와 보기. 데이터베이스도 로그인도 없고, 쪽의 재료(pages)만 템플릿에 넘긴다."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from flask import Blueprint, Response, abort, current_app, make_response, redirect, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.public import pages, structured
from app.public.pages import EntryPage, Page
from app.public.site import Site
from kb import render

bp = Blueprint("public", __name__)

EXTENSION = "open120.public"
"""app.extensions에서 지금의 Site를 주는 함수의 이름."""


class Answer(NamedTuple):
    """본문을 첫 문단과 나머지로 나눈 것과, 눈에 보이는 글."""

    lead: Markup
    rest: Markup
    text: str


def current_site() -> Site:
    """지금 보일 내용."""
    source: Callable[[], Site] = current_app.extensions[EXTENSION]
    return source()


@bp.get("/")
def home() -> ResponseReturnValue:
    """첫 화면."""
    return show(pages.home_page(current_site()))


@bp.get("/faq/<id>")
def entry(id: str) -> ResponseReturnValue:
    """안내 하나. 내린 안내는 옮긴 곳으로 보내거나(301) 없어졌다고 알린다(410). 초안은 없는 것과 같다."""
    site = current_site()
    if id in site.entries:
        return show(pages.entry_page(site, site.entries[id]))
    if id not in site.retired:
        abort(404)
    old = site.retired[id]
    if old.redirect_to in site.entries:
        return redirect(pages.entry_path(old.redirect_to), code=301)
    return show(pages.gone_page(site, old), status=410)


@bp.get("/topic/<id>", defaults={"page": 1})
@bp.get("/topic/<id>/<int:page>")
def topic(id: str, page: int) -> ResponseReturnValue:
    """주제의 안내 목록 한 쪽. `/1`은 번호 없는 주소로 보낸다(Flask가 308로)."""
    return show(pages.topic_page(current_site(), id, page))


@bp.get("/about")
def about() -> ResponseReturnValue:
    """이 누리집이 무엇인지."""
    return show(pages.about_page(current_site()))


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """로봇에게: 다 읽어도 된다."""
    return show(pages.robots_file(current_site()))


@bp.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """모든 쪽의 목록."""
    return show(pages.sitemap_file(current_site()))


@bp.get("/404.html")
def missing() -> ResponseReturnValue:
    """없는 주소에 웹서버가 보일 쪽."""
    return show(pages.missing_page(current_site()))


def not_found(_: Exception) -> Response:
    """없는 주소: 같은 쪽을 404로."""
    return show(pages.missing_page(current_site()), status=404)


def show(page: Page | None, *, status: int = 200) -> Response:
    """쪽의 재료를 템플릿으로 그린다. 재료가 없으면 404."""
    if page is None:
        abort(404)
    response = make_response(render_template(page.template, page=page), status)
    response.mimetype = page.mimetype
    return response


def answer(page: EntryPage) -> Answer:
    """템플릿 필터: 안내의 답."""
    return answer_of(page.entry.body, page.moved)


@lru_cache(maxsize=4096)
def answer_of(body: str, moved: tuple[tuple[str, str], ...] = ()) -> Answer:
    """본문의 HTML. 같은 글은 한 번만 그린다. 내린 안내를 가리키던 링크는 옮긴 곳으로, 옮긴 곳이 없으면 글만 남는다."""
    html = render.render(body)
    for id, path in moved:
        html = re.sub(
            rf'<a href="/faq/{id}(?:#[^"]*)?">(.*?)</a>', rf'<a href="{path}">\1</a>' if path else r"\1", html
        )
    end = html.find("</p>") + len("</p>") if html.startswith("<p>") else 0
    return Answer(Markup(html[:end]), Markup(html[end:].strip()), render.plain(html))  # noqa: S704 - render's own output


def linked(text: str, phone: bool = False) -> Markup:
    """템플릿 필터: 주소와 전화번호가 링크인 글."""
    return Markup(render.linked(text, phone=phone))  # noqa: S704 - linked escapes everything else


FILTERS = {
    "answer": answer,
    "linked": linked,
    "safe_href": render.safe_href,
    "entry_graph": structured.entry_graph,
    "entry_trail": structured.entry_trail,
    "home_graph": structured.home_graph,
    "topic_graph": structured.topic_graph,
    "topic_trail": structured.topic_trail,
}
