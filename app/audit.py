"""모든 사건을 되짚어 표의 줄과 견준다: 사슬, 방아쇠, 수정 요청, 계정, 따로 적어 둔 사슬의 머리. 어긋난 것을 말할 뿐 고치지 않는다.

작업자가 하루에 한 번 하고 결과를 인스턴스 폴더의 `audit.json`에 둔다. 데이터베이스만 고칠 수 있는 이가 사건의 꼬리를 자르고 머리까지
고쳐 놓아도, 그 파일에 적어 둔 앞의 머리와 맞지 않으므로 드러난다 (WORKFLOWS 3.4).
"""

import json
import logging
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from corrections import bulk, replay
from corrections.rewards import ledger
from corrections.rewards.models import Reward
from db import Database, events, guards, staff

logger = logging.getLogger(__name__)

Check = Callable[[Session], Iterable[str]]
HEADS_KEPT = 400
"""적어 두는 머리의 수: 하루 하나이면 한 해가 넘는다."""


def _guards(session: Session) -> Iterable[str]:
    return [f"사건을 지키는 방아쇠 {name}이(가) 없습니다." for name in guards.missing_guards(session)]


def _chain(session: Session) -> Iterable[str]:
    return [f"사건 {fault.event_id}번: {fault.problem}" for fault in events.verify_chain(session)]


def _ledger(session: Session) -> Iterable[str]:
    return [fault.problem for fault in ledger.faults(session)]


def _rewards(session: Session) -> Iterable[str]:
    """보상의 상태와 점수가 마지막 사건이 말하는 대로인가."""
    mine = select(events.Event).where(events.Event.stream.startswith("reward/")).order_by(events.Event.id)
    told = {event.stream: (event.to_state, event.data.get("points")) for event in session.scalars(mine)}
    for reward in session.scalars(select(Reward).order_by(Reward.id)):
        state, points = told.pop(reward.stream, (None, None))
        if (state, points) != (reward.state.value, reward.points):
            yield f"보상 {reward.id}번: 사건은 {state} {points}점, 표는 {reward.state.value} {reward.points}점."
    yield from (f"{stream}의 사건은 있는데 보상의 줄이 없습니다." for stream in told)


CHECKS: Mapping[str, Check] = {
    "방아쇠": _guards,
    "가리킴": guards.dangling_rows,
    "사슬": _chain,
    "수정 요청": replay.mismatches,
    "한꺼번에 바꾸기": bulk.mismatches,
    "계정": staff.mismatches,
    "보상": _rewards,
    "장부": _ledger,
}
"""무엇을 보나."""


@dataclass(frozen=True)
class Audited:
    """한 번 되짚은 결과. `head`는 그때의 마지막 사건의 번호와 지문이다."""

    at: str
    events: int
    head: tuple[int, str]
    problems: Sequence[str] = field(default=())

    @property
    def ok(self) -> bool:
        """어긋난 것이 없나."""
        return not self.problems


def audit(
    database: Database, *, heads: Iterable[tuple[int, str]] = (), checks: Mapping[str, Check] = CHECKS
) -> Audited:
    """한순간의 모습을 모두 되짚는다. `heads`는 따로 적어 둔 머리들(번호, 지문): 지금 사슬에 그대로 있어야 한다."""
    with database.reading() as session:
        problems = [problem for check in checks.values() for problem in check(session)]
        problems += [problem for id, hash in heads if (problem := _missing(session, id, hash))]
        id, hash = _head(session)
    return Audited(at=datetime.now(UTC).isoformat(timespec="seconds"), events=id, head=(id, hash), problems=problems)


class AuditFile:
    """인스턴스 폴더에 적어 둔 지난 결과와 머리들. 데이터베이스와 따로 지켜야 뜻이 있다."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def last(self) -> Mapping[str, Any] | None:
        """마지막 결과. 한 적이 없으면 None."""
        return self._read().get("last")

    @property
    def heads(self) -> list[tuple[int, str]]:
        """적어 둔 머리들, 오래된 것부터."""
        return [(int(id), str(hash)) for id, hash in self._read().get("heads", [])]

    def keep(self, done: Audited) -> None:
        """결과를 적는다. 어긋난 것이 있으면 머리는 더하지 않는다: 고쳐 놓은 사슬을 옳다고 적지 않게."""
        heads = self.heads
        if done.ok and done.events and (not heads or heads[-1] != done.head):
            heads.append(done.head)
        fresh = self._path.with_suffix(f".{os.getpid()}")
        told = {"last": {**asdict(done), "ok": done.ok}, "heads": heads[-HEADS_KEPT:]}
        fresh.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
        fresh.replace(self._path)

    def _read(self) -> Mapping[str, Any]:
        try:
            found: Mapping[str, Any] = json.loads(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError:
            return {"last": {"ok": False, "problems": [f"{self._path.name} 파일을 읽을 수 없습니다."]}}
        return found


def audited(database: Database, file: AuditFile, *, also: Iterable[tuple[int, str]] = ()) -> Audited:
    """되짚고, 적고, 어긋났으면 큰 소리로 말한다(기록의 오류). 작업자가 날마다, 사람은 `open120 audit`으로 부른다."""
    done = audit(database, heads=[*file.heads, *also])
    file.keep(done)
    for problem in done.problems:
        logger.error("사건과 표가 어긋났습니다: %s", problem)
    return done


def _head(session: Session) -> tuple[int, str]:
    row = session.execute(select(events.EventHead.event_id, events.EventHead.hash)).one_or_none()
    return (row.event_id, row.hash) if row else (0, events.FIRST_HASH)


def _missing(session: Session, id: int, hash: str) -> str:
    found = session.scalar(select(events.Event.hash).where(events.Event.id == id))
    if found is None:
        return f"적어 둔 머리(사건 {id}번)가 사슬에 없습니다. 그 뒤의 사건이 지워졌습니다."
    return "" if found == hash else f"적어 둔 머리(사건 {id}번)의 지문이 지금 사슬과 다릅니다. 사슬을 새로 꾸몄습니다."
