"""안내와 작은 표를 글 파일로: JSON Lines, CSV, Markdown 묶음. 같은 내용이면 바이트도 같다. 다른 파일의 모양은 모른다."""

import csv
import datetime as dt
import gzip
import io
import tarfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from app.public import Site
from build.data.fields import NAMES, Row, as_json, as_text, compact
from build.data.formula import guarded
from build.data.tables import Cell, Table
from kb.entry import Entry

BOM = "\ufeff"
"""이것이 없으면 엑셀은 한글을 CP949로 읽는다 (PUBLISHING 1.6)."""

GZIP_LEVEL = 6


def write_jsonl(path: Path, records: Iterable[Mapping[str, Any]]) -> None:
    """한 줄에 JSON 객체 하나씩."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{compact(record)}\n" for record in records)


def records(rows: Iterable[Row]) -> Iterator[dict[str, Any]]:
    """안내마다 객체 하나: 목록은 배열, 사실들은 객체."""
    return (dict(zip(NAMES, map(as_json, row), strict=True)) for row in rows)


def write_entries_csv(path: Path, rows: Iterable[Row]) -> None:
    """안내의 CSV."""
    _write_csv(path, NAMES, ([guarded(as_text(value)) for value in row] for row in rows))


def write_table_csv(path: Path, table: Table) -> None:
    """작은 표의 CSV."""
    _write_csv(path, [column.name for column in table.columns], ([_cell(cell) for cell in row] for row in table.rows))


def _cell(cell: Cell) -> str:
    if isinstance(cell, dt.date):
        return cell.isoformat()
    return "" if cell is None else guarded(str(cell))


def csv_text(header: Iterable[str], rows: Iterable[Iterable[Cell]]) -> str:
    """어느 표든 같은 모양의 CSV 글: 계산식으로 읽힐 칸은 막는다."""
    file = io.StringIO(newline="")
    _write(file, header, ([_cell(cell) for cell in row] for row in rows))
    return file.getvalue()


def _write_csv(path: Path, header: Iterable[str], lines: Iterable[list[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        _write(file, header, lines)


def _write(file: TextIO, header: Iterable[str], lines: Iterable[list[str]]) -> None:
    """UTF-8에 BOM, 줄 끝은 CRLF, 따옴표는 RFC 4180 (PUBLISHING 1.6)."""
    file.write(BOM)
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(lines)


def write_markdown_tar(path: Path, site: Site) -> None:
    """안내의 원본 글(entries/<주제>/<번호>.md)을 담은 tar.gz. 파일의 때는 글을 고친 때이고, 주인과 만든 때는 적지 않는다."""
    with (
        path.open("wb") as file,
        gzip.GzipFile(filename="", fileobj=file, mode="wb", compresslevel=GZIP_LEVEL, mtime=0) as zipped,
        tarfile.open(fileobj=zipped, mode="w", format=tarfile.USTAR_FORMAT) as tar,
    ):
        for name, entry in sorted((f"entries/{site.topic_of(e).id}/{e.id}.md", e) for e in site.entries.values()):
            tar.addfile(_member(name, entry, text := entry.to_text().encode()), io.BytesIO(text))


def _member(name: str, entry: Entry, text: bytes) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = len(text)
    member.mtime = int(entry.updated.timestamp())
    member.mode = 0o644
    return member
