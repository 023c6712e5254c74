"""찾은 말을 세는 이: 메모리에 모았다가 몇 초마다 한 번에 적는다. 말은 kb.asked가 가리고, 누가 찾았는지는 적지 않는다.

주소는 부르는 자리에서 곧바로 흔적이 되고 그대로는 메모리에도 남지 않는다. 프로세스가 죽으면 몇 초의 셈을 잃을 뿐이다.
같은 사람이 같은 말을 반 시간 안에 다시 찾은 것(되돌아오기, 새로 고침)은 세지 않는다. 여러 프로세스로 나누어 받으면 이것은
프로세스마다 따로 본다.
"""

import hashlib
import logging
import secrets
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Literal

from app.window_key import WindowKey, window_of
from db import Database
from db.errors import DatabaseUnavailable
from db.searches import Channel, Line, Purged, Tally, add, frequent, purge
from kb.asked import Asked, asked
from kb.entry import SEOUL
from kb.errors import StoreError

logger = logging.getLogger(__name__)

EVERY = 3.0
"""모아 둔 셈을 적는 사이(초)."""

LONGEST_WAIT = 60.0
MOST_LINES = 5_000
"""모아 두는 줄의 수(많아야). 데이터베이스가 오래 없으면 그 뒤의 새 말은 세지 않는다."""

AGAIN = timedelta(minutes=30)
"""같은 사람의 같은 찾기는 이 동안(길어야 그 두 배) 한 번으로 친다."""

MOST_OF_ONE = 200
"""한 주소에서 AGAIN 동안 세는 것의 수. 사람은 반 시간에 낱말 200가지를 찾지 않는다."""

MOST_REMEMBERED = 50_000
FREQUENT_FOR = timedelta(days=90)


