"""사실 표의 줄: CSV를 읽고 글자를 다듬는다. 믿을 만한 줄인지, 무엇을 지을지는 모른다."""

import csv
import datetime as dt
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
    text = {name: clean(raw[name]) for name in ("kind", "name", "district", "dong", "fee", "source")}
    return Row(
        **text,
        address=address(raw["address"]),
        hours=without_unit(clean(raw["hours"])),
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
LOST_WAVE = re.compile(r"(?<=\d:\d\d)\?(?=\d{1,2}:)")
"""물결표가 깨져 물음표가 된 자리: 09:00?17:00."""
EVERY = re.compile(r"매주(?=[월화수목금토일](?:요일|[,·~ ]|$))")
"""‘매주토, 일요일’처럼 붙여 쓴 요일."""
TWICE = re.compile(r"^(서울 ([가-힣]+구)) (?:서울(?:시|특별시)? )?\2 ")
"""구 이름이 두 번 적힌 주소: 서울 도봉구 도봉구 방학로2길 27."""
TIMES = re.compile(r"(?<=\d)\s?\*\s?(?=\d)")
SWAPS = str.maketrans({
    "|": "·", "<": "(", ">": ")", "[": "(", "]": ")", "`": "'", "\\": "", "*": "※", "～": "~", "∼": "~", "ㆍ": "·", "#": "",
})  # fmt: skip
"""Markdown에서 뜻이 있는 글자를 뜻 없는 글자로: 표와 본문에 그대로 넣어도 안전하다."""


RENAMED = {"한강사업본부": "미래한강본부", "한강시사업본부": "미래한강본부", "서울메트로": "서울교통공사"}
"""표가 옛 이름으로 부르는 기관과 지금 이름."""


def clean(text: str) -> str:
    """한 줄의 다듬은 글: NFC, 빈칸 하나씩, 깨진 가운뎃점과 옛 기관 이름을 고치고 Markdown 글자를 바꾼다."""
    for old, new in RENAMED.items():
        text = text.replace(old, new)
    text = TIMES.sub("×", normalize("NFC", text))
    text = LOST_DOT.sub("·", LOST_WAVE.sub("~", text)).translate(SWAPS)
    text = EVERY.sub("매주 ", text)
    text = re.sub(r"~{2,}", "~", text).replace("?", " ") if "??" in text or text.startswith("?") else text
    return " ".join(text.split()).strip(" ,;")


def details(text: str) -> Details:
    """`이름=값; 이름=값`을 사전으로. 값 속의 쌍반점은 앞 값에 붙는다."""
    found, last = Details(), ""
    for part in text.split("; "):
        name, sign, value = part.partition("=")
        if sign and re.fullmatch(r"[가-힣A-Za-z]{1,12}", name.strip()):
            last = name.strip()
            found[last] = clean(value)
        elif last:
            found[last] = clean(f"{found[last]}; {part}")
    return found


UNIT = re.compile(
    r",?\s*(?:제?[A-Za-z가-힣]{0,3}\d{1,4}동\s?)?제?[A-Z]?\d{1,4}(?:[,~-]\d{1,4})*호(?!텔|선|차|점|관)(?:실)?(?:일부)?"
)
FLAT = re.compile(r",?\s*(?<![가-힣])\d{2,4}동(?=[\s,(]|$)(?:\s?\d{1,4}(?=[\s,(]|$))?")
JOINED = re.compile(r"(?<=[가-힣\d])(로|길)(\d{1,4}(?:-\d{1,4})?)(?![\d가-힣-])")
"""길 이름에 붙여 쓴 번호: 방학로6길20-9."""
REPEATED = re.compile(r"\s*[.]\s*$")


def without_unit(text: str) -> str:
    """살림집일 수 있는 ‘몇 동 몇 호’를 뺀 글 (PD-11)."""
    return FLAT.sub("", UNIT.sub("", text))


def address(text: str) -> str:
    """건물까지의 주소: ‘서울특별시’는 ‘서울’로, 몇 동 몇 호(살림집일 수 있는 자리)는 뺀다. 층은 둔다."""
    text = TWICE.sub(r"\1 ", clean(text).replace("서울특별시", "서울", 1))
    text = without_unit(text)
    text = JOINED.sub(r"\1 \2", text)
    text = re.sub(r"\(\s*,?\s*\)", "", REPEATED.sub("", text))
    text = re.sub(r"\s+,", ",", text)
    return " ".join(text.split()).strip(" ,.")


STREET = re.compile(r"([가-힣]+구)\s+(.*)")
LOT = re.compile(r"([가-힣\d]+(?:동|가|로\d가))\s*(산?\s*\d+(?:-\d+)?)")


def place_of(text: str) -> str:
    """주소에서 ‘구 길 번호’만 붙여 쓴 것. 읽을 수 없으면 빈 글."""
    if not (gu := STREET.search(text)):
        return ""
    rest = re.sub(r"(?<=로)\s+(?=\d+[가-힣]?길)|(?<=로)\s+(?=\d+번길)", "", gu[2])
    match = re.search(r"([가-힣][가-힣\d·.]*(?:로|길))\s*(?:지하\s*)?(\d+(?:-\d+)?)", rest) or LOT.search(rest)
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
