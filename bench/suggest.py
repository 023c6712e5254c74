"""치는 동안의 추천: 배포본의 제목 모두를 놓고, 사람이 한 글쇠씩 치는 모습 그대로 묻는다."""

import gc
import random
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from time import perf_counter, thread_time
from typing import Any

from bench.sample import CONTENT, median_seconds
from kb.entry import Entry
from kb.keyboard import composed
from kb.store import EntryStore
from kb.suggest import Suggester
from kb.suggest.typed import initials, keystrokes, words_of

PHRASES = 120
"""갈래마다 치는 말의 수. 말마다 열 번쯤 묻는다."""

TO_KEYS = str.maketrans(
    "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ", "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml"
)
PAGE = 4096
Phrase = tuple[str, list[str]]
"""찾는 말과, 그것을 치는 동안 상자에 차례로 적힌 글들."""


class Titles:
    """바뀌지 않는 글: 짓는 시간에 파일을 읽는 시간이 섞이지 않는다."""

    head = "0"

    def __init__(self, entries: list[Entry]) -> None:
        self._entries = entries

    def all(self) -> list[Entry]:
        """모든 항목."""
        return self._entries

    def changed_since(self, sha: str) -> tuple[list[Entry], list[str]] | None:  # noqa: ARG002 - nothing changes here
        """바뀐 것이 없다."""
        return [], []


def measure() -> dict[str, Any]:
    """짓는 초와 메모리, 치는 모습의 갈래마다 걸린 시간(ms)과 찾은 몫. 찾은 것은 다 친 말이 든 제목이 여덟 안에 있는 것이다.

    `cpu_p99_ms`는 기다린 시간을 뺀 것이다: 같은 기계에서 다른 일이 돌 때는 이것을 본다.
    """
    contents = Titles(EntryStore(CONTENT).all())
    gc.collect()
    before = _resident()
    suggester = Suggester(contents)
    suggester.refresh()
    grown = _resident() - before
    seconds = median_seconds(lambda: Suggester(contents).refresh(), times=3)
    kinds = {kind: _asked(suggester, phrases) for kind, phrases in _typed(contents.all()).items()}
    every, worked = (sorted(ms for kind in kinds.values() for ms in kind[name]) for name in ("took", "worked"))
    return {
        "titles": len(contents.all()),
        "build_s": round(seconds, 2),
        "memory_mb": round(grown / 1e6),
        "all": _spread(every) | {"cpu_p99_ms": _spread(worked)["p99_ms"]},
        **{kind: _spread(sorted(told["took"])) | {"found": told["found"]} for kind, told in kinds.items()},
    }


def _asked(suggester: Suggester, phrases: list[Phrase]) -> dict[str, Any]:
    took, worked, found = list[float](), list[float](), 0
    for wanted, states in phrases:
        shown = []
        for state in states:
            started, began = perf_counter(), thread_time()
            shown = suggester.suggest(state)
            took.append((perf_counter() - started) * 1000)
            worked.append((thread_time() - began) * 1000)
        found += any(all(word in _squeezed(one.text) for word in wanted.split()) for one in shown)
    return {"took": took, "worked": worked, "found": round(found / len(phrases), 3)}


def _spread(took: list[float]) -> dict[str, Any]:
    shares = {f"p{share}_ms": round(took[min(len(took) * share // 100, len(took) - 1)], 2) for share in (50, 95, 99)}
    return {"asked": len(took), **shares, "max_ms": round(took[-1], 2)}


# --- how people type --------------------------------------------------------------------------------------------------


def _typed(entries: list[Entry]) -> dict[str, list[Phrase]]:
    """갈래마다 친 것들. 말의 반은 손으로 쓴 글의 제목에서, 반은 모든 제목에서 온다. 씨앗이 정해져 있어 늘 같다."""
    chance = random.Random(120)
    titles = [entry.title for entry in entries], [entry.title for entry in entries if entry.id[0] == "k"]
    return {
        kind: [
            (phrase, list(way(phrase, chance)))
            for number in range(PHRASES)
            for phrase in [_phrase(titles[number % 2], chance)]
        ]
        for kind, way in WAYS.items()
    }


def _phrase(titles: list[str], chance: random.Random) -> str:
    """제목의 어느 낱말에서든 시작하는 두세 낱말(여덟 글쇠는 되는 것)."""
    while True:
        words = words_of(chance.choice(titles))
        start = chance.randrange(max(len(words) - 2, 1))
        phrase = " ".join(words[start : start + chance.choice((2, 3))])
        if " " in phrase and len(keystrokes(phrase)) >= 8:
            return phrase


def _keys(phrase: str) -> Iterator[str]:
    keys = keystrokes(phrase)
    return (keys[:count] for count in range(1, len(keys) + 1))


def _composing(phrase: str, _: random.Random) -> Iterator[str]:
    return map(composed, _keys(phrase))


def _unspaced(phrase: str, _: random.Random) -> Iterator[str]:
    return map(composed, _keys(phrase.replace(" ", "")))


def _initials(phrase: str, _: random.Random) -> Iterator[str]:
    return (initials(phrase[:count]) for count in range(1, len(phrase) + 1))


def _mixed(phrase: str, _: random.Random) -> Iterator[str]:
    first, rest = phrase.split(" ", 1)
    return (f"{first} {initials(rest[:count])}" for count in range(1, len(rest) + 1))


def _english(phrase: str, _: random.Random) -> Iterator[str]:
    return (keys.translate(TO_KEYS) for keys in _keys(phrase))


def _mistyped(phrase: str, chance: random.Random) -> Iterator[str]:
    """글쇠 하나를 빠뜨리거나, 옆의 것을 더 치거나, 바꾸어 치거나, 앞뒤를 뒤바꾼다."""
    keys = keystrokes(phrase)
    at = chance.choice([at for at in range(1, len(keys) - 1) if " " not in keys[at : at + 2]])
    here, after, other = (
        keys[at],
        keys[at + 1],
        chance.choice([key for key in keystrokes("가나다라바사어요이") if key != keys[at]]),
    )
    wrong = chance.choice(("", other + here, other, after + here))
    slipped = keys[:at] + wrong + keys[at + (2 if wrong == after + here else 1) :]
    return (composed(slipped[:count]) for count in range(at + 1, len(slipped) + 1))


def _turned(phrase: str, _: random.Random) -> Iterator[str]:
    first, rest = phrase.split(" ", 1)
    return map(composed, _keys(f"{rest} {first}"))


def _nothing(_: str, chance: random.Random) -> Iterator[str]:
    """아무 제목에도 없는 말: 모든 길을 끝까지 가 보는 가장 느린 물음."""
    syllables = [chr(0xAC00 + chance.randrange(11172)) for _ in range(4)]
    return map(composed, _keys("".join(syllables)))


WAYS: Mapping[str, Callable[[str, random.Random], Iterator[str]]] = {
    "composing": _composing,
    "unspaced": _unspaced,
    "initials": _initials,
    "mixed": _mixed,
    "english_layout": _english,
    "mistyped": _mistyped,
    "turned_words": _turned,
    "nothing": _nothing,
}


def _squeezed(text: str) -> str:
    return "".join(words_of(text))


def _resident() -> int:
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * PAGE
