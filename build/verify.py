"""교체하기 전에 게시본을 살핀다: 빠진 파일, 끊긴 링크, 빈 제목, 실행되는 글. 쪽을 어떻게 만드는지는 모른다.

`look_at`은 lxml로 온전히 읽는다. `glance`는 같은 판단을 훨씬 싸게 한다: 흔한 모양의 HTML에만 답하고, 조금이라도 낯설거나 흠이
보이면 `look_at`에게 넘긴다.
"""

import os
import re
from collections import Counter
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from build.release import PACKED

PLAIN_PATH = re.compile(r"/(?:[\w-]+/)*(?:[\w-]+(?:\.[\w-]+)*)?(?:\?[^#]*)?(?:#.*)?", re.ASCII)
"""점으로 시작하는 토막도 %도 없는 우리 길: 더 풀 것이 없다."""
OUTSIDE = ("https://", "http://", "tel:")
ELSEWHERE = ("http", "https", "tel", "mailto")
REMEMBERED = 5_000
"""기억해 둘 줄과 링크의 수. 되풀이되는 것은 처음 몇백 쪽에 다 나온다."""

SHOWN = 5  # 한 번에 보여 주는 문제의 수

_parser = etree.HTMLParser(encoding="utf-8", collect_ids=False, remove_comments=True)
_links = etree.XPath("//@href | //@src | //@action | //@formaction", smart_strings=False)
_active = etree.XPath(
    "//@*[starts-with(name(), 'on') and . != '' or name() = 'style']/.."
    " | //style | //script[not(@src) and not(@type = 'application/ld+json')]"
)
EMBEDS = (
    *(
        "animate",
        "applet",
        "audio",
        "base",
        "embed",
        "feimage",
        "frame",
        "frameset",
        "iframe",
        "image",
        "math",
        "object",
    ),
    *("portal", "set", "template", "use", "video"),
)
"""우리 쪽에 없는 요소들: 남의 것을 가져오거나, 링크를 나중에 바꾸거나, 링크의 뜻을 바꾼다."""
TOLD = ("canonical", "alternate", "describedby", "license", "search")
"""가리키기만 하고 가져오지는 않는 link의 rel. 다른 것(stylesheet, icon …)은 우리 것이어야 한다."""
_embeds = etree.XPath(
    f"//*[{' or '.join(f'self::{name}' for name in EMBEDS)} or @http-equiv or @srcset or @srcdoc or @background or @ping]"
)
_fetched = etree.XPath(
    f"//@src | //@action | //@formaction | //link[not({' or '.join(f'@rel = {rel!r}' for rel in TOLD)})]/@href",
    smart_strings=False,
)


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """링크가 이를 수 있는 곳: 이 게시본의 주소, 살아 있는 화면의 앞머리(`/search`, `/correct` …), 우리 누리집의 이름."""

    pages: Container[str]
    live: Collection[str] = ()
    base_url: str = ""

    def reach(self, link: str, *, on: str) -> str | None:
        """`on` 쪽에 적힌 링크가 이르는 이 게시본의 주소. 밖이나 살아 있는 화면에 이르면 빈 글, 어디에도 이르지 않으면 None."""
        if link in self.pages:
            return link
        if link.startswith("#"):
            return on
        if link.startswith(OUTSIDE):
            if not self.is_ours(link):
                return ""
            link = link.removeprefix(self.base_url) or "/"
        if PLAIN_PATH.fullmatch(link):
            path = link.partition("#")[0].partition("?")[0]
            return path if path in self.pages else self._live(path)
        return self._reach(link, on)

    def sorted_out(self, links: Iterable[str], *, on: str) -> "Verdict":
        """링크들이 이르는 이 게시본의 주소들과, 어디에 이르는지 모르는 링크들."""
        reached: dict[str, None] = {}
        unknown: dict[str, None] = {}
        for link in links:
            if link in self.pages:
                reached[link] = None
            elif (place := self.reach(link, on=on)) is None:
                unknown[link] = None
            elif place:
                reached[place] = None
        return tuple(reached), tuple(unknown)

    def is_foreign(self, link: str) -> bool:
        """남의 누리집인가. 우리 누리집의 이름으로 적은 것은 우리 것이다."""
        target = urlsplit(link)
        return bool(target.scheme or target.netloc) and not self.is_ours(link)

    def is_ours(self, link: str) -> bool:
        """우리 누리집의 이름으로 적은 링크인가."""
        return bool(self.base_url) and f"{link}/".startswith(f"{self.base_url}/")

    def _live(self, path: str) -> str | None:
        while path and path not in self.live:
            path = path.rpartition("/")[0]
        return "" if path else None

    def _reach(self, link: str, on: str) -> str | None:
        target = urlsplit(urljoin(on, link))
        if target.scheme or target.netloc:
            return "" if target.scheme in ELSEWHERE else None
        path = unquote(target.path)
        return path if path in self.pages else self._live(path)


