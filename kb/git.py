"""git을 부르는 한 곳: 커밋 쓰기, 읽기. 글의 뜻은 모른다.

쓰기는 `git fast-import` 하나로 한다: 파일이 하나든 만 이천 개든 커밋 하나이고, 가지(ref)는 맨 끝에 한 번에
옮겨진다. 그래서 어느 순간에 죽어도 커밋은 다 있거나 아예 없다. 사용자의 git 설정은 읽지 않는다.
"""

import errno
import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from kb.errors import StoreError

QUIET = {
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_TERMINAL_PROMPT": "0",
    "LC_ALL": "C.UTF-8",
}
CONFLICTS = tuple(range(128))
"""git merge-file은 부딪친 곳의 수(127까지)를 돌려준다. 그 위는 실행하지 못했다는 뜻이다."""
DISK_FULL = ("No space left", "Disk quota", "Out of diskspace", "write error")
OPTIONS = ("-c", "safe.directory=*", "-c", "core.quotePath=false", "-c", "core.autocrlf=false", "-c", "gc.auto=0")


@dataclass(frozen=True, kw_only=True)
class Commit:
    """쓸 커밋 하나. `files`의 값이 None이면 그 파일을 지운다. `message`의 끝 줄들이 트레일러다."""

    branch: str
    author: str
    message: str
    at: datetime
    files: Mapping[str, str | None]
    merges: tuple[str, ...] = field(default=())


def run(root: Path, *arguments: str, given: bytes | None = None) -> str:
    """git 명령을 돌리고 출력을 돌려준다. 실패하면 StoreError."""
    return run_raw(root, *arguments, given=given).decode("utf-8", "replace")


def run_raw(root: Path, *arguments: str, given: bytes | None = None, accept: tuple[int, ...] = (0,)) -> bytes:
    """`run`과 같되 바이트를 그대로 돌려준다. `accept`는 실패로 보지 않을 종료 코드들."""
    return _done(root, arguments, given=given, accept=accept).stdout


def merged_lines(base: str, ours: str, theirs: str) -> str | None:
    """`base`에서 갈라진 두 글을 줄 단위로 합친다(git merge-file). 같은 곳을 다르게 고쳤으면 None, 돌리지 못하면 StoreError."""
    with TemporaryDirectory(prefix="open120-merge-") as folder:
        for name, text in (("ours", ours), ("base", base), ("theirs", theirs)):
            Path(folder, name).write_bytes(text.encode())
        arguments = ("merge-file", "-p", "--quiet", "ours", "base", "theirs")
        done = _done(Path(folder), arguments, given=None, accept=CONFLICTS)
    return None if done.returncode else done.stdout.decode()


