"""부서의 연락처: 부서 표(routing.yml)의 `contacts` 토막을 읽고 바꾼다. 손으로 적은 나머지 글은 한 글자도 건드리지 않는다."""

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from kb import git, personal
from kb.entry import Entry
from kb.errors import BadRouting, ContentMoved
from kb.store import Change, EntryStore

PATH = "routing.yml"
TRIES = 5
BLOCK = re.compile(r"^contacts:[^\n]*\n(?:(?:[ \-][^\n]*)?(?:\n|\Z))*", re.MULTILINE)
HEAD = "# 받아들인 수정 요청에서 온 부서의 연락처. 편집실이 쓴다.\n"
CONTACT_FACTS = ("문의처", "문의", "연락처")
"""부서의 번호가 적히는 항목. ‘전화’는 장소의 번호라 부서의 것이 아니다."""

CALL_CENTRE = frozenset({"02-120", "120"})
NUMBER = re.compile(r"(?<![\d-])(?:0\d{1,2}-\d{3,4}-\d{4}|1\d{3}-\d{4}|02-120|1\d{2})(?![\d-])")


@dataclass(frozen=True, kw_only=True)
class Contact:
    """부서 하나의 전화번호와, 언제 어느 수정 요청에서 확인했나."""

    office: str
    phone: str
    checked: date
    correction: int | None = None


def contacts(text: str) -> dict[str, Contact]:
    """부서 이름 → 연락처. 토막이 없으면 빈 사전, 틀렸으면 BadRouting."""
    try:
        rows = (yaml.safe_load(text) or {}).get("contacts") or []
        return {row["office"]: Contact(**row) for row in rows}
    except (yaml.YAMLError, AttributeError, KeyError, TypeError) as error:
        raise BadRouting(f"부서 표({PATH})의 contacts를 읽을 수 없습니다. 고친 뒤 다시 해 주세요: {error}") from error


def with_contact(text: str, contact: Contact) -> str:
    """그 부서의 연락처를 넣거나 바꾼 글. 부서의 이름 차례로 적는다."""
    return _with_block(text, {**contacts(text), contact.office: contact})


def without_contact(text: str, office: str) -> str:
    """그 부서의 연락처를 뺀 글."""
    return _with_block(text, {name: contact for name, contact in contacts(text).items() if name != office})


def _with_block(text: str, known: Mapping[str, Contact]) -> str:
    lines = "".join(f"  - {_line(known[office])}\n" for office in sorted(known))
    block = f"contacts:\n{lines}" if lines else "contacts: []\n"
    if BLOCK.search(text):
        return BLOCK.sub(lambda _: block, text, count=1)
    return f"{text}{HEAD}{block}"


def contact_in(before: Entry, after: Entry, *, checked: date, correction: int | None) -> Contact | None:
    """고친 글이 말하는 새 연락처: 부서나 전화번호 칸이 바뀌었거나, 문의처에 번호가 꼭 하나 있고 그것이 바뀌었을 때."""
    phone = after.phone if (before.department, before.phone) != (after.department, after.phone) else ""
    phone = phone or next((number for name in CONTACT_FACTS if (number := _moved(before, after, name))), "")
    if not after.department or not phone or phone in CALL_CENTRE:
        return None
    return Contact(office=after.department, phone=phone, checked=checked, correction=correction)


def contact_gone(before: Entry, after: Entry, *, checked: date) -> Contact | None:
    """고친 글이 더는 말하지 않는 연락처: 부서의 번호가 비거나 콜센터의 번호로 돌아갔을 때(고침을 되돌렸을 때가 그렇다)."""
    if before.department != after.department or contact_in(before, after, checked=checked, correction=None):
        return None
    return contact_in(after, before, checked=checked, correction=None)


def update_contact(store: EntryStore, contact: Contact, *, change: Change) -> str | None:
    """연락처를 커밋 하나로 저장하고 그 sha를, 이미 그 번호이면 None을 돌려준다. 두 번 불러도 한 번과 같다.

    저장할 수 없으면 StoreError, 부서 표가 틀렸으면 BadRouting.
    """
    return _written(
        store,
        lambda text: None if _phone_of(text, contact.office) == contact.phone else with_contact(text, contact),
        change,
    )


def drop_contact(store: EntryStore, contact: Contact, *, change: Change) -> str | None:
    """그 부서의 연락처가 아직 그 번호이면 뺀다. 나머지는 `update_contact`와 같다."""
    return _written(
        store,
        lambda text: (
            without_contact(text, contact.office) if _phone_of(text, contact.office) == contact.phone else None
        ),
        change,
    )


def _phone_of(text: str, office: str) -> str:
    known = contacts(text).get(office)
    return known.phone if known else ""


def _written(store: EntryStore, revised: Callable[[str], str | None], change: Change) -> str | None:
    for _ in range(TRIES):
        head = store.head
        text = git.texts(store.root, head, [PATH]).get(PATH, "")
        if (store.root / PATH).is_file() and (store.root / PATH).read_text("utf-8") != text:
            with store.writing():  # someone is placing files right now, or a person edited this one by hand
                store.adopt_hand_edits()
            continue
        if (fresh := revised(text)) is None:
            return None
        with suppress(ContentMoved):  # another text was saved meanwhile
            return store.save_all([], change=change, files={PATH: fresh}, base=head)
    raise ContentMoved("다른 사람들이 글을 저장하는 중입니다. 잠시 뒤 다시 해 주세요.")


def _moved(before: Entry, after: Entry, name: str) -> str:
    found = [_numbers(entry.facts.get(name, "")) for entry in (before, after)]
    return found[1][0] if found[0] != found[1] and len(found[1]) == 1 else ""


def _numbers(text: str) -> list[str]:
    seen = [found.text for found in personal.find(text) if found.kind is personal.Kind.TELEPHONE]
    return list(dict.fromkeys([*seen, *NUMBER.findall(text)]))


def _line(contact: Contact) -> str:
    row: Mapping[str, Any] = {
        "office": contact.office,
        "phone": contact.phone,
        "checked": contact.checked,
        **({} if contact.correction is None else {"correction": contact.correction}),
    }
    return yaml.safe_dump(row, allow_unicode=True, default_flow_style=True, sort_keys=False, width=10_000).strip()
