"""찾은 사람의 수를 세는 열쇠: 30일마다 새로 만들고 앞의 것은 버린다. 누구의 무엇을 세는지는 모른다.

열쇠는 데이터베이스와 따로 인스턴스 폴더의 파일에 있다. 데이터베이스만 가진 이는 흔적이 누구의 것인지 알아낼 수 없고,
열쇠를 버린 뒤에는 우리도 알아낼 수 없다. 같은 폴더를 쓰는 프로세스들은 같은 열쇠를 쓴다.
"""

import contextlib
import hmac
import os
import secrets
from datetime import date
from pathlib import Path

from kb import git

DAYS = 30
"""한 열쇠를 쓰는 날수. 기간은 달력으로 정해지므로 프로세스들이 서로 묻지 않아도 같다."""

LENGTH = 32
BITS = 16
"""흔적의 길이. 다섯 사람이 겹칠 확률은 0.02%이고, 흔적 하나에 맞는 IPv4 주소는 65,536개다."""


def window_of(day: date) -> int:
    """그날이 든 기간의 번호."""
    return day.toordinal() // DAYS


class WindowKey:
    """한 폴더의 열쇠. 여러 스레드가 함께 써도 된다."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: tuple[int, bytes] | None = None

    def mark(self, *parts: str, window: int) -> int:
        """그 기간의 열쇠로 만든 흔적. 말(`parts`의 하나)마다 다르므로 두 말을 같은 사람이 찾았는지 알 수 없다.

        폴더를 쓸 수 없으면 StoreError.
        """
        held = self._held
        if held is None or held[0] != window:
            held = self._held = window, self._key(window)
        digest = hmac.digest(held[1], "\0".join(parts).encode("utf-8", "replace"), "sha256")
        return int.from_bytes(digest) % (1 << BITS)

    def destroy_before(self, window: int) -> list[int]:
        """지난 기간의 열쇠를 버리고 그 번호들을 돌려준다. 두 번 불러도 같다."""
        gone = []
        with contextlib.suppress(FileNotFoundError):
            for path in self._folder.iterdir():
                number = path.name.partition(".")[0]
                if number.isdecimal() and int(number) < window:
                    path.unlink(missing_ok=True)
                    gone.append(int(number))
        return sorted(gone)

    def _key(self, window: int) -> bytes:
        path = self._folder / str(window)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.is_file() or path.stat().st_size != LENGTH:  # a power cut may leave it empty
                path.unlink(missing_ok=True)
                self._make(path)
            return path.read_bytes()
        except OSError as error:
            raise git.explain_os(error, self._folder) from error

    def _make(self, path: Path) -> None:
        fresh = path.with_suffix(f".{secrets.token_hex(8)}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(secrets.token_bytes(LENGTH))
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileExistsError):
            path.hardlink_to(fresh)  # the first of two processes wins
        fresh.unlink()
