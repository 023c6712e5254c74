"""찾은 결과를 열었는지: 스크립트가 있으면 스크립트가, 없으면 브라우저가 어디서 왔는지로 알린다."""

import sqlite3
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import 로그인, 서버, 큰화면

pytestmark = pytest.mark.browser


def 연_수(서버: 서버, 말: str) -> int:
    """그 말로 찾아 연 수. 적힐 때까지 기다린다."""
    묻기 = "SELECT searches, opened FROM search_count JOIN search_term ON id = term_id WHERE key = ?"
    for _ in range(100):
        with sqlite3.connect(서버.인스턴스 / "open120.db") as 연결:
            줄 = 연결.execute(묻기, (말,)).fetchone()
        연결.close()
        if 줄:
            assert 줄[0] == 1
            return int(줄[1])
        time.sleep(0.1)
    raise AssertionError("찾은 것이 세어지지 않았습니다.")


def 찾아서_연다(page: Page, 말: str) -> str:
    """찾고 첫 결과를 열어, 다음 쪽의 요청에 실린 Referer를 돌려준다."""
    page.goto(f"/search?q={말}")
    with page.expect_request("**/faq/**") as 요청:
        page.locator("ol.list a").first.click()
    page.wait_for_url("**/faq/**")
    return 요청.value.all_headers().get("referer", "")


@pytest.mark.parametrize("화면", [큰화면], indirect=True, ids=["1366px"])
def test_스크립트가_있으면_찾은_말을_다음_쪽에_싣지_않고_한_번_알린다(화면: Page, 열린_서버: 서버):
    말 = "여권 가"
    assert "q=" not in 찾아서_연다(화면, 말)

    화면.go_back()
    화면.locator("ol.list a").first.click()
    assert 연_수(열린_서버, 말.replace(" ", "")) == 1


def test_스크립트가_없어도_연_것을_안다(글자만: Page, 열린_서버: 서버):
    assert "/search?q=" in 찾아서_연다(글자만, "여권 나")

    assert 연_수(열린_서버, "여권나") == 1


def test_편집실의_찾은_말은_자판으로_고르고_옆으로_넘치지_않는다(화면: Page, 열린_서버: 서버):
    로그인(화면, 열린_서버)
    화면.get_by_role("link", name="찾은 말").press("Enter")
    화면.wait_for_url("**/desk/searches")
    화면.get_by_role("link", name="자주 찾는 말").press("Enter")

    expect(화면.get_by_role("link", name="자주 찾는 말")).to_have_attribute("aria-current", "page")
    assert 화면.evaluate("document.documentElement.scrollWidth <= innerWidth")
