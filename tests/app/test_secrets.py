"""시민이 어느 칸에 무엇을 적어도 남의 개인정보는 연락처 표 밖 어디에도 남지 않고 어디로도 나가지 않는다 (WORKFLOWS 4).

비밀 50개를 칸마다 심고, 사람들이 볼 수 있는 모든 것(게시본의 파일, 살아 있는 화면, 찾기, API, 피드, 내려받을 자료, 편지)과 기록(log),
데이터베이스의 모든 표를 뒤진다. 칸을 더하면 `심기`에 한 줄을 더한다. 번호는 모두 지어낸 것이다.
"""

import gzip
import io
import logging
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from functools import partial
from pathlib import Path
from urllib.parse import quote

import brotli
import pytest
from flask import Flask
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from app.requests import FORMAT, MaskedFormatter
from app.running import Running
from app.sending import Postman
from app.worker import run_pending
from cases.clock import WorkingClock
from corrections import conversation, holding, review
from corrections.models import Correction, State
from db import Database
from db.people import Actor, Person, Role
from tests.app.conftest import Browser, 로그인

자리 = range(5)
비밀들: list[tuple[str, str]] = [
    *((f"제 주민번호는 {n} 입니다", n) for n in (f"88022{i}-234567{i}" for i in 자리)),
    *((f"외국인등록번호 {n} 로 확인해 주세요", n) for n in (f"91041{i}-654321{i}" for i in 자리)),
    *((f"전화는 {n} 로 주세요", n) for n in (f"010-987{i}-543{i}" for i in 자리)),
    *((f"문자는 {n} 로 부탁해요", n) for n in (f"0108765432{i}" for i in 자리)),
    *((f"답은 {n} 로 주세요", n) for n in (f"nari.kim{i}@mail.example" for i in 자리)),
    *((f"카드 {n} 로 냈어요", n) for n in (f"5555-5555-555{i}-444{9 - i}" for i in 자리)),
    *((f"신한은행 {n} 으로 환급해 주세요", n) for n in (f"110-23{i}-56789{i}" for i in 자리)),
    *((f"여권 M7654321{i} 만료일이 언제죠", f"M7654321{i}") for i in 자리),
    *((f"{34 + i}나567{i} 이 횡단보도에 서 있어요", f"{34 + i}나567{i}") for i in 자리),
    *((f"제 이름은 {n}입니다", n) for n in ("홍길순", "박지훈", "최민서", "정다은")),
    ("이름: 임꺽정", "임꺽정"),
]
둘러볼곳 = ("/api/v1/search?q={}", "/api/v1/suggest?q={}", "/correct/k1?quote={}", "/correct/{}", "/{}")
비밀글자 = frozenset(secret for _, secret in 비밀들)


def test_비밀은_오십_개다():
    assert len(비밀들) == len(비밀글자) == 50


