"""안내를 SQLite 파일로: 내려받아 바로 묻고 찾는다. 다른 파일의 모양은 모른다."""

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from build.data.fields import FIELDS, NAMES, Row, Value, as_json, compact
from build.data.tables import Table

FORMAT = 1
"""표의 모양이 바뀌면 올린다. 파일의 user_version에 적힌다."""

APPLICATION = 0x0120_0120
"""파일의 application_id: 이 파일이 무엇인지 알아보는 수."""

PAGE = 4096
SETTINGS = f"""
PRAGMA page_size = {PAGE};
PRAGMA encoding = 'UTF-8';
PRAGMA auto_vacuum = NONE;
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA user_version = {FORMAT};
PRAGMA application_id = {APPLICATION};
"""
MORE = """
CREATE TABLE entry_fact (entry TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (entry, position)) WITHOUT ROWID;
CREATE TABLE entry_district (entry TEXT NOT NULL, district TEXT NOT NULL,
    PRIMARY KEY (entry, district)) WITHOUT ROWID;
CREATE TABLE entry_tag (entry TEXT NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (entry, tag)) WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5(title, tags, facts, body, content='entry', content_rowid='rowid',
    tokenize='trigram');
"""
"""세 글자 조각(trigram)으로 찾으므로 조사가 붙어도, 띄어쓰기가 달라도 찾는다. 두 글자는 LIKE로 찾는다(README에 있다)."""


def write_database(path: Path, rows: Sequence[Row], *, tables: Iterable[Table]) -> None:
    """안내(entry), 사실·자치구·태그, 작은 표들, 전문 검색(search). 같은 SQLite에서 같은 내용은 바이트까지 같다.

    `path`에는 아직 파일이 없어야 한다.
    """
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript(SETTINGS)
        database.execute("BEGIN")
        _entries(database, rows)
        for table in tables:
            _table(database, table)
        database.execute("COMMIT")
        database.execute("BEGIN")
        database.execute("INSERT INTO search (search) VALUES ('rebuild')")
        database.execute("INSERT INTO search (search) VALUES ('optimize')")
        database.execute("COMMIT")
        database.execute("VACUUM")


def _entries(database: sqlite3.Connection, rows: Sequence[Row]) -> None:
    columns = ", ".join(
        f"{field.name} TEXT{' PRIMARY KEY' if field.name == 'id' else ''}{' NOT NULL' if field.always else ''}"
        for field in FIELDS
    )
    database.execute(f"CREATE TABLE entry ({columns})")
    for statement in filter(str.strip, MORE.split(";")):
        database.execute(statement)
    _insert(database, "entry", len(NAMES), ([_cell(value) for value in row] for row in rows))
    facts = ((id, n, *fact) for id, found in _column(rows, "facts") for n, fact in enumerate(found.items(), start=1))
    _insert(database, "entry_fact", 4, facts)
    for table, name in (("entry_district", "districts"), ("entry_tag", "tags")):
        _insert(database, table, 2, ((id, one) for id, found in _column(rows, name) for one in sorted(set(found))))


def _column(rows: Sequence[Row], name: str) -> Iterator[tuple[Value, Any]]:
    """번호와, 그 안내의 한 칸."""
    place = NAMES.index(name)
    return ((row[0], row[place]) for row in rows)


def _cell(value: Value) -> str | None:
    plain = as_json(value)
    return compact(plain) if isinstance(plain, list | dict) else plain


def _table(database: sqlite3.Connection, table: Table) -> None:
    columns = ", ".join(
        f'"{column.name}" {"INTEGER" if column.type == "integer" else "TEXT"}'
        f"{' PRIMARY KEY' if column.name == table.key else ''}"
        for column in table.columns
    )
    database.execute(f"CREATE TABLE {table.name} ({columns})")
    lines = ([cell.isoformat() if isinstance(cell, dt.date) else cell for cell in row] for row in table.rows)
    _insert(database, table.name, len(table.columns), lines)


def _insert(database: sqlite3.Connection, table: str, width: int, lines: Iterable[Iterable[object]]) -> None:
    marks = ", ".join("?" * width)
    database.executemany(f"INSERT INTO {table} VALUES ({marks})", map(tuple, lines))  # noqa: S608 - our own names
