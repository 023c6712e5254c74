"""게시본 폴더를 다룬다: 잠금, 교체, 되돌리기, 다음 폴더의 준비, 파일 찾기. 쪽에 무엇이 적혔는지는 모른다."""

import contextlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Self
from unicodedata import normalize
from zoneinfo import ZoneInfo

from build.errors import NothingToRollBack, PublishBusy, PublishFailed, disk_trouble
from kb.errors import StoreBusy, StoreError
from kb.lock import locked

KEPT = 3  # 지금 것과 이전 둘(PUBLISHING 1.8)
NOTE = ".release.json"  # 점으로 시작하므로 file_for와 웹 서버가 내보내지 않는다
HALF_BUILT = ".new-"
READY = ".ready-"
DRAFT_LINK = ".current.new"
PACKED = (".gz", ".br")
"""미리 줄여 둔 파일의 꼬리. 웹 서버가 제 파일 대신 내보낼 뿐, 주소가 아니다."""


@dataclass(frozen=True, kw_only=True)
class Release:
    """게시본 하나.

    `earlier`는 이 게시본이 밀어낸 게시본과 그 앞의 것의 이름이다: 되돌리기는 그리로 가고, 청소는 그것만 남긴다.
    `outside`는 링크를 살필 때 쓴 설정(우리 누리집의 이름, 살아 있는 화면)이다.
    """

    folder: Path
    earlier: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def line(self) -> tuple[str, ...]:
        """이 게시본과 그 앞의 것들, 남겨 둘 만큼."""
        return (self.name, *self.earlier)[:KEPT]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """적어 둔 것이 없거나 상했으면 앞의 것을 모르는 게시본으로 읽는다."""
        try:
            stored = json.loads((folder / NOTE).read_bytes())
            return cls(folder=folder, earlier=tuple(stored["earlier"]), outside=tuple(stored["outside"]))
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return cls(folder=folder)

    def write_note(self) -> None:
        draft = self.folder / f"{NOTE}.new"
        draft.write_text(json.dumps({"earlier": self.earlier, "outside": self.outside}, ensure_ascii=False), "utf-8")
        draft.replace(self.folder / NOTE)


def file_of(url: str) -> str:
    """주소가 놓일 파일의 이름(PUBLISHING 3): `/faq/c12` → `faq/c12.html`, `/` → `index.html`, 점이 든 것과 자료(`/data/`)는 그대로."""
    path = (url if url.isascii() else normalize("NFC", url)).removeprefix("/")
    if not path or path.endswith("/"):
        return f"{path}index.html"
    return path if "." in path.rpartition("/")[2] or path.startswith("data/") else f"{path}.html"


def file_for(site: Path, url_path: str) -> Path | None:
    """지금 게시본에서 그 주소의 파일을 찾는다. 없거나 게시본 밖이면 None.

    한 파일에 주소는 하나다: `/faq/c12.html`이나 `/index.html`로는 찾을 수 없다. 돌려준 경로는 그 뒤 두 번 더
    게시할 때까지 남아 있으므로 교체와 겹쳐도 읽을 수 있다.
    """
    segments = url_path.removeprefix("/").split("/")
    if not url_path.startswith("/") or "\0" in url_path or any(part.startswith(".") for part in segments):
        return None
    release = (site / "current").resolve()
    file = file_of(url_path)
    if file.endswith(".html") and url_path.endswith(".html") and file != "404.html":
        return None
    if url_path.endswith(PACKED) and (release / file[: -len(PACKED[0])]).is_file():
        return None
    try:
        found = (release / file).resolve()
        return found if found.is_file() and found.is_relative_to(release) else None
    except OSError:  # 너무 긴 이름 따위: 그런 파일은 없다
        return None


def current(site: Path) -> Release | None:
    folder = (site / "current").resolve()
    return Release.read(folder) if folder.is_dir() and folder.parent == (site / "releases").resolve() else None


@contextmanager
def only_publisher(site: Path, *, wait: float) -> Iterator[None]:
    """게시는 한 번에 하나만 한다. `wait`초 안에 차례가 오지 않으면 PublishBusy, 쓸 수 없는 폴더면 PublishFailed."""
    with ExitStack() as held:
        try:
            held.enter_context(locked(site / ".publish.lock", wait=wait))
            (site / "releases").mkdir(exist_ok=True)
        except StoreBusy as error:
            raise PublishBusy(
                "다른 게시가 아직 끝나지 않았습니다. 잠시 뒤 다시 게시하세요. 지금 사이트는 그대로입니다."
            ) from error
        except StoreError as error:
            raise PublishFailed(f"게시하지 못했습니다. 지금 사이트는 그대로입니다. {error}") from error
        except OSError as error:
            raise disk_trouble(error) from error
        yield


