"""공개 쪽 하나하나가 무엇으로 만들어지는지: 주소, 재료, 열쇠. 어떻게 보이는지(템플릿)와 요청은 모른다.

쪽의 바이트는 (재료, 템플릿과 코드의 판)만으로 정해진다: 보기는 재료 말고는 아무것도 템플릿에 넘기지 않는다.
그래서 재료의 해시가 같은 쪽은 다시 만들 필요가 없다.
"""

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.public import hubs
from app.public.dataset import SHARED, DataPage
from app.public.hubs import DIRECTORIES, HubPage, topic_pages, topic_path
from app.public.material import Link, Page, TextFile
from app.public.site import PER_PAGE, Site, SiteSettings, linked_from, shortened
from kb.entry import Entry
from kb.errors import BadRedirects
from kb.licences import LICENCES, licence
from kb.topics import Topic
from kb.twins import as_data, as_markdown

APP = Path(__file__).resolve().parent.parent
STATIC = APP / "static"
MADE_BY = (
    "templates/base.html",
    "templates/public",
    "templates/shared/parts.html",
    "public",
    "../kb/render.py",
    "../kb/licences.py",
    "../kb/twins.py",
)
"""바뀌면 모든 쪽이 바뀌는 파일들."""


PER_SITEMAP = 1_000
"""사이트맵 한 장에 싣는 주소의 수: 글 하나를 고치면 다시 쓸 것이 작도록. 한도(5만 건, 10 MB)보다 훨씬 작다 (PUBLISHING 1.1, 1.2)."""


HUBS = "/sitemaps/hubs.xml"
GONE_ADDRESS = "/gone/address"
"""없앤 주소가 보이는 쪽."""
JSON = json.JSONEncoder(ensure_ascii=False)


@dataclass(frozen=True)
class HomePage(Page):
    template = "public/home.html"
    topics: tuple[tuple[Topic, int], ...]
    often: tuple[Link, ...]
    recent: tuple[tuple[Link, dt.datetime], ...]
    life: tuple[Link, ...]
    districts: tuple[Link, ...]


@dataclass(frozen=True)
class EntryPage(Page):
    template = "public/entry.html"
    entry: Entry
    version: str
    topic: Topic
    title: str
    description: str
    published: dt.date | None
    """여기에 처음 실은 날. 알 수 없으면 None."""
    hubs: tuple[Link, ...]
    """이 안내가 놓인 목록들."""
    related: tuple[Link, ...]
    moved: tuple[tuple[str, str], ...]
    """본문이 가리키지만 지금 공개되지 않은 안내와, 그것이 옮겨 간 주소(없으면 빈 글)."""

    @property
    def licence(self) -> tuple[str, str]:
        """이용 조건의 이름과 주소. 모르는 조건은 적힌 그대로 보인다."""
        return licence(self.entry.source.licence)


@dataclass(frozen=True)
class GonePage(Page):
    template = "public/gone.html"
    entry: Entry
    topic: Topic


@dataclass(frozen=True)
class GoneAddressPage(Page):
    """없앤 주소(redirects.yml)에서 보이는 쪽."""

    template = "public/gone_address.html"
    topics: tuple[Topic, ...]


@dataclass(frozen=True)
class MarkdownTwin(TextFile):
    """안내 하나를 Markdown으로."""

    mimetype = "text/markdown"
    entry: Entry
    topic: Topic

    @property
    def text(self) -> str:
        return as_markdown(self.entry, self.topic, self.settings.url)


@dataclass(frozen=True)
class JsonTwin(TextFile):
    """안내 하나를 JSON으로: API의 답과 같은 칸들."""

    mimetype = "application/json"
    entry: Entry
    topic: Topic

    @property
    def text(self) -> str:
        return JSON.encode(as_data(self.entry, self.topic, self.settings.url)) + "\n"


@dataclass(frozen=True)
class MovedFile(TextFile):
    """옮기거나 내린 주소의 표. nginx의 map과 app.released가 함께 읽는다: `옛 주소 새 주소;` (PUBLISHING 1.1)."""

    mimetype = "text/plain"
    lines: tuple[tuple[str, str], ...]

    @property
    def text(self) -> str:
        return "".join(f"{old} {new};\n" for old, new in self.lines)


