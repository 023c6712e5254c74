"""내려받을 자료 한 판: 이름을 정하고, 파일을 모두 쓴다. 어디에 두고 언제 새로 만드는지는 모른다(→ shelf).

판은 게시할 내용만으로 정해진다: 같은 내용이면 이름도, 모든 파일의 바이트도 같다. 시계도, 앞의 판도 보지 않는다.
"""

import datetime as dt
import json
import os
import platform
import sqlite3
import zlib
from functools import cache
from hashlib import sha256
from importlib import metadata
from pathlib import Path
from typing import Any

from app.public import Site
from build.data import catalogue, database, files, notes, package, parquet, tables, text_files, workbook
from build.data.fields import in_order, rows
from build.data.files import Written
from build.errors import PublishFailed
from kb import licences as names
from kb.checks import hard_problems
from kb.checks.codes import RESIDENT_NUMBER
from kb.entry import SEOUL, Entry

EMPTY = dt.datetime(1980, 1, 1, tzinfo=SEOUL)
"""안내가 하나도 없을 때의 때: 엑셀 파일이 적을 수 있는 가장 앞선 날."""


def version_of(site: Site) -> str:
    """판의 이름: 마지막으로 고친 날과 내용의 지문(예: 2026.11.24-1a2b3c4d). 내용이나 쓰는 법이 바뀌면 이름도 바뀐다."""
    settings, entries = site.settings, (*in_order(site.entries), *in_order(site.retired))
    parts = [made_by(), settings.base_url, settings.name, settings.about, repr(site.topics)]
    parts += [f"{entry.id} {entry.version}" for entry in entries]
    digest = sha256("\n".join(parts).encode()).hexdigest()
    return f"{newest(site):%Y.%m.%d}-{digest[:8]}"


def newest(site: Site) -> dt.datetime:
    """마지막으로 고치거나 내린 때."""
    return max((e.updated for e in (*site.entries.values(), *site.retired.values())), default=EMPTY)


@cache
def made_by() -> str:
    """쓰는 코드와 꾸러미의 판. 이것이 다르면 같은 내용도 바이트가 다를 수 있다."""
    sources = [path.read_bytes() for path in (*sorted(Path(__file__).parent.glob("*.py")), Path(names.__file__))]
    tools = [metadata.version(name) for name in ("xlsxwriter", "arro3-core", "arro3-io")]
    tools += [sqlite3.sqlite_version, zlib.ZLIB_RUNTIME_VERSION, platform.python_version()]
    return sha256(b"\0".join([*sources, " ".join(tools).encode()])).hexdigest()


def write_edition(folder: Path, site: Site) -> list[Written]:
    """빈 `folder`에 한 판의 파일을 모두 쓰고, 내용이 든 파일들을 돌려준다.

    주민등록번호가 든 안내가 있으면 아무것도 쓰지 않고 PublishFailed: 내려받아 간 것은 거두어들일 수 없다 (DOMAIN PL-01).
    """
    refuse_resident_numbers(site)
    version, moment = version_of(site), newest(site)
    small, lines = tables.tables(site), rows(site)
    text_files.write_jsonl(folder / files.JSONL.name, text_files.records(lines))
    text_files.write_jsonl(folder / files.CHANGES.name, tables.changes(site))
    text_files.write_entries_csv(folder / files.CSV.name, lines)
    for table in small:
        text_files.write_table_csv(folder / files.TABLES[table.name].name, table)
    text_files.write_markdown_tar(folder / files.MARKDOWN.name, site)
    parquet.write_parquet(folder / files.PARQUET.name, lines)
    database.write_database(folder / files.SQLITE.name, lines, tables=small)
    workbook.write_workbook(folder / files.XLSX.name, lines, title=site.settings.name, made=moment, tables=small)
    _write_json(folder / files.SCHEMA.name, package.line_schema())
    written = [Written.at(folder, file) for file in files.CONTENT]
    described = package.package(site, version=version, moment=moment, written=written, tables=small)
    _write_json(folder / files.PACKAGE.name, described)
    listed = catalogue.catalogue(site, version=version, moment=moment, written=written)
    _write_json(folder / files.CATALOGUE.name, listed)
    _write(folder / files.README.name, notes.readme(site, version=version, moment=moment, written=written))
    _write(folder / files.LICENCE.name, notes.licence_text(site, version=version))
    _write(folder / files.SUMS.name, _sums(folder))
    for name in files.names():  # the web server makes its ETag of this: the same edition, the same ETag
        os.utime(folder / name, (moment.timestamp(), moment.timestamp()))
    return written


def refuse_resident_numbers(site: Site) -> None:
    """안내의 어느 칸에든 주민등록번호가 있으면 PublishFailed."""
    found = [entry.id for entry in in_order(site.entries) if _has_resident_number(entry)]
    if found:
        raise PublishFailed(
            f"주민등록번호가 든 안내가 있어 내려받을 자료를 만들지 않았습니다: {', '.join(found[:5])}. 지운 뒤에 다시 만들어 주세요."
        )


def _has_resident_number(entry: Entry) -> bool:
    return any(problem.code == RESIDENT_NUMBER for problem in hard_problems(entry))


def _sums(folder: Path) -> str:
    listed = [file for file in (*files.CONTENT, *files.DESCRIPTIONS) if file is not files.SUMS]
    return "".join(f"{Written.at(folder, file).sha256}  {file.name}\n" for file in listed)


def _write_json(path: Path, value: Any) -> None:
    _write(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def _write(path: Path, text: str) -> None:
    path.write_text(text, "utf-8", newline="\n")