def _done(
    root: Path, arguments: tuple[str, ...], *, given: bytes | None, accept: tuple[int, ...]
) -> subprocess.CompletedProcess[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | QUIET
    try:
        done = subprocess.run(
            ("git", *OPTIONS, "-C", str(root), *arguments),
            input=given,
            capture_output=True,
            env=environment,
            check=False,
        )
    except FileNotFoundError as error:
        raise StoreError("git을 찾을 수 없습니다. git을 설치해 주세요.") from error
    if done.returncode not in accept:
        raise StoreError(explain(done.stderr.decode("utf-8", "replace"), root))
    return done


def explain(problem: str, root: Path) -> str:
    """git이나 운영체제의 말을 사람이 무엇을 하면 되는지로 바꾼다."""
    if any(words in problem for words in DISK_FULL):
        return (
            f"디스크가 가득 차서 쓰지 못했습니다: {root}. 자리를 비우고 다시 해 주세요. 앞서 저장한 글은 그대로입니다."
        )
    if "Read-only file system" in problem or "Permission denied" in problem:
        return f"폴더에 쓸 수 없습니다: {root}. 권한을 확인해 주세요."
    if "File exists" in problem or "Not a directory" in problem:
        return f"폴더가 아니라 파일이 있습니다: {root}. 다른 길을 주세요."
    last = problem.strip().splitlines()[-1:] or ["까닭을 말하지 않음"]
    return f"git이 실패했습니다: {last[0]} ({root})"


def explain_os(error: OSError, root: Path) -> StoreError:
    """파일을 쓰다 난 OSError를 StoreError로."""
    words = {errno.ENOSPC: "No space left", errno.EDQUOT: "Disk quota", errno.EROFS: "Read-only file system"}
    words |= {errno.EACCES: "Permission denied", errno.EPERM: "Permission denied"}
    words |= {errno.EEXIST: "File exists", errno.ENOTDIR: "Not a directory"}
    return StoreError(explain(words.get(error.errno or 0, error.strerror or str(error)), root))


def start(root: Path) -> None:
    """빈 저장소를 만든다. 이미 있으면 아무 일도 하지 않는다."""
    run(root, "init", "--quiet", "--initial-branch=main")


def head(root: Path, branch: str = "main") -> str:
    """가지 끝 커밋의 sha. 커밋이 없으면 빈 글."""
    try:
        return (root / ".git/refs/heads" / branch).read_text("ascii").strip()
    except FileNotFoundError:
        found = run_raw(root, "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}", accept=(0, 1, 128))
        return found.decode().strip()


def commit(root: Path, wanted: Commit) -> str:
    """커밋 하나를 통째로 쓰고 그 sha를 돌려준다. 실패하면 가지는 그대로다. 내용 폴더의 자물쇠를 쥐고 부른다."""
    for left in (root / ".git/objects/pack").glob("tmp_*"):
        left.unlink(missing_ok=True)  # what a killed or failed fast-import left; only one writes at a time
    run_raw(root, "fast-import", "--quiet", "--done", "--date-format=raw", given=b"".join(_stream(root, wanted)))
    return head(root, wanted.branch)


def tree(root: Path, revision: str) -> dict[str, str]:
    """그 판의 모든 파일: 길 -> blob sha."""
    lines = run(root, "ls-tree", "-r", "-z", revision).split("\0")
    return {line.split("\t", 1)[1]: line.split("\t", 1)[0].split(" ")[2] for line in lines if line}


def changed(root: Path, old: str, new: str) -> dict[str, str]:
    """두 판 사이에 달라진 길 -> A, M, D 가운데 하나."""
    parts = run(root, "diff", "--name-status", "--no-renames", "-z", old, new).split("\0")
    return dict(zip(parts[1::2], parts[0::2], strict=False))


def texts(root: Path, revision: str, paths: Iterable[str]) -> dict[str, str]:
    """그 판의 파일들을 한꺼번에 읽는다: 길 -> 글. 없는 파일은 빠진다."""
    wanted = list(paths)
    raw = run_raw(root, "cat-file", "--batch", given="".join(f"{revision}:{path}\n" for path in wanted).encode())
    found, at = dict[str, str](), 0
    for path in wanted:
        line_end = raw.index(b"\n", at)
        heading, at = raw[at:line_end], line_end + 1
        if not heading.endswith(b" missing"):
            size = int(heading.rsplit(b" ", 1)[1])
            found[path], at = raw[at : at + size].decode("utf-8"), at + size + 1
    return found


def dirty(root: Path) -> list[str]:
    """커밋과 다른 파일들의 길(고친 것, 지운 것, 새것)."""
    lines = run(root, "status", "--porcelain", "-z", "--no-renames", "--untracked-files=all").split("\0")
    return [line[3:] for line in lines if line]


def _stream(root: Path, wanted: Commit) -> Iterable[bytes]:
    stamp = f"<{wanted.author}@open120.invalid> {int(wanted.at.timestamp())} +0900"
    yield f"commit refs/heads/{wanted.branch}\n".encode()
    yield f"author {wanted.author} {stamp}\ncommitter {wanted.author} {stamp}\n".encode()
    yield _data(wanted.message)
    if parent := head(root, wanted.branch):
        yield f"from {parent}\n".encode()
    for other in wanted.merges:
        yield f"merge {other}\n".encode()
    for path, text in wanted.files.items():
        yield f"D {path}\n".encode() if text is None else f"M 100644 inline {path}\n".encode() + _data(text)
    yield b"done\n"


def _data(text: str) -> bytes:
    raw = text.encode()
    return b"data %d\n%s\n" % (len(raw), raw)
