"""찾은 말은 세기 전에 다듬는다: 같은 말은 같은 꼴이 되고, 누구인지 알 수 있는 말은 이름표만 남는다. 번호와 이름은 지어낸 것이다."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.asked import LONGEST, Asked, asked


@pytest.mark.parametrize(
    "말",
    [
        "여권재발급",
        " 여권  재발급?",
        "여권·재발급!!",
        "여권\t재발급",
        "여권재발급".encode().decode(),
        "여권\u200b재발급",
    ],
)
def test_빈칸과_부호가_다른_말은_같은_말이다(말: str) -> None:
    assert asked(말).key == "여권재발급"


def test_대소문자와_전각은_같은_말이고_보일_꼴은_적은_대로다() -> None:
    assert asked("ＰＣ방 신고").key == asked("pc방신고").key == "pc방신고"
    assert asked("  PC방   신고 ").text == "PC방 신고"


@pytest.mark.parametrize("말", ["", "   ", "?!", "🙂🙂", "\ud800", "\x00\x01"])
def test_셀_글자가_없으면_세지_않는다(말: str) -> None:
    assert asked(말) is None


@pytest.mark.parametrize(
    ("말", "이름표"),
    [
        ("880229-2345671 등본", "[번호] [주민등록번호]"),
        ("０１０－９８７６－５４３２ 누구", "[번호] [전화번호]"),
        ("공일공 이삼사오 육칠팔구", "[번호] [전화번호]"),
        ("010 9876", "[번호]"),
        ("790715", "[번호]"),
        ("nari@mail 가입", "[전자우편]"),
        ("34나5678 견인", "[차량번호]"),
        ("응암동 88-12", "[상세주소]"),
        ("통일로 684 누수", "[상세주소]"),
        ("박서연", "[이름]"),
        ("최민재의 연락처", "[이름]"),
        ("홍길동 통장", "[이름]"),
        ("정수빈 씨 3학년", "[이름]"),
        ("https://a.example/?token=abc", "[웹 주소]"),
        ("저는 " + "아주 " * 40 + "힘듭니다", "[긴 글]"),
        ("박서연 응암동 88-12", "[상세주소] [이름]"),
    ],
    ids=lambda value: str(value)[:16],
)
def test_개인정보가_든_말은_버리고_무엇이_있었는지만_남긴다(말: str, 이름표: str) -> None:
    assert asked(말) == Asked(이름표, 이름표, masked=True)


@pytest.mark.parametrize(
    "말",
    [
        "여권 잃어버렸어요",
        "02-120",
        "1577-1234",
        "02-2133-4567 어디",
        "2026년 11월 24일 행사",
        "5000000원 지원금",
        "종로3가",
        "을지로 2가 주차",
        "구로2동 주민센터",
        "도봉로15길 주차장",
        "장지동 주민센터",
        "이태원 축제",
        "노숙인 쉼터",
        "이주비 대출",
        "도서관 지하철 과태료 임산부 자동차",
        "143번 버스 2호선",
        "ㅇㄱ ㅂㄱ",
        "wnalsemdfhr",
    ],
)
def test_흔히_찾는_말은_그대로_센다(말: str) -> None:
    assert asked(말) is not None
    assert not asked(말).masked


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=120))
def test_무엇을_쳐도_오류가_없고_적을_수_있는_짧은_글이_된다(말: str) -> None:
    찾은말 = asked(말)
    if 찾은말 is not None:
        assert 찾은말.text.encode()
        assert "\x00" not in 찾은말.text
        assert 0 < len(찾은말.key) <= 200
        assert len(찾은말.text) <= (200 if 찾은말.masked else LONGEST)
