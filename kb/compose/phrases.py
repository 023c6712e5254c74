"""갈래마다의 말: 표의 낱말을 시민의 말로 바꾼다. 어느 조리법이 쓰는지는 모른다."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.compose.rows import Row

# --- hours and fees -----------------------------------------------------------------------------------------------


def weekday(hours: str) -> str:
    """‘평일 …, 주말 …’의 평일."""
    match = re.match(r"평일 (.*?)(?:,? ?주말 .*)?$", hours)
    return _times(match[1]) if match else _times(hours)


def weekend(hours: str) -> str:
    """‘평일 …, 주말 …’의 주말."""
    match = re.search(r",? ?주말 (.*)$", hours)
    return _times(re.sub(r"^주말\s*(?=\S)", "", match[1])) if match else ""


def _times(text: str) -> str:
    text = re.sub(r"(\d{1,2}:\d{2})\s*[~-]\s*(\d{1,2}:\d{2})", r"\1~\2", text)
    return re.sub(r"^평일\s+", "", text).replace("00:00~24:00", "24시간").strip(" ,")


def free(fee: str) -> str:
    """‘0’은 무료, ‘5000’은 5,000원."""
    if fee in ("0", "0원", "없음", "무료입장"):
        return "무료"
    return f"{int(fee.replace(',', '')):,}원" if re.fullmatch(r"[\d,]+", fee) else fee


def closed(text: str) -> str:
    """쉬는 날을 문장으로: 없으면 ‘쉬는 날은 없습니다.’"""
    if not text or text in ("-", "미정"):
        return ""
    if re.search(r"무휴|없음|상시", text) and len(text) < 12:
        return "쉬는 날은 없습니다."
    return (
        f"쉬는 날은 {text}입니다."
        if len(text) < 60 and not re.search(r"(?:다|\.|휴관|상이|참조|문의|변동|다름)$", text)
        else f"쉬는 날: {text.rstrip('.')}."
    )


def differs(fee: str) -> str:
    """‘전시별 상이’에서 무엇마다 다른지: 전시."""
    match = re.search(r"([가-힣]+?)(?:별|에 따라|마다)", fee)
    return match[1] if match else "때"


def hire_fee(fee: str) -> str:
    """빌리는 값: ‘5,000’은 5,000원."""
    if fee.startswith("/"):
        return ""
    fee = re.sub(r"/(\d+)시간", r" (\1시간)", free(fee))
    return re.sub(r"(?<=원) \(1시간\)", " (한 시간)", fee)


ALWAYS = re.compile(r"상시|24시간|연중\s?개방|종일|00:00\s?~\s?(?:24:00|23:59)")
NOT_ALWAYS = re.compile(r"평일|제외|휴무|미개방|폐쇄|영업|\d{1,2}:\d{2}\s?[~-]\s?\d{1,2}:\d{2}")


def is_always_open(row: Row) -> bool:
    """밤낮으로 여는 화장실인가: ‘상시’라고만 적힌 곳."""
    rest = re.sub(r"00:00\s?~\s?(?:24:00|23:59)", "", row.hours)
    return bool(ALWAYS.search(row.hours)) and not NOT_ALWAYS.search(rest)


def always_open(rows: Iterable[Row]) -> int:
    """늘 여는 곳의 수."""
    return sum(is_always_open(row) for row in rows)


def opening(hours: str) -> str:
    """화장실의 여는 때: ‘정시(09:00~18:00, 평일만)’을 ‘09:00~18:00, 평일만’으로, ‘상시’는 ‘늘 엶’으로."""
    text = re.sub(r"\s*([~-])\s*(?=\d|익일)", "~", hours)
    if is_always_open(Row(kind="", name="", district="", hours=hours)):
        return "늘 엶"
    text = text.replace("::", ":").replace("익일", "다음 날 ")
    match = re.fullmatch(r"(?:정시|상시)(?:개방)?\s*\((.*)\)", text)
    text = match[1] if match else re.sub(r"^정시(?:개방)?\s*(?=\S)", "", text)
    if text in ("정시", "정시개방", "업무시간"):
        return "그곳이 문을 여는 동안"
    return text.replace("영업시작~종료", "지하철이 다니는 동안").replace("개방", "엶").strip()


# --- toilets and shelters -----------------------------------------------------------------------------------------

AMENITIES = ("기저귀", "비상벨", "휠체어", "유아용", "손건조기")
SAID = {"기저귀": "기저귀 교환대", "유아용": "유아 의자", "손건조기": "손 말리개"}


def amenities(row: Row) -> str:
    """화장실이 갖춘 것: 표의 여러 칸에 흩어진 낱말에서."""
    text = " ".join((row.detail["장애인화장실"], row.detail["현황"], row.detail["편의시설"]))
    found = [SAID.get(word, word) for word in AMENITIES if word in text]
    if re.search(r"장애인|별도설치|휠체어", text):
        found = ["장애인 칸", *(word for word in found if word != "휠체어")]
    return ", ".join(found)


def with_amenity(rows: Iterable[Row], word: str) -> int:
    """그것을 갖춘 화장실의 수."""
    return sum(word in amenities(row) for row in rows)


def members_only(row: Row) -> bool:
    """회원(주로 어르신)만 쓰는 쉼터인가: 누구나 쓸 수 있게 했다고 적힌 곳은 아니다."""
    said = f"{row.hours} {row.detail['비고']}"
    is_open = re.search(r"누구나|일반인 이용\s?가능", said) is not None
    return row.detail["세부구분"] == "회원이용시설" and not is_open


def shelter_sum(rows: Iterable[Row]) -> str:
    """쉼터들에 들어갈 수 있는 사람의 수."""
    total = sum(int(n) for row in rows if (n := row.detail["이용인원"]).isdecimal())
    return f"모두 {total:,}명쯤" if total else ""


# --- names --------------------------------------------------------------------------------------------------------


def bike(name: str) -> str:
    """‘따릉이 대여소 ○○ (ST-1)’에서 ○○."""
    return re.sub(r"\s*\(ST-\d+\)$", "", name).removeprefix("따릉이 대여소 ")


def stations_named(rows: Iterable[Row]) -> list[str]:
    """대여소 이름에 나오는 지하철역들."""
    found = (re.findall(r"(?<![가-힣])([가-힣]{2,8}역)(?=\s|\d|$|\()", bike(row.name)) for row in rows)
    return sorted({name for names in found for name in names})


def roads(rows: Iterable[Row]) -> list[str]:
    """주소의 길 이름들(많은 차례)."""
    found = Counter(
        match[1] for row in rows if (match := re.search(r"구 ([가-힣\d]+(?:로|대로))(?=\s|\d)", row.address))
    )
    return [name for name, _ in sorted(found.items(), key=lambda item: (-item[1], item[0]))]


def lot(name: str) -> str:
    """주차장의 이름: 관리 표시를 떼고, 이름에 주차장이라는 말이 없으면 붙인다."""
    name = re.sub(r"\s*\((?:구|시|공단)\)\s*$", "", name)
    return name if "주차" in name else f"{name} 주차장"


def lot_kind(text: str) -> str:
    """주차장의 쓰임: ‘시간제 + 거주자 주차장’을 ‘시간제와 거주자 우선’으로."""
    return (
        text.replace("거주자 주차장", "거주자 우선")
        .replace(" + ", "와 ")
        .replace("시간제와 버스전용", "시간제와 버스")
        .replace(" 주차장", "")
    )


HOUSE = re.compile(
    r"(?:[가-힣\d.·]+ ?){0,2}?[가-힣\d.·]*?(?:동 ?주민센터|자치회관|동사무소|구청|복합청사|구민회관|문화회관|체육관|체육센터|도서관|복지관|문화센터"
    r"|평생학습관|수련관|문화원|보건소|공원|학교|센터|회관|청사|마을|관)(?![가-힣])"
)


def house(rows: Sequence[Row]) -> str:
    """방들이 있는 건물의 이름: 이름들이 함께 쓰는 뒷말(시설 이름일 때)이나 앞말, 없으면 이름에 가장 자주 나오는 시설 이름."""
    names = [row.name for row in rows]
    words = [name.split() for name in names]
    shared = [group[0] for group in zip(*words, strict=False) if len(set(group)) == 1]
    together = names[0].split()[: len(_prefix(words))] if len(names) > 1 else []
    ending = " ".join(reversed(_prefix([part[::-1] for part in words]))) if len(names) > 1 else ""
    if HOUSE.fullmatch(ending):
        return _without_district(ending, rows[0].district)
    counts = Counter(match[0].strip() for name in names if (match := HOUSE.search(name)))
    best = max(counts.items(), key=lambda item: (item[1], -len(item[0])), default=("", 0))[0]
    if best:
        return _without_district(best, rows[0].district)
    return _without_district(" ".join(together) or (shared[0] if shared else words[0][0]), rows[0].district)


def _prefix(words: Sequence[Sequence[str]]) -> list[str]:
    prefix = []
    for group in zip(*words, strict=False):
        if len(set(group)) > 1:
            break
        prefix.append(group[0])
    return prefix


def _without_district(name: str, district: str) -> str:
    short = name.removeprefix(f"{district} ").removeprefix("서울특별시 ").strip()
    return short or name


def room(row: Row, of: str) -> str:
    """방의 이름: 건물 이름을 되풀이하는 앞말을 뺀다. 남는 것이 없으면 유형."""
    name = re.sub(rf"(?:서울특별시 )?{row.district}(?= )", "", row.name)
    of_shape = r"\s?".join(
        re.escape(word) for word in of.replace(" 주민센터", "주민센터").replace("주민센터", " 주민센터").split()
    )
    rest = re.sub(rf"(?:{of_shape})", " ", name)
    rest = re.sub(r"\s+", " ", rest).strip(" -·,/")
    rest = re.sub(r"^\((.*)\)$", r"\1", rest)
    rest = re.sub(r"\s*(?:대관|대여)$", "", rest)
    return rest if len(rest) > 1 else row.detail["유형"] or row.name


def plain_station(name: str) -> str:
    """‘숭실대입구(살피재)역’을 ‘숭실대입구역’으로."""
    return re.sub(r"\(.*?\)", "", name)


def health(kind: str) -> str:
    """보건 기관의 갈래를 쉬운 말로."""
    return {"일반보건지소": "보건지소", "정신보건": "정신건강복지센터", "건강증진": "건강증진센터"}.get(kind, kind)


def health_name(name: str, district: str) -> str:
    """‘서울중구보건소’를 ‘중구보건소’로."""
    return name.removeprefix("서울") if name.startswith(f"서울{district}") else name


def nursery(kind: str) -> str:
    """어린이집 종류: ‘국공립 어린이집’."""
    return f"{kind.replace('법인·단체등', '법인·단체')} 어린이집"


SERVICES = {
    "야간연장": "저녁 늦게까지 봐 줍니다(야간연장)",
    "휴일": "쉬는 날에도 봐 줍니다(휴일보육)",
    "24시간": "24시간 보육을 합니다",
    "장애아통합": "장애가 있는 아이와 함께 지냅니다(장애아통합)",
    "장애아전문": "장애가 있는 아이를 위한 곳입니다(장애아전문)",
    "시간제": "몇 시간만 맡길 수 있습니다(시간제보육)",
    "방과후": "학교를 마친 아이도 봐 줍니다(방과후)",
    "영아전담": "어린 아기만 돌봅니다(영아전담)",
}


def services(text: str) -> str:
    """‘일반’뿐이면 빈 글, 아니면 쉼표로."""
    parts = [part.strip() for part in text.split(",") if part.strip() not in ("일반", "")]
    return ", ".join(parts)


def services_said(text: str) -> str:
    """보육 서비스를 문장으로."""
    return " ".join(f"{said}." for word, said in SERVICES.items() if word in text)


# --- tables -------------------------------------------------------------------------------------------------------


def counted(values: Iterable[str]) -> str:
    """‘국공립 12, 가정 3’."""
    counts = Counter(value for value in values if value)
    return ", ".join(f"{name} {n}" for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def places_sum(rows: Iterable[Row]) -> str:
    """정원을 모두 더한 것."""
    keys = ("정원", "입소정원", "상시돌봄정원")
    total = sum(int(n) for row in rows for key in keys if (n := row.detail[key]).isdecimal())
    return f"모두 {total:,}명" if total else ""


def people_range(rows: Iterable[Row]) -> str:
    """방에 들어가는 사람 수의 폭."""
    known = sorted({int(n) for row in rows if (n := row.detail["수용인원"]).isdecimal() and int(n)})
    if not known:
        return ""
    return f"{known[0]}명" if len(known) == 1 else f"{known[0]}명에서 {known[-1]}명"


def oldest(rows: Iterable[Row]) -> str:
    """허가를 가장 먼저 받은 곳."""
    row = min(rows, key=lambda row: (row.detail["인허가일"] or "9", row.name))
    return f"{row.name} ({row.detail['인허가일'][:4]}년)"


def newest(rows: Iterable[Row]) -> str:
    """허가를 가장 나중에 받은 곳."""
    row = max(rows, key=lambda row: (row.detail["인허가일"], row.name))
    return f"{row.name} ({row.detail['인허가일'][:4]}년)"


def oldest_park(rows: Iterable[Row]) -> str:
    """가장 먼저 연 공원."""
    dated = [(match[0], row.name) for row in rows if (match := re.match(r"(?:19|20)\d\d", row.detail["개원일"]))]
    return f"{min(dated)[1]} ({min(dated)[0]}년)" if dated else ""


def most_books(rows: Iterable[Row]) -> str:
    """책이 가장 많은 도서관."""
    known = [(int(n), row.name) for row in rows if (n := row.detail["장서"]).isdecimal()]
    return f"{max(known)[1]} ({max(known)[0]:,}권)" if known else ""


@dataclass(frozen=True)
class Duty:
    """무슨 일, 어느 부서, 전화들."""

    work: str
    office: str
    phones: str


def by_department(rows: Iterable[Row]) -> list[Duty]:
    """같은 일을 하는 같은 부서의 번호를 한 줄로."""
    phones: dict[tuple[str, str], list[str]] = {}
    for row in rows:
        phones.setdefault((row.detail["업무"], row.detail["부서"] or f"{row.district}청"), []).append(row.phone)
    return [Duty(work, office, ", ".join(sorted(set(found)))) for (work, office), found in sorted(phones.items())]


def bag_home(rows: Iterable[Row]) -> Row | None:
    """집에서 쓰는 보통 쓰레기봉투의 줄."""
    wanted = [
        row
        for row in rows
        if "규격봉투" in row.name and "재사용" not in row.name
        and row.detail["용도"] == "생활쓰레기" and row.detail["대상"] == "가정용"
    ]  # fmt: skip
    return max(wanted, key=lambda row: (len(row.fee), row.name), default=None)


def bag_kind(row: Row) -> str:
    """봉투의 갈래: ‘규격봉투 (소각용)’."""
    match = re.search(r"종량제봉투 (\S+)", row.name)
    tail = re.search(r"\(([^()]*)\)$", row.name)
    return f"{match[1] if match else '봉투'}{f' ({tail[1]})' if tail else ''}"


def waste(hours: str, what: str) -> str:
    """‘생활쓰레기 일+월 18:00~22:00, 음식물 …’에서 한 가지의 요일과 시간."""
    match = re.search(rf"{what} ([가-힣+]+) ([\d:]+~[\d:]+)", hours)
    if not match:
        return "-"
    days = [day for day in "월화수목금토일" if day in match[1].split("+")]
    said = "매일" if len(days) == 7 else "·".join(days)
    return f"{said} {match[2].replace('23:59', '24:00')}"


def waste_area(row: Row) -> str:
    """내놓는 날이 같은 동네: 구역 이름과 동들."""
    area = row.detail["대상지역"].replace("+", ", ")
    kind = re.search(r"(공동주택|일반주택|단독주택|상가)", row.name)
    text = area or re.sub(rf"^{row.district} ?|쓰레기 배출 안내|\(.*\)", "", row.name).strip() or f"{row.district} 전체"
    return f"{text} ({kind[1]})" if kind and kind[1] not in text else text


# --- bulky waste --------------------------------------------------------------------------------------------------

APPLIANCES = (
    "냉장고",
    "세탁기",
    "에어컨",
    "텔레비전",
    "식기",
    "정수기",
    "공기청정기",
    "가스레인지",
    "자동판매기",
    "복사기",
)


def appliance(name: str) -> bool:
    """무상 수거를 먼저 알아볼 큰 가전인가."""
    return name.startswith(APPLIANCES)


def bare(item: str) -> str:
    """품목 이름에서 괄호를 뺀 것."""
    return re.sub(r"\s*\([^()]*\)", "", item).strip() or item


def web(text: str) -> str:
    """누리집 주소가 아니면 빈 글."""
    return text if re.fullmatch(r"https?://[^\s()<>\"']+", text) else ""


def dashless(text: str) -> str:
    """‘- 소형 … - 대형 …’의 줄표를 쉼표로."""
    return re.sub(r"\s-\s", ", ", re.sub(r"^[-.·\s]+", "", text))


def way(text: str) -> str:
    """공원에 가는 길: 지하철과 걷는 길까지만(버스 번호를 늘어놓은 뒤는 뺀다)."""
    text = re.split(r"\s*(?:버스|시내버스)\s?\(", text.replace(" ? ", " → "))[0]
    text = re.sub(r"^지하철\s?:?\s?", "", text).strip(" -·:")
    return text if len(text) > 8 else ""


def notice(text: str) -> str:
    """공원의 알릴 것: 어느 공원에나 적힌 당부(‘일반사항 …’)는 뺀다."""
    return "" if text.startswith("일반사항") else text


FILTERS = {
    function.__name__: function
    for function in (
        weekday, weekend, free, closed, differs, hire_fee, is_always_open, always_open, opening, amenities, with_amenity, members_only,
        shelter_sum, bike, stations_named, roads, lot, lot_kind, house, room, plain_station, health, health_name, nursery, services,
        services_said, counted, places_sum, people_range, oldest, newest, oldest_park, most_books, by_department, bag_home,
        bag_kind, waste, waste_area, appliance, bare, web, dashless, way, notice,
    )
}  # fmt: skip
