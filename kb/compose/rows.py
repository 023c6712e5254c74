"""사실 표의 줄: CSV를 읽고 글자를 다듬는다. 믿을 만한 줄인지, 무엇을 지을지는 모른다."""

import csv
import datetime as dt
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from unicodedata import normalize

from kb.compose.errors import BadTable

COLUMNS = (
    "kind", "name", "district", "dong", "address", "phone", "hours", "fee", "homepage", "lat", "lon", "detail", "source",
)  # fmt: skip


class Details(dict[str, str]):
    """`detail` 칸의 이름과 값. 없는 이름은 빈 글이다(틀에서 물어보기 쉽게)."""

    def __missing__(self, key: str) -> str:
        return ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """사실 표의 한 줄. 값은 다듬은 글이고, 좌표는 없을 수 있다. `line`은 표의 줄 번호(알릴 때만 쓴다)."""

    kind: str
    name: str
    district: str
    dong: str = ""
    address: str = ""
    phone: str = ""
    hours: str = ""
    fee: str = ""
    homepage: str = ""
    lat: float | None = None
    lon: float | None = None
    detail: Details = field(default_factory=Details)
    source: str = ""
    line: int = 0

    @cached_property
    def where(self) -> str:
        """같은 곳인지 견주는 주소: 구 다음의 길(또는 동)과 번호만."""
        return place_of(self.address)

    @cached_property
    def date(self) -> dt.date | None:
        """이 줄의 자료가 맞았던 날: 줄에 적힌 기준일, 없으면 출처에 적힌 날."""
        for text in (self.detail["기준일"], self.detail["최종동기화"]):
            if (found := stated_date(text)) is not None:
                return found
        return stated_date(self.source)

    @property
    def filled(self) -> int:
        """채워진 칸의 수: 같은 곳이 두 줄이면 더 많이 아는 줄을 남긴다."""
        known = (self.dong, self.address, self.phone, self.hours, self.fee, self.homepage, self.lat)
        return sum(value not in ("", None) for value in known) + len(self.detail)


METRES = 111_320
"""위도 1도의 길이(m)."""


def metres_between(one: tuple[float, float], two: tuple[float, float]) -> float:
    """두 좌표의 직선거리(m)."""
    north = (one[0] - two[0]) * METRES
    east = (one[1] - two[1]) * METRES * math.cos(math.radians(one[0]))
    return math.hypot(north, east)


def metres_apart(one: Row, two: Row) -> float:
    """두 줄의 직선거리(m). 좌표를 모르면 무한대."""
    if one.lat is None or one.lon is None or two.lat is None or two.lon is None:
        return math.inf
    return metres_between((one.lat, one.lon), (two.lat, two.lon))


def read_tables(folder: Path) -> dict[str, list[Row]]:
    """폴더의 모든 표(`<kind>.csv`). 하나도 없거나 읽을 수 없으면 BadTable."""
    paths = sorted(folder.glob("*.csv"))
    if not paths:
        raise BadTable(f"{folder}에 사실 표(CSV)가 없습니다. --facts에 표가 든 폴더를 적어 주세요.")
    return {path.stem: list(read_table(path)) for path in paths}


