"""두 글의 낱말 차이."""

from time import perf_counter

from hypothesis import given
from hypothesis import strategies as st

from corrections.diff import Mark, Piece, words


def test_바뀐_낱말만_짚는다():
    assert words("수수료는 5만 원입니다.", "수수료는 6만 원입니다.") == [
        Piece(Mark.SAME, "수수료는 "),
        Piece(Mark.GONE, "5만 "),
        Piece(Mark.NEW, "6만 "),
        Piece(Mark.SAME, "원입니다."),
    ]


def test_같으면_한_조각이고_비었으면_없다():
    assert words("같은 글\n", "같은 글\n") == [Piece(Mark.SAME, "같은 글\n")]
    assert words("", "") == []
    assert words("", "새글") == [Piece(Mark.NEW, "새글")]


@given(st.text(alphabet="가나 \n.다", max_size=60), st.text(alphabet="가나 \n.다", max_size=60))
def test_조각을_이으면_옛글과_새글이_그대로_나온다(옛글: str, 새글: str):
    조각들 = words(옛글, 새글)

    assert "".join(p.text for p in 조각들 if p.mark is not Mark.NEW) == 옛글
    assert "".join(p.text for p in 조각들 if p.mark is not Mark.GONE) == 새글


def test_긴_글에서도_빠르다():
    줄 = "서울시에 주민등록이 되어 있는 분은 누구나 신청할 수 있습니다. " * 20 + "\n"
    started = perf_counter()
    words(줄 * 40, 줄 * 20 + "새 줄입니다.\n" + 줄 * 20)
    assert perf_counter() - started < 1
