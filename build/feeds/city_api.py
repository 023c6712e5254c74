"""서울 열린데이터광장의 120 자료와 같은 모양의 답들 (PUBLISHING 2): 열쇠 없이, 미리 만들어 둔다. 어디에 놓이는지는 모른다.

그쪽에 묻던 프로그램은 주소를 우리 누리집으로, 인증키를 `openapi`로 바꾸면 그대로 돈다. 재료는 내려받을 자료의 안내(faq.jsonl의
줄)와 주제(topics.csv의 줄)이므로, 한 판에서는 언제나 같은 답이 나온다.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal, TypeAlias

from build.feeds.xml import element
from kb.render import render

Form: TypeAlias = Literal["json", "xml"]
Row: TypeAlias = Mapping[str, str | int]
Entry: TypeAlias = Mapping[str, Any]
"""faq.jsonl의 한 줄."""

LIST, CLASSES = "SearchFAQService", "SearchFAQClassListService"
FAQ, MANUAL = "SearchDetailsFAQService", "SearchDetailsSeoulWorkmanualService"
WINDOW = 1000
"""한 번에 물을 수 있는 줄의 수 (ERROR-336)."""

KINDS: Mapping[str, str] = {"f": "F", "s": "S", "d": "J"}
"""번호의 앞 글자에서 FAQ_TP로: 자주묻는질문, 시 업무매뉴얼, 자치구 업무매뉴얼. 그쪽에 없는 갈래는 앞 글자의 큰 글자다."""

MANUALS = ("s", "d")
DONE = {"CODE": "INFO-000", "MESSAGE": "정상 처리되었습니다"}
NOTHING = {"CODE": "INFO-200", "MESSAGE": "해당하는 데이터가 없습니다."}


# --- the list -------------------------------------------------------------------------------------------------------


def windows(entries: Sequence[Entry]) -> Iterator[tuple[str, Sequence[Entry]]]:
    """목록을 천 줄씩 나눈 것: 물음의 뒷부분(`SearchFAQService/1/1000`)과 그 안내들. 마지막 다음에는 빈 창이 하나 더 있다."""
    for start in range(0, len(entries) + WINDOW, WINDOW):
        yield f"{LIST}/{start + 1}/{start + WINDOW}", entries[start : start + WINDOW]


def list_answer(entries: Sequence[Entry], form: Form, *, total: int) -> bytes:
    """목록의 창 하나에 대한 답. 비었으면 ‘데이터가 없습니다’(INFO-200)."""
    return answer(LIST, [_listed(entry) for entry in entries], total=total, form=form)


def class_answer(topics: Sequence[Mapping[str, str]], form: Form) -> bytes:
    """주제 목록(SearchFAQClassListService)의 답."""
    rows: list[Row] = [{"LCODE": topic["id"], "LCODE_NAME": topic["name"]} for topic in topics]
    return answer(CLASSES, rows, total=len(rows), form=form)


def _listed(entry: Entry) -> Row:
    return {
        "FAQ_SEQNO": _number(entry),
        "FAQ_TP": kind(entry),
        "LCODE": entry["topic_id"],
        "LCODE_NAME": entry["topic"],
        "QUEST": entry["title"],
        "UPDATE_YMDHMS": stamp(entry),
    }


# --- one entry ------------------------------------------------------------------------------------------------------


def detail_place(entry: Entry) -> str:
    """안내 하나를 묻는 물음의 뒷부분: `SearchDetailsFAQService/1/1/F/289803`."""
    return f"{_service(entry)}/1/1/{kind(entry)}/{_number(entry)}"


def detail_answer(entry: Entry, form: Form) -> bytes:
    """안내 하나의 답. 매뉴얼에만 ANSWER_HTML이 있는 것도 그쪽과 같다."""
    row: dict[str, str | int] = {
        "FAQ_TP": kind(entry),
        "FAQ_SEQNO": _number(entry),
        "QUEST": entry["title"],
        "ANSWER": plain_answer(entry),
        "UPDATE_YMDHMS": stamp(entry),
    }
    if entry["id"][0] in MANUALS:
        row["ANSWER_HTML"] = render(entry["body"])
    return answer(_service(entry), [row], total=1, form=form)


def kind(entry: Entry) -> str:
    """FAQ_TP."""
    return KINDS.get(entry["id"][0], entry["id"][0].upper())


def stamp(entry: Entry) -> str:
    """UPDATE_YMDHMS: 한국 시각 열네 자리."""
    return f"{datetime.fromisoformat(entry['updated']):%Y%m%d%H%M%S}"


def _service(entry: Entry) -> str:
    return MANUAL if entry["id"][0] in MANUALS else FAQ


def _number(entry: Entry) -> int:
    return int(entry["id"][1:])


# --- the envelope ---------------------------------------------------------------------------------------------------


def answer(service: str, rows: Sequence[Row], *, total: int, form: Form) -> bytes:
    """그쪽의 답과 같은 모양. 줄이 없으면 서비스 이름 없이 까닭만 온다."""
    text = _json(service, rows, total) if form == "json" else _xml(service, rows, total)
    return text.encode()


def _json(service: str, rows: Sequence[Row], total: int) -> str:
    body: dict[str, Any] = (
        {service: {"list_total_count": total, "RESULT": DONE, "row": rows}} if rows else {"RESULT": NOTHING}
    )
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _xml(service: str, rows: Sequence[Row], total: int) -> str:
    opening = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    if not rows:
        return f"{opening}<RESULT>{_cells(NOTHING)}</RESULT>"
    lines = "".join(f"<row>{_cells(row)}</row>" for row in rows)
    count = element("list_total_count", str(total))
    return f"{opening}<{service}>{count}<RESULT>{_cells(DONE)}</RESULT>{lines}</{service}>"


def _cells(row: Row) -> str:
    return "".join(element(name, str(value)) for name, value in row.items())


# --- Markdown as plain text -------------------------------------------------------------------------------------------

RULE = re.compile(r"^\s*\|?[\s:-]*-[\s:|-]*\|[\s:|-]*$")
LINE_MARK = re.compile(r"^\s*(?:#{1,6}|>)\s+")
LINK = re.compile(r"!?\[([^\]]*)\]\(([^)\s]*)[^)]*\)")
CELL = re.compile(r"(?<!\\)\|")
EMPHASIS = re.compile(r"(?<!\\)[*`]{1,3}")
ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


def plain_answer(entry: Entry) -> str:
    """ANSWER: 꾸밈없는 글. 표는 칸마다 ` | `로, 사실은 뒤에 `이름: 값`으로 잇는다."""
    body = "\n".join(_plain(line) for line in entry["body"].rstrip("\n").split("\n") if not RULE.match(line))
    facts = "\n".join(f"{name}: {text}" for name, text in entry["facts"].items() if text)
    return "\n\n".join(part for part in (body, facts) if part)


def _plain(line: str) -> str:
    if line.lstrip().startswith("|"):
        line = " | ".join(cell.strip() for cell in CELL.split(line.strip().strip("|")))
    line = LINK.sub(r"\1", LINE_MARK.sub("", line)) if "[" in line or line.lstrip().startswith(("#", ">")) else line
    return ESCAPED.sub(r"\1", EMPHASIS.sub("", line))