@dataclass(frozen=True)
class AboutPage(Page):
    template = "public/about.html"


@dataclass(frozen=True)
class LicencePage(Page):
    template = "public/licence.html"
    licences: tuple[tuple[str, str, str], ...]
    """이용 조건의 부호, 이름, 주소."""


@dataclass(frozen=True)
class AccessibilityPage(Page):
    template = "public/accessibility.html"


@dataclass(frozen=True)
class MissingPage(Page):
    template = "public/missing.html"
    topics: tuple[Topic, ...]
    often: tuple[Link, ...]
    words: str = ""
    """물은 주소에 적힌 한글: 찾을 말로 채워 둔다."""


@dataclass(frozen=True)
class RobotsFile(Page):
    template = "public/robots.txt"
    mimetype = "text/plain"


@dataclass(frozen=True)
class OpenSearchFile(Page):
    template = "public/opensearch.xml"
    mimetype = "application/xml"
    """웹 서버가 확장자로 짐작하는 형식과 같아야 굳힐 수 있다. 브라우저는 link의 type을 본다."""

    @property
    def short_name(self) -> str:
        """브라우저의 목록에 보일 이름. OpenSearch는 열여섯 글자까지만 받는다."""
        return shortened(self.settings.name, 16)


Place = tuple[str, str]
"""사이트맵의 한 줄: 주소와, 그 내용을 마지막으로 고친 시각(모르면 빈 글). 고칠 때마다 천 줄의 지문을 적으므로 꾸밈없는 짝이다."""


@dataclass(frozen=True)
class SitemapIndex(Page):
    template = "public/sitemap.xml"
    mimetype = "application/xml"
    parts: tuple[Place, ...]


@dataclass(frozen=True)
class SitemapFile(Page):
    template = "public/sitemap-part.xml"
    mimetype = "application/xml"
    places: tuple[Place, ...]


# --- addresses -----------------------------------------------------------------------------------------------------


def entry_path(id: str) -> str:
    """안내의 주소 (PUBLISHING 3)."""
    return f"/faq/{id}"


def gone_path(id: str) -> str:
    """내린 안내를 알리는 쪽의 주소. 사람은 `/faq/…`에서 410으로 본다."""
    return f"/gone/{id}"


def entry_paths(id: str) -> tuple[str, str, str]:
    """안내와 그 쌍둥이(Markdown, JSON)의 주소 (PUBLISHING 3)."""
    path = entry_path(id)
    return path, f"{path}.md", f"{path}.json"


def topic_paths(site: Site, topic: Topic) -> Iterator[str]:
    """주제의 목록과 사이트맵의 모든 주소."""
    yield from (topic_path(topic, number) for number in _numbers(site, topic))
    yield from (sitemap_path(topic, number) for number in range(1, sitemaps(site, topic) + 1))


def sitemap_path(topic: Topic, number: int = 1) -> str:
    """주제의 사이트맵 주소. 주제마다 나누면 검색 로봇의 보고도 주제마다 나온다 (PUBLISHING 5)."""
    return f"/sitemaps/{topic.id}.xml" if number == 1 else f"/sitemaps/{topic.id}-{number}.xml"


