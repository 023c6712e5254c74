"""상담 항목: 글과 객체 사이를 정확히 오간다. 파일이 어디 있는지, 누가 읽는지는 모른다."""

import datetime as dt
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import Any, Self
from unicodedata import is_normalized, normalize
from zoneinfo import ZoneInfo

from kb import frontmatter
from kb.errors import BadEntry
from kb.frontmatter import Value

SEOUL = ZoneInfo("Asia/Seoul")
ID = re.compile(r"[cdsfkp]\d{1,9}")
"""출처 글자와 번호: c CSV, d 자치구 매뉴얼, s 시 매뉴얼, f FAQ, k 직접 씀, p 장소 (DESIGN, The entry)."""

FENCE = "---\n"
LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
LIST_MARK = re.compile(r"^(?:[-*+>]|\d+\.)\s+")
EMPHASIS = re.compile(r"(?<!\\)[*_`]{1,3}")
ESCAPED_MARK = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
CONTROL = re.compile("[\x00-\x1f\x7f\u2028\u2029\ud800-\udfff]")


class Status(StrEnum):
    """항목이 시민에게 보이는지."""

    DRAFT = "draft"
    PUBLISHED = "published"
    RETIRED = "retired"


@dataclass(frozen=True, kw_only=True)
class Source:
    """이 글이 어디서 왔는지. `licence`는 출처가 밝힌 것만 적는다(모르면 unstated)."""

    name: str = ""
    url: str = ""
    id: str = ""
    date: dt.date | None = None
    licence: str = "unstated"


@dataclass(frozen=True, kw_only=True)
class Valid:
    """글이 맞는 기간(양 끝 날 포함). 파일에서는 from과 until."""

    start: dt.date | None = None
    until: dt.date | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """상담 항목 하나. 값은 모두 NFC이고 시각은 서울 시각, 초까지다. 틀린 값이면 BadEntry."""

    id: str
    title: str
    topic: str
    department: str = ""
    phone: str = ""
    districts: tuple[str, ...] = ()
    audience: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    source: Source = field(default_factory=Source)
    updated: dt.datetime
    checked: dt.date | None = None
    review_by: dt.date | None = None
    valid: Valid = field(default_factory=Valid)
    status: Status = Status.PUBLISHED
    redirect_to: str = ""
    gone: bool = False
    held: tuple[str, ...] = ()
    body: str = ""

    def __post_init__(self) -> None:
        values = vars(self)  # written through: the class is frozen only for those who hold an entry
        for name, value in values.items():
            if type(value) is str:
                if not is_normalized("NFC", value):
                    values[name] = normalize("NFC", value)
            elif type(value) is tuple and value and not all(map(_is_clean, value)):
                values[name] = tuple(map(_clean, value))
        if not all(map(_is_clean, (*self.facts, *self.facts.values()))):
            values["facts"] = {_clean(key): _clean(value) for key, value in self.facts.items()}
        body = self.body.replace("\x00", "").rstrip()
        values["body"] = body + "\n" if body else ""
        if problem := _problem(self):
            raise BadEntry(problem[1], path=problem[0])
        if self.updated.microsecond or self.updated.tzinfo is not SEOUL:
            values["updated"] = self.updated.astimezone(SEOUL).replace(microsecond=0)

    @classmethod
    def from_text(cls, text: str, *, path: str = "") -> Self:
        """파일의 글을 읽는다. 형식이 틀리면 BadEntry가 `path`와 줄 번호를 말한다."""
        text = normalize("NFC", text.removeprefix("\ufeff").replace("\r\n", "\n"))
        header, body = _split(text, path)
        try:
            found = frontmatter.read(header)
            return cls(**_arguments(found), body=body)
        except BadEntry as error:
            line = error.line or (frontmatter.line_of(header, error.path.partition(":")[0]) if error.path else 1)
            raise BadEntry(error.problem, path=path, line=line) from error

    def to_text(self) -> str:
        """파일에 쓸 글. `Entry.from_text(entry.to_text()) == entry`이고, 이 글을 다시 읽고 쓰면 한 글자도 다르지 않다."""
        return f"{FENCE}{frontmatter.write(_header(self), block='facts')}{FENCE}{self.body}"

    @cached_property
    def version(self) -> str:
        """글의 판: `to_text()` SHA-256의 앞 12자리. 쪽이나 양식이 어느 글에서 나왔는지 알아본다."""
        return hashlib.sha256(self.to_text().encode()).hexdigest()[:12]

    @property
    def is_public(self) -> bool:
        """시민에게 보이는 글인가."""
        return self.status is Status.PUBLISHED

    @cached_property
    def lead(self) -> str:
        """본문의 첫 문단(제목 줄은 건너뜀)을 꾸밈 기호 없이. 문단이 없으면 빈 글."""
        for block in self.body.split("\n\n"):
            lines = [line for line in block.strip().split("\n") if line and not line.startswith(("#", "|"))]
            if lines:
                return _plain(" ".join(lines))
        return ""

    @property
    def order(self) -> tuple[str, int]:
        """늘어놓는 차례: 출처 글자, 그다음 번호의 크기."""
        return self.id[:1], int(self.id[1:])


