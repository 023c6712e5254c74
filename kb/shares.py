"""여러 프로세스가 한 가지 일의 다음 몫을 하나씩 가져간다. 무슨 일인지, 프로세스를 어떻게 띄우는지는 모른다."""

from collections.abc import Iterator, Sequence
from multiprocessing.sharedctypes import Synchronized
from typing import TypeVar

STUCK = 60.0
"""다음 몫을 가져가려 기다리는 초(많아야). 가져가는 데는 천분의 일 초도 걸리지 않는다."""

Item = TypeVar("Item")


def taken(items: Sequence[Item], next_at: "Synchronized[int]", size: int) -> Iterator[Sequence[Item]]:
    """`items`를 `size`개씩: 먼저 마친 이가 다음 몫을 가져가, 몫마다 걸리는 시간이 달라도 함께 끝난다.

    `next_at`은 함께 드는 다음 몫의 자리다. 쥔 채 죽은 이가 있으면 기다리다 EOFError.
    """
    lock = next_at.get_lock()
    while True:
        if not lock.acquire(timeout=STUCK):
            raise EOFError("나누어 일하던 프로세스가 갑자기 끝났습니다.")
        at = next_at.value
        next_at.value = at + size
        lock.release()
        if at >= len(items):
            return
        yield items[at : at + size]
