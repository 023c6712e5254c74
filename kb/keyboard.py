"""영문 자판으로 친 한글을 되돌린다(두벌식). 그 말이 있는 말인지는 모른다."""

import re

_KEYS = "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml"
_JAMO = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅑㅒㅓㅔㅕㅖㅗㅛㅜㅠㅡㅣ"
_LEADS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_TAILS = ("", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ")
_PAIRS = {
    **{"ㅗㅏ": "ㅘ", "ㅗㅐ": "ㅙ", "ㅗㅣ": "ㅚ", "ㅜㅓ": "ㅝ", "ㅜㅔ": "ㅞ", "ㅜㅣ": "ㅟ", "ㅡㅣ": "ㅢ"},
    **{"ㄱㅅ": "ㄳ", "ㄴㅈ": "ㄵ", "ㄴㅎ": "ㄶ", "ㄹㄱ": "ㄺ", "ㄹㅁ": "ㄻ", "ㄹㅂ": "ㄼ", "ㄹㅅ": "ㄽ"},
    **{"ㄹㅌ": "ㄾ", "ㄹㅍ": "ㄿ", "ㄹㅎ": "ㅀ", "ㅂㅅ": "ㅄ"},
}
_TO_JAMO = dict(zip(_KEYS, _JAMO, strict=True))
_ANY_CASE = {key.upper(): jamo for key, jamo in _TO_JAMO.items() if key.islower()} | _TO_JAMO

_VOWEL = "(?:ㅗ[ㅏㅐㅣ]|ㅜ[ㅓㅔㅣ]|ㅡㅣ|[ㅏ-ㅣ])"
_TAIL = "(?:ㄱㅅ|ㄴ[ㅈㅎ]|ㄹ[ㄱㅁㅂㅅㅌㅍㅎ]|ㅂㅅ|[ㄱ-ㅎ](?<![ㄸㅃㅉ]))"
_SYLLABLE = re.compile(f"([{_LEADS}])({_VOWEL})({_TAIL}(?![ㅏ-ㅣ]))?")
_TYPED = re.compile(r"(?=.*[a-zA-Z])[a-zA-Z0-9\s.,?!~-]+")


def to_hangul(text: str) -> str | None:
    """영문 자판으로 친 글을 두벌식 한글로. 로마자 글이 아니거나 온전한 음절로만 되지 않으면 None.

    >>> to_hangul("wnalsemdfhr")
    '주민등록'
    >>> to_hangul("KTX") is None
    True
    """
    found = half_typed(text)
    return None if found is None or re.search("[ㄱ-ㅣ]", found) else found


def half_typed(text: str) -> str | None:
    """영문 자판으로 치다 만 글을 두벌식 한글로. 음절이 되지 못한 것은 낱자로 둔다. 로마자 글이 아니면 None.

    >>> half_typed("durn"), half_typed("wnals e")
    ('여구', '주민 ㄷ')
    """
    if not _TYPED.fullmatch(text):
        return None
    keys = text.lower() if text.isupper() else text
    return composed("".join(_ANY_CASE.get(key, key) for key in keys))


def composed(text: str) -> str:
    """낱자로 풀어 친 한글을 음절로 모은다. 음절이 되지 못한 낱자와 다른 글자는 그대로 둔다.

    >>> composed("ㅇㅕㄱㅜㅓㄴ ㅈ")
    '여권 ㅈ'
    """
    return _SYLLABLE.sub(_compose, text)


def _compose(match: re.Match[str]) -> str:
    lead, vowel, tail = match[1], match[2], match[3] or ""
    place = _LEADS.index(lead) * 21 + _VOWELS.index(_PAIRS.get(vowel, vowel))
    return chr(0xAC00 + place * 28 + _TAILS.index(_PAIRS.get(tail, tail)))
