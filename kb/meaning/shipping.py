"""셈해 둔 벡터를 배포본에 담고, 배포본의 것을 인스턴스로 받는다. 새로 연 곳에서 처음부터 뜻으로 찾게 한다."""

from pathlib import Path

import numpy as np

from kb.index import OpenIndex
from kb.meaning.vectors import Vectors


def ship(index: OpenIndex, vectors: Vectors, folder: Path) -> int:
    """색인에 든 항목의 벡터만 `folder`에 담고 담은 수를 돌려준다. 같은 글이면 같은 바이트다. 쓸 수 없으면 OSError."""
    vectors.refresh()
    keys = np.unique(index.read(lambda reader: reader.catalogue()).passages)
    records = vectors.records(keys)
    folder.mkdir(parents=True, exist_ok=True)
    fresh = (folder / vectors.path.name).with_suffix(".new")
    fresh.write_bytes(records.tobytes())
    fresh.replace(folder / vectors.path.name)
    return len(records)


def take_in(shipped: Path, vectors: Vectors) -> int:
    """배포본의 벡터 가운데 없는 것을 덧붙이고 그 수를 돌려준다. 쓸 수 없으면 StoreError."""
    given = Vectors(shipped)
    lacking = given.lacking(vectors)
    if len(lacking):
        vectors.append(lacking)
        vectors.refresh()
    return len(lacking)
