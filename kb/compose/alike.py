"""닮은 글 재기: 이름·주소·전화를 가린 뒤 두 글이 같은 말을 하는지. 어느 쪽을 지울지는 모른다.

PUBLISHING 3절: 가리고 나서 조각(shingle) 닮음이 0.9를 넘으면 따로 둘 쪽이 아니다. 금액·시간·정원처럼 답이 되는 수는
가리지 않는다(‘요금이 다르면 제 쪽’, 같은 절 (b)). `strict`는 모든 수까지 가려 본 값이다(알려 주기만 한다).
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kb.districts import DISTRICTS
from kb.entry import Entry

WIDTH = 3
"""조각 하나의 낱말 수."""
THRESHOLD = 0.9

TABLE_RULE = re.compile(r"^\|?[\s:|-]+\|?$")
LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)|<?https?://\S+")
PHONE = re.compile(r"0\d{1,3}-\d{3,4}-\d{4}|\b1\d{3}-\d{4}\b|02-120")
ADDRESS = re.compile(
    rf"(?:서울 )?(?:{'|'.join(DISTRICTS)})?\s?[가-힣\d·.]+(?:로|길|동|가)\s?(?:지하\s?)?\d+(?:-\d+)?(?:번지)?(?:,? ?[^|\n.]*?층)?(?:\s?\([^()]*\))?"
)
DISTRICT = re.compile("|".join(DISTRICTS))


@dataclass(frozen=True)
class Pair:
    """닮은 두 항목과 닮음(0~1)."""

    one: str
    two: str
    likeness: float


def told(entry: Entry, *, strict: bool = False) -> list[str]:
    """그 항목이 말하는 낱말들: facts와 본문에서 표의 머리를 빼고 제 이름·주소·전화·구 이름을 가린 것."""
    lines = [f"{name} {value}" for name, value in entry.facts.items()]
    body = entry.body.split("\n")
    for number, line in enumerate(body):
        following = body[number + 1] if number + 1 < len(body) else ""
        is_heading = line.startswith("#") or (line.startswith("|") and bool(TABLE_RULE.match(following)))
        if not is_heading and not TABLE_RULE.match(line):
            lines.append(line.replace("|", " "))
    text = "\n".join(lines)
    for name in sorted(_own_names(entry), key=len, reverse=True):
        text = text.replace(name, " □ ")
    for value in (entry.facts.get("주소", ""), entry.facts.get("우편번호", "")):
        if value:
            text = text.replace(value, " □ ")
    text = DISTRICT.sub("□", ADDRESS.sub("□", PHONE.sub("□", LINK.sub(r"\1", text))))
    if strict:
        text = re.sub(r"\d+", "0", text)
    return re.findall(r"\w+|□", text)


def _own_names(entry: Entry) -> set[str]:
    """그 항목이 무엇에 관한 것인지 부르는 이름: 첫 꼬리표(조리법이 이름이나 구를 맨 앞에 둔다)와 관리하는 곳."""
    return {name for name in (*entry.tags[:1], entry.department) if len(name) > 1}


def alike(entries: Iterable[Entry], *, strict: bool = False, threshold: float = THRESHOLD) -> list[Pair]:
    """닮음이 `threshold` 이상인 짝들(닮은 차례). 드문 조각부터 견주어 12,000개를 몇 초에 본다."""
    listed = list(entries)
    bags = [frozenset(_shingles(told(entry, strict=strict))) for entry in listed]
    found = [Pair(listed[a].id, listed[b].id, likeness) for a, b, likeness in _close(bags, threshold)]
    return sorted(found, key=lambda pair: (-pair.likeness, pair.one, pair.two))


def _shingles(words: Sequence[str]) -> Iterator[str]:
    if len(words) < WIDTH:
        yield " ".join(words)
    for at in range(len(words) - WIDTH + 1):
        yield " ".join(words[at : at + WIDTH])


def _close(bags: Sequence[frozenset[str]], threshold: float) -> Iterator[tuple[int, int, float]]:
    """자카드 닮음이 큰 짝: 닮았다면 드문 쪽 조각 몇 개 가운데 하나는 반드시 함께 가진다(앞조각 거르기)."""
    often = Counter(shingle for bag in bags for shingle in bag)
    order = sorted(range(len(bags)), key=lambda at: len(bags[at]))
    holders = defaultdict[str, list[int]](list)
    for at in order:
        bag = bags[at]
        rare = sorted(bag, key=lambda shingle: (often[shingle], shingle))
        prefix = rare[: len(bag) - int(threshold * len(bag) - 1e-9)]
        candidates = {other for shingle in prefix for other in holders[shingle]}
        for other in candidates:
            if len(bags[other]) < threshold * len(bag) - 1e-9:
                continue
            shared = len(bag & bags[other])
            likeness = shared / (len(bag) + len(bags[other]) - shared)
            if likeness >= threshold:
                yield min(at, other), max(at, other), likeness
        for shingle in prefix:
            holders[shingle].append(at)
