"""줄의 위생: 믿을 수 없는 줄을 까닭과 함께 골라낸다. 무엇을 지을지는 모른다.

까닭마다 세어 알린다(issue 3). 값 하나만 이상하면 그 값만 비우고 따로 센다.
"""

import csv
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from kb import personal
from kb.compose import fees
from kb.compose.errors import BadTable
from kb.compose.rows import Row, clean
from kb.districts import DISTRICTS

NO_NAME = "이름이 없음"
SHIFTED = "칸이 밀림"
SHIFTED_FEE = "요금의 칸이 밀림"
OTHER_DISTRICT = "주소와 구가 다름"
CLOSED_HOURS = "시간이 모두 00:00~00:00"
OTHER_AREA = "다른 지역의 전화번호"
OUTSIDE = "좌표가 그 구 밖"
MOBILE = "개인 휴대전화 번호"
REPEATED = "같은 곳이 두 줄"
NOT_PUBLIC = "시민이 쓰는 곳이 아님"

BLANKED_HOURS = "있을 수 없는 시간"
BLANKED_SPOT = "여러 주소가 함께 쓰는 좌표"
BLANKED_WEB = "누리집 주소가 아니거나 긴 번호가 들었거나 문을 닫은 서비스"
BLANKED_PHONE = "전화번호가 아닌 값"

SEOUL = (37.42, 126.76, 37.71, 127.19)
"""서울의 남, 서, 북, 동 끝(도)."""
PHONE = re.compile(r"02-[2-9]\d{2,3}-\d{4}|0(?!2-)\d{1,3}-\d{3,4}-\d{4}|\d{3,4}-\d{4}|1[0-9]{2,3}")
AREA = re.compile(r"0(?:3[1-3]|4[1-4]|5[1-5]|6[1-4])-")
MOBILE_SHAPE = re.compile(r"(?<![\d-])01[016789](?:[-.]\d{3,4}[-.]\d{4}|\d{8})(?!\d)")
ZERO = re.compile(r"0?0:00\s?[~-]\s?0?0:00")
SPAN = re.compile(r"(\d{1,2}:\d\d)\s?[~-]\s?(\d{1,2}:\d\d)")
NEVER = {("00:00", "01:00"), ("00:00", "11:59"), ("00:59", "11:59"), ("24:00", "00:00"), ("00:00", "00:00")}
"""여닫는 시간일 수 없는 짝. 여는 때와 닫는 때가 같은 것도 그렇다."""
DRAGGED = re.compile(r"(?<=~|-)18:(?:0[1-9]|1\d|2\d)(?=, 평일만)")
"""표를 끌어 채워 1분씩 늘어난 시각(09:00~18:11, 09:00~18:12 …): 여는 때로 쓰지 않는다."""
WEB = re.compile(r"https?://(?:[\w-]+\.)+[A-Za-z가-힣]{2,}(?::\d+)?(?:[/?][^\s()<>\"']*)?")
SHUT_WEB = re.compile(r"https?://(?:[\w-]+\.)*(?:club)?cyworld\.com|https?://blog\.daum\.net", re.IGNORECASE)
"""문을 닫은 홈페이지 서비스(싸이월드 2020년, 다음 블로그 2022년)."""
NOT_FOR_ALL = {
    "bike_station": re.compile(
        r"대여소 (?:테스트 대여소|위트콤|운영센터|석교빌딩 4층|서울시청 광장|[가-힣]{2}정비) \(|희망합니다"
    ),
    "open_facility": re.compile(r"\(운영종료\)"),
    "library": re.compile(r"검색\s?제외|공지사항 계정|-\s?미운영|폐관\s?예정"),
    "public_toilet": re.compile(r"_폐쇄$|^삭제 |임시 설치\(\d+월까지"),
    "culture_space": re.compile(r"현재 미개방"),
    "sports_facility": re.compile(r"미개방 \(2\d\."),
    "heat_shelter": re.compile(
        r"^지정\s?해제\s?요청|기능보강공사로 인한 휴관|(?<!연장)쉼터 미운영|운영 종료|현재 미운영|미지원으로 미운영|공사로.*미운영|일시 운영 중단"
    ),
}
"""시험하거나 고치는 자리, 알림을 올리려고 만든 줄, 그만두었거나 쉬고 있다고 적힌 곳."""
PLACEHOLDER = 5
"""한 표에서 이만큼의 주소가 한 좌표를 함께 쓰면 자리를 몰라서 적은 값(시청·구청의 좌표)이다."""
WAYS_TO_APPLY = {"인터넷", "방문", "전화", "팩스", "이메일"}
"""빌리는 방의 신청 방법에 적히는 말. 갖춘 것의 칸에 이것뿐이면 칸이 밀린 것이다."""
NOT_HERE = re.compile(r"https?://|www\.")


