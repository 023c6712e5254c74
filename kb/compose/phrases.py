"""갈래마다의 말: 표의 낱말을 시민의 말로 바꾼다. 어느 조리법이 쓰는지는 모른다."""

import re
from collections.abc import Iterable

from kb.compose.rows import Row

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


FOR_WHOM = (
    (re.compile(r"노숙|응급구호|쪽방"), "노숙인·쪽방 주민"),
    (re.compile(r"이동노동자|플랫폼|필수노동|미디어노동|노동자종합"), "일하는 사람"),
    (re.compile(r"장애인|돌봄쉼터"), "장애인"),
    (re.compile(r"청년"), "청년"),
)
"""이름으로 아는, 쉼터를 쓰는 사람."""
LETS_ALL = re.compile(r"(?<!외부인\()누구나|일반인 이용\s?가능")


def for_whom(row: Row) -> str:
    """쉼터를 누가 쓰는가: 회원만 쓰는 경로당, 정해진 사람이 쓰는 곳, 누구나. 누구나 쓰게 했다고 적힌 곳은 누구나다."""
    if LETS_ALL.search(f"{row.hours} {row.detail['비고']}"):
        return "누구나"
    if row.detail["세부구분"] == "회원이용시설":
        return "회원"
    named = next((who for shape, who in FOR_WHOM if shape.search(row.name)), "")
    if row.detail["시설구분"] == "특정계층이용시설":
        return named or ("일하는 사람" if row.detail["세부구분"] == "특수근로자 쉼터" else "정해진 이용자")
    return named if named and not named.startswith(("장애", "청년")) else "누구나"


def members_only(row: Row) -> bool:
    """아무나 들어갈 수는 없는 쉼터인가."""
    return for_whom(row) != "누구나"


NOT_NEWS = re.compile(
    r"^(?:구유재산.*|\(?\)?동|[\d동 ]+앞|사립경로당|주소지 :.*|행정구역상.*|서울특별시.*|특정계층 이용시설.*)$"
)


def shelter_note(row: Row) -> str:
    """쉼터의 여는 때나 알릴 것. 재산을 맡은 부서처럼 쉬러 오는 사람과 상관없는 말과 지난해의 알림은 뺀다."""
    notes = (row.hours, row.detail["비고"])
    said = next((note for note in notes if note and not NOT_NEWS.match(note) and not _is_past(note, row)), "")
    return re.sub(r"^[\s,/]+", "", said.replace("※", "")).strip()


def _is_past(note: str, row: Row) -> bool:
    """자료의 해보다 앞선 해만 적힌 알림인가: 2026년 자료의 ‘2025. 7. 23. ~ 8. 25. 운영 예정’."""
    years = [int(year) for year in re.findall(r"(20\d\d)(?=[.년])", note)]
    return bool(years) and row.date is not None and max(years) < row.date.year


def shelter_sum(rows: Iterable[Row]) -> str:
    """쉼터들에 들어갈 수 있는 사람의 수."""
    total = sum(int(n) for row in rows if (n := row.detail["이용인원"]).isdecimal())
    return f"모두 {total:,}명쯤" if total else ""


# --- childcare ----------------------------------------------------------------------------------------------------


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


# --- markets, meals, waste ----------------------------------------------------------------------------------------


def goods(text: str) -> str:
    """시장에서 파는 것을 시민의 말로."""
    return text.replace("근린생활서비스업", "생활 서비스").replace("근린생활서비스", "생활 서비스").replace("음식점업", "음식").replace(
        "기타소매업", "그 밖의 물건"
    ).replace("의류/신발", "옷과 신발")  # fmt: skip


def brings_only(hours: str) -> bool:
    """가서 먹는 곳이 아니라 배달만 하는 급식소인가."""
    return "배달만" in hours or ("배달" in hours and not re.search(r"경로식당|중식|석식|급식", hours))


def size_of(row: Row) -> str:
    """대형폐기물의 크기: 품목 이름을 되풀이하는 앞말을 뺀다. 빈 글이면 어느 크기나."""
    size = row.detail["규격"].removeprefix(row.detail["품목"]).strip()
    return size + ")" * (size.count("(") - size.count(")"))


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
    days = [name for name in "월화수목금토일" if name in match[1].split("+")]
    said = "매일" if len(days) == 7 else "·".join(days)
    return f"{said} {re.sub(r'~(?:23:59|00:00)', '~24:00', match[2])}"


def waste_area(row: Row) -> str:
    """내놓는 날이 같은 동네: 구역 이름과 동들. 이름이 더 좁은 동네를 말하면(‘1권역 공동주택 하계1,중계본동’) 그것을 앞에."""
    area = re.sub(r"(?<=\d) (?=\d동)", "·", row.detail["대상지역"]).replace("+", ", ")
    kind = re.search(r"(공동주택|일반주택|단독주택|상가)", row.name)
    own = re.sub(rf"^{row.district} ?| ?쓰레기 배출 안내|\(.*\)", "", row.name).replace("+", ", ").strip()
    if kind and re.search(r"권역", own):
        cut_off = len(own.split(kind[1], 1)[-1]) > 4 and not own.endswith("상가")
        return f"{own}{' …' if cut_off else ''} ({area})"
    text = area or own or f"{row.district} 전체"
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


