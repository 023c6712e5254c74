"""배포본(content/)으로 인스턴스의 내용을 처음 채우고, 새 배포본을 세 갈래로 합친다. 받아들인 수정을 덮어쓰지 않는다.

git 가지 `shipped`가 마지막으로 받은 배포본을 기억한다. 새 배포본과 그것의 차이를 `main`에 합치는데, 양쪽이 같은
글의 같은 자리를 고쳤으면 여기 글을 그대로 두고 배포본의 글을 `incoming/`에 놓아 편집자가 정하게 한다. 항목은 파일의
길이 아니라 번호로 짝을 짓는다: 한쪽이 주제를 옮기고 다른 쪽이 글을 고쳐도 같은 항목이다.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from kb import checkout, git, incoming
from kb.entry import Entry
from kb.errors import BadEntry, BadTopics, StoreError
from kb.lock import locked
from kb.store import ENTRIES, LOCK_WAIT, Change, EntryStore, lock_file
from kb.topics import Topics

SHIPPED = "shipped"
TOPICS = "topics.yml"


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """`seed`가 한 일. `conflicts`는 이번에 부딪혀 편집자가 정해야 할 파일들이다."""

    created: bool
    changed: int
    conflicts: tuple[str, ...]


class File(NamedTuple):
    """한쪽의 파일 하나."""

    path: str
    text: str


@dataclass
class Plan:
    """합쳐서 쓸 파일들(None은 지움)과, 편집자가 정할 것."""

    files: dict[str, str | None] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)

    def take(self, mine: File | None, wanted: File | None) -> None:
        """여기 파일을 그것으로 바꾼다."""
        if mine and (wanted is None or mine.path != wanted.path):
            self.files[mine.path] = None
        if wanted:
            self.files[wanted.path] = wanted.text

    def hold(self, path: str, text: str | None) -> None:
        """여기 것을 두고 들어온 글을 편집자 앞에 놓는다."""
        self.conflicts.append(path)
        self.files[f"{incoming.FOLDER}/{path}"] = incoming.REMOVED if text is None else text


def seed(root: Path, shipped: Path) -> Seeded:
    """배포본을 인스턴스의 내용 폴더에 채우거나 합친다. 두 번 부르면 두 번째에는 할 일이 없다.

    손으로 고치고 커밋하지 않은 글은 먼저 커밋한다. 배포본에 읽을 수 없는 글이 있으면 BadEntry나 BadTopics, 폴더에 쓸 수
    없으면 StoreError. 어느 때나 앞의 내용은 그대로다.
    """
    files = _shipped_files(shipped)
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise git.explain_os(error, root) from error
    with locked(lock_file(root), wait=LOCK_WAIT):
        git.start(root)
        new = _take(root, files)
        return _merge(root, new) if git.head(root) else _begin(root, new, len(files))


def _shipped_files(shipped: Path) -> dict[str, str]:
    store = EntryStore(shipped)
    store.all()  # a broken entry stops here and says where
    paths = [*sorted(shipped.glob("*.yml")), *sorted((shipped / ENTRIES).glob("*/*.md"))]
    return {path.relative_to(shipped).as_posix(): _read(path) for path in paths}


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise StoreError(f"UTF-8이 아닌 파일입니다: {path}. UTF-8로 저장해 주세요.") from error
    except OSError as error:
        raise StoreError(f"파일을 읽을 수 없습니다: {path} ({error.strerror})") from error


def _take(root: Path, files: Mapping[str, str]) -> str:
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
    untouchable = {_key(path) for path in EntryStore(root).adopt_hand_edits()}
    before = git.run(root, "merge-base", "main", SHIPPED).strip()
    if before == new:
        return Seeded(created=False, changed=0, conflicts=())
    plan = _plan(root, before, new, untouchable)
    git.commit(root, _commit("main", f"새 배포본을 합침: 파일 {len(plan.files)}개", plan.files, merges=(new,)))
    checkout.place(root, plan.files)
    changed = sum(not path.startswith(f"{incoming.FOLDER}/") for path in plan.files)
    return Seeded(created=False, changed=changed, conflicts=tuple(plan.conflicts))


def _plan(root: Path, before: str, new: str, untouchable: set[str]) -> Plan:
    """무엇을 바꿀지. 배포본의 주제 목록이 여기 글을 읽을 수 없게 만들면, 주제 목록은 여기 것을 둔다."""
    keys = {_key(path) for path in git.changed(root, before, new)}
    sides = [_files(root, at, keys) for at in (before, new, "main")]
    topics_here = Topics.from_text(git.texts(root, "main", [TOPICS])[TOPICS])
    if TOPICS in keys:
        merged = _merged(keys, *sides, untouchable=untouchable, topics=Topics.from_text(sides[1][TOPICS].text))
        if _all_readable(root, merged):
            return merged
        untouchable = untouchable | {TOPICS}
    return _merged(keys, *sides, untouchable=untouchable, topics=topics_here)


def _merged(
    keys: Iterable[str],
    base: Mapping[str, File],
    theirs: Mapping[str, File],
    ours: Mapping[str, File],
    *,
    untouchable: set[str],
    topics: Topics,
) -> Plan:
    plan = Plan()
    for key in sorted(keys):
        old, its, mine = base.get(key), theirs.get(key), ours.get(key)
        if mine == its:
            continue
        result = its if mine == old else _three_way(old, mine, its, topics)
        settled = result is not None or mine == old
        if key in untouchable or not settled or (result and not _fits(result, topics)):
            held = its or old
            plan.hold(held.path if held else key, its.text if its else None)
        else:
            plan.take(mine, result)
    return plan


def _three_way(old: File | None, mine: File | None, its: File | None, topics: Topics) -> File | None:
    """세 글을 합친 파일. 같은 자리를 서로 다르게 고쳤거나 한쪽이 지웠으면 None."""
    if old is None or mine is None or its is None:
        return None
    if not its.path.startswith(f"{ENTRIES}/"):
        text = git.merged_lines(old.text, mine.text, its.text)
        return None if text is None else File(its.path, text)
    try:
        merged = merge_entries(*(Entry.from_text(side.text) for side in (old, mine, its)))
        return None if merged is None else File(_path_of(merged, topics), merged.to_text())
    except (BadEntry, BadTopics):
        return None


def merge_entries(base: Entry, ours: Entry, theirs: Entry) -> Entry | None:
    """한 항목의 세 글을 합친다. 고친 시각은 둘 가운데 늦은 것. 부딪히거나 합친 글이 항목이 아니면 None."""
    updated = max(ours.updated, theirs.updated)
    merged = git.merged_lines(*(replace(entry, updated=updated).to_text() for entry in (base, ours, theirs)))
    try:
        return Entry.from_text(merged) if merged is not None else None
    except BadEntry:
        return None


def _files(root: Path, at: str, keys: set[str]) -> dict[str, File]:
    paths = [path for path in git.tree(root, at) if _key(path) in keys]
    return {_key(path): File(path, text) for path, text in git.texts(root, at, paths).items()}


def _key(path: str) -> str:
    """짝을 지을 열쇠: 항목은 번호, 다른 파일은 길."""
    return PurePosixPath(path).stem if path.startswith(f"{ENTRIES}/") else path


def _path_of(entry: Entry, topics: Topics) -> str:
    return f"{ENTRIES}/{topics.named(entry.topic).id}/{entry.id}.md"


def _fits(file: File, topics: Topics) -> bool:
    """그 주제 목록으로 읽을 수 있는 자리에 있는가. 항목이 아니면 언제나 그렇다."""
    if not file.path.startswith(f"{ENTRIES}/"):
        return True
    try:
        return _path_of(Entry.from_text(file.text), topics) == file.path
    except (BadEntry, BadTopics):
        return False


def _all_readable(root: Path, plan: Plan) -> bool:
    """합친 주제 목록으로, 합치지 않은 여기 글까지 모두 읽을 수 있는가."""
    text = plan.files.get(TOPICS)
    if text is None:
        return True
    try:
        topics = Topics.from_text(text)
    except BadTopics:
        return False
    here = git.tree(root, "main")
    kept = git.texts(root, "main", [p for p in here if p.startswith(f"{ENTRIES}/") and p not in plan.files])
    return all(_fits(File(path, text), topics) for path, text in kept.items())


def _commit(branch: str, subject: str, files: Mapping[str, str | None], merges: tuple[str, ...] = ()) -> git.Commit:
    message = Change(role="shipped", reason="배포본").message(subject)
    return git.Commit(
        branch=branch, author="shipped", message=message, at=datetime.now(UTC), files=files, merges=merges
    )
