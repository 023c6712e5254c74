"""시민 화면의 묶음과 찾기. 양식은 correcting, 접수증은 receipt_pages가 여기에 단다."""

from flask import Blueprint, Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app import searches
from app.citizen.searching import PER_PAGE, Asked, facets, last_page
from app.services import in_seoul, services
from kb.compose.particles import euro
from kb.districts import DISTRICTS
from kb.errors import SearchUnavailable

bp = Blueprint("citizen", __name__)
bp.add_app_template_filter(in_seoul, "seoul")
bp.add_app_template_filter(euro, "euro")


@bp.after_request
def not_stored(response: Response) -> Response:
    """양식과 접수증은 어디에도 남겨 두지 않고, 검색엔진에도 싣지 않는다."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("X-Robots-Tag", "noindex")
    return response


# --- search --------------------------------------------------------------------------------------------------------


@bp.get("/search")
def search() -> ResponseReturnValue:
    """안내 찾기. 색인을 쓸 수 없으면 그 까닭과 전화번호를 말한다(503)."""
    topics = services().store.topics
    asked = Asked.of(request.args, topics)
    topic = topics.with_id(asked.topic)
    answer, status = None, 200
    if asked.q:
        try:
            answer = (
                services()
                .searcher()
                .search(
                    asked.q,
                    topic=topic.name if topic else None,
                    district=asked.district or None,
                    source=asked.source or None,
                    **asked.wanted,
                )
            )
        except SearchUnavailable:
            status = 503
    if answer and asked.page == 1 and not asked.is_narrowed:
        searches.count(asked.q, answer.total, searches.channel(), searches.who())
    html = render_template(
        "citizen/search.html",
        asked=asked,
        answer=answer,
        status=status,
        facets=facets(answer, asked, topics) if answer else [],
        instead=services().suggester().suggest(asked.q, limit=5) if answer and not answer.hits else [],
        last_page=last_page(answer.total) if answer else 1,
        per_page=PER_PAGE,
        topics=topics,
        districts=DISTRICTS,
    )
    return make_response(html, status)


@bp.post("/search/opened")
def opened() -> ResponseReturnValue:
    """찾은 결과를 하나 열었다고 스크립트가 알린다. 찾은 말(`q`)만 받고 아무것도 보이지 않는다."""
    if not searches.is_from_here():
        abort(403)
    searches.opened(request.form.get("q", ""))
    return "", 204
