"""상대 하나가 할 줄 알아야 하는 것. 어떤 상대가 있는지, 어떻게 재는지는 모른다."""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

from bench.search.corpus import Row

Search = Callable[[str], Sequence[str]]
"""묻는 말을 받아 찾은 항목의 제목을 많아야 열 개."""


class Playing(Protocol):
    """파이썬으로 된 상대."""

    def load(self, rows: Iterable[Row]) -> Sequence[Any]:
        """파일의 줄들을 지을 때 받을 꼴로. 여기까지는 재지 않는다."""
        ...

    def build(self, documents: Any, folder: Path, cores: int) -> None:
        """빈 폴더에 색인을 짓는다(분석도 여기서). `cores`개까지 나누어 해도 된다."""
        ...

    def open(self, folder: Path) -> Search:
        """지은 색인을 연다."""
        ...
