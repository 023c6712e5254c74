"""판을 만들면 다음 게시부터 /data에서 내려받을 수 있고, 글 하나를 고쳐도 큰 파일은 다시 쓰지 않는다."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from app.public import Site
from build import Publisher, SitePages
from build.data.published import data
from build.data.shelf import Shelf
from build.feeds.published import feeds
from kb.entry import Status
from kb.exchange.seoul_envelope import read_answer
from tests.build.conftest import tree
from tests.build.data import reading
from tests.build.data.conftest import 누리집, 설정, 안내들
from tests.conftest import 여권


class 무대:
    """고치고, 판을 만들고, 게시해 보는 작은 누리집."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "site"
        self.site: Site = 누리집(안내들)
        self.shelf = Shelf(self.folder / "data")
        self.publisher = Publisher(
            SitePages(lambda: replace(self.site, edition=self.shelf.described()), 설정),
            site=self.folder,
            base_url=설정.base_url,
            artefacts=[*feeds(), *data(self.shelf)],
        )

    def 고치기(self, *entries: object) -> None:
        self.site = self.site.after(entries, head="")

    def 판_만들기(self) -> str:
        return self.shelf.renew(self.site).name

    def 게시(self, *, full: bool = False) -> int:
        return self.publisher.publish(full=full).changed

    @property
    def 지금(self) -> Path:
        return self.folder / "current"

    def 쪽(self, name: str) -> BeautifulSoup:
        return BeautifulSoup((self.지금 / name).read_text("utf-8"), "html.parser")


@pytest.fixture
def 곳(tmp_path: Path) -> 무대:
    return 무대(tmp_path)


@pytest.fixture(scope="module")
def 판_있는_곳(tmp_path_factory: pytest.TempPathFactory) -> 무대:
    """판을 만들고 한 번 게시한 곳. 고치지 않는다."""
    made = 무대(tmp_path_factory.mktemp("published"))
    made.판_만들기()
    made.게시()
    return made


def test_판이_없어도_게시되고_곧_만들어진다고_말한다(곳):
    곳.게시()

    assert "아직 만든 파일이 없습니다" in 곳.쪽("data.html").get_text()
    assert not (곳.지금 / "data").exists()
    assert not (곳.지금 / "openapi").exists()
    assert [node["@type"] for node in json.loads(곳.쪽("data.html").find("script", type="application/ld+json").string)["@graph"]] == [
        "DataCatalog", "BreadcrumbList",
    ]  # fmt: skip


def test_판을_만들면_쪽의_모든_링크가_정말_그_파일이고_크기도_같다(판_있는_곳):
    곳 = 판_있는_곳
    판 = 곳.shelf.latest.name

    쪽 = 곳.쪽("data.html")
    링크 = {a["href"] for a in 쪽.find_all("a") if a["href"].startswith(f"/data/{판}/")}
    assert {href.rpartition("/")[2] for href in 링크} == {path.name for path in (곳.지금 / "data" / 판).iterdir()}
    for 줄 in 쪽.find("table").find("tbody").find_all("tr"):
        바이트 = (곳.지금 / 줄.find("a")["href"].removeprefix("/")).stat().st_size
        assert 줄.select_one(".right").get_text() in (f"{바이트}바이트", f"{바이트 / 1024:,.0f}KB")
    assert "출처가 이용 조건을 밝히지 않은 자료" in 쪽.get_text()
    assert [row.th.get_text() for row in 쪽.find_all("table")[2].tbody.find_all("tr")] == list(
        reading.csv_표(곳.지금 / "data" / 판 / "faq.csv")[0]
    )


def test_구글이_읽는_Dataset에는_파일마다_주소와_크기와_해시와_이용_조건이_있다(판_있는_곳):
    곳 = 판_있는_곳
    판 = 곳.shelf.latest.name

    graph = json.loads(곳.쪽("data.html").find("script", type="application/ld+json").string)["@graph"]
    dataset = next(node for node in graph if node["@type"] == "Dataset")
    assert 50 <= len(dataset["description"]) <= 5_000
    assert dataset["name"] == "오픈 120 안내 3개"
    assert (dataset["version"], dataset["license"]) == (판, f"https://120.example.kr/data/{판}/LICENCE.txt")
    소개 = json.loads((곳.지금 / "data" / 판 / "datapackage.json").read_bytes())
    assert len(dataset["distribution"]) == len(소개["resources"])
    for download, resource in zip(dataset["distribution"], 소개["resources"], strict=True):
        파일 = 곳.지금 / download["contentUrl"].removeprefix("https://120.example.kr/")
        assert 파일.name == resource["path"]
        assert download["contentSize"] == f"{파일.stat().st_size} B"
        assert f"sha256:{download['sha256']}" == resource["hash"]


def test_글_하나를_고쳐도_판과_열린데이터광장의_파일은_다시_쓰지_않는다(곳):
    판 = 곳.판_만들기()
    곳.게시()
    옛것 = {
        path: path.stat().st_ino
        for name in ("data", "openapi")
        for path in (곳.지금 / name).rglob("*")
        if path.is_file()
    }

    곳.고치기(replace(여권, body="고친 글입니다.\n"))
    곳.게시()

    assert 옛것
    assert {path: path.stat().st_ino for path in 옛것} == 옛것
    assert "고친 글입니다." in (곳.지금 / "rss.xml").read_text("utf-8")
    assert "고친 글입니다." not in (곳.지금 / "data" / 판 / "faq.jsonl").read_text("utf-8")


