"""표 계산 프로그램에서 열어도 글은 글로 남는다 (PUBLISHING 1.6)."""

import pytest
from hypothesis import given

from build.data.formula import guarded, unguarded
from tests.build.data.conftest import 글


@pytest.mark.parametrize(
    "글", ["=1+1", "+1", "-1", "@가", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠가", "'=1", "''+1"]
)
def test_계산식으로_읽힐_글_앞에는_작은따옴표가_하나_붙는다(글):
    assert guarded(글) == f"'{글}"


@pytest.mark.parametrize("글", ["", "가", "1-1", "02-120", "'가", "''", " =1", "[1]", "{}"])
def test_그렇지_않은_글은_그대로다(글):
    assert guarded(글) == 글


@given(글)
def test_붙인_것을_떼면_언제나_원래_글이다(글):
    assert unguarded(guarded(글)) == 글
    assert guarded(글)[:1] not in tuple("=+-@\t\r\n＝＋－＠")
