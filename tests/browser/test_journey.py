"""고리 한 바퀴: 시민이 신고하고, 편집자가 받아들이고, 게시된 쪽이 바뀌고, 접수증이 결과를 말한다."""

import json
import subprocess
import time

import pytest
from playwright.sync_api import Browser, Page, expect

from corrections.submit import LABELS
from tests.browser.conftest import 로그인, 서버, 큰화면
from tests.cli.conftest import 명령, 환경

pytestmark = pytest.mark.browser


def test_스크립트를_꺼도_신고가_게시된_쪽에_반영된다(글자만: Page, 브라우저: Browser, 열린_서버: 서버) -> None:
    글자만.goto("/faq/k1")
    인용 = 글자만.locator("main p").first.inner_text().split(".")[0] + "."
    글자만.get_by_role("link", name="오류 신고").first.click()
    글자만.get_by_role("radio").first.check()
    글자만.get_by_label(LABELS["quoted"]).fill(인용)
    글자만.get_by_label(LABELS["proposal"]).fill("잃어버린 여권은 가까운 구청 여권 창구에서 먼저 신고합니다.")
    글자만.get_by_label(LABELS["evidence"]).fill("구청 창구에서 들음.")
    글자만.get_by_role("button", name="보내기").click()
    글자만.wait_for_url("**/receipt/*")
    주소 = 글자만.url

    편집실 = 브라우저.new_context(viewport=큰화면, base_url=열린_서버.주소, java_script_enabled=False).new_page()
    로그인(편집실, 열린_서버)
    편집실.get_by_role("link", name="여권을 잃어버렸어요").first.click()
    본문 = 편집실.get_by_role("textbox", name="본문")
    본문.fill(본문.input_value() + "\n\n시험이 덧붙인 문단입니다.\n")
    편집실.get_by_role("button", name="반영하기", exact=True).click()
    expect(편집실.locator("main")).to_contain_text("반영")

    for _ in range(100):
        글자만.goto("/faq/k1")
        if "시험이 덧붙인 문단입니다." in 글자만.content():
            break
        time.sleep(0.1)
    assert "시험이 덧붙인 문단입니다." in 글자만.content()
    assert "시험이 덧붙인" in (열린_서버.인스턴스 / "site/current/faq/k1.html").read_text("utf-8")
    글자만.goto(주소)
    assert "반영" in 글자만.locator("main").inner_text()
    assert 글자만.locator("main a[href^='/faq/k1']").count() >= 1

    판 = json.loads(
        subprocess.run(
            명령("history", "k1", "--json", "--instance", 열린_서버.인스턴스),
            env=환경(),
            capture_output=True,
            check=True,
        ).stdout
    )["versions"][0]
    assert (판["role"], type(판["correction"])) == ("editor", int)
    찾음 = 글자만.goto("/search?q=시험이+덧붙인+문단")
    assert 찾음 is not None
    assert "/faq/k1" in 글자만.content()
