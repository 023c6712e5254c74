"""공개 쪽의 주소와 보기. 데이터베이스도 로그인도 없고, 쪽의 재료(pages)만 템플릿에 넘긴다."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import quote

from flask import Blueprint, Response, abort, current_app, make_response, redirect, request
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from app.public import hubs, pages, structured
from app.public.material import Page, TextFile
from app.public.pages import EntryPage
from app.public.site import Site
from kb import render, rendered
from kb.entry import ID
from kb.rendered import Rendered

bp = Blueprint("public", __name__)

HEADING = re.compile(r"<h(?P<level>[23])[^>]*>(?P<text>.*?)</h(?P=level)>")
HANGUL = re.compile(r"[가-힣]+")
BRACKETED = re.compile(r"\([^()]*\)")
ADDRESSES = frozenset(["주소", "도로명주소", "찾아갈 주소"])

WORDED = re.compile(rf"(?P<id>{ID.pattern})-.*")
"""번호 뒤에 사람이 읽을 말을 붙인 주소."""

EXTENSION = "open120.public"
"""app.extensions에서 지금의 Site를 주는 함수의 이름."""

TEXT_AT = "open120.text_at"
"""app.extensions에서 쪽의 형식과 글을 바로 주는 함수(`text_at`)의 이름."""

REPEATED = 4096
"""여러 쪽에 되풀이되는 짧은 글(전화, 날짜, 절의 제목)을 기억해 둘 수."""

ENTRY_LINK = re.compile(r'<a href="/faq/(?P<id>[cdsfkp]\d{1,9})(?:#[^"]*)?">(?P<text>.*?)</a>')


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
    """안내 하나와 그 쌍둥이. 내린 안내는 옮긴 곳으로 보내거나(301) 없어졌다고 알린다(410). 초안은 없는 것과 같다.

    번호 뒤에 말을 붙인 주소(`/faq/k1-여권-재발급`)는 번호만의 주소로 보낸다(301) (PUBLISHING 3).
    """
    worded = WORDED.fullmatch(id)
    site, path = current_site(), pages.entry_path(worded["id"] if worded else id)
    moved = pages.moved_to(site, path) or (path if worded and pages.page_at(site, path) else "")
    if moved.startswith("/gone/"):
        return show(pages.page_at(site, moved), status=410)
    if moved:
        return redirect(moved, code=301)
    return show(pages.page_at(site, path))


@bp.get("/topic/<id>", defaults={"page": 1})
@bp.get("/topic/<id>/<int:page>")
def topic(id: str, page: int) -> ResponseReturnValue:
    """주제의 안내 목록 한 쪽. `/1`은 번호 없는 주소로 보낸다(Flask가 308로)."""
    return show(hubs.topic_page(current_site(), id, page))


@bp.get("/topic/<id>/<below>")
@bp.get("/topic/<id>/<below>/<int:number>")
@bp.get("/district")
@bp.get("/district/<id>")
@bp.get("/district/<id>/<int:number>")
@bp.get("/ganada")
@bp.get("/ganada/<id>")
@bp.get("/ganada/<id>/<int:number>")
@bp.get("/life")
@bp.get("/life/<id>")
@bp.get("/season")
@bp.get("/changes")
@bp.get("/changes/<id>")
@bp.get("/licence")
@bp.get("/accessibility")
@bp.get("/data")
@bp.get("/gone/<id>")
@bp.get("/moved.txt")
def other(**_: object) -> ResponseReturnValue:
    """재료가 주소만으로 정해지는 쪽들: 안내를 모은 목록, 이용 조건, 접근성. 비어 있으면 없는 목록이라 한 보기로 묶는다."""
    return show(pages.page_at(current_site(), request.path))


@bp.get("/about")
def about() -> ResponseReturnValue:
    """이 누리집이 무엇인지."""
    return show(pages.about_page(current_site()))


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """로봇에게: 다 읽어도 된다."""
    return show(pages.robots_file(current_site()))


@bp.get("/opensearch.xml")
def opensearch() -> ResponseReturnValue:
    """브라우저에게: 이 누리집에서 찾는 법."""
    return show(pages.opensearch_file(current_site()))


@bp.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """사이트맵들의 목록."""
    return show(pages.sitemap_index(current_site()))


@bp.get("/sitemaps/<name>.xml")
def sitemap_part(name: str) -> ResponseReturnValue:
    """한 주제의 모든 안내, 또는 안내가 아닌 쪽들."""
    return show(pages.page_at(current_site(), f"/sitemaps/{name}.xml"))


@bp.get("/404.html")
def missing() -> ResponseReturnValue:
    """없는 주소에 웹서버가 보일 쪽."""
    return show(pages.missing_page(current_site()))


def not_found(_: Exception) -> Response:
    """없는 주소: 옮긴 것이면 그리로(301), 없앤 것이면 410, 아니면 같은 쪽을 404로."""
    site = current_site()
    if new := pages.redirected(site, request.path):
        gone = new.startswith("/gone/")
        return show(pages.page_at(site, new), status=410) if gone else make_response(redirect(new, code=301))
    words = " ".join(HANGUL.findall(request.path))[:200]
    return show(replace(pages.missing_page(current_site()), words=words), status=404)


def show(page: Page | None, *, status: int = 200) -> Response:
    """쪽의 재료를 템플릿으로 그린다. 재료가 없으면 404."""
    if page is None:
        abort(404)
    response = make_response(drawn(page), status)
    response.mimetype = page.mimetype
    response.headers.update(pages.twin_headers(page.path, page.settings))
    return response


def text_at(path: str) -> tuple[str, str] | None:
    """그 주소가 200으로 답할 쪽의 형식과 글, 아니면 None. 게시가 쪽마다 요청을 꾸미지 않고 묻는다."""
    page = pages.page_at(current_site(), path)
    return (page.mimetype, drawn(page)) if page else None


def drawn(page: Page) -> str:
    """쪽의 글. 템플릿은 재료와 설정 말고는 아무것도(요청도, 로그인한 사람도) 보지 못한다."""
    if isinstance(page, TextFile):
        return page.text
    return current_app.jinja_env.get_template(page.template).render(page=page)


def answer(page: EntryPage) -> Answer:
    """템플릿 필터: 안내의 답."""
    return answer_of(page.entry.body, page.moved, current_site().draw)


@lru_cache(maxsize=512)
def answer_of(
    body: str, moved: tuple[tuple[str, str], ...] = (), draw: Callable[[str], Rendered] = rendered.draw
) -> Answer:
    """본문의 HTML. 한 쪽이 여러 번 묻는다. 내린 안내를 가리키던 링크는 옮긴 곳으로, 옮긴 곳이 없으면 글만 남는다."""
    html, text = draw(body)
    if moved:
        html = ENTRY_LINK.sub(lambda found: _moved(found, dict(moved)), html)
    end = html.find("</p>") + len("</p>") if html.startswith("<p>") else 0
    return Answer(Markup(html[:end]), Markup(html[end:].strip()), text)  # noqa: S704 - render's own output


def _moved(link: re.Match[str], moved: Mapping[str, str]) -> str:
    if link["id"] not in moved:
        return link[0]
    path = moved[link["id"]]
    return f'<a href="{path}">{link["text"]}</a>' if path else link["text"]


def flagged(page: EntryPage, rest: Markup) -> Markup:
    """템플릿 필터: 첫 문단 뒤의 답(`rest`). 절의 제목 곁에 그 절의 오류를 신고하는 링크를 둔다."""
    where = f"/correct/{page.entry.id}?v={page.version}&amp;section="
    return Markup(HEADING.sub(lambda found: _with_flag(found, where), rest))  # noqa: S704 - render's own output


def _with_flag(found: re.Match[str], where: str) -> str:
    quoted, shown = _section_name(found["text"])
    link = f'<a class="flag" rel="nofollow" href="{where}{quoted}">오류 신고<span class="hidden">: {shown}</span></a>'
    return f'<div class="flagged">{found[0]}{link}</div>'


@lru_cache(maxsize=REPEATED)
def _section_name(heading: str) -> tuple[str, str]:
    name = render.plain(heading)
    return quote(name), escape(name)


def map_link(page: EntryPage, text: str) -> str:
    """템플릿 필터: 주소를 지도에서 보는 링크. 괄호 안의 설명은 찾는 데 방해가 된다."""
    return page.settings.map_url.replace("{}", quote(" ".join(BRACKETED.sub(" ", text).split())))


def is_address(name: str) -> bool:
    """템플릿 시험: 지도에서 볼 수 있는 칸인가."""
    return name in ADDRESSES


@lru_cache(maxsize=REPEATED)
def linked(text: str, phone: bool = False) -> Markup:
    """템플릿 필터: 주소와 전화번호가 링크인 글."""
    return Markup(render.linked(text, phone=phone))  # noqa: S704 - linked escapes everything else


def day(when: dt.date | None) -> Markup:
    """템플릿 필터: 날짜나 시각을 날짜로. 없으면 빈 글."""
    return _time_element(when.isoformat()) if when else Markup()


@lru_cache(maxsize=REPEATED)
def _time_element(iso: str) -> Markup:
    year, month, date = map(int, iso[:10].split("-"))
    return Markup(f'<time datetime="{iso}">{year}. {month}. {date}.</time>')  # noqa: S704 - digits and marks only


FILTERS = {
    "answer": answer,
    "day": day,
    "flagged": flagged,
    "linked": linked,
    "map_link": map_link,
    "share_image": pages.share_image,
    "safe_href": lru_cache(maxsize=REPEATED)(render.safe_href),
    "entry_graph": structured.entry_graph,
    "entry_trail": structured.entry_trail,
    "home_graph": structured.home_graph,
    "hub_graph": structured.hub_graph,
    "directory_graph": structured.directory_graph,
    "data_graph": structured.data_graph,
}
TESTS = {"address": is_address}
