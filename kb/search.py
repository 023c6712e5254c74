"""묻는 말로 상담 항목을 찾는다. 어느 엔진인지, 어느 화면인지는 모른다."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from kb.index import Field, Found, Reader, Token, Wanted, open_index
from kb.keyboard import to_hangul
from kb.korean import bigrams, clean, morphemes, word_bigrams, words
from kb.snippet import Marker

Terms = Mapping[str, Mapping[str, float]]
"""시민의 말 -> {공식 말: 무게}. 묻는 말에 시민의 말이 있으면 공식 말로도 찾는다(content/terms.yml)."""

LONGEST_QUERY = 300
"""이보다 긴 물음은 앞만 본다. 하고 싶은 말은 앞에 있고, 다 보면 느려지기만 한다."""

MOST_TOKENS = 80
"""칸마다 찾는 조각의 수(많아야)."""

BIGRAM_WEIGHT = 0.5
"""형태소 점수 1에 더하는 두 글자 조각 점수의 무게. 0.2에서 1까지 nDCG@10이 0.755~0.763으로 평평하다(docs/decisions)."""

MOST_CANDIDATES = 200
"""이만큼만 견주어 본다. 그보다 뒤는 사람이 보지 않는다. 더 뒤를 달라고 하면 그만큼 더 본다."""

RELEVANT = 0.25
"""으뜸 점수의 이 몫에 못 미치는 것은 흔한 말 하나가 스쳤을 뿐이므로 결과로 치지 않는다."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Hit:
    """찾은 항목. `snippet`은 꾸밈없는 글, `snippet_html`은 맞은 말에 <mark>를 한 안전한 HTML이다."""

    id: str
    title: str
    topic: str
    score: float
    snippet: str
    snippet_html: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class SearchAnswer:
    """찾은 결과. `query`는 다듬은 물음, `corrected`는 고쳐서 찾은 물음(그대로 찾았으면 None), `total`은 쓸 만한 결과의 수."""

    query: str
    took_ms: float
    corrected: str | None
    total: int
    hits: list[Hit]


class Searcher:
    """한 색인에서 찾는다. 여러 스레드가 함께 써도 되고, 색인이 바뀌면 스스로 새것을 읽는다.

    색인이 없거나 상했으면 만들 때와 찾을 때 SearchUnavailable.
    """

    def __init__(self, folder: Path, *, terms: Terms | None = None) -> None:
        self._index = open_index(folder)
        self._terms = {_squeezed(word): official for word, official in (terms or {}).items()}

    def search(
        self, text: str, *, limit: int = 10, offset: int = 0, topic: str | None = None, district: str | None = None
    ) -> SearchAnswer:
        """`text`에 답할 만한 항목을 나은 차례로 `offset`부터 `limit`개.

        `topic`은 그 주제만, `district`는 그 자치구와 서울시 전체의 항목만 남긴다. 무엇을 물어도 예외는 SearchUnavailable뿐이다.
        """
        started = perf_counter()
        query = clean(text[: LONGEST_QUERY * 4])[:LONGEST_QUERY].strip()
        limit, offset = max(limit, 0), max(offset, 0)

        def answer(reader: Reader) -> tuple[str | None, int, list[Hit]]:
            depth = max(MOST_CANDIDATES, offset + limit)
            used, ranked = self._ranked(reader, query, topic, district, depth)
            marker = Marker([*words(used), *morphemes(used), *word_bigrams(used)])
            hits = [_hit(reader, found, marker) for found in ranked[offset : offset + limit]]
            return None if used == query else used, len(ranked), hits

        corrected, total, hits = self._index.read(answer)
        took_ms = round((perf_counter() - started) * 1000, 3)
        return SearchAnswer(query=query, took_ms=took_ms, corrected=corrected, total=total, hits=hits)

    def _ranked(
        self, reader: Reader, query: str, topic: str | None, district: str | None, depth: int
    ) -> tuple[str, list[Found]]:
        """쓴 물음과 그 결과. 영문 자판으로 친 한글이 더 잘 맞으면 그쪽을 쓴다."""

        def ask(text: str) -> list[Found]:
            wanted = Wanted(tokens=self._tokens(text), topic=topic or None, district=district or None)
            return _worthy(reader.search(wanted, depth))

        asked = ask(query)
        meant = to_hangul(query)
        if meant and len(meant) > 1 and _best(repaired := ask(meant)) > _best(asked):
            return meant, repaired
        return query, asked

    def _tokens(self, text: str) -> tuple[Token, ...]:
        """찾을 조각들. 낱말 안의 두 글자 조각을 쓰고, 뜻을 나르는 말이 없으면 글 전체의 두 글자 조각을 쓴다."""
        grams = word_bigrams(text) or bigrams(text)
        weights = _weighted("morphemes", morphemes(text), 1.0) | _weighted("bigrams", grams, BIGRAM_WEIGHT)
        for official, weight in self._official(text):
            extra = _weighted("morphemes", morphemes(official), weight)
            extra |= _weighted("bigrams", word_bigrams(official), BIGRAM_WEIGHT * weight)
            weights |= {
                key: token for key, token in extra.items() if key not in weights or token.weight > weights[key].weight
            }
        return tuple(weights.values())

    def _official(self, text: str) -> list[tuple[str, float]]:
        squeezed = _squeezed(text)
        return [pair for word, official in self._terms.items() if word in squeezed for pair in official.items()]


def _weighted(field: Field, texts: list[str], weight: float) -> dict[tuple[str, str], Token]:
    unique = list(dict.fromkeys(texts))[:MOST_TOKENS]
    return {(field, text): Token(field, text, weight) for text in unique}


def _worthy(found: Sequence[Found]) -> list[Found]:
    """으뜸과 견주어 쓸 만한 것만."""
    return [one for one in found if one.score >= RELEVANT * found[0].score]


def _best(found: list[Found]) -> float:
    return found[0].score if found else 0.0


def _squeezed(text: str) -> str:
    return clean(text).replace(" ", "").lower()


def _hit(reader: Reader, found: Found, marker: Marker) -> Hit:
    document = reader.document(found.key)
    snippet = marker.snippet(document.text)
    return Hit(
        id=document.id,
        title=document.title,
        topic=document.topic,
        score=round(found.score, 4),
        snippet=snippet,
        snippet_html=marker.html(snippet),
        url=f"/faq/{document.id}",
    )
