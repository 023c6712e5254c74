"""API의 길: 값을 읽고, 방에 묻고, 답한다. 무엇을 받고 무엇으로 답하는지는 표(table)가 말한다."""

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue

from app import searches
from app.api import answers, openapi
from app.api.pace import Pace, Turn
from app.api.parameters import read
from app.api.problems import PREFIX, TITLES, Refused, as_json, is_api, problem
from app.api.table import LAST_PAGE, Operation
from app.services import address, services
from corrections.submit import cleaned
from db.searches import Channel
from kb.entry import ID, Status
from kb.errors import BadEntry, EntryNotFound, StoreError
from kb.store import EntryStore

EXTENSION = "open120.api"
EXPOSED = "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, Server-Timing"
ALLOWED = "GET, HEAD, OPTIONS"
LONGEST_TYPED = 200
"""이보다 길게 치는 것은 붙여 넣은 글이다. 앞만 본다."""
SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": EXPOSED,
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Robots-Tag": "noindex",
}
"""어느 누리집의 스크립트든 읽을 수 있다. 쿠키를 보지 않으므로 누가 읽어도 같은 답이다. 검색엔진에는 사람의 쪽만 싣는다."""


@dataclass(frozen=True, kw_only=True)
class Api:
    """API가 쓰는 것: 표, 누리집의 주소와 이름, 한도."""

    operations: tuple[Operation, ...]
    base_url: str
    name: str
    pace: Pace

    def url(self, path: str) -> str:
        """누리집 안의 길을 절대 주소로. 누리집의 주소를 정하지 않았으면(손안의 서버) 부른 주소를 따른다."""
        return (self.base_url or request.host_url).rstrip("/") + path


@dataclass(frozen=True, kw_only=True)
class Answer:
    """보기가 내는 답. `version`은 ETag의 앞에 적을 판, `links`는 Link 머리말이다."""

    body: Any
    status: int = 200
    mimetype: str = "application/json"
    version: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    links: tuple[tuple[str, str], ...] = ()


def api() -> Api:
    """지금 앱의 것."""
    found: Api = current_app.extensions[EXTENSION]
    return found


# --- what is answered ----------------------------------------------------------------------------------------------


def search(asked: Mapping[str, Any]) -> Answer:
    """안내 찾기. 빈 물음의 답은 비어 있다. 색인을 쓸 수 없으면 SearchUnavailable."""
    topics, page, limit = services().store.topics, asked["page"], asked["limit"]
    topic = topics.with_id(asked["topic"] or "")
    found = services().searcher().search(
        asked["q"],
        limit=limit,
        offset=(page - 1) * limit,
        topic=topic.name if topic else None,
        district=asked["district"],
        source=asked["source"],
        explain=asked["explain"],
    )  # fmt: skip
    if page == 1 and not (asked["topic"] or asked["district"] or asked["source"]):
        searches.count(cleaned(found.query), found.total, Channel.API, address())
    body = answers.search_answer(
        found,
        page=page,
        limit=limit,
        last_page=LAST_PAGE,
        asked={name: value for name, value in request.args.items() if name in asked},
        topics=topics,
        url=api().url,
    )
    links = (("next", body["next"]),) if body["next"] else ()
    return Answer(body=body, headers={"Server-Timing": f"search;dur={found.took_ms}"}, links=links)


def suggest(asked: Mapping[str, Any]) -> Answer:
    """치는 동안 이어 줄 말. 빈 물음이면 비어 있다."""
    text = asked["q"][:LONGEST_TYPED]
    found = services().suggester().suggest(text, limit=asked["limit"])
    if asked["format"] == "opensearch":
        body: Any = answers.opensearch_suggestions(text, found, api().url)
        return Answer(body=body, mimetype="application/x-suggestions+json")
    return Answer(body=answers.suggest_answer(text, found, api().url))


def entry(asked: Mapping[str, Any], id: str) -> Answer:  # noqa: ARG001 - every view takes what was asked
    """안내의 전문. 옮긴 안내는 새 주소로(301), 내린 안내는 410, 초안은 없는 것과 같다(404)."""
    store = services().store
    found = _readable(store, id)
    topics, url = store.topics, api().url
    if found.is_public:
        links = (("canonical", url(f"/faq/{id}")),)
        return Answer(body=answers.entry_answer(found, topics, url), version=found.version, links=links)
    if found.status is not Status.RETIRED:
        raise Refused(404, str(EntryNotFound(id)))
    target = found.redirect_to
    if target and target in store and _readable(store, target).is_public:
        body = answers.moved_answer(target, url)
        return Answer(body=body, status=301, headers={"Location": f"{PREFIX}/entries/{target}"})
    topic = topics.named(found.topic) if found.topic in topics else topics.default
    sentence = f"‘{id}’ 안내는 게시를 마쳤습니다. 같은 주제의 다른 안내를 보거나 찾기(/search)로 찾아 주세요."
    raise Refused(410, sentence, topic_url=url(f"/topic/{topic.id}"))


