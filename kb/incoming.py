"""편집자가 정하기를 기다리는 글: 배포본이나 다시 가져온 자료가 여기서 고친 글과 부딪힌 것. 누가 정해도 되는지는 모른다.

`incoming/` 폴더는 저장소와 같은 모양이다: `incoming/entries/minwon/k1.md`는 항목 k1을 바꾸려던 글이다.
"""

import hashlib
from dataclasses import dataclass
from pathlib import PurePosixPath

from kb.entry import Entry
from kb.errors import BadEntry, EntryMoved, EntryNotFound
from kb.store import Change, EntryStore

FOLDER = "incoming"
REMOVED = "(배포본에서 지운 글)\n"
"""들어온 쪽에서 없앤 글의 자리를 지키는 글."""


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """기다리는 글 하나. `here`는 지금 글이 있는 길(없으면 None), `new`가 None이면 들어온 쪽에서는 없앤 글이다."""

    path: str
    here: str | None
    ours: str
    new: str | None

    @property
    def id(self) -> str:
        """항목 번호. 항목이 아닌 파일이면 파일 이름."""
        return PurePosixPath(self.path).stem

    @property
    def version(self) -> str:
        """편집자가 견주어 본 두 글의 판. 어느 쪽이든 바뀌면 달라진다."""
        return hashlib.sha256(f"{self.ours}\0{self.new}".encode()).hexdigest()[:12]


def waiting(store: EntryStore) -> list[str]:
    """기다리는 파일들(저장소 안의 길, `incoming/` 뒤)을 이름 차례로."""
    folder = store.root / FOLDER
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def read(store: EntryStore, path: str) -> Waiting:
    """기다리는 글 하나와 지금 글. 없으면 EntryNotFound."""
    if path not in waiting(store):
        raise EntryNotFound(path)
    new = (store.root / FOLDER / path).read_text("utf-8")
    here = store.path_of(PurePosixPath(path).stem) if path.endswith(".md") else path
    return Waiting(
        path=path,
        here=here,
        ours=(store.root / here).read_text("utf-8") if here and (store.root / here).is_file() else "",
        new=None if new == REMOVED else new,
    )


def settle(store: EntryStore, path: str, *, take: bool, base: str, change: Change) -> str:
    """들어온 글로 바꾸거나(`take`) 지금 글을 두기로 하고, 기다리는 줄에서 뺀다. 커밋의 sha를 돌려준다.

    `base`는 편집자가 본 두 글의 판(`Waiting.version`)이고, 그사이 바뀌었으면 EntryMoved. 기다리는 글이 없으면
    EntryNotFound, 들어온 글이 형식에 맞지 않으면 BadEntry.
    """
    head = store.head
    found = read(store, path)
    if found.version != base:
        raise EntryMoved(found.id)
    files: dict[str, str | None] = {f"{FOLDER}/{path}": None}
    if take:
        if found.here and found.here != path:
            files[found.here] = None
        if (
            found.new is not None
            and path.endswith(".md")
            and store.path_for(Entry.from_text(found.new, path=path)) != path
        ):
            raise BadEntry("번호나 주제가 파일의 자리와 다릅니다.", path=path)
        files[path] = found.new
    return store.save_all([], change=change, files=files, base=head)
