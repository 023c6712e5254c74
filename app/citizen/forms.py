"""시민 화면의 양식: 칸의 이름과 도움말만. 무엇이 맞는 값인지는 corrections가 안다."""

from collections.abc import Mapping

from wtforms import Field, Form, HiddenField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than 3.3

from corrections.models import KIND_LABELS
from corrections.submit import LABELS, Words, cleaned


class CorrectionForm(Form):
    """수정 요청. `v`는 시민이 본 글의 판, `token`은 이 양식 한 장의 비밀 표, `homepage`는 사람은 비워 두는 칸이다."""

    kind = RadioField(LABELS["kind"], choices=[SelectChoice(kind.value, label) for kind, label in KIND_LABELS.items()])
    quoted = TextAreaField(LABELS["quoted"])
    proposal = TextAreaField(LABELS["proposal"])
    evidence = TextAreaField(LABELS["evidence"])
    homepage = StringField("비워 두세요")
    v = HiddenField()
    token = HiddenField()

    @property
    def words(self) -> Words:
        """시민이 적은 글 세 칸."""
        return Words(*(cleaned(field.data or "") for field in (self.quoted, self.proposal, self.evidence)))


class ReceiptForm(Form):
    """접수 확인."""

    number = StringField("접수번호")
    code = StringField("확인 코드")


class ReplyForm(Form):
    """편집자의 물음에 하는 답."""

    reply = TextAreaField("답")


class ObjectionForm(Form):
    """결과에 내는 이의."""

    objection = TextAreaField("어느 점이 잘못되었나요")


def show_problems(form: Form, problems: Mapping[str, str]) -> None:
    """칸 이름 → 문장을 양식의 오류로 옮긴다: 요약과 칸에 함께 보인다."""
    for name, sentence in problems.items():
        field: Field = form[name]
        field.errors = (sentence,)
