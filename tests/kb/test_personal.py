"""글에 든 개인정보를 하나도 놓치지 않고, 안내에 필요한 번호는 그대로 둔다. 번호는 모두 지어낸 것이다."""

import re
import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ko_pii import detect_all

from kb import personal
from kb.personal import Kind, find, find_in_entry, find_resident_numbers, mask, mask_resident_numbers

찾아야_할_것 = [
    ("민원 올린 사람 주민번호가 880229-2345671 입니다", Kind.RRN, "880229-2345671"),
    ("등본에 적힌 8812312345670 맞나요", Kind.RRN, "8812312345670"),
    ("아이 번호는 210305-4999999 이고 학교에 냈어요", Kind.RRN, "210305-4999999"),
    ("앞자리 790715 뒷자리 1234567 로 조회", Kind.RRN, "790715 뒷자리 1234567"),
    ("７９０７１５－１２３４５６７ 전각으로 썼습니다", Kind.RRN, "７９０７１５－１２３４５６７"),
    ("체류 연장하려는데 등록번호 910412-6543210", Kind.ARC, "910412-6543210"),
    ("면허증 11-04-654321-07 재발급", Kind.LICENCE, "11-04-654321-07"),
    ("아버지 옛날 면허 경기 88-123456-10 을 찾아요", Kind.LICENCE, "경기 88-123456-10"),
    ("여권 M76543210 만료일이 언제죠", Kind.PASSPORT, "M76543210"),
    ("차세대 여권은 M456B7890 입니다", Kind.PASSPORT, "M456B7890"),
    ("전화는 010-9876-5432로 주세요", Kind.MOBILE, "010-9876-5432"),
    ("01087654321 문자로 부탁해요", Kind.MOBILE, "01087654321"),
    ("공일공 이삼사오 육칠팔구로 걸어 주세요", Kind.MOBILE, "공일공 이삼사오 육칠팔구"),
    ("우리 집 02-6543-2109 인데 안 받으면", Kind.TELEPHONE, "02-6543-2109"),
    ("가게 번호 031.765.4321", Kind.TELEPHONE, "031.765.4321"),
    ("신한은행 110-234-567890 으로 환급", Kind.ACCOUNT, "110-234-567890"),
    ("카드 5555-5555-5555-4444 로 냈어요", Kind.CARD, "5555-5555-5555-4444"),
    ("34나5678 이 횡단보도에 서 있어요", Kind.PLATE, "34나5678"),
    ("경기78아9012 버스가 그냥 지나갔어요", Kind.PLATE, "경기78아9012"),
    ("부산 12 바 3456 택시입니다", Kind.PLATE, "부산 12 바 3456"),
    ("답은 nari.kim@mail.example 로", Kind.EMAIL, "nari.kim@mail.example"),
    ("은평구 통일로 684, 203동 905호에서 물이 새요", Kind.ADDRESS, "통일로 684, 203동 905호"),
    ("저는 응암동 88-12 에 삽니다", Kind.ADDRESS, "응암동 88-12"),
    ("사업자등록번호 220-81-62517 과세 문의", Kind.BUSINESS, "220-81-62517"),
    ("가게 사업자등록번호는 123-45-67891 이에요", Kind.BUSINESS, "123-45-67891"),
    ("사업자번호 1234567891", Kind.BUSINESS, "1234567891"),
    ("건강보험증 번호는 1-2345678901입니다", Kind.INSURANCE, "1-2345678901"),
    ("아이 보험증번호: 70123456789", Kind.INSURANCE, "70123456789"),
    ("의료보험증 1234567890", Kind.INSURANCE, "1234567890"),
    ("법인등록번호 칸에 주민번호 110111-1234567을 잘못 적었어요", Kind.RRN, "110111-1234567"),
    ("법인등록번호가 900101-1234568이라고 적혔는데 제 번호예요", Kind.RRN, "900101-1234568"),
    ("법인등록번호 880801-2345671", Kind.RRN, "880801-2345671"),
    ("법인등록번호 110111-0006246, 대표 880229-2345671", Kind.RRN, "880229-2345671"),
    ("주민번호 뒷자리는 2345671 이에요", Kind.RRN, "2345671"),
    ("여권번호가 m76543210", Kind.PASSPORT, "m76543210"),
    ("카톡 narikim79 로 주세요", Kind.MESSENGER, "narikim79"),
    ("생년월일은 1979.07.15 입니다", Kind.BIRTH, "1979.07.15"),
    ("카톡 아이디 narikim79 로 보내 주세요", Kind.MESSENGER, "narikim79"),
    ("신청인 박서연 (대리 아님)", Kind.NAME, "박서연"),
    ("성명: 허준", Kind.NAME, "허준"),
    ("이도현 주무관이 전화를 끊었어요", Kind.NAME, "이도현"),
    ("예금주 최민재", Kind.NAME, "최민재"),
    ("번호는 ０１０－１２３４－５６７８입니다", Kind.MOBILE, "０１０－１２３４－５６７８"),
    ("９００１０１－１２３４５６７이에요", Kind.RRN, "９００１０１－１２３４５６７"),
    ("구공공일공일-일이삼사오육칠", Kind.RRN, "구공공일공일-일이삼사오육칠"),
    ("900101-일이삼사오육칠", Kind.RRN, "900101-일이삼사오육칠"),
    ("010-1234-오육칠팔로", Kind.MOBILE, "010-1234-오육칠팔"),
    ("010_1234_5678", Kind.MOBILE, "010_1234_5678"),
    ("0507-1234-5678", Kind.TELEPHONE, "0507-1234-5678"),
    ("여권번호: S 1234 5678", Kind.PASSPORT, "S 1234 5678"),
    ("아멕스 3782 822463 10005", Kind.CARD, "3782 822463 10005"),
    ("hong골뱅이naver.com으로", Kind.EMAIL, "hong골뱅이naver.com"),
    ("hong (at) example.com", Kind.EMAIL, "hong (at) example.com"),
]


