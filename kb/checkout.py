"""커밋한 글을 파일로 펼친다. 커밋과 펼치기 사이에 죽었으면 표시를 보고 마저 한다. 글의 뜻은 모른다."""

from collections.abc import Mapping
from pathlib import Path

from kb import git


def place(root: Path, files: Mapping[str, str | None]) -> None:
    """`main`에 방금 커밋한 파일들을 펼치고(None은 지움) 표시를 옮긴다. 자물쇠를 쥐고 부른다. 못 쓰면 StoreError."""
    try:
        for path, text in files.items():
            _place_one(root / path, text)
        _mark(root)
    except OSError as error:
        raise git.explain_os(error, root) from error


def is_finished(root: Path) -> bool:
    """펼쳐 둔 파일이 `main`의 끝 커밋과 같은가."""
    return _marked(root) == git.head(root)


def finish(root: Path) -> None:
    """펼치다 만 커밋이 있으면 마저 펼친다. 사람이 손대 둔 다른 파일은 건드리지 않는다. 자물쇠를 쥐고 부른다."""
    head, marked = git.head(root), _marked(root)
    if not head or marked == head:
        return
    paths = git.changed(root, marked, head) if marked else git.tree(root, head)
    texts = git.texts(root, head, paths)
    place(root, {path: texts.get(path) for path in paths})


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
