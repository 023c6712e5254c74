"""묻는 말을 읽는다: 찾을 조각, 고친 말, 말한 자치구. 어느 항목이 맞는지는 모른다."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import add

from kb.districts import DISTRICTS, SLUGS
from kb.index import Field, Reader, Token
from kb.index.document import initial_grams
from kb.keyboard import to_hangul
from kb.korean import bigrams, clean, morphemes, starts, word_bigrams, words
from kb.search.repair import repaired
from kb.suggest.typed import Typed
from kb.terms import SHORTEST, Terms, squeezed

LONGEST_QUERY = 300
"""이보다 긴 물음은 앞만 본다. 하고 싶은 말은 앞에 있고, 다 보면 느려지기만 한다."""

MOST_TOKENS = 80
"""칸마다 찾는 조각의 수(많아야)."""

BIGRAM_WEIGHT = 0.5
"""형태소 점수 1에 더하는 두 글자 조각 점수의 무게. 0.3에서 0.8까지 nDCG@10이 평평하다(docs/decisions/0013)."""

SYNONYM_WEIGHT = 0.7
"""공식 말의 점수에 곱하는 무게. 시민이 적은 말이 늘 앞선다(docs/decisions/0013)."""

ALIKE = 1.5
"""두 글자 조각이 든 항목이 같은 글자의 형태소가 든 항목의 이 배까지면 같은 항목들이다: 하나로 합쳐 한 번만 찾는다(docs/decisions/0022)."""

REPAIR_WEIGHT = 0.8
"""고친 말의 점수에 곱하는 무게. 고친 것이 틀렸을 때 적은 말로 찾은 것이 지지 않게."""

LONGEST_TERM = 20
"""시민의 말의 글자 수(많아야)."""

ONE_WORD = 4
"""이 글자 수까지의 한 낱말은 그 낱말이 든 항목을 모두 찾는다."""

SENTENCE = 4
"""띄어 쓴 말이 이보다 많으면 문장이다. 문장의 어미는 글 모음에 없어도 잘못 친 말이 아니다."""

_HANGUL = re.compile("[가-힣]{2,}")
_JAMO = re.compile("[ㄱ-ㅣ\u1100-\u11ff]")
_BARE = re.compile(r"[ㄱ-ㅎ]{3,}")
_ROMAN = re.compile(r"[A-Za-z]{2,}")
_STEMS = {name[:-1]: name for name in DISTRICTS if len(name) > 2 and name != "동작구"}
"""‘강남’처럼 줄여 부르는 이름. ‘동작’과 ‘중’은 다른 뜻으로 더 자주 쓴다."""
_ROMAN_NAMES = {slug: name for name, slug in SLUGS.items()}
_ROMAN_NAME = re.compile(rf"(?<![a-z])({'|'.join(_ROMAN_NAMES)})(?:[- ]?gu)?(?![a-z])", re.IGNORECASE)
"""로마자로 적은 자치구: Gangnam, gangnam-gu."""


class Sayings:
    """시민의 말을 글의 어느 자리에서든 빨리 찾는 표. `terms`의 열쇠는 `squeezed`를 거친 꼴이다."""

    def __init__(self, terms: Terms) -> None:
        self._terms = terms
        lengths: dict[str, set[int]] = {}
        for word in terms:
            if SHORTEST <= len(word) <= LONGEST_TERM:
                lengths.setdefault(word[:SHORTEST], set()).add(len(word))
        self._lengths = {head: sorted(found, reverse=True) for head, found in lengths.items()}

    def within(self, text: str, heads: Iterable[int]) -> Iterator[Mapping[str, float]]:
        """`heads`에서 시작하는 가장 긴 말의 공식 말들: 형태소의 머리라야 ‘혼자 살아요’에 ‘자살’이 없다.

        긴 말 속에 든 짧은 말은 치지 않는다(‘쓰레기봉투’ 속의 ‘봉투’). 로마자 낱말은 통째로 맞아야 한다(business 속의 bus).
        """
        end, heads = 0, list(heads)
        for start in heads:
            for length in self._lengths.get(text[start : start + SHORTEST], ()):
                stop = start + length
                if stop > end and (official := self._terms.get(text[start:stop])) and not _is_torn(text, stop, heads):
                    yield official
                    end = stop
                    break


def _is_torn(text: str, stop: int, heads: Sequence[int]) -> bool:
    """`stop`에서 자르면 로마자 낱말이 찢어지는가."""
    return bool(_ROMAN.fullmatch(text[stop - 1 : stop + 1])) and stop not in heads


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """읽은 물음. `asked`는 다듬은 물음, `used`는 고쳐서 쓴 물음, `plain`은 빈칸을 지운 것(뜻과 조각은 여기서 나온다)."""

    asked: str
    used: str
    plain: str
    tokens: tuple[Token, ...]
    districts: tuple[str, ...]
    initials: str

    @property
    def whole(self) -> tuple[Token, ...]:
        """초성이나 짧은 한 낱말이면 그것을 이루는 조각들(모두 담은 항목은 빠짐없이 찾는다), 아니면 빈 튜플."""
        if self.initials:
            return tuple(Token("initials", gram) for gram in initial_grams(self.initials))
        if 1 < len(self.plain) <= ONE_WORD:
            return tuple(Token("bigrams", gram) for gram in bigrams(self.plain))
        return ()

    @property
    def has_meaning(self) -> bool:
        """뜻을 셈할 만한 글인가: 초성에는 뜻이 없다."""
        return bool(self.tokens) and not self.initials


def read(text: str, reader: Reader, sayings: Sayings, *, repair: bool = True) -> Reading:
    """`text`를 읽는다. 띄어쓰기는 뜻이 없는 것으로 친다: 붙여 쓰나 띄어 쓰나 조각이 같아야 같은 것을 찾는다.

    `repair`가 거짓이면 자판과 오타를 고치지 않는다.
    """
    asked = clean(text[: LONGEST_QUERY * 4])[:LONGEST_QUERY].strip()
    typed = _as_typed(asked, reader) if repair else asked
    bare = _BARE.search(Typed.of(typed).raw) if _JAMO.search(typed) else None
    fixes = dict(_fixes(typed, reader)) if repair else {}
    used = typed
    for wrong, right in fixes.items():
        used = used.replace(wrong, right)
    plain = used.replace(" ", "")
    tokens = _tokens(typed.replace(" ", ""), 1.0)
    for right in fixes.values():
        _heavier(tokens, _tokens(right, REPAIR_WEIGHT))
    if bare:
        _heavier(tokens, _weighted("initials", initial_grams(Typed.of(typed).raw), 1.0))
    for official, weight in _official(used, sayings).items():
        _heavier(tokens, _tokens(official, weight * SYNONYM_WEIGHT))
    romanised = [_ROMAN_NAMES[slug.lower()] for slug in _ROMAN_NAME.findall(used)]
    for name in romanised:
        _heavier(tokens, _tokens(name, SYNONYM_WEIGHT))
    return Reading(
        asked=asked,
        used=used,
        plain=plain,
        tokens=tuple(_once(tokens, reader)),
        districts=(*_districts(plain), *romanised),
        initials=bare[0] if bare else "",
    )


def _as_typed(text: str, reader: Reader) -> str:
    """영문 자판으로 친 한글을 되돌린 글. 로마자 낱말이 글 모음에 없고 되돌린 말은 있을 때만."""

    def back(match: re.Match[str]) -> str:
        word = match[0]
        meant = to_hangul(word)
        if not meant or len(meant) < 2 or reader.having("morphemes", word.lower()):
            return word
        return meant if all(reader.having("bigrams", gram) for gram in bigrams(meant)) else word

    return _ROMAN.sub(back, text)


def _fixes(text: str, reader: Reader) -> Iterator[tuple[str, str]]:
    """고칠 말과 고친 말. 조사를 뗀 말을 먼저 보고, 거기서 못 찾으면 띄어 쓴 그대로 본다: 잘못 친 말은 엉뚱한 데서 잘린다.

    글 모음에 없는 두 글자가 든 말만 분석한다. 성한 말은 고칠 것이 없고, 그런 말의 어미는 되풀이되어 풀이를 기억한다.
    """
    odd = [word for word in text.split() if _has_unknown_pair(word, reader)]
    stems = [stem for word in odd for stem in words(word)]
    found = {stem: right for stem in stems if (right := repaired(stem, reader))}
    yield from found.items()
    for word in odd:
        if (
            word not in stems
            and not any(stem in word for stem in found)
            and (right := repaired(word, reader, wholly=True))
        ):
            yield word, right


def _has_unknown_pair(word: str, reader: Reader) -> bool:
    return not all(reader.having("bigrams", gram) for run in _HANGUL.findall(word) for gram in map(add, run, run[1:]))


def marked_pieces(reading: Reading) -> list[str]:
    """글에서 표를 할 조각들: 조사와 어미를 뗀 말과 형태소, 그것이 글에 없을 때를 위한 두 글자 조각."""
    return [*words(reading.plain), *morphemes(reading.plain), *word_bigrams(reading.plain)]


def _tokens(text: str, weight: float) -> dict[tuple[str, str], Token]:
    """찾을 조각들. 낱말 안의 두 글자 조각을 쓰고, 뜻을 나르는 말이 없으면 글 전체의 두 글자 조각을 쓴다."""
    grams = word_bigrams(text) or bigrams(text)
    return _weighted("morphemes", morphemes(text), weight) | _weighted("bigrams", grams, BIGRAM_WEIGHT * weight)


def _weighted(field: Field, texts: list[str], weight: float) -> dict[tuple[str, str], Token]:
    unique = list(dict.fromkeys(texts))[:MOST_TOKENS]
    return {(field, text): Token(field, text, weight) for text in unique}


def _heavier(tokens: dict[tuple[str, str], Token], more: dict[tuple[str, str], Token]) -> None:
    for key, token in more.items():
        if key not in tokens or token.weight > tokens[key].weight:
            tokens[key] = token


def _once(tokens: dict[tuple[str, str], Token], reader: Reader) -> Iterator[Token]:
    """형태소와 거의 같은 항목들에 든 두 글자 조각을 그 형태소에 무게로 더한 것. 그대로인 조각은 그대로."""
    for (field, text), token in tokens.items():
        pair: tuple[str, str] = ("bigrams" if field == "morphemes" else "morphemes", text)
        other = tokens.get(pair)
        if other is None or reader.having("bigrams", text) > ALIKE * reader.having("morphemes", text):
            yield token
        elif field == "morphemes":
            yield token._replace(weight=token.weight + other.weight)


def _official(used: str, sayings: Sayings) -> Mapping[str, float]:
    """물음에 든 시민의 말의 공식 말과 무게. 친 그대로에서, 그리고 조사와 어미를 떼고 이은 것(‘우물을 메웠’ → ‘우물메우’)에서 찾는다."""
    text = squeezed(used)
    stems = morphemes(text)
    heads = sorted({*starts(text), *_roman_starts(used)}) if _ROMAN.search(used) else starts(text)
    found: dict[str, float] = {}
    for official in (
        *sayings.within(text, heads),
        *sayings.within("".join(stems), accumulate(map(len, stems), initial=0)),
    ):
        for word, weight in official.items():
            found[word] = max(weight, found.get(word, 0.0))
    return found


def _roman_starts(used: str) -> Iterator[int]:
    """빈칸을 지운 글에서 로마자 낱말이 시작하는 자리들. 붙은 로마자는 형태소로 나뉘지 않는다(lost passport)."""
    words = used.split()
    starts = accumulate(map(len, words), initial=0)
    return (at for at, word in zip(starts, words, strict=False) if _ROMAN.match(word))


def _districts(text: str) -> Iterator[str]:
    named = [name for name in DISTRICTS if name in text and name != "중구"]
    terms = set(morphemes(text))
    if "중구" in terms or "중구청" in text or text.startswith("중구"):
        named.append("중구")
    named += [name for stem, name in _STEMS.items() if stem in terms]
    yield from dict.fromkeys(named)
