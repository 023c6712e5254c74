"""CSV 파일을 글의 표로: 인코딩과 구분자를 알아내고 따옴표 안의 줄바꿈을 지킨다. 열의 뜻은 모른다."""

import codecs
import csv
import io
import sys
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from kb.errors import ImportFailed
from kb.exchange.plain_text import one_line

DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Record:
    """줄 하나. `line`은 파일에서 시작하는 줄 번호."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Table:
    """열 이름과 줄들. 빈 줄은 없다."""

    columns: list[str]
    records: list[Record]


def read_table(file: Path, *, wanted: Collection[str]) -> Table:
    """파일을 읽는다. `wanted`는 꼭 있어야 할 열 이름으로, 구분자도 이것이 보이는 것으로 고른다.

    읽을 수 없거나, UTF-8도 CP949도 아니거나, 따옴표가 안 닫혔거나, 열이 없으면 ImportFailed(어느 줄인지).
    """
    text = _decoded(_bytes(file), file.name).replace("\x00", "")
    if not text.strip():
        raise ImportFailed(f"빈 파일입니다: {file.name}")
    tables = [_parsed(text, delimiter) for delimiter in DELIMITERS]
    table = max(tables, key=lambda columns: (sum(name in columns for name in wanted), len(columns)))
    delimiter = DELIMITERS[tables.index(table)]
    if missing := [name for name in wanted if name not in table]:
        raise ImportFailed(f"‘{missing[0]}’(이)라는 열이 없습니다. {file.name}에 있는 열: {', '.join(table)}")
    return Table(table, _records(text, delimiter, file.name))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        raise ImportFailed(f"파일이 없습니다: {file}") from None
    except OSError as error:
        raise ImportFailed(f"파일을 읽을 수 없습니다: {file} ({error.strerror})") from error


def _decoded(raw: bytes, name: str) -> str:
    if raw.startswith(b"PK\x03\x04") or raw.startswith(b"\xd0\xcf\x11\xe0"):
        raise ImportFailed(f"엑셀 파일입니다: {name}. 엑셀에서 ‘CSV UTF-8’로 저장한 뒤 다시 해 주세요.")
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw.decode("utf-16", "replace")
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    line = _unreadable_line(raw)
    raise ImportFailed(
        f"{name}의 {line}번째 줄을 읽을 수 없습니다: UTF-8과 CP949가 섞였거나 깨진 글자입니다. UTF-8로 다시 저장해 주세요."
    )


def _unreadable_line(raw: bytes) -> int:
    """두 인코딩 어느 것으로도 못 읽는 첫 줄. 줄마다는 읽히면 UTF-8이 아닌 첫 줄."""
    first_not_utf8 = 0
    for number, line in enumerate(raw.split(b"\n"), start=1):
        if not _decodes(line, "utf-8-sig"):
            first_not_utf8 = first_not_utf8 or number
            if not _decodes(line, "cp949"):
                return number
    return first_not_utf8


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _parsed(text: str, delimiter: str) -> list[str]:
    try:
        return [one_line(name) for name in next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])]
    except csv.Error:
        return []


def _records(text: str, delimiter: str, name: str) -> list[Record]:
    csv.field_size_limit(sys.maxsize)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records, line = [], 0
    try:
        for cells in reader:
            if line and any(cell.strip() for cell in cells):
                records.append(Record(line + 1, cells))
            line = reader.line_num
    except csv.Error as error:
        raise ImportFailed(
            f"{name}의 {line + 1}번째 줄에서 따옴표가 맞지 않습니다. 그 줄을 고친 뒤 다시 해 주세요."
        ) from error
    return records
