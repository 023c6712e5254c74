"""시민이 결과를 받을 연락처를 적고, 확인하고, 편지를 받고, 그만 받고, 지운다. 막힌 알림은 책임 편집자가 본다."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from app.citizen.contacts import TOO_MANY
from app.running import Running
from app.sending import Postman
from app.worker import run_pending
from corrections import review
from corrections.models import Correction
from corrections.notices import Notice, NoticeState, Template, delivery
from corrections.people import Contact, Reporter
from db import Database, events
from db.people import Person, Role
from kb.entry import SEOUL
from tests.app.conftest import Browser, 로그인


@pytest.fixture(autouse=True)
def 가벼운_해시(monkeypatch: pytest.MonkeyPatch) -> None:
    """접수증의 느린 해시를 쪽마다 셈하지 않는다: 그것은 test_citizen이 본다."""
    monkeypatch.setattr("corrections.receipt.SCRYPT_COST", 16)


@pytest.fixture
def 접수증(보낸요청: Callable[..., int], database: Database) -> Callable[..., str]:
    """시민이 방금 보낸 요청의 접수번호."""

    def make(**칸: str) -> str:
        with database.reading() as session:
            return session.get_one(Correction, 보낸요청(**칸)).number

    return make


def 연락처(접수번호: str) -> str:
    return f"/receipt/{접수번호}/contact"


def 편지들(인스턴스: Running) -> list[EmailMessage]:
    """보낼 것을 보내고(밤이면 코드만 지금, 나머지는 내일 낮에), 지금까지 나간 편지를 오래된 것부터."""
    지금, 내일 = datetime.now(UTC), datetime.now(SEOUL) + timedelta(days=1)
    for 때 in (지금, 내일.replace(hour=12)):
        Postman(
            인스턴스.database,
            인스턴스.mailing,
            secret=인스턴스.instance.secret_key(),
            now=partial(datetime.astimezone, 때, UTC),
        ).send_due()
    파일들 = sorted((인스턴스.instance.root / "outgoing").glob("*.eml"), key=lambda path: int(path.name.split("-")[1]))
    return [message_from_bytes(path.read_bytes(), policy=policy.default) for path in 파일들]


def 코드(인스턴스: Running) -> str:
    return re.search(r"^    (\d{6})\r?$", 편지들(인스턴스)[-1].get_content(), re.MULTILINE)[1]


def 확인한다(시민: Browser, 인스턴스: Running, 접수번호: str, 주소: str = "hong@example.com") -> None:
    어디 = 연락처(접수번호)
    assert 시민.보낸다(어디, 갈곳="address", address=주소).status_code == 303
    assert 시민.보낸다(f"{어디}/code", 양식=어디, 갈곳="/code", code=코드(인스턴스)).status_code == 303
    assert "알려 드립니다" in 시민.쪽(어디).text


def 거절(database: Database, 인스턴스: Running, 번호: str) -> None:
    """편집자가 반영하지 않기로 하고 작업자가 뒷일을 한다."""
    with database.begin() as session:
        편집자 = session.scalar(select(Person).where(Person.login == "editor")).actor
        요청 = session.get_one(Correction, int(번호.rsplit("-", 1)[1]))
        review.decline(session, 요청, by=편집자, reason_code="opinion", note="거절의 말")
    assert run_pending(database, 인스턴스.handlers()).failed == 0


def test_적고_확인하면_결과가_편지로_오고_한_번_눌러_그만_받고_지운다(
    시민: Browser, 편집자: Browser, 접수증: Callable[..., str], 인스턴스: Running, database: Database, 앱: Flask
) -> None:
    번호 = 접수증()
    확인한다(시민, 인스턴스, 번호)
    assert "ho***@example.com" in 시민.쪽(연락처(번호)).text
    assert "hong@" not in 시민.쪽(연락처(번호)).text
    거절(database, 인스턴스, 번호)

    _, 결과 = 편지들(인스턴스)
    글 = 결과.get_content()
    assert f"/receipt?number={번호}" in 글
    assert "까닭: 사실이 아니라 의견입니다." in 글
    assert not any(말 in 글 for 말 in ("5만", "수수료", "여권", "거절의 말", "hong"))

    남 = Browser(앱.test_client())
    길 = re.search(r"http://localhost:8120(/receipt/stop\?t=\S+)", 글)[1]
    쪽 = 남.쪽(길)
    assert 지금(database) == [("hong@example.com", True)], "열어 본 것만으로는 그만두지 않는다"
    assert len(쪽.find_all("form", action="/receipt/stop")) == 2
    답 = 남.client.post(길, data={"List-Unsubscribe": "One-Click"})
    assert 답.status_code == 200
    assert "아무것도 보내지 않습니다" in 답.text
    assert 지금(database) == [("hong@example.com", False)]
    assert "다시 받기" in 시민.쪽(연락처(번호)).text

    답 = 남.client.post("/receipt/stop", data={"t": 길.split("=")[1], "do": "erase"})
    assert (답.status_code, 지금(database)) == (200, [("", False)])
    assert "지웠습니다" in 시민.쪽(연락처(번호)).text
    assert "지웠습니다" in 남.쪽(길).text
    with database.reading() as session:
        assert session.scalars(select(Reporter)).one().erased_at is not None
        assert events.verify_chain(session) == []
        assert "hong" not in str([event.data for event in session.scalars(select(events.Event))])


def 지금(database: Database) -> list[tuple[str, bool]]:
    with database.reading() as session:
        return [(contact.address, contact.verified_at is not None) for contact in session.scalars(select(Contact))]


def test_접수증_쪽에서_그만_받고_다시_확인해_받고_지운다(
    시민: Browser, 접수증: Callable[..., str], 인스턴스: Running, database: Database
) -> None:
    번호 = 접수증()
    어디 = 연락처(번호)
    확인한다(시민, 인스턴스, 번호)

    assert 시민.보낸다(f"{어디}/stop", 양식=어디, 갈곳="/stop").status_code == 303
    assert 지금(database) == [("hong@example.com", False)]
    assert 시민.보낸다(어디, 갈곳="resume").status_code == 303
    assert 시민.보낸다(f"{어디}/code", 양식=어디, 갈곳="/code", code=코드(인스턴스)).status_code == 303
    assert 지금(database) == [("hong@example.com", True)]
    assert 시민.보낸다(f"{어디}/erase", 양식=어디, 갈곳="/erase").status_code == 303
    assert 지금(database) == [("", False)]


def test_아는_연락처든_처음이든_같은_답이고_틀린_글은_고치는_길을_말한다(
    시민: Browser, 접수증: Callable[..., str], 인스턴스: Running
) -> None:
    확인한다(시민, 인스턴스, 접수증())
    쪽들 = []
    for 몇, 주소 in enumerate(("hong@example.com", "hoxx@example.com")):
        번호 = 접수증(proposal=f"다른 글 {몇}")
        답 = 시민.보낸다(연락처(번호), 갈곳="address", address=주소)
        쪽들.append((답.status_code, str(시민.쪽(연락처(번호)).main).replace(번호, "")))
    표 = re.compile(r'value="[^"]{40,}"')
    assert 표.sub("", 쪽들[0][1]) == 표.sub("", 쪽들[1][1])
    assert 쪽들[0][0] == 쪽들[1][0] == 303

    번호 = 접수증(proposal="또 다른 글")
    for 글, 말 in (
        ("hong@example.com\nBcc: a@b.kr", "적어 주세요"),
        ("010-1234-5678", "지금은 문자를"),
        ("", "적어 주세요"),
    ):
        답 = 시민.보낸다(연락처(번호), 갈곳="address", address=글)
        assert (답.status_code, 말 in 답.text, "error-summary" in 답.text) == (422, True, True)


def test_코드를_다섯_번_틀리면_맞아도_열리지_않고_한_곳에서_너무_많이_틀리면_막는다(
    시민: Browser, 접수증: Callable[..., str], 인스턴스: Running, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    번호 = 접수증()
    어디 = 연락처(번호)
    assert 시민.보낸다(어디, 갈곳="address", address="hong@example.com").status_code == 303
    맞는 = 코드(인스턴스)
    틀린 = f"{(int(맞는) + 1) % 10**6:06d}"
    표 = 시민.양식(어디, 갈곳="/code")
    답들 = [시민.client.post(f"{어디}/code", data=표 | {"code": 글}) for 글 in [틀린] * 5 + [맞는]]

    assert {답.status_code for 답 in 답들} == {422}
    assert len({re.findall(r'id="code-error">.*?</p>', 답.text)[0] for 답 in 답들[:4]}) == 1
    assert 지금(database) == [("hong@example.com", False)]
    남은 = [시민.client.post(f"{어디}/code", data=표 | {"code": 맞는}).status_code for _ in range(15)]
    assert 남은 == [422] * 14 + [429]


def test_확인하지_않은_연락처에는_어느_요청에서든_하루_세_번만_보낸다(
    시민: Browser, 접수증: Callable[..., str], 인스턴스: Running
) -> None:
    답들 = []
    for 몇, 주소 in enumerate(("hong@example.com", "Hong@EXAMPLE.com", "hong+1@example.com", "hong+2@example.com")):
        답들.append(시민.보낸다(연락처(접수증(proposal=f"글 {몇}")), 갈곳="address", address=주소))
    assert [답.status_code for 답 in 답들] == [303, 303, 303, 429]
    assert TOO_MANY in 답들[-1].text
    assert len(편지들(인스턴스)) == 3

    for 몇 in range(4):  # one who proves the address each time may ask again for other corrections
        확인한다(시민, 인스턴스, 접수증(proposal=f"제 것 {몇}"), "kim@example.com")


def test_한_곳에서_한_시간에_열_번까지만_부탁한다(시민: Browser, 접수증: Callable[..., str]) -> None:
    어디 = 연락처(접수증())
    표 = 시민.양식(어디, 갈곳="address")

    답들 = [시민.client.post(어디, data=표 | {"address": f"a{몇}@example.com"}).status_code for 몇 in range(11)]

    assert 답들 == [303] * 10 + [429]


def test_남의_접수증과_꾸민_표로는_아무것도_할_수_없다(
    시민: Browser, 앱: Flask, 접수증: Callable[..., str], 인스턴스: Running, database: Database
) -> None:
    번호 = 접수증()
    확인한다(시민, 인스턴스, 번호)
    남 = Browser(앱.test_client())
    표 = 남.양식("/receipt")["csrf_token"]

    for 끝 in ("", "/code", "/stop", "/erase"):
        assert 남.client.post(f"{연락처(번호)}{끝}", data={"csrf_token": 표}).location.startswith("/receipt?number=")
        assert 시민.client.post(f"{연락처(번호)}{끝}").status_code == 403, "양식의 표가 없으면 받지 않는다"
    assert 남.연다(연락처(번호)).location.startswith("/receipt?number=")
    for 글 in ("", "1-abc", "1-" + "0" * 40, "x"):
        assert 남.client.post("/receipt/stop", data={"t": 글, "do": "erase"}).status_code == 403
        assert 남.client.get("/receipt/stop", query_string={"t": 글}).status_code == 403
    assert 지금(database) == [("hong@example.com", True)]


def test_막힌_알림은_책임_편집자와_관리자가_보고_다시_보내거나_그만둔다(
    시민: Browser, 편집자: Browser, 다른편집자: Browser, 접수증: Callable[..., str], 인스턴스: Running,
    database: Database, 앱: Flask,
) -> None:  # fmt: skip
    관리자 = 로그인(앱, database, "admin", Role.ADMINISTRATOR)
    for 몇 in range(3):
        번호 = 접수증(proposal=f"글 {몇}")
        확인한다(시민, 인스턴스, 번호)
        거절(database, 인스턴스, 번호)
    with database.begin() as session:
        막힌 = session.scalars(select(Notice).where(Notice.template == Template.DECLINED)).all()
        for notice in 막힌:
            notice.state, notice.attempts, notice.last_error = NoticeState.STUCK, 5, "메일 서버에 닿지 못했습니다."
    assert 시민.연다("/healthz").json["notices"] == {"open": 0, "stuck": 3}

    assert 편집자.연다("/desk/notices").status_code == 403
    assert (
        편집자.client.post(
            "/desk/notices", data={"csrf_token": 편집자.양식("/desk/")["csrf_token"], "do": "drop", "all": 1}
        ).status_code
        == 403
    )
    assert 다른편집자.client.post("/desk/notices", data={"do": "drop", "all": 1}).status_code == 403
    쪽 = 관리자.쪽("/desk/notices")
    assert len(쪽.find_all("article")) == 3
    assert "example.com" not in 쪽.text
    assert 관리자.보낸다("/desk/notices", 갈곳="보내지 않기", do="drop").status_code == 303
    assert 다른편집자.보낸다("/desk/notices", 갈곳="모두").status_code == 303

    with database.reading() as session:
        상태 = [session.get_one(Notice, notice.id).state for notice in 막힌]
        assert 상태 == [NoticeState.DROPPED, NoticeState.QUEUED, NoticeState.QUEUED]
        assert delivery.counts(session) == {"open": 2, "stuck": 0}
        한일 = select(events.Event.action).where(events.Event.stream.startswith("notice/")).order_by(events.Event.id)
        assert session.scalars(한일).all() == ["drop", "retry", "retry"]
    편지들(인스턴스)
    assert [알림의_상태(database, notice) for notice in 막힌[1:]] == [NoticeState.SENT] * 2
    assert 관리자.쪽("/desk/notices").find("article") is None


def 알림의_상태(database: Database, notice: Notice) -> NoticeState:
    with database.reading() as session:
        return session.get_one(Notice, notice.id).state
