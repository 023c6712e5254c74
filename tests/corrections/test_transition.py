"""수정 요청의 상태는 표에 있는 대로만, 표에 있는 사람만 바꾼다."""

from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from corrections.errors import AlreadyDecided, BadReason
from corrections.models import Correction, Kind, Reason, State
from corrections.transition import TRANSITIONS, Action, Rule, receive, transition
from db import Database
from db.errors import NotAllowed
from db.events import Event, replay, verify_chain
from db.outbox import OutboxItem
from db.people import Actor, Role

# 표를 베끼지 않고 WORKFLOWS 3.1에서 따로 적은 것: 어느 상태에서, 무슨 일을, 누가 → 어느 상태로.
허락 = {
    (None, "submit", "citizen"): "received",
    (None, "submit", "agent"): "received",
    ("received", "accept", "editor"): "applied",
    ("received", "accept", "lead_editor"): "applied",
    ("received", "decline", "editor"): "declined",
    ("received", "decline", "lead_editor"): "declined",
    ("applied", "overtaken_by_edit", "system"): "received",
}
모든경우 = list(product((None, *State), Action, Role))


def 새요청(state: State = State.RECEIVED) -> Correction:
    return Correction(
        entry_id="k1", entry_title="여권", base_version="0" * 12, kind=Kind.FEE, proposal="5만 3천 원",
        code_hash="-", submission_key=f"{id(object())}", state=state,
        reason_code=Reason.OPINION if state is State.DECLINED else None,
    )  # fmt: skip


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_모든_상태와_일과_역할의_조합에서_표에_있는_것만_된다(database: Database):
    assert {(s, a) for s, a, _ in 허락} == {(s, a.value) for s, a in TRANSITIONS}
    for 상태, 일, 역할 in 모든경우:
        바라는것 = 허락.get((상태, 일.value, 역할.value))
        with database.sessions() as session:
            요청 = 새요청(상태 or State.RECEIVED)
            누가 = Actor(person_id=None, role=역할)
            if 상태 is None and 일 is Action.SUBMIT:
                if 바라는것:
                    receive(session, 요청, by=누가)
                    assert 요청.state == 바라는것
                else:
                    with pytest.raises(NotAllowed):
                        receive(session, 요청, by=누가)
                continue
            if 상태 is None:
                assert (None, 일) not in TRANSITIONS
                continue
            session.add(요청)
            session.flush()
            if 바라는것:
                transition(session, 요청, 일, by=누가, reason_code=Reason.OPINION)
                assert 요청.state == 바라는것, (상태, 일, 역할)
            else:
                with pytest.raises((NotAllowed, AlreadyDecided)):
                    transition(session, 요청, 일, by=누가, reason_code=Reason.OPINION)
                assert 요청.state is 상태
            session.rollback()


def test_상태를_바꾸면_사건과_남은_일이_함께_적힌다(database: Database, 수정요청: Correction, 편집자: Actor):
    with database.begin() as session:
        요청 = session.get_one(Correction, 수정요청.id)
        transition(session, 요청, Action.ACCEPT, by=편집자, data={"revision": 7})

    with database.reading() as session:
        사건 = session.scalars(select(Event).where(Event.stream == 수정요청.stream).order_by(Event.id)).all()
        남은일 = session.scalars(select(OutboxItem)).all()
        assert [(e.action, e.from_state, e.to_state, e.actor_id) for e in 사건] == [
            ("submit", None, "received", None),
            ("accept", "received", "applied", 편집자.person_id),
        ]
        assert [(item.kind, item.payload) for item in 남은일] == [
            ("revision.apply", {"correction": 수정요청.id, "revision": 7})
        ]
        assert verify_chain(session) == []
        assert replay(session, "correction/") == {수정요청.stream: "applied"}


def test_되돌리면_상태도_사건도_남은_일도_없다(database: Database, 수정요청: Correction, 편집자: Actor):
    session = database.sessions()
    transition(session, session.get_one(Correction, 수정요청.id), Action.ACCEPT, by=편집자)
    session.rollback()
    session.close()

    with database.reading() as session:
        assert session.get_one(Correction, 수정요청.id).state is State.RECEIVED
        assert session.scalars(select(OutboxItem)).all() == []
        assert len(session.scalars(select(Event)).all()) == 1


def test_까닭_없이는_반영하지_않음으로_갈_수_없다(database: Database, 수정요청: Correction, 편집자: Actor):
    with database.begin() as session, pytest.raises(BadReason):
        transition(session, session.get_one(Correction, 수정요청.id), Action.DECLINE, by=편집자)


@pytest.mark.parametrize(("칸", "값"), [("state", "elsewhere"), ("kind", "rude"), ("reason_code", "because")])
def test_데이터베이스도_모르는_값을_거절한다(database: Database, 수정요청: Correction, 칸: str, 값: str):
    with pytest.raises(IntegrityError), database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE correction SET {칸} = '{값}' WHERE id = {수정요청.id}")


def test_시민의_글은_사건_기록에_적히지_않는다(database: Database, 수정요청: Correction):
    with database.reading() as session:
        사건 = session.scalars(select(Event)).one()
        assert 사건.text is None
        assert 사건.data == {"correction": 수정요청.id, "entry": "k1", "kind": "fee"}


def test_표의_칸은_어느_상태로_가는지_누가_할_수_있는지를_말한다():
    assert all(isinstance(rule, Rule) and rule.who for rule in TRANSITIONS.values())
