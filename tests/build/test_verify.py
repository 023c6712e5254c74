"""교체하기 전에 살핀다: 흠이 있으면 어느 쪽의 무엇인지 말하고, 아무것도 바꾸지 않는다."""

import random
from dataclasses import replace

import pytest
from flask import Response

from build import Publisher, PublishFailed
from build.verify import Addresses, Glance, look_at


@pytest.mark.parametrize(
    ("본문", "까닭"),
    [
        ('<a href="/faq/c99">없는 안내</a>', "‘/faq/c1’ 쪽의 링크 ‘/faq/c99’가 어디에도 이르지 않습니다"),
        ('<a href="c99">이웃</a>', "링크 ‘c99’가 어디에도"),
        ('<a href="/faq/c2.html">두 번째 주소</a>', "링크 ‘/faq/c2.html’가"),
        ('<a href="/searching">비슷한 이름</a>', "링크 ‘/searching’가"),
        ('<a href="https://120.example.kr/faq/c99">우리 누리집</a>', "링크 ‘https://120.example.kr/faq/c99’가"),
        ('<img src="/static/없음.png" alt="">', "링크 ‘/static/없음.png’가"),
        ('<form action="/find"></form>', "링크 ‘/find’가"),
        ('<a href="javascript:alert(1)">누르세요</a>', "링크 ‘javascript:alert"),
        ('<a href="//example.com/">밖</a>', "링크 ‘//example.com/’가"),
        ("<script>alert(1)</script>", "‘/faq/c1’ 쪽의 script 요소에"),
        ('<p onclick="alert(1)">글</p>', "‘/faq/c1’ 쪽의 p 요소에"),
        ('<p style="color: red">글</p>', "‘/faq/c1’ 쪽의 p 요소에"),
        ("<style>p { color: red }</style>", "‘/faq/c1’ 쪽의 style 요소에"),
        ('<script src="https://example.com/a.js"></script>', "남의 누리집에서 ‘https://example.com/a.js’를"),
        ('<img src="http://example.com/a.png" alt="">', "남의 누리집에서 ‘http://example.com/a.png’를"),
        ('<link rel="stylesheet" href="https://example.com/a.css">', "남의 누리집에서 ‘https://example.com/a.css’를"),
        ('<form action="https://example.com/"></form>', "그리로 보냅니다"),
        ('<iframe src="/faq/c2"></iframe>', "내보내지 않는 것이 있습니다: iframe"),
        ('<img srcset="https://example.com/a.png 2x" alt="">', "내보내지 않는 것이 있습니다: img"),
        ('<meta http-equiv="refresh" content="0">', "내보내지 않는 것이 있습니다: meta"),
    ],
)
def test_흠이_있는_쪽은_게시하지_않는다(누리집, 본문, 까닭):
    처음 = 누리집.publish(base_url="https://120.example.kr")
    옛것 = 누리집.tree()

    누리집.entries["c1"] = ("여권을 잃어버렸어요.", 본문)
    with pytest.raises(PublishFailed) as 실패:
        누리집.publish(base_url="https://120.example.kr")

    assert 까닭 in str(실패.value)
    assert "지금 사이트는 그대로입니다." in str(실패.value)
    assert 누리집.tree() == 옛것
    assert 누리집.releases() == [처음.release]


@pytest.mark.parametrize(
    "본문",
    [
        '<a href="/faq/c2">안내</a><a href="c2">이웃</a><a href="/faq/c2#fee">조각</a><a href="#top">위로</a>',
        '<a href="/search?q=여권">찾기</a><a href="/correct/c1?v=ab">오류 신고</a><a href="/desk/login">편집실</a>',
        '<a href="https://www.seoul.go.kr/">밖</a><a href="tel:02-120">전화</a><a href="mailto:a@seoul.go.kr">편지</a>',
        '<a href="https://120.example.kr/faq/c2">우리</a><a href="https://120.example.kr">처음</a>',
        '<a href="https://120.example.kr.example.com/faq/c99">이름만 비슷한 남</a>',
        '<script type="application/ld+json">{"name": "안내"}</script><script src="/static/site.css"></script>',
        "<p>본문에 적힌 onclick=, style=, &lt;script&gt;는 글일 뿐이다.</p>",
    ],
)
def test_멀쩡한_링크와_글은_막지_않는다(누리집, 본문):
    누리집.entries["c1"] = ("여권을 잃어버렸어요.", 본문)

    assert 누리집.publish(base_url="https://120.example.kr").pages == 5


def test_살아_있는_화면의_앞머리는_설정이다(누리집):
    누리집.entries["c1"] = ("여권", '<a href="/mypage/1">내 화면</a>')

    with pytest.raises(PublishFailed, match="/mypage/1"):
        누리집.publish()
    assert 누리집.publish(live=["/search", "/correct/", "/mypage/"]).pages == 5


