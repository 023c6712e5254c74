"""저장한 뒤에 할 일: 무엇 다음에 무엇을 하는지의 표와, 그것을 하는 작업자. 일 하나하나는 각 방이 안다."""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from corrections import bulk
from corrections.apply import apply_revision
from corrections.feeding import update_routing
from db import Database
from db.errors import DatabaseUnavailable
from db.outbox import Handler, Ran, release_claims, run_due
from kb import incoming
from kb.entry import SEOUL
from kb.errors import EntryMoved, EntryNotFound
from kb.store import Change, EntryStore

logger = logging.getLogger(__name__)

NEXT: Mapping[str, tuple[str, ...]] = {
    "revision.apply": ("entry.index", "site.publish", "portals.tell", "routing.update", "reward.settle", "notice.send"),
    "bulk.settle": ("entry.index", "site.publish", "portals.tell", "routing.update"),
    "incoming.settle": ("entry.index", "site.publish", "portals.tell"),
    "entry.index": (),
    "site.publish": (),
    "portals.tell": (),
    "routing.update": (),
    "reward.settle": (),
    "notice.send": (),
}
"""다음에 할 일의 표. 일의 종류 → 그 일이 끝나면 이어서 할 일의 종류들. 모든 일은 두 번 해도 끝이 같다."""

EVERY = 1.0
AFTER_TROUBLE = 5.0


def handlers(
    *,
    database: Database,
    store: EntryStore,
    index: Callable[[], object],
    publish: Callable[[], object],
    tell: Callable[[], object] = lambda: None,
    reward: Handler = lambda _: None,
    notice: Handler = lambda _: None,
) -> Mapping[str, Handler]:
    """일의 종류마다 그 일을 하는 함수.

    `index`는 바뀐 항목을 색인에 넣고, `publish`는 바뀐 쪽을 게시하고, `tell`은 그 뒤의 일을 마치고 포털에 알린다.
    `reward`는 보상을 상태에 맞추고, `notice`는 시민에게 알린다.
    """
    publish_once, tell_once = OncePerHead(store, publish), OncePerHead(store, tell)

    def apply(payload: Mapping[str, Any]) -> None:
        apply_revision(database, store, payload["revision"], then=NEXT["revision.apply"])

    def settle(payload: Mapping[str, Any]) -> None:
        change = Change(role=payload["role"], reason="들어온 글로 바꿈" if payload["take"] else "지금 글을 둠")
        try:
            incoming.settle(store, payload["path"], take=payload["take"], base=payload["base"], change=change)
        except EntryNotFound:
            return  # done before: a handler may run twice
        except EntryMoved:
            logger.warning("정한 뒤에 글이 바뀌어 그대로 기다립니다: %s", payload["path"])

    return {
        "revision.apply": apply,
        "bulk.settle": lambda payload: bulk.settle(database, store, payload["bulk"], then=NEXT["bulk.settle"]),
        "incoming.settle": settle,
        "entry.index": lambda _: index(),
        "site.publish": lambda _: publish_once(),
        "portals.tell": lambda _: tell_once(),
        "routing.update": lambda payload: update_routing(database, store, payload),
        "reward.settle": reward,
        "notice.send": notice,
    }


class OncePerHead:
    """같은 내용을 두고 거듭 하지 않는다(게시, 알림, 살핌): 쌓여 있던 것 여럿이 한 번이 된다."""

    def __init__(self, store: EntryStore, publish: Callable[[], object]) -> None:
        self._store = store
        self._publish = publish
        self._published = ""

    def __call__(self) -> None:
        head = self._store.head  # before publishing: what arrives meanwhile has its own item
        if head != self._published:
            self._publish()
            self._published = head


def run_pending(database: Database, handlers: Mapping[str, Handler], *, worker: str = "") -> Ran:
    """때가 된 일을 모두 하고 끝낸 일과 실패한 일의 수를 돌려준다 (`open120 worker --once`)."""
    done = failed = 0
    while (ran := run_due(database, handlers, worker=worker)).done:
        done, failed = done + ran.done, failed + ran.failed
    return Ran(done=done, failed=failed + ran.failed)


class Daily:
    """하루에 한 번 하는 일들: 날이 바뀌고 처음 부를 때 한다. 하다가 오류가 나면 다음에 부를 때 다시 한다."""

    def __init__(
        self, *chores: Callable[[], object], today: Callable[[], date] = lambda: datetime.now(SEOUL).date()
    ) -> None:
        self._chores = chores
        self._today = today
        self._done: date | None = None

    def __call__(self) -> None:
        """오늘 아직 하지 않았으면 한다."""
        if (today := self._today()) != self._done:
            for chore in self._chores:
                chore()
            self._done = today


class Every:
    """몇 초마다 하는 일: 그 시간이 지나지 않았으면 부른 것을 잊는다."""

    def __init__(self, seconds: float, *chores: Callable[[], object]) -> None:
        self._seconds = seconds
        self._chores = chores
        self._next = 0.0

    def __call__(self) -> None:
        """때가 되었으면 한다."""
        if (now := time.monotonic()) >= self._next:
            self._next = now + self._seconds
            for chore in self._chores:
                chore()


class Worker:
    """뒷일을 하는 스레드. 깨우면 곧바로, 아니면 1초마다 보고, 어떤 오류에도 죽지 않는다."""

    def __init__(
        self,
        database: Database,
        handlers: Mapping[str, Handler],
        *,
        name: str = "serve",
        chores: Callable[[], object] = lambda: None,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._name = name
        self._chores = chores
        self._woken = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """시작한다. 이 이름의 작업자는 하나뿐이어야 한다: 죽은 전임자가 잡고 있던 일을 곧바로 이어받는다."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=f"open120-worker-{self._name}", daemon=True)
            self._thread.start()

    def wake(self) -> None:
        """저장(commit)한 뒤에 부른다. 다음 1초를 기다리지 않고 곧바로 본다."""
        self._woken.set()

    def stop(self, timeout: float = 10.0) -> None:
        """하던 일을 마치고 멈추게 한다."""
        self._stopping.set()
        self._woken.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def _work(self) -> None:
        released = False
        while not self._stopping.is_set():
            wait = EVERY
            try:
                if not released:
                    release_claims(self._database, worker=self._name)
                    released = True
                if run_due(self._database, self._handlers, worker=self._name, limit=20).done:
                    wait = 0
                self._chores()
            except DatabaseUnavailable as error:
                logger.warning("데이터베이스를 쓸 수 없어 잠시 쉽니다: %s", error)
                wait = AFTER_TROUBLE
            except Exception:
                logger.exception("작업자에 문제가 생겼습니다. 잠시 뒤 이어서 합니다.")
                wait = AFTER_TROUBLE
            self._woken.wait(wait)
            self._woken.clear()
