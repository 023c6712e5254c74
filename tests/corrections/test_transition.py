"""수정 요청의 상태는 표에 있는 대로만, 표에 있는 사람만 바꾼다."""

import secrets
from functools import partial
from itertools import product

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from corrections.errors import AlreadyDecided, BadReason
from corrections.models import Correction, Kind, Reason, State
from corrections.transition import TRANSITIONS, Action, Rule, receive, transition
from db import Database
from db.errors import NotAllowed
from db.events import Event, replay, verify_chain
from db.outbox import OutboxItem
from db.people import Actor, Person, Role, add_person

열린것 = ("held", "received", "triaged", "in_review", "needs_info", "with_office", "second_check")
편집 = ("editor", "lead_editor")
# 표를 베끼지 않고 WORKFLOWS 3.1에서 따로 적은 것: 어느 상태에서, 무슨 일을, 누가 → 어느 상태로.
줄들: list[tuple[str | None, str, tuple[str, ...], str]] = [
    (None, "submit", ("citizen", "agent", "system"), "received"),
    (None, "hold", ("citizen", "agent", "system"), "held"),
    (None, "block", ("citizen", "agent", "system"), "spam"),
    ("held", "release_held", 편집, "received"),
    ("held", "block", 편집, "spam"),
    ("spam", "unblock", ("lead_editor",), "received"),
    ("received", "triage", (*편집, "system"), "triaged"),
    ("received", "claim", 편집, "in_review"),
    ("triaged", "claim", 편집, "in_review"),
    ("in_review", "release", 편집, "triaged"),
    ("in_review", "expire", ("system",), "triaged"),
    ("in_review", "ask", 편집, "needs_info"),
    ("needs_info", "answer", ("citizen", "agent"), "in_review"),
    ("needs_info", "lapse", ("system",), "lapsed"),
    ("in_review", "consult", 편집, "with_office"),
    ("with_office", "confirm_fact", ("officer",), "in_review"),
    ("with_office", "refute_fact", ("officer",), "in_review"),
    ("in_review", "accept", 편집, "applied"),
    ("in_review", "accept_part", 편집, "partly_applied"),
    ("in_review", "propose", 편집, "second_check"),
    ("second_check", "confirm", 편집, "applied"),
    ("second_check", "confirm_part", 편집, "partly_applied"),
    ("second_check", "return", 편집, "in_review"),
    ("in_review", "decline", 편집, "declined"),
    ("in_review", "merge", 편집, "duplicate"),
    *((끝, "object", ("citizen",), "triaged") for 끝 in ("declined", "duplicate", "lapsed", "partly_applied")),
    *((상태, "withdraw", ("citizen",), "withdrawn") for 상태 in 열린것),
    *((상태, "overtaken", ("system",), "declined") for 상태 in 열린것),
    *((끝, "revert", ("lead_editor",), "in_review") for 끝 in ("applied", "partly_applied")),
    *((끝, "rebase", ("system",), "triaged") for 끝 in ("applied", "partly_applied")),
]
허락 = {(상태, 일, 역할): 끝 for 상태, 일, 역할들, 끝 in 줄들 for 역할 in 역할들}
모든경우 = list(product((None, *State), Action, Role))


def 두_편집자(session: Session) -> tuple[int, int]:
    """처음 받아들인 편집자와, 지금 맡은 편집자."""
    있는것 = session.scalars(select(Person.id).order_by(Person.id)).all() or [
        add_person(session, login=이름, name_shown=이름, role=Role.EDITOR, password="청계천-따라-걷기-2026").id
        for 이름 in ("first", "second")
    ]
    return 있는것[0], 있는것[1]


