"""공개 누리집: 누구나 읽는 쪽들. 얼려서 게시할 수 있고, 로그인도 데이터베이스도 없다."""

import json
import re
import warnings
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import render_template_string
from flask_frozen import Freezer, MissingURLGeneratorWarning
from lxml import etree
from wtforms import BooleanField, Form, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired

from app.public import SiteSettings, create_public_app, page_key, public_urls, site_of
from app.public.pages import STATIC
from app.public.site import shortened
from build.release import file_of
from kb.entry import SEOUL, Entry, Source, Status, Valid
from kb.store import Change, EntryStore
from tests.conftest import TOPICS, 여권

설정 = SiteSettings(base_url="https://open120.example")
LOC = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}

나쁜_글 = [
    "<script>alert(1)</script>",
    '<img src="x" onerror="alert(1)">',
    "[눌러](javascript:alert(1))",
    "[눌러](data:text/html;base64,PHNjcmlwdD4=)",
    '<iframe src="https://evil.example"></iframe>',
    "<svg/onload=alert(1)>",
    '<style>@import "https://evil.example/x.css"</style>',
    "&lt;script&gt;alert(1)&lt;/script&gt; \\u003cscript>",
    "</script><!--<script>alert(1)</script> ]]> {{ 7*7 }} {% raw %}",
    '![그림](https://evil.example/x.png) " onfocus="alert(1)" autofocus x="',
]


처음_안내 = [
    여권,
    replace(여권, id="k2", title="여권 수수료는 얼마인가요?", tags=("여권", "수수료"), body="5만 원입니다.\n"),
    replace(여권, id="k3", title="아직 쓰는 중인 안내", status=Status.DRAFT),
    replace(여권, id="k4", title="없어진 제도는 어떻게 되나요?", status=Status.RETIRED, gone=True),
    replace(여권, id="k5", title="옮긴 안내", status=Status.RETIRED, redirect_to="k1"),
    replace(
        여권,
        id="k6",
        title="버스에 물건을 두고 내렸어요.",
        topic="교통",
        tags=("분실",),
        facts={},
        phone="120",
        body="",
    ),
]


def 항목(**changes: Any) -> Entry:
    """여권 항목에서 필요한 것만 바꾼 항목."""
    return replace(여권, **changes)


def 쓰기(root: Path, *entries: Entry) -> EntryStore:
    """내용 폴더의 파일을 쓴다(주제가 바뀌면 옛 파일을 지운다). 공개 앱은 읽기만 하므로 git이 없어도 된다."""
    root.mkdir(exist_ok=True)
    (root / "topics.yml").write_text(TOPICS, "utf-8")
    store = EntryStore(root)
    for entry in entries:
        for old in root.glob(f"entries/*/{entry.id}.md"):
            old.unlink()
        file = root / store.path_for(entry)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(entry.to_text(), "utf-8")
    return store


@pytest.fixture(scope="module")
def 앱(tmp_path_factory):
    """처음 안내들을 보이는 공개 앱. 시험들이 함께 읽기만 한다."""
    return create_public_app(쓰기(tmp_path_factory.mktemp("public") / "content", *처음_안내), site=설정)


@pytest.fixture(scope="module")
def 손님(앱):
    return 앱.test_client()


@pytest.fixture
def 다른_앱(tmp_path):
    """처음 안내들에 몇 개를 더하거나 바꾼 앱."""
    return lambda *entries, site=설정: create_public_app(쓰기(tmp_path / "content", *처음_안내, *entries), site=site)


def 받은_글(client, url: str) -> str:
    with client.get(url) as response:
        assert response.status_code == 200, url
        return response.text if response.mimetype != "image/png" else repr(response.data)


def 쪽(손님, url: str) -> BeautifulSoup:
    return BeautifulSoup(받은_글(손님, url), "html.parser")


def is_page(url: str) -> bool:
    return "." not in url or url.endswith(".html")


def 글(element) -> str:
    return " ".join(element.get_text(" ", strip=False).split())


def 그래프(page: BeautifulSoup) -> dict[str, dict]:
    (script,) = page.find_all("script", src=False)
    assert script["type"] == "application/ld+json"
    nodes = json.loads(script.string)["@graph"]
    return {node["@type"] if isinstance(node["@type"], str) else node["@type"][-1]: node for node in nodes}


def 모든_쪽(app) -> tuple[dict[str, str], dict[str, str]]:
    """주소마다의 열쇠와 글."""
    site, client = site_of(app), app.test_client()
    urls = list(public_urls(site))
    return {url: page_key(site, url) for url in urls}, {url: 받은_글(client, url) for url in urls}


# --- 읽는 사람 -----------------------------------------------------------------------------------------------------


