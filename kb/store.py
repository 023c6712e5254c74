"""상담 항목의 저장소: 파일로 읽고, 저장 한 번이 git 커밋 하나다. 누가 저장해도 되는지는 모른다.

커밋이 진실이고 펼쳐 둔 파일은 그 그림자다. 쓰는 이는 한 번에 하나(`content.lock`, 죽으면 저절로 풀린다)이고,
커밋 다음 파일을 펼치다 죽었으면 다음에 쓰거나 읽는 이가 마저 펼친다(checkout).
"""

import hashlib
import itertools
import os
import pickle
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from kb import checkout, git
from kb.entry import ID, Entry
from kb.errors import BadEntry, BadTopics, ContentMoved, EntryMoved, EntryNotFound, KnowledgeError, StoreError
from kb.garbage import without_gc
from kb.lock import locked
from kb.topics import Topics

ENTRIES = "entries"
FEW = 200
"""새로 읽은 것이 이만큼까지면 판까지 셈해 담는다. 더 많으면 읽는 이를 기다리게 하지 않는다(remember_versions)."""

BULK = ("Bulk", "Bulk-Undo")
"""한꺼번에 바꾸고 되돌린 번호의 트레일러: 그 번호로는 한 번만 커밋한다."""

LOCK_WAIT = 60.0
"""다른 프로그램이 쓰기를 마칠 때까지 기다리는 시간(초). 가장 긴 쓰기(12,000건 가져오기)의 몇 배다."""


@dataclass(frozen=True, kw_only=True)
class Change:
    """왜, 누구의 역할로 고치는지. 커밋의 글쓴이와 트레일러가 된다.

    `correction`은 수정 요청의 번호, `revision`은 그 반영본의 번호다: 되돌렸다 다시 받아들인 요청은 커밋이 둘이다.
    """

    role: str
    reason: str
    correction: int | None = None
    revision: int | None = None
    trailers: Mapping[str, str] = field(default_factory=dict)

    def message(self, subject: str) -> str:
        """커밋 글: 제목, 빈 줄, 트레일러."""
        lines = {"Role": self.role, "Reason": " ".join(self.reason.split()) or "-"}
        if self.correction is not None:
            lines["Correction"] = str(self.correction)
        if self.revision is not None:
            lines["Revision"] = str(self.revision)
        body = "\n".join(f"{name}: {' '.join(value.split())}" for name, value in {**lines, **self.trailers}.items())
        return f"{subject}: {lines['Reason']}\n\n{body}\n"

    @property
    def once(self) -> str:
        """이 줄이 든 커밋이 있으면 이미 저장한 것이다. 없으면 빈 글(몇 번이든 저장한다)."""
        if self.revision is not None:
            return f"Revision: {self.revision}"
        if bulk := next((name for name in BULK if name in self.trailers), ""):
            return f"{bulk}: {self.trailers[bulk]}"
        return "" if self.correction is None else f"Correction: {self.correction}"


