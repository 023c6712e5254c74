"""살펴서 걸린 것 하나와 그 무게. 무엇을 어떻게 살피는지는 모른다."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Severity(StrEnum):
    """걸린 것의 무게."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def label(self) -> str:
        """화면에 보일 말."""
        return {"error": "오류", "warning": "주의", "note": "참고"}[self.value]

    @property
    def weight(self) -> int:
        """무거운 것이 작다: 늘어놓는 차례."""
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Problem:
    """규칙이 말하는 것. `code`는 기계가 세고, `message`는 편집자가 읽는다. `severity`가 없으면 갈래의 무게를 쓴다."""

    code: str
    message: str
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """항목 하나에서 걸린 것: 무엇이, 얼마나 무겁게, 어떻게 고치면 되는지. `others`는 함께 보아야 할 항목들이다."""

    code: str
    severity: Severity
    entry: str
    message: str
    hint: str
    public: bool = True
    others: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        """시민에게 보이는 글의 오류인가: `open120 check`의 끝값이 1이 된다."""
        return self.public and self.severity is Severity.ERROR

    def as_json(self) -> dict[str, Any]:
        """명령줄이 말할 것."""
        told: dict[str, Any] = {
            "code": self.code,
            "severity": self.severity.value,
            "entry": self.entry,
            "message": self.message,
            "hint": self.hint,
        }
        return (
            told | ({"others": list(self.others)} if self.others else {}) | ({} if self.public else {"public": False})
        )
