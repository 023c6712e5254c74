"""알림은 정말 나간다: 진짜 메일 서버로, 서버가 없으면 파일로. 죽었다 다시 해도 같은 편지이고 머리말에 끼어들 수 없다."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.headerregistry import Address as Sender
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from sqlalchemy import select

from app.public import SiteSettings
from app.sending import Mailing, Postman
from app.sending.errors import NotNow, Refused, Unreachable
from app.sending.letters import LONGEST_SMS, Letter, letter, message, sms_bytes
from app.sending.mail import FileMail, SmtpMail, SmtpServer
from app.sending.settings import sender_of, server_of
from app.sending.sms import FileSms
from corrections.notices import Notice, NoticeState, Template, queue
from corrections.notices.delivery import Item
from corrections.people import Contact, Reporter
from db import Database, events
from db.outbox import Ran
from db.people import Actor
from kb.errors import BadSetting
from tests.app.conftest import 두_데이터베이스

낮 = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
밤 = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
열쇠 = b"secret" * 6
누리집 = SiteSettings(base_url="https://120.example")
보내는이 = Sender("오픈 120", "no-reply", "120.example")
실린것 = {
    "number": "2611-000123", "points": "5", "reason": "사실이 아니라 의견입니다", "until": "11월 30일", "outcome": "반영",
    "why": "금액이 다시 바뀌었습니다", "follows": "예", "code": "012345",
}  # fmt: skip


@dataclass
class 우체국:
    """받은 것을 적어 두는 진짜 메일 서버. `답`이 있으면 그 주소나 편지(DATA)에 그렇게 답한다."""

    port: int = 0
    답: dict[str, str] = field(default_factory=dict)
    받은: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    로그인: list[tuple[str, str]] = field(default_factory=list)

    async def handle_RCPT(self, _: SMTP, __: Session, envelope: Envelope, address: str, ___: list[str]) -> str:
        if answer := self.답.get(address):
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _: SMTP, __: Session, envelope: Envelope) -> str:
        if answer := self.답.get("DATA"):
            return answer
        self.받은.append((envelope.rcpt_tos, message_from_bytes(envelope.content, policy=policy.default)))
        return "250 OK"

    def 들인다(self, _: SMTP, __: Session, ___: object, ____: str, data: object) -> AuthResult:
        who = (data.login.decode(), data.password.decode())
        self.로그인.append(who)
        return AuthResult(success=who == ("open120", "p@ss/word"), handled=False)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"


@pytest.fixture(scope="module")
def 열린우체국() -> Iterator[우체국]:
    office, loop = 우체국(), asyncio.new_event_loop()
    make = partial(SMTP, office, loop=loop, authenticator=office.들인다, auth_require_tls=False)
    server = loop.run_until_complete(loop.create_server(make, "127.0.0.1", 0))
    office.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    yield office
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    server.close()
    loop.run_until_complete(server.wait_closed())
    loop.close()


@pytest.fixture
def 메일서버(열린우체국: 우체국) -> 우체국:
    for 것 in (열린우체국.답, 열린우체국.받은, 열린우체국.로그인):
        것.clear()
    return 열린우체국


def 길(환경: dict[str, str], 폴더: Path) -> Mailing:
    return Mailing.of({"OPEN120_MAIL_FROM": "오픈 120 <no-reply@120.example>", **환경}, 누리집, folder=폴더)


def 집배원(database: Database, mailing: Mailing, *, now: datetime = 낮) -> Postman:
    return Postman(database, mailing, secret=열쇠, now=lambda: now)


@pytest.fixture
def 줄세운(database: Database) -> Callable[..., int]:
    """확인한 연락처를 만들고 알림 하나를 줄 세운다."""

    def make(address: str = "hong@example.com", *, kind: str = "email", template: str = "nominated") -> int:
        with database.begin() as session:
            reporter = Reporter()
            session.add(reporter)
            session.flush()
            session.add(
                Contact(reporter_id=reporter.id, kind=kind, address=address, key=f"{reporter.id}", verified_at=낮)
            )
            event = events.record(session, stream="시험/1", action="시험", actor=Actor.system())
            assert queue(session, reporter_id=reporter.id, template=template, event=event, now=낮) == 1
            return session.scalars(select(Notice.id).order_by(Notice.id.desc())).first()

    return make


def 줄(database: Database, id: int) -> Notice:
    with database.reading() as session:
        return session.get_one(Notice, id)


@pytest.mark.parametrize("template", Template)
def test_글은_짧고_접수번호_말고는_시민의_것이_없다(template: Template) -> None:
    지은 = letter([Item(template, 실린것)], base_url=누리집.base_url, name=누리집.name, stop_token="1-abc")
    없이 = letter([Item(template, dict.fromkeys(실린것, ""))], base_url="https://" + "a" * 90 + ".kr", name=누리집.name)
    온글 = f"{지은.subject}\n{지은.sms}\n{지은.body}"

    assert sms_bytes(지은.sms) <= LONGEST_SMS >= sms_bytes(없이.sms)
    assert sms_bytes(지은.sms) == len(지은.sms.encode("euc-kr"))
    assert "\n" not in 지은.subject + 지은.sms
    assert 지은.subject.startswith("[오픈 120] ")
    assert not re.search(r"\n\n\n|\{|\}|  \S|code=|None", 온글.replace("    012345", "012345"))
    assert ("012345" in 온글) == (template is Template.CODE)
    assert ("https://120.example/receipt/stop?t=1-abc" in 지은.body) == (template is not Template.CODE)
    assert "그만 받기" not in 없이.body
    if template is not Template.CODE:
        assert "https://120.example/receipt?number=2611-000123\n" in 지은.body
        assert "/receipt\n" in 없이.body


def test_글은_까닭과_날짜와_점수를_말한다() -> None:
    글 = {무엇: letter([Item(무엇, 실린것)], base_url=누리집.base_url, name=누리집.name).body for 무엇 in Template}

    assert "11월 30일까지" in 글[Template.ASK]
    assert "11월 30일까지" in 글[Template.REMINDER]
    assert "까닭: 사실이 아니라 의견입니다." in 글[Template.DECLINED]
    assert "까닭: 금액이 다시 바뀌었습니다\n" in 글[Template.REVERTED]
    assert "먼저 온 요청의 결과: 반영" in 글[Template.DUPLICATE]
    assert "이미 고쳐졌습니다" in 글[Template.OVERTAKEN]
    assert "5점을 드렸습니다" in 글[Template.REWARD_GRANTED]


@pytest.mark.parametrize(
    ("칸", "값"),
    [(칸, f"앞{틈}Bcc: all@example.com") for 칸 in ("subject", "to", "name", "stop") for 틈 in ("\n", "\r\n", "\r")]
    + [("to", 값) for 값 in ("a@b.kr, c@d.kr", "홍 <a@b.kr>", "a@b.kr\x00", "", "@", "a@b.kr>\n")],
)
def test_머리말에_끼어들_수_없다(칸: str, 값: str) -> None:
    칸들 = {"to": "a@b.kr", "name": "notice-1", "stop": "https://120.example/stop"} | (
        {칸: 값} if 칸 != "subject" else {}
    )
    지은 = Letter(subject=값 if 칸 == "subject" else "제목", sms="", body="글\n")

    with pytest.raises(ValueError):
        message(지은, sender=보내는이, at=낮, **칸들).as_bytes()


def test_진짜_메일_서버로_한_통_나간다(
    database: Database, 메일서버: 우체국, 줄세운: Callable[..., int], tmp_path: Path
) -> None:
    번호 = 줄세운()

    보낸 = 집배원(database, 길({"OPEN120_SMTP_URL": 메일서버.url}, tmp_path)).send_due()

    assert (보낸, 줄(database, 번호).state, 줄(database, 번호).sent_at) == (Ran(done=1), NoticeState.SENT, 낮)
    ((받는이, 편지),) = 메일서버.받은
    assert 받는이 == ["hong@example.com"]
    assert 편지["From"] == "오픈 120 <no-reply@120.example>"
    assert 편지["Subject"] == "[오픈 120] 알려 드릴 것이 있습니다"
    assert re.fullmatch(rf"<notice-{번호}-[0-9a-f]{{16}}@120\.example>", 편지["Message-ID"])
    assert 편지["Auto-Submitted"] == "auto-generated"
    멈춤 = re.fullmatch(r"<(https://120\.example/receipt/stop\?t=\d+-[0-9a-f]{40})>", 편지["List-Unsubscribe"])
    assert 멈춤
    assert 편지["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert 편지.get_content_type() == "text/plain"
    assert f"그만 받기, 내 정보 지우기: {멈춤[1]}" in 편지.get_content()
    assert 집배원(database, 길({"OPEN120_SMTP_URL": 메일서버.url}, tmp_path)).send_due() == Ran()


@pytest.mark.parametrize(
    ("답", "상태", "말"),
    [
        (
            {"hong@example.com": "550 no such user <hong@example.com>"},
            NoticeState.STUCK,
            "받는 이를 받지 않습니다(550)",
        ),
        ({"hong@example.com": "451 try later"}, NoticeState.FAILED, "지금은 받지 않습니다(451)"),
        ({"DATA": "554 spam"}, NoticeState.STUCK, "편지를 받지 않습니다(554)"),
        ({"DATA": "452 full"}, NoticeState.FAILED, "지금은 받지 않습니다(452)"),
    ],
)
def test_서버의_답에_따라_다시_보내거나_사람에게_보인다(
    database: Database,
    메일서버: 우체국,
    줄세운: Callable[..., int],
    tmp_path: Path,
    답: dict[str, str],
    상태: NoticeState,
    말: str,
) -> None:
    번호 = 줄세운()
    메일서버.답.update(답)

    assert 집배원(database, 길({"OPEN120_SMTP_URL": 메일서버.url}, tmp_path)).send_due() == Ran(failed=1)

    assert 줄(database, 번호).state is 상태
    assert 말 in 줄(database, 번호).last_error
    assert "hong" not in 줄(database, 번호).last_error


def test_메일_서버가_죽어도_문자는_가고_편지는_한_번만_두드려_본다(
    database: Database, 줄세운: Callable[..., int], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    편지들 = [줄세운("hong@example.com"), 줄세운("kim@example.com")]
    문자 = 줄세운("+821012345678", kind="sms")
    환경 = {"OPEN120_SMTP_URL": "smtp://127.0.0.1:1", "OPEN120_SMS": "file"}

    assert 집배원(database, 길(환경, tmp_path)).send_due() == Ran(done=1, failed=1)

    assert [줄(database, 번호).attempts for 번호 in 편지들] == [1, 0]
    assert 줄(database, 문자).state is NoticeState.SENT
    적힌 = json.loads((tmp_path / "sms.log").read_text("utf-8"))
    assert 적힌["to"] == "+821012345678"
    assert 적힌["text"].startswith("[오픈 120] 포상 후보")
    assert "example.com" not in caplog.text


def test_서버가_없으면_파일로_남기고_그렇다고_말한다(
    database: Database, 줄세운: Callable[..., int], tmp_path: Path
) -> None:
    번호 = 줄세운()
    없는길 = Mailing.of({}, SiteSettings(), folder=tmp_path)

    assert 집배원(database, 없는길).send_due() == Ran(done=1)

    (파일,) = (tmp_path / "outgoing").iterdir()
    assert 파일.name.startswith(f"notice-{번호}-")
    assert 파일.stat().st_mode & 0o077 == 0
    편지 = message_from_bytes(파일.read_bytes(), policy=policy.default)
    assert (편지["To"], 편지["From"]) == ("hong@example.com", "오픈 120 <no-reply@localhost>")
    assert 편지["List-Unsubscribe-Post"] is None, "https가 아니면 한 번에 누르기를 알리지 않는다"
    assert "파일로 남깁니다" in 없는길.warnings[0]
    assert 없는길.kinds == {"email"}


@두_데이터베이스
def test_둘이_함께_보내도_한_번씩만_간다(
    database: Database, 메일서버: 우체국, 줄세운: Callable[..., int], tmp_path: Path
) -> None:
    for 몇 in range(6):
        줄세운(f"a{몇}@example.com")
    mailing = 길({"OPEN120_SMTP_URL": 메일서버.url}, tmp_path)
    둘 = [threading.Thread(target=집배원(database, mailing).send_due) for _ in range(2)]
    for 이 in 둘:
        이.start()
    for 이 in 둘:
        이.join(30)

    assert sorted(받는이[0] for 받는이, _ in 메일서버.받은) == [f"a{몇}@example.com" for 몇 in range(6)]


def test_밤에는_나가지_않는다(database: Database, 줄세운: Callable[..., int], tmp_path: Path) -> None:
    번호 = 줄세운()

    assert 집배원(database, 길({}, tmp_path), now=밤).send_due() == Ran()
    assert 집배원(database, 길({}, tmp_path), now=밤 + timedelta(hours=10)).send_due() == Ran(done=1)
    assert 줄(database, 번호).sent_at == 밤 + timedelta(hours=10)


@두_데이터베이스
def test_한_주소로_함께_기다리던_것은_한_편지로_가고_사건마다_알림은_하나다(
    database: Database, 메일서버: 우체국, 줄세운: Callable[..., int], tmp_path: Path
) -> None:
    번호들 = [줄세운(template="reverted")]
    with database.begin() as session:
        누구 = session.get_one(Contact, session.get_one(Notice, 번호들[0]).contact_id).reporter_id
        event = events.record(session, stream="시험/1", action="시험", actor=Actor.system())
        for _ in range(2):  # the same event twice is still one
            queue(session, reporter_id=누구, template="reward_reversed", event=event, data={"points": 5}, now=낮)
        번호들.append(session.scalars(select(Notice.id).order_by(Notice.id.desc())).first())
    남의것 = 줄세운("kim@example.com")
    보내는이 = 집배원(database, 길({"OPEN120_SMTP_URL": 메일서버.url}, tmp_path))

    assert 보내는이.send_due() == Ran(done=3)
    assert 보내는이.send_due() == Ran()

    assert {줄(database, 번호).state for 번호 in (*번호들, 남의것)} == {NoticeState.SENT}
    편지들 = {받는이[0]: 편지 for 받는이, 편지 in 메일서버.받은}
    assert (len(메일서버.받은), set(편지들)) == (2, {"hong@example.com", "kim@example.com"})
    편지 = 편지들["hong@example.com"]
    글 = 편지.get_content()
    assert 편지["Subject"] == "[오픈 120] 알려 드릴 것이 2가지 있습니다"
    assert 글.index("되돌리고 다시 살핍니다") < 글.index("5점을 거두었습니다")
    assert 글.count("그만 받기, 내 정보 지우기") == 글.count("답장을 받지 않습니다") == 1


죽는_집배원 = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from app.public import SiteSettings
from app.sending import Mailing, Postman
from app.sending.mail import FileMail
from dataclasses import replace
from db import open_database

class Dying(FileMail):
    def send(self, mail):
        super().send(mail)
        os.kill(os.getpid(), signal.SIGKILL)

folder = Path(sys.argv[2])
mailing = replace(Mailing.of({}, SiteSettings(), folder=folder), mail=Dying(folder / "outgoing"))
Postman(open_database(sys.argv[1]), mailing, secret=b"secret" * 6, now=lambda: datetime.fromisoformat(sys.argv[3])).send_due()
"""


