"""공개 쪽 하나하나가 무엇으로 만들어지는지: 주소, 재료, 열쇠. 어떻게 보이는지(템플릿)와 요청은 모른다.

쪽의 바이트는 (재료, 템플릿과 코드의 판)만으로 정해진다: 보기는 재료 말고는 아무것도 템플릿에 넘기지 않는다.
그래서 재료의 해시가 같은 쪽은 다시 만들 필요가 없다.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import ClassVar

from app.public.site import PER_PAGE, Site, SiteSettings
from kb.entry import Entry
from kb.topics import Topic

APP = Path(__file__).resolve().parent.parent
STATIC = APP / "static"
MADE_BY = ("templates/base.html", "templates/public", "templates/shared/parts.html", "public", "../kb/render.py")
"""바뀌면 모든 쪽이 바뀌는 파일들."""

LICENCES: Mapping[str, tuple[str, str]] = {
    "KOGL-0": ("공공누리 제0유형 (조건 없이 자유 이용)", "https://www.kogl.or.kr/info/license.do"),
    "KOGL-1": ("공공누리 제1유형 (출처표시)", "https://www.kogl.or.kr/info/license.do"),
    "KOGL-2": ("공공누리 제2유형 (출처표시, 상업적 이용금지)", "https://www.kogl.or.kr/info/license.do"),
    "KOGL-3": ("공공누리 제3유형 (출처표시, 변경금지)", "https://www.kogl.or.kr/info/license.do"),
    "KOGL-4": ("공공누리 제4유형 (출처표시, 상업적 이용금지, 변경금지)", "https://www.kogl.or.kr/info/license.do"),
    "unstated": ("출처가 이용 조건을 밝히지 않은 자료", ""),
}
"""이용 조건의 이름과 주소 (PUBLISHING 1.6, 0장 3)."""


@dataclass(frozen=True)
class Link:
    """다른 쪽으로 가는 링크와 곁에 보일 짧은 말."""

    href: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Page:
    """쪽 하나의 재료. 여기 없는 것은 쪽에 나올 수 없다."""

    template: ClassVar[str]
    mimetype: ClassVar[str] = "text/html"
    settings: SiteSettings
    path: str

    @property
    def canonical(self) -> str:
        """이 쪽의 하나뿐인 절대 주소."""
        return self.settings.url(self.path)


@dataclass(frozen=True)
class HomePage(Page):
    template = "public/home.html"
    topics: tuple[tuple[Topic, int], ...]
    often: tuple[Link, ...]
    recent: tuple[tuple[Link, dt.datetime], ...]


@dataclass(frozen=True)
class EntryPage(Page):
    template = "public/entry.html"
    entry: Entry
    version: str
    topic: Topic
    title: str
    description: str
    related: tuple[Link, ...]
    moved: tuple[tuple[str, str], ...]
    """본문이 가리키지만 지금 공개되지 않은 안내와, 그것이 옮겨 간 주소(없으면 빈 글)."""

    @property
    def licence(self) -> tuple[str, str]:
        """이용 조건의 이름과 주소. 모르는 조건은 적힌 그대로 보인다."""
        return LICENCES.get(self.entry.source.licence, (self.entry.source.licence, ""))


@dataclass(frozen=True)
class GonePage(Page):
    template = "public/gone.html"
    entry: Entry
    topic: Topic


@dataclass(frozen=True)
class TopicPage(Page):
    template = "public/topic.html"
    topic: Topic
    number: int
    last: int
    total: int
    entries: tuple[Link, ...]

    def href(self, number: int) -> str:
        """이 주제의 다른 쪽 주소."""
        return topic_path(self.topic, number)


@dataclass(frozen=True)
class AboutPage(Page):
    template = "public/about.html"


@dataclass(frozen=True)
class MissingPage(Page):
    template = "public/missing.html"
    topics: tuple[Topic, ...]


@dataclass(frozen=True)
class RobotsFile(Page):
    template = "public/robots.txt"
    mimetype = "text/plain"


@dataclass(frozen=True)
class SitemapFile(Page):
    template = "public/sitemap.xml"
    mimetype = "application/xml"
    places: tuple[tuple[str, dt.datetime | None], ...]


# --- addresses -----------------------------------------------------------------------------------------------------


def entry_path(id: str) -> str:
    """안내의 주소 (PUBLISHING 3)."""
    return f"/faq/{id}"


def topic_path(topic: Topic, number: int = 1) -> str:
    """주제 쪽의 주소. 첫 쪽에는 번호가 없다."""
    return f"/topic/{topic.id}" if number == 1 else f"/topic/{topic.id}/{number}"


def public_urls(site: Site) -> Iterator[str]:
    """게시판 전체의 주소: 쪽, robots.txt, 사이트맵, 404.html, 정적 파일. 확장자가 없는 것은 text/html이다."""
    yield "/"
    yield "/about"
    for id in site.entries:
        yield entry_path(id)
    for topic in site.topics:
        yield from (topic_path(topic, number) for number in range(1, topic_pages(site, topic) + 1))
    yield from ("/robots.txt", "/sitemap.xml", "/404.html")
    yield from static_urls()


def static_urls() -> Iterator[str]:
    """화면이 쓰는 파일들의 주소."""
    for file in sorted(STATIC.rglob("*")):
        if file.is_file() and not file.name.startswith("."):
            yield f"/static/{file.relative_to(STATIC).as_posix()}"


def page_key(site: Site, url: str) -> str:
    """쪽을 만드는 모든 것의 해시. 이것이 같으면 쪽의 바이트도 같다. 게시하지 않는 주소면 LookupError."""
    if url.startswith("/static/") and url in set(static_urls()):
        return hashlib.sha256((STATIC / url.removeprefix("/static/")).read_bytes()).hexdigest()
    page = page_at(site, url)
    if page is None:
        raise LookupError(f"게시하지 않는 주소입니다: {url}")
    return hashlib.sha256(f"{made_by()}\n{page!r}".encode()).hexdigest()


@cache
def made_by() -> str:
    """템플릿과 코드의 판. 실행하는 동안 바뀌지 않는다."""
    files = [file for name in MADE_BY for file in sorted([APP / name, *(APP / name).rglob("*")]) if file.is_file()]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files if file.suffix != ".pyc")).hexdigest()


# --- ingredients -----------------------------------------------------------------------------------------------------


def page_at(site: Site, url: str) -> Page | None:
    """그 주소의 쪽. 게시하지 않는 주소면 None."""
    match url.removeprefix("/").split("/"):
        case ["faq", id] if id in site.entries:
            return entry_page(site, site.entries[id])
        case ["topic", id]:
            return topic_page(site, id)
        case ["topic", id, number] if number.isascii() and number.isdigit() and number[0] not in "0" and number != "1":
            return topic_page(site, id, int(number))
        case [name] if name in SINGLE:
            return SINGLE[name](site)
        case _:
            return None


def home_page(site: Site) -> HomePage:
    return HomePage(
        settings=site.settings,
        path="/",
        topics=tuple((topic, len(site.by_topic[topic.id])) for topic in site.topics),
        often=tuple(_link(site, entry) for entry in site.often),
        recent=tuple((_link(site, entry), entry.updated) for entry in site.recent),
    )


def entry_page(site: Site, entry: Entry) -> EntryPage:
    return EntryPage(
        settings=site.settings,
        path=entry_path(entry.id),
        entry=entry,
        version=entry.version,
        topic=site.topic_of(entry),
        title=site.titles[entry.id],
        description=site.descriptions[entry.id],
        related=tuple(_link(site, other) for other in site.related(entry)),
        moved=tuple((id, _new_path(site, id)) for id in site.linked_from(entry) if id not in site.entries),
    )


def gone_page(site: Site, entry: Entry) -> GonePage:
    return GonePage(settings=site.settings, path=entry_path(entry.id), entry=entry, topic=site.topic_of(entry))


def topic_page(site: Site, id: str, number: int = 1) -> TopicPage | None:
    """주제의 `number`쪽. 그런 주제나 쪽이 없으면 None."""
    topic = next((topic for topic in site.topics if topic.id == id), None)
    if topic is None or not 1 <= number <= topic_pages(site, topic):
        return None
    entries = site.by_topic[id]
    return TopicPage(
        settings=site.settings,
        path=topic_path(topic, number),
        topic=topic,
        number=number,
        last=topic_pages(site, topic),
        total=len(entries),
        entries=tuple(_link(site, entry) for entry in entries[(number - 1) * PER_PAGE : number * PER_PAGE]),
    )


def topic_pages(site: Site, topic: Topic) -> int:
    """주제 쪽의 수. 비어 있어도 한 쪽은 있다."""
    return max(1, -(-len(site.by_topic[topic.id]) // PER_PAGE))


def about_page(site: Site) -> AboutPage:
    return AboutPage(settings=site.settings, path="/about")


def missing_page(site: Site) -> MissingPage:
    return MissingPage(settings=site.settings, path="/404.html", topics=site.topics)


def robots_file(site: Site) -> RobotsFile:
    return RobotsFile(settings=site.settings, path="/robots.txt")


def sitemap_file(site: Site) -> SitemapFile:
    """안내와 주제의 모든 쪽. 날짜는 글을 고친 시각뿐이라 템플릿만 바뀌면 그대로다 (PUBLISHING 1.1)."""
    places: list[tuple[str, dt.datetime | None]] = [("/", _latest(site.entries.values())), ("/about", None)]
    for topic in site.topics:
        entries = site.by_topic[topic.id]
        for number in range(1, topic_pages(site, topic) + 1):
            shown = entries[(number - 1) * PER_PAGE : number * PER_PAGE]
            places.append((topic_path(topic, number), _latest(shown)))
    places += [(entry_path(entry.id), entry.updated) for entry in site.entries.values()]
    return SitemapFile(settings=site.settings, path="/sitemap.xml", places=tuple(places))


SINGLE: Mapping[str, Callable[[Site], Page]] = {
    "": home_page,
    "about": about_page,
    "404.html": missing_page,
    "robots.txt": robots_file,
    "sitemap.xml": sitemap_file,
}


def _link(site: Site, entry: Entry) -> Link:
    return Link(entry_path(entry.id), site.titles[entry.id], ", ".join(entry.districts))


def _new_path(site: Site, id: str) -> str:
    target = site.retired[id].redirect_to if id in site.retired else ""
    return entry_path(target) if target in site.entries else ""


def _latest(entries: Iterable[Entry]) -> dt.datetime | None:
    return max((entry.updated for entry in entries), default=None)
