"""편집자가 정하기를 기다리는 글: 배포본이나 다시 가져온 자료가 여기서 고친 글과 부딪힌 것. 누가 정해도 되는지는 모른다.

`incoming/` 폴더는 저장소와 같은 모양이다: `incoming/entries/minwon/k1.md`는 `entries/minwon/k1.md`를 바꾸려던 글이다.
"""

from dataclasses import dataclass
from pathlib import PurePosixPath

from kb.entry import Entry
from kb.errors import BadEntry, EntryNotFound
from kb.store import Change, EntryStore

FOLDER = "incoming"
REMOVED = "(배포본에서 지운 글)\n"
"""들어온 쪽에서 없앤 글의 자리를 지키는 글."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """기다리는 글 하나. `new`가 None이면 들어온 쪽에서는 없앤 글이다."""

    path: str
    ours: str
    new: str | None

    @property
    def id(self) -> str:
        """항목 번호. 항목이 아닌 파일이면 파일 이름."""
        return PurePosixPath(self.path).stem


def waiting(store: EntryStore) -> list[str]:
    """기다리는 파일들(저장소 안의 길, `incoming/` 뒤)을 이름 차례로."""
    folder = store.root / FOLDER
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def read(store: EntryStore, path: str) -> Waiting:
    """기다리는 글 하나와 지금 글. 없으면 EntryNotFound."""
    if path not in waiting(store):
        raise EntryNotFound(path)
    new = (store.root / FOLDER / path).read_text("utf-8")
    ours = store.root / path
    return Waiting(
        path=path,
        ours=ours.read_text("utf-8") if ours.is_file() else "",
        new=None if new == REMOVED else new,
    )


def settle(store: EntryStore, path: str, *, take: bool, change: Change) -> str:
    """들어온 글로 바꾸거나(`take`) 지금 글을 두기로 하고, 기다리는 줄에서 뺀다. 커밋의 sha를 돌려준다.

    없으면 EntryNotFound, 들어온 글이 형식에 맞지 않으면 BadEntry.
    """
    found = read(store, path)
    files: dict[str, str | None] = {f"{FOLDER}/{path}": None}
    if take:
        if (
            found.new is not None
            and path.endswith(".md")
            and store.path_for(Entry.from_text(found.new, path=path)) != path
        ):
            raise BadEntry("번호나 주제가 파일의 자리와 다릅니다.", path=path)
        files[path] = found.new
    return store.save_all([], change=change, files=files)