@두_데이터베이스
def test_보내고_적기_전에_죽으면_같은_편지를_다시_보내고_적은_뒤에는_보내지_않는다(
    database: Database, database_url: str, 줄세운: Callable[..., int], tmp_path: Path
) -> None:
    번호 = 줄세운()
    죽음 = subprocess.run(
        [sys.executable, "-c", 죽는_집배원, database_url, str(tmp_path), 낮.isoformat()],
        cwd=Path(__file__).parents[2],
        env=os.environ | {"PYTHONPATH": "."},
        check=False,
    )
    assert 죽음.returncode == -signal.SIGKILL
    assert 줄(database, 번호).state is NoticeState.SENDING
    앞 = {path.name: path.read_bytes() for path in (tmp_path / "outgoing").iterdir()}
    mailing = Mailing.of({}, SiteSettings(), folder=tmp_path)

    assert 집배원(database, mailing).send_due() == Ran()
    assert 집배원(database, mailing, now=낮 + timedelta(minutes=5)).send_due() == Ran(done=1)
    assert 집배원(database, mailing, now=낮 + timedelta(days=1)).send_due() == Ran()

    뒤 = {path.name: path.read_bytes() for path in (tmp_path / "outgoing").iterdir()}
    assert len(앞) == 1
    assert 앞.keys() == 뒤.keys()


