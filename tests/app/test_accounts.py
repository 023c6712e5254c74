"""직원이 들어오고, 제 계정을 돌보고, 시스템 관리자가 계정을 관리한다."""

import re

import pyotp
import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from app import create_app
from app.desk.door import BY_ADDRESS, BY_LOGIN
from app.running import Running
from app.services import STAFF_LASTS, staff_lasts
from db import Database
from db.events import Event
from db.people import Person, Role
from db.staff_sessions import Lasts, StaffSession
from tests.app.conftest import Browser, 로그인, 비밀번호, 직원

틀린것 = "틀린-비밀번호-열자리"


def 들어간다(누구: Browser, login: str = "editor", password: str = 비밀번호, 다음: str = ""):
    return 누구.보낸다(f"/desk/login{다음}", login=login, password=password)


def 사람(database: Database, login: str) -> Person:
    with database.reading() as session:
        return session.scalars(select(Person).where(Person.login == login)).one()


@pytest.fixture
def 관리자(앱: Flask, database: Database) -> Browser:
    return 로그인(앱, database, "admin", Role.ADMINISTRATOR)


# --- 들어오기 ---


def test_들어올_때마다_새_자리이고_훔쳐_둔_쿠키는_나가면_쓸모없다(앱: Flask, database: Database, 편집자: Browser):
    훔친것 = 편집자.client.get_cookie("open120").value
    다시 = Browser(앱.test_client())
    들어간다(다시)
    with 다시.client.session_transaction() as 세션:
        표하나 = 세션["staff"]
    with database.reading() as session:
        assert len(session.scalars(select(StaffSession)).all()) == 2

    assert 편집자.보낸다("/desk/logout", 양식="/desk/account").status_code == 303

    도둑 = 앱.test_client()
    도둑.set_cookie("open120", 훔친것)
    assert 도둑.get("/desk/").status_code == 303
    assert 다시.연다("/desk/").status_code == 200
    with database.reading() as session:
        assert len(session.scalars(select(StaffSession)).all()) == 1
    assert 표하나 not in 훔친것


