"""배포본(content/)으로 인스턴스의 내용을 처음 채우고, 새 배포본을 세 갈래로 합친다. 받아들인 수정을 덮어쓰지 않는다.

git 가지 `shipped`가 마지막으로 받은 배포본을 기억한다. 새 배포본과 그것의 차이를 `main`에 합치는데, 양쪽이 같은
글의 같은 자리를 고쳤으면 여기 글을 그대로 두고 배포본의 글을 `incoming/`에 놓아 편집자가 정하게 한다.
"""

import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from kb import checkout, git, incoming
from kb.entry import Entry
from kb.errors import BadEntry, StoreError
from kb.lock import locked
from kb.store import ENTRIES, LOCK_WAIT, Change, EntryStore, lock_file

SHIPPED = "shipped"


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """`seed`가 한 일. `conflicts`는 편집자가 정해야 할 파일들이다."""

    created: bool
    changed: int
    conflicts: tuple[str, ...]


def seed(root: Path, shipped: Path) -> Seeded:
    """배포본을 인스턴스의 내용 폴더에 채우거나 합친다. 두 번 부르면 두 번째에는 할 일이 없다.

    배포본에 읽을 수 없는 항목이 있으면 BadEntry, 폴더에 쓸 수 없으면 StoreError. 어느 때나 앞의 내용은 그대로다.
    """
    files = _shipped_files(shipped)
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise git.explain_os(error, root) from error
    with locked(lock_file(root), wait=LOCK_WAIT):
        git.start(root)
        shipped_now = _take(root, files)
        return _merge(root, shipped_now) if git.head(root) else _begin(root, shipped_now, len(files))


def _shipped_files(shipped: Path) -> dict[str, str]:
    store = EntryStore(shipped)
    store.all()  # a broken entry stops here and says where
    paths = [*sorted(shipped.glob("*.yml")), *sorted((shipped / ENTRIES).glob("*/*.md"))]
    return {str(path.relative_to(shipped)): path.read_text("utf-8") for path in paths}


def _take(root: Path, files: dict[str, str]) -> str:
    """배포본을 `shipped` 가지에 커밋하고(그대로이면 그냥 두고) 그 끝 커밋을 돌려준다."""
    old = git.head(root, SHIPPED)
    had = git.texts(root, old, git.tree(root, old)) if old else {}
    changed: dict[str, str | None] = {path: text for path, text in files.items() if had.get(path) != text}
    changed |= dict.fromkeys(had.keys() - files.keys())
    if not changed:
        return old
    return git.commit(root, _commit(SHIPPED, f"배포본: 파일 {len(changed)}개", changed))


def _begin(root: Path, new: str, files: int) -> Seeded:
    git.run(root, "update-ref", "refs/heads/main", new)
    checkout.finish(root)
    return Seeded(created=True, changed=files, conflicts=())


def _merge(root: Path, new: str) -> Seeded:
    checkout.finish(root)
    before = git.run(root, "merge-base", "main", SHIPPED).strip()
    if before == new:
        return Seeded(created=False, changed=0, conflicts=())
    paths = git.changed(root, before, new)
    base, theirs, ours = (git.texts(root, at, paths) for at in (before, new, "main"))
    taken: dict[str, str | None] = {}
    conflicts: list[str] = []
    for path in paths:
        mine, its = ours.get(path), theirs.get(path)
        if mine == its:
            continue
        merged = its if mine == base.get(path) else _three_way(path, base.get(path), mine, its)
        if merged is not None or mine == base.get(path):
            taken[path] = merged
        else:
            conflicts.append(path)
            taken[f"{incoming.FOLDER}/{path}"] = its if its is not None else incoming.REMOVED
    git.commit(root, _commit("main", f"새 배포본을 합침: 파일 {len(taken)}개", taken, merges=(new,)))
    checkout.finish(root)
    return Seeded(created=False, changed=len(taken) - len(conflicts), conflicts=tuple(conflicts))


def _three_way(path: str, base: str | None, ours: str | None, theirs: str | None) -> str | None:
    """세 글을 합친 글. 같은 자리를 서로 다르게 고쳤거나 한쪽이 지웠으면 None."""
    if base is None or ours is None or theirs is None:
        return None
    if not path.startswith(f"{ENTRIES}/"):
        return merge_texts(base, ours, theirs)
    try:
        return merge_entries(Entry.from_text(base), Entry.from_text(ours), Entry.from_text(theirs))
    except BadEntry:
        return None


def merge_entries(base: Entry, ours: Entry, theirs: Entry) -> str | None:
    """한 항목의 세 글을 합친다. 고친 시각은 둘 가운데 늦은 것. 부딪히거나 합친 글이 항목이 아니면 None."""
    updated = max(ours.updated, theirs.updated)
    merged = merge_texts(*(replace(entry, updated=updated).to_text() for entry in (base, ours, theirs)))
    try:
        return Entry.from_text(merged).to_text() if merged is not None else None
    except BadEntry:
        return None


def merge_texts(base: str, ours: str, theirs: str) -> str | None:
    """git merge-file로 세 글을 합친다. 부딪히면 None."""
    with tempfile.TemporaryDirectory() as folder:
        names = []
        for name, text in (("ours", ours), ("base", base), ("theirs", theirs)):
            Path(folder, name).write_text(text, "utf-8", newline="")
            names.append(name)
        try:
            return git.run(Path(folder), "merge-file", "-p", "--quiet", *names)
        except StoreError:
            return None


def _commit(branch: str, subject: str, files: dict[str, str | None], merges: tuple[str, ...] = ()) -> git.Commit:
    message = Change(role="shipped", reason="배포본").message(subject)
    return git.Commit(
        branch=branch, author="shipped", message=message, at=datetime.now(UTC), files=files, merges=merges
    )
