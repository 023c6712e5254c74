"""편집자가 검색 규칙을 자판만으로, 스크립트가 꺼져 있어도, 좁은 화면에서도 정한다."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import 로그인, 서버, 작은화면
from tests.browser.test_pages import 살피기, 탭으로_가기

pytestmark = pytest.mark.browser


def 적기(page: Page, 칸: str, 글: str) -> None:
    """Tab으로 그 칸에 가서 친다."""
    탭으로_가기(page, f"document.activeElement.id === '{칸}'")
    page.keyboard.press("Control+A")
    page.keyboard.type(글)


def 누르기(page: Page, 글: str) -> None:
    """Tab으로 그 글의 단추나 링크에 가서 누른다."""
    탭으로_가기(page, f"document.activeElement.innerText.trim() === '{글}'")
    with page.expect_navigation():
        page.keyboard.press("Enter")


@pytest.mark.parametrize("화면", [작은화면], indirect=True, ids=["360px"])
def test_자판만으로_규칙을_보고_저장하고_심한_흠이_없다(화면: Page, 열린_서버: 서버) -> None:
    로그인(화면, 열린_서버)
    누르기(화면, "검색 다듬기")
    누르기(화면, "새 규칙")
    assert not 화면.locator("#entries").is_visible()
    누르기(화면, "무엇이 달라지는지 보기")
    expect(화면.locator(".error-summary")).to_be_visible()
    살피기(화면)

    for 칸, 글 in (("say", "패스포트"), ("means", "여권"), ("reason", "시민이 쓰는 말")):
        적기(화면, 칸, 글)
    누르기(화면, "무엇이 달라지는지 보기")
    expect(화면.get_by_role("heading", name="저장하면 이렇게 달라집니다")).to_be_in_viewport()
    살피기(화면)
    누르기(화면, "저장")

    expect(화면.locator("main .notice[role=status]")).to_contain_text("저장했습니다")
    살피기(화면)
    탭으로_가기(화면, "(document.activeElement.href || '').endsWith('/retire')")
    with 화면.expect_navigation():
        화면.keyboard.press("Enter")
    살피기(화면)


def test_스크립트를_꺼도_먼저_보일_안내를_정하고_다른_갈래의_칸은_숨는다(글자만: Page, 열린_서버: 서버) -> None:
    로그인(글자만, 열린_서버, "lead")
    글자만.goto("/desk/tuning/new?say=여권&entries=k1")
    글자만.get_by_label("고른 안내를 맨 앞에").check()
    assert not 글자만.locator("#means").is_visible()
    글자만.get_by_label("까닭").fill("가장 많이 찾음")
    글자만.get_by_label("기한을 두지 않습니다").check()
    글자만.get_by_role("button", name="무엇이 달라지는지 보기").click()
    글자만.get_by_role("button", name="저장", exact=True).click()

    expect(글자만.locator("main .notice[role=status]")).to_contain_text("저장했습니다")
    expect(글자만.locator("article", has_text="가장 많이 찾음")).to_contain_text("두지 않음")