def test_첫_화면에서_찾거나_분야를_고른다(손님):
    page = 쪽(손님, "/")

    assert page.h1.text == "무엇이 궁금하세요?"
    assert [(form["action"], form["method"]) for form in page.find_all("form")] == [("/search", "get")]
    assert page.find("label", attrs={"for": page.find("input", attrs={"name": "q"})["id"]}).text == "찾을 말"
    assert [글(link) for link in page.select(".topics a")] == [
        "교통 1건 버스와 주차",
        "민원행정 2건 여권과 주민등록",
        "시정일반 0건 그 밖의 시정",
    ]
    assert "여권을 잃어버렸어요. 어떻게 다시 만드나요?" in 글(page.find("section", attrs={"aria-labelledby": "often"}))


def test_자주_찾는_안내는_설정에서_고를_수_있다(다른_앱):
    app = 다른_앱(site=replace(설정, often=("k6", "k3", "k999")))

    page = 쪽(app.test_client(), "/")

    assert [link["href"] for link in page.select("[aria-labelledby=often] a")] == ["/faq/k6"]


def test_최근에_고친_안내가_먼저_보인다(다른_앱):
    새것 = 항목(id="k2", title="여권 수수료가 올랐나요?", updated=datetime(2026, 11, 20, 9, 0, tzinfo=SEOUL))

    page = 쪽(다른_앱(새것).test_client(), "/")

    assert 글(page.select_one("[aria-labelledby=recent] li")) == "여권 수수료가 올랐나요? 2026. 11. 20."


def test_안내_쪽은_답부터_보인다(손님):
    page = 쪽(손님, "/faq/k1")
    order = [글(element) for element in page.select("article > *")]

    assert order[0] == "여권을 잃어버렸어요. 어떻게 다시 만드나요?"
    assert order[1] == "여권을 잃어버리면 먼저 분실 신고를 합니다."
    assert order[2] == "신청방법 구청 여권 창구에 직접 갑니다. 수수료 5만 원 문의 민원여권과 02-120"
    assert order[3] == "그다음 구청에서 다시 신청합니다. 수수료는 5만 원입니다."


def test_안내_쪽에는_출처와_고친_날과_확인한_날이_있다(다른_앱):
    app = 다른_앱(
        항목(
            source=Source(name="120 FAQ", url="https://www.seoul.go.kr/a?b=1&c=2", id="F1", date=date(2026, 3, 2), licence="KOGL-1"),
            checked=date(2026, 10, 1),
            review_by=date(2027, 4, 1),
            valid=Valid(start=date(2026, 1, 1), until=date(2026, 12, 31)),
            districts=("강남구", "서초구"),
        )
    )  # fmt: skip
    page = 쪽(app.test_client(), "/faq/k1")
    facts = {글(row.dt): 글(row.dd) for row in page.select("dl.summary > div")}

    assert facts["출처"] == "120 FAQ ( 2026. 3. 2. 기준)"
    assert facts["자료 번호"] == "F1"
    assert facts["고친 날"] == "2026. 11. 1."
    assert facts["확인한 날"] == "2026. 10. 1."
    assert facts["점검 기한"] == "2027. 4. 1."
    assert facts["이용 조건"] == "공공누리 제1유형 (출처표시)"
    assert facts["해당 지역"] == "강남구, 서초구"
    assert facts["적용 기간"] == "2026. 1. 1. 부터 2026. 12. 31. 까지"
    assert page.find("a", rel="license")["href"].startswith("https://www.kogl.or.kr/")


def test_아무도_확인하지_않은_안내는_확인이_필요하다고_밝힌다(손님):
    assert 글(쪽(손님, "/faq/k1").select_one(".tag--warn")) == "확인 필요"


def test_안내_쪽에서_전화하고_오류를_신고한다(손님):
    page = 쪽(손님, "/faq/k1")

    assert page.find("a", string="02-120")["href"] == "tel:02-120"
    assert page.find("a", string="오류 신고")["href"] == f"/correct/k1?v={여권.version}"


def test_전화_칸의_짧은_번호도_누를_수_있다(손님):
    assert 쪽(손님, "/faq/k6").select_one('dl a[href="tel:120"]').text == "120"


def test_모든_쪽의_같은_자리에서_120에_전화한다(손님, 앱):
    for url in public_urls(site_of(앱)):
        if is_page(url):
            page = 쪽(손님, url)
            assert page.select_one("main + section.help a")["href"] == "tel:02-120", url
            assert "독립 오픈소스 사이트" in 글(page.footer), url
            assert "누리집이 아닙니다" in 글(page.footer), url


