"""그려 둔 본문: 다시 그린 것과 늘 같고, 상하거나 쓸 수 없어도 쪽은 나간다."""

import os
import sqlite3
from pathlib import Path

import pytest

from kb import render, rendered
from kb.rendered import Rendered, RenderedBodies, draw

본문 = "**서울시(강남구)**는 02-120에서 받습니다.\n\n## 준비물\n\n- 신분증\n"


@pytest.fixture
def 파일(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "bodies.db"


@pytest.fixture
def 그린_수(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """실제로 그린 본문들."""
    그림: list[str] = []
    정말 = render.render

    def 세며(markdown: str) -> str:
        그림.append(markdown)
        return 정말(markdown)

    monkeypatch.setattr(render, "render", 세며)
    return 그림


def test_같은_본문은_한_번만_그리고_그린_것은_늘_같다(파일, 그린_수):
    본문들 = RenderedBodies(파일)

    assert 본문들(본문) == 본문들(본문) == Rendered(render.render(본문), render.plain(render.render(본문)))
    assert 그린_수.count(본문) == 1 + 2  # 우리가 한 번, 견주려고 두 번


def test_적어_둔_것은_다른_프로그램도_읽는다(파일, 그린_수):
    쓴_이 = RenderedBodies(파일)
    쓴_이(본문)
    쓴_이.keep()
    그린_수.clear()

    assert RenderedBodies(파일)(본문).text.startswith("서울시(강남구)는 02-120에서")
    assert 그린_수 == []


def test_많이_모이면_스스로_적는다(파일, monkeypatch):
    monkeypatch.setattr(rendered, "BATCH", 3)
    본문들 = RenderedBodies(파일)
    for 번째 in range(7):
        본문들(f"{번째}번째 글")

    assert RenderedBodies(파일).count() == 6


def test_그리는_코드가_바뀌면_옛것을_쓰지_않는다(파일, monkeypatch):
    본문들 = RenderedBodies(파일)
    본문들(본문)
    본문들.keep()
    monkeypatch.setattr(rendered, "_version", lambda: b"other code")
    monkeypatch.setattr(render, "render", lambda _: "<p>새로 그림</p>")

    assert RenderedBodies(파일)(본문).html == "<p>새로 그림</p>"


def test_상한_파일은_버리고_새로_만든다(파일):
    파일.parent.mkdir()
    파일.write_bytes("데이터베이스가 아님".encode() * 100)
    본문들 = RenderedBodies(파일)

    assert 본문들(본문) == draw(본문)
    본문들.keep()
    assert RenderedBodies(파일).count() == 1


def test_쓸_수_없는_자리여도_그린다(tmp_path):
    (tmp_path / "file").write_text("폴더가 아님", "utf-8")
    본문들 = RenderedBodies(tmp_path / "file" / "bodies.db")

    assert 본문들(본문) == draw(본문)
    본문들.keep()
    assert 본문들.count() == 0


def test_다른_프로그램이_쓰는_중이면_기다렸다_적고_파일을_지우지_않는다(파일):
    본문들 = RenderedBodies(파일)
    본문들(본문)
    본문들.keep()
    with sqlite3.connect(파일) as 쓰는_이:
        쓰는_이.execute("BEGIN IMMEDIATE")
        assert RenderedBodies(파일)(본문) == draw(본문)
    쓰는_이.close()
    assert RenderedBodies(파일).count() == 1


def test_쓰지_않는_것은_두_배가_넘게_쌓이면_잊는다(파일):
    본문들 = RenderedBodies(파일)
    for 번째 in range(5):
        본문들(f"{번째}번째 글")
    본문들.keep()

    assert 본문들.prune([f"{번째}번째 글" for 번째 in range(3)]) == 0
    assert 본문들.prune(["0번째 글", "1번째 글"]) == 3
    assert 본문들.count() == 2


def test_나뉜_프로세스도_저마다_쓸_수_있다(파일):
    본문들 = RenderedBodies(파일)
    본문들("부모가 그린 글")
    본문들.keep()
    아이 = os.fork()
    if 아이 == 0:
        본문들("부모가 그린 글")
        본문들("아이가 그린 글")
        본문들.keep()
        os._exit(0)

    assert os.waitpid(아이, 0)[1] == 0
    본문들("그다음 부모가 그린 글")
    본문들.keep()
    assert RenderedBodies(파일).count() == 3
