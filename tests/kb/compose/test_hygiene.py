"""믿을 수 없는 줄은 까닭과 함께 빠진다."""

import pytest

from kb.compose.hygiene import Bounds, Left, kept
from kb.compose.rows import Row, address, clean, details, read_table, stated_date

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
        ({"address": "서울특별시 서초구 반포대로 1"}, "주소와 구가 다름"),
        ({"hours": "평일 00:00~00:00, 주말 00:00~00:00"}, "시간이 모두 00:00~00:00"),
        ({"fee": "기본 5분 250원, 추가 5분당 250원, 일 최대 5원, 월정기 250원"}, "요금의 칸이 밀림"),
        ({"phone": "031-123-4567"}, "다른 지역의 전화번호"),
        ({"detail": "비고=문의 010-1234-5678"}, "개인 휴대전화 번호"),
        ({"lat": "37.566470", "lon": "126.977963"}, "좌표가 그 구 밖"),
        ({"lat": "35.1", "lon": "129.0"}, "좌표가 그 구 밖"),
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