def test_비슷한_안내는_같은_주제에서_태그와_제목의_말이_겹치는_것이다(손님):
    related = [link["href"] for link in 쪽(손님, "/faq/k1").select("[aria-labelledby=related] a")]

    assert related[0] == "/faq/k2"


def test_낱말이_겹치는_안내가_없어도_같은_주제에_다른_안내가_있으면_비슷한_안내가_있다(다른_앱):
    흔한 = [
        항목(id=f"c{n}", title=f"강동구 {n:03}어린이집", tags=("어린이집",), districts=("강동구",))
        for n in range(1, 81)
    ]
    홀로 = [
        항목(id="k90", title="조기폐차 지원금", tags=("경유차",)),
        항목(id="k91", title="압류된 차의 말소", tags=("폐차",)),
    ]
    손님 = 다른_앱(*흔한, *홀로).test_client()

    def 비슷한(id: str) -> list[str]:
        return [link["href"] for link in 쪽(손님, f"/faq/{id}").select("[aria-labelledby=related] a")]

    assert 비슷한("c40") == [
        f"/faq/c{n}" for n in (41, 39, 42, 38, 43)
    ]  # 모두에게 있는 낱말은 말해 주지 않아, 제목의 이웃으로
    assert 비슷한("k90")[0] == "/faq/k91"  # ‘조기폐차’와 ‘폐차’
    assert {len(비슷한(id)) for id in ("c1", "c80", "k90", "k91")} == {5}


def test_비슷한_안내는_많아야_다섯이고_본문이_가리킨_것은_뺀다(다른_앱):
    여권_안내들 = [항목(id=f"k{n}", title=f"여권 안내 {n}") for n in range(10, 20)]
    app = 다른_앱(*여권_안내들, 항목(body="먼저 신고합니다.\n\n[수수료](/faq/k10)도 보세요.\n"))

    page = 쪽(app.test_client(), "/faq/k1")

    assert [link["href"] for link in page.select("[aria-labelledby=related] a")] == [
        f"/faq/k{n}" for n in range(11, 16)
    ]


def test_주제_쪽은_쉰_개씩_제목_차례로_나눈다(다른_앱):
    손님 = 다른_앱(*(항목(id=f"c{n}", title=f"안내 {n:03}") for n in range(1, 121))).test_client()
    first, second, third = 쪽(손님, "/topic/minwon"), 쪽(손님, "/topic/minwon/2"), 쪽(손님, "/topic/minwon/3")

    titles = [글(link) for page in (first, second, third) for link in page.select("main .list a")]
    assert titles == sorted(titles)
    assert len(titles) == len(set(titles)) == 122
    assert [len(page.select("main .list a")) for page in (first, second, third)] == [50, 50, 22]
    assert [link["href"] for link in second.select(".pages a")] == [
        "/topic/minwon", "/topic/minwon", "/topic/minwon/2", "/topic/minwon/3", "/topic/minwon/3",
    ]  # fmt: skip
    assert 글(second.select_one("[aria-current=page].pages__here")) == "2 쪽"
    assert second.title.text == "민원행정 안내 2쪽 | 오픈 120"
    assert 손님.get("/topic/minwon/4").status_code == 404


def test_첫_쪽의_번호_붙은_주소는_번호_없는_주소로_간다(손님):
    response = 손님.get("/topic/minwon/1")

    assert response.status_code in (301, 308)
    assert response.location.endswith("/topic/minwon")


def test_안내가_없는_주제도_길을_알려_준다(손님):
    assert "02-120" in 글(쪽(손님, "/topic/sijeong").select_one(".empty"))


# --- 공개하지 않는 것 --------------------------------------------------------------------------------------------------


def test_초안은_없는_것과_같다(손님, 앱):
    assert 손님.get("/faq/k3").status_code == 404
    assert "/faq/k3" not in set(public_urls(site_of(앱)))
    assert all("쓰는 중" not in 받은_글(손님, url) for url in public_urls(site_of(앱)))


def test_내린_안내는_410이고_다른_길을_알려_준다(손님):
    response = 손님.get("/faq/k4")

    assert response.status_code == 410
    assert 'href="/topic/minwon"' in response.text
    assert "noindex" in response.text


def test_옮긴_안내는_새_주소로_한_번에_간다(손님):
    response = 손님.get("/faq/k5")

    assert (response.status_code, response.location) == (301, "/faq/k1")


def test_내린_안내를_가리키던_본문의_링크는_끊어지지_않는다(다른_앱):
    본문 = "[옮긴 것](/faq/k5), [내린 것](/faq/k4), [초안](/faq/k3#a), [남은 것](/faq/k2).\n"

    page = 쪽(다른_앱(항목(body=본문)).test_client(), "/faq/k1")

    links = [(글(link), link["href"]) for link in page.select(".answer a")]
    assert links == [("옮긴 것", "/faq/k1"), ("남은 것", "/faq/k2")]
    assert 글(page.select_one(".answer")) == "옮긴 것 , 내린 것, 초안, 남은 것 ."


