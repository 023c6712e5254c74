"""짓기의 결과: 더함, 바뀜, 그대로, 내림, 사람이 고침, 지을 수 없음을 세고 까닭을 말한다. 짓는 법은 모른다."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """항목 하나가 어떻게 되었는가."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    RETIRED = "retired"
    EDITED_HERE = "edited_here"


@dataclass
class ComposeReport:
    """짓기 한 번의 결과. `left_out`은 (갈래, 까닭) -> 줄 수, `not_made`는 (조리법, 까닭) -> 지을 수 있었던 항목 수.

    `finished`는 앞의 짓기가 쓰다가 끊겨 이번에 먼저 마저 쓴 파일의 수다.
    """

    outcomes: Counter[tuple[str, Outcome]] = field(default_factory=Counter)
    ids: dict[Outcome, list[str]] = field(default_factory=dict)
    rows: Counter[str] = field(default_factory=Counter)
    left_out: Mapping[tuple[str, str], int] = field(default_factory=dict)
    blanked: Mapping[tuple[str, str], int] = field(default_factory=dict)
    not_made: Counter[tuple[str, str]] = field(default_factory=Counter)
    no_table: list[str] = field(default_factory=list)
    finished: int = 0

    def note(self, recipe: str, outcome: Outcome, id: str) -> None:
        """항목 하나의 결과를 적는다."""
        self.outcomes[recipe, outcome] += 1
        self.ids.setdefault(outcome, []).append(id)

    def count(self, outcome: Outcome) -> int:
        """그 결과의 수."""
        return sum(number for (_, kind), number in self.outcomes.items() if kind is outcome)

    def of(self, outcome: Outcome) -> list[str]:
        """그 결과의 번호들."""
        return self.ids.get(outcome, [])

    @property
    def live(self) -> int:
        """지금 보이는 지은 항목의 수."""
        return sum(self.count(outcome) for outcome in Outcome if outcome is not Outcome.RETIRED)

    def as_json(self) -> dict[str, Any]:
        """명령줄이 말할 것."""
        recipes = sorted({recipe for recipe, _ in self.outcomes})
        return {
            **{outcome.value: self.count(outcome) for outcome in Outcome},
            "recipes": {
                recipe: {o.value: self.outcomes[recipe, o] for o in Outcome if self.outcomes[recipe, o]}
                for recipe in recipes
            },
            "rows": dict(sorted(self.rows.items())),
            "left_out": _nested(self.left_out),
            "blanked": _nested(self.blanked),
            "not_made": _nested(self.not_made),
            "no_table": self.no_table,
            "finished": self.finished,
        }


def _nested(counts: Mapping[tuple[str, str], int]) -> dict[str, dict[str, int]]:
    nested: dict[str, dict[str, int]] = {}
    for (kind, reason), number in sorted(counts.items()):
        nested.setdefault(kind, {})[reason] = number
    return nested