def sitemap_of(site: Site, entry: Entry) -> str:
    """이 안내가 실린 사이트맵의 주소."""
    topic = site.topic_of(entry)
    return sitemap_path(topic, site.place_of(entry) // PER_SITEMAP + 1)


def public_urls(site: Site) -> Iterator[str]:
    """게시판 전체의 주소: 쪽, robots.txt, 사이트맵, opensearch.xml, 404.html, 정적 파일. 확장자가 없는 것은 text/html이다."""
    yield "/"
    yield from ("/about", "/licence", "/accessibility", "/data")
    for id in site.entries:
        yield from entry_paths(id)
    for topic in site.topics:
        yield from topic_paths(site, topic)
    yield from hubs.hub_paths(site)
    yield from (gone_path(id) for id in site.retired if not site.destination(id))
    if "" in site.redirects.values():
        yield GONE_ADDRESS
    yield from ("/moved.txt", "/robots.txt", "/sitemap.xml", HUBS, "/opensearch.xml", "/404.html")
    yield from static_urls()


def twin_headers(path: str, settings: SiteSettings) -> Mapping[str, str]:
    """이 주소의 답에 덧붙일 머리말: 쌍둥이는 검색엔진에서 원래 쪽과 겨루지 않고, 남의 스크립트도 읽는다 (PUBLISHING 1.5, 1.8)."""
    base, dot, form = path.rpartition(".")
    if not (dot and path.startswith("/faq/") and form in ("md", "json")):
        return {}
    return {"X-Robots-Tag": "noindex", "Link": f'<{settings.url(base)}>; rel="canonical"', **SHARED}


@cache
def share_images() -> frozenset[str]:
    """주제마다의 공유 그림이 있는 주제의 id."""
    return frozenset(file.stem for file in (STATIC / "share").glob("*.png"))


def share_image(page: Page) -> str:
    """남에게 보낼 때 보일 그림의 주소 (PUBLISHING 1.2): 주제의 것, 없으면 누리집의 것, 그것도 없으면 빈 글."""
    topic = page.topic.id if isinstance(page, EntryPage) else ""
    if isinstance(page, HubPage) and page.base.startswith("/topic/"):
        topic = page.base.split("/")[2]
    name = next((name for name in (topic, "site") if name in share_images()), "")
    return f"/static/share/{name}.png" if name else ""


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
    return fingerprint(page)


def fingerprint(page: Page) -> str:
    """재료와 코드의 해시. 항목은 그 판(`Entry.version`)이 글 모두를 말해 준다."""
    said = "\n".join([made_by(), type(page).__name__, *map(_said, vars(page).values())])
    return hashlib.sha256(said.encode()).hexdigest()[:32]


def _said(value: object) -> str:
    if isinstance(value, Entry):
        return value.version
    return _said_often(value) if isinstance(value, OFTEN) else repr(value)


OFTEN = (SiteSettings, Topic)
_often: dict[int, tuple[object, str]] = {}


def _said_often(value: object) -> str:
    """설정과 주제는 모든 쪽의 재료이고 길어서 해시를 기억해 둔다: 값이 아니라 물건으로(견주는 값이 더 든다)."""
    known = _often.get(id(value))
    if known is None or known[0] is not value:
        if len(_often) > 1_000:
            _often.clear()
        known = _often[id(value)] = (value, hashlib.sha256(repr(value).encode()).hexdigest())
    return known[1]


@cache
def made_by() -> str:
    """템플릿과 코드의 판. 실행하는 동안 바뀌지 않는다."""
    files = [file for name in MADE_BY for file in sorted([APP / name, *(APP / name).rglob("*")]) if file.is_file()]
    return hashlib.sha256(b"".join(file.read_bytes() for file in files if file.suffix != ".pyc")).hexdigest()


# --- ingredients -----------------------------------------------------------------------------------------------------


_latest_page: tuple[Site, str, "Page | None"] | None = None


def page_at(site: Site, url: str) -> Page | None:
    """그 주소의 쪽. 게시하지 않는 주소면 None. 굳힐 때는 같은 쪽을 잇달아 두 번(보기와 열쇠) 묻는다."""
    global _latest_page
    known = _latest_page
    if known is None or known[0] is not site or known[1] != url:
        _latest_page = known = (site, url, _page_at(site, url))
    return known[2]


def _page_at(site: Site, url: str) -> Page | None:
    match url.removeprefix("/").split("/"):
        case ["faq", name]:
            return _entry_form(site, *name.partition("."))
        case ["topic", id]:
            return hubs.topic_page(site, id)
        case ["topic", id, number] if _is_number(number):
            return hubs.topic_page(site, id, int(number))
        case ["topic" | "district" | "ganada" | "changes", _, *names]:
            return _shelf_at(site, names, url)
        case ["life", id]:
            return hubs.life_page(site, id)
        case ["gone", "address"] if "" in site.redirects.values():
            return GoneAddressPage(settings=site.settings, path=GONE_ADDRESS, topics=site.topics)
        case ["gone", id] if id in site.retired and not site.destination(id):
            return gone_page(site, site.retired[id])
        case [name] if name in DIRECTORIES:
            return hubs.directory_page(site, name)
        case ["sitemaps", name] if name.endswith(".xml"):
            return sitemap_hubs(site) if url == HUBS else sitemap_file(site, url)
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
        life=tuple(Link(f"/life#g{n}", name) for n, (name, _) in enumerate(hubs.life_groups(site), start=1)),
        districts=hubs.district_links(site),
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
        published=site.first_published(entry),
        hubs=hubs.hubs_of(site, entry),
        related=tuple(_link(site, other) for other in site.related(entry)),
        moved=tuple((id, _new_path(site, id)) for id in linked_from(entry) if id not in site.entries),
    )