def read_table(path: Path) -> Iterator[Row]:
    """표 하나의 줄들. 칸 이름이 다르면 BadTable."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            head = tuple(next(reader, ()))
            if head != COLUMNS:
                raise BadTable(f"{path.name}의 첫 줄이 {', '.join(COLUMNS)} 차례가 아닙니다.")
            for line, values in enumerate(reader, start=2):
                yield _row(values, line)
    except UnicodeDecodeError as error:
        raise BadTable(f"{path.name}에 UTF-8이 아닌 글자가 있습니다. UTF-8로 저장해 주세요.") from error
    except (OSError, csv.Error) as error:
        raise BadTable(f"{path.name}을(를) 읽을 수 없습니다: {error}") from error


def _row(values: list[str], line: int) -> Row:
    if len(values) != len(COLUMNS):
        return Row(kind="", name="", district="", line=line)  # a shifted row: hygiene counts it
    raw = dict(zip(COLUMNS, values, strict=True))
    text = {column: clean(raw[column]) for column in ("kind", "district", "fee", "source")}
    return Row(
        **text,
        name=name(raw["name"]),
        dong=dong(raw["dong"]),
        address=address(raw["address"]),
        hours=UNIT.sub("", clean(raw["hours"])),
        phone=clean(raw["phone"]),
        homepage=raw["homepage"].strip(),
        lat=_number(raw["lat"]),
        lon=_number(raw["lon"]),
        detail=details(raw["detail"]),
        line=line,
    )


def _number(text: str) -> float | None:
    try:
        return float(text) if text.strip() else None
    except ValueError:
        return float("nan")


# --- letters ------------------------------------------------------------------------------------------------------

LOST_DOT = re.compile(r"(?<=[가-힣0-9)])\?(?=[가-힣0-9])")
"""가운뎃점이 깨져 물음표가 된 자리: 토?일, 설날?추석."""
LOST_WAVE = re.compile(r"(?<=\d:\d\d)\?(?=\d{1,2}:)|(?<=[시분])\s?？\s?(?=오[전후])")
"""물결표가 깨져 물음표가 된 자리: 09:00?17:00, 오전 9시 ？ 오후 6시."""
EVERY = re.compile(r"매주(?=[월화수목금토일](?:요일|[,·~ ]|$))")
"""‘매주토, 일요일’처럼 붙여 쓴 요일."""
TWICE = re.compile(r"^(서울 ([가-힣]+구)) (?:서울(?:시|특별시)? )?\2 ")
"""구 이름이 두 번 적힌 주소: 서울 도봉구 도봉구 방학로2길 27."""
TIMES = re.compile(r"(?<=\d)(\s?(?:cm|CM|㎝|m|M|mm)?)\s?\*\s?(?=\d)")
SWAPS = str.maketrans({
    "|": "·", "<": "(", ">": ")", "[": "(", "]": ")", "`": "'", "\\": "", "*": "※", "～": "~", "∼": "~", "ㆍ": "·", "#": "",
    "｜": "·", "│": " ", "…": "",
})  # fmt: skip
"""Markdown에서 뜻이 있는 글자를 뜻 없는 글자로: 표와 본문에 그대로 넣어도 안전하다."""


RENAMED = {
    "한강사업본부": "미래한강본부", "한강시사업본부": "미래한강본부", "서울메트로": "서울교통공사", "문화재청": "국가유산청",
    "국가보훈처": "국가보훈부", "SH공사": "서울주택도시개발공사", "동사무소": "동주민센터", "공원여가센 ": "공원여가센터 ",
    "동부여가센터": "동부공원여가센터", "동대문운동장역": "동대문역사문화공원역", "4호선 대학로역": "4호선 혜화역",
}  # fmt: skip
"""표가 옛 이름으로(또는 글자를 빠뜨려) 부르는 기관과 지금 이름."""
MISSPELT = {"쳇째": "첫째", "넷쩨": "넷째", "메주 ": "매주 ", "메년": "매년", "둘쨰": "둘째", "공유일": "공휴일", "ㅇ금": "요금",
            "용금": "요금", "운동자 :": "운동장 :", "000언": "000원", "관려업무": "관련 업무", "문화여성회관": "여성문화회관", "종로1234가": "종로1·2·3·4가", "종로14가동": "종로1·2·3·4가동",
            "종로34가": "종로3·4가", "종로56가": "종로5·6가", "상계34동": "상계3·4동"}  # fmt: skip
TIDIED = (
    (re.compile(r"javascript:\S*"), ""),
    (re.compile(r"::+|:\.(?=\d)"), ":"),
    (re.compile(r"\b02-(?=1[568]\d\d-\d{4})"), ""),  # 15xx·16xx·18xx have no area code
    (re.compile(r"\(?\b0?2\)\s?(?=\d{3,4}-\d{4})"), "02-"),
    (re.compile(r"\b050-(\d)(\d{3})-(?=\d{4}\b)"), r"050\1-\2-"),
    (re.compile(r"(?<=[가-힣])\d(?:\.\d)+(?=가?동)"), lambda found: found[0].replace(".", "·")),
    (re.compile(r"\s+(?=,(?!\d))"), ""),
    (re.compile(r"(?<=\)),\s*\)"), ""),
    (re.compile(r"(?<=\()\s+(?=\S)|(?<=\S)\s+(?=\))"), ""),
    (re.compile(r"\((?=[2-9]\d{2,3}-\d{4}\))"), "(02-"),
    (re.compile(r"\(\s*[,~]*\s*\)|(?<=[(,])\s*,|,\s*(?=\))"), ""),
    (re.compile(r"(?<=\d)\.\.(?=\d)"), "."),
    (re.compile(r"(?<=[가-힣]) :(?=[가-힣])"), ": "),
    (re.compile(r"(?<=\d:\d\d)(?=\d{1,2}(?:월|:\d\d))"), ", "),
    (re.compile(r"(?<=\d:\d\d)(?=(?:토|일|주말|평일|공휴일|휴관|동절기|하절기|공예샵)[요 ,:\d]?)"), ", "),
    (re.compile(r"(?<=\d:\d\d)\.(?=[\s,]|$)"), ""),
    (re.compile(r"(?<=[ ,])\.(?=[가-힣])"), ""),
    (re.compile(r"(?<=[, ])\?(?=[가-힣])"), ""),
    (re.compile(r"주말 (?=주말 )"), ""),
    (re.compile(r"(?<=토) ~ 일 ~ 공휴일"), "·일·공휴일"),
    (re.compile(r"첫째\? ?(?=셋째)"), "첫째, "),
    (re.compile(r"월요일(?=설날|신정)"), "월요일, "),
    (re.compile(r"(?<=[시분])(?=휴관)"), " / "),
    (re.compile(r"(?<=\d시)(?=\d{1,2}월|토 오전|일:|동절기)"), ", "),
    (re.compile(r"\s*\(도로다이어트[^()]*\)|(?<=주유소)로 변경$"), ""),
    (re.compile(r"\s*※?\s*리모델링 중\(20[^()]*\)"), ""),
    (re.compile(r"\bG\s(?=\d{4})"), "지선 "),
    (re.compile(r"(?<![가-힣(])(지하철|버스|주차)\)\s?"), r"\1: "),
    (re.compile(r"(?<![가-힣(])구\)(?=[가-힣])"), "옛 "),
)
"""글 속의 흠과 고친 모양."""


def clean(text: str) -> str:
    """한 줄의 다듬은 글: NFC, 빈칸 하나씩, 깨진 가운뎃점과 옛 기관 이름을 고치고 Markdown 글자를 바꾼다."""
    for old, new in (*RENAMED.items(), *MISSPELT.items()):
        text = text.replace(old, new)
    text = TIMES.sub(r"\1×", normalize("NFC", text))
    text = LOST_DOT.sub("·", LOST_WAVE.sub("~", text)).translate(SWAPS)
    text = EVERY.sub("매주 ", text)
    text = re.sub(r"~{2,}", "~", text).replace("?", " ") if "??" in text or text.startswith("?") else text
    for shape, right in TIDIED:
        text = shape.sub(right, text)
    return re.sub(r"(?<=\d)[※'’]$", "", " ".join(text.split())).strip(" ,;").lstrip(".")


def balanced(text: str) -> str:
    """괄호의 짝이 맞는 글: 짝 없는 닫는 괄호는 빼고, 닫지 않은 괄호는 닫는다."""
    kept, depth = list[str](), 0
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth < 0:
            depth = 0
        else:
            kept.append(letter)
    return "".join(kept).rstrip(" ,") + ")" * depth


SHARED = "공유)"


def once(text: str) -> str:
    """앞말을 되풀이하지 않는 이름: ‘교남동자치회관 종로구 교남동자치회관 2층’을 ‘교남동자치회관 2층’으로."""
    words = text.split()
    for at in range(len(words) - 1, 0, -1):
        first, rest = "".join(words[:at]), words[at:]
        rest = rest[1:] if len(rest) > 1 and re.fullmatch(r"[가-힣]{1,3}구", rest[0]) else rest
        if len(first) > 3 and "".join(rest).startswith(first):
            return " ".join(rest)
    return text


def name(text: str) -> str:
    """다듬은 이름: 잘린 괄호를 닫고 되풀이한 앞말을 뺀다. ‘공유)’로 시작하는 주차 자리는 그 표시를 둔다."""
    text = once(clean(text))
    return text if text.startswith(SHARED) else balanced(text)


NOT_A_DONG = re.compile(r"상가$|아파트|빌라|아이파크|^(?:관리|극)동$|^강동$|\d$")


def dong(text: str) -> str:
    """동 이름: ‘갈현제2동’은 갈현2동, ‘상계6.7동’은 상계6·7동. 건물 이름이 잘못 든 것은 빈 글."""
    text = re.sub(r"제(?=\d)", "", clean(text))
    text = re.sub(r"(?<=\d)\.(?=\d)", "·", text)
    return "" if NOT_A_DONG.search(text) else text


def details(text: str) -> Details:
    """`이름=값; 이름=값`을 사전으로. 값 속의 쌍반점은 앞 값에 붙는다."""
    found, last = Details(), ""
    for part in text.split("; "):
        key, sign, value = part.partition("=")
        if sign and re.fullmatch(r"[가-힣A-Za-z]{1,12}", key.strip()):
            last = key.strip()
            found[last] = clean(value)
        elif last:
            found[last] = clean(f"{found[last]}; {part}")
    return found


UNIT = re.compile(
    r",?\s*(?:제?[A-Za-z가-힣]{0,3}\d{1,4}동\s?)?제?(?:[A-Z]-?)?(?<!\d)\d{1,6}(?:[,~-]\d{1,4})*호(?!텔|선|차|점|관)(?:실)?(?:일부)?"
)
FLAT = re.compile(
    r",?\s*(?<![가-힣])\d{2,4}동(?=[\s,(]|$)(?!\s?(?:옆|앞|뒤|맞은편|상가))(?:\s?\d{1,4}(?=[\s,(]|$)(?![\d,~·]*층))?"
)
HOME = re.compile(r"(?<![동가로길\d])(?<![동가로길] )[ ,]*\d{2,4}-\d{3,4}(?=\s*(?:[(),/]|$))")
"""길 번호 뒤에 다시 나오는 ‘702-105’, ‘가나아파트 702-105’: 702동 105호. ‘(미아동 791-2119)’처럼 동 뒤의 것은 번지다."""
JOINED = re.compile(r"(?<=[가-힣\d])(로|길)(\d{1,4}(?:-\d{1,4})?)(?![\d가-힣-])")
"""길 이름에 붙여 쓴 번호: 방학로6길20-9."""
REPEATED = re.compile(r"\s*[.]\s*$")
SAME_WORD = re.compile(r"(?<![가-힣\d])([가-힣\d]{2,})[ ,]+(?=\1(?![가-힣\d])|\1로)")
SAME_DONG = re.compile(r"(\([가-힣\d]+(?:동|가)\))\s?(?=\1)")
NOTE = re.compile(r"\s*\((?:우\)|추후\s?수정)[^()]*\)?|\s*\(우\)\s*\d{5}")


def without_unit(text: str) -> str:
    """살림집일 수 있는 ‘몇 동 몇 호’를 뺀 글 (PD-11)."""
    road = ROAD.search(text)
    head, tail = (text[: road.end()], text[road.end() :]) if road else (text, "")
    return FLAT.sub("", UNIT.sub("", head + HOME.sub("", tail)))


def address(text: str) -> str:
    """건물까지의 주소: ‘서울특별시’는 ‘서울’로, 몇 동 몇 호(살림집일 수 있는 자리)는 뺀다. 층은 둔다."""
    text = re.sub(r"(?<=\d)\s+,\s*(?=\d)", ", ", text)
    text = TWICE.sub(r"\1 ", clean(text).replace("서울특별시", "서울", 1))
    text = without_unit(NOTE.sub("", text))
    text = re.sub(r"(?<=로)\s?(\d+)\s?(?=[가나다라마바사아자차]길)", r"\1", JOINED.sub(r"\1 \2", text))
    text = re.sub(r"(?<=\d)(-\d+) 0$", r"\1", text)
    text = re.sub(r"(?<=[\d)])(?:[ ,]+(?:보건소|보건지소))+$", "", text)
    text = re.sub(r"\([\s,~]*\)", "", REPEATED.sub("", text))
    text = re.sub(r"\s+,", ",", text)
    text = SAME_DONG.sub("", SAME_WORD.sub("", balanced(text)))
    return " ".join(text.split()).strip(" ,.?")


STREET = re.compile(r"([가-힣]+구)\s+(.*)")
ROAD = re.compile(r"([가-힣][가-힣\d·.]*(?:로|길))\s*(?:지하\s*)?(\d+(?:-\d+)?)(?!\d|가(?![가-힣])|-)")
"""길과 건물 번호. ‘한강로2가 220’의 2는 번호가 아니다."""
LOT = re.compile(r"([가-힣\d]+(?:동|가|로\d가))\s*(산?\s*\d+(?:-\d+)?)")


def place_of(text: str) -> str:
    """주소에서 ‘구 길 번호’만 붙여 쓴 것. 읽을 수 없으면 빈 글."""
    if not (gu := STREET.search(text)):
        return ""
    rest = re.sub(r"(?<=로)\s+(?=\d+[가-힣]?길)|(?<=로)\s+(?=\d+번길)", "", gu[2])
    match = ROAD.search(rest) or LOT.search(rest)
    return f"{gu[1]}{match[1]}{match[2]}".replace(" ", "") if match else ""


# --- dates --------------------------------------------------------------------------------------------------------

DAY = re.compile(r"(20\d\d)-([01]\d)-([0-3]\d)")
MONTH = re.compile(r"(20\d\d)-([01]\d)(?!\d)")
YEAR = re.compile(r"(?<![\d~])(20\d\d)년?(?![\d~])")
HALF = re.compile(r"(20\d\d) (상|하)반기")


def stated_date(text: str) -> dt.date | None:
    """글에 적힌 자료의 날. 달까지만 적혔으면 그 달 1일, 해까지면 그해 1월 1일(가장 이른 날). 두 해에 걸치면 모른다."""
    if match := DAY.search(text):
        return _date(*map(int, match.groups()))
    if match := MONTH.search(text):
        return _date(int(match[1]), int(match[2]), 1)
    if match := HALF.search(text):
        return _date(int(match[1]), 1 if match[2] == "상" else 7, 1)
    if match := YEAR.search(text):
        return _date(int(match[1]), 1, 1)
    return None


def _date(year: int, month: int, day: int) -> dt.date | None:
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def said_date(day: dt.date | None, source: str) -> str:
    """시민에게 말하는 자료의 때: ‘2026년 3월’처럼 출처가 아는 만큼만. 모르면 출처의 해(‘2018~2020년’)나 빈 글."""
    if day is None:
        years = re.search(r"20\d\d~20\d\d", source)
        return f"{years[0]}년" if years else ""
    if DAY.search(source) or day.day != 1:
        return f"{day.year}년 {day.month}월"
    return f"{day.year}년" if day.month == 1 and not MONTH.search(source) else f"{day.year}년 {day.month}월"


Tables = Mapping[str, list[Row]]
