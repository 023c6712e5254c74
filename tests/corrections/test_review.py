"""편집자가 수정 요청을 살펴 반영하거나 반영하지 않는다."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import select

from corrections import queue, review
from corrections.errors import AlreadyDecided, BadProposal, BadReason, RevisionWaiting
from corrections.models import Correction, Reason, Revision, Risk, State
from db import Database
from db.errors import NotAllowed
from db.events import Event
from db.outbox import OutboxItem
from db.people import Actor, Person, Role, add_person
from kb.entry import Entry, Status
from kb.errors import EntryMoved
from kb.store import Change, EntryStore


def 올리기(
    database: Database, 저장소: EntryStore, id: int, 편집자: Actor, *, revised: Entry | None = None, base: str = ""
) -> int:
    """제안대로 받아들이고 반영본의 번호를 준다. 금액이므로 2차 확인으로 올라간다."""
    entry = 저장소.get("k1")
    with database.begin() as session:
        요청 = session.get_one(Correction, id)
        return review.accept(
            session, 요청, revised=revised or review.proposed(요청, entry), base_version=base or entry.version,
            by=편집자, store=저장소, note="고맙습니다.",
        ).id  # fmt: skip


def 확인하기(database: Database, id: int, 반영본: int) -> None:
    """다른 편집자가 2차 확인을 한다."""
    with database.begin() as session:
        둘째 = session.scalar(select(Person).where(Person.login == "second")) or add_person(
            session, login="second", name_shown="둘째", role=Role.EDITOR, password="청계천-따라-걷기-2026"
        )
        review.confirm(session, session.get_one(Correction, id), revision_id=반영본, by=둘째.actor)


def 받기(
    database: Database, 저장소: EntryStore, id: int, 편집자: Actor, *, revised: Entry | None = None, base: str = ""
) -> int:
    """받아들이고, 필요하면 2차 확인까지 마친 반영본의 번호를 준다."""
    번호 = 올리기(database, 저장소, id, 편집자, revised=revised, base=base)
    with database.reading() as session:
        기다림 = session.get_one(Correction, id).state is State.SECOND_CHECK
    if 기다림:
        확인하기(database, id, 번호)
    return 번호


def test_받아들이면_반영본이_남고_파일은_아직_그대로다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor
):
    앞 = 저장소.get("k1")

    번호 = 받기(database, 저장소, 수정요청.id, 편집자)

    with database.reading() as session:
        요청, 반영본 = session.get_one(Correction, 수정요청.id), session.get_one(Revision, 번호)
        assert (요청.state, 요청.accepted_by, 요청.note) == (State.APPLIED, 편집자.person_id, "고맙습니다.")
        assert 요청.decided_by not in (None, 편집자.person_id)
        assert (요청.risk, 반영본.risk) == (Risk.FEE, Risk.FEE)
        assert "수수료는 5만 3천 원입니다." in Entry.from_text(반영본.text).body
        assert Entry.from_text(반영본.base_text) == 앞
        assert 반영본.is_waiting
        assert session.scalars(select(OutboxItem.kind)).all() == ["revision.apply"]
    assert 저장소.get("k1") == 앞


@pytest.mark.parametrize("자리", ["제목", "본문", "항목"])
def test_인용한_부분이_꼭_한_번_있으면_그_자리에_제안을_넣는다(
    항목: Callable[..., Entry], 자리: str, 수정요청: Correction
):
    글 = {"제목": {"title": "가나 다라"}, "본문": {"body": "가나 다라\n"}, "항목": {"facts": {"수수료": "가나 다라"}}}[
        자리
    ]
    기대 = {
        "제목": {"title": "가마 다라"},
        "본문": {"body": "가마 다라\n"},
        "항목": {"facts": {"수수료": "가마 다라"}},
    }[자리]
    바탕 = {"title": "여권", "facts": {}, "body": "여권입니다.\n"}
    수정요청.quoted, 수정요청.proposal = "가나", "가마"

    assert review.proposed(수정요청, 항목(**바탕 | 글)) == 항목(**바탕 | 기대)


@pytest.mark.parametrize("인용", ["", "없는 말", "여권"])
def test_인용한_부분이_없거나_여러_번이면_지금_글에서_시작한다(
    항목: Callable[..., Entry], 수정요청: Correction, 인용: str
):
    수정요청.quoted = 인용

    assert review.proposed(수정요청, 항목()) == 항목()


def test_그사이_글이_바뀌었으면_받아들이지_않고_요청도_그대로다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor
):
    본판 = 저장소.get("k1")
    저장소.save(replace(본판, phone="120"), change=Change(role="editor", reason="번호"))

    with pytest.raises(EntryMoved):
        받기(database, 저장소, 수정요청.id, 편집자, base=본판.version)
    with database.reading() as session:
        assert session.get_one(Correction, 수정요청.id).state is State.RECEIVED
        assert session.scalars(select(Revision)).all() == []


def test_바뀐_곳이_없으면_받아들일_것이_없다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor
):
    지금 = 저장소.get("k1")

    with pytest.raises(BadProposal, match="바뀐 곳이 없습니다"):
        받기(database, 저장소, 수정요청.id, 편집자, revised=replace(지금, updated=지금.updated.replace(year=2027)))


@pytest.mark.parametrize(
    ("바꿈", "말"),
    [
        ({"id": "k2"}, "번호와 주제"),
        ({"topic": "교통"}, "번호와 주제"),
        ({"status": Status.DRAFT}, "번호와 주제"),
        ({"body": ""}, "본문이 비어"),
        ({"body": "신청인 900101-1234568\n"}, "주민등록번호"),
        ({"body": "수수료는 5만 3천 원입니다. 010-1234-5678로 물어보세요.\n"}, r"새로 들어 있습니다: \[전화번호\]"),
    ],
)
def test_실을_수_없는_글은_받아들이지_않는다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor, 바꿈: dict[str, object], 말: str
):
    with pytest.raises(BadProposal, match=말):
        받기(database, 저장소, 수정요청.id, 편집자, revised=replace(저장소.get("k1"), **바꿈))


def test_같은_안내의_앞선_고침이_실리기_전에는_기다린다(
    database: Database, 저장소: EntryStore, 접수: Callable[..., Correction], 편집자: Actor
):
    첫째, 둘째 = 접수(), 접수(proposal="수수료는 6만 원입니다.")
    받기(database, 저장소, 첫째.id, 편집자)

    with pytest.raises(RevisionWaiting):
        받기(database, 저장소, 둘째.id, 편집자)
    with database.reading() as session:
        assert session.get_one(Correction, 둘째.id).state is State.SECOND_CHECK  # 올라갔으나 아직 확인되지 않았다


def test_상담사와_시스템_관리자는_정할_수_없다(database: Database, 저장소: EntryStore, 수정요청: Correction):
    for 역할 in (Role.AGENT, Role.ADMINISTRATOR, Role.CITIZEN):
        누구 = Actor(person_id=None, role=역할)
        with pytest.raises(NotAllowed):
            받기(database, 저장소, 수정요청.id, 누구)
        with database.begin() as session, pytest.raises(NotAllowed):
            review.decline(session, session.get_one(Correction, 수정요청.id), by=누구, reason_code="opinion")


def test_반영하지_않으면_까닭이_남는다(database: Database, 수정요청: Correction, 편집자: Actor):
    with database.begin() as session:
        요청 = session.get_one(Correction, 수정요청.id)
        review.decline(
            session,
            요청,
            by=편집자,
            reason_code="already_correct",
            note="  시행규칙 별표를\r\n확인했습니다. 02-980-1234나 010-1234-5678 ",
        )

    with database.reading() as session:
        요청 = session.get_one(Correction, 수정요청.id)
        assert (요청.state, 요청.reason_code, 요청.note) == (
            State.DECLINED, Reason.ALREADY_CORRECT, "시행규칙 별표를\n확인했습니다. 02-980-1234나 [전화번호]",
        )  # fmt: skip
        마지막 = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert 마지막 is not None
        assert (마지막.action, 마지막.reason_code) == ("decline", "already_correct")


@pytest.mark.parametrize(
    ("까닭", "말"), [("", "골라"), ("because", "골라"), ("other", "한 문장"), ("opinion", "1,000자")]
)
def test_까닭이_모자라면_반영하지_않음으로_처리할_수_없다(
    database: Database, 수정요청: Correction, 편집자: Actor, 까닭: str, 말: str
):
    설명 = "가" * 1001 if 까닭 == "opinion" else " "
    with database.begin() as session, pytest.raises(BadReason, match=말):
        review.decline(session, session.get_one(Correction, 수정요청.id), by=편집자, reason_code=까닭, note=설명)


def test_이미_정한_요청은_다시_정할_수_없다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor
):
    받기(database, 저장소, 수정요청.id, 편집자)

    with database.begin() as session, pytest.raises(AlreadyDecided):
        review.decline(session, session.get_one(Correction, 수정요청.id), by=편집자, reason_code="opinion")


def test_목록은_기다리는_것만_오래된_것부터다(database: Database, 접수: Callable[..., Correction], 편집자: Actor):
    첫째, 둘째, 셋째 = 접수(), 접수(), 접수()
    with database.begin() as session:
        review.decline(session, session.get_one(Correction, 둘째.id), by=편집자, reason_code="opinion")

    with database.reading() as session:
        assert [요청.id for 요청 in queue.queue(session)] == [첫째.id, 셋째.id]
        assert [요청.id for 요청 in queue.queue(session, limit=1, offset=1)] == [셋째.id]
        assert queue.waiting_count(session) == 2


@pytest.mark.parametrize("회차", range(3))
def test_두_편집자가_한꺼번에_받아들이면_꼭_한_사람만_된다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor, 다른편집자: Actor, 회차: int
):
    함께 = threading.Barrier(2)

    def 누르기(누구: Actor) -> str:
        함께.wait()
        try:
            올리기(database, 저장소, 수정요청.id, 누구)
        except AlreadyDecided:
            return "늦음"
        return "됨"

    with ThreadPoolExecutor(2) as 둘:
        assert sorted(둘.map(누르기, (편집자, 다른편집자))) == ["늦음", "됨"]
    with database.reading() as session:
        assert len(session.scalars(select(Revision)).all()) == 1
        assert session.get_one(Correction, 수정요청.id).state is State.SECOND_CHECK


def test_같은_안내의_두_요청을_한꺼번에_받아들이면_하나는_기다린다(
    database: Database, 저장소: EntryStore, 접수: Callable[..., Correction], 편집자: Actor, 다른편집자: Actor
):
    요청들 = [접수(quoted="", proposal=f"여권입니다{점}") for 점 in "!?"]  # 글귀만 고친 것은 혼자 정한다
    함께 = threading.Barrier(2)

    def 누르기(무엇: tuple[Correction, Actor]) -> str:
        함께.wait()
        try:
            지금 = 저장소.get("k1")
            고친글 = replace(지금, title=f"{지금.title}{무엇[0].proposal[-1]}")
            올리기(database, 저장소, 무엇[0].id, 무엇[1], revised=고친글)
        except RevisionWaiting:
            return "기다림"
        return "됨"

    with ThreadPoolExecutor(2) as 둘:
        assert sorted(둘.map(누르기, zip(요청들, (편집자, 다른편집자), strict=True))) == ["기다림", "됨"]


@pytest.mark.parametrize("회차", range(3))
def test_한꺼번에_한쪽은_받아들이고_한쪽은_거절하면_먼저_정한_대로다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor, 다른편집자: Actor, 회차: int
):
    함께 = threading.Barrier(3)

    def 거절(누구: Actor) -> str:
        with database.begin() as session:
            요청 = session.get_one(Correction, 수정요청.id)
            if database.engine.dialect.name == "postgresql":
                함께.wait()  # everyone has read the row before anyone decides
            review.decline(session, 요청, by=누구, reason_code="opinion")
        return "declined"

    def 받음() -> str:
        if database.engine.dialect.name == "postgresql":
            함께.wait()
        올리기(database, 저장소, 수정요청.id, 편집자)
        return "second_check"

    def 누르기(일: Callable[[], str]) -> str | None:
        try:
            return 일()
        except AlreadyDecided:
            return None

    with ThreadPoolExecutor(3) as 셋:
        된것 = [것 for 것 in 셋.map(누르기, (받음, lambda: 거절(편집자), lambda: 거절(다른편집자))) if 것]

    with database.reading() as session:
        assert [session.get_one(Correction, 수정요청.id).state] == 된것
