"""연락처는 코드로 확인한 뒤에만 쓰고, 언제든 그만 받거나 지울 수 있다 (WORKFLOWS 2 item 3, 4 Mail/SMS bombing)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from corrections import contacts
from corrections.contacts import Address, Standing
from corrections.errors import BadContact
from corrections.models import Correction
from corrections.notices import Notice, NoticeState, Template, queue
from corrections.people import Contact, ContactRequest, Reporter
from db import Database, events
from db.people import Actor

열쇠 = b"secret" * 6
낮 = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
밤 = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
우편 = Address.read("hong@example.com")


def 부탁(database: Database, 요청: Correction, 주소: Address = 우편, *, now: datetime = 낮) -> str:
    """코드를 부탁하고 그 코드를 준다."""
    with database.begin() as session:
        request = contacts.ask(session, session.get_one(Correction, 요청.id), 주소, secret=열쇠, now=now)
        return contacts.code_of(request, secret=열쇠)


def 확인(database: Database, 요청: Correction, 코드: str, *, now: datetime = 낮) -> bool:
    with database.begin() as session:
        return contacts.confirm(session, session.get_one(Correction, 요청.id), typed=코드, secret=열쇠, now=now)


def 주인(database: Database, 요청: Correction) -> int | None:
    with database.reading() as session:
        return session.get_one(Correction, 요청.id).reporter_id


def 지금(database: Database, 요청: Correction, *, now: datetime = 낮) -> contacts.Where:
    with database.reading() as session:
        return contacts.where(session, session.get_one(Correction, 요청.id), now=now)


def 딴코드(코드: str) -> str:
    return f"{(int(코드) + 1) % 10**6:06d}"


@pytest.mark.parametrize(
    ("적은것", "갈래", "읽은것", "보이는것"),
    [
        ("hong@example.com", "email", "hong@example.com", "ho***@example.com"),
        ("  Hong.Gil@EXAMPLE.com ", "email", "Hong.Gil@example.com", "Ho***@example.com"),
        ("a@서울.kr", "email", "a@xn--2i4bq6h.kr", "***@xn--2i4bq6h.kr"),
        ("ｈｏｎｇ＠example.com", "email", "hong@example.com", "ho***@example.com"),
        ("hong+120@example.co.kr", "email", "hong+120@example.co.kr", "ho***@example.co.kr"),
        ("010-1234-5678", "sms", "+821012345678", "010-****-5678"),
        ("０１０ １２３４ ５６７８", "sms", "+821012345678", "010-****-5678"),
        ("+82 10-1234-5678", "sms", "+821012345678", "010-****-5678"),
        ("+82 (0)10 1234 5678", "sms", "+821012345678", "010-****-5678"),
        ("0082-10-1234-5678", "sms", "+821012345678", "010-****-5678"),
        ("011-123-4567", "sms", "+82111234567", "***-****-4567"),
    ],
)
def test_연락처를_읽는다(적은것: str, 갈래: str, 읽은것: str, 보이는것: str) -> None:
    주소 = Address.read(적은것)

    assert (주소.kind, 주소.text, 주소.shown) == (갈래, 읽은것, 보이는것)
    assert 주소.text not in repr(주소)


@pytest.mark.parametrize(
    "적은것",
    [
        "", " ", "홍길동", "hong", "hong@", "@example.com", "hong@example", "hong@-a.com", "hong@a..com", "hong@1.2.3.4",
        "hong@example.com\nBcc: all@example.com", "hong@example.com\r\nSubject: hi", "hong\n@example.com",
        "hong@example.com,kim@example.com", "hong@example.com kim@example.com", "hong@example.com;kim@example.com",
        "홍길동 <hong@example.com>", '"hong kim"@example.com', "hong@[127.0.0.1]", "hong@example.com>", "hong.@example.com",
        ".hong@example.com", "hong@exam\u200bple .com", "hong\u0000@example.com", "hong@example.com%0aBcc:x@y.kr",
        "홍@example.com", f"{'a' * 65}@example.com", f"a@{'b' * 64}.com", f"a@{'b.' * 130}com", "a@b@example.com",
        "02-120", "010-1234", "010-12345-67890", "+1 202 555 0100", "15771234", "010-1234-5678;010-1111-2222",
    ],
)  # fmt: skip
def test_연락처가_아니거나_머리말에_끼어들_글은_받지_않는다(적은것: str) -> None:
    with pytest.raises(BadContact, match="적어 주세요"):
        Address.read(적은것)


def test_문자를_보낼_수_없으면_번호를_받지_않는다() -> None:
    with pytest.raises(BadContact, match="지금은 문자를"):
        Address.read("010-1234-5678", kinds={"email"})


def test_같은_연락처는_같은_지문이고_열쇠가_다르면_다르다() -> None:
    번호 = Address.read("010-1234-5678")

    assert 번호.key(열쇠) == Address.read("+82 10 1234 5678").key(열쇠)
    assert 번호.key(열쇠) != 번호.key(b"other" * 6)
    assert 우편.key(열쇠) == Address.read("hong@EXAMPLE.COM").key(열쇠)
    assert Address.read("Hong+a@example.com").mailbox == Address.read("hong+b@example.com").mailbox == 우편.mailbox


def test_코드가_맞은_뒤에만_요청이_그_시민에게_이어진다(database: Database, 수정요청: Correction) -> None:
    코드 = 부탁(database, 수정요청)
    assert 지금(database, 수정요청) == contacts.Where(Standing.WAITING, "ho***@example.com", 1)
    assert 주인(database, 수정요청) is None

    assert not 확인(database, 수정요청, 딴코드(코드))
    assert 주인(database, 수정요청) is None
    assert 확인(database, 수정요청, f" {코드[:3]} {코드[3:]} ")

    assert 주인(database, 수정요청) is not None
    assert 지금(database, 수정요청).standing is Standing.ON
    with database.reading() as session:
        assert session.scalar(select(Notice.template)) is Template.CODE
        assert events.verify_chain(session) == []
        흔적 = [(event.action, event.data, event.text) for event in session.scalars(select(events.Event))]
        assert "hong" not in str(흔적)
        assert 코드 not in str(흔적)
        assert 코드 not in str(session.scalars(select(ContactRequest.code_hash)).all())


def test_코드는_다섯_번_15분_한_벌만_쓸_수_있다(database: Database, 접수: Callable[..., Correction]) -> None:
    틀린요청, 늦은요청, 새로받은요청 = 접수(), 접수(proposal="다른 글"), 접수(proposal="또 다른 글")

    코드 = 부탁(database, 틀린요청)
    assert not any(확인(database, 틀린요청, 딴코드(코드)) for _ in range(5))
    assert not 확인(database, 틀린요청, 코드)
    assert 지금(database, 틀린요청).standing is Standing.NONE

    코드 = 부탁(database, 늦은요청)
    assert not 확인(database, 늦은요청, 코드, now=낮 + timedelta(minutes=15))
    assert 확인(database, 늦은요청, 코드, now=낮 + timedelta(minutes=14, seconds=59))
    assert not 확인(database, 늦은요청, 코드)

    앞코드 = 부탁(database, 새로받은요청)
    뒷코드 = 부탁(database, 새로받은요청, now=낮 + timedelta(seconds=1))
    assert 앞코드 == 뒷코드 or not 확인(database, 새로받은요청, 앞코드, now=낮 + timedelta(seconds=2))
    assert 확인(database, 새로받은요청, 뒷코드, now=낮 + timedelta(seconds=3))


def test_남의_연락처를_적은_사람은_그_사람에게_이어지지_않는다(
    database: Database, 접수: Callable[..., Correction]
) -> None:
    내요청, 장난 = 접수(), 접수(proposal="남의 주소를 적은 글")
    assert 확인(database, 내요청, 부탁(database, 내요청))

    부탁(database, 장난)

    assert 주인(database, 장난) is None
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(Contact)) == 1
    assert 지금(database, 내요청).standing is Standing.ON


def test_한_요청은_처음_확인한_연락처로만_이어진다(database: Database, 수정요청: Correction) -> None:
    확인(database, 수정요청, 부탁(database, 수정요청))

    with pytest.raises(BadContact, match="이미 이 연락처로"):
        부탁(database, 수정요청)
    with pytest.raises(BadContact, match="다른 연락처로 확인"):
        부탁(database, 수정요청, Address.read("kim@example.com"))


def test_밤에는_문자로_코드도_보내지_않는다(database: Database, 수정요청: Correction) -> None:
    with pytest.raises(BadContact, match="문자를 보내지 않습니다"):
        부탁(database, 수정요청, Address.read("010-1234-5678"), now=밤)
    assert 부탁(database, 수정요청, now=밤)


def test_그만_받으면_줄_선_것도_보내지_않고_다시_확인해야_받는다(database: Database, 수정요청: Correction) -> None:
    확인(database, 수정요청, 부탁(database, 수정요청))
    with database.begin() as session:
        event = events.record(session, stream="시험/1", action="시험", actor=Actor.system())
        reporter = session.get_one(Correction, 수정요청.id).reporter_id
        assert queue(session, reporter_id=reporter, template="nominated", event=event) == 1
        contact = session.scalars(select(Contact)).one()
        표 = contacts.token_for(contact, secret=열쇠)

    with database.begin() as session:
        contacts.stop(session, contacts.by_token(session, 표, secret=열쇠), by=Actor.citizen())

    assert 지금(database, 수정요청).standing is Standing.STOPPED
    with database.begin() as session:
        assert {notice.state for notice in session.scalars(select(Notice))} == {NoticeState.DROPPED}
        event = events.record(session, stream="시험/2", action="시험", actor=Actor.system())
        assert queue(session, reporter_id=reporter, template="nominated", event=event) == 0
    assert 확인(database, 수정요청, 부탁(database, 수정요청))
    assert 지금(database, 수정요청).standing is Standing.ON


def test_지우면_연락처와_별명은_사라지고_행과_사건만_남는다(database: Database, 수정요청: Correction) -> None:
    확인(database, 수정요청, 부탁(database, 수정요청))
    번호 = 주인(database, 수정요청)
    with database.begin() as session:
        reporter = session.get_one(Reporter, 번호)
        reporter.pseudonym, reporter.public = "한강오리", True

    with database.begin() as session:
        contacts.erase(session, 번호, by=Actor.citizen(), now=낮)
        contacts.erase(session, 번호, by=Actor.citizen())

    with database.reading() as session:
        reporter, contact = session.get_one(Reporter, 번호), session.scalars(select(Contact)).one()
        assert (reporter.pseudonym, reporter.public, reporter.erased_at) == ("", False, 낮)
        assert (contact.address, contact.key, contact.verified_at) == ("", f"erased-{contact.id}", None)
        assert session.scalars(select(events.Event.action).where(events.Event.stream == f"reporter/{번호}")).all() == [
            "erased"
        ]
        assert events.verify_chain(session) == []
    assert 지금(database, 수정요청).standing is Standing.ERASED
    with pytest.raises(BadContact, match="지웠습니다"):
        부탁(database, 수정요청)


def test_확인하지_않은_연락처는_하루_뒤에_지운다(database: Database, 접수: Callable[..., Correction]) -> None:
    확인한, 안한, 새로한 = 접수(), 접수(proposal="안 한 글"), 접수(proposal="새로 한 글")
    확인(database, 확인한, 부탁(database, 확인한))
    with database.begin() as session:
        contacts.stop(session, session.scalars(select(Contact)).one(), by=Actor.citizen())
    부탁(database, 안한, Address.read("kim@example.com"))
    부탁(database, 새로한, Address.read("lee@example.com"))
    with database.begin() as session:
        for contact in session.scalars(select(Contact)):
            contact.created_at = 낮
    부탁(database, 새로한, Address.read("lee@example.com"), now=낮 + timedelta(hours=23))

    with database.begin() as session:
        지운수 = contacts.purge_unconfirmed(session, now=낮 + timedelta(hours=25))

    with database.reading() as session:
        assert 지운수 == 1
        남은 = set(session.scalars(select(Contact.address)))
        assert 남은 == {"hong@example.com", "lee@example.com"}
        assert session.scalar(select(func.count()).select_from(Reporter)) == 2


def test_꾸며_낸_표로는_아무것도_할_수_없다(database: Database, 수정요청: Correction) -> None:
    부탁(database, 수정요청)

    with database.reading() as session:
        contact = session.scalars(select(Contact)).one()
        꾸민것 = ["", "1", "1-", "x-y", "1-" + "0" * 40, "-1-abc", "9" * 30 + "-a", "٣-abc", "1-가나다"]
        for 표 in [*꾸민것, contacts.token_for(contact, secret=b"other")]:
            assert contacts.by_token(session, 표, secret=열쇠) is None, 표
        assert contacts.by_token(session, contacts.token_for(contact, secret=열쇠), secret=열쇠) is contact