@dataclass(frozen=True)
class Finding:
    """쪽 하나를 본 결과: 제목, 사람에게 보일 문제의 문장들, 이 게시본에서 가리키는 주소들, 어디에 이르는지 모르는 링크들."""

    title: str
    problems: list[str]
    links: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


NOTHING = Finding("", [])


def look_at(html: bytes, *, url: str, addresses: Addresses) -> Finding:
    """HTML 한 쪽을 살핀다.

    쪽 안의 스크립트와 이벤트와 style, 남의 누리집에서 가져오는 것은 CSP가 막으므로 내보내지 않는다(PUBLISHING 1.8).
    """
    root = etree.fromstring(html, _parser) if html.strip() else None
    if root is None:
        return Finding("", [f"‘{url}’ 쪽이 비어 있습니다."])
    title = " ".join((root.findtext("head/title") or "").split())
    problems = []
    if not title:
        problems.append(f"‘{url}’ 쪽에 제목(title)이 없습니다.")
    if root.get("lang") != "ko":
        problems.append(f'‘{url}’ 쪽의 html에 lang="ko"가 없습니다.')
    problems += [f"‘{url}’ 쪽의 {node.tag} 요소에 쪽 안에서 실행되거나 꾸미는 글이 있습니다." for node in _active(root)]
    problems += [f"‘{url}’ 쪽에 내보내지 않는 것이 있습니다: {node.tag} 요소나 그 속성." for node in _embeds(root)]
    problems += [
        f"‘{url}’ 쪽이 남의 누리집에서 ‘{link}’를 가져오거나 그리로 보냅니다."
        for link in dict.fromkeys(_fetched(root))
        if addresses.is_foreign(link.strip())
    ]
    return Finding(title, problems, *addresses.sorted_out((link.strip() for link in _links(root)), on=url))


def problems_in(html: bytes, *, url: str, addresses: Addresses) -> list[str]:
    """HTML 한 쪽의 문제를 모두 말한다. `addresses`는 이 게시본의 주소를 다 알아야 한다."""
    found = look_at(html, url=url, addresses=addresses)
    return [
        *(f"‘{url}’ 쪽의 링크 ‘{link}’가 어디에도 이르지 않습니다." for link in found.unknown),
        *found.problems,
    ]


# --- the same, at a glance ---------------------------------------------------------------------------------------------

ELEMENTS = (
    "a|abbr|article|aside|b|blockquote|body|br|button|caption|code|dd|del|details|div|dl|dt|em|fieldset|figcaption|figure"
    "|footer|form|h[1-6]|head|header|hr|html|i|img|input|kbd|label|legend|li|main|mark|meta|nav|ol|option|p|path|pre|s|samp"
    "|section|select|small|span|strong|sub|summary|sup|svg|table|tbody|td|textarea|tfoot|th|thead|time|title|tr|u|ul|var"
    f'|link rel="(?:{"|".join(TOLD)})"|link rel="(?:icon|stylesheet)"(?= href="/)'
    r'|script(?= src="/)|script type="application/ld\+json"'
)
"""우리 쪽에 있는 요소들."""
ATTRIBUTES = (
    "aria-[a-z]+|autocomplete|charset|class|cols|content|d|datetime|enctype|focusable|for|height|id|lang|maxlength|method"
    "|minlength|name|pattern|placeholder|property|rel|role|rows|scope|start|tabindex|title|type|value|viewBox|width"
)
"""우리 쪽에 있는 속성들: 실행되거나 꾸미거나 다른 것을 가리키지 않는다."""
ATTRIBUTE = rf' (?:(?:{ATTRIBUTES})="[^"<>\n]*"|defer|required|checked|selected|hidden|open)'
LINK = r' (?:href="|(?:src|action)="(?=/))([^"<>\n]*)"'
ORDINARY = re.compile(
    rf"<(?:/[a-z][a-z0-9]*|!(?i:doctype) html|(?:{ELEMENTS})(?:{ATTRIBUTE})*(?:{LINK}(?:{ATTRIBUTE})*)?/?)>".encode()
)
"""우리 쪽의 태그: 한 줄 안에, 아는 요소와 속성만, 가리키는 곳은 많아야 하나. 다른 꼴이 있으면 낯선 쪽이다."""
TITLE = re.compile(rb"<title>([^<]*)</title>")
KOREAN = re.compile(rb'\s*<!(?i:doctype) html>\s*<html lang="ko">\s*<head>')

