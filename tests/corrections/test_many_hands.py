"""여덟 사람이 한꺼번에 아무 일이나 천 번 해도 잃는 것이 없고, 모든 약속이 그대로다. SQLite와 PostgreSQL에서."""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit import audit
from cases.clock import WorkingClock
from corrections import claims, conversation, receipt, review
from corrections.apply import apply_revision
from corrections.errors import CorrectionError
from corrections.models import BY_EDITOR, Correction, ReviewDraft, Revision, State
from corrections.transition import Action
from db import Database, open_database
from db.errors import DatabaseBusy, NotAllowed
from db.events import Event
from db.outbox import OutboxItem, run_due
from db.people import Actor, Role, add_person
from kb.errors import KnowledgeError
from kb.history import history
from kb.store import Change, EntryStore
from tests.corrections.conftest import 보내기, 비밀번호

사람수, 한사람이 = 8, 125
요청수, 안내수 = 60, 12
시계 = WorkingClock()


@dataclass
class 손:
    """한 사람(한 연결)이 한 일: 저장되었다고 들은 일의 수와, 마지막으로 남긴 적다 만 글."""

    나: Actor
    database: Database
    store: EntryStore
    주사위: random.Random
    해낸: Counter[str] = field(default_factory=Counter)
    거절: Counter[str] = field(default_factory=Counter)
    적던글: dict[int, int] = field(default_factory=dict)

    def 일한다(self) -> None:
        for 몇째 in range(한사람이):
            이름 = self.주사위.choices(list(일들), [무게 for 무게, _ in 일들.values()])[0]
            번호 = self.주사위.randint(1, 요청수)
            try:
                with self.database.begin() as session:
                    일들[이름][1](self, session, session.get_one(Correction, 번호), 몇째)
                self.해낸[이름] += 1
                if 이름 == "적기":
                    self.적던글[번호] = 몇째
            except (CorrectionError, NotAllowed, KnowledgeError, DatabaseBusy) as error:
                self.거절[type(error).__name__] += 1
            if 몇째 % 25 == 24:
                with suppress(DatabaseBusy):  # the worker of the product tries again a second later
                    self.싣는다()

    def 싣는다(self, 때: datetime | None = None) -> None:
        """작업자의 몫: 받아들인 글을 싣는다. 다른 일은 적기만 한다."""
        run_due(
            self.database,
            {"revision.apply": lambda p: apply_revision(self.database, self.store, p["revision"]), "notice.send": id},
            worker=f"hand-{self.나.person_id}",
            now=때,
        )


def 받기(손: 손, session: Session, 요청: Correction, 몇째: int) -> None:
    지금 = 손.store.get(요청.entry_id)
    값 = (
        f"수수료는 {손.나.person_id}{몇째:03}원입니다."
        if 몇째 % 2
        else f"구청 {손.나.person_id}번 창구 {몇째}쪽으로 가세요."
    )
    고친글 = replace(지금, body=f"{지금.body.splitlines()[0]}\n\n{값}\n")
    review.accept(session, 요청, revised=고친글, base_version=지금.version, by=손.나, store=손.store)


def 확인(손: 손, session: Session, 요청: Correction, _몇째: int) -> None:
    고침 = review.last_revision(session, 요청)
    review.confirm(session, 요청, revision_id=고침.id if 고침 else 0, by=손.나)


def 돌려보냄(손: 손, session: Session, 요청: Correction, _몇째: int) -> None:
    고침 = review.last_revision(session, 요청)
    review.send_back(session, 요청, revision_id=고침.id if 고침 else 0, by=손.나, note="다시 봐 주세요.")


일들: Mapping[str, tuple[int, Callable[[손, Session, Correction, int], object]]] = {
    "적기": (30, lambda h, s, c, n: claims.save_draft(s, c.id, by=h.나, form={"몇째": str(n)})),
    "맡기": (25, lambda h, s, c, _: claims.claim(s, c, by=h.나)),
    "놓기": (8, lambda h, s, c, _: claims.release(s, c, by=h.나)),
    "받기": (15, 받기),
    "확인": (10, 확인),
    "돌려보냄": (3, 돌려보냄),
    "거절": (3, lambda h, s, c, n: review.decline(s, c, by=h.나, reason_code=BY_EDITOR[n % 3], note="까닭입니다.")),
    "합치기": (2, lambda h, s, c, n: review.merge(s, c, into=n % 요청수 + 1, by=h.나)),
    "묻기": (3, lambda h, s, c, _: conversation.ask(s, c, by=h.나, text="언제 보셨나요?")),
    "답하기": (3, lambda _h, s, c, _: conversation.answer(s, c, by=Actor.citizen(), text="어제요", clock=시계)),
}
"""무슨 일을 얼마나 자주 하나."""


