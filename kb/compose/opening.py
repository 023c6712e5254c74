"""여닫는 때의 말: 표에 적힌 시간과 쉬는 날을 시민의 말로 바꾼다. 어느 곳의 것인지는 모른다."""

import re
from collections.abc import Iterable

from kb.compose.particles import eun
from kb.compose.rows import Row, balanced

# --- hours --------------------------------------------------------------------------------------------------------


def weekday(hours: str) -> str:
    """‘평일 …, 주말 …’의 평일."""
    match = re.match(r"평일 (.*?)(?:,? ?주말 .*)?$", hours)
    return _times(match[1]) if match else _times(hours) if not hours.startswith("주말") else ""


def weekend(hours: str) -> str:
    """‘평일 …, 주말 …’의 주말. ‘주말 주말 및 공휴일 휴관’이면 ‘주말 및 공휴일 휴관’."""
    match = re.search(r",? ?주말 (.*)$", hours)
    if not match:
        return ""
    text = re.sub(r"^주말\s*(?=\d)", "", match[1])
    return _times(f"주말 {text}" if text.startswith("및 ") else text)


def _times(text: str) -> str:
    text = re.sub(r"(\d{1,2}:\d{2})\s*[~-]\s*(\d{1,2}:\d{2})", r"\1~\2", text)
    text = re.sub(r"^평일\s+", "", text).replace("00:00~24:00", "24시간").replace("익일", "다음 날").strip(" ,'")
    return re.sub(r"미개방$", "열지 않음", text)


ALL_YEAR = re.compile(r"연중\s?무휴(?:\s?\(상시\))?|상시")


def weekday_said(hours: str, name: str) -> str:
    """평일에 언제 쓸 수 있는지를 문장으로. `hours`는 `weekday`가 고른 평일이다."""
    if not hours:
        return f"{name}의 평일 이용 시간은 자료에 없어 전화로 물어봐야 합니다."
    if hours == "열지 않음":
        return f"{eun(name)} 평일에는 열지 않습니다."
    if hours == "24시간":
        return f"{eun(name)} 평일에 24시간 쓸 수 있습니다."
    if ALL_YEAR.fullmatch(hours):
        return f"{eun(name)} 평일에 늘 쓸 수 있습니다."
    if PLAIN_TIMES.fullmatch(hours):
        return f"{name}의 평일 이용 시간은 {hours}입니다."
    return f"{name}의 평일 이용 시간: {hours.removesuffix('.')}{'' if hours.endswith('…') else '.'}"


PLAIN_TIMES = re.compile(
    r"(?:(?:평일|주말|공휴일|매일|휴일|[월화수목금토일](?:요일)?|및|[~·,\s])*\d{1,2}:\d\d\s?~\s?\d{1,2}:\d\d[,\s/]*)+"
)
NO_HOURS = re.compile(r"홈페이지\s?참조|전시\s?없음|전시중 휴일 없음|절기에 따라 다름|정보\s?없음|미정")


def open_hours(hours: str) -> str:
    """여는 때. 시간을 알려 주지 않는 말(‘홈페이지 참조’)이면 빈 글."""
    return "" if NO_HOURS.fullmatch(hours) else hours


def open_said(hours: str, subject: str = "여는 때") -> str:
    """여는 때를 문장으로: 시간만 적혔으면 ‘…입니다’, 다른 말이 섞였으면 쌍점 뒤에 그대로."""
    text = open_hours(hours)
    if not text:
        return ""
    if varies := VARIES.fullmatch(text):
        return f"{subject}는 {varies['what']}마다 다릅니다."
    if PLAIN_TIMES.fullmatch(text):
        return f"{subject}는 {text}입니다."
    return f"{subject}: {text.rstrip('.')}."


# --- closed days --------------------------------------------------------------------------------------------------

VARIES = re.compile(
    r"(?:운영\s?)?(?P<what>공연|전시|행사|프로그램|날짜|스튜디오)(?:시간| 및 행사| 또는 프로그램)?"
    r"\s?(?:일정|내용)?\s?(?:별로|별|발|에 따라|마다)\s?(?:관람료 |요금 )?(?:상이함|상이|다름|변동|따름)"
)
ASK = re.compile(
    r"홈페이지\s?(?:참조|참고|확인)|개별\s?확인|별도\s?(?:표기|문의|공지)|추후\s?공지|변동|특정 지정일|사전예약제"
)
UNKNOWN = re.compile(r"-|미정|정보\s?없음|평일\s?주중\s?운영")
DAY_WORDS = re.compile(
    r"매주|매월|매달|매년|정기|첫|둘|셋|넷|다섯|두|세|네|마지막|번?째|[월화수목금토일]요일|(?<![가-힣])[월화수목금토일](?![가-힣])|평일|주말|"
    r"법정|국가|국경일|임시|대체|지정|정부|관공서의?|공휴일|일요일을 제외한|제외한?|신정|구정|설날?|추석|명절|연휴|당일|노동절|근로자의\s?날|"
    r"\d+월\s?\d+일|주|및|과|와|[·,/().~\s\d]"
)


def closed_days(text: str) -> str:
    """쉬는 날. 알려 주는 것이 없는 말(‘정보없음’, ‘홈페이지 참조’)이면 빈 글."""
    return (
        ""
        if UNKNOWN.fullmatch(text) or ASK.fullmatch(text) or "코로나" in text
        else text.removeprefix("휴관일 : ").removeprefix("※")
    )


