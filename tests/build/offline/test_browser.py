"""얼린 누리집을 `python -m http.server`와 진짜 브라우저로 열어 찾는다."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest

from app.public import Site, SiteSettings
from build.offline.artefact import PAGE, page
from tests.build.offline.conftest import ROOT, 지은것
from tests.build.offline.reader import 읽는이

물음들 = (
    "여권 재발급",
    "여권재발급",
    "대형 폐기물",
    "주차 단속",
    "강남구 도서관",
    "산불 신고 전화",
    "개 목줄 신고",
    "폐업신고어디서하나요",
    "주민번호 변경",
    "청년 월세 지원",
)
pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class 얼린곳:
    주소: str
    배포본: 지은것


@pytest.fixture(scope="module")
def 얼린_누리집(배포본: 지은것, tmp_path_factory: pytest.TempPathFactory) -> Iterator[얼린곳]:
    folder = tmp_path_factory.mktemp("frozen")
    empty = Site(settings=SiteSettings(), topics=(), by_topic={})
    쪽 = page(empty, 배포본.모양).encode()
    for url, content in {**배포본.파일, PAGE: 쪽, "/faq/k1.html": b"<!doctype html><title>k1</title>"}.items():
        file = folder / url.removeprefix("/")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    shutil.copytree(ROOT / "app/static", folder / "static")
    server = subprocess.Popen(
        [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", folder],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert server.stdout
        port = server.stdout.readline().split("port ")[1].split()[0]
        yield 얼린곳(f"http://127.0.0.1:{port}", 배포본)
    finally:
        server.terminate()
        server.wait(10)
        if server.stdout:
            server.stdout.close()


def test_서버_없이도_찾고_차례는_셈한_것과_같으며_300KB를_넘지_않는다(얼린_누리집, 브라우저):
    context = 브라우저.new_context(base_url=얼린_누리집.주소, locale="ko-KR")
    쪽, 받은 = context.new_page(), []
    기록 = context.new_cdp_session(쪽)
    기록.send("Network.enable")
    기록.send("Network.setCacheDisabled", {"cacheDisabled": True})
    기록.on("Network.loadingFinished", lambda event: 받은.append(event["encodedDataLength"]))
    for 물음 in 물음들:
        받은.clear()
        쪽.goto(f"/search?{urlencode({'q': 물음})}")
        쪽.wait_for_selector("[data-results] li")

        셈한 = 읽는이(얼린_누리집.배포본.모양, 얼린_누리집.배포본.파일).찾기(물음)
        보인 = 쪽.eval_on_selector_all(
            "[data-results] a", "all => all.map(a => [a.getAttribute('href'), a.textContent])"
        )
        assert 보인 == [[f"/faq/{id}.html", 얼린_누리집.배포본.항목[id].title] for id in 셈한], 물음
        assert 쪽.get_by_label("찾을 말").input_value() == 물음
        assert 30_000 < sum(받은) < 300_000, 물음
    context.close()


def test_찾는_칸에_적어서_찾는다(얼린_누리집, 브라우저):
    context = 브라우저.new_context(base_url=얼린_누리집.주소)
    쪽 = context.new_page()
    쪽.goto("/search/")
    assert not 쪽.get_by_text("스크립트(JavaScript)를 켜야").is_visible()
    쪽.get_by_label("찾을 말").fill("여권 재발급")
    쪽.get_by_role("button", name="찾기").click()
    쪽.get_by_role("link", name="여권을 잃어버렸어요. 어떻게 다시 만드나요?", exact=True).click()
    assert 쪽.title() == "k1"
    context.close()


def test_더_보기를_누르면_다음_열이_이어지고_없는_말이면_그렇다고_말한다(얼린_누리집, 브라우저):
    context = 브라우저.new_context(base_url=얼린_누리집.주소)
    쪽 = context.new_page()
    쪽.goto("/search?q=도서관")
    쪽.get_by_role("button", name="결과 더 보기").click()
    쪽.wait_for_selector("[data-results] li:nth-child(20)")
    assert 쪽.locator("[data-results] li").count() == 20

    쪽.goto("/search?q=뷁쉙")
    쪽.get_by_text("맞는 안내를 찾지 못했습니다").wait_for()
    쪽.goto("/search?q=<img src=x onerror=alert(1)>")
    쪽.get_by_text("<img src=x").first.wait_for()
    assert 쪽.locator("main img").count() == 0
    context.close()


def test_스크립트를_끄면_무엇을_하면_되는지_말한다(얼린_누리집, 브라우저):
    context = 브라우저.new_context(base_url=얼린_누리집.주소, java_script_enabled=False)
    쪽 = context.new_page()
    쪽.goto("/search?q=여권")
    assert 쪽.get_by_text("스크립트(JavaScript)를 켜야").is_visible()
    context.close()


def test_찾기_파일이_없으면_읽지_못했다고_말한다(얼린_누리집, 브라우저):
    context = 브라우저.new_context(base_url=얼린_누리집.주소)
    쪽 = context.new_page()
    쪽.route("**/grams/*", lambda route: route.abort())
    쪽.goto("/search?q=여권")
    쪽.get_by_text("파일을 읽지 못했습니다").wait_for()
    context.close()
