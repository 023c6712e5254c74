"""진짜 브라우저(Chromium). 없으면 CI에서는 실패하고, 다른 곳에서는 건너뛴다."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")  # its thread must be gone before others count threads
def 브라우저() -> Iterator[Browser]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI에는 Chromium이 있어야 합니다: .ci/run이 설치합니다.")
        pytest.skip("Chromium이 없어 브라우저 시험을 건너뜁니다.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