def test_없는_주소는_404이고_찾을_길을_알려_준다(손님):
    response = 손님.get("/nowhere")

    assert response.status_code == 404
    assert 'action="/search"' in response.text
    assert 'href="/topic/gyotong"' in response.text
    assert response.text == 손님.get("/404.html").text


def test_없는_주소에_적힌_한글은_찾을_말로_채워_둔다(손님):
    page = BeautifulSoup(손님.get("/faq/k999-여권-재발급?q=<b>").text, "lxml")

    assert page.select_one("main input[name=q]")["value"] == "여권 재발급"
    assert "/faq/k1" in [link["href"] for link in page.select("main .list a")]  # 자주 찾는 안내


# --- 검색 로봇 -----------------------------------------------------------------------------------------------------


def test_머리의_차례는_정해져_있다(손님):
    head = 쪽(손님, "/faq/k1").head
    names = [
        tag.get("name") or tag.get("property") or tag.get("rel") or ("charset" if tag.get("charset") else tag.name)
        for tag in head.find_all(True)
    ]
    names = [name[0] if isinstance(name, list) else name for name in names]

    assert names == [
        "charset", "title", "viewport", "description", "canonical", "alternate", "alternate", "alternate", "describedby",
        "og:type", "og:title", "og:description", "og:url", "og:site_name", "og:locale", "og:image", "og:image:width", "og:image:height",
        "color-scheme", "icon", "search", "stylesheet", "script", "script", "script",
    ]  # fmt: skip
    assert head.title.text == "여권을 잃어버렸어요. 어떻게 다시 만드나요? | 오픈 120"
    assert head.find("link", rel="canonical")["href"] == "https://open120.example/faq/k1"


def test_설명은_여든_글자를_넘지_않고_쪽마다_다르다(다른_앱):
    같은_글 = "업무 개요. " + "남성 근로자의 육아휴직을 장려하고 양육 부담을 덜어 드립니다. " * 5
    app = 다른_앱(*(항목(id=f"c{n}", title=f"육아휴직 안내 {n}", body=같은_글) for n in (1, 2, 3)))
    pages = [
        쪽(app.test_client(), url) for url in public_urls(site_of(app)) if is_page(url) and url[1:4] in ("faq", "top")
    ]
    descriptions = [page.find("meta", attrs={"name": "description"})["content"] for page in pages]

    assert descriptions == [page.find("meta", property="og:description")["content"] for page in pages]
    assert len(set(descriptions)) == len(descriptions)
    assert all(len(text) <= 80 for text in descriptions)


def test_같은_제목이_여럿이면_구나_부서나_번호로_가른다(다른_앱):
    같은 = {"title": "대형폐기물은 어떻게 버리나요?", "department": ""}
    app = 다른_앱(
        항목(id="d1", districts=("강남구",), **같은),
        항목(id="d2", districts=("서초구",), **같은),
        항목(id="d3", **같은),
        항목(id="d4", **같은),
    )
    titles = [쪽(app.test_client(), url).title.text for url in public_urls(site_of(app)) if "." not in url]

    assert len(set(titles)) == len(titles)
    assert "대형폐기물은 어떻게 버리나요? (강남구) | 오픈 120" in titles


@pytest.mark.parametrize(
    ("처음", "보임"), [((2026, 10, 3), "2026-10-03"), ((2026, 11, 1), "2026-11-01"), ((2026, 11, 2), "")]
)
def test_처음_실은_날은_글을_고친_날보다_늦지_않을_때만_보이고_구조화_데이터와_같다(앱, 처음, 보임):
    site = site_of(앱)
    app = create_public_app(replace(site, firsts={"k1": datetime(*처음, 23, tzinfo=SEOUL)}))
    page = 쪽(app.test_client(), "/faq/k1")

    assert 그래프(page)["FAQPage"].get("datePublished", "") == 보임
    줄 = page.find("dt", string="처음 실은 날")
    assert (줄.find_next("time")["datetime"] if 줄 else "") == 보임


def test_긴_글은_낱말_사이에서_줄인다():
    assert shortened("짧은 글") == "짧은 글"
    assert shortened("가나다라 마바사아 자차카타 파하", 12) == "가나다라 마바사아…"
    assert len(shortened("가" * 200)) == 80


