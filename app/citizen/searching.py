"""찾기 화면의 물음: 주소에 적힌 것을 읽고, 좁히고 넘기는 주소를 만든다. 어떻게 찾는지는 kb.search가 안다."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from corrections.submit import cleaned
from kb.districts import DISTRICTS
from kb.search import SearchAnswer
from kb.sources import SOURCES
from kb.topics import Topics

PER_PAGE = 20
LAST_PAGE = 50
LONGEST = 200
"""찾는 칸에 적을 수 있는 글자 수."""

FEW = 6
"""좁히는 값은 많은 것부터 이만큼만 펼쳐 보인다."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """주소에 적힌 물음. 모르는 값은 없는 것으로 친다.

    `by_agent`는 편집실의 찾기에서 왔다는 뜻이라 ‘틀림 표시’를 함께 보인다: 쿠키를 읽지 않으므로 누구에게나 같은 답이고, 누르면 로그인을 본다.
    """

    q: str = ""
    topic: str = ""
    district: str = ""
    source: str = ""
    page: int = 1
    as_typed: bool = False
    by_agent: bool = False

    @classmethod
    def of(cls, args: Mapping[str, str], topics: Topics) -> "Asked":
        """`/search?q=&topic=&district=&source=&page=&as=typed`에서."""
        topic = topics.with_id(args.get("topic", ""))
        page = args.get("page", "")
        return cls(
            q=cleaned(args.get("q", ""))[:LONGEST],
            topic=topic.id if topic else "",
            district=_known(args.get("district", ""), DISTRICTS),
            source=_known(args.get("source", ""), SOURCES),
            page=min(max(int(page), 1), LAST_PAGE) if page.isascii() and page.isdigit() and len(page) < 6 else 1,
            as_typed=args.get("as") == "typed",
            by_agent=args.get("desk") == "agent",
        )

    @property
    def is_narrowed(self) -> bool:
        """조건으로 좁혔는가."""
        return bool(self.topic or self.district or self.source)

    @property
    def wanted(self) -> Mapping[str, Any]:
        """찾기(`Searcher.search`)에 넘길 쪽."""
        return {"limit": PER_PAGE, "offset": (self.page - 1) * PER_PAGE, "repair": not self.as_typed}

    def url(self, **changes: Any) -> str:
        """같은 물음에서 `changes`만 바꾼 주소. 쪽을 말하지 않으면 첫 쪽이다."""
        asked = replace(self, **{"page": 1} | changes)
        page, as_typed = asked.page if asked.page > 1 else "", "typed" if asked.as_typed else ""
        told = {"q": asked.q, "topic": asked.topic, "district": asked.district, "source": asked.source}
        told["desk"] = "agent" if asked.by_agent else ""
        return "/search?" + urlencode({k: v for k, v in {**told, "as": as_typed, "page": page}.items() if v})

    @property
    def url_of_all(self) -> str:
        """좁히지 않은 주소."""
        return self.url(topic="", district="", source="")


@dataclass(frozen=True)
class Option:
    """좁힐 값 하나. `is_here`이면 지금 좁힌 값이고 `url`은 그것을 푼다."""

    text: str
    count: int
    url: str
    is_here: bool


@dataclass(frozen=True)
class Facet:
    """좁힐 수 있는 것 하나: 이름과 값들, 많은 것부터."""

    name: str
    title: str
    options: Sequence[Option]

    @property
    def first(self) -> Sequence[Option]:
        """펼쳐 보일 값들."""
        return self.options[:FEW]

    @property
    def rest(self) -> Sequence[Option]:
        """접어 둘 값들."""
        return self.options[FEW:]


def facets(answer: SearchAnswer, asked: Asked, topics: Topics) -> list[Facet]:
    """결과를 좁힐 수 있는 것들. 나눌 것이 없는 것은 뺀다."""
    ids = {topic.name: topic.id for topic in topics}
    told = answer.facets
    found = (
        _facet("topic", "분야", ((ids[name], name, n) for name, n in told.get("topic", ()) if name in ids), asked),
        _facet("district", "지역", ((name, name, n) for name, n in told.get("district", ())), asked),
        _facet("source", "자료", ((c, SOURCES[c], n) for c, n in told.get("source", ()) if c in SOURCES), asked),
    )
    return [facet for facet in found if len(facet.options) > 1 or any(option.is_here for option in facet.options)]


def last_page(total: int) -> int:
    """마지막 쪽."""
    return min(max(-(-total // PER_PAGE), 1), LAST_PAGE)


def _facet(name: str, title: str, values: Iterable[tuple[str, str, int]], asked: Asked) -> Facet:
    here = getattr(asked, name)
    options = [
        Option(text, count, asked.url(**{name: "" if value == here else value}), value == here)
        for value, text, count in values
    ]
    return Facet(name, title, sorted(options, key=lambda option: not option.is_here))


def _known(value: str, known: Iterable[str]) -> str:
    return value if value in known else ""