@dataclass(frozen=True)
class Bounds:
    """구마다의 남, 서, 북, 동 끝. 모르는 구는 서울의 끝을 쓴다."""

    of: Mapping[str, tuple[float, float, float, float]] = field(default_factory=dict)

    @classmethod
    def from_file(cls, path: Path) -> "Bounds":
        """`district,south,west,north,east` CSV. 파일이 없으면 서울의 끝만 안다. 읽을 수 없으면 BadTable."""
        if not path.is_file():
            return cls()
        try:
            with path.open(encoding="utf-8", newline="") as file:
                rows = [row for row in csv.reader(file) if row and row[0] != "district"]
            return cls({row[0]: (float(row[1]), float(row[2]), float(row[3]), float(row[4])) for row in rows})
        except (OSError, ValueError, IndexError) as error:
            raise BadTable(f"{path.name}을(를) 읽을 수 없습니다: {error}") from error

    def hold(self, row: Row) -> bool:
        """그 줄의 좌표가 제 구 안인가. 좌표가 없으면 참."""
        if row.lat is None or row.lon is None:
            return True
        south, west, north, east = self.of.get(row.district, SEOUL)
        return south <= row.lat <= north and west <= row.lon <= east


@dataclass
class Left:
    """골라낸 것의 수: 줄은 (갈래, 까닭)마다, 비운 값은 (갈래, 까닭)마다."""

    rows: Counter[tuple[str, str]] = field(default_factory=Counter)
    values: Counter[tuple[str, str]] = field(default_factory=Counter)


def kept(kind: str, rows: Iterable[Row], bounds: Bounds, left: Left) -> list[Row]:
    """믿을 수 있는 줄들(값도 다듬어서). 버린 줄과 비운 값은 `left`에 센다."""
    good = list[Row]()
    for row in _without_placeholders(kind, rows, left):
        if reason := fault(row, kind, bounds):
            left.rows[kind, reason] += 1
        else:
            good.append(_tidied(row, left))
    return _each_once(kind, good, left)


def fault(row: Row, kind: str, bounds: Bounds) -> str | None:
    """이 줄을 버릴 까닭 하나. 괜찮으면 None."""
    if row.kind != kind or row.district not in DISTRICTS or _is_shifted(row):
        return SHIFTED
    if not re.search(r"[가-힣A-Za-z0-9]", row.name):
        return NO_NAME
    if (said := re.search(r"서울 ([가-힣]+구)(?=\s)", row.address)) and said[1] != row.district:
        return OTHER_DISTRICT
    if (shape := NOT_FOR_ALL.get(kind)) and any(
        map(shape.search, (row.name, row.hours, row.fee, *row.detail.values()))
    ):
        return NOT_PUBLIC
    if row.hours and not re.sub(r"평일|주말|공휴일|토요일|일요일|[,\s]", "", ZERO.sub("", row.hours)):
        return CLOSED_HOURS
    if fees.is_shifted(row.fee):
        return SHIFTED_FEE
    if AREA.match(row.phone):
        return OTHER_AREA
    if MOBILE_SHAPE.search(" ".join((row.name, row.address, row.hours, row.fee, *row.detail.values()))):
        return MOBILE
    if not bounds.hold(row):
        return OUTSIDE
    return None


def _is_shifted(row: Row) -> bool:
    """다른 칸의 값이 들어 있다: 이름·주소·시간에 누리집 주소, 누리집에 다른 글, 갖춘 것에 신청 방법, 숫자가 아닌 좌표."""
    texts = (row.name, row.address, row.dong, row.phone)
    equipment = re.split(r"[+,\s]+", row.detail["부대시설"])
    return (
        any(NOT_HERE.search(text) for text in texts)
        or any(value is not None and value != value for value in (row.lat, row.lon))
        or set(equipment) <= WAYS_TO_APPLY
        or bool(re.match(r"서울|0\d{1,2}-\d{3,4}-\d{4}|\d{1,2}:\d{2}", row.homepage))
    )


