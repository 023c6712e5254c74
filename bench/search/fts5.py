"""SQLite FTS5. 낱말은 우리 형태소 분석으로 미리 나누어 `unicode61`에 준다. 재는 법은 모른다.

`trigram` 토크나이저는 세 글자가 안 되는 말을 찾지 못한다: ‘여권’, ‘전세’처럼 두 글자인 물음에 아무것도 답하지 않으므로
견줄 상대가 못 된다. 미리 나눈 낱말을 주는 쪽이 FTS5에 이롭고, 순위는 FTS5의 BM25 그대로다.
"""

import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path

from bench.search.corpus import Row
from bench.search.playing import Search
from kb.korean import morphemes

FILE = "fts5.db"
SCHEMA = """
CREATE TABLE entry (id TEXT, title TEXT, text TEXT);
CREATE VIRTUAL TABLE searched USING fts5(words, content='', tokenize='unicode61');
"""
FIND = """
SELECT entry.title
FROM (SELECT rowid, rank FROM searched WHERE words MATCH ? ORDER BY rank LIMIT 10) AS found
JOIN entry ON entry.rowid = found.rowid
ORDER BY found.rank
"""


class Fts5:
    """우리처럼 한 칸에 제목을 세 번 넣고, 낱말 가운데 하나라도 든 글을 겨룬다."""

    def load(self, rows: Iterable[Row]) -> Sequence[Row]:
        """줄 그대로."""
        return list(rows)

    def build(self, documents: Sequence[Row], folder: Path, cores: int) -> None:
        """나누어 분석하고, 한 트랜잭션으로 넣고, 색인 조각을 하나로 합친다."""
        with closing(sqlite3.connect(folder / FILE)) as database, get_context("fork").Pool(cores) as pool:
            database.executescript(SCHEMA)
            for number, (row, words) in enumerate(zip(documents, pool.imap(_words, documents, 200), strict=True), 1):
                database.execute(
                    "INSERT INTO entry (rowid, id, title, text) VALUES (?, ?, ?, ?)",
                    (number, row["id"], row["title"], row["text"]),
                )
                database.execute("INSERT INTO searched (rowid, words) VALUES (?, ?)", (number, words))
            database.execute("INSERT INTO searched (searched) VALUES ('optimize')")
            database.commit()

    def open(self, folder: Path) -> Search:
        """읽기만 하는 연결로 찾는다."""
        database = sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)

        def search(text: str) -> Sequence[str]:
            asked = " OR ".join(f'"{word}"' for word in dict.fromkeys(morphemes(text)))
            return [title for (title,) in database.execute(FIND, (asked,))] if asked else []

        return search


def _words(row: Row) -> str:
    return " ".join(morphemes(row["title"]) * 3 + morphemes(row["text"]))
