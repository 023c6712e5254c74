"""시민의 한 바퀴: 틀린 곳을 골라 알리고, 접수증을 받고, 다시 찾아보고, 물음에 답하고, 이의를 낸다."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from corrections import conversation, receipt, review
from corrections.models import Correction
from corrections.submit import LABELS
from db import open_database
from db.people import Actor, Person
from tests.browser.conftest import 기다림, 서버, 작은화면, 큰화면
from tests.browser.test_pages import 살피기, 탭으로_가기

pytestmark = pytest.mark.browser


def 알린다(page: Page, 안내: str, 글: str) -> tuple[str, str]:
    """양식을 채워 보내고 접수번호와 코드를 받는다."""
    page.goto(f"/correct/{안내}")
    page.get_by_role("radio").nth(3).check()
    page.get_by_label(LABELS["proposal"]).fill(글)
    page.get_by_role("button", name="보내기", exact=True).click()
    page.wait_for_url("**/receipt/*")
    번호, 코드 = page.locator("[data-copy]").all_inner_texts()
    return 번호, 코드


def 편집자가(서버: 서버, 번호: str, 하는일: str) -> None:
    """편집자가 묻거나(ask) 반영하지 않는다(decline). 편집실의 화면은 여기서 보는 것이 아니다."""
    database = open_database(f"sqlite:///{서버.인스턴스}/open120.db")
    with database.begin() as session:
        행 = session.get_one(Correction, receipt.id_in(번호))
        누구: Actor = session.scalars(select(Person).where(Person.login == "editor")).one().actor
        if 하는일 == "ask":
            conversation.ask(session, 행, by=누구, text="언제 어디에서 들으셨나요?")
        else:
            review.decline(session, 행, by=누구, reason_code="no_evidence", note="구청에 물었습니다.")
    database.close()


@pytest.mark.parametrize("스크립트", [True, False], ids=["script", "no-script"])
def test_알리고_찾아보고_답하고_이의를_낸다(브라우저: Browser, 열린_서버: 서버, 스크립트: bool) -> None:
    context = 브라우저.new_context(
        viewport=작은화면, base_url=열린_서버.주소, locale="ko-KR", java_script_enabled=스크립트
    )
    context.set_default_timeout(기다림)
    page = context.new_page()
    안내 = "k6" if 스크립트 else "k7"
    번호, 코드 = 알린다(page, 안내, f"접수처가 바뀌었습니다. {스크립트}")
    assert re.fullmatch(r"[0-9A-HJKMNP-TV-Z]{8}", 코드)
    _보기(page, 스크립트)

    context.clear_cookies()  # another day
    page.goto("/receipt")
    page.get_by_label("접수번호").fill(번호)
    page.get_by_label("확인 코드").fill(코드.lower())
    page.get_by_role("button", name="확인").click()
    page.wait_for_url(f"**/receipt/{번호}")

    편집자가(열린_서버, 번호, "ask")
    page.reload()
    expect(page.locator("main")).to_contain_text("언제 어디에서 들으셨나요?")
    page.get_by_label("답", exact=True).fill("어제 구청 창구에서 들었습니다.")
    _보기(page, 스크립트)
    page.get_by_role("button", name="답 보내기").click()
    expect(page.locator("main")).to_contain_text("답을 보냈습니다")

    편집자가(열린_서버, 번호, "decline")
    page.reload()
    page.get_by_label("어느 점이 잘못되었나요").fill("고시가 바뀌었습니다.")
    _보기(page, 스크립트)
    page.get_by_role("button", name="이의 내기").click()
    expect(page.locator("main")).to_contain_text("처음 정한 사람이 아닌 편집자")
    context.close()


def _보기(page: Page, 스크립트: bool) -> None:
    if 스크립트:
        살피기(page)


def test_개인정보를_묻는_화면도_스크립트_없이_글을_지킨다(글자만: Page) -> None:
    글자만.goto("/correct/k8")
    글자만.get_by_role("radio").first.check()
    글자만.get_by_label(LABELS["proposal"]).fill("창구가 옮겼어요.\n제 번호는 010-1234-5678")
    글자만.get_by_role("button", name="보내기", exact=True).click()
    expect(글자만.locator("main")).to_contain_text("010-****-**** → [전화번호]")
    글자만.get_by_role("button", name="고치기").click()
    assert "010-1234-5678" in 글자만.get_by_label(LABELS["proposal"]).input_value()
    글자만.get_by_role("button", name="보내기", exact=True).click()
    글자만.get_by_role("button", name="가리고 보내기").click()
    글자만.wait_for_url("**/receipt/*")
    assert "010-1234-5678" not in 글자만.content()


def test_글을_고르면_그_부분을_알리는_링크가_나온다(브라우저: Browser, 열린_서버: 서버) -> None:
    context = 브라우저.new_context(viewport=작은화면, base_url=열린_서버.주소, locale="ko-KR")
    page = context.new_page()
    page.goto("/faq/k9")
    링크 = page.get_by_role("link", name="이 부분이 틀려요")
    assert 링크.count() == 0
    고른글 = page.evaluate(
        """() => { const first = document.querySelector(".answer p");
        getSelection().selectAllChildren(first); return first.textContent.trim(); }"""
    )
    expect(링크).to_be_visible()
    살피기(page)
    링크.click()
    page.wait_for_url("**/correct/k9*")
    assert page.get_by_label(LABELS["quoted"]).input_value() == re.sub(r"\s+", " ", 고른글)
    context.close()


def test_적던_글은_창을_닫아도_남고_보내면_지워지며_이레가_지나면_없다(브라우저: Browser, 열린_서버: 서버) -> None:
    context = 브라우저.new_context(viewport=큰화면, base_url=열린_서버.주소, locale="ko-KR")
    page = context.new_page()
    page.goto("/correct/k10")
    page.get_by_role("radio").nth(1).check()
    page.get_by_label(LABELS["proposal"]).fill("적다 만 글")
    page.close()

    page = context.new_page()
    page.goto("/correct/k10")
    assert page.get_by_label(LABELS["proposal"]).input_value() == "적다 만 글"
    assert page.get_by_role("radio").nth(1).is_checked()
    expect(page.get_by_text("적다 만 글을 되살렸습니다.")).to_be_visible()
    page.evaluate(
        """() => { const key = "open120-draft:k10", draft = JSON.parse(localStorage.getItem(key));
        localStorage.setItem("open120-draft:k1", JSON.stringify({ ...draft, at: draft.at - 8 * 864e5 })); }"""
    )
    page.get_by_role("button", name="보내기", exact=True).click()
    page.wait_for_url("**/receipt/*")
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('open120-draft'))") == []
    context.close()


def test_키보드만으로_알리고_저도요를_누른다(브라우저: Browser, 열린_서버: 서버) -> None:
    context = 브라우저.new_context(viewport=작은화면, base_url=열린_서버.주소, locale="ko-KR")
    page = context.new_page()
    page.goto("/correct/k11")
    탭으로_가기(page, "document.activeElement.type === 'radio'")
    page.keyboard.press("Space")
    탭으로_가기(page, "document.activeElement.name === 'proposal'")
    page.keyboard.type("신청서가 한 장 더 필요합니다.")
    탭으로_가기(page, "document.activeElement.textContent === '보내기'")
    assert page.evaluate("document.querySelector('[name=homepage]').value") == ""
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt/*")

    page.goto("/correct/k11")
    살피기(page)
    탭으로_가기(page, "document.activeElement.textContent.startsWith('저도요')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/correct/k11?too=added")
    expect(page.locator("main")).to_contain_text("1명이 함께 봄")
    context.close()
