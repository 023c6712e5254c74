"""항목들에서 조각 색인의 파일들을 짓는다. 어디에 게시되는지도, 순위를 셈하는 브라우저도 모른다.

파일의 꼴(모든 수는 LEB128: 아래 7비트부터, 이어지면 맨 위 비트가 1):

    grams/<번호>.bin    조각마다 [조각의 바이트 수][조각, UTF-8][그 조각이 든 항목의 수][목록의 바이트 수][목록]
                        목록은 항목의 자리 차례로 (앞 자리와의 차이) * 8 + (점수 0~7)
    titles/<번호>.json  {"항목 번호": "제목"}

항목의 자리는 `KINDS`에서 갈래의 자리 * 10^9 + 번호다. 다른 항목이 더해지거나 빠져도 바뀌지 않으므로, 한 항목을 고치면 그 항목의
조각이 든 파일만 바뀐다. 파일의 번호는 조각이면 `shard_of`, 제목이면 `title_shard_of`의 셈이다.
"""

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from build.offline.grams import grams
from build.offline.spoken import Spoken
from kb.entry import Entry
from kb.terms import NO_TERMS, Terms

Numbers: TypeAlias = NDArray[np.int64]

KINDS = "cdsfkp"
PER_KIND = 10**9
LEVELS = 8

TITLE, TAG, LEAD = 3, 2, 1
"""조각 하나의 무게: 제목, 태그, 첫 문단 (이슈 5의 7)."""

SAID = 3
"""시민의 말(낱말 표)의 무게: 낱말 표에 적힌 무게를 곱한다. 길이에는 세지 않는다."""

BODY, OFTEN = 1 / 3, 3
"""서울 전체에 맞는 안내는 본문도 센다: 조각 하나의 무게와, 많아야 몇 번 셀지. 길이에는 세지 않는다. 한 곳만의 안내(어린이집,
주차장)는 본문이 서로 닮아 자리만 차지한다. 판정한 질문에서 시민의 말과 함께 nDCG@10이 0.570에서 0.626이 되었다."""

TARGET = re.compile(r"\]\([^)]*\)")
"""Markdown 링크의 주소."""

K, B, USUAL = 2.0, 0.5, 110.0
"""BM25의 k1과 b, 보통 항목의 무게 합. 모든 항목의 평균 대신 늘 같은 수를 쓰므로 점수는 그 항목만으로 정해진다.
판정한 질문(tests/search)에서 k1 1.2와 2, b 0.5와 0.75를 견주어 골랐다."""

SHARD = 6_000
TITLES = 5_000
"""파일 하나의 바이트 수가 평균 이쯤 되도록 수를 정한다: 물음의 조각마다 하나를 받으므로 작아야 하고, 너무 많아도 안 된다."""

NEIGHBOURS = 64
"""번호가 이만큼 가까운 항목의 제목은 한 파일에 있다: 함께 찾아지는 일이 많다."""

COMMON, FEW = 4, 100
"""항목의 이 몫(1/4)보다, 그리고 이만큼보다 많은 데 든 조각은 점수가 높은 것만 남긴다: 흔해서 순위를 거의 바꾸지 않는데 자리는
가장 많이 차지한다."""

FOLDER = "/search"
SCRIPT = f"{FOLDER}/offline.js"


@dataclass(frozen=True, kw_only=True)
class Shape:
    """브라우저가 셈하기 전에 알아야 하는 수: 항목, 조각 파일, 제목 파일."""

    entries: int
    grams: int
    titles: int


class Said(NamedTuple):
    """항목 하나에서 색인에 드는 글과 그 지문. `entry`가 같은 값이면 다시 보지 않는다."""

    entry: Entry
    title: str
    texts: tuple[str, ...]
    digest: bytes


