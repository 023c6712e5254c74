"""진짜 서버(`open120 serve`)와 진짜 브라우저."""

import signal
import socket
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.chromium import 브라우저
from tests.cli.conftest import 작은_배포본
from tests.processes import 모판, 프로세스, 환경

__all__ = ["브라우저"]

기다림 = 10_000
작은화면, 큰화면 = {"width": 360, "height": 800}, {"width": 1366, "height": 768}


@dataclass(frozen=True)
class 서버:
    """열려 있는 서버. `비밀번호`는 처음 실행이 보인 것."""

    주소: str
    비밀번호: dict[str, str]
    인스턴스: Path
    기록: Path


@pytest.fixture(scope="session")
def 열린_서버(프로세스_모판: 모판, tmp_path_factory: pytest.TempPathFactory) -> Iterator[서버]:
    folder = tmp_path_factory.mktemp("serve")
    log, instance = folder / "log", folder / "instance"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with log.open("w") as out:
        process = 프로세스_모판.띄우기(
            "app",
            *("serve", "--port", port, "--instance", instance),
            stdout=out,
            stderr=out,
            env=환경(
                PYTHONUNBUFFERED="1",
                OPEN120_CONTENT=str(작은_배포본(folder / "content")),
                OPEN120_REPORT_LIMITS="0 1000 1000 1000 1000 1000",  # a test is quicker than a person
            ),
        )
    try:
        passwords = _기다림(f"http://127.0.0.1:{port}", log, process)
        yield 서버(f"http://127.0.0.1:{port}", passwords, instance, log)
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0, log.read_text("utf-8")
    assert "Traceback" not in log.read_text("utf-8"), log.read_text("utf-8")


def _기다림(address: str, log: Path, process: 프로세스) -> dict[str, str]:
    for _ in range(600):
        told = log.read_text("utf-8")
        assert process.poll() is None, told
        if "열렸습니다" in told:
            with urllib.request.urlopen(f"{address}/healthz") as answer:
                assert answer.status == 200
            lines = [line.split() for line in told.splitlines() if line.startswith("  ")]
            return {words[0]: words[1] for words in lines}
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf-8"))


@pytest.fixture(params=[작은화면, 큰화면], ids=["360px", "1366px"])
def 화면(request: pytest.FixtureRequest, 브라우저: Browser, 열린_서버: 서버) -> Iterator[Page]:
    context = 브라우저.new_context(viewport=request.param, base_url=열린_서버.주소, locale="ko-KR")
    context.set_default_timeout(기다림)
    yield context.new_page()
    context.close()


@pytest.fixture
def 글자만(브라우저: Browser, 열린_서버: 서버) -> Iterator[Page]:
    """스크립트를 끈 브라우저."""
    context = 브라우저.new_context(viewport=큰화면, base_url=열린_서버.주소, java_script_enabled=False)
    context.set_default_timeout(기다림)
    yield context.new_page()
    context.close()


def 로그인(page: Page, 서버: 서버, 아이디: str = "editor") -> None:
    page.goto("/desk/login")
    page.get_by_label("아이디").fill(아이디)
    page.get_by_label("비밀번호").fill(서버.비밀번호[아이디])
    page.get_by_role("button", name="들어가기").click()
    page.wait_for_url("**/desk/")
