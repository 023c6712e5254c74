"""한국어 조사: 앞말의 끝소리에 맞추어 붙인다. 무슨 문장인지는 모른다."""

import re
from enum import Enum


class Ending(Enum):
    """앞말이 무엇으로 끝나는가."""

    VOWEL = "받침 없음"
    RIEUL = "ㄹ 받침"
    CONSONANT = "다른 받침"


PARENTHESISED = re.compile(r"\s*[(〈][^()〈〉]*[)〉]\s*$")
"""끝의 괄호: 조사는 괄호 앞의 말에 맞춘다."""
DIGITS = dict(zip("0123456789", "영일이삼사오육칠팔구", strict=True))
ROUND = ("십", "백", "천", "만", "십", "백", "천", "억")
"""0으로 끝나는 수는 자릿값으로 읽는다: 10 십, 200 이백, 3000 삼천."""
LETTERS = {"L": "엘", "M": "엠", "N": "엔", "R": "알"}
"""글자 이름이 받침으로 끝나는 로마자. 나머지는 모두 홀소리로 끝난다(에이, 비, 씨 …)."""
WORD_END = re.compile(r"(?P<rieul>l|le)$|(?P<consonant>m|n|ng|me|ne|(?<![aeiou])[aeiou][kptcbdg]|oo[kdt])$")
"""소문자 영어 낱말의 흔한 끝: 홀·센텀·라운지처럼 읽힌다."""


def ending(text: str) -> Ending:
    """앞말의 끝소리. 괄호와 문장 부호는 건너뛰고, 숫자와 로마자는 한국어로 읽은 소리로 본다."""
    word = _spoken_part(text)
    if not word:
        return Ending.VOWEL
    last = word[-1]
    if last.isdecimal():
        last = _digit(word)
    elif last.isascii() and last.isalpha():
        return _latin(word)
    if not "가" <= last <= "힣":
        return Ending.VOWEL
    return {0: Ending.VOWEL, 8: Ending.RIEUL}.get((ord(last) - ord("가")) % 28, Ending.CONSONANT)


def _spoken_part(text: str) -> str:
    outside = PARENTHESISED.sub("", text)
    return re.sub(r"[^\w]+$", "", outside or text).replace("_", "")


def _digit(word: str) -> str:
    number = re.search(r"\d+$", word.replace(",", ""))
    digits = number[0] if number else word[-1]
    zeros = len(digits) - len(digits.rstrip("0"))
    if 0 < zeros < len(digits):
        return ROUND[min(zeros, len(ROUND)) - 1]
    return DIGITS[digits[-1]]


def _latin(word: str) -> Ending:
    tail = re.search(r"[A-Za-z]+$", word)
    letters = tail[0] if tail else word
    if letters.isupper() or len(letters) == 1:
        return ending(LETTERS.get(letters[-1].upper(), "이"))
    match = WORD_END.search(letters.lower())
    if match is None:
        return Ending.VOWEL
    return Ending.RIEUL if match["rieul"] else Ending.CONSONANT


def _joined(text: str, after_consonant: str, after_vowel: str) -> str:
    return text + (after_vowel if ending(text) is Ending.VOWEL else after_consonant)


def eun(text: str) -> str:
    """은/는."""
    return _joined(text, "은", "는")


def i(text: str) -> str:
    """이/가."""
    return _joined(text, "이", "가")


def eul(text: str) -> str:
    """을/를."""
    return _joined(text, "을", "를")


def gwa(text: str) -> str:
    """과/와."""
    return _joined(text, "과", "와")


def ina(text: str) -> str:
    """이나/나."""
    return _joined(text, "이나", "나")


def euro(text: str) -> str:
    """으로/로: ㄹ 받침에는 ‘로’가 붙는다."""
    return text + ("으로" if ending(text) is Ending.CONSONANT else "로")


FILTERS = {"eun": eun, "i": i, "eul": eul, "gwa": gwa, "ina": ina, "euro": euro}
"""틀에서 쓰는 이름."""