class EntryStore:
    """한 폴더의 상담 항목들. git 저장소이면 쓸 수도 있고, 아니면(배포본 content/) 읽기만 한다."""

    def __init__(self, root: Path) -> None:
        self.root = root
        if not (root / "topics.yml").is_file():
            raise StoreError(f"상담 항목 폴더가 아닙니다: {root}. 먼저 ‘open120 init’을 해 주세요.")

    # --- reading ----------------------------------------------------------------------------------------------

    @cached_property
    def topics(self) -> Topics:
        """이 저장소의 주제 목록."""
        return Topics.from_file(self.root / "topics.yml")

    @property
    def head(self) -> str:
        """내용 전체의 판: 마지막 커밋의 sha. git 저장소가 아니면 파일들의 크기와 시각에서 만든 값."""
        if self._is_repository:
            return git.head(self.root)
        stats = (f"{path}:{stat.st_size}:{stat.st_mtime_ns}" for path, stat in self._files())
        return hashlib.sha256("\n".join(sorted(stats)).encode()).hexdigest()[:40]

    @property
    def is_settled(self) -> bool:
        """커밋한 글이 모두 파일로 펼쳐져 있는가. 저장소가 아니면 늘 참이다."""
        return not self._is_repository or checkout.is_finished(self.root)

    def get(self, id: str) -> Entry:
        """항목 하나. 없으면 EntryNotFound, 읽을 수 없으면 BadEntry."""
        return self._read(self._found(id))

    def find(self, id: str) -> Entry | None:
        """항목 하나, 없으면 None. 읽을 수 없으면 BadEntry."""
        try:
            return self.get(id)
        except EntryNotFound:
            return None

    def __contains__(self, id: str) -> bool:
        try:
            self._found(id)
        except EntryNotFound:
            return False
        return True

    def all(self) -> list[Entry]:
        """모든 항목을 출처 글자와 번호 차례로. 하나라도 읽을 수 없으면 BadEntry(파일과 줄).

        12,000개를 처음 읽으면 1초쯤, 파일이 그대로이면 읽어 둔 것(`.git/open120-parsed`)에서 0.2초쯤 걸린다.
        """
        self._finish_if_idle()
        with without_gc():
            return self._load()

    def by_topic(self, name: str) -> list[Entry]:
        """그 주제의 항목들. 모르는 주제면 BadTopics."""
        topic = self.topics.named(name)
        return [entry for entry in self.all() if entry.topic == topic.name]

    def paths(self) -> list[str]:
        """항목 파일들(저장소 안의 길). 글은 읽지 않는다."""
        self._finish_if_idle()
        return [path for path, _ in self._files()]

    def faults(self) -> list[KnowledgeError]:
        """읽을 수 없는 항목을 모두 모은다. 없으면 빈 목록."""
        found = list[KnowledgeError]()
        for path in self.paths():
            try:
                self._read(path)
            except KnowledgeError as error:
                found.append(error)
        counted = Counter(Path(path).name for path in self.paths())
        return found + [_twice(name) for name, count in counted.items() if count > 1]

    def changed_since(self, sha: str) -> tuple[list[Entry], list[str]] | None:
        """그 커밋 뒤에 달라진 항목들과 사라진 번호들. 그런 커밋을 모르면 None(모두 다시 보아야 한다)."""
        try:
            paths = git.changed(self.root, sha, self.head)
        except StoreError:
            return None
        ids = {Path(path).stem for path in paths if path.startswith(f"{ENTRIES}/")}
        return [self.get(id) for id in sorted(ids) if id in self], sorted(id for id in ids if id not in self)

    # --- writing ----------------------------------------------------------------------------------------------

    def save(self, entry: Entry, *, change: Change, base: str | None = None) -> str:
        """항목 하나를 커밋 하나로 저장하고 그 sha를 돌려준다.

        `base`를 주면 지금 글의 판(`Entry.version`)이 그것이어야 하고 아니면 EntryMoved. 글이 그대로이면 커밋하지 않는다.
        같은 반영본(없으면 수정 요청) 번호로 이미 저장했으면 다시 저장하지 않는다(두 번 불러도 한 번과 같다).
        """
        with self.writing():
            if change.once and (done := self._commit_with(change.once)):
                return done
            if base is not None and self.get(entry.id).version != base:
                raise EntryMoved(entry.id)
            return self._commit([entry], change, {}, entry.id)

    def save_all(
        self,
        entries: Iterable[Entry],
        *,
        change: Change,
        files: Mapping[str, str | None] | None = None,
        base: str | None = None,
    ) -> str:
        """여러 항목과 곁 파일(`files`, None은 지움)을 커밋 하나로 저장한다: 모두 저장되거나 하나도 안 된다.

        `base`를 주면 내용 전체의 판(`head`)이 그것이어야 하고 아니면 ContentMoved.
        한 번만 저장할 것(`Change.once`)을 이미 저장했으면 다시 저장하지 않는다.
        """
        with self.writing():
            if change.once and (done := self._commit_with(change.once)):
                return done
            if base is not None and self.head != base:
                raise ContentMoved("가져오는 동안 글이 바뀌었습니다. 다시 해 주세요.")
            listed = list(entries)
            subject = f"항목 {len(listed)}개" if listed else f"파일 {len(files or {})}개"
            return self._commit(listed, change, files or {}, subject)

    def adopt_hand_edits(self) -> list[str]:
        """파일을 손으로 고치고 커밋하지 않은 것을 커밋 하나(역할 hand)로 받아들인다. 자물쇠를 쥐고 부른다.

        읽을 수 없는 글은 받아들이지 않고 그 길들을 돌려준다: 고칠 때까지 아무도 덮어쓰지 않아야 한다.
        """
        dirty = git.dirty(self.root)
        refused = [path for path in dirty if (self.root / path).is_file() and not self._reads(path)]
        texts = {path: _text_of(self.root / path) for path in dirty if path not in refused}
        if texts:
            self._commit(
                [],
                Change(role="hand", reason="손으로 고침"),
                texts,
                f"파일 {len(texts)}개",
                against=git.head(self.root),
            )
        return refused

    def _reads(self, path: str) -> bool:
        try:
            if path.startswith(f"{ENTRIES}/"):
                self._read(path)
            else:
                _text_of(self.root / path)
        except (KnowledgeError, UnicodeDecodeError):
            return False
        return True

    @contextmanager
    def writing(self, *, wait: float = LOCK_WAIT) -> Iterator[None]:
        """쓰는 동안의 자물쇠. `wait`초를 기다려도 안 비면 StoreBusy."""
        if not self._is_repository:
            raise StoreError(f"git 저장소가 아니라서 쓸 수 없습니다: {self.root}. 먼저 ‘open120 init’을 해 주세요.")
        with locked(lock_file(self.root), wait=wait):
            checkout.finish(self.root)
            yield

    def path_for(self, entry: Entry) -> str:
        """항목이 놓일 자리(저장소 안의 길). 모르는 주제면 BadEntry."""
        try:
            return f"{ENTRIES}/{self.topics.named(entry.topic).id}/{entry.id}.md"
        except BadTopics as error:
            raise BadEntry(str(error), path=entry.id) from error

    # --- how ---------------------------------------------------------------------------------------------------

    @cached_property
    def _is_repository(self) -> bool:
        return (self.root / ".git").is_dir()

    def _commit(
        self,
        entries: Iterable[Entry],
        change: Change,
        files: Mapping[str, str | None],
        subject: str,
        *,
        against: str = "",
    ) -> str:
        wanted: dict[str, str | None] = {}
        for entry in entries:
            path, text = self.path_for(entry), entry.to_text()
            old = self.path_of(entry.id)
            if old is not None and old != path:
                wanted[old] = None
            if old != path or (self.root / path).read_text("utf-8") != text:
                wanted[path] = text
        had = git.texts(self.root, against, files) if against else {path: _text_of(self.root / path) for path in files}
        wanted |= {path: content for path, content in files.items() if had.get(path) != content}
        if not wanted:
            return self.head
        message = change.message(subject)
        now = datetime.now(UTC)
        sha = git.commit(
            self.root, git.Commit(branch="main", author=change.role, message=message, at=now, files=wanted)
        )
        checkout.place(self.root, wanted)
        return sha

    def _commit_with(self, line: str) -> str:
        return git.run(self.root, "log", "-1", "--format=%H", "-E", f"--grep=^{line}$", "main").strip()

    def _files(self) -> Iterator[tuple[str, os.stat_result]]:
        for folder in _listed(self.root / ENTRIES):
            if folder.is_dir():
                for file in _listed(folder.path):
                    if file.name.endswith(".md") and not file.name.startswith("."):
                        yield f"{ENTRIES}/{folder.name}/{file.name}", file.stat()

    def path_of(self, id: str) -> str | None:
        """그 번호의 항목이 놓인 길(저장소 안). 없으면 None."""
        for topic in self.topics:
            path = f"{ENTRIES}/{topic.id}/{id}.md"
            if (self.root / path).is_file():
                return path
        return None

    def _found(self, id: str) -> str:
        path = self.path_of(id) if ID.fullmatch(id) else None
        if path is None:
            raise EntryNotFound(id)
        return path

    def _read(self, name: str) -> Entry:
        try:
            with open(f"{self.root}/{name}", "rb") as file:  # noqa: PTH123 - 12,000 Path objects cost 0.2 s
                raw = file.read()
            entry = Entry.from_text(raw.decode("utf-8"), path=name)
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise BadEntry("UTF-8이 아닌 글자가 있습니다. UTF-8로 저장해 주세요.", path=name, line=line) from error
        except OSError as error:
            raise StoreError(f"파일을 읽을 수 없습니다: {name} ({error.strerror})") from error
        if entry.topic not in self.topics:
            raise BadEntry(f"‘{entry.topic}’ 주제는 topics.yml에 없습니다.", path=name, line=4)
        if self.path_for(entry) != name:
            raise BadEntry(f"번호와 주제로는 {self.path_for(entry)}에 있어야 할 글입니다.", path=name, line=2)
        return entry

    def _finish_if_idle(self) -> None:
        if self._is_repository and not checkout.is_finished(self.root):
            try:
                with self.writing(wait=0):
                    pass
            except StoreError:
                return  # someone is writing right now and will finish, or we may only read

    def _load(self) -> list[Entry]:
        known, found, fresh = self._parsed(), dict[str, tuple[int, int, Entry]](), list[Entry]()
        for path, stat in self._files():
            seen = known.get(path)
            if seen and seen[0] == stat.st_mtime_ns and seen[1] == stat.st_size:
                found[path] = seen
            else:
                fresh.append(self._read(path))
                found[path] = (stat.st_mtime_ns, stat.st_size, fresh[-1])
        if fresh or len(found) != len(known):
            self._remember(found, with_versions=fresh if len(fresh) <= FEW else ())
        entries = sorted((entry for *_, entry in found.values()), key=lambda entry: entry.order)
        for one, two in itertools.pairwise(entries):
            if one.id == two.id:
                raise _twice(f"{one.id}.md")
        return entries

    # --- the parse cache ------------------------------------------------------------------------------------------

    @property
    def _cache(self) -> Path:
        return self.root / ".git/open120-parsed"

    def _parsed(self) -> dict[str, tuple[int, int, Entry]]:
        """읽어 둔 항목들. 이 폴더를 쓸 수 있는 사람만 만들 수 있는 파일이고, 상했거나 다른 판의 것이면 버린다."""
        if not self._is_repository:
            return {}
        try:
            with self._cache.open("rb") as file:
                if file.readline().decode() != _code_version():
                    return {}
                known: dict[str, tuple[int, int, Entry]] = pickle.load(file)  # noqa: S301 - our own file inside .git
                return known
        except Exception:  # a damaged cache may raise anything; it is only a shortcut
            return {}

    def remember_versions(self) -> None:
        """항목마다 판(`Entry.version`)까지 셈해 읽어 둔 것에 담는다: 다음에 읽는 이는 셈하지 않는다. 급하지 않을 때 부른다."""
        known = self._parsed()
        if any("version" not in vars(entry) for *_, entry in known.values()):
            self._remember(known, with_versions=[entry for *_, entry in known.values()])

    def _remember(self, found: Mapping[str, tuple[int, int, Entry]], *, with_versions: Iterable[Entry]) -> None:
        if not self._is_repository:
            return
        for entry in with_versions:
            _ = entry.version
        fresh = self._cache.with_suffix(f".{os.getpid()}")
        try:
            with fresh.open("wb") as file:
                file.write(_code_version().encode())
                pickle.dump(dict(found), file, protocol=5)
            fresh.replace(self._cache)
        except OSError:
            fresh.unlink(missing_ok=True)  # a read-only or full disk only costs the shortcut


def _text_of(file: Path) -> str | None:
    return file.read_bytes().decode("utf-8") if file.is_file() else None


def _twice(name: str) -> BadEntry:
    return BadEntry("같은 번호의 항목이 두 폴더에 있습니다. 하나만 남겨 주세요.", path=f"{ENTRIES}/*/{name}")


def lock_file(root: Path) -> Path:
    """이 내용 폴더를 쓰는 이가 쥐는 자물쇠 파일."""
    return root.parent / f"{root.name}.lock"


def _listed(folder: Path | str) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return sorted(found, key=lambda item: item.name)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise StoreError(f"폴더를 읽을 수 없습니다: {folder} ({error.strerror})") from error


def _code_version() -> str:
    """읽어 둔 것의 판: 항목을 읽는 코드가 바뀌면 달라진다. 첫 줄에 적는다."""
    here = Path(__file__).parent
    return (
        hashlib.sha256(b"".join((here / name).read_bytes() for name in ("entry.py", "frontmatter.py"))).hexdigest()
        + "\n"
    )
