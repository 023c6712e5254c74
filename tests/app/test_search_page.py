"""찾기 화면: 찾고, 좁히고, 넘기고, 못 찾았을 때 다른 길을 안다."""

from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup, Tag

from app.citizen.searching import FEW, LAST_PAGE, PER_PAGE, Asked, facets, last_page
from app.running import Running
from kb.entry import Entry
from kb.search import SearchAnswer
from kb.store import Change, EntryStore
from kb.topics import Topic, Topics
from tests.app.conftest import Browser

분야들 = Topics((Topic("gyotong", "교통"), Topic("minwon", "민원행정"), Topic("sijeong", "시정일반")))
자치구들 = ("강남구", "강북구", "마포구", "종로구", "중구", "은평구", "노원구", "도봉구")


@pytest.fixture
def 채운(인스턴스: Running, 저장소: EntryStore, 항목: Callable[..., Entry]) -> Running:
    """여권 안내 서른 건과 주차 안내 여덟 건."""
    여권 = [
        항목(id=f"f{n}", title=f"여권 발급 안내 {n}번", topic="민원행정", facts={}, body="여권을 내 줍니다.\n")
        for n in range(1, 31)
    ]
    주차 = [
        항목(
            id=f"p{n}",
            title=f"{구} 여권 주차장",
            topic="교통",
            districts=(구,),
            facts={},
            body="여권 창구의 주차장입니다.\n",
        )
        for n, 구 in enumerate(자치구들, 1)
    ]
    저장소.save_all([*여권, *주차], change=Change(role="importer", reason="채움"))
    인스턴스.refresh_index()
    return 인스턴스


def 물음(**칸: str) -> Asked:
    return Asked.of(칸, 분야들)


def 답(**rest: Any) -> SearchAnswer:
    return SearchAnswer(query="여권", took_ms=1.0, corrected=None, total=9, hits=[], **rest)


def 고를_것(쪽: BeautifulSoup, 이름: str) -> dict[str, Tag]:
    """좁힐 값의 링크들."""
    제목 = 쪽.select_one("#narrow").find("h3", string=이름)
    assert 제목 is not None
    return {a.contents[0].strip(): a for a in 제목.find_next("ul").find_all("a")}


# --- the address ---


def test_모르는_값은_없는_것으로_친다():
    assert 물음(q=" 여권\x00 ", topic="bus", district="부산", source="z", page="x") == Asked(q="여권")
    assert 물음(q="여" * 999).q == "여" * 200


@pytest.mark.parametrize(
    ("적은_쪽", "쪽"), [("0", 1), ("-3", 1), ("7", 7), ("99", LAST_PAGE), ("1e9", 1), ("٣", 1), ("9" * 30, 1)]
)
def test_쪽은_처음과_끝_사이다(적은_쪽, 쪽):
    assert 물음(q="여권", page=적은_쪽).page == 쪽


def test_조건을_바꾸면_첫_쪽부터_본다():
    지금 = 물음(q="여권 & 비자", topic="gyotong", page="3")

    assert 지금.url(page=4) == "/search?q=%EC%97%AC%EA%B6%8C+%26+%EB%B9%84%EC%9E%90&topic=gyotong&page=4"
    assert 지금.url(district="중구").endswith("&topic=gyotong&district=%EC%A4%91%EA%B5%AC")
    assert 지금.url_of_all == "/search?q=%EC%97%AC%EA%B6%8C+%26+%EB%B9%84%EC%9E%90"


def test_마지막_쪽은_결과의_수가_정한다():
    assert [last_page(total) for total in (0, 1, PER_PAGE, PER_PAGE + 1, 10**6)] == [1, 1, 1, 2, LAST_PAGE]


def test_나눌_것이_없으면_좁히라고_하지_않는다():
    assert facets(답(), 물음(q="여권"), 분야들) == []
    assert (
        facets(답(facets={"topic": [("교통", 9)], "district": [], "source": [("k", 9)]}), 물음(q="여권"), 분야들) == []
    )


def test_좁힌_값은_맨_앞에서_푼다():
    (분야,) = facets(
        답(facets={"topic": [("민원행정", 5), ("교통", 4), ("없앤 분야", 1)]}), 물음(q="여권", topic="gyotong"), 분야들
    )

    assert [(option.text, option.count, option.is_here) for option in 분야.options] == [
        ("교통", 4, True),
        ("민원행정", 5, False),
    ]
    assert [option.url for option in 분야.options] == [
        "/search?q=%EC%97%AC%EA%B6%8C",
        "/search?q=%EC%97%AC%EA%B6%8C&topic=minwon",
    ]


