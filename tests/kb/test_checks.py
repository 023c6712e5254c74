"""게시하면 안 되는 글을 까닭과 함께 알아본다."""

from collections.abc import Callable

import pytest

from kb.checks import EDITOR_RESIDUE, NO_ANSWER, RESIDENT_NUMBER, hard_problems
from kb.entry import Entry

만들기 = Callable[..., Entry]


def 코드들(entry: Entry) -> list[str]:
    return [problem.code for problem in hard_problems(entry)]


def test_온전한_글에는_까닭이_없다(항목: 만들기) -> None:
    assert 코드들(항목()) == []


@pytest.mark.parametrize(
    "본문",
    ["경고", "3년", "없습니다", "면허취소", "토목과", "허가대상입니다", "매일 합니다", "월세입니다", "12일 이내"],
)
def test_짧아도_답이면_게시한다(항목: 만들기, 본문: str) -> None:
    assert 코드들(항목(title="얼마나, 어디서, 되나요?", body=본문)) == []


@pytest.mark.parametrize("본문", ["", "   \n\n", "-", "## \n", "**", "***\n\n---", "예"])
def test_본문이_비었으면_답이_없다(항목: 만들기, 본문: str) -> None:
    assert 코드들(항목(body=본문)) == [NO_ANSWER]


@pytest.mark.parametrize(
    "본문",
    [
        "명",
        "입니다",
        "개월입니다",
        "년 이내",
        "세 미만입니다",
        "예 시간 입니다",
        "연간 천원임",
        "회에 한한다",
        "층까지 가능",
    ],
)
def test_숫자가_빠지고_단위만_남으면_답이_없다(항목: 만들기, 본문: str) -> None:
    assert 코드들(항목(title="기간이 얼마나 되나요?", body=본문)) == [NO_ANSWER]


def test_제목을_되풀이할_뿐이면_답이_없다(항목: 만들기) -> None:
    assert 코드들(항목(title="(중구) 보훈회관", body="중구 보훈회관")) == [NO_ANSWER]


@pytest.mark.parametrize(
    "본문",
    ["수정", "수정중", "수정 중입니다.", "삭제 예정", "상동", "테스트", "TEST", "내용 없음", "돋움 돋움", "ㅇㅇㅇ"],
)
def test_편집하다_남긴_말이_전부면_게시하지_않는다(항목: 만들기, 본문: str) -> None:
    assert 코드들(항목(body=본문)) == [EDITOR_RESIDUE]


@pytest.mark.parametrize("제목", ["(강북구) 정비중", "정비중", "[삭제예정] 도심 통행 제한", "테스트", "<수정중> 여권"])
def test_제목에_편집자의_표시가_있으면_게시하지_않는다(항목: 만들기, 제목: str) -> None:
    assert 코드들(항목(title=제목)) == [EDITOR_RESIDUE]


@pytest.mark.parametrize(
    "제목",
    ["주거환경 정비사업이란?", "글을 수정하려면", "[사업종료] 아이 돌봄", "영업 폐지 신고", "시험(테스트베드) 지원"],
)
def test_제목에_그런_낱말이_있을_뿐이면_게시한다(항목: 만들기, 제목: str) -> None:
    assert 코드들(항목(title=제목)) == []


@pytest.mark.parametrize(
    "고침",
    [
        {"body": "예: 880229-2345671 처럼 적습니다."},
        {"title": "880229-2345671 확인"},
        {"facts": {"예시": "910412-6543210"}},
        {"tags": ("880229-2345671",)},
    ],
)
def test_어디에든_주민등록번호가_있으면_게시하지_않고_그_번호를_말하지도_않는다(
    항목: 만들기, 고침: dict[str, object]
) -> None:
    문제들 = hard_problems(항목(**고침))

    assert [problem.code for problem in 문제들] == [RESIDENT_NUMBER]
    assert "2345671" not in 문제들[0].message
    assert "6543210" not in 문제들[0].message
