"""편집자가 편집실에 들어와 수정 요청을 살피고 정한다."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from app.desk.door import BY_LOGIN
from app.desk.editing import facts_from_lines, facts_to_lines
from app.desk.listing import waited
from app.running import Running
from app.worker import run_pending
from corrections.models import Correction, State
from db import Database
from db.people import STAFF_ROLES, Person, Role, deactivate, set_password
from kb.store import Change, EntryStore
from tests.app.conftest import Browser, 로그인, 비밀번호, 직원


def 상태(database: Database, id: int) -> State:
    with database.reading() as session:
        return session.get_one(Correction, id).state


def 살피는곳(id: int) -> str:
    return f"/desk/corrections/{id}"


def 반영(누구: Browser, id: int, **칸: str):
    return 누구.보낸다(f"{살피는곳(id)}/accept", 양식=살피는곳(id), 갈곳="/preview", **칸)


def 확인(누구: Browser, id: int, **칸: str):
    return 누구.보낸다(f"{살피는곳(id)}/confirm", 양식=살피는곳(id), 갈곳="/confirm", **칸)


def 거절(누구: Browser, id: int, **칸: str):
    return 누구.보낸다(f"{살피는곳(id)}/decline", 양식=살피는곳(id), 갈곳="/decline", **칸)


# --- 문 ---


@pytest.mark.parametrize("주소", ["/desk/", "/desk/corrections/1"])
def test_로그인하지_않으면_로그인_화면으로_간다(시민: Browser, 주소: str):
    답 = 시민.연다(주소)

    assert (답.status_code, 답.location) == (303, f"/desk/login?next={주소}")


def test_로그인하면_보려던_곳으로_간다(앱: Flask, database: Database):
    직원(database, "editor", Role.EDITOR)

    답 = Browser(앱.test_client()).보낸다("/desk/login?next=/desk/corrections/7", login=" Editor ", password=비밀번호)

    assert (답.status_code, 답.location) == (303, "/desk/corrections/7")


@pytest.mark.parametrize(
    "곳",
    [
        "https://evil.example/desk/",
        "//evil.example/desk/",
        "/desk/\\evil",
        "/desk/../..//evil.example",
        "/\\evil.example",
        "/faq/k1",
        "/desk/%0d%0aX: y",
        "javascript:alert(1)",
    ],
)
def test_로그인한_뒤_다른_누리집으로_보내지_않는다(앱: Flask, database: Database, 곳: str):
    직원(database, "editor", Role.EDITOR)

    답 = Browser(앱.test_client()).보낸다(f"/desk/login?next={곳}", login="editor", password=비밀번호)

    assert 답.location == "/desk/" or (답.location.startswith("/desk/") and "\n" not in 답.location)
    assert "X" not in 답.headers


def test_틀린_비밀번호와_없는_아이디는_같은_답이다(앱: Flask, database: Database):
    직원(database, "editor", Role.EDITOR)
    누구 = Browser(앱.test_client())

    틀린, 없는 = (
        누구.보낸다("/desk/login", login=이름, password="틀린-비밀번호-열자리") for 이름 in ("editor", "nobody")
    )

    assert 틀린.status_code == 없는.status_code == 422
    assert "아이디나 비밀번호가 맞지 않습니다" in 틀린.text
    말 = [BeautifulSoup(답.text, "lxml").select_one(".error-summary").text for 답 in (틀린, 없는)]
    assert 말[0] == 말[1]
    assert 비밀번호 not in 틀린.text


def test_여러_번_틀리면_맞는_비밀번호도_잠시_막는다(앱: Flask, database: Database):
    직원(database, "editor", Role.EDITOR)
    for _ in range(BY_LOGIN.times):
        Browser(앱.test_client()).보낸다("/desk/login", login="editor", password="틀린-비밀번호-열자리")

    답 = Browser(앱.test_client()).보낸다("/desk/login", login=" EDITOR", password=비밀번호)

    assert 답.status_code == 429
    assert "15분 뒤" in 답.text


def test_로그인하면_세션이_새로_시작된다(앱: Flask, database: Database):
    직원(database, "editor", Role.EDITOR)
    누구 = Browser(앱.test_client())
    with 누구.client.session_transaction() as session:
        session["심어_둔_것"] = "남이 심음"
    앞표 = 누구.양식("/desk/login")["csrf_token"]

    답 = 누구.보낸다("/desk/login", login="editor", password=비밀번호)

    with 누구.client.session_transaction() as session:
        assert "심어_둔_것" not in session
    assert 누구.client.post("/desk/logout", data={"csrf_token": 앞표}).status_code == 403
    쿠키 = 답.headers["Set-Cookie"]
    assert "HttpOnly" in 쿠키
    assert "SameSite=Lax" in 쿠키


def test_나가면_다시_볼_수_없다(편집자: Browser):
    assert 편집자.보낸다("/desk/logout", 양식="/desk/").status_code == 303
    assert 편집자.연다("/desk/").status_code == 303


@pytest.mark.parametrize("일", ["멈춤", "새비밀번호"])
def test_계정을_멈추거나_비밀번호를_바꾸면_있던_세션이_끝난다(편집자: Browser, database: Database, 일: str):
    assert 편집자.연다("/desk/").status_code == 200
    with database.begin() as session:
        사람 = session.query(Person).one()
        deactivate(사람) if 일 == "멈춤" else set_password(사람, "새로-바꾼-비밀번호-2026")

    assert 편집자.연다("/desk/").status_code == 303


@pytest.mark.parametrize("역할", [Role.AGENT, Role.OFFICER, Role.ADMINISTRATOR])
def test_편집자가_아닌_직원은_보지도_정하지도_못한다(
    앱: Flask, database: Database, 보낸요청: Callable[..., int], 편집자: Browser, 역할: Role
):
    id = 보낸요청()
    양식 = 편집자.양식(살피는곳(id), 갈곳="/preview")
    누구 = 로그인(앱, database, "someone", 역할)
    답 = 누구.연다(살피는곳(id))
    assert 답.status_code == 403
    assert "편집자만 할 수 있는 일입니다" in 답.text
    assert "여권을 잃어버렸어요" not in 누구.연다("/desk/").text
    쪽 = BeautifulSoup(누구.연다("/receipt").text, "lxml")
    누구표 = 쪽.find("input", {"name": "csrf_token"})["value"]
    for 일 in ("preview", "accept", "decline"):
        답 = 누구.client.post(f"{살피는곳(id)}/{일}", data=양식 | {"csrf_token": 누구표, "reason_code": "opinion"})
        assert 답.status_code == 403
    assert 상태(database, id) is State.RECEIVED


def test_편집자가_아닌_직원은_할_수_있는_일과_나가는_길을_본다(앱: Flask, database: Database):
    for 역할 in STAFF_ROLES:
        if 역할 in (Role.EDITOR, Role.LEAD_EDITOR):
            continue
        누구 = 로그인(앱, database, 역할.value.replace("_", "-"), 역할)

        쪽 = 누구.쪽("/desk/")

        assert 역할.label in 쪽.h1.text
        assert 쪽.select_one('main a[href="/search"]')
        assert 쪽.select_one('main form[action="/desk/logout"] button').text == "로그아웃"
        assert not 쪽.find("a", string="수정 요청")
        assert 누구.보낸다("/desk/logout", 양식="/desk/").status_code == 303
        assert 누구.연다("/desk/").status_code == 303


def test_들어온_사람의_오류_화면에는_나가는_단추가_있다(
    앱: Flask, database: Database, 시민: Browser, 보낸요청: Callable[..., int]
):
    누구 = 로그인(앱, database, "agent", Role.AGENT)
    막힌곳 = 살피는곳(보낸요청())
    for 답 in (누구.연다(막힌곳), 누구.연다("/desk/없는-곳"), 누구.client.post(f"{막힌곳}/accept")):
        assert 답.status_code in (403, 404)
        assert BeautifulSoup(답.text, "lxml").select_one('form[action="/desk/logout"]')

    assert not BeautifulSoup(시민.client.post("/desk/login").text, "lxml").select_one('form[action="/desk/logout"]')
    표 = BeautifulSoup(누구.연다(막힌곳).text, "lxml").select_one('form[action="/desk/logout"] input')["value"]
    assert 누구.client.post("/desk/logout", data={"csrf_token": 표}).status_code == 303


def test_표가_없는_요청은_모두_403이다(편집자: Browser, 보낸요청: Callable[..., int], 앱: Flask, database: Database):
    id = 보낸요청()
    for 규칙 in 앱.url_map.iter_rules():
        if "POST" in (규칙.methods or ()):
            주소 = 규칙.rule.replace("<int(max=2147483647):id>", str(id)).replace("<id>", "k1")
            assert 편집자.client.post(주소, data={"title": "가", "reason_code": "opinion"}).status_code == 403, 주소
    assert 상태(database, id) is State.RECEIVED


def test_편집실의_오류에는_글을_다시_보내는_단추가_없다(편집자: Browser, 보낸요청: Callable[..., int]):
    답 = 편집자.client.post(f"{살피는곳(보낸요청())}/accept", data={"body": "남이 꾸민 글"})

    assert 답.status_code == 403
    assert "남이 꾸민 글" in 답.text
    assert not BeautifulSoup(답.text, "lxml").select("main form")


# --- 목록과 살피기 ---


def test_목록은_오래된_것부터_제목과_종류와_기다린_시간을_보인다(편집자: Browser, 보낸요청: Callable[..., int]):
    첫째, 둘째 = 보낸요청(), 보낸요청(kind="privacy")

    쪽 = 편집자.쪽("/desk/")

    assert [a["href"] for a in 쪽.select(".list a")] == [살피는곳(첫째), 살피는곳(둘째)]
    글 = 쪽.select_one(".list li").get_text(" ", strip=True)
    assert "여권을 잃어버렸어요" in 글
    assert "수수료나 금액이 틀려요" in 글
    assert "0분 전" in 글


def test_기다리는_것이_없으면_없다고_말한다(편집자: Browser):
    assert "기다리는 수정 요청이 없습니다" in 편집자.쪽("/desk/").get_text()


@pytest.mark.parametrize(
    ("지난", "말"), [({"minutes": 59}, "59분"), ({"hours": 23, "minutes": 59}, "23시간"), ({"days": 3}, "3일")]
)
def test_기다린_시간을_짧게_말한다(지난: dict[str, int], 말: str):
    지금 = datetime(2026, 11, 24, tzinfo=UTC)
    assert waited(지금 - timedelta(**지난), 지금) == 말


def test_한_화면에_지금_글과_제안과_바뀌는_곳이_있다(편집자: Browser, 보낸요청: Callable[..., int]):
    쪽 = 편집자.쪽(살피는곳(보낸요청(evidence="https://example.go.kr/fee 에서 봄")))

    assert "5만 3천 원" in 쪽.find("textarea", {"name": "body"}).text
    assert (
        쪽.find("textarea", {"name": "facts"}).text.strip() == "신청방법: 구청 여권 창구에 직접 갑니다.\n수수료: 5만 원"
    )
    assert [d.get_text() for d in 쪽.select("del, ins")] == ["[넣음] 3천 "]
    assert 쪽.find("a", href="https://example.go.kr/fee")
    assert "5만 원입니다." in 쪽.select_one(".more__body").text
    이름없는칸 = [
        t
        for t in 쪽.select("main input:not([type=hidden]), main textarea, main select")
        if not 쪽.find("label", {"for": t["id"]})
    ]
    assert 이름없는칸 == []
    assert [script["src"] for script in 쪽.find_all("script")] == ["/static/suggest.js", "/static/desk.js"]


def test_미리_보기는_아무것도_저장하지_않는다(
    편집자: Browser, 보낸요청: Callable[..., int], database: Database, 저장소: EntryStore
):
    id, 앞 = 보낸요청(), 저장소.head

    답 = 편집자.보낸다(
        f"{살피는곳(id)}/preview", 양식=살피는곳(id), 갈곳="/preview", title="여권 분실 재발급", note="고맙습니다"
    )

    쪽 = BeautifulSoup(답.text, "lxml")
    assert 쪽.find("h3", string="제목")
    assert 쪽.find("input", {"name": "title"})["value"] == "여권 분실 재발급"
    assert 쪽.find("textarea", {"name": "note"}).text.strip() == "고맙습니다"
    assert 상태(database, id) is State.RECEIVED
    assert 저장소.head == 앞


# --- 정하기 ---


def test_금액은_다른_편집자가_확인해야_목록에서_사라지고_안내가_바뀐다(
    편집자: Browser, 다른편집자: Browser, 보낸요청: Callable[..., int], database: Database, 인스턴스: Running
):
    id = 보낸요청()

    답 = 반영(
        편집자, id, facts="신청방법: 구청 여권 창구에 직접 갑니다.\n수수료: 5만 3천 원\n  (우편은 따로)", checked="y"
    )

    assert (답.status_code, 답.location) == (303, "/desk/")
    assert "2차 확인으로 넘겼습니다" in 편집자.쪽("/desk/").get_text()
    assert run_pending(database, 인스턴스.handlers()).done == 0
    assert 확인(다른편집자, id).status_code == 303
    assert "반영합니다" in 다른편집자.쪽("/desk/").get_text()
    assert 살피는곳(id) not in [a["href"] for a in 편집자.쪽("/desk/").select(".list a")]
    run_pending(database, 인스턴스.handlers())
    글 = 인스턴스.store.get("k1")
    assert 글.facts["수수료"] == "5만 3천 원\n(우편은 따로)"
    assert "수수료는 5만 3천 원입니다." in 글.body
    assert 글.checked is not None
    assert 글.title == "여권을 잃어버렸어요. 어떻게 다시 만드나요?"


def test_반영하지_않으면_까닭이_남고_글은_그대로다(
    편집자: Browser, 보낸요청: Callable[..., int], database: Database, 저장소: EntryStore
):
    id, 앞 = 보낸요청(), 저장소.head

    assert 거절(편집자, id, reason_code="already_correct", decline_note="별표를 확인했습니다.").status_code == 303
    assert 상태(database, id) is State.DECLINED
    assert 저장소.head == 앞


def test_까닭이_없으면_적은_설명을_지키고_다시_묻는다(
    편집자: Browser, 보낸요청: Callable[..., int], database: Database
):
    id = 보낸요청()

    답 = 거절(편집자, id, reason_code="", decline_note="길게 쓴 설명")

    assert 답.status_code == 422
    assert "까닭을 목록에서 골라" in 답.text
    assert "길게 쓴 설명" in 답.text
    assert 상태(database, id) is State.RECEIVED


@pytest.mark.parametrize(
    ("칸", "말"),
    [
        ({"title": " "}, "<p>제목이 비었거나"),
        ({"title": "\u200b"}, "<p>제목이 비었거나"),
        ({"title": "\u3164 \u2800\u200d"}, "<p>제목이 비었거나"),
        ({"body": ""}, "본문이 비어"),
        ({"body": "\u3164"}, "본문이 비어"),
    ],
)
def test_실을_수_없는_글이면_적은_글을_지키고_까닭을_말한다(
    편집자: Browser, 보낸요청: Callable[..., int], database: Database, 칸: dict[str, str], 말: str
):
    id = 보낸요청()

    답 = 반영(편집자, id, note="제가 쓴 말", **칸)

    assert 답.status_code == 422
    assert 말 in 답.text
    assert "제가 쓴 말" in 답.text
    assert 상태(database, id) is State.RECEIVED


@pytest.mark.parametrize("설명", ["\0", "\u200b", "\u3164"])
def test_보이지_않는_글자는_설명이_아니다(편집자: Browser, 보낸요청: Callable[..., int], database: Database, 설명: str):
    id = 보낸요청()

    assert 거절(편집자, id, reason_code="other", decline_note=설명).status_code == 422
    assert 상태(database, id) is State.RECEIVED


def test_바뀐_곳이_없으면_반영할_것이_없다고_말한다(편집자: Browser, 보낸요청: Callable[..., int], database: Database):
    id = 보낸요청(quoted="")

    답 = 반영(편집자, id)

    assert 답.status_code == 422
    assert "바뀐 곳이 없습니다" in 답.text
    assert 상태(database, id) is State.RECEIVED


def test_그사이_안내가_바뀌었으면_적은_글을_지키고_새_글을_보여_준다(
    편집자: Browser, 보낸요청: Callable[..., int], database: Database, 저장소: EntryStore
):
    id = 보낸요청()
    양식 = 편집자.양식(살피는곳(id), 갈곳="/preview") | {"title": "제가 고친 제목"}
    저장소.save(
        replace(저장소.get("k1"), body="새로 바뀐 본문입니다.\n"), change=Change(role="importer", reason="다시 가져옴")
    )

    답 = 편집자.client.post(f"{살피는곳(id)}/accept", data=양식)

    쪽 = BeautifulSoup(답.text, "lxml")
    assert 답.status_code == 409
    assert 쪽.find("input", {"name": "title"})["value"] == "제가 고친 제목"
    assert "5만 3천 원" in 쪽.find("textarea", {"name": "body"}).text
    assert "새로 바뀐 본문입니다." in 쪽.select_one(".more__body").text
    assert "그사이 안내가 바뀌었습니다" in 쪽.get_text()
    assert 쪽.find("input", {"name": "base_version"})["value"] == 저장소.get("k1").version
    assert 상태(database, id) is State.RECEIVED


def test_다른_편집자가_먼저_정했으면_409로_알리고_적은_글은_돌려준다(
    편집자: Browser, 다른편집자: Browser, 보낸요청: Callable[..., int], database: Database
):
    id = 보낸요청()
    늦은양식 = 다른편집자.양식(살피는곳(id), 갈곳="/preview") | {"note": "늦게 쓴 말"}
    반영(편집자, id)

    답 = 다른편집자.client.post(f"{살피는곳(id)}/accept", data=늦은양식)

    assert 답.status_code == 409
    assert "이미 ‘2차확인’ 상태" in 답.text
    assert "늦게 쓴 말" in 답.text
    assert not 다른편집자.쪽(살피는곳(id)).select("[formaction$=accept]")


def test_안내가_없어진_요청도_열리고_거절할_수_있다(
    편집자: Browser, 보낸요청: Callable[..., int], database: Database, 저장소: EntryStore
):
    id = 보낸요청()
    (저장소.root / 저장소.path_for(저장소.get("k1"))).unlink()

    assert "저장소에 없습니다" in 편집자.연다(살피는곳(id)).text
    assert 거절(편집자, id, reason_code="out_of_scope").status_code == 303
    assert 상태(database, id) is State.DECLINED


def test_없는_요청은_404다(편집자: Browser):
    assert 편집자.연다(살피는곳(999)).status_code == 404
    assert 편집자.연다("/desk/corrections/99999999999999999999").status_code == 404


@pytest.mark.parametrize(
    "항목들",
    [{}, {"수수료": "5만 원"}, {"가": "", "나": "첫 줄\n둘째 줄\n\n넷째 줄"}, {"시간": "평일 09:00~18:00: 점심 쉼"}],
)
def test_항목은_줄로_오가도_그대로다(항목들: dict[str, str]):
    assert facts_from_lines(facts_to_lines(항목들)) == 항목들


def test_쌍점_뒤에_빈칸이_없어도_알아본다():
    assert facts_from_lines("수수료:5만 원\n\n  \n  이어진 줄\n시간: 9시") == {
        "수수료": "5만 원\n\n이어진 줄",
        "시간": "9시",
    }
