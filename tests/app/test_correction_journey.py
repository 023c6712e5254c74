"""약속 하나: 시민이 틀린 곳을 알리면, 편집자가 받아들이고, 안내가 바뀌고, 시민이 그 결과를 본다."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from app.running import Running
from app.worker import Worker, run_pending
from corrections.models import Revision, State
from db import Database
from db.events import replay, verify_chain
from kb.history import history
from tests.app.conftest import Browser, 두_데이터베이스
from tests.app.test_desk import 거절, 반영, 상태, 확인


@두_데이터베이스
def test_수정_요청이_게시된_쪽까지_간다(
    시민: Browser, 편집자: Browser, 다른편집자: Browser, 인스턴스: Running, database: Database
):
    인스턴스.publish()
    안내 = 시민.쪽("/faq/k1")
    assert "5만 원입니다" in 안내.get_text()
    신고 = 안내.find("a", string="오류 신고")["href"]

    접수증 = 시민.보낸다(
        신고.partition("?")[0], 양식=신고, kind="fee", quoted="수수료는 5만 원입니다.", proposal="수수료는 5만 3천 원입니다.",
        evidence="구청 누리집",
    ).location  # fmt: skip
    assert "접수했습니다" in 시민.쪽(접수증).get_text()

    목록 = 편집자.쪽("/desk/")
    요청 = 목록.select_one(".list a")["href"]
    id = int(요청.rsplit("/", 1)[1])
    assert 반영(편집자, id, note="고맙습니다.").status_code == 303
    assert 상태(database, id) is State.SECOND_CHECK
    assert 편집자.client.post(f"{요청}/confirm", data=다른편집자.양식(요청, 갈곳="/confirm")).status_code == 403
    assert 확인(다른편집자, id).status_code == 303
    assert "반영하는 중입니다" in 시민.쪽(접수증).get_text()
    assert "5만 원입니다" in 시민.쪽("/faq/k1").get_text()

    ran = run_pending(database, 인스턴스.handlers())
    assert (ran.done, ran.failed) == (7, 0)

    파일 = Path(인스턴스.instance.content, "entries/minwon/k1.md").read_text("utf-8")
    assert "수수료는 5만 3천 원입니다." in 파일
    판 = history(인스턴스.store, "k1")[0]
    assert (판.correction, 판.trailers["Correction"], 판.role) == (id, str(id), "editor")
    게시본 = (인스턴스.instance.site / "current/faq/k1.html").read_text("utf-8")
    assert "5만 3천 원입니다" in 게시본
    assert "5만 3천 원입니다" in 시민.쪽("/faq/k1").get_text()
    assert 시민.쪽("/search?q=여권 5만 3천").select(".list a")

    끝 = 시민.쪽(접수증)
    assert "안내에 반영했습니다" in 끝.get_text()
    assert "편집자의 말: 고맙습니다." in 끝.get_text()
    assert 끝.find("a", href="/faq/k1", string="고친 안내 보기")
    assert [d.get_text() for d in 끝.select("ins")] == ["[넣음] 3천 "]
    assert "이름-editor" not in 끝.get_text()
    with database.reading() as session:
        assert verify_chain(session) == []
        assert replay(session, "correction/") == {f"correction/{id}": "applied"}


def test_반영하지_않으면_시민이_까닭을_본다(시민: Browser, 편집자: Browser, database: Database):
    접수증 = 시민.보낸다("/correct/k1", kind="unclear", proposal="너무 어려워요").location
    id = int(접수증.rsplit("-", 1)[1])
    거절(편집자, id, reason_code="opinion", decline_note="쉬운 말로 바꿀 곳을 짚어 주세요.")

    글 = 시민.쪽(접수증).get_text(" ", strip=True)

    assert 상태(database, id) is State.DECLINED
    assert "반영하지 않았습니다" in 글
    assert "사실이 아니라 의견입니다. 쉬운 말로 바꿀 곳을 짚어 주세요." in 글


@두_데이터베이스
def test_두_편집자가_한꺼번에_반영해도_한_번만_실린다(
    앱: Flask, 시민: Browser, 편집자: Browser, 다른편집자: Browser, 인스턴스: Running, database: Database
):
    접수증 = 시민.보낸다(
        "/correct/k1", kind="fee", quoted="수수료는 5만 원입니다.", proposal="수수료는 5만 3천 원입니다."
    ).location
    id = int(접수증.rsplit("-", 1)[1])
    곳 = f"/desk/corrections/{id}"
    양식들 = [누구.양식(곳, 갈곳="/preview") for 누구 in (편집자, 다른편집자)]
    함께 = threading.Barrier(2)

    def 누르기(누가: int) -> int:
        함께.wait()
        return (편집자, 다른편집자)[누가].client.post(f"{곳}/accept", data=양식들[누가]).status_code

    with ThreadPoolExecutor(2) as 둘:
        답들 = list(둘.map(누르기, (0, 1)))
    assert sorted(답들) == [303, 409]
    늦은이 = (편집자, 다른편집자)[답들.index(409)]
    assert 확인(늦은이, id).status_code == 303
    run_pending(database, 인스턴스.handlers())
    assert len([판 for 판 in history(인스턴스.store, "k1") if 판.correction == id]) == 1


def test_여러_안내의_요청을_여러_작업자가_해도_저마다_한_번씩_실린다(
    시민: Browser, 편집자: Browser, 인스턴스: Running, database: Database
):
    번호들 = []
    for n in range(3):
        접수증 = 시민.보낸다("/correct/k1", kind="unclear", quoted="", proposal=f"제목의 말이 어려워요 {n}").location
        번호들.append(int(접수증.rsplit("-", 1)[1]))
        반영(편집자, 번호들[-1], title=f"여권을 잃어버렸을 때 {'하나둘셋'[n]}")
        작업자들 = [Worker(database, 인스턴스.handlers(), name=f"일꾼{k}") for k in range(2)]
        for 작업자 in 작업자들:
            작업자.start()
        while _기다림(database, 번호들[-1]):
            threading.Event().wait(0.05)
        for 작업자 in 작업자들:
            작업자.stop()

    실린 = [판.correction for 판 in history(인스턴스.store, "k1") if 판.correction]
    assert sorted(실린) == 번호들


def _기다림(database: Database, id: int) -> bool:
    with database.reading() as session:
        return session.scalars(select(Revision).where(Revision.correction_id == id)).one().is_waiting


def test_받아들인_뒤_시민의_화면은_바뀐_곳만_보인다(시민: Browser, 편집자: Browser, 다른편집자: Browser):
    접수증 = 시민.보낸다(
        "/correct/k1", kind="fee", quoted="수수료는 5만 원입니다.", proposal="수수료는 6만 원입니다."
    ).location
    id = int(접수증.rsplit("-", 1)[1])
    반영(편집자, id)
    확인(다른편집자, id)

    쪽 = BeautifulSoup(시민.연다(접수증).text, "lxml")

    assert [h.text for h in 쪽.select(".card h3")] == ["본문"]
    assert [d.text for d in 쪽.select("del")] == ["[지움] 5만 "]
