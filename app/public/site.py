"""게시할 내용 한 판을 읽어 둔 모습: 항목, 주제, 비슷한 것들. Flask도, 쪽의 모양도 모른다."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from threading import Lock
from typing import Protocol

from kb.entry import Entry, Status
from kb.topics import Topic, Topics

PER_PAGE = 50
"""주제 쪽 한 장에 싣는 안내의 수 (DESIGN, Publishing)."""

DESCRIPTION = 80
"""검색 결과 설명의 길이: 네이버의 좁은 자리에도 들어간다 (PUBLISHING 1.1, 1.2)."""

SHORT_DESCRIPTION = 20
"""이보다 짧은 첫 문장은 혼자서는 설명이 되지 않는다."""

RELATED = 5
COMMON = 64
"""한 주제에서 이보다 많은 안내에 나오는 낱말은 비슷함을 말해 주지 않는다."""

TAG_WEIGHT = 2
PARTICLES = re.compile(r"(?<=..)(?:에서|에게|으로|까지|부터|이나|은|는|이|가|을|를|의|에|도|로|과|와|만)$")
ASKING = ("요", "까", "니다", "는데", "려면", "으면", "하면", "어도", "아도")
ASKING_WORDS = frozenset(
    ["어떻게", "어떤", "무엇", "무슨", "어디", "언제", "얼마", "얼마나", "누가", "누구", "다시", "안내", "문의", "관련"]
)
BODY_LINK = re.compile(r"/faq/([cdsfkp]\d{1,9})(?!\d)")


@dataclass(frozen=True, kw_only=True)
class SiteSettings:
    """누리집마다 다른 것. `base_url`은 절대 주소(canonical, 사이트맵)에, `often`은 첫 화면의 자주 찾는 안내에 쓴다."""

    base_url: str = "http://localhost:8120"
    name: str = "오픈 120"
    about: str = "서울시 120 상담 자료를 누구나 찾고 고칠 수 있게 다시 엮은 독립 오픈소스 사이트입니다."
    often: tuple[str, ...] = ()

    def url(self, path: str) -> str:
        """사이트 안의 길을 절대 주소로."""
        return self.base_url.rstrip("/") + path


class Contents(Protocol):
    """읽을 수 있는 내용: kb.store.EntryStore가 그렇다."""

    @property
    def topics(self) -> Topics: ...
    @property
    def head(self) -> str: ...
    def all(self) -> list[Entry]: ...


class Place(Protocol):
    """저장소를 여는 곳: app.instance.Instance가 그렇다."""

    def store(self) -> Contents: ...


@dataclass(frozen=True, kw_only=True)
class Site:
    """게시할 내용 한 판. 공개 안내만 들어 있고, 내린 안내는 `retired`에 따로 있다. 바뀌지 않는다."""

    settings: SiteSettings
    head: str
    topics: tuple[Topic, ...]
    entries: Mapping[str, Entry]
    retired: Mapping[str, Entry]
    by_topic: Mapping[str, tuple[Entry, ...]]
    """주제의 id에서 그 안내들로, 제목 차례. 날짜 차례가 아니므로 글 하나를 고쳐도 목록이 뒤섞이지 않는다."""
    titles: Mapping[str, str]
    """쪽마다 다른 제목."""
    descriptions: Mapping[str, str]
    _neighbours: dict[str, "Neighbours"] = field(default_factory=dict, repr=False, compare=False)
    _related: dict[str, tuple[Entry, ...]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, contents: Contents, settings: SiteSettings) -> "Site":
        """저장소의 지금 내용으로 만든다. 읽을 수 없는 항목이 있으면 BadEntry."""
        head, topics, everything = contents.head, contents.topics, contents.all()
        entries = {entry.id: entry for entry in everything if entry.is_public}
        by_topic: dict[str, list[Entry]] = {topic.id: [] for topic in topics}
        for entry in entries.values():
            by_topic[topics.named(entry.topic).id].append(entry)
        return cls(
            settings=settings,
            head=head,
            topics=tuple(topics),
            entries=entries,
            retired={entry.id: entry for entry in everything if entry.status is Status.RETIRED},
            by_topic={id: tuple(sorted(found, key=_by_title)) for id, found in by_topic.items()},
            titles=_unique_titles(list(entries.values())),
            descriptions=_unique_descriptions(list(entries.values())),
        )

    def topic_of(self, entry: Entry) -> Topic:
        """항목이 놓인 주제."""
        return self._topics_by_name[entry.topic]

    def related(self, entry: Entry) -> tuple[Entry, ...]:
        """비슷한 안내: 같은 주제에서 태그와 제목의 낱말이 겹치는 순서로 많아야 다섯. 본문이 이미 가리키는 것은 뺀다."""
        if entry.id not in self._related:
            topic = self.topic_of(entry).id
            if topic not in self._neighbours:
                self._neighbours[topic] = Neighbours(self.by_topic[topic])
            known = {entry.id, *self.linked_from(entry)}
            near = (found for found in self._neighbours[topic].near(entry) if found.id not in known)
            self._related[entry.id] = tuple(islice(near, RELATED))
        return self._related[entry.id]

    def linked_from(self, entry: Entry) -> list[str]:
        """본문이 가리키는 안내의 번호, 나온 차례로."""
        return list(dict.fromkeys(BODY_LINK.findall(entry.body)))

    @cached_property
    def often(self) -> tuple[Entry, ...]:
        """첫 화면의 자주 찾는 안내: 설정에 적힌 것, 없으면 주제마다 번호가 가장 앞선 것."""
        named = tuple(self.entries[id] for id in self.settings.often if id in self.entries)
        return named or tuple(min(found, key=lambda entry: entry.order) for found in self.by_topic.values() if found)

    @cached_property
    def recent(self) -> tuple[Entry, ...]:
        """최근에 고친 안내 여섯."""
        return tuple(sorted(self.entries.values(), key=lambda entry: (-entry.updated.timestamp(), entry.order))[:6])

    @cached_property
    def _topics_by_name(self) -> Mapping[str, Topic]:
        return {topic.name: topic for topic in self.topics}


class Neighbours:
    """한 주제 안에서 비슷한 안내를 찾는 낱말 찾아보기."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._having: dict[str, list[Entry]] = defaultdict(list)
        for entry in entries:
            for term in _terms(entry):
                self._having[term].append(entry)

    def near(self, entry: Entry) -> list[Entry]:
        """비슷한 순서로. 점수가 같으면 번호 차례라서 늘 같은 답이다."""
        scores: Counter[str] = Counter()
        found: dict[str, Entry] = {}
        for term, weight in _terms(entry).items():
            having = self._having.get(term, ())
            if len(having) <= COMMON:
                for other in having:
                    scores[other.id] += weight
                    found[other.id] = other
        return [found[id] for id in sorted(scores, key=lambda id: (-scores[id], found[id].order))]


