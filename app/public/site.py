"""게시할 내용 한 판을 읽어 둔 모습: 항목, 주제, 비슷한 것들. Flask도, 쪽의 모양도 모른다."""

import datetime as dt
import re
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from heapq import nsmallest
from itertools import chain
from threading import Lock
from typing import Any, Protocol, TypeVar

from app.public.edition import Edition
from app.public.ownership import Ownership
from app.public.related import Neighbours, beside
from app.public.shelves import MONTHS, shelves_of
from app.public.told_apart import Apart, Groups
from kb import rendered
from kb.entry import SEOUL, Entry, Status
from kb.firsts import Firsts
from kb.garbage import without_gc
from kb.topics import LifeEvent, Topic, Topics

PER_PAGE = 50
"""주제 쪽 한 장에 싣는 안내의 수 (DESIGN, Publishing)."""

PER_SHELF = 100
"""갈래, 자치구, 가나다의 목록 한 쪽에 싣는 안내의 수. 달의 목록은 새로 고친 이만큼만 보이고 쪽을 나누지 않는다:
글 하나를 고칠 때마다 뒤의 쪽이 모두 밀리지 않게."""

DESCRIPTION = 80
"""검색 결과 설명의 길이: 네이버의 좁은 자리에도 들어간다 (PUBLISHING 1.1, 1.2)."""

SHORT_DESCRIPTION = 20
"""이보다 짧은 첫 문장은 혼자서는 설명이 되지 않는다."""

RELATED = 5
RECENT = 6
"""첫 화면에 보이는 최근에 고친 안내의 수."""

FEW = 200
"""한 번에 이만큼까지 바뀌면 지금 판에서 이어 가고, 더 많으면 모두 다시 읽는다."""

T = TypeVar("T")
Draw = Callable[[str], rendered.Rendered]

BODY_LINK = re.compile(r"/faq/([cdsfkp]\d{1,9})(?!\d)")


@dataclass(frozen=True, kw_only=True)
class SiteSettings:
    """누리집마다 다른 것. `base_url`은 절대 주소(canonical, 사이트맵)에, `often`은 첫 화면의 자주 찾는 안내에 쓴다."""

    base_url: str = "http://localhost:8120"
    name: str = "오픈 120"
    about: str = "서울시 120 상담 자료를 누구나 찾고 고칠 수 있게 다시 엮은 독립 오픈소스 사이트입니다."
    map_url: str = "https://www.openstreetmap.org/search?query={}"
    """주소를 지도에서 보는 곳. `{}` 자리에 주소가 들어간다. 지도의 그림이나 스크립트는 우리 쪽에 싣지 않는다."""
    often: tuple[str, ...] = ()
    ownership: Ownership = field(default_factory=Ownership)
    """검색 포털에 주인임을 보이는 값들."""

    def url(self, path: str) -> str:
        """사이트 안의 길을 절대 주소로."""
        return self.base_url.rstrip("/") + path


class Contents(Protocol):
    """읽을 수 있는 내용: kb.store.EntryStore가 그렇다."""

    @property
    def topics(self) -> Topics: ...
    @property
    def head(self) -> str: ...
    @property
    def is_settled(self) -> bool: ...
    def all(self) -> list[Entry]: ...
    def changed_since(self, sha: str) -> tuple[list[Entry], list[str]] | None: ...


class Place(Protocol):
    """저장소를 여는 곳: app.instance.Instance가 그렇다."""

    def store(self) -> Contents: ...


