"""치는 동안의 추천: 한글을 짓는 중에도 보이고, 엔터 한 번에 한 번만 열리고, 상자의 글은 아무도 고치지 않는다 (WORKFLOWS 2-6)."""

from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, Route, expect

from tests.browser.conftest import 기다림, 로그인, 서버, 작은화면, 큰화면
from tests.browser.test_pages import 살피기

pytestmark = pytest.mark.browser
넓은_화면 = pytest.mark.parametrize("화면", [큰화면], indirect=True, ids=["1366px"])

여권 = "여권을 잃어버렸어요. 어떻게 다시 만드나요?"
지켜보기 = """() => {
  window.고친_수 = 0;
  const 값 = Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value');
  Object.defineProperty(HTMLInputElement.prototype, 'value', {...값, set(글) { 고친_수++; 값.set.call(this, 글); }});
  window.지음 = [];
  for (const 일 of ['compositionstart', 'compositionend'])
    document.addEventListener(일, (event) => 지음.push([일, event.data]));
}"""


class 자판:
    """한글 입력기: 짓는 중인 글을 상자에 두었다가 굳힌다 (Chrome DevTools Protocol)."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self._cdp: CDPSession = page.context.new_cdp_session(page)

    def 짓는다(self, *글들: str) -> None:
        for 글 in 글들:
            self._cdp.send("Input.imeSetComposition", {"text": 글, "selectionStart": len(글), "selectionEnd": len(글)})

    def 굳힌다(self, 글: str) -> None:
        self._cdp.send("Input.insertText", {"text": 글})

    def 입력기가_먹는_키(self, code: str) -> None:
        """짓는 중에 누른 키: 입력기가 가져가고 쪽에는 229번으로만 보인다."""
        key = {"key": "Process", "code": code, "windowsVirtualKeyCode": 229}
        self._cdp.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})


@pytest.fixture
def 상자(화면: Page) -> Iterator[자판]:
    """첫 화면의 찾기 상자에 초점을 두고, 누가 상자의 글을 고치는지 지켜본다."""
    화면.goto("/")
    화면.evaluate(지켜보기)
    화면.locator("#q").focus()
    yield 자판(화면)
    assert 화면.evaluate("window.고친_수 || 0") == 0


def 목록(page: Page) -> Any:
    return page.get_by_role("listbox", name="추천 안내")


def 옮겨_간_곳(page: Page) -> list[str]:
    """이제부터 여는 쪽의 주소들."""
    곳들: list[str] = []
    page.on("request", lambda request: 곳들.append(request.url) if request.is_navigation_request() else None)
    return 곳들


@넓은_화면
def test_짓는_중인_글자로도_추천하고_짓기를_깨지_않는다(화면: Page, 상자: 자판):
    for 글 in ("ㅇ", "여", "역", "여구", "여궈", "여권"):
        상자.짓는다(글)
        expect(목록(화면).get_by_role("option", name=여권)).to_be_visible()

    assert 화면.evaluate("지음") == [["compositionstart", ""]]
    assert 화면.locator("#q").input_value() == "여권"
    상자.굳힌다("여권")
    assert 화면.evaluate("지음") == [["compositionstart", ""], ["compositionend", "여권"]]


@넓은_화면
def test_짓는_중에_누른_엔터는_열지_않고_이어지는_엔터가_한_번만_연다(화면: Page, 상자: 자판):
    곳들 = 옮겨_간_곳(화면)
    상자.짓는다("여", "여권")
    상자.입력기가_먹는_키("Enter")
    화면.wait_for_timeout(100)
    assert 곳들 == []

    상자.굳힌다("여권")
    화면.keyboard.press("Enter")
    화면.keyboard.press("Enter")
    화면.wait_for_url("**/search?q=*")

    assert len(곳들) == 1


@넓은_화면
def test_화살표로_골라_엔터로_연다(화면: Page, 상자: 자판):
    곳들 = 옮겨_간_곳(화면)
    상자.짓는다("여궈")
    expect(목록(화면)).to_be_visible()
    상자.굳힌다("여궈")
    찾는_칸 = 화면.get_by_role("combobox", name="찾을 말")
    expect(찾는_칸).to_have_attribute("aria-expanded", "true")

    화면.keyboard.press("ArrowDown")

    고른_것 = 목록(화면).get_by_role("option", selected=True)
    assert 찾는_칸.get_attribute("aria-activedescendant") == 고른_것.get_attribute("id")
    assert 고른_것.inner_text() == 여권
    assert 찾는_칸.input_value() == "여궈"
    for _ in range(목록(화면).get_by_role("option").count()):
        화면.keyboard.press("ArrowDown")
    assert 찾는_칸.get_attribute("aria-activedescendant") is None
    화면.keyboard.press("ArrowUp")
    화면.keyboard.press("ArrowDown")
    화면.keyboard.press("ArrowDown")
    화면.keyboard.press("Enter")
    화면.wait_for_url("**/faq/k1")
    assert len(곳들) == 1


@넓은_화면
def test_Esc는_목록만_닫고_글은_그대로_둔다(화면: Page, 상자: 자판):
    상자.굳힌다("여권")
    expect(목록(화면)).to_be_visible()

    화면.keyboard.press("Escape")

    expect(목록(화면)).to_be_hidden()
    assert 화면.locator("#q").input_value() == "여권"
    assert 화면.locator("#q").get_attribute("aria-expanded") == "false"
    화면.keyboard.press("ArrowDown")
    expect(목록(화면)).to_be_visible()
    화면.keyboard.press("Tab")
    expect(목록(화면)).to_be_hidden()


@넓은_화면
def test_몇_건인지_말로_알린다(화면: Page, 상자: 자판):
    알림 = 화면.locator("form[role=search] [role=status]")
    상자.굳힌다("여권")

    expect(알림).to_have_text("추천 4건. 위아래 화살표로 고르고 엔터로 여세요.")
    상자.굳힌다("쀍뷁쀍뷁")
    expect(알림).to_have_text("추천이 없습니다.")


def test_손가락과_마우스로도_고른다(브라우저: Browser, 열린_서버: 서버):
    for 보기, 누르기 in (({"viewport": 작은화면, "has_touch": True}, "tap"), ({"viewport": 큰화면}, "click")):
        context = 브라우저.new_context(base_url=열린_서버.주소, locale="ko-KR", **보기)
        context.set_default_timeout(기다림)
        page = context.new_page()
        page.goto("/faq/k2")
        getattr(page.locator("#q"), 누르기)()
        자판(page).짓는다("여궈")

        getattr(목록(page).get_by_role("option", name=여권), 누르기)()

        page.wait_for_url("**/faq/k1")
        context.close()


@넓은_화면
def test_늦게_온_답은_버린다(화면: Page, 상자: 자판):
    늦춘_것: list[Route] = []
    화면.route("**/api/v1/suggest?q=*", lambda route: 늦춘_것.append(route) if not 늦춘_것 else route.continue_())
    상자.굳힌다("주차")
    with 화면.expect_request("**/api/v1/suggest?q=*"):
        pass
    버린_것: list[str] = []
    화면.on("requestfailed", lambda request: 버린_것.append(request.url))
    화면.keyboard.press("Control+a")
    상자.굳힌다("여권")
    expect(목록(화면).get_by_role("option", name=여권)).to_be_visible()

    assert len(버린_것) == 1
    assert all("여권" in 글 for 글 in 목록(화면).get_by_role("option").all_inner_texts())


@넓은_화면
def test_추천이_고장_나도_찾는다(화면: Page, 상자: 자판):
    화면.route("**/api/v1/suggest?*", lambda route: route.abort())
    상자.굳힌다("여권")
    화면.keyboard.press("Enter")
    화면.wait_for_url("**/search?q=*")

    assert 화면.locator("[data-results] a").count() > 0


def test_스크립트를_꺼도_찾는다(글자만: Page):
    글자만.goto("/")
    assert 글자만.get_by_role("listbox").count() == 0
    글자만.get_by_role("searchbox", name="찾을 말").fill("여권 분실")
    글자만.keyboard.press("Enter")

    글자만.wait_for_url("**/search?q=*")
    assert 글자만.locator("[data-results] a").count() > 0


def test_목록이_펼쳐져도_흠이_없고_넘치지_않는다(화면: Page):
    화면.goto("/search?q=주차")
    화면.locator("#q").fill("ㅇㄱ")
    expect(목록(화면)).to_be_visible()
    화면.keyboard.press("ArrowDown")
    살피기(화면)


@넓은_화면
def test_편집실에서는_F2로_찾고_새_창에서_연다(화면: Page, 열린_서버: 서버):
    로그인(화면, 열린_서버)
    화면.keyboard.press("F2")
    화면.keyboard.type("durnjs")
    expect(목록(화면).get_by_role("option", name=여권)).to_be_visible()
    화면.keyboard.press("ArrowDown")
    with 화면.expect_popup() as 새_창:
        화면.keyboard.press("Enter")

    새_창.value.wait_for_url("**/faq/k1")
    assert 화면.url.endswith("/desk/")


# --- what the keyboards of other systems do -----------------------------------------------------------------------
# Written from the order of events that UI Events and the browsers document: each press as the page sees it.

Trace = Sequence[tuple[str, dict[str, Any]]]
먹힌, 맨 = {"keyCode": 229, "isComposing": True}, {"isComposing": False}


def 누름(key: str, code: int) -> dict[str, dict[str, Any]]:
    return {
        "짓는 중": {"key": key, "code": key, **먹힌},
        "입력기": {"key": "Process", "code": key, **먹힌},
        "사파리": {"key": key, "code": key, "keyCode": 229, **맨},
        "그냥": {"key": key, "code": key, "keyCode": code, **맨},
    }


아래, 엔터 = 누름("ArrowDown", 40), 누름("Enter", 13)
끝: tuple[str, dict[str, Any]] = ("compositionend", {"data": "권"})
제출: tuple[str, dict[str, Any]] = ("submit", {})
자판들: dict[str, tuple[Trace, Trace]] = {
    "Windows Chrome": (
        [("keydown", 아래["입력기"]), 끝, ("keydown", 아래["그냥"]), ("keyup", 아래["그냥"])],
        [("keydown", 엔터["입력기"]), 끝, ("keydown", 엔터["그냥"]), 제출, ("keyup", 엔터["그냥"])],
    ),
    "macOS Chrome": (
        [("keydown", 아래["짓는 중"]), 끝, ("keydown", 아래["그냥"]), ("keyup", 아래["그냥"])],
        [("keydown", 엔터["짓는 중"]), 제출, 끝, ("keydown", 엔터["그냥"]), 제출, ("keyup", 엔터["그냥"])],
    ),
    "macOS Safari": (
        [끝, ("keydown", 아래["사파리"]), ("keyup", 아래["그냥"])],
        [끝, ("keydown", 엔터["사파리"]), 제출, ("keyup", 엔터["그냥"])],
    ),
    "Linux Firefox": (
        [("keydown", 아래["입력기"]), 끝, ("keyup", 아래["그냥"])],
        [("keydown", 엔터["입력기"]), 끝, ("keyup", 엔터["그냥"]), ("keydown", 엔터["그냥"]), 제출],
    ),
}
다시_하기 = """([box, trace]) => {
  for (const [kind, told] of trace) {
    if (kind === 'submit') box.form.requestSubmit();
    else if (kind === 'compositionend') box.dispatchEvent(new CompositionEvent(kind, {...told, bubbles: true}));
    else box.dispatchEvent(new KeyboardEvent(kind, {...told, bubbles: true, cancelable: true}));
  }
}"""


@넓은_화면
@pytest.mark.parametrize("자판이름", 자판들)
def test_어느_자판에서든_한_번_누르면_한_칸_가고_한_번_연다(화면: Page, 상자: 자판, 자판이름: str):
    화살표, 엔터치기 = 자판들[자판이름]
    곳들 = 옮겨_간_곳(화면)
    상자.짓는다("여궈")
    expect(목록(화면)).to_be_visible()
    칸 = 화면.locator("#q").element_handle()

    화면.evaluate(다시_하기, [칸, 화살표])
    assert 목록(화면).get_by_role("option", selected=True).inner_text() == 여권
    화면.evaluate(다시_하기, [칸, 화살표])
    assert 화면.locator("#q").get_attribute("aria-activedescendant").endswith("-1")

    화면.evaluate(다시_하기, [칸, 엔터치기])
    화면.wait_for_url("**/faq/k*")
    assert len(곳들) == 1
