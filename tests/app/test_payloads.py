"""나쁜 글의 표: 시민의 칸에 든 스크립트, 표 계산 프로그램의 계산식, 머리말에 끼어들기, 다른 누리집으로 보내기."""

import csv
import io
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from app.desk import door
from app.running import Running
from app.worker import run_pending
from build import file_for
from build.data.text_files import csv_text
from corrections import holding, review
from corrections.models import Correction, State
from db import Database
from db.people import Person, Role
from kb.checks import hard_problems
from tests.app.conftest import Browser, 로그인, 비밀번호, 직원

스크립트들 = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[누르세요](javascript:alert(1))",
    "[누르세요](data:text/html;base64,PHNjcmlwdD4=)",
    "<iframe src=https://evil.example></iframe>",
    "<svg onload=alert(1)><script>1</script></svg>",
    "<style>*{background:url(https://evil.example/x)}</style>",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#x6a;avascript:alert(1) [가](&#106;avascript:alert(1))",
    "\"><b onmouseover=alert(1)>x</b>'--></textarea></script><script>alert(1)</script>",
    "![그림](https://evil.example/pixel.png) <https://evil.example/x.svg>",
]
"""WORKFLOWS 4의 열 가지: script, onerror, javascript:, data:, iframe, svg, style, 문자 참조, 겹친 것, 먼 그림."""

계산식들 = [
    앞 + 식
    for 앞 in ("", "'", "\t")
    for 식 in (
        "=1+1", "+1+1", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A0", '=HYPERLINK("https://evil.example","가")',
        "＝1+1", "＋1", "－1", "＠가",
    )
]  # fmt: skip

다른곳들 = [
    "https://evil.example/desk/", "//evil.example/desk/", "///evil.example", "/\\evil.example", "\\/evil.example",
    "https:evil.example", "https:/evil.example", "http:///evil.example", "/desk/\\..\\evil", "%2f%2fevil.example",
    "/%09/evil.example", "\t//evil.example", "/desk@evil.example", "javascript:alert(1)", "data:text/html,x",
    "/desk/%0d%0aSet-Cookie: a=b", "/desk/\r\nX-Evil: 1", "//[::1", "/desk/../../evil",
]  # fmt: skip


