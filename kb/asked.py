"""시민이 찾은 말을 세기 전에 다듬고 가린다. 어디에 세는지, 누가 찾았는지는 모른다.

개인정보를 찾는 일은 kb.personal이 한다. 찾는 말은 짧아서 ‘담당자’ 같은 곁말이 없으므로, 여기서는 의심스러우면 가린다:
잘못 가린 것은 셈 하나를 잃을 뿐이고, 놓친 것은 남의 이름을 적어 두는 것이다.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kb import personal
from kb.checks.names import is_name
from kb.korean import clean
from kb.personal import Kind

LONGEST = 60
"""이보다 긴 말은 낱말이 아니라 사연이다. 어느 무늬에도 걸리지 않는 사정이 들어 있고 다섯 사람이 똑같이 칠 일도 없다."""

TOO_LONG, NUMBER, WEB = "[긴 글]", "[번호]", "[웹 주소]"
LEAST_DIGITS = 6
"""이어진 숫자가 이만큼이면 무엇인지 몰라도 번호로 본다: 생년월일 여섯 자리부터."""

DIGITS = re.compile(r"\d(?<!\d\d)(?:[\s\-–—./()·]{0,3}\d)*+(?![\d,.]*\s?(?:원|만|억|년))")
SPOKEN = re.compile(rf"(?:[{personal.SPOKEN}륙][\s\-,.]{{0,2}}){{8}}(?<![\d\s\-,.]{{8}})")
"""말로 적은 번호: 공일공 일이삼사 … 숫자로만 된 것은 DIGITS가 본다."""
DATE = re.compile(r"(?<!\d)20\d\d(?:\s?년(?:\s?\d{1,2}\s?월)?(?:\s?\d{1,2}\s?일)?|[-./]\d{1,2}[-./]\d{1,2}(?!\d))")
PLACE = re.compile(
    rf"{personal.ADDRESS.pattern}(?=[\s,)(]|번지|[에의은는]|$)(?!\s?(?:동|가|공영|교|개|명|회|차|번|층|시간|분)(?![가-힣]))"
)
"""번지나 건물 번호까지 적은 주소. ‘구로2동’, ‘도봉로15길’은 아니다."""
LINK = re.compile(r"://|\bwww\.", re.IGNORECASE)
WORD = re.compile(
    rf"(?<![가-힣])(?P<name>{personal.NAME})"
    r"(?:은|는|이|가|을|를|의|도|과|와|랑|이랑|에게|한테|께|씨|님|이네|네|이라는)?(?![가-힣])"
)
"""이름의 모양인 낱말. 뒤에 조사가 붙어 있어도 된다."""

SAMPLE = "홍길동"
"""서식의 본보기 이름. 분석기는 보통 낱말로 안다."""
NOT_NAMES = re.compile(r".*[동인천비]|이태원")
"""이름의 모양이어도 이름으로 보지 않는 낱말: 장지동, 노숙인, 이주비. 찾는 말에 흔하고 분석기는 더러 사람으로 안다."""


@dataclass(frozen=True, slots=True)
class Asked:
    """셀 말. `key`가 같으면 같은 말이고 `text`는 화면에 보일 꼴이다. 가렸으면 둘 다 ‘[이름] [전화번호]’ 같은 이름표뿐이다."""

    key: str
    text: str
    masked: bool = False


def asked(query: str) -> Asked | None:
    """찾은 말에서 셀 것만 남긴다. 셀 글자가 없으면 None.

    빈칸, 문장 부호, 대소문자가 다른 말은 같은 말이다. 개인정보가 하나라도 있거나 LONGEST보다 길면 말은 버리고 무엇이
    있었는지만 남긴다 (DOMAIN 11, M3).
    """
    text = clean(query)
    if tokens := sorted(set(_tokens(text))):
        return Asked(" ".join(tokens), " ".join(tokens), masked=True)
    key = "".join(letter for letter in text.lower() if letter.isalnum())
    return Asked(key, text) if key else None


def _tokens(text: str) -> Iterator[str]:
    yield from (found.kind.token for found in personal.find(text))
    if len(text) > LONGEST:
        yield TOO_LONG
    if SPOKEN.search(text) or any(map(_is_number, DIGITS.findall(DATE.sub(" 날 ", text)))):
        yield NUMBER
    if "@" in text:
        yield Kind.EMAIL.token
    if LINK.search(text):
        yield WEB
    if PLACE.search(text):
        yield Kind.ADDRESS.token
    if any(_is_name(match["name"]) for match in WORD.finditer(text)):
        yield Kind.NAME.token


def _is_number(run: str) -> bool:
    digits = "".join(letter for letter in run if letter.isdecimal())
    return len(digits) >= LEAST_DIGITS and personal.OFFICE_PHONE.fullmatch(digits) is None


def _is_name(word: str) -> bool:
    return word == SAMPLE or (not NOT_NAMES.fullmatch(word) and is_name(word, sure=False))