def test_직원의_쿠키는_스크립트가_읽지_못하고_https에서만_간다(
    인스턴스: Running, database: Database, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("OPEN120_BASE_URL", "https://open120.example")
    직원(database, "editor", Role.EDITOR)
    누구 = Browser(create_app(Running(인스턴스.instance)).test_client())
    누구.client.environ_base = {"wsgi.url_scheme": "https"}
    폼 = 누구.양식("/desk/login") | {"login": "editor", "password": 비밀번호}
    답 = 누구.client.post("/desk/login", data=폼, headers={"Referer": "https://localhost/desk/login"})

    쿠키들 = 답.headers.getlist("Set-Cookie")
    assert len(쿠키들) == 2
    for 쿠키 in 쿠키들:
        assert all(말 in 쿠키 for 말 in ("Secure", "HttpOnly", "SameSite=Lax")), 쿠키
    assert any(쿠키.startswith("__Host-open120=") for 쿠키 in 쿠키들)


def test_남이_거듭_틀려_놓아도_늘_쓰던_브라우저로는_들어간다(앱: Flask, database: Database, 편집자: Browser):
    편집자.보낸다("/desk/logout", 양식="/desk/account")
    낯선이 = Browser(앱.test_client())
    답들 = [들어간다(낯선이, password=틀린것).status_code for _ in range(BY_LOGIN.times + 1)]
    assert 답들 == [422] * BY_LOGIN.times + [429]

    assert 들어간다(낯선이).status_code == 429
    assert 들어간다(편집자).status_code == 303


def test_없는_아이디도_똑같이_막히고_한_아이디가_막혀도_다른_사람은_들어온다(앱: Flask, database: Database):
    for login in ("editor", "lead"):
        직원(database, login, Role.EDITOR)
    낯선이 = Browser(앱.test_client())
    답들 = {
        login: [
            (답.status_code, BeautifulSoup(답.text, "lxml").select_one(".error-summary").text)
            for 답 in (들어간다(낯선이, login, 틀린것) for _ in range(BY_LOGIN.times + 1))
        ]
        for login in ("editor", "nobody")
    }

    assert 답들["editor"] == 답들["nobody"]
    assert 답들["editor"][-1][0] == 429
    assert 들어간다(Browser(앱.test_client()), "lead").status_code == 303
    assert BY_ADDRESS.times > 2 * BY_LOGIN.times


def test_오래_쉬면_나가고_설정으로_바꿀_수_있다(앱: Flask, database: Database, 편집자: Browser):
    assert staff_lasts({"OPEN120_STAFF_IDLE_MINUTES": "20", "OPEN120_STAFF_HOURS": "x"}) == Lasts(
        idle=staff_lasts({}).idle / 3
    )
    assert 편집자.연다("/desk/").status_code == 200
    양식 = 편집자.양식("/desk/", 갈곳="/desk/next")
    앱.config[STAFF_LASTS] = Lasts(idle=staff_lasts({}).idle * 0)
    답 = 편집자.client.post("/desk/corrections/1/ask", data=양식 | {"question": "길게 적은 물음"})
    assert (답.status_code, "들어와 계신 시간이 지나" in 답.text, "길게 적은 물음" in 답.text) == (403, True, True)
    assert 편집자.연다("/desk/").status_code == 303


# --- 내 계정 ---


def test_비밀번호를_바꾸면_이_기기만_남고_모두_나간다(앱: Flask, database: Database, 편집자: Browser):
    다른기기 = Browser(앱.test_client())
    들어간다(다른기기)
    옛쿠키 = 편집자.client.get_cookie("open120").value

    def 바꾼다(**칸: str):
        칸들 = {"current": 비밀번호, "new": "한강-다리-건너서-가기", "again": "한강-다리-건너서-가기"} | 칸
        return 편집자.보낸다("/desk/account/password", 양식="/desk/account", 갈곳="/account/password", **칸들)

    for 잘못, 말 in [
        ({"again": "다른-것을-넣었습니다"}, "두 번 똑같이"),
        ({"current": 틀린것}, "지금 비밀번호가 맞지 않습니다"),
        *[({"new": "짧다", "again": "짧다"}, "10자")] * 6,  # what is weak is no guess: it does not lock the owner out
        ({"new": "password1234", "again": "password1234"}, "쉽게 알아맞힐"),
        ({"new": 비밀번호, "again": 비밀번호}, "다른 것을"),
    ]:
        답 = 바꾼다(**잘못)
        assert (답.status_code, 말 in 답.text) == (422, True), 잘못
    assert 바꾼다().status_code == 303

    assert 편집자.연다("/desk/").status_code == 200
    assert 다른기기.연다("/desk/").status_code == 303
    도둑 = 앱.test_client()
    도둑.set_cookie("open120", 옛쿠키)
    assert 도둑.get("/desk/").status_code == 303
    assert 들어간다(다른기기).status_code == 422


def test_기기를_골라_나가게_하고_남의_기기는_건드리지_못한다(
    앱: Flask, database: Database, 편집자: Browser, 다른편집자: Browser
):
    둘째 = Browser(앱.test_client())
    둘째.client.environ_base = {"HTTP_USER_AGENT": "Mozilla/5.0 (iPhone; CPU) Safari/605 비밀-010-1234-5678"}
    들어간다(둘째)
    쪽 = 편집자.쪽("/desk/account")
    assert "iPhone의 Safari" in 쪽.text
    assert "010-1234" not in 쪽.text
    나가기 = [f["action"] for f in 쪽.select("form[action*='/sessions/']") if "others" not in f["action"]]
    assert len(나가기) == 1

    assert 다른편집자.보낸다(나가기[0], 양식="/desk/account", 갈곳="/account/password").status_code == 404
    assert 둘째.연다("/desk/").status_code == 200
    assert 편집자.보낸다(나가기[0], 양식="/desk/account", 갈곳="/account/password").status_code == 303
    assert 둘째.연다("/desk/").status_code == 303
    들어간다(둘째)
    assert (
        편집자.보낸다("/desk/account/sessions/end-others", 양식="/desk/account", 갈곳="end-others").status_code == 303
    )
    assert 둘째.연다("/desk/").status_code == 303
    assert 편집자.연다("/desk/").status_code == 200


def test_두_번째_열쇠를_켜면_비밀번호만으로는_들어올_수_없다(앱: Flask, database: Database, 편집자: Browser):
    쪽 = 편집자.쪽("/desk/account/code")
    assert 쪽.select_one("svg path")
    assert not 쪽.select("[style]")
    열쇠 = 쪽.main.code.text.replace(" ", "")
    assert 편집자.보낸다("/desk/account/code", code="000000").status_code == 422
    앱번호 = pyotp.TOTP(열쇠)
    답 = 편집자.보낸다("/desk/account/code", code=앱번호.now())
    코드들 = [code.text for code in BeautifulSoup(답.text, "lxml").select("ol code")]
    assert len(코드들) == 8
    assert 편집자.연다("/desk/account/code").status_code == 303

    다시 = Browser(앱.test_client())
    답 = 들어간다(다시, 다음="?next=/desk/report")
    assert (답.status_code, 답.location) == (303, "/desk/login/code?next=/desk/report")
    assert 다시.연다("/desk/").status_code == 303
    assert 다시.보낸다(답.location, code="123456").status_code == 422
    assert 다시.보낸다(답.location, code=코드들[0]).location == "/desk/report"
    assert 다시.연다("/desk/").status_code == 200
    셋째 = Browser(앱.test_client())
    주소 = 들어간다(셋째).location
    답들 = [셋째.보낸다(주소, code=코드들[0]).status_code for _ in range(6)]
    assert 답들 == [422] * 4 + [429] * 2  # one was wrong before
    assert 셋째.보낸다(주소, code=코드들[1]).status_code == 429
    assert Browser(앱.test_client()).연다("/desk/login/code").location == "/desk/login"


# --- 계정 관리 ---


def test_관리자가_만든_사람은_첫_비밀번호를_바꾸어야_일한다(앱: Flask, database: Database, 관리자: Browser):
    답 = 관리자.보낸다("/desk/people/new", login="kim", name_shown="김새내기", role="editor", office="시민소통과")
    첫비밀번호 = BeautifulSoup(답.text, "lxml").select("dd code")[1].text
    assert 답.headers["Cache-Control"] == "no-store"
    assert 첫비밀번호 not in 관리자.연다(f"/desk/people/{사람(database, 'kim').id}").text

    새사람 = Browser(앱.test_client())
    들어간다(새사람, "kim", 첫비밀번호)
    for 주소 in ("/desk/", "/desk/report", "/desk/account/code"):
        assert 새사람.연다(주소).location == "/desk/account"
    정함 = {"current": 첫비밀번호, "new": "구름 낀 남산 소나무", "again": "구름 낀 남산 소나무"}
    assert 새사람.보낸다("/desk/account/password", 양식="/desk/account", 갈곳="/password", **정함).status_code == 303
    assert 새사람.연다("/desk/").status_code == 200


def test_관리자가_역할을_바꾸거나_멈추면_곧바로_나가고_사건이_남는다(
    앱: Flask, database: Database, 관리자: Browser, 편집자: Browser
):
    화면 = f"/desk/people/{사람(database, 'editor').id}"
    관리자.보낸다(화면, 갈곳="바꾸기", name_shown="새이름", role="officer", office="여권과")
    assert 편집자.연다("/desk/").status_code == 303
    들어간다(편집자)
    assert 편집자.연다("/desk/report").status_code == 403
    관리자.보낸다(f"{화면}/stop", 양식=화면, 갈곳="/stop")
    assert 편집자.연다("/desk/").status_code == 303
    assert 들어간다(편집자).status_code == 422
    답 = 관리자.보낸다(f"{화면}/resume", 양식=화면, 갈곳="/resume")
    새비밀번호 = BeautifulSoup(답.text, "lxml").select("dd code")[1].text
    assert 들어간다(편집자, password=새비밀번호).status_code == 303

    with database.reading() as session:
        사건 = session.scalars(select(Event).where(Event.stream == 화면.replace("/desk/people/", "person/"))).all()
    assert [e.action for e in 사건] == ["login", "change", "login", "stop", "resume", "reset_password", "login"]
    assert {e.actor_id for e in 사건 if e.action in ("change", "stop", "resume")} == {사람(database, "admin").id}
    assert all(re.fullmatch(r"[0-9a-f]{16}", e.request_id or "") for e in 사건)
    assert "역할이나 부서를 바꿈" in 관리자.쪽(화면).text


def test_관리자는_제_계정을_멈추지_못하고_없는_사람은_404다(database: Database, 관리자: Browser):
    나 = f"/desk/people/{사람(database, 'admin').id}"
    답 = 관리자.보낸다(f"{나}/stop", 양식=나)
    assert (답.status_code, "제 계정은 멈출 수 없습니다" in 답.text) == (422, True)
    답 = 관리자.보낸다(나, name_shown="x", role="editor", office="")
    assert (답.status_code, "하나뿐인 시스템 관리자" in 답.text) == (422, True)
    assert 관리자.보낸다("/desk/people/new", login="admin", name_shown="x", role="editor").status_code == 422
    assert 관리자.보낸다("/desk/people/new", login="y1", name_shown="x", role="mayor").status_code == 422
    assert 관리자.연다("/desk/people/999").status_code == 404
