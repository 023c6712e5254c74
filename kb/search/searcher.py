"""낱말과 뜻으로 찾아 나은 차례로 보인다. 어느 엔진인지, 어느 화면인지는 모른다."""

import re
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.entry import SEOUL
from kb.index import Catalogue, OpenIndex, Reader, Token, Wanted, number_of, open_index
from kb.index.catalogue import place_of
from kb.index.document import LETTERS
from kb.meaning.similar import Meaning
from kb.search import fusion
from kb.search.query import Reading, Sayings, marked_pieces, read
from kb.snippet import Marker
from kb.terms import Terms, squeezed
from kb.tuning import Rules

MOST_CANDIDATES = 200
"""이만큼만 견주어 본다. 그보다 뒤는 사람이 보지 않는다. 더 뒤를 달라고 하면 그만큼 더 본다."""

MOST_WITH_MEANING = 1000
"""뜻도 견줄 때는 낱말 점수를 이만큼까지 안다. 뜻으로 찾은 항목의 낱말 점수를 모르면 0으로 치게 되어 점수가 떨어진다.
2,000개까지 알 때와 점수가 같고, 600개부터 떨어진다(우리 질문의 nDCG@10 0.775와 0.773)."""

MOST_WHOLE = 2000
"""짧은 한 낱말이나 초성이면 그것이 든 항목을 이만큼까지 센다."""

RELEVANT = 0.25
"""으뜸 점수의 이 몫에 못 미치는 것은 흔한 말 하나가 스쳤을 뿐이므로 결과로 치지 않는다."""

TELLING, MANY = 0.4, 1000
"""글의 이 몫보다 많이 나오는 조각은 찾지 않는다(그 수가 MANY를 넘을 때만). 12만 글에서 엔진의 시간이 반으로 준다."""

NEAR, NEAREST = 0.7, 0.80
"""낱말이 하나도 없어도 결과로 치는 뜻의 가까움: 늘인 값과 코사인이 모두 이보다 커야 한다."""

DISTINCT = 4.5
"""글 모음에 있는 조각이 하나도 없는 물음(아무렇게나 친 글, 다른 나라 말)은 가장 가까운 항목이 평균에서 표준편차의 이만큼 떨어져야 뜻을
믿는다. 아무렇게나 친 로마자는 3.3~4.1, 중국어와 일본어로 물은 여권 분실은 6.6과 4.7이다(가져온 글 14,906개에서 재어 봄)."""

