"""안내를 엑셀 파일로: 사람이 거르고 차례를 바꾸며 읽는 표. 프로그램이 읽을 모양은 모른다(→ CSV, JSONL)."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import xlsxwriter

from build.data.fields import FIELDS, Field, Kind, Row, Value
from build.data.formula import guarded
from build.data.tables import Table

LONGEST = 32_767
"""엑셀의 한 칸에 들어가는 글자 수(UTF-16 단위)."""

CUT = " … (뒤는 faq.csv에 있습니다)"
WIDTHS = {"title": 48, "body": 80, "facts": 48, "url": 32, "source_name": 32}
WIDTH = 14
FORMATS = {Kind.DAY: "yyyy-mm-dd", Kind.MOMENT: "yyyy-mm-dd hh:mm:ss"}


def write_workbook(path: Path, rows: Iterable[Row], *, title: str, made: dt.datetime, tables: Iterable[Table]) -> None:
    """‘안내’ 한 장과, 칸의 뜻과 작은 표들을 한 장씩. `made`는 파일에 적히는 만든 때다(시계를 보지 않는다).

    글은 언제나 글로 적으므로 계산식이 되지 않는다. 한 칸에 다 들어가지 않는 글은 자르고 그렇다고 적는다.
    """
    options = {"constant_memory": True, "strings_to_urls": False, "strings_to_formulas": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"title": title, "created": made.replace(tzinfo=None)})
        _entries(book, rows)
        _fields(book)
        for table in tables:
            _table(book, table)


def shown(value: Value) -> str:
    """사람이 읽을 글: 목록은 쉼표로, 사실은 한 줄에 하나씩."""
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, dict):
        return "\n".join(f"{name}: {text}" for name, text in value.items())
    return str(value or "")


def fitted(text: str) -> str:
    """한 칸에 들어가는 글."""
    text = guarded(text)
    if len(text) * 2 <= LONGEST or len(text.encode("utf-16-le")) // 2 <= LONGEST:
        return text
    room = (LONGEST - len(CUT)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + CUT


def _entries(book: Any, rows: Iterable[Row]) -> None:
    sheet = _sheet(book, "안내", [field.title for field in FIELDS], [WIDTHS.get(f.name, WIDTH) for f in FIELDS])
    formats = {kind: book.add_format({"num_format": code}) for kind, code in FORMATS.items()}
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, (field, value) in enumerate(zip(FIELDS, row, strict=True)):
            _write(sheet, last, column, field, value, formats)
    sheet.autofilter(0, 0, last, len(FIELDS) - 1)


def _write(sheet: Any, row: int, column: int, field: Field, value: Value, formats: dict[Kind, Any]) -> None:
    if isinstance(value, dt.datetime):
        sheet.write_datetime(row, column, value.replace(tzinfo=None), formats[field.kind])
    elif isinstance(value, dt.date):
        sheet.write_datetime(row, column, value, formats[field.kind])
    elif text := shown(value):
        sheet.write_string(row, column, fitted(text))


def _fields(book: Any) -> None:
    sheet = _sheet(book, "칸의 뜻", ["칸", "다른 파일에서의 이름", "뜻"], [WIDTH, 24, 80])
    for row, field in enumerate(FIELDS, start=1):
        for column, text in enumerate((field.title, field.name, field.about)):
            sheet.write_string(row, column, text)


def _table(book: Any, table: Table) -> None:
    sheet = _sheet(book, table.title, [column.name for column in table.columns], [24] * len(table.columns))
    for row, cells in enumerate(table.rows, start=1):
        for column, cell in enumerate(cells):
            if isinstance(cell, int):
                sheet.write_number(row, column, cell)
            elif cell:
                sheet.write_string(row, column, fitted(cell.isoformat() if isinstance(cell, dt.date) else cell))


def _sheet(book: Any, name: str, header: list[str], widths: list[int]) -> Any:
    sheet = book.add_worksheet(name)
    bold = book.add_format({"bold": True})
    sheet.freeze_panes(1, 0)
    for column, (title, width) in enumerate(zip(header, widths, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, title, bold)
    return sheet
