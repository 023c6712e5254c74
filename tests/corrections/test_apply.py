"""받아들인 글이 저장소에 꼭 한 번 실린다. 어디서 죽어도 그렇다."""

import os
import signal
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from app.audit import audit
from app.worker import handlers, run_pending
from corrections import notices, review
from corrections.apply import COMMITTED, apply_revision
from corrections.contacts import CONTACT_CONFIRMED
from corrections.models import Correction, Revision, State
from corrections.notices import Notice
from corrections.people import Contact, Reporter
from corrections.rewards import settling as rewards
from corrections.rewards.models import Reward
from db import Database, open_database
from db.events import Event, record, replay, verify_chain
from db.outbox import OutboxItem, release_claims
from db.people import Actor
from kb.entry import Entry, Status
from kb.history import history
from kb.store import Change, EntryStore
from tests.corrections.test_review import 받기

다음일 = ("entry.index", "site.publish")


def 판들(저장소: EntryStore, 요청: Correction) -> list[str]:
    return [version.sha for version in history(저장소, "k1") if version.correction == 요청.id]


def test_실으면_글이_바뀌고_커밋에_요청_번호가_남는다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor
):
    번호 = 받기(database, 저장소, 수정요청.id, 편집자)

    sha = apply_revision(database, 저장소, 번호, then=다음일)

    assert "수수료는 5만 3천 원입니다." in 저장소.get("k1").body
    최근 = history(저장소, "k1")[0]
    assert (최근.sha, 최근.role, 최근.correction) == (sha, "editor", 수정요청.id)
    with database.reading() as session:
        assert session.get_one(Revision, 번호).commit_sha == sha
        assert session.get_one(Correction, 수정요청.id).state is State.APPLIED
        assert session.scalars(select(OutboxItem.kind).order_by(OutboxItem.id)).all() == ["revision.apply", *다음일]
        사건 = session.scalars(select(Event).order_by(Event.id.desc())).first()
        assert 사건 is not None
        assert (사건.action, 사건.entry_version) == (COMMITTED, 저장소.get("k1").version)


def test_두_번_실어도_한_번이다(database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor):
    번호 = 받기(database, 저장소, 수정요청.id, 편집자)

    assert apply_revision(database, 저장소, 번호, then=다음일) == apply_revision(database, 저장소, 번호, then=다음일)

    assert len(판들(저장소, 수정요청)) == 1
    with database.reading() as session:
        assert len(session.scalars(select(OutboxItem)).all()) == 3


def test_그사이_다른_곳이_바뀌었으면_합쳐서_싣는다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor
):
    번호 = 받기(database, 저장소, 수정요청.id, 편집자)
    그사이 = replace(저장소.get("k1"), phone="02-2133-1234")
    저장소.save(그사이, change=Change(role="importer", reason="다시 가져옴"))

    apply_revision(database, 저장소, 번호)

    지금 = 저장소.get("k1")
    assert 지금.phone == "02-2133-1234"
    assert "5만 3천 원" in 지금.body
    with database.reading() as session:
        반영본 = session.get_one(Revision, 번호)
        assert Entry.from_text(반영본.text) == 지금
        assert Entry.from_text(반영본.base_text) == 그사이


def test_같은_곳이_바뀌었으면_요청이_목록으로_돌아온다(
    database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor
):
    번호 = 받기(database, 저장소, 수정요청.id, 편집자)
    바뀐글 = replace(저장소.get("k1"), body="수수료는 9만 원입니다.\n")
    저장소.save(바뀐글, change=Change(role="importer", reason="다시 가져옴"))

    assert apply_revision(database, 저장소, 번호, then=다음일) is None
    assert apply_revision(database, 저장소, 번호, then=다음일) is None

    assert 저장소.get("k1") == 바뀐글
    with database.reading() as session:
        요청 = session.get_one(Correction, 수정요청.id)
        assert 요청.state is State.TRIAGED
        assert (요청.decided_by, 요청.decided_at) == (None, None)
        assert [e.action for e in session.scalars(select(Event).order_by(Event.id))][-1] == "rebase"
        assert session.scalars(select(OutboxItem.kind)).all() == ["revision.apply"]
    다시 = 받기(database, 저장소, 수정요청.id, 편집자, revised=replace(바뀐글, body="수수료는 5만 3천 원입니다.\n"))
    assert apply_revision(database, 저장소, 다시)


