"""색인 폴더: 새로 짓고, 갈아 끼우고, 잠그고, 상한 것을 알아본다. 어떻게 찾는지는 엔진이 안다.

<폴더>/current -> tantivy-1f2e3d4c   지금 쓰는 색인을 가리킨다(한 번에 바뀐다)
<폴더>/tantivy-1f2e3d4c/meta.json    형식, 엔진, 글의 판(head), 항목 수. 색인이 바뀔 때마다 새 파일이 된다
<폴더>/tantivy-1f2e3d4c/data/        엔진의 파일
<폴더>/tantivy-…/journal.jsonl       짓는 동안 바뀐 항목. 다 지은 뒤 이어 넣는다
<폴더>/build.lock, writer.lock       짓기는 한 번에 하나, 쓰기도 한 번에 하나. 프로세스가 죽으면 풀린다
"""

import json
import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from secrets import token_hex
from time import perf_counter
from typing import NoReturn, TypeVar

from kb.entry import Entry
from kb.errors import KnowledgeError, SearchUnavailable, StoreError
from kb.garbage import without_gc
from kb.index.document import Document, document_of, documents_of
from kb.index.engine import Engine, Reader, engine_named
from kb.lock import locked

Entries = Iterable[Entry] | Callable[[], Iterable[Entry]]
"""항목들, 또는 항목을 읽어 올 함수. 함수는 자물쇠를 쥔 뒤에 불리므로 그사이 바뀐 글을 놓치지 않는다."""

DEFAULT_ENGINE = "tantivy"
PATIENCE = 600.0
"""다른 짓기나 쓰기를 기다리는 시간(초). 가장 큰 색인을 짓는 시간보다 길다."""

FORMAT = 4
"""색인의 형식. 칸, 분석 방법, 저장하는 것이 바뀌면 하나 올린다. 옛 형식은 열지 않고 다시 짓게 한다."""

CURRENT, META, DATA, JOURNAL = "current", "meta.json", "data", "journal.jsonl"
BUILDING, WRITING = "build.lock", "writer.lock"
_AGAIN = "`open120 index`로 다시 만들어 주세요."
_DISK_TROUBLE = ("No space left", "Permission denied", "Read-only file system", "io::Error")
_Answer = TypeVar("_Answer")
_Stamp = tuple[int, int, int]


@dataclass(frozen=True, kw_only=True, slots=True)
class IndexReport:
    """색인을 지은 결과."""

    entries: int
    seconds: float
    engine: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Meta:
    """색인이 스스로 밝히는 것. `head`는 어느 판의 글까지 담았는지다."""

    engine: str
    head: str
    entries: int
    format: int = FORMAT


def build_index(
    entries: Entries, folder: Path, *, engine: str = DEFAULT_ENGINE, head: str = "", processes: int | None = None
) -> IndexReport:
    """공개된 항목 모두로 새 색인을 짓고 한 번에 바꾼다. 짓는 동안 옛 색인은 그대로 쓰인다.

    짓다가 죽으면 옛 색인이 남고, 다음번에 찌꺼기를 지운다. 짓는 동안의 `update`는 새 색인에도 들어간다.
    폴더에 쓸 수 없으면 StoreError, 모르는 엔진이면 SearchUnavailable, 읽을 수 없는 항목이 있으면 BadEntry.
    """
    started, maker = perf_counter(), engine_named(engine)
    with _trouble_told(folder, building=True):
        folder.mkdir(parents=True, exist_ok=True)
        with locked(folder / BUILDING, wait=PATIENCE):
            _clear(folder)
            target = _new_home(folder, engine)
            try:
                found = entries() if callable(entries) else entries
                with without_gc():
                    maker.create(target / DATA, documents_of(found, processes=processes))
                count = _switch(folder, target, maker, Meta(engine=engine, head=head, entries=0))
            finally:
                _clear(folder)
    return IndexReport(entries=count, seconds=perf_counter() - started, engine=engine)


