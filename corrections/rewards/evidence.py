"""한 고침의 보상을 정하는 데 쓸 것을 데이터베이스와 글의 역사에서 모은다. 정하지는 않는다."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import Session, aliased, defer

from corrections.models import Correction, Reason, Revision, State
from corrections.people import Contact
from corrections.rewards.models import ExcludedContact, Reward
from corrections.rewards.rules import LOOK_BACK, Book, Circumstances, Find, Kept, Why
from db.people import Person
from kb import history
from kb.errors import EntryNotFound, VersionNotFound
from kb.store import EntryStore

OWNER = aliased(Correction)
SENTENCE = re.compile(r"(?<=[.?!])\s+")
DATES = ("updated:", "checked:", "---")
NOT_WRONG = (Reason.OVERTAKEN, Reason.LAW_UNCLEAR, Reason.OUT_OF_SCOPE)
"""시민이 틀리지 않았는데 반영하지 않은 까닭: 마구 보낸 것으로 세지 않는다."""


def find_of(session: Session, correction: Correction, revision: Revision) -> Find:
    """실린 고침 하나. `correction`은 먼저 알린 요청이고 `revision`은 실린 글이다."""
    before, after = lines(revision.base_text), lines(revision.text)
    return Find(
        correction=correction.id,
        reporter=correction.reporter_id or 0,
        entry=revision.entry_id,
        risk=revision.risk,
        submitted_at=correction.submitted_at,
        applied_at=revision.closed_at or revision.accepted_at,
        editors=editors_of(session, revision),
        sender=correction.sender,
        words=correction.proposal,
        before=before,
        gone=before - after,
    )


def editors_of(session: Session, revision: Revision) -> frozenset[int]:
    """그 글을 받아들이고 확인한 편집자들."""
    decided = session.scalar(select(Correction.decided_by).where(Correction.id == revision.correction_id))
    return _people(revision.accepted_by, decided)


def book_of(session: Session, find: Find) -> Book:
    """최근 90일에 판정한 보상들과, 받아들여지지 않은 수. 이 고침의 것은 뺀다."""
    since = find.submitted_at - LOOK_BACK
    rows = session.execute(
        select(Reward, Correction, Revision, OWNER.decided_by)
        .join(Correction, Correction.id == Reward.correction_id)
        .join(Revision, Revision.id == Reward.revision_id)
        .join(OWNER, OWNER.id == Revision.correction_id)
        .where(Correction.submitted_at >= since, Correction.id != find.correction)
        .options(defer(Revision.base_text), defer(Revision.text))
        .order_by(Reward.id)
    )
    kept = [_kept(*row, here=find.entry) for row in rows]
    declined = (
        select(Correction.reporter_id, func.count())
        .where(Correction.submitted_at >= since, Correction.reporter_id.is_not(None), _turned_down())
        .group_by(Correction.reporter_id)
    )
    return Book.of(kept, Counter({row[0] or 0: row[1] for row in session.execute(declined)}))


def circumstances(session: Session, store: EntryStore, find: Find, revision: Revision) -> Circumstances:
    """이해관계와, 틀린 글이 어디에서 왔는지."""
    introduced = introduced_by(session, store, find, revision)
    same = False
    if introduced is not None:
        theirs = editors_of(session, introduced)
        same = bool(theirs & find.editors) or bool(_offices(session, theirs) & _offices(session, find.editors))
    return Circumstances(
        conflict=has_conflict(session, find),
        own_office=_owns(session, find),
        made_by=_reporter_of(session, introduced),
        let_in_by_same=same,
    )


def has_conflict(session: Session, find: Find) -> bool:
    """보낸 사람이 직원이거나, 연락처가 직원·용역의 것인가 (DOMAIN SE-03). 상담사가 대신 적은 것은 시민의 것이다."""
    staff = select(Correction.id).where(
        Correction.reporter_id == find.reporter, Correction.submitted_by.is_not(None), Correction.channel != "agent"
    )
    theirs = (
        select(Contact.id)
        .join(ExcludedContact, ExcludedContact.key == Contact.key)
        .where(Contact.reporter_id == find.reporter)
    )
    return bool(session.scalar(select(or_(exists(staff), exists(theirs)))))


def introduced_by(session: Session, store: EntryStore, find: Find, revision: Revision) -> Revision | None:
    """이번에 지운 줄을 90일 안에 글에 넣은 반영본. 수정 요청으로 들어온 것이 아니면 None."""
    if not find.gone or revision.commit_sha is None:
        return None
    since = find.submitted_at - LOOK_BACK
    try:
        versions = history.history(store, find.entry)
        return _introduced(session, store, find, _before(versions, revision.commit_sha, since))
    except (EntryNotFound, VersionNotFound):
        return None


def _introduced(
    session: Session, store: EntryStore, find: Find, versions: Sequence[history.Version]
) -> Revision | None:
    texts = [lines(history.text_at(store, find.entry, version.sha)) for version in versions]
    for version, text, earlier in zip(versions, texts, texts[1:], strict=False):
        number = version.trailers.get("Revision", "")
        made = session.get(Revision, int(number)) if number.isdecimal() else None
        if made is not None and made.reverts is None and (text - earlier) & find.gone:
            return made
    return None


def _before(versions: Iterable[history.Version], sha: str, since: datetime) -> Sequence[history.Version]:
    """그 커밋보다 앞선 판들, 새것부터: 90일 안의 것과 그 바로 앞의 하나."""
    found: list[history.Version] = []
    seen = False
    for version in versions:
        if seen:
            found.append(version)
            if version.at < since:
                break
        seen = seen or version.sha == sha
    return found


def lines(text: str) -> frozenset[str]:
    """글의 뜻 있는 줄과 문장들. 고친 때와 확인한 날은 뺀다."""
    cut = (part.strip() for line in text.splitlines() if not line.startswith(DATES) for part in SENTENCE.split(line))
    return frozenset(part for part in cut if part)


def _kept(reward: Reward, correction: Correction, revision: Revision, decided_by: int | None, *, here: str) -> Kept:
    """판정한 것 하나. 같은 안내의 것만 글까지 견준다."""
    find = Find(
        correction=correction.id,
        reporter=reward.reporter_id,
        entry=revision.entry_id,
        risk=revision.risk,
        submitted_at=correction.submitted_at,
        applied_at=revision.closed_at or revision.accepted_at,
        editors=_people(revision.accepted_by, decided_by),
        sender=correction.sender,
        words=correction.proposal,
        before=lines(revision.base_text) if revision.entry_id == here else frozenset(),
    )
    return Kept(find, reward.points if reward.state.is_live else 0, doubted=reward.why is Why.COLLUSION)


def _people(*numbers: int | None) -> frozenset[int]:
    return frozenset(number for number in numbers if number is not None)


def _turned_down() -> ColumnElement[bool]:
    wrong = (Correction.state == State.DECLINED) & Correction.reason_code.not_in(NOT_WRONG)
    return wrong | (Correction.state == State.SPAM)


def _owns(session: Session, find: Find) -> bool:
    """받아들인 사람이 그 안내를 맡은 부서의 사람인가."""
    office = session.scalar(select(Correction.office).where(Correction.id == find.correction))
    return bool(office) and office in _offices(session, find.editors)


def _offices(session: Session, people: Iterable[int]) -> set[str]:
    found = session.scalars(select(Person.office).where(Person.id.in_(list(people)), Person.office != ""))
    return set(found)


def _reporter_of(session: Session, revision: Revision | None) -> int | None:
    if revision is None:
        return None
    return session.scalar(select(Correction.reporter_id).where(Correction.id == revision.correction_id))