def test_그사이_내린_안내에는_싣지_않는다(database: Database, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor):
    번호 = 받기(database, 저장소, 수정요청.id, 편집자)
    저장소.save(
        replace(저장소.get("k1"), status=Status.RETIRED, gone=True), change=Change(role="editor", reason="폐지")
    )

    assert apply_revision(database, 저장소, 번호) is None
    assert 저장소.get("k1").status is Status.RETIRED


def 작업(저장소: EntryStore, database: Database, 기록: Path, *, 시민에게: bool = False) -> None:
    """색인과 게시가 제 이름을 적기만 하는 작업자. `시민에게`이면 보상과 알림은 진짜로 한다."""

    def 적기(이름: str) -> Callable[..., None]:
        def write(*_: object) -> None:
            with 기록.open("a") as file:
                file.write(f"{이름}\n")

        return write

    def 알림(payload: Mapping[str, Any]) -> None:
        with database.begin() as session:
            notices.on_event(session, payload)

    진짜: dict[str, Any] = {
        "reward": lambda payload: rewards.handler(database, 저장소, payload),
        "notice": 알림,
    }
    일들 = handlers(
        database=database,
        store=저장소,
        index=적기("index"),
        publish=적기("publish"),
        **(진짜 if 시민에게 else {}),
    )
    run_pending(database, 일들, worker="one")


def 죽는_작업(저장소: EntryStore, url: str, 기록: Path, *, 걸음: int, 시민에게: bool = False) -> bool:
    """갈라 낸 프로세스에서 일하다 정한 걸음에서 스스로 SIGKILL을 맞는다. 그 앞에 일이 끝나 죽지 않았으면 거짓.

    걸음: 데이터베이스 저장의 앞과 뒤, git을 부르기 앞, 파일 이름을 바꾸기 앞.
    """
    아이 = os.fork()
    if not 아이:
        try:
            세기 = count(1)

            def step(*_: object) -> None:
                if next(세기) == 걸음:
                    os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(lambda name, _: step() if name in ("subprocess.Popen", "os.rename") else None)
            for 순간 in ("before_commit", "after_commit"):
                event.listen(Session, 순간, step)
            작업(저장소, open_database(url), 기록, 시민에게=시민에게)
            os._exit(0)
        finally:
            os._exit(1)
    _, 상태 = os.waitpid(아이, 0)
    assert os.WIFSIGNALED(상태) or os.WEXITSTATUS(상태) == 0
    return os.WIFSIGNALED(상태)


def 시민을_붙인다(database: Database, 요청: Correction) -> None:
    """확인한 연락처가 있는 시민이 보낸 것으로: 보상과 알림이 생긴다."""
    with database.begin() as session:
        시민 = Reporter()
        session.add(시민)
        session.flush()
        연락처 = Contact(
            reporter_id=시민.id,
            kind="email",
            address=f"c{요청.id}@mail.example",
            key=f"{요청.id}",
            verified_at=datetime.now(UTC),
        )
        session.add(연락처)
        session.flush()
        session.get_one(Correction, 요청.id).reporter_id = 시민.id
        data = {"correction": 요청.id, "contact": 연락처.id, "reporter": 시민.id}
        record(session, stream=요청.stream, action=CONTACT_CONFIRMED, actor=Actor.citizen(), data=data)


