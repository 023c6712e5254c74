"""네 사람이 보는 화면의 사진을 docs/images에 찍는다: `make screenshots`. 사진은 README와 검토에 쓴다."""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from corrections.submit import LABELS

HERE = Path(__file__).parent / "images"
SIZES = {"360": {"width": 360, "height": 740}, "1366": {"width": 1366, "height": 768}}
PUBLIC = {
    "home": "/",
    "entry": "/faq/k1",
    "search": "/search?q=여권+잃어버렸어요",
    "correct": "/correct/k1",
}
REPORTED = "여권을 잃어버렸어요. 어떻게 다시 만드나요?"
A_PERSON_TYPES = 5_000
"""양식을 열고 이만큼(ms)은 지나야 사람이 적은 것으로 본다: 더 빠르면 보류심사로 간다 (corrections.screening)."""
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def main(address: str, password: str) -> None:
    """`address`에 열린 서버를 찍는다. `password`는 editor 계정의 비밀번호."""
    chromium = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for name, size in SIZES.items():
            page = browser.new_context(viewport=size, base_url=address, locale="ko-KR").new_page()
            for screen, path in PUBLIC.items():
                page.goto(path)
                shoot(page, f"{screen}-{name}")
            report(page)
            shoot(page, f"receipt-{name}")
            page.goto("/desk/login")
            page.get_by_label("아이디").fill("editor")
            page.get_by_label("비밀번호").fill(password)
            page.get_by_role("button", name="들어가기").click()
            page.wait_for_url("**/desk/")
            shoot(page, f"queue-{name}")
            page.get_by_role("link", name=REPORTED).first.click()
            shoot(page, f"review-{name}", screens=1)
        browser.close()


def report(page: Page) -> None:
    """안내 하나의 수수료가 다르다고 알리고 접수증을 연다."""
    page.goto("/correct/k1?section=수수료")
    page.get_by_label(LABELS["quoted"]).fill("여권의 종류에 따라 다릅니다.")
    page.get_by_label(LABELS["proposal"]).fill("복수여권 58면은 5만 3천 원입니다. 창구 안내문에 그렇게 적혀 있습니다.")
    page.get_by_role("radio").nth(2).check()
    page.wait_for_timeout(A_PERSON_TYPES)
    page.get_by_role("button", name="보내기").click()
    page.wait_for_url("**/receipt/*")


def shoot(page: Page, name: str, *, screens: int = 2) -> None:
    """지금 화면을 찍는다. 긴 쪽은 `screens` 화면까지만: 바닥에 붙은 단추가 있는 쪽은 하나여야 보이는 그대로다."""
    size = page.viewport_size or SIZES["1366"]
    tall = min(page.evaluate("document.documentElement.scrollHeight"), size["height"] * screens)
    page.screenshot(
        path=HERE / f"{name}.png", full_page=screens > 1, clip={"x": 0, "y": 0, "width": size["width"], "height": tall}
    )


if __name__ == "__main__":
    main(sys.argv[1], os.environ["OPEN120_EDITOR_PASSWORD"])
