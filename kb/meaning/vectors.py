"""셈해 둔 뜻의 벡터를 지문으로 찾아 쓰는 파일. 무엇의 뜻인지는 모른다.

<폴더>/e5-small-q4.bin   길이가 같은 기록(지문 8바이트, 배율 4바이트, int8 384개)을 이어 붙이기만 한다.
덧붙이다 죽어 잘린 끝은 다음에 쓰는 이가 잘라 낸다. 여러 프로세스가 함께 읽고, 한 번에 하나가 쓴다.
"""

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kb.errors import StoreError
from kb.lock import locked
from kb.meaning.embedder import Vector
from kb.meaning.packed import DIMENSIONS
from kb.meaning.passages import MODEL

RECORD = np.dtype([("key", "<u8"), ("scale", "<f4"), ("values", "i1", (DIMENSIONS,))])
BLOCK = 4096
"""한 번에 float32로 풀어 곱하는 줄의 수. 캐시에 드는 크기라 통째로 float32로 두는 것보다 빠르고 기억은 4분의 1이다."""

Keys = NDArray[np.uint64]


class Vectors:
    """벡터들. 다른 프로세스가 덧붙이면 `refresh`할 때 이어 읽는다."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / f"{MODEL}.bin"
        self._lock = threading.Lock()
        self._buffer = threading.local()
        self._records = np.empty(0, RECORD)
        self._order: NDArray[np.intp] = np.empty(0, np.intp)
        self._keys: Keys = np.empty(0, np.uint64)
        self._version = 0
        self.refresh()

    @property
    def version(self) -> int:
        """덧붙은 것을 읽을 때마다 커지는 수."""
        return self._version

    def __len__(self) -> int:
        return len(self._records)

    def refresh(self) -> None:
        """그사이 덧붙은 것을 읽는다. 파일이 짧아졌으면(지워짐) 처음부터 다시 읽는다."""
        try:
            count = self.path.stat().st_size // RECORD.itemsize
        except OSError:
            count = 0
        if count == len(self._records):
            return
        with self._lock:
            had = len(self._records) if count >= len(self._records) else 0
            fresh = (
                np.fromfile(self.path, RECORD, count - had, offset=had * RECORD.itemsize)
                if count
                else np.empty(0, RECORD)
            )
            self._records = np.concatenate([self._records[:had], fresh])
            self._order = np.argsort(self._records["key"], kind="stable")
            self._keys = self._records["key"][self._order]
            self._version += 1

    def places(self, keys: Keys) -> NDArray[np.intp]:
        """지문마다 벡터의 자리, 없으면 -1. `keys`와 같은 꼴."""
        with self._lock:
            if not len(self._keys):
                return np.full(keys.shape, -1, np.intp)
            at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
            return np.where(self._keys[at] == keys, self._order[at], -1)

    def records(self, keys: Keys) -> NDArray[np.void]:
        """`keys`(작은 것부터, 겹치지 않게) 가운데 있는 것의 기록, 같은 차례로."""
        places = self.places(keys)
        found: NDArray[np.void] = self._records[places[places >= 0]]
        return found

    def lacking(self, other: "Vectors") -> NDArray[np.void]:
        """여기 있고 `other`에는 없는 기록."""
        found: NDArray[np.void] = self._records[other.places(self._records["key"]) < 0]
        return found

    def similarities(self, query: Vector) -> Vector:
        """모든 벡터와 `query`(384,)의 코사인, (벡터의 수,) 꼴. 12,000개의 두 토막이면 3 ms쯤."""
        records = self._records
        found = np.empty(len(records), np.float32)
        buffer: Vector | None = getattr(self._buffer, "block", None)
        if buffer is None:
            buffer = self._buffer.block = np.empty((BLOCK, DIMENSIONS), np.float32)
        for start in range(0, len(records), BLOCK):
            values = records["values"][start : start + BLOCK]
            block = buffer[: len(values)]
            np.copyto(block, values)
            np.dot(block, query, out=found[start : start + BLOCK])
        found *= records["scale"]
        return found

    def add(self, keys: Sequence[int], vectors: Vector) -> None:
        """벡터들을 덧붙인다. 폴더에 쓸 수 없으면 StoreError."""
        records = np.empty(len(keys), RECORD)
        scale = np.abs(vectors).max(axis=1) / 127
        records["key"], records["scale"] = keys, scale
        records["values"] = np.round(vectors / scale[:, None])
        self.append(records)

    def append(self, records: NDArray[np.void]) -> None:
        """기록을 그대로 덧붙인다. 폴더에 쓸 수 없으면 StoreError."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with locked(self.path.parent / "write.lock", wait=60), self.path.open("ab") as file:
                file.truncate(file.tell() // RECORD.itemsize * RECORD.itemsize)
                file.write(records.tobytes())
        except OSError as error:
            raise StoreError(
                f"뜻의 벡터를 쓰지 못했습니다({self.path.parent}). 남은 공간과 쓰기 권한을 확인해 주세요."
            ) from error
