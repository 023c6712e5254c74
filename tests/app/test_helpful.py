"""‘도움이 되었나요?’: 스크립트도 쿠키도 없이 답하고, 판마다 수만 세고, 편집실이 안내마다 본다."""

import pytest
from sqlalchemy import select

from db import Database
from db.attempts import Attempt
from db.helpful import Answers, HelpfulCount, total
from kb.store import Change, EntryStore
from tests.app.conftest import Browser, 두_데이터베이스

여기서 = {"Sec-Fetch-Site": "same-origin"}


def 답한다(누구: Browser, 답: str, 판: str, *, 번호: str = "k1", 주소: str = "203.0.113.7", 머리=여기서):
    return 누구.client.post(
        f"/helpful/{번호}",
        data={"v": 판, "answer": 답},
        headers=머리,
        environ_overrides={"REMOTE_ADDR": 주소},
        buffered=True,
    )


def 셈(database: Database) -> list[tuple[str, str, int, int]]:
    with database.reading() as session:
        return [(줄.entry_id, 줄.version, 줄.yes, 줄.no) for 줄 in session.scalars(select(HelpfulCount))]


@pytest.fixture
def 판(저장소: EntryStore) -> str:
    return 저장소.get("k1").version


@두_데이터베이스
def test_답은_판마다_수만_세고_고맙다는_쪽으로_간다(시민: Browser, database: Database, 판: str) -> None:
    for n, 답 in enumerate(["yes", "yes", "no"]):
        response = 답한다(시민, 답, 판, 주소=f"203.0.113.{n}")
        assert (response.status_code, response.location) == (303, f"/helpful/k1?answer={답}")
        assert "Set-Cookie" not in response.headers

    assert 셈(database) == [("k1", 판, 2, 1)]
    assert "고맙습니다" in 시민.쪽("/helpful/k1?answer=yes").h1.text
    assert 시민.쪽("/helpful/k1?answer=no").select_one("main a.button")["href"] == f"/correct/k1?v={판}"


def test_게시한_쪽의_양식으로_답할_수_있다(시민: Browser, database: Database, 판: str) -> None:
    양식 = 시민.쪽("/faq/k1").select_one("form.helpful")
    칸 = {칸["name"]: 칸["value"] for 칸 in 양식.find_all("input")} | {"answer": "no"}

    시민.client.post(양식["action"], data=칸, headers=여기서, buffered=True)

    assert 셈(database) == [("k1", 판, 0, 1)]


def test_한_사람이_같은_판에_여러_번_답해도_하루에_한_번만_센다(시민: Browser, database: Database, 판: str) -> None:
    for 답 in ("yes", "yes", "no"):
        assert 답한다(시민, 답, 판).status_code == 303

    assert 셈(database) == [("k1", 판, 1, 0)]
    with database.reading() as session:
        assert not any(
            "203.0.113" in 두드림.subject for 두드림 in session.scalars(select(Attempt))
        )  # 주소는 지문으로만


def test_글이_바뀌면_옛_판의_답은_세지_않고_새로_센다(
    시민: Browser, database: Database, 저장소: EntryStore, 항목, 판: str
) -> None:
    저장소.save(항목(body="바뀐 글입니다.\n"), change=Change(role="editor", reason="고침"))
    새판 = 저장소.get("k1").version

    답한다(시민, "no", 판)
    답한다(시민, "yes", 새판)

    assert 셈(database) == [("k1", 새판, 1, 0)]


@pytest.mark.parametrize(
    ("번호", "답", "머리", "상태"),
    [
        ("k1", "yes", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("k1", "yes", {"Origin": "https://evil.example"}, 403),
        ("k1", "maybe", 여기서, 400),
        ("k404", "yes", 여기서, 404),
    ],
)
def test_다른_누리집이_보낸_것과_알_수_없는_것은_세지_않는다(
    시민: Browser, database: Database, 판: str, 번호, 답, 머리, 상태
) -> None:
    assert 답한다(시민, 답, 판, 번호=번호, 머리=머리).status_code == 상태
    assert 셈(database) == []


def test_편집실은_안내마다_답의_수를_본다(시민: Browser, 편집자: Browser, database: Database, 판: str) -> None:
    assert "도움이 되지 않았다는 안내" not in 편집자.쪽("/desk/report").text
    for n, 답 in enumerate(["no", "no", "yes"]):
        답한다(시민, 답, 판, 주소=f"203.0.113.{n}")

    쪽 = 편집자.쪽("/desk/report")
    assert "도움이 됨 1, 안 됨 2" in 쪽.select_one('a[href="/faq/k1"]').parent.text
    assert "도움이 됨 1, 안 됨 2" in 편집자.쪽("/desk/report?office=민원여권과&kind=unchecked").main.text
    with database.reading() as session:
        assert total(session) == Answers(1, 2)


def test_절의_오류_신고는_어느_부분인지_적힌_양식을_연다(시민: Browser, 판: str) -> None:
    assert 시민.양식(f"/correct/k1?v={판}&section=준비물 %26 서류")["quoted"] == "‘준비물 & 서류’ 부분"