@pytest.fixture(autouse=True)
def 가벼운_해시(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corrections.receipt.SCRYPT_COST", 16)


def 안전한가(글: str, 어디: str) -> None:
    """끼워 넣은 것이 하나도 움직이지 않나: 우리 스크립트 말고는 없고, 사건 속성과 위험한 주소와 먼 그림이 없다."""
    쪽 = BeautifulSoup(글, "lxml")
    for script in 쪽.find_all("script"):
        우리것 = script.get("src", "").startswith("/static/") or script.get("type") == "application/ld+json"
        assert 우리것, (어디, script)
        assert "alert(1)" not in script.text or script.get("type") == "application/ld+json", 어디
        assert "</script" not in script.text.lower(), 어디
    for tag in 쪽.find_all(True):
        assert not [name for name in tag.attrs if name.startswith("on") or name == "style"], (어디, tag)
        for 이름 in ("href", "src", "action", "formaction"):
            주소 = str(tag.get(이름, "")).strip().lower()
            assert not 주소.startswith(("javascript:", "data:", "vbscript:")), (어디, tag)
            assert 이름 == "href" or "evil.example" not in 주소, (어디, tag)
    assert not 쪽.find_all(["iframe", "object", "embed", "style", "base"]), 어디
    assert "evil" not in str(쪽.find_all("svg")), 어디


def test_시민의_칸에_든_스크립트는_어느_화면에서도_글자일_뿐이다(앱: Flask, database: Database, 인스턴스: Running):
    편집자 = 로그인(앱, database, "editor", Role.LEAD_EDITOR)
    with database.reading() as session:
        나 = session.scalars(select(Person).where(Person.login == "editor")).one().actor
    둘째 = 직원(database, "second", Role.EDITOR).actor
    시민들 = []
    for n, 글 in enumerate(스크립트들):
        누구 = Browser(앱.test_client())
        누구.client.environ_base = {"REMOTE_ADDR": f"203.0.113.{n + 1}"}
        안전한가(누구.연다(f"/correct/k1?quote={글}&section={글}&v={글}&too={글}").text, "양식")
        안전한가(누구.client.post("/correct/k1", data={"proposal": 글, "kind": 글}).text, "표 없는 양식")
        안전한가(누구.보낸다("/correct/k1", quoted=글, proposal="", evidence=글, kind=글).text, "틀린 칸")
        답 = 누구.보낸다("/correct/k1", kind="typo", quoted=글, proposal=f"{글} 고쳐 주세요", evidence=글)
        assert 답.status_code == 303
        for 주소 in (답.location, f"/search?q={글}", f"/receipt?number={글}", f"/{글}", f"/helpful/k1?answer={글}"):
            안전한가(누구.연다(주소).text, 주소)
        안전한가(누구.보낸다("/receipt", number=글, code=글).text, "접수 확인")
        안전한가(누구.보낸다("/desk/login", login=글, password=글).text, "로그인")
        시민들.append((누구, 답.location))

    with database.begin() as session:
        요청들 = session.scalars(select(Correction).order_by(Correction.id)).all()
        assert len(요청들) == len(스크립트들)
        for 요청 in 요청들:
            if 요청.state is State.SPAM:
                holding.unblock(session, 요청, by=나)
            if 요청.state is State.HELD:
                holding.let_in(session, 요청, by=나)
    for 주소 in ("/desk/", *(f"/desk/corrections/{요청.id}" for 요청 in 요청들)):
        안전한가(편집자.연다(주소).text, 주소)
    지금 = 인스턴스.store.get("k1")
    붙인글 = [f"{지금.body}\n{요청.proposal}\n" for 요청 in 요청들]
    실릴수있는 = [글 for 글 in 붙인글 if not hard_problems(replace(지금, body=글))]
    assert len(실릴수있는) >= 5
    with database.begin() as session:
        요청 = session.get_one(Correction, 요청들[0].id)
        고친글 = replace(지금, body="\n\n".join(실릴수있는))
        고침 = review.accept(session, 요청, revised=고친글, base_version=지금.version, by=나, store=인스턴스.store)
        if 요청.state is State.SECOND_CHECK:
            review.confirm(session, 요청, revision_id=고침.id, by=둘째)
        assert 요청.state is State.APPLIED
    run_pending(database, 인스턴스.handlers())
    인스턴스.publish()
    파일 = file_for(인스턴스.instance.site, "/faq/k1")
    assert 파일
    게시된글 = 파일.read_text("utf-8")
    안전한가(게시된글, "게시된 쪽")
    assert "alert(1)" in 게시된글, "적어도 하나는 글자로 실려야 합니다."
    for 누구, 주소 in 시민들:
        안전한가(누구.연다(주소).text, 주소)
    for 주소 in ("/faq/k1", "/about/corrections", "/changes", "/thanks", "/desk/entries/k1/versions", "/desk/report"):
        안전한가(편집자.연다(주소).text, 주소)


def test_계산식으로_읽힐_칸은_표_계산_프로그램에서_글자다():
    assert len(계산식들) == 30
    줄들 = list(csv.reader(io.StringIO(csv_text(["글"], [[식] for 식 in 계산식들]).lstrip("\ufeff"))))[1:]

    assert len(줄들) == 30
    for (칸,), 원래 in zip(줄들, 계산식들, strict=True):
        assert 칸 == f"'{원래}", 원래
        assert not 칸.startswith(tuple("=+-@\t\r\n＝＋－＠"))


def test_로그인한_뒤에는_어디를_적어도_편집실_안으로만_간다(앱: Flask, database: Database):
    직원(database, "editor", Role.EDITOR)
    누구 = Browser(앱.test_client())
    with 앱.test_request_context():
        갈곳들 = {곳: door._inside(곳) for 곳 in 다른곳들}
    for 곳, 간곳 in 갈곳들.items():
        assert 간곳.startswith("/desk/"), 곳
        assert "\\" not in 간곳, 곳
        assert 간곳.isprintable(), 곳
    답 = 누구.client.post(
        "/desk/login", query_string={"next": 다른곳들[1]},
        data=누구.양식("/desk/login") | {"login": "editor", "password": 비밀번호},
    )  # fmt: skip
    assert 답.location == "/desk/"


@pytest.mark.parametrize(
    "주소", ["/receipt/{}", "/correct/{}", "/faq/{}", "/helpful/{}", "/search?q={}", "/desk/login?next=/desk/{}"]
)
def test_머리말에_끼어들_수_없다(앱: Flask, 주소: str):
    나쁜글 = "가%0d%0aSet-Cookie:%20evil=1%0d%0a%0d%0a<script>"
    답 = 앱.test_client().get(주소.format(나쁜글))

    assert 답.status_code < 500
    assert not [값 for 이름, 값 in 답.headers if "evil=1" in 값 and 이름.lower() == "set-cookie"]
    assert all("\n" not in 값 and "\r" not in 값 for _, 값 in 답.headers)
