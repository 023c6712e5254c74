"""고침 하나에 보상이 얼마인지, 또는 왜 아닌지 정하는 규칙. 데이터베이스도 파일도 모른다.

WORKFLOWS 4(Reward gaming)의 다섯 꾀(쪼개기, 여러 이름, 심어 둔 오류, 짬짜미, 찍어 낸 글)가 정직하게 찾는 것보다 벌지 못하게 한다.
한 사람인지는 이름이 아니라 남은 자취(보낸 곳, 늘 함께 고친 안내, 같은 글)로 안다.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import comb
from typing import Self

from rapidfuzz import fuzz

from corrections.models import Risk
from kb.entry import SEOUL

POINTS: Mapping[Risk, int] = {
    Risk.WORDING: 1,
    Risk.LINK: 1,
    Risk.FACT: 5,
    Risk.PHONE: 5,
    Risk.PRIVACY: 5,
    Risk.EMERGENCY: 5,
    Risk.LAW: 10,
    Risk.FEE: 10,
    Risk.ELIGIBILITY: 10,
}
"""실린 고침에 걸린 것마다의 점수. 보낸 수나 시민이 고른 말이 아니라 반영본에서 나온다."""

BIG = 5
"""이보다 큰 점수는 그 안내를 맡은 부서의 편집자가 혼자 정하지 못한다 (WORKFLOWS 3.1 claim)."""

COOLING = timedelta(days=14)
"""실린 뒤 되돌려지지 않고 지나야 하는 날 (WORKFLOWS 3.1 Reward)."""

LOOK_BACK = timedelta(days=90)
SAME_FIND = timedelta(days=7)
PER_DAY = 20
PER_ENTRY = 2
"""한 사람이 하루에 받는 점수와, 90일 동안 한 안내에서 받는 횟수의 끝."""

ALIKE = 90.0
"""이만큼(0~100) 같은 제안은 한 글이다."""

SHORT = 20
"""이보다 짧은 글은 닮았다고 하지 않는다."""

SAME_WORDS = 3
TOGETHER = 3
"""같은 글이 셋, 이레 안에 함께 고친 안내가 셋이면 두 이름은 한 사람으로 친다."""

DECIDED = 10
FAIR_SHARE = 0.5
"""열 번이 넘게 정해졌는데 절반도 받아들여지지 않으면 마구 보낸 것일 수 있다."""

DEALT = 5
BASIS = 20
UNLIKELY = 0.0001
"""한 편집자가 한 사람의 것을 다섯 번 이상 받아들였고, 그런 우연이 만에 하나보다 드물면 책임 편집자가 본다."""


class Why(StrEnum):
    """주지 않거나 멈추어 둔 까닭. 행과 사건에 부호로 남는다."""

    CONFLICT = "conflict"
    SELF_MADE = "self_made"
    SAME_PERSON = "same_person"
    CONFIRMED = "confirmed"
    SAME_FIND = "same_find"
    SAME_WORDS = "same_words"
    ENTRY_CAP = "entry_cap"
    DAY_CAP = "day_cap"
    PLANTED = "planted"
    PROVED_WRONG = "proved_wrong"
    OWN_OFFICE = "own_office"
    COLLUSION = "collusion"
    SCATTERED = "scattered"
    REVERTED = "reverted"
    REPLACED = "replaced"
    ERASED = "erased"

    @property
    def label(self) -> str:
        """화면에 보이는 한국어 이름."""
        return WHY_LABELS[self]


WHY_LABELS = {
    Why.CONFLICT: "이해관계가 있는 사람",
    Why.SELF_MADE: "스스로 만든 오류",
    Why.SAME_PERSON: "같은 사람의 다른 이름",
    Why.CONFIRMED: "먼저 알린 분이 있음",
    Why.SAME_FIND: "이미 보상한 것과 한 번에 알릴 수 있던 것",
    Why.SAME_WORDS: "같은 글을 여러 번 보냄",
    Why.ENTRY_CAP: "한 안내의 횟수를 넘음",
    Why.DAY_CAP: "하루의 점수를 넘음",
    Why.PLANTED: "틀린 글을 받아들인 편집자나 그 동료가 다시 받아들임",
    Why.PROVED_WRONG: "실린 뒤 틀린 것으로 밝혀짐",
    Why.OWN_OFFICE: "그 안내를 맡은 부서의 편집자가 받아들임",
    Why.COLLUSION: "한 편집자가 유난히 자주 받아들임",
    Why.SCATTERED: "받아들여지지 않은 요청이 더 많음",
    Why.REVERTED: "고침을 되돌림",
    Why.REPLACED: "같은 요청의 더 큰 고침으로 갈음",
    Why.ERASED: "시민이 제 정보를 지움",
}
BY_LEAD = (Why.CONFLICT, Why.SELF_MADE, Why.SAME_PERSON)
"""책임 편집자가 보상을 없애며 고르는 까닭 (WORKFLOWS 3.1 Reward)."""


class Outcome(StrEnum):
    """규칙이 정한 것: 14일을 기다려 준다, 책임 편집자가 정할 때까지 멈춘다, 주지 않는다."""

    PAY = "pay"
    HOLD = "hold"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Verdict:
    """고침 하나의 판정."""

    outcome: Outcome
    points: int = 0
    why: Why | None = None


@dataclass(frozen=True, kw_only=True)
class Find:
    """실린 고침 하나에서 보상을 정하는 데 쓰는 것.

    `editors`는 받아들이고 확인한 편집자들, `before`는 고치기 전 글의 줄들, `gone`은 그 가운데 사라진 줄들이다.
    """

    correction: int
    reporter: int
    entry: str
    risk: Risk
    submitted_at: datetime
    applied_at: datetime
    editors: frozenset[int] = frozenset()
    sender: str = ""
    words: str = ""
    before: frozenset[str] = frozenset()
    gone: frozenset[str] = frozenset()

    @property
    def worth(self) -> int:
        """걸린 것만 본 점수."""
        return POINTS[self.risk]


@dataclass(frozen=True, kw_only=True)
class Circumstances:
    """기록 밖에서 알아낸 사정: 이해관계, 맡은 부서의 편집자, 틀린 글을 누가 실었나."""

    conflict: bool = False
    own_office: bool = False
    made_by: int | None = None
    let_in_by_same: bool = False


PLAIN = Circumstances()


@dataclass(frozen=True)
class Kept:
    """이미 판정한 고침과 그 점수(주지 않았으면 0). `doubted`는 짬짜미로 의심해 멈춘 것: 남들의 몫을 셀 때 뺀다."""

    find: Find
    points: int
    doubted: bool = False


@dataclass
class Book:
    """최근 90일의 기록: 누가 무엇을 얼마에 고쳤고, 누구의 무엇이 받아들여지지 않았나."""

    declined: Counter[int] = field(default_factory=Counter)
    total: int = 0
    by_editor: Counter[int] = field(default_factory=Counter)
    _above: dict[int, int] = field(default_factory=dict)
    _kept: dict[int, list[Kept]] = field(default_factory=lambda: defaultdict(list))
    _senders: dict[str, int] = field(default_factory=dict)
    _visits: dict[str, dict[int, Find]] = field(default_factory=lambda: defaultdict(dict))
    _together: Counter[tuple[int, int]] = field(default_factory=Counter)
    _same_words: Counter[tuple[int, int]] = field(default_factory=Counter)

    @classmethod
    def of(cls, kept: Iterable[Kept], declined: Mapping[int, int] | None = None) -> Self:
        """판정한 것들로 만든 기록."""
        book = cls(declined=Counter(declined or {}))
        for one in kept:
            book.add(one)
        return book

    def add(self, kept: Kept) -> None:
        """판정한 고침 하나를 적는다."""
        self.see(kept.find)
        self._kept[self.person(kept.find.reporter)].append(kept)
        if not kept.doubted:
            self.total += 1
            self.by_editor.update(kept.find.editors)

    def see(self, find: Find) -> None:
        """그 고침이 남긴 자취로 한 사람인 이름들을 잇는다. 두 번 보아도 같다."""
        here = self._visits[find.entry]
        if find.correction in here:
            return
        if find.sender:
            self._join(find.reporter, self._senders.setdefault(find.sender, find.reporter))
        for other in here.values():
            if other.reporter != find.reporter:
                self._meet(find, other)
        here[find.correction] = find

    def person(self, reporter: int) -> int:
        """그 이름의 사람: 한 사람인 이름들은 같은 수다."""
        while (above := self._above.get(reporter, reporter)) != reporter:
            reporter = above
        return reporter

    def of_person(self, find: Find) -> list[Kept]:
        """그 사람이 최근 90일에 고친 것들. 이 고침은 뺀다."""
        since = find.submitted_at - LOOK_BACK
        mine = self._kept.get(self.person(find.reporter), [])
        return [k for k in mine if k.find.submitted_at >= since and k.find.correction != find.correction]

    def declines_of(self, reporter: int) -> int:
        """그 사람의 것 가운데 받아들여지지 않은 수."""
        who = self.person(reporter)
        return sum(count for other, count in self.declined.items() if self.person(other) == who)

    def _meet(self, find: Find, other: Find) -> None:
        """두 이름이 한 안내에서 만났다: 이레 안이거나 글이 같으면 센다."""
        pair = (min(find.reporter, other.reporter), max(find.reporter, other.reporter))
        self._together[pair] += abs(find.submitted_at - other.submitted_at) <= SAME_FIND
        self._same_words[pair] += alike(find.words, other.words)
        if self._together[pair] >= TOGETHER or self._same_words[pair] >= SAME_WORDS:
            self._join(*pair)

    def _join(self, one: int, other: int) -> None:
        first, second = sorted((self.person(one), self.person(other)))
        if first != second:
            self._above[second] = first
            self._kept[first] += self._kept.pop(second, [])


def decide(find: Find, book: Book, about: Circumstances = PLAIN) -> Verdict:
    """그 고침에 줄 것. 기록(`book`)은 앞서 판정한 것들이고 이 고침은 아직 없다.

    먼저 주지 않을 까닭, 다음 점수의 끝, 마지막으로 책임 편집자가 볼 까닭을 본다: 의심은 사람이 정한다.
    """
    book.see(find)
    if about.conflict:
        return Verdict(Outcome.REFUSE, why=Why.CONFLICT)
    if about.made_by is not None and book.person(about.made_by) == book.person(find.reporter):
        return Verdict(Outcome.REFUSE, why=Why.SELF_MADE)
    points, why = capped(find, book.of_person(find))
    if not points:
        return Verdict(Outcome.REFUSE, why=why)
    doubt = suspicion(find, book, about)
    return Verdict(Outcome.HOLD if doubt else Outcome.PAY, points, doubt or why)


def capped(find: Find, mine: Sequence[Kept]) -> tuple[int, Why | None]:
    """쪼개기와 찍어 낸 글과 하루의 끝을 셈한 점수와, 깎였으면 그 까닭."""
    paid = [kept for kept in mine if kept.points]
    if any(alike(find.words, kept.find.words) for kept in paid):
        return 0, Why.SAME_WORDS
    here = [kept for kept in paid if kept.find.entry == find.entry]
    same = [kept for kept in here if is_same_find(find, kept.find)]
    left = find.worth - sum(kept.points for kept in same)
    if left <= 0:
        return 0, Why.SAME_FIND
    if len(here) >= PER_ENTRY:
        return 0, Why.ENTRY_CAP
    day = _day(find.submitted_at)
    room = PER_DAY - sum(kept.points for kept in paid if _day(kept.find.submitted_at) == day)
    if room <= 0:
        return 0, Why.DAY_CAP
    points = min(left, room)
    return points, None if points == find.worth else Why.DAY_CAP if points == room else Why.SAME_FIND


def is_same_find(find: Find, earlier: Find) -> bool:
    """한 번에 알릴 수 있던 것인가: 이레 안이거나, 이번에 고친 줄이 앞서 고칠 때에도 그대로 있었다."""
    soon = abs(find.submitted_at - earlier.submitted_at) <= SAME_FIND
    return soon or not find.gone or bool(find.gone & earlier.before)


def suspicion(find: Find, book: Book, about: Circumstances = PLAIN) -> Why | None:
    """책임 편집자가 보아야 할 까닭. 없으면 None."""
    if about.own_office and find.worth > BIG:
        return Why.OWN_OFFICE
    if about.let_in_by_same:
        return Why.PLANTED
    mine = book.of_person(find)
    accepted, declined = len(mine) + 1, book.declines_of(find.reporter)
    if accepted + declined > DECIDED and accepted < FAIR_SHARE * (accepted + declined):
        return Why.SCATTERED
    return Why.COLLUSION if any(_too_often(editor, mine, book) for editor in find.editors) else None


def _too_often(editor: int, mine: Sequence[Kept], book: Book) -> bool:
    """그 편집자가 남들의 것을 받아들인 몫으로 보아, 이 사람의 것을 이만큼 받아들인 것이 우연일 수 없는가."""
    earlier = sum(editor in kept.find.editors for kept in mine)
    calm = [kept for kept in mine if not kept.doubted]
    others = book.total - len(calm)
    if earlier + 1 < DEALT or others < BASIS:
        return False
    theirs = book.by_editor[editor] - sum(editor in kept.find.editors for kept in calm)
    share = (1 + theirs) / (1 + others)
    return at_least(earlier + 1, of=len(mine) + 1, share=min(share, 1.0)) < UNLIKELY


def at_least(hits: int, *, of: int, share: float) -> float:
    """몫이 `share`일 때 `of`번 가운데 `hits`번 이상 일어날 우연 (이항 분포의 꼬리)."""
    return sum(comb(of, n) * share**n * (1 - share) ** (of - n) for n in range(hits, of + 1))


def alike(one: str, other: str) -> bool:
    """두 제안이 한 글인가. 짧은 글(번호 하나)은 글자까지 같아야 하고, 수가 다르면 다른 사실이다."""
    first, second = _squeezed(one), _squeezed(other)
    if first == second or min(len(first), len(second)) <= SHORT:
        return bool(first) and first == second
    return re.findall(r"\d+", one) == re.findall(r"\d+", other) and fuzz.ratio(first, second) >= ALIKE


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\W_]+", "", text)


def _day(at: datetime) -> date:
    return at.astimezone(SEOUL).date()