@dataclass(frozen=True, kw_only=True)
class Site:
    """게시할 내용 한 판. 공개 안내만 들어 있고, 내린 안내는 `retired`에 따로 있다. 바뀌지 않는다: `after`가 새 판을 준다.

    처음부터 만들 때(`of`)도 빈 판에 모두 넣는 것이므로, 이어 간 판과 처음부터 만든 판이 다를 수 없다.
    """

    settings: SiteSettings
    topics: tuple[Topic, ...]
    life_events: tuple[LifeEvent, ...] = ()
    head: str = ""
    entries: Mapping[str, Entry] = field(default_factory=dict)
    retired: Mapping[str, Entry] = field(default_factory=dict)
    by_topic: Mapping[str, tuple[Entry, ...]]
    """주제의 id에서 그 안내들로, 서울 전체에 맞는 것부터 제목 차례. 날짜 차례가 아니므로 글 하나를 고쳐도 뒤섞이지 않는다."""
    shelves: Mapping[str, tuple[Entry, ...]] = field(default_factory=dict)
    """갈래, 자치구, 가나다, 달의 주소에서 그 안내들로, `_order_of`의 차례로. 빈 목록은 없다."""
    latest: Mapping[str, tuple[dt.datetime, ...]] = field(default_factory=dict)
    """주제의 id나 목록의 주소에서, 목록 한 쪽씩의 가장 새로 고친 시각으로."""
    recent: tuple[Entry, ...] = ()
    """최근에 고친 안내들."""
    firsts: Firsts = field(default_factory=dict)
    """안내의 번호에서, 여기에 처음 공개된 때로. 모르는 것은 없다."""
    edition: Edition | None = None
    """내려받을 자료의 지금 판. 아직 만든 적이 없으면 None."""
    redirects: Mapping[str, str] = field(default_factory=dict)
    """옮긴 주소(kb.redirects)에서 새 주소로. 없앤 것은 빈 글."""
    linking: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """안내의 번호에서, 본문이 그것을 가리키는 안내들의 번호로."""
    neighbours: Neighbours = field(default_factory=Neighbours)
    draw: Draw = field(default=rendered.draw, repr=False, compare=False)
    """본문을 그리는 함수. 게시할 때는 그려 둔 것을 기억하는 것(kb.rendered.RenderedBodies)이다."""
    _first: Mapping[str, Entry] = field(default_factory=dict, repr=False)
    _marked: Apart = field(default_factory=Apart, repr=False)
    _titles: Apart = field(default_factory=Apart, repr=False)
    _descriptions: Apart = field(default_factory=Apart, repr=False)

    @classmethod
    def of(cls, contents: Contents, settings: SiteSettings) -> "Site":
        """저장소의 지금 내용으로 만든다. 읽을 수 없는 항목이 있으면 BadEntry."""
        head, topics, everything = contents.head, tuple(contents.topics), contents.all()
        by_topic: dict[str, tuple[Entry, ...]] = {topic.id: () for topic in topics}
        empty = cls(settings=settings, topics=topics, life_events=contents.topics.life_events, by_topic=by_topic)
        with without_gc():
            return empty.after(everything, head=head)

    def after(self, changed: Iterable[Entry], gone: Iterable[str] = (), *, head: str) -> "Site":
        """이 항목들이 바뀌거나(더해지거나) 사라진 뒤의 판."""
        wanted: dict[str, Entry | None] = {**dict.fromkeys(gone), **{entry.id: entry for entry in changed}}
        new = {id: entry if entry and entry.is_public else None for id, entry in wanted.items()}
        entries, retired = dict(self.entries), dict(self.retired)
        for id, entry in wanted.items():
            _put(entries, id, new[id])
            _put(retired, id, entry if entry and entry.status is Status.RETIRED else None)
        out = [self.entries[id] for id in new if id in self.entries]
        into = [entry for entry in new.values() if entry]
        leaving, coming = self._sorted_by_topic(out), self._sorted_by_topic(into)
        moved = {id: _placed(self.by_topic[id], leaving.get(id, ()), coming.get(id, ())) for id in {*leaving, *coming}}
        by_topic = {id: moved.get(id, listed) for id, listed in self.by_topic.items()}
        shelved = self._shelved_anew(out, into)
        marked, titles, descriptions = self._names_after(new, entries)
        return Site(
            settings=self.settings,
            topics=self.topics,
            life_events=self.life_events,
            head=head,
            entries=entries,
            retired=retired,
            by_topic=by_topic,
            shelves={path: listed for path, listed in {**self.shelves, **shelved}.items() if listed},
            latest={
                **self.latest,
                **{id: _latest_by_page(listed, PER_PAGE) for id, listed in moved.items()},
                **{path: _latest_by_page(listed, PER_SHELF) for path, listed in shelved.items()},
            },
            recent=self._recent_after(out, into, entries),
            firsts=self.firsts,
            edition=self.edition,
            redirects=self.redirects,
            linking=_linking_after(self.linking, out, into),
            neighbours=self.neighbours.after(out, into),
            draw=self.draw,
            _first=self._first_after(leaving, coming, by_topic),
            _marked=marked,
            _titles=titles,
            _descriptions=descriptions,
        )

    # --- what a page asks -----------------------------------------------------------------------------------------

    @property
    def titles(self) -> Mapping[str, str]:
        """쪽마다 다른 제목. 같은 제목이 여럿이면 구나 부서를, 그래도 같으면 번호를 붙인다 (PUBLISHING 1.1)."""
        return self._titles.told

    @property
    def descriptions(self) -> Mapping[str, str]:
        """답의 첫 문장에서 온 설명. 짧거나 겹치면 제목을 앞에 둔다 (PUBLISHING 1.1)."""
        return self._descriptions.told

    def first_published(self, entry: Entry) -> dt.date | None:
        """이 안내를 여기에 처음 실은 날. 모르거나, 글을 고친 날이 그보다 앞서면(밖에서 온 글) None: 두 날짜가 어긋나지 않게."""
        first = self.firsts.get(entry.id)
        day = first and first.astimezone(SEOUL).date()
        return day if day and day <= entry.updated.astimezone(SEOUL).date() else None

    def destination(self, id: str) -> str:
        """내린 안내가 끝내 이르는 공개 안내의 번호: 여러 번 옮겼어도 한 번에 간다 (PUBLISHING 1.1). 없으면 빈 글."""
        seen: set[str] = set()
        while id in self.retired and id not in seen:
            seen.add(id)
            id = self.retired[id].redirect_to
        return id if id in self.entries and seen else ""

    @cached_property
    def months(self) -> tuple[str, ...]:
        """글을 고친 달(2026-11)들, 새것부터."""
        return tuple(
            sorted((path.removeprefix(MONTHS) for path in self.shelves if path.startswith(MONTHS)), reverse=True)
        )

    def topic_of(self, entry: Entry) -> Topic:
        """항목이 놓인 주제."""
        return self._topics_by_name[entry.topic]

    def place_of(self, entry: Entry) -> int:
        """이 안내가 제 주제의 목록에서 몇째인가(0부터)."""
        return bisect_left(self.by_topic[self.topic_of(entry).id], _widest(entry), key=_widest)

    def related(self, entry: Entry) -> tuple[Entry, ...]:
        """비슷한 안내 다섯: 같은 주제에서 태그와 제목의 낱말이 겹치는 순서로, 모자라면 제목이 가까운 것으로 채운다.

        본문이 이미 가리키는 것은 뺀다.
        """
        linked = linked_from(entry)
        near = [self.entries[id] for id in self.neighbours.near(entry, RELATED, without=linked)]
        if len(near) < RELATED:
            known = {*linked, *(other.id for other in near)}
            near += [other for other in self.beside(entry) if other.id not in known]
        return tuple(near[:RELATED])

    def beside(self, entry: Entry) -> list[Entry]:
        """제 주제의 제목 차례에서 이 안내의 이웃들, 가까운 것부터."""
        return beside(self.by_topic[self.topic_of(entry).id], self.place_of(entry))

    @cached_property
    def life_of(self) -> Mapping[str, tuple[LifeEvent, ...]]:
        """안내의 번호에서, 그 안내를 챙기는 생활의 큰일들로."""
        found: dict[str, tuple[LifeEvent, ...]] = {}
        for event in self.life_events:
            for id in dict.fromkeys(event.entries):
                found[id] = (*found.get(id, ()), event)
        return found

    @cached_property
    def often(self) -> tuple[Entry, ...]:
        """첫 화면의 자주 찾는 안내: 설정에 적힌 것, 없으면 주제마다 번호가 가장 앞선 것."""
        named = tuple(self.entries[id] for id in self.settings.often if id in self.entries)
        return named or tuple(self._first[topic.id] for topic in self.topics if topic.id in self._first)

    @cached_property
    def _topics_by_name(self) -> Mapping[str, Topic]:
        return {topic.name: topic for topic in self.topics}

    @cached_property
    def _topic_places(self) -> Mapping[str, int]:
        return {topic.name: place for place, topic in enumerate(self.topics)}

    # --- how the next one is made -----------------------------------------------------------------------------------

    def _sorted_by_topic(self, entries: Iterable[Entry]) -> Mapping[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in entries:
            found.setdefault(self.topic_of(entry).id, []).append(entry)
        return found

    def _shelved_anew(self, out: Sequence[Entry], into: Sequence[Entry]) -> Mapping[str, tuple[Entry, ...]]:
        """달라진 목록만. 비었으면 빈 목록이다."""
        leaving, coming = self._sorted_by_shelf(out), self._sorted_by_shelf(into)
        return {
            path: _placed(
                self.shelves.get(path, ()),
                leaving.get(path, ()),
                coming.get(path, ()),
                order=self._order_of(path),
            )
            for path in {*leaving, *coming}
        }

    def _order_of(self, path: str) -> Callable[[Entry], Any]:
        """목록의 차례: 달은 새로 고친 것부터, 자치구는 주제끼리, 갈래는 서울 전체에 맞는 것부터, 가나다는 제목대로."""
        if path.startswith(MONTHS):
            return _newest
        if path.startswith("/district/"):
            return lambda entry: (self._topic_places[entry.topic], *_by_title(entry))
        return _by_title if path.startswith("/ganada/") else _widest

    def _sorted_by_shelf(self, entries: Iterable[Entry]) -> Mapping[str, list[Entry]]:
        found: dict[str, list[Entry]] = {}
        for entry in entries:
            for path in shelves_of(entry, self.topic_of(entry)):
                found.setdefault(path, []).append(entry)
        return found

    def _first_after(
        self,
        leaving: Mapping[str, Sequence[Entry]],
        coming: Mapping[str, Sequence[Entry]],
        by_topic: Mapping[str, Sequence[Entry]],
    ) -> Mapping[str, Entry]:
        first = dict(self._first)
        for id in {*leaving, *coming}:
            lost = id in first and any(entry.id == first[id].id for entry in leaving.get(id, ()))
            among = by_topic[id] if lost else (*coming.get(id, ()), *([first[id]] if id in first else []))
            _put(first, id, min(among, key=_order, default=None))
        return first

    def _recent_after(
        self, out: Sequence[Entry], into: Sequence[Entry], entries: Mapping[str, Entry]
    ) -> tuple[Entry, ...]:
        moved = {entry.id for entry in (*out, *into)}
        stayed = [entry for entry in self.recent if entry.id not in moved]
        best = nsmallest(RECENT, chain(stayed, into), key=_newest)
        if len(stayed) < len(self.recent) and (len(best) < RECENT or _newest(best[-1]) > _newest(self.recent[-1])):
            best = nsmallest(RECENT, entries.values(), key=_newest)  # one that was never among them may now be
        return tuple(best)

    def _names_after(self, new: Mapping[str, Entry | None], entries: Mapping[str, Entry]) -> tuple[Apart, Apart, Apart]:
        marked, unsettled = self._marked.after(
            {id: entry.title if entry else None for id, entry in new.items()},
            lambda id, title, alone: title if alone else _with_mark(title, entries[id]),
        )
        titles, _ = self._titles.after(
            {id: marked.told.get(id) for id in unsettled},
            lambda id, title, alone: title if alone else f"{title} ({id})",
        )
        descriptions, _ = self._descriptions.after(
            {id: shortened(entry.lead) if entry else None for id, entry in new.items()},
            lambda id, lead, alone: lead if alone and len(lead) >= SHORT_DESCRIPTION else _described(entries[id]),
        )
        return marked, titles, descriptions


class SiteKeeper:
    """저장소의 판이 바뀔 때만 다시 읽어, 늘 지금의 Site를 준다. 여러 스레드가 함께 쓴다."""

    def __init__(
        self, contents: Contents, settings: SiteSettings, firsts: Callable[[Set[str]], Firsts] = lambda _: {}
    ) -> None:
        self._contents, self._settings, self._firsts = contents, settings, firsts
        self._site: Site | None = None
        self._reading = Lock()

    def __call__(self) -> Site:
        """지금의 Site."""
        site = self._site
        if site is None or site.head != self._contents.head:
            with self._reading:
                site = self._site
                if site is None or site.head != self._contents.head:
                    self._site = site = self._read(site)
        return site

    def _read(self, before: Site | None) -> Site:
        """바뀐 항목이 적으면 그것만 읽고, 많거나 알 수 없으면 모두 읽는다.

        커밋한 글을 아직 파일로 펼치는 중이었으면 새 판의 이름을 주지 않는다: 다음에 다시 읽는다.
        """
        head, settled = self._contents.head, self._contents.is_settled
        changes = self._contents.changed_since(before.head) if before and before.head else None
        if before is None or changes is None or len(changes[0]) + len(changes[1]) > FEW:
            site = Site.of(self._contents, self._settings)
            new: Set[str] = site.entries.keys()
        else:
            site = before.after(*changes, head=head)
            new = {entry.id for entry in changes[0]} & site.entries.keys()
        seen = head if settled else before.head if before else ""
        return replace(site, head=seen, firsts=self._firsts(new))


def linked_from(entry: Entry) -> list[str]:
    """본문이 가리키는 안내의 번호, 나온 차례로."""
    return list(dict.fromkeys(BODY_LINK.findall(entry.body))) if "/faq/" in entry.body else []


def shortened(text: str, limit: int = DESCRIPTION) -> str:
    """`limit` 글자를 넘지 않게 낱말 사이에서 줄인다. 잇단 빈칸은 하나로."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    at = cut.rfind(" ", limit // 2)
    return (cut if at < 0 else cut[:at]).rstrip(" ,.·") + "…"


def _put(where: dict[str, T], id: str, value: T | None) -> None:
    if value is None:
        where.pop(id, None)
    else:
        where[id] = value


def _placed(
    listed: Sequence[Entry], out: Sequence[Entry], into: Sequence[Entry], *, order: Callable[[Entry], Any] | None = None
) -> tuple[Entry, ...]:
    """`order` 차례의 목록에서 빼고 넣는다. 많으면 통째로 다시 늘어놓는다."""
    order = order or _widest
    if len(out) + len(into) > FEW:
        leaving = {entry.id for entry in out}
        return tuple(sorted([*(entry for entry in listed if entry.id not in leaving), *into], key=order))
    found = list(listed)
    for entry in out:
        del found[bisect_left(found, order(entry), key=order)]
    for entry in into:
        insort(found, entry, key=order)
    return tuple(found)


def _linking_after(
    linking: Mapping[str, tuple[str, ...]], out: Iterable[Entry], into: Iterable[Entry]
) -> Mapping[str, tuple[str, ...]]:
    moved: Groups[str] = Groups(linking)
    for entry in out:
        for target in linked_from(entry):
            moved[target].discard(entry.id)
    for entry in into:
        for target in linked_from(entry):
            moved[target].add(entry.id)
    return {**linking, **{target: tuple(ids) for target, ids in moved.items()}}


def _latest_by_page(listed: Sequence[Entry], size: int) -> tuple[dt.datetime, ...]:
    times = [entry.updated for entry in listed]
    return tuple(max(times[at : at + size]) for at in range(0, len(times), size))


def _order(entry: Entry) -> tuple[str, int]:
    return entry.order


def _by_title(entry: Entry) -> tuple[str, str, int]:
    return entry.title, *entry.order


def _widest(entry: Entry) -> tuple[bool, str, str, int]:
    """몇 구에만 맞는 안내는 서울 전체에 맞는 것 뒤에: 동주민센터 사백 곳이 여권 안내를 가리지 않게."""
    return bool(entry.districts), *_by_title(entry)


def _newest(entry: Entry) -> tuple[float, str, int]:
    return -entry.updated.timestamp(), *entry.order


def _with_mark(title: str, entry: Entry) -> str:
    mark = ", ".join(entry.districts) or entry.department
    return f"{title} ({mark})" if mark else title


def _described(entry: Entry) -> str:
    return shortened(f"{entry.title} - {entry.lead or entry.topic + ' 안내'}")
