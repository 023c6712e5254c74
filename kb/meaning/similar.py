"""묻는 말과 뜻이 가까운 항목을 셈한다. 순위와 낱말은 모른다."""

import threading

import numpy as np
from numpy.typing import NDArray

from kb.index import Catalogue
from kb.meaning.embedder import Embedder, Vector
from kb.meaning.vectors import Vectors

TITLE_SHARE = 0.5
"""두 토막이 있는 항목의 점수에서 제목의 몫. 나머지는 제목과 글머리를 이은 토막의 몫이다(docs/decisions/0013)."""


class Meaning:
    """색인의 항목과 묻는 말의 뜻을 견주는 이. 여러 스레드가 함께 써도 된다."""

    def __init__(self, vectors: Vectors, model: Embedder) -> None:
        self.vectors, self.model = vectors, model
        self._aligned: tuple[Catalogue, int, NDArray[np.intp]] | None = None
        self._lock = threading.Lock()

    def similarities(self, catalogue: Catalogue, text: str) -> Vector | None:
        """항목(줄)마다 `text`와의 코사인, (항목 수,) 꼴. 아직 셈하지 않은 항목은 nan, 하나도 없으면 None."""
        places = self._places(catalogue)
        if not len(catalogue) or not text or not (places >= 0).any():
            return None
        # One more at the end: the place -1 (no vector yet) reads it.
        found = np.append(self.vectors.similarities(self.model.query(text)), np.float32(np.nan))
        title, lead = found[places[:, 0]], found[places[:, 1]]
        both: Vector = title * TITLE_SHARE + lead * (1 - TITLE_SHARE)
        return np.where(np.isnan(title), lead, np.where(np.isnan(lead), title, both))

    def _places(self, catalogue: Catalogue) -> NDArray[np.intp]:
        self.vectors.refresh()
        aligned, version = self._aligned, self.vectors.version
        if aligned is None or aligned[0] is not catalogue or aligned[1] != version:
            with self._lock:
                aligned = self._aligned = (catalogue, version, self.vectors.places(catalogue.passages))
        return aligned[2]
