"""상담 항목에서 색인에 넣을 것을 고른다. 어느 엔진에 넣는지는 모른다."""

import multiprocessing
import os
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import ForkProcess

from kb.districts import DISTRICTS
from kb.entry import Entry
from kb.korean import bigrams, joined_morphemes
from kb.meaning.passages import fingerprint, passages_of
from kb.shares import taken
from kb.suggest.typed import initials, words_of

TITLE_WEIGHT = 3
"""제목은 세 번 센다. 제목과 본문을 두 칸으로 나누면 본문 낱말의 재현율이 반으로 준다(DESIGN, Search)."""

WORTH_SHARING = 600
"""이보다 많은 항목이라야 나누어 분석하는 것이 빠르다(2코어에서 재어 봄: 갈라 내고 돌려받는 데 0.1초쯤)."""

BATCH = 8
"""나누어 분석할 때 한 번에 주고받는 항목의 수. 관(64 KB)이 차면 보내는 쪽이 쉬므로 작게: 100개씩이면 1초(12,000개) 느렸다."""

_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_SEE_ALSO = re.compile(
    r"^(?:#{1,6}[^\n]*\n\s*)?(?:[ \t]*[-*+][ \t]+\[[^\]\n]*\]\(/faq/[^)\n]*\)[ \t]*(?:\n|\Z))+", re.MULTILINE
)
"""다른 안내로 가는 링크뿐인 목록과 그 제목. 남의 제목이므로 이 글이 답하는 말이 아니다."""
_JUNGGU = re.compile(r"(?<![가-힣])중구(?![가-힣])|(?<![가-힣])중구(?=청|에|의|민)")
"""‘중구’는 다른 말(집중구역, 중구난방) 속에도 있다."""
_RULE = re.compile(r"^[ \t|:=*-]*$", re.MULTILINE)
_CELL = re.compile(r"[ \t]*\|[ \t]*")
_MARK = re.compile(r"^[ \t]*(?:#{1,6}|[-*+>]|\d+\.)[ \t]+|(?<!\\)(?:\*{1,3}|`{1,3}|~~)|\\(?=[^\w\s])", re.MULTILINE)


LETTERS = "cdsfkp"
"""출처의 글자(항목 번호의 첫 글자). 차례가 색인에 적히므로 바꾸지 않는다."""

_BILLION = 1_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """색인에 들어가는 항목 하나. `morphemes`와 `bigrams`는 빈칸으로 이은 조각들이다.

    `seen`은 맞다고 확인한 날(없으면 출처의 날), `until`은 이 글이 맞는 마지막 날로, 둘 다 `date.toordinal`의 수이고 모르면 0.
    `passages`는 뜻을 셈할 토막들의 지문이다(`kb.meaning.passages`).
    """

    id: str
    title: str
    topic: str
    districts: tuple[str, ...]
    text: str
    morphemes: str
    bigrams: str
    seen: int = 0
    until: int = 0
    passages: tuple[int, ...] = ()
    initials: str = ""


def initial_grams(text: str) -> list[str]:
    """초성의 겹치는 세 글자 조각들. 초성만 치는 사람(‘ㅈㅁㄷㄹ’)을 위해 제목에서 만든다.

    >>> initial_grams("주민등록"), initial_grams("ㅈㅁㄷ")
    (['ㅈㅁㄷ', 'ㅁㄷㄹ'], ['ㅈㅁㄷ'])
    """
    found = initials("".join(words_of(text)))
    return [found[at : at + 3] for at in range(len(found) - 2)]


def number_of(id: str) -> int:
    """항목 번호를 수 하나로: 빠른 칸(fast field)은 수만 담는다.

    >>> id_of(number_of("k12"))
    'k12'
    """
    return LETTERS.index(id[0]) * _BILLION + int(id[1:])


def id_of(number: int) -> str:
    """`number_of`의 거꾸로."""
    return f"{LETTERS[number // _BILLION]}{number % _BILLION}"


