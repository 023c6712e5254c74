"""진짜 인스턴스 위의 진짜 앱: 시민과 편집자가 브라우저로 하는 일을 한다."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app import create_app
from app.instance import Instance
from app.running import Running
from db import Database
from db.people import Person, Role, add_person
from db.searches import Channel, SearchTerm
from kb.store import EntryStore

두_데이터베이스 = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
"""화면의 시험은 SQLite에서 하고, 데이터베이스가 다르면 달라질 수 있는 것만 둘 다에서 한다."""

너그러운_한도 = "0 1000 1000 1000 1000 1000"
"""시험은 사람보다 빨리, 한 주소에서 보낸다. 한도를 보는 시험은 스스로 정한다."""

비밀번호 = "청계천-따라-걷기-2026"


@pytest.fixture
def database_url(request: pytest.FixtureRequest) -> str:
    name = "postgres_url" if getattr(request, "param", "sqlite") == "postgresql" else "sqlite_url"
    return str(request.getfixturevalue(name))


@dataclass(frozen=True)
class 시험인스턴스(Instance):
    """판정된 질문이 제 폴더에 있는 인스턴스. 시험이 적어 두지 않으면 없다: 408개를 재지 않는다."""

    @property
    def questions(self) -> Path:
        return self.root / "questions.jsonl"


@pytest.fixture
def 인스턴스(
    tmp_path: Path, 저장소: EntryStore, database: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Running]:
    """색인까지 지은 인스턴스. 저장소에는 여권 안내(k1)가 있다."""
    monkeypatch.setenv("OPEN120_DATABASE_URL", database_url)
    monkeypatch.setenv("OPEN120_REPORT_LIMITS", 너그러운_한도)
    running = Running(시험인스턴스(tmp_path / "instance"))  # the tables are there already: no migrating for each test
    running.refresh_index()
    yield running
    running.judging.stop()
    running.searches.stop()
    running.database.close()


@pytest.fixture
def 앱(인스턴스: Running) -> Flask:
    return create_app(인스턴스)


@pytest.fixture
def 시민(앱: Flask) -> "Browser":
    return Browser(앱.test_client())


@pytest.fixture
def 편집자(앱: Flask, database: Database) -> "Browser":
    """로그인한 편집자."""
    return 로그인(앱, database, "editor", Role.EDITOR)


@pytest.fixture
def 다른편집자(앱: Flask, database: Database) -> "Browser":
    return 로그인(앱, database, "lead", Role.LEAD_EDITOR)


def 로그인(앱: Flask, database: Database, login: str, role: Role) -> "Browser":
    직원(database, login, role)
    누구 = Browser(앱.test_client())
    답 = 누구.보낸다("/desk/login", login=login, password=비밀번호)
    assert 답.status_code == 303
    return 누구


def 직원(database: Database, login: str, role: Role) -> Person:
    with database.begin() as session:
        return add_person(session, login=login, name_shown=f"이름-{login}", role=role, password=비밀번호)


class Browser:
    """양식의 숨은 칸(표)까지 그대로 보내는 브라우저."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def 연다(self, 주소: str) -> TestResponse:
        return self.client.get(주소, buffered=True)

    def 쪽(self, 주소: str) -> BeautifulSoup:
        답 = self.연다(주소)
        assert 답.status_code == 200, (주소, 답.status_code)
        return BeautifulSoup(답.text, "lxml")

    def 양식(self, 주소: str, *, 갈곳: str | None = None) -> dict[str, Any]:
        """그 주소의 양식(갈곳이 있으면 그리로 가는 것)이 지금 담고 있는 값들."""
        쪽 = self.쪽(주소)
        폼 = (갈곳 is None and 쪽.select_one("form[data-draft]")) or next(
            f for f in 쪽.find_all("form", method="post") if 갈곳 is None or 갈곳 in str(f)
        )
        값 = {
            i["name"]: i.get("value", "")
            for i in 폼.find_all("input")
            if i.get("type") in ("hidden", "text", "password")
        }
        return 값 | {t["name"]: re.sub(r"^\r?\n", "", t.text) for t in 폼.find_all("textarea")}

    def 보낸다(self, 주소: str, *, 양식: str | None = None, 갈곳: str | None = None, **칸: Any) -> TestResponse:
        """양식을 열어 채우고 보낸다."""
        return self.client.post(주소, data=self.양식(양식 or 주소, 갈곳=갈곳) | 칸)


@pytest.fixture
def 보낸요청(시민: Browser) -> Callable[..., int]:
    """시민이 화면에서 보낸 수정 요청의 번호."""

    def send(**칸: Any) -> int:
        칸들 = {
            "kind": "fee",
            "quoted": "수수료는 5만 원입니다.",
            "proposal": "수수료는 5만 3천 원입니다.",
            "evidence": "",
        }
        답 = 시민.보낸다("/correct/k1", **칸들 | 칸)
        assert 답.status_code == 303
        return int(답.location.rsplit("-", 1)[1])

    return send


없는말 = "우주 정거장 예약"


@pytest.fixture
def 찾은말(인스턴스: Running) -> Callable[..., int]:
    """다섯 사람이 찾은 말의 번호."""

    def make(말: str = 없는말, *, 사람: int = 5, 결과: int = 0) -> int:
        for 누구 in range(사람):
            인스턴스.searches.count(말, 결과, Channel.WEB, f"203.0.113.{누구}")
        인스턴스.searches.flush()
        with 인스턴스.database.reading() as session:
            return session.scalars(select(SearchTerm.id).order_by(SearchTerm.id.desc())).first()

    return make
