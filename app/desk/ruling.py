"""검색 규칙의 양식과 규칙 사이를 오가고, 정한 것을 저장한다. 규칙을 받아도 되는지는 kb.tuning_checks가 안다."""

import hmac
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import date
from typing import Self

from sqlalchemy import select
from wtforms import BooleanField, Form, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than 3.3

from corrections.submit import cleaned
from db import Database
from db.errors import NotAllowed
from db.events import Event, record
from db.outbox import enqueue
from db.people import Actor, Role
from kb.store import Change, EntryStore
from kb.terms import squeezed
from kb.tuning import WEIGHT, Rule, RuleKind, Rules
from kb.tuning_checks import Refusal, refusals, years_later
from kb.tuning_store import save_rules

LIFE = 1
"""적지 않은 기한은 한 해 뒤다."""

WEIGHTS = {"1": "같은 말입니다", "0.7": "더 좁거나 넓은 말입니다", "0.4": "이어진 말입니다"}
"""낱말 표(content/terms.yml)의 무게와 같은 뜻이다."""

_DAY = re.compile(r"(\d{4})\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})\D{0,2}")
_ADDRESS = re.compile(r"(?:.*/faq/)?([cdsfkp]\d{1,9})(?:[.?#/].*)?", re.IGNORECASE)


class RuleForm(Form):
    """규칙 하나. `base`는 바탕으로 삼은 규칙들의 판, `seen`은 미리 본 규칙의 표다."""

    kind = RadioField(
        "무엇을 할까요?",
        choices=[
            SelectChoice(RuleKind.SYNONYM.value, "공식 말로도 찾게 합니다 (같은 말)"),
            SelectChoice(RuleKind.BEST_BET.value, "고른 안내를 맨 앞에 보입니다 (먼저 보일 안내)"),
        ],
        default=RuleKind.SYNONYM.value,
    )
    say = TextAreaField("시민이 치는 말")
    means = TextAreaField("함께 찾을 공식 말")
    weight = SelectField("얼마나 같은 말인가요?", default="1")
    entries = TextAreaField("먼저 보일 안내")
    reason = StringField("까닭")
    expires = StringField("마지막 날")
    lasts = BooleanField("기한을 두지 않습니다")
    base = HiddenField()
    seen = HiddenField()

    def offer(self, was: Rule | None) -> Self:
        """고를 수 있는 무게: 셋과, 고치는 규칙의 것이나 보낸 것(손으로 적은 규칙의 무게는 셋과 다를 수 있다)."""
        values = dict(WEIGHTS)
        for weight in (was.weight if was and was.means else 0, _number(self.weight.data)):
            if 0 < weight <= 1:
                values.setdefault(_weight_text(weight), f"무게 {_weight_text(weight)}")
        self.weight.choices = [SelectChoice(value, label) for value, label in values.items()]
        return self

    @classmethod
    def of(cls, rule: Rule, *, today: date) -> Self:
        """그 규칙으로 채운 양식. 끝난 규칙이면 기한을 새로 준다."""
        ends = rule.expires if rule.is_active(today) else years_later(today, LIFE)
        return cls(
            kind=rule.kind.value,
            say="\n".join(rule.say),
            means="\n".join(rule.means),
            weight=_weight_text(rule.weight),
            entries="\n".join(rule.entries),
            reason=rule.reason,
            expires=(ends or years_later(today, LIFE)).isoformat(),
            lasts=ends is None,
        ).offer(rule)

    def rule(self, *, by: Actor, today: date) -> tuple[Rule, RuleKind, list[Refusal]]:
        """양식의 규칙과 갈래, 그리고 읽을 수 없던 칸. 고르지 않은 갈래의 칸은 보지 않는다."""
        kind = RuleKind(self.kind.data) if self.kind.data in list(RuleKind) else RuleKind.SYNONYM
        expires, unread = self._expires(today)
        synonym = kind is RuleKind.SYNONYM
        rule = Rule(
            say=_said(self.say.data),
            by=f"{by.role.value}#{by.person_id}",
            reason=" ".join(cleaned(self.reason.data or "").split()),
            made=today,
            expires=expires,
            means=_lines(self.means.data) if synonym else (),
            weight=_number(self.weight.data) if synonym else WEIGHT,
            entries=() if synonym else tuple(dict.fromkeys(map(_id, _words(self.entries.data)))),
        )
        return rule, kind, unread

    def _expires(self, today: date) -> tuple[date | None, list[Refusal]]:
        if self.lasts.data:
            return None, []
        typed = cleaned(self.expires.data or "")
        found = _DAY.fullmatch(typed)
        if found:
            with suppress(ValueError):
                return date(*map(int, found.groups())), []
        return today, [Refusal(field="expires", sentence=_UNREAD if typed else "마지막 날을 적어 주세요.")]

    def show(self, problems: Sequence[Refusal]) -> None:
        """까닭들을 양식의 오류로 옮긴다: 요약과 칸에 함께 보인다."""
        for name in {problem.field for problem in problems}:
            self[name].errors = (" ".join(problem.sentence for problem in problems if problem.field == name),)


