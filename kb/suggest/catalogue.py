"""추천할 말의 목록 하나와, 그것을 찾는 여러 길. 만든 뒤에는 바뀌지 않고, 어느 길이 앞서는지는 모른다."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice, repeat

from kb.suggest.nearby import Nearby, allowed
from kb.suggest.spelling import Spelling
from kb.suggest.typed import Typed, initials, keystrokes, words_of

MOST_SPLITS = 4
"""붙여 친 글을 두 낱말로 나누어 볼 자리의 수."""

MOST_LOOKED = 300
"""속에 초성이 있는 글 가운데 나머지 글자까지 견주어 보는 수."""

MOST_ALIKE = 8
"""틀린 낱말 하나를 바꾸어 볼 비슷한 낱말의 수."""

MOST_TRIED = 1000
"""가장 드문 낱말이 이보다 많은 글에 있으면 앞선 것부터 이만큼만 견주어 본다."""

MOST_UNKNOWN = 2
"""이보다 많은 낱말이 틀렸으면 고쳐 보지 않는다."""


_FINDABLE = re.compile("[ㄱ-ㅎ][ㅏ-ㅣ]|[^ㄱ-ㅣ].")


@dataclass(frozen=True, slots=True)
class Item:
    """추천할 말 하나. `order`가 작은 것이 앞선다."""

    text: str
    id: str | None
    order: tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """찾은 말 하나. `cost`는 덜 맞은 정도다(같은 길에서만 견준다)."""

    cost: int
    item: Item


@dataclass(frozen=True, slots=True)
class Word:
    """함께 들어 있어야 할 낱말 하나: 글쇠로 본 꼴들(오타를 고친 것이면 여럿), 또는 초성이 섞인 글."""

    keys: tuple[str, ...] = ()
    typed: Typed | None = None

    @property
    def is_plain(self) -> bool:
        """첫머리만 보면 되는가. 초성과 음절이 섞인 글은 음절까지 견주어 보아야 한다."""
        return self.typed is None or self.typed.is_initials


class Catalogue:
    """추천할 말들. 번호는 `order`의 차례라서 작은 번호가 앞선 것이다."""

    def __init__(self, items: Iterable[Item]) -> None:
        listed = sorted(items, key=lambda item: item.order)
        split = [words_of(item.text) for item in listed]
        self._items = [item for item, words in zip(listed, split, strict=True) if words]
        split = [words for words in split if words]
        self._texts = Spelling(split, between=" ")
        self._keys = Spelling([keystrokes(" ".join(words)).split() for words in split])
        self._initials = Spelling([initials(" ".join(words)).split() for words in split])
        self._nearby = Nearby(self._keys.starts, self._keys.words)
        self._hidden: Collection[int] = frozenset()

    def without(self, ids: Collection[str]) -> "Catalogue":
        """그 번호의 글만 뺀 같은 목록. 표는 함께 쓴다."""
        less = copy(self)
        less._hidden = frozenset(rank for rank, item in enumerate(self._items) if item.id in ids)
        return less

    # --- the ways, each best first: at most `count` ---

    def starting(self, typed: Typed, count: int) -> list[Found]:
        """친 글로 시작하는 것. 띄어쓰기와 음절까지 친 그대로인 것이 0, 띄어쓰기가 다르거나 덜 친 글자인 것이 1."""
        return self._either(self._texts.starts.owners(typed.spaced), self._keys.starts.owners(typed.keys), count)

    def with_word(self, typed: Typed, count: int) -> list[Found]:
        """그 안의 낱말이 친 글로 시작하는 것."""
        return self._either(self._texts.words.owners(typed.spaced), self._keys.words.owners(typed.keys), count)

    def having(self, typed: Typed, count: int) -> list[Found]:
        """어디에든 친 글이 든 것. 음절이 아닌 낱자는 받침과 섞이므로 찾지 않는다."""
        return self._found(0, islice(self._shown(self._inside(typed.keys)), count))

    def together(self, typed: Typed, count: int) -> list[Found]:
        """친 낱말이 어느 차례로든 모두 든 것. 붙여 친 글은 두 낱말로 나누어 본다."""
        found: dict[int, None] = {}
        for words in self._divided(typed):
            found |= dict.fromkeys(self._with_all(words, count))
        return self._found(0, nsmallest(count, found))

    def by_initials(self, typed: Typed, count: int) -> list[Found]:
        """초성이나 초성이 섞인 글로 시작하는 것 0, 그런 낱말이 있는 것 1."""
        found: dict[int, int] = {}
        for cost in (0, 1):
            if len(found) < count:
                found = dict.fromkeys(self._by_initials(typed, cost, count), cost) | found
        return [Found(cost, self._items[rank]) for rank, cost in found.items()]

    def initials_inside(self, typed: Typed, count: int) -> list[Found]:
        """속에 초성이 있는 것. 두 글자로는 거의 모든 글에 있으므로 찾지 않는다."""
        ranks = self._initials.inside(typed.initials) if len(typed.text) > 2 else iter(())
        return self._found(0, islice(self._fitting(typed, islice(ranks, MOST_LOOKED)), count))

    def repaired(self, typed: Typed, count: int, mistakes: int) -> list[Found]:
        """글쇠를 `mistakes`개까지 잘못 친 것으로 보고 찾은 것. `cost`는 다른 글쇠의 수."""
        found: dict[int, int] = {}
        for cost, head in self._nearby.near(typed.keys, mistakes):
            for rank in self._best(self._keys.begins(head), count):
                found.setdefault(rank, cost)
        return [Found(cost, self._items[rank]) for rank, cost in found.items()]

    def mended(self, typed: Typed, count: int) -> list[Found]:
        """없는 낱말만 비슷한 낱말로 바꾸어, 낱말이 모두 든 것."""
        words = [_word(Typed(word)) for word in typed.words]
        unknown = [at for at, word in enumerate(words) if not self._is_known(word)]
        if len(words) < 2 or not 0 < len(unknown) <= MOST_UNKNOWN:
            return []
        for at in unknown:
            words[at] = Word(tuple(head for keys in words[at].keys for head in self._alike(keys)))
            if not words[at].keys:
                return []
        return self._found(0, self._with_all(words, count))

    # --- how ---

    def _either(self, exact: list[int], grown: list[int], count: int) -> list[Found]:
        best = self._best(exact, count)
        found = self._found(0, best)
        if len(best) < count:
            found += self._found(1, self._best(set(grown).difference(exact), count - len(best)))
        return found

    def _best(self, ranks: Iterable[int], count: int) -> list[int]:
        return nsmallest(count, set(ranks).difference(self._hidden))

    def _shown(self, ranks: Iterable[int]) -> Iterator[int]:
        return (rank for rank in ranks if rank not in self._hidden)

    def _inside(self, keys: str) -> Iterator[int]:
        """속에 그 글쇠가 든 것. 음절로 시작하지 않는 낱자는 받침과 섞이고, 한 글쇠는 어디에나 있으므로 찾지 않는다."""
        return self._keys.inside(keys) if _FINDABLE.match(keys) else iter(())

    def _found(self, cost: int, ranks: Iterable[int]) -> list[Found]:
        return [Found(cost, self._items[rank]) for rank in ranks]

    def _by_initials(self, typed: Typed, where: int, count: int) -> list[int]:
        """`where`가 0이면 첫머리, 1이면 낱말의 첫머리."""
        first = self._initials.heads[where].owners(typed.initials)
        if typed.is_initials:
            return self._best(first, count)
        near = set(first)
        if typed.lead:
            near.intersection_update(self._keys.heads[where].owners(keystrokes(typed.lead)))
        return list(islice(self._fitting(typed, sorted(near)), count))

    def _fitting(self, typed: Typed, ranks: Iterable[int]) -> Iterator[int]:
        """초성 아닌 글자까지 맞는 것."""
        shown = self._shown(ranks)
        return shown if typed.is_initials else (r for r in shown if typed.pattern.search(self._texts.wholes[r]))

    def _divided(self, typed: Typed) -> list[list[Word]]:
        if len(typed.words) > 1:
            return [[_word(Typed(word)) for word in typed.words]]
        text = typed.text
        if len(typed.lead) > 1 and typed.has_initials:
            return [[Word((keystrokes(typed.lead),)), _word(Typed(text.removeprefix(typed.lead)))]]
        halves = ((keystrokes(text[:at]), keystrokes(text[at:])) for at in range(2, len(text) - 1))
        known = ((left, right) for left, right in halves if left in self._keys and right in self._keys)
        return [[Word((left,)), Word((right,))] for left, right in islice(known, MOST_SPLITS)]

    def _with_all(self, words: Sequence[Word], count: int) -> list[int]:
        """낱말이 모두 든 것. 가장 드문 낱말을 가진 것 가운데서 나머지를 본다."""
        having = list[set[int]]()
        for word in words:
            if not (ranks := self._having(word)):
                return []
            having.append(ranks)
        if all(word.is_plain for word in words):
            begun = self._best(having[0].intersection(*having[1:]), count)
            if len(begun) == count:
                return begun
        rarest: set[int] = min(having, key=len)
        fits = (
            rank
            for rank in self._shown(sorted(rarest)[:MOST_TRIED])
            if all(map(self._has, repeat(rank), having, words))
        )
        return list(islice(fits, count))

    def _having(self, word: Word) -> set[int]:
        """그 낱말로 시작하는 말이 있는 것, 하나도 없으면 속에라도 있는 것. 초성이 섞였으면 있을 만한 것."""
        if word.typed is not None:
            return set(self._initials.begins(word.typed.initials))
        begun = {rank for keys in word.keys for rank in self._keys.begins(keys)}
        return begun or {rank for keys in word.keys for rank in self._inside(keys)}

    def _has(self, rank: int, having: set[int], word: Word) -> bool:
        if word.typed is None:
            return rank in having or (len(word.keys) == 1 and word.keys[0] in self._keys.wholes[rank])
        return rank in having and (word.is_plain or bool(word.typed.pattern.search(self._texts.wholes[rank])))

    def _is_known(self, word: Word) -> bool:
        if word.typed is not None:
            return word.typed.initials in self._initials
        return any(keys in self._keys or any(True for _ in self._inside(keys)) for keys in word.keys)

    def _alike(self, keys: str) -> list[str]:
        """비슷한 첫머리들. 하나 다른 것이 있으면 둘 다른 것은 보지 않는다."""
        levels = (self._nearby.near(keys, mistakes) for mistakes in range(1, allowed(len(keys)) + 1))
        return [head for _, head in next(filter(None, levels), [])[:MOST_ALIKE]]


def _word(typed: Typed) -> Word:
    return Word(typed=typed) if typed.has_initials else Word((typed.keys,))
