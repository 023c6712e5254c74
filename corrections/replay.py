"""사건만 읽어 수정 요청의 지금 모습을 다시 만들고 표의 줄과 견준다. 어긋난 것을 말할 뿐 고치지 않는다.

상태를 바꾸는 문(transition)이 쓰는 그 함수로 다시 하므로, 표를 몰래 고쳤거나 사건 없이 바꾼 줄은 여기서 드러난다.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections.apply import COMMITTED, REVERTED
from corrections.contacts import CONTACT_CONFIRMED
from corrections.models import Correction, Kind, Message, Reason, Revision, Risk, State
from corrections.transition import Action, print_of, print_of_message, print_of_revision, take_effect
from db.events import Event
from db.people import Actor, Role

PREFIX = "correction/"
BATCH = 2000
FORGET = "forget"
"""차단한 글을 90일 뒤 비웠다는 사건(screening.forget): 그 글의 지문은 더 견주지 않는다."""

SAID = frozenset({Action.ASK, Action.ANSWER, Action.CONSULT, Action.CONFIRM_FACT, Action.REFUTE_FACT, Action.OBJECT})
"""말이 하나씩 남는 일들."""

OLD_NAMES = {"overtaken_by_edit": Action.REBASE}
"""예전 판이 적은 이름."""

COMPARED = (
    "entry_id", "kind", "base_version", "channel", "submitted_by", "submitted_at", "state", "reason_code", "note",
    "decided_by", "decided_at", "claimed_by", "accepted_by", "barred", "duplicate_of", "acknowledged_at", "paused_at",
    "objected_at", "reporter_id",
)  # fmt: skip
"""사건이 말해 주는 칸. 사건에 값이 실린 칸(`CARRIED`)은 실렸을 때만 견준다."""

LABELS = {
    "state": "상태",
    "reason_code": "까닭",
    "note": "시민에게 남긴 말",
    "decided_by": "정한 사람",
    "decided_at": "정한 때",
    "claimed_by": "맡은 사람",
    "claimed_until": "맡은 시간",
    "accepted_by": "받아들인 사람",
    "due_at": "기한",
    "duplicate_of": "합친 요청",
    "reporter_id": "보낸 시민",
    "entry_id": "안내",
    "entry_title": "안내의 제목",
    "kind": "갈래",
    "base_version": "시민이 본 판",
    "channel": "온 길",
    "submitted_by": "보낸 사람",
    "submitted_at": "접수한 때",
    "acknowledge_by": "살피기 시작할 때",
    "acknowledged_at": "살피기 시작한 때",
    "office_due_at": "부서의 기한",
    "paused_at": "멈춘 때",
    "objected_at": "이의가 온 때",
    "barred": "다시 정할 수 없는 사람",
    "office": "담당 부서",
    "risk": "걸린 것",
    "score": "걸러 본 점수",
    "suspicions": "걸러 본 까닭",
    "masked": "개인정보를 가렸는지",
    "print": "시민의 글",
}


class Rebuilt:
    """사건에서 다시 만든 요청 하나. `row`는 데이터베이스에 넣지 않는 줄이고, `known`은 믿을 수 있는 칸들이다."""

    def __init__(self, event: Event) -> None:
        data = event.data
        self.row = Correction(
            entry_id=data.get("entry", ""),
            entry_title="",
            base_version=event.entry_version or "",
            kind=Kind(data["kind"]),
            proposal="",
            code_hash="",
            submission_key="",
            channel=event.channel,
            submitted_by=event.actor_id,
            submitted_at=event.at,
        )
        self.known = set(COMPARED)
        self.print: str | None = data.get("print")

    def take(self, event: Event) -> None:
        """사건 하나를 따라 한다. 상태를 바꾸지 않는 사건은 지나간다."""
        if event.action == FORGET:
            self.print = None
        if event.action == CONTACT_CONFIRMED:
            self.row.reporter_id = event.data["reporter"]
        if event.to_state is None:
            return
        action = OLD_NAMES.get(event.action) or Action(event.action)
        reason = Reason(event.reason_code) if event.reason_code else None
        self._remember(event.data.get("kept", {}))
        by = Actor(person_id=event.actor_id, role=Role(event.role))
        take_effect(self.row, action, State(event.to_state), by=by, at=event.at, reason_code=reason, text=event.text)
        if event.content_salt is None:  # the words were destroyed on purpose
            self.known -= {"note"}

    def _remember(self, kept: Mapping[str, Any]) -> None:
        for name, value in kept.items():
            setattr(self.row, name, _read(name, value))
            self.known.add(name)


def rebuilt(events: Iterable[Event]) -> tuple[dict[str, Rebuilt], list[str]]:
    """흐름마다 다시 만든 요청과, 뜻을 알 수 없는 사건을 말하는 문장들. 사건은 번호 차례여야 한다: 합친 요청들은 서로를 따라간다."""
    found: dict[str, Rebuilt] = {}
    followers: dict[int, list[Rebuilt]] = {}
    problems = []
    for event in events:
        try:
            if event.stream not in found and event.from_state is None and event.to_state is not None:
                found[event.stream] = Rebuilt(event)
            if (one := found.get(event.stream)) is not None:
                one.take(event)
                if event.action == Action.MERGE:
                    _follow(followers, one, moved=event.data["correction"])
        except (KeyError, ValueError) as error:
            problems.append(f"사건 {event.id}번({event.stream})의 뜻을 알 수 없습니다: {error}")
    return found, problems


def mismatches(session: Session) -> list[str]:
    """모든 요청을 사건에서 다시 만들어 표와 견준 결과. 어긋난 곳마다 한 문장, 모두 같으면 빈 목록."""
    told = Told()
    found, problems = rebuilt(told.hearing(_events(session)))
    for correction in session.scalars(select(Correction).order_by(Correction.id).execution_options(yield_per=BATCH)):
        one = found.pop(correction.stream, None)
        if one is None:
            problems.append(f"수정 요청 {correction.id}번은 접수한 사건이 없습니다.")
        else:
            problems += _differences(correction, one)
        session.expunge(correction)
    problems += [f"수정 요청 {stream.removeprefix(PREFIX)}번의 사건은 있는데 줄이 없습니다." for stream in found]
    return [*problems, *_revisions(session, told), *_messages(session, told)]


def _differences(stored: Correction, one: Rebuilt) -> Iterator[str]:
    for name in sorted(one.known):
        ours, theirs = getattr(stored, name), getattr(one.row, name)
        if ours != theirs:
            yield _sentence(stored.id, name, theirs, ours)
    if (stored.claimed_until is None) != (one.row.claimed_until is None):  # working on it makes it longer
        yield _sentence(stored.id, "claimed_until", one.row.claimed_until, stored.claimed_until)
    if one.print is not None and stored.submission_key and print_of(stored) != one.print:
        yield f"수정 요청 {stored.id}번의 시민의 글이 접수한 뒤 바뀌었습니다."


def _sentence(id: int, name: str, told: object, stored: object) -> str:
    return f"수정 요청 {id}번의 {LABELS.get(name, name)}: 사건은 {_shown(told)}, 표는 {_shown(stored)}."


def _shown(value: object) -> str:
    if isinstance(value, State | Reason | Risk):
        return f"‘{value.label}’"
    return "없음" if value is None else f"‘{value}’"


class Told:
    """사건이 반영본과 오간 말에 대해 말한 것. 요청을 다시 만들며 사건을 읽을 때 함께 모은다: 사건은 한 번만 읽는다."""

    def __init__(self) -> None:
        self.commits: dict[int, str] = {}
        self.texts: dict[int, str] = {}
        self.said = defaultdict[int, Counter[str]](Counter)
        self.unprinted = Counter[int]()
        """예전 판의 사건에는 오간 말의 지문이 없다: 그런 말의 수."""

    def hearing(self, events: Iterable[Event]) -> Iterator[Event]:
        """사건을 그대로 흘려보내며 적어 둔다."""
        for event in events:
            self._note(event.action, event.data)
            yield event

    def _note(self, action: str, data: Mapping[str, Any]) -> None:
        if action in (COMMITTED, REVERTED):
            self.commits[data["revision"]] = data["commit"]
        if "revision" in data and "text" in data:
            self.texts[data["revision"]] = data["text"]
        if "said" in data:
            self.said[data["correction"]][data["said"]] += 1
        elif action in SAID:
            self.unprinted[data.get("correction", 0)] += 1


def _revisions(session: Session, told: Told) -> Iterator[str]:
    """실린 반영본은 실렸다는 사건이 있고 커밋이 같아야 하고, 받아들인 글은 마지막으로 적은 지문과 같아야 한다.

    2차 확인을 기다리는 글을 바꿔치기하면 안 된다.
    """
    unseen = dict(told.texts)
    stored = {}
    for revision in session.scalars(select(Revision).order_by(Revision.id).execution_options(yield_per=BATCH)):
        if revision.commit_sha is not None:
            stored[revision.id] = revision.commit_sha
        if (one := unseen.pop(revision.id, None)) is not None and one != print_of_revision(revision):
            yield f"반영본 {revision.id}번의 글이 받아들인 뒤 바뀌었습니다."
        session.expunge(revision)
    for id in sorted(told.commits.keys() | stored.keys()):
        if told.commits.get(id) != stored.get(id):
            yield f"반영본 {id}번의 커밋: 사건은 {_shown(told.commits.get(id))}, 표는 {_shown(stored.get(id))}."
    yield from (f"반영본 {id}번의 사건은 있는데 줄이 없습니다." for id in unseen)


def _messages(session: Session, told: Told) -> Iterator[str]:
    """오간 말은 저마다 사건에 지문이 있다. 없어졌거나 달라졌거나 끼워 넣은 것이 있으면 말한다. 예전 판의 사건에는 지문이 없다."""
    kept = defaultdict[int, Counter[str]](Counter)
    found = select(Message, Correction).join(Correction, Correction.id == Message.correction_id)
    for message, correction in session.execute(found.order_by(Message.id)):
        kept[correction.id][print_of_message(correction, message.kind, message.text)] += 1
    for id in sorted(told.said.keys() | kept.keys()):
        said, there = told.said[id], kept[id]
        if said - there or (there - said).total() > told.unprinted[id]:
            yield f"수정 요청 {id}번에 오간 말이 사건과 다릅니다."


def _follow(followers: dict[int, list[Rebuilt]], one: Rebuilt, *, moved: int) -> None:
    """합친 요청에 먼저 합쳐 있던 것들도 옮겨 간다 (review.merge)."""
    to = one.row.duplicate_of
    if to is None:
        return
    along = [other for other in followers.pop(moved, []) if other.row.duplicate_of == moved]
    for other in along:
        other.row.duplicate_of = to
    followers.setdefault(to, []).extend([*along, one])


def _read(name: str, value: Any) -> Any:
    if value is not None and name in ("acknowledge_by", "due_at", "office_due_at"):
        return datetime.fromisoformat(value)
    return Risk(value) if name == "risk" else value


def _events(session: Session) -> Iterator[Event]:
    mine = select(Event).where(Event.stream.startswith(PREFIX, autoescape=True)).order_by(Event.id)
    yield from session.scalars(mine.execution_options(yield_per=BATCH))
