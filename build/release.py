"""게시본 폴더를 다룬다: 목록, 잠금, 교체, 되돌리기, 파일 찾기. 쪽에 무엇이 적혔는지는 모른다."""

import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import NamedTuple, Self
from unicodedata import normalize
from zoneinfo import ZoneInfo

from build.errors import NothingToRollBack, PublishBusy, PublishFailed, disk_trouble
from kb.errors import StoreBusy, StoreError
from kb.lock import locked

KEPT = 3  # 지금 것과 이전 둘(PUBLISHING 1.8)
MANIFEST = ".manifest.json"  # 점으로 시작하므로 file_for와 웹 서버가 내보내지 않는다
HALF_BUILT = ".new-"
DRAFT_LINK = ".current.new"


class Page(NamedTuple):
    """게시본에 든 주소 하나: 무엇으로 만들었나(key), 바이트의 SHA-256, 파일, 제목(HTML만)."""

    key: str
    digest: str
    file: str
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Release:
    """게시본 하나.

    `earlier`는 이 게시본이 밀어낸 게시본과 그 앞의 것의 이름이다: 되돌리기는 그리로 가고, 청소는 그것만 남긴다.
    `outside`는 링크를 살필 때 쓴 설정(우리 누리집의 이름, 살아 있는 화면)이다.
    """

    folder: Path
    pages: Mapping[str, Page] = field(default_factory=dict)
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
        """목록이 없거나 상했으면 빈 게시본으로 읽는다: 다음 게시가 모든 쪽을 새로 만든다."""
        try:
            stored = json.loads((folder / MANIFEST).read_bytes())
            pages = {url: Page(*page) for url, page in stored["pages"].items()}
            return cls(folder=folder, pages=pages, earlier=tuple(stored["earlier"]), outside=tuple(stored["outside"]))
        except (FileNotFoundError, ValueError, TypeError, KeyError):
            return cls(folder=folder)

    def write_manifest(self) -> None:
        stored = {"earlier": self.earlier, "outside": self.outside, "pages": self.pages}
        draft = self.folder / f"{MANIFEST}.new"
        draft.write_text(json.dumps(stored, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
        draft.replace(self.folder / MANIFEST)


def file_of(url: str) -> str:
    """주소가 놓일 파일의 이름(PUBLISHING 3): `/faq/c12` → `faq/c12.html`, `/` → `index.html`, 점이 든 것은 그대로."""
    path = normalize("NFC", url).removeprefix("/")
    if not path or path.endswith("/"):
        return f"{path}index.html"
    return path if "." in path.rpartition("/")[2] else f"{path}.html"


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


def settle(half_built: Path, *, site: Path, digest: str) -> Path:
    """다 만든 폴더에 이름(한국 시각과 내용의 해시)을 준다. 아직 아무도 보지 않는다."""
    stamp = f"{datetime.now(ZoneInfo('Asia/Seoul')):%Y%m%d-%H%M%S}-{digest[:8]}"
    names = (site / "releases" / (stamp if n == 1 else f"{stamp}-{n}") for n in count(1))
    return half_built.rename(next(folder for folder in names if not folder.exists()))


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


def remove_all_but(site: Path, kept: Collection[str]) -> None:
    """남길 것 말고는 지운다: 오래된 것, 되돌린 뒤 버려진 것, 교체 직전에 죽어 아무도 보지 않은 것."""
    for folder in (site / "releases").iterdir():
        if folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)
