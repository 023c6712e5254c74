"""내려받을 자료의 칸들: 이름, 뜻, 값의 갈래, 안내에서 값을 꺼내는 법. 어느 파일에 어떻게 적히는지는 모른다."""

import datetime as dt
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

from app.public import Site
from app.public.pages import entry_path
from kb.entry import Entry

UNSTATED = "unstated"
Value: TypeAlias = str | tuple[str, ...] | Mapping[str, str] | dt.date | dt.datetime | None


Row: TypeAlias = tuple[Value, ...]
"""안내 하나의 값들, FIELDS의 차례로."""


class Kind(StrEnum):
    """값의 갈래. 파일마다 이것을 제 방식의 타입으로 옮긴다."""

    TEXT = "text"
    LIST = "list"
    PAIRS = "pairs"
    DAY = "day"
    MOMENT = "moment"


@dataclass(frozen=True)
class Field:
    """칸 하나. `name`은 프로그램이, `title`은 사람이 읽는다. `always`면 빈 값이 없다."""

    name: str
    title: str
    about: str
    value: Callable[[Entry, Site], Value]
    kind: Kind = Kind.TEXT
    always: bool = False


def licence_code(entry: Entry) -> str:
    """출처가 밝힌 이용 조건의 부호. 적지 않았으면 밝히지 않은 것이다."""
    return entry.source.licence or UNSTATED


FIELDS: tuple[Field, ...] = (
    Field("id", "번호", "안내의 번호. 앞 글자는 자료의 갈래이고, 바뀌지 않습니다.", lambda e, _: e.id, always=True),
    Field(
        "url",
        "주소",
        "사람이 읽는 쪽의 주소.",
        lambda e, site: site.settings.url(entry_path(e.id)),
        always=True,
    ),
    Field("title", "제목", "시민이 묻는 말.", lambda e, _: e.title, always=True),
    Field("topic", "주제", "주제의 이름.", lambda e, _: e.topic, always=True),
    Field("topic_id", "주제 부호", "주소에 쓰는 주제의 로마자 이름.", lambda e, site: site.topic_of(e).id, always=True),
    Field("department", "담당", "담당 부서나 기관.", lambda e, _: e.department),
    Field("phone", "전화", "물어볼 곳의 전화번호.", lambda e, _: e.phone),
    Field("districts", "자치구", "해당하는 자치구. 비었으면 서울 전체입니다.", lambda e, _: e.districts, Kind.LIST),
    Field("audience", "대상", "해당하는 사람.", lambda e, _: e.audience, Kind.LIST),
    Field("facts", "핵심 내용", "수수료, 신청방법처럼 이름이 붙은 사실들.", lambda e, _: e.facts, Kind.PAIRS),
    Field("tags", "태그", "찾는 데 쓰는 낱말.", lambda e, _: e.tags, Kind.LIST),
    Field("body", "본문", "답의 글(Markdown).", lambda e, _: e.body),
    Field("source_name", "출처", "근거가 된 자료의 이름.", lambda e, _: e.source.name),
    Field("source_url", "출처 주소", "근거가 된 자료의 주소.", lambda e, _: e.source.url),
    Field("source_id", "출처 번호", "근거가 된 자료에서의 번호.", lambda e, _: e.source.id),
    Field("source_date", "자료 기준일", "근거가 된 자료의 날짜.", lambda e, _: e.source.date, Kind.DAY),
    Field(
        "licence",
        "이용 조건",
        "출처가 밝힌 이용 조건의 부호. unstated는 밝힌 것을 찾지 못했다는 뜻입니다.",
        lambda e, _: licence_code(e),
        always=True,
    ),
    Field(
        "updated", "고친 때", "글을 마지막으로 고친 때(서울 시각).", lambda e, _: e.updated, Kind.MOMENT, always=True
    ),
    Field("checked", "확인한 날", "원문과 맞춰 본 날. 비었으면 아직입니다.", lambda e, _: e.checked, Kind.DAY),
    Field("review_by", "점검 기한", "다시 확인할 날.", lambda e, _: e.review_by, Kind.DAY),
    Field("valid_from", "적용 첫날", "이 글이 맞는 첫날.", lambda e, _: e.valid.start, Kind.DAY),
    Field("valid_until", "적용 끝날", "이 글이 맞는 마지막 날.", lambda e, _: e.valid.until, Kind.DAY),
    Field("version", "판", "글의 판. 이것이 같으면 글이 같습니다.", lambda e, _: e.version, always=True),
)
"""안내 한 줄의 칸들, 모든 파일에서 이 차례다."""

NAMES = tuple(field.name for field in FIELDS)


def rows(site: Site) -> list[Row]:
    """공개 안내 모두의 줄, 번호의 차례로. 초안과 내린 안내는 없다."""
    take = [field.value for field in FIELDS]
    return [tuple(value(entry, site) for value in take) for entry in in_order(site.entries)]


def in_order(entries: Mapping[str, Entry]) -> list[Entry]:
    """안내들, 번호의 차례로. 이어 간 판은 처음부터 만든 판과 담긴 차례가 다를 수 있다."""
    return sorted(entries.values(), key=lambda entry: entry.order)


def as_json(value: Value) -> Any:
    """JSON에 적을 값: 날짜는 ISO 8601 글자로, 모르는 날짜는 null."""
    if isinstance(value, tuple):
        return list(value)
    if isinstance(value, Mapping):
        return dict(value)
    return value.isoformat() if isinstance(value, dt.date) else value


def as_text(value: Value) -> str:
    """한 칸에 적을 글: 목록과 사실들은 JSON으로, 모르는 날짜는 빈 글."""
    plain = as_json(value)
    if isinstance(plain, list | dict):
        return compact(plain)
    return plain or ""


def compact(value: Any) -> str:
    """한 줄 JSON. 줄을 나누는 글자로 읽히기도 하는 U+2028과 그 비슷한 것은 적지 않는다."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").replace("\x85", "\\u0085")
