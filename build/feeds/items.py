"""피드에 싣는 안내 하나: 제목, 주소, 때, 답의 HTML 전부. RSS인지 Atom인지는 모른다."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from heapq import nsmallest
from html import escape

from app.public import Site
from app.public.pages import entry_path
from app.public.site import Draw, linked_from
from app.public.views import answer_of
from kb.entry import Entry
from kb.render import linked

Moves = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Item:
    """피드의 한 꼭지."""

    id: str
    url: str
    title: str
    topic: str
    updated: dt.datetime
    html: str


def newest(entries: Iterable[Entry], most: int) -> list[Entry]:
    """마지막으로 고친 것부터 많아야 `most`개. 같은 때면 번호의 차례."""
    return nsmallest(most, entries, key=lambda entry: (-entry.updated.timestamp(), entry.order))


def item(site: Site, entry: Entry) -> Item:
    """안내의 꼭지. `html`은 쪽에 보이는 답과 사실 모두이고 링크는 절대 주소다 (PUBLISHING 1.2: 본문 전체)."""
    facts = tuple(entry.facts.items())
    page = site.settings.url(entry_path(entry.id))
    html = _html(entry.body, facts, moves(site, entry), site.settings.url(""), page, site.draw)
    return Item(entry.id, site.settings.url(entry_path(entry.id)), entry.title, entry.topic, entry.updated, html)


def fingerprint(site: Site, entries: Iterable[Entry]) -> str:
    """이 안내들의 꼭지를 만드는 모든 것의 해시."""
    said = [repr(site.settings), *(f"{entry.id} {entry.version} {moves(site, entry)}" for entry in entries)]
    return sha256("\n".join(said).encode()).hexdigest()


def moves(site: Site, entry: Entry) -> Moves:
    """본문이 가리키지만 이제 공개되지 않은 안내와, 대신 갈 주소(없으면 빈 글)."""
    return tuple((id, _new_path(site, id)) for id in linked_from(entry) if id not in site.entries)


def _new_path(site: Site, id: str) -> str:
    target = site.destination(id)
    return entry_path(target) if target else ""


@lru_cache(maxsize=4096)
def _html(body: str, facts: tuple[tuple[str, str], ...], moved: Moves, base: str, url: str, draw: Draw) -> str:
    answer = answer_of(body, moved, draw)
    whole = f"{answer.lead}{_facts(dict(facts))}{answer.rest}"
    return whole.replace('href="/', f'href="{escape(base)}/').replace('href="#', f'href="{escape(url)}#')


def _facts(facts: Mapping[str, str]) -> str:
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{linked(text)}</dd>" for name, text in facts.items() if text)
    return f"<dl>{rows}</dl>" if rows else ""
