"""RSS와 Atom: 새로 고친 안내의 본문 전체와, 없어진 안내 (PUBLISHING 1.2, 5)."""

import datetime as dt
import re
from dataclasses import replace

import feedparser
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from lxml import etree

from app.public import create_public_app
from build.data.tables import moved
from build.feeds import rss as rss_module
from build.feeds.atom import atom
from build.feeds.items import fingerprint, item, newest
from build.feeds.rss import rss
from kb.entry import SEOUL, Status
from kb.render import plain, render
from tests.build.data.conftest import 누리집, 안내들, 여러_안내
from tests.build.data.test_edition import XSS
from tests.conftest import 여권

이름 = {"a": "http://www.w3.org/2005/Atom", "at": "http://purl.org/atompub/tombstones/1.0"}


def 꼭지들(site, most=200):
    return [item(site, entry) for entry in newest(site.entries.values(), most)]


def RSS(site):
    return rss(site, 꼭지들(site), path="/rss.xml", title="오픈 120", about="새로 고친 안내", page="/")


def Atom(site):
    return atom(site, 꼭지들(site), sorted(moved(site), key=lambda gone: gone.when, reverse=True), path="/atom.xml")


@pytest.fixture(scope="module")
def 많은_누리집():
    """고친 때가 다른 안내 300개."""
    처음 = dt.datetime(2026, 1, 1, tzinfo=SEOUL)
    return 누리집(
        replace(여권, id=f"k{n}", title=f"안내 {n}", updated=처음 + dt.timedelta(hours=(n * 7) % 300))
        for n in range(1, 301)
    )


def test_RSS에는_새로_고친_안내_200개가_늦은_것부터_있다(많은_누리집):
    feed = feedparser.parse(RSS(많은_누리집))

    assert not feed.bozo
    assert (feed.version, feed.feed.language) == ("rss20", "ko")
    assert len(feed.entries) == 200
    때 = [entry.published_parsed for entry in feed.entries]
    assert 때 == sorted(때, reverse=True)
    assert feed.entries[0].published_parsed[:4] == (2026, 1, 13, 2)  # 11시는 세계시로 2시다


@pytest.mark.parametrize("만들기", [RSS, Atom])
def test_꼭지마다_본문_전체와_사실이_있고_링크는_모두_절대_주소다(만들기):
    본문 = "먼저 [분실 신고](/faq/f12)를 합니다.\n\n## 다음\n\n[위로](#s-다음), [서울시](https://www.seoul.go.kr)\n\n- 강남 1\n"
    site = 누리집([replace(여권, body=본문), *안내들[1:]])

    꼭지 = next(
        entry for entry in feedparser.parse(만들기(site), sanitize_html=False).entries if entry.link.endswith("/k1")
    )
    html = 꼭지.content[0].value if "content" in 꼭지 else 꼭지.summary

    글 = BeautifulSoup(html, "html.parser")
    그린_것 = render(본문)
    첫_문단 = 그린_것.index("</p>") + len("</p>")
    사실들 = "신청방법 구청 여권 창구에 직접 갑니다. 수수료 5만 원"
    기대 = (plain(그린_것[:첫_문단]), 사실들, plain(그린_것[첫_문단:]))
    assert "".join(글.get_text().split()) == "".join("".join(기대).split())
    assert [a["href"] for a in 글.find_all("a")] == [
        "https://120.example.kr/faq/f12", "https://120.example.kr/faq/k1#s-%EB%8B%A4%EC%9D%8C", "https://www.seoul.go.kr",
    ]  # fmt: skip


def test_본문이_가리키던_안내가_없어졌으면_옮긴_곳으로_가고_없앴으면_글만_남는다():
    site = 누리집([replace(여권, body="[옛것](/faq/k5)과 [없앤 것](/faq/k4)\n"), *안내들[1:]])

    [꼭지] = [one for one in 꼭지들(site) if one.id == "k1"]

    assert '<a href="https://120.example.kr/faq/k1">옛것</a>' in 꼭지.html
    assert "없앤 것" in 꼭지.html
    assert "/faq/k4" not in 꼭지.html


def test_꼭지의_답은_쪽에_보이는_답과_같다(작은_누리집):
    손님 = create_public_app(작은_누리집).test_client()

    for one in 꼭지들(작은_누리집):
        쪽 = BeautifulSoup(손님.get(f"/faq/{one.id}").text, "html.parser")
        보이는_것 = "".join(글.get_text() for 글 in 쪽.select("article .answer"))
        for 문단 in BeautifulSoup(one.html, "html.parser").find_all(["p", "li", "td"]):
            assert 문단.get_text() in 보이는_것


