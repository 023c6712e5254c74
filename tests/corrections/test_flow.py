"""수정 요청이 접수에서 끝까지 가는 길: 맡고, 묻고, 확인하고, 합치고, 이의를 내고, 되돌린다."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from cases.clock import WorkingClock
from corrections import claims, conversation, queue, review
from corrections.apply import REVERTED, apply_revision
from corrections.errors import AlreadyDecided, BadProposal, BadReason, ClaimedByOther, RevisionWaiting
from corrections.models import Correction, Kind, Message, MeToo, Reason, Revision, Risk, State
from corrections.overtaken import close_overtaken
from corrections.promise import is_late, promise
from corrections.submit import Screened
from corrections.transition import Action, transition
from db import Database
from db.errors import NotAllowed
from db.events import Event
from db.outbox import OutboxItem
from db.people import Actor, Role, add_person
from kb.entry import SEOUL
from kb.history import history
from kb.store import Change, EntryStore
from tests.corrections.test_review import 받기, 올리기, 확인하기

시민 = Actor.citizen()
시계 = WorkingClock()


@pytest.fixture
def 담당자(database: Database) -> Actor:
    with database.begin() as session:
        return add_person(
            session,
            login="officer",
            name_shown="담당",
            role=Role.OFFICER,
            office="민원여권과",
            password="청계천-따라-걷기-2026",
        ).actor


def 지금(database: Database, id: int) -> Correction:
    with database.reading() as session:
        return session.get_one(Correction, id)


def test_접수하면_법정_근무_시간으로_기한을_약속한다(접수: Callable[..., Correction]):
    금액, 글귀 = 접수(kind="fee"), 접수(kind="typo", quoted="", proposal="띄어쓰기")
    for 요청, 시간 in ((금액, 8), (글귀, 40)):
        assert 요청.due_at == 시계.after_hours(요청.submitted_at, 시간)
        assert 요청.acknowledge_by == 시계.after_hours(요청.submitted_at, 3)
    assert (금액.office, 금액.risk, 금액.channel) == ("민원여권과", Risk.FEE, "web")
    assert not is_late(금액, at=금액.due_at)
    assert is_late(금액, at=금액.due_at + timedelta(minutes=1))
    assert promise(Kind.NUMBER, at=datetime(2026, 11, 20, 20, 30, tzinfo=SEOUL), clock=시계).due_at == datetime(
        2026, 11, 23, 18, 0, tzinfo=SEOUL
    )


@pytest.mark.parametrize(("걸러봄", "상태"), [("hold", State.HELD), ("block", State.SPAM), ("submit", State.RECEIVED)])
def test_걸러_본_대로_들어가고_편집자의_목록에는_받은_것만_있다(
    database: Database, 접수: Callable[..., Correction], 편집자: Actor, 다른편집자: Actor, 걸러봄: str, 상태: State
):
    요청 = 접수(screened=Screened(Action(걸러봄), 7, ("같은 글이 여러 번",)))
    assert (요청.state, 요청.score, 요청.suspicions) == (상태, 7, "같은 글이 여러 번")
    with database.begin() as session:
        assert queue.waiting_count(session) == (상태 is State.RECEIVED)
        행 = session.get_one(Correction, 요청.id)
        if 상태 is State.HELD:
            transition(session, 행, Action.RELEASE_HELD, by=편집자)
        elif 상태 is State.SPAM:
            with pytest.raises(NotAllowed):
                transition(session, 행, Action.UNBLOCK, by=편집자)
            transition(session, 행, Action.UNBLOCK, by=다른편집자)
        assert queue.waiting_count(session) == 1


def test_가린_글이_있으면_보류심사로_들어간다(접수: Callable[..., Correction]):
    요청 = 접수(proposal="제 번호는 010-1234-5678입니다. 5만 3천 원입니다.")
    assert (요청.state, 요청.masked) == (State.HELD, True)
    assert "010" not in 요청.proposal


def test_맡으면_남은_기다리고_시간이_지나면_놓이며_적은_글은_남는다(
    database: Database, 수정요청: Correction, 편집자: Actor, 다른편집자: Actor
):
    언제 = datetime.now(UTC)
    with database.begin() as session:
        행 = session.get_one(Correction, 수정요청.id)
        claims.claim(session, 행, by=편집자, now=언제)
        claims.save_draft(session, 행.id, by=편집자, form={"body": "적다 만 글"})
        assert 행.acknowledged_at == 언제
        assert claims.here(session, 행.id, by=편집자) == []
        assert claims.here(session, 행.id, by=다른편집자) == ["김편집"]
        with pytest.raises(ClaimedByOther):
            claims.claim(session, 행, by=다른편집자, now=언제 + timedelta(minutes=29))
        assert claims.sweep(session, now=언제 + timedelta(minutes=30)) == 0
        claims.claim(session, 행, by=편집자, now=언제 + timedelta(minutes=10))
        assert claims.sweep(session, now=언제 + timedelta(minutes=35)) == 0
        assert claims.sweep(session, now=언제 + timedelta(minutes=41)) == 1
        assert (행.state, 행.claimed_by, 행.claimed_until) == (State.TRIAGED, None, None)
        claims.claim(session, 행, by=다른편집자, now=언제 + timedelta(minutes=42))
        claims.claim(session, 행, by=편집자, now=언제 + timedelta(minutes=80))  # the other's half hour is over
        assert claims.draft_of(session, 행.id, by=편집자).form == {"body": "적다 만 글"}
        assert claims.draft_of(session, 행.id, by=다른편집자) is None
        claims.release(session, 행, by=편집자)
        assert 행.state is State.TRIAGED


def test_물으면_기한이_멈추고_답하면_기다린_날만큼_밀린다(database: Database, 수정요청: Correction, 편집자: Actor):
    with database.begin() as session:
        행 = session.get_one(Correction, 수정요청.id)
        앞기한 = 행.due_at
        with pytest.raises(BadReason):
            conversation.ask(session, 행, by=편집자, text=" ")
        conversation.ask(session, 행, by=편집자, text="어느 창구에서 들으셨나요?")
        assert (행.state, is_late(행, at=앞기한 + timedelta(days=9))) == (State.NEEDS_INFO, False)
        행.paused_at -= timedelta(days=3)
        session.flush()
        물은날 = 행.paused_at
        conversation.answer(session, 행, by=시민, text="3번 창구, 제 번호 010-1234-5678", clock=시계)
        assert (행.state, 행.claimed_by, 행.paused_at) == (State.IN_REVIEW, 편집자.person_id, None)
        쉰날 = 시계.working_days(물은날.astimezone(SEOUL).date(), datetime.now(SEOUL).date())
        assert 행.due_at == (시계.after_hours(앞기한, 쉰날 * 8) if 쉰날 else 앞기한)
        assert [(글.kind, "010" in 글.text) for 글 in conversation.messages(session, 행)] == [
            ("question", False), ("answer", False),
        ]  # fmt: skip
        assert session.scalars(select(OutboxItem.kind)).all() == ["notice.send"]


def test_열나흘_답이_없으면_저절로_끝나고_이의로_다시_열린다(
    database: Database, 수정요청: Correction, 편집자: Actor, 다른편집자: Actor
):
    with database.begin() as session:
        행 = session.get_one(Correction, 수정요청.id)
        conversation.ask(session, 행, by=편집자, text="어디에서 들으셨나요?")
        assert claims.sweep(session, now=datetime.now(UTC) + timedelta(days=13, hours=23)) == 0
        assert claims.sweep(session, now=datetime.now(UTC) + timedelta(days=14, hours=1)) == 1
        assert 행.state is State.LAPSED
        conversation.object_to(session, 행, by=시민, text="이제 답합니다.")
        assert (행.state, 행.barred) == (State.TRIAGED, None)


@pytest.mark.parametrize(
    ("갈래", "남는것"), [(Kind.NUMBER, "02-731-2120, [전화번호]"), (Kind.FEE, "[전화번호], [전화번호]")]
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_번호가_틀렸다는_요청의_답에서는_유선_번호를_남긴다(
    database: Database, 수정요청: Correction, 편집자: Actor, 갈래: Kind, 남는것: str
):
    with database.begin() as session:
        행 = session.get_one(Correction, 수정요청.id)
        행.kind = 갈래
        conversation.ask(session, 행, by=편집자, text="몇 번인가요?")
        답 = conversation.answer(session, 행, by=시민, text="02-731-2120, 010-2222-3333", clock=시계)
        assert 답.text == 남는것


def test_부서에_확인하면_그_부서의_담당자만_답하고_부서의_말로_남는다(
    database: Database, 수정요청: Correction, 편집자: Actor, 담당자: Actor
):
    남 = Actor(person_id=담당자.person_id, role=Role.OFFICER, office="다른과")
    with database.begin() as session:
        행 = session.get_one(Correction, 수정요청.id)
        conversation.consult(session, 행, by=편집자, text="새 수수료가 맞나요?", clock=시계)
        assert 행.state is State.WITH_OFFICE
        assert 행.office_due_at is not None
        with pytest.raises(NotAllowed):
            conversation.office_says(session, 행, by=남, agrees=True, text="맞습니다.")
        conversation.office_says(session, 행, by=담당자, agrees=True, text="11월부터 바뀌었습니다.")
        assert (행.state, 행.office_due_at) == (State.IN_REVIEW, None)
        마지막 = conversation.messages(session, 행)[-1]
        assert (마지막.kind, 마지막.office) == ("office", "민원여권과")


def test_2차_확인은_다른_편집자가_하고_돌려보낸_글은_싣지_않는다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor, 다른편집자: Actor
):
    첫글 = 올리기(database, 저장소, 수정요청.id, 편집자)
    with database.begin() as session, pytest.raises(NotAllowed):
        review.confirm(session, session.get_one(Correction, 수정요청.id), revision_id=첫글, by=편집자)
    assert apply_revision(database, 저장소, 첫글) is None  # a proposal is never applied
    with database.begin() as session:
        행 = session.get_one(Correction, 수정요청.id)
        with pytest.raises(BadReason):
            review.send_back(session, 행, revision_id=첫글, by=다른편집자, note="")
        review.send_back(session, 행, revision_id=첫글, by=다른편집자, note="시행일을 적어 주세요.")
        assert (행.state, 행.claimed_by) == (State.IN_REVIEW, 다른편집자.person_id)
    둘째글 = 올리기(database, 저장소, 수정요청.id, 다른편집자)
    with database.begin() as session:
        행 = session.get_one(Correction, 수정요청.id)
        with pytest.raises(AlreadyDecided):
            review.confirm(session, 행, revision_id=첫글, by=편집자)
        review.confirm(session, 행, revision_id=둘째글, by=편집자, note="확인했습니다.")
        assert (행.state, 행.note, 행.decided_by) == (State.APPLIED, "확인했습니다.", 편집자.person_id)
    assert apply_revision(database, 저장소, 둘째글)


def test_일부만_받아들이면_무엇을_받아들이지_않았는지_적어야_한다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor
):
    글 = 저장소.get("k1")
    with database.begin() as session:
        행 = session.get_one(Correction, 수정요청.id)
        고친글 = replace(글, title=f"{글.title}!")
        with pytest.raises(BadReason, match="일부만"):
            review.accept(session, 행, revised=고친글, base_version=글.version, by=편집자, store=저장소, partial=True)
        review.accept(
            session,
            행,
            revised=고친글,
            base_version=글.version,
            by=편집자,
            store=저장소,
            partial=True,
            note="금액은 그대로입니다.",
        )
        assert 행.state is State.PARTLY_APPLIED
        conversation.object_to(session, 행, by=시민, text="금액도 틀립니다.")
        assert (행.state, 행.barred) == (State.TRIAGED, 편집자.person_id)
        with pytest.raises(NotAllowed):
            claims.claim(session, 행, by=편집자)
        with pytest.raises(AlreadyDecided):
            conversation.object_to(session, 행, by=시민, text="또 냅니다.")


def test_이의는_서른_날_안에_한_번이다(database: Database, 수정요청: Correction, 편집자: Actor, 다른편집자: Actor):
    with database.begin() as session:
        행 = session.get_one(Correction, 수정요청.id)
        review.decline(session, 행, by=편집자, reason_code="opinion")
        행.decided_at -= timedelta(days=30, minutes=1)
        session.flush()
        with pytest.raises(AlreadyDecided, match="30일"):
            conversation.object_to(session, 행, by=시민, text="그래도 틀립니다.")
        행.decided_at += timedelta(minutes=2)
        session.flush()
        conversation.object_to(session, 행, by=시민, text="그래도 틀립니다.")
        review.decline(session, 행, by=다른편집자, reason_code="opinion")
        with pytest.raises(AlreadyDecided, match="한 번만"):
            conversation.object_to(session, 행, by=시민, text="또 틀립니다.")


def test_2차_확인을_거쳤어도_처음_받아들인_편집자는_이의를_다시_보지_않는다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor, 다른편집자: Actor
):
    글 = 저장소.get(수정요청.entry_id)
    고친글 = replace(글, body=글.body.replace("5만 원", "6만 원"))
    with database.begin() as session:
        행 = session.get_one(Correction, 수정요청.id)
        반영본 = review.accept(
            session,
            행,
            revised=고친글,
            base_version=글.version,
            by=편집자,
            store=저장소,
            note="하나는 뺐습니다.",
            partial=True,
        )
        review.confirm(session, 행, revision_id=반영본.id, by=다른편집자)
        conversation.object_to(session, 행, by=시민, text="뺀 것도 맞습니다.")

        셋째 = add_person(
            session, login="third", name_shown="박편집", role=Role.EDITOR, password="청계천-따라-걷기-2026"
        )
        for 처음본사람 in (편집자, 다른편집자):
            assert queue.next_for(session, person_id=처음본사람.person_id or 0) is None
            with pytest.raises(NotAllowed, match="처음 정한 사람"):
                claims.claim(session, 행, by=처음본사람)
        assert queue.next_for(session, person_id=셋째.id) is 행
        assert claims.claim(session, 행, by=셋째.actor).state is State.IN_REVIEW


def test_합치면_먼저_온_요청을_가리키고_사슬이_생기지_않는다(
    database: Database, 접수: Callable[..., Correction], 편집자: Actor
):
    하나, 둘, 셋 = 접수(), 접수(), 접수()
    with database.begin() as session:
        for 무엇, 어디로 in ((셋, 둘), (둘, 하나)):
            review.merge(session, session.get_one(Correction, 무엇.id), into=어디로.id, by=편집자)
    assert [지금(database, 요청.id).duplicate_of for 요청 in (둘, 셋)] == [하나.id, 하나.id]
    넷 = 접수()
    with database.begin() as session:
        행 = session.get_one(Correction, 넷.id)
        for 틀린것 in (넷.id, 99_999):
            with pytest.raises(BadReason):
                review.merge(session, 행, into=틀린것, by=편집자)
        review.merge(session, 행, into=셋.id, by=편집자)  # a duplicate stands for its original
        assert 행.duplicate_of == 하나.id
        conversation.object_to(session, 행, by=시민, text="다른 일입니다.")
        assert (행.state, 행.duplicate_of) == (State.TRIAGED, None)


def test_거두면_2차_확인을_기다리던_글도_싣지_않는다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor
):
    번호 = 올리기(database, 저장소, 수정요청.id, 편집자)
    with database.begin() as session:
        conversation.withdraw(session, session.get_one(Correction, 수정요청.id), by=시민)
    with pytest.raises(AlreadyDecided):
        확인하기(database, 수정요청.id, 번호)
    with database.reading() as session:
        assert session.get_one(Revision, 번호).closed_at is not None
        assert session.get_one(Correction, 수정요청.id).state is State.WITHDRAWN


def test_되돌리면_그_고침만_옛글이_되고_다시_받아들이면_또_실린다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor, 다른편집자: Actor
):
    앞 = 저장소.get("k1")
    번호 = 받기(database, 저장소, 수정요청.id, 편집자)

    def 되돌리기(누구: Actor, 까닭: str = "근거가 틀렸습니다.") -> int:
        with database.begin() as session:
            행 = session.get_one(Correction, 수정요청.id)
            return review.revert(session, 행, by=누구, reason=까닭, store=저장소).id

    with pytest.raises(RevisionWaiting):
        되돌리기(다른편집자)
    assert apply_revision(database, 저장소, 번호)
    저장소.save(replace(저장소.get("k1"), phone="02-2133-1234"), change=Change(role="editor", reason="번호"))
    with pytest.raises(NotAllowed):
        되돌리기(편집자)
    with pytest.raises(BadReason):
        되돌리기(다른편집자, "")
    되돌림 = 되돌리기(다른편집자)
    assert apply_revision(database, 저장소, 되돌림) == apply_revision(database, 저장소, 되돌림)
    assert (저장소.get("k1").body, 저장소.get("k1").phone) == (앞.body, "02-2133-1234")
    assert 지금(database, 수정요청.id).state is State.IN_REVIEW
    with database.reading() as session:
        assert session.scalars(select(Event.action).order_by(Event.id.desc())).first() == REVERTED

    다시 = 받기(database, 저장소, 수정요청.id, 다른편집자)
    assert apply_revision(database, 저장소, 다시)
    assert "5만 3천 원" in 저장소.get("k1").body
    assert sum(판.correction == 수정요청.id for 판 in history(저장소, "k1")) == 3


def test_되돌릴_곳이_또_바뀌었으면_사람이_고친다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor, 다른편집자: Actor
):
    assert apply_revision(database, 저장소, 받기(database, 저장소, 수정요청.id, 편집자))
    저장소.save(replace(저장소.get("k1"), body="수수료는 9만 원입니다.\n"), change=Change(role="editor", reason="또"))
    with database.begin() as session, pytest.raises(BadProposal):
        review.revert(
            session, session.get_one(Correction, 수정요청.id), by=다른편집자, reason="틀렸습니다.", store=저장소
        )


def test_제_부서의_보상이_큰_요청과_스스로_보낸_요청은_정하지_못한다(
    database: Database, 접수: Callable[..., Correction], 편집자: Actor
):
    상담사 = Actor(person_id=편집자.person_id, role=Role.AGENT)
    내것, 남의것 = 접수(by=상담사, channel="agent"), 접수()
    with database.begin() as session:
        with pytest.raises(NotAllowed, match="스스로 보낸"):
            claims.claim(session, session.get_one(Correction, 내것.id), by=편집자)
        제부서 = replace(편집자, office="민원여권과")
        행 = session.get_one(Correction, 남의것.id)
        claims.claim(session, 행, by=제부서)  # no confirmed reporter: no reward
        claims.release(session, 행, by=제부서)
        assert queue.next_for(session, person_id=편집자.person_id) is not None
        assert next(요청.id for 요청 in queue.queue(session)) in (내것.id, 남의것.id)


def test_닮은_요청과_함께_온_요청을_보여_주고_밀림을_센다(
    database: Database, 접수: Callable[..., Correction], 편집자: Actor
):
    하나, 둘 = 접수(), 접수(proposal="수수료는 5만 3천원 입니다.")
    다른것 = 접수(kind="dead_link", quoted="", proposal="누리집 주소가 열리지 않아요")
    with database.begin() as session:
        닮음 = queue.similar(session, session.get_one(Correction, 하나.id))
        assert [닮은것.correction.id for 닮은것 in 닮음] == [둘.id]
        assert {요청.id for 요청 in queue.open_on(session, "k1")} == {하나.id, 둘.id, 다른것.id}
        assert queue.lag(session).median_hours is None
        for _ in range(5):
            session.add(MeToo(correction_id=하나.id, sender=f"{_}"))
        review.decline(session, session.get_one(Correction, 다른것.id), by=편집자, reason_code="cannot_reproduce")
        밀림 = queue.lag(session)
        assert (밀림.open, 밀림.decided, 밀림.applied, 밀림.p90_hours) == (2, 1, 0, None)
        assert session.scalars(select(Message)).all() == []


def test_다른_길로_이미_고쳐진_요청은_거절이_아니라_이미_고쳐졌다고_닫힌다(
    database: Database, 저장소: EntryStore, 접수: Callable[..., Correction], 편집자: Actor
):
    같은것, 다른것, 맡은것 = 접수(), 접수(proposal="수수료는 9만 원입니다."), 접수()
    with database.begin() as session:
        claims.claim(session, session.get_one(Correction, 맡은것.id), by=편집자)
    assert close_overtaken(database, 저장소) == []
    글 = 저장소.get("k1")
    고친본문 = 글.body.replace("수수료는 5만 원입니다.", "수수료는 **5만 3천 원**입니다.")
    저장소.save(replace(글, body=고친본문), change=Change(role="importer", reason="다시 가져옴"))

    assert close_overtaken(database, 저장소) == [같은것.id]
    assert close_overtaken(database, 저장소) == []
    닫힘 = 지금(database, 같은것.id)
    assert (닫힘.state, 닫힘.reason_code, "이미" in 닫힘.note) == (State.DECLINED, Reason.OVERTAKEN, True)
    assert 지금(database, 다른것.id).state is State.RECEIVED
    assert 지금(database, 맡은것.id).state is State.IN_REVIEW
