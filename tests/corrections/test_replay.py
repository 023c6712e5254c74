"""사건만 읽어도 수정 요청의 지금 모습이 그대로 나오고, 표를 몰래 고치면 어느 줄인지 말한다."""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.audit import CHECKS, audit
from cases.clock import WorkingClock
from corrections import bulk, claims, contacts, conversation, review
from corrections.errors import CorrectionError
from corrections.models import BY_EDITOR, Correction, Reason, Risk
from corrections.replay import mismatches
from corrections.submit import Screened
from corrections.transition import TRANSITIONS, Action, transition
from db import Database
from db.errors import NotAllowed
from db.events import head
from db.people import Actor, Role, add_person
from kb.store import EntryStore
from tests.corrections.conftest import 보내기, 비밀번호

시계 = WorkingClock()
열쇠 = b"k" * 32
드물게 = {Action.WITHDRAW, Action.OVERTAKE, Action.MERGE}
"""걸음을 끝내 버리는 일."""


@pytest.fixture
def 직원들(database: Database) -> Sequence[Actor]:
    """편집자 둘, 책임 편집자 하나, 그 부서의 담당자 하나."""
    누구 = [("e1", Role.EDITOR), ("e2", Role.EDITOR), ("lead", Role.LEAD_EDITOR), ("officer", Role.OFFICER)]
    with database.begin() as session:
        return [
            add_person(
                session, login=login, name_shown=login, role=role, office="민원여권과" if role is Role.OFFICER else "",
                password=비밀번호,
            ).actor
            for login, role in 누구
        ]  # fmt: skip


def 걷기(
    database: Database, 번호들: list[int], 직원들: Sequence[Actor], 주사위: random.Random, 걸음: int
) -> set[Action]:
    """표에 있는 아무 일이나 할 수 있는 아무나 한다. 거절당한 일은 아무것도 바꾸지 않아야 한다. 해낸 일들을 돌려준다."""
    해낸 = set[Action]()
    now = datetime.now(UTC)
    for _ in range(걸음):
        now += timedelta(minutes=주사위.choice([1, 5, 40, 60 * 24 * 15]))
        with database.begin() as session:
            요청 = session.get_one(Correction, 주사위.choice(번호들))
            할수있는 = [action for (state, action) in TRANSITIONS if state is 요청.state]
            if not 할수있는:
                continue
            (일,) = 주사위.choices(할수있는, [1 if action in 드물게 else 20 for action in 할수있는])
            규칙 = TRANSITIONS[요청.state, 일]
            누구 = [a for a in (*직원들, Actor.citizen(), Actor.system(), Actor(None, Role.AGENT)) if a.is_a(*규칙.who)]
            맡은이 = [a for a in 누구 if a.person_id == 요청.claimed_by]
            try:
                한다(session, 요청, 일, 주사위.choice(맡은이 or 누구), 주사위, 번호들, now)
                해낸.add(일)
            except (CorrectionError, NotAllowed):
                session.rollback()
    return 해낸


def 한다(
    session, 요청: Correction, 일: Action, 누가: Actor, 주사위: random.Random, 번호들: list[int], now: datetime
) -> None:
    """부르는 쪽이 정하는 칸(걸린 것, 기한, 합칠 곳)까지 정하고 문을 지난다."""
    if 일 is Action.MERGE:
        review.merge(session, 요청, into=주사위.choice(번호들), by=누가)
    elif 일 is Action.ANSWER:
        conversation.answer(session, 요청, by=누가, text="5만 3천 원이 맞습니다", clock=시계)
    elif 일 is Action.CONSULT:
        conversation.consult(session, 요청, by=누가, text="수수료가 얼마인가요", clock=시계)
    elif 일 is Action.CLAIM:
        claims.claim(session, 요청, by=누가, now=now)
    else:
        if 일 in (Action.ACCEPT, Action.ACCEPT_PART, Action.PROPOSE):
            요청.risk = 주사위.choice(list(Risk))
        까닭 = {Action.DECLINE: 주사위.choice(BY_EDITOR), Action.OVERTAKE: Reason.OVERTAKEN}.get(일)
        말 = 주사위.choice([None, "확인했습니다."])
        transition(session, 요청, 일, by=누가, at=now, reason_code=까닭, text=말)


