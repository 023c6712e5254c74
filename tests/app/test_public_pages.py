"""공개 누리집의 쪽들: 안내의 쌍둥이, 목록, 옮기고 내린 주소, 신고와 지도. 모두 얼려서 게시한다."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from markupsafe import Markup, escape

from app.public import SiteSettings, create_public_app, page_at, public_urls, site_of
from app.public.light import shown
from app.public.pages import STATIC
from app.public.shelves import index_place
from app.public.site import Site
from kb import redirects
from kb.districts import DISTRICTS, SLUGS
from kb.entry import SEOUL, Entry, Status
from kb.errors import BadRedirects
from kb.store import EntryStore
from kb.topics import Topics
from kb.twins import as_data
from tests.conftest import 여권

설정 = SiteSettings(base_url="https://open120.example")
TOPICS = """\
audience: [이사]
topics:
  - {id: gyotong, name: 교통, about: 버스와 주차}
  - id: minwon
    name: 민원행정
    about: 여권과 주민등록
    subtopics:
      - {id: yeogwon, name: 여권, tags: [여권, 여행]}
      - {id: injeung, name: 인감, tags: [인감]}
life_events:
  - {id: isa, code: LE-01, name: 이사할 때, about: 이사 앞뒤로 할 일입니다., group: 집, audience: [이사], months: [3, 9], entries: [k6, k1, k4]}
  - {id: bin, code: LE-02, name: 아무것도 없을 때, about: 비었습니다., group: 집, entries: [k999]}
