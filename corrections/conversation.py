"""정하기까지 오가는 말: 시민에게 묻고 답을 받고, 부서에 확인하고, 이의와 철회를 받는다."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections import claims
from corrections.errors import BadReason
from corrections.models import Correction, Kind, Message, State
from corrections.promise import OFFICE_HOURS, Clock, resumed
from corrections.submit import said
from corrections.transition import Action, lock, print_of_message, rule_for, transition
from db import people
from db.errors import NotAllowed
from db.people import Actor, Role
from kb import personal

NOBODY_THERE = "‘{office}’에는 여기서 답할 담당자의 계정이 없어 보낼 수 없습니다. 부서에 전화로 확인하고, 들은 것을 남길 말에 적어 주세요."


def ask(session: Session, correction: Correction, *, by: Actor, text: str) -> Message:
    """시민에게 묻는다. 답이 올 때까지 기한이 멈추고, 14일이 지나면 저절로 끝난다. 물음이 없거나 길면 BadReason."""
    text = said(text, nothing="시민에게 물을 말을 한 문장 이상 적어 주세요.")
    claims.claim(session, correction, by=by)
    transition(session, correction, Action.ASK, by=by, data=_print(correction, "question", text))
    return _kept(session, correction, "question", text, by)


def answer(session: Session, correction: Correction, *, by: Actor, text: str, clock: Clock) -> Message:
    """물음에 답한다(시민, 또는 전화로 들은 상담사). 기다린 날만큼 기한이 밀린다. 개인정보는 가리고 적는다."""
    text = _from_citizen(correction, said(text, nothing="답을 적어 주세요."))
    lock(session, correction)
    rule_for(correction.state, Action.ANSWER)
    now = datetime.now(UTC)
    correction.due_at = resumed(correction, at=now, clock=clock)
    transition(session, correction, Action.ANSWER, by=by, data=_print(correction, "answer", text), at=now)
    return _kept(session, correction, "answer", text, by)


def consult(session: Session, correction: Correction, *, by: Actor, text: str, clock: Clock) -> Message:
    """그 안내를 맡은 부서에 확인을 청한다. 부서에는 근무일 이틀을 준다. 답할 담당자가 없는 부서면 BadReason: 요청이 거기서 멈추지 않게."""
    text = said(text, nothing="부서에 확인할 것을 한 문장 이상 적어 주세요.")
    if not people.someone_is(session, Role.OFFICER, office=correction.office):
        raise BadReason(NOBODY_THERE.format(office=correction.office or "담당 부서 없음"))
    claims.claim(session, correction, by=by)
    now = datetime.now(UTC)
    correction.office_due_at = clock.after_hours(now, OFFICE_HOURS)
    transition(session, correction, Action.CONSULT, by=by, data=_print(correction, "question", text), at=now)
    return _kept(session, correction, "question", text, by, office=correction.office)


def office_says(session: Session, correction: Correction, *, by: Actor, agrees: bool, text: str) -> Message:
    """부서의 담당자가 맞는지 아닌지 답한다. 답은 시민에게 부서의 말로 보인다. 남의 부서 일이면 NotAllowed."""
    by.must_be(Role.OFFICER)
    if by.office != correction.office:
        raise NotAllowed(f"‘{correction.office or '담당 부서 없음'}’의 담당자만 답할 수 있습니다.")
    text = said(text, nothing="확인한 내용을 한 문장 이상 적어 주세요.")
    action = Action.CONFIRM_FACT if agrees else Action.REFUTE_FACT
    transition(session, correction, action, by=by, data=_print(correction, "office", text))
    return _kept(session, correction, "office", text, by, office=by.office)


def object_to(session: Session, correction: Correction, *, by: Actor, text: str) -> Message:
    """결과에 이의를 낸다: 한 번, 30일 안에. 처음 정한 사람이 아닌 편집자가 다시 본다."""
    text = _from_citizen(correction, said(text, nothing="어느 점이 잘못되었는지 한 문장 이상 적어 주세요."))
    transition(session, correction, Action.OBJECT, by=by, data=_print(correction, "objection", text))
    return _kept(session, correction, "objection", text, by)


def withdraw(session: Session, correction: Correction, *, by: Actor) -> Correction:
    """요청을 거둔다. 글은 남지만 보상은 없다. 2차 확인을 기다리던 글은 싣지 않는다."""
    from_second = correction.state is State.SECOND_CHECK
    transition(session, correction, Action.WITHDRAW, by=by)
    if from_second:
        claims.close_proposals(session, correction)
    return correction


def messages(session: Session, correction: Correction) -> Sequence[Message]:
    """오간 글, 오래된 것부터."""
    found = select(Message).where(Message.correction_id == correction.id).order_by(Message.at, Message.id)
    return session.scalars(found).all()


def _from_citizen(correction: Correction, text: str) -> str:
    """시민의 말에서 개인정보를 가린 것. 번호가 틀렸다는 요청이면 맞는 번호를 말하려는 것이므로 유선 번호를 남긴다 (submit.mask처럼)."""
    return text if correction.kind is Kind.NUMBER else personal.mask(text)


def _print(correction: Correction, kind: str, text: str) -> Mapping[str, str]:
    """사건에 함께 적을, 그 말의 지문: 오간 글을 몰래 고치면 되짚기(replay)가 안다."""
    return {"said": print_of_message(correction, kind, text)}


def _kept(session: Session, correction: Correction, kind: str, text: str, by: Actor, *, office: str = "") -> Message:
    message = Message(correction_id=correction.id, kind=kind, text=text, by=by.person_id, office=office)
    session.add(message)
    return message