LOST_MARKS = (
    (re.compile(r"(?<!\d)([1-9])([2-9])호선"), r"\1·\2호선"),
    (re.compile(r"(?<!\d)(1[5-9]|[2-9][1-9])번\s?출구"), lambda found: f"{found[1][0]}·{found[1][1]}번 출구"),
    (re.compile(r"(?<!\d)(\d{1,2}) (\d{1,2})번\s?출구"), r"\1·\2번 출구"),
    (re.compile(r"\((\d\d)(\d\d)(\d\d)번\)"), r"(\1·\2·\3번)"),
    (re.compile(r"(?<!호선)(?<!호선 )(?<=[가-힣)\d])\s(?=(?:제\d등산로|\d호선|\d·\d호선)\s?[가-힣:])"), " / "),
)
"""출처에서 가운뎃점과 줄바꿈이 사라진 자리와 되살린 모양."""


def way(text: str) -> str:
    """공원에 가는 길: 지하철과 걷는 길까지만(버스 번호를 늘어놓은 뒤, 주차장과 문의처는 뺀다)."""
    text = re.split(
        r"\s*(?:버스|시내버스)\s?\(|\s*(?:주차장 )?주차가능 수|\s*문의처|\s*자세히 보기", text.replace(" ? ", " → ")
    )[0]
    text = re.sub(r"^(?:이용시 |로 오실\s?때|접근방법|대중교통\([^()]*\)|[\s:)·-]|지하철\s?(?=[:\d]))+", "", text)
    if text.startswith("주차"):
        return ""
    for shape, said in LOST_MARKS:
        text = shape.sub(said, text)
    text = text.strip(" -·:→").removesuffix(" 버스").removesuffix(" 주차장")
    return text if len(text) > 8 else ""


MANNERS = re.compile(r"^(?:이용시 참고사항\s*)?(?:일반사항|공원을 깨끗하게|흡연을 삼가|현충원 방문 시 유의)")
"""어느 공원에나 적힌 당부."""
PAST = re.compile(r"공사\s?중|교체 필요|G 지선 B 간선")
"""지난 일이거나 알릴 것이 아닌 것."""


SPACED_OUT = re.compile(r"(?<![가-힣])(?:[가-힣] ){2,}[가-힣](?= :)")
"""한 글자씩 띄어 쓴 이름표: ‘조 경 시 설 :’."""
STORY = re.compile(r"(?:있다|한다|이다|었다|였다)\.|있으나")


def things(text: str) -> str:
    """공원에 있는 것들. 시설을 늘어놓지 않고 내력을 이야기하는 글이면 빈 글."""
    joined = SPACED_OUT.sub(lambda found: found[0].replace(" ", ""), text)
    return "" if STORY.search(text) else dashless(joined.replace(" : ", ": "))


def notice(text: str) -> str:
    """공원의 알릴 것: 어느 공원에나 적힌 당부와 지난 공사 이야기는 뺀다."""
    if MANNERS.match(text) or PAST.search(text):
        return ""
    return LOST_MARKS[3][0].sub(LOST_MARKS[3][1], re.split(r"\s*일반사항 ", text)[0])


def area(text: str) -> str:
    """공원의 넓이: 세제곱으로 잘못 적힌 단위를 고치고 수에 쉼표를 찍는다. 넓이가 아니거나 서울보다 넓으면 빈 글."""
    match = re.match(r"(?:총\s?)?([\d,]+(?:\.\d+)?)\s?(?:㎡|㎥|m2|제곱미터)?", text)
    if not match or not (digits := match[1].replace(",", "")) or float(digits) > SEOUL_AREA:
        return ""
    whole, _, part = digits.partition(".")
    return f"{int(whole):,}{f'.{part}' if part.strip('0') else ''}㎡"


SEOUL_AREA = 605_000_000
"""서울의 넓이(㎡)."""


def day(text: str) -> str:
    """‘1971.8.6’을 ‘1971년 8월 6일’로, 해까지면 해만."""
    parts = [int(part) for part in re.findall(r"\d+", text)[:3]]
    units = "년월일"
    known = (
        parts if len(parts) < 2 or (1 <= parts[1] <= 12 and all(1 <= part <= 31 for part in parts[2:])) else parts[:1]
    )
    return " ".join(f"{part}{units[at]}" for at, part in enumerate(known))


FILTERS = {
    function.__name__: function
    for function in (
        amenities, with_amenity, members_only, for_whom, shelter_note, shelter_sum, nursery, services, services_said,
        goods, size_of, bag_kind, waste, waste_area, appliance, bare, web, dashless, way, things, notice, area, day,
    )
}  # fmt: skip