def document_of(entry: Entry) -> Document:
    """항목 하나를 분석한다. 찾는 글은 제목(세 번), 본문, 안내 항목(facts), 꼬리표, 담당 부서다."""
    text = plain(entry.body)
    facts = [f"{name}: {value}" for name, value in entry.facts.items()]
    text = "\n".join(part for part in (text, *facts) if part)
    seen = max(filter(None, (entry.checked, entry.source.date)), default=None)
    rest = "\n".join((text, *entry.tags, *entry.districts, entry.department))
    return Document(
        id=entry.id,
        title=entry.title,
        topic=entry.topic,
        districts=entry.districts or districts_in(entry.title),
        text=text,
        morphemes=" ".join([*[joined_morphemes(entry.title)] * TITLE_WEIGHT, joined_morphemes(rest)]),
        bigrams=" ".join(bigrams(entry.title) * TITLE_WEIGHT + bigrams(rest)),
        seen=seen.toordinal() if seen else 0,
        until=entry.valid.until.toordinal() if entry.valid.until else 0,
        passages=tuple(map(fingerprint, passages_of(entry.id, entry.title, text))),
        initials=" ".join(initial_grams(entry.title)),
    )


def districts_in(title: str) -> tuple[str, ...]:
    """제목이 밝힌 자치구. 항목에 자치구를 적지 않은 글도 그 구의 글이다.

    >>> districts_in("(송파구) 가정폭력 상담")
    ('송파구',)
    """
    return tuple(name for name in DISTRICTS if name in title and (len(name) > 2 or _JUNGGU.search(title)))


def documents_of(entries: Iterable[Entry], *, processes: int | None = None) -> Iterator[Document]:
    """공개된 항목만 분석한다. 많으면 `processes`(없으면 쓸 수 있는 코어 수)개의 프로세스가 나누어 하고, 그때 차례는 정해져 있지 않다."""
    public = [entry for entry in entries if entry.is_public]
    workers = processes or len(os.sched_getaffinity(0))
    # A fork of a process with other threads may inherit a lock that nobody will ever release.
    if workers < 2 or len(public) < WORTH_SHARING or threading.active_count() > 1:
        return map(document_of, public)
    return _shared(public, workers)


def plain(markdown: str) -> str:
    """Markdown에서 꾸밈 기호와 다른 안내의 목록을 걷어 낸 글. 줄은 그대로 둔다."""
    text = _RULE.sub("", _LINK.sub(r"\1", _SEE_ALSO.sub("", markdown)))
    text = _CELL.sub("  ", _MARK.sub("", text)) if "|" in text else _MARK.sub("", text)
    return "\n".join(filter(None, map(str.strip, text.split("\n"))))


def _shared(entries: Sequence[Entry], workers: int) -> Iterator[Document]:
    """이 프로세스와 갈라 낸 프로세스들이 다음 묶음을 하나씩 가져다 분석한다. 이 프로세스가 죽으면 관이 끊겨 그쪽도 끝난다."""
    fork = multiprocessing.get_context("fork")
    next_at = fork.Value("l", 0)
    helpers: list[tuple[ForkProcess, Connection]] = []
    for _ in range(workers - 1):
        receiver, sender = fork.Pipe(duplex=False)
        helper = fork.Process(
            target=_send,
            args=(taken(entries, next_at, BATCH), sender, [receiver, *(held for _, held in helpers)]),
            daemon=True,
        )
        helper.start()
        sender.close()
        helpers.append((helper, receiver))
    receivers = [receiver for _, receiver in helpers]
    for batch in taken(entries, next_at, BATCH):
        yield from map(document_of, batch)
        yield from _arrived(receivers, timeout=0)
    while receivers:
        yield from _arrived(receivers, timeout=None)
    for helper, _ in helpers:
        helper.join()


def _arrived(receivers: list[Connection], *, timeout: float | None) -> Iterator[Document]:
    """와 있는 묶음들. 다 보낸 쪽은 `receivers`에서 뺀다. 다 보내지 않고 끝난 쪽이 있으면 EOFError."""
    for receiver in wait(receivers, timeout):
        assert isinstance(receiver, Connection)  # noqa: S101  (only connections were given)
        batch: list[Document] = receiver.recv()
        if not batch:
            receivers.remove(receiver)
            receiver.close()
        yield from batch


def _send(batches: Iterable[Sequence[Entry]], sender: Connection, unused: Iterable[Connection]) -> None:
    for connection in unused:
        connection.close()
    try:
        for batch in batches:
            sender.send([document_of(entry) for entry in batch])
        sender.send([])
    except BrokenPipeError:
        os._exit(1)
