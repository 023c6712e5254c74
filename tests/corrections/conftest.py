"""수정 요청을 보내는 시민, 정하는 편집자, 그리고 진짜 데이터베이스 둘."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from cases.clock import WorkingClock
from corrections import receipt
from corrections.models import Correction
from corrections.submit import submit
from db import Database
from db.people import Actor, Role, add_person
from kb.store import EntryStore

비밀번호 = "청계천-따라-걷기-2026"


@pytest.fixture
def 편집자(database: Database) -> Actor:
    with database.begin() as session:
        return add_person(session, login="editor", name_shown="김편집", role=Role.EDITOR, password=비밀번호).actor


@pytest.fixture
def 다른편집자(database: Database) -> Actor:
    with database.begin() as session:
        return add_person(session, login="other", name_shown="이편집", role=Role.LEAD_EDITOR, password=비밀번호).actor


def 보내기(session: Session, store: EntryStore, **칸: Any) -> receipt.Receipt:
    """수수료가 바뀌었다는 수정 요청. 필요한 칸만 바꾼다."""
    entry = store.get(칸.get("entry_id", "k1"))
    보낼것: dict[str, Any] = {
        "entry_id": entry.id,
        "base_version": entry.version,
        "kind": "fee",
        "quoted": "수수료는 5만 원입니다.",
        "proposal": "수수료는 5만 3천 원입니다.",
        "evidence": "구청에 전화로 물었습니다.",
        "token": receipt.new_token(),
        "by": Actor.citizen(),
        "clock": WorkingClock(),
    } | 칸
    return submit(session, store, **보낼것)


@pytest.fixture
def 접수(database: Database, 저장소: EntryStore) -> Callable[..., Correction]:
    """수정 요청 하나를 보내고 저장된 행을 준다."""

    def send(**칸: Any) -> Correction:
        with database.begin() as session:
            number = 보내기(session, 저장소, **칸).number
        id = receipt.id_in(number)
        with database.reading() as session:
            return session.get_one(Correction, id)

    return send


@pytest.fixture
def 수정요청(접수: Callable[..., Correction]) -> Correction:
    return 접수()
