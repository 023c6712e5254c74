"""시민에게 보일 수정 요청의 지금: 어디까지 왔고 무엇이 달라졌나. 누가 정했는지는 보이지 않는다."""

from collections.abc import Sequence
from dataclasses import dataclass

from corrections.changes import Part, changes
from corrections.models import Correction, Reason, Revision, State
from kb.entry import Entry


@dataclass(frozen=True)
class Outcome:
    """지금 상태를 시민의 말로. `kind`는 알림 상자의 색이다."""

    title: str
    sentence: str
    kind: str
    changes: Sequence[Part] = ()
    published: bool = False


def outcome_of(correction: Correction, revision: Revision | None) -> Outcome:
    """수정 요청과 마지막 반영본에서 시민에게 보일 것을 만든다."""
    if correction.state is State.DECLINED:
        return Outcome("반영하지 않았습니다", _why(correction), "warning")
    if correction.state is State.APPLIED and revision is not None:
        parts = changes(Entry.from_text(revision.base_text), Entry.from_text(revision.text))
        if revision.commit_sha:
            return Outcome(
                "안내에 반영했습니다",
                _with_note("고쳐 주셔서 고맙습니다. 아래처럼 바뀌었습니다.", correction),
                "success",
                parts,
                True,
            )
        return Outcome(
            "반영하는 중입니다",
            _with_note("편집자가 받아들였습니다. 잠시 뒤 안내가 아래처럼 바뀝니다.", correction),
            "success",
            parts,
        )
    if revision is not None:
        return Outcome(
            "다시 살피는 중입니다", "반영하는 사이 안내가 다른 곳에서도 바뀌어 편집자가 다시 봅니다.", "info"
        )
    return Outcome("접수했습니다", "편집자가 살펴보고 반영할지 정합니다. 결과는 이 화면에 나옵니다.", "info")


def _why(correction: Correction) -> str:
    label = correction.reason_code.label if correction.reason_code else ""
    if correction.reason_code is Reason.OTHER or not correction.note:
        return correction.note or f"{label}."
    return f"{label}. {correction.note}"


def _with_note(sentence: str, correction: Correction) -> str:
    return f"{sentence} 편집자의 말: {correction.note}" if correction.note else sentence
