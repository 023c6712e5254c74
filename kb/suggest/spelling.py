"""글들을 한 가지 꼴(음절, 글쇠, 초성)로 늘어놓고 첫머리와 속을 찾는 표. 그 글이 무엇인지는 모른다."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

_AFTER_ALL = "\uffff"
_BETWEEN = "\n"


class Heads:
    """첫머리로 찾는 표: 차례로 늘어놓은 글과 그 임자의 번호."""

    def __init__(self, pairs: list[tuple[str, int]]) -> None:
        pairs.sort()
        self._texts = [text for text, _ in pairs]
        self._owners = [owner for _, owner in pairs]

    def owners(self, head: str) -> list[int]:
        """`head`로 시작하는 글의 임자들. 같은 임자가 거듭 나올 수 있다."""
        return self._owners[bisect_left(self._texts, head) : bisect_left(self._texts, head + _AFTER_ALL)]

    def cut(self, length: int, head: str = "") -> dict[str, None]:
        """`head`로 시작하는 글들을 `length`에서 자른 것. 겹치지 않고 차례가 있다."""
        low, high = bisect_left(self._texts, head), bisect_left(self._texts, head + _AFTER_ALL)
        return dict.fromkeys(text[:length] for text in self._texts[low:high])

    def __contains__(self, head: object) -> bool:
        at = bisect_left(self._texts, str(head))
        return at < len(self._texts) and self._texts[at].startswith(str(head))


class Spelling:
    """한 가지 꼴로 본 글들. 번호는 받은 차례다."""

    def __init__(self, split: Iterable[Sequence[str]], *, between: str = "") -> None:
        """`split`은 글마다 그 낱말들이고, 낱말 사이에 `between`을 둔다. 낱말이 없는 글은 없어야 한다."""
        starts, words = list[tuple[str, int]](), list[tuple[str, int]]()
        shared: dict[str, str] = {}  # ‘어디에 있나요’ ends thousands of titles: one copy of each ending is kept
        for number, pieces in enumerate(split):
            ending = pieces[-1]
            for piece in reversed(pieces[:-1]):
                ending = shared.setdefault(ending, ending)
                words.append((ending, number))
                ending = f"{piece}{between}{ending}"
            starts.append((ending, number))
        self.wholes = [whole for whole, _ in starts]
        self._joined = _BETWEEN.join(self.wholes)
        self._ends = list(accumulate(len(whole) + 1 for whole in self.wholes))
        self.heads = self.starts, self.words = Heads(starts), Heads(words)

    def begins(self, head: str) -> list[int]:
        """글이나 그 안의 낱말이 `head`로 시작하는 것들."""
        return self.starts.owners(head) + self.words.owners(head)

    def inside(self, piece: str) -> Iterator[int]:
        """어디에든 `piece`가 든 글의 번호를 작은 것부터. 더 필요 없으면 그만 물으면 된다."""
        at = self._joined.find(piece)
        while at >= 0:
            number = bisect_right(self._ends, at)
            yield number
            at = self._joined.find(piece, self._ends[number])

    def __contains__(self, head: object) -> bool:
        return head in self.starts or head in self.words
