"""사건과 남은 일의 약속(docs/contracts.md)은 코드와 같다."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.worker import NEXT
from corrections import bulk, conversation, feeding, review
from corrections.apply import COMMITTED, NOT_REVERTED, REVERTED
from corrections.contacts import CONTACT_CONFIRMED
from corrections.models import Correction
from corrections.notices.queueing import REMIND
from corrections.rewards.moving import Move
from corrections.transition import TRANSITIONS, Action
from db import Database
from db.events import Event
from db.outbox import OutboxItem
from db.people import Actor
from tests.corrections.test_rewards import 시민, 일, 책임, 흐름

__all__ = ["일", "책임"]
ROOT = Path(__file__).parent.parent.parent
문서 = (ROOT / "docs/contracts.md").read_text("utf-8")
줄 = re.compile(r"^\| `([a-z_.]+)` \|([^|]*)\|([^|]*)\|([^|]*)\|$", re.MULTILINE)
사건표 = {
    (흐름_.strip(), 이름): {칸 for 칸 in 칸들.strip().split(", ") if 칸}
    for 이름, 흐름_, 칸들, _ in 줄.findall(문서.split("## 남은 일")[0])
}
일표 = {
    이름: ({칸 for 칸 in 칸들.strip().split(", ") if 칸}, tuple(다음.strip().split(", ")) if 다음.strip() else ())
    for 이름, 칸들, _, 다음 in 줄.findall(문서.split("## 남은 일")[1])
}


def 적힌_사건들() -> Iterator[str]:
    """corrections의 코드가 글자로 적은 사건의 이름들."""
    for path in (ROOT / "corrections").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) in (
                "record", "_record", "_move", "_decide",
            ):  # fmt: skip
                말들 = [*node.args, *(k.value for k in node.keywords if k.arg == "action")]
                yield from (
                    말.value
                    for 말 in 말들
                    if isinstance(말, ast.Constant)
                    and isinstance(말.value, str)
                    and re.fullmatch(r"[a-z_.]+", 말.value)
                )


def test_코드의_사건은_모두_문서에_있고_문서의_사건은_모두_코드에_있다():
    코드 = {
        *Action, COMMITTED, REVERTED, NOT_REVERTED, REMIND, CONTACT_CONFIRMED, feeding.INTAKE, feeding.DRAFTED,
        *(할일.event for 할일 in Move), *(할일 for _, 할일 in bulk.MOVES), *적힌_사건들(),
    }  # fmt: skip

    assert {str(이름) for 이름 in 코드} == {이름 for _, 이름 in 사건표}


def test_남은_일은_문서의_표와_같다():
    앞일 = {"revision.apply", "bulk.settle"}
    assert {이름: 일표[이름][1] for 이름 in 앞일} == {이름: NEXT[이름] for 이름 in 앞일}
    assert set(일표) - 앞일 == {"routing.update", "reward.settle", "notice.send"}
    assert {종류 for 규칙 in TRANSITIONS.values() for 종류 in 규칙.then} <= set(일표)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_실제로_남은_사건의_칸은_문서의_칸과_같고_시민의_글은_없다(
    일: 흐름, database: Database, 책임: Actor, 편집자: Actor
):
    비밀 = "저는 청계천로 사는 사람이고 수수료는 5만 3천 원입니다."
    첫째 = 일.보낸다(시민(database), proposal=비밀)
    둘째 = 일.보낸다(시민(database), proposal=비밀)
    일.싣는다(첫째, body="수수료는 5만 3천 원입니다.\n")
    with database.begin() as session:
        feeding.to_intake(session, session.get_one(Correction, 첫째), by=편집자)
        review.merge(session, session.get_one(Correction, 둘째), into=첫째, by=편집자)
    일.준다()
    일.되돌린다(첫째)
    셋째 = 일.보낸다(시민(database), proposal=비밀)
    with database.begin() as session:
        conversation.ask(session, session.get_one(Correction, 셋째), by=편집자, text="언제 보셨나요?")
        conversation.withdraw(session, session.get_one(Correction, 셋째), by=Actor.citizen())

    with database.reading() as session:
        사건들 = session.scalars(select(Event)).all()
        본것 = {사건.action for 사건 in 사건들}
        assert 본것 >= {"committed", "reverted", "merge", "intake.requested", "reward.grant", "reward.reverse"}
        for 사건 in 사건들:
            흐름_ = 사건.stream.split("/")[0]
            칸들 = 사건표[흐름_, 사건.action]
            늘 = {"kept"} if 흐름_ == "correction" and 사건.to_state else set()
            꼭 = {칸 for 칸 in 칸들 if not 칸.endswith("?")}
            assert 꼭 <= set(사건.data) <= {칸.rstrip("?") for 칸 in 칸들} | 늘, 사건.action
            assert "청계천로" not in f"{사건.text}{사건.data}"
        for 남은일 in session.scalars(select(OutboxItem).where(OutboxItem.kind.in_(일표))):
            assert 일표[남은일.kind][0] <= set(남은일.payload), 남은일.kind
