"""판정된 질문을 뒤에서 재어 두는 이. 무엇을 견주는지는 kb.compare가, 왜 보는지는 편집실이 안다.

모두 재면 몇 초에서 몇십 초가 걸리므로 편집자가 검색 다듬기를 열 때 뒤에서 시작하고, 인스턴스 폴더의 파일에 두어 여러
프로세스와 다음 실행이 함께 쓴다. 글이나 낱말 표가 바뀌면 다시 재고, 규칙만 바뀌면 달라질 수 있는 질문만 다시 잰다.
"""

import hashlib
import json
import logging
import os
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path

from app import indexing
from app.filling import NICE, progress
from app.instance import Instance
from kb import git
from kb.compare import Comparison, Evaluation, compare, evaluate_all
from kb.entry import SEOUL
from kb.errors import KnowledgeError, StoreBusy, StoreError
from kb.evaluate import Judged, read_questions
from kb.index import read_meta
from kb.live import Live
from kb.lock import locked
from kb.search import Searcher
from kb.terms import Terms, squeezed
from kb.tuning import Rules

PATIENCE = 1.0
"""편집자가 다 잴 때까지 기다리는 시간(초, 많아야)."""

logger = logging.getLogger(__name__)


class Judging:
    """판정된 질문들과 그것을 재어 둔 것. 여러 스레드가 함께 써도 된다."""

    def __init__(self, instance: Instance, searcher: Callable[[], Searcher]) -> None:
        self._instance, self._searcher = instance, searcher
        self._lock, self._first = threading.Lock(), threading.Lock()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._measured: tuple[str, Evaluation] | None = None
        self._done = 0

    @property
    def questions(self) -> Sequence[Judged]:
        """판정된 질문들. 파일이 없으면(배포에서 뺐으면) 빈 목록, 틀렸으면 KnowledgeError."""
        path = self._instance.questions
        return read_questions(path) if path.is_file() else []

    @property
    def done(self) -> int:
        """지금까지 잰 질문의 수."""
        return self._done

    def compare(self, rules: Rules, proposed: Rules, *, says: Iterable[str]) -> Comparison:
        """`rules`를 `proposed`로 바꾸면 무엇이 달라지는지. 아직 다 재지 못했으면 조금(`PATIENCE`) 기다리고, 그래도 아니면
        전체 점수 없이 답한다. 색인이 없으면 SearchUnavailable.
        """
        known = self.known(rules)
        if known is None:
            self.start(rules)
            known = self.known(rules, wait=PATIENCE)
        today = datetime.now(SEOUL).date()
        with self._first:
            return compare(
                self._searcher(), rules, proposed, questions=self.questions, says=says, today=today, known=known
            )  # fmt: skip

    def shipped(self, says: Iterable[str]) -> Mapping[str, Mapping[str, float]]:
        """이 말들 가운데 낱말 표(terms.yml)에 이미 있는 것: 말 → {공식 말: 무게}. 표가 틀렸으면 BadTerms."""
        terms = {squeezed(word): official for word, official in self._terms().items()}
        return {say: terms[squeezed(say)] for say in says if squeezed(say) in terms}

    @cached_property
    def _terms(self) -> Live[Terms]:
        return indexing.terms(self._instance)

    def start(self, rules: Rules) -> None:
        """재어 둔 것이 지금 것이 아니면 뒤에서 재기 시작한다. 이미 재고 있으면 아무것도 하지 않는다."""
        if not self._instance.questions.is_file() or self.known(rules) is not None:
            return
        with self._lock:
            if (self._thread is None or not self._thread.is_alive()) and not self._stopping.is_set():
                self._done = 0
                thread = threading.Thread(target=self._work, args=(rules,), name="open120-judging", daemon=True)
                thread.start()
                self._thread = thread

    def stop(self, timeout: float = 5.0) -> None:
        """하던 질문을 마치고 멈추게 한다."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def known(self, rules: Rules, *, wait: float = 0) -> Evaluation | None:
        """`rules`로 재어 둔 것. 재고 있으면 `wait`초까지 기다리고, 그래도 없으면(질문이 없어도) None. 색인이 없으면 SearchUnavailable."""
        if not self._instance.questions.is_file():
            return None
        if self._thread is not None and wait:
            self._thread.join(wait)
        state = self._state()
        found = self._measured
        if found is None or found[0] != state:
            found = self._kept(state)
        if found is None:
            return None
        evaluation = found[1]
        if evaluation.rules != rules:
            ruled, today = self._searcher().ruled_by(rules), datetime.now(SEOUL).date()
            evaluation = evaluation.under(rules, ruled, self.questions, today=today)
        self._measured = state, evaluation
        return evaluation

    def _work(self, rules: Rules) -> None:
        with suppress(AttributeError, OSError):  # a thread has a priority of its own on Linux only
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
        try:
            with locked(self._file.with_suffix(".lock"), wait=0):
                state = self._state()
                evaluation = evaluate_all(self._searcher(), rules, self.questions, goes_on=self._goes_on)
                if evaluation is not None:
                    self._measured = state, evaluation
                    self._keep(state, evaluation)
        except StoreBusy:
            logger.info("다른 프로세스가 판정된 질문을 재고 있습니다.")
        except KnowledgeError as error:
            logger.warning("판정된 질문을 재지 못했습니다: %s", error)
        except Exception:
            logger.exception("판정된 질문을 재는 데 문제가 생겼습니다.")

    def _goes_on(self, done: int) -> bool:
        self._done = done
        with self._first:  # an editor who waits for a comparison goes first
            pass
        return not self._stopping.is_set()

    @property
    def _file(self) -> Path:
        return self._instance.judged

    def _kept(self, state: str) -> tuple[str, Evaluation] | None:
        try:
            first, _, rest = self._file.read_text("utf-8").partition("\n")
            return (state, Evaluation.from_json(rest)) if json.loads(first) == {"state": state} else None
        except (OSError, ValueError, KnowledgeError):
            return None  # absent or damaged: it is measured again

    def _keep(self, state: str, evaluation: Evaluation) -> None:
        fresh = self._file.with_suffix(f".{os.getpid()}")
        try:
            fresh.write_text(f"{json.dumps({'state': state})}\n{evaluation.to_json()}", "utf-8")
            fresh.replace(self._file)
        except OSError:
            fresh.unlink(missing_ok=True)  # a full disk only costs the next process some seconds

    def _state(self) -> str:
        """규칙 말고 점수를 바꾸는 것들: 색인에 든 글, 낱말 표, 질문, 뜻을 견주는지, 오늘."""
        meta = read_meta(self._instance.index)
        try:
            texts = git.run(self._instance.content, "rev-parse", f"{meta.head}:entries").strip()
        except StoreError:
            texts = f"{meta.head}:{meta.entries}"
        filled = progress(self._searcher())
        meaning = "off" if filled is None else "on" if filled.done == filled.total else "filling"
        files = [_digest(path) for path in (self._instance.content / "terms.yml", self._instance.questions)]
        return ":".join([meta.engine, texts, *files, meaning, f"{datetime.now(SEOUL):%Y-%m-%d}"])


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16] if path.is_file() else "-"