def _tidied(row: Row, left: Left) -> Row:
    parts = [part for part in row.hours.split(", ") if not _is_impossible(part)]
    hours = DRAGGED.sub("18:00", ", ".join(parts)) if row.kind != "public_toilet" else row.hours
    if row.kind == "public_toilet" and DRAGGED.search(hours):
        hours = "정시(평일만)"
    if hours != row.hours:
        left.values[row.kind, BLANKED_HOURS] += 1
    phones = [part for part in re.split(r"\s*/\s*", row.phone) if part]
    good = [phone for phone in phones if PHONE.fullmatch(phone) and not MOBILE_SHAPE.match(phone)]
    if len(good) < len(phones):
        mobile = any(MOBILE_SHAPE.match(phone) for phone in phones)
        left.values[row.kind, MOBILE if mobile else BLANKED_PHONE] += 1
    is_site = WEB.fullmatch(row.homepage) and not SHUT_WEB.match(row.homepage)
    homepage = row.homepage if is_site and not re.search(r"\d{9}", row.homepage) else ""
    if homepage != row.homepage:
        left.values[row.kind, BLANKED_WEB] += 1
    if (hours, " / ".join(good), homepage) == (row.hours, row.phone, row.homepage):
        return row
    return replace(row, hours=clean(hours), phone=" / ".join(good), homepage=homepage)


def _is_impossible(part: str) -> bool:
    """‘주말 00:00~00:00’처럼 여닫는 시간일 수 없는 조각인가."""
    match = SPAN.search(part)
    return match is not None and (match[1] == match[2] or match.groups() in NEVER)


def _without_placeholders(kind: str, rows: Iterable[Row], left: Left) -> list[Row]:
    """자리를 몰라서 적은 좌표를 비운 줄들. 주소와 이름은 믿을 만하므로 줄은 버리지 않는다."""
    listed = list(rows)
    places = defaultdict[tuple[float | None, float | None], set[str]](set)
    for row in listed:
        places[row.lat, row.lon].add(row.where or row.address)
    found = list[Row]()
    for row in listed:
        shared = row.lat is not None and len(places[row.lat, row.lon]) >= PLACEHOLDER
        if shared:
            left.values[kind, BLANKED_SPOT] += 1
        found.append(replace(row, lat=None, lon=None) if shared else row)
    return found


def _each_once(kind: str, rows: list[Row], left: Left) -> list[Row]:
    """같은 이름이 같은 주소(주소가 없으면 같은 좌표)에 두 번 있으면 더 많이 아는 줄 하나만."""
    best: dict[tuple[str, ...], Row] = {}
    for row in rows:
        place = row.where or f"{row.lat},{row.lon}"
        same = (row.district, plain_name(row.name), place, _apart_by(row))
        known = best.get(same)
        if known is None:
            best[same] = row
        else:
            left.rows[kind, REPEATED] += 1
            best[same] = max(known, row, key=lambda item: (item.filled, -item.line))
    return list(best.values())


def _apart_by(row: Row) -> str:
    """이름과 자리가 같아도 다른 것을 가르는 값: 주소가 없으면 값과 전화, 빌리는 방은 갈래와 넓이와 값."""
    if row.kind == "open_facility":
        return " ".join((row.detail["유형"], row.detail["면적"], row.detail["수용인원"], row.fee, row.hours))
    return "" if row.address else row.fee + row.phone


def plain_name(name: str) -> str:
    """견주는 이름: 빈칸과 문장 부호를 빼고 소문자로."""
    return re.sub(r"[\W_]+", "", name).casefold()


FLAT_SHAPE = re.compile(r"\d동\s?\d+호")


def personal_data(text: str) -> bool:
    """공개된 시설의 전화와 주소(유선, ‘몇 동 몇 호’가 없는 것) 말고 개인정보로 보이는 것이 있는가 (kb.personal, PD-06, PD-11)."""
    return any(
        found.kind is not personal.Kind.TELEPHONE
        and not (found.kind is personal.Kind.ADDRESS and not FLAT_SHAPE.search(found.text))
        for found in personal.find(text)
    )
