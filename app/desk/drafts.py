"""찾았거나 물었지만 없던 안내를 초안으로 쓴다. 초안을 게시해도 되는지는 모른다."""

from collections.abc import Iterable
from datetime import datetime

from wtforms import Form, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # the stubs are older than 3.3

from corrections.submit import cleaned
from kb.entry import Entry, Status
from kb.errors import BadEntry, ContentMoved
from kb.store import Change, EntryStore
from kb.topics import Topic

REASON = "찾는 사람이 있는데 안내가 없어 새로 씀"
TRIES = 5


class DraftForm(Form):
    """새 안내의 초안."""

    title = StringField("제목")
    topic = SelectField("분야")
    body = TextAreaField("본문")

    def offer(self, topics: Iterable[Topic]) -> None:
        """고를 수 있는 분야."""
        self.topic.choices = [SelectChoice(topic.name, topic.name) for topic in topics]


def write_draft(store: EntryStore, form: DraftForm, *, role: str, now: datetime, reason: str = REASON) -> Entry:
    """양식의 글을 초안으로 저장한다. 형식이 틀리면 BadEntry, 저장할 수 없으면 StoreError.

    번호는 쓴 날에서 만든다(k261124001): 배포본의 번호(k1 …)와 부딪히지 않는다.
    """
    title = " ".join(cleaned(form.title.data or "").split())
    if not title:
        raise BadEntry("제목을 적어 주세요.")
    if form.topic.data not in store.topics:
        raise BadEntry("분야를 골라 주세요.")
    for _ in range(TRIES):
        base = store.head
        entry = Entry(
            id=_next_id(store, now),
            title=title,
            topic=form.topic.data,
            updated=now,
            status=Status.DRAFT,
            body=cleaned(form.body.data or ""),
        )
        try:
            store.save_all([entry], change=Change(role=role, reason=reason), base=base)
        except ContentMoved:
            continue  # another editor saved meanwhile and may have taken the number
        return entry
    raise ContentMoved("다른 사람들이 글을 저장하는 중입니다. 잠시 뒤 다시 해 주세요.")


def _next_id(store: EntryStore, now: datetime) -> str:
    return next(id for number in range(1, 1000) if (id := f"k{now:%y%m%d}{number:03}") not in store)
