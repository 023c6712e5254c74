"""편집자가 정한 검색 규칙(tuning.yml): 같은 말과 먼저 보일 항목. 점수는 모른다."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any
from unicodedata import normalize

import yaml

from kb.entry import ID
from kb.errors import BadTuning
from kb.terms import squeezed

PATH = "tuning.yml"
"""콘텐츠 저장소 안의 자리. 배포본에는 없고 편집실이 쓴다."""

WEIGHT = 0.6
"""같은 말의 무게를 적지 않았을 때."""

SOON = timedelta(days=30)
"""기한까지 이만큼 남으면 곧 끝나는 규칙이다."""

_HEAD = "# 편집실의 ‘검색 다듬기’가 쓰는 파일. 손으로 고쳐도 된다. 기한(expires)이 지난 규칙은 쓰지 않는다.\n"
_COMMON = {"say", "by", "reason", "made", "expires"}


class RuleKind(StrEnum):
    """규칙의 두 갈래."""

    SYNONYM = "synonym"
    BEST_BET = "best_bet"

    @property
    def label(self) -> str:
        """화면에 보이는 이름."""
        return "같은 말" if self is RuleKind.SYNONYM else "먼저 보일 안내"


class RuleState(StrEnum):
    """규칙이 지금 쓰이는가."""

    ACTIVE = "active"
    SOON = "soon"
    EXPIRED = "expired"


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """규칙 하나. `say`는 시민이 치는 말, `by`는 정한 이의 역할과 번호(editor#3), `expires`는 마지막 날(None이면 없음).

    `means`가 있으면 같은 말(무게 `weight`), `entries`가 있으면 먼저 보일 항목의 번호들이다.
    """

    say: tuple[str, ...]
    by: str
    reason: str
    made: date
    expires: date | None
    means: tuple[str, ...] = ()
    weight: float = WEIGHT
    entries: tuple[str, ...] = ()

    @property
    def kind(self) -> RuleKind:
        """먼저 보일 항목이 있으면 그 규칙이다."""
        return RuleKind.BEST_BET if self.entries else RuleKind.SYNONYM

    @property
    def key(self) -> str:
        """규칙을 가리키는 글자 열둘. 같은 말은 한 규칙에만 있으므로(kb.tuning_checks) 첫 말이 그 규칙을 가리킨다."""
        return sha256(f"{self.kind}:{squeezed(self.say[0])}".encode()).hexdigest()[:12]

    @property
    def author(self) -> int | None:
        """정한 사람의 번호. 사람이 아니거나(손으로 적은 것) 알 수 없으면 None."""
        number = self.by.partition("#")[2]
        return int(number) if number.isascii() and number.isdecimal() else None

    def is_active(self, today: date) -> bool:
        """기한이 지나지 않았는가."""
        return self.expires is None or today <= self.expires

    def state(self, today: date) -> RuleState:
        """쓰는 중, 곧 끝남(`SOON`), 끝남."""
        if not self.is_active(today):
            return RuleState.EXPIRED
        return RuleState.SOON if self.expires and self.expires - today <= SOON else RuleState.ACTIVE

    def retired(self, today: date) -> "Rule":
        """오늘부터 쓰지 않는 같은 규칙."""
        return replace(self, expires=today - timedelta(days=1))


@dataclass(frozen=True, kw_only=True)
class Changed:
    """두 규칙 모음에서 달라진 말들(다듬은 꼴)."""

    terms: frozenset[str]
    bets: frozenset[str]

    def touches(self, read: str) -> bool:
        """고쳐 읽은 물음 `read`의 결과가 달라질 수 있는가. 아니라고 하면 결과가 같다."""
        asked = squeezed(read)
        return asked in self.bets or any(term in asked for term in self.terms)


@dataclass(frozen=True, kw_only=True)
class Rules:
    """모든 규칙."""

    synonyms: tuple[Rule, ...] = ()
    best_bets: tuple[Rule, ...] = ()

    def __iter__(self) -> Iterator[Rule]:
        yield from self.synonyms
        yield from self.best_bets

    @property
    def version(self) -> str:
        """규칙 모음의 판: 하나라도 바뀌면 달라진다."""
        return sha256(self.to_text().encode()).hexdigest()[:12]

    def terms(self, today: date) -> Mapping[str, Mapping[str, float]]:
        """지금 쓰는 같은 말: 다듬은 시민의 말 → {공식 말: 무게}."""
        found: dict[str, dict[str, float]] = {}
        for rule in self.synonyms:
            if rule.is_active(today):
                for say in rule.say:
                    found.setdefault(squeezed(say), {}).update(dict.fromkeys(rule.means, rule.weight))
        return found

    def bets(self, today: date) -> Mapping[str, tuple[str, ...]]:
        """지금 쓰는 먼저 보일 항목: 다듬은 물음 → 항목 번호들."""
        active = [rule for rule in self.best_bets if rule.is_active(today)]
        return {squeezed(say): rule.entries for rule in active for say in rule.say}

    def changed(self, other: "Rules", today: date) -> Changed:
        """`other`로 바꾸면 달라지는 말들."""
        return Changed(
            terms=_different(self.terms(today), other.terms(today)),
            bets=_different(self.bets(today), other.bets(today)),
        )

    def with_key(self, key: str) -> Rule | None:
        """그 글자 열둘이 가리키는 규칙."""
        return next((rule for rule in self if rule.key == key), None)

    def holding(self, say: str, kind: RuleKind) -> Rule | None:
        """그 갈래에서 이 말을 가진 규칙. 끝난 규칙도 본다."""
        wanted = squeezed(say)
        return next((rule for rule in self if rule.kind is kind and wanted in map(squeezed, rule.say)), None)

    def put(self, rule: Rule, *, instead_of: Rule | None = None) -> "Rules":
        """`rule`을 더한 규칙들. `instead_of`가 있으면 그 자리에 놓는다."""
        rows = [rule if row is instead_of or row == instead_of else row for row in self]
        if rule not in rows:
            rows.append(rule)
        return Rules(
            synonyms=tuple(row for row in rows if row.kind is RuleKind.SYNONYM),
            best_bets=tuple(row for row in rows if row.kind is RuleKind.BEST_BET),
        )

    @classmethod
    def from_file(cls, path: Path) -> "Rules":
        """읽을 수 없거나 틀렸으면 어느 규칙인지 말하는 BadTuning. 없는 파일은 빈 규칙이다."""
        try:
            return cls.from_text(path.read_text("utf-8"))
        except FileNotFoundError:
            return cls()
        except (OSError, UnicodeDecodeError) as error:
            raise BadTuning(
                f"검색 규칙({path.name})을 읽을 수 없습니다. UTF-8 파일인지, 읽을 권한이 있는지 확인해 주세요."
            ) from error

    @classmethod
    def from_text(cls, text: str) -> "Rules":
        """`to_text`의 글에서. 틀렸으면 BadTuning."""
        try:
            found: Any = yaml.load(normalize("NFC", text), yaml.CSafeLoader) or {}
        except (yaml.YAMLError, ValueError) as error:  # a date like 2026-13-45 is a ValueError
            raise BadTuning(f"검색 규칙({PATH})의 형식이 틀렸습니다: {error}") from error
        if not isinstance(found, dict) or set(found) - {"synonyms", "best_bets"}:
            raise BadTuning(f"검색 규칙({PATH})에는 synonyms와 best_bets만 적을 수 있습니다.")
        return cls(
            synonyms=tuple(_rules(found.get("synonyms") or [], "synonyms", {"means", "weight"})),
            best_bets=tuple(_rules(found.get("best_bets") or [], "best_bets", {"entries"})),
        )

    def to_text(self) -> str:
        """파일에 적을 글. 같은 규칙이면 같은 글이다."""
        shown = {
            "synonyms": [_shown(rule) | {"means": list(rule.means), "weight": rule.weight} for rule in self.synonyms],
            "best_bets": [_shown(rule) | {"entries": list(rule.entries)} for rule in self.best_bets],
        }
        return _HEAD + yaml.safe_dump(shown, allow_unicode=True, sort_keys=False, width=120)


def _different(one: Mapping[str, object], other: Mapping[str, object]) -> frozenset[str]:
    return frozenset(word for word in one.keys() | other.keys() if one.get(word) != other.get(word))


def _shown(rule: Rule) -> dict[str, Any]:
    return {
        "say": list(rule.say), "by": rule.by, "reason": rule.reason, "made": rule.made, "expires": rule.expires,
    }  # fmt: skip


def _rules(rows: Any, name: str, more: set[str]) -> Iterable[Rule]:
    if not isinstance(rows, list):
        raise BadTuning(f"검색 규칙({PATH})의 {name}은(는) 목록이어야 합니다.")
    for number, row in enumerate(rows, 1):
        try:
            yield _rule(row, more)
        except (TypeError, ValueError, KeyError) as error:
            raise BadTuning(f"검색 규칙({PATH})에서 {name}의 {number}번째가 틀렸습니다: {error}") from error


def _rule(row: Any, more: set[str]) -> Rule:
    if not isinstance(row, dict) or set(row) != _COMMON | more:
        raise ValueError(f"{', '.join(sorted(_COMMON | more))}를 모두, 그것만 적어 주세요.")
    lists = {key: tuple(row[key]) for key in ("say", "means", "entries") if key in row}
    if not all(words and all(isinstance(word, str) and word.strip() for word in words) for words in lists.values()):
        raise ValueError("목록에는 말을 하나 이상 적어 주세요.")
    if any(len(squeezed(say)) < 2 for say in lists["say"]):
        raise ValueError("say의 말은 두 글자 이상이어야 합니다.")
    if not all(ID.fullmatch(id) for id in lists.get("entries", ())):
        raise ValueError("entries에는 c12처럼 항목 번호를 적어 주세요.")
    if type(row["made"]) is not date or type(row["expires"]) not in (date, type(None)):  # a datetime is a date, too
        raise ValueError("made와 expires에는 날짜를 적어 주세요.")
    weight = row.get("weight", WEIGHT)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= 1:
        raise ValueError("weight는 0보다 크고 1을 넘지 않는 수여야 합니다.")
    return Rule(
        **lists, weight=float(weight), by=str(row["by"]), reason=str(row["reason"]), made=row["made"], expires=row["expires"]
    )  # fmt: skip