def test_살아_있는_화면을_줄이면_바뀌지_않은_쪽의_링크도_다시_살핀다(누리집):
    누리집.publish()

    with pytest.raises(PublishFailed, match="‘/correct/c1"):
        누리집.publish(live=["/search"])


def test_바뀌지_않은_쪽이_사라진_쪽을_가리키면_게시하지_않는다(누리집):
    누리집.publish()
    옛것 = 누리집.tree()

    del 누리집.entries["c1"]
    with pytest.raises(PublishFailed, match="‘/faq/c2’ 쪽의 링크 ‘/faq/c1’가 어디에도 이르지 않습니다"):
        누리집.publish()
    assert 누리집.tree() == 옛것


def test_빈_제목과_한국어가_아닌_쪽은_게시하지_않는다(누리집):
    누리집.entries["c1"] = (" ", "")
    with pytest.raises(PublishFailed, match="‘/faq/c1’ 쪽에 제목"):
        누리집.publish()

    누리집.entries["c1"] = ("여권", "")
    누리집.routes = lambda bp: bp.add_url_rule(
        "/about", "about", lambda: "<!doctype html><html><head><title>소개</title></head></html>"
    )
    누리집.extra = {"/about": "1"}
    with pytest.raises(PublishFailed, match='‘/about’ 쪽의 html에 lang="ko"가 없습니다'):
        누리집.publish()


def test_문제가_많으면_다섯만_보이고_나머지는_수를_말한다(누리집):
    links = "".join(f'<a href="/faq/k{n}0">없음</a>' for n in range(10, 18))
    누리집.entries["c1"] = ("여권", links)

    with pytest.raises(PublishFailed) as 실패:
        누리집.publish()
    assert str(실패.value).count("이르지 않습니다") == 5
    assert "(그 밖에 3건)" in str(실패.value)


def test_빈_쪽은_게시하지_않는다(누리집):
    누리집.routes = lambda bp: bp.add_url_rule("/about", "about", lambda: "")
    누리집.extra = {"/about": "1"}

    with pytest.raises(PublishFailed, match="‘/about’ 쪽이 비어 있습니다"):
        누리집.publish()


def test_목록에_아무_쪽도_없는_공개_화면이_있으면_게시하지_않는다(누리집):
    누리집.routes = lambda bp: bp.add_url_rule("/hub/<id>", "hub", lambda id: id)

    with pytest.raises(PublishFailed, match=r"공개 화면 ‘public\.hub’의 쪽이 게시 목록에 하나도 없습니다"):
        누리집.publish()


def test_목록에만_있고_앱에_없는_주소는_게시하지_않는다(누리집):
    누리집.extra = {"/faq/c404": "1"}

    with pytest.raises(PublishFailed, match=r"‘/faq/c404’ 쪽을 만들지 못했습니다.*404"):
        누리집.publish()


def test_다른_주소로_보내는_쪽은_게시하지_않는다(누리집):
    누리집.routes = lambda bp: bp.add_url_rule("/old", "old", lambda: Response(status=301, headers={"Location": "/"}))
    누리집.extra = {"/old": "1"}

    with pytest.raises(PublishFailed, match=r"‘/old’ 쪽을 만들지 못했습니다.*301"):
        누리집.publish()


def test_형식이_파일_이름과_다른_쪽은_게시하지_않는다(누리집):
    누리집.routes = lambda bp: bp.add_url_rule("/a.txt", "a", lambda: Response("{}", mimetype="application/json"))
    누리집.extra = {"/a.txt": "1"}

    with pytest.raises(PublishFailed, match=r"‘/a.txt’ 쪽을 만들지 못했습니다"):
        누리집.publish()


def test_두_주소가_한_파일에_놓이면_게시하지_않는다(누리집):
    누리집.extra = {"/faq/c1.html": "1"}

    with pytest.raises(PublishFailed, match="같은 파일에 놓입니다"):
        누리집.publish()


# --- 훑어보는 눈은 온전히 읽는 눈과 같은 것을 본다 ------------------------------------------------------------------

