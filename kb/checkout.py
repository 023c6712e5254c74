"""커밋한 글을 파일로 펼친다. 커밋과 펼치기 사이에 죽었으면 표시를 보고 마저 한다. 글의 뜻은 모른다."""

import shutil
from collections.abc import Mapping
from pathlib import Path

from kb import git
from kb.errors import StoreError


def place(root: Path, files: Mapping[str, str | None]) -> None:
    """`main`에 방금 커밋한 파일들을 펼치고(None은 지움) 표시를 옮긴다. 자물쇠를 쥐고 부른다. 못 쓰면 StoreError."""
    try:
        for path, text in files.items():
            _place_one(root / path, text)
        _mark(root)
    except OSError as error:
        raise StoreError(
            f"저장은 되었지만 파일로 펼치지 못했습니다({error.strerror}): {root}. 디스크의 자리와 권한을 확인하고 다시 하면 이어서 펼칩니다."
        ) from error


def is_finished(root: Path) -> bool:
    """펼쳐 둔 파일이 `main`의 끝 커밋과 같은가."""
    return _marked(root) == git.head(root)


def finish(root: Path) -> None:
    """펼치다 만 커밋이 있으면 마저 펼친다. 자물쇠를 쥐고 부른다.

    사람이 손대 둔 다른 파일은 건드리지 않고, 바로 그 파일에 손을 댔으면 곁의 `kept/`에 남겨 둔 뒤 펼친다.
    """
    head, marked = git.head(root), _marked(root)
    if not head or marked == head:
        return
    paths = git.changed(root, marked, head) if marked else git.tree(root, head)
    texts = git.texts(root, head, paths)
    before = git.texts(root, marked, paths) if marked else {}
    for path in paths:
        _keep_hand_edit(root, path, known=(before.get(path), texts.get(path)))
    place(root, {path: texts.get(path) for path in paths})


def _keep_hand_edit(root: Path, path: str, *, known: tuple[str | None, str | None]) -> None:
    file = root / path
    if file.is_file() and file.read_bytes() not in [text.encode() for text in known if text is not None]:
        kept = root.parent / "kept" / path
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, kept)


def _place_one(target: Path, text: str | None) -> None:
    if text is None:
        target.unlink(missing_ok=True)
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = target.with_name(f".{target.name}.new")
    fresh.write_text(text, "utf-8", newline="")
    fresh.replace(target)


def _marker(root: Path) -> Path:
    return root / ".git/open120-checkout"


def _marked(root: Path) -> str:
    try:
        return _marker(root).read_text("ascii").strip()
    except FileNotFoundError:
        return ""


def _mark(root: Path) -> None:
    head = git.head(root)
    git.run(root, "read-tree", head)
    fresh = _marker(root).with_suffix(".new")
    fresh.write_text(head, "ascii")
    fresh.replace(_marker(root))
