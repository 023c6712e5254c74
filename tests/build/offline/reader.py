"""offline.js와 같은 셈으로 조각 파일을 읽는다: 브라우저 없이 순위를 재려고."""

import json
import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from build.offline import Shape, grams
from build.offline.shards import FOLDER, KINDS, LEVELS, PER_KIND, shard_of, title_shard_of

가장_많이 = 24


@dataclass
class 읽는이:
    """색인의 파일들을 읽어 찾는다. `받은`은 지금까지 받은 파일의 이름."""

    모양: Shape
    파일: Mapping[str, bytes]
    받은: set[str] = field(default_factory=set)

    def 찾기(self, 물음: str, 몇: int = 10) -> list[str]:
        점수: dict[int, float] = defaultdict(float)
        for 조각 in list(dict.fromkeys(grams(물음)))[:가장_많이]:
            수, 목록 = self._목록(조각)
            드묾 = math.log(1 + (self.모양.entries - 수 + 0.5) / (수 + 0.5))
            for 자리, 단계 in 목록:
                점수[자리] += 드묾 * (단계 + 0.5) / LEVELS
        차례 = sorted(점수, key=lambda 자리: (-점수[자리], 자리))[:몇]
        return [f"{KINDS[자리 // PER_KIND]}{자리 % PER_KIND}" for 자리 in 차례]

    def 제목(self, 번호: str) -> str:
        return json.loads(self._받기(f"titles/{title_shard_of(번호, self.모양.titles):02x}.json"))[번호]

    def _받기(self, 이름: str) -> bytes:
        self.받은.add(f"{FOLDER}/{이름}")
        return self.파일[f"{FOLDER}/{이름}"]

    def _목록(self, 조각: str) -> tuple[int, list[tuple[int, int]]]:
        바이트 = self._받기(f"grams/{shard_of(조각, self.모양.grams):02x}.bin")
        at = 0
        while at < len(바이트):
            길이, at = 수(바이트, at)
            이름, at = 바이트[at : at + 길이].decode(), at + 길이
            몇, at = 수(바이트, at)
            크기, at = 수(바이트, at)
            if 이름 == 조각:
                return 몇, list(자리들(바이트[at : at + 크기]))
            at += 크기
        return 0, []


def 수(바이트: bytes, at: int) -> tuple[int, int]:
    값 = 자리 = 0
    while 바이트[at] > 127:
        값 |= (바이트[at] & 127) << 자리
        자리, at = 자리 + 7, at + 1
    return 값 | 바이트[at] << 자리, at + 1


def 자리들(바이트: bytes) -> Iterator[tuple[int, int]]:
    at = 자리 = 0
    while at < len(바이트):
        값, at = 수(바이트, at)
        자리 += 값 // LEVELS
        yield 자리, 값 % LEVELS
