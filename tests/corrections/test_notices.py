"""한 사건은 한 연락처에 한 번, 밤에는 말고, 보내다 죽어도 다시, 다섯 번 못 보내면 사람에게 (WORKFLOWS 3, DOMAIN LE-92)."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.worker import handlers, run_pending
from cases.clock import WorkingClock
from corrections import claims, contacts, conversation, review
from corrections.contacts import Address
from corrections.errors import AlreadyDecided
from corrections.models import Correction, Reason
from corrections.notices import Notice, NoticeState, Template, delivery, on_event, queue, remind
from corrections.notices.queueing import opening
from corrections.people import Contact
from corrections.rewards import settling
from corrections.rewards.models import Reward
from corrections.rewards.rules import BY_LEAD
from corrections.transition import Action, transition
from db import Database, events
from db.errors import NotAllowed
from db.outbox import OutboxItem
from db.people import Actor, Role
from kb.entry import SEOUL
from kb.store import EntryStore
from tests.corrections.test_review import 받기

열쇠 = b"secret" * 6
낮 = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
관리자 = Actor(person_id=None, role=Role.ADMINISTRATOR)

알림표 = Sequence[tuple[str, Template]]


def 이어(database: Database, 요청: Correction, 주소: str = "hong@example.com") -> Correction:
    """시민이 코드로 확인해 요청을 제 것으로 잇고, 코드 편지는 보낸 것으로 둔다."""
    with database.begin() as session:
        나의 = session.get_one(Correction, 요청.id)
        부탁 = contacts.ask(session, 나의, Address.read(주소), secret=열쇠, now=낮)
        assert contacts.confirm(session, 나의, typed=contacts.code_of(부탁, secret=열쇠), secret=열쇠, now=낮)
        for notice in session.scalars(select(Notice).where(Notice.template == Template.CODE)):
            notice.state = NoticeState.SENT
    return 요청


def 뒷일(database: Database, 저장소: EntryStore) -> None:
    def notice(payload: dict) -> None:
        with database.begin() as session:
            on_event(session, payload)

    일들 = handlers(database=database, store=저장소, index=lambda: None, publish=lambda: None, notice=notice)
    assert run_pending(database, 일들).failed == 0


def 알림들(database: Database) -> 알림표:
    """줄 선 알림: (요청의 번호, 무엇)."""
    with database.reading() as session:
        found = select(Notice).where(Notice.template != Template.CODE).order_by(Notice.id)
        return [(str(notice.correction_id), notice.template) for notice in session.scalars(found)]


def 줄세우기(database: Database, 요청: Correction, *, now: datetime = 낮) -> int:
    """알림 하나를 줄 세우고 그 번호를 준다."""
    with database.begin() as session:
        event = events.record(session, stream="시험/1", action="시험", actor=Actor.system())
        reporter = session.get_one(Correction, 요청.id).reporter_id
        data = {"correction": 요청.id, "points": 5}
        assert queue(session, reporter_id=reporter, template="reward_granted", event=event, data=data, now=now) == 1
        return session.scalars(select(Notice.id).order_by(Notice.id.desc())).first()


def 맡기(database: Database, now: datetime) -> delivery.Claim | None:
    return delivery.claim_due(database, now=now, kinds={"email", "sms"})


def 줄(database: Database, id: int) -> Notice:
    with database.reading() as session:
        return session.get_one(Notice, id)


def test_무슨_일이_있으면_무엇을_알리는지(
    database: Database, 저장소: EntryStore, 접수: Callable[..., Correction], 편집자: Actor, 다른편집자: Actor
) -> None:
    물음, 거절, 반영 = 접수(), 접수(proposal="거절할 글"), 접수(proposal="수수료는 6만 원입니다.")
    일부, 그사이 = 접수(kind="typo", quoted="먼저", proposal="맨 먼저"), 접수(kind="typo", proposal="수수료는 9만 원")
    for 요청 in (물음, 거절, 반영, 일부, 그사이):
        이어(database, 요청)

    def 살핀다(일: Callable[..., object], 요청: Correction, **인자: object) -> None:
        with database.begin() as session:
            일(session, session.get_one(Correction, 요청.id), **인자)
        뒷일(database, 저장소)

    살핀다(conversation.ask, 물음, by=편집자, text="어느 창구였나요?")
    with database.begin() as session:
        session.get_one(Correction, 물음.id).paused_at = datetime.now(UTC) - timedelta(days=15)
        session.flush()
        claims.sweep(session)
    뒷일(database, 저장소)
    살핀다(review.decline, 거절, by=편집자, reason_code="opinion", note="거절의 말")
    받기(database, 저장소, 반영.id, 편집자)
    뒷일(database, 저장소)
    with database.begin() as session:
        일부요청, entry = session.get_one(Correction, 일부.id), 저장소.get("k1")
        review.accept(
            session, 일부요청, revised=review.proposed(일부요청, entry), base_version=entry.version,
            by=편집자, store=저장소, note="나머지는 다릅니다.", partial=True,
        )  # fmt: skip
    뒷일(database, 저장소)
    살핀다(review.revert, 반영, by=다른편집자, reason="다시 5만 원이 되었음", store=저장소)
    with database.begin() as session:
        transition(
            session, session.get_one(Correction, 그사이.id), Action.OVERTAKE, by=Actor.system(),
            reason_code=Reason.OVERTAKEN,
        )  # fmt: skip
    뒷일(database, 저장소)

    assert 알림들(database) == [
        (str(물음.id), Template.ASK),
        (str(물음.id), Template.LAPSE),
        (str(거절.id), Template.DECLINED),
        (str(반영.id), Template.APPLIED),
        (str(일부.id), Template.PARTLY_APPLIED),
        (str(반영.id), Template.REVERTED),
        (str(그사이.id), Template.OVERTAKEN),
    ]
    뜻 = {}
    with database.reading() as session:
        for notice in session.scalars(select(Notice).where(Notice.template != Template.CODE)):
            찾은 = delivery.delivery(session, delivery.Claim(notice.id, 0), secret=열쇠, now=낮)
            뜻[notice.template] = 찾은.items[0].facts
    assert 뜻[Template.DECLINED]["reason"] == "사실이 아니라 의견입니다"
    assert 뜻[Template.REVERTED]["why"] == "다시 5만 원이 되었음"
    assert not any(말 in str(뜻) for 말 in ("거절할 글", "거절의 말", "6만", "어느 창구", "구청에 전화"))


def test_합쳐진_요청의_시민에게도_제_접수번호로_한_번_알린다(
    database: Database, 저장소: EntryStore, 접수: Callable[..., Correction], 편집자: Actor
) -> None:
    원래, 남의, 나의, 모르는 = 접수(), 접수(proposal="남의 글"), 접수(proposal="나의 글"), 접수(proposal="모르는 글")
    이어(database, 원래, "hong@example.com")
    이어(database, 남의, "kim@example.com")
    이어(database, 나의, "hong@example.com")
    for 요청 in (남의, 나의, 모르는):
        with database.begin() as session:
            review.merge(session, session.get_one(Correction, 요청.id), into=원래.id, by=편집자)
    뒷일(database, 저장소)
    합침 = 알림들(database)

    받기(database, 저장소, 원래.id, 편집자)
    뒷일(database, 저장소)

    assert 합침 == [(str(남의.id), Template.DUPLICATE), (str(나의.id), Template.DUPLICATE)]
    assert 알림들(database)[2:] == [(str(원래.id), Template.APPLIED), (str(남의.id), Template.APPLIED)]


def test_두_번_해도_한_번만_알리고_확인하지_않은_연락처에는_알리지_않는다(
    database: Database, 저장소: EntryStore, 접수: Callable[..., Correction], 편집자: Actor
) -> None:
    이은, 안이은 = 이어(database, 접수()), 접수(proposal="이름 없는 글")
    with database.begin() as session:
        contacts.ask(session, session.get_one(Correction, 안이은.id), Address.read("a@b.kr"), secret=열쇠, now=낮)
        for 요청 in (이은, 안이은):
            review.decline(session, session.get_one(Correction, 요청.id), by=편집자, reason_code="opinion")
    뒷일(database, 저장소)
    with database.begin() as session:
        일감 = [item.payload for item in session.scalars(select(OutboxItem).where(OutboxItem.kind == "notice.send"))]
        다시 = [on_event(session, payload) for payload in 일감 * 2]

    assert 다시 == [0, 0, 0, 0]
    assert 알림들(database) == [(str(이은.id), Template.DECLINED)]


def test_보완을_기다린_지_이레에_한_번만_다시_알린다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor
) -> None:
    이어(database, 수정요청)
    with database.begin() as session:
        conversation.ask(session, session.get_one(Correction, 수정요청.id), by=편집자, text="언제였나요?")
    물은때 = datetime.now(UTC)

    def 살핌(뒤: timedelta) -> int:
        with database.begin() as session:
            return remind(session, now=물은때 + 뒤)

    assert [살핌(timedelta(days=6)), 살핌(timedelta(days=7, minutes=1)), 살핌(timedelta(days=8))] == [0, 1, 0]
    with database.begin() as session:
        나의 = session.get_one(Correction, 수정요청.id)
        conversation.answer(session, 나의, by=Actor.citizen(), text="어제요.", clock=WorkingClock())
        conversation.ask(session, 나의, by=편집자, text="어디서요?")
        나의.paused_at = 물은때 + timedelta(days=10)
    assert [살핌(timedelta(days=16)), 살핌(timedelta(days=17, minutes=1)), 살핌(timedelta(days=18))] == [0, 1, 0]
    assert [무엇 for _, 무엇 in 알림들(database)] == [Template.REMINDER] * 2
    with database.reading() as session:
        assert events.replay(session, 수정요청.stream) == {수정요청.stream: "needs_info"}


def test_점수를_드리거나_사람이_거두면_알린다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor, 다른편집자: Actor
) -> None:
    이어(database, 수정요청)
    받기(database, 저장소, 수정요청.id, 편집자)
    뒷일(database, 저장소)
    with database.begin() as session:
        settling.settle(session, 저장소, 수정요청.id)
    assert settling.grant_due(database, 저장소, now=datetime.now(UTC) + timedelta(days=15)) == 1
    with database.begin() as session:
        보상 = session.scalars(select(Reward)).one()
        settling.void(session, 보상, by=다른편집자, why=BY_LEAD[0], note="같은 사람의 두 연락처")

    번호 = str(수정요청.id)
    assert 알림들(database) == [
        (번호, Template.APPLIED), (번호, Template.REWARD_GRANTED), (번호, Template.REWARD_REVERSED)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("생긴때", "보낼때"),
    [("24 20:59:59", "24 20:59:59"), ("24 21:00:00", "25 08:00:00"), ("24 23:59:59", "25 08:00:00"),
     ("25 00:00:00", "25 08:00:00"), ("25 07:59:59", "25 08:00:00"), ("25 08:00:00", "25 08:00:00"),
     ("30 22:00:00", "31 08:00:00")],
)  # fmt: skip
def test_밤_아홉_시부터_아침_여덟_시까지_생긴_것은_아침에_보낸다(생긴때: str, 보낼때: str) -> None:
    생긴, 보낼 = (
        datetime.strptime(f"2026-12-{때}", "%Y-%m-%d %H:%M:%S").replace(tzinfo=SEOUL) for 때 in (생긴때, 보낼때)
    )

    assert opening(생긴.astimezone(UTC)) == 보낼


def test_밤에는_맡지_않고_아침에_맡는다(database: Database, 수정요청: Correction) -> None:
    이어(database, 수정요청)
    밤 = datetime(2026, 11, 24, 22, 0, tzinfo=SEOUL)
    낮에_선 = 줄세우기(database, 수정요청, now=밤 - timedelta(hours=2))

    assert 맡기(database, 밤) is None
    assert 맡기(database, 밤 + timedelta(hours=10) - timedelta(seconds=1)) is None
    assert 맡기(database, 밤 + timedelta(hours=10)).id == 낮에_선


def test_둘이_한꺼번에_맡아도_하나만_맡고_죽으면_같은_이름으로_다시_보낸다(
    database: Database, 수정요청: Correction
) -> None:
    이어(database, 수정요청)
    번호 = 줄세우기(database, 수정요청)
    with ThreadPoolExecutor(4) as 여럿:
        맡음 = [claim for claim in 여럿.map(lambda _: 맡기(database, 낮), range(4)) if claim is not None]
    assert [claim.id for claim in 맡음] == [번호]

    def 보낼것(claim: delivery.Claim) -> delivery.Delivery:
        with database.reading() as session:
            return delivery.delivery(session, claim, secret=열쇠, now=낮)

    앞의 = 보낼것(맡음[0])
    assert 맡기(database, 낮 + delivery.LEASE - timedelta(seconds=1)) is None
    다시 = 맡기(database, 낮 + delivery.LEASE)
    assert 보낼것(다시) == 앞의
    assert 앞의.items[0].facts["points"] == "5"
    with database.begin() as session:
        assert not delivery.sent(session, 맡음[0], now=낮), "죽은 줄 알았던 이가 늦게 돌아와도 적지 못한다"
        assert delivery.sent(session, 다시, now=낮)
    assert 맡기(database, 낮 + timedelta(days=1)) is None
    assert 줄(database, 번호).state is NoticeState.SENT


def test_다섯_번_보내지_못하면_막힌_것이_되고_사람이_다시_보내거나_그만둔다(
    database: Database, 수정요청: Correction, 편집자: Actor
) -> None:
    이어(database, 수정요청)
    번호, 때 = 줄세우기(database, 수정요청), 낮
    기다림 = []
    for _ in range(5):
        claim = 맡기(database, 때)
        with database.begin() as session:
            assert delivery.failed(session, claim, error="서버가 hong@example.com을 모른다고 합니다.", now=때)
        기다림.append(줄(database, 번호).not_before - 때)
        때 = 줄(database, 번호).not_before
    막힘 = 줄(database, 번호)

    assert 기다림[:3] == list(delivery.WAITS[:3])
    assert (막힘.state, 막힘.attempts) == (NoticeState.STUCK, 5)
    assert "hong" not in 막힘.last_error
    assert 맡기(database, 때 + timedelta(days=2)) is None
    with database.reading() as session:
        assert delivery.counts(session) == {"open": 0, "stuck": 1}
    with database.begin() as session, pytest.raises(NotAllowed):
        delivery.retry(session, session.get_one(Notice, 번호), by=편집자)
    with database.begin() as session:
        delivery.retry(session, session.get_one(Notice, 번호), by=관리자, now=낮)
    with database.begin() as session, pytest.raises(AlreadyDecided):
        delivery.drop(session, session.get_one(Notice, 번호), by=관리자)
    claim = 맡기(database, 낮)
    with database.begin() as session:
        assert delivery.failed(session, claim, error="없는 우편함", now=낮, hopeless=True)
        delivery.drop(session, session.get_one(Notice, 번호), by=관리자, now=낮)
    assert 줄(database, 번호).state is NoticeState.DROPPED
    with database.reading() as session:
        한일 = session.scalars(select(events.Event.action).where(events.Event.stream == f"notice/{번호}")).all()
    assert 한일 == ["retry", "drop"]


def test_보내다_거듭_죽은_알림은_끝없이_되풀이하지_않는다(database: Database, 수정요청: Correction) -> None:
    이어(database, 수정요청)
    번호 = 줄세우기(database, 수정요청)

    맡은수 = sum(맡기(database, 낮 + delivery.LEASE * 번째) is not None for 번째 in range(7))

    assert (맡은수, 줄(database, 번호).state) == (5, NoticeState.STUCK)


def test_맡은_뒤에_그만_받으면_보낼_것이_없다(database: Database, 수정요청: Correction) -> None:
    이어(database, 수정요청)
    줄세우기(database, 수정요청)
    claim = 맡기(database, 낮)
    with database.begin() as session:
        contacts.stop(session, session.scalars(select(Contact)).one(), by=Actor.citizen())

    with database.reading() as session:
        assert delivery.delivery(session, claim, secret=열쇠, now=낮) is None
