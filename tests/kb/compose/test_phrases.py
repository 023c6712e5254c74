"""표의 낱말을 시민의 말로 바꾼다."""

import pytest

from kb.compose import phrases, templates
from kb.compose.places import Surroundings
from kb.compose.rows import Details, Row


def test_누구나_쓰게_한_경로당은_회원만_쓰는_쉼터가_아니다():
    경로당 = Row(kind="heat_shelter", name="가 경로당", district="강남구", detail=Details(세부구분="회원이용시설"))
    열린_경로당 = Row(
        kind="heat_shelter",
        name="나 경로당",
        district="강남구",
        detail=Details(세부구분="회원이용시설", 비고="누구나 이용가능에 동의"),
    )

    assert (phrases.members_only(경로당), phrases.members_only(열린_경로당)) == (True, False)


@pytest.mark.parametrize(
    ("이름", "세부구분", "시설구분", "누가"),
    [
        ("가 경로당", "회원이용시설", "", "회원"),
        ("가 노숙인 쉼터", "복지·문화·체육시설", "", "노숙인·쪽방 주민"),
        ("휴서울이동노동자쉼터", "특수근로자 쉼터", "특정계층이용시설", "일하는 사람"),
        ("가 청년센터", "복지·문화·체육시설", "", "누구나"),
        ("가 새마을금고", "금융기관", "", "누구나"),
    ],
)
def test_쉼터를_누가_쓰는지(이름, 세부구분, 시설구분, 누가):
    쉼터 = Row(kind="heat_shelter", name=이름, district="강남구", detail=Details(세부구분=세부구분, 시설구분=시설구분))

    assert phrases.for_whom(쉼터) == 누가


@pytest.mark.parametrize(
    ("적힌_것", "말"),
    [
        ("일+월+화+수+목+금+토", "매일"),
        ("월+화+수+목+금", "월요일~금요일"),
        ("화+목", "화·목요일"),
        ("격주 월요일", "격주 월요일"),
    ],
)
def test_요일을_읽기_쉽게(적힌_것, 말):
    assert templates.days(적힌_것) == 말


def test_평일_주말_공휴일이_같으면_매일이라고_한다():
    assert templates.same_hours("평일 09:00~19:00, 주말 09:00~19:00, 공휴일 09:00~19:00") == "매일 09:00~19:00"
    assert templates.same_hours("평일 09:00~19:00, 주말 09:00~15:00") == "평일 09:00~19:00, 주말 09:00~15:00"


def _역(이름, 호선, 번호):
    return Row(
        kind="subway_station", name=f"{이름}역 ({호선}호선)", district="강동구", detail=Details(호선=호선, 역번호=번호)
    )


def test_번호가_이어져도_갈라지는_곳은_앞뒤_역이_아니다():
    상일동, 둔촌동, 올림픽공원 = _역("상일동", "5", "2554"), _역("둔촌동", "5", "2555"), _역("올림픽공원", "5", "2556")
    둘레 = Surroundings({"subway_station": [상일동, 둔촌동, 올림픽공원]})

    assert 둘레.next_stations(둔촌동) == [올림픽공원]
    assert 둘레.next_stations(상일동) == []


def _곳(이름, 위도, 경도, kind="parking", **값):
    return Row(kind=kind, name=이름, district="강남구", lat=위도, lon=경도, **값)


def test_가까운_곳을_가까운_차례로_직선거리와_함께_찾는다():
    여기 = _곳("여기", 37.5, 127.05, kind="library", address="서울 강남구 자곡로 1")
    가까움, 멂, 너무_멂 = _곳("가까움", 37.5009, 127.05), _곳("멂", 37.503, 127.05), _곳("너무", 37.52, 127.05)
    둘레 = Surroundings({"library": [여기], "parking": [너무_멂, 멂, 가까움]})

    assert [(곳.row.name, 곳.metres) for 곳 in 둘레.near(여기, "parking", within=500)] == [("가까움", 100), ("멂", 350)]