def gone_page(site: Site, entry: Entry) -> GonePage:
    return GonePage(settings=site.settings, path=gone_path(entry.id), entry=entry, topic=site.topic_of(entry))


def moved_file(site: Site) -> MovedFile:
    lines = [
        (old, new)
        for id in sorted(site.retired)
        for old, new in zip(entry_paths(id), _new_paths(site, id), strict=True)
    ]
    lines += [(old, redirected(site, old)) for old in site.redirects if old not in dict(lines)]
    return MovedFile(settings=site.settings, path="/moved.txt", lines=tuple(lines))


def redirected(site: Site, old: str) -> str:
    """redirects.yml이 옮긴 주소의 새 주소. 없앤 것이면 그것을 알리는 쪽. 그런 것이 없으면 빈 글.

    있는 쪽을 옮기거나 없는 쪽으로 보내면 BadRedirects.
    """
    if old not in site.redirects:
        return ""
    new = site.redirects[old] or GONE_ADDRESS
    new = moved_to(site, new) or new  # it may lead to an entry that has moved itself: one hop all the same
    if page_at(site, old) is not None:
        raise BadRedirects(f"redirects.yml이 옮기는 ‘{old}’는 지금 있는 쪽입니다. 그 줄을 지우세요.")
    if page_at(site, new) is None:
        raise BadRedirects(f"redirects.yml이 ‘{old}’를 보내는 ‘{new}’는 없는 쪽입니다. 새 주소를 고치세요.")
    return new


def moved_to(site: Site, path: str) -> str:
    """옮기거나 내린 안내(와 그 쌍둥이)의 새 주소. 내렸으면 그것을 알리는 쪽의 주소, 아니면 빈 글."""
    id = path.removeprefix("/faq/").partition(".")[0]
    return dict(zip(entry_paths(id), _new_paths(site, id), strict=True)).get(path, "") if id in site.retired else ""


def _new_paths(site: Site, id: str) -> tuple[str, ...]:
    target = site.destination(id)
    return entry_paths(target) if target else (gone_path(id),) * 3


def _entry_form(site: Site, id: str, dot: str, form: str) -> Page | None:
    """안내의 쪽이나 쌍둥이."""
    if id not in site.entries:
        return None
    entry = site.entries[id]
    if not dot:
        return entry_page(site, entry)
    kind = {"md": MarkdownTwin, "json": JsonTwin}.get(form)
    path = f"{entry_path(id)}.{form}"
    return kind(settings=site.settings, path=path, entry=entry, topic=site.topic_of(entry)) if kind else None


def _shelf_at(site: Site, names: Sequence[str], url: str) -> HubPage | None:
    """갈래, 자치구, 가나다, 달의 쪽."""
    if names and _is_number(names[-1]):
        return hubs.shelf_page(site, url.rpartition("/")[0], int(names[-1]))
    return hubs.shelf_page(site, url)


def _is_number(text: str) -> bool:
    """둘째 쪽부터의 번호인가. 첫 쪽에는 번호가 없다."""
    return text.isascii() and text.isdigit() and not text.startswith("0") and text != "1"


def about_page(site: Site) -> AboutPage:
    return AboutPage(settings=site.settings, path="/about")


def licence_page(site: Site) -> LicencePage:
    told = tuple((code, *LICENCES[code]) for code in LICENCES)
    return LicencePage(settings=site.settings, path="/licence", licences=told)