def test_구조화_데이터의_답은_보이는_답과_글자까지_같다(다른_앱):
    본문 = "**서울시(강남구)**는 02-120에서 받습니다.\n\n## 수수료\n\n| 구분 | 값 |\n|---|---|\n| 성인 | 5만 원 |\n\n1. 신고\n2. 재발급 <b>\n"
    page = 쪽(다른_앱(항목(body=본문)).test_client(), "/faq/k1")
    nodes = 그래프(page)

    (question,) = nodes["FAQPage"]["mainEntity"]
    for flag in page.select(".answer :is(.flag, caption)"):  # 답이 아니라 신고하는 링크와, 낭독기만 읽는 표의 이름이다
        flag.decompose()
    for inline in page.select(".answer :is(strong, a, code, em)"):
        inline.unwrap()
    page.smooth()
    assert question["acceptedAnswer"]["text"] == " ".join(글(part) for part in page.select(".answer"))
    assert question["name"] == 글(page.h1)
    assert nodes["FAQPage"]["dateModified"] == page.find("time", string="2026. 11. 1.")["datetime"]
    trail = [item["name"] for item in nodes["BreadcrumbList"]["itemListElement"]]
    assert trail == [글(item) for item in page.select(".crumbs li")]


def test_쓰지_않기로_한_구조화_데이터는_어디에도_없다(손님, 앱):
    every = "".join(받은_글(손님, url) for url in public_urls(site_of(앱)))

    for unwanted in ("QAPage", "SearchAction", "SpecialAnnouncement", "aggregateRating"):
        assert unwanted not in every
    assert every.count('"WebSite"') == every.count('"Organization"') == 1
    assert set(그래프(쪽(손님, "/"))) == {"WebSite", "Organization"}


def test_본문이_없는_안내는_답이_있다고_말하지_않는다(손님):
    assert set(그래프(쪽(손님, "/faq/k6"))) == {"WebPage", "BreadcrumbList"}


def test_주제_쪽의_목록은_보이는_목록과_같다(손님):
    page = 쪽(손님, "/topic/minwon")
    items = 그래프(page)["CollectionPage"]["mainEntity"]["itemListElement"]

    assert [(item["name"], item["url"]) for item in items] == [
        (글(link), "https://open120.example" + link["href"]) for link in page.select("main .list a")
    ]


def test_사이트맵에는_안내와_주제가_고친_시각과_함께_있다(손님, 앱):
    response = 손님.get("/sitemap.xml")
    parts = [loc.text for loc in etree.fromstring(response.data).findall("s:sitemap/s:loc", LOC)]
    assert parts == [
        f"https://open120.example/sitemaps/{name}.xml" for name in ("hubs", "gyotong", "minwon")
    ]  # 안내가 없는 주제(sijeong)에는 없다
    urls = [url for part in parts for url in etree.fromstring(손님.get(part).data).findall("s:url", LOC)]
    dates = {url.findtext("s:loc", namespaces=LOC): url.findtext("s:lastmod", namespaces=LOC) for url in urls}

    assert response.mimetype == "application/xml"
    assert dates["https://open120.example/faq/k1"] == "2026-11-01T09:00:00+09:00"
    assert dates["https://open120.example/topic/sijeong"] is None
    paths = [loc.removeprefix("https://open120.example") for loc in dates]
    assert set(paths) == {url for url in public_urls(site_of(앱)) if "." not in url and not url.startswith("/gone/")}
    for path in paths:
        page = 쪽(손님, path)
        assert page.find("link", rel="canonical")["href"] == "https://open120.example" + path
        assert page.find("meta", attrs={"name": "robots"}) is None


def test_사이트맵은_안내가_많으면_나뉘고_글_하나를_고치면_그_한_장과_목록만_바뀐다(다른_앱, monkeypatch):
    monkeypatch.setattr("app.public.pages.PER_SITEMAP", 100)
    많은_글 = [항목(id=f"c{n}", title=f"{n:03}번째 안내", body=f"{n}번째 답입니다.") for n in range(1, 251)]

    def 열쇠들(app) -> dict[str, str]:
        return {url: page_key(site_of(app), url) for url in public_urls(site_of(app)) if "sitemap" in url}

    앞 = 열쇠들(다른_앱(*많은_글))
    assert {"/sitemaps/minwon.xml", "/sitemaps/minwon-2.xml", "/sitemaps/minwon-3.xml"} <= set(앞)

    app = 다른_앱(*많은_글, replace(많은_글[149], updated=여권.updated + timedelta(days=9)))
    assert {url for url, key in 열쇠들(app).items() if 앞[url] != key} == {
        "/sitemap.xml", "/sitemaps/hubs.xml", "/sitemaps/minwon-2.xml",
    }  # fmt: skip
    assert "<lastmod>2026-11-10T09:00:00+09:00</lastmod>" in 받은_글(app.test_client(), "/sitemap.xml")


