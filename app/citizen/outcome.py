"""시민에게 보일 수정 요청의 지금: 어디까지 왔고, 누가 맡고 있고, 무엇이 달라졌나. 누가 정했는지는 보이지 않는다."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from app.services import in_seoul
from corrections.changes import Part, changes
from corrections.models import APPLIED, Correction, Reason, Revision, State
from corrections.promise import ANSWER_WITHIN, is_late
from corrections.rewards.models import Reward, RewardState
from corrections.rewards.rules import Why
from corrections.transition import OBJECT_WITHIN, TRANSITIONS, Action
from kb.entry import Entry

DESK = "편집실"
DAYS = "월화수목금토일"


class Words(NamedTuple):
    """한 상태를 시민의 말로: 제목, 한두 문장, 지금 맡은 곳(빈 글이면 끝난 것), 알림 상자의 색."""

    title: str
    sentence: str
    holder: str = ""
    kind: str = "info"


STATE_WORDS: Mapping[State, Words] = {
    State.HELD: Words(
        "먼저 확인하고 있습니다",
        "이 안내를 두고 하신 말씀인지, 개인정보나 광고는 없는지 사람이 먼저 봅니다. 문제가 없으면 곧바로 편집자에게 넘기고, 기한은 보내신 "
        "때부터 그대로 셉니다. 다시 보내지 않으셔도 됩니다.",
        DESK,
    ),
    State.RECEIVED: Words("접수했습니다", "편집자가 차례대로 살펴보고 반영할지 정합니다.", DESK),
    State.TRIAGED: Words("차례를 기다립니다", "무엇에 관한 요청인지 나누었고, 곧 편집자가 맡아 살핍니다.", DESK),
    State.IN_REVIEW: Words("살펴보고 있습니다", "편집자가 안내와 근거를 견주어 보고 있습니다.", DESK),
    State.NEEDS_INFO: Words(
        "여쭈어볼 것이 있습니다", "아래 물음에 답해 주시면 이어서 살핍니다.", "보내신 분의 답을 기다립니다", "warning"
    ),
    State.WITH_OFFICE: Words(
        "담당 부서에 확인하고 있습니다", "그 일을 맡은 부서에 맞는 내용인지 물었습니다.", "담당 부서"
    ),
    State.SECOND_CHECK: Words(
        "한 번 더 확인하고 있습니다",
        "편집자가 받아들였고, 전화번호나 금액처럼 중요한 것이라 다른 편집자가 한 번 더 봅니다.",
        DESK,
    ),
    State.APPLIED: Words("안내에 반영했습니다", "고쳐 주셔서 고맙습니다. 아래처럼 바뀌었습니다.", kind="success"),
    State.PARTLY_APPLIED: Words(
        "일부를 안내에 반영했습니다", "알려 주신 것 가운데 일부를 아래처럼 바꾸었습니다. 고맙습니다.", kind="success"
    ),
    State.DECLINED: Words("반영하지 않았습니다", "", kind="warning"),
    State.DUPLICATE: Words("먼저 온 요청과 함께 살핍니다", "같은 내용을 먼저 알린 요청이 있어 그 결과를 따릅니다."),
    State.WITHDRAWN: Words("거두신 요청입니다", "보내신 분이 거두어 더 살피지 않습니다."),
    State.LAPSED: Words(
        "답이 없어 끝냈습니다",
        "여쭌 것에 14일 동안 답이 없어 저절로 끝났습니다. 아래에서 이의를 내시면 다시 살핍니다.",
        kind="warning",
    ),
    State.SPAM: Words(
        "살피지 않습니다",
        "광고나 장난으로 보여 편집자에게 넘기지 않았습니다. 아니라면 120다산콜센터(02-120)에 접수번호를 말씀해 주세요.",
        kind="warning",
    ),
}
"""열네 상태 모두(WORKFLOWS 3.1)의 말."""


@dataclass(frozen=True)
class Outcome:
    """지금 상태를 시민의 말로. `kind`는 알림 상자의 색, `holder`는 지금 맡은 곳, `published`면 고친 안내가 보인다."""

    title: str
    sentence: str
    kind: str
    holder: str = ""
    changes: Sequence[Part] = ()
    published: bool = False


def outcome_of(
    correction: Correction,
    revision: Revision | None,
    *,
    original: Correction | None = None,
    original_revision: Revision | None = None,
    reverted: str | None = None,
) -> Outcome:
    """수정 요청과 마지막 반영본에서 시민에게 보일 것을 만든다. 중복이면 먼저 온 요청의 결과를 따르되 그 글은 보이지 않는다.

    `reverted`는 실렸던 것을 되돌린 까닭(되돌린 적이 없으면 None)이다: 시민에게 그대로 알린다.
    """
    words = STATE_WORDS[correction.state]
    plain = Outcome(words.title, words.sentence, words.kind, words.holder)
    if correction.state is State.DUPLICATE and original is not None:
        followed = outcome_of(original, original_revision)
        sentence = f"{words.sentence} 그 요청은 지금 이렇습니다: {followed.title}. {followed.sentence}"
        return replace(followed, title=words.title, sentence=_said(sentence, correction))
    if correction.state is State.DECLINED:
        return replace(plain, sentence=_why(correction))
    if correction.state is State.WITH_OFFICE:
        return replace(plain, holder=correction.office or words.holder)
    if correction.state in APPLIED:
        return _applied(plain, correction, revision)
    if correction.state in (State.TRIAGED, State.IN_REVIEW):
        sentence = f"{_again(correction, revision, reverted=reverted is not None)}{words.sentence}"
        return replace(plain, sentence=f"{sentence} 되돌린 까닭: {reverted}" if reverted else sentence)
    return plain


def _applied(plain: Outcome, correction: Correction, revision: Revision | None) -> Outcome:
    if revision is None:
        return plain
    parts = changes(Entry.from_text(revision.base_text), Entry.from_text(revision.text))
    if revision.commit_sha:
        return replace(plain, sentence=_said(plain.sentence, correction), changes=parts, published=True)
    soon = "편집자가 받아들였습니다. 잠시 뒤 안내가 아래처럼 바뀝니다."
    return replace(plain, title="반영하는 중입니다", sentence=_said(soon, correction), holder=DESK, changes=parts)


def _again(correction: Correction, revision: Revision | None, *, reverted: bool) -> str:
    """다시 살피게 된 까닭. 처음이면 빈 글."""
    if reverted:
        return "반영했던 것에 문제가 있어 되돌리고 다시 봅니다. "
    if correction.objected_at is not None:
        return "이의를 받아, 처음 정한 사람이 아닌 편집자가 다시 봅니다. "
    if revision is not None and revision.confirmed_at is not None:
        return "반영하는 사이 안내가 다른 곳에서도 바뀌어 다시 봅니다. "
    return ""


def _why(correction: Correction) -> str:
    label = correction.reason_code.label if correction.reason_code else ""
    if correction.reason_code is Reason.OTHER or not correction.note:
        return correction.note or f"{label}."
    return f"{label}. {correction.note}"


def _said(sentence: str, correction: Correction) -> str:
    return f"{sentence} 편집자의 말: {correction.note}" if correction.note else sentence


def reward_words(reward: Reward | None) -> str:
    """이 요청의 보상이 어디까지 왔나를 시민의 말로. 없으면 빈 글. 의심하는 까닭은 꾀를 가르쳐 주므로 말하지 않는다."""
    if reward is None:
        return ""
    day = f"{in_seoul(reward.due_at):%-m월 %-d일}"
    why = WHY_WORDS.get(reward.why, ASK_WHY) if reward.why else ASK_WHY
    match reward.state:
        case RewardState.PENDING:
            return f"{day}까지 고친 안내가 그대로이면 {reward.points}점을 드립니다."
        case RewardState.HELD:
            return f"드려도 되는지 책임 편집자가 확인하고 있습니다. 빨라도 {day} 뒤에 정해집니다."
        case RewardState.GRANTED:
            return f"{reward.points}점을 드렸습니다. 고친 것이 되돌려지면 함께 거둡니다."
        case RewardState.REVERSED:
            return f"{'드린' if reward.granted_at else '드리려던'} {reward.points}점을 거두었습니다. {why}"
        case RewardState.VOID:
            return f"이번 고침에는 점수를 드리지 않습니다. {why}"


WHY_WORDS: Mapping[Why, str] = {
    Why.CONFLICT: "직원이나 이해관계가 있는 분은 점수를 받지 않습니다.",
    Why.CONFIRMED: "같은 것을 먼저 알려 주신 분이 있습니다.",
    Why.SAME_FIND: "함께 알려 주신 다른 고침에 이미 드렸습니다.",
    Why.SAME_WORDS: "같은 글로 여러 번 보내 주셔서 한 번만 드립니다.",
    Why.ENTRY_CAP: "한 안내에서 받을 수 있는 횟수를 넘었습니다.",
    Why.DAY_CAP: "하루에 받을 수 있는 점수를 넘었습니다.",
    Why.REVERTED: "고친 것을 되돌렸기 때문입니다.",
    Why.REPLACED: "다시 고치며 새로 셈했습니다.",
    Why.ERASED: "연락처를 지워 드릴 수 없게 되었습니다.",
}
"""시민에게 말하는 까닭. 없는 것은 사람이 확인해서 정한 것이고, 120다산콜센터에 물을 수 있다."""
ASK_WHY = "까닭은 120다산콜센터(02-120)에 접수번호로 물으실 수 있습니다."


@dataclass(frozen=True)
class Due:
    """언제까지 무엇을 하나: 말할 것이 없으면 빈 글들."""

    start: str = ""
    end: str = ""
    note: str = ""


def due_of(correction: Correction, *, now: datetime) -> Due:
    """접수하며 한 약속을 시민의 말로. 늦었으면 늦었다고, 멈춰 있으면 왜 멈췄는지 말한다."""
    if not correction.state.is_open or correction.due_at is None:
        return Due()
    start = ""
    if correction.acknowledged_at is None and correction.acknowledge_by is not None:
        start = f"{spoken(correction.acknowledge_by)}까지 살피기 시작합니다."
    if correction.paused_at is not None:
        until = spoken(correction.paused_at + ANSWER_WITHIN)
        return Due(start, "", f"답을 기다리는 동안 기한이 멈춥니다. {until}까지 답이 없으면 저절로 끝납니다.")
    note = ""
    if is_late(correction, at=now):
        note = "약속한 기한이 지났습니다. 죄송합니다. 120다산콜센터(02-120)에 접수번호를 말씀하시면 재촉해 드립니다."
    return Due(start, f"{spoken(correction.due_at)}까지 정해 알려 드립니다.", note)


def may_object_until(correction: Correction, *, now: datetime) -> str:
    """이의를 낼 수 있으면 언제까지인지, 없으면 빈 글."""
    may = (correction.state, Action.OBJECT) in TRANSITIONS and correction.objected_at is None
    if not may or correction.decided_at is None or now > correction.decided_at + OBJECT_WITHIN:
        return ""
    return spoken(correction.decided_at + OBJECT_WITHIN)


def spoken(moment: datetime) -> str:
    """‘11월 25일(수) 오후 3시 30분’. 서울의 시각이다."""
    at = in_seoul(moment)
    hour = f"{'오전' if at.hour < 12 else '낮' if at.hour == 12 else '오후'} {at.hour % 12 or 12}시{f' {at.minute}분' if at.minute else ''}"
    return f"{at.month}월 {at.day}일({DAYS[at.weekday()]}) {hour}"
