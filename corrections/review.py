"""편집자가 수정 요청을 살펴 반영하거나 반영하지 않는다. 파일에 싣는 일(apply)과 화면은 모른다."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from corrections.errors import BadProposal, BadReason, RevisionWaiting
from corrections.models import OPEN, Correction, Reason, Revision
from corrections.submit import cleaned
from corrections.transition import Action, lock, rule_for, transition, who_may
from db.people import Actor
from kb.checks import hard_problems
from kb.entry import Entry
from kb.errors import EntryMoved
from kb.store import EntryStore

LONGEST_NOTE = 1000


def queue(session: Session, *, limit: int = 100, offset: int = 0) -> Sequence[Correction]:
    """아직 정하지 않은 수정 요청, 오래된 것부터."""
    waiting = select(Correction).where(Correction.state.in_(OPEN)).order_by(Correction.submitted_at, Correction.id)
    return session.scalars(waiting.limit(limit).offset(offset)).all()


def waiting_count(session: Session) -> int:
    """아직 정하지 않은 수정 요청의 수."""
    return session.scalar(select(func.count()).select_from(Correction).where(Correction.state.in_(OPEN))) or 0


def proposed(correction: Correction, entry: Entry) -> Entry:
    """편집자가 고치기 시작할 글: 인용한 부분이 글에 꼭 한 번 있으면 그 자리에 제안을 넣고, 아니면 지금 글 그대로."""
    old, new = correction.quoted, correction.proposal
    places = [entry.title, *entry.facts.values(), entry.body]
    if not old or sum(text.count(old) for text in places) != 1:
        return entry
    if old in entry.title:
        return replace(entry, title=" ".join(entry.title.replace(old, new).split()))
    if old in entry.body:
        return replace(entry, body=entry.body.replace(old, new))
    return replace(entry, facts={name: text.replace(old, new) for name, text in entry.facts.items()})


def accept(
    session: Session,
    correction: Correction,
    *,
    revised: Entry,
    base_version: str,
    by: Actor,
    store: EntryStore,
    note: str = "",
) -> Revision:
    """고친 글을 반영하기로 한다. 파일에는 저장(commit)한 뒤 남은 일(revision.apply)이 싣는다.

    `base_version`은 편집자가 보고 고친 글의 판이다. 차례: 역할(NotAllowed) → 아직 열렸나(AlreadyDecided) → 지금 글인가
    (EntryMoved) → 실을 수 있는 글인가(BadProposal) → 같은 안내의 앞선 고침이 끝났나(RevisionWaiting) → 기록.
    """
    by.must_be(*who_may(Action.ACCEPT))
    lock(session, correction)
    rule_for(correction.state, Action.ACCEPT)  # before the entry: to a late editor "decided" says more than "moved"
    current = store.get(correction.entry_id)
    if current.version != base_version:
        raise EntryMoved(current.id)
    now = datetime.now(UTC)
    revised = replace(_checked(revised, current), updated=now)
    revision = _waiting(session, correction, current, revised, now)
    transition(session, correction, Action.ACCEPT, by=by, text=_short(note), data={"revision": revision.id})
    return revision


def decline(session: Session, correction: Correction, *, by: Actor, reason_code: str, note: str = "") -> Correction:
    """까닭을 적고 반영하지 않는다. 까닭이 없거나 ‘그 밖의 까닭’에 설명이 없으면 BadReason, 이미 처리했으면 AlreadyDecided."""
    by.must_be(*who_may(Action.DECLINE))
    if reason_code not in set(Reason):
        raise BadReason("반영하지 않는 까닭을 목록에서 골라 주세요.")
    note = _short(note)
    if reason_code == Reason.OTHER and not note:
        raise BadReason("‘그 밖의 까닭’을 고르면 시민에게 보일 설명을 한 문장 이상 적어 주세요.")
    transition(session, correction, Action.DECLINE, by=by, reason_code=Reason(reason_code), text=note)
    return correction


def _checked(revised: Entry, current: Entry) -> Entry:
    if revised.id != current.id or revised.topic != current.topic or revised.status != current.status:
        raise BadProposal("번호와 주제, 게시 상태는 수정 요청으로 바꿀 수 없습니다. 제목과 본문, 항목만 고쳐 주세요.")
    if replace(revised, updated=current.updated, checked=current.checked) == current:
        raise BadProposal("바뀐 곳이 없습니다. 고칠 것이 없다면 까닭을 골라 ‘반영하지 않음’으로 처리해 주세요.")
    if problems := hard_problems(revised):
        raise BadProposal(" ".join(problem.message for problem in problems))
    return revised


def _waiting(session: Session, correction: Correction, current: Entry, revised: Entry, at: datetime) -> Revision:
    """기다리는 고침 한 줄. 표의 유일 제약이 한 안내에 하나만 남긴다."""
    revision = Revision(
        correction_id=correction.id,
        entry_id=current.id,
        base_version=current.version,
        base_text=current.to_text(),
        text=revised.to_text(),
        accepted_at=at,
    )
    try:
        with session.begin_nested():
            session.add(revision)
    except IntegrityError as error:
        raise RevisionWaiting(current.id) from error
    return revision


def _short(note: str) -> str:
    note = cleaned(note)
    if len(note) > LONGEST_NOTE:
        raise BadReason(f"설명은 {LONGEST_NOTE:,}자까지 적을 수 있습니다. 지금 {len(note):,}자이니 줄여 주세요.")
    return note
