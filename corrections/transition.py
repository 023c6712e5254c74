"""수정 요청의 상태를 바꾸는 단 하나의 문. 왜 바꾸는지, 글이 어떻게 달라지는지는 부르는 쪽이 안다."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from corrections.errors import AlreadyDecided, BadReason, ClaimedByOther
from corrections.models import OPEN, Correction, Reason, Revision, State
from db import events, outbox
from db.errors import NotAllowed
from db.people import Actor, Role

CLAIM_LASTS = timedelta(minutes=30)
"""맡은 시간 (WORKFLOWS 3.1 claim)."""

OBJECT_WITHIN = timedelta(days=30)
"""이의를 낼 수 있는 날 (WORKFLOWS 3.1 object)."""


OWN = "스스로 보낸 요청은 다른 편집자가 정합니다."
BARRED = "이의가 들어온 요청은 처음 정한 사람이 아닌 편집자가 정합니다."


class Action(StrEnum):
    """수정 요청에 일어날 수 있는 일 (WORKFLOWS 3.1의 Event)."""

    SUBMIT = "submit"
    HOLD = "hold"
    BLOCK = "block"
    RELEASE_HELD = "release_held"
    UNBLOCK = "unblock"
    TRIAGE = "triage"
    CLAIM = "claim"
    RELEASE = "release"
    EXPIRE = "expire"
    ASK = "ask"
    ANSWER = "answer"
    LAPSE = "lapse"
    CONSULT = "consult"
    CONFIRM_FACT = "confirm_fact"
    REFUTE_FACT = "refute_fact"
    ACCEPT = "accept"
    ACCEPT_PART = "accept_part"
    PROPOSE = "propose"
    CONFIRM = "confirm"
    CONFIRM_PART = "confirm_part"
    RETURN = "return"
    DECLINE = "decline"
    MERGE = "merge"
    OBJECT = "object"
    WITHDRAW = "withdraw"
    REVERT = "revert"
    OVERTAKE = "overtaken"
    REBASE = "rebase"


@dataclass(frozen=True)
class Rule:
    """표의 한 칸: 어느 상태로 가고, 누가 할 수 있고, 저장한 뒤 무엇을 하나(남은 일의 종류)."""

    to: State
    who: tuple[Role, ...]
    then: tuple[str, ...] = field(default=())


_CITIZEN = (Role.CITIZEN,)
_SENDER = (Role.CITIZEN, Role.AGENT, Role.SYSTEM)
_EDITOR = (Role.EDITOR,)
_LEAD = (Role.LEAD_EDITOR,)
_SYSTEM = (Role.SYSTEM,)
_APPLY = ("revision.apply",)
_TELL = ("notice.send",)

TRANSITIONS: Mapping[tuple[State | None, Action], Rule] = {
    (None, Action.SUBMIT): Rule(State.RECEIVED, _SENDER),
    (None, Action.HOLD): Rule(State.HELD, _SENDER),
    (None, Action.BLOCK): Rule(State.SPAM, _SENDER),
    (State.HELD, Action.RELEASE_HELD): Rule(State.RECEIVED, _EDITOR),
    (State.HELD, Action.BLOCK): Rule(State.SPAM, _EDITOR),
    (State.SPAM, Action.UNBLOCK): Rule(State.RECEIVED, _LEAD),
    (State.RECEIVED, Action.TRIAGE): Rule(State.TRIAGED, (Role.EDITOR, Role.SYSTEM)),
    (State.RECEIVED, Action.CLAIM): Rule(State.IN_REVIEW, _EDITOR),
    (State.TRIAGED, Action.CLAIM): Rule(State.IN_REVIEW, _EDITOR),
    (State.IN_REVIEW, Action.RELEASE): Rule(State.TRIAGED, _EDITOR),
    (State.IN_REVIEW, Action.EXPIRE): Rule(State.TRIAGED, _SYSTEM),
    (State.IN_REVIEW, Action.ASK): Rule(State.NEEDS_INFO, _EDITOR, _TELL),
    (State.NEEDS_INFO, Action.ANSWER): Rule(State.IN_REVIEW, (Role.CITIZEN, Role.AGENT)),
    (State.NEEDS_INFO, Action.LAPSE): Rule(State.LAPSED, _SYSTEM, _TELL),
    (State.IN_REVIEW, Action.CONSULT): Rule(State.WITH_OFFICE, _EDITOR),
    (State.WITH_OFFICE, Action.CONFIRM_FACT): Rule(State.IN_REVIEW, (Role.OFFICER,)),
    (State.WITH_OFFICE, Action.REFUTE_FACT): Rule(State.IN_REVIEW, (Role.OFFICER,)),
    (State.IN_REVIEW, Action.ACCEPT): Rule(State.APPLIED, _EDITOR, _APPLY),
    (State.IN_REVIEW, Action.ACCEPT_PART): Rule(State.PARTLY_APPLIED, _EDITOR, _APPLY),
    (State.IN_REVIEW, Action.PROPOSE): Rule(State.SECOND_CHECK, _EDITOR),
    (State.SECOND_CHECK, Action.CONFIRM): Rule(State.APPLIED, _EDITOR, _APPLY),
    (State.SECOND_CHECK, Action.CONFIRM_PART): Rule(State.PARTLY_APPLIED, _EDITOR, _APPLY),
    (State.SECOND_CHECK, Action.RETURN): Rule(State.IN_REVIEW, _EDITOR),
    (State.IN_REVIEW, Action.DECLINE): Rule(State.DECLINED, _EDITOR, _TELL),
    (State.IN_REVIEW, Action.MERGE): Rule(State.DUPLICATE, _EDITOR, _TELL),
    (State.DECLINED, Action.OBJECT): Rule(State.TRIAGED, _CITIZEN),
    (State.DUPLICATE, Action.OBJECT): Rule(State.TRIAGED, _CITIZEN),
    (State.LAPSED, Action.OBJECT): Rule(State.TRIAGED, _CITIZEN),
    (State.PARTLY_APPLIED, Action.OBJECT): Rule(State.TRIAGED, _CITIZEN),
    **{(state, Action.WITHDRAW): Rule(State.WITHDRAWN, _CITIZEN) for state in OPEN},
    **{(state, Action.OVERTAKE): Rule(State.DECLINED, _SYSTEM, _TELL) for state in OPEN},
    (State.APPLIED, Action.REVERT): Rule(State.IN_REVIEW, _LEAD, _APPLY),
    (State.PARTLY_APPLIED, Action.REVERT): Rule(State.IN_REVIEW, _LEAD, _APPLY),
    (State.APPLIED, Action.REBASE): Rule(State.TRIAGED, _SYSTEM),
    (State.PARTLY_APPLIED, Action.REBASE): Rule(State.TRIAGED, _SYSTEM),
}
"""WORKFLOWS 3.1의 표. 그 표에 없는 한 줄은 REBASE: 반영하기로 했으나 그사이 글이 바뀌어 싣지 못하면 다시 살핀다.

