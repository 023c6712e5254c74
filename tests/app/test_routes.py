"""모든 주소를 걷는다: 누가 쓸 수 있는지, 표 없는 양식은 막는지, 보안 머리말이 있는지. 주소의 표는 routes.txt에 있다."""

import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.desk import door
from app.running import Running
from db import Database, staff
from db.people import STAFF_ROLES, Actor, Person, Role
from tests.app.conftest import Browser, 비밀번호

표 = Path(__file__).with_name("routes.txt")
누구나, 직원 = "누구나", "직원"
이름표 = {role.label: role for role in STAFF_ROLES}
스스로_살핌 = {"answer", "opened"}
"""게시한 쪽에서 오므로 양식의 표 대신 어디에서 왔는지를 보는 곳."""

서명을_봄 = {"stopped": "/receipt/stop"}
"""메일 프로그램이 누르므로(RFC 8058) 주소에 실린 서명이 자격인 곳."""


def 줄들() -> Iterator[tuple[str, str, str]]:
    for line in 표.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            방법, 나머지 = line.split(maxsplit=1)
            주소, 사람 = re.split(r"\s{2,}", 나머지, maxsplit=1)
            yield 방법, 주소, 사람.strip()


허락: Mapping[tuple[str, str], frozenset[Role] | None] = {
    (방법, 주소): None
    if 사람 == 누구나
    else frozenset(STAFF_ROLES)
    if 사람 == 직원
    else frozenset(이름표[이름.strip()] for 이름 in 사람.split(","))
    for 방법, 주소, 사람 in 줄들()
}


def 주소들(앱: Flask) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in 앱.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def test_주소의_표에는_모든_주소가_있고_없는_주소는_없다(앱: Flask):
    assert len(list(줄들())) == len(허락), "routes.txt에 같은 주소가 두 번 있습니다."
    빠진것, 남은것 = 주소들(앱) - set(허락), set(허락) - 주소들(앱)

    assert not 빠진것, f"tests/app/routes.txt에 누가 쓸 수 있는지 한 줄씩 적어 주세요: {sorted(빠진것)}"
    assert not 남은것, f"없어진 주소입니다. tests/app/routes.txt에서 지워 주세요: {sorted(남은것)}"


@pytest.fixture
def 보기(
    인스턴스: Running, database: Database, 보낸요청: Callable[..., int], 찾은말: Callable[..., int]
) -> Callable[[str], str]:
    """주소의 빈자리를 정말 있는 것으로 채운다: 없는 것이라서 막힌 것과 섞이지 않게."""
    with database.begin() as session:
        희생자 = staff.add(
            session, by=Actor.system(), login="target", name_shown="x", role=Role.OFFICER, password=비밀번호
        ).id
    값 = {
        "/desk/corrections/": (요청 := 보낸요청()),
        "/desk/office/": 요청,
        "/desk/answer/": 요청,
        "/desk/bulk/": 999,
        "/desk/rewards/": 999,
        "/desk/searches/": 찾은말(),
        "/desk/people/": 희생자,
        "/desk/account/": 999,  # a seat of one's own would be left
    }

    def 채운다(rule: str) -> str:
        id = next((str(번호) for 앞, 번호 in 값.items() if rule.startswith(앞)), "k1")
        return re.sub(r"<[^>]*>", id, rule)

    return 채운다


def 들어온다(앱: Flask, database: Database, role: Role) -> FlaskClient:
    """그 역할의 직원으로 들어와 있는 브라우저. 담당자는 여권 안내를 맡은 부서 사람이다."""
    with database.begin() as session:
        login = role.value.replace("_", "-")
        사람 = Person(login=login, name_shown=login, role=role, office="민원여권과", password_hash=f"-{login}")
        session.add(사람)
        session.flush()
        token = door.staff_sessions.begin(session, 사람, device="시험")
    누구 = 앱.test_client()
    with 누구.session_transaction() as 세션:
        세션["person"], 세션[door.SEAT], 세션["role"] = 사람.id, token, role.value
    return 누구


def 양식표(누구: FlaskClient) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', 누구.get("/receipt").text)
    assert found
    return found[1]


def 막혔나(답: TestResponse) -> bool:
    return 답.status_code == 403 or (답.status_code == 303 and 답.location.startswith("/desk/login?next="))


걷는_사람 = (
    None, Role.AGENT, Role.EDITOR, Role.LEAD_EDITOR, Role.OFFICER, Role.MANAGER, Role.COMMITTEE_MEMBER, Role.ADMINISTRATOR
)  # fmt: skip
"""시민(None)과, 하는 일이 서로 다른 역할들. 나머지 역할은 아직 제 화면이 없어 관리자(부서장)와 같다."""


def test_역할마다_제_화면만_쓸_수_있다(앱: Flask, database: Database, 보기: Callable[[str], str]):
    틀린것 = [걸음 for role in 걷는_사람 for 걸음 in 걷기(앱, database, 보기, role)]

    assert not 틀린것, "\n".join(틀린것)