def test_편지를_짓지_못해도_다음_것은_나간다(
    database: Database, 줄세운: Callable[..., int], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    상한, 다음 = 줄세운("hong@example.com\nBcc: x@y.kr"), 줄세운()

    assert 집배원(database, 길({}, tmp_path)).send_due() == Ran(done=1, failed=1)

    assert (줄(database, 상한).state, 줄(database, 다음).state) == (NoticeState.FAILED, NoticeState.SENT)
    assert "hong" not in caplog.text + 줄(database, 상한).last_error


@pytest.mark.parametrize(
    ("글", "뜻"),
    [
        ("", None),
        ("smtp://localhost", SmtpServer(how="smtp", host="localhost", port=25)),
        ("smtps://a:b@mail.example", SmtpServer(how="smtps", host="mail.example", port=465, user="a", password="b")),
        (
            "starttls://open120%40example.org:p%40ss%2Fword@mail.example:2525",
            SmtpServer(
                how="starttls", host="mail.example", port=2525, user="open120@example.org", password="p@ss/word"
            ),
        ),
    ],
)
def test_메일_서버의_주소를_읽는다(글: str, 뜻: SmtpServer | None) -> None:
    assert server_of(글) == 뜻
    assert "p@ss" not in repr(뜻)


@pytest.mark.parametrize(
    "글",
    [
        "mail.example",
        "http://mail.example",
        "smtp://",
        "smtp://a:secret@mail.example",
        "smtp://h:비밀",
        "smtp://h/x",
        "smtps://a:%EB%B9%84@h",
    ],
)
def test_틀린_설정은_비밀번호_없이_고치는_길을_말한다(글: str, tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="OPEN120_SMTP_URL") as 오류:
        server_of(글)
    assert "secret" not in str(오류.value)
    for 환경 in ({"OPEN120_SMTP_URL": "smtp://localhost"}, {"OPEN120_SMS": "carrier"}):
        with pytest.raises(BadSetting):
            Mailing.of(환경, 누리집, folder=tmp_path)


@pytest.mark.parametrize("글", ["오픈 120", "a@b@c.kr", "a@b.kr\nBcc: x@y.kr", "<>", "a@"])
def test_보내는_이를_읽을_수_없으면_멈춘다(글: str) -> None:
    with pytest.raises(BadSetting, match="OPEN120_MAIL_FROM"):
        sender_of(글, 누리집)


def test_로그인하고_거절당하면_길이_막힌_것이다(메일서버: 우체국, tmp_path: Path) -> None:
    편지 = message(Letter("제목", "", "글\n"), sender=보내는이, to="a@b.kr", name="notice-1", at=낮)
    맞는 = SmtpServer(how="smtp", host="127.0.0.1", port=메일서버.port, user="open120", password="p@ss/word")

    SmtpMail(맞는).send(편지)
    assert [받는이 for 받는이, _ in 메일서버.받은] == [["a@b.kr"]]
    with pytest.raises(Unreachable, match="로그인"):
        SmtpMail(replace(맞는, password="wrong")).send(편지)
    메일서버.답["a@b.kr"] = "450 later"
    with pytest.raises(NotNow):
        SmtpMail(맞는).send(편지)
    메일서버.답["a@b.kr"] = "550 never"
    with pytest.raises(Refused):
        SmtpMail(맞는).send(편지)
    with pytest.raises(Unreachable):
        SmtpMail(replace(맞는, how="starttls")).send(편지)
    상한 = tmp_path / "파일"
    상한.write_text("")
    with pytest.raises(Unreachable):
        FileMail(상한 / "outgoing").send(편지)
    with pytest.raises(Unreachable):
        FileSms(상한 / "sms.log").send("+8210", "글", name="notice-1")
