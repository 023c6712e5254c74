"""빠진 뜻의 벡터를 뒤에서 채우는 스레드. 찾는 일을 기다리게 하지 않고, 어떤 오류에도 죽지 않는다."""

import logging
import os
import threading
from collections.abc import Callable
from contextlib import suppress

from kb.errors import KnowledgeError
from kb.meaning.filling import Coverage, coverage, fill
from kb.meaning.similar import Meaning
from kb.search import Searcher

logger = logging.getLogger(__name__)

EVERY = 5.0
"""바뀐 항목이 있는지 이만큼(초)에 한 번 본다."""

NICE = 10
"""이 스레드의 우선순위. 찾는 사람이 먼저다."""


def progress(searcher: Searcher) -> Coverage | None:
    """얼마나 채웠는가. 뜻을 쓰지 않으면 None."""
    known = searcher.meaning
    if known is None:
        return None
    known.vectors.refresh()
    return searcher.index.read(lambda reader: coverage(reader.catalogue(), known.vectors))


class Filler:
    """색인에 든 항목 가운데 뜻을 셈하지 않은 것을 하나씩 채운다. 프로세스가 여럿이면 하나만 한다."""

    def __init__(self, searcher: Callable[[], Searcher]) -> None:
        """`searcher`는 색인이 아직 없으면 SearchUnavailable을 낸다: 생길 때까지 기다린다."""
        self._searcher = searcher
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """시작한다. 뜻을 쓰지 않으면 아무것도 하지 않는다."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="open120-filler", daemon=True)
            self._thread.start()

    def stop(self, timeout: float = 5.0) -> None:
        """하던 토막을 마치고 멈추게 한다."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def _work(self) -> None:
        with suppress(AttributeError, OSError):  # a thread has a priority of its own on Linux only
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        while not self._stopping.is_set():
            try:
                if (meaning := self._searcher().meaning) is None:
                    return
                self._fill(self._searcher(), meaning)
            except KnowledgeError as error:
                logger.info("뜻을 셈하지 못해 잠시 쉽니다: %s", error)
            except Exception:
                logger.exception("뜻을 셈하는 데 문제가 생겼습니다. 잠시 뒤 이어서 합니다.")
            self._stopping.wait(EVERY)

    def _fill(self, searcher: Searcher, meaning: Meaning) -> None:
        before = progress(searcher)
        if before is None or before.done == before.total:
            return
        logger.info("뜻을 셈합니다: 토막 %s개 가운데 %s개가 남았습니다.", before.total, before.total - before.done)
        if fill(searcher.index, meaning.vectors, meaning.model, stop=self._stopping) and not self._stopping.is_set():
            logger.info("뜻을 모두 셈했습니다.")