def 걷기(앱: Flask, database: Database, 보기: Callable[[str], str], role: Role | None) -> Iterator[str]:
    """그 역할로 편집실의 모든 주소를 걷고 표와 다른 것을 말한다. 나가기는 맨 나중에."""
    누구, 이름 = (들어온다(앱, database, role), role.label) if role else (앱.test_client(), "시민")
    토큰 = 양식표(누구)
    for (방법, 주소), 사람들 in sorted(허락.items(), key=lambda item: item[0][1] == "/desk/logout"):
        if 사람들 is None and not 주소.startswith("/desk/"):
            continue  # citizens' screens have their own tests; a staff session changes nothing there
        if role and 주소 == "/desk/logout":
            assert 누구.get("/desk/account").status_code == 200, f"{이름}: 걷다가 나가 버렸습니다."
        답 = 누구.open(보기(주소), method=방법, data={"csrf_token": 토큰} if 방법 != "GET" else None)
        되나 = 사람들 is None or role in 사람들
        if 답.status_code >= 500 or 막혔나(답) is 되나:
            yield f"{이름}: {방법} {주소} {답.status_code} {답.headers.get('Location', '')}"


def test_시민의_화면은_로그인_없이_열린다(앱: Flask, 보기: Callable[[str], str]):
    누구 = 앱.test_client()
    for (방법, 주소), 사람들 in 허락.items():
        if 방법 == "GET" and 사람들 is None and 주소 not in ("/static/<path:filename>",):
            답 = 누구.get(보기(주소), buffered=True)
            assert 답.status_code < 500, 주소
            assert not 막혔나(답) or 주소 in 서명을_봄.values(), 주소


def test_바꾸는_일은_표_없이는_모두_403이다(앱: Flask, database: Database, 보기: Callable[[str], str]):
    관리자 = 들어온다(앱, database, Role.ADMINISTRATOR)
    편집자 = 들어온다(앱, database, Role.LEAD_EDITOR)
    바꾸는 = [(방법, 주소) for 방법, 주소 in 주소들(앱) if 방법 not in ("GET", "HEAD", "OPTIONS")]
    assert len(바꾸는) > 20
    남의표 = 양식표(앱.test_client())
    for 방법, 주소 in 바꾸는:
        for 누구, 표글 in ((관리자, ""), (편집자, 남의표), (앱.test_client(), "지어낸-표")):
            답 = 누구.open(
                보기(주소), method=방법, data={"csrf_token": 표글, "answer": "yes", "v": "0"},
                headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
            )  # fmt: skip
            막음 = (403,) if 주소 not in 서명을_봄.values() else (400, 403, 404, 410, 422)
            assert 답.status_code in 막음, (방법, 주소, 답.status_code)


def test_표_대신_온_곳을_보는_주소는_정해진_것뿐이다(앱: Flask):
    csrf = 앱.extensions["csrf"]
    봐주는 = {name.rsplit(".", 1)[-1] for name in csrf._exempt_views}
    봐주는 |= {
        rule.endpoint.partition(".")[2]
        for rule in 앱.url_map.iter_rules()
        if rule.endpoint.partition(".")[0] in {blueprint.name for blueprint in csrf._exempt_blueprints}
        and "POST" in (rule.methods or ())
    }
    assert 봐주는 == 스스로_살핌 | set(서명을_봄)


def test_모든_살아_있는_답에_보안_머리말이_있다(앱: Flask, database: Database, 보기: Callable[[str], str]):
    """화면, 오류, 되돌려 보내기, API, 게시본의 파일 모두."""
    편집자 = 들어온다(앱, database, Role.LEAD_EDITOR)
    for 방법, 주소 in 허락:
        if 방법 != "GET":
            continue
        답 = 편집자.get(보기(주소), buffered=True)
        정책 = 답.headers["Content-Security-Policy"]
        assert "default-src 'none'" in 정책, 주소
        assert "unsafe" not in 정책, 주소
        assert "frame-ancestors 'none'" in 정책, 주소
        assert 답.headers["X-Content-Type-Options"] == "nosniff", 주소
        assert 답.headers["Referrer-Policy"], 주소
        assert re.fullmatch(r"[0-9a-f]{16}", 답.headers["X-Request-ID"]), 주소
        if 주소.startswith(("/desk", "/receipt", "/correct", "/helpful")):
            적던글 = 주소 == "/correct/<id>"  # going back must find what was typed; nobody else's words are there
            assert 답.headers["Cache-Control"] == ("private, no-cache" if 적던글 else "no-store"), 주소
            assert 답.headers["X-Robots-Tag"] == "noindex", 주소


def test_밖에서_준_요청_번호는_쓰지_않는다(시민: Browser):
    답 = 시민.client.get("/receipt", headers={"X-Request-ID": "010-1234-5678"})

    assert "1234" not in 답.headers["X-Request-ID"]