def test_아무렇게나_걸어도_사건에서_모든_요청이_그대로_다시_나온다(
    database: Database, 저장소: EntryStore, 직원들: Sequence[Actor]
):
    주사위 = random.Random(120)
    처음 = (Action.SUBMIT, Action.HOLD, Action.BLOCK)
    with database.begin() as session:
        for n in range(12):
            보내기(session, 저장소, proposal=f"수수료는 {n}만 원입니다.", screened=Screened(처음[n % 3]))
        번호들 = list(session.scalars(select(Correction.id)))

    해낸 = 걷기(database, 번호들, 직원들, 주사위, 300)

    with database.reading() as session:
        assert mismatches(session) == []
        상태들 = set(session.scalars(select(Correction.state)))
    assert audit(database).ok
    assert len(해낸) >= 20, 해낸
    assert len(상태들) >= 4


def test_다른_요청에_합쳐_있던_것들이_따라가도_사건에서_나온다(
    database: Database, 접수: Callable[..., Correction], 편집자: Actor
):
    가, 나, 다 = (접수(proposal=f"{n}만 원입니다").id for n in range(3))
    with database.begin() as session:
        review.merge(session, session.get_one(Correction, 다), into=나, by=편집자)
        review.merge(session, session.get_one(Correction, 나), into=가, by=편집자)

    with database.reading() as session:
        assert session.get_one(Correction, 다).duplicate_of == 가
        assert mismatches(session) == []


몰래_고친_것 = [
    ("UPDATE correction SET state = 'applied' WHERE id = 2", "수정 요청 2번의 상태: 사건은 ‘미반영’, 표는 ‘반영’."),
    ("UPDATE correction SET decided_by = NULL WHERE id = 2", "수정 요청 2번의 정한 사람"),
    ("UPDATE correction SET note = '딴소리' WHERE id = 2", "수정 요청 2번의 시민에게 남긴 말"),
    ("UPDATE correction SET reason_code = 'other' WHERE id = 2", "수정 요청 2번의 까닭"),
    ("UPDATE correction SET due_at = '2030-01-01 00:00:00' WHERE id = 1", "수정 요청 1번의 기한"),
    ("UPDATE correction SET submitted_by = 1 WHERE id = 1", "수정 요청 1번의 보낸 사람"),
    ("UPDATE correction SET proposal = '공짜입니다' WHERE id = 1", "수정 요청 1번의 시민의 글이"),
    ("UPDATE correction SET claimed_by = 1, claimed_until = '2030-01-01 00:00:00' WHERE id = 1", "수정 요청 1번의 맡은"),
    ("UPDATE correction SET reporter_id = NULL WHERE id = 3", "수정 요청 3번의 보낸 시민: 사건은 ‘1’, 표는 없음."),
    ("UPDATE correction SET score = 99, masked = true WHERE id = 1", "수정 요청 1번의 걸러 본 점수"),
    ("UPDATE correction SET entry_title = '딴 제목' WHERE id = 1", "수정 요청 1번의 안내의 제목"),
    ("UPDATE correction_message SET text = '딴소리' WHERE correction_id = 3", "수정 요청 3번에 오간 말이"),
    ("DELETE FROM correction_message WHERE correction_id = 3", "수정 요청 3번에 오간 말이"),
    ("UPDATE revision SET text = replace(text, '5만 3천', '9만') WHERE id = 1", "반영본 1번의 글이"),
    ("UPDATE bulk_change SET new = '02-1', state = 'applying' WHERE id = 1", "한꺼번에 바꾸기 1번이"),
    ("DELETE FROM correction WHERE id = 1", "수정 요청 1번의 사건은 있는데 줄이 없습니다."),
]  # fmt: skip