@pytest.fixture
def 손들(database: Database, database_url: str, 저장소: EntryStore, monkeypatch: pytest.MonkeyPatch) -> list[손]:
    monkeypatch.setattr("corrections.receipt.SCRYPT_COST", 16)
    여권 = 저장소.get("k1")
    저장소.save_all(
        [replace(여권, id=f"k{n}", title=f"여권 안내 {n}") for n in range(2, 안내수 + 1)],
        change=Change(role="editor", reason="처음 씀"),
    )
    with database.begin() as session:
        나들 = [
            add_person(session, login=f"e{n}", name_shown=f"편집자{n}", role=Role.EDITOR, password=비밀번호).actor
            for n in range(사람수)
        ]
        for n in range(요청수):
            보내기(
                session,
                저장소,
                entry_id=f"k{n % 안내수 + 1}",
                quoted="",
                proposal=f"{n}원입니다",
                token=receipt.new_token(),
            )
    return [손(나, open_database(database_url), 저장소, random.Random(n)) for n, 나 in enumerate(나들)]


def test_여덟_사람이_한꺼번에_천_번_해도_잃는_것이_없고_모든_약속이_그대로다(
    database: Database, 저장소: EntryStore, 손들: list[손]
):
    with ThreadPoolExecutor(사람수) as 여럿:
        list(여럿.map(손.일한다, 손들))
    손들[0].싣는다(datetime.now(UTC) + timedelta(days=1))  # what met a busy database waits for its next try
    for 손하나 in 손들:
        손하나.database.close()

    해낸, 거절 = sum((h.해낸 for h in 손들), Counter()), sum((h.거절 for h in 손들), Counter())
    assert sum(해낸.values()) + sum(거절.values()) == 사람수 * 한사람이
    assert 거절["DatabaseBusy"] <= 40, 거절
    assert 해낸["받기"] >= 10, (해낸, 거절)
    assert audit(database).problems == []
    with database.reading() as session:
        사건 = Counter(session.scalars(select(Event.action)))
        assert 사건["propose"] + 사건["accept"] == 해낸["받기"], "받아들였다고 들은 것은 모두, 들은 것만 남는다"
        for 이름, 일 in (
            ("확인", "confirm"),
            ("돌려보냄", "return"),
            ("거절", "decline"),
            ("합치기", "merge"),
            ("묻기", "ask"),
            ("답하기", "answer"),
        ):
            assert 사건[일] == 해낸[이름], 이름
        assert 사건["release"] == 해낸["놓기"]
        요청들 = session.scalars(select(Correction)).all()
        assert len(요청들) == 요청수
        for 요청 in 요청들:
            assert (요청.state is State.IN_REVIEW) <= (요청.claimed_by is not None)
            assert (요청.state is State.SECOND_CHECK) <= (요청.accepted_by is not None)
            assert 요청.duplicate_of != 요청.id
        원래들 = {요청.id: 요청.state for 요청 in 요청들}
        assert all(원래들[c.duplicate_of] is not State.DUPLICATE for c in 요청들 if c.duplicate_of)
        적던글들 = {(d.correction_id, d.person_id): int(d.form["몇째"]) for d in session.scalars(select(ReviewDraft))}
        마지막 = {(번호, h.나.person_id): 몇째 for h in 손들 for 번호, 몇째 in h.적던글.items()}
        assert all(마지막[열쇠] == 몇째 for 열쇠, 몇째 in 적던글들.items()), "남은 글은 언제나 마지막에 적은 것이다"
        열린 = {요청.id for 요청 in 요청들 if not session.scalar(select(func.count()).where(
            Event.stream == 요청.stream, Event.action.in_([Action.PROPOSE, Action.ACCEPT, Action.DECLINE, Action.MERGE])
        ))}  # fmt: skip
        assert {열쇠 for 열쇠 in 마지막 if 열쇠[0] in 열린} <= set(적던글들), (
            "아무도 정하지 않은 요청의 글은 모두 남는다"
        )
        기다리는 = session.scalars(
            select(Revision.entry_id).where(Revision.closed_at.is_(None), Revision.confirmed_at.is_not(None))
        )
        assert list(기다리는) == [], "싣기로 한 것은 모두 실었다"
        실린 = session.scalars(select(Revision).where(Revision.commit_sha.is_not(None))).all()
        할일 = session.scalars(select(OutboxItem).where(OutboxItem.kind == "revision.apply")).all()
        assert len(할일) == 사건["accept"] + 사건["confirm"]
        assert all(item.done_at for item in 할일)
    커밋들 = Counter(v.sha for n in range(1, 안내수 + 1) for v in history(저장소, f"k{n}") if v.correction)
    assert Counter(고침.commit_sha for 고침 in 실린) == 커밋들, "고침 하나에 커밋 하나"
    assert len(실린) == 사건["committed"] >= 3