def test_새_판을_만들면_쪽은_새_판을_가리키고_옛_판의_주소도_남는다(곳):
    옛_판 = 곳.판_만들기()
    곳.게시()
    옛_파일 = (곳.지금 / "data" / 옛_판 / "faq.csv").read_bytes()

    곳.고치기(replace(여권, body="고친 글입니다.\n"))
    새_판 = 곳.판_만들기()
    assert 곳.게시() > 0

    assert f"{새_판}판의 파일" in 곳.쪽("data.html").get_text()
    assert (곳.지금 / "data" / 옛_판 / "faq.csv").read_bytes() == 옛_파일
    assert "고친 글입니다." in (곳.지금 / "data" / 새_판 / "faq.csv").read_text("utf-8")
    with closing(sqlite3.connect(곳.지금 / "data" / 새_판 / "faq.sqlite")) as database:
        assert database.execute("SELECT body FROM entry WHERE id = 'k1'").fetchone() == ("고친 글입니다.\n",)


def test_판이_그대로이면_다시_게시해도_바뀌는_것이_없다(곳):
    곳.판_만들기()
    곳.게시()

    곳.판_만들기()
    assert 곳.게시() == 0
    assert 곳.게시(full=True) == 0


def test_이어_게시한_것과_처음부터_게시한_것은_피드와_자료까지_바이트가_같다(곳, tmp_path):
    곳.게시()
    곳.고치기(replace(여권, body="고친 글입니다.\n"), replace(여권, id="k77", title="새 안내", topic="교통"))
    곳.게시()
    곳.고치기(replace(안내들[2], status=Status.RETIRED, gone=True))
    곳.판_만들기()
    곳.게시()

    처음부터 = 무대(tmp_path / "처음부터")
    처음부터.site = 누리집([*곳.site.entries.values(), *곳.site.retired.values()])
    처음부터.판_만들기()
    처음부터.게시(full=True)

    assert not [
        name
        for name in tree(곳.지금).keys() | tree(처음부터.지금).keys()
        if tree(곳.지금).get(name) != tree(처음부터.지금).get(name)
    ]


def test_판의_파일은_둔_곳과_한_파일이라_자리를_더_쓰지_않는다(판_있는_곳):
    곳 = 판_있는_곳
    판 = 곳.shelf.latest.name

    assert (곳.지금 / "data" / 판 / "faq.sqlite").samefile(곳.shelf.root / 판 / "faq.sqlite")


def test_열린데이터광장_모양의_파일은_판의_안내와_하나하나_같다(판_있는_곳):
    곳 = 판_있는_곳
    판 = 곳.shelf.latest.name
    줄들 = {line["id"]: line for line in reading.jsonl(곳.지금 / "data" / 판 / "faq.jsonl")}

    for form in ("json", "xml"):
        목록 = read_answer((곳.지금 / f"openapi/{form}/SearchFAQService/1/1000.{form}").read_bytes())
        assert {row["QUEST"] for row in 목록.rows} == {line["title"] for line in 줄들.values()}
        assert 목록.total == 3
        갈래 = read_answer((곳.지금 / f"openapi/{form}/SearchFAQClassListService/1/1000.{form}").read_bytes())
        assert [row["LCODE_NAME"] for row in 갈래.rows] == ["교통", "민원행정", "시정일반"]
        assert (
            read_answer((곳.지금 / f"openapi/{form}/SearchFAQService/1001/2000.{form}").read_bytes()).code == "INFO-200"
        )
    상세 = list((곳.지금 / "openapi/json").glob("SearchDetails*/1/1/*/*.json"))
    assert {read_answer(path.read_bytes()).rows[0]["QUEST"] for path in 상세} == {
        line["title"] for line in 줄들.values()
    }


def test_head에는_RSS와_llms_txt가_있고_주제의_쪽에는_주제의_것이_있다(판_있는_곳):
    곳 = 판_있는_곳

    def 링크(name):
        return [
            (link["rel"][0], link["href"])
            for link in 곳.쪽(name).head.find_all("link")
            if link["rel"][0] in ("alternate", "describedby")
        ]

    assert ("alternate", "/rss.xml") in 링크("faq/k1.html")
    assert ("describedby", "/llms.txt") in 링크("faq/k1.html")
    assert ("alternate", "/topic/minwon/rss.xml") in 링크("topic/minwon.html")
    assert ("describedby", "/topic/minwon/llms.txt") in 링크("topic/minwon.html")


def test_llms_txt의_모든_링크는_게시본에_있거나_살아_있는_화면이다(판_있는_곳):
    곳 = 판_있는_곳

    for 파일 in [곳.지금 / "llms.txt", *곳.지금.glob("topic/*/llms.txt")]:
        for 주소 in [조각.split(")")[0] for 조각 in 파일.read_text("utf-8").split("](https://120.example.kr")[1:]]:
            살아_있음 = 주소.startswith(("/api", "/search"))
            assert 살아_있음 or (곳.지금 / 주소[1:]).is_file() or (곳.지금 / f"{주소[1:]}.html").is_file(), 주소
