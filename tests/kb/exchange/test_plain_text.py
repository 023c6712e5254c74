"""꾸밈 없는 글은 Markdown이 되어도 한 글자도 늘거나 줄지 않는다."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.exchange.plain_text import cleaned, escaped, one_line, to_markdown
from kb.render import plain, render

글자 = "가나다 .,*_`~#>+-=|[]()!&<\\:/'\"12.\n"


def 글자만(text: str) -> str:
    return "".join(text.split())


@given(st.text(alphabet=글자, max_size=80))
def test_어떤_글이든_화면에_그대로_보인다(글: str) -> None:
    assert 글자만(plain(render(to_markdown(글)))) == 글자만(cleaned(글))


@pytest.mark.parametrize(
    "글",
    [
        "# 샵",
        "- 줄",
        "1. 번호",
        "1) 번호",
        "> 인용",
        "===",
        "---",
        "| - |",
        "*별*",
        "_밑줄_",
        "[글](http://a.kr)",
        "<b>",
        "[^1]",
        "~~~",
        "```",
    ],
)
def test_Markdown처럼_생긴_글도_글이다(글: str) -> None:
    html = render("앞 줄\n" + escaped(글))

    assert plain(html) == f"앞 줄 {글}"
    assert "<p>" in html
    assert not any(tag in html for tag in ("<h", "<ul", "<ol", "<em", ">글</a>", "<table", "<code", "<blockquote"))


def test_흔한_글에는_이스케이프가_끼지_않는다() -> None:
    글 = "[서울시] 1.5톤 이하(예: 2,000원) ~ 3-4일, A_B, 50% & 그 밖에!"

    assert escaped(글) == 글


def test_빈칸_셋은_문단이_되고_둘은_줄바꿈이_된다() -> None:
    assert to_markdown("첫 문단은   둘째 문단에서  이어진다") == "첫 문단은\n\n둘째 문단에서\n이어진다"


def test_줄바꿈은_줄바꿈으로_빈_줄은_문단으로_남는다() -> None:
    assert to_markdown("하나\r\n둘\n\n\n셋") == "하나  \n둘\n\n셋"


def test_홀로_선_매뉴얼_제목은_제목이_된다() -> None:
    본문 = to_markdown("  업무개요 늦은 신고를 줄임  신청방법   구청 방문  과태료 부과 대상이 됨   문의처  ")

    assert 본문 == "## 업무개요\n\n늦은 신고를 줄임\n\n## 신청방법\n\n구청 방문\n과태료 부과 대상이 됨\n\n문의처"


def test_원본_편집기가_흘린_글꼴_이름은_빠진다() -> None:
    흘린것 = ("돋움" + " " * 140) * 10

    assert to_markdown(f"  {흘린것} 접수는 구청에서 합니다") == "접수는 구청에서 합니다"
    assert to_markdown("돋움 글꼴로 씁니다") == "돋움 글꼴로 씁니다"


def test_겹겹이_이스케이프된_글자와_보이지_않는_글자가_풀린다() -> None:
    assert one_line(" &amp;amp;apos;녹지\u200b&amp;amp;apos;\xa0란\n무엇\x00인가 ") == "'녹지' 란 무엇인가"
    assert one_line("https://a.kr/?a=1&copy=2") == "https://a.kr/?a=1&copy=2"
