"""RSS 2.0: 새로 고친 안내와 그 본문 전체. 어디에 링크되는지는 모른다."""

from collections.abc import Sequence
from email.utils import format_datetime

from app.public import Site
from build.feeds.items import Item
from build.feeds.xml import DECLARATION, element, empty

LARGEST = 9_500_000
"""파일의 크기(바이트). 네이버가 읽는 10 MB를 넘지 않는다 (PUBLISHING 1.2)."""


def rss(site: Site, items: Sequence[Item], *, path: str, title: str, about: str, page: str) -> bytes:
    """피드 하나. `page`는 같은 안내들이 있는 쪽의 길이다. 너무 크면 오래된 꼭지부터 뺀다."""
    url = site.settings.url
    head = [
        element("title", title),
        element("link", url(page)),
        element("description", about),
        element("language", "ko"),
        element("copyright", f"안내마다 적힌 이용 조건을 따릅니다. {url('/data')}"),
        empty("atom:link", href=url(path), rel="self", type="application/rss+xml"),
        *([element("lastBuildDate", format_datetime(items[0].updated))] if items else []),
    ]
    opening = f'{DECLARATION}<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">\n<channel>\n'
    kept = _fitting([_item(one) for one in items], room=LARGEST - len(opening.encode()) - 4096)
    return "\n".join([opening + "\n".join(head), *kept, "</channel>\n</rss>\n"]).encode()


def _item(item: Item) -> str:
    parts = (
        element("title", item.title),
        element("link", item.url),
        element("guid", item.url, isPermaLink="true"),
        element("category", item.topic),
        element("pubDate", format_datetime(item.updated)),
        element("description", item.html),
    )
    return f"<item>{''.join(parts)}</item>"


def _fitting(pieces: Sequence[str], *, room: int) -> list[str]:
    kept = []
    for piece in pieces:
        room -= len(piece.encode()) + 1
        if room < 0:
            break
        kept.append(piece)
    return kept
