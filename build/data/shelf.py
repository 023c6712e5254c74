"""내려받을 자료의 판들을 둔 곳(`site/data`): 지금 판, 새로 만들기, 오래된 것 치우기. 파일에 무엇이 적히는지는 모른다."""

import json
import shutil
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from app.public import Site
from app.public.edition import Edition
from build.data import files
from build.data.edition import version_of, write_edition
from build.errors import PublishBusy, disk_trouble
from kb.errors import StoreBusy
from kb.lock import locked

KEPT = 3
"""남겨 두는 판의 수: 지금 것과 앞의 둘."""

LATEST = "latest"
HALF_MADE = ".new"


@dataclass(frozen=True)
class Shelf:
    """판마다 폴더 하나, `latest`가 지금 판을 가리킨다. 판은 만든 뒤 바뀌지 않는다."""

    root: Path

    @property
    def latest(self) -> Path | None:
        """지금 판의 폴더. 아직 만든 적이 없으면 None."""
        folder = (self.root / LATEST).resolve()
        return folder if folder.is_dir() and folder.parent == self.root.resolve() else None

    def described(self) -> Edition | None:
        """지금 판의 소개. 아직 만든 적이 없거나 읽을 수 없거나, 앞선 프로그램이 만들어 파일이 모자라면 None."""
        path = self.root / LATEST / files.PACKAGE.name
        if not self._is_whole(path.parent):
            return None
        try:
            stat = path.stat()
            return _described(path, stat.st_ino, stat.st_mtime_ns)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def editions(self) -> list[Path]:
        """온전히 만들어진 판의 폴더들, 만든 차례로."""
        if not self.root.is_dir():
            return []
        folders = [path for path in self.root.iterdir() if path.is_dir() and not path.is_symlink()]
        return sorted((path for path in folders if not path.name.startswith(".")), key=_made_at)

    def renew(self, site: Site, *, wait: float = 60.0) -> Path:
        """지금 내용의 판을 `latest`로 한다. 이미 있으면 그대로 쓰고, 없으면 옆에 만든 뒤 한 번에 놓는다.

        실패하면 앞의 판이 그대로다. 쓸 수 없는 디스크면 PublishFailed, 다른 프로그램이 만들고 있으면 PublishBusy.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with locked(self.root / ".lock", wait=wait):
                folder = self.root / version_of(site)
                if not self._is_whole(folder):
                    self._make(folder, site)
                self._point_at(folder)
                self._clear(keep=folder)
        except StoreBusy as error:
            raise PublishBusy("내려받을 자료를 다른 프로그램이 만들고 있습니다. 잠시 뒤 다시 해 주세요.") from error
        except OSError as error:
            raise disk_trouble(error) from error
        return folder

    def _is_whole(self, folder: Path) -> bool:
        return all((folder / name).is_file() for name in files.names())

    def _make(self, folder: Path, site: Site) -> None:
        aside = self.root / HALF_MADE
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir()
        try:
            write_edition(aside, site)
            shutil.rmtree(folder, ignore_errors=True)
            aside.rename(folder)
        finally:
            shutil.rmtree(aside, ignore_errors=True)

    def _point_at(self, folder: Path) -> None:
        draft = self.root / f"{HALF_MADE}-{LATEST}"
        draft.unlink(missing_ok=True)
        draft.symlink_to(folder.name)
        draft.replace(self.root / LATEST)

    def _clear(self, *, keep: Path) -> None:
        older = [path for path in self.editions() if path != keep]
        for path in older[: max(0, len(older) - (KEPT - 1))]:
            shutil.rmtree(path, ignore_errors=True)


def _made_at(folder: Path) -> tuple[int, str]:
    return folder.stat().st_mtime_ns, folder.name


@lru_cache(maxsize=4)
def _described(path: Path, _inode: int, _changed: int) -> Edition:
    """게시할 때마다 묻는다: 같은 파일은 한 번만 읽는다."""
    return Edition.of(json.loads(path.read_bytes()))
