"""교체하기 전에 게시본을 살핀다: 빠진 파일, 끊긴 링크, 빈 제목, 실행되는 글. 쪽을 어떻게 만드는지는 모른다.

`look_at`은 lxml로 온전히 읽는다. `glance`는 같은 판단을 훨씬 싸게 한다: 흔한 모양의 HTML에만 답하고, 조금이라도 낯설거나 흠이
보이면 `look_at`에게 넘긴다.
"""

import os
import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
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
SHOWN = 5  # 한 번에 보여 주는 문제의 수

_parser = etree.HTMLParser(encoding="utf-8", collect_ids=False, remove_comments=True)
_links = etree.XPath("//@href | //@src | //@action", smart_strings=False)
_active = etree.XPath(
    "//@*[starts-with(name(), 'on') or name() = 'style']/.."
    " | //style | //script[not(@src) and not(@type = 'application/ld+json')]"
)


@dataclass(frozen=True, kw_only=True)
class Addresses:
    """링크가 이를 수 있는 곳: 이 게시본의 주소, 살아 있는 화면의 앞머리(`/search`, `/correct` …), 우리 누리집의 이름."""

    pages: Container[str]
    live: tuple[str, ...] = ()
    base_url: str = ""
    _judged: dict[tuple[str, str], str | None] = field(default_factory=dict)

    def reach(self, link: str, *, on: str) -> str | None:
        """`on` 쪽에 적힌 링크가 이르는 이 게시본의 주소. 밖이나 살아 있는 화면에 이르면 빈 글, 어디에도 이르지 않으면 None.

        같은 링크가 수천 쪽에 있으므로 판단을 기억한다.
        """
        if link in self.pages:
            return link
        if PLAIN_PATH.fullmatch(link):
            path = link.partition("#")[0].partition("?")[0]
            return path if path in self.pages else self._live(path)
        if link.startswith(OUTSIDE) and not (self.base_url and link.startswith(self.base_url)):
            return ""
        place = "" if link.startswith(("/", "http")) else on
        if (link, place) not in self._judged:
            self._judged[link, place] = self._reach(link, on)
        return self._judged[link, place]

    def sorted_out(self, links: Iterable[str], *, on: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """링크들이 이르는 이 게시본의 주소들과, 어디에 이르는지 모르는 링크들."""
        reached: dict[str, None] = {}
        unknown: dict[str, None] = {}
        for link in links:
            if (place := self.reach(link, on=on)) is None:
                unknown[link] = None
            elif place:
                reached[place] = None
        return tuple(reached), tuple(unknown)

    def _live(self, path: str) -> str | None:
        return "" if any(path == live or path.startswith(f"{live}/") for live in self.live) else None

    def _reach(self, link: str, on: str) -> str | None:
        if self.base_url and f"{link}/".startswith(f"{self.base_url}/"):
            link = link.removeprefix(self.base_url) or "/"
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
    """HTML 한 쪽을 살핀다(PUBLISHING 1.8: 쪽 안의 스크립트·이벤트·style은 CSP가 막으므로 내보내지 않는다)."""
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
    return Finding(title, problems, *addresses.sorted_out((link.strip() for link in _links(root)), on=url))


def broken(url: str, links: Iterable[str]) -> list[str]:
    """끊긴 링크마다 한 문장."""
    return [f"‘{url}’ 쪽의 링크 ‘{link}’가 어디에도 이르지 않습니다." for link in links]


# --- the same, at a glance ---------------------------------------------------------------------------------------------

LINKED = re.compile(rb' (?:href|src|action)="([^"]*)"')
NAMES = (b"href", b"src", b"action")
SCRIPTS = (b'<script src="', b'<script type="application/ld+json">')
BEFORE_ATTRIBUTE = (b" ", b"\n", b"\t", b"\r", b"\f", b"/", b'"', b"'")
TITLE = re.compile(rb"<title>([^<]*)</title>")
KOREAN = re.compile(rb'\s*<!doctype html>\s*<html lang="ko">\s*<head>')


def glance(html: bytes, *, url: str, addresses: Addresses) -> Finding:
    """`look_at`과 같은 결과를 훨씬 싸게: 흔한 모양의 HTML이면 글자를 세는 것만으로 안다. 낯설면 `look_at`에게 넘긴다."""
    title = TITLE.search(html)
    if not title or not KOREAN.match(html) or title.end() > html.find(b"</head>") or not is_ordinary(html):
        return look_at(html, url=url, addresses=addresses)
    name = " ".join(unescape(title[1].decode()).split())
    if not name:
        return look_at(html, url=url, addresses=addresses)
    links = b"\n".join(LINKED.findall(html)).decode()
    each = (unescape(links) if "&" in links else links).split("\n")
    return Finding(name, [], *addresses.sorted_out((link.strip() for link in each), on=url))


def is_ordinary(html: bytes) -> bool:
    """링크가 모두 ` href="…"` 꼴이고, 실행되거나 꾸미는 것이 없는가.

    속성의 이름은 어떤 꼴로 쓰든 글자 그대로 적혀야 하므로, 이름이 나오는 수가 우리 꼴의 수와 같으면 다른 꼴은 없다.
    본문에 그런 글자가 있어도 수가 달라져 낯선 쪽이 될 뿐이다.
    """
    small = html.lower()
    return (
        all(small.count(name) == html.count(b' %s="' % name) for name in NAMES)
        and small.count(b"<script") == sum(html.count(opening) for opening in SCRIPTS)
        and small.count(b"style") == html.count(b'rel="stylesheet"')
        and not any(before + b"on" in small for before in BEFORE_ATTRIBUTE)
    )


def files_in(folder: Path) -> Mapping[str, int]:
    """폴더 안 모든 파일의 이름(폴더에서부터)과 크기. 점으로 시작하는 것은 우리가 적어 두는 것이라 뺀다."""
    found: dict[str, int] = {}
    _collect(str(folder), "", found)
    return found


def missing_or_extra(
    folder: Path | None, expected: Mapping[str, int], *, there: Mapping[str, int] | None = None
) -> list[str]:
    """폴더에 있어야 할 파일과 있는 파일이 크기까지 하나하나 같은가. 다르면 문장으로. 줄여 둔 것은 제 파일이 있으면 된다."""
    there = files_in(folder) if there is None and folder else there or {}
    extra = (name for name in there.keys() - expected.keys() if not (name.endswith(PACKED) and name[:-3] in expected))
    wrong = (name for name, size in expected.items() if there.get(name) != size)
    return [
        *(f"‘{name}’ 파일이 온전히 만들어지지 않았습니다." for name in sorted(wrong)),
        *(f"‘{name}’ 파일은 목록에 없는데 만들어졌습니다." for name in sorted(extra)),
    ]


def _collect(folder: str, prefix: str, found: dict[str, int]) -> None:
    with os.scandir(folder) as listed:
        for item in listed:
            if item.name.startswith("."):
                continue
            if item.is_dir(follow_symlinks=False):
                _collect(item.path, f"{prefix}{item.name}/", found)
            else:
                found[prefix + item.name] = item.stat(follow_symlinks=False).st_size


def same_titles(titles: Iterable[str]) -> list[str]:
    """여러 쪽이 함께 쓰는 제목. 막지는 않고 알린다(PUBLISHING 1.1)."""
    return [f"제목 ‘{title}’을(를) {n}쪽이 함께 씁니다." for title, n in Counter(titles).items() if title and n > 1]


def in_short(problems: list[str]) -> str:
    rest = len(problems) - SHOWN
    return " ".join(problems[:SHOWN]) + (f" (그 밖에 {rest}건)" if rest > 0 else "")