def _is_clean(text: object) -> bool:
    return isinstance(text, str) and is_normalized("NFC", text)


def _clean(text: object) -> str:
    if not isinstance(text, str):
        raise BadEntry(f"글자여야 할 값이 {type(text).__name__}입니다.")
    return normalize("NFC", text)


def _split(text: str, path: str) -> tuple[str, str]:
    if not text.startswith(FENCE):
        raise BadEntry("머리말(---)로 시작하지 않는 글입니다.", path=path, line=1)
    header, fence, body = text[4:].partition("\n" + FENCE)
    if not fence:
        if not text.endswith("\n---"):
            raise BadEntry("머리말을 닫는 ---가 없습니다.", path=path, line=1)
        header, body = text[4:-4], ""
    return header, body


def _problem(entry: Entry) -> tuple[str, str] | None:
    """처음 만나는 틀린 값의 (열쇠, 까닭). from_text가 열쇠를 줄 번호로 바꾼다."""
    retired = entry.status is Status.RETIRED
    if not ID.fullmatch(entry.id):
        return "id", f"번호 ‘{entry.id}’(이)가 출처 글자(c d s f k p)와 숫자가 아닙니다."
    if not entry.title or entry.title.strip() != entry.title:
        return "title", "제목이 비었거나 앞뒤에 빈칸이 있습니다."
    if not entry.title.isprintable() and CONTROL.search(entry.title):
        return "title", "제목은 읽을 수 있는 글자로 된 한 줄이어야 합니다."
    if not entry.topic:
        return "topic", "주제(topic)가 비었습니다."
    if not entry.updated.tzinfo:
        return "updated", "고친 시각(updated)에 시간대(+09:00)가 없습니다."
    if not all(key.strip() == key != "" and not CONTROL.search(key) for key in entry.facts):
        return "facts", "항목(facts)의 이름은 앞뒤 빈칸이 없는 한 줄이어야 합니다."
    if retired != (bool(entry.redirect_to) or entry.gone) or (entry.redirect_to and entry.gone):
        return "status", "내린 글(retired)에만 redirect_to나 gone: true 하나를 적습니다."
    if entry.redirect_to and (not ID.fullmatch(entry.redirect_to) or entry.redirect_to == entry.id):
        return "redirect_to", "redirect_to는 다른 항목의 번호여야 합니다."
    return None


def _plain(markdown: str) -> str:
    text = LINK.sub(r"\1", markdown) if "](" in markdown else markdown
    text = LIST_MARK.sub("", text)
    text = EMPHASIS.sub("", text)
    return (ESCAPED_MARK.sub(r"\1", text) if "\\" in text else text).strip()


# --- the header as a table: key -> how to read a value, in the order they are written -----------------------------


def _fail(key: str, wanted: str) -> BadEntry:
    return BadEntry(f"‘{key}’ 값은 {wanted} 합니다.", path=key)


def _text(key: str, value: Value) -> str:
    if not isinstance(value, str):
        raise _fail(key, "글자여야(숫자나 날짜처럼 보이면 따옴표로 감싸야)")
    return value


