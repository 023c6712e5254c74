"""믿을 수 없는 줄은 까닭과 함께 빠진다."""

import pytest

from kb.compose.crosscheck import at_known_dongs, at_own_offices, with_trusted_spots
from kb.compose.hygiene import Bounds, Left, kept
from kb.compose.rows import Details, Row, address, clean, details, read_table, stated_date

GANGNAM = Bounds({"강남구": (37.45, 127.01, 37.54, 127.12)})


def _row(tmp_path, given):
    import csv

    from kb.compose.rows import COLUMNS

    path = tmp_path / "library.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerow(given)
    return list(read_table(path))


@pytest.mark.parametrize(
    ("값", "까닭"),
    [
        ({"name": ""}, "이름이 없음"),
        ({"name": "-"}, "이름이 없음"),
        ({"district": "수원시"}, "칸이 밀림"),
        ({"kind": "park"}, "칸이 밀림"),
        ({"name": "https://lib.example.kr"}, "칸이 밀림"),
        ({"homepage": "02-459-5522"}, "칸이 밀림"),
        ({"lat": "평일"}, "칸이 밀림"),
        ({"detail": "부대시설=인터넷+방문"}, "칸이 밀림"),
        ({"address": "서울특별시 서초구 반포대로 1"}, "주소와 구가 다름"),
        ({"hours": "평일 00:00~00:00, 주말 00:00~00:00"}, "시간이 모두 00:00~00:00"),
        ({"fee": "기본 5분 250원, 추가 5분당 250원, 일 최대 5원, 월정기 250원"}, "요금의 칸이 밀림"),
        ({"phone": "031-123-4567"}, "다른 지역의 전화번호"),
        ({"detail": "비고=문의 010-1234-5678"}, "개인 휴대전화 번호"),
        ({"lat": "37.566470", "lon": "126.977963"}, "좌표가 그 구 밖"),
        ({"lat": "35.1", "lon": "129.0"}, "좌표가 그 구 밖"),
        ({"name": "못골도서관 공지사항 계정"}, "시민이 쓰는 곳이 아님"),
        ({"name": "못골도서관-미운영"}, "시민이 쓰는 곳이 아님"),
    ],
)
def test_이상한_줄은_까닭과_함께_빠진다(tmp_path, 도서관, 값, 까닭):
    빠진_것 = Left()

    남은_줄 = kept("library", _row(tmp_path, 도서관(**값)), GANGNAM, 빠진_것)

    assert 남은_줄 == []
    assert dict(빠진_것.rows) == {("library", 까닭): 1}


def test_괜찮은_줄은_남는다(tmp_path, 도서관):
    빠진_것 = Left()

    남은_줄 = kept("library", _row(tmp_path, 도서관(lat="37.47", lon="127.09")), GANGNAM, 빠진_것)

    assert [줄.name for 줄 in 남은_줄] == ["못골도서관"]
    assert not 빠진_것.rows


def test_칸의_수가_다른_줄은_칸이_밀린_줄이다(tmp_path):
    길 = tmp_path / "library.csv"
    길.write_text(
        "kind,name,district,dong,address,phone,hours,fee,homepage,lat,lon,detail,source\nlibrary,가,강남구\n", "utf-8"
    )
    빠진_것 = Left()

    assert kept("library", read_table(길), Bounds(), 빠진_것) == []
    assert dict(빠진_것.rows) == {("library", "칸이 밀림"): 1}


def test_한쪽만_00시인_시간은_그_시간만_비운다(tmp_path, 도서관):
    빠진_것 = Left()

    (줄,) = kept("library", _row(tmp_path, 도서관(hours="평일 09:00~21:00, 주말 00:00~00:00")), Bounds(), 빠진_것)

    assert 줄.hours == "평일 09:00~21:00"
    assert sum(빠진_것.values.values()) == 1


@pytest.mark.parametrize(
    ("적힌_시간", "남는_시간"),
    [
        ("평일 09:00~18:00, 주말 00:00~11:59", "평일 09:00~18:00"),
        ("평일 09:00~18:00, 주말 10:00~10:00", "평일 09:00~18:00"),
        ("평일 00:00~24:00", "평일 00:00~24:00"),
    ],
)
def test_여닫는_시간일_수_없는_조각은_비운다(tmp_path, 도서관, 적힌_시간, 남는_시간):
    (줄,) = kept("library", _row(tmp_path, 도서관(hours=적힌_시간)), Bounds(), Left())

    assert 줄.hours == 남는_시간


