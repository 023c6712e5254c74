"""편집실의 하루: 맡고, 적고, 묻고, 확인하고, 합치고, 되돌린다. 저마다 제 일만 할 수 있다."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import event, select, update

from app.desk.figures import told_count, told_hours
from app.running import Running
from app.worker import run_pending
from corrections.models import Correction, Kind, ReviewDraft, Risk, State
from corrections.screening_freeze import is_frozen
from db import Database
from db.people import Person, Role
from kb.history import history
from kb.store import Change, EntryStore
from tests.app.conftest import Browser, 두_데이터베이스, 로그인
from tests.app.test_desk import 반영, 살피는곳, 상태, 확인


def 하기(누구: Browser, id: int, 일: str, **칸: Any):
    """살피는 화면에서 그 단추를 누른다."""
    return 누구.보낸다(f"{살피는곳(id)}/{일}", 양식=살피는곳(id), 갈곳=f"{살피는곳(id)}/", **칸)


def 글(누구: Browser, 주소: str) -> str:
    return 누구.쪽(주소).get_text(" ", strip=True)


def 바꾼다(database: Database, id: int, **칸: Any) -> None:
    with database.begin() as session:
        session.execute(update(Correction).where(Correction.id == id).values(**칸))


@pytest.fixture
def 담당자(앱: Flask, database: Database) -> Browser:
    """여권 안내를 맡은 부서의 담당자."""
    누구 = 로그인(앱, database, "officer", Role.OFFICER)
    with database.begin() as session:
        session.execute(update(Person).where(Person.login == "officer").values(office="민원여권과"))
    return 누구


@pytest.fixture
def 상담사(앱: Flask, database: Database) -> Browser:
    return 로그인(앱, database, "agent", Role.AGENT)


# --- 맡고, 적고, 함께 보기 ---


def test_적다_만_글은_놓아도_다시_열어도_돌아오고_버릴_수_있다(
    편집자: Browser, 다른편집자: Browser, 보낸요청: Callable[..., int], database: Database
):
    id = 보낸요청()
    assert 하기(편집자, id, "claim").status_code == 303
    assert 하기(편집자, id, "draft", title="적다 만 제목", question="어디서 보셨나요?").is_json
    쪽 = 편집자.쪽(살피는곳(id))
    assert 쪽.find("input", {"name": "title"})["value"] == "적다 만 제목"
    assert "어디서 보셨나요?" in 쪽.find("textarea", {"name": "question"}).text
    assert "적다 만 글을 되살렸습니다" in 쪽.get_text()
    assert "적다 만 제목" not in 다른편집자.쪽(살피는곳(id)).get_text()

    assert 하기(편집자, id, "release", body="놓으며 남긴 글").status_code == 303
    assert 상태(database, id) is State.TRIAGED
    assert "놓으며 남긴 글" in 편집자.쪽(살피는곳(id)).find("textarea", {"name": "body"}).text

    하기(편집자, id, "draft/drop")
    assert "5만 3천 원" in 편집자.쪽(살피는곳(id)).find("textarea", {"name": "body"}).text
    반영(편집자, id)
    하기(편집자, 보낸요청(), "draft", title="가")
    with database.reading() as session:
        assert [draft.correction_id for draft in session.query(ReviewDraft)] == [id + 1]


def test_남이_맡은_것은_볼_수만_있고_시간이_지나면_맡을_수_있다(
    편집자: Browser, 다른편집자: Browser, 보낸요청: Callable[..., int], database: Database
):
    id = 보낸요청()
    늦은양식 = 다른편집자.양식(살피는곳(id), 갈곳="/preview") | {"title": "늦게 고친 제목"}
    하기(편집자, id, "claim")

    쪽 = 다른편집자.쪽(살피는곳(id))
    assert "이름-editor 님이 맡고 있습니다" in 쪽.get_text()
    assert not 쪽.select("#review")
    assert "이름-editor 님이 보는 중" in 글(다른편집자, "/desk/")
    답 = 다른편집자.client.post(f"{살피는곳(id)}/accept", data=늦은양식)
    assert 답.status_code == 409
    assert "늦게 고친 제목" in 답.text

    표 = 늦은양식["csrf_token"]
    소식 = 다른편집자.client.post(f"{살피는곳(id)}/here", headers={"X-CSRFToken": 표}).json
    assert 소식["others"] == [소식["claimant"]] == ["이름-editor"]
    assert 1790 <= 소식["left"] <= 1800

    바꾼다(database, id, claimed_until=datetime.now(UTC) - timedelta(seconds=1))
    assert 다른편집자.쪽(살피는곳(id)).find("input", {"name": "title"})["value"] == "늦게 고친 제목"
    assert 하기(다른편집자, id, "claim").status_code == 303


@두_데이터베이스
def test_같은_사람의_여러_창이_한꺼번에_알려도_오류가_없다(
    편집자: Browser, 보낸요청: Callable[..., int], database: Database
):
    id = 보낸요청()
    칸 = 편집자.양식(살피는곳(id), 갈곳="/preview")
    쿠키 = 편집자.client.get_cookie("open120")
    assert 쿠키 is not None

    def 알린다(n: int) -> int:
        창 = 편집자.client.application.test_client()
        창.set_cookie("open120", 쿠키.value)
        return 창.post(f"{살피는곳(id)}/{('here', 'draft')[n % 2]}", data=칸 | {"title": f"제목 {n}"}).status_code

    with ThreadPoolExecutor(8) as 창들:
        assert set(창들.map(알린다, range(24))) == {200}
    with database.reading() as session:
        assert session.query(ReviewDraft).one().form["title"].startswith("제목")


def test_다음_것은_기한이_먼저인_것이고_건너뛴_것은_나중에_다시_온다(
    편집자: Browser, 보낸요청: Callable[..., int], database: Database
):
    느린, 급한 = 보낸요청(kind="unclear"), 보낸요청(kind="fee")

    def 다음() -> str:
        return 편집자.보낸다("/desk/next", 양식="/desk/", 갈곳="/desk/next").location

    assert 다음() == 살피는곳(급한)
    assert 하기(편집자, 급한, "skip", note="다시 볼 것").location == 살피는곳(느린)
    assert 상태(database, 급한) is State.TRIAGED
    assert 다음() == "/desk/"
    assert "건너뛴 것 말고는" in 글(편집자, "/desk/")
    assert 다음() == 살피는곳(급한)
    assert "다시 볼 것" in 편집자.쪽(살피는곳(급한)).find("textarea", {"name": "note"}).text
    assert "내가 맡은 것" in 글(편집자, "/desk/?mine=1")
    assert len(편집자.쪽("/desk/?mine=1").select("[data-rows] > li")) == 2


def test_정할_수_없는_요청은_고치기_전에_그렇다고_말한다(
    편집자: Browser, 보낸요청: Callable[..., int], database: Database
):
    id = 보낸요청()
    with database.reading() as session:
        나 = session.scalar(select(Person.id).where(Person.login == "editor"))
    for 칸, 말 in (("submitted_by", "스스로 보낸 요청은"), ("barred", "처음 정한 사람이 아닌 편집자가")):
        바꾼다(database, id, submitted_by=None, barred=None)
        바꾼다(database, id, **{칸: 나})

        쪽 = 편집자.쪽(살피는곳(id))
        assert 말 in 쪽.get_text()
        assert not 쪽.select('[formaction$="/accept"], [formaction$="/decline"]')
        답 = 편집자.보낸다(f"{살피는곳(id)}/decline", 양식="/desk/", 갈곳="/desk/next", reason_code="opinion")
        assert 답.status_code == 403


# --- 묻고, 합치고, 나누어 받기 ---


def test_부서의_담당자는_제_부서에_온_물음만_보고_답한다(
    앱: Flask, 편집자: Browser, 담당자: Browser, 보낸요청: Callable[..., int], database: Database
):
    id, 다른것 = 보낸요청(), 보낸요청(proposal="다른 제안입니다.")
    assert 하기(편집자, id, "consult", office_question="").status_code == 422
    assert 하기(편집자, id, "consult", office_question="올해 수수료가 얼마인가요?").status_code == 303
    assert "부서의 확인을 기다리는" in 글(편집자, 살피는곳(id))
    하기(편집자, 다른것, "consult", office_question="남의 부서에 물음")
    아무도없는곳 = 보낸요청(proposal="또 다른 제안입니다.")
    바꾼다(database, 아무도없는곳, office="동주민센터")
    못보냄 = 하기(편집자, 아무도없는곳, "consult", office_question="맞나요?")
    assert (못보냄.status_code, 상태(database, 아무도없는곳)) == (422, State.RECEIVED)
    assert "‘동주민센터’에는 여기서 답할 담당자의 계정이 없어" in 못보냄.text
    바꾼다(database, 다른것, office="교통과")

    assert [a["href"] for a in 담당자.쪽("/desk/").select("main .list a")] == [f"/desk/office/{id}"]
    assert "올해 수수료가 얼마인가요?" in 글(담당자, f"/desk/office/{id}")
    assert 담당자.연다(f"/desk/office/{다른것}").status_code == 403
    assert 담당자.연다(살피는곳(id)).status_code == 403
    assert 편집자.연다(f"/desk/office/{id}").status_code == 403
    표 = 담당자.양식(f"/desk/office/{id}", 갈곳="agrees")
    assert 담당자.client.post(f"/desk/office/{다른것}", data=표 | {"text": "몰래"}).status_code == 403
    assert 담당자.client.post(f"/desk/office/{id}", data=표 | {"agrees": "yes", "text": " "}).status_code == 422
    assert (
        담당자.client.post(f"/desk/office/{id}", data=표 | {"agrees": "yes", "text": "고시로 올랐습니다."}).status_code
        == 303
    )

    assert 상태(database, id) is State.IN_REVIEW
    assert "민원여권과" in 편집자.쪽(살피는곳(id)).select_one(".talk").get_text()
    assert "고시로 올랐습니다." in 글(편집자, 살피는곳(id))


def test_닮은_것을_골라_합치고_일부만_받아들이고_물을_수_있다(
    편집자: Browser, 보낸요청: Callable[..., int], database: Database
):
    먼저, 나중, 남은 = (
        보낸요청(kind="typo"),
        보낸요청(kind="typo"),
        보낸요청(kind="unclear", quoted="", proposal="쉽게 써 주세요"),
    )
    assert f'name="picked" value="{먼저}"' in 편집자.연다(살피는곳(나중)).text.replace("\n", "")
    assert 하기(편집자, 나중, "merge", into="없는 번호").status_code == 422
    assert 하기(편집자, 나중, "merge", picked=str(먼저)).status_code == 303
    with database.reading() as session:
        assert session.get_one(Correction, 나중).duplicate_of == 먼저
    assert 편집자.쪽(살피는곳(나중)).find("a", href=살피는곳(먼저), string="합친 요청 보기")

    assert 하기(편집자, 남은, "accept-part", title="여권을 잃어버렸을 때").status_code == 422
    assert 하기(편집자, 남은, "accept-part", title="여권을 잃어버렸을 때", note="제목만 고쳤습니다.").status_code == 303
    assert 상태(database, 남은) is State.PARTLY_APPLIED
    assert 하기(편집자, 먼저, "ask", question="어느 구청인가요?").status_code == 303
    assert 상태(database, 먼저) is State.NEEDS_INFO
    assert "시민의 답을 기다리는" in 글(편집자, 살피는곳(먼저))


def test_상담사는_전화로_들은_답을_접수번호로_찾아_적는다(
    편집자: Browser, 상담사: Browser, 보낸요청: Callable[..., int], database: Database
):
    id, 다른것 = 보낸요청(), 보낸요청(kind="unclear", proposal="남의 제안입니다.")
    하기(편집자, id, "ask", question="어느 구청인가요?")
    with database.reading() as session:
        번호 = {one.id: one.number for one in session.query(Correction)}
    assert [
        상담사.연다(f"/desk/answer?number={번호[다른것]}").location,
        상담사.연다("/desk/answer?number=가").location,
    ] == ["/desk/"] * 2
    곳 = 상담사.연다(f"/desk/answer?number= {번호[id].replace('-', '')}").location
    assert "어느 구청인가요?" in 글(상담사, 곳)
    assert "5만 3천" not in 글(상담사, 곳)
    assert 상담사.연다(f"/desk/answer/{다른것}").status_code == 404
    assert 편집자.연다(곳).status_code == 403
    assert 상담사.보낸다(곳, 갈곳="text", text=" ").status_code == 422
    assert 상담사.보낸다(곳, 갈곳="text", text="중구입니다. 010-1234-5678").status_code == 303
    assert 상태(database, id) is State.IN_REVIEW
    쪽 = 편집자.쪽(살피는곳(id)).select_one(".talk").get_text()
    assert "중구입니다." in 쪽
    assert "1234" not in 쪽


def test_그사이_다른_곳이_바뀌었으면_세_글을_견주고_합친_글로_이어_간다(
    편집자: Browser, 보낸요청: Callable[..., int], 저장소: EntryStore
):
    id = 보낸요청(kind="typo", quoted="먼저 분실 신고를", proposal="먼저 분실 신고부터")
    양식 = 편집자.양식(살피는곳(id), 갈곳="/preview")
    저장소.save(replace(저장소.get("k1"), title="여권 분실"), change=Change(role="importer", reason="다시 가져옴"))

    쪽 = BeautifulSoup(편집자.client.post(f"{살피는곳(id)}/accept", data=양식).text, "lxml")
    견줌 = 쪽.select_one("[aria-labelledby=three]")
    assert [h.text for h in 견줌.select("h3")] == ["그사이 안내에서 바뀐 것", "제목", "제가 고친 것", "본문"]
    합친 = {i["name"]: i["value"] for i in 견줌.select("input")}
    assert 편집자.client.post(f"{살피는곳(id)}/preview", data=합친).status_code == 200
    assert 편집자.client.post(f"{살피는곳(id)}/accept", data=합친).status_code == 303


def test_미리_본_쪽은_실린_쪽과_같다(
    편집자: Browser, 시민: Browser, 보낸요청: Callable[..., int], 인스턴스: Running, database: Database
):
    id = 보낸요청(kind="unclear", quoted="", proposal="표로 보여 주세요")
    고친 = {
        "title": "여권 분실 신고",
        "body": "**먼저** 신고합니다.\n\n- 하나\n- 둘 <script>나쁜 일</script>\n\n수수료는 5만 원입니다.\n",
    }
    미리 = 편집자.보낸다(f"{살피는곳(id)}/page", 양식=살피는곳(id), 갈곳="/preview", **고친)
    반영(편집자, id, **고친)
    run_pending(database, 인스턴스.handlers())

    보인, 실린 = (BeautifulSoup(글, "lxml").select_one("article") for 글 in (미리.text, 시민.연다("/faq/k1").text))
    assert "<title>미리 보기: 여권 분실 신고" in 미리.text
    assert [str(p) for p in 보인.select("h1, .answer, dl")] == [str(p) for p in 실린.select("h1, .answer, dl")]
    assert 편집자.쪽(살피는곳(id)).select_one("del, ins")
    판들 = history(인스턴스.store, "k1")
    assert (
        "여권 분실 신고"
        in 편집자.쪽(f"/desk/entries/k1/versions?old={판들[1].sha}&new={판들[0].sha}").select_one("ins").text
    )


# --- 두 사람, 책임 편집자, 상담사 ---


def test_2차_확인은_받아들인_그_글만_보이고_돌려보내면_이어서_살핀다(
    편집자: Browser, 다른편집자: Browser, 보낸요청: Callable[..., int], database: Database
):
    id = 보낸요청()
    반영(편집자, id)
    assert not 편집자.쪽(살피는곳(id)).select("form[action$=confirm]")
    쪽 = 다른편집자.쪽(살피는곳(id))
    assert [d.text for d in 쪽.select("[aria-labelledby=second] ins")] == ["[넣음] 3천 "]
    assert "5만 3천" in 다른편집자.쪽(f"{살피는곳(id)}/proposed").select_one("article").get_text()
    assert 확인(다른편집자, id, revision_id="999").status_code == 409
    assert 하기(다른편집자, id, "send-back", note=" ").status_code == 422
    assert 하기(다른편집자, id, "send-back", note="고시 날짜를 확인해 주세요.").location == 살피는곳(id)
    assert 상태(database, id) is State.IN_REVIEW
    assert "앞서 남긴 말: 고시 날짜를 확인해 주세요." in 글(다른편집자, 살피는곳(id))


def test_되돌리고_차단을_푸는_것은_책임_편집자만_한다(
    시민: Browser,
    편집자: Browser,
    다른편집자: Browser,
    보낸요청: Callable[..., int],
    인스턴스: Running,
    database: Database,
):
    id = 보낸요청(kind="unclear", quoted="", proposal="제목이 길어요")
    반영(편집자, id, title="여권 분실")
    run_pending(database, 인스턴스.handlers())
    assert not 편집자.쪽(살피는곳(id)).select("form[action$=revert]")
    표 = 편집자.양식("/desk/")
    assert 편집자.client.post(f"{살피는곳(id)}/revert", data=표 | {"reason": "그냥"}).status_code == 403
    assert 하기(다른편집자, id, "revert", reason="").status_code == 422
    assert 하기(다른편집자, id, "revert", reason="앞의 제목이 낫습니다.").status_code == 303
    run_pending(database, 인스턴스.handlers())
    assert 인스턴스.store.get("k1").title == "여권을 잃어버렸어요. 어떻게 다시 만드나요?"
    with database.reading() as session:
        번호 = session.get_one(Correction, id).number
    assert "되돌린 까닭: 앞의 제목이 낫습니다." in 글(시민, f"/receipt/{번호}")

    보류 = 보낸요청(proposal="제 번호는 010-1234-5678입니다", do="mask")
    assert 상태(database, 보류) is State.HELD
    assert 살피는곳(보류) not in 편집자.연다("/desk/").text
    assert 살피는곳(보류) in 편집자.연다("/desk/?state=held").text
    assert 하기(편집자, 보류, "block").status_code == 303
    assert 편집자.client.post(f"{살피는곳(보류)}/unblock", data=표).status_code == 403
    assert 하기(다른편집자, 보류, "unblock").status_code == 303
    assert 상태(database, 보류) is State.RECEIVED


def test_상담사는_한_번_눌러_알리고_편집자의_목록에서_앞선다(
    상담사: Browser, 편집자: Browser, 보낸요청: Callable[..., int], database: Database
):
    assert 상담사.연다("/desk/flag?entry=https://example.kr/faq/k1?v=1").location == "/desk/flag/k1"
    양식 = 상담사.양식("/desk/flag/k1", 갈곳='name="v"') | {"kind": "fee", "proposal": "들은 말", "quoted": "들은 말"}
    assert 상담사.client.post("/desk/flag/k1", data=양식).status_code == 303
    assert 상담사.client.post("/desk/flag/k1", data=양식).status_code == 303
    with database.reading() as session:
        알림 = session.query(Correction).one()
        assert (알림.kind, 알림.channel, 알림.state) == (Kind.FEE, "agent", State.RECEIVED)
        assert "들은 말" not in f"{알림.proposal}{알림.quoted}{알림.evidence}".replace("들은 말은 옮겨", "")
    시민것 = 보낸요청()
    with database.reading() as session:
        같은때 = session.get_one(Correction, 알림.id).due_at
    바꾼다(database, 시민것, due_at=같은때)
    assert "상담사" in 편집자.쪽("/desk/").select("[data-rows] > li")[0].get_text()
    assert len(편집자.쪽("/desk/?channel=agent").select("[data-rows] > li")) == 1
    assert not 편집자.쪽(살피는곳(알림.id)).select("[formaction$=ask]")
    assert 편집자.연다("/desk/flag/k1").status_code == 403
    assert 상담사.쪽("/desk/").select_one("form[action='/search'] input[name=desk][value=agent]")
    assert not 편집자.쪽("/desk/").select_one("form[action='/search'] input[name=desk]")


def test_요청이_몰리는_안내를_멈추면_새_요청은_보류심사로_가고_풀면_돌아온다(
    편집자: Browser, 보낸요청: Callable[..., int], database: Database
):
    요청 = 보낸요청()
    표 = 편집자.양식(살피는곳(요청), 갈곳="/freeze") | {"days": "3"}
    assert 편집자.client.post("/desk/entries/k1/freeze", data=표 | {"reason": " "}).status_code == 422
    assert 편집자.client.post("/desk/entries/k99/freeze", data=표 | {"reason": "몰림"}).status_code == 404
    assert 편집자.client.post("/desk/entries/k1/freeze", data=표 | {"reason": "같은 글이 몰림"}).status_code == 303
    assert "같은 글이 몰림" in 편집자.쪽(살피는곳(요청)).get_text()
    with database.reading() as session:
        assert is_frozen(session, "k1", now=datetime.now(UTC) + timedelta(days=2, hours=23))
        assert not is_frozen(session, "k1", now=datetime.now(UTC) + timedelta(days=3, minutes=1))
    풀기 = 편집자.양식(살피는곳(요청), 갈곳="/freeze") | {"do": "unfreeze"}
    assert 편집자.client.post("/desk/entries/k1/freeze", data=풀기).status_code == 303
    with database.reading() as session:
        assert not is_frozen(session, "k1")


# --- 많아도 빠르게, 그리고 누구에게나 밝히기 ---


def 많이(database: Database, 수: int, **칸: Any) -> None:
    지금 = datetime.now(UTC)
    with database.begin() as session:
        for n in range(수):
            session.add(
                Correction(
                    entry_id="k1",
                    entry_title="여권을 잃어버렸어요",
                    base_version="0" * 12,
                    kind=list(Kind)[n % 8],
                    proposal=f"{n}번째 제안입니다. 수수료가 바뀌었습니다.",
                    code_hash="x",
                    submission_key=f"{칸.get('state', '')}{n:063}"[-64:],
                    office=f"부서{n % 40}",
                    risk=list(Risk)[n % 9],
                    due_at=지금 + timedelta(hours=n - 100),
                    submitted_at=지금 - timedelta(hours=2000 - n),
                    **칸,
                )
            )


def test_이천_건이_열려_있어도_질의_몇_번이면_된다(편집자: Browser, database: Database, 인스턴스: Running):
    많이(database, 2000)
    질의: list[str] = []
    event.listen(인스턴스.database.engine, "before_cursor_execute", lambda *told: 질의.append(told[2]))
    걸림 = {}
    for 주소 in ("/desk/", "/desk/?office=부서3&kind=fee", "/desk/?page=40", "/desk/corrections/77"):
        편집자.연다(주소)
        질의.clear()
        시작 = datetime.now(UTC)
        assert 편집자.연다(주소).status_code == 200
        걸림[주소] = ((datetime.now(UTC) - 시작) / timedelta(milliseconds=1), len(질의))
        assert len(질의) <= 25, 주소
    print({주소: f"{밀리초:.0f}ms, 질의 {몇}번" for 주소, (밀리초, 몇) in 걸림.items()})
    쪽 = 편집자.쪽("/desk/")
    assert len(쪽.select("[data-rows] > li")) == 50
    assert "기한 지남" in 쪽.select("[data-rows] > li")[0].get_text()
    assert 편집자.쪽("/desk/?office=부서3&kind=procedure").select("[data-rows] > li")
    assert "여기에 맞는 수정 요청이 없습니다" in 글(편집자, "/desk/?office=없는부서")


def test_밀림은_누구나_보지만_다섯보다_적으면_밝히지_않는다(시민: Browser, database: Database):
    assert "아직 받은 수정 요청이 없습니다" in 글(시민, "/about/corrections")
    많이(database, 3)
    assert "기다리는 요청 5건 미만 가장 오래 기다린 것 밝히지 않음" in 글(시민, "/about/corrections")
    지금 = datetime.now(UTC)
    많이(database, 5, state=State.APPLIED, decided_at=지금)
    쪽 = 글(시민, "/about/corrections")
    assert "정한 요청 5건 안내에 반영 5건" in 쪽
    assert "걸린 시간의 가운데 83.2일 열에 아홉은 83.3일 안에" in 쪽
    assert 시민.쪽("/about").find("a", href="/about/corrections")
    assert [told_count(n) for n in (0, 1, 5)] == ["0건", "5건 미만", "5건"]
    assert [told_hours(h) for h in (None, 0.5, 3, 60)] == ["밝히지 않음", "1시간 미만", "3시간", "2.5일"]
