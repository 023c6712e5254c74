"""게시본의 목록: 주소마다 무엇으로 만들었고 무엇을 가리키는지(SQLite). 쪽을 만들지도, 폴더를 바꾸지도 않는다.

목록은 지름길이다. 없거나 상했거나 다른 게시본의 것이면 비어 있는 것으로 읽고, 그러면 다음 게시가 모든 쪽을 다시 만들어
견준다. 기계가 다시 켜졌을 때도 그렇다: 전원이 나가 목록이나 쪽의 끝이 디스크에 닿지 못했을 수 있으므로, 쓸 때마다
디스크를 기다리는(fsync) 대신 켜진 뒤 한 번 모두 살핀다.
"""

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import NamedTuple

SHAPE = 1
"""표의 모양의 판. 다르면 버리고 새로 만든다."""

TABLES = """
CREATE TABLE about (name TEXT PRIMARY KEY, value TEXT);
CREATE TABLE page (url TEXT PRIMARY KEY, key TEXT, digest TEXT, file TEXT, size INTEGER, title TEXT, links TEXT)
    WITHOUT ROWID;
CREATE TABLE artefact (name TEXT PRIMARY KEY, key TEXT, files TEXT);
"""


class Page(NamedTuple):
    """게시본에 든 주소 하나: 무엇으로 만들었나(key), 바이트의 해시, 파일과 크기, 제목, 가리키는 이 게시본의 주소들(HTML만)."""

    key: str
    digest: str
    file: str
    size: int
    title: str = ""
    links: tuple[str, ...] = ()


class Made(NamedTuple):
    """덧붙이는 것(build.artefacts) 하나가 만든 파일들(이름 → 크기)과, 무엇으로 만들었는지."""

    key: str
    files: Mapping[str, int]


@dataclass(frozen=True)
class Listing:
    """게시본 하나의 목록. 바뀌지 않는다."""

    pages: Mapping[str, Page] = field(default_factory=dict)
    artefacts: Mapping[str, Made] = field(default_factory=dict)

    def files(self) -> dict[str, int]:
        """있어야 할 파일의 이름과 크기."""
        pages = {page.file: page.size for page in self.pages.values()}
        return pages | {name: size for made in self.artefacts.values() for name, size in made.files.items()}


@dataclass(frozen=True)
class Manifest:
    """목록이 적힌 파일. 한 번에 한 게시가 쓴다(게시의 잠금을 쥐고)."""

    file: Path

    def read(self, release: str) -> Listing:
        """그 게시본의 목록. 알 수 없으면 빈 목록."""
        if not self.file.is_file():
            return Listing()
        try:
            with self._opened() as opened:
                if _about(opened) != _about_of(release):
                    return Listing()
                rows = opened.execute("SELECT url, key, digest, file, size, title, links FROM page")
                pages = {
                    url: Page(key, digest, file, size, title, _lines(links))
                    for url, key, digest, file, size, title, links in rows
                }
                made = opened.execute("SELECT name, key, files FROM artefact")
                return Listing(pages, {name: Made(key, json.loads(files)) for name, key, files in made})
        except (sqlite3.Error, ValueError, TypeError):
            return Listing()

    def write(self, release: str, listing: Listing, *, before: str = "", changed: Iterable[str] | None = None) -> None:
        """`release`의 목록으로 만든다. 적힌 것이 `before`의 목록이면 `changed`의 주소만 고친다.

        쓸 수 없으면 지운다: 틀린 목록보다 없는 목록이 낫다.
        """
        for attempt in (False, True):
            try:
                with self._opened() as opened:
                    opened.execute("BEGIN IMMEDIATE")
                    known = not attempt and changed is not None and _about(opened) == _about_of(before)
                    _rewrite(opened, listing, list(changed or ()) if known else None)
                    opened.executemany("REPLACE INTO about VALUES (?, ?)", _about_of(release).items())
                    opened.execute("COMMIT")
            except (sqlite3.Error, OSError):
                self.forget()
            else:
                return

    def forget(self) -> None:
        """지운다."""
        for name in (self.file.name, f"{self.file.name}-journal"):
            with contextlib.suppress(OSError):
                self.file.with_name(name).unlink(missing_ok=True)

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        opened = sqlite3.connect(self.file, timeout=10, isolation_level=None)
        try:
            opened.execute("PRAGMA synchronous=OFF")
            yield opened
        finally:
            opened.close()


@cache
def _boot() -> str:
    """기계가 켜진 때마다 다른 값. 알 수 없는 기계에서는 빈 글."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return ""


def _about_of(release: str) -> dict[str, str]:
    return {"shape": str(SHAPE), "release": release, "boot": _boot()}


def _about(opened: sqlite3.Connection) -> dict[str, str]:
    if not opened.execute("SELECT 1 FROM sqlite_master WHERE name = 'about'").fetchone():
        return {}
    return dict(opened.execute("SELECT name, value FROM about"))


def _lines(text: str) -> tuple[str, ...]:
    return tuple(text.split("\n")) if text else ()


def _rewrite(opened: sqlite3.Connection, listing: Listing, changed: list[str] | None) -> None:
    if changed is None:
        _start_over(opened)
    else:
        opened.executemany("DELETE FROM page WHERE url = ?", [(url,) for url in changed])
    known = dict(opened.execute("SELECT name, key FROM artefact"))
    gone = [(name,) for name in known if name not in listing.artefacts]
    urls = [url for url in changed if url in listing.pages] if changed is not None else listing.pages
    rows = ((url, *(page := listing.pages[url])[:-1], "\n".join(page.links)) for url in urls)
    opened.executemany("INSERT INTO page VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
    opened.executemany("DELETE FROM artefact WHERE name = ?", gone)
    new = {name: made for name, made in listing.artefacts.items() if known.get(name) != made.key}
    opened.executemany(
        "REPLACE INTO artefact VALUES (?, ?, ?)",
        [(name, made.key, json.dumps(made.files)) for name, made in new.items()],
    )


def _start_over(opened: sqlite3.Connection) -> None:
    for table in ("about", "page", "artefact"):
        opened.execute(f"DROP TABLE IF EXISTS {table}")  # names of ours
    for statement in TABLES.split(";"):
        opened.execute(statement)