쪽 = """<!doctype html>
<html lang="ko">
<head>
<title>여권</title>
<link rel="stylesheet" href="/static/site.css">
<script type="application/ld+json">{{"text": "{자료}"}}</script>
</head>
<body>
<main>
{본문}
</main>
<script src="/static/a.js" defer></script>
</body>
</html>
"""
조각들 = [
    *(
        "글",
        "글 on 글",
        "onclick",
        "=",
        "='",
        "'",
        '"',
        ">",
        "<",
        "\n",
        " ",
        "=alert(1)",
        "href",
        "style",
        "/faq/c1",
        "<!--",
    ),
    *(
        "<p>글</p>",
        '<a href="/faq/c1">안내</a>',
        '<a href="/faq/c9">없음</a>',
        '<a href="c1">이웃</a>',
        '<a href="#a">',
    ),
    *(
        '<p onclick="a()">',
        "<p\nonclick\n=a()>",
        '<p title="a"onclick=a()>',
        "<img/onerror=a()>",
        "<p ONCLICK = 'a()'>",
    ),
    *(
        "<a HREF='/faq/c9'>",
        "<a href=/faq/c9>",
        '<a\nhref\n="/faq/c9">',
        '<a href="java\nscript:a()">',
        '<a/href="//a.kr">',
    ),
    *(
        '<p style="a">',
        "<p\tstyle=a>",
        "<STYLE>a</STYLE>",
        "<script>a()</script>",
        "<SCRIPT >a()</script>",
        "<script type=module>",
    ),
    *('<script src="https://a.kr/a.js"></script>', '<img src="/static/a.png">', '<img src="https://a.kr/a.png">'),
    *('<link rel="stylesheet" href="https://a.kr/">', '<link rel="alternate stylesheet" href="https://a.kr/">'),
    *(
        '<link rel="canonical" href="https://a.kr/">',
        '<link href="https://a.kr/" rel="icon">',
        "<base href='https://a.kr/'>",
    ),
    *(
        '<form action="https://a.kr/">',
        '<button formaction="https://a.kr/">',
        "<iframe src=/faq/c1>",
        "<object data=//a.kr>",
    ),
    *(
        "<p title='",
        "<p title='",
        '<p title="',
        "' onclick=a() '",
        '<svg><set attributeName="href" to="javascript:a()">',
    ),
    *(
        '<img srcset="https://a.kr/a 2x">',
        "<body background=//a.kr>",
        '<a ping="//a.kr" href="/faq/c1">',
        "&lt;script&gt;",
    ),
]


def test_훑어본_것과_온전히_읽은_것이_같다():
    """흠이 있는 쪽을 훑어보는 눈이 놓치지 않는다: 조각을 아무렇게나 이어 붙인 쪽 6,000개를 같은 눈으로 잇달아 본다."""
    주소 = Addresses(pages={"/", "/faq/c1", "/static/site.css", "/static/a.js", "/static/a.png"}, live=("/search",))
    훑는_눈, 주사위, 훑은_수 = Glance(주소), random.Random(5), 0
    for _ in range(6_000):
        본문 = "\n".join(
            "".join(주사위.choices(조각들, k=주사위.choice((0, 1, 1, 2, 3)))) for _ in range(주사위.choice((1, 2)))
        )
        자료 = "".join(주사위.choices(조각들[:17], k=주사위.choice((0, 1, 2)))).replace("<", "").replace("\n", "")
        html = 쪽.format(본문=본문, 자료=자료).encode()

        본_것, 다_본_것 = 훑는_눈(html, url="/faq/c1"), look_at(html, url="/faq/c1", addresses=주소)

        훑은_수 += 훑는_눈._glance(html, "/faq/c1") is not None
        assert 본_것.problems == 다_본_것.problems, html
        assert set(본_것.unknown) >= set(다_본_것.unknown), html  # 글에 적힌 모양까지 의심하면 더 볼 뿐이다
        assert set(본_것.links) >= set(다_본_것.links), html
    assert 훑은_수 > 1_000


def test_글에_적힌_링크_모양은_링크가_아니다(누리집):
    누리집.entries["c1"] = ("여권", '<p>이렇게 적습니다: a href="/nowhere"</p>')

    assert 누리집.publish().pages == 5


def test_가져온_파일의_크기가_다르면_게시하지_않는다(누리집):
    누리집.entries |= {f"c{n}": (f"안내 {n}", "<p>답</p>") for n in range(10, 260)}
    볼_것 = {*누리집.gather().keys} - {"/faq/k3"}
    publisher = Publisher(lambda: replace(누리집.gather(), touched=lambda _: 볼_것), site=누리집.site, workers=1)
    처음 = publisher.publish()
    (누리집.site / "current/faq/k3.html").write_text("끝이 잘린 파일", "utf-8")
    누리집.entries |= {f"c{n}": (f"고친 안내 {n}", "<p>답</p>") for n in range(10, 260)}

    with pytest.raises(PublishFailed, match=r"‘faq/k3\.html’ 파일이 온전히 만들어지지 않았습니다"):
        publisher.publish()
    assert 누리집.releases() == [처음.release]
