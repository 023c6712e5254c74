"""여러 줄을 세고 모은다."""

from kb.compose import counting
from kb.compose.rows import Details, Row


def test_모두_같을_때만_하나로_말하고_빈칸과_문장_부호는_보지_않는다():
    assert counting.if_same(["매주 토, 일요일", "매주 토,일요일"]) == "매주 토, 일요일"
    assert counting.if_same(["매주 일요일", "매주 토, 일요일"]) == ""
    assert counting.if_same(["", "매주 일요일"]) == ""


def _부서(부서, 번호):
    return Row(
        kind="dept_directory", name=부서, district="서대문구", phone=번호, detail=Details(업무="대관", 부서=부서)
    )


def test_같은_일을_하는_같은_부서의_번호를_모으고_숫자를_빠뜨린_번호는_뺀다():
    줄들 = [
        _부서("서대문구 청소행정과", "02-330-1001"),
        _부서("서대문구 청소행정과", "02-330-1002"),
        _부서("서대문구 청소행정과", "02-33-1002"),
        _부서("남가좌3동 주민센터 남가좌1동 주민센터", "02-330-8872"),
    ]

    assert [(일.office, 일.phones) for 일 in counting.by_department(줄들)] == [
        ("남가좌1동 주민센터", "02-330-8872"),
        ("청소행정과", "02-330-1001, 02-330-1002"),
    ]


def _봉투(값, 대상="가정용"):
    return Row(
        kind="bag_price",
        name="강남구 종량제봉투 규격봉투 (소각용)",
        district="강남구",
        fee=값,
        detail=Details(용도="생활쓰레기", 대상=대상),
    )


def test_같은_봉투의_값이_줄마다_다르면_어느_것인지_모른다():
    assert counting.bag_home([_봉투("5L 130원"), _봉투("5L 130원, 10L 250원")]) == _봉투("5L 130원, 10L 250원")
    assert counting.bag_home([_봉투("5L 130원"), _봉투("5L 250원")]) is None
    assert counting.bag_home([_봉투("5L 130원", "사업장용")]) is None


def _자리(이름, 쓰임):
    return Row(kind="parking", name=이름, district="강남구", detail=Details(운영구분=쓰임))


def test_주차_자리들의_쓰임을_있는_것만_말한다():
    assert counting.lot_uses([_자리("가", "거주자 주차장")]) == "거주자 우선"
    assert (
        counting.lot_uses([_자리("공유) 가", "시간제 + 거주자 주차장"), _자리("나", "시간제 주차장")])
        == "시간제 공영, 거주자 우선이나 공유"
    )


def test_이름을_달리해_두_번_적은_곳은_더_많이_아는_것_하나만():
    짧은 = Row(kind="library", name="못골도서관", district="강남구")
    긴 = Row(kind="library", name="구립 못골도서관", district="강남구", phone="02-459-5522")

    assert counting.each_once([짧은, 긴]) == [긴]