def test_값이_많으면_많은_것부터_여섯만_펼친다():
    (지역,) = facets(답(facets={"district": [(구, 1) for 구 in 자치구들]}), 물음(q="여권"), 분야들)

    assert len(지역.first) == FEW
    assert [option.text for option in (*지역.first, *지역.rest)] == list(자치구들)


# --- the screen ---


def test_결과의_수와_몇_번째인지를_말하고_쪽을_넘긴다(시민: Browser, 채운: Running):
    첫쪽, 다음쪽 = 시민.쪽("/search?q=여권"), 시민.쪽("/search?q=여권&page=2")

    assert "안내 39건 가운데 1–20번째" in 첫쪽.select_one("[role=status]").get_text()
    assert "안내 39건 가운데 21–39번째" in 다음쪽.select_one("[role=status]").get_text()
    assert 다음쪽.title.text == "‘여권’ 찾기 (2쪽)"
    assert 첫쪽.select_one("a[rel=next]")["href"] == 물음(q="여권").url(page=2)
    번호들 = [a["href"] for 쪽 in (첫쪽, 다음쪽) for a in 쪽.select("[data-results] a")]
    assert len(번호들) == len(set(번호들)) == 39


def test_분야와_지역과_자료로_좁히고_푼다(시민: Browser, 채운: Running):
    쪽 = 시민.쪽("/search?q=여권")
    assert list(고를_것(쪽, "분야")) == ["민원행정", "교통"]
    assert "31" in 고를_것(쪽, "분야")["민원행정"].text
    assert {"자주 묻는 질문", "장소", "직접 쓴 안내"} == set(고를_것(쪽, "자료"))

    좁힌_쪽 = 시민.쪽(고를_것(쪽, "분야")["교통"]["href"])

    assert "안내 8건" in 좁힌_쪽.select_one("[role=status]").get_text()
    푸는_것 = 고를_것(좁힌_쪽, "분야")["교통"]
    assert 푸는_것["aria-current"] == "true"
    assert 푸는_것["href"] == 물음(q="여권").url()
    assert 좁힌_쪽.find("a", string="모두 보기")["href"] == 물음(q="여권").url()
    assert len(시민.쪽(물음(q="여권", source="k").url()).select("[data-results] li")) == 1


def test_고쳐서_찾았으면_무엇으로_찾았는지_말한다(시민: Browser, 채운: Running):
    글 = 시민.쪽("/search?q=durnjs").main.get_text()

    assert "‘여권’으로 찾은 결과입니다." in 글


def test_결과마다_어느_구의_것인지_보인다(시민: Browser, 채운: Running):
    결과 = 시민.쪽("/search?q=종로구 여권 주차장").select_one("[data-results] li")

    assert 결과.a.text == "종로구 여권 주차장"
    assert "종로구" in 결과.select(".list__note")[-1].text


def test_못_찾았으면_비슷한_제목과_다른_길을_보인다(시민: Browser, 채운: Running):
    쪽 = 시민.쪽("/search?q=여권&topic=sijeong")

    assert "찾지 못했습니다" in 쪽.main.get_text()
    assert 쪽.find("a", string="분야와 지역을 빼고 다시 찾기")["href"] == 물음(q="여권").url()
    assert 쪽.select_one("h2 + ul.list a")["href"].startswith("/faq/")
    assert 쪽.select_one(".topics a")
    assert 쪽.select_one("a[href='tel:02-120']")


def test_찾기_상자에는_추천하는_스크립트가_있고_없어도_양식이다(시민: Browser):
    for 주소 in ("/", "/search?q=여권", "/faq/k1", "/correct/k1"):
        쪽 = 시민.쪽(주소)
        양식 = 쪽.select_one("form[role=search]")
        assert (양식["action"], 양식["method"], 양식.select_one("[name=q]")["autocomplete"]) == (
            "/search",
            "get",
            "off",
        )
        assert 쪽.select_one("script[src='/static/suggest.js'][defer]")


def test_편집실의_찾기에서_온_상담사에게만_틀림_표시가_보이고_쿠키는_읽지_않는다(시민: Browser):
    여느답, 상담사답 = 시민.연다("/search?q=여권"), 시민.연다("/search?q=여권&desk=agent")
    assert "/desk/flag/" not in 여느답.text
    assert "/desk/flag/k1" in 상담사답.text
    assert BeautifulSoup(상담사답.text, "lxml").select_one("main input[name=desk][value=agent]")
    assert "Cookie" not in 상담사답.headers.get("Vary", "")