def closed(text: str) -> str:
    """쉬는 날을 문장으로: 없으면 ‘쉬는 날은 없습니다.’, 날만 적혔으면 ‘…입니다’, 다른 말이 섞였으면 쌍점 뒤에 그대로."""
    if ASK.fullmatch(text):
        return "쉬는 날은 누리집이나 전화로 확인해 주십시오."
    if not (days := closed_days(text)):
        return ""
    if re.search(r"무휴|없음|상시", days) and len(days) < 12:
        return "쉬는 날은 없습니다."
    if varies := VARIES.fullmatch(days):
        return f"쉬는 날은 {varies['what']}마다 다릅니다."
    days = (
        re.sub(r"(?<=[가-힣)])\s*(?:정기\s?)?(?:휴관|휴무)$", "", days)
        if not re.search(r"\d시|없을|경우", days)
        else days
    )
    if not DAY_WORDS.sub("", days):
        said = re.sub(r"(?<![가-힣\d])([월화수목금토일])$", r"\1요일", days)
        return f"쉬는 날은 {said}입니다."
    return f"쉬는 날: {days.rstrip('.')}."


# --- toilets ------------------------------------------------------------------------------------------------------

ALWAYS = re.compile(r"상시|24시|연중\s?개방|종일|00:00\s?~\s?(?:24:00|23:59)")
NOT_ALWAYS = re.compile(r"평일|제외|휴무|미개방|폐쇄|영업|\d{1,2}:\d{2}\s?[~-]\s?\d{1,2}:\d{2}")
ALIKE = re.compile(r"평일[,.\s]*주말\s*(?:구분\s?없이)?\s*(?=2[45]시간)")
OPENING = (
    (re.compile(r"25시간"), "24시간"),
    (re.compile(r"::"), ":"),
    (re.compile(r"(?<=:\d\d)0(?!\d)"), ""),
    (re.compile(r"(?<=\d)사(?=\)|$)"), "시"),
    (re.compile(r"평 일"), "평일"),
    (re.compile(r"주 말"), "주말"),
    (re.compile(r"익일\s*"), "다음 날 "),
    (re.compile(r"영업시작~종료"), "지하철이 다니는 동안"),
    (re.compile(r"개방구분"), ""),
    (re.compile(r"\s*-?\s*(?:미개방|비개방|개방\s?안함)"), " 닫음"),
    (re.compile(r"정시개방\s*(?=ㅇ)"), ""),
    (re.compile(r"\s?ㅇ\s?"), " / "),
    (re.compile(r"개방"), "열림"),
    (re.compile(r"^[\s:]+"), ""),
)
NOT_HOURS = re.compile(r"개방|열림|(?:청계천 내 )?공중화장실|정보\s?없음")


def is_always_open(row: Row) -> bool:
    """밤낮으로 여는 화장실인가: ‘상시’라고만 적힌 곳."""
    hours = ALIKE.sub("", row.hours).replace("25시간", "24시간")
    rest = re.sub(r"00:00\s?~\s?(?:24:00|23:59)", "", hours)
    return bool(ALWAYS.search(hours)) and not NOT_ALWAYS.search(rest)


def always_open(rows: Iterable[Row]) -> int:
    """늘 여는 곳의 수."""
    return sum(is_always_open(row) for row in rows)


def opening(hours: str) -> str:
    """화장실의 여는 때: ‘정시(09:00~18:00, 평일만)’을 ‘09:00~18:00, 평일만’으로, ‘상시’는 ‘늘 열림’으로."""
    text = re.sub(r"\s*([~-])\s*(?=\d|익일|오)", "~", hours)
    if is_always_open(Row(kind="", name="", district="", hours=hours)):
        return "늘 열림"
    match = re.fullmatch(r"(?:정시|상시)(?:개방)?\s*\((.*)\)", text)
    inside = match[1] if match and _is_balanced(match[1]) else re.sub(r"^정시(?:개방)?\s*(?=\S)", "", text)
    if inside in ("정시", "정시개방", "업무시간", "근무시간 개방", "영업시간내"):
        return "그곳이 문을 여는 동안"
    if NOT_HOURS.fullmatch(inside):
        return ""
    for shape, said in OPENING:
        inside = shape.sub(said, inside)
    if re.fullmatch(r"[\d:]+~\d{1,2}", inside):
        inside += "시"
    inside = re.sub(r"^\(([^()]*\d[^()]*)\)", r"\1 ", inside)
    if match := re.fullmatch(r"\((.*\([^()]*\).*)\)", inside):
        inside = match[1] if _is_balanced(match[1]) else inside
    if text.startswith("상시") and inside.endswith("제외"):
        inside = f"늘 열림({inside})"
    return " ".join(balanced(inside).replace(" ,", ",").split()).strip(" ,")


def _is_balanced(text: str) -> bool:
    return not re.search(r"^[^(]*\)", text) and text.count("(") == text.count(")")


FILTERS = {
    function.__name__: function
    for function in (
        weekday, weekend, weekday_said, open_hours, open_said, closed_days, closed, is_always_open, always_open, opening,
    )
}  # fmt: skip
"""틀에서 쓰는 이름."""
