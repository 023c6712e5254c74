"""본문을 안전하고 읽기 좋은 HTML로 바꾼다. 경우는 render_cases.txt에 글로 적혀 있다."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.render import BLOCKS, HEADINGS, INLINES, linked, plain, render, safe_href, tel

CASES = re.findall(
    r"^=== (.+)\n([\s\S]*?)\n\.\n([\s\S]*?)\s*(?=^===|\Z)",
    Path(__file__).with_name("render_cases.txt").read_text("utf-8"),
    re.MULTILINE,
)
ALLOWED = HEADINGS | BLOCKS | INLINES

XSS = {
    "스크립트": "<script>alert(1)</script>",
    "오류 처리기": '<img src="x" onerror="alert(1)">',
    "자바스크립트 주소": "[눌러](javascript:alert(1)) <javascript:alert(1)> [눌러]( \tjava&#x73;cript:alert(1))",
    "데이터 주소": "[눌러](data:text/html;base64,PHNjcmlwdD4=) ![그림](data:image/svg+xml,<svg>)",
    "아이프레임": '<iframe src="https://evil.example"></iframe>',
    "벡터 그림": '<svg/onload=alert(1)><a xlink:href="javascript:alert(1)">x</a></svg>',
    "모양": '<style>@import "https://evil.example/x.css"</style><p style="position:fixed">글</p>',
    "문자 참조로 숨긴 것": "&lt;script&gt;alert(1)&lt;/script&gt; [가](&#106;avascript:alert(1)) [나](%6Aavascript%3Aalert(1))",
    "겹친 것": '<scr<script>ipt>alert(1)</scr</script>ipt> [![x](javascript:1)](javascript:2) **<b onmouseover="x()">**',
    "먼 곳의 그림": '![그림](https://evil.example/pixel.png) [그림]: https://evil.example\n\n![ref][그림] "onfocus=x'
    "\n\n| <img src=x onerror=1> | [a](vbscript:x) |\n|---|---|\n| `<script>` | <script>x</script> |",
}


def dangers(html: str) -> list[str]:
    """HTML에 남은 위험한 것들: 허락하지 않은 태그, 속성, 주소."""
    found = []
    for element in BeautifulSoup(f"<div>{html}</div>", "html.parser").find_all(True)[1:]:
        if element.name not in ALLOWED:
            found.append(f"<{element.name}>")
        for name, value in element.attrs.items():
            if name not in {"href", "id", "scope", "start", "class", "role", "tabindex", "aria-label"}:
                found.append(f"{element.name}[{name}]")
            if name == "href" and not re.match(r"(?:https?://|tel:|mailto:|/(?![/\\])|#)", str(value), re.IGNORECASE):
                found.append(f"{element.name} → {value}")
    return found


@pytest.mark.parametrize(("markdown", "html"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_적힌_대로_그린다(markdown, html):
    assert render(markdown).strip() == html


def test_경우_파일을_빠짐없이_읽는다():
    written = Path(__file__).with_name("render_cases.txt").read_text("utf-8").count("\n=== ")

    assert len(CASES) == written >= 25


@pytest.mark.parametrize("markdown", XSS.values(), ids=XSS.keys())
def test_나쁜_글은_해를_끼치지_못한다(markdown):
    assert dangers(render(markdown)) == []
    assert dangers(render(f"# {markdown}\n\n- {markdown}\n\n> {markdown}")) == []
    assert dangers(linked(markdown)) == []


def test_위험을_찾는_자는_위험을_찾는다():
    assert dangers('<script>x</script><a href="javascript:1" onclick="x">가</a>') == [
        "<script>",
        "a → javascript:1",
        "a[onclick]",
    ]


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("가나(는)**__``[]()!|-:<>\"'=/\\&;#\n \t0123-htps:wjavcriptonclick"), max_size=120))
def test_아무_글이나_와도_오류_없이_안전하다(text):
    assert dangers(render(text)) == []
    assert dangers(linked(text, phone=True)) == []


def test_깊이_겹친_글도_끝까지_그린다():
    assert dangers(render("> " * 500 + "깊다" + "**가(" * 500 + "[" * 500 + "- " * 300)) == []


def test_강조를_돕는_채움_글자는_남지_않는다():
    assert "\u3164" not in render("**가(나)**는 서울**(강남)**을 **(다)**라 **바(사)**")


def test_같은_글은_늘_같은_html이다():
    markdown = "## 신청\n\n| 가 | 나 |\n|---|---|\n| 1 | 2 |\n\n## 신청"

    assert render(markdown) == render(markdown)


def test_전화_칸에서는_짧은_번호도_누를_수_있다():
    assert linked("120", phone=True) == '<a href="tel:120">120</a>'
    assert linked("120") == "120"
    assert linked("02-120, 1330 (국번없이 120)", phone=True) == (
        '<a href="tel:02-120">02-120</a>, <a href="tel:1330">1330</a> (<a href="tel:120">국번없이 120</a>)'
    )


def test_꾸밈_없는_글은_이스케이프하고_줄을_지킨다():
    assert linked("<b>만 원</b>\n*온라인*") == "&lt;b&gt;만 원&lt;/b&gt;<br>*온라인*"


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVa\nScript:1",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "data:,x",
        "",
        ":",
        "a.html",
    ],
)
def test_갈_수_없는_주소(url):
    assert safe_href(url) == ""


@pytest.mark.parametrize(
    "url", ["https://www.seoul.go.kr/%EA%B0%80", "tel:02-120", "mailto:a@b.kr", "/faq/k1", "#s-신청"]
)
def test_갈_수_있는_주소(url):
    assert safe_href(url) == url


def test_전화_주소에는_번호만_들어간다():
    assert tel("02)2133-7900 (민원)") == "tel:02-2133-7900"


def test_눈에_보이는_글만_뽑는다():
    html = render("**가(나)**는 `코드`\n\n- 하나 & 둘\n- 셋\n\n| 라 | 마 |\n|---|---|\n| 바 | 사 |")

    assert plain(html) == "가(나)는 코드 하나 & 둘 셋 라 마 바 사"


@pytest.mark.parametrize(
    ("주소", "나가는_것"),
    [
        ("http://www.동네.kr/안내?q=a%20b", "http://www.xn--950b94c.kr/%EC%95%88%EB%82%B4?q=a%20b"),
        (
            "https://example.kr/가?나=다&라=1#마",
            "https://example.kr/%EA%B0%80?%EB%82%98=%EB%8B%A4&%EB%9D%BC=1#%EB%A7%88",
        ),
        ("https://example.kr/~a'b(c)[d]!", "https://example.kr/~a'b(c)[d]!"),
        ("javascript:alert('가')", ""),
    ],
)
def test_나가는_주소는_로마자뿐이다(주소, 나가는_것):
    assert safe_href(주소) == 나가는_것