def test_robots는_모두에게_열고_사이트맵을_알린다(손님):
    response = 손님.get("/robots.txt")

    assert response.mimetype == "text/plain"
    assert response.text == "User-agent: *\nAllow: /\n\nSitemap: https://open120.example/sitemap.xml"


# --- 안전 ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("나쁜", 나쁜_글, ids=range(len(나쁜_글)))
def test_나쁜_글은_어느_칸에서도_해를_끼치지_못한다(다른_앱, 나쁜):
    app = 다른_앱(
        Entry(
            id="k1", title=나쁜, topic="민원행정", department=나쁜, phone=나쁜, districts=(나쁜,), tags=(나쁜,), facts={나쁜: 나쁜},
            source=Source(name=나쁜, url="javascript:alert(1)", id=나쁜, licence=나쁜),
            updated=datetime(2026, 11, 1, tzinfo=SEOUL), body=f"{나쁜}\n\n# {나쁜}\n",
        )
    )  # fmt: skip

    for url in public_urls(site_of(app)):
        if not is_page(url):
            continue
        page = 쪽(app.test_client(), url)
        assert not page.find(["iframe", "style", "object", "embed", "img", "base"]), url
        loaded = {script["src"] for script in page.find_all("script", src=True)}
        assert loaded <= {"/static/suggest.js", "/static/entry.js"}, url
        written = page.find_all("script", src=False)
        assert [script.get("type") for script in written] in ([], ["application/ld+json"]), url
        for tag in page.find_all(True):
            assert not [name for name in tag.attrs if name.startswith("on") or name in ("style", "autofocus")], tag
            if tag.name == "a":
                assert re.match(r"(https?://|tel:|mailto:|/(?!/)|#)", tag["href"]), tag
        for script in written:
            json.loads(script.string)


def test_모든_응답에_보안_머리말이_있다(손님, 앱):
    for url in [*public_urls(site_of(앱)), "/nowhere", "/faq/k4", "/faq/k5"]:
        with 손님.get(url) as response:
            policy = response.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert "unsafe" not in policy
            assert response.headers["X-Content-Type-Options"] == "nosniff"


def test_쪽에는_스크립트도_모양도_바깥_파일도_박혀_있지_않다(손님, 앱):
    for url in filter(is_page, public_urls(site_of(앱))):
        page = 쪽(손님, url)
        assert not page.find_all(style=True), url
        assert not page.find_all("style"), url
        assert not page.find_all("script", src=False, type=lambda kind: kind != "application/ld+json"), url
        loaded = [tag.get("src") or tag["href"] for tag in page.select("link[rel=stylesheet], link[rel=icon], [src]")]
        assert all(path.startswith("/static/") for path in loaded), url


def test_모양_파일은_20킬로바이트를_넘지_않고_밖의_것을_부르지_않는다():
    css = (STATIC / "site.css").read_text("utf-8")

    assert len(css.encode()) <= 20 * 1024
    assert not re.search(r"@import|url\(", css)


# --- 게시 ---------------------------------------------------------------------------------------------------------


def test_글을_저장하면_다음_요청부터_새_글이_보인다(저장소):
    손님 = create_public_app(저장소, site=설정).test_client()
    assert "5만 원" in 받은_글(손님, "/faq/k1")

    저장소.save(항목(facts={}, body="수수료는 5만 3천 원입니다.\n"), change=Change(role="editor", reason="오름"))

    assert "5만 3천 원" in 받은_글(손님, "/faq/k1")


def test_같은_판에서는_내용을_한_번만_읽는다(앱):
    assert site_of(앱) is site_of(앱)


def test_인스턴스를_주어도_된다(저장소):
    place = SimpleNamespace(store=lambda: 저장소)

    assert create_public_app(place, site=설정).test_client().get("/faq/k1").status_code == 200


def test_게시할_주소는_모두_200이고_링크는_모두_그_안에_있다(손님, 앱):
    urls = list(public_urls(site_of(앱)))
    live = ("/search", "/correct/", "/receipt", "/api", "/helpful/", "/thanks", "/about/corrections")

    assert len(urls) == len(set(urls))
    assert {"/", "/about", "/faq/k1", "/topic/gyotong", "/static/site.css"} < set(urls)
    assert {"/robots.txt", "/sitemap.xml", "/opensearch.xml", "/404.html"} < set(urls)
    for url in urls:
        text = 받은_글(손님, url)
        for tag in BeautifulSoup(text, "html.parser").find_all(href=re.compile("^/")) if is_page(url) else ():
            path = tag["href"].partition("#")[0]
            made = path in urls or path.endswith(("/rss.xml", "/atom.xml", "/llms.txt"))  # build.feeds가 함께 게시한다
            assert made or path.startswith(live), f"{url} → {path}"


