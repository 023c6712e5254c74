"""안내를 모아 보이는 쪽들: 주제, 갈래, 자치구, 생활의 큰일과 철, 가나다, 고친 달. 안내 한 쪽은 모른다."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.public.material import Link, Page
from app.public.shelves import INDEX, MONTHS
from app.public.site import PER_PAGE, PER_SHELF, Site
from kb.districts import SLUGS
from kb.entry import Entry
from kb.topics import LifeEvent, Topic

Trail = tuple[tuple[str, str], ...]
Groups = tuple[tuple[str, tuple[Link, ...]], ...]
HOME = ("처음", "/")
BY_TITLE, BY_DATE, BY_NEED = "제목 차례", "새로 고친 차례", "챙길 차례"
BY_TOPIC, BY_WIDTH = "분야와 제목 차례", "서울 전체에 맞는 것부터 제목 차례"
DIRECTORIES = {
    "district": ("자치구별 안내", "서울의 자치구마다 그 구의 안내를 모았습니다."),
    "life": ("생활의 큰일", "아이가 태어나거나 집을 옮길 때처럼 한꺼번에 챙길 것이 많은 때의 안내를 모았습니다."),
    "season": ("달마다 챙길 일", "세금을 내는 달, 한파와 폭염처럼 때가 정해진 일의 안내를 달마다 모았습니다."),
    "ganada": ("가나다로 찾기", "안내의 제목을 가나다 차례로 모았습니다."),
    "changes": ("고친 안내", "달마다 어떤 안내를 고쳤는지 모았습니다."),
}
"""목록들의 목록: 주소, 이름, 하는 일."""


@dataclass(frozen=True)
class HubPage(Page):
    """안내 목록 한 쪽. `near`는 이 목록의 작은 갈래나 이웃 목록이다."""

    template = "public/hub.html"
    heading: str
    name: str
    about: str
    trail: Trail
    base: str
    number: int
    last: int
    total: int
    order: str
    entries: tuple[Link, ...]
    near: tuple[Link, ...] = ()
    ids: tuple[tuple[str, str], ...] = ()
    """주제끼리 모은 목록이면 주제의 이름과 id."""

    @property
    def groups(self) -> list[tuple[str, str, list[Link]]]:
        """이 쪽의 안내를 주제의 이름과 id와 함께 묶은 것. 모으지 않은 목록이면 이름 없는 한 묶음."""
        if not self.ids:
            return [("", "", list(self.entries))]
        ids = dict(self.ids)
        return [(name, ids[name], list(links)) for name, links in groupby(self.entries, key=lambda link: link.note)]

    def href(self, number: int) -> str:
        """이 목록의 다른 쪽 주소. 첫 쪽에는 번호가 없다."""
        return page_path(self.base, number)


@dataclass(frozen=True)
class DirectoryPage(Page):
    """목록들의 목록."""

    template = "public/directory.html"
    heading: str
    about: str
    trail: Trail
    groups: Groups
    compact: bool
    """이름이 짧은 목록들이라 바둑판으로 보인다."""


def page_path(base: str, number: int = 1) -> str:
    """목록의 `number`쪽 주소."""
    return base if number == 1 else f"{base}/{number}"


def hub_paths(site: Site) -> Iterator[str]:
    """주제의 목록 말고 안내를 모은 모든 쪽의 주소. 빈 목록은 없다."""
    yield from (f"/{name}" for name in DIRECTORIES)
    for base, listed in sorted(site.shelves.items()):
        yield from (page_path(base, number) for number in range(1, shelf_pages(base, listed) + 1))
    yield from (life_path(event) for event in life_events(site))


def shelf_pages(base: str, listed: Sequence[Entry]) -> int:
    """목록의 쪽 수. 달의 목록은 늘 한 쪽이다."""
    return 1 if base.startswith(MONTHS) else -(-len(listed) // PER_SHELF)


def topic_path(topic: Topic, number: int = 1) -> str:
    """주제 쪽의 주소. 첫 쪽에는 번호가 없다."""
    return page_path(f"/topic/{topic.id}", number)


def topic_pages(site: Site, topic: Topic) -> int:
    """주제 쪽의 수. 비어 있어도 한 쪽은 있다."""
    return max(1, -(-len(site.by_topic[topic.id]) // PER_PAGE))


def life_path(event: LifeEvent) -> str:
    """생활의 큰일 하나의 주소."""
    return f"/life/{event.id}"


def life_events(site: Site) -> tuple[LifeEvent, ...]:
    """공개 안내가 하나라도 있는 큰일들."""
    return tuple(event for event in site.life_events if any(id in site.entries for id in event.entries))


# --- pages -----------------------------------------------------------------------------------------------------------


def topic_page(site: Site, id: str, number: int = 1) -> HubPage | None:
    """주제의 `number`쪽. 그런 주제나 쪽이 없으면 None."""
    topic = next((topic for topic in site.topics if topic.id == id), None)
    if topic is None or not 1 <= number <= topic_pages(site, topic):
        return None
    return HubPage(
        settings=site.settings,
        path=topic_path(topic, number),
        heading=topic.name,
        name=f"{topic.name} 안내",
        about=topic.about,
        trail=(HOME, (topic.name, "")),
        base=topic_path(topic),
        number=number,
        last=topic_pages(site, topic),
        total=len(site.by_topic[id]),
        order=BY_WIDTH,
        entries=_slice(site, site.by_topic[id], number, PER_PAGE),
        near=_subtopics(site, topic),
    )


def shelf_page(site: Site, base: str, number: int = 1) -> HubPage | None:
    """갈래, 자치구, 가나다, 달의 `number`쪽. 그런 목록이나 쪽이 없으면 None."""
    listed = site.shelves.get(base, ())
    if not 1 <= number <= shelf_pages(base, listed) or not listed:
        return None
    heading, name, about, trail, near = _told(site, base)
    return HubPage(
        settings=site.settings,
        path=page_path(base, number),
        heading=heading,
        name=name,
        about=about,
        trail=(HOME, *trail, (heading, "")),
        base=base,
        number=number,
        last=shelf_pages(base, listed),
        total=len(listed),
        order=ORDERS[base.split("/")[1]],
        entries=tuple(_told_link(site, base, entry) for entry in listed[(number - 1) * PER_SHELF : number * PER_SHELF]),
        near=near,
        ids=tuple((topic.name, topic.id) for topic in site.topics) if base.startswith("/district/") else (),
    )


def life_page(site: Site, id: str) -> HubPage | None:
    """생활의 큰일 하나. 없거나 공개 안내가 없으면 None."""
    event = next((event for event in life_events(site) if event.id == id), None)
    if event is None:
        return None
    entries = tuple(link(site, site.entries[one]) for one in event.entries if one in site.entries)
    return HubPage(
        settings=site.settings,
        path=life_path(event),
        heading=event.name,
        name=event.name,
        about=_when(event) + event.about,
        trail=(HOME, (DIRECTORIES["life"][0], "/life"), (event.name, "")),
        base=life_path(event),
        number=1,
        last=1,
        total=len(entries),
        order=BY_NEED,
        entries=entries,
        near=tuple(Link(life_path(one), one.name) for one in life_events(site) if one.group == event.group != one.name),
    )


def directory_page(site: Site, name: str) -> DirectoryPage | None:
    """목록들의 목록. 그런 것이 없으면 None."""
    if name not in DIRECTORIES:
        return None
    heading, about = DIRECTORIES[name]
    return DirectoryPage(
        settings=site.settings,
        path=f"/{name}",
        heading=heading,
        about=about,
        trail=(HOME, (heading, "")),
        compact=name not in ("life", "season"),
        groups=tuple((title, links) for title, links in GROUPS[name](site) if links),
    )


def hubs_of(site: Site, entry: Entry) -> tuple[Link, ...]:
    """이 안내가 놓인 목록들: 주제, 갈래, 자치구, 큰일."""
    topic = site.topic_of(entry)
    below = [
        Link(f"{topic_path(topic)}/{one.id}", one.name) for one in topic.subtopics if one.takes(entry.title, entry.tags)
    ]
    districts = [Link(f"/district/{SLUGS[gu]}", f"{gu} 안내") for gu in entry.districts if gu in SLUGS]
    life = [Link(life_path(event), event.name) for event in site.life_of.get(entry.id, ())]
    return (Link(topic_path(topic), f"{topic.name} 안내 모두 보기"), *below, *districts, *life)


def district_links(site: Site) -> tuple[Link, ...]:
    """안내가 있는 자치구들."""
    return _shelf_links(site, "/district/", {slug: gu for gu, slug in SLUGS.items()})


def life_groups(site: Site) -> Groups:
    """갈래마다의 큰일들."""
    groups: dict[str, list[Link]] = {}
    for event in life_events(site):
        groups.setdefault(event.group, []).append(Link(life_path(event), event.name, event.about))
    return tuple((name, tuple(links)) for name, links in groups.items())


def link(site: Site, entry: Entry) -> Link:
    """안내로 가는 링크."""
    return Link(f"/faq/{entry.id}", site.titles[entry.id], ", ".join(entry.districts))


# --- how -------------------------------------------------------------------------------------------------------------


def _slice(site: Site, listed: Sequence[Entry], number: int, size: int) -> tuple[Link, ...]:
    return tuple(link(site, entry) for entry in listed[(number - 1) * size : number * size])


def _told_link(site: Site, base: str, entry: Entry) -> Link:
    """목록에 맞는 짧은 말이 붙은 링크: 달에는 고친 날, 자치구에는 주제, 다른 곳에는 자치구."""
    plain = link(site, entry)
    if base.startswith(MONTHS):
        return plain._replace(note=f"{entry.updated:%Y. %-m. %-d.}에 고침")
    return plain._replace(note=entry.topic) if base.startswith("/district/") else plain


def _told(site: Site, base: str) -> tuple[str, str, str, Trail, tuple[Link, ...]]:
    """목록의 제목, 창의 이름, 설명, 그 위의 길, 이웃 목록."""
    kind, *names = base.removeprefix("/").split("/")
    if kind == "topic":
        topic = next(topic for topic in site.topics if topic.id == names[0])
        below = next(one for one in topic.subtopics if one.id == names[1])
        about = f"{topic.name} 안내 가운데 {', '.join(below.tags[:4])}에 관한 것입니다."
        near = tuple(one for one in _subtopics(site, topic) if one.href != base)
        return below.name, f"{below.name}: {topic.name} 안내", about, ((topic.name, topic_path(topic)),), near
    up: Trail = ((DIRECTORIES[kind][0], f"/{kind}"),)
    if kind == "district":
        gu = next(gu for gu, slug in SLUGS.items() if slug == names[0])
        return (
            f"{gu} 안내",
            f"{gu} 안내",
            f"{gu}에 사는 분, {gu}에서 찾는 분을 위한 안내입니다.",
            up,
            _topics_in(site, base),
        )
    if kind == "ganada":
        near = tuple(Link(one.href, one.text) for one in _shelf_links(site, "/ganada/", INDEX))
        letter = INDEX[names[0]]
        starts = (
            f"제목이 ‘{letter}’ 줄의 글자로 시작하는 안내입니다."
            if names[0] != "etc"
            else f"제목이 {letter}로 시작하는 안내입니다."
        )
        return f"‘{letter}’ 줄의 안내", f"‘{letter}’ 줄의 안내", starts, up, near
    month = _month(names[0])
    return f"{month}에 고친 안내", f"{month}에 고친 안내", f"{month}에 내용을 고치거나 새로 쓴 안내입니다.", up, ()


def _topics_in(site: Site, base: str) -> tuple[Link, ...]:
    """자치구의 목록에서 주제마다 처음 나오는 자리."""
    counts, links, before = Counter(entry.topic for entry in site.shelves[base]), [], 0
    for topic in site.topics:
        if count := counts[topic.name]:
            links.append(Link(f"{page_path(base, before // PER_SHELF + 1)}#{topic.id}", topic.name, f"{count:,}건"))
            before += count
    return tuple(links)


def _subtopics(site: Site, topic: Topic) -> tuple[Link, ...]:
    return tuple(
        Link(path, one.name, f"{len(site.shelves[path]):,}건")
        for one in topic.subtopics
        if (path := f"{topic_path(topic)}/{one.id}") in site.shelves
    )


def _shelf_links(site: Site, prefix: str, names: dict[str, str]) -> tuple[Link, ...]:
    return tuple(
        Link(path, text, f"{len(site.shelves[path]):,}건")
        for name, text in names.items()
        if (path := prefix + name) in site.shelves
    )


def _by_month(site: Site) -> Groups:
    timely = [event for event in life_events(site) if event.months]
    return tuple(
        (
            f"{month}월",
            tuple(Link(life_path(event), event.name, event.about) for event in timely if month in event.months),
        )
        for month in range(1, 13)
    )


def _when(event: LifeEvent) -> str:
    return f"{', '.join(f'{month}월' for month in event.months)}에 챙길 일입니다. " if event.months else ""


def _month(name: str) -> str:
    year, month = name.split("-")
    return f"{year}년 {int(month)}월"


ORDERS = {"topic": BY_WIDTH, "district": BY_TOPIC, "ganada": BY_TITLE, "changes": BY_DATE}
"""목록의 갈래마다, 어떤 차례인지 화면에 적을 말 (Site._order_of)."""

GROUPS: Mapping[str, Callable[[Site], Groups]] = {
    "district": lambda site: (("자치구", district_links(site)),),
    "life": life_groups,
    "season": _by_month,
    "ganada": lambda site: (("첫 글자", _shelf_links(site, "/ganada/", INDEX)),),
    "changes": lambda site: (("달", _shelf_links(site, MONTHS, {month: _month(month) for month in site.months})),),
}
"""목록들의 목록마다 무엇을 어떻게 묶는지."""