@pytest.fixture(autouse=True)
def 가벼운_해시(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corrections.receipt.SCRYPT_COST", 16)


@pytest.fixture
def 기록() -> Iterator[io.StringIO]:
    """서버가 적는 기록을 그 모양 그대로."""
    쓰인것 = io.StringIO()
    handler = logging.StreamHandler(쓰인것)
    handler.setFormatter(MaskedFormatter(FORMAT))
    뿌리 = logging.getLogger()
    앞 = 뿌리.level
    뿌리.addHandler(handler)
    뿌리.setLevel(logging.INFO)
    yield 쓰인것
    뿌리.removeHandler(handler)
    뿌리.setLevel(앞)


def 심기(앱: Flask, database: Database, 인스턴스: Running, 글: str, 몇째: int) -> None:
    """시민이 적을 수 있는 칸마다 같은 글을 심는다. 막히거나 틀렸다는 답도 괜찮다: 남지만 않으면 된다."""
    누구 = Browser(앱.test_client())
    누구.client.environ_base = {
        "REMOTE_ADDR": f"203.0.113.{몇째 + 1}",
        "HTTP_USER_AGENT": f"Mozilla/5.0 {글.encode().decode('latin-1')}",
        "HTTP_REFERER": f"http://localhost/search?q={quote(글)}",
    }
    칸 = ("quoted", "proposal", "evidence")[몇째 % 3]
    양식 = {"kind": "typo", "quoted": "", "proposal": f"{몇째}번째 오탈자를 고쳐 주세요", "evidence": ""}
    적은것 = 양식 | {칸: f"{양식[칸]} {글}"}
    if 몇째 % 10 == 0:
        물음 = 누구.보낸다("/correct/k1", **적은것)
        assert (물음.status_code, "개인정보" in 물음.text) == (200, True)
    답 = 누구.보낸다("/correct/k1", **적은것, do="mask")
    assert 답.status_code in (303, 429)
    if 답.status_code == 303 and 몇째 % 10 == 0:
        누구.연다(답.location)
        for 일, 이름 in (("reply", "text"), ("objection", "text"), ("thanks", "pseudonym"), ("contact", "address")):
            누구.client.post(f"{답.location}/{일}", data={"csrf_token": 누구.양식("/receipt")["csrf_token"], 이름: 글})
    누구.연다(f"/search?q={quote(글)}")
    누구.연다(둘러볼곳[몇째 % len(둘러볼곳)].format(quote(글)))
    누구.client.post("/search/opened", data={"q": 글}, headers={"Sec-Fetch-Site": "same-origin"})
    누구.client.post("/helpful/k1", data={"answer": 글, "v": 글}, headers={"Sec-Fetch-Site": "same-origin"})
    if 몇째 % 10 == 0:
        누구.보낸다("/receipt", number=글, code=글)
        누구.보낸다("/desk/login", login=글, password=글)
        표없이 = 누구.client.post("/correct/k1", data={"proposal": 글})
        assert 표없이.status_code == 403


def 오간_말(database: Database, 편집자: Actor, 글들: list[str]) -> None:
    """물음에 답하고, 이의를 내고, 거둔다: 시민이 나중에 적는 글."""
    시계, 시민 = WorkingClock(), Actor.citizen()
    with database.begin() as session:
        요청들 = session.scalars(select(Correction).order_by(Correction.id)).all()
        for n, 요청 in enumerate(요청들[: len(글들)]):
            받는다(session, 요청, 편집자)
            if n % 2:
                conversation.ask(session, 요청, by=편집자, text="언제 보셨나요?")
                conversation.answer(session, 요청, by=시민, text=글들[n], clock=시계)
            else:
                review.decline(session, 요청, by=편집자, reason_code="opinion", note="의견입니다.")
                conversation.object_to(session, 요청, by=시민, text=글들[n])


def 받는다(session: Session, 요청: Correction, 편집자: Actor) -> None:
    """걸러 내기가 보류하거나 차단한 것도 사람이 받는다."""
    if 요청.state is State.SPAM:
        holding.unblock(session, 요청, by=편집자)
    if 요청.state is State.HELD:
        holding.let_in(session, 요청, by=편집자)


def 실린_글(인스턴스: Running, database: Database, 편집자: Actor) -> None:
    """비밀이 든 제안을 편집자가 그대로 받아들여 게시한다."""
    with database.begin() as session:
        요청 = session.scalars(
            select(Correction)
            .where(Correction.masked, Correction.proposal.contains("["))
            .order_by(Correction.id.desc())
        ).first()
        assert 요청
        받는다(session, 요청, 편집자)
        지금 = 인스턴스.store.get("k1")
        고친글 = replace(지금, body=f"{지금.body}\n{요청.proposal}\n")
        review.accept(session, 요청, revised=고친글, base_version=지금.version, by=편집자, store=인스턴스.store)
        assert 요청.state is State.APPLIED


def 게시본의_글(사이트: Path) -> Iterator[tuple[str, str]]:
    """게시본의 파일 이름과 글. 눌러 담은 것은 푼다."""
    for path in sorted(사이트.rglob("*")):
        if not path.is_file() or path.suffix in (".woff2", ".png", ".parquet", ".ico", ".webp"):
            continue
        raw = path.read_bytes()
        if path.suffix == ".gz":
            raw = gzip.decompress(raw)
        elif path.suffix == ".br":
            raw = brotli.decompress(raw)
        elif path.suffix in (".xlsx", ".zip"):
            with zipfile.ZipFile(io.BytesIO(raw)) as packed:
                raw = b"\n".join(packed.read(name) for name in packed.namelist())
        yield str(path.relative_to(사이트)), raw.decode("utf-8", "ignore")


def 화면의_글(앱: Flask) -> Iterator[tuple[str, str]]:
    """다른 시민이 링크를 따라가며 보는 모든 화면과, 비밀의 앞 글자로 찾아 본 것."""
    누구, 볼것, 본것 = (
        앱.test_client(),
        ["/", "/about/corrections", "/api/v1/search?q=오탈자", "/sitemap.xml"],
        set[str](),
    )
    볼것 += [f"/api/v1/suggest?q={quote(secret[:2])}" for secret in 비밀글자]
    볼것 += [f"/search?q={quote(secret[:2])}" for secret in sorted(비밀글자)[::5]]
    while 볼것 and len(본것) < 90:
        주소 = 볼것.pop(0)
        if 주소 in 본것:
            continue
        본것.add(주소)
        글 = 누구.get(주소, buffered=True).get_data().decode("utf-8", "ignore")
        볼것 += [링크 for 링크 in re.findall(r'href="(/[^"#]*)"', 글) if not 링크.startswith(("/static", "/desk"))]
        yield 주소, 글


def 표의_글(database: Database, *, 빼고: set[str]) -> Iterator[tuple[str, str]]:
    with database.engine.connect() as connection:
        for name in inspect(database.engine).get_table_names():
            if name not in 빼고:
                yield f"표 {name}", str(connection.execute(text(f'SELECT * FROM "{name}"')).all())


def 들켰나(곳들: Iterator[tuple[str, str]], 찾을것: frozenset[str] = 비밀글자) -> list[str]:
    """비밀이 보이는 곳들. 하이픈과 빈칸을 뗀 것도 찾는다."""
    들킨곳 = []
    for 곳, 글 in 곳들:
        붙인글 = re.sub(r"[\s-]", "", 글)
        들킨곳 += [f"{곳}: {s}" for s in 찾을것 if s in 글 or (s[0].isdigit() and s.replace("-", "") in 붙인글)]
    return 들킨곳


def test_심은_비밀은_게시본에도_화면에도_기록에도_편지에도_표에도_없다(
    앱: Flask, 인스턴스: Running, database: Database, 기록: io.StringIO
):
    로그인(앱, database, "editor", Role.LEAD_EDITOR)
    with database.reading() as session:
        편집자 = session.scalars(select(Person)).one().actor

    for 몇째, (글, _) in enumerate(비밀들):
        심기(앱, database, 인스턴스, 글, 몇째)
    연락처 = "secret.contact@mail.example"
    보낸이 = Browser(앱.test_client())
    접수증 = 보낸이.보낸다("/correct/k1", kind="typo", proposal="마침표가 둘입니다", quoted="", evidence="").location
    assert 접수증.startswith("/receipt/")
    보낸이.보낸다(f"{접수증}/contact", 갈곳="address", address=연락처)
    오간_말(database, 편집자, [글 for 글, _ in 비밀들][:12])
    실린_글(인스턴스, database, 편집자)
    인스턴스.searches.flush()
    인스턴스.shelf.renew(인스턴스.keeper())
    run_pending(database, 인스턴스.handlers())
    인스턴스.publish()
    인스턴스.publisher.finish()
    내일낮 = (datetime.now(UTC) + timedelta(days=1)).replace(hour=3)
    for 때 in (datetime.now(UTC), 내일낮):
        Postman(
            database, 인스턴스.mailing, secret=인스턴스.instance.secret_key(), now=partial(datetime.astimezone, 때, UTC)
        ).send_due()

    with database.reading() as session:
        받은것 = session.scalars(select(Correction)).all()
        assert len(받은것) >= 40
        assert sum(요청.masked for 요청 in 받은것) >= 40
    assert "마침표가 둘" not in 인스턴스.store.get("k1").body
    assert "[" in 인스턴스.store.get("k1").body
    파일들 = list(게시본의_글(인스턴스.instance.site))
    assert len(파일들) > 40
    assert 들켰나(iter(파일들)) == []
    assert 들켰나(화면의_글(앱)) == []
    assert 들켰나(표의_글(database, 빼고=set())) == []
    assert 들켰나(표의_글(database, 빼고={"contact"}), frozenset({연락처})) == []
    assert 들켰나(iter([("기록", 기록.getvalue())]), 비밀글자 | {연락처}) == []
    편지들 = [
        message_from_bytes(p.read_bytes(), policy=policy.default)
        for p in (인스턴스.instance.root / "outgoing").glob("*.eml")
    ]
    assert 편지들
    assert 들켰나((str(m["Subject"]), m.get_content()) for m in 편지들) == []
    assert 들켰나((p.name, p.read_text("utf-8", "ignore")) for p in 인스턴스.store.root.rglob("*.md")) == []


def test_기록에는_오류에_실린_개인정보도_적지_않는다(기록: io.StringIO):
    logger = logging.getLogger("시험")
    for 글, _ in 비밀들:
        try:
            raise ValueError(글)
        except ValueError:
            logger.exception("보내다 실패: %s", 글)

    assert "[주민등록번호]" in 기록.getvalue()
    assert 들켰나(iter([("기록", 기록.getvalue())])) == []


def test_데이터베이스의_오류에는_넣으려던_값이_없다(database: Database):
    with pytest.raises(Exception, match="hide_parameters") as 오류, database.begin() as session:
        session.execute(text("INSERT INTO person (login) VALUES (:login)"), {"login": "비밀-아이디"})

    assert "비밀-아이디" not in str(오류.value)
