"""순환 쓰레기 찾기(gc)를 쉬게 한다: 많은 것을 한꺼번에 만들 때는 훑을 것만 늘고 치울 것은 없다."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_gc() -> Iterator[None]:
    """이 안에서는 gc가 쉰다. 12,000개를 읽는 시간의 3분의 1이었다."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