def openapi_document(_: Mapping[str, Any]) -> Answer:
    """이 API의 OpenAPI 문서."""
    return Answer(body=openapi.document(api().operations, name=api().name))


VIEWS: Mapping[str, Callable[..., Answer]] = {
    "search": search,
    "suggest": suggest,
    "entry": entry,
    "openapi": openapi_document,
}


def page() -> ResponseReturnValue:
    """사람이 읽는 설명: 표에서 나온다."""
    html = render_template(
        "api/page.html",
        operations=api().operations,
        titles=TITLES,
        prefix=api().url(PREFIX),
        per_minute=api().pace.per_minute,
        canonical=api().url("/api"),
    )
    return Response(html, headers={"Cache-Control": "public, max-age=300"})


# --- how it is answered --------------------------------------------------------------------------------------------


def blueprint(operations: Iterable[Operation]) -> Blueprint:
    """표의 주소마다 길 하나."""
    made = Blueprint("api", __name__)
    made.add_url_rule("/api", "page", page)
    for operation in operations:
        made.add_url_rule(f"{PREFIX}{operation.rule}", operation.name, _answering(operation, VIEWS[operation.name]))
    return made


def _answering(operation: Operation, view: Callable[..., Answer]) -> Callable[..., Response]:
    def answer(**in_path: str) -> Response:
        turn = api().pace.knock(address(), raw=request.remote_addr, cost=operation.cost)
        g.turn = turn
        if turn and not turn.allowed:
            raise Refused(429, "너무 자주 물었습니다. Retry-After에 적힌 초만큼 쉬었다가 다시 물어 주세요.")
        return _respond(view(read(operation.parameters, request.args), **in_path), operation)

    return answer


def _respond(answer: Answer, operation: Operation) -> Response:
    """답을 응답으로: 몸통의 지문이 ETag이고, 같은 것을 이미 가졌으면 304."""
    body = as_json(answer.body)
    response = Response(body, answer.status, dict(answer.headers), content_type=f"{answer.mimetype}; charset=utf-8")
    response.headers["Cache-Control"] = operation.cache_control
    links = (*answer.links, ("service-desc", f"{PREFIX}/openapi.json"), ("service-doc", "/api"))
    response.headers["Link"] = ", ".join(f'<{where}>; rel="{name}"' for name, where in links)
    digest = hashlib.sha256(body).hexdigest()[:16]
    response.set_etag(f"{answer.version}-{digest}" if answer.version else digest)
    if answer.status == 200:
        response.make_conditional(request)
    return response


def _readable(store: EntryStore, id: str) -> Any:
    """항목 하나. 읽을 수 없는 글은 묻는 사람의 잘못이 아니라 우리 사정이다(503)."""
    if not ID.fullmatch(id):
        raise Refused(404, "번호의 모양이 아닙니다. k1처럼 글자 하나와 숫자로 적어 주세요.")
    try:
        return store.get(id)
    except BadEntry as error:
        raise StoreError(f"항목을 읽을 수 없습니다: {error}") from error


def refused(error: Refused) -> Response:
    """답하지 못한 까닭을 problem+json으로."""
    return problem(error.status, error.sentence, **error.more)


def preflight() -> Response | None:
    """브라우저가 먼저 묻는 것(OPTIONS)에는 표를 보지 않고 답한다."""
    if request.method != "OPTIONS" or request.endpoint is None or not is_api(request.path):
        return None
    headers = {
        "Allow": ALLOWED,
        "Access-Control-Allow-Methods": ALLOWED,
        "Access-Control-Allow-Headers": "*",
        "Access-Control-Max-Age": "86400",
    }
    return Response(status=204, headers=headers)


def share(response: Response) -> Response:
    """API의 모든 응답(없는 주소, 405도)에 함께 붙는 머리말."""
    if is_api(request.path):
        response.headers.update(SHARED)
        turn: Turn | None = g.pop("turn", None)
        if turn:
            response.headers["RateLimit-Policy"] = f'"api";q={api().pace.per_minute};w=60'
            response.headers["RateLimit"] = f'"api";r={turn.left};t={math.ceil(turn.full)}'
            if not turn.allowed:
                response.headers["Retry-After"] = str(max(1, math.ceil(turn.wait)))
    return response
