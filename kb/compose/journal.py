"""쓸 것을 먼저 한 파일에 적고 나서 쓴다: 언제 죽어도 쓰기 전이거나, 다음에 마저 쓸 수 있다. 무엇을 쓰는지는 모른다."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

from kb.compose.errors import ComposeFailed

FILE = ".composing"
"""다 적은 공책. 쓰기를 마치면 지운다. 남아 있으면 쓰다가 끊긴 것이다."""
FRESH = ".fresh"
"""이름을 바꾸기 앞의 파일. 끊기면 이것이 남고, 다시 쓰면 사라진다."""


def write_all(root: Path, texts: Mapping[Path, str | None]) -> None:
    """파일들을 쓴다(None은 지움). 죽은 다음에는 `root`에 공책이 있거나(마저 쓸 것) 아무것도 바뀌지 않았다. 못 쓰면 OSError."""
    wanted = {os.path.relpath(path, root): text for path, text in texts.items() if _now(path) != text}
    if not wanted:
        return
    root.mkdir(parents=True, exist_ok=True)
    with _fresh(root / FILE).open("w", encoding="utf-8") as file:
        json.dump(wanted, file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    _fresh(root / FILE).replace(root / FILE)
    finish(root)


def finish(root: Path) -> int:
    """끊긴 쓰기가 있으면 마저 쓰고 그 파일 수를 돌려준다. 여러 번 해도 같다. 공책을 읽을 수 없으면 ComposeFailed."""
    _fresh(root / FILE).unlink(missing_ok=True)
    if not (root / FILE).is_file():
        return 0
    try:
        wanted: dict[str, str | None] = json.loads((root / FILE).read_text("utf-8"))
    except ValueError as error:
        raise ComposeFailed(
            f"쓰다 만 것을 읽을 수 없습니다: {root / FILE}. 지우고 다시 지어 주세요. ({error})"
        ) from error
    for name, text in wanted.items():
        _put(root / name, text)
    (root / FILE).unlink()
    return len(wanted)


def _put(path: Path, text: str | None) -> None:
    """곁에 쓰고 이름을 바꾼다: 읽는 이는 옛 글이나 새 글만 본다."""
    if text is None:
        path.unlink(missing_ok=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    _fresh(path).write_text(text, encoding="utf-8")
    _fresh(path).replace(path)


def _now(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


def _fresh(path: Path) -> Path:
    return path.with_name(f".{path.name.lstrip('.')}{FRESH}")