def half_built(site: Path, what: str = "") -> Path:
    """만드는 중인 것을 둘 자리의 이름. 죽으면 다음 게시가 치운다."""
    return site / "releases" / f"{HALF_BUILT}{os.getpid()}{what}"


def settle(folder: Path, *, site: Path, digest: str) -> Path:
    """다 만든 폴더에 이름(한국 시각과 내용의 해시)을 준다. 아직 아무도 보지 않는다."""
    stamp = f"{datetime.now(ZoneInfo('Asia/Seoul')):%Y%m%d-%H%M%S}-{digest[:8]}"
    names = (site / "releases" / (stamp if n == 1 else f"{stamp}-{n}") for n in count(1))
    return folder.rename(next(name for name in names if not name.exists()))


def switch(site: Path, name: str) -> None:
    """`site/current`를 한 번의 rename(2)으로 바꾼다: 어느 순간에 죽어도 옛것이거나 새것이다."""
    draft = site / DRAFT_LINK
    draft.unlink(missing_ok=True)
    draft.symlink_to(Path("releases") / name)
    draft.replace(site / "current")


def roll_back(site: Path, *, wait: float = 60.0) -> str:
    """바로 앞 게시본으로 되돌리고 그 이름을 돌려준다. 앞의 것이 없으면 NothingToRollBack."""
    with only_publisher(site, wait=wait):
        now = current(site)
        earlier = [name for name in (now.earlier if now else ()) if (site / "releases" / name).is_dir()]
        if not earlier:
            raise NothingToRollBack("되돌릴 이전 게시본이 없습니다. 지금 사이트는 그대로입니다.")
        try:
            switch(site, earlier[0])
        except OSError as error:
            raise disk_trouble(error) from error
        return earlier[0]


def remove_half_built(site: Path) -> None:
    """죽은 게시가 남긴 것을 치운다. 잠금을 쥔 채 부르므로 남아 있는 것은 모두 죽은 것이다."""
    (site / DRAFT_LINK).unlink(missing_ok=True)
    for folder in (site / "releases").glob(f"{HALF_BUILT}*"):
        shutil.rmtree(folder, ignore_errors=True)


def take_ready(site: Path, release: Release | None) -> Path | None:
    """`release`와 똑같이 준비해 둔 폴더를 가져와 만드는 중으로 바꾼다. 없으면 None."""
    if release is None:
        return None
    taken = half_built(site, "-ready")
    try:
        return (site / f"{READY}{release.name}").rename(taken)
    except OSError:
        return None


def spoil_ready(site: Path) -> None:
    """준비해 둔 폴더를 없앤다: 지금 게시본의 폴더에 곧 손을 댄다."""
    for folder in site.glob(f"{READY}*"):
        shutil.rmtree(folder, ignore_errors=True)


def clear(site: Path, now: Release, *, prepare: bool) -> None:
    """남길 것 말고는 치운다: 오래된 것, 되돌린 뒤 버려진 것, 교체 직전에 죽어 아무도 보지 않은 것.

    `prepare`이면 치울 것 하나를 `now`와 똑같은 폴더로 고쳐, 다음 게시가 바뀐 파일만 갈아 끼우면 되게 한다.
    """
    old = [folder for folder in (site / "releases").iterdir() if folder.name not in now.line]
    stale = [folder for folder in site.glob(f"{READY}*") if folder.name != f"{READY}{now.name}"]
    ready = site / f"{READY}{now.name}"
    if prepare and not ready.is_dir():
        making = half_built(site, "-next")
        with contextlib.suppress(OSError):  # 준비하지 못하면 다음 게시가 조금 느릴 뿐이다
            spare = next(iter((*old, *stale)), None)
            spare.rename(making) if spare else making.mkdir()
            mirror(now.folder, making)
            making.rename(ready)
    for folder in (*old, *stale):
        shutil.rmtree(folder, ignore_errors=True)
    remove_half_built(site)


def mirror(source: Path | str, copy: Path | str) -> None:
    """`copy`를 `source`와 같은 파일들(하드링크)의 폴더로 만든다. 이미 같은 파일은 건드리지 않는다."""
    with os.scandir(copy) as listed:
        there = {item.name: item for item in listed}
    with os.scandir(source) as listed:
        for item in listed:
            other, target = there.pop(item.name, None), f"{copy}/{item.name}"
            if item.is_dir(follow_symlinks=False):
                if other is None:
                    os.mkdir(target)  # noqa: PTH102 - a Path for each of many thousand files takes longer than the link
                mirror(item.path, target)
            elif other is None or other.inode() != item.inode():
                if other is not None:
                    os.unlink(target)  # noqa: PTH108
                os.link(item.path, target)
    for left in there.values():
        if left.is_dir(follow_symlinks=False):
            shutil.rmtree(left.path)
        else:
            os.unlink(left.path)  # noqa: PTH108