class SiteKeeper:
    """저장소의 판이 바뀔 때만 다시 읽어, 늘 지금의 Site를 준다. 여러 스레드가 함께 쓴다."""

    def __init__(self, contents: Contents, settings: SiteSettings) -> None:
        self._contents, self._settings = contents, settings
        self._site: Site | None = None
        self._reading = Lock()

    def __call__(self) -> Site:
        """지금의 Site."""
        site = self._site
        if site is None or site.head != self._contents.head:
            with self._reading:
                site = self._site
                if site is None or site.head != self._contents.head:
                    self._site = site = Site.of(self._contents, self._settings)
        return site


def shortened(text: str, limit: int = DESCRIPTION) -> str:
    """`limit` 글자를 넘지 않게 낱말 사이에서 줄인다. 잇단 빈칸은 하나로."""
    text = " ".join(text.split())
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    at = cut.rfind(" ", limit // 2)
    return (cut if at < 0 else cut[:at]).rstrip(" ,.·") + "…"


def _by_title(entry: Entry) -> tuple[str, str, int]:
    return entry.title, *entry.order


def _terms(entry: Entry) -> dict[str, int]:
    """비슷함을 말하는 낱말과 무게. 묻는 말(어떻게, …하나요)은 무엇에 관한 글인지 말하지 않는다."""
    words = (word for word in re.findall(r"\w{2,}", entry.title.lower()) if not word.endswith(ASKING))
    nouns = (PARTICLES.sub("", word) for word in words)
    return dict.fromkeys((noun for noun in nouns if noun not in ASKING_WORDS), 1) | dict.fromkeys(
        (tag.lower() for tag in entry.tags), TAG_WEIGHT
    )


def _unique_titles(entries: Collection[Entry]) -> dict[str, str]:
    """같은 제목이 여럿이면 구나 부서를, 그래도 같으면 번호를 붙인다 (PUBLISHING 1.1: 제목은 쪽마다 다르다)."""
    titles = {entry.id: entry.title for entry in entries}
    marks = {entry.id: ", ".join(entry.districts) or entry.department for entry in entries}
    return _told_apart(_told_apart(titles, marks), {id: id for id in titles})


def _unique_descriptions(entries: Collection[Entry]) -> dict[str, str]:
    """답의 첫 문장에서 온 설명. 짧거나 겹치면 제목을 앞에 둔다 (PUBLISHING 1.1)."""
    leads = {entry.id: shortened(entry.lead) for entry in entries}
    times = Counter(leads.values())
    return {
        entry.id: lead
        if times[lead := leads[entry.id]] == 1 and len(lead) >= SHORT_DESCRIPTION
        else shortened(f"{entry.title} - {entry.lead or entry.topic + ' 안내'}")
        for entry in entries
    }


def _told_apart(titles: Mapping[str, str], marks: Mapping[str, str]) -> dict[str, str]:
    times = Counter(titles.values())
    return {id: f"{title} ({marks[id]})" if times[title] > 1 and marks[id] else title for id, title in titles.items()}
