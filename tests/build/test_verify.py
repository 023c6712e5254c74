"""교체하기 전에 살핀다: 흠이 있으면 어느 쪽의 무엇인지 말하고, 아무것도 바꾸지 않는다."""

import pytest
from flask import Response

from build import PublishFailed


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
