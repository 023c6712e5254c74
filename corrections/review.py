"""편집자가 수정 요청을 살펴 정한다: 받아들이고, 일부만 받아들이고, 확인하고, 돌려보내고, 되돌린다. 파일과 화면은 모른다."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from corrections import claims
from corrections.errors import AlreadyDecided, BadProposal, BadReason, RevisionWaiting
from corrections.merge import merged
from corrections.models import BY_EDITOR, Correction, Reason, Revision, State
from corrections.risk import risk_of
from corrections.submit import said
from corrections.transition import Action, lock, print_of_revision, rule_for, transition, who_may
from db.people import Actor
from kb import personal
from kb.checks import hard_problems
from kb.checks.people import PERHAPS
from kb.entry import Entry
from kb.errors import EntryMoved
from kb.store import EntryStore

NO_PART = "일부만 반영할 때에는 무엇을 왜 반영하지 않았는지 시민에게 남길 말에 적어 주세요."
NO_OTHER = "‘그 밖의 까닭’을 고르면 시민에게 보일 설명을 한 문장 이상 적어 주세요."
UNDO_CONFLICT = "그 뒤에 같은 곳이 다시 바뀌어 저절로 되돌릴 수 없습니다. 새 글을 보고 고쳐서 다시 받아들여 주세요."


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
    partial: bool = False,
) -> Revision:
    """고친 글을 받아들인다. 걸린 것(risk)이 무거우면 다른 편집자의 2차 확인으로, 아니면 곧 남은 일(revision.apply)이 싣는다.

    `base_version`은 편집자가 보고 고친 글의 판, `partial`은 일부만 받아들였다는 뜻이다(까닭을 `note`에 적어야 한다).
    차례: 역할(NotAllowed) → 아직 열렸나(AlreadyDecided, ClaimedByOther) → 지금 글인가(EntryMoved) → 실을 수 있는
    글인가(BadProposal) → 같은 안내의 앞선 고침이 끝났나(RevisionWaiting) → 기록.
    """
    by.must_be(*who_may(Action.ACCEPT))
    note = said(note, nothing=NO_PART if partial else "")
    claims.claim(session, correction, by=by)  # before the entry: to a late editor "decided" says more than "moved"
    current = store.get(correction.entry_id)
    if current.version != base_version:
        raise EntryMoved(current.id)
    now = datetime.now(UTC)
    revised = replace(_checked(revised, current), updated=now)
    correction.risk = risk_of(current, revised)
    claims.must_judge(session, correction, by)
    alone = not correction.risk.needs_two
    revision = _kept(session, correction, current, revised, by=by, at=now, partial=partial, alone=alone)
    action = (Action.ACCEPT_PART if partial else Action.ACCEPT) if alone else Action.PROPOSE
    data = {"revision": revision.id, "text": print_of_revision(revision)}
    transition(session, correction, action, by=by, text=note, data=data, at=now)
    claims.drop_drafts(session, correction.id)
    return revision


def confirm(session: Session, correction: Correction, *, revision_id: int, by: Actor, note: str = "") -> Revision:
    """2차 확인: 다른 편집자가 본 그 글(`revision_id`)을 싣기로 한다.

    본 글이 아니면 AlreadyDecided, 처음 받아들인 사람이거나 이의의 상대면 NotAllowed, 앞선 고침이 실리는 중이면 RevisionWaiting.
    """
    by.must_be(*who_may(Action.CONFIRM))
    lock(session, correction)
    rule_for(correction.state, Action.CONFIRM)
    claims.must_judge(session, correction, by)
    revision = _proposal(session, correction, revision_id)
    now = datetime.now(UTC)
    action = Action.CONFIRM_PART if revision.partial else Action.CONFIRM
    transition(session, correction, action, by=by, text=said(note), data={"revision": revision.id}, at=now)
    _alone_on_entry(session, revision, now)
    return revision


def send_back(session: Session, correction: Correction, *, revision_id: int, by: Actor, note: str) -> Correction:
    """2차 확인에서 돌려보낸다: 받아들인 글은 싣지 않고, 돌려보낸 편집자가 이어서 살핀다. 까닭이 없으면 BadReason."""
    note = said(note, nothing="돌려보내는 까닭을 한 문장 이상 적어 주세요.")
    by.must_be(*who_may(Action.RETURN))
    lock(session, correction)
    rule_for(correction.state, Action.RETURN)
    claims.must_judge(session, correction, by)
    _proposal(session, correction, revision_id).closed_at = datetime.now(UTC)
    transition(session, correction, Action.RETURN, by=by, text=note, data={"revision": revision_id})
    return correction


def decline(session: Session, correction: Correction, *, by: Actor, reason_code: str, note: str = "") -> Correction:
    """까닭을 적고 반영하지 않는다. 까닭이 없거나 ‘그 밖의 까닭’에 설명이 없으면 BadReason, 이미 처리했으면 AlreadyDecided."""
    by.must_be(*who_may(Action.DECLINE))
    if reason_code not in set(BY_EDITOR):
        raise BadReason("반영하지 않는 까닭을 목록에서 골라 주세요.")
    note = said(note, nothing=NO_OTHER if reason_code == Reason.OTHER else "")
    claims.claim(session, correction, by=by)
    transition(session, correction, Action.DECLINE, by=by, reason_code=Reason(reason_code), text=note)
    claims.drop_drafts(session, correction.id)
    return correction


def merge(session: Session, correction: Correction, *, into: int, by: Actor, note: str = "") -> Correction:
    """같은 것을 먼저 알린 요청에 합친다. 두 접수증은 그대로 열리고, 결과는 먼저 온 요청을 따른다.

    사슬을 만들지 않는다: 합칠 곳이 또 중복이면 그 원래 요청으로, 이 요청에 합쳐 있던 것들도 함께 옮긴다. 자물쇠는 번호 차례로
    쥐어 엇갈려 합쳐도 서로 기다리지 않는다. 없는 요청, 제 자신, 거두었거나 차단한 요청이면 BadReason.
    """
    by.must_be(*who_may(Action.MERGE))
    original = _original(session, into)
    if original is None or original.id == correction.id:
        raise BadReason("합칠 요청의 접수번호를 다시 확인해 주세요. 먼저 온 다른 요청이어야 합니다.")
    for one in sorted((correction, original), key=lambda each: each.id):
        lock(session, one)
    if original.state in (State.DUPLICATE, State.SPAM, State.WITHDRAWN, State.HELD):
        raise BadReason(f"‘{original.state.label}’ 상태의 요청에는 합칠 수 없습니다.")
    claims.claim(session, correction, by=by)
    correction.duplicate_of = original.id
    data = {"duplicate_of": original.id}
    transition(session, correction, Action.MERGE, by=by, text=said(note), data=data)
    session.execute(update(Correction).where(Correction.duplicate_of == correction.id).values(duplicate_of=original.id))
    claims.drop_drafts(session, correction.id)
    return correction


def revert(session: Session, correction: Correction, *, by: Actor, reason: str, store: EntryStore) -> Revision:
    """실린 고침을 되돌리기로 한다(책임 편집자). 그 고침이 바꾼 곳만 옛글로 돌린 새 판이 실리고, 요청은 다시 검토중이 된다.

    까닭이 없으면 BadReason, 아직 실리지 않았으면 RevisionWaiting, 그 뒤 같은 곳이 바뀌었으면 BadProposal.
    """
    reason = said(reason, nothing="되돌리는 까닭을 한 문장 이상 적어 주세요. 시민과 기록에 남습니다.")
    by.must_be(*who_may(Action.REVERT))
    lock(session, correction)
    rule_for(correction.state, Action.REVERT)
    applied = last_revision(session, correction)
    if applied is None or applied.commit_sha is None:
        raise RevisionWaiting(correction.entry_id)
    now, current = datetime.now(UTC), store.get(correction.entry_id)
    undone = merged(Entry.from_text(applied.text), ours=current, theirs=Entry.from_text(applied.base_text))
    if undone is None or hard_problems(undone):
        raise BadProposal(UNDO_CONFLICT)
    undone = replace(undone, updated=now)
    revision = _kept(session, correction, current, undone, by=by, at=now, partial=False, alone=True, reverts=applied.id)
    data = {"revision": revision.id, "reverts": applied.id, "text": print_of_revision(revision)}
    transition(session, correction, Action.REVERT, by=by, text=reason, data=data, at=now)
    return revision


def last_revision(session: Session, correction: Correction) -> Revision | None:
    """마지막으로 받아들인 글. 되돌린 것은 치지 않는다."""
    mine = select(Revision).where(Revision.correction_id == correction.id, Revision.reverts.is_(None))
    return session.scalar(mine.order_by(Revision.id.desc()).limit(1))


def _original(session: Session, id: int) -> Correction | None:
    found = session.get(Correction, id)
    if found is not None and found.duplicate_of is not None:
        return session.get(Correction, found.duplicate_of)
    return found


def _proposal(session: Session, correction: Correction, revision_id: int) -> Revision:
    revision = session.get(Revision, revision_id)
    if revision is None or revision.correction_id != correction.id or not revision.is_proposed:
        raise AlreadyDecided("그사이 다른 글이 올라왔습니다. 새로 고쳐 지금 글을 확인해 주세요.")
    return revision


def _checked(revised: Entry, current: Entry) -> Entry:
    if revised.id != current.id or revised.topic != current.topic or revised.status != current.status:
        raise BadProposal("번호와 주제, 게시 상태는 수정 요청으로 바꿀 수 없습니다. 제목과 본문, 항목만 고쳐 주세요.")
    if replace(revised, updated=current.updated, checked=current.checked) == current:
        raise BadProposal("바뀐 곳이 없습니다. 고칠 것이 없다면 까닭을 골라 ‘반영하지 않음’으로 처리해 주세요.")
    if problems := hard_problems(revised):
        raise BadProposal(" ".join(problem.message for problem in problems))
    if kinds := personal_in(revised) - personal_in(current):
        raise BadProposal(
            f"고친 글에 개인정보로 보이는 것이 새로 들어 있습니다: {', '.join(sorted({kind.token for kind, _ in kinds}))}. "
            "지워 주세요. 부서의 번호라면 ‘문의 전화’ 칸에 적으면 됩니다."
        )
    return revised


def personal_in(entry: Entry) -> Counter[tuple[personal.Kind, str]]:
    """글에 든 사람의 것: 게시할 글에 새로 넣지 않는다 (DOMAIN SE-23). 기관의 것일 수 있는 갈래(PERHAPS)는 검사(Linter)가 말한다."""
    text = "\n".join((entry.title, *entry.facts.values(), entry.body))
    found = personal.find_in_entry(text, office_phones=[entry.phone])
    return Counter((one.kind, one.text) for one in found if one.kind not in PERHAPS)


def _kept(
    session: Session,
    correction: Correction,
    current: Entry,
    revised: Entry,
    *,
    by: Actor,
    at: datetime,
    partial: bool,
    alone: bool,
    reverts: int | None = None,
) -> Revision:
    """받아들인 글 한 줄. `alone`이면 곧바로 싣기로 한 것이고, 표의 유일 제약이 한 안내에 하나만 남긴다."""
    revision = Revision(
        correction_id=correction.id,
        entry_id=current.id,
        base_version=current.version,
        base_text=current.to_text(),
        text=revised.to_text(),
        accepted_at=at,
        accepted_by=by.person_id,
        risk=correction.risk,
        partial=partial,
        reverts=reverts,
    )
    session.add(revision)
    session.flush()
    if alone:
        _alone_on_entry(session, revision, at)
    return revision


def _alone_on_entry(session: Session, revision: Revision, at: datetime) -> None:
    try:
        with session.begin_nested():
            revision.confirmed_at = at
            session.flush()
    except IntegrityError as error:
        raise RevisionWaiting(revision.entry_id) from error
