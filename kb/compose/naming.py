"""이름과 주소의 말: 표에 적는 짧은 주소, 대여소와 주차장과 방과 부서의 이름."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from kb.compose.rows import SHARED, Row, address, once, place_of

# --- addresses ----------------------------------------------------------------------------------------------------


def short_address(text: str) -> str:
    """표에 적는 주소: ‘서울 ○○구’를 뺀다."""
    return re.sub(r"^서울 (?:[가-힣]+구(?![가-힣])\s*)?", "", text)


def street(text: str) -> str:
    """표에 적는 짧은 주소: 괄호로 덧붙인 동 이름도 뺀다."""
    return re.sub(r"(?:\s*\((?:[^()]|\([^()]*\))*\))+\s*$", "", short_address(text)).strip(" ,")


def spot(row: Row) -> str:
    """표에 적는 자리: 주소, 없으면 위치 칸에 적힌 주소(‘중랑구청 공원녹지과’처럼 주소가 아니면 빈 글)."""
    said = row.address or re.sub(r"^(?=[가-힣]+구 )", "서울 ", address(row.detail["위치"]))
    return street(said) if place_of(said) else street(row.address)


# --- names --------------------------------------------------------------------------------------------------------


def bike(row: Row) -> str:
    """‘따릉이 대여소 ○○ (ST-1)’에서 ○○. 번지뿐이면(‘1’) 주소다. ‘34번 출구사이’는 3·4번 출구 사이(사라진 가운뎃점)."""
    name = re.sub(r"\s*\(ST-\d+\)$", "", row.name).removeprefix("따릉이 대여소 ").removeprefix("(도로명) ")
    if re.fullmatch(r"[\d-]+", name):
        return street(row.address) or name
    return re.sub(r"(\d)(\d)번\s?출구\s?사이", r"\1·\2번 출구 사이", name)


NOT_STATIONS = {"한양대후문역", "입구역", "민주묘지역"}
"""역처럼 보이지만 역이 아니거나 앞이 잘린 이름."""


def stations_named(rows: Iterable[Row]) -> list[str]:
    """대여소 이름에 나오는 지하철역들."""
    found = (re.findall(r"(?<![가-힣])([가-힣]{2,8}역)(?=\s|\d|$|\()", bike(row)) for row in rows)
    return sorted({name for names in found for name in names} - NOT_STATIONS)


def roads(rows: Iterable[Row]) -> list[str]:
    """두 줄 이상에 나오는 길 이름들(많은 차례)."""
    found = Counter(
        match[1] for row in rows if (match := re.search(r"구 ([가-힣\d]+(?:로|대로))(?=\s|\d)", row.address))
    )
    return [name for name, count in sorted(found.items(), key=lambda item: (-item[1], item[0])) if count > 1]


def lot(name: str) -> str:
    """주차장의 이름: 관리 표시를 떼고, 이름에 주차장이라는 말이 없으면 붙인다. ‘공유) 가’는 ‘가 주차장 (공유)’."""
    name = re.sub(r"(?:\s*\((?:구|시|공단)\))+\s*$", "", name)
    own = name.removeprefix(SHARED).strip()
    own = own if "주차" in own else f"{own} 주차장"
    return f"{own} (공유)" if name.startswith(SHARED) else own


def lot_kind(text: str) -> str:
    """주차장의 쓰임: ‘시간제 + 거주자 주차장’을 ‘시간제와 거주자 우선’으로."""
    return (
        text.replace("거주자 주차장", "거주자 우선")
        .replace(" + ", "와 ")
        .replace("시간제와 버스전용", "시간제와 버스")
        .replace(" 주차장", "")
    )


OFFICE = re.compile(
    r"(?<![가-힣\d])(?:[가-힣\d][가-힣\d.,·-]*동 ?(?:주민센터|자치회관)|[가-힣]+(?:구청사?|구민회관|보건소)|[가-힣\d]+동? ?문화의 ?집|[가-힣\d]+자치회관)"
    r"(?![가-힣])"
)
"""이름만으로 건물을 알 수 있는 곳: ○○동 주민센터, ○○구청."""
HOUSE = re.compile(
    r"(?:[가-힣\d.·]+ ?){0,2}?[가-힣\d.·]*?(?:복합청사|문화회관|체육관|체육센터|도서관|복지관|문화센터"
    r"|평생학습관|수련관|문화원|공원|학교|센터|회관|청사|마을|관)(?![가-힣])"
)


def house(rows: Sequence[Row]) -> str:
    """방들이 있는 건물의 이름: 이름들이 함께 쓰는 뒷말이나 앞말(시설 이름일 때), 없으면 이름에 가장 자주 나오는 시설 이름."""
    names = [row.name for row in rows]
    words = [name.split() for name in names]
    starts, ends = _prefix(words), list(reversed(_prefix([part[::-1] for part in words])))
    together = " ".join(starts) if len(names) > 1 else ""
    for shape in (OFFICE, HOUSE):
        if len(names) > 1 and shape.fullmatch(" ".join(ends)):
            return _without_district(" ".join(ends), rows[0].district)
        counts = Counter(match[0].strip() for name in names if (match := shape.search(_short(name, rows[0].district))))
        if counts:
            best = max(counts.items(), key=lambda item: (item[1], -len(item[0]), item[0]))[0]
            return _without_district(best, rows[0].district)
    return _without_district(together or words[0][0], rows[0].district)


def _short(name: str, district: str) -> str:
    return re.sub(rf"(?:서울특별시 )?{district} (?!\S*구청)", "", name)


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
    """방의 이름: 건물 이름을 되풀이하는 앞말을 뺀다. 남는 것이 없으면 이름의 끝말(‘테니스장’)이나 유형."""
    name = re.sub(rf"(?:서울특별시 )?{row.district}(?= )", "", row.name)
    of_shape = r"\s?".join(
        re.escape(word) for word in of.replace(" 주민센터", "주민센터").replace("주민센터", " 주민센터").split()
    )
    rest = re.sub(rf"(?:{of_shape})", " ", name)
    rest = re.sub(r"\s+", " ", rest).strip(" -·,/")
    rest = re.sub(r"^\((.*)\)$", r"\1", rest)
    rest = re.sub(r"\s*(?:시설)?\s?(?:대관|대여)$", "", rest)
    if len(rest) > 1:
        return rest
    if court := re.search(r"(?:배드민턴|테니스|축구|골프)장$", row.name):
        return court[0]
    return row.detail["유형"] if row.detail["유형"] not in ("", "기타") else "방"


def hired(rows: Iterable[Row]) -> str:
    """빌리는 것이 방인지 운동하는 곳인지."""
    return "시설" if all(re.search(r"체육관|[테니축구골프]+장", row.detail["유형"]) for row in rows) else "방"


def office_of(office: str, district: str) -> str:
    """구의 부서 이름: ‘청소행정과’는 ‘강남구청 청소행정과’, 구 이름이 이미 있으면 그대로."""
    office = office.removeprefix("서울특별시 ")
    return office if office.startswith(district) else f"{district}청 {office}".strip()


def plain_station(name: str) -> str:
    """‘숭실대입구(살피재)역’을 ‘숭실대입구역’으로."""
    return re.sub(r"\(.*?\)", "", name)


def health(kind: str) -> str:
    """보건 기관의 갈래를 쉬운 말로."""
    return {"일반보건지소": "보건지소", "정신보건": "정신건강복지센터", "건강증진": "건강증진센터"}.get(kind, kind)


def health_name(name: str, district: str) -> str:
    """‘서울중구보건소’와 ‘서울특별시 중구보건소’를 ‘중구보건소’로."""
    return re.sub(rf"^서울(?:특별시)? ?(?={district})", "", name)


FILTERS = {
    function.__name__: function
    for function in (
        short_address, street, spot, bike, stations_named, roads, lot, lot_kind, house, room, hired, once, office_of,
        plain_station, health, health_name,
    )
}  # fmt: skip
