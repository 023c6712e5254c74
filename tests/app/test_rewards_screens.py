"""보상과 표창의 화면, 감사 쪽, 그리고 수정 요청에서 시작하는 다른 일."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.citizen.outcome import reward_words
from app.running import Running
from app.worker import run_pending
from corrections import review
from corrections.feeding import IntakeDraft
from corrections.models import Correction, Revision, State
from corrections.people import Contact, Reporter
from corrections.rewards import settling
from corrections.rewards.models import Commendation, Reward, RewardState
from corrections.rewards.rules import Why
from db import Database
from db.events import Event
from db.people import Person, Role
from kb.entry import SEOUL, Status
from tests.app.conftest import Browser, 로그인


@pytest.fixture
def 책임(앱: Flask, database: Database) -> Browser:
    return 로그인(앱, database, "chief", Role.LEAD_EDITOR)


@pytest.fixture
def 위원(앱: Flask, database: Database) -> Browser:
    return 로그인(앱, database, "panel", Role.COMMITTEE_MEMBER)


def 때() -> datetime:
    return datetime.now(UTC)


def 확인한_시민(database: Database, id: int) -> int:
    """그 요청을 보낸, 연락처를 확인한 시민."""
    with database.begin() as session:
        reporter = Reporter()
        session.add(reporter)
        session.flush()
        session.add(Contact(reporter_id=reporter.id, kind="sms", address="+821098765432", key="열쇠", verified_at=때()))
        session.get_one(Correction, id).reporter_id = reporter.id
        return reporter.id


def 실린것(인스턴스: Running, id: int, *, 제목: str = "여권") -> Reward:
    """그 요청을 실린 것으로 적고 보상을 맞춘다."""
    때 = datetime.now(UTC)
    글 = 인스턴스.store.get("k1").to_text().replace("여권을 잃어버렸어요.", 제목)
    with 인스턴스.database.begin() as session:
        session.get_one(Correction, id).state = State.APPLIED
        session.add(
            Revision(
                correction_id=id, entry_id="k1", base_version="0" * 12, base_text=글, text=글,
                confirmed_at=때, closed_at=때, commit_sha="a" * 40,
            )
        )  # fmt: skip
    settling.handler(인스턴스.database, 인스턴스.store, {"correction": id})
    with 인스턴스.database.reading() as session:
        return session.scalars(select(Reward)).one()


def 준것(인스턴스: Running, id: int, *, 제목: str = "여권") -> Reward:
    보상 = 실린것(인스턴스, id, 제목=제목)
    settling.grant_due(인스턴스.database, 인스턴스.store, now=datetime.now(UTC) + timedelta(days=15))
    return 보상


def 기간(뒤: timedelta = timedelta(days=15)) -> str:
    return f"{(datetime.now(UTC) + 뒤).astimezone(SEOUL):%Y-%m}"


def test_책임_편집자가_보상을_보고_없애고_되살린다(
    인스턴스: Running, database: Database, 책임: Browser, 위원: Browser, 보낸요청
):
    id = 보낸요청()
    누구 = 확인한_시민(database, id)
    보상 = 실린것(인스턴스, id)

    쪽 = 책임.쪽("/desk/rewards?state=pending")
    assert f"시민 {누구}번" in 쪽.text
    assert 위원.쪽("/desk/rewards?state=pending").find("button", string="주지 않음") is None
    없앰 = {"양식": "/desk/rewards?state=pending", "갈곳": f"/desk/rewards/{보상.id}", "do": "void"}
    assert 책임.보낸다(f"/desk/rewards/{보상.id}", **없앰, why="", note="같은 분").status_code == 422
    assert 위원.client.post(f"/desk/rewards/{보상.id}", data={"do": "void"}).status_code == 403
    assert 책임.보낸다(f"/desk/rewards/{보상.id}", **없앰, why="same_person", note="같은 분").status_code == 303
    assert "같은 사람의 다른 이름" in 책임.쪽("/desk/rewards?state=void").text
    assert 책임.보낸다(
        f"/desk/rewards/{보상.id}", 양식="/desk/rewards?state=void", 갈곳=f"/desk/rewards/{보상.id}", do="allow", note="다른 분"
    ).status_code == 303  # fmt: skip
    with database.reading() as session:
        assert session.get_one(Reward, 보상.id).state is RewardState.PENDING


def test_접수증이_보상의_지금을_시민의_말로_말하고_의심하는_까닭은_말하지_않는다(
    인스턴스: Running, database: Database, 시민: Browser
):
    접수증 = 시민.보낸다("/correct/k1", kind="fee", quoted="수수료는 5만 원입니다.", proposal="6만 원입니다.").location
    id = int(접수증.rpartition("-")[2])
    assert "감사 점수" not in 시민.쪽(접수증).text
    확인한_시민(database, id)
    보상 = 실린것(인스턴스, id)
    assert "까지 고친 안내가 그대로이면 5점을 드립니다." in 시민.쪽(접수증).text
    settling.grant_due(인스턴스.database, 인스턴스.store, now=때() + timedelta(days=15))
    assert "5점을 드렸습니다." in 시민.쪽(접수증).text
    for 상태 in RewardState:
        for 까닭 in Why:
            보상.state, 보상.why = 상태, 까닭
            글 = reward_words(보상)
            assert 글.endswith("다."), (상태, 까닭)
            if 까닭 in (Why.COLLUSION, Why.PLANTED, Why.SAME_PERSON, Why.SCATTERED, Why.OWN_OFFICE):
                assert 까닭.label not in 글
                assert 상태 in (RewardState.PENDING, RewardState.HELD, RewardState.GRANTED) or "02-120" in 글


def test_편집자와_상담사는_보상의_화면을_볼_수_없다(앱: Flask, database: Database, 편집자: Browser):
    상담사 = 로그인(앱, database, "agent", Role.AGENT)
    for 누구 in (편집자, 상담사):
        for 주소 in ("/desk/rewards", "/desk/rewards/commendations", "/desk/rewards/commendations/1"):
            assert 누구.연다(주소).status_code == 403


def test_추천부터_수여까지_화면으로_하고_내보낸_것은_사건으로_남는다(
    인스턴스: Running, database: Database, 책임: Browser, 위원: Browser, 보낸요청
):
    id = 보낸요청()
    누구 = 확인한_시민(database, id)
    준것(인스턴스, id, 제목="=HYPERLINK(1) 여권")
    목록 = f"/desk/rewards/commendations?period={기간()}"

    답 = 책임.보낸다("/desk/rewards/commendations", 양식=목록, 갈곳="reporter")
    assert 답.status_code == 303
    하나 = 답.location
    assert "+8210" not in 책임.쪽(하나).text
    assert "+821098765432" in 책임.보낸다(f"{하나}/contact", 양식=하나, 갈곳="/contact").text
    assert 위원.client.post(f"{하나}/contact", data=위원.양식(목록, 갈곳="/export")).status_code == 403
    assert 책임.보낸다(f"{하나}/check", 양식=하나, 갈곳="/check", identity="김○○ 확인").status_code == 303
    assert "김○○" not in 책임.쪽(하나).text
    assert "김○○" in 책임.보낸다(f"{하나}/read", 양식=하나, 갈곳="/read").text
    assert "김○○" not in 위원.쪽(하나).text
    for 누가 in (책임, 위원):
        assert 누가.보낸다(f"{하나}/vote", 양식=하나, 갈곳="/vote", agrees="yes").status_code == 303
    assert 책임.보낸다(f"{하나}/decide", 양식=하나, 갈곳="/decide", mode="ordinance_benefit").status_code == 422
    assert 책임.보낸다(f"{하나}/decide", 양식=하나, 갈곳="/decide", mode="certificate").status_code == 303
    assert 책임.보낸다(f"{하나}/award", 양식=하나, 갈곳="/award").status_code == 303
    assert "수여" in 책임.쪽(하나).h1.text

    내보내기 = {"양식": 목록, "갈곳": "/export"}
    표 = 위원.보낸다("/desk/rewards/commendations/export", **내보내기, form="csv")
    줄들 = list(csv.DictReader(io.StringIO(표.get_data().decode("utf-8-sig"))))
    assert 줄들[0]["제목"].startswith("'=HYPERLINK")
    assert (줄들[0]["시민"], 줄들[0]["안내"], 줄들[0]["쓴 표창"]) == (str(누구), "k1", 하나.rsplit("/", 1)[1])
    글 = json.loads(책임.보낸다("/desk/rewards/commendations/export", **내보내기, form="json").text)
    assert 글["people"][0]["grounds"][0]["link"] == "/faq/k1"
    with database.reading() as session:
        내보냄 = session.scalars(select(Event).where(Event.action == "export").order_by(Event.id)).all()
        assert [(사건.data, 사건.role) for 사건 in 내보냄] == [
            ({"what": f"commendation-file/{기간()}", "count": 1}, 역할) for 역할 in ("committee_member", "lead_editor")
        ]
        assert session.scalars(select(Commendation.reporter_id)).all() == [누구]
        읽음 = session.scalars(select(Event.stream).where(Event.action == "read").order_by(Event.id)).all()
        assert 읽음 == ["access/contact/1", f"access/commendation/{하나.rsplit('/', 1)[1]}"]


@pytest.mark.parametrize("기간_", ["2026-13", "가", "", "2026-11\r\nX: 1"])
def test_기간이_틀리면_말하고_머리말에_싣지_않는다(책임: Browser, 기간_: str):
    답 = 책임.보낸다(
        "/desk/rewards/commendations/export",
        양식="/desk/rewards/commendations",
        갈곳="/export",
        form="csv",
        period=기간_,
    )

    assert 답.status_code == 422


# --- 감사 쪽 ---


def test_접수증에서_별명을_보이고_거둔다(인스턴스: Running, database: Database, 시민: Browser, 책임: Browser, 보낸요청):
    id = 보낸요청()
    with database.reading() as session:
        번호 = session.get_one(Correction, id).number
    갈곳 = f"/receipt/{번호}/thanks"
    assert 시민.연다("/thanks").status_code == 200
    assert 갈곳 not in 시민.연다(f"/receipt/{번호}").text
    누구 = 확인한_시민(database, id)
    실린것(인스턴스, id)

    def 보낸다(**칸: str):
        return 시민.보낸다(갈곳, 양식=f"/receipt/{번호}", 갈곳=갈곳, **칸)

    틀림 = 보낸다(do="show", pseudonym="010-1234-5678")
    assert 틀림.status_code == 422
    assert "다른 말로" in 틀림.text
    보낸다(do="show", pseudonym="<b>한강</b> 산책가")
    쪽 = 시민.쪽("/thanks")
    assert "<b>한강</b> 산책가 반영된 고침 1건" in " ".join(쪽.text.split())
    assert 쪽.find("b") is None
    책임.보낸다(f"/desk/rewards/people/{누구}/hide", 양식="/desk/rewards", 갈곳="/hide")
    assert "산책가" not in 시민.연다("/thanks").text
    보낸다(do="withdraw")
    with database.reading() as session:
        assert session.get_one(Reporter, 누구).pseudonym == ""


def test_연_접수증이_아니면_별명을_바꿀_수_없다(앱: Flask, 시민: Browser, 보낸요청, database: Database):
    id = 보낸요청()
    with database.reading() as session:
        번호 = session.get_one(Correction, id).number
    남 = Browser(앱.test_client())

    답 = 남.보낸다(f"/receipt/{번호}/thanks", 양식="/receipt", do="show", pseudonym="남의 별명")

    assert (답.status_code, 답.location) == (303, f"/receipt?number={번호}")


# --- 다른 일의 시작 ---


def test_한_번_눌러_민원_초안이_되고_사건에는_번호만_실린다(database: Database, 편집자: Browser, 보낸요청):
    id = 보낸요청(proposal="과태료가 억울합니다.", kind="unclear")
    with database.begin() as session:  # as an older version without masking would have kept it
        session.get_one(Correction, id).proposal += " 010-9876-5432"
    살피는곳 = f"/desk/corrections/{id}"
    표 = 편집자.양식(살피는곳, 갈곳="/intake")
    for _ in range(2):
        assert 편집자.client.post(f"{살피는곳}/intake", data=표 | {"kind": "other"}).status_code == 303

    with database.reading() as session:
        초안 = session.scalars(select(IntakeDraft)).one()
        assert "억울합니다" in 초안.text
        assert "9876" not in 초안.text
        사건 = session.scalars(select(Event).where(Event.action == "intake.requested")).one()
        assert 사건.data == {"correction": id, "intake": 초안.id, "entry": "k1"}
        assert 사건.text is None
        assert session.get_one(Correction, id).state is State.RECEIVED


def test_갈래를_고르지_않거나_보류심사_중이면_넘기지_않는다(database: Database, 편집자: Browser, 보낸요청):
    id = 보낸요청()
    살피는곳 = f"/desk/corrections/{id}"
    표 = 편집자.양식(살피는곳)

    assert 편집자.client.post(f"{살피는곳}/intake", data=표 | {"kind": "war"}).status_code == 422
    with database.begin() as session:
        session.get_one(Correction, id).state = State.HELD
    assert 편집자.client.post(f"{살피는곳}/intake", data=표 | {"kind": "other"}).status_code == 422


def test_답하는_안내가_없으면_요청에서_초안을_쓴다(인스턴스: Running, database: Database, 편집자: Browser, 보낸요청):
    id = 보낸요청(proposal="우주 정거장은 어떻게 예약하나요?")
    쓰는곳 = f"/desk/corrections/{id}/entry"

    assert 편집자.보낸다(쓰는곳, 갈곳="title", topic="없는 분야").status_code == 422
    assert 편집자.보낸다(쓰는곳, 갈곳="title", topic="시정일반").status_code == 303
    assert 편집자.보낸다(쓰는곳, 갈곳="title", topic="시정일반").status_code == 303
    초안들 = [글 for 글 in 인스턴스.store.all() if 글.status is Status.DRAFT]
    assert [글.title for 글 in 초안들] == ["우주 정거장은 어떻게 예약하나요?"]
    with database.reading() as session:
        사건 = session.scalars(select(Event).where(Event.action == "entry.drafted")).one()
        assert 사건.data == {"correction": id, "entry": 초안들[0].id}


def test_부서의_번호를_고치면_부서_표의_연락처도_바뀐다(
    인스턴스: Running, 편집자: Browser, 다른편집자: Browser, 보낸요청
):
    id = 보낸요청(kind="number", quoted="", proposal="문의처는 02-2133-1234입니다.")
    글 = 인스턴스.store.get("k1")
    with 인스턴스.database.begin() as session:
        누구 = {사람.login: 사람.actor for 사람 in session.scalars(select(Person))}
        반영본 = review.accept(
            session,
            session.get_one(Correction, id),
            revised=replace(글, facts={**글.facts, "문의처": "02-2133-1234"}),
            base_version=글.version,
            by=누구["editor"],
            store=인스턴스.store,
        )
        review.confirm(session, session.get_one(Correction, id), revision_id=반영본.id, by=누구["lead"])
    assert run_pending(인스턴스.database, 인스턴스.handlers()).failed == 0

    assert "{office: 민원여권과, phone: 02-2133-1234" in (인스턴스.store.root / "routing.yml").read_text("utf-8")
