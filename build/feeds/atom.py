"""Atom: 새로 고친 안내와, 합치거나 내린 안내(RFC 6721의 deleted-entry). 어디에 링크되는지는 모른다."""

from collections.abc import Sequence

from app.public import Site
from app.public.pages import entry_path
from build.data.tables import Moved
from build.feeds.items import Item
from build.feeds.xml import DECLARATION, attribute, element, empty

OPENING = f'{DECLARATION}<feed xmlns="http://www.w3.org/2005/Atom" xmlns:at="http://purl.org/atompub/tombstones/1.0" xml:lang="ko">'
NEVER = "1970-01-01T00:00:00+09:00"
MERGED, REMOVED = "다른 안내로 합쳤습니다.", "이제 없는 안내입니다."


def atom(site: Site, items: Sequence[Item], gone: Sequence[Moved], *, path: str) -> bytes:
    """피드 하나. 꼭지와 없어진 것 모두 늦은 것부터다. 없어진 안내의 글은 한 글자도 싣지 않는다."""
    url = site.settings.url
    times = [item.updated for item in items[:1]] + [moved.when for moved in gone[:1]]
    head = [
        element("id", url("/")),
        element("title", f"{site.settings.name} - 새로 고친 안내"),
        element("subtitle", site.settings.about),
        element("updated", max(times).isoformat() if times else NEVER),
        f"<author>{element('name', site.settings.name)}</author>",
        element("rights", f"안내마다 적힌 이용 조건을 따릅니다. {url('/data')}"),
        empty("link", rel="self", type="application/atom+xml", href=url(path)),
        empty("link", rel="alternate", type="text/html", href=url("/")),
    ]
    tombs = [_tombstone(site, moved) for moved in gone]
    return "\n".join([OPENING, *head, *map(_entry, items), *tombs, "</feed>\n"]).encode()


def _entry(item: Item) -> str:
    parts = (
        element("id", item.url),
        element("title", item.title),
        element("updated", item.updated.isoformat()),
        empty("category", term=item.topic),
        empty("link", rel="alternate", type="text/html", href=item.url),
        element("content", item.html, type="html"),
    )
    return f"<entry>{''.join(parts)}</entry>"


def _tombstone(site: Site, moved: Moved) -> str:
    """꼭지와 같은 id를 가리킨다 (RFC 6721 3장)."""
    url = site.settings.url
    more = element("at:comment", MERGED if moved.to else REMOVED)
    if moved.to:
        more += empty("link", rel="related", type="text/html", href=url(entry_path(moved.to)))
    ref = attribute(url(entry_path(moved.id)))
    return f'<at:deleted-entry ref="{ref}" when="{moved.when.isoformat()}">{more}</at:deleted-entry>'
