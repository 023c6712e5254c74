"""내려받은 사람이 읽는 법: 파일마다 안내 하나를 칸의 이름과 JSON 값의 사전으로. 쓰는 코드를 빌리지 않는다."""

import csv
import json
import sqlite3
from contextlib import closing
from datetime import UTC
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from arro3.io import read_parquet

from kb.entry import SEOUL, Entry

목록들 = ("districts", "audience", "tags")
날들 = ("source_date", "checked", "review_by", "valid_from", "valid_until")
줄 = dict[str, Any]


def 기대(entry: Entry, topic_id: str) -> 줄:
    """안내에서 손으로 적은 한 줄."""

    def 날(day: Any) -> str | None:
        return day.isoformat() if day else None

    return {
        "id": entry.id,
        "url": f"https://120.example.kr/faq/{entry.id}",
        "title": entry.title,
        "topic": entry.topic,
        "topic_id": topic_id,
        "department": entry.department,
        "phone": entry.phone,
        "districts": list(entry.districts),
        "audience": list(entry.audience),
        "facts": dict(entry.facts),
        "tags": list(entry.tags),
        "body": entry.body,
        "source_name": entry.source.name,
        "source_url": entry.source.url,
        "source_id": entry.source.id,
        "source_date": 날(entry.source.date),
        "licence": entry.source.licence or "unstated",
        "updated": entry.updated.isoformat(),
        "checked": 날(entry.checked),
        "review_by": 날(entry.review_by),
        "valid_from": 날(entry.valid.start),
        "valid_until": 날(entry.valid.until),
        "version": entry.version,
    }


def jsonl(path: Path) -> list[줄]:
    text = path.read_text("utf-8")
    assert "\r" not in text
    assert len(text.splitlines()) == text.count("\n"), "줄을 나누는 다른 글자가 섞이지 않았다"
    return [json.loads(line) for line in text.split("\n")[:-1]]


def csv_표(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def csv_안내(path: Path) -> list[줄]:
    return [_풀기({name: _떼기(text) for name, text in row.items()}) for row in csv_표(path)]


def sqlite(path: Path) -> list[줄]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        database.row_factory = sqlite3.Row
        return [_풀기(dict(row)) for row in database.execute("SELECT * FROM entry ORDER BY rowid")]


def parquet(path: Path) -> list[줄]:
    table = read_parquet(path).read_all()
    columns = [table.column(name).to_pylist() for name in table.column_names]
    return [_고르기(dict(zip(table.column_names, row, strict=True))) for row in zip(*columns, strict=True)]


def _떼기(text: str) -> str:
    return text[1:] if text.startswith("'") and text.lstrip("'")[:1] in tuple("=+-@\t\r\n＝＋－＠") else text


def _풀기(row: 줄) -> 줄:
    row |= {name: json.loads(row[name]) for name in (*목록들, "facts")}
    return row | {name: row[name] or None for name in 날들}


def _고르기(row: 줄) -> 줄:
    assert row["updated"].tzinfo == ZoneInfo("Asia/Seoul")
    row["updated"] = row["updated"].astimezone(UTC).astimezone(SEOUL).isoformat()
    row["facts"] = {pair["name"]: pair["value"] for pair in row["facts"]}
    return row | {name: row[name] and row[name].isoformat() for name in 날들}
