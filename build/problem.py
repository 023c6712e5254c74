"""마지막 게시가 왜 실패했는지 적어 둔다: 편집실이 읽는다. 무엇을 고쳐야 하는지는 그 문장이 말한다."""

import contextlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

FILE = ".problem.json"


@dataclass(frozen=True)
class Problem:
    """게시하지 못한 까닭(사람에게 보일 문장)과 그때."""

    text: str
    at: datetime


def last_problem(site: Path) -> Problem | None:
    """마지막 게시가 실패했으면 그 까닭, 성공했거나 게시한 적이 없으면 None."""
    try:
        stored = json.loads((site / FILE).read_bytes())
        return Problem(stored["text"], datetime.fromisoformat(stored["at"]))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def remember(site: Path, text: str) -> None:
    """까닭을 적는다. 적을 수 없는 디스크면 그만둔다: 실패 자체는 부른 이가 이미 안다."""
    draft = site / f"{FILE}.new"
    with contextlib.suppress(OSError):
        draft.write_text(json.dumps({"text": text, "at": datetime.now(UTC).isoformat()}, ensure_ascii=False), "utf-8")
        draft.replace(site / FILE)


def forget(site: Path) -> None:
    """게시했으므로 지운다."""
    with contextlib.suppress(OSError):
        (site / FILE).unlink(missing_ok=True)