def test_끌어_채워_1분씩_늘어난_화장실_시간은_쓰지_않는다():
    화장실 = Row(kind="public_toilet", name="가", district="강남구", hours="정시(09:00~18:07, 평일만)")

    (줄,) = kept("public_toilet", [화장실], Bounds(), Left())

    assert 줄.hours == "정시(평일만)"


@pytest.mark.parametrize(
    ("누리집", "남는_것"),
    [
        ("https://lib.example.kr", "https://lib.example.kr"),
        ("http://www.cyworld.com/abc", ""),
        ("http://", ""),
        ("http://lib.example.kr/view?id=123456789012", ""),
    ],
)
def test_열_수_없는_누리집은_비운다(tmp_path, 도서관, 누리집, 남는_것):
    (줄,) = kept("library", _row(tmp_path, 도서관(homepage=누리집)), Bounds(), Left())

    assert 줄.homepage == 남는_것


@pytest.mark.parametrize(
    ("번호", "남는_것"), [("010-1234-5678", ""), ("02-459-5522 / 010-1234-5678", "02-459-5522"), ("문의", "")]
)
def test_시설의_유선전화만_남기고_휴대전화는_비운다(tmp_path, 도서관, 번호, 남는_것):
    (줄,) = kept("library", _row(tmp_path, 도서관(phone=번호)), Bounds(), Left())

    assert 줄.phone == 남는_것


def test_같은_곳이_두_줄이면_더_많이_아는_줄만_남는다():
    모르는_줄 = Row(kind="library", name="못골 도서관", district="강남구", address="서울 강남구 자곡로 116")
    아는_줄 = Row(
        kind="library", name="못골도서관", district="강남구", address="서울 강남구 자곡로 116, 2층", phone="02-459-5522"
    )
    빠진_것 = Left()

    assert kept("library", [모르는_줄, 아는_줄], Bounds(), 빠진_것) == [아는_줄]
    assert dict(빠진_것.rows) == {("library", "같은 곳이 두 줄"): 1}


def _방(이름="강의실", 유형="강의실", **값):
    return Row(
        kind="open_facility",
        name=이름,
        district="강동구",
        detail=Details(유형=유형),
        **{"address": "서울 강동구 고덕로 1", **값},
    )


def test_이름과_주소가_같아도_다른_방은_남는다():
    작은, 큰 = _방(fee="10,000원"), _방(fee="20,000원")

    assert kept("open_facility", [작은, 큰, 작은], Bounds(), Left()) == [작은, 큰]


def test_주소가_없는_부서의_다른_전화는_남는다():
    부서들 = [
        Row(kind="dept_directory", name="청소행정과", district="강남구", phone=f"02-3423-000{n}") for n in range(2)
    ]

    assert kept("dept_directory", 부서들, Bounds(), Left()) == 부서들


def test_여러_주소가_함께_쓰는_좌표는_비운다():
    줄들 = [
        Row(kind="library", name=f"{n}", district="강남구", address=f"서울 강남구 자곡로 {n}", lat=37.5, lon=127.05)
        for n in range(1, 6)
    ]
    따로 = Row(kind="library", name="따로", district="강남구", address="서울 강남구 자곡로 9", lat=37.51, lon=127.06)

    남은_줄 = kept("library", [*줄들, 따로], Bounds(), Left())

    assert [줄.lat for 줄 in 남은_줄] == [None] * 5 + [37.51]


def test_같은_주소의_두_표가_맞는_자리에서_먼_좌표는_비운다():
    def 곳(kind, 위도):
        return Row(kind=kind, name=kind, district="강남구", address="서울 강남구 자곡로 1", lat=위도, lon=127.05)

    표들 = {kind: [곳(kind, 위도)] for kind, 위도 in (("library", 37.5), ("childcare", 37.5001), ("hospital", 37.52))}

    믿는_표들 = with_trusted_spots(표들, Left())

    assert {kind: 줄들[0].lat for kind, 줄들 in 믿는_표들.items()} == {
        "library": 37.5,
        "childcare": 37.5001,
        "hospital": None,
    }


