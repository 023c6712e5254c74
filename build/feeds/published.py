"""피드와 llms.txt를 게시본에 덧붙인다. 무엇이 적히는지는 곁의 파일들이, 언제 쓰는지는 게시가 안다."""

from functools import cache
from hashlib import sha256
from pathlib import Path

from app.public import Site
from app.public.hubs import topic_path
from app.public.pages import made_by
from build.artefacts import Artefact
from build.data.fields import in_order
from build.data.tables import moved
from build.feeds.atom import atom
from build.feeds.indexnow import key_path
from build.feeds.items import item, newest
from build.feeds.llms import llms, topic_llms
from build.feeds.rss import rss
from kb.topics import Topic

NEWEST = 200
"""RSS와 Atom에 싣는 안내의 수 (PUBLISHING 1.2, 5)."""

NEWEST_OF_TOPIC = 50


def feeds(*, late: bool = False) -> tuple[Artefact, ...]:
    """게시본에 덧붙일 것. `late`이면 쪽이 먼저 보인 뒤에 쓴다."""
    return (Artefact("feeds", fingerprint, write_feeds, late=late),)


def fingerprint(site: Site) -> str:
    """피드를 만드는 모든 것의 해시. 목록에 담긴 차례에 기대지 않는다."""
    entries = (*in_order(site.entries), *in_order(site.retired))
    said = [
        _code(),
        repr(site.settings),
        repr(site.topics),
        str(site.edition is None),
        *(f"{entry.id} {entry.version}" for entry in entries),
    ]
    return sha256("\n".join(said).encode()).hexdigest()[:32]


def write_feeds(folder: Path, site: Site) -> None:
    """rss.xml, atom.xml, llms.txt, 주제마다의 rss.xml과 llms.txt, IndexNow의 열쇠 파일."""
    items = [item(site, entry) for entry in newest(site.entries.values(), NEWEST)]
    gone = sorted(moved(site), key=lambda one: (-one.when.timestamp(), one.id))[:NEWEST]
    name, about = site.settings.name, site.settings.about
    _put(folder, "/rss.xml", rss(site, items, path="/rss.xml", title=f"{name} - 새로 고친 안내", about=about, page="/"))
    _put(folder, "/atom.xml", atom(site, items, gone, path="/atom.xml"))
    _put(folder, "/llms.txt", llms(site).encode())
    for topic in site.topics:
        _put(folder, f"{topic_path(topic)}/rss.xml", _topic_rss(site, topic))
        _put(folder, f"{topic_path(topic)}/llms.txt", topic_llms(site, topic).encode())
    if key := site.settings.ownership.indexnow:
        _put(folder, key_path(key), key.encode())


def _topic_rss(site: Site, topic: Topic) -> bytes:
    items = [item(site, entry) for entry in newest(site.by_topic[topic.id], NEWEST_OF_TOPIC)]
    title = f"{site.settings.name} - {topic.name}"
    return rss(site, items, path=f"{topic_path(topic)}/rss.xml", title=title, about=topic.about, page=topic_path(topic))


def _put(folder: Path, path: str, content: bytes) -> None:
    file = folder / path.removeprefix("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)


@cache
def _code() -> str:
    """피드를 쓰는 코드의 판. 답의 HTML은 쪽을 그리는 코드(made_by)에 달렸다."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return sha256(b"".join([made_by().encode(), *(file.read_bytes() for file in files)])).hexdigest()
