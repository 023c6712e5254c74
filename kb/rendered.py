"""그려 둔 본문: 같은 글은 다시 그리지 않는다. 어느 쪽의 글인지, 언제 고쳤는지는 모른다."""

import contextlib
import hashlib
import os
import sqlite3
from collections.abc import Collection, Iterable
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from kb import render

MADE_BY = ("rendered.py", "render.py")
"""바뀌면 그려 둔 것이 모두 헌것이 되는 파일들. 라이브러리의 판도 함께 본다(`_version`)."""

BATCH = 500
"""적지 않고 들고 있는 것의 수(많아야)."""


class Rendered(NamedTuple):
    """본문 하나를 그린 것: 쪽에 넣을 HTML과 눈에 보이는 글."""

    html: str
    text: str


def draw(markdown: str) -> Rendered:
    """본문을 그린다(기억하지 않는다)."""
    html = render.render(markdown)
    return Rendered(html, render.plain(html))


class RenderedBodies:
    """그려 둔 본문들이 든 SQLite 파일. 없거나 상했거나 쓸 수 없으면 그냥 다시 그린다: 지름길일 뿐이다.

    한 번에 한 스레드가 쓴다. fork한 프로세스는 저마다 연결을 새로 연다.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._owner = 0
        self._opened: sqlite3.Connection | None = None
        self._inherited: list[sqlite3.Connection | None] = []
        self._fresh: dict[bytes, Rendered] = {}

    def __call__(self, markdown: str) -> Rendered:
        """그려 둔 것, 없으면 지금 그린 것. 새로 그린 것은 `keep`을 부르거나 많이 모이면 적는다."""
        key = key_of(markdown)
        if (found := self._fresh.get(key) or self._found(key)) is None:
            found = self._fresh[key] = draw(markdown)
            if len(self._fresh) >= BATCH:
                self.keep()
        return found

    def keep(self) -> None:
        """새로 그린 것을 적어 둔다."""
        fresh, self._fresh = self._fresh, {}
        if fresh and (opened := self._connection()):
            with contextlib.suppress(sqlite3.Error), opened:
                opened.executemany(
                    "INSERT OR IGNORE INTO body VALUES (?, ?, ?)", [(key, *one) for key, one in fresh.items()]
                )

    def prune(self, markdowns: Iterable[str]) -> int:
        """이 글들 말고는 잊는다. 잊은 것의 수. 남길 것보다 두 배 넘게 쌓였을 때만 한다: 옛 글로 되돌리는 일이 잦다."""
        kept = {key_of(markdown) for markdown in markdowns}
        opened = self._connection()
        if opened is None or self.count() <= 2 * len(kept):
            return 0
        with contextlib.suppress(sqlite3.Error), opened:
            return self._forget_all_but(opened, kept)
        return 0

    def count(self) -> int:
        """그려 둔 본문의 수."""
        if opened := self._connection():
            with contextlib.suppress(sqlite3.Error):
                return int(opened.execute("SELECT count(*) FROM body").fetchone()[0])
        return 0

    def close(self) -> None:
        """연 파일을 닫는다. 다시 쓰면 다시 열린다."""
        if self._opened and self._owner == os.getpid():
            self._opened.close()
        self._opened, self._owner = None, 0

    def _forget_all_but(self, opened: sqlite3.Connection, kept: Collection[bytes]) -> int:
        old = [(key,) for (key,) in opened.execute("SELECT key FROM body") if key not in kept]
        opened.executemany("DELETE FROM body WHERE key = ?", old)
        return len(old)

    def _found(self, key: bytes) -> Rendered | None:
        if opened := self._connection():
            with contextlib.suppress(sqlite3.Error):
                row = opened.execute("SELECT html, text FROM body WHERE key = ?", (key,)).fetchone()
                return Rendered(*row) if row else None
        return None

    def _connection(self) -> sqlite3.Connection | None:
        if self._owner != os.getpid():
            self._inherited.append(self._opened)  # a connection must not cross a fork, nor be closed by the child
            self._owner, self._opened = os.getpid(), _open(self._file)
        return self._opened


def key_of(markdown: str) -> bytes:
    """본문과 그리는 코드의 해시."""
    return hashlib.blake2b(markdown.encode(), digest_size=16, key=_version()).digest()


def _open(file: Path) -> sqlite3.Connection | None:
    for _ in range(2):
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            opened = sqlite3.connect(file, timeout=30, check_same_thread=False)
            opened.execute("PRAGMA journal_mode=WAL")
            opened.execute("PRAGMA synchronous=OFF")  # what a power cut damages is drawn again
            opened.execute("CREATE TABLE IF NOT EXISTS body (key BLOB PRIMARY KEY, html TEXT, text TEXT)")
        except (sqlite3.OperationalError, OSError):  # locked, read-only, full
            return None
        except sqlite3.DatabaseError:  # not a database, or a damaged one
            _remove(file)
        else:
            return opened
    return None


def _remove(file: Path) -> None:
    for name in (file.name, f"{file.name}-wal", f"{file.name}-shm"):
        with contextlib.suppress(OSError):
            (file.parent / name).unlink(missing_ok=True)


@cache
def _version() -> bytes:
    here = Path(__file__).parent
    code = b"".join((here / name).read_bytes() for name in MADE_BY)
    return hashlib.blake2b(code + _libraries().encode(), digest_size=32).digest()


def _libraries() -> str:
    return " ".join(metadata.version(name) for name in ("mistune", "nh3"))
