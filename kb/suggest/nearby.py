"""오타를 고칠 첫머리 찾기: 글쇠 하나둘만 다른 것. 고친 말이 무엇을 가리키는지는 모른다."""

from rapidfuzz import process
from rapidfuzz.distance import OSA, LCSseq

from kb.suggest.spelling import Heads

ANCHOR = 6
"""먼저 견주는 글쇠의 수. 두 음절쯤이고, 배포본의 제목에서 서로 다른 것이 6천 개라 모두 견주어도 0.5ms다."""

MOST_ANCHORS = 400
MOST_HEADS = 30
"""견주어 볼 첫머리의 수(많아야). 이보다 많이 비슷하면 오타가 아니라 너무 짧게 친 것이다."""


def allowed(keys: int) -> int:
    """봐줄 글쇠의 수: 셋에서 다섯까지 하나, 더 길면 둘. 그보다 짧은 글은 무엇이든 될 수 있어 고치지 않는다.

    >>> [allowed(keys) for keys in (2, 3, 5, 6)]
    [0, 1, 1, 2]
    """
    return 0 if keys < 3 else 1 if keys < 6 else 2


class Nearby:
    """첫머리들에서 비슷한 것을 찾는다."""

    def __init__(self, *heads: Heads) -> None:
        self._heads = heads
        self._anchors = {length: list(self._cut(length)) for length in range(3, ANCHOR + 1)}

    def near(self, keys: str, mistakes: int) -> list[tuple[int, str]]:
        """`keys`와 글쇠가 `mistakes`개까지 다른 첫머리들: (다른 수, 첫머리), 가까운 것부터. 세 글쇠는 되어야 한다.

        빠뜨리거나, 더 치거나, 바꾸어 치거나, 앞뒤를 뒤바꾼 것을 하나로 센다(OSA). 첫 여섯 글쇠에서 거르고 남은 것을 끝까지
        견준다: k개가 다르면 앞토막끼리도 k개만 빼고는 글쇠의 차례가 같다.
        """
        length = min(len(keys), ANCHOR)
        anchors = process.extract(
            keys[:length], self._anchors[length], scorer=LCSseq.distance, score_cutoff=mistakes, limit=MOST_ANCHORS
        )
        longest = len(keys) + mistakes
        whole: dict[str, None] = {}
        for anchor, *_ in anchors:
            whole |= self._cut(longest, anchor)
        alike = process.extract(
            keys, list(whole), scorer=LCSseq.similarity, score_cutoff=len(keys) - mistakes, limit=MOST_HEADS
        )
        closest = [_closest(keys, text, mistakes) for text, *_ in alike]
        near = {head: distance for distance, head in closest if distance <= mistakes}
        return sorted((distance, head) for head, distance in near.items())

    def _cut(self, length: int, head: str = "") -> dict[str, None]:
        found: dict[str, None] = {}
        for heads in self._heads:
            found |= heads.cut(length, head)
        return found


def _closest(keys: str, text: str, mistakes: int) -> tuple[int, str]:
    """`text`의 앞토막 가운데 `keys`와 가장 가까운 것."""
    lengths = range(max(len(keys) - mistakes, 1), len(keys) + mistakes + 1)
    return min((OSA.distance(keys, text[:length], score_cutoff=mistakes), text[:length]) for length in lengths)
