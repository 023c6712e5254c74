"""IndexNow: 무엇이 더해지고 바뀌고 사라졌는지를 검색 포털에 보낼 글로. 보내는 일과 보낸 것을 기억하는 일은 모른다."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from app.public import Site
from app.public.pages import entry_path

MOST = 10_000
"""한 번에 보낼 수 있는 주소의 수 (PUBLISHING 1.2, 1.4)."""


@dataclass(frozen=True)
class News:
    """알릴 것: 누리집 안의 길들. 알린 적 없는 것, 글이 바뀐 것, 더는 없는 것."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.paths)

    @property
    def paths(self) -> tuple[str, ...]:
        """모두, 더해진 것부터."""
        return (*self.added, *self.changed, *self.deleted)

    @classmethod
    def between(cls, before: Mapping[str, str], now: Mapping[str, str]) -> "News":
        """알린 것(`before`)과 지금 것(`now`)의 차이. 둘 다 길에서 글의 판으로. 바뀌지 않은 것은 다시 알리지 않는다."""
        return cls(
            added=tuple(path for path in now if path not in before),
            changed=tuple(path for path, version in now.items() if before.get(path, version) != version),
            deleted=tuple(path for path in before if path not in now),
        )


def announced(site: Site) -> dict[str, str]:
    """포털이 알아야 할 길과 그 글의 판. 꾸밈(템플릿)이 바뀌어도 같다."""
    return {entry_path(id): entry.version for id, entry in site.entries.items()}


def key_path(key: str) -> str:
    """열쇠 파일의 길. 이 파일이 누리집의 주인임을 보인다."""
    return f"/{key}.txt"


def payloads(site: Site, key: str, paths: Sequence[str]) -> Iterator[dict[str, Any]]:
    """보낼 JSON들, 하나에 많아야 만 주소씩."""
    url = site.settings.url
    left = iter(paths)
    while batch := [url(path) for path in islice(left, MOST)]:
        yield {
            "host": urlsplit(url("/")).netloc,
            "key": key,
            "keyLocation": url(key_path(key)),
            "urlList": batch,
        }
