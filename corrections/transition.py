"""수정 요청의 상태를 바꾸는 단 하나의 문. 왜 바꾸는지, 글이 어떻게 달라지는지는 부르는 쪽이 안다."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session

from corrections.errors import AlreadyDecided, BadReason
from corrections.models import Correction, Reason, State
from db import events, outbox
from db.people import Actor, Role


class Action(StrEnum):
    """수정 요청에 일어날 수 있는 일."""

    SUBMIT = "submit"
    ACCEPT = "accept"
    DECLINE = "decline"
    OVERTAKE = "overtaken_by_edit"


@dataclass(frozen=True)
class Rule:
    """표의 한 칸: 어느 상태로 가고, 누가 할 수 있고, 저장한 뒤 무엇을 하나(남은 일의 종류)."""

    to: State
    who: tuple[Role, ...]
    then: tuple[str, ...] = ()


TRANSITIONS: Mapping[tuple[State | None, Action], Rule] = {
    (None, Action.SUBMIT): Rule(State.RECEIVED, (Role.CITIZEN, Role.AGENT)),
    (State.RECEIVED, Action.ACCEPT): Rule(State.APPLIED, (Role.EDITOR,), then=("revision.apply",)),
    (State.RECEIVED, Action.DECLINE): Rule(State.DECLINED, (Role.EDITOR,)),
    (State.APPLIED, Action.OVERTAKE): Rule(State.RECEIVED, (Role.SYSTEM,)),
}
"""WORKFLOWS 3.1 가운데 지금 쓰는 줄. 새 상태와 일은 여기에 줄을 더한다. 책임 편집자는 편집자이기도 하다."""

DECISIONS = frozenset({Action.ACCEPT, Action.DECLINE})


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
) -> events.Event:
    """행을 잠그고, 표에 있는 일인지와 역할을 보고, 상태를 바꾸고, 사건과 남은 일을 같은 트랜잭션에 적는다.

    `data`는 사건과 남은 일에 함께 실린다(번호만, 시민의 글은 아님). 저장(commit)은 부른 쪽이 한다.
    표에 없으면 AlreadyDecided, 역할이 다르면 NotAllowed, 미반영인데 까닭이 없으면 BadReason.
    """
    lock(session, correction)
    rule = rule_for(correction.state, action)
    by.must_be(*rule.who)
    old, now = correction.state, datetime.now(UTC)
    if rule.to is State.DECLINED and reason_code is None:
        raise BadReason("반영하지 않는 까닭을 골라 주세요.")
    correction.state = rule.to
    correction.reason_code, correction.note = reason_code, text or ""
    correction.decided_by, correction.decided_at = (by.person_id, now) if action in DECISIONS else (None, None)
    session.flush()  # row_version speaks up here, before the event takes the head of the chain
    return _recorded(
        session, correction, action, rule, old, by, channel, {"correction": correction.id, **(data or {})}, now
    )


def receive(session: Session, correction: Correction, *, by: Actor, channel: str = "web") -> events.Event:
    """새 수정 요청을 넣고 접수를 기록한다. 상태가 없던 곳에서 오는 하나뿐인 길이다."""
    rule = rule_for(None, Action.SUBMIT)
    by.must_be(*rule.who)
    correction.state = rule.to
    session.add(correction)
    session.flush()  # the receipt number is the row's own
    data = {"correction": correction.id, "entry": correction.entry_id, "kind": correction.kind.value}
    return _recorded(session, correction, Action.SUBMIT, rule, None, by, channel, data, correction.submitted_at)


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
    """행을 잠그고 지금 값을 다시 읽는다. SQLite에서는 쓰기 트랜잭션 자체가 자물쇠다."""
    session.refresh(correction, with_for_update=True)


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
) -> events.Event:
    event = events.record(
        session,
        stream=correction.stream,
        action=action,
        actor=by,
        from_state=old,
        to_state=rule.to,
        reason=correction.reason_code,
        text=correction.note or None,
        entry_version=correction.base_version,
        channel=channel,
        data=data,
        at=at,
    )
    for kind in rule.then:
        outbox.enqueue(session, event=event, kind=kind, payload=data)
    return event
