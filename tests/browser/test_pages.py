"""네 사람이 보는 화면: 좁은 화면에서도 넘치지 않고, 보조 기술로도 쓸 수 있다."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from corrections.submit import LABELS
from tests.browser.conftest import 로그인, 서버, 작은화면, 큰화면

pytestmark = pytest.mark.browser
규칙 = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
시민_화면 = [
    "/",
    "/faq/k1",
    "/topic/minwon",
    "/life",
    "/ganada",
    "/licence",
    "/helpful/k1?answer=no",
    "/about",
    "/api",
    "/search?q=여권+분실",
    "/search?q=zzzz",
    "/correct/k1",
    "/receipt",
    "/없는주소",
]


def 심한_흠(page: Page) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = Axe().run(page, options=규칙).response["violations"]
    return [
        {"id": each["id"], "nodes": [node["html"] for node in each["nodes"][:3]]}
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]


def 살피기(page: Page) -> None:
    assert 심한_흠(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "옆으로 넘칩니다"
    assert page.title()
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("path", 시민_화면)
def test_시민의_화면에는_심한_흠이_없다(화면: Page, path: str) -> None:
    problems: list[str] = []
    화면.on(
        "console", lambda message: problems.append(message.text) if "Content Security Policy" in message.text else None
    )
    화면.goto(path)

    살피기(화면)
    assert problems == []


def test_어두운_화면에서도_읽을_수_있다(브라우저: Browser, 열린_서버: 서버) -> None:
    context = 브라우저.new_context(
        viewport=작은화면, base_url=열린_서버.주소, locale="ko-KR", color_scheme="dark", reduced_motion="reduce"
    )
    page = context.new_page()
    for path in ("/", "/faq/k1", "/life", "/없는주소"):
        page.goto(path)
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(18, 24, 23)"
        살피기(page)
    context.close()


def test_두_배로_키워도_옆으로_넘치지_않는다(브라우저: Browser, 열린_서버: 서버) -> None:
    """360과 1366의 절반에서 보는 것이 200 %다 (KWCAG 5.4)."""
    for width in (180, 683):
        context = 브라우저.new_context(
            viewport={"width": width, "height": 384}, base_url=열린_서버.주소, locale="ko-KR"
        )
        page = context.new_page()
        for path in ("/", "/faq/k1", "/topic/minwon", "/search?q=여권", "/correct/k1", "/receipt", "/data"):
            page.goto(path)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{width} {path}"
        context.close()


def test_안내를_글로_복사한다(브라우저: Browser, 열린_서버: 서버) -> None:
    context = 브라우저.new_context(
        viewport=큰화면, base_url=열린_서버.주소, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    page.goto("/faq/k1")
    page.get_by_role("button", name="글로 복사").click()
    page.get_by_text("복사했습니다.").wait_for()

    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(page.locator("h1").inner_text())
    assert copied.endswith("/faq/k1")
    assert "수수료: " in copied
    assert "오류 신고" not in copied
    context.close()


def test_스크립트_없이_도움이_되었는지_답한다(글자만: Page) -> None:
    글자만.goto("/faq/k1")
    assert 글자만.get_by_role("button", name="글로 복사").count() == 0
    글자만.get_by_role("button", name="아니요").click()

    글자만.wait_for_url("**/helpful/k1?answer=no")
    assert 글자만.locator("h1").inner_text() == "알려 주셔서 고맙습니다"


def test_편집자의_화면에는_심한_흠이_없다(화면: Page, 열린_서버: 서버) -> None:
    화면.goto("/correct/k2")
    화면.get_by_label(LABELS["proposal"]).fill("접수처가 바뀌었습니다.")
    화면.get_by_role("radio").first.check()
    화면.get_by_role("button", name="보내기").click()
    화면.wait_for_url("**/receipt/*")
    살피기(화면)

    화면.goto("/desk/login")
    살피기(화면)
    로그인(화면, 열린_서버)
    살피기(화면)
    화면.locator("main .list a").first.click()
    살피기(화면)


def test_제출을_잘못하면_적은_글이_남고_무엇을_할지_말한다(화면: Page) -> None:
    화면.goto("/correct/k1")
    화면.get_by_label(LABELS["quoted"]).fill("옮겨 적은 문장")
    화면.get_by_role("button", name="보내기").click()

    assert 화면.locator(".error-summary").is_visible()
    assert 화면.get_by_label(LABELS["quoted"]).input_value() == "옮겨 적은 문장"
    살피기(화면)


def test_키보드만으로_찾고_열고_신고_화면까지_간다(화면: Page) -> None:
    화면.goto("/")
    탭으로_가기(화면, "document.activeElement.name === 'q'")
    화면.keyboard.type("여권 분실")
    화면.keyboard.press("Enter")
    화면.wait_for_url("**/search?*")
    for 가는곳 in ("/faq/", "/correct/"):
        탭으로_가기(화면, f"(document.activeElement.href || '').includes('{가는곳}')")
        화면.keyboard.press("Enter")
        화면.wait_for_url(f"**{가는곳}*")

    assert 화면.locator("h1").is_visible()


def 탭으로_가기(page: Page, 닿음: str) -> None:
    """초점이 그 조건에 닿을 때까지 Tab을 누른다."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(닿음):
            return
    pytest.fail(f"Tab으로 닿지 않습니다: {닿음}")