class SearchCounter:
    """찾은 말을 세는 이. 여러 스레드가 함께 쓴다. 세는 일은 언제나 빠르고 오류를 내지 않는다."""

    def __init__(
        self,
        database: Database,
        key: WindowKey,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        every: float = EVERY,
    ) -> None:
        self._database = database
        self._key = key
        self._now = now
        self._every = every
        self._recent = Recent(now)
        self._lock = threading.Lock()
        self._lines: dict[Line, Tally] = {}
        self._marks: dict[str, set[tuple[int, int]]] = {}
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._dropped = 0

    def count(self, query: str, total: int, channel: Channel, address: str) -> None:
        """찾기 하나: 무엇을, 결과가 몇 건인지, 어디에서. `address`는 사람 수를 세는 흔적을 만들고 버린다."""
        tally = Tally(searches=1, empty=int(total == 0), found=total)
        self._take(query, channel, address, "searched", tally)

    def opened(self, query: str, channel: Channel, address: str) -> None:
        """그 말로 찾은 결과를 하나 열었다. 같은 사람이 여럿을 열어도 한 번이다."""
        self._take(query, channel, address, "opened", Tally(opened=1))

    def flush(self) -> int:
        """모아 둔 것을 한 트랜잭션에 적고 적은 줄의 수를 돌려준다. 쓸 수 없으면 DatabaseUnavailable이고 셈은 남는다."""
        with self._lock:
            lines, marks = self._lines, self._marks
            self._lines, self._marks = {}, {}
        if not lines:
            return 0
        try:
            with self._database.begin() as session:
                add(session, lines, marks)
        except DatabaseUnavailable:
            with self._lock:
                for line, tally in lines.items():
                    self._put(line, tally, marks.get(line.key, set()))
            raise
        return len(lines)

    def purge(self) -> Purged:
        """둘 때가 지난 것을 지우고 지난 기간의 열쇠를 버린다. 작업자가 날마다 부르고, 두 번 불러도 같다."""
        today = self._today()
        purged = purge(self._database, today=today, window=window_of(today))
        self._key.destroy_before(window_of(today))
        return purged

    def frequent(self, limit: int) -> list[tuple[str, int]]:
        """자주 찾는 말과 그 수, 많은 것부터. 다섯 사람이 찾았고 결과가 있는 말만이라 그대로 권해도 된다."""
        with self._database.reading() as session:
            return frequent(session, limit=limit, since=self._today() - FREQUENT_FOR)

    def stop(self) -> None:
        """남은 것을 적고 멈춘다. 적지 못하면 버린다."""
        self._stopping.set()
        if (thread := self._thread) is not None:
            thread.join(10)
        self._write()

    # --- how ------------------------------------------------------------------------------------------------------

    def _take(
        self, query: str, channel: Channel, address: str, what: Literal["searched", "opened"], tally: Tally
    ) -> None:
        found = asked(query)
        if found is None or not self._recent.is_new(address, what, found.key):
            return
        today = self._today()
        line = Line(found.key, found.text, found.masked, today, channel)
        marks = self._mark(found, channel, address, window_of(today)) if what == "searched" else set()
        with self._lock:
            self._put(line, tally, marks)
            self._start()

    def _mark(self, found: Asked, channel: Channel, address: str, window: int) -> set[tuple[int, int]]:
        """사람 수를 셀 흔적. 가린 말과 편집실의 찾기는 사람을 세지 않는다."""
        if found.masked or channel is Channel.DESK:
            return set()
        try:
            return {(window, self._key.mark(found.key, address, window=window))}
        except StoreError as error:
            logger.warning("찾은 사람의 수를 세지 못합니다: %s", error)
            return set()

    def _put(self, line: Line, tally: Tally, marks: set[tuple[int, int]]) -> None:
        if line not in self._lines and len(self._lines) >= MOST_LINES:
            self._dropped += 1
            return
        self._lines.setdefault(line, Tally()).plus(tally)
        if marks:
            self._marks.setdefault(line.key, set()).update(marks)

    def _start(self) -> None:
        if self._thread is None and not self._stopping.is_set():
            self._thread = threading.Thread(target=self._work, name="open120-searches", daemon=True)
            self._thread.start()

    def _work(self) -> None:
        """적을 것이 있는 동안만 산다."""
        wait = self._every
        while not self._stopping.wait(wait):
            wait = self._every if self._write() else min(wait * 2, LONGEST_WAIT)
            with self._lock:
                if not self._lines:
                    self._thread = None
                    return

    def _write(self) -> bool:
        """적어 보고 되었는지 말한다. 오류의 글에는 찾은 말이 들어 있을 수 있어 기록에는 갈래만 남긴다."""
        try:
            self.flush()
        except DatabaseUnavailable as error:
            logger.warning("찾은 말의 셈을 적지 못해 잠시 뒤 다시 합니다: %s", error)
            return False
        except Exception as error:
            logger.error("찾은 말의 셈을 적지 못해 버립니다: %s", type(error).__name__)
        if self._dropped:
            logger.warning("모아 둘 자리가 없어 세지 못한 찾기가 %d번 있습니다.", self._dropped)
            self._dropped = 0
        return True

    def _today(self) -> date:
        return self._now().astimezone(SEOUL).date()


class Recent:
    """조금 전에 누가 무엇을 했는지의 기억: 지문만, 메모리에만, 많아야 AGAIN의 두 배 동안."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._clock = now
        self._salt = secrets.token_bytes(16)
        self._lock = threading.Lock()
        self._since = now()
        self._now: set[bytes] = set()
        self._before: set[bytes] = set()
        self._of_one: Counter[bytes] = Counter()

    def is_new(self, address: str, *parts: str) -> bool:
        """이 사람이 조금 전에 하지 않은 일이고, 너무 많이 하지도 않았는가. 그렇다고 하면 기억한다."""
        who, what = self._print(address), self._print(address, *parts)
        with self._lock:
            self._turn()
            if what in self._now or what in self._before or self._of_one[who] >= MOST_OF_ONE:
                return False
            self._now.add(what)
            self._of_one[who] += 1
            return True

    def _turn(self) -> None:
        now = self._clock()
        if not timedelta(0) <= now - self._since < AGAIN or len(self._now) >= MOST_REMEMBERED:
            self._before = self._now if now - self._since < 2 * AGAIN else set()
            self._now = set()
            self._of_one.clear()
            self._since = now

    def _print(self, *parts: str) -> bytes:
        text = "\0".join(parts).encode("utf-8", "replace")
        return hashlib.blake2b(text, key=self._salt, digest_size=12).digest()