@pytest.mark.parametrize(("글", "갈래", "값"), 찾아야_할_것, ids=lambda value: str(value)[:20])
def test_개인정보를_그_자리와_갈래로_찾는다(글: str, 갈래: Kind, 값: str) -> None:
    찾은것 = [found for found in find(글) if 값 in found.text]

    assert [found.kind for found in 찾은것] == [갈래]
    assert 글[찾은것[0].start : 찾은것[0].end] == 찾은것[0].text
    assert 값 not in mask(글)


@pytest.mark.parametrize(
    "글",
    [
        "2026-09-01부터 2026-10-31까지 신청합니다",
        "국번 없이 120, 또는 02-120으로 전화해 주세요",
        "본청 대표 02-2133-4567, 강남구청 02-3423-5114, 관악구청 02-879-5000",
        "상담 1577-1234, 1600-5678, 080-123-4567",
        "과태료 1,250,000원을 20260315-000777 번으로 냈습니다",
        "143번 버스와 2호선 12번 출구, 제12조 제3항 제2호",
        "서울특별시청(세종대로 110) 본관 302호에서 받습니다",
        "서소문로 124 6층 민원실",
        "담당 부서는 자치행정과이고 이메일은 minwon@gangnam.go.kr 입니다",
        "신청인 신분증, 배우자 동의서, 위임장을 신청인이 내면 됩니다",
        "담당자 연락처, 예금주 통장 사본, 성명과 주소를 적습니다",
        "구청장님, 고객님, 조합원님께 알립니다. 날씨 좋은 날 아저씨가",
        "법인등록번호 110111-0006240",
        "법인등록번호는 130111-0006246입니다",
        "(법인등록번호: 1101111234567)",
        "저희 조합 110122-1234560(법인번호)",
        "건강보험 자격득실 확인서, 보험증 1부, 건강보험 1577-1000",
        "사업자등록번호 10자리를 적습니다",
        "주민등록번호 뒷자리 7자리는 가리고, 카카오톡 채널 seoul로 물으세요",
        "김아무개 님의 예",
    ],
)
def test_안내에_필요한_번호와_말은_건드리지_않는다(글: str) -> None:
    assert find(글) == []
    assert mask(글) == 글


def test_가린_글은_갈래를_말로_남기고_주소는_동까지_남긴다() -> None:
    가린글 = mask("박서연 010-9876-5432 은평구 응암동 88-12 303호 누수, 차는 34나5678")

    assert 가린글 == "[이름] [전화번호] 은평구 응암동 [상세주소] 누수, 차는 [차량번호]"


@pytest.mark.parametrize("끝숫자", range(10))
def test_검증_숫자가_틀려도_주민등록번호다(끝숫자: int) -> None:
    글 = f"번호 951103-212345{끝숫자} 이고 8801231{끝숫자}00000 도 있다"

    assert [found.kind for found in find_resident_numbers(글)] == [Kind.RRN, Kind.RRN]


def test_직함은_이름이_아니다() -> None:
    assert mask("담당 박서연 주무관 010-9876-5432") == "담당 [이름] 주무관 [전화번호]"


def test_법인등록번호는_게시를_막지_않는다() -> None:
    assert find_in_entry("등록 업체: 법인등록번호 110111-1234567") == []
    assert find_resident_numbers("법인등록번호 110111-1234567") == []
    assert (
        mask_resident_numbers("법인등록번호 110111-1234567, 900101-1234568")
        == "법인등록번호 110111-1234567, [주민등록번호]"
    )


def test_없는_날짜는_주민등록번호가_아니다() -> None:
    assert find_resident_numbers("접수번호 951332-2123456, 990230-1234567") == []


def test_이미_가린_번호는_다시_찾지_않는다() -> None:
    assert find_resident_numbers("951103-2******") == []


def test_기관의_번호로_알려_준_전화는_그대로_둔다() -> None:
    글 = "주민센터 02-6543-2109로 전화해 주세요"

    assert find(글, office_phones=["02)6543-2109"]) == []
    assert mask(글) == "주민센터 [전화번호]로 전화해 주세요"


