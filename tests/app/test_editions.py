"""날마다 한 번 내려받을 자료의 새 판을 내고 알린다. 어떤 오류에도 멈추지 않고, 뒷일을 기다리게 하지 않는다."""

import json
import logging
import threading
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from app.editions import EditionFailed, Editions, make_aside
from app.running import Running
from app.worker import NEXT, run_pending
from db.events import record
from db.outbox import enqueue
from db.people import Actor
from kb.store import Change, EntryStore


class 하루:
    """오늘을 바꿀 수 있는 달력과, 한 일의 기록."""

    def __init__(self) -> None:
        self.오늘 = date(2026, 11, 24)
        self.한_일: list[str] = []
        self.고장 = ""

    def 하기(self, 이름: str) -> None:
        if self.고장 == 이름:
            raise OSError(f"{이름}의 문제")
        self.한_일.append(이름)

    def 사람(self, **더: object) -> Editions:
        return Editions(
            make=lambda stopping: self.하기("만듦"),
            publish=lambda: self.하기("게시"),
            tell=lambda: self.하기("알림"),
            today=lambda: self.오늘,
            first_wait=0,
            **더,
        )


def test_하루에_한_번_만들고_게시하고_알린다():
    달력 = 하루()
    사람 = 달력.사람()

    assert [사람.run(), 사람.run()] == [True, True]
    assert 달력.한_일 == ["만듦", "게시", "알림"]
    달력.오늘 = date(2026, 11, 25)
    사람.run()
    assert 달력.한_일 == ["만듦", "게시", "알림"] * 2


@pytest.mark.parametrize(("고장", "한_일"), [("만듦", []), ("게시", ["만듦"]), ("알림", ["만듦", "게시"])])
def test_하지_못했으면_까닭을_기록하고_다음에_다시_한다(고장, 한_일, caplog):
    달력 = 하루()
    달력.고장 = 고장
    사람 = 달력.사람()

    with caplog.at_level(logging.WARNING):
        assert 사람.run() is False
    assert 달력.한_일 == 한_일
    assert f"{고장}의 문제" in caplog.text
    달력.고장 = ""
    assert 사람.run() is True
    assert 달력.한_일[-3:] == ["만듦", "게시", "알림"]


def test_켜면_스스로_하고_멈추라고_하면_곧_멈춘다():
    달력 = 하루()
    사람 = 달력.사람()

    사람.start()
    끝 = time.monotonic() + 10
    while len(달력.한_일) < 3:
        assert time.monotonic() < 끝
        time.sleep(0.01)
    시작 = time.monotonic()
    사람.stop()
    assert time.monotonic() - 시작 < 5


def test_다른_프로세스가_판을_만들고_다음_게시에_보인다(인스턴스: Running) -> None:
    make_aside(인스턴스.instance.root, threading.Event())

    인스턴스.publish()

    판 = 인스턴스.shelf.latest
    assert 판 is not None
    줄들 = (판 / "faq.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["id"] for line in 줄들] == ["k1"]
    assert (인스턴스.instance.site / "current/data" / 판.name / "faq.csv").is_file()


def test_프로세스가_실패하면_그_까닭을_말한다(tmp_path: Path) -> None:
    with pytest.raises(EditionFailed, match=r"[가-힣]"):
        make_aside(tmp_path / "없는 인스턴스", threading.Event())


def test_멈추라고_하면_만들던_프로세스도_끝난다(인스턴스: Running) -> None:
    멈춤 = threading.Event()
    멈춤.set()

    make_aside(인스턴스.instance.root, 멈춤)

    assert 인스턴스.shelf.latest is None


def 뒷일(인스턴스: Running) -> None:
    """글 하나가 실린 뒤의 일들."""
    with 인스턴스.database.begin() as session:
        event = record(session, stream="entry/k1", action="시험", actor=Actor.system())
        for kind in NEXT["incoming.settle"]:
            enqueue(session, event=event, kind=kind, payload={"entry": "k1"})
    ran = run_pending(인스턴스.database, 인스턴스.handlers())
    assert (ran.done, ran.failed) == (3, 0)


def test_수정이_실리면_게시한_다음_피드까지_마치고_포털에_알릴_것을_남긴다(
    인스턴스: Running, 저장소: EntryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert NEXT["revision.apply"][:3] == NEXT["incoming.settle"] == ("entry.index", "site.publish", "portals.tell")
    monkeypatch.setenv("OPEN120_INDEXNOW_KEY", "0123456789abcdef")
    뒷일(인스턴스)

    글 = replace(저장소.get("k1"), body="고친 글은 피드에도 곧 나옵니다.\n")
    저장소.save(글, change=Change(role="editor", reason="고침"))
    뒷일(인스턴스)

    지금 = 인스턴스.instance.site / "current"
    for 피드 in ("rss.xml", "atom.xml", "topic/minwon/rss.xml"):
        assert "고친 글은 피드에도 곧 나옵니다." in (지금 / 피드).read_text("utf-8")
    assert (지금 / "0123456789abcdef.txt").read_bytes() == b"0123456789abcdef"
    보낼_것 = json.loads((인스턴스.instance.root / "indexnow/waiting/0001.json").read_bytes())
    assert 보낼_것["urlList"] == ["http://localhost:8120/faq/k1"]
