"""여럿을 견주어야 보이는 것: 같은 제목, 같은 답, 거의 같은 글. 어느 쪽을 남길지는 모른다.

숫자(전화, 금액, 시간)나 구가 다르면 다른 답이다: 같은 틀로 쓴 두 시설의 글은 닮았어도 묻는 것이 다르다. 그래서 숫자와 구가
같은 글끼리만, 그 가운데서도 드문 조각(낱말 둘)을 함께 가진 짝만 rapidfuzz로 견준다.
"""

import re
import zlib
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from itertools import combinations, pairwise

from rapidfuzz import fuzz

from kb.checks.codes import CODES, NEAR_DUPLICATE, SAME_ANSWER, SAME_TITLE
from kb.checks.finding import Finding
from kb.checks.reading import Reading, letters

LIKENESS = 90.0
"""거의 같다고 보는 닮음(rapidfuzz.fuzz.ratio, 0~100)."""
ENOUGH = 12
"""같은 답으로 묶는 가장 짧은 답의 글자 수: ‘가능합니다’는 어느 물음에나 답이 된다."""
MUCH_SHORTER = 0.8
"""길이가 이보다 다르면 LIKENESS만큼 같을 수 없다(2·짧은 쪽/(짧은 쪽+긴 쪽) < 0.89)."""
LONG_ENOUGH = 40
"""거의 같은지 견주는 가장 짧은 글자 수."""
LONG = 60
"""낱말이 이보다 많으면 긴 글이다."""
COMMON = 30
"""이보다 많은 글에 나오는 조각은 틀이라 짝을 찾는 데 쓰지 않는다."""
SKETCH = 8
"""글마다 짝을 찾는 데 쓰는 조각의 수."""
DIGITS = re.compile(r"\d+")


def pairs(readings: Sequence[Reading]) -> list[Finding]:
    """게시된 글과 초안 사이에서 걸린 묶음들: 묶음마다 하나이고, 번호가 가장 앞선 글에 매단다."""
    told = [reading.squeezed for reading in readings]
    return [*_same_titles(readings, told), *_same_answers(readings, told), *_near(readings, told)]


def _finding(code: str, group: Sequence[Reading], message: str) -> Finding:
    first, *rest = group
    public = sum(reading.entry.is_public for reading in group) > 1
    return Finding(
        code,
        CODES[code].severity,
        first.entry.id,
        message,
        CODES[code].hint,
        public,
        tuple(reading.entry.id for reading in rest),
    )


def _same_titles(readings: Sequence[Reading], told: Sequence[str]) -> Iterator[Finding]:
    groups: dict[tuple[str, tuple[str, ...]], list[int]] = {}
    for at, reading in enumerate(readings):
        groups.setdefault((letters(reading.entry.title).casefold(), reading.entry.districts), []).append(at)
    for places in groups.values():
        if len(places) > 1:
            differ = len({told[at] for at in places}) > 1
            answers = "답이 서로 다릅니다" if differ else "답도 같습니다"
            group = [readings[at] for at in places]
            yield _finding(SAME_TITLE, group, f"제목이 같은 글이 {len(group)}개이고 {answers}: {_ids(group)}.")


def _same_answers(readings: Sequence[Reading], told: Sequence[str]) -> Iterator[Finding]:
    groups: dict[str, list[Reading]] = {}
    for reading, answer in zip(readings, told, strict=True):
        if len(answer) >= ENOUGH:
            groups.setdefault(answer, []).append(reading)
    for group in groups.values():
        if len({letters(reading.entry.title) for reading in group}) > 1:
            yield _finding(SAME_ANSWER, group, f"답이 같은 글이 {len(group)}개입니다: {_ids(group)}.")


def _ids(group: Sequence[Reading]) -> str:
    shown = ", ".join(reading.entry.id for reading in group[:5])
    return shown + (f" 밖에 {len(group) - 5}개" if len(group) > 5 else "")


# --- near-duplicates ----------------------------------------------------------------------------------------------


def _near(readings: Sequence[Reading], told: Sequence[str]) -> Iterator[Finding]:
    joined = dict[int, set[int]]()
    blocks = _blocks(readings, told)
    for one, two in _candidates(readings, list(blocks)):
        a, b = told[one], told[two]
        shorter, longer = sorted((len(a), len(b)))
        if blocks[one] != blocks[two] or shorter < MUCH_SHORTER * longer:
            continue
        if a != b and fuzz.ratio(a, b, score_cutoff=LIKENESS):
            joined.setdefault(one, {one}).update(joined.get(two, {two}))
            for at in joined[one]:
                joined[at] = joined[one]
    for group in {id(group): sorted(group) for group in joined.values()}.values():
        alike = [readings[at] for at in group]
        yield _finding(NEAR_DUPLICATE, alike, f"거의 같은 글이 {len(alike)}개입니다: {_ids(alike)}.")


def _blocks(readings: Sequence[Reading], told: Sequence[str]) -> dict[int, Hashable]:
    """자리 -> 숫자와 구. 숫자와 구가 같은 글이 또 있는 글만: 나머지는 누구와도 거의 같을 수 없다."""
    blocks: dict[int, Hashable] = {
        at: (readings[at].entry.districts, *DIGITS.findall(answer))
        for at, answer in enumerate(told)
        if len(answer) >= LONG_ENOUGH
    }
    held = Counter(blocks.values())
    return {at: block for at, block in blocks.items() if held[block] > 1}


def _candidates(readings: Sequence[Reading], places: Sequence[int]) -> list[tuple[int, int]]:
    """드문 조각을 함께 가진 짝들. 조각은 지문(crc32)이 작은 것부터 여덟 개: 닮은 두 글은 거의 늘 하나를 나눠 갖는다."""
    marks = _Marks()
    bags = {at: marks.of(readings[at].answer.split()) for at in places}
    often = Counter(mark for bag in bags.values() for mark in bag)
    holders = defaultdict[int, list[int]](list)
    for at, bag in bags.items():
        for mark in sorted(mark for mark in bag if 1 < often[mark] <= COMMON)[:SKETCH]:
            holders[mark].append(at)
    return sorted({pair for held in holders.values() for pair in combinations(held, 2)})


class _Marks(dict[str, int]):
    """낱말의 지문(crc32). 같은 낱말이 되풀이되므로 한 번만 셈한다. 파이썬의 hash는 돌릴 때마다 달라 쓰지 않는다."""

    def __missing__(self, word: str) -> int:
        mark = self[word] = zlib.crc32(word.encode())
        return mark

    def of(self, words: Sequence[str]) -> set[int]:
        """이어진 두 낱말의 지문들. 긴 글은 넷에 하나만: 지문으로 고르므로 닮은 글에서는 같은 것이 남는다."""
        marks = [self[word] for word in words]
        kept = 3 if len(words) > LONG else 0
        return {mark & 0xFFFFFFFF for one, two in pairwise(marks) if not (mark := one * 1_000_003 ^ two) & kept}
