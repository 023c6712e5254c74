"""편집실을 진짜 브라우저로: 마우스 없이 살펴 정하고, 적다 만 글이 남고, 누가 함께 보는지 안다."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from corrections.submit import LABELS
from tests.browser.conftest import 기다림, 로그인, 서버, 작은화면, 큰화면
from tests.browser.test_pages import 살피기, 탭으로_가기

pytestmark = pytest.mark.browser


@pytest.fixture
def 두_편집자(브라우저: Browser, 열린_서버: 서버) -> Iterator[tuple[Page, Page]]:
    """좁은 화면의 편집자와 넓은 화면의 책임 편집자."""
    쪽들 = []
    for 화면, 누구 in ((작은화면, "editor"), (큰화면, "lead")):
        context = 브라우저.new_context(viewport=화면, base_url=열린_서버.주소, locale="ko-KR")
        context.set_default_timeout(기다림)
        쪽들.append(context.new_page())
        로그인(쪽들[-1], 열린_서버, 누구)
    yield 쪽들[0], 쪽들[1]
    for 쪽 in 쪽들:
        쪽.context.close()


def 신고(page: Page) -> str:
    """k3의 수수료가 틀렸다고 알리고 접수번호를 받는다."""
    page.goto("/correct/k3")
    page.locator("[name=kind][value=fee]").check()
    page.get_by_label(LABELS["proposal"]).fill("수수료는 5만 3천 원입니다.")
    page.get_by_role("button", name="보내기").click()
    page.wait_for_url("**/receipt/*")
    return page.url.rsplit("/", 1)[1]


def test_키보드만으로_맡아_고치고_다른_편집자가_확인한다(두_편집자: tuple[Page, Page], 글자만: Page) -> None:
    편집자, 책임 = 두_편집자
    번호 = 신고(글자만)
    편집자.keyboard.press("n")
    편집자.wait_for_url("**/corrections/*")
    for _ in range(20):  # others' reports of this server may come first
        앞 = 편집자.url
        if 번호 in 편집자.locator(".crumbs").inner_text():
            break
        편집자.keyboard.press("s")
        편집자.wait_for_url(lambda url, 앞=앞: url != 앞)
    살피기(편집자)
    편집자.keyboard.press("?")
    expect(편집자.get_by_text("시민에게 묻기").first).to_be_visible()
    assert 편집자.locator("#keys").get_attribute("open") is not None

    편집자.keyboard.press("e")
    편집자.keyboard.press("Control+End")
    편집자.keyboard.type(" d q s")
    편집자.keyboard.press("Enter")
    편집자.keyboard.insert_text("수수료는 5만 3천 원입니다.")
    assert 편집자.locator("details[data-open=d]").get_attribute("open") is None
    expect(편집자.locator("#saved")).to_contain_text("저장했습니다")
    책임.goto(편집자.url)
    expect(책임.locator("#claim")).to_contain_text("까지 맡음")
    expect(편집자.locator("#others")).to_contain_text("님도 보는 중")
    편집자.reload()
    assert "5만 3천 원입니다." in 편집자.locator("#body").input_value()

    편집자.keyboard.press("d")
    assert 편집자.evaluate("document.activeElement.name") == "reason_code"
    편집자.locator("h1").click()
    편집자.keyboard.press("a")
    assert 편집자.evaluate("document.activeElement.textContent") == "반영하기"
    편집자.keyboard.press("Enter")
    편집자.wait_for_url("**/desk/")
    assert "2차 확인으로 넘겼습니다" in 편집자.evaluate("document.activeElement.innerText")
    살피기(편집자)

    책임.reload()
    살피기(책임)
    책임.keyboard.press("a")
    책임.keyboard.press("Enter")
    책임.wait_for_url("**/desk/")
    assert "반영합니다" in 책임.evaluate("document.activeElement.innerText")
    탭으로_가기(책임, "document.activeElement.textContent === '다음 것 맡기'")


def test_단축키를_끌_수_있고_미리_보기와_밀림도_읽을_수_있다(두_편집자: tuple[Page, Page], 글자만: Page) -> None:
    편집자, 책임 = 두_편집자
    신고(글자만)
    책임.goto("/desk/")
    책임.locator("[data-rows] a").first.focus()
    첫째 = 책임.evaluate("document.activeElement.href")
    책임.keyboard.press("?")
    책임.get_by_role("button", name="단축키 끄기").click()
    책임.keyboard.press("n")
    assert 책임.url.endswith("/desk/")
    책임.get_by_role("button", name="단축키 켜기").click()

    책임.goto(첫째)
    if 책임.locator("#review").count():
        with 책임.context.expect_page() as 새창:
            책임.keyboard.press("p")
        assert 새창.value.title().startswith("미리 보기: ")
        assert 새창.value.locator("article h1").count() == 1
    for 주소 in ("/about/corrections", "/desk/bulk?what=phone&old=02-120&new=02-121", "/desk/entries/k3/versions"):
        편집자.goto(주소)
        살피기(편집자)