class Index:
    """조각 색인. 지난번에 셈한 항목을 기억하므로 다시 지을 때는 바뀐 항목만 셈한다. 기억은 결과를 바꾸지 않는다.

    `terms`는 시민의 말을 행정의 말로 잇는 낱말 표(kb.terms)다.
    """

    def __init__(self, terms: Terms = NO_TERMS) -> None:
        self._spoken = Spoken(terms)
        self._terms = hashlib.sha256(repr(sorted(terms.items())).encode()).digest()
        self._said: dict[str, Said] = {}
        self._numbers: dict[str, int] = {}
        self._weighed: dict[str, tuple[object, Numbers]] = {}

    def key(self, entries: Mapping[str, Entry], titles: Mapping[str, str]) -> str:
        """색인에 드는 글의 지문. 한 곳만의 안내는 본문만 고치면 그대로다. `titles`는 쪽에 보이는 제목(같은 제목끼리 갈라 놓은 것)이다."""
        self._said = {id: self._say(entry, titles[id]) for id, entry in entries.items()}
        digests = (self._said[id].digest for id in sorted(self._said))
        return hashlib.sha256(b"".join((self._terms, *digests))).hexdigest()

    def files(self, entries: Mapping[str, Entry], titles: Mapping[str, str]) -> tuple[Shape, Mapping[str, bytes]]:
        """모든 파일의 주소와 바이트. 같은 항목이면 늘 같은 바이트다."""
        self.key(entries, titles)
        lists = self._lists()
        parts = [bytearray() for _ in range(_parts(sum(len(one) for _, one in lists), SHARD))]
        for gram, one in sorted(lists):
            parts[shard_of(gram, len(parts))] += one
        listed = _titles({id: said.title for id, said in self._said.items()})
        return Shape(entries=len(self._said), grams=len(parts), titles=len(listed)), {
            **{f"{FOLDER}/grams/{at:02x}.bin": bytes(part) for at, part in enumerate(parts)},
            **{f"{FOLDER}/titles/{at:02x}.json": part for at, part in enumerate(listed)},
            SCRIPT: (Path(__file__).parent / "offline.js").read_bytes(),
        }

    def _say(self, entry: Entry, title: str) -> Said:
        known = self._said.get(entry.id)
        if known and known.entry is entry and known.title == title:
            return known
        texts = (entry.title, *entry.tags, entry.lead, _body(entry))
        digest = hashlib.sha256("\n".join((entry.id, title, *texts)).encode()).digest()
        return Said(entry, title, texts, digest)

    def _lists(self) -> list[tuple[str, bytes]]:
        """조각마다 파일에 적힐 바이트."""
        spoken = self._spoken.of({id: said.entry for id, said in self._said.items()})
        self._weighed = {id: self._weigh(id, said, spoken.get(id, {})) for id, said in self._said.items()}
        if not self._weighed:
            return []
        numbers, keys, levels = self._postings()
        starts = np.flatnonzero(np.diff(numbers, prepend=-1))
        ends = np.append(starts[1:], len(numbers))
        kept = np.ones(len(numbers), dtype=np.bool_)
        most = max(len(self._said) // COMMON, FEW)
        for start, end in zip(starts, ends, strict=True):
            if end - start > most:
                kept[start:end] = _best(levels[start:end], most)
        offsets = np.concatenate(([0], np.cumsum(kept)))
        written, written_to = _varints(_steps(numbers[kept], keys[kept]) * LEVELS + levels[kept])
        names = list(self._numbers)
        return [
            _one(names[number], end - start, written[written_to[offsets[start]] : written_to[offsets[end]]])
            for number, start, end in zip(numbers[starts].tolist(), starts.tolist(), ends.tolist(), strict=True)
        ]

    def _weigh(self, id: str, said: Said, says: Mapping[str, float]) -> tuple[object, Numbers]:
        known, seen = self._weighed.get(id), (said.texts, says)
        if known and known[0] == seen:
            return known
        found = [
            self._numbers.setdefault(gram, len(self._numbers)) * LEVELS + level
            for gram, level in weighed(said.entry, says).items()
        ]
        return seen, np.array(found, dtype=np.int64)

    def _postings(self) -> tuple[Numbers, Numbers, Numbers]:
        """조각의 번호, 항목의 자리, 점수를 조각과 자리의 차례로."""
        lengths = [len(found) for _, found in self._weighed.values()]
        keys = np.repeat(np.array([key_of(id) for id in self._weighed], dtype=np.int64), lengths)
        packed = np.concatenate([found for _, found in self._weighed.values()])
        order = np.lexsort((keys, packed // LEVELS))
        return packed[order] // LEVELS, keys[order], packed[order] % LEVELS


def weighed(entry: Entry, says: Mapping[str, float]) -> Mapping[str, int]:
    """항목의 조각마다 점수(0~7): 제목에 있으면 세 배, 긴 항목일수록 낮다(BM25). `says`는 시민이 부르는 다른 말과 그 무게다."""
    weights: dict[str, float] = defaultdict(float)
    for gram in grams(entry.title):
        weights[gram] += TITLE
    for tag in entry.tags:
        for gram in set(grams(tag)):
            weights[gram] += TAG
    for gram in grams(entry.lead):
        weights[gram] += LEAD
    damp = K * (1 - B + B * sum(weights.values()) / USUAL)
    for gram, times in Counter(grams(_body(entry))).items():
        weights[gram] += BODY * min(times, OFTEN)
    for say, weight in says.items():
        for gram in grams(say):
            weights[gram] = max(weights[gram], SAID * weight)
    return {gram: int(LEVELS * weight / (weight + damp)) for gram, weight in weights.items() if weight}


def _body(entry: Entry) -> str:
    return "" if entry.districts else TARGET.sub("]", entry.body)


def key_of(id: str) -> int:
    """항목의 자리."""
    return KINDS.index(id[0]) * PER_KIND + int(id[1:])


def shard_of(gram: str, parts: int) -> int:
    """조각이 든 파일의 번호. 브라우저도 같은 셈을 한다."""
    told = 0
    for letter in gram:
        told = (told * 31 + ord(letter)) % 65521
    return told % parts


def title_shard_of(id: str, parts: int) -> int:
    """제목이 든 파일의 번호."""
    return int(id[1:]) // NEIGHBOURS % parts


def _titles(titles: Mapping[str, str]) -> list[bytes]:
    size = sum(len(title.encode()) + len(id) + 6 for id, title in titles.items())
    parts: list[dict[str, str]] = [{} for _ in range(_parts(size, TITLES))]
    for id in sorted(titles, key=key_of):
        parts[title_shard_of(id, len(parts))][id] = titles[id]
    return [json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode() for part in parts]


def _one(gram: str, count: int, listed: bytes) -> tuple[str, bytes]:
    spelt = gram.encode()
    return gram, _varint(len(spelt)) + spelt + _varint(count) + _varint(len(listed)) + listed


def _parts(size: int, each: int) -> int:
    """파일의 수는 2의 거듭제곱: 항목이 조금 늘어도 파일이 뒤섞이지 않는다."""
    return int(2 ** max(0, (size // each)).bit_length())


def _best(levels: Numbers, most: int) -> NDArray[np.bool_]:
    kept = np.zeros(len(levels), dtype=np.bool_)
    kept[np.argsort(-levels, kind="stable")[:most]] = True
    return kept


def _steps(numbers: Numbers, keys: Numbers) -> Numbers:
    """앞 자리와의 차이. 조각이 바뀌는 곳에서는 자리 그대로."""
    steps = np.diff(keys, prepend=0)
    first = np.flatnonzero(np.diff(numbers, prepend=-1))
    steps[first] = keys[first]
    return steps


def _varints(values: Numbers) -> tuple[bytes, Numbers]:
    """수들을 이어 적은 것과, 수마다 끝나는 자리(앞에 0을 하나 더)."""
    lengths = np.ones(len(values), dtype=np.int64)
    for bits in range(7, 63, 7):
        lengths += values >= 1 << bits
    ends = np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(lengths)))
    written = np.zeros(int(ends[-1]), dtype=np.uint8)
    for at in range(int(lengths.max(initial=0))):
        has = lengths > at
        more = lengths[has] > at + 1
        written[ends[:-1][has] + at] = (values[has] >> (7 * at)) & 127 | more * 128
    return written.tobytes(), ends


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    return bytes((*written, value))
