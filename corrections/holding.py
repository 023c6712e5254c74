"""보류한 것을 받아들이거나 차단하고, 차단한 것을 푼다. 무엇이 의심스러운지 걸러 내는 일은 모른다."""

from sqlalchemy.orm import Session

from corrections.models import Correction
from corrections.transition import Action, transition
from db.people import Actor


def let_in(session: Session, correction: Correction, *, by: Actor) -> Correction:
    """보류한 요청을 접수한다. 보류가 아니면 AlreadyDecided, 편집자가 아니면 NotAllowed."""
    transition(session, correction, Action.RELEASE_HELD, by=by)
    return correction


def block(session: Session, correction: Correction, *, by: Actor) -> Correction:
    """보류한 요청을 차단한다. 글은 남고, 책임 편집자가 다시 풀 수 있다."""
    transition(session, correction, Action.BLOCK, by=by)
    return correction


def unblock(session: Session, correction: Correction, *, by: Actor) -> Correction:
    """잘못 차단한 요청을 접수한다(책임 편집자)."""
    transition(session, correction, Action.UNBLOCK, by=by)
    return correction
