"""교체하기 전에 게시본을 살핀다: 빠진 파일, 끊긴 링크, 빈 제목, 실행되는 글. 쪽을 어떻게 만드는지는 모른다.

`look_at`은 lxml로 온전히 읽는다. `glance`는 같은 판단을 훨씬 싸게 한다: 흔한 모양의 HTML에서만, 그리고 흠이 없을 때만
답하고, 조금이라도 낯설거나 흠이 보이면 `look_at`에게 넘긴다. 그래서 흠은 언제나 lxml이 말한다.
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
    """쪽 하나를 본 결과: 제목, 사람에게 보일 문제의 문장들, 이 게시본에서 가리키는 주소들."""

    title: str
    problems: list[str]
    links: tuple[str, ...] = ()


NOTHING = Finding("", [])


def look_at(html: bytes, *, url: str, addresses: Addresses) -> Finding:
    """HTML 한 쪽을 살핀다(PUBLISHING 1.8: 쪽 안의 스크립트·이벤트·style은 CSP가 막으므로 내보내지 않는다)."""
    root = etree.fromstring(html, _parser) if html.strip() else None
    if root is None:
        return Finding("", [f"‘{url}’ 쪽이 비어 있습니다."])
    title = " ".join((root.findtext("head/title") or "").split())
    reached = {link: addresses.reach(link.strip(), on=url) for link in dict.fromkeys(_links(root))}
    problems = [
        f"‘{url}’ 쪽의 링크 ‘{link}’가 어디에도 이르지 않습니다." for link, place in reached.items() if place is None
    ]
    if not title:
        problems.append(f"‘{url}’ 쪽에 제목(title)이 없습니다.")
    if root.get("lang") != "ko":
        problems.append(f'‘{url}’ 쪽의 html에 lang="ko"가 없습니다.')
    problems += [f"‘{url}’ 쪽의 {node.tag} 요소에 쪽 안에서 실행되거나 꾸미는 글이 있습니다." for node in _active(root)]
    return Finding(title, problems, tuple(dict.fromkeys(filter(None, reached.values()))))


# --- the same, at a glance ---------------------------------------------------------------------------------------------

TAG = re.compile(rb'<(?:/[a-z][a-z0-9]*|!doctype html|[a-z][a-z0-9]*(?: [a-z][a-zA-Z0-9:-]*(?:="[^"<>\n]*")?)* ?/?)>')
"""템플릿과 nh3가 쓰는 모양의 태그: 소문자 이름, 큰따옴표로 감싼 값, 빈칸 하나. 다른 모양은 낯설다."""
LINKED = re.compile(rb' (?:href|src|action)="([^"\n]*)"')
ACTIVE = re.compile(rb"<style|<[^>]* (?:on|style[ =/>])")
SUSPICIOUS = (b" on", b" style", b"<style")
SCRIPT = re.compile(rb"<script\b[^>]*>")
HARMLESS_SCRIPT = re.compile(rb' src="| type="application/ld\+json"')
TITLE = re.compile(rb"<title>([^<]*)</title>")
KOREAN = re.compile(rb'\s*<!doctype html>\s*<html lang="ko">\s*<head>')
REMEMBERED = 5_000
"""기억해 둘 줄의 수. 되풀이되는 줄은 처음 몇백 쪽에 다 나온다."""


@dataclass(frozen=True)
class Glance:
    """여러 쪽을 잇달아 살피는 눈. 쪽마다 되풀이되는 줄(머리, 바닥)은 한 번만 본다."""

    addresses: Addresses
    _seen: dict[bytes, tuple[str, ...]] = field(default_factory=dict)
    """흔한 모양의 줄에서, 그 줄에 적힌 링크로."""

    def __call__(self, html: bytes, *, url: str) -> Finding:
        """`look_at`과 같은 결과."""
        return self._glance(html, url) or look_at(html, url=url, addresses=self.addresses)

    def _glance(self, html: bytes, url: str) -> Finding | None:
        title = TITLE.search(html)
        if not title or not KOREAN.match(html) or title.end() > html.find(b"</head>"):
            return None
        links, new = self._known(html.split(b"\n"))
        found = links_in(b"\n".join(new))
        if found is None:
            return None
        if len(self._seen) < REMEMBERED:
            self._seen.update((line, links_in(line) or ()) for line in new)
        reached: dict[str, None] = {}
        for link in (*links, *found):
            if (place := self.addresses.reach(link, on=url)) is None:
                return None
            if place:
                reached[place] = None
        name = " ".join(unescape(title[1].decode()).split())
        return Finding(name, [], tuple(reached)) if name else None

    def _known(self, lines: Iterable[bytes]) -> tuple[list[str], list[bytes]]:
        """이미 본 줄의 링크들과, 처음 보는 줄들."""
        links: list[str] = []
        new: list[bytes] = []
        look = self._seen.get
        for line in lines:
            found = look(line)
            if found is None:
                new.append(line)
            elif found:
                links += found
        return links, new


def links_in(lines: bytes) -> tuple[str, ...] | None:
    """줄들에 적힌 링크. 흔한 모양이 아니거나 실행되는 것이 있으면 None.

    어느 태그든 한 줄 안에서 열리고 닫히며, 꺾쇠의 수가 태그의 수와 같아야 한다: 어떤 태그도 이 눈을 벗어날 수 없다.
    """
    if not len(TAG.findall(lines)) == lines.count(b"<") == lines.count(b">"):
        return None
    if any(sign in lines for sign in SUSPICIOUS) and ACTIVE.search(lines):
        return None
    if b"<script" in lines and any(not HARMLESS_SCRIPT.search(tag) for tag in SCRIPT.findall(lines)):
        return None
    links = b"\n".join(LINKED.findall(lines)).decode()
    return tuple(link.strip() for link in (unescape(links) if "&" in links else links).split("\n") if link)


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
