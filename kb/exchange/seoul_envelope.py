"""서울 열린데이터의 응답(JSON이나 XML)을 줄들로 (PUBLISHING 2). 어디에 무엇을 물었는지는 모른다."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree

NOTHING = "INFO-200"
DONE = "INFO-000"
WORTH_A_RETRY = ("ERROR-500", "ERROR-600")


class UnreadableAnswer(ValueError):
    """응답이 끊겼거나 알려진 모양이 아니다. 이 방 안에서만 쓰고, 부르는 쪽이 ImportFailed로 바꾼다."""


@dataclass(frozen=True)
class Answer:
    """응답 하나. 실패면 `code`가 까닭이고 줄은 없다. 값은 모두 글이며 289803.0 같은 수는 289803이 된다."""

    code: str
    message: str = ""
    total: int = 0
    rows: tuple[Mapping[str, str], ...] = ()


def read_answer(raw: bytes) -> Answer:
    """응답을 읽는다. /json/으로 물어도 열쇠가 틀리면 XML이 오므로 첫 글자를 보고 정한다. 못 읽으면 UnreadableAnswer."""
    text = raw.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        raise UnreadableAnswer("빈 응답입니다.")
    return _from_xml(text) if text.startswith(b"<") else _from_json(text)


# --- JSON ---------------------------------------------------------------------------------------------------------


def _from_json(text: bytes) -> Answer:
    try:
        data = json.loads(text.decode("utf-8"), strict=False)
    except ValueError as error:
        raise UnreadableAnswer("응답이 중간에 끊겼거나 JSON이 아닙니다.") from error
    if not isinstance(data, dict):
        raise UnreadableAnswer("알려진 모양의 응답이 아닙니다.")
    body = data if "RESULT" in data else next((value for value in data.values() if isinstance(value, dict)), {})
    result = body.get("RESULT")
    if not isinstance(result, dict) or "CODE" not in result:
        raise UnreadableAnswer("결과 코드가 없는 응답입니다.")
    rows = body.get("row") or []
    listed = [rows] if isinstance(rows, dict) else rows
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise UnreadableAnswer("줄(row)의 모양이 다릅니다.")
    values = ({str(name): _text(value) for name, value in row.items()} for row in listed)
    return _answer(_text(result["CODE"]), _text(result.get("MESSAGE")), _text(body.get("list_total_count")), values)


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


# --- XML ----------------------------------------------------------------------------------------------------------


def _from_xml(text: bytes) -> Answer:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(text, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableAnswer("응답이 중간에 끊겼거나 XML이 아닙니다.") from error
    if root.getroottree().docinfo.doctype:
        raise UnreadableAnswer("문서 형식 선언(DTD)이 든 응답은 읽지 않습니다.")
    result = root if root.tag == "RESULT" else root.find("RESULT")
    if result is None or result.find("CODE") is None:
        raise UnreadableAnswer("결과 코드가 없는 응답입니다.")
    rows = ({str(cell.tag): cell.text or "" for cell in row} for row in root.findall("row"))
    return _answer(
        result.findtext("CODE"), result.findtext("MESSAGE") or "", root.findtext("list_total_count") or "", rows
    )


# --- both ---------------------------------------------------------------------------------------------------------


def _answer(code: str, message: str, total: str, rows: Iterable[Mapping[str, str]]) -> Answer:
    code = code.strip()
    if code != DONE:
        return Answer(code, message.strip())
    return Answer(code, message.strip(), whole_number(total) or 0, tuple(rows))


def whole_number(text: str) -> int | None:
    """‘289803’이나 ‘289803.0’ -> 289803. 수가 아니면 None."""
    digits = text.strip().partition(".")
    return int(digits[0]) if digits[0].isascii() and digits[0].isdecimal() and not digits[2].strip("0") else None
