"""시민이 찾은 말이 편집자의 일감이 된다."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import func, select

from app import searches
from app.running import Running
from app.search_report import search_report
from db import Database
from db.events import Event
from db.outbox import OutboxItem
from db.people import Role
from db.searches import Outcome, SearchCount, SearchTerm
from kb.entry import Status
from kb.store import EntryStore
from tests.app.conftest import Browser, 두_데이터베이스, 로그인, 없는말


def 셈(인스턴스: Running) -> dict[tuple[str, str], tuple[int, int, int]]:
    """(말의 key, 통로) -> (찾은 수, 없던 수, 연 수)."""
    인스턴스.searches.flush()
    합 = [func.sum(열) for 열 in (SearchCount.searches, SearchCount.empty, SearchCount.opened)]
    with 인스턴스.database.reading() as session:
        줄들 = session.execute(
            select(SearchTerm.key, SearchCount.channel, *합)
            .join(SearchCount)
            .group_by(SearchTerm.key, SearchCount.channel)
        )
        return {(key, 통로.value): tuple(수들) for key, 통로, *수들 in 줄들}


# --- 세기 ---


def test_시민이_찾은_말을_결과_수와_함께_센다(시민: Browser, 인스턴스: Running):
    for 주소 in ("/search?q=여권 재발급", "/search?q=여권재발급", "/search?q=qqqqzzzz", "/search", "/search?q=?!"):
        시민.연다(주소)

    assert 셈(인스턴스) == {("여권재발급", "web"): (1, 0, 0), ("qqqqzzzz", "web"): (1, 1, 0)}


def test_둘째_쪽과_거른_찾기는_같은_찾기의_이어짐이다(시민: Browser, 인스턴스: Running):
    for 거름 in ("page=2", "topic=minwon", "district=강남구"):
        시민.연다(f"/search?q=여권&{거름}")

    assert 셈(인스턴스) == {}


def test_직원이_찾은_것은_통로가_다르고_주소가_같아도_사람마다_센다(앱: Flask, 인스턴스: Running, database: Database):
    for 이름 in ("agent", "agent2"):
        로그인(앱, database, 이름, Role.AGENT).연다("/search?q=여권")
    로그인(앱, database, "lead", Role.LEAD_EDITOR).연다("/search?q=여권")

    assert 셈(인스턴스) == {("여권", "agent"): (2, 0, 0), ("여권", "desk"): (1, 0, 0)}
    with database.reading() as session:
        assert session.scalars(select(SearchTerm.people)).all() == [2]


def test_어느_화면이든_한_줄로_셀_수_있다(앱: Flask, 인스턴스: Running):
    with 앱.test_request_context():
        searches.count("여권", 3, "api", "203.0.113.9")

    assert 셈(인스턴스) == {("여권", "api"): (1, 0, 0)}


def test_API로_찾은_것도_통로를_적어_세고_이어짐은_세지_않는다(앱: Flask, 인스턴스: Running):
    손님 = 앱.test_client()
    for 물음 in (
        "q=여권",
        "q=qqqqzzzz&limit=3",
        "q=등본&page=2",
        "q=등본&topic=minwon",
        "q=등본&district=강남구",
        "q=",
    ):
        assert 손님.get(f"/api/v1/search?{물음}").status_code == 200
    assert 손님.get("/api/v1/suggest?q=여권").status_code == 200

    assert 셈(인스턴스) == {("여권", "api"): (1, 0, 0), ("qqqqzzzz", "api"): (1, 1, 0)}


def test_찾기의_답은_쿠키에_매이지_않는다(시민: Browser):
    답 = 시민.연다("/search?q=여권")

    assert "Cookie" not in 답.headers.get("Vary", "")
    assert "Set-Cookie" not in 답.headers


# --- 열었는지 ---


def test_스크립트가_결과를_열었다고_알린다(시민: Browser, 인스턴스: Running):
    시민.연다("/search?q=여권")
    for 머리 in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}):
        답 = 시민.client.post("/search/opened", data={"q": "여권"}, headers=머리)
        assert (답.status_code, 답.data) == (204, b""), 머리
        assert "Set-Cookie" not in 답.headers

    assert 셈(인스턴스) == {("여권", "web"): (1, 0, 1)}


def test_다른_누리집이_보낸_것은_받지_않는다(시민: Browser, 인스턴스: Running):
    for 머리 in ({}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {"Origin": "http://["}):
        답 = 시민.client.post("/search/opened", data={"q": "여권"}, headers=머리)
        assert 답.status_code == 403, 머리

    assert 셈(인스턴스) == {}


def test_스크립트가_없어도_찾기_화면에서_온_것으로_안다(시민: Browser, 인스턴스: Running):
    시민.연다("/search?q=여권+분실")
    for _ in range(2):
        시민.client.get(
            "/faq/k1", headers={"Referer": "http://localhost/search?q=%EC%97%AC%EA%B6%8C+%EB%B6%84%EC%8B%A4"}
        )

    assert 셈(인스턴스) == {("여권분실", "web"): (1, 0, 1)}


def test_찾아서_연_것이_아니면_세지_않는다(시민: Browser, 인스턴스: Running):
    여기서 = {"Referer": "http://localhost/search?q=1"}
    시민.client.get("/faq/k1", headers={"Referer": "https://evil.example/search?q=1"})
    시민.client.get("/faq/k1", headers={"Referer": "http://localhost/topic/minwon?x=/search?q=1"})
    시민.client.get("/faq/k1", headers={"Referer": "http://[/search?q=1"})
    시민.client.get("/faq/k1", headers=여기서 | {"Sec-Purpose": "prefetch"})
    시민.client.get("/faq/k404", headers=여기서)
    시민.client.get("/about", headers=여기서)

    assert 셈(인스턴스) == {}


# --- 일감 ---


def test_다섯_사람이_찾았는데_없던_말이_일감이_된다(편집자: Browser, 찾은말: Callable[..., int]):
    찾은말("혼자 찾은 말", 사람=1)
    assert "1가지 세고" in 편집자.쪽("/desk/searches").text.replace("가지를", "가지")

    찾은말()
    쪽 = 편집자.쪽("/desk/searches")
    assert [h3.text for h3 in 쪽.select("article h3")] == [없는말]
    assert "결과 없음 5번" in 쪽.article.text
    assert (
        쪽.select_one("article a")["href"]
        == "/search?q=%EC%9A%B0%EC%A3%BC+%EC%A0%95%EA%B1%B0%EC%9E%A5+%EC%98%88%EC%95%BD"
    )
    assert "혼자 찾은 말" not in 쪽.text
    assert 쪽.select_one('nav a[href="/desk/searches"]')


def test_까닭을_골라_마치면_목록에서_빠지고_다시_열_수_있다(
    편집자: Browser, 찾은말: Callable[..., int], database: Database
):
    id = 찾은말()
    답 = 편집자.보낸다(f"/desk/searches/{id}", 양식="/desk/searches", 갈곳="outcome", outcome="", note="")
    assert "까닭을 골라 주세요" in 편집자.쪽(답.location).text

    답 = 편집자.보낸다(
        f"/desk/searches/{id}", 양식="/desk/searches", 갈곳="outcome", outcome="not_ours", note="우주청 <b>일</b>"
    )
    assert 답.status_code == 303
    assert not 편집자.쪽("/desk/searches").article
    마친 = 편집자.쪽("/desk/searches?kind=closed").article.text
    assert "120이 답할 일이 아닙니다" in 마친
    assert "우주청 <b>일</b>" in 마친

    편집자.보낸다(f"/desk/searches/{id}", 양식="/desk/searches?kind=closed", 갈곳="reopen")
    assert 편집자.쪽("/desk/searches").article
    with database.reading() as session:
        사건들 = session.scalars(select(Event).where(Event.stream == f"search/{id}")).all()
    assert [(사건.action, 사건.reason_code) for 사건 in 사건들] == [("close", "not_ours"), ("reopen", None)]
    assert 없는말 not in str([vars(사건) for 사건 in 사건들]), "지울 수 없는 기록에 찾은 말을 적지 않는다"


def test_자주_찾는_말을_권하지_않게_할_수_있다(편집자: Browser, 찾은말: Callable[..., int], 인스턴스: Running):
    id = 찾은말("여권", 결과=3)
    assert 인스턴스.searches.frequent(5) == [("여권", 5)]

    편집자.보낸다(f"/desk/searches/{id}?kind=frequent", 양식="/desk/searches?kind=frequent", 갈곳="hide")
    assert 인스턴스.searches.frequent(5) == []
    assert "권하지 않음" in 편집자.쪽("/desk/searches?kind=frequent").article.text

    편집자.보낸다(f"/desk/searches/{id}?kind=frequent", 양식="/desk/searches?kind=frequent", 갈곳="unhide")
    assert 인스턴스.searches.frequent(5) == [("여권", 5)]


@두_데이터베이스
def test_새_안내의_초안을_쓰면_일감이_끝나고_시민에게는_보이지_않는다(
    편집자: Browser, 시민: Browser, 찾은말: Callable[..., int], 저장소: EntryStore, database: Database
):
    id = 찾은말()
    곳 = f"/desk/searches/{id}/draft"
    assert 편집자.양식(곳, 갈곳="title")["title"] == 없는말
    보낼것 = {"topic": "교통", "body": "예약은 받지 않습니다.", "title": "우주 정거장은 어떻게 예약하나요?"}

    assert 편집자.보낸다(곳, 갈곳="title", **보낼것 | {"title": " "}).status_code == 422
    assert 편집자.보낸다(곳, 갈곳="title", **보낼것 | {"topic": "없는 주제"}).status_code == 422
    assert 편집자.보낸다(곳, 갈곳="title", **보낼것).status_code == 303
    assert 편집자.보낸다(곳, 갈곳="title", **보낼것).status_code == 303, "두 번 눌러도 초안은 하나"

    초안 = [항목 for 항목 in 저장소.all() if 항목.id != "k1"]
    assert [(항목.title, 항목.topic, 항목.status) for 항목 in 초안] == [(보낼것["title"], "교통", Status.DRAFT)]
    assert 시민.연다(f"/faq/{초안[0].id}").status_code == 404
    assert f"초안 {초안[0].id}" in 편집자.쪽("/desk/searches?kind=closed").article.text
    with database.reading() as session:
        assert session.scalars(select(SearchTerm.closed_as)).all() == [Outcome.WRITTEN]
        assert "entry.index" in session.scalars(select(OutboxItem.kind)).all()


def test_편집자가_아니면_보지도_정하지도_못한다(
    앱: Flask, database: Database, 찾은말: Callable[..., int], 저장소: EntryStore
):
    id = 찾은말()
    for 역할 in (Role.AGENT, Role.ADMINISTRATOR):
        누구 = 로그인(앱, database, 역할.value, 역할)
        표 = 누구.쪽("/receipt").find("input", {"name": "csrf_token"})["value"]
        for 주소 in ("/desk/searches", f"/desk/searches/{id}/draft"):
            답 = 누구.연다(주소)
            assert 답.status_code == 403
            assert 없는말 not in 답.text
        for 주소 in (f"/desk/searches/{id}", f"/desk/searches/{id}/draft"):
            답 = 누구.client.post(주소, data={"csrf_token": 표, "do": "close", "outcome": "exists", "title": "가"})
            assert 답.status_code == 403
    assert Browser(앱.test_client()).연다("/desk/searches").location == "/desk/login?next=/desk/searches"
    assert [항목.id for 항목 in 저장소.all()] == ["k1"]


def test_이상한_물음에도_답한다(편집자: Browser, 찾은말: Callable[..., int]):
    찾은말("<script>alert(1)</script> 찾기")
    for 물음 in ("", "?kind=모르는것", "?page=x", "?page=-3", "?kind=closed&page=99999"):
        답 = 편집자.연다(f"/desk/searches{물음}")
        assert 답.status_code == 200, 물음
        assert "<script>alert" not in 답.text


def test_보이지_않는_말의_번호로는_아무것도_할_수_없다(편집자: Browser, 찾은말: Callable[..., int]):
    드문말 = 찾은말("혼자 찾은 말", 사람=1)
    보이는말 = 찾은말()
    for id in (드문말, 9999):
        assert 편집자.연다(f"/desk/searches/{id}/draft").status_code == 404
        답 = 편집자.보낸다(f"/desk/searches/{id}", 양식="/desk/searches", 갈곳="outcome", outcome="exists")
        assert 답.status_code == 404
    답 = 편집자.보낸다(f"/desk/searches/{보이는말}", 양식="/desk/searches", 갈곳="outcome", do="모르는 일")
    assert 답.status_code == 400


def test_명령줄의_요약도_다섯_사람이_찾은_말만_보인다(인스턴스: Running, 찾은말: Callable[..., int]):
    찾은말()
    찾은말("여권", 결과=3)
    찾은말("혼자 찾은 말", 사람=1)
    찾은말("박서연 010-9876-5432")

    요약 = search_report(인스턴스, limit=10)
    assert 요약["empty"] == 5 + 1 + 5
    assert 요약["masked"] == 5
    assert 요약["waiting_for_five"] == 1
    assert "혼자" not in str(요약)
    assert "010" not in str(요약)
    assert [줄["query"] for 줄 in 요약["terms"]["frequent"]] == [없는말, "여권"]
