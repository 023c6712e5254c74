"""들어온 글이 여기서 고친 글과 부딪히면 편집자가 화면에서 정한다."""

from dataclasses import replace

import pytest

from app.running import Running
from app.worker import NEXT, run_pending
from kb.entry import Entry
from kb.incoming import FOLDER, waiting
from kb.store import Change, EntryStore
from tests.app.conftest import Browser

자리 = "entries/minwon/k1.md"


@pytest.fixture
def 들어온글(저장소: EntryStore) -> Entry:
    새글 = replace(저장소.get("k1"), body="배포본이 <b>고친</b> 글입니다.\n")
    저장소.save_all([], change=Change(role="shipped", reason="부딪힘"), files={f"{FOLDER}/{자리}": 새글.to_text()})
    return 새글


def test_부딪힌_글은_편집실_첫_화면에_보인다(편집자: Browser, 들어온글: Entry) -> None:
    assert 편집자.쪽("/desk/").find("a", href=f"/desk/incoming/{자리}")

    쪽 = 편집자.연다(f"/desk/incoming/{자리}").text
    assert "배포본이" in 쪽
    assert "<b>고친" not in 쪽


@pytest.mark.parametrize(("결정", "남은_글"), [("take", "배포본이"), ("keep", "5만 원입니다")])
def test_정하면_줄에서_빠지고_사건이_남고_게시된다(
    편집자: Browser, 저장소: EntryStore, 인스턴스: Running, 들어온글: Entry, 결정: str, 남은_글: str
) -> None:
    답 = 편집자.보낸다(f"/desk/incoming/{자리}", 갈곳="decision", decision=결정)

    assert 답.status_code == 303
    ran = run_pending(인스턴스.database, 인스턴스.handlers(), worker="one")
    assert (ran.done, ran.failed) == (1 + len(NEXT["incoming.settle"]), 0)
    assert waiting(저장소) == []
    assert 남은_글 in 저장소.get("k1").body
    assert 남은_글 in (인스턴스.instance.site / "current/faq/k1.html").read_text("utf-8")


def test_본_뒤에_수정이_받아들여졌으면_새_글을_다시_보인다(
    편집자: Browser, 저장소: EntryStore, 들어온글: Entry
) -> None:
    양식 = 편집자.양식(f"/desk/incoming/{자리}", 갈곳="decision")
    저장소.save(
        replace(저장소.get("k1"), body="그사이 받아들인 수정"),
        change=Change(role="editor", reason="수정", correction=9),
    )

    답 = 편집자.client.post(f"/desk/incoming/{자리}", data={**양식, "decision": "take"})

    assert 답.status_code == 409
    assert "그사이" in 답.text
    assert waiting(저장소) == [자리]


def test_없는_글과_폴더_밖은_찾을_수_없다(편집자: Browser, 들어온글: Entry) -> None:
    for 길 in ("entries/minwon/k9.md", "../content/topics.yml", "..%2f..%2fsecret_key"):
        assert 편집자.연다(f"/desk/incoming/{길}").status_code == 404


def test_로그인하지_않으면_볼_수_없다(시민: Browser, 들어온글: Entry) -> None:
    assert 시민.연다(f"/desk/incoming/{자리}").status_code == 303
