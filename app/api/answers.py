"""찾은 것과 안내를 밖에 내보낼 값으로 바꾼다. 모양은 shapes가 말하고, 요청과 응답은 모른다."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import urlencode

from app.api.problems import PREFIX
from kb.entry import Entry
from kb.render import render
from kb.search import Hit, SearchAnswer
from kb.sources import SOURCES
from kb.topics import Topic, Topics
from kb.twins import as_data

Url = Callable[[str], str]
"""누리집 안의 길을 절대 주소로."""

OWN_LINK = re.compile(r'(<a href=")(?=/)')


class Suggested(Protocol):
    """이어서 칠 만한 말: kb.suggest.Suggestion이 그렇다."""

    @property
    def text(self) -> str: ...
    @property
    def id(self) -> str | None: ...
    @property
    def url(self) -> str: ...


def search_answer(
    found: SearchAnswer, *, page: int, limit: int, last_page: int, asked: Mapping[str, Any], topics: Topics, url: Url
) -> dict[str, Any]:
    """`asked`는 물을 때 적은 값들: 다음 쪽의 주소에 그대로 쓴다."""
    more = page < last_page and page * limit < found.total
    query = urlencode({**asked, "page": page + 1})
    return {
        "query": found.query,
        "corrected": found.corrected,
        "total": found.total,
        "page": page,
        "limit": limit,
        "next": url(f"{PREFIX}/search?{query}") if more else None,
        "semantic": found.semantic,
        "hits": [_hit(hit, topics, url) for hit in found.hits],
        "facets": {
            "topic": [
                {"value": topics.named(name).id, "name": name, "count": count}
                for name, count in found.facets.get("topic", ())
                if name in topics
            ],
            "district": _facets(found.facets.get("district", ())),
            "source": _facets(found.facets.get("source", ()), names=SOURCES),
        },
    }


def suggest_answer(text: str, found: Sequence[Suggested], url: Url) -> dict[str, Any]:
    """치는 동안 보일 말들."""
    return {
        "query": text,
        "suggestions": [{"text": one.text, "id": one.id, "url": url(one.url)} for one in found],
    }


def opensearch_suggestions(text: str, found: Sequence[Suggested], url: Url) -> list[Any]:
    """같은 것을 브라우저의 주소창이 읽는 모양으로."""
    return [text, [one.text for one in found], ["" for _ in found], [url(one.url) for one in found]]


def entry_answer(entry: Entry, topics: Topics, url: Url) -> dict[str, Any]:
    """안내의 전문: 게시본의 `/faq/….json`에 본문의 HTML을 더한 것이다."""
    topic = topics.named(entry.topic) if entry.topic in topics else Topic(id="", name=entry.topic)
    return as_data(entry, topic, url) | {"html": OWN_LINK.sub(rf"\1{url('/')[:-1]}", rendered(entry.body))}


def moved_answer(id: str, url: Url) -> dict[str, str]:
    """옮긴 곳."""
    return {"id": id, "url": url(f"/faq/{id}"), "api_url": url(f"{PREFIX}/entries/{id}")}


@lru_cache(maxsize=1024)
def rendered(body: str) -> str:
    """본문의 HTML. 자주 읽는 글은 한 번만 그린다."""
    return render(body)


def _hit(hit: Hit, topics: Topics, url: Url) -> dict[str, Any]:
    told = {
        "id": hit.id,
        "title": hit.title,
        "topic": _topic(hit.topic, topics),
        "districts": hit.districts,
        "snippet": hit.snippet,
        "snippet_html": hit.snippet_html,
        "score": hit.score,
        "best_bet": hit.best_bet,
        "url": url(hit.url),
        "api_url": url(f"{PREFIX}/entries/{hit.id}"),
    }
    return told if hit.why is None else told | {"why": dict(hit.why)}


def _topic(name: str, topics: Topics) -> dict[str, str]:
    topic = topics.named(name) if name in topics else Topic(id="", name=name)
    return {"id": topic.id, "name": topic.name}


def _facets(
    counted: Sequence[tuple[str, int]], *, names: Mapping[str, str] = MappingProxyType({})
) -> list[dict[str, Any]]:
    return [{"value": value, "name": names.get(value, value), "count": count} for value, count in counted]
