"""한글 자모 하나를 잘못 친 낱말을 글 모음에 있는 말로 고친다. 어느 항목이 맞는지는 모른다."""

import re
from collections.abc import Iterator
from itertools import pairwise

from kb.index import Reader
from kb.korean import fragments, is_inside_word

LEAST, FIRM = 2, 20
"""고친 말의 두 글자 조각이 적어도 이만큼의 항목에 있어야 한다. 흔치 않은 잘못(FIRM)이면 더 많은 항목에."""

MOST_TRIED = 8
"""가장 그럴듯한 이만큼만 낱말로 풀리는지 본다."""

COMMON = 500
"""부서진 조각이 모두 이만큼의 항목에 하나꼴로 나오는 낱말이면(땅, 속) 잘못 친 것이 아니다."""

LONGEST = 12
"""이보다 긴 말은 낱말이 아니다."""

SURE = 3.0
"""잘 헷갈리는 자모(이웃한 글쇠, 소리가 닮은 것)는 이만큼 더 그럴듯하다고 친다."""

_HANGUL = re.compile(f"[가-힣]{{2,{LONGEST}}}")
_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_TAILS = " ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"
_ALIKE = (
    "ㅐㅔ", "ㅒㅖ", "ㅔㅖ", "ㅐㅒ", "ㅙㅚㅞ", "ㅗㅛ", "ㅜㅠ", "ㅏㅑ", "ㅓㅕ", "ㅢㅣ", "ㅢㅡ", "ㅟㅣ", "ㅘㅏ", "ㅝㅓ",
    "ㄱㄲㅋ", "ㄷㄸㅌ", "ㅂㅃㅍ", "ㅅㅆ", "ㅈㅉㅊ", " ㄱ", " ㄴ", " ㄹ", " ㅁ", " ㅂ", " ㅅ", " ㅇ", " ㅎ",
)  # fmt: skip
_ROWS = ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "ㅋㅌㅊㅍㅠㅜㅡ")


def _pairs() -> Iterator[frozenset[str]]:
    for group in _ALIKE:
        yield from (frozenset((one, other)) for one in group for other in group if one != other)
    for row in _ROWS:
        yield from map(frozenset, pairwise(row))
    for upper, lower in pairwise(_ROWS):  # the key below, and the one below it to the left
        for at, key in enumerate(lower):
            yield from (frozenset((key, other)) for other in upper[at : at + 2])


_LIKELY = frozenset(_pairs())


def repaired(word: str, reader: Reader, *, wholly: bool = False) -> str | None:
    """자모 하나를 바꾸어(받침은 더하거나 빼기도) 글 모음에 있는 말이 되면 그 말, 아니면 None.

    한 글자의 앞뒤 조각이 모두 글 모음에 없으면 그 글자가 틀린 것이다. 한쪽만 없으면(낱말의 끝, 두 글자 낱말) 사전의 낱말로
    풀리지 않을 때만 고친다: ‘카드값’도 ‘드값’은 글 모음에 없다. 사전의 낱말 속에 든 글자는 고치지 않는다. `wholly`면 고친 말이 낱말로 남김없이 풀려야 한다.
    """
    if not _HANGUL.fullmatch(word):
        return None
    unknown = [at for at, (a, b) in enumerate(pairwise(word)) if not reader.having("bigrams", a + b)]
    if not unknown or unknown[-1] - unknown[0] > 1:
        return None
    if is_inside_word(word, unknown[-1]) if len(unknown) == 2 else not _is_broken(word, reader):
        return None
    suspects = (unknown[-1],) if len(unknown) == 2 else (unknown[0], unknown[0] + 1)
    tried = sorted((one for at in suspects for one in _tried(word, at, reader)), reverse=True)[:MOST_TRIED]
    mended = [(len(fragments(changed)), order, changed) for order, (_, changed) in enumerate(tried)]
    left, _, best = min(mended, default=(0, 0, ""))
    return None if wholly and left else best or None


def _is_broken(word: str, reader: Reader) -> bool:
    """사전의 낱말로 풀리지 않고 부서졌는가. 부서진 조각이 모두 흔한 낱말이면(땅, 속) 성한 말이다."""
    broken = fragments(word)
    return any(reader.having("morphemes", piece) <= reader.size() / COMMON for piece in broken)


def _tried(word: str, at: int, reader: Reader) -> Iterator[tuple[float, str]]:
    """`at`째 글자를 바꾼, 글 모음에 있는 말들과 그럴듯한 정도."""
    for syllable, likely in _near(word[at]):
        changed = word[:at] + syllable + word[at + 1 :]
        around = changed[max(at - 1, 0) : at + 2]
        least = min(reader.having("bigrams", a + b) for a, b in pairwise(around))
        if least >= (LEAST if likely else FIRM):
            yield least * (SURE if likely else 1.0), changed


def _near(syllable: str) -> Iterator[tuple[str, bool]]:
    """자모 하나만 다른 글자들과, 그것이 흔한 잘못인지."""
    code = ord(syllable) - 0xAC00
    lead, vowel, tail = code // 588, code // 28 % 21, code % 28
    for letters, now, step in ((_LEADS, lead, 588), (_VOWELS, vowel, 28), (_TAILS, tail, 1)):
        for other, letter in enumerate(letters):
            if other != now:
                yield chr(0xAC00 + code + (other - now) * step), frozenset((letter, letters[now])) in _LIKELY
