"""CSV 파일을 상담 항목으로 가져온다. 저장하고 견주는 일은 importing이 한다."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from unicodedata import normalize

from kb.checks import Problem
from kb.entry import SEOUL, Source
from kb.errors import ImportFailed
from kb.exchange.csv_file import Record, Table, read_table
from kb.exchange.importing import Progress, Row, import_rows
from kb.exchange.plain_text import one_line, to_markdown
from kb.exchange.report import ImportReport
from kb.store import EntryStore

FIELDS = ("id", "title", "topic", "body", "department", "phone", "updated", "url", "tags", "districts")
"""열에 짝지을 수 있는 것들. id, title, body는 꼭 있어야 한다."""
NEEDED = ("id", "title", "body")
PROVIDER = "서울특별시 120다산콜재단"


def import_csv(
    file: Path,
    store: EntryStore,
    *,
    id_prefix: str,
    columns: Mapping[str, str],
    topics: Mapping[str, str],
    provider: str = PROVIDER,
    now: datetime | None = None,
    on_progress: Progress | None = None,
) -> ImportReport:
    """CSV의 줄들을 커밋 하나로 저장소에 반영하고, 줄마다 어떻게 되었는지 돌려준다.

    `id_prefix`는 출처 글자(c d s f k p), `columns`는 우리 이름 -> 열 이름, `topics`는 원본의 분류 -> 공식 주제.
    UTF-8(BOM 있거나 없거나)과 CP949, 구분자 쉼표·쌍반점·탭을 알아본다. 파일이나 열이 맞지 않으면 ImportFailed이고
    그때는 아무것도 저장하지 않는다. 게시할 수 없는 줄은 까닭과 함께 초안으로 남는다:

    - `no_answer`, `stub_answer`, `editor_residue`, `resident_number`: kb.checks. 주민등록번호는 초안에도 `[주민등록번호]`로 적는다.
    - `no_title`: 제목 자리에 ‘제목 없음 (번호)’를 둔다.
    - `bad_id`, `duplicate_id`: 번호가 숫자가 아니거나 내용이 다른 줄이 같은 번호를 쓴다. 어느 쪽이 옳은지 모르므로 그
      번호의 글은 건드리지 않고, 줄마다 9로 시작하는 아홉 자리 번호의 초안을 만든다. 똑같은 줄이 또 나오면 한 번만 쓴다.
    - `ragged_row`: 칸의 수가 열의 수와 다르다. 남는 칸의 글은 본문 끝에 붙는다.
    - `edited_here`: 가져온 뒤 사람이 고친 글인데 원본도 바뀌었다 (kb.exchange.importing).
    """
    if not re.fullmatch(r"[cdsfkp]", id_prefix):
        raise ImportFailed(f"번호 앞글자 ‘{id_prefix}’(은)는 쓸 수 없습니다. c, d, s, f, k, p 가운데 하나를 써 주세요.")
    wanted = _wanted(columns)
    table = read_table(file, wanted=tuple(wanted.values()))
    reader = _RowReader(table, wanted, id_prefix, f"{provider} (CSV: {normalize('NFC', file.name)})")
    rows = [reader.row(record) for record in table.records]
    return import_rows(
        rows,
        store,
        name=id_prefix,
        origin=f"CSV {file.name}",
        topics=topics,
        now=now or datetime.now(SEOUL),
        dates_unread=reader.dates_unread,
        on_progress=on_progress,
    )


def _wanted(columns: Mapping[str, str]) -> dict[str, str]:
    for name in columns:
        if name not in FIELDS:
            raise ImportFailed(f"‘{name}’(이)라는 자리는 없습니다. 쓸 수 있는 이름: {', '.join(FIELDS)}")
    if missing := [name for name in NEEDED if not columns.get(name)]:
        raise ImportFailed(f"{', '.join(missing)}에 짝지을 열을 정해 주세요. 예: --map id=번호,title=제목,body=내용")
    return {name: one_line(column) for name, column in columns.items()}


class _RowReader:
    """표의 줄을 Row로. 읽지 못한 날짜를 센다."""

    def __init__(self, table: Table, wanted: Mapping[str, str], letter: str, source_name: str) -> None:
        self.width = len(table.columns)
        self.places = {name: table.columns.index(column) for name, column in wanted.items()}
        self.letter = letter
        self.source_name = source_name
        self.dates_unread = 0

    def row(self, record: Record) -> Row:
        """줄 하나를 읽는다."""
        cells = record.cells + [""] * (self.width - len(record.cells))
        found = {name: cells[place] for name, place in self.places.items()}
        extra = [cell for cell in record.cells[self.width :] if cell.strip()]
        ragged = len(record.cells) < self.width or bool(extra)
        updated = _moment(one_line(found.get("updated", "")))
        self.dates_unread += bool(found.get("updated", "").strip()) and updated is None
        return Row(
            ref=f"{record.line}번째 줄",
            letter=self.letter,
            number=found["id"],
            title=found["title"],
            topic=found.get("topic", ""),
            body="\n\n".join(filter(None, map(to_markdown, [found["body"], *extra]))),
            department=found.get("department", ""),
            phone=found.get("phone", ""),
            updated=updated,
            tags=_listed(found.get("tags", "")),
            districts=_listed(found.get("districts", "")),
            source=Source(
                name=self.source_name,
                url=_web_address(found.get("url", "")),
                id=re.sub(r"(?<=\d)\.0+$", "", one_line(found["id"])),
            ),
            raw=(*found.values(), *extra),
            problems=(Problem("ragged_row", f"칸이 {len(record.cells)}개인데 열은 {self.width}개입니다."),)
            if ragged
            else (),
        )


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip().lstrip("#") for part in re.split(r"[,;|\n]", cell) if part.strip())


def _web_address(cell: str) -> str:
    url = one_line(cell)
    return url if re.match(r"https?://\S+$", url) else ""


MOMENT = re.compile(r"(\d{4})\D{0,2}(\d{1,2})\D{0,2}(\d{1,2})(?:\D*(\d{2}):?(\d{2})(?::?(\d{2}))?(?:\.\d+)?)?\D*")


def _moment(cell: str) -> datetime | None:
    """‘2024-01-02’, ‘2024.1.2 10:20’, ‘20240102102030’ -> 서울 시각. 시간대가 적혀 있으면 그것을 따른다. 못 읽으면 None."""
    try:
        if re.search(r"[+-]\d{2}:?\d{2}$|Z$", cell):
            return datetime.fromisoformat(cell).astimezone(SEOUL)
        match = MOMENT.fullmatch(cell)
        return datetime(*(int(part or 0) for part in match.groups()), tzinfo=SEOUL) if match else None  # type: ignore[arg-type, misc]
    except ValueError:
        return None
