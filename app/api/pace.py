"""얼마나 자주 물어도 되는가: 주소마다 하나의 통(token bucket). 무엇을 묻는지는 모른다 (docs/decisions/0010).

통이 다시 가득 찰 시각 하나만 적는다(GCRA). 그 시각들은 인스턴스 폴더의 작은 파일에 있어 프로세스가 여럿이어도 함께 세고,
데이터베이스에는 쓰지 않는다. 주소는 열쇠를 건 지문이 고른 자리로만 남는다.
"""

import hmac
import math
import os
import struct
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from threading import Lock

from kb.errors import BadSetting

WINDOW = 60.0
"""통이 비었다가 가득 차기까지의 초: 한도는 ‘1분에 몇 번’으로 말한다."""

PER_MINUTE = 600
"""한 주소의 기본 한도. 사람이 손으로 쓰는 것의 백 배이고, 한 코어가 하는 일의 백 분의 일이다."""

SLOTS = 1 << 16
"""자리의 수. 두 주소가 한 자리를 나눌 가망은 육만 분의 일이고, 파일은 많아야 512 KB다."""

ROUNDING = 1e-3
"""1970년부터 센 초는 소수점 아래 여섯 자리까지만 맞고, 여러 번 더하면 더 어긋난다."""

_SLOT = struct.Struct("<d")
Networks = Sequence[IPv4Network | IPv6Network]


@dataclass(frozen=True)
class Turn:
    """한 번 물어본 결과. `left`는 남은 몫, `wait`는 다시 물어도 될 때까지의 초, `full`은 통이 가득 찰 때까지의 초."""

    allowed: bool
    left: int
    wait: float
    full: float


class Slots:
    """시각을 적는 자리들. 파일을 쓸 수 없으면 이 프로세스의 기억에 적는다: 세지 못해도 답은 해야 한다."""

    def __init__(self, file: Path | None) -> None:
        self._memory: dict[int, float] = {}
        self._file: int | None = None
        if file is not None:
            with suppress(OSError):
                self._file = os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __del__(self) -> None:
        if self._file is not None:
            os.close(self._file)

    def __getitem__(self, slot: int) -> float:
        if self._file is not None:
            with suppress(OSError):
                found = os.pread(self._file, _SLOT.size, slot * _SLOT.size)
                return float(_SLOT.unpack(found)[0]) if len(found) == _SLOT.size else 0.0
        return self._memory.get(slot, 0.0)

    def __setitem__(self, slot: int, moment: float) -> None:
        if self._file is not None:
            with suppress(OSError):
                os.pwrite(self._file, _SLOT.pack(moment), slot * _SLOT.size)
                return
        self._memory[slot] = moment


class Pace:
    """1분에 `per_minute`번(0이면 끝없이). `unlimited`의 주소는 세지 않는다. 여러 스레드와 프로세스가 함께 쓴다."""

    def __init__(
        self, per_minute: int = PER_MINUTE, *, secret: bytes, file: Path | None = None, unlimited: Networks = ()
    ) -> None:
        self.per_minute = per_minute
        self._secret = secret
        self._slots = Slots(file)
        self._unlimited = unlimited
        self._lock = Lock()

    @classmethod
    def of(cls, settings: Mapping[str, str], *, secret: bytes, file: Path | None = None) -> "Pace":
        """환경 변수대로: `OPEN120_API_PER_MINUTE`와 `OPEN120_API_UNLIMITED`. 읽을 수 없으면 BadSetting."""
        told = settings.get("OPEN120_API_PER_MINUTE") or str(PER_MINUTE)
        if not (told.isascii() and told.isdigit() and len(told) < 8):
            raise BadSetting(
                f"OPEN120_API_PER_MINUTE의 ‘{told}’(을)를 읽을 수 없습니다. 0이나 1분의 횟수를 적어 주세요."
            )
        return cls(int(told), secret=secret, file=file, unlimited=_networks(settings.get("OPEN120_API_UNLIMITED", "")))

    def knock(self, who: str, *, raw: str | None = None, cost: float = 1.0, now: float | None = None) -> Turn | None:
        """`who`가 `cost`만큼 묻는다. 세지 않는 주소(`raw`)이거나 한도가 없으면 None. 거절한 것은 세지 않는다."""
        if not self.per_minute or self._is_unlimited(raw):
            return None
        now = time.time() if now is None else now
        each = WINDOW / self.per_minute
        slot = int.from_bytes(hmac.digest(self._secret, who.encode("utf-8", "replace"), "sha256")[:2])
        with self._lock:
            full_at = self._slots[slot]
            if not now <= full_at <= now + WINDOW + ROUNDING:  # long ago, never, or before the clock was set back
                full_at = now
            wanted = full_at + cost * each
            allowed = wanted - now <= WINDOW + ROUNDING
            if allowed:
                full_at = wanted
                self._slots[slot] = full_at
        left = math.floor((WINDOW - (full_at - now) + ROUNDING) / each)
        return Turn(allowed, max(left, 0), max(wanted - now - WINDOW, 0.0), full_at - now)

    def _is_unlimited(self, raw: str | None) -> bool:
        if not self._unlimited or not raw:
            return False
        try:
            found = ip_address(raw)
        except ValueError:
            return False
        return any(found in network for network in self._unlimited)


def _networks(told: str) -> Networks:
    """쉼표나 빈칸으로 나눈 주소와 대역(`10.0.0.0/8`)들."""
    try:
        return tuple(ip_network(one, strict=False) for one in told.replace(",", " ").split())
    except ValueError as error:
        raise BadSetting(
            f"OPEN120_API_UNLIMITED의 ‘{told}’(을)를 읽을 수 없습니다. 10.0.0.0/8,203.0.113.7처럼 적어 주세요."
        ) from error