_ID = re.compile(r"(?:/?faq/)?([cdsfkp]\d{1,9})", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """찾은 항목. `snippet`은 꾸밈없는 글, `snippet_html`은 맞은 말에 <mark>를 한 안전한 HTML이다.

    `why`는 점수의 까닭(`explain`일 때만): 조각마다의 점수, 뜻, 자치구와 때의 곱.
    """

    id: str
    title: str
    topic: str
    districts: tuple[str, ...]
    score: float
    snippet: str
    snippet_html: str
    url: str
    best_bet: bool = False
    why: Mapping[str, Any] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchAnswer:
    """찾은 결과. `query`는 다듬은 물음, `corrected`는 고쳐서 찾은 물음(그대로 찾았으면 None), `total`은 쓸 만한 결과의 수.

    `facets`는 topic, district, source마다 (값, 결과의 수)를 많은 차례로. `semantic`은 뜻도 견주었는지다.
    """

    query: str
    took_ms: float
    corrected: str | None
    total: int
    hits: list[Hit]
    facets: Mapping[str, list[tuple[str, int]]] = field(default_factory=dict)
    semantic: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class _Vocabulary:
    """지금 쓰는 같은 말과 먼저 보일 항목."""

    of: tuple[object, ...]
    today: date
    sayings: Sayings
    bets: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Narrowed:
    """결과를 좁히는 조건. None은 좁히지 않음."""

    topic: str | None
    district: str | None
    source: str | None

    def wanted(self, tokens: Sequence[Token], *, every: bool = False) -> Wanted:
        return Wanted(
            tokens=tuple(tokens), topic=self.topic, district=self.district, source=self.source, every=every
        )  # fmt: skip

    def allowed(self, catalogue: Catalogue) -> NDArray[np.bool_] | None:
        return catalogue.allowed(topic=self.topic, district=self.district, source=self.source)


@dataclass(frozen=True, slots=True)
class _Ranked:
    """나은 차례의 줄과 점수, 그리고 점수의 까닭."""

    numbers: list[int]
    scores: list[float]
    why: Mapping[int, Mapping[str, Any]]
    facets: Mapping[str, list[tuple[str, int]]]
    bets: frozenset[int]
    semantic: bool


class Searcher:
    """한 색인에서 찾는다. 여러 스레드가 함께 써도 되고, 색인이 바뀌면 스스로 새것을 읽는다.

    `terms`와 `rules`는 부를 때마다 지금 값을 주는 함수(`kb.live.Live`)이거나 값이다. `meaning`이 없으면 낱말로만 찾는다.
    색인이 없거나 상했으면 만들 때와 찾을 때 SearchUnavailable.
    """

    def __init__(
        self,
        folder: Path,
        *,
        terms: Terms | Callable[[], Terms] | None = None,
        rules: Callable[[], Rules] | None = None,
        meaning: Meaning | None = None,
        today: Callable[[], date] = lambda: datetime.now(SEOUL).date(),
    ) -> None:
        self.index: OpenIndex = open_index(folder)
        self.meaning = meaning
        given, no_rules = ({} if terms is None else terms), Rules()
        self._terms = given if callable(given) else lambda: given
        self._rules = rules or (lambda: no_rules)
        self._today = today
        self._known: _Vocabulary | None = None
        self._topics: dict[int, str] = {}
        self._fresh: tuple[Catalogue, date, NDArray[np.float32]] | None = None

    def search(
        self,
        text: str,
        *,
        limit: int = 10,
        offset: int = 0,
        topic: str | None = None,
        district: str | None = None,
        source: str | None = None,
        explain: bool = False,
        repair: bool = True,
        facets: bool = True,
        snippets: bool = True,
    ) -> SearchAnswer:
        """`text`에 답할 만한 항목을 나은 차례로 `offset`부터 `limit`개.

        `topic`은 그 주제만, `district`는 그 자치구와 서울시 전체의 항목만, `source`는 그 출처 글자의 항목만 남긴다.
        `repair`가 거짓이면 자판과 오타를 고치지 않고 친 그대로 찾는다. `facets`가 거짓이면 갈래를 세지 않고,
        `snippets`가 거짓이면 토막을 만들지 않는다(빈 글): 제목만 보일 때 두 배쯤 빠르다.
        무엇을 물어도 예외는 SearchUnavailable뿐이다.
        """
        started = perf_counter()
        limit, offset = max(limit, 0), max(offset, 0)
        vocabulary = self._vocabulary()
        narrowed = _Narrowed(topic=topic or None, district=district or None, source=source or None)

        def answer(reader: Reader) -> tuple[Reading, _Ranked, list[Hit]]:
            reading = read(text, reader, vocabulary.sayings, repair=repair)
            depth = max(MOST_CANDIDATES, offset + limit)
            ranked = self._ranked(reader, reading, vocabulary, narrowed, depth, explain=explain, facets=facets)
            marker = Marker(marked_pieces(reading)) if snippets else None
            shown = zip(ranked.numbers[offset : offset + limit], ranked.scores[offset : offset + limit], strict=True)
            hits = [_hit(reader, number, score, ranked, marker) for number, score in shown]
            return reading, ranked, [hit for hit in hits if hit]

        reading, ranked, hits = self.index.read(answer)
        return SearchAnswer(
            query=reading.asked,
            took_ms=round((perf_counter() - started) * 1000, 3),
            corrected=None if reading.used == reading.asked else reading.used,
            total=len(ranked.numbers),
            hits=hits,
            facets=ranked.facets,
            semantic=ranked.semantic,
        )

    def read(self, text: str) -> str:
        """고쳐 읽은 물음: 시민의 말과 규칙은 이것과 견준다. 색인이 없으면 SearchUnavailable."""
        return self.index.read(lambda reader: read(text, reader, Sayings({}))).used

    def ruled_by(self, rules: Rules) -> "Searcher":
        """규칙만 다르고 색인과 뜻은 함께 쓰는 찾기. 규칙을 저장하기 전에 무엇이 달라지는지 볼 때 쓴다."""
        other = copy(self)
        other._rules, other._known = lambda: rules, None
        return other

    def _vocabulary(self) -> _Vocabulary:
        given = (terms := self._terms(), rules := self._rules(), today := self._today())
        known = self._known
        if known is None or any(had is not has for had, has in zip(known.of[:2], given[:2], strict=True)) or (
            known.of[2] != today
        ):  # fmt: skip
            words_now = {squeezed(word): official for word, official in terms.items()}
            known = self._known = _Vocabulary(
                of=given, today=today, sayings=Sayings({**words_now, **rules.terms(today)}), bets=rules.bets(today)
            )  # fmt: skip
        return known

    def _ranked(
        self,
        reader: Reader,
        reading: Reading,
        vocabulary: _Vocabulary,
        narrowed: _Narrowed,
        depth: int,
        *,
        explain: bool,
        facets: bool,
    ) -> _Ranked:
        catalogue = reader.catalogue()
        nearness = self._nearness(reader, catalogue, reading, narrowed)
        deep = depth if nearness is None else max(depth, MOST_WITH_MEANING)
        found = reader.search(narrowed.wanted(_telling(reader, reading.tokens)), deep)
        scores = found.scores / max(found.scores[0], np.float32(1e-6)) if len(found) else found.scores
        worthy = scores >= RELEVANT
        worthy[depth:] = False
        rows = catalogue.rows(found.numbers)
        if reading.whole:
            whole = catalogue.rows(
                reader.search(narrowed.wanted(reading.whole, every=True), max(depth, MOST_WHOLE)).numbers
            )
            worthy |= np.isin(rows, whole)
            more = np.setdiff1d(whole, rows)
            rows, scores = np.concatenate([rows, more]), np.concatenate([scores, np.zeros(len(more), np.float32)])
            worthy = np.concatenate([worthy, np.ones(len(more), bool)])
        meant = None
        if nearness is not None:
            rows, scores, worthy, meant = _with_meaning(rows, scores, worthy, nearness, most=depth)
        factor = self._factor(catalogue, rows, reading, narrowed, vocabulary.today)
        total = fusion.fused(scores, meant) * factor
        shown = np.flatnonzero(worthy)
        shown = shown[np.lexsort((rows[shown], -total[shown]))]
        order, points = rows[shown], total[shown]
        bets = self._bets(catalogue, reading, vocabulary)
        if len(bets):
            order, points = _bets_first(bets, order, points)
        why: Mapping[int, Mapping[str, Any]] = {}
        if explain:
            parts = _parts(reader, reading, narrowed, depth)
            why = {
                number: {
                    "words": round(float(scores[at]), 4),
                    "meaning": None if meant is None or np.isnan(meant[at]) else round(float(meant[at]), 4),
                    "factor": round(float(factor[at]), 4),
                    "parts": parts.get(number, {}),
                }
                for at in shown
                if (number := int(catalogue.numbers[rows[at]]))
            }
        return _Ranked(
            numbers=catalogue.numbers[order].tolist(),
            scores=points.tolist(),
            why=why,
            facets=self._facets(reader, catalogue, order) if facets else {},
            bets=frozenset(catalogue.numbers[bets].tolist()),
            semantic=nearness is not None,
        )

    def _facets(
        self, reader: Reader, catalogue: Catalogue, rows: NDArray[np.intp]
    ) -> Mapping[str, list[tuple[str, int]]]:
        which, first = catalogue.kinds
        counts = np.bincount(which[rows], minlength=len(first)).tolist()
        topics = {self._topic(reader, catalogue, first[at]): count for at, count in enumerate(counts) if count}
        districts: dict[str, int] = {}
        where, names = catalogue.districts
        for names_here, count in zip(names, np.bincount(where[rows], minlength=len(names)).tolist(), strict=True):
            for name in names_here if count else ():
                districts[name] = districts.get(name, 0) + count
        sources = dict(zip(LETTERS, np.bincount(catalogue.letters[rows], minlength=len(LETTERS)).tolist(), strict=True))
        return {
            name: sorted(
                ((value, count) for value, count in counted.items() if count), key=lambda pair: (-pair[1], pair[0])
            )
            for name, counted in (("topic", topics), ("district", districts), ("source", sources))
        }

    def _topic(self, reader: Reader, catalogue: Catalogue, row: int) -> str:
        """그 줄의 주제의 이름. 주제마다 한 번만 글에서 읽는다."""
        key = int(catalogue.topics[row])
        if key not in self._topics and (document := reader.document(int(catalogue.numbers[row]))):
            self._topics[key] = document.topic
        return self._topics[key]

    def _nearness(
        self, reader: Reader, catalogue: Catalogue, reading: Reading, narrowed: _Narrowed
    ) -> NDArray[np.float32] | None:
        """항목(줄)마다 코사인. 조건에 맞지 않는 줄은 0보다 작다. 뜻을 견줄 수 없거나 믿을 수 없으면 None."""
        if self.meaning is None or not reading.has_meaning:
            return None
        found = self.meaning.similarities(catalogue, reading.plain)
        if found is not None and not any(reader.having(token.field, token.text) for token in reading.tokens):
            away = (np.nanmax(found) - np.nanmean(found)) / max(np.nanstd(found), np.float32(1e-6))
            if len(found) >= MANY and away < DISTINCT:
                return None
        allowed = narrowed.allowed(catalogue)
        if found is not None and allowed is not None:
            if not allowed.any() or np.isnan(found[allowed]).all():
                return None
            return np.where(allowed, found, np.float32(-1))
        return found

    def _factor(
        self, catalogue: Catalogue, rows: NDArray[np.intp], reading: Reading, narrowed: _Narrowed, today: date
    ) -> NDArray[np.float32]:
        known = self._fresh
        if known is None or known[0] is not catalogue or known[1] != today:
            fresh = fusion.freshness(catalogue.seen, catalogue.until, today.toordinal())
            known = self._fresh = (catalogue, today, fresh)
        factor = known[2][rows]
        if reading.districts and not narrowed.district:
            factor = factor * fusion.place_factor(catalogue.places[rows], place_of(reading.districts))
        return factor

    def _bets(self, catalogue: Catalogue, reading: Reading, vocabulary: _Vocabulary) -> NDArray[np.intp]:
        """먼저 보일 줄: 편집자가 정한 항목, 또는 번호를 그대로 친 항목."""
        asked = _ID.fullmatch(reading.asked)
        ids: Sequence[str] = (asked[1].lower(),) if asked else ()
        if not asked and vocabulary.bets:
            ids = vocabulary.bets.get(squeezed(reading.used), ())
        if not ids or not len(catalogue):
            return np.empty(0, np.intp)
        numbers = np.array([number_of(id) for id in ids], np.uint64)
        rows = np.minimum(catalogue.rows(numbers), len(catalogue) - 1)
        found: NDArray[np.intp] = rows[catalogue.numbers[rows] == numbers]
        return found


def _bets_first(
    bets: NDArray[np.intp], order: NDArray[np.intp], points: NDArray[np.float32]
) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """먼저 보일 줄을 앞에 둔 차례와 점수. 찾지 못한 것의 점수는 0."""
    scores = dict(zip(order.tolist(), points.tolist(), strict=True))
    first = np.array([scores.get(row, 0.0) for row in bets.tolist()], np.float32)
    rest = ~np.isin(order, bets)
    return np.concatenate([bets, order[rest]]), np.concatenate([first, points[rest]])


def _telling(reader: Reader, tokens: Sequence[Token]) -> Sequence[Token]:
    """너무 흔한 조각을 뺀 것: 거의 모든 글에 든 말은 순위를 가르지 않고 시간만 쓴다. 둘은 남긴다."""
    most = reader.size() * TELLING
    if most < MANY:
        return tokens
    kept = [token for token in tokens if reader.having(token.field, token.text) <= most]
    return kept if len(kept) > 1 else tokens


def _with_meaning(
    rows: NDArray[np.intp],
    scores: NDArray[np.float32],
    worthy: NDArray[np.bool_],
    nearness: NDArray[np.float32],
    *,
    most: int,
) -> tuple[NDArray[np.intp], NDArray[np.float32], NDArray[np.bool_], NDArray[np.float32]]:
    """낱말로 찾은 줄에 뜻으로 찾은 줄을 더한다: 줄, 낱말 점수, 쓸 만한지, 늘인 뜻 점수."""
    allowed = ~(nearness < 0)  # a nan (no vector yet) is allowed
    meant = fusion.stretched(np.where(allowed, nearness, np.float32(np.nan)))
    near = allowed & (meant >= NEAR) & (nearness >= NEAREST)
    near[rows] = False
    more = np.flatnonzero(near)
    if len(more) > most:
        more = more[np.argpartition(-meant[more], most)[:most]]
    every = np.concatenate([rows, more])
    also = (meant[rows] >= NEAR) & (nearness[rows] >= NEAREST)
    return (
        every,
        np.concatenate([scores, np.zeros(len(more), np.float32)]),
        np.concatenate([worthy | also, np.ones(len(more), bool)]),
        meant[every],
    )


def _parts(reader: Reader, reading: Reading, narrowed: _Narrowed, depth: int) -> Mapping[int, Mapping[str, float]]:
    """항목마다 조각의 갈래별 점수."""
    parts: dict[int, dict[str, float]] = {}
    for name in ("morphemes", "bigrams", "initials"):
        tokens = [token for token in reading.tokens if token.field == name]
        found = reader.search(narrowed.wanted(tokens), depth * 5)
        for number, score in zip(found.numbers.tolist(), found.scores.tolist(), strict=True):
            parts.setdefault(number, {})[name] = round(score, 4)
    return parts


def _hit(reader: Reader, number: int, score: float, ranked: _Ranked, marker: Marker | None) -> Hit | None:
    document = reader.document(number)
    if document is None:
        return None
    snippet, snippet_html = marker.shown(document.text) if marker else ("", "")
    return Hit(
        id=document.id,
        title=document.title,
        topic=document.topic,
        districts=document.districts,
        score=round(score, 4),
        snippet=snippet,
        snippet_html=snippet_html,
        url=f"/faq/{document.id}",
        best_bet=number in ranked.bets,
        why=ranked.why.get(number),
    )