_UNREAD = "마지막 날을 읽을 수 없습니다. 2027-11-24처럼 적어 주세요."


def must_change(rule: Rule, actor: Actor) -> None:
    """책임 편집자도 정한 사람도 아니면 NotAllowed."""
    if not may_change(rule, actor):
        raise NotAllowed(
            "다른 사람이 정한 검색 규칙은 책임 편집자만 고치거나 끝낼 수 있습니다. 책임 편집자에게 알려 주세요."
        )


def may_change(rule: Rule, actor: Actor) -> bool:
    """이 사람이 규칙을 고치고 끝낼 수 있는가: 책임 편집자와, 정한 편집자."""
    mine = rule.author is not None and rule.author == actor.person_id
    return actor.is_a(Role.LEAD_EDITOR) or (mine and actor.is_a(Role.EDITOR))


def problems_with(
    rule: Rule, kind: RuleKind, rules: Rules, *, was: Rule | None, by: Actor, store: EntryStore, today: date
) -> list[Refusal]:
    """받지 않는 까닭들. 번호의 항목은 저장소에서 본다."""
    may_last = by.is_a(Role.LEAD_EDITOR)
    return refusals(rule, kind, rules, was=was, may_last=may_last, entry_of=store.find, today=today)


def mark(rule: Rule, *, base: str, was: Rule | None, secret: bytes) -> str:
    """미리 본 것의 표: 규칙이나 바탕이 바뀌면 달라진다. 미리 보지 않은 것을 저장하지 않게 양식에 싣는다."""
    told = "\0".join((base, was.key if was else "", Rules().put(rule).to_text()))
    return hmac.digest(secret, told.encode("utf-8", "replace"), "sha256").hex()[:32]


def decide(
    rule: Rule,
    *,
    action: str,
    reason: str,
    rules: Rules,
    was: Rule | None,
    by: Actor,
    store: EntryStore,
    database: Database,
) -> None:
    """`rules`에서 `was`의 자리에(없으면 끝에) `rule`을 놓아 저장하고 사건을 남긴다. 두 번 불러도 한 번과 같다.

    그사이 규칙이 바뀌었으면 ContentMoved, 저장할 수 없으면 StoreError. 사건은 지울 수 없으므로 말은 적지 않고 규칙의 번호만
    적는다: 말은 커밋에 있다.
    """
    person = f"{by.role.value}#{by.person_id}"
    change = Change(role=by.role.value, reason=reason, trailers={"By": person})
    if rule in rules:
        sha = store.head  # the same form was sent twice, or the database failed after the commit
    else:
        sha = save_rules(store, rules.put(rule, instead_of=was), base=rules.version, change=change)
    stream, version = f"tuning/{rule.key}", Rules().put(rule).version
    with database.begin() as session:
        last = session.scalar(select(Event).where(Event.stream == stream).order_by(Event.sequence.desc()).limit(1))
        if last is not None and (last.action, last.data.get("rule")) == (action, version):
            return
        data = {"kind": rule.kind.value, "rule": version, "commit": sha}
        event = record(session, stream=stream, action=action, actor=by, text=reason, data=data)
        # The index must know that it holds the texts of this commit, too.
        enqueue(session, event=event, kind="entry.index", payload={"tuning": rule.key})


def _lines(text: str | None) -> tuple[str, ...]:
    """줄이나 쉼표로 나눈 말들, 같은 말은 한 번."""
    words = (" ".join(word.split()) for word in re.split("[\n,、]", cleaned(text or "")))
    return tuple(dict.fromkeys(word for word in words if word))


def _said(text: str | None) -> tuple[str, ...]:
    """시민이 치는 말들. 빈칸만 다른 말은 하나다."""
    said: dict[str, str] = {}
    for word in _lines(text):
        said.setdefault(squeezed(word), word)
    return tuple(said.values())


def _words(text: str | None) -> list[str]:
    return re.split(r"[\s,]+", found) if (found := cleaned(text or "")) else []


def _id(typed: str) -> str:
    """안내의 번호. 주소를 붙여 넣어도 된다."""
    found = _ADDRESS.fullmatch(typed)
    return found[1].lower() if found else typed


def _number(text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:
        return 0.0


def _weight_text(weight: float) -> str:
    return f"{weight:g}"