Verdict = tuple[tuple[str, ...], tuple[str, ...]]
"""이르는 이 게시본의 주소들과, 어디에 이르는지 모르는 링크들."""
NO_LINKS: Verdict = ((), ())


@dataclass(frozen=True)
class Glance:
    """여러 쪽을 잇달아 살피는 눈. 쪽마다 되풀이되는 줄(머리, 바닥)은 한 번만 본다."""

    addresses: Addresses
    _seen: dict[bytes, Verdict] = field(default_factory=dict)

    def __call__(self, html: bytes, *, url: str) -> Finding:
        """`look_at`과 같은 결과를 훨씬 싸게: 흔한 모양의 HTML이면 글자를 세는 것만으로 안다. 낯설면 `look_at`에게 넘긴다."""
        return self._glance(html, url) or look_at(html, url=url, addresses=self.addresses)

    def _glance(self, html: bytes, url: str) -> Finding | None:
        title = TITLE.search(html)
        if not title or not KOREAN.match(html) or title.end() > html.find(b"</head>"):
            return None
        foot = html.rfind(b"</main>")
        seen, new = self._sorted_lines([*html[:foot].split(b"\n"), html[foot:]])
        links = ordinary_links(b"\n".join(new))
        if links is None:
            return None
        if len(self._seen) < REMEMBERED:
            self._remember(new, url)
        found = [*seen, self.addresses.sorted_out(links, on=url)]
        name = " ".join(unescape(title[1].decode()).split())
        reached, unknown = ({one: None for verdict in found for one in verdict[n]} for n in (0, 1))
        return Finding(name, [], tuple(reached), tuple(unknown)) if name else None

    def _sorted_lines(self, lines: Iterable[bytes]) -> tuple[list[Verdict], list[bytes]]:
        """이미 본 줄의 판단들과, 처음 보는 줄들."""
        seen: list[Verdict] = []
        new: list[bytes] = []
        look = self._seen.get
        for line in lines:
            found = look(line)
            if found is None:
                new.append(line)
            elif found is not NO_LINKS:
                seen.append(found)
        return seen, new

    def _remember(self, lines: Iterable[bytes], url: str) -> None:
        for line in lines:
            links = ordinary_links(line)
            if links is None or not all(link.startswith(("/", "http", "tel:")) for link in links):
                continue  # 쪽마다 다른 곳에 이른다
            self._seen[line] = self.addresses.sorted_out(links, on=url) if links else NO_LINKS


def ordinary_links(lines: bytes) -> list[str] | None:
    """줄들에 적힌 링크. 우리 쪽의 태그가 아닌 것이 하나라도 있으면 None."""
    found = ORDINARY.findall(lines)
    if len(found) != lines.count(b"<"):
        return None
    text = b"\n".join(filter(None, found)).decode()
    return [link.strip() for link in (unescape(text) if "&" in text else text).split("\n") if link]


def files_in(folder: Path) -> dict[str, int]:
    """폴더 안 모든 파일의 이름(폴더에서부터)과 크기. 점으로 시작하는 것은 우리가 적어 두는 것이라 뺀다."""
    found: dict[str, int] = {}
    _collect(str(folder), "", found)
    return found


def _collect(folder: str, prefix: str, found: dict[str, int]) -> None:
    with os.scandir(folder) as listed:
        for item in listed:
            if item.name.startswith("."):
                continue
            if item.is_dir(follow_symlinks=False):
                _collect(item.path, f"{prefix}{item.name}/", found)
            else:
                found[prefix + item.name] = item.stat(follow_symlinks=False).st_size


def missing_or_extra(there: Mapping[str, int], listed: Mapping[str, int]) -> list[str]:
    """있어야 할 파일과 있는 파일이 크기까지 하나하나 같은가. 다르면 문장으로. 줄여 둔 것은 제 파일이 있으면 된다."""
    if there == listed:
        return []
    extra = (name for name in there.keys() - listed.keys() if not (name.endswith(PACKED) and name[:-3] in listed))
    wrong = (name for name, size in listed.items() if there.get(name) != size)
    return [
        *(f"‘{name}’ 파일이 온전히 만들어지지 않았습니다." for name in sorted(wrong)),
        *(f"‘{name}’ 파일은 목록에 없는데 만들어졌습니다." for name in sorted(extra)),
    ]


def same_titles(titles: Iterable[str]) -> list[str]:
    """여러 쪽이 함께 쓰는 제목. 막지는 않고 알린다(PUBLISHING 1.1)."""
    return [f"제목 ‘{title}’을(를) {n}쪽이 함께 씁니다." for title, n in Counter(titles).items() if title and n > 1]


def in_short(problems: list[str]) -> str:
    rest = len(problems) - SHOWN
    return " ".join(problems[:SHOWN]) + (f" (그 밖에 {rest}건)" if rest > 0 else "")