def test_표의_줄을_몰래_고치면_어느_줄의_무엇인지_말한다(
    database: Database, 저장소: EntryStore, 접수: Callable[..., Correction], 편집자: Actor
):
    _, 둘째, 셋째, 넷째 = (
        접수(proposal=글).id for 글 in ("4만 원입니다", "무료입니다", "6만 원입니다", "수수료는 5만 3천 원입니다.")
    )
    with database.begin() as session:
        요청 = [session.get_one(Correction, id) for id in (둘째, 셋째, 넷째)]
        review.decline(session, 요청[0], by=편집자, reason_code="no_evidence", note="찾지 못했습니다.")
        연락처를_확인한다(session, 요청[1])
        conversation.ask(session, 요청[1], by=편집자, text="어디에서 보셨나요?")
        글 = 저장소.get("k1")
        review.accept(
            session, 요청[2], revised=review.proposed(요청[2], 글), base_version=글.version, by=편집자, store=저장소
        )
        bulk.propose(
            session, 저장소, what="phone", old="02-120", new="02-999-1234", reason="바뀜", ids=["k1"], by=편집자
        )
    assert audit(database).problems == []

    for 몰래, 말 in 몰래_고친_것:
        with database.begin() as session:
            session.execute(text(몰래))
            들은것 = [problem for check in CHECKS.values() for problem in check(session)]
            session.rollback()
        assert any(problem.startswith(말) for problem in 들은것), (몰래, 들은것)


@pytest.mark.parametrize(
    ("몰래", "말"),
    [
        ("UPDATE event SET to_state = 'applied' WHERE id = 2", "2번 사건의 내용이"),
        ("UPDATE event SET data = '{}' WHERE id = 1", "1번 사건의 글이나 자료가"),
        ("DELETE FROM event WHERE id = 2", "1번 다음이 3번"),
    ],
)
def test_사건을_고치거나_가운데를_지우면_몇_번인지_말한다(
    database: Database, 접수: Callable[..., Correction], 편집자: Actor, 몰래: str, 말: str
):
    둘째 = 접수().id
    with database.begin() as session:
        review.decline(session, session.get_one(Correction, 둘째), by=편집자, reason_code="no_evidence")

    방아쇠_없이(database, 몰래)

    assert any(말 in problem for problem in audit(database).problems), audit(database).problems


def test_꼬리를_자르고_머리까지_고쳐도_따로_적어_둔_머리가_말한다(database: Database, 접수: Callable[..., Correction]):
    접수()
    접수(proposal="무료입니다")
    with database.reading() as session:
        적어둔 = head(session)
    마지막 = 적어둔[0]
    방아쇠_없이(
        database,
        f"DELETE FROM outbox_item WHERE event_id = {마지막}",
        f"DELETE FROM event WHERE id = {마지막}",
        f"UPDATE event_head SET event_id = {마지막 - 1}, hash = (SELECT hash FROM event WHERE id = {마지막 - 1})",
        "DELETE FROM correction WHERE id = 2",
    )

    assert not any("사슬" in problem for problem in audit(database).problems)
    assert any("적어 둔 머리(사건" in problem for problem in audit(database, heads=[적어둔]).problems)


def test_파기한_글은_어긋난_것이_아니다(database: Database, 접수: Callable[..., Correction], 편집자: Actor):
    id = 접수().id
    with database.begin() as session:
        요청 = session.get_one(Correction, id)
        review.decline(session, 요청, by=편집자, reason_code="other", note="따로 설명했습니다.")
    방아쇠_없이(
        database,
        "UPDATE event SET text = NULL, data = '{\"correction\": 1}', content_salt = NULL WHERE action = 'decline'",
    )
    with database.begin() as session:
        session.get_one(Correction, id).note = ""

    assert [p for p in audit(database).problems if "방아쇠" not in p] == []


def 연락처를_확인한다(session: Session, 요청: Correction) -> None:
    """보낸 시민을 알게 된다: 코드를 청하고 그 코드를 넣는다."""
    청함 = contacts.ask(session, 요청, contacts.Address.read("hong@example.com"), secret=열쇠)
    assert contacts.confirm(session, 요청, typed=contacts.code_of(청함, secret=열쇠), secret=열쇠)


def 방아쇠_없이(database: Database, *statements: str) -> None:
    """데이터베이스의 주인이 방아쇠를 잠시 끄고 고친 뒤 다시 켠다(SQLite는 없앤다)."""
    postgres = database.engine.dialect.name == "postgresql"
    with database.engine.begin() as connection:
        if postgres:
            connection.execute(text("ALTER TABLE event DISABLE TRIGGER ALL"))
            connection.execute(text("ALTER TABLE event_head DISABLE TRIGGER ALL"))
        else:
            for name in connection.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        for statement in statements:
            connection.execute(text(statement))