def _texts(key: str, value: Value) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise _fail(key, "[가, 나] 모양의 목록이어야")
    return tuple(_text(key, item) for item in value)


def _day(key: str, value: Value) -> dt.date | None:
    if value is not None and (not isinstance(value, dt.date) or isinstance(value, dt.datetime)):
        raise _fail(key, "날짜(2026-03-02)이거나 null이어야")
    return value


def _moment(key: str, value: Value) -> dt.datetime:
    if not isinstance(value, dt.datetime):
        raise _fail(key, "시각(2026-03-02T10:20:00+09:00)이어야")
    return value


def _flag(key: str, value: Value) -> bool:
    if not isinstance(value, bool):
        raise _fail(key, "true나 false여야")
    return value


def _pairs(key: str, value: Value) -> dict[str, str]:
    if not isinstance(value, dict):
        raise _fail(key, "‘이름: 값’ 줄들이어야")
    return {name: _text(f"{key}: {name}", item) for name, item in value.items()}


def _state(key: str, value: Value) -> Status:
    try:
        return Status(_text(key, value))
    except ValueError:
        raise _fail(key, "draft, published, retired 가운데 하나여야") from None


def _part(
    kind: Callable[..., Any], readers: Mapping[str, tuple[str, Callable[[str, Value], Any]]]
) -> Callable[[str, Value], Any]:
    @lru_cache(maxsize=4096)  # the same source and the same {from: null, until: null} stand in thousands of entries
    def made(key: str, items: tuple[tuple[str, Value], ...]) -> Any:
        for name, _ in items:
            if name not in readers:
                raise BadEntry(f"‘{key}’ 안에 모르는 이름 ‘{name}’(이)가 있습니다.", path=key)
        return kind(**{readers[name][0]: readers[name][1](key, item) for name, item in items})

    def read(key: str, value: Value) -> Any:
        if not isinstance(value, dict):
            raise _fail(key, "{이름: 값} 모양이어야")
        try:
            return made(key, tuple(value.items()))
        except TypeError:  # a list or a mapping inside is not hashable, and not a value either
            raise _fail(key, "{이름: 값} 모양이어야") from None

    return read


HEADER: Mapping[str, Callable[[str, Value], Any]] = {
    "id": _text,
    "title": _text,
    "topic": _text,
    "department": _text,
    "phone": _text,
    "districts": _texts,
    "audience": _texts,
    "facts": _pairs,
    "tags": _texts,
    "source": _part(
        Source, {"name": ("name", _text), "url": ("url", _text), "id": ("id", _text), "date": ("date", _day), "licence": ("licence", _text)}
    ),
    "updated": _moment,
    "checked": _day,
    "review_by": _day,
    "valid": _part(Valid, {"from": ("start", _day), "until": ("until", _day)}),
    "status": _state,
    "redirect_to": _text,
    "gone": _flag,
    "held": _texts,
}  # fmt: skip
REQUIRED = ("id", "title", "topic", "updated", "status")
ONLY_WHEN_SET = ("redirect_to", "gone", "held")


def _arguments(found: Mapping[str, Value]) -> dict[str, Any]:
    for key in found:
        if key not in HEADER:
            raise BadEntry(f"모르는 이름 ‘{key}’(이)가 머리말에 있습니다.", path=key)
    for key in REQUIRED:
        if key not in found:
            raise BadEntry(f"머리말에 ‘{key}’(이)가 없습니다.", line=1)
    return {key: HEADER[key](key, value) for key, value in found.items()}


def _header(entry: Entry) -> list[tuple[str, Value]]:
    source, valid = entry.source, entry.valid
    values: dict[str, Value] = {
        key: list(value) if isinstance(value := getattr(entry, key), tuple) else value for key in HEADER
    } | {
        "facts": dict(entry.facts),
        "source": {
            "name": source.name,
            "url": source.url,
            "id": source.id,
            "date": source.date,
            "licence": source.licence,
        },
        "valid": {"from": valid.start, "until": valid.until},
        "status": entry.status.value,
    }
    return [(key, value) for key, value in values.items() if value or key not in ONLY_WHEN_SET]
