"""시민이 찾고, 틀린 곳을 알리고, 결과를 확인한다."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.citizen.outcome import STATE_WORDS
from app.citizen.receipt_pages import BY_ADDRESS, BY_NUMBER
from app.running import Running
from cases.clock import WorkingClock
from corrections import conversation, review, screening_freeze
from corrections.models import Correction, MeToo, Reason, State
from corrections.screening_models import Trace
from corrections.transition import Action, transition
from db import Database
from db.attempts import knock
from db.people import Actor, Person, Role
from kb.entry import Entry, Status
from kb.store import Change, EntryStore
from tests.app.conftest import Browser, 직원
from tests.app.test_public import 나쁜_글


def 상태(database: Database) -> State:
    with database.reading() as session:
        return session.scalars(select(Correction.state).order_by(Correction.id.desc())).first()


def 요청수(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Correction)) or 0


def 숨은_칸(html: str, 폼: str = "main form") -> dict[str, str]:
    숨음 = BeautifulSoup(html, "lxml").select(f"{폼} input[type=hidden]")
    return {i["name"]: i.get("value", "") for i in 숨음}


def 오류들(html: str) -> list[str]:
    return [a["href"] for a in BeautifulSoup(html, "lxml").select(".error-summary a")]


# --- 수정 요청 ---


def test_보내면_접수증으로_가고_번호와_코드가_보인다(시민: Browser, database: Database):
    답 = 시민.보낸다("/correct/k1", kind="fee", proposal="5만 3천 원입니다.")

    assert 답.status_code == 303
    접수증 = 시민.쪽(답.location).get_text(" ", strip=True)
    assert re.search(r"\d{4}-\d{6}", 접수증)
    assert re.search(r"[0-9A-HJKMNP-TV-Z]{8}", 접수증)
    assert "접수했습니다" in 접수증
    assert 요청수(database) == 1


def test_양식은_무엇을_고치는지와_골라_온_부분을_보여_준다(시민: Browser, 저장소: EntryStore):
    쪽 = 시민.쪽("/correct/k1?quote=%20수수료는%205만%20원입니다.")

    assert "여권을 잃어버렸어요" in 쪽.get_text()
    assert 쪽.find("textarea", {"name": "quoted"}).text.strip() == "수수료는 5만 원입니다."
    assert 쪽.find("input", {"name": "v"})["value"] == 저장소.get("k1").version
    assert [script["src"] for script in 쪽.find_all("script")] == ["/static/suggest.js", "/static/correct.js"]
    assert 쪽.find("meta", {"name": "robots"})["content"].startswith("noindex")


def test_보던_글이_바뀌었으면_알려_준다(시민: Browser):
    assert "그사이 바뀌었습니다" in 시민.연다("/correct/k1?v=aaaaaaaaaaaa").text
    assert "그사이 바뀌었습니다" not in 시민.연다("/correct/k1").text


def test_틀리면_어느_칸인지_말하고_적은_글을_지키며_저장하지_않는다(시민: Browser, database: Database):
    답 = 시민.보낸다("/correct/k1", quoted="제가 적은 글", evidence="구청 누리집")

    assert 답.status_code == 422
    assert 오류들(답.text) == ["#kind-0", "#proposal"]
    쪽 = BeautifulSoup(답.text, "lxml")
    assert all(쪽.find(id=곳.removeprefix("#")) for 곳 in 오류들(답.text))
    assert 쪽.find("textarea", {"name": "quoted"}).text.strip() == "제가 적은 글"
    assert 쪽.find("textarea", {"name": "evidence"}).text.strip() == "구청 누리집"
    assert 쪽.title.text.startswith("오류:")
    assert 요청수(database) == 0


def test_틀린_뒤에_고쳐_보내면_접수된다(시민: Browser, database: Database):
    첫답 = 시민.보낸다("/correct/k1", kind="fee")
    표 = 숨은_칸(첫답.text)

    assert 시민.client.post("/correct/k1", data=표 | {"kind": "fee", "proposal": "5만 3천 원"}).status_code == 303
    assert 요청수(database) == 1


def test_같은_양식을_두_번_보내면_같은_접수증이다(시민: Browser, database: Database):
    양식 = 시민.양식("/correct/k1") | {"kind": "fee", "proposal": "5만 3천 원"}

    assert 시민.client.post("/correct/k1", data=양식).location == 시민.client.post("/correct/k1", data=양식).location
    assert 요청수(database) == 1


def test_없는_안내에는_찾기가_있는_404로_답한다(시민: Browser):
    답 = 시민.연다("/correct/k404")

    assert 답.status_code == 404
    assert "‘k404’ 항목이 없습니다" in 답.text
    assert BeautifulSoup(답.text, "lxml").select_one('form[action="/search"]')


def test_내린_안내에는_까닭과_옮긴_곳을_말한다(시민: Browser, 저장소: EntryStore, 항목: Callable[..., Entry]):
    저장소.save(항목(id="k2", status=Status.RETIRED, redirect_to="k1"), change=Change(role="editor", reason="옮김"))

    답 = 시민.연다("/correct/k2")

    assert 답.status_code == 410
    assert BeautifulSoup(답.text, "lxml").find("a", href="/faq/k1")


def test_초안이_있다는_것도_알려_주지_않는다(시민: Browser, 저장소: EntryStore, 항목: Callable[..., Entry]):
    저장소.save(항목(id="k3", title="비밀 계획", status=Status.DRAFT), change=Change(role="editor", reason="초안"))

    답 = 시민.연다("/correct/k3")

    assert 답.status_code == 404
    assert "비밀 계획" not in 답.text


def test_표가_없는_양식은_받지_않고_적은_글은_돌려준다(시민: Browser, database: Database):
    답 = 시민.client.post("/correct/k1", data={"kind": "fee", "proposal": "<b>5만 3천 원</b>", "token": "표"})

    assert 답.status_code == 403
    assert 요청수(database) == 0
    쪽 = BeautifulSoup(답.text, "lxml")
    assert 쪽.find("textarea", {"name": "proposal"}).text.strip() == "<b>5만 3천 원</b>"
    다시 = {i["name"]: i["value"] for i in 쪽.select("form[method=post] input")} | {"proposal": "5만 3천 원"}
    assert 시민.client.post("/correct/k1", data=다시).status_code == 303


@pytest.mark.parametrize("글", 나쁜_글)
def test_어느_칸에_무엇을_넣어도_글로만_보인다(
    시민: Browser, 편집자: Browser, 저장소: EntryStore, 항목: Callable[..., Entry], database: Database, 글: str
):
    저장소.save(
        replace(저장소.get("k1"), title=글, facts={글: 글}, body=f"본문입니다.\n\n{글}\n"),
        change=Change(role="editor", reason="나쁜 글"),
    )
    틀린답 = 시민.보낸다("/correct/k1", quoted=글, evidence=글, kind=글, v=글)
    보냄 = 시민.보낸다("/correct/k1", kind="typo", quoted=글, proposal=글, evidence=글)
    번호 = int(보냄.location.rsplit("-", 1)[1])
    접수증 = 시민.연다(보냄.location).text
    with database.begin() as session:  # some of these look like an advertisement, and would wait for a screener
        session.get_one(Correction, 번호).state = State.RECEIVED

    for html in (
        틀린답.text,
        접수증,
        시민.연다(보냄.location).text,
        시민.client.get("/correct/k1", query_string={"quote": 글, "v": 글}).text,
        시민.client.get("/search", query_string={"q": 글, "topic": 글, "district": 글}).text,
        시민.client.get("/receipt", query_string={"number": 글}).text,
        시민.client.post("/correct/k1", data={"proposal": 글}).text,
        편집자.연다("/desk/").text,
        편집자.연다(f"/desk/corrections/{번호}").text,
        편집자.보낸다(
            f"/desk/corrections/{번호}/preview",
            양식=f"/desk/corrections/{번호}",
            갈곳="preview",
            body=글 + "!",
            note=글,
        ).text,
    ):
        쪽 = BeautifulSoup(html, "lxml")
        assert not 쪽.find(["iframe", "style", "img"])
        assert all(script["src"].startswith("/static/") and not script.text for script in 쪽.find_all("script"))
        assert all(not svg.find_parent("main") for svg in 쪽.find_all("svg"))
        assert not [t for t in 쪽.find_all(True) for name in t.attrs if name.startswith("on") or name == "autofocus"]
        assert not [a for a in 쪽.find_all(href=True) if a["href"].strip().lower().startswith(("javascript:", "data:"))]
        assert "49" not in [t.get_text(strip=True) for t in 쪽.find_all(["p", "dd", "h1"])]


def test_개인정보를_가렸으면_접수증이_말한다(시민: Browser):
    확인 = 시민.보낸다("/correct/k1", kind="fee", proposal="010-1234-5678로 연락 주세요")

    접수증 = 시민.쪽(시민.client.post("/correct/k1", data=숨은_칸(확인.text) | {"do": "mask"}).location)

    assert "개인정보로 보이는 것이 있어 가리고" in 접수증.get_text()
    assert "먼저 확인하고 있습니다" in 접수증.get_text()
    assert "010-1234-5678" not in 접수증.get_text()


def test_개인정보가_보이면_저장하기_전에_무엇인지_보이고_묻는다(시민: Browser, database: Database):
    확인 = 시민.보낸다(
        "/correct/k1", kind="fee", proposal="5만 3천 원이래요.\n010-1234-5678", evidence="hong@naver.com"
    )
    쪽 = BeautifulSoup(확인.text, "lxml")

    assert (확인.status_code, 요청수(database)) == (200, 0)
    보임 = 쪽.find("main").get_text(" ", strip=True)
    assert "010-****-**** → [전화번호]" in 보임
    assert "5만 3천 원이래요. [전화번호]" in " ".join(보임.split())
    assert "010-1234-5678" not in 보임
    assert "hong@" not in 보임
    assert [단추["value"] for 단추 in 쪽.select("button[name=do]")] == ["mask", "edit"]


def test_고치기를_누르면_적은_글이_그대로이고_고쳐_보내면_보류하지_않는다(시민: Browser, database: Database):
    확인 = 시민.보낸다("/correct/k1", kind="fee", proposal="5만 3천 원\n010-1234-5678", quoted="수수료")

    다시 = 시민.client.post("/correct/k1", data=숨은_칸(확인.text) | {"do": "edit"})
    쪽 = BeautifulSoup(다시.text, "lxml")
    assert 쪽.find("textarea", {"name": "proposal"}).text.split() == ["5만", "3천", "원", "010-1234-5678"]
    assert 쪽.find("input", checked=True)["value"] == "fee"

    보냄 = 시민.client.post(
        "/correct/k1", data=숨은_칸(다시.text, "form[data-draft]") | {"kind": "fee", "proposal": "5만 3천 원"}
    )
    assert "접수했습니다" in 시민.쪽(보냄.location).get_text()
    assert 상태(database) is State.RECEIVED


# --- 접수 확인 ---


@pytest.fixture
def 접수증(시민: Browser, 보낸요청: Callable[..., int]) -> tuple[str, str]:
    """방금 보낸 요청의 번호와 코드."""
    보낸요청()
    with 시민.client.session_transaction() as session:
        ((번호, (코드, _)),) = session["receipts"].items()
    return 번호, 코드


def test_번호와_코드를_넣으면_접수증이_열린다(앱: Flask, 접수증: tuple[str, str]):
    다른기기 = Browser(앱.test_client())

    답 = 다른기기.보낸다("/receipt", number=접수증[0].replace("-", " "), code=접수증[1].lower())

    assert 답.status_code == 303
    assert "접수했습니다" in 다른기기.쪽(답.location).get_text()


def test_없는_번호와_틀린_코드는_같은_답이다(앱: Flask, 접수증: tuple[str, str]):
    다른기기 = Browser(앱.test_client())

    틀린코드 = 다른기기.보낸다("/receipt", number=접수증[0], code="WRONGC0D")
    없는번호 = 다른기기.보낸다("/receipt", number="2611-999999", code=접수증[1])

    assert 틀린코드.status_code == 없는번호.status_code == 404
    assert _가린(틀린코드.text, 접수증[0]) == _가린(없는번호.text, "2611-999999")
    assert 접수증[1] not in 없는번호.text


def _가린(html: str, number: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", html.replace(number, "번호"))


def test_번호만_알아서는_있는_번호인지도_알_수_없다(앱: Flask, 접수증: tuple[str, str]):
    다른기기 = Browser(앱.test_client())

    있는, 없는 = 다른기기.연다(f"/receipt/{접수증[0]}"), 다른기기.연다("/receipt/2611-999999")

    assert (있는.status_code, 없는.status_code) == (303, 303)
    assert 있는.location.replace(접수증[0], "") == 없는.location.replace("2611-999999", "")


def test_여러_번_틀리면_맞는_코드도_잠시_막는다(앱: Flask, 접수증: tuple[str, str]):
    for _ in range(BY_NUMBER.times):
        assert Browser(앱.test_client()).보낸다("/receipt", number=접수증[0], code="WRONGC0D").status_code == 404

    다른기기 = Browser(앱.test_client())
    막힘 = 다른기기.보낸다("/receipt", number=접수증[0], code=접수증[1])

    assert 막힘.status_code == 429
    assert "02-120" in 막힘.text


def test_한_주소에서_번호를_바꿔_가며_두드려도_막힌다(앱: Flask, 접수증: tuple[str, str]):
    누구 = Browser(앱.test_client())

    답들 = [누구.보낸다("/receipt", number=f"2611-{n:06d}", code="WRONGC0D").status_code for n in range(900, 922)]

    assert 답들 == [404] * 20 + [429] * 2


def test_접수증은_어디에도_남지_않는다(시민: Browser, 접수증: tuple[str, str]):
    답 = 시민.연다(f"/receipt/{접수증[0]}")

    assert 답.headers["Cache-Control"] == "no-store"
    assert 답.headers["X-Robots-Tag"] == "noindex"


# --- 저도요 ---


def test_먼저_온_요청이_보이고_저도요를_한_번_누르면_한_번만_센다(
    시민: Browser, 보낸요청: Callable[..., int], database: Database
):
    번호 = 보낸요청(quoted="수수료는 5만 원입니다.", proposal="홍길동이 보낸 광고 글")

    쪽 = 시민.쪽("/correct/k1")
    먼저 = 쪽.find(id="reports").find_parent("section").get_text(" ", strip=True)
    assert "수수료나 금액이 틀려요" in 먼저
    assert "‘수수료는 5만 원입니다.’" in 먼저
    assert "홍길동" not in 먼저

    답들 = [시민.보낸다("/correct/k1/too", 양식="/correct/k1", 갈곳="/too") for _ in range(2)]

    assert [답.status_code for 답 in 답들] == [303, 303]
    assert "‘저도요’를 더했습니다" in 시민.쪽(답들[0].location).get_text()
    assert "1명이 함께 봄" in 시민.쪽("/correct/k1").get_text()
    with database.reading() as session:
        assert session.scalars(select(MeToo.correction_id)).all() == [번호]


def test_보류했거나_끝난_요청에는_저도요를_더하지_않는다(
    시민: Browser, 보낸요청: Callable[..., int], database: Database
):
    보낸요청()
    양식 = 시민.양식("/correct/k1", 갈곳="/too")
    with database.begin() as session:
        transition(session, session.scalars(select(Correction)).one(), Action.WITHDRAW, by=Actor.citizen())

    답 = 시민.client.post("/correct/k1/too", data=양식)

    assert "그사이 처리된 요청입니다" in 시민.쪽(답.location).get_text()
    assert not 시민.쪽("/correct/k1").find(id="reports")


# --- 한도 ---


@pytest.fixture
def 엄한_앱(인스턴스: Running, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """정해 둔 한도(WORKFLOWS 2 item 12)의 앱. 한 시간에 네 번을 넘으면 거절한다."""
    monkeypatch.setenv("OPEN120_REPORT_LIMITS", "4 1 10 5 10 4")
    return create_app(인스턴스)


def test_한_주소에서_몰아치면_보류하고_끝내는_거절하되_글을_잃지_않는다(엄한_앱: Flask, database: Database):
    누구 = Browser(엄한_앱.test_client())
    답들 = [누구.보낸다("/correct/k1", kind="fee", proposal=f"{n}천 원이 맞습니다.") for n in range(5)]

    assert [답.status_code for 답 in 답들] == [303] * 4 + [429]
    assert 답들[4].headers["Retry-After"] == "3600"
    쪽 = BeautifulSoup(답들[4].text, "lxml")
    assert "02-120" in 쪽.select_one(".error-summary").text
    assert 쪽.find("textarea", {"name": "proposal"}).text.strip() == "4천 원이 맞습니다."
    with database.reading() as session:
        assert set(session.scalars(select(Correction.state))) == {State.HELD}
        assert {len(one) for one in session.scalars(select(Trace.address))} == {64}
        assert "4초 안에" in session.scalars(select(Correction.suspicions)).first()


def test_IPv6의_한_집에서_주소를_바꾸어도_한_곳으로_센다(엄한_앱: Flask, database: Database):
    for n in range(2):
        누구 = Browser(엄한_앱.test_client())
        누구.client.environ_base["REMOTE_ADDR"] = f"2001:db8:1:2::{n:x}"
        누구.보낸다("/correct/k1", kind="fee", proposal="3천 원")

    with database.reading() as session:
        assert len(set(session.scalars(select(Trace.address)))) == 1
        assert (
            "1분 안에 또 보냄" in session.scalars(select(Correction.suspicions).order_by(Correction.id.desc())).first()
        )


def test_숨은_칸은_사람에게도_보조_기술에도_닿지_않고_채우면_차례를_기다리게_한다(시민: Browser, database: Database):
    칸 = 시민.쪽("/correct/k1").find("input", {"name": "homepage"})
    assert 칸["tabindex"] == "-1"
    assert 칸.find_parent("div")["aria-hidden"] == "true"
    assert 칸.find_previous("label").text == "비워 두세요"

    assert 시민.보낸다("/correct/k1", kind="fee", proposal="3천 원", homepage="http://a.example").status_code == 303
    assert 상태(database) is State.HELD


def test_멈춘_안내의_요청은_받되_보류한다(시민: Browser, database: Database):
    with database.begin() as session:
        screening_freeze.freeze(session, "k1", until=datetime.now(UTC) + timedelta(days=1), reason="몰림",
                                by=Actor(person_id=None, role=Role.EDITOR))  # fmt: skip
    assert "요청이 몰려" in 시민.쪽("/correct/k1").get_text()
    시민.보낸다("/correct/k1", kind="fee", proposal="3천 원")

    assert 상태(database) is State.HELD


# --- 접수한 뒤 ---


@pytest.fixture
def 편집(database: Database) -> Actor:
    return 직원(database, "reviewer", Role.EDITOR).actor


def test_접수증은_누가_언제까지_할지_말한다(시민: Browser, 접수증: tuple[str, str]):
    글 = 시민.쪽(f"/receipt/{접수증[0]}").get_text(" ", strip=True)

    assert "지금 맡은 곳 편집실" in 글
    assert re.search(r"월 \d+일\([월화수목금]\) (오[전후]|낮) \d+시( \d+분)?까지 살피기 시작합니다", 글)
    assert re.search(r"까지 정해 알려 드립니다", 글)


def test_편집자가_물으면_접수증에서_답하고_개인정보는_가린다(
    시민: Browser, 접수증: tuple[str, str], database: Database, 편집: Actor
):
    with database.begin() as session:
        하나 = session.scalars(select(Correction)).one()
        conversation.ask(session, 하나, by=편집, text="어느 구청에서 들으셨나요?")
    주소 = f"/receipt/{접수증[0]}"
    assert "어느 구청에서 들으셨나요?" in 시민.쪽(주소).get_text()
    assert "기한이 멈춥니다" in 시민.쪽(주소).get_text()

    빈답 = 시민.보낸다(f"{주소}/reply", 양식=주소, 갈곳="/reply", reply=" ")
    답 = 시민.보낸다(f"{주소}/reply", 양식=주소, 갈곳="/reply", reply="강남구청이요. 010-1234-5678")

    assert (빈답.status_code, 오류들(빈답.text)) == (422, ["#reply"])
    글 = 시민.쪽(답.location).get_text(" ", strip=True)
    assert "답을 보냈습니다" in 글
    assert "강남구청이요. [전화번호]" in 글
    assert "가리고 저장했습니다" in 글
    assert "살펴보고 있습니다" in 글


def test_부서에_물은_말은_보이지_않고_부서의_답만_부서의_이름으로_보인다(
    시민: Browser, 접수증: tuple[str, str], database: Database, 편집: Actor
):
    with database.begin() as session:
        담당자 = session.get_one(Person, 직원(database, "officer", Role.OFFICER).id)
        담당자.office = "민원여권과"
        담당 = 담당자.actor
    with database.begin() as session:
        하나 = session.scalars(select(Correction)).one()
        conversation.consult(session, 하나, by=편집, text="안에서만 볼 말", clock=WorkingClock())
    assert "지금 맡은 곳 민원여권과" in 시민.쪽(f"/receipt/{접수증[0]}").get_text(" ", strip=True)
    with database.begin() as session:
        하나 = session.scalars(select(Correction)).one()
        conversation.office_says(session, 하나, by=담당, agrees=True, text="5만 3천 원이 맞습니다.")

    글 = 시민.쪽(f"/receipt/{접수증[0]}").get_text(" ", strip=True)
    assert "민원여권과의 확인" in 글
    assert "5만 3천 원이 맞습니다." in 글
    assert "안에서만 볼 말" not in 글


def test_반영하지_않은_까닭을_보이고_이의를_한_번_받는다(
    시민: Browser, 접수증: tuple[str, str], database: Database, 편집: Actor
):
    with database.begin() as session:
        review.decline(
            session,
            session.scalars(select(Correction)).one(),
            by=편집,
            reason_code="no_evidence",
            note="구청에도 물었습니다.",
        )
    주소 = f"/receipt/{접수증[0]}"
    assert "근거를 찾지 못했습니다. 구청에도 물었습니다." in 시민.쪽(주소).get_text()

    양식 = 시민.양식(주소, 갈곳="/objection") | {"objection": "고시 제2026-1호를 보세요."}
    처음, 다시 = (시민.client.post(f"{주소}/objection", data=양식) for _ in range(2))

    assert (처음.status_code, 다시.status_code) == (303, 409)
    assert "고시 제2026-1호를 보세요." in 다시.text
    글 = 시민.쪽(주소).get_text(" ", strip=True)
    assert "처음 정한 사람이 아닌 편집자가 다시 봅니다" in 글
    assert "이의 내기" not in 글


def test_중복은_먼저_온_요청의_결과를_따르고_남의_글은_보이지_않는다(
    시민: Browser, 보낸요청: Callable[..., int], database: Database, 편집: Actor
):
    먼저 = 보낸요청(proposal="먼저 보낸 사람의 글: 수수료가 바뀌었습니다.", quoted="")
    나중 = 시민.보낸다("/correct/k1", kind="fee", proposal="수수료가 올랐습니다.").location
    with database.begin() as session:
        둘째 = session.scalars(select(Correction).order_by(Correction.id.desc())).first()
        review.merge(session, 둘째, into=먼저, by=편집)
    assert "먼저 온 요청과 함께 살핍니다" in 시민.쪽(나중).get_text()
    with database.begin() as session:
        review.decline(session, session.get_one(Correction, 먼저), by=편집, reason_code="opinion")

    글 = 시민.쪽(나중).get_text(" ", strip=True)
    assert "사실이 아니라 의견입니다" in 글
    assert "먼저 보낸 사람의 글" not in 글


def test_거두려면_한_번_더_묻는다(시민: Browser, 접수증: tuple[str, str], database: Database):
    주소 = f"/receipt/{접수증[0]}"
    거두기 = 시민.쪽(주소).find("a", string="이 요청 거두기")["href"]
    assert "되돌릴 수 없습니다" in 시민.쪽(거두기).get_text()
    assert 상태(database) is State.RECEIVED

    assert 시민.보낸다(f"{주소}/withdraw", 양식=거두기, 갈곳="/withdraw").status_code == 303
    assert "거두신 요청입니다" in 시민.쪽(주소).get_text()
    assert 시민.보낸다(f"{주소}/withdraw", 양식=거두기, 갈곳="/withdraw").status_code == 409


@pytest.mark.parametrize("일", ["reply", "objection", "withdraw"])
def test_접수증을_열지_않은_사람은_아무것도_할_수_없고_망가진_양식도_터지지_않는다(
    앱: Flask, 시민: Browser, 접수증: tuple[str, str], database: Database, 일: str
):
    남 = Browser(앱.test_client())
    주소, 표 = f"/receipt/{접수증[0]}/{일}", 남.양식("/receipt")["csrf_token"]
    답 = 남.client.post(주소, data={"csrf_token": 표, 일: "남의 글"})
    if 일 == "withdraw":
        assert 답.location.startswith("/receipt?number=")
    else:  # what was typed is not thrown away
        assert (답.status_code, "30분이 지나" in 답.text, "남의 글" in 답.text) == (403, True, True)
    assert 남.client.post("/receipt/2611-999999/" + 일, data={"csrf_token": 표}).status_code == 303
    assert 상태(database) is State.RECEIVED

    내표 = 시민.양식("/correct/k1")["csrf_token"]
    for 칸 in ({}, {일: "\0"}, {일: "\0가"}, {일: ["가", ""]}, {일: "가" * 5000}):
        답 = 시민.client.post(주소, data={"csrf_token": 내표, **칸})
        assert 답.status_code in (303, 409, 422), 칸


def test_열네_상태_모두_시민의_말이_있고_직원의_이름은_없다(
    시민: Browser, 접수증: tuple[str, str], database: Database, 편집: Actor
):
    assert set(STATE_WORDS) == set(State)
    for 하나 in State:
        with database.begin() as session:
            행 = session.scalars(select(Correction)).one()
            행.reason_code, 행.note, 행.duplicate_of = Reason.OPINION, "", None
            행.accepted_by, 행.claimed_by, 행.decided_by = 편집.person_id, 편집.person_id, 편집.person_id
            if 하나 is State.DUPLICATE:
                continue
            행.state = 하나
        글 = 시민.쪽(f"/receipt/{접수증[0]}").get_text(" ", strip=True)
        assert STATE_WORDS[하나].title in 글, 하나
        assert "이름-reviewer" not in 글


def test_주소를_바꾸어_가며_한_번호를_찍어도_코드는_몇_번_견주어_보지_못한다(database: Database):
    """주소 500곳에서 10초마다 하나씩 천 번(1초마다 만 번과 같은 시간): 번호 하나에는 15분에 다섯 번뿐이다."""
    처음 = datetime(2026, 11, 24, tzinfo=UTC)
    견줌 = 0
    for n in range(1000):
        자리 = [(BY_NUMBER, "1"), (BY_ADDRESS, f"192.0.2.{n % 500}")]
        견줌 += knock(database, 자리, secret=b"s", now=처음 + timedelta(seconds=10 * n)).allowed

    assert 견줌 <= 5 * (10_000 // 900 + 1)


# --- 찾기 ---


def test_찾으면_맞는_안내가_나온다(시민: Browser):
    쪽 = 시민.쪽("/search?q=여권 재발급")

    assert 쪽.select_one(".list a")["href"] == "/faq/k1"
    assert 쪽.find("input", {"name": "q", "id": "q"})["value"] == "여권 재발급"
    assert len(쪽.find_all(id="q")) == 1
    assert 쪽.find("meta", {"name": "robots"})["content"].startswith("noindex")


def test_없으면_다른_길을_알려_준다(시민: Browser):
    쪽 = 시민.쪽("/search?q=쀍뷁&district=강남구")

    글 = 쪽.get_text(" ", strip=True)
    assert "찾지 못했습니다" in 글
    assert "02-120" in 글
    assert 쪽.find("a", href="/topic/minwon")
    assert 쪽.find("a", string="분야와 지역을 빼고 다시 찾기")


def test_분야로_좁힐_수_있다(시민: Browser):
    assert 시민.쪽("/search?q=여권&topic=minwon").select("[data-results] a")
    assert not 시민.쪽("/search?q=여권&topic=gyotong").select("[data-results] a")


@pytest.mark.parametrize(
    "물음",
    ["", "q=", "q=%00%ff", "q=여권&page=-1", "q=여권&page=99999", "q=여권&page=x", "topic=없음", "q=" + "가" * 5000],
)
def test_무엇을_물어도_쪽이_나온다(시민: Browser, 물음: str):
    assert 시민.연다(f"/search?{물음}").status_code == 200


def test_여러_쪽이면_물음을_지키며_넘긴다(
    시민: Browser, 저장소: EntryStore, 항목: Callable[..., Entry], 인스턴스: Running
):
    글들 = [항목(id=f"k{n}", title=f"여권 안내 {n}") for n in range(2, 60)]
    저장소.save_all(글들, change=Change(role="importer", reason="많이"))
    인스턴스.refresh_index()

    첫쪽 = 시민.쪽("/search?q=여권 안내&topic=minwon")
    다음 = 첫쪽.find("a", rel="next")["href"]

    둘째쪽 = 시민.쪽(다음)
    assert len(첫쪽.select("[data-results] a")) == 20
    assert not {a["href"] for a in 첫쪽.select("[data-results] a")} & {
        a["href"] for a in 둘째쪽.select("[data-results] a")
    }
    assert 둘째쪽.find("option", selected=True, value="minwon")


def test_색인이_없으면_까닭과_전화번호를_말한다(시민: Browser, 인스턴스: Running):
    shutil.rmtree(인스턴스.instance.index)

    답 = 시민.연다("/search?q=여권")

    assert 답.status_code == 503
    assert "지금은 찾기를 쓸 수 없습니다" in 답.text
    assert "02-120" in 답.text