"""
전입 = replace(
    여권,
    id="k6",
    title="‘전입신고’는 어떻게 하나요?",
    tags=("이사",),
    districts=("종로구", "중구"),
    body="14일 안에 합니다.\n\n## 준비물 & 서류\n\n신분증\n",
)
안내들 = [
    여권,
    전입,
    replace(여권, id="k4", title="없어진 제도", status=Status.RETIRED, gone=True),
    replace(여권, id="k5", title="옮긴 안내", status=Status.RETIRED, redirect_to="k7"),
    replace(여권, id="k7", title="또 옮긴 안내", status=Status.RETIRED, redirect_to="k1"),
    replace(여권, id="k8", title="돌고 도는 안내", status=Status.RETIRED, redirect_to="k9"),
    replace(여권, id="k9", title="맴도는 안내", status=Status.RETIRED, redirect_to="k8"),
    replace(여권, id="p1", title="24시간 여는 약국", topic="교통", tags=(), updated=datetime(2026, 3, 2, tzinfo=SEOUL)),
]
Make = Callable[..., Flask]
SCRIPT = re.compile(r"/static/([\w-]+\.js)")


@pytest.fixture
def 앱(tmp_path: Path) -> Make:
    """안내들을 보이는 공개 앱."""

    def make(*more: Entry) -> Flask:
        root = tmp_path / "content"
        root.mkdir(exist_ok=True)
        (root / "topics.yml").write_text(TOPICS, "utf-8")
        store = EntryStore(root)
        for entry in {entry.id: entry for entry in (*안내들, *more)}.values():
            file = root / store.path_for(entry)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(entry.to_text(), "utf-8")
        return create_public_app(store, site=설정)

    return make


@pytest.fixture
def 손님(앱: Make) -> FlaskClient:
    return 앱().test_client()


def 쪽(손님: FlaskClient, url: str) -> BeautifulSoup:
    response = 손님.get(url)
    assert response.status_code == 200, url
    return BeautifulSoup(response.text, "lxml")


def 목록(page: BeautifulSoup) -> list[str]:
    return [link["href"] for link in page.select("main .list a")]


# --- 쌍둥이 ---------------------------------------------------------------------------------------------------------


def test_안내마다_마크다운과_JSON이_있고_원래_쪽이_그것을_가리킨다(손님):
    head = 쪽(손님, "/faq/k1").head
    twins = {link["type"]: link["href"] for link in head.find_all("link", rel="alternate") if "rss" not in link["type"]}

    assert twins == {"text/markdown": "/faq/k1.md", "application/json": "/faq/k1.json"}
    for kind, url in twins.items():
        response = 손님.get(url)
        assert response.mimetype == kind
        assert response.headers["X-Robots-Tag"] == "noindex"
        assert response.headers["Link"] == '<https://open120.example/faq/k1>; rel="canonical"'
    assert "X-Robots-Tag" not in 손님.get("/faq/k1").headers


def test_마크다운은_제목과_답과_사실과_출처를_담고_링크는_절대_주소다(앱):
    본문 = "먼저 [신고](/faq/k6)합니다.\n\n[밖](https://www.seoul.go.kr/)\n"
    글 = 앱(replace(여권, body=본문)).test_client().get("/faq/k1.md").text

    assert 글.startswith(
        "# 여권을 잃어버렸어요. 어떻게 다시 만드나요?\n\n먼저 [신고](https://open120.example/faq/k6)합니다."
    )
    assert "[밖](https://www.seoul.go.kr/)" in 글
    assert "- 수수료: 5만 원\n" in 글
    assert "- 문의: 민원여권과 02-120" in 글
    assert "- 확인한 날: 확인 필요" in 글
    assert 글.endswith("https://open120.example/faq/k1\n")


def test_JSON은_항목의_모든_것을_담는다(앱):
    app = 앱()
    답 = json.loads(app.test_client().get("/faq/k6.json").text)

    topic = next(topic for topic in site_of(app).topics if topic.id == "minwon")
    assert 답 == json.loads(json.dumps(as_data(전입, topic, 설정.url)))
    assert (답["markdown"], 답["districts"], 답["version"]) == (전입.body, ["종로구", "중구"], 전입.version)


# --- 옮기고 내린 주소 ------------------------------------------------------------------------------------------------


def test_여러_번_옮긴_안내도_한_번에_끝까지_간다(손님):
    for 꼬리 in ("", ".md", ".json"):
        response = 손님.get(f"/faq/k5{꼬리}")
        assert (response.status_code, response.location) == (301, f"/faq/k1{꼬리}")


def test_번호_뒤에_말을_붙인_주소는_번호만의_주소로_한_번에_간다(손님):
    갈곳 = {"k1-여권-재발급": "/faq/k1", "k5-옮긴-안내": "/faq/k1", "p1-": "/faq/p1"}
    assert {글: (손님.get(f"/faq/{글}").status_code, 손님.get(f"/faq/{글}").location) for 글 in 갈곳} == {
        글: (301, 곳) for 글, 곳 in 갈곳.items()
    }
    assert [손님.get(f"/faq/{글}").status_code for 글 in ("k4-없어진-제도", "k99-없는-번호", "kk-1")] == [410, 404, 404]


@pytest.mark.parametrize("번호", ["k4", "k8"])
def test_내렸거나_옮긴_곳이_없는_안내는_410이고_찾을_길을_보인다(손님, 번호):
    response = 손님.get(f"/faq/{번호}")
    page = BeautifulSoup(response.text, "lxml")

    assert response.status_code == 410
    assert page.find("meta", attrs={"name": "robots"})["content"] == "noindex,follow"
    assert page.select_one("main form[role=search]")["action"] == "/search"
    assert page.select_one('main a[href="/topic/minwon"]')


def test_옮기고_내린_주소의_표는_nginx가_읽는_꼴이다(앱):
    app = 앱()
    lines = app.test_client().get("/moved.txt").text.splitlines()

    assert all(line.endswith(";") and len(line.split()) == 2 for line in lines)
    moved = dict(line.removesuffix(";").split() for line in lines)
    assert (moved["/faq/k5"], moved["/faq/k5.md"]) == ("/faq/k1", "/faq/k1.md")
    assert moved["/faq/k4"] == moved["/faq/k4.json"] == "/gone/k4"
    urls = set(public_urls(site_of(app)))
    assert set(moved.values()) <= urls
    assert not set(moved) & urls


def 옮긴_앱(앱: Make, folder: Path, 표: str) -> Flask:
    (folder / "redirects.yml").write_text(f"redirects:\n{표}", "utf-8")
    return create_public_app(replace(site_of(앱()), redirects=redirects.read(folder)), site=설정)


def test_표에_적은_옛_주소는_한_번에_새_주소로_가고_없앤_주소는_410이다(앱, tmp_path):
    표 = "  /topic/old: /topic/older\n  /topic/older: /topic/minwon\n  /guide/5: /faq/k5\n  /guide/4: /faq/k4\n  /event: gone\n"
    app = 옮긴_앱(앱, tmp_path, 표)
    손님 = app.test_client()

    바로_간다 = {"/topic/old": "/topic/minwon", "/topic/older": "/topic/minwon", "/guide/5": "/faq/k1"}
    for 옛것, 새것 in 바로_간다.items():
        assert (손님.get(옛것).status_code, 손님.get(옛것).location) == (301, 새것)
        assert 손님.get(새것).status_code == 200
    for 없앤_것 in ("/event", "/guide/4"):
        response = 손님.get(없앤_것)
        assert response.status_code == 410
        assert BeautifulSoup(response.text, "lxml").select_one("main form[role=search]")
    assert 손님.get("/eventual").status_code == 404
    moved = dict(line.removesuffix(";").split() for line in 손님.get("/moved.txt").text.splitlines())
    assert moved.items() >= {**바로_간다, "/event": "/gone/address", "/guide/4": "/gone/k4"}.items()
    urls = set(public_urls(site_of(app)))
    assert set(moved.values()) <= urls
    assert not set(moved) & urls


@pytest.mark.parametrize(
    ("표", "까닭"),
    [
        ("  /topic/minwon: /faq/k1\n", "지금 있는 쪽"),
        ("  /old: /topic/none\n", "없는 쪽"),
        ("  /a: /b\n  /b: /a\n", "돌고 돌아"),
        ("  /a: https://evil.example/\n", "이 사이트 안의 주소가 아닙니다"),
        ("  /a: //evil.example\n", "이 사이트 안의 주소가 아닙니다"),
        ('  "/a; return 200 x": /faq/k1\n', "이 사이트 안의 주소가 아닙니다"),
        ("  - /a\n", "표가 있어야"),
    ],
)
def test_틀린_표는_게시를_막고_어느_줄인지_말한다(앱, tmp_path, 표, 까닭):
    with pytest.raises(BadRedirects, match=까닭):
        page_at(site_of(옮긴_앱(앱, tmp_path, 표)), "/moved.txt")


# --- 목록 ------------------------------------------------------------------------------------------------------------


def test_주제에는_갈래가_있고_갈래에는_태그나_제목이_맞는_안내가_있다(손님):
    갈래 = 쪽(손님, "/topic/minwon").select(".chips a")

    assert [(link["href"], link.text) for link in 갈래] == [
        ("/topic/minwon/yeogwon", "여권1건")
    ]  # 빈 갈래(인감)는 없다
    assert 목록(쪽(손님, "/topic/minwon/yeogwon")) == ["/faq/k1"]
    assert 손님.get("/topic/minwon/injeung").status_code == 404


def test_자치구의_안내를_모은다(손님):
    assert [link["href"] for link in 쪽(손님, "/district").select("main .topics a")] == [
        "/district/jongno",
        "/district/jung",
    ]
    assert 목록(쪽(손님, "/district/jongno")) == ["/faq/k6"]
    assert {"/district/jongno", "/district/jung"} <= {link["href"] for link in 쪽(손님, "/faq/k6").select(".chips a")}
    assert len(SLUGS) == len(set(SLUGS.values())) == len(DISTRICTS) == 25


def test_생활의_큰일은_적힌_차례로_공개_안내만_보인다(손님):
    page = 쪽(손님, "/life/isa")

    assert 목록(page) == ["/faq/k6", "/faq/k1"]
    assert "3월, 9월에 챙길 일입니다." in page.select_one(".page-note").text
    assert 목록(쪽(손님, "/life")) == ["/life/isa"]  # 공개 안내가 없는 것은 없다
    assert [title.text for title in 쪽(손님, "/season").select("main h2")] == ["3월", "9월"]


@pytest.mark.parametrize(
    ("제목", "자리"),
    [
        ("‘전입신고’는", "ja"),
        ("쓰레기", "sa"),
        ("하수도", "ha"),
        ("24시간", "etc"),
        ("TV 수신료", "etc"),
        ("?!", "etc"),
    ],
)
def test_가나다_색인은_첫_글자의_첫소리를_보고_된소리는_예사소리와_함께_둔다(제목, 자리):
    assert index_place(제목) == 자리


def test_가나다_색인과_고친_달에는_모든_공개_안내가_한_번씩_있다(앱):
    client = 앱().test_client()
    for 이름 in ("ganada", "changes"):
        목록들 = [link["href"] for link in 쪽(client, f"/{이름}").select("main .topics a")]
        assert sorted(url for 주소 in 목록들 for url in 목록(쪽(client, 주소))) == ["/faq/k1", "/faq/k6", "/faq/p1"]
    assert 목록들 == ["/changes/2026-11", "/changes/2026-03"]


def test_긴_목록은_백_개씩_나누고_달의_목록은_새로_고친_백_개만_보인다(앱):
    많은_글 = [replace(전입, id=f"c{n}", title=f"전입 {n:03}번째") for n in range(1, 251)]
    client = 앱(*많은_글).test_client()

    쪽들 = [쪽(client, f"/district/jongno{꼬리}") for 꼬리 in ("", "/2", "/3")]
    assert [len(목록(page)) for page in 쪽들] == [100, 100, 51]
    assert 목록(쪽들[0])[:2] == ["/faq/k6", "/faq/c1"]  # 따옴표로 시작하는 제목이 먼저다
    assert "모두 251건, 분야와 제목 차례, 3쪽 가운데 2쪽" in 쪽들[1].main.text
    assert client.get("/district/jongno/4").status_code == client.get("/district/jongno/1").status_code == 404
    이달 = 쪽(client, "/changes/2026-11")
    assert len(목록(이달)) == 100
    assert "모두 252건, 새로 고친 차례. 100건만 보입니다." in 이달.main.text


def test_글_하나를_바꾼_판의_목록은_처음부터_만든_판의_목록과_같다(앱, tmp_path):
    처음 = site_of(앱())
    바꿈 = replace(
        여권, title="인감을 바꿔요", districts=("강남구",), tags=("인감",), updated=datetime(2026, 10, 3, tzinfo=SEOUL)
    )

    이어감 = 처음.after([바꿈], ["p1"], head="")
    (tmp_path / "content" / "entries" / "gyotong" / "p1.md").unlink()
    새로 = site_of(앱(바꿈))
    if "p1" in 새로.entries:
        새로 = 새로.after([], ["p1"], head="")

    assert 이어감.shelves == 새로.shelves
    assert {path: 이어감.latest[path] for path in 이어감.shelves} == {path: 새로.latest[path] for path in 새로.shelves}
    assert list(public_urls(이어감)) == list(public_urls(새로))


def test_게시하는_주소는_모두_쪽이_있고_창의_이름이_서로_다르다(앱):
    app = 앱()
    site: Site = site_of(app)
    urls = list(public_urls(site))
    pages = [url for url in urls if "." not in url]
    heads = [쪽(app.test_client(), url).head for url in pages]
    titles = [head.title.text for head in heads]
    said = [head.find("meta", attrs={"name": "description"}) for head in heads]
    shared = [head.find("meta", property="og:description") for head in heads]

    assert [tag["content"] for tag in said if tag] == [tag["content"] for tag in shared if tag]
    assert [tag["content"] for tag in said if tag and len(tag["content"]) > 80] == []  # PUBLISHING 1.2
    assert all(page_at(site, url) for url in urls if not url.startswith("/static/"))
    assert len(set(titles)) == len(titles)
    assert {"/licence", "/accessibility", "/life", "/season", "/ganada", "/changes", "/district"} <= set(pages)


# --- 안내 쪽에서 하는 일 ----------------------------------------------------------------------------------------------


def test_절마다_그_판과_그_절의_오류를_신고한다(손님):
    page = 쪽(손님, "/faq/k6")
    (깃발,) = page.select(".flag")

    assert (
        깃발["href"] == f"/correct/k6?v={전입.version}&section=%EC%A4%80%EB%B9%84%EB%AC%BC%20%26%20%EC%84%9C%EB%A5%98"
    )
    assert 깃발.text == "오류 신고: 준비물 & 서류"
    assert 깃발.find_previous("h2").text == "준비물 & 서류"


def test_신청하는_일의_안내만_맡은_부서와_전화를_로봇에게_말한다(앱):
    client = 앱(replace(여권, id="k2", facts={"수수료": "5만 원"})).test_client()
    그래프 = {
        url: {
            str(node["@type"]): node
            for node in json.loads(쪽(client, url).find("script", type="application/ld+json").string)["@graph"]
        }
        for url in ("/faq/k1", "/faq/k2")
    }

    일 = 그래프["/faq/k1"]["GovernmentService"]
    assert 일["provider"] == {"@type": "GovernmentOrganization", "name": "민원여권과"}
    assert 일["availableChannel"]["servicePhone"]["telephone"] == "02-120"
    assert "areaServed" not in 일
    assert "GovernmentService" not in 그래프["/faq/k2"]


def test_도움이_되었는지_스크립트_없이_판과_함께_답한다(손님):
    form = 쪽(손님, "/faq/k1").select_one("form.helpful")

    assert (form["action"], form["method"]) == ("/helpful/k1", "post")
    assert form.find("input", attrs={"name": "v"})["value"] == 여권.version
    assert [(button["name"], button["value"], button.text) for button in form.find_all("button")] == [
        ("answer", "yes", "예"),
        ("answer", "no", "아니요"),
    ]


def test_주소는_지도에서_볼_수_있고_지도의_파일은_싣지_않는다(앱):
    app = 앱(replace(여권, facts={"주소": "서울특별시 종로구 세종대로 1 (세종로, 2층)", "수수료": "5만 원"}))
    (지도,) = 쪽(app.test_client(), "/faq/k1").select(".summary a.map")

    assert 지도["href"].startswith("https://www.openstreetmap.org/search?query=%EC%84%9C%EC%9A%B8")
    assert 지도["href"].endswith("%20%EC%84%B8%EC%A2%85%EB%8C%80%EB%A1%9C%201")
    assert 지도.text == "지도에서 보기"


def test_남에게_보낼_때_보일_그림이_주제마다_있다():
    topics = Topics.from_file(Path(__file__).parents[2] / "content" / "topics.yml")
    for name in (*(topic.id for topic in topics), "site"):
        image = (STATIC / "share" / f"{name}.png").read_bytes()
        assert image.startswith(b"\x89PNG")
        assert 5_000 <= len(image) <= 40_000  # 네이버가 읽는 그림의 아래 한도 (PUBLISHING 1.2)


def test_시민의_한_화면이_싣는_스크립트는_모두_합해_10킬로바이트를_넘지_않는다():
    틀들 = STATIC.parent / "templates"
    뼈대 = set(SCRIPT.findall((틀들 / "base.html").read_text("utf-8")))
    크기 = {
        str(틀.relative_to(틀들)): sum(
            (STATIC / 이름).stat().st_size for 이름 in 뼈대 | set(SCRIPT.findall(틀.read_text("utf-8")))
        )
        for 틀 in (틀들 / "base.html", *틀들.glob("public/*.html"), *틀들.glob("citizen/*.html"))
    }
    assert 크기["public/entry.html"] > 크기["base.html"] > 0
    assert {이름: 모두 for 이름, 모두 in 크기.items() if 모두 > 10 * 1024} == {}


@pytest.mark.parametrize("값", ["글", "<b>&'\"", Markup("<b>글</b>"), Markup("&amp;"), 3, None, escape("<i>")])
def test_템플릿이_적는_글은_escape와_같다(값):
    assert shown(값) == escape(값)
