"""검색 규칙을 바꾸면 무엇이 달라지는지 판정된 질문과 규칙의 말로 견준다. 누가 왜 바꾸는지, 어디에 두는지는 모른다."""

import json
from collections.abc import Callable, Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import date
from statistics import fmean

from kb.evaluate import Judged, collection_of, measure
from kb.search import Hit, Searcher
from kb.tuning import Rules

TOP = 3
"""질문마다 보이는 앞의 결과."""

SHOWN = 5
"""규칙의 말마다 보이는 앞의 결과."""

SAME = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """결과에 보이는 안내 하나. `best_bet`은 편집자가 먼저 보이게 한 것인가."""

    id: str
    title: str
    best_bet: bool

    @classmethod
    def of(cls, hits: Iterable[Hit]) -> tuple["Shown", ...]:
        """찾은 것들."""
        return tuple(cls(id=hit.id, title=hit.title, best_bet=hit.best_bet) for hit in hits)


@dataclass(frozen=True, kw_only=True, slots=True)
class Looked:
    """판정된 질문 하나를 한 규칙으로 찾아 본 것."""

    ndcg: float
    top: tuple[Shown, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """규칙을 바꾸면 달라질 수 있는 질문 하나의 앞뒤."""

    query: str
    kind: str
    before: Looked
    after: Looked

    @property
    def gain(self) -> float:
        """nDCG@10이 오르는 만큼(내리면 음수)."""
        return self.after.ndcg - self.before.ndcg

    @property
    def is_same(self) -> bool:
        """점수도 앞의 결과도 그대로인가."""
        return abs(self.gain) < SAME and self.before.top == self.after.top


@dataclass(frozen=True, kw_only=True, slots=True)
class SayMoved:
    """규칙의 말 하나로 찾은 앞의 결과, 바꾸기 앞과 뒤."""

    say: str
    before: tuple[Shown, ...]
    after: tuple[Shown, ...]

    @property
    def is_same(self) -> bool:
        """차례까지 그대로인가."""
        return self.before == self.after


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """견준 것. `questions`는 판정된 질문의 수, `touched`는 그 가운데 말이 걸리는 것의 수, `whole`은 전체 nDCG@10의 앞뒤(아직 재지 못했으면 None)다."""

    questions: int
    touched: int
    moved: tuple[Moved, ...]
    says: tuple[SayMoved, ...]
    whole: tuple[float, float] | None

    @property
    def better(self) -> list[Moved]:
        """점수가 오르는 질문, 많이 오르는 것부터."""
        return sorted((one for one in self.moved if one.gain >= SAME), key=lambda one: -one.gain)

    @property
    def worse(self) -> list[Moved]:
        """점수가 내리는 질문, 많이 내리는 것부터."""
        return sorted((one for one in self.moved if one.gain <= -SAME), key=lambda one: one.gain)

    @property
    def level(self) -> list[Moved]:
        """점수는 같은데 앞의 결과가 바뀌는 질문."""
        return [one for one in self.moved if abs(one.gain) < SAME and not one.is_same]


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """판정된 질문을 모두 재어 둔 것: 어느 규칙으로 쟀는지, 질문마다 고쳐 읽은 물음과 nDCG@10(질문의 차례대로)."""

    rules: Rules
    read: tuple[str, ...]
    ndcg: tuple[float, ...]

    def to_json(self) -> str:
        """파일에 적을 글."""
        return json.dumps(
            {"rules": self.rules.to_text(), "read": self.read, "ndcg": self.ndcg}, ensure_ascii=False
        )  # fmt: skip

    @classmethod
    def from_json(cls, text: str) -> "Evaluation":
        """`to_json`의 글에서. 상했으면 ValueError, 규칙이 틀렸으면 BadTuning."""
        found = json.loads(text)
        try:
            read, ndcg = tuple(map(str, found["read"])), tuple(map(float, found["ndcg"]))
            return cls(rules=Rules.from_text(found["rules"]), read=read, ndcg=ndcg)
        except (KeyError, TypeError) as error:
            raise ValueError("재어 둔 것을 읽을 수 없습니다.") from error

    def under(self, rules: Rules, searcher: Searcher, questions: Sequence[Judged], *, today: date) -> "Evaluation":
        """다른 규칙으로 잰 것. 규칙이 달라도 결과가 같을 질문은 다시 재지 않는다. `searcher`는 `rules`를 쓰는 찾기다."""
        changed, collection, ndcg = self.rules.changed(rules, today), collection_of(questions), list(self.ndcg)
        for number, (question, read) in enumerate(zip(questions, self.read, strict=True)):
            if changed.touches(read):
                ndcg[number] = _look(searcher, question, collection).ndcg
        return Evaluation(rules=rules, read=self.read, ndcg=tuple(ndcg))


def evaluate_all(
    searcher: Searcher,
    rules: Rules,
    questions: Sequence[Judged],
    *,
    goes_on: Callable[[int], bool] = lambda _: True,
) -> Evaluation | None:
    """질문을 모두 잰다. 질문마다 `goes_on`에 몇 개를 쟀는지 알리고, 거짓이 돌아오면 그만두고 None. 색인이 없으면 SearchUnavailable."""
    ruled, collection = searcher.ruled_by(rules), collection_of(questions)
    read, ndcg = list[str](), list[float]()
    for number, question in enumerate(questions):
        if not goes_on(number):
            return None
        read.append(ruled.read(question.query))
        ndcg.append(_look(ruled, question, collection).ndcg)
    return Evaluation(rules=rules, read=tuple(read), ndcg=tuple(ndcg))


def compare(
    searcher: Searcher,
    rules: Rules,
    proposed: Rules,
    *,
    questions: Sequence[Judged],
    says: Iterable[str],
    today: date,
    known: Evaluation | None = None,
) -> Comparison:
    """`rules`를 `proposed`로 바꾸면 무엇이 달라지는지. 말이 걸리는 질문만 앞뒤로 찾아 보고, 나머지의 점수는 `known`의 것이다.

    `says`는 질문과 상관없이 찾아 볼 말들, `known`은 이 질문들을 `rules`로 재어 둔 것이다. 색인이 없으면 SearchUnavailable.
    """
    now, then = searcher.ruled_by(rules), searcher.ruled_by(proposed)
    changed, collection = rules.changed(proposed, today), collection_of(questions)
    read = known.read if known else [now.read(question.query) for question in questions]
    touched = [number for number, asked in enumerate(read) if changed.touches(asked)]
    moved = [
        Moved(
            query=questions[number].query,
            kind=questions[number].kind,
            before=_look(now, questions[number], collection),
            after=_look(then, questions[number], collection),
        )
        for number in touched
    ]
    return Comparison(
        questions=len(questions),
        touched=len(touched),
        moved=tuple(one for one in moved if not one.is_same),
        says=tuple(
            SayMoved(
                say=say,
                before=Shown.of(now.search(say, limit=SHOWN).hits),
                after=Shown.of(then.search(say, limit=SHOWN).hits),
            )
            for say in says
        ),
        whole=_whole(known, dict(zip(touched, moved, strict=True))) if known and questions else None,
    )


def _whole(known: Evaluation, moved: dict[int, Moved]) -> tuple[float, float]:
    before = [moved[number].before.ndcg if number in moved else had for number, had in enumerate(known.ndcg)]
    after = [moved[number].after.ndcg if number in moved else had for number, had in enumerate(known.ndcg)]
    return fmean(before), fmean(after)


def _look(searcher: Searcher, question: Judged, collection: Set[str]) -> Looked:
    found = measure(searcher, question, collection)
    return Looked(ndcg=found.scores.ndcg, top=Shown.of(found.answer.hits[:TOP]))