def test_RSS가_너무_크면_오래된_꼭지부터_빠진다(monkeypatch):
    assert rss_module.LARGEST < 10_000_000
    monkeypatch.setattr(rss_module, "LARGEST", 60_000)
    site = 누리집(replace(여권, id=f"k{n}", body="긴 글입니다. " * 50 + f"{n}\n") for n in range(1, 101))

    글 = RSS(site)

    feed = feedparser.parse(글)
    assert not feed.bozo
    assert 50_000 < len(글) <= 60_000
    assert [entry.link.rpartition("/")[2] for entry in feed.entries] == [
        f"k{n}" for n in range(1, len(feed.entries) + 1)
    ]


def test_RSS와_Atom의_주소는_제_주소를_말한다(작은_누리집):
    rss_feed, atom_feed = feedparser.parse(RSS(작은_누리집)).feed, feedparser.parse(Atom(작은_누리집)).feed

    assert [link.href for link in rss_feed.links if link.rel == "self"] == ["https://120.example.kr/rss.xml"]
    assert [link.href for link in atom_feed.links if link.rel == "self"] == ["https://120.example.kr/atom.xml"]
    assert atom_feed.id == "https://120.example.kr/"
    assert atom_feed.updated == "2026-11-20T09:30:15+09:00"
    assert atom_feed.author == "오픈 120"


def test_Atom에는_없어진_안내마다_묘비가_있고_그_글은_없다(작은_누리집):
    글 = Atom(작은_누리집)
    root = etree.fromstring(글)

    묘비들 = {
        tomb.get("ref"): (tomb.get("when"), tomb.findtext("at:comment", namespaces=이름), [a.get("href") for a in tomb.findall("a:link", 이름)])
        for tomb in root.findall("at:deleted-entry", 이름)
    }  # fmt: skip
    assert 묘비들["https://120.example.kr/faq/k6"] == (
        "2026-11-20T09:30:15+09:00", "다른 안내로 합쳤습니다.", ["https://120.example.kr/faq/k1"],
    )  # fmt: skip
    assert 묘비들["https://120.example.kr/faq/k4"] == ("2026-11-01T09:00:00+09:00", "이제 없는 안내입니다.", [])
    assert len(묘비들) == 5
    assert not {entry.findtext("a:id", namespaces=이름) for entry in root.findall("a:entry", 이름)} & set(묘비들)
    for 말 in ("없어진 제도의 제목", "없앤 본문", "초안", "옮긴 안내의 제목"):
        assert 말 not in 글.decode()


@settings(max_examples=40, deadline=None)
@given(여러_안내)
def test_어떤_글이_들어도_잘_짜인_XML이고_제목이_남는다(entries):
    site = 누리집([replace(entry, updated=여권.updated) for entry in entries])

    for 글 in (RSS(site), Atom(site)):
        root = etree.fromstring(글)
        제목들 = [node.text for node in root.iter() if etree.QName(node).localname == "title"][1:]
        assert 제목들 == [one.title for one in 꼭지들(site)]


@pytest.mark.parametrize("만들기", [RSS, Atom])
def test_나쁜_글은_글로만_나간다(만들기):
    site = 누리집(
        replace(여권, id=f"k{n}", title=f"{text.strip()} 제목", facts={"수수료": text}, body=f"{text}\n\n{text}\n")
        for n, text in enumerate(XSS, start=1)
    )

    feed = feedparser.parse(만들기(site), sanitize_html=False)
    assert not feed.bozo
    assert len(feed.entries) == len(XSS)
    for entry in feed.entries:
        글 = BeautifulSoup(entry.content[0].value if "content" in entry else entry.summary, "html.parser")
        assert not 글.find_all(["script", "img", "iframe", "svg", "style"])
        assert not [a for node in 글.find_all(True) for a in node.attrs if a.startswith("on")]
        assert not [a["href"] for a in 글.find_all("a") if not re.match(r"https?://|tel:", a["href"])]


def test_안내가_하나도_없어도_읽을_수_있다():
    assert not feedparser.parse(RSS(누리집([]))).bozo
    assert not feedparser.parse(Atom(누리집([]))).bozo


@pytest.mark.parametrize(
    ("바뀐_것", "다르다"),
    [
        (replace(여권, body="새 글.\n"), True),
        (replace(여권, id="k4", status=Status.DRAFT), False),
        (replace(안내들[2], body="버스 글.\n"), False),
    ],
)
def test_싣는_안내가_바뀔_때만_지문이_바뀐다(작은_누리집, 바뀐_것, 다르다):
    새_누리집 = 작은_누리집.after([바뀐_것], head="")

    assert (
        fingerprint(작은_누리집, [작은_누리집.entries["k1"]]) != fingerprint(새_누리집, [새_누리집.entries["k1"]])
    ) is 다르다


def test_가리키던_안내가_없어지면_지문이_바뀐다():
    site = 누리집([replace(여권, body="[분실](/faq/f12)\n"), *안내들[1:]])
    새_누리집 = site.after([replace(안내들[1], status=Status.RETIRED, gone=True)], head="")

    assert fingerprint(site, [site.entries["k1"]]) != fingerprint(새_누리집, [새_누리집.entries["k1"]])