def test_찾은_곳들은_겹치지_않고_차례대로다() -> None:
    글 = "신청인 박서연 880229-2345671 010-9876-5432 nari@mail.example 34나5678 " * 5
    찾은것 = find(글)

    assert len(찾은것) == 25
    assert all(앞.end <= 뒤.start for 앞, 뒤 in pairwise(찾은것))


def test_안내_한_편을_보는_데_오래_걸리지_않는다() -> None:
    글들 = [file.read_text("utf-8") for file in sorted(Path("content/entries").rglob("*.md"))[:200]]
    글들 = 글들 or ["업무개요는 이렇습니다. 문의 02-2133-1234, 수수료 1,000원.\n" * 20]
    find(글들[0])

    시작 = time.process_time()
    for 글 in 글들:
        find(글)
    한편 = (time.process_time() - 시작) / len(글들)

    assert 한편 < 0.010, f"{한편 * 1000:.2f} ms"  # about 1 ms on the reference machine; ten times that on a busy one


def test_악의로_만든_긴_글에도_멈추지_않는다() -> None:
    시작 = time.perf_counter()
    for 조각 in ("가", "0", "공일", "가로 1", "신청인 김", "1-", "(", "@", "a@b"):
        find(조각 * (20_000 // len(조각)))

    assert time.perf_counter() - 시작 < 20


def test_아주_긴_한_낱말_속에서도_찾는다() -> None:
    글 = "가/" * 1000 + "/".join(f"010-9876-{번호:04}" for 번호 in range(300)) + "/" + "나/" * 1000

    assert "010-9876" not in mask(글)


def test_갈래마다_서로_다른_영문_표시와_우리말이_있다() -> None:
    assert all(re.fullmatch(r"\[[가-힣]+\]", kind.token) for kind in Kind)


@pytest.mark.parametrize(
    "글",
    [
        "영사안전콜센터 02-3210-0404, 나라 밖에서는 +82-2-3210-0404",
        "국민콜은 나라 밖에서 +82-2-6196-9110",
        "디지털성범죄피해자지원센터 02-735-8994",
        "경찰 112, 소방 119, 국민콜 110, 층간소음 1661-2642, 여성긴급전화 1366",
    ],
)
def test_다른_기관으로_안내하는_번호는_가리지_않는다(글: str) -> None:
    assert find(글) == []
    assert mask(글) == 글


@pytest.mark.parametrize(
    "글",
    [
        "도서관 전화는 02-765-4321, 관리실은 031-765-4321입니다",
        "주소는 서울 중랑구 신내로17길 39 714동 101호",
        "문의 메일은 help@library.example.kr",
        "사업자등록번호 220-81-62517",
        "넓이 2896887㎡, 문을 연 날 1968.9.10, 역번호 2556, 4136",
    ],
)
def test_항목에_늘_있는_기관의_번호와_주소는_항목에서는_걸지_않는다(글: str) -> None:
    assert find_in_entry(글) == []


@pytest.mark.parametrize(
    ("글", "갈래"),
    [
        ("도서관 02-765-4321, 담당자 010-9876-5432", Kind.MOBILE),
        ("문의는 nari.kim79@gmail.com", Kind.EMAIL),
        ("전화 02-765-4321 곁의 880229-2345671", Kind.RRN),
        ("여권 M456B7890", Kind.PASSPORT),
        ("34나5678", Kind.PLATE),
    ],
)
def test_항목에_있어서는_안_되는_것은_항목에서도_찾는다(글: str, 갈래: Kind) -> None:
    assert [found.kind for found in find_in_entry(글)] == [갈래]


# --- the quick look at an entry -----------------------------------------------------------------------------------

조각 = st.sampled_from(
    ["880229-2345671", "M76543210", "M456B7890", "010-9876-5432", "신한은행 110-234-567890", "5555-5555-5555-4444", "34나5678",
     "부산 12 바 3456", "경기 88-123456-10", "1234567", "12-34567", "2026-09-01", "계좌 ", "여권 ", " ", "-", "·", "3층", "가"]
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(글=st.one_of(st.lists(조각, max_size=4).map("".join), st.text("0123456789- .,()가나바서울@Mm/·\n", max_size=30)))
def test_빨리_지나치는_글에는_숫자로_된_개인정보가_없다(글: str) -> None:
    if personal._is_worth_a_look(글):
        return

    찾은것 = [personal.KINDS.get(hit.label) for hit in detect_all(글, exclude={"PERSON", "NATIONALITY"})]
    assert set(찾은것) <= {None, Kind.TELEPHONE, Kind.BUSINESS, Kind.CARD}
    assert not list(personal._resident_numbers(글))
    assert not list(personal._numbered_shapes(글))


@pytest.mark.parametrize(
    ("글", "갈래"),
    [
        ("공일공 이삼사오 육칠팔구로 걸어 주세요", Kind.MOBILE),
        ("카톡 아이디 narikim으로 보내 주세요", Kind.MESSENGER),
        ("생년월일: 79.7.15", Kind.BIRTH),
    ],
)
def test_숫자가_적은_개인정보도_항목에서_찾는다(글: str, 갈래: Kind) -> None:
    assert [found.kind for found in find_in_entry(글)] == [갈래]