def test_쪽마다_큰_제목은_하나이고_id는_겹치지_않는다(손님, 앱):
    for url in filter(is_page, public_urls(site_of(앱))):
        page = 쪽(손님, url)
        ids = [tag["id"] for tag in page.find_all(id=True)]
        assert len(ids) == len(set(ids)), url
        assert len(page.find_all("h1")) == 1, url
        assert all(tag["href"][1:] in ids for tag in page.find_all(href=re.compile("^#"))), url


def test_쪽의_바이트가_바뀌면_열쇠도_바뀐다(다른_앱):
    changes = [
        항목(body="먼저 신고합니다. 본문만 바꿉니다.\n"),
        항목(title="여권을 도둑맞았어요. 어떻게 하나요?"),
        항목(updated=datetime(2026, 11, 20, tzinfo=SEOUL)),
        항목(topic="교통"),
        항목(status=Status.DRAFT),
        항목(id="k7", title="여권 사진은 어떤 것이 좋은가요?", updated=datetime(2026, 11, 21, tzinfo=SEOUL)),
        항목(id="k2", title="여권을 도둑맞았어요. 어떻게 하나요?", body="[분실](/faq/k6)\n"),
        항목(id="k6", topic="교통", status=Status.RETIRED, redirect_to="k2"),
    ]
    keys, pages = 모든_쪽(다른_앱())

    for n, change in enumerate(changes):
        new_keys, new_pages = 모든_쪽(다른_앱(*changes[: n + 1]))

        moved = {url for url in keys.keys() & new_keys.keys() if pages[url] != new_pages[url]}
        assert moved or keys.keys() != new_keys.keys(), change
        assert {url for url in moved if keys[url] == new_keys[url]} == set(), change
        keys, pages = new_keys, new_pages


def test_본문만_고치면_그_쪽과_날짜를_보이는_쪽만_다시_만든다(다른_앱):
    keys, _ = 모든_쪽(다른_앱())
    same_time, _ = 모든_쪽(다른_앱(항목(body="여권을 잃어버리면 먼저 분실 신고를 합니다.\n\n새 문단입니다.\n")))
    new_time, _ = 모든_쪽(다른_앱(항목(updated=여권.updated + timedelta(days=1))))

    assert {url for url in keys if keys[url] != same_time[url]} == {"/faq/k1", "/faq/k1.md", "/faq/k1.json"}
    assert {url for url in keys if keys[url] != new_time[url]} == {
        "/", "/faq/k1", "/faq/k1.md", "/faq/k1.json", "/changes/2026-11", "/sitemap.xml", "/sitemaps/hubs.xml", "/sitemaps/minwon.xml",
    }  # fmt: skip


def test_설정이_바뀌면_모든_쪽의_열쇠가_바뀐다(앱, 다른_앱):
    other = 다른_앱(site=replace(설정, base_url="https://다른.example"))

    for url in public_urls(site_of(앱)):
        if not url.startswith("/static/"):
            assert page_key(site_of(앱), url) != page_key(site_of(other), url)


@pytest.mark.parametrize(
    "url",
    [
        "/faq/k3", "/faq/k4", "/faq/k4.md", "/faq/k1.txt", "/faq/k1.", "/gone/k1", "/gone/k5", "/topic/minwon/1",
        "/topic/minwon/02", "/topic/minwon/x", "/topic/x", "/district/jongno", "/ganada/ga", "/ganada/a/1", "/ganada/a/2",
        "/changes/2020-01", "/life/x", "/static/../__init__.py",
    ],
)  # fmt: skip
def test_게시하지_않는_주소에는_열쇠가_없다(앱, url):
    with pytest.raises(LookupError, match="게시하지 않는"):
        page_key(site_of(앱), url)


class 파일로(Freezer):
    """게시본처럼 파일에 .html을 붙인다: `/changes`와 `/changes/2026-11`이 함께 있다."""

    def urlpath_to_filepath(self, path: str) -> str:
        return str(file_of(path))