def update(folder: Path, entries: Entries = (), removed: Iterable[str] = (), *, head: str | None = None) -> None:
    """바뀐 항목만 지금의 색인에 한꺼번에 갈아 끼운다. 공개가 아닌 항목과 `removed`는 뺀다. 두 번 해도 같다.

    색인이 없거나 상했으면 SearchUnavailable, 폴더에 쓸 수 없으면 StoreError.
    """
    if not folder.is_dir():
        read_meta(folder)  # tells that there is no index
    with locked(folder / WRITING, wait=PATIENCE):
        found = list(entries() if callable(entries) else entries)
        documents = [document_of(entry) for entry in found if entry.is_public]
        gone = [*removed, *(entry.id for entry in found if not entry.is_public)]
        with _trouble_told(folder):
            building = _note(folder, documents, gone, head)
            if building and not (folder / CURRENT).exists():
                return  # the first build is under way and will take this in
            meta, home = read_meta(folder), (folder / CURRENT).resolve()
            count = engine_named(meta.engine).write(home / DATA, documents, gone)
            _write_meta(home, replace(meta, entries=count, head=meta.head if head is None else head))


def read_meta(folder: Path) -> Meta:
    """지금 색인의 meta.json. 없거나 읽을 수 없거나 옛 형식이면 SearchUnavailable."""
    try:
        found = json.loads((folder / CURRENT / META).read_text(encoding="utf-8"))
        if found["format"] != FORMAT:
            raise SearchUnavailable(f"색인의 형식이 옛것입니다({folder}). {_AGAIN}")
        return Meta(**found)
    except FileNotFoundError as error:
        if (folder / CURRENT).is_symlink():
            _damaged(folder, error)
        raise SearchUnavailable(f"아직 색인이 없습니다({folder}). {_AGAIN}") from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        _damaged(folder, error)


def open_index(folder: Path) -> "OpenIndex":
    """색인을 연다. 없거나 상했거나 옛 형식이면 SearchUnavailable."""
    found = OpenIndex(folder)
    found.read(Reader.size)
    return found


