"""안내가 처음 공개된 때는 역사가 아는 만큼만 안다: 공개로 적힌 글이 처음 든 커밋의 시각."""

import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kb import git
from kb.entry import SEOUL, Entry, Status
from kb.firsts import FirstPublished
from kb.store import Change, EntryStore
from tests.conftest import 여권

고침 = Change(role="editor", reason="고침")
날 = datetime(2026, 3, 1, 9, 0, tzinfo=SEOUL)


@pytest.fixture
def 처음(저장소: EntryStore, tmp_path: Path) -> Callable[[], FirstPublished]:
    """같은 파일에 적어 두는 새 프로그램."""
    return lambda: FirstPublished(저장소, tmp_path / "firsts.json")


def 커밋(store: EntryStore, days: int, *entries: Entry) -> None:
    """그날 한 커밋."""
    files: dict[str, str | None] = {store.path_for(entry): entry.to_text() for entry in entries}
    git.commit(
        store.root, git.Commit(branch="main", author="editor", message="글\n", at=날 + timedelta(days), files=files)
    )


def test_초안이었던_때가_아니라_공개로_바뀐_커밋의_때이고_옮기거나_고쳐도_그대로다(
    저장소: EntryStore, 처음: Callable[[], FirstPublished]
) -> None:
    글 = replace(여권, id="k7")
    커밋(저장소, 0, replace(글, status=Status.DRAFT))
    assert "k7" not in 처음()({"k7"})
    커밋(저장소, 5, 글)
    커밋(저장소, 9, replace(글, body="고친 글입니다.\n"))
    커밋(저장소, 12, replace(글, topic="교통"))

    assert 처음()({"k7"})["k7"] == 날 + timedelta(5)


def test_아는_번호만_물으면_역사를_다시_읽지_않고_새_번호가_생기면_새_몫만_읽는다(
    저장소: EntryStore, 처음: Callable[[], FirstPublished], tmp_path: Path
) -> None:
    이어서 = 처음()
    앎 = 이어서({"k1"})
    for n in range(3):
        커밋(저장소, n, replace(여권, body=f"{n}번 고침.\n"))
        assert 이어서({"k1"}) is 앎
    커밋(저장소, 4, replace(여권, id="k2"))
    커밋(저장소, 5, replace(여권, id="k3"))

    assert 이어서({"k1", "k2", "k3"})["k3"] == 날 + timedelta(5)
    새로 = FirstPublished(저장소, tmp_path / "다른 파일")({"k1"})
    assert 이어서({"k1"}) == 새로 == 처음()({"k1"})


@pytest.mark.parametrize("적힌_것", ["", "[]", "{", '{"head": "zz", "firsts": {"2020-01-01T00:00:00+09:00": ["k1"]}}'])
def test_적어_둔_것이_상했거나_다른_역사의_것이면_처음부터_읽는다(
    저장소: EntryStore, 처음: Callable[[], FirstPublished], tmp_path: Path, 적힌_것: str
) -> None:
    바른 = 처음()({"k1"})
    (tmp_path / "firsts.json").write_text(적힌_것, "utf-8")

    assert 처음()({"k1"}) == 바른
    assert 바른["k1"].year > 2020


def test_저장소가_아닌_폴더의_글은_언제부터인지_모른다(저장소: EntryStore, tmp_path: Path) -> None:
    폴더 = tmp_path / "folder"
    subprocess.run(["cp", "-r", 저장소.root, 폴더], check=True)
    subprocess.run(["rm", "-rf", 폴더 / ".git"], check=True)

    assert FirstPublished(EntryStore(폴더), tmp_path / "firsts.json")({"k1"}) == {}