def test_어느_걸음에서_죽어도_다음_작업자가_마치고_커밋은_하나다(
    database: Database,
    database_url: str,
    저장소: EntryStore,
    접수: Callable[..., Correction],
    편집자: Actor,
    tmp_path: Path,
):
    보폭 = 1 if database.engine.dialect.name == "sqlite" else 4
    for 걸음 in count(1, 보폭):
        요청 = 접수(quoted="", proposal=f"수수료는 {걸음}만 원입니다.")
        글 = replace(저장소.get("k1"), body=f"수수료는 {걸음}만 원입니다.\n")
        받기(database, 저장소, 요청.id, 편집자, revised=글)
        기록 = tmp_path / f"log-{걸음}"
        database.close()

        죽음 = 죽는_작업(저장소, database_url, 기록, 걸음=걸음)
        release_claims(database, worker="one")
        작업(저장소, database, 기록)

        assert 저장소.get("k1").body == 글.body, 걸음
        assert len(판들(저장소, 요청)) == 1, 걸음
        with database.reading() as session:
            assert session.get_one(Correction, 요청.id).state is State.APPLIED
            반영본 = session.scalars(select(Revision).where(Revision.correction_id == 요청.id)).one()
            assert 반영본.commit_sha == 판들(저장소, 요청)[0]
            assert session.scalars(select(OutboxItem).where(OutboxItem.done_at.is_(None))).all() == []
            흐름 = session.scalars(select(Event.action).where(Event.stream == 요청.stream).order_by(Event.id)).all()
            assert 흐름 == ["submit", "claim", "propose", "confirm", COMMITTED], 걸음
        assert {"index", "publish"} <= set(기록.read_text().split())
        if not 죽음:
            break
    assert 걸음 > 20
    with database.reading() as session:
        assert verify_chain(session) == []
        assert set(replay(session, "correction/").values()) == {"applied"}


def test_죽었다_이어_해도_보상도_알림도_하나다(
    database: Database,
    database_url: str,
    저장소: EntryStore,
    접수: Callable[..., Correction],
    편집자: Actor,
    tmp_path: Path,
):
    """보상과 알림까지 하는 작업자를 걸음 여덟 곳에서 죽인다: 커밋 하나, 보상 하나, 알림 하나."""
    for 걸음 in (3, 12, 19, 26, 33, 40, 55, 70):
        요청 = 접수(quoted="", proposal=f"수수료는 {걸음}만 원입니다.")
        시민을_붙인다(database, 요청)
        글 = replace(저장소.get("k1"), body=f"수수료는 {걸음}만 원입니다.\n")
        받기(database, 저장소, 요청.id, 편집자, revised=글)
        database.close()

        죽는_작업(저장소, database_url, tmp_path / "log", 걸음=걸음, 시민에게=True)
        release_claims(database, worker="one")
        작업(저장소, database, tmp_path / "log", 시민에게=True)

        assert len(판들(저장소, 요청)) == 1, 걸음
        with database.reading() as session:
            assert len(session.scalars(select(Reward).where(Reward.correction_id == 요청.id)).all()) == 1, 걸음
            assert len(session.scalars(select(Notice).where(Notice.correction_id == 요청.id)).all()) == 1, 걸음
            assert session.scalars(select(OutboxItem).where(OutboxItem.done_at.is_(None))).all() == []
    assert audit(database).ok


def test_받아들이는_중에_죽으면_없던_일이다(
    database: Database, database_url: str, 저장소: EntryStore, 수정요청: Correction, 편집자: Actor
):
    database.close()
    아이 = os.fork()
    if not 아이:
        다른 = open_database(database_url)
        with 다른.begin() as session:
            요청 = session.get_one(Correction, 수정요청.id)
            글 = 저장소.get("k1")
            review.accept(
                session, 요청, revised=review.proposed(요청, 글), base_version=글.version, by=편집자, store=저장소
            )
            os.kill(os.getpid(), signal.SIGKILL)
    _, 상태 = os.waitpid(아이, 0)

    assert os.WTERMSIG(상태) == signal.SIGKILL
    with database.reading() as session:
        assert session.get_one(Correction, 수정요청.id).state is State.RECEIVED
        assert session.scalars(select(Revision)).all() == []
        assert session.scalars(select(OutboxItem)).all() == []
    assert apply_revision(database, 저장소, 받기(database, 저장소, 수정요청.id, 편집자))


def test_없는_반영본은_오류다(database: Database, 저장소: EntryStore):
    with pytest.raises(NoResultFound):
        apply_revision(database, 저장소, 999)
