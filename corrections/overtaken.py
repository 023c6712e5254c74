"""다른 길로 이미 고쳐진 요청을 알아보고 닫는다: 시민에게는 거절이 아니라 ‘이미 고쳐졌습니다’이다. 누가 고쳤는지는 모른다."""

import re
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections.models import Correction, Reason, State
from corrections.transition import Action, lock, transition
from db import Database
from db.people import Actor
from kb.entry import Entry
from kb.store import EntryStore

UNDECIDED = frozenset({State.RECEIVED, State.TRIAGED, State.NEEDS_INFO})
"""사람이 들고 있지 않은 상태. 검토중이거나 확인을 기다리는 것은 사람이 정한다."""

ALREADY = "말씀하신 곳이 그사이 이미 고쳐졌습니다."


def is_overtaken(correction: Correction, entry: Entry) -> bool:
    """인용한 글은 사라지고 제안한 글이 이미 있나. 인용이나 제안이 짧아 다른 곳과 헷갈리면 아니라고 한다."""
    if correction.base_version == entry.version or not correction.quoted or correction.masked:
        return False
    text = _plain("\n".join((entry.title, entry.phone, *entry.facts.values(), entry.body)))
    quoted, proposal = _plain(correction.quoted), _plain(correction.proposal)
    return len(proposal) >= 4 and quoted not in text and proposal in text


def close_overtaken(database: Database, store: EntryStore) -> Sequence[int]:
    """이미 고쳐진 요청들을 닫고 그 번호를 돌려준다. 두 번 불러도 같다."""
    with database.reading() as session:
        waiting = session.scalars(
            select(Correction).where(Correction.state.in_(UNDECIDED)).order_by(Correction.id)
        ).all()
    found = [(one.id, entry) for one in waiting if (entry := store.find(one.entry_id)) and is_overtaken(one, entry)]
    with database.begin() as session:
        return [id for id, entry in found if _closed(session, id, entry)]


def _closed(session: Session, id: int, entry: Entry) -> bool:
    correction = session.get_one(Correction, id)
    lock(session, correction)
    if correction.state not in UNDECIDED:  # an editor was quicker
        return False
    transition(
        session,
        correction,
        Action.OVERTAKE,
        by=Actor.system(),
        reason_code=Reason.OVERTAKEN,
        text=ALREADY,
        channel="worker",
        data={"entry": entry.id, "version": entry.version},
    )
    return True


def _plain(text: str) -> str:
    return re.sub(r"[\s*_`]+", "", text)
