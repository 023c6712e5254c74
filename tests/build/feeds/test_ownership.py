"""검색 포털에 주인임을 보이는 값: 모양이 맞는 것만, 정해진 자리에만 적는다 (PUBLISHING 1.2, 1.3, 1.4)."""

from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from protego import Protego

from app.public import SiteSettings, create_public_app
from app.public.ownership import Ownership
from kb.errors import BadSetting
from tests.build.data.conftest import 누리집, 안내들

값들 = {
    "OPEN120_NAVER_VERIFICATION": "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
    "OPEN120_GOOGLE_VERIFICATION": "AbC_dEf-0123456789abcdefghijklmnopqrstuvwxy",
    "OPEN120_DAUM_PIN": "#DaumWebMasterTool:0f1e2d3c4b5a69788796a5b4c3d2e1f0:Zm9vYmFyYmF6cXV4MDE=",
    "OPEN120_INDEXNOW_KEY": "0123456789abcdef",
}
로봇들 = (
    "Googlebot", "Yeti", "Daum", "Daumoa", "Bingbot", "OAI-SearchBot", "GPTBot", "ClaudeBot", "Claude-SearchBot",
    "PerplexityBot", "CCBot", "Google-Extended",
)  # fmt: skip
길들 = (
    "/",
    "/faq/k1",
    "/faq/k1.md",
    "/topic/minwon",
    "/search?q=a",
    "/data",
    "/rss.xml",
    "/openapi/json/a",
    "/correct/k1",
)


def 손님(ownership):
    site = 누리집(안내들)
    settings = SiteSettings(base_url="https://120.example.kr", ownership=ownership)
    return create_public_app(replace(site, settings=settings)).test_client()


@pytest.mark.parametrize("ownership", [Ownership(), Ownership.of(값들)])
def test_robots는_묶음_하나로_모든_로봇에게_모든_길을_연다(ownership):
    response = 손님(ownership).get("/robots.txt")
    robots = Protego.parse(response.text)

    assert response.mimetype == "text/plain"
    assert len(response.data) < 500 * 1024
    assert response.text.count("User-agent:") == 1
    assert all(robots.can_fetch(path, bot) for bot in 로봇들 for path in 길들)
    assert list(robots.sitemaps) == ["https://120.example.kr/sitemap.xml"]


def test_다음의_PIN은_제_줄에_그대로_있다():
    줄들 = 손님(Ownership.of(값들)).get("/robots.txt").text.splitlines()

    assert 줄들[0] == 값들["OPEN120_DAUM_PIN"]
    assert 줄들[0].isascii()
    assert "Daum" not in 손님(Ownership()).get("/robots.txt").text


def test_네이버와_구글의_확인_값은_첫_화면에만_있다():
    client = 손님(Ownership.of(값들))

    def 확인(path):
        쪽 = BeautifulSoup(client.get(path).text, "html.parser")
        return [
            (meta["name"], meta["content"])
            for meta in 쪽.head.find_all("meta")
            if "verification" in meta.get("name", "")
        ]

    assert 확인("/") == [
        ("naver-site-verification", 값들["OPEN120_NAVER_VERIFICATION"]),
        ("google-site-verification", 값들["OPEN120_GOOGLE_VERIFICATION"]),
    ]
    assert 확인("/faq/k1") == 확인("/about") == []


def test_설정이_없으면_아무_데도_적히지_않는다():
    assert Ownership.of({}) == Ownership()
    assert "verification" not in 손님(Ownership()).get("/").text


@pytest.mark.parametrize("이름", 값들)
@pytest.mark.parametrize(
    "값", ['"><script>alert(1)</script>', "짧음", "a\nDisallow: /", "x" * 500, "a b c d e f g h i j k"]
)
def test_모양이_다른_값은_받지_않고_어느_설정인지_말한다(이름, 값):
    with pytest.raises(BadSetting, match=이름):
        Ownership.of({**값들, 이름: 값})