def test_한_단지의_다른_어린이집은_가까운_곳이고_같은_곳을_두_번_적은_줄은_아니다():
    주소 = "서울 강남구 자곡로 1"
    여기 = _곳("햇살", 37.5, 127.05, kind="childcare", address=주소, phone="02-1")
    한_단지 = _곳("달님", 37.5004, 127.05, kind="childcare", address=주소, phone="02-2")
    두_번 = _곳("구립 햇살", 37.5, 127.05, kind="childcare", address=주소, phone="02-3")
    같은_전화 = _곳("별님", 37.5, 127.05, kind="childcare", address=주소, phone="02-1")
    둘레 = Surroundings({"childcare": [여기, 한_단지, 두_번, 같은_전화]})

    assert [곳.row.name for 곳 in 둘레.near(여기, "childcare")] == ["달님"]


def test_공원_안의_화장실은_가까운_곳이고_바로_그_자리를_빼면_다음_곳이다():
    공원 = _곳("푸른공원", 37.5, 127.05, kind="park", address="서울 강남구 자곡로 1")
    안, 밖 = _곳("푸른공원", 37.5005, 127.05, kind="public_toilet"), _곳("밖", 37.502, 127.05, kind="public_toilet")
    둘레 = Surroundings({"park": [공원], "public_toilet": [밖, 안]})

    assert [곳.row.name for 곳 in 둘레.near(공원, "public_toilet")] == ["푸른공원", "밖"]
    assert [곳.row.name for 곳 in 둘레.near(공원, "public_toilet", elsewhere=True)] == ["밖"]


def test_좌표가_없으면_같은_주소의_다른_줄에서_빌린다():
    주민센터 = Row(kind="dong_office", name="역삼1동 주민센터", district="강남구", address="서울 강남구 역삼로7길 16")
    쉼터 = _곳("주민센터 쉼터", 37.49, 127.03, kind="heat_shelter", address="서울 강남구 역삼로7길 16, 1층")
    둘레 = Surroundings({"dong_office": [주민센터], "heat_shelter": [쉼터]})

    assert 둘레.spot(주민센터) == (37.49, 127.03)
    assert 둘레.same_building(주민센터, "heat_shelter") == [쉼터]


def test_가까운_세_곳이_같은_동일_때만_동을_짐작한다():
    대여소 = _곳("따릉이 대여소 가 (ST-1)", 37.5, 127.05, kind="bike_station")
    같은_동 = [_곳(f"{n}", 37.5 + n / 10000, 127.05, kind="public_toilet", dong="역삼동") for n in range(3)]
    섞인_동 = [*같은_동[:2], _곳("섞임", 37.50005, 127.05, kind="public_toilet", dong="삼성동")]

    assert Surroundings({"public_toilet": 같은_동}).dong_around(대여소) == "역삼동"
    assert Surroundings({"public_toilet": 섞인_동}).dong_around(대여소) == ""


@pytest.mark.parametrize(
    ("적힌_것", "말"),
    [
        ("산책로 약수터 등", "산책로 약수터 등"),
        ("- 조경시설 : 연못 - 운동시설 : 농구장", "조경시설: 연못, 운동시설: 농구장"),
        ("조 경 시 설 : 상징벽 편 익 시 설 : 의자", "조경시설: 상징벽 편익시설: 의자"),
        ("현재는 등산이 금지되어 있으나 예전에는 등산길이었다.", ""),
    ],
)
def test_공원에_있는_것만_적고_내력을_이야기하는_글은_뺀다(적힌_것, 말):
    assert phrases.things(적힌_것) == 말


@pytest.mark.parametrize(
    ("적힌_것", "알림"),
    [
        ("2025. 7. 23. ~ 8. 25. 힐링냉장고 운영 예정", ""),
        ("2026. 7. 1. ~ 8. 31. 운영", "2026. 7. 1. ~ 8. 31. 운영"),
        ("주말 및 공휴일 미운영", "주말 및 공휴일 미운영"),
        ("구유재산", ""),
    ],
)
def test_쉼터의_알릴_것에서_지난해의_일과_재산_이야기는_뺀다(적힌_것, 알림):
    쉼터 = Row(kind="heat_shelter", name="가", district="노원구", hours=적힌_것, source="서울시 / 무더위쉼터 / 2026년")

    assert phrases.shelter_note(쉼터) == 알림