책임 편집자는 편집자이기도 하다. 접수에서 곧바로 맡는 것(CLAIM)은 분류를 겸한다.
"""

DECISIONS = frozenset(
    {
        Action.ACCEPT,
        Action.ACCEPT_PART,
        Action.CONFIRM,
        Action.CONFIRM_PART,
        Action.DECLINE,
        Action.MERGE,
        Action.LAPSE,
        Action.OVERTAKE,
    }
)
"""끝을 내는 일: 까닭과 시민에게 할 말, 누가 언제 정했는지가 행에 남는다."""

CONFIRMS = frozenset({Action.CONFIRM, Action.CONFIRM_PART})
JUDGES = CONFIRMS | {Action.CLAIM}
SAYS = DECISIONS | {Action.PROPOSE, Action.RETURN, Action.REBASE, Action.REVERT}

MINE = frozenset(
    {
        Action.RELEASE,
        Action.ASK,
        Action.CONSULT,
        Action.ACCEPT,
        Action.ACCEPT_PART,
        Action.PROPOSE,
        Action.DECLINE,
        Action.MERGE,
    }
)
"""맡은 사람만 할 수 있는 일."""


def transition(
    session: Session,
    correction: Correction,
    action: Action,
    *,
    by: Actor,
    reason_code: Reason | None = None,
    text: str | None = None,
    channel: str = "web",
    data: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> events.Event:
    """행을 잠그고, 표에 있는 일인지와 역할과 조건을 보고, 상태를 바꾸고, 사건과 남은 일을 같은 트랜잭션에 적는다.

    `data`는 사건과 남은 일에 함께 실린다(번호만, 시민의 글은 아님). 저장(commit)은 부른 쪽이 한다.
    표에 없으면 AlreadyDecided, 역할이 다르거나 제 일이 아니면 NotAllowed, 남이 맡았으면 ClaimedByOther, 까닭이 없으면 BadReason.
    """
    lock(session, correction)
    rule = rule_for(correction.state, action)
    by.must_be(*rule.who)
    now = at or datetime.now(UTC)
    _guard(correction, action, by, reason_code, now)
    old = correction.state
    take_effect(correction, action, rule.to, by=by, at=now, reason_code=reason_code, text=text)
    session.flush()  # row_version speaks up here, before the event takes the head of the chain
    return _recorded(
        session, correction, action, rule, old, by, channel, {"correction": correction.id, **(data or {})}, now,
        reason_code=reason_code, text=text,
    )  # fmt: skip


def receive(
    session: Session, correction: Correction, *, by: Actor, channel: str = "web", action: Action = Action.SUBMIT
) -> events.Event:
    """새 수정 요청을 넣고 접수(SUBMIT)나 보류(HOLD), 차단(BLOCK)을 기록한다. 상태가 없던 곳에서 오는 하나뿐인 길이다."""
    rule = rule_for(None, action)
    by.must_be(*rule.who)
    correction.state = rule.to
    session.add(correction)
    session.flush()  # the receipt number is the row's own
    data = {"correction": correction.id, "entry": correction.entry_id, "kind": correction.kind.value}
    data |= {"print": print_of(correction)}
    return _recorded(session, correction, action, rule, None, by, channel, data, correction.submitted_at)


def take_effect(
    correction: Correction,
    action: Action,
    to: State,
    *,
    by: Actor,
    at: datetime,
    reason_code: Reason | None = None,
    text: str | None = None,
) -> None:
    """그 일로 바뀌는 칸들. 사건만 읽어 행을 다시 만들 때(corrections.replay)도 이 함수를 쓴다: 둘이 어긋날 수 없다."""
    correction.state = to
    EFFECTS.get(action, _nothing)(correction, by, at)
    if action in SAYS:  # confirming keeps the first editor's words to the citizen unless there are new ones
        correction.note = text or (correction.note if action in CONFIRMS else "")
    if action in DECISIONS:
        correction.reason_code = reason_code
        correction.decided_by, correction.decided_at = by.person_id, at


def rule_for(state: State | None, action: Action) -> Rule:
    """표의 그 칸. 없으면 AlreadyDecided."""
    try:
        return TRANSITIONS[state, action]
    except KeyError:
        label = state.label if state else "새 요청"
        raise AlreadyDecided(
            f"이미 ‘{label}’ 상태라서 할 수 없는 일입니다. 새로 고쳐 지금 상태를 확인해 주세요."
        ) from None


def who_may(action: Action) -> tuple[Role, ...]:
    """어느 상태에서든 그 일을 할 수 있는 역할들. 상태를 읽기 전에 자격부터 볼 때 쓴다."""
    return tuple({role: None for (_, one), rule in TRANSITIONS.items() if one is action for role in rule.who})


def lock(session: Session, correction: Correction) -> None:
    """행을 잠그고 지금 값을 다시 읽는다. 이 트랜잭션에서 바꾼 것은 잃지 않는다. SQLite에서는 쓰기 트랜잭션 자체가 자물쇠다."""
    session.flush()
    session.refresh(correction, with_for_update=True)


def _guard(correction: Correction, action: Action, by: Actor, reason_code: Reason | None, now: datetime) -> None:
    """표의 조건(WORKFLOWS 3.1 Guard). 역할은 이미 보았다."""
    if action is Action.DECLINE and reason_code is None:
        raise BadReason("반영하지 않는 까닭을 골라 주세요.")
    if action in MINE and correction.claimed_by != by.person_id:
        raise ClaimedByOther
    mine = by.person_id is not None and by.person_id == correction.submitted_by
    if action in JUDGES and mine:
        raise NotAllowed(OWN)
    if action in JUDGES and by.person_id is not None and correction.barred == by.person_id:
        raise NotAllowed(BARRED)
    if action in CONFIRMS and by.person_id == correction.accepted_by:
        raise NotAllowed("2차 확인은 처음 받아들인 사람이 아닌 편집자가 합니다.")
    if action is Action.MERGE and correction.duplicate_of is None:
        raise BadReason("어느 요청과 같은지 골라 주세요.")
    if action is Action.OBJECT:
        _may_object(correction, now)


def _may_object(correction: Correction, now: datetime) -> None:
    if correction.objected_at is not None:
        raise AlreadyDecided("이의는 한 번만 낼 수 있습니다. 새로운 사실이 있으면 새 수정 요청을 보내 주세요.")
    if correction.decided_at is not None and now > correction.decided_at + OBJECT_WITHIN:
        raise AlreadyDecided("이의를 낼 수 있는 30일이 지났습니다. 새로운 사실이 있으면 새 수정 요청을 보내 주세요.")


def _nothing(correction: Correction, by: Actor, now: datetime) -> None:
    """남길 것이 없다."""


def _acknowledged(correction: Correction, _by: Actor, now: datetime) -> None:
    correction.acknowledged_at = correction.acknowledged_at or now


def _claimed(correction: Correction, by: Actor, now: datetime) -> None:
    _acknowledged(correction, by, now)
    correction.claimed_by, correction.claimed_until = by.person_id, now + CLAIM_LASTS


def _let_go(correction: Correction, _by: Actor, _now: datetime) -> None:
    correction.claimed_by = correction.claimed_until = None


def _paused(correction: Correction, _by: Actor, now: datetime) -> None:
    correction.paused_at, correction.claimed_until = now, None


def _back(correction: Correction, _by: Actor, now: datetime) -> None:
    """묻거나 확인하던 것이 돌아왔다: 맡았던 편집자에게 다시 30분을 준다."""
    correction.office_due_at = correction.paused_at = None
    correction.claimed_until = now + CLAIM_LASTS if correction.claimed_by else None


def _proposed(correction: Correction, by: Actor, now: datetime) -> None:
    _let_go(correction, by, now)
    correction.accepted_by = by.person_id


def _returned(correction: Correction, by: Actor, now: datetime) -> None:
    _claimed(correction, by, now)
    correction.accepted_by = None


def _objected(correction: Correction, by: Actor, now: datetime) -> None:
    _let_go(correction, by, now)
    correction.objected_at, correction.barred = now, correction.decided_by
    correction.duplicate_of = correction.accepted_by = None


def _reopened(correction: Correction, by: Actor, now: datetime) -> None:
    _claimed(correction, by, now)
    correction.accepted_by = correction.decided_by = correction.decided_at = None


def _moved(correction: Correction, by: Actor, now: datetime) -> None:
    _let_go(correction, by, now)
    correction.accepted_by = correction.decided_by = correction.decided_at = None


EFFECTS: Mapping[Action, Callable[[Correction, Actor, datetime], None]] = {
    Action.TRIAGE: _acknowledged,
    Action.CLAIM: _claimed,
    Action.RELEASE: _let_go,
    Action.EXPIRE: _let_go,
    Action.ASK: _paused,
    Action.CONSULT: lambda correction, _by, _now: setattr(correction, "claimed_until", None),
    Action.ANSWER: _back,
    Action.CONFIRM_FACT: _back,
    Action.REFUTE_FACT: _back,
    Action.PROPOSE: _proposed,
    Action.RETURN: _returned,
    Action.OBJECT: _objected,
    Action.REVERT: _reopened,
    Action.REBASE: _moved,
    **dict.fromkeys(
        (
            Action.ACCEPT,
            Action.ACCEPT_PART,
            Action.CONFIRM,
            Action.CONFIRM_PART,
            Action.DECLINE,
            Action.MERGE,
            Action.LAPSE,
            Action.OVERTAKE,
            Action.WITHDRAW,
        ),
        _let_go,
    ),
}
"""표의 효과: 상태 말고 함께 바뀌는 칸. 보상과 알림은 남은 일(`then`)이 한다."""


_AT_FIRST = ("acknowledge_by", "due_at", "office", "risk", "entry_title", "masked", "score", "suspicions")
CARRIED: Mapping[Action, tuple[str, ...]] = {
    Action.SUBMIT: _AT_FIRST,
    Action.HOLD: _AT_FIRST,
    Action.BLOCK: _AT_FIRST,
    Action.ACCEPT: ("risk",),
    Action.ACCEPT_PART: ("risk",),
    Action.PROPOSE: ("risk",),
    Action.ANSWER: ("due_at",),
    Action.CONSULT: ("office_due_at",),
    Action.MERGE: ("duplicate_of",),
}
"""일과 표만으로는 알 수 없어 사건에 함께 적는 칸: 부르는 쪽이 정한 값이다."""


def kept(correction: Correction, action: Action) -> Mapping[str, str | int | None]:
    """사건에 적을 그 칸들의 값. 시각은 ISO 8601이다."""
    values = {name: getattr(correction, name) for name in CARRIED.get(action, ())}
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in values.items()}


def print_of(correction: Correction) -> str:
    """시민의 글(가린 뒤의 것)의 지문. 행에만 있는 비밀 표를 함께 넣어, 사건만 가진 이는 글을 알아맞힐 수 없다."""
    return _print(correction.submission_key, correction.quoted, correction.proposal, correction.evidence)


def print_of_message(correction: Correction, kind: str, text: str) -> str:
    """오간 말 하나의 지문. 같은 비밀 표를 섞어, 짧은 답도 사건만으로는 알아맞힐 수 없다."""
    return _print(correction.submission_key, kind, text)


def print_of_revision(revision: Revision) -> str:
    """받아들인 글의 지문: 앞글과 뒷글. 둘 다 공개할 글이라 비밀 표를 섞지 않는다."""
    return _print(revision.base_text, revision.text)


def _print(*words: str) -> str:
    return hashlib.sha256("\0".join(words).encode()).hexdigest()


def _recorded(
    session: Session,
    correction: Correction,
    action: Action,
    rule: Rule,
    old: State | None,
    by: Actor,
    channel: str,
    data: Mapping[str, Any],
    at: datetime,
    *,
    reason_code: Reason | None = None,
    text: str | None = None,
) -> events.Event:
    event = events.record(
        session,
        stream=correction.stream,
        action=action,
        actor=by,
        from_state=old,
        to_state=rule.to,
        reason=reason_code,
        text=text or None,
        entry_version=correction.base_version,
        channel=channel,
        data={**data, **({"kept": values} if (values := kept(correction, action)) else {})},
        at=at,
    )
    for kind in rule.then:
        outbox.enqueue(session, event=event, kind=kind, payload={**data, "event": event.id})
    return event