def 새요청(session: Session, state: State = State.RECEIVED) -> Correction:
    """그 상태의 요청: 표의 CHECK가 바라는 칸(원래 요청, 첫 편집자)까지 채운다."""
    원래 = 처음 = 둘째 = None
    if state is not State.RECEIVED:
        처음, 둘째 = 두_편집자(session)
        원래 = 새요청(session).id
    요청 = Correction(
        entry_id="k1", entry_title="여권", base_version="0" * 12, kind=Kind.FEE, proposal="5만 3천 원",
        code_hash="-", submission_key=secrets.token_hex(8), state=state, duplicate_of=원래, accepted_by=처음,
        claimed_by=둘째,
        reason_code=Reason.OPINION if state is State.DECLINED else None,
    )  # fmt: skip
    session.add(요청)
    session.flush()
    return 요청


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_모든_상태와_일과_역할의_조합에서_표에_있는_것만_된다(database: Database):
    assert {(s, a) for s, a, _ in 허락} == {(s and s.value, a.value) for s, a in TRANSITIONS}
    assert len(모든경우) == 15 * len(Action) * len(Role)
    session = database.sessions()
    _, 둘째 = 두_편집자(session)
    요청들 = {상태: 새요청(session, 상태).id for 상태 in State}
    for 상태, 일, 역할 in 모든경우:
        바라는것 = 허락.get((상태 and 상태.value, 일.value, 역할.value))
        누가 = Actor(person_id=둘째, role=역할)
        지점 = session.begin_nested()
        if 상태 is None:
            요청 = Correction(
                entry_id="k1", entry_title="여권", base_version="0" * 12, kind=Kind.FEE, proposal="-", code_hash="-",
                submission_key=secrets.token_hex(8),
            )  # fmt: skip
            하기 = partial(receive, session, 요청, by=누가, action=일)
        else:
            요청 = session.get_one(Correction, 요청들[상태])
            하기 = partial(transition, session, 요청, 일, by=누가, reason_code=Reason.OPINION)
        if 바라는것:
            하기()
            assert 요청.state == 바라는것, (상태, 일, 역할)
        else:
            with pytest.raises((NotAllowed, AlreadyDecided)):
                하기()
        지점.rollback()
    session.close()


def test_상태를_바꾸면_사건과_남은_일이_함께_적힌다(database: Database, 수정요청: Correction, 편집자: Actor):
    with database.begin() as session:
        요청 = session.get_one(Correction, 수정요청.id)
        transition(session, 요청, Action.CLAIM, by=편집자)
        transition(session, 요청, Action.ACCEPT, by=편집자, data={"revision": 7})

    with database.reading() as session:
        사건 = session.scalars(select(Event).where(Event.stream == 수정요청.stream).order_by(Event.id)).all()
        남은일 = session.scalars(select(OutboxItem)).all()
        assert [(e.action, e.from_state, e.to_state, e.actor_id) for e in 사건] == [
            ("submit", None, "received", None),
            ("claim", "received", "in_review", 편집자.person_id),
            ("accept", "in_review", "applied", 편집자.person_id),
        ]
        assert [(item.kind, item.payload) for item in 남은일] == [
            ("revision.apply", {"correction": 수정요청.id, "revision": 7, "event": 사건[-1].id})
        ]
        assert verify_chain(session) == []
        assert replay(session, "correction/") == {수정요청.stream: "applied"}


def test_되돌리면_상태도_사건도_남은_일도_없다(database: Database, 수정요청: Correction, 편집자: Actor):
    session = database.sessions()
    transition(session, session.get_one(Correction, 수정요청.id), Action.CLAIM, by=편집자)
    session.rollback()
    session.close()

    with database.reading() as session:
        assert session.get_one(Correction, 수정요청.id).state is State.RECEIVED
        assert session.scalars(select(OutboxItem)).all() == []
        assert len(session.scalars(select(Event)).all()) == 1


def test_까닭_없이는_반영하지_않음으로_갈_수_없다(database: Database, 수정요청: Correction, 편집자: Actor):
    with database.begin() as session:
        요청 = session.get_one(Correction, 수정요청.id)
        transition(session, 요청, Action.CLAIM, by=편집자)
        with pytest.raises(BadReason):
            transition(session, 요청, Action.DECLINE, by=편집자)


@pytest.mark.parametrize(("칸", "값"), [("state", "elsewhere"), ("kind", "rude"), ("reason_code", "because")])
def test_데이터베이스도_모르는_값을_거절한다(database: Database, 수정요청: Correction, 칸: str, 값: str):
    with pytest.raises(IntegrityError), database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE correction SET {칸} = '{값}' WHERE id = {수정요청.id}")


def test_시민의_글은_사건_기록에_적히지_않는다(database: Database, 수정요청: Correction):
    with database.reading() as session:
        사건 = session.scalars(select(Event)).one()
        assert 사건.text is None
        assert {name: 사건.data[name] for name in ("correction", "entry", "kind")} == {
            "correction": 수정요청.id,
            "entry": "k1",
            "kind": "fee",
        }
        assert set(사건.data) == {"correction", "entry", "kind", "kept", "print"}
        assert not [word for word in (수정요청.proposal, 수정요청.quoted, 수정요청.evidence) if word in str(사건.data)]


def test_표의_칸은_어느_상태로_가는지_누가_할_수_있는지를_말한다():
    assert all(isinstance(rule, Rule) and rule.who for rule in TRANSITIONS.values())
