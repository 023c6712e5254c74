"""가져오기의 결과: 줄마다 어떻게 되었는지와 그 수. 어떻게 가져왔는지는 모른다."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """원본의 줄 하나가 어떻게 되었나. 모든 줄은 넷 가운데 꼭 하나다."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    HELD = "held"


@dataclass(frozen=True, kw_only=True)
class RowResult:
    """줄 하나의 결과. `ref`는 원본의 자리(‘12번째 줄’, ‘F 289803’), `reasons`는 붙잡힌 까닭들의 코드."""

    ref: str
    id: str
    outcome: Outcome
    reasons: tuple[str, ...] = ()
    message: str = ""


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """가져오기 한 번의 결과.

    `held`는 지금 붙잡혀 있다는 뜻이다: 다시 가져와도 까닭이 그대로이면 또 held로 세고, 글은 다시 쓰지 않는다.
    held인 줄은 added·changed에 들지 않는다. 까닭이 여럿인 줄은 `held_reasons`에 까닭마다 한 번씩 센다.
    """

    rows: tuple[RowResult, ...] = ()
    topics_unknown: Mapping[str, int] = field(default_factory=dict)
    districts_unknown: Mapping[str, int] = field(default_factory=dict)
    dates_unread: int = 0
    written: int = 0
    commit: str = ""

    @property
    def added(self) -> int:
        """새로 생겨 게시할 수 있는 글의 수."""
        return self._count(Outcome.ADDED)

    @property
    def changed(self) -> int:
        """있던 글의 새 판이 된 수."""
        return self._count(Outcome.CHANGED)

    @property
    def unchanged(self) -> int:
        """그대로인 수."""
        return self._count(Outcome.UNCHANGED)

    @property
    def held(self) -> int:
        """까닭이 있어 게시하지 않고 붙잡아 둔 수."""
        return self._count(Outcome.HELD)

    @property
    def held_reasons(self) -> dict[str, int]:
        """붙잡은 까닭(코드)마다의 수, 많은 것부터."""
        return dict(
            Counter(reason for row in self.rows if row.outcome is Outcome.HELD for reason in row.reasons).most_common()
        )

    def as_json(self) -> dict[str, object]:
        """명령줄 `--json`이 내는 것: added, changed, unchanged, held, held_reasons와 그 밖의 수."""
        return {
            "added": self.added,
            "changed": self.changed,
            "unchanged": self.unchanged,
            "held": self.held,
            "held_reasons": self.held_reasons,
            "held_rows": [
                {"row": row.ref, "id": row.id, "reasons": list(row.reasons), "message": row.message}
                for row in self.rows
                if row.outcome is Outcome.HELD
            ],
            "topics_unknown": dict(self.topics_unknown),
            "districts_unknown": dict(self.districts_unknown),
            "dates_unread": self.dates_unread,
            "written": self.written,
            "commit": self.commit,
        }

    def _count(self, outcome: Outcome) -> int:
        return sum(row.outcome is outcome for row in self.rows)