def accessibility_page(site: Site) -> AccessibilityPage:
    return AccessibilityPage(settings=site.settings, path="/accessibility")


def data_page(site: Site) -> DataPage:
    topics = tuple((topic.id, topic.name) for topic in site.topics)
    return DataPage(settings=site.settings, path="/data", edition=site.edition, topics=topics)


def missing_page(site: Site) -> MissingPage:
    return MissingPage(
        settings=site.settings,
        path="/404.html",
        topics=site.topics,
        often=tuple(_link(site, entry) for entry in site.often),
    )


def robots_file(site: Site) -> RobotsFile:
    return RobotsFile(settings=site.settings, path="/robots.txt")


def opensearch_file(site: Site) -> OpenSearchFile:
    return OpenSearchFile(settings=site.settings, path="/opensearch.xml")


def sitemaps(site: Site, topic: Topic) -> int:
    """주제의 사이트맵의 수. 비어 있으면 없다."""
    return -(-len(site.by_topic[topic.id]) // PER_SITEMAP)


def sitemap_index(site: Site) -> SitemapIndex:
    """사이트맵들의 목록. 날짜는 글을 고친 시각뿐이라 템플릿만 바뀌면 그대로다 (PUBLISHING 1.1)."""
    pages = PER_SITEMAP // PER_PAGE
    parts = [
        (sitemap_path(topic, place + 1), _iso(site.latest[topic.id][place * pages : (place + 1) * pages]))
        for topic in site.topics
        for place in range(sitemaps(site, topic))
    ]
    hubs = (HUBS, _iso([entry.updated for entry in site.recent]))
    return SitemapIndex(settings=site.settings, path="/sitemap.xml", parts=(hubs, *parts))


def sitemap_hubs(site: Site) -> SitemapFile:
    """안내가 아닌 쪽들의 사이트맵: 그 쪽에 보이는 안내를 마지막으로 고친 시각."""
    places = [("/", _iso([entry.updated for entry in site.recent]))]
    places += [(path, "") for path in ("/about", "/licence", "/accessibility")]
    places.append(("/data", site.edition.made.isoformat() if site.edition else ""))
    for topic in site.topics:
        latest = site.latest.get(topic.id, ())
        places += [(topic_path(topic, number), _iso(latest[number - 1 : number])) for number in _numbers(site, topic)]
    places += [(path, _changed(site, path)) for path in hubs.hub_paths(site)]
    return SitemapFile(settings=site.settings, path=HUBS, places=tuple(places))


def _changed(site: Site, path: str) -> str:
    """목록 한 쪽에 보이는 안내를 마지막으로 고친 시각."""
    base, _, number = path.rpartition("/")
    if _is_number(number):
        return _iso(site.latest[base][int(number) - 1 : int(number)])
    return _iso(site.latest.get(path, ())[:1])


def sitemap_file(site: Site, path: str) -> SitemapFile | None:
    """주제의 사이트맵 한 장. 그런 것이 없으면 None."""
    for topic in site.topics:
        for place in range(sitemaps(site, topic)) if path.startswith(f"/sitemaps/{topic.id}") else ():
            if path == sitemap_path(topic, place + 1):
                shown = site.by_topic[topic.id][place * PER_SITEMAP : (place + 1) * PER_SITEMAP]
                places = tuple((entry_path(entry.id), entry.updated.isoformat()) for entry in shown)
                return SitemapFile(settings=site.settings, path=path, places=places)
    return None


SINGLE: Mapping[str, Callable[[Site], Page]] = {
    "": home_page,
    "about": about_page,
    "licence": licence_page,
    "accessibility": accessibility_page,
    "data": data_page,
    "moved.txt": moved_file,
    "404.html": missing_page,
    "robots.txt": robots_file,
    "opensearch.xml": opensearch_file,
    "sitemap.xml": sitemap_index,
}


_link = hubs.link


def _new_path(site: Site, id: str) -> str:
    target = site.destination(id)
    return entry_path(target) if target else ""


def _numbers(site: Site, topic: Topic) -> range:
    return range(1, topic_pages(site, topic) + 1)


def _iso(times: Sequence[dt.datetime]) -> str:
    return max(times).isoformat() if times else ""
