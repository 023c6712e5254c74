"""사람이 치다 만 글을 견줄 수 있는 꼴로 푼다: 누른 글쇠(낱자), 초성, 낱말. 무엇과 견주는지는 모른다."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from kb.keyboard import composed, half_typed
from kb.korean import clean

LONGEST = 80
"""이보다 긴 글은 앞만 본다. 가장 긴 제목이 예순세 글자다."""

_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = (*"ㅏㅐㅑㅒㅓㅔㅕㅖㅗ", "ㅗㅏ", "ㅗㅐ", "ㅗㅣ", *"ㅛㅜ", "ㅜㅓ", "ㅜㅔ", "ㅜㅣ", *"ㅠㅡ", "ㅡㅣ", "ㅣ")
_DOUBLE_TAILS = {"ㄳ": "ㄱㅅ", "ㄵ": "ㄴㅈ", "ㄶ": "ㄴㅎ", "ㄺ": "ㄹㄱ", "ㄻ": "ㄹㅁ", "ㄼ": "ㄹㅂ", "ㄽ": "ㄹㅅ"} | {
    "ㄾ": "ㄹㅌ", "ㄿ": "ㄹㅍ", "ㅀ": "ㄹㅎ", "ㅄ": "ㅂㅅ",
}  # fmt: skip
_TAILS = ("", *(_DOUBLE_TAILS.get(tail, tail) for tail in "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"))
_PLAIN = {"ㄲ": "ㄱ", "ㄸ": "ㄷ", "ㅃ": "ㅂ", "ㅆ": "ㅅ", "ㅉ": "ㅈ"}

_KEYSTROKES = {
    0xAC00 + (lead * 21 + vowel) * 28 + tail: _LEADS[lead] + _VOWELS[vowel] + _TAILS[tail]
    for lead in range(19)
    for vowel in range(21)
    for tail in range(28)
}
_INITIALS = {0xAC00 + at: _PLAIN.get(_LEADS[at // 588], _LEADS[at // 588]) for at in range(11172)} | {
    ord(double): plain for double, plain in _PLAIN.items()
}
_APART = str.maketrans(_DOUBLE_TAILS) | {
    **{0x1100 + at: lead for at, lead in enumerate(_LEADS)},
    **{0x1161 + at: vowel for at, vowel in enumerate("ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ")},
    **{0x11A8 + at: tail for at, tail in enumerate(_TAILS[1:])},
}
"""홀로 선 겹받침(ㅂㅅ을 치면 나오는 ㅄ)은 두 낱자로, 조합형 낱자(맥의 NFD)는 자판의 낱자로."""

_WORD = re.compile(r"[^\W_]+")
_BARE, _SYLLABLE = re.compile("[ㄱ-ㅎ]"), re.compile("[가-힣]")
_LOOSE = re.compile(r"[ㄱ-ㅣ\W]+$")


def words_of(text: str) -> list[str]:
    """견줄 낱말들: 글자와 숫자만, 로마자는 소문자로.

    >>> words_of("PC방(게임)은 어디에 있나요?")
    ['pc방', '게임', '은', '어디에', '있나요']
    """
    return _WORD.findall(clean(text).lower())


def keystrokes(text: str) -> str:
    """두벌식 자판에서 누르는 차례. 덜 친 글은 다 친 글의 앞토막이 된다: 여구, 여궈, 여권.

    >>> keystrokes("여권"), keystrokes("닭")
    ('ㅇㅕㄱㅜㅓㄴ', 'ㄷㅏㄹㄱ')
    """
    return text.translate(_KEYSTROKES)


def initials(text: str) -> str:
    """초성. 된소리는 예사소리와 가리지 않는다: 윗글쇠를 누르지 않고 치는 사람이 많다.

    >>> initials("주민등록"), initials("쓰레기")
    ('ㅈㅁㄷㄹ', 'ㅅㄹㄱ')
    """
    return text.translate(_INITIALS)


@dataclass(frozen=True)
class Typed:
    """친 글. 띄어쓰기는 낱말을 나눌 때만 본다."""

    raw: str

    @classmethod
    def of(cls, text: str) -> Self:
        """아무 글에서나. 낱자로 풀어 친 한글은 음절로 모은다."""
        return cls(composed(clean(text[: LONGEST * 4]).translate(_APART))[:LONGEST])

    @cached_property
    def words(self) -> tuple[str, ...]:
        """띄어 쓴 낱말들."""
        return tuple(words_of(self.raw))

    @cached_property
    def text(self) -> str:
        """빈칸 없는 글."""
        return "".join(self.words)

    @cached_property
    def spaced(self) -> str:
        """띄어 쓴 그대로의 글."""
        return " ".join(self.words)

    @cached_property
    def keys(self) -> str:
        """누른 글쇠들."""
        return keystrokes(self.text)

    @cached_property
    def initials(self) -> str:
        """초성들."""
        return initials(self.text)

    @cached_property
    def lead(self) -> str:
        """홀로 선 닿소리가 나오기 앞까지의 글."""
        return _BARE.split(self.text, maxsplit=1)[0]

    @cached_property
    def has_initials(self) -> bool:
        """홀로 선 닿소리가 있는가: 초성이거나 이제 막 치는 글자다."""
        return bool(_BARE.search(self.text))

    @cached_property
    def is_initials(self) -> bool:
        """한글이 초성뿐인가."""
        return self.has_initials and not _SYLLABLE.search(self.text)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """홀로 선 닿소리는 그 초성의 아무 음절, 마지막 음절은 덜 친 것까지 맞는 꼴. 띄어쓰기는 보지 않는다."""
        return re.compile(" ?".join([*map(_exactly, self.text[:-1]), *map(_at_least, self.text[-1:])]))

    def without_loose_end(self) -> "Typed | None":
        """끝에 홀로 선 낱자를 뺀 글. 뺄 것이 없거나 빼면 남는 것이 없으면 None."""
        shorter = Typed(_LOOSE.sub("", self.raw))
        return shorter if shorter.text and shorter.text != self.text else None

    def in_hangul(self) -> "Typed | None":
        """영문 자판으로 친 낱말을 한글로 되돌린 글. 그런 낱말이 없으면 None."""
        turned = Typed(" ".join(half_typed(word) or word for word in self.raw.split()))
        return turned if turned.text != self.text else None


def _exactly(letter: str) -> str:
    if not _BARE.match(letter):
        return re.escape(letter)
    lead = _PLAIN.get(letter, letter)
    return f"[{''.join(f'{_first(one)}-{_last(one)}' for one in _LEADS if _PLAIN.get(one, one) == lead)}]"


def _at_least(letter: str) -> str:
    """마지막 글자: 음절이면 거기에 글쇠를 더 눌러 되는 음절까지."""
    if not "가" <= letter <= "힣":
        return _exactly(letter)
    return f"[{''.join(_grown(letter))}]"


def _grown(syllable: str) -> Iterator[str]:
    lead, typed = (ord(syllable) - 0xAC00) // 588, _KEYSTROKES[ord(syllable)]
    return (
        chr(at) for at in range(0xAC00 + lead * 588, 0xAC00 + (lead + 1) * 588) if _KEYSTROKES[at].startswith(typed)
    )


def _first(lead: str) -> str:
    return chr(0xAC00 + _LEADS.index(lead) * 588)


def _last(lead: str) -> str:
    return chr(0xAC00 + _LEADS.index(lead) * 588 + 587)