class OpenIndex:
    """언제나 지금의 색인. 다른 프로세스가 갈아 끼우거나 고치면 다음번에 읽을 때 알아채고 다시 연다."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._meta_path = folder, folder / CURRENT / META
        self._opened: tuple[_Stamp, Reader] | None = None
        self._lock = threading.Lock()

    def read(self, use: Callable[[Reader], _Answer]) -> _Answer:
        """지금의 색인을 `use`에 주고 그 답을 돌려준다. 그사이 색인이 바뀌었으면 새 색인으로 한 번 더 한다."""
        while True:
            stamp = self._stamp()
            try:
                return use(self._reader(stamp))
            except KnowledgeError:
                raise
            except BaseException as error:  # an engine may fail in any way on a bad file; a Rust panic is no Exception
                if not _is_engine_failure(error):
                    raise
                if self._stamp() == stamp:
                    _not_readable(self._folder, error)

    def _reader(self, stamp: _Stamp) -> Reader:
        opened = self._opened
        if opened is None or opened[0] != stamp:
            with self._lock:
                opened = self._opened
                if opened is None or opened[0] != stamp:
                    meta = read_meta(self._folder)
                    reader = engine_named(meta.engine).open(self._meta_path.resolve().parent / DATA)
                    opened = self._opened = (stamp, reader)
        return opened[1]

    def _stamp(self) -> _Stamp:
        """색인이 바뀔 때마다 달라지는 값. 한 번의 stat이라 찾을 때마다 물어도 된다."""
        try:
            found = self._meta_path.stat()
        except OSError:
            read_meta(self._folder)  # tells what is wrong
            found = self._meta_path.stat()
        return found.st_ino, found.st_mtime_ns, found.st_size


# --- writing ------------------------------------------------------------------------------------------------------


def _new_home(folder: Path, engine: str) -> Path:
    target = folder / f"{engine}-{token_hex(4)}"
    (target / DATA).mkdir(parents=True)
    (target / JOURNAL).touch()
    return target


def _switch(folder: Path, target: Path, maker: Engine, meta: Meta) -> int:
    with locked(folder / WRITING, wait=PATIENCE):
        documents, removed, head = _noted(target / JOURNAL)
        count = maker.write(target / DATA, documents, removed)
        _write_meta(target, replace(meta, entries=count, head=head or meta.head))
        pointer = folder / f"{CURRENT}.{target.name}"
        pointer.symlink_to(target.name)
        pointer.replace(folder / CURRENT)
        (target / JOURNAL).unlink()
    return count


def _note(folder: Path, documents: Sequence[Document], removed: Sequence[str], head: str | None) -> bool:
    """짓고 있는 색인이 있으면 바뀐 항목을 그 일지에 적는다. 적었는지를 돌려준다."""
    noted = {"documents": [asdict(document) for document in documents], "removed": removed, "head": head}
    line = f"\n{json.dumps(noted)}\n"  # a line cut off by a kill must not swallow the next one
    journals = list(folder.glob(f"*/{JOURNAL}"))
    for journal in journals:
        with journal.open("a", encoding="utf-8") as file:
            file.write(line)
    return bool(journals)


def _noted(journal: Path) -> tuple[list[Document], list[str], str | None]:
    """일지를 차례대로 합친 것: 항목마다 마지막 모습만. 쓰다 죽은 줄은 그 일을 다시 할 것이므로 버린다."""
    latest: dict[str, Document | None] = {}
    head = None
    for line in journal.read_text(encoding="utf-8").splitlines():
        with suppress(ValueError):
            noted = json.loads(line)
            head = noted["head"] or head
            latest |= dict.fromkeys(noted["removed"])
            latest |= {
                found["id"]: Document(**found | {key: tuple(found[key]) for key in ("districts", "passages")})
                for found in noted["documents"]
            }
    return [found for found in latest.values() if found], [id for id, found in latest.items() if not found], head


def _write_meta(home: Path, meta: Meta) -> None:
    fresh = home / f"{META}.new"
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(asdict(meta), file, ensure_ascii=False)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(home / META)


def _clear(folder: Path) -> None:
    """지금 쓰는 것이 아닌 색인과 짓다 만 것을 지운다. build.lock을 쥐고 부른다."""
    with locked(folder / WRITING, wait=PATIENCE):  # an update may be writing into the journal of what is removed here
        current = (folder / CURRENT).resolve().name
        for path in folder.iterdir():
            if path.is_symlink() and path.name.startswith(f"{CURRENT}."):
                path.unlink()
            elif path.is_dir() and path.name not in (current, CURRENT):
                shutil.rmtree(path, ignore_errors=True)


# --- locks and troubles -------------------------------------------------------------------------------------------


@contextmanager
def _trouble_told(folder: Path, *, building: bool = False) -> Iterator[None]:
    """엔진과 파일의 오류를 사람에게 할 말로 바꾼다. 짓는 동안은 항목을 읽는 쪽의 잘못을 가리지 않는다."""
    try:
        yield
    except KnowledgeError:
        raise
    except BaseException as error:
        if not _is_engine_failure(error) or (building and isinstance(error, Exception) and not _is_disk_trouble(error)):
            raise
        if building or _is_disk_trouble(error):
            _not_writable(folder, error)
        _damaged(folder, error)


def _is_disk_trouble(error: BaseException) -> bool:
    """쓸 자리나 권한이 없다는 오류인가. tantivy는 그것을 ValueError의 글로만 말한다."""
    if isinstance(error, OSError):
        return not isinstance(error, FileNotFoundError)
    return isinstance(error, ValueError) and any(word in str(error) for word in _DISK_TROUBLE)


def _is_engine_failure(error: BaseException) -> bool:
    return isinstance(error, Exception) or type(error).__name__ == "PanicException"


def _not_writable(folder: Path, error: BaseException) -> NoReturn:
    raise StoreError(f"색인 폴더에 쓰지 못했습니다({folder}). 남은 공간과 쓰기 권한을 확인해 주세요.") from error


def _not_readable(folder: Path, error: BaseException) -> NoReturn:
    if any(word in str(error) for word in _DISK_TROUBLE):  # tantivy takes a lock file even to read
        raise SearchUnavailable(f"색인을 열 수 없습니다({folder}). 이 폴더를 읽고 쓸 권한을 확인해 주세요.") from error
    _damaged(folder, error)


def _damaged(folder: Path, error: BaseException) -> NoReturn:
    raise SearchUnavailable(f"색인이 상했습니다({folder}). {_AGAIN}") from error
