"""시민이 수정 요청을 보내고 접수증을 받는다."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from unicodedata import normalize

import pytest
from sqlalchemy import func, select

from cases.clock import WorkingClock
from corrections import receipt
from corrections.errors import BadCorrection, EntryClosed, ReceiptNotFound
from corrections.models import Correction, Kind, State
from corrections.submit import LONGEST, cleaned, find, submit
from db import Database
from db.errors import NotAllowed
from db.people import Actor, Role
from kb.entry import Entry, Status
from kb.errors import EntryNotFound
from kb.store import Change, EntryStore
from tests.corrections.conftest import 보내기


def 행들(database: Database) -> list[Correction]:
    with database.reading() as session:
        return list(session.scalars(select(Correction).order_by(Correction.id)))


def test_보내면_접수번호와_여덟_글자_코드를_받는다(database: Database, 저장소: EntryStore):
    with database.begin() as session:
        받은것 = 보내기(session, 저장소)

    (행,) = 행들(database)
    assert 받은것.number == 행.number
    assert len(받은것.code) == receipt.CODE_LENGTH
    assert (행.state, 행.kind, 행.entry_id, 행.base_version) == (
        State.RECEIVED, Kind.FEE, "k1", 저장소.get("k1").version,
    )  # fmt: skip


def test_번호와_코드가_함께_맞아야_열린다(database: Database, 저장소: EntryStore):
    with database.begin() as session:
        하나, 둘 = 보내기(session, 저장소), 보내기(session, 저장소)

    with database.reading() as session:
        assert find(session, number=하나.number, code=하나.code.lower()).number == 하나.number
        for 번호, 코드 in (
            (하나.number, 둘.code),
            ("2611-999999", 하나.code),
            ("없는 번호", 하나.code),
            ("0001" + 하나.number[4:], 하나.code),
        ):
            with pytest.raises(ReceiptNotFound):
                find(session, number=번호, code=코드)


def test_데이터베이스에는_코드가_남지_않는다(database: Database, 저장소: EntryStore):
    with database.begin() as session:
        받은것 = 보내기(session, 저장소)

    with database.engine.connect() as connection:
        모두 = str(connection.exec_driver_sql("SELECT * FROM correction").all())
    assert 받은것.code not in 모두


def test_같은_양식을_두_번_보내면_같은_접수증이다(database: Database, 저장소: EntryStore):
    표 = receipt.new_token()
    with database.begin() as session:
        처음 = 보내기(session, 저장소, token=표)
    with database.begin() as session:
        다시 = 보내기(session, 저장소, token=표)

    assert 처음 == 다시
    assert len(행들(database)) == 1


def test_뒤로_가서_고쳐_보내면_새_요청이다(database: Database, 저장소: EntryStore):
    표 = receipt.new_token()
    with database.begin() as session:
        처음 = 보내기(session, 저장소, token=표)
        다시 = 보내기(session, 저장소, token=표, proposal="5만 5천 원입니다.")

    assert 처음.number != 다시.number
    assert 처음.code != 다시.code


def test_단추를_여러_번_눌러_한꺼번에_와도_한_건이다(database: Database, 저장소: EntryStore):
    표 = receipt.new_token()

    def 누르기(_: int) -> receipt.Receipt:
        with database.begin() as session:
            return 보내기(session, 저장소, token=표)

    with ThreadPoolExecutor(6) as 여럿:
        받은것 = set(여럿.map(누르기, range(6)))

    assert len(받은것) == 1
    assert len(행들(database)) == 1


def test_무엇을_고쳐야_하는지_칸마다_말한다(database: Database, 저장소: EntryStore):
    with database.begin() as session, pytest.raises(BadCorrection) as 잘못:
        보내기(session, 저장소, kind="rude", proposal=" \u200b\x00\n ", quoted="가" * (LONGEST["quoted"] + 1))

    assert set(잘못.value.problems) == {"kind", "proposal", "quoted"}
    assert "1,001자" in 잘못.value.problems["quoted"]
    assert 행들(database) == []


@pytest.mark.parametrize("글", ["\u200b", "\u200d \u3164", "\u2800\n\u115f", "\ufe0f", "\xad\u00a0"])
def test_보이지_않는_글자뿐이면_적지_않은_것이다(글: str):
    assert cleaned(글) == ""


def test_보이는_글_사이의_이음_글자는_그대로_둔다():
    assert cleaned(" 가족 👨\u200d👩\u200d👧 할인 ") == "가족 👨\u200d👩\u200d👧 할인"


def test_없는_안내와_내린_안내에는_보낼_수_없다(database: Database, 저장소: EntryStore, 항목: Callable[..., Entry]):
    저장소.save(항목(id="k2", status=Status.RETIRED, redirect_to="k1"), change=Change(role="editor", reason="옮김"))
    저장소.save(항목(id="k3", status=Status.DRAFT), change=Change(role="editor", reason="초안"))

    with database.begin() as session:
        for 번호 in ("k9", "../k1", "k3"):
            with pytest.raises(EntryNotFound):
                submit(session, 저장소, entry_id=번호, base_version="", kind="fee", quoted="", proposal="가", evidence="",
                       token="t", by=Actor.citizen(), clock=WorkingClock())  # fmt: skip
        with pytest.raises(EntryClosed) as 내림:
            보내기(session, 저장소, entry_id="k2")
    assert 내림.value.redirect_to == "k1"
    assert 행들(database) == []


def test_편집자는_시민인_척_보낼_수_없다(database: Database, 저장소: EntryStore):
    with database.begin() as session, pytest.raises(NotAllowed):
        보내기(session, 저장소, by=Actor(person_id=None, role=Role.EDITOR))


def test_개인정보는_저장하기_전에_가리고_접수증이_알려_준다(접수: Callable[..., Correction]):
    행 = 접수(proposal="제 번호 010-1234-5678, 주민번호 900101-1234568로 확인했어요.", evidence="hong@example.com")

    assert 행.masked
    assert "010-1234-5678" not in 행.proposal
    assert "900101" not in 행.proposal
    assert "hong@" not in 행.evidence
    assert "[전화번호]" in 행.proposal


def test_기관_전화번호를_고치는_요청의_번호는_남는다(접수: Callable[..., Correction]):
    번호 = 접수(kind="number", proposal="담당 전화가 02-6956-1234로 바뀌었고 제 휴대전화는 010-1234-5678입니다.")
    수수료 = 접수(kind="fee", proposal="02-6956-1234에 물었습니다.")

    assert "02-6956-1234" in 번호.proposal
    assert "010-1234-5678" not in 번호.proposal
    assert "02-6956-1234" not in 수수료.proposal


def test_안내에_이미_있는_번호는_가리지_않는다(
    저장소: EntryStore, 항목: Callable[..., Entry], 접수: Callable[..., Correction]
):
    저장소.save(항목(body="문의: 02-6956-9999\n"), change=Change(role="editor", reason="번호"))

    행 = 접수(kind="typo", quoted="문의: 02-6956-9999", proposal="문의 : 02-6956-9999")

    assert 행.quoted == "문의: 02-6956-9999"
    assert not 행.masked


def test_글은_한_가지_모양으로_저장한다(접수: Callable[..., Correction]):
    행 = 접수(proposal=normalize("NFD", "  수수료는\r\n5만 원\x07\u202e입니다.\u2028끝 "))

    assert 행.proposal == "수수료는\n5만 원입니다.\n끝"


def test_번호는_지워진_것도_다시_쓰지_않는다(database: Database, 접수: Callable[..., Correction]):
    처음 = 접수()
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM correction")

    assert 접수().id == 처음.id + 1


def test_이상한_판_번호는_지금_판으로_본다(저장소: EntryStore, 접수: Callable[..., Correction]):
    assert 접수(base_version="'; DROP TABLE").base_version == 저장소.get("k1").version
    assert 접수(base_version="a" * 12).base_version == "a" * 12


def test_없는_번호도_있는_번호만큼_셈한다(database: Database, 저장소: EntryStore, monkeypatch: pytest.MonkeyPatch):
    with database.begin() as session:
        받은것 = 보내기(session, 저장소)
    셈, 한셈 = hashlib.scrypt, list[tuple[int, int, int]]()

    def 적으며(password: bytes, *, n: int, r: int, p: int, **more: Any) -> bytes:
        한셈.append((n, r, p))
        return 셈(password, n=n, r=r, p=p, **more)

    monkeypatch.setattr(hashlib, "scrypt", 적으며)
    for number in (받은것.number, "2611-777777"):
        with database.reading() as session, pytest.raises(ReceiptNotFound):
            find(session, number=number, code="WRONGC0D")

    assert 한셈 == [(receipt.SCRYPT_COST, 8, 1)] * 2, "틀린 코드와 없는 번호는 걸리는 시간으로도 가를 수 없다"


def test_요청_수를_센다(database: Database, 접수: Callable[..., Correction]):
    접수(), 접수()
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Correction)) == 2
