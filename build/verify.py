"""교체하기 전에 게시본을 살핀다: 빠진 파일, 끊긴 링크, 빈 제목, 실행되는 글. 쪽을 어떻게 만드는지는 모른다."""

import os
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

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

    pages: Collection[str]
    live: tuple[str, ...] = ()
    base_url: str = ""
    _judged: dict[tuple[str, str], bool] = field(default_factory=dict)

    def reach(self, link: str, *, on: str) -> bool:
        """`on` 쪽에 적힌 링크가 어딘가에 이르는가. 같은 링크가 수천 쪽에 있으므로 판단을 기억한다."""
        if link in self.pages:
            return True
        place = "" if link.startswith(("/", "http")) else on
        if (link, place) not in self._judged:
            self._judged[link, place] = self._reach(link, on)
        return self._judged[link, place]

    def _reach(self, link: str, on: str) -> bool:
        if self.base_url and f"{link}/".startswith(f"{self.base_url}/"):
            link = link.removeprefix(self.base_url) or "/"
        target = urlsplit(urljoin(on, link))
        if target.scheme or target.netloc:
            return target.scheme in ELSEWHERE
        path = unquote(target.path)
        return path in self.pages or any(path == live or path.startswith(f"{live}/") for live in self.live)


@dataclass(frozen=True)
class Finding:
    """쪽 하나를 본 결과: 제목과, 사람에게 보일 문제의 문장들."""

    title: str
    problems: list[str]


NOTHING = Finding("", [])


def look_at(html: bytes, *, url: str, addresses: Addresses) -> Finding:
    """HTML 한 쪽을 살핀다(PUBLISHING 1.8: 쪽 안의 스크립트·이벤트·style은 CSP가 막으므로 내보내지 않는다)."""
    root = etree.fromstring(html, _parser) if html.strip() else None
    if root is None:
        return Finding("", [f"‘{url}’ 쪽이 비어 있습니다."])
    title = " ".join((root.findtext("head/title") or "").split())
    problems = [f"‘{url}’ 쪽의 링크 ‘{link}’가 어디에도 이르지 않습니다." for link in broken(root, url, addresses)]
    if not title:
        problems.append(f"‘{url}’ 쪽에 제목(title)이 없습니다.")
    if root.get("lang") != "ko":
        problems.append(f'‘{url}’ 쪽의 html에 lang="ko"가 없습니다.')
    problems += [f"‘{url}’ 쪽의 {node.tag} 요소에 쪽 안에서 실행되거나 꾸미는 글이 있습니다." for node in _active(root)]
    return Finding(title, problems)


def broken(root: etree._Element, url: str, addresses: Addresses) -> list[str]:
    return [link for link in dict.fromkeys(_links(root)) if not addresses.reach(link.strip(), on=url)]


def files_in(folder: Path) -> set[str]:
    """폴더 안 모든 파일의 이름(폴더에서부터)."""
    start = len(f"{folder}/")
    return {f"{where}/{name}"[start:] for where, _, names in os.walk(folder) for name in names}


def missing_or_extra(folder: Path, expected: Collection[str]) -> list[str]:
    """폴더에 있어야 할 파일과 있는 파일이 하나하나 같은가. 다르면 문장으로."""
    there = files_in(folder)
    return [
        *(f"‘{file}’ 파일이 만들어지지 않았습니다." for file in sorted(set(expected) - there)),
        *(f"‘{file}’ 파일은 목록에 없는데 만들어졌습니다." for file in sorted(there - set(expected))),
    ]


def same_titles(titles: Iterable[str]) -> list[str]:
    """여러 쪽이 함께 쓰는 제목. 막지는 않고 알린다(PUBLISHING 1.1)."""
    return [f"제목 ‘{title}’을(를) {n}쪽이 함께 씁니다." for title, n in Counter(titles).items() if title and n > 1]


def in_short(problems: list[str]) -> str:
    rest = len(problems) - SHOWN
    return " ".join(problems[:SHOWN]) + (f" (그 밖에 {rest}건)" if rest > 0 else "")