def test_번지의_동이_다른_구에만_있는_줄은_빠진다():
    동대문 = [
        Row(kind="library", name=f"{n}", district="동대문구", dong="휘경동", address=f"서울 동대문구 휘경동 {n}")
        for n in range(1, 9)
    ]
    잘못 = Row(kind="bike_station", name="휘경동 267-4", district="강북구", address="서울 강북구 휘경동 267-4")
    맞음 = Row(kind="bike_station", name="번동 1", district="강북구", address="서울 강북구 번동 1")
    빠진_것 = Left()

    표들 = at_known_dongs({"library": 동대문, "bike_station": [잘못, 맞음]}, 빠진_것)

    assert (표들["library"], 표들["bike_station"]) == (동대문, [맞음])
    assert dict(빠진_것.rows) == {("bike_station", "주소와 구가 다름"): 1}


def test_주소_칸이_밀린_구에서는_이름의_동주민센터에_있지_않은_방을_뺀다():
    동들 = [f"고덕{n}동" for n in range(1, 8)]
    주민센터들 = [
        Row(kind="dong_office", name=f"{동} 주민센터", district="강동구", dong=동, address=f"서울 강동구 고덕로 {n}")
        for n, 동 in enumerate(동들)
    ]
    밀린_방들 = [_방(f"{동} 주민센터 회의실", address=f"서울 강동구 고덕로 {n + 1}") for n, 동 in enumerate(동들[:6])]
    제자리 = _방("고덕7동 주민센터 회의실", address="서울 강동구 고덕로 6")
    빠진_것 = Left()

    표들 = at_own_offices({"dong_office": 주민센터들, "open_facility": [*밀린_방들, 제자리]}, 빠진_것)

    assert 표들["open_facility"] == [제자리]
    assert dict(빠진_것.rows) == {("open_facility", "이름의 동주민센터와 주소가 다름"): 6}


@pytest.mark.parametrize(
    ("적힌_것", "다듬은_것"),
    [
        ("토?일, 설날?추석", "토·일, 설날·추석"),
        ("가 | 나 <b>*중요*</b>", "가 · 나 (b)※중요※(/b)"),
        ("120*80", "120×80"),
        ("  빈칸   여럿 ,", "빈칸 여럿"),
    ],
)
def test_글자를_다듬어_표와_본문에_그대로_넣어도_안전하다(적힌_것, 다듬은_것):
    assert clean(적힌_것) == 다듬은_것


@pytest.mark.parametrize(
    ("적힌_주소", "남는_주소"),
    [
        (
            "서울특별시 송파구 충민로 152 303동 102호(장지동, 파인타운아파트)",
            "서울 송파구 충민로 152(장지동, 파인타운아파트)",
        ),
        ("서울특별시 종로구 창경궁로35길 19, 2층 (혜화동)", "서울 종로구 창경궁로35길 19, 2층 (혜화동)"),
        ("서울특별시 양천구 신정로 290 306동 104(신정동)", "서울 양천구 신정로 290(신정동)"),
        ("서울특별시 도봉구 방학로6길20-9", "서울 도봉구 방학로6길 20-9"),
    ],
)
def test_주소에서_살림집일_수_있는_동과_호는_뺀다(적힌_주소, 남는_주소):
    assert address(적힌_주소) == 남는_주소


def test_쌍반점이_든_값은_앞_이름에_붙는다():
    assert details("휴관일=월요일; 공휴일; 좌석=12") == {"휴관일": "월요일; 공휴일", "좌석": "12"}


@pytest.mark.parametrize(
    ("글", "날"),
    [
        ("서초구 / 안내 / 확인일 2026-07-02", "2026-07-02"),
        ("서울시 / 현황 / 2026-03 내려받음", "2026-03-01"),
        ("서울시 / 공원현황 / 2026 상반기", "2026-01-01"),
        ("전국 자치단체 / 개방정보 / 2018~2020", "None"),
        ("기준일 2020-13-40", "None"),
    ],
)
def test_자료의_날은_출처에_적힌_만큼만_안다(글, 날):
    assert str(stated_date(글)) == 날
