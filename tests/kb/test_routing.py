"""부서 표의 연락처: 손으로 적은 글은 그대로 두고 연락처 토막만 바꾼다."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kb import git
from kb.entry import Entry
from kb.errors import BadRouting
from kb.routing import PATH, Contact, contact_in, contacts, update_contact, with_contact
from kb.store import Change, EntryStore

오늘 = date(2026, 11, 24)
배포본 = (Path(__file__).parent.parent.parent / "content/routing.yml").read_text("utf-8")


def 연락처(부서: str = "민원여권과", 번호: str = "02-2133-1234", 요청: int | None = 7) -> Contact:
    return Contact(office=부서, phone=번호, checked=오늘, correction=요청)


def test_배포본의_글을_한_글자도_바꾸지_않고_연락처만_더하고_바꾼다():
    한번 = with_contact(배포본, 연락처())
    두번 = with_contact(한번, 연락처("가로정비과: 1팀", "02-2133-0001", None))
    세번 = with_contact(두번, 연락처(번호="02-2133-9999"))

    assert 한번.startswith(배포본)
    assert 세번.startswith(배포본)
    assert contacts(세번) == {
        "가로정비과: 1팀": 연락처("가로정비과: 1팀", "02-2133-0001", None), "민원여권과": 연락처(번호="02-2133-9999"),
    }  # fmt: skip
    assert with_contact(세번, 연락처(번호="02-2133-9999")) == 세번


def test_연락처_뒤에_손으로_적은_것도_남는다():
    글 = "contacts:\n  - {office: 가, phone: 1, checked: 2026-11-01}\n\n# 손으로 적음\nnotes: [나]\n"

    assert with_contact(글, 연락처("다")).endswith("\n# 손으로 적음\nnotes: [나]\n")


@pytest.mark.parametrize("글", ["contacts: [1]\n", "contacts: 가\n", "contacts:\n  - {phone: 1}\n", "a: [\n"])
def test_틀린_표는_고치지_않고_말한다(글: str):
    with pytest.raises(BadRouting, match="contacts"):
        with_contact(글, 연락처())


@pytest.mark.parametrize(
    ("바꿈", "번호"),
    [
        ({"phone": "02-2133-1234"}, "02-2133-1234"),
        ({"phone": "02-2133-1234", "department": "여권과"}, "02-2133-1234"),
        ({"facts": {"문의처": "민원여권과 02-2133-1234"}}, "02-2133-1234"),
        ({"facts": {"문의처": "02-2133-1234, 02-2133-1235"}}, None),
        ({"facts": {"전화": "02-2133-1234"}}, None),
        ({"body": "02-2133-1234\n"}, None),
        ({"department": "여권과"}, None),
        ({"phone": "02-2133-1234", "department": ""}, None),
    ],
)
def test_부서의_번호가_바뀐_고침만_연락처다(항목: Callable[..., Entry], 바꿈: dict[str, object], 번호: str | None):
    앞 = 항목()

    얻은것 = contact_in(앞, replace(앞, **바꿈), checked=오늘, correction=7)

    assert (얻은것.phone if 얻은것 else None) == 번호


def test_커밋_하나로_저장하고_두_번_해도_한_번이다(저장소: EntryStore):
    (저장소.root / PATH).write_text("# 손으로 고침\nroutes: []\n", "utf-8")

    sha = update_contact(저장소, 연락처(), change=Change(role="editor", reason="부서 연락처"))

    assert sha == 저장소.head
    assert update_contact(저장소, 연락처(), change=Change(role="editor", reason="부서 연락처")) is None
    글 = git.texts(저장소.root, sha, [PATH])[PATH]
    assert 글.startswith("# 손으로 고침\nroutes: []\n")
    assert contacts(글) == {"민원여권과": 연락처()}
