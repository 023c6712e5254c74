"""편집자가 고치는 양식과 항목 사이를 오간다. 고친 글을 받아 줄지는 corrections가 정한다."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Self

from wtforms import BooleanField, Form, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than 3.3

from corrections.models import BY_EDITOR
from corrections.submit import cleaned
from kb.entry import Entry
from kb.errors import BadEntry

INCOMPLETE = "양식의 일부가 오지 않았습니다. 오지 않은 칸에는 지금 글을 넣어 두었으니 확인하고 다시 보내 주세요."
CONTINUED = "  "
"""항목 값의 둘째 줄부터 앞에 붙이는 빈칸."""


EDITED = ("title", "department", "phone", "facts", "body")
"""편집자가 고치는 칸."""


class RevisionForm(Form):
    """고친 글. `base_version`은 편집자가 보고 고친 글의 판이다."""

    title = StringField("제목")
    department = StringField("담당 부서")
    phone = StringField("문의 전화")
    facts = TextAreaField("항목")
    body = TextAreaField("본문")
    checked = BooleanField("안내 전체가 맞는지 오늘 확인했습니다")
    base_version = HiddenField()
    note = TextAreaField("시민에게 남길 말")

    @classmethod
    def of(cls, entry: Entry, *, base_version: str) -> Self:
        """그 글로 채운 양식."""
        values = {name: getattr(entry, name) for name in EDITED}
        return cls(**values | {"facts": facts_to_lines(entry.facts)}, base_version=base_version)

    @property
    def missing(self) -> list[str]:
        """보내지 않은 칸. 브라우저는 빈 칸도 보내므로, 빠졌다면 지운 것이 아니라 도중에 잃은 것이다."""
        return [name for name in (*EDITED, "base_version") if self[name].raw_data == []]

    def complete(self, other: Self) -> None:
        """보내지 않은 칸을 다른 양식의 글로 채운다."""
        for name in self.missing:
            self[name].data = other[name].data
            self[name].raw_data = None

    def applied_to(self, entry: Entry, *, today: date) -> Entry:
        """양식의 글을 항목에 옮긴다. 손대지 않은 칸은 글자 하나 바꾸지 않는다. 칸이 빠졌거나 형식이 틀리면 BadEntry."""
        if self.missing:
            raise BadEntry(INCOMPLETE)
        was = RevisionForm.of(entry, base_version="")
        touched = {name for name in EDITED if _sent(self, name) != _sent(was, name)}
        new: dict[str, Any] = {
            **{name: " ".join(_sent(self, name).split()) for name in ("title", "department", "phone")},
            "facts": facts_from_lines(_sent(self, "facts")),
            "body": _sent(self, "body"),
        }
        revised = replace(entry, **{name: value for name, value in new.items() if name in touched})
        return replace(revised, checked=today) if self.checked.data else revised


class DecisionForm(Form):
    """반영하기 말고 정하는 것들의 칸: 까닭, 물음, 합칠 곳, 확인한 말."""

    reason_code = SelectField(
        "까닭",
        choices=[
            SelectChoice("", "골라 주세요"),
            *(SelectChoice(reason.value, reason.label) for reason in BY_EDITOR),
        ],
    )
    decline_note = TextAreaField("시민에게 보일 설명")
    question = TextAreaField("시민에게 물을 말")
    office_question = TextAreaField("부서에 확인할 것")
    into = StringField("먼저 온 요청의 접수번호")
    merge_note = TextAreaField("시민에게 남길 말")


def facts_to_lines(facts: Mapping[str, str]) -> str:
    """항목들을 `이름: 값` 줄로. 값의 둘째 줄부터는 두 칸 들여 쓴다."""
    return "\n".join(f"{name}: {value}".replace("\n", f"\n{CONTINUED}") for name, value in facts.items())


def facts_from_lines(text: str) -> dict[str, str]:
    """`이름: 값` 줄들을 항목으로. 쌍점이 없는 줄은 값이 빈 항목이고, 들여 쓴 줄은 앞 값에 이어진다."""
    facts: dict[str, str] = {}
    last = ""
    for line in text.split("\n"):
        if line.startswith(CONTINUED) and last:
            facts[last] += "\n" + line.removeprefix(CONTINUED)
        elif line.strip():
            name, _, value = line.partition(": ") if ": " in line else line.partition(":")
            last = name.strip()
            facts[last] = value.strip()
    return facts


def _sent(form: RevisionForm, name: str) -> str:
    return cleaned(form[name].data or "")