def test_frozen_flask로_경고_없이_얼린다(다른_앱, tmp_path):
    app = 다른_앱()
    app.config.update(FREEZER_DESTINATION=str(tmp_path / "frozen"), FREEZER_DEFAULT_MIMETYPE="text/html")
    freezer = 파일로(app, with_no_argument_rules=False, with_static_files=False, log_url_for=False)
    freezer.register_generator(lambda: public_urls(site_of(app)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MissingURLGeneratorWarning)  # it does not count URLs given as text
        frozen = freezer.freeze()

    assert frozen == set(public_urls(site_of(app)))
    assert "분실 신고" in (tmp_path / "frozen/faq/k1.html").read_text("utf-8")


# --- 함께 쓰는 조각 -------------------------------------------------------------------------------------------------


class Correction(Form):
    what = TextAreaField("무엇이 다른가요?", [InputRequired("무엇이 다른지 적어 주세요.")])
    kind = RadioField(
        "종류",
        [InputRequired("종류를 골라 주세요.")],
        choices=[SelectChoice("fee", "수수료"), SelectChoice("phone", "전화번호")],
    )
    topic = SelectField("분야", choices=[SelectChoice("", "모두")], default="")
    mail = StringField("전자우편")
    agree = BooleanField("개인정보 처리에 동의합니다", [InputRequired("동의해 주세요.")])


양식_쪽 = """{% extends "base.html" %}{% import "shared/forms.html" as forms %}{% block title %}수정 요청 | 오픈 120{% endblock %}
{% block main %}{{ forms.error_summary(form) }}<form method="post">{{ forms.area(form.what, hint="두세 문장이면 됩니다.") }}
{{ forms.choices(form.kind) }}{{ forms.field(form.topic) }}
{{ forms.field(form.mail, optional=true, hint="결과를 받을 곳", autocomplete="email", type="email") }}
{{ forms.checkbox(form.agree) }}</form>{% endblock %}"""


def 양식(앱, form: Form) -> BeautifulSoup:
    with 앱.test_request_context():
        return BeautifulSoup(render_template_string(양식_쪽, form=form), "html.parser")


def test_양식의_모든_칸에는_이름과_도움말이_이어져_있다(앱):
    page = 양식(앱, Correction())

    for control in page.main.select("input, textarea, select"):
        assert page.find("label", attrs={"for": control["id"]}), control
    assert page.find(id="what")["aria-describedby"] == "what-hint"
    assert page.find(id="mail")["autocomplete"] == "email"
    assert page.find(id="mail")["type"] == "email"
    assert 글(page.find("label", attrs={"for": "mail"})) == "전자우편 (선택)"
    assert page.fieldset.legend.text == "종류"
    assert not page.select(".error, .error-summary, [aria-invalid]")
    assert "noindex" in str(page.head)


def test_틀린_칸은_맨_위와_그_자리에서_알린다(앱):
    form = Correction()
    form.validate()
    page = 양식(앱, form)

    summary = page.select_one(".error-summary")
    assert summary["role"] == "alert"
    assert [글(link) for link in summary.select("a")] == [
        "무엇이 다른지 적어 주세요.",
        "종류를 골라 주세요.",
        "동의해 주세요.",
    ]
    for link in summary.select("a"):
        assert page.find(id=link["href"][1:]), link
    assert page.find(id="what")["aria-describedby"] == "what-hint what-error"
    assert page.find(id="what")["aria-invalid"] == "true"
    assert 글(page.find(id="what-error")) == "오류: 무엇이 다른지 적어 주세요."


def test_쪽_넘기기는_가까운_쪽과_양_끝만_보인다(앱):
    with 앱.test_request_context():
        html = render_template_string(
            '{% import "shared/parts.html" as parts %}{{ parts.pagination(10, 20, link) }}',
            link=lambda n: f"/?page={n}",
        )
        none = render_template_string('{% import "shared/parts.html" as parts %}{{ parts.pagination(1, 1, none) }}')
    page = BeautifulSoup(html, "html.parser")

    assert [글(item) for item in page.find_all("li")] == [
        "이전 쪽", "1 쪽", "…", "8 쪽", "9 쪽", "10 쪽", "11 쪽", "12 쪽", "…", "20 쪽", "다음 쪽",
    ]  # fmt: skip
    assert none.strip() == ""


def test_알림과_상태와_목록_조각(앱):
    with 앱.test_request_context():
        html = render_template_string(
            """{% import "shared/parts.html" as parts with context %}{{ parts.notice("저장했습니다.", "success") }}
            {{ parts.badge({"received": ("접수", "info")}, "received") }}{{ parts.summary_list([("번호", "12"), ("빈 것", "")]) }}
            {% call parts.notice_box("알림") %}<p>긴 글</p>{% endcall %}{% call parts.details("더 보기") %}속{% endcall %}"""
        )
    page = BeautifulSoup(html, "html.parser")

    assert 글(page.select_one(".notice--success")) == "저장했습니다."
    assert 글(page.select_one(".tag--info")) == "접수"
    assert [글(name) for name in page.find_all("dt")] == ["번호"]
    assert 글(page.details.summary) == "더 보기"
