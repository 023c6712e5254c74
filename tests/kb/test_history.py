"""항목의 역사는 git에서 읽고, 되돌리면 새 판이 된다."""

from dataclasses import replace

import pytest

from kb.errors import EntryNotFound, VersionNotFound
from kb.history import diff, history, revert, text_at
from kb.store import Change, EntryStore


@pytest.fixture
def 고친_저장소(저장소: EntryStore) -> EntryStore:
    고침 = Change(role="editor", reason="수수료가 올랐음", correction=7)
    저장소.save(replace(저장소.get("k1"), body="수수료는 6만 원입니다."), change=고침)
    return 저장소


def test_판들을_새것부터_늘어놓는다(고친_저장소: EntryStore) -> None:
    assert [(판.reason, 판.correction) for 판 in history(고친_저장소, "k1")] == [
        ("수수료가 올랐음", 7),
        ("처음 씀", None),
    ]
    assert history(고친_저장소, "k1")[0].at.utcoffset() is not None


def test_어느_판의_글이든_읽는다(고친_저장소: EntryStore) -> None:
    새판, 옛판 = history(고친_저장소, "k1")

    assert "5만 원입니다" in text_at(고친_저장소, "k1", 옛판.sha)
    assert "6만 원입니다" in text_at(고친_저장소, "k1", 새판.sha[:10])


def test_두_판의_차이를_보여_준다(고친_저장소: EntryStore) -> None:
    새판, 옛판 = history(고친_저장소, "k1")

    차이 = diff(고친_저장소, "k1", 옛판.sha, 새판.sha)
    assert "-수수료는 5만 원입니다." in 차이
    assert "+수수료는 6만 원입니다." in 차이
    assert diff(고친_저장소, "k1", 새판.sha, 새판.sha) == ""


def test_되돌리면_옛_글로_새_판이_생긴다(고친_저장소: EntryStore) -> None:
    옛판 = history(고친_저장소, "k1")[1]

    revert(고친_저장소, "k1", 옛판.sha, change=Change(role="lead_editor", reason="잘못 고침"))

    assert "5만 원입니다" in 고친_저장소.get("k1").body
    판들 = history(고친_저장소, "k1")
    assert len(판들) == 3
    assert (판들[0].role, 판들[0].trailers["Reverts-To"]) == ("lead_editor", 옛판.sha)


def test_이미_그_글이면_되돌릴_것이_없다(고친_저장소: EntryStore) -> None:
    revert(고친_저장소, "k1", history(고친_저장소, "k1")[0].sha, change=Change(role="lead_editor", reason="그대로"))

    assert len(history(고친_저장소, "k1")) == 2


@pytest.mark.parametrize("판", ["zzz", "0000000000", "--help", "", "main", "f" * 40])
def test_없는_판은_없다고_말한다(고친_저장소: EntryStore, 판: str) -> None:
    with pytest.raises(VersionNotFound):
        text_at(고친_저장소, "k1", 판)


@pytest.mark.parametrize("번호", ["k9", "*", "../x", ""])
def test_없는_항목의_역사는_없다(고친_저장소: EntryStore, 번호: str) -> None:
    with pytest.raises(EntryNotFound):
        history(고친_저장소, 번호)


def test_지운_항목과_상한_항목도_되살린다(고친_저장소: EntryStore) -> None:
    판 = history(고친_저장소, "k1")[0].sha
    파일 = 고친_저장소.root / "entries/minwon/k1.md"
    for 망치기 in (파일.unlink, lambda: 파일.write_text("---\nid: k1\ncolour: red\n---\n", "utf-8")):
        망치기()

        revert(고친_저장소, "k1", 판, change=Change(role="lead_editor", reason="되살림"))

        assert "6만 원" in 고친_저장소.get("k1").body
