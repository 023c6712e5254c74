"""사이트맵: 규약의 모양이고, 실린 주소는 모두 색인될 수 있는 바로 그 쪽이며, 날짜는 내용을 고친 때다 (PUBLISHING 1.1, 1.2, 1.4)."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from lxml import etree

from app.public import create_public_app
from tests.build.data.conftest import 누리집, 설정
from tests.conftest import 여권

이름 = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
규약 = etree.XMLSchema(etree.parse(str(Path(__file__).with_name("sitemaps.xsd"))))
십_메가바이트 = 10_000_000
"""네이버가 읽는 크기."""


class 로봇:
    """사이트맵을 따라 누리집을 도는 로봇."""

    def __init__(self, site):
        self.client = create_public_app(site).test_client()

    def 연다(self, url):
        return self.client.get(url.removeprefix(설정.base_url))

    def 사이트맵(self, path):
        """(주소, 날짜)들. 규약에 맞지 않으면 실패한다."""
        response = self.연다(path)
        assert response.status_code == 200
        assert len(response.data) < 십_메가바이트
        root = etree.fromstring(response.data)
        규약.assertValid(root)
        return [(node.findtext("s:loc", namespaces=이름), node.findtext("s:lastmod", namespaces=이름)) for node in root]

    def 모두(self):
        return {loc: when for part, _ in self.사이트맵("/sitemap.xml") for loc, when in self.사이트맵(part)}


@pytest.fixture(scope="module")
def 봇(작은_누리집):
    return 로봇(작은_누리집)


def test_모든_공개_안내가_꼭_한_번_실리고_초안과_내린_안내는_없다(봇, 작은_누리집):
    실린_것 = [loc for part, _ in 봇.사이트맵("/sitemap.xml") for loc, _ in 봇.사이트맵(part)]

    assert len(실린_것) == len(set(실린_것))
    assert {loc for loc in 실린_것 if "/faq/" in loc} == {
        f"https://120.example.kr/faq/{id}" for id in 작은_누리집.entries
    }
    assert not [loc for loc in 실린_것 if "/gone/" in loc or "." in loc.rpartition("/")[2] or "/search" in loc]


def test_실린_주소는_모두_열리고_색인될_수_있고_제가_원래_쪽이다(봇):
    for loc in 봇.모두():
        쪽 = 봇.연다(loc)
        글 = BeautifulSoup(쪽.text, "html.parser")
        assert (쪽.status_code, 쪽.headers.get("X-Robots-Tag")) == (200, None)
        assert 글.find("meta", attrs={"name": "robots"}) is None
        assert 글.find("link", rel="canonical")["href"] == loc


def test_안내의_날짜는_글을_고친_때이고_앞날이_아니다(봇, 작은_누리집):
    for loc, when in 봇.모두().items():
        if "/faq/" in loc:
            assert when == 작은_누리집.entries[loc.rpartition("/")[2]].updated.isoformat()
        assert when is None or datetime.fromisoformat(when) <= datetime.now(UTC)


def test_묶음의_날짜는_거기_실린_것_가운데_가장_늦은_때다(봇):
    for part, when in 봇.사이트맵("/sitemap.xml"):
        늦은_때 = max((one for _, one in 봇.사이트맵(part) if one), default=None)
        assert when == 늦은_때 or part.endswith("hubs.xml")


def test_글을_고치면_그_안내와_그것이_보이는_목록의_날짜만_바뀐다(봇, 작은_누리집):
    고친_때 = datetime.fromisoformat("2026-11-23T10:00:00+09:00")
    고친_것 = 로봇(작은_누리집.after([replace(여권, body="고친 글입니다.\n", updated=고친_때)], head="")).모두()

    바뀐_것 = {loc for loc, when in 봇.모두().items() if 고친_것[loc] != when}
    assert "https://120.example.kr/faq/k1" in 바뀐_것
    assert "https://120.example.kr/topic/minwon" in 바뀐_것
    assert not 바뀐_것 & {
        "https://120.example.kr/faq/f12",
        "https://120.example.kr/faq/p3",
        "https://120.example.kr/topic/gyotong",
    }


def test_안내가_많으면_나누어_싣고_어느_장도_한도를_넘지_않는다():
    봇 = 로봇(누리집(replace(여권, id=f"k{n}", title=f"안내 {n}") for n in range(1, 2502)))

    장들 = [part for part, _ in 봇.사이트맵("/sitemap.xml") if "/sitemaps/minwon" in part]
    assert len(장들) == 3
    assert sum(len(봇.사이트맵(part)) for part in 장들) == 2501


def test_규약에_어긋난_것은_알아본다():
    어긋남 = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://a.example/</loc><lastmod>2026-11-24</lastmod></url></urlset>"

    assert not 규약.validate(etree.fromstring(어긋남))
