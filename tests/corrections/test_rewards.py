"""실린 고침의 보상: 14일을 기다려 주고, 되돌리면 거두고, 장부는 언제나 0이다."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from corrections import review
from corrections.apply import apply_revision
from corrections.errors import AlreadyDecided, BadReason
from corrections.models import Correction, Kind, Revision, Risk, State
from corrections.people import Contact, Reporter
from corrections.rewards import ledger, settling
from corrections.rewards.models import ExcludedContact, LedgerEntry, Reward, RewardState
from corrections.rewards.moving import MOVES, Move, move
from corrections.rewards.rules import Why
from db import Database
from db.errors import NotAllowed
from db.events import Event, replay, verify_chain
from db.people import Actor, Role, add_person
from kb.entry import Entry
from kb.store import EntryStore

보름 = timedelta(days=15)
편집자비밀번호 = "청계천-따라-걷기-2026"


@pytest.fixture
def 책임(database: Database) -> Actor:
    """고침을 받아들이지 않은 책임 편집자."""
    with database.begin() as session:
        return add_person(
            session, login="chief", name_shown="박책임", role=Role.LEAD_EDITOR, password=편집자비밀번호
        ).actor


def 시민(database: Database, *, 열쇠: str = "") -> int:
    """연락처를 확인한 시민의 번호."""
    with database.begin() as session:
        reporter = Reporter()
        session.add(reporter)
        session.flush()
        session.add(
            Contact(
                reporter_id=reporter.id,
                kind="email",
                address="",
                key=열쇠 or uuid4().hex,
                verified_at=datetime.now(UTC),
            )
        )
        return reporter.id


@dataclass
class 흐름:
    """보내고, 받아들이고, 싣고, 되돌린다: 진짜 저장소와 데이터베이스에서."""

    database: Database
    저장소: EntryStore
    접수: Callable[..., Correction]
    편집자: Actor
    다른편집자: Actor

    def 보낸다(self, 누구: int | None, **칸: object) -> int:
        요청 = self.접수(**칸)
        with self.database.begin() as session:
            session.get_one(Correction, 요청.id).reporter_id = 누구
        return 요청.id

    def 싣는다(self, id: int, *, by: Actor | None = None, **바꿈: object) -> int:
        """받아들이고, 필요하면 다른 편집자가 확인하고, 싣는다."""
        글 = self.저장소.get("k1")
        with self.database.begin() as session:
            요청 = session.get_one(Correction, id)
            고친글 = replace(글, **바꿈) if 바꿈 else review.proposed(요청, 글)
            반영본 = review.accept(
                session, 요청, revised=고친글, base_version=글.version, by=by or self.편집자, store=self.저장소
            )
        with self.database.begin() as session:
            요청 = session.get_one(Correction, id)
            if 요청.state is State.SECOND_CHECK:
                review.confirm(session, 요청, revision_id=반영본.id, by=self.다른편집자 if by is None else self.편집자)
        apply_revision(self.database, self.저장소, 반영본.id)
        self.맞춘다(id)
        return 반영본.id

    def 되돌린다(self, id: int) -> None:
        with self.database.begin() as session:
            요청 = session.get_one(Correction, id)
            반영본 = review.revert(session, 요청, by=self.다른편집자, reason="틀린 고침이었습니다.", store=self.저장소)
        apply_revision(self.database, self.저장소, 반영본.id)
        self.맞춘다(id)

    def 맞춘다(self, id: int) -> None:
        for _ in range(2):  # a handler may run twice
            settling.handler(self.database, self.저장소, {"correction": id})

    def 보상(self, id: int) -> Reward:
        with self.database.reading() as session:
            return session.scalars(select(Reward).where(Reward.correction_id == id).order_by(Reward.id.desc())).first()  # type: ignore[return-value]

    def 준다(self, 뒤: timedelta = 보름) -> int:
        return settling.grant_due(self.database, self.저장소, now=datetime.now(UTC) + 뒤)

    def 잔액(self, 계정: str) -> int:
        with self.database.reading() as session:
            assert sum(ledger.balances(session).values()) == 0
            assert ledger.faults(session) == []
            return ledger.balance(session, 계정)


@pytest.fixture
def 일(
    database: Database, 저장소: EntryStore, 접수: Callable[..., Correction], 편집자: Actor, 다른편집자: Actor
) -> 흐름:
    return 흐름(database, 저장소, 접수, 편집자, 다른편집자)


def test_실리면_기다리고_보름_뒤에_주고_되돌리면_거둔다(일: 흐름, database: Database):
    누구 = 시민(database)
    요청 = 일.보낸다(누구)

    일.싣는다(요청)
    보상 = 일.보상(요청)
    assert (보상.state, 보상.points, 보상.reporter_id) == (RewardState.PENDING, 10, 누구)
    assert (일.잔액(ledger.pending(누구)), 일.잔액(ledger.POOL)) == (10, -10)

    assert 일.준다(timedelta(days=13)) == 0
    assert 일.준다() == 1
    assert 일.준다() == 0
    assert (일.잔액(ledger.paid(누구)), 일.잔액(ledger.pending(누구))) == (10, 0)

    일.되돌린다(요청)
    assert 일.보상(요청).state is RewardState.REVERSED
    assert (일.잔액(ledger.paid(누구)), 일.잔액(ledger.REVERSED)) == (0, 10)
    with database.reading() as session:
        assert verify_chain(session) == []
        보상들 = {보상.stream: 보상.state.value for 보상 in session.scalars(select(Reward))}
        assert replay(session, "reward") == 보상들
        한일 = session.scalars(select(Event.action).where(Event.stream == f"reward/{보상.id}").order_by(Event.id)).all()
        assert 한일 == ["reward.accrue", "reward.grant", "reward.reverse"]


def test_되돌린_뒤_다시_받아들이면_새로_기다린다(일: 흐름, database: Database):
    누구 = 시민(database)
    요청 = 일.보낸다(누구)
    일.싣는다(요청)
    일.되돌린다(요청)
    일.싣는다(요청, by=일.다른편집자, facts={"수수료": "5만 3천 원"})

    with database.reading() as session:
        상태들 = session.scalars(select(Reward.state).order_by(Reward.id)).all()
    assert 상태들 == [RewardState.REVERSED, RewardState.PENDING]
    assert 일.잔액(ledger.pending(누구)) == 10


def test_연락처를_확인하지_않은_요청에는_보상이_없고_늦게_확인하면_그때_본다(
    일: 흐름, database: Database, 저장소: EntryStore
):
    요청 = 일.보낸다(None)
    일.싣는다(요청)
    assert 일.보상(요청) is None

    누구 = 시민(database)
    with database.begin() as session:
        session.get_one(Correction, 요청).reporter_id = 누구
    assert settling.settle_missing(database, 저장소) == 1
    assert settling.settle_missing(database, 저장소) == 0
    assert 일.보상(요청).state is RewardState.PENDING


def test_먼저_알린_한_사람만_받고_뒤에_알린_사람은_받지_않는다(일: 흐름, database: Database, 편집자: Actor):
    먼저, 나중 = 시민(database), 시민(database)
    첫째, 둘째 = 일.보낸다(먼저), 일.보낸다(나중)

    일.싣는다(둘째)  # the editor saw the later one first
    assert 일.보상(둘째).reporter_id == 나중
    with database.begin() as session:
        review.merge(session, session.get_one(Correction, 첫째), into=둘째, by=편집자)
    일.맞춘다(첫째)

    assert (일.보상(둘째).state, 일.보상(둘째).why) == (RewardState.REVERSED, Why.CONFIRMED)
    assert (일.보상(첫째).state, 일.보상(첫째).reporter_id) == (RewardState.PENDING, 먼저)
    assert (일.잔액(ledger.pending(먼저)), 일.잔액(ledger.pending(나중))) == (10, 0)


def test_직원과_용역의_연락처면_주지_않는다(일: 흐름, database: Database):
    누구 = 시민(database, 열쇠="직원의 열쇠")
    with database.begin() as session:
        session.add(ExcludedContact(key="직원의 열쇠"))
    요청 = 일.보낸다(누구)

    일.싣는다(요청)

    assert (일.보상(요청).state, 일.보상(요청).why) == (RewardState.VOID, Why.CONFLICT)
    assert 일.잔액(ledger.POOL) == 0


def test_스스로_넣은_틀린_글을_고치면_주지_않고_같은_편집자가_받아들였으면_멈춘다(일: 흐름, database: Database):
    심은이, 남 = 시민(database), 시민(database)
    요청 = 일.보낸다(심은이, proposal="수수료는 7만 원입니다.")
    일.싣는다(요청)
    with database.begin() as session:  # a week has passed
        session.get_one(Correction, 요청).submitted_at -= timedelta(days=8)

    남의것 = 일.보낸다(남, quoted="수수료는 7만 원입니다.", proposal="수수료는 5만 3천 원입니다.")
    일.싣는다(남의것)
    assert (일.보상(남의것).state, 일.보상(남의것).why) == (RewardState.HELD, Why.PLANTED)

    일.되돌린다(남의것)
    제것 = 일.보낸다(심은이, quoted="수수료는 7만 원입니다.", proposal="수수료는 5만 4천 원입니다.")
    일.싣는다(제것)
    assert (일.보상(제것).state, 일.보상(제것).why) == (RewardState.VOID, Why.SELF_MADE)


def test_14일_안에_다른_요청이_그_글을_고치면_멈추고_책임_편집자가_정한다(일: 흐름, database: Database, 책임: Actor):
    첫째, 둘째 = 시민(database), 시민(database)
    요청 = 일.보낸다(첫째, proposal="수수료는 7만 원입니다.")
    일.싣는다(요청)
    일.싣는다(일.보낸다(둘째, quoted="수수료는 7만 원입니다.", proposal="수수료는 5만 3천 원입니다."))

    assert 일.준다() == 0
    보상 = 일.보상(요청)
    assert (보상.state, 보상.why) == (RewardState.HELD, Why.PROVED_WRONG)

    with database.begin() as session:
        settling.void(session, session.get_one(Reward, 보상.id), by=책임, why="self_made", note="지어낸 금액입니다.")
    assert 일.보상(요청).state is RewardState.VOID
    assert 일.잔액(ledger.pending(첫째)) == 0


def test_책임_편집자가_주기로_하면_14일_뒤에_다시_의심하지_않고_준다(
    일: 흐름, database: Database, 책임: Actor, 편집자: Actor, 다른편집자: Actor
):
    누구 = 시민(database)
    요청 = 일.보낸다(누구)
    with database.begin() as session:
        session.get_one(Correction, 요청).channel = "web"
        session.add(ExcludedContact(key=session.scalars(select(Contact.key)).one()))
    일.싣는다(요청)
    번호 = 일.보상(요청).id

    for 아닌이, 왜 in ((편집자, "책임 편집자만"), (다른편집자, "스스로 받아들인")):
        with database.begin() as session, pytest.raises(NotAllowed, match=왜):
            settling.allow(session, session.get_one(Reward, 번호), by=아닌이, note="가족이 아님")
    with database.begin() as session, pytest.raises(BadReason, match="한 문장"):
        settling.allow(session, session.get_one(Reward, 번호), by=책임, note=" ")
    with database.begin() as session:
        settling.allow(session, session.get_one(Reward, 번호), by=책임, note="번호를 물려받은 다른 분임을 확인")

    assert 일.잔액(ledger.pending(누구)) == 10
    assert 일.준다() == 1
    assert 일.잔액(ledger.paid(누구)) == 10


def test_장부는_고치거나_지울_수_없다(일: 흐름, database: Database):
    일.싣는다(일.보낸다(시민(database)))

    for 문장 in (
        "UPDATE reward_ledger SET points = 1000",
        "DELETE FROM reward_ledger",
        "INSERT INTO reward_ledger (reward_id, step, reporter_id, source, target, points, event_id, at) "
        "SELECT reward_id, 9, reporter_id, 'pool', 'reporter:1', 1000, event_id, at FROM reward_ledger",
    ):
        with pytest.raises(IntegrityError), database.begin() as session:
            session.execute(text(문장))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_표에_있는_일만_그_역할이_할_수_있다(일: 흐름, database: Database, 책임: Actor):
    일.싣는다(일.보낸다(시민(database)))
    안되는것: list[tuple[RewardState, Move, Actor, type[Exception]]] = []
    for 상태, 일_, 역할 in product(RewardState, Move, Role):
        표 = MOVES.get((상태, 일_))
        누구 = Actor(person_id=책임.person_id if 역할 is not Role.SYSTEM else None, role=역할)
        if 표 is None or 역할 not in 표.who:
            안되는것.append((상태, 일_, 누구, NotAllowed if 표 else AlreadyDecided))
            continue
        with database.sessions() as session:
            session.execute(
                text("UPDATE reward SET state = :s, why = 'conflict', granted_at = made_at"), {"s": 상태.value}
            )
            보상 = session.scalars(select(Reward)).one()
            move(session, 보상, 일_, by=누구, why=Why.CONFLICT)
            assert 보상.state is 표.to
            session.rollback()
    with database.sessions() as session, session.no_autoflush:
        보상 = session.scalars(select(Reward)).one()
        for 상태, 일_, 누구, 오류 in 안되는것:
            보상.state = 상태
            with pytest.raises(오류):
                move(session, 보상, 일_, by=누구, why=Why.CONFLICT)
        session.rollback()


# --- 어떤 차례로 무엇을 해도 ---

할일 = st.lists(
    st.tuples(
        st.sampled_from(["싣기", "되돌림", "맞춤", "주기", "주기로", "없앰"]),
        st.integers(0, 3),
        st.sampled_from(list(Risk)),
    ),
    min_size=3,
    max_size=12,
)


@given(할일=할일)
@settings(max_examples=6, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_어떤_차례로_싣고_되돌리고_주고_없애도_장부는_0이고_상태와_맞다(
    database: Database, 저장소: EntryStore, 책임: Actor, 할일: list[tuple[str, int, Risk]]
):
    누구 = 시민(database)
    요청들 = [_요청(database, 누구, n) for n in range(4)]
    때 = datetime.now(UTC)
    for 무엇, n, 위험 in 할일:
        때 += timedelta(days=5)
        id = 요청들[n]
        match 무엇:
            case "싣기" | "되돌림":
                _행(database, id, 위험, 되돌림=무엇 == "되돌림", 때=때)
                settling.handler(database, 저장소, {"correction": id})
            case "맞춤":
                settling.handler(database, 저장소, {"correction": id})
            case "주기":
                settling.grant_due(database, 저장소, now=때)
            case _:
                _정한다(database, id, 책임, 주기로=무엇 == "주기로")
        with database.reading() as session:
            assert sum(ledger.balances(session).values()) == 0
            assert ledger.faults(session) == []
            assert min(ledger.balance(session, 계정(누구)) for 계정 in (ledger.paid, ledger.pending)) >= 0
            assert replay(session, "reward") == {r.stream: r.state.value for r in session.scalars(select(Reward))}
    with database.reading() as session:
        마지막 = session.scalars(select(LedgerEntry).order_by(LedgerEntry.id)).all()
        assert all(줄.points > 0 for 줄 in 마지막)


def _요청(database: Database, 누구: int, n: int) -> int:
    with database.begin() as session:
        요청 = Correction(
            entry_id="k1", entry_title="여권", base_version="0" * 12, kind=Kind.FEE, proposal=f"제안 {n}",
            code_hash="-", submission_key=uuid4().hex, state=State.TRIAGED, reporter_id=누구,
            submitted_at=datetime.now(UTC) + timedelta(days=20 * n),
        )  # fmt: skip
        session.add(요청)
        session.flush()
        return 요청.id


def _행(database: Database, id: int, 위험: Risk, *, 되돌림: bool, 때: datetime) -> None:
    """반영본의 행을 바로 적는다: 이미 실려 있으면 되돌리고, 아니면 싣는다."""
    with database.begin() as session:
        요청 = session.get_one(Correction, id)
        서있는것 = settling.standing_revision(session, id)
        if 되돌림 != (서있는것 is not None):
            return
        글 = Entry(id="k1", title="여권", topic="민원행정", updated=때, body=f"글 {uuid4().hex}\n").to_text()
        session.add(
            Revision(
                correction_id=id, entry_id="k1", base_version="0" * 12, base_text=글, text=글, risk=위험,
                confirmed_at=때, closed_at=때, commit_sha=uuid4().hex, accepted_at=때,
                reverts=서있는것.id if 서있는것 else None,
            )
        )  # fmt: skip
        요청.state = State.IN_REVIEW if 되돌림 else State.APPLIED


def _정한다(database: Database, id: int, 책임: Actor, *, 주기로: bool) -> None:
    with database.begin() as session:
        보상 = session.scalars(select(Reward).where(Reward.correction_id == id).order_by(Reward.id.desc())).first()
        if 보상 is None:
            return
        try:
            with session.begin_nested():
                if 주기로:
                    settling.allow(session, 보상, by=책임, note="확인함")
                else:
                    settling.void(session, 보상, by=책임, why="same_person", note="같은 분")
        except (AlreadyDecided, BadReason):
            session.expire_all()
