"""전화번호의 모양과 지역. 그 번호가 정말 그 기관의 것인지는 모른다."""

import re
from collections.abc import Iterator

from kb.checks.codes import BAD_PHONE
from kb.checks.finding import Problem
from kb.checks.reading import Reading

AREA = r"0(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4])"
SHAPE = re.compile(
    rf"(?:{AREA}|070)-[1-9]\d{{2,3}}-\d{{4}}|080-\d{{3,4}}-\d{{3,4}}|050\d-\d{{3,4}}-\d{{4}}|01[016789]-\d{{3,4}}-\d{{4}}"
    rf"|{AREA}-1\d\d|{AREA}-1\d{{3}}|1[568]\d\d-\d{{4}}|1\d{{2,3}}|\+\d{{1,3}}-\d{{1,2}}-\d{{3,4}}-\d{{4}}"
)
"""지역번호·인터넷·수신자 부담·안심번호, 지역번호+특수번호(02-120), 대표번호, 특수번호(120, 1330), 나라 밖에서 거는 번호."""
LOOKS = re.compile(r"0(?<![\d\-.,/+].)\d{1,2}\s?[-)]\s?\d{3,5}\s?-\s?\d{3,5}(?![\d\-])")
"""본문에서 전화번호를 적으려 한 것: 지역번호와 세 자리부터의 두 토막. ‘01-05-023’ 같은 주차 자리 번호와 날짜는 아니다."""
PART = re.compile(r"\s*(?:[/,·~∼]|또는|\s및\s)\s*")
LABEL = re.compile(r"^[^\d+]*|\([^)]*\)|[^\d]*$")
FAR = re.compile(r"0(?:3[1-3]|4[1-4]|5[1-5]|6[1-4])-")
EXTENSION = re.compile(r"\d{1,4}")


def phones(reading: Reading) -> Iterator[Problem]:
    """전화 칸과 본문의 틀린 모양, 서울의 구 안내에 적힌 다른 지역의 번호."""
    entry = reading.entry
    is_plain = not entry.phone or SHAPE.fullmatch(entry.phone)
    wrong = [] if is_plain else [part for part in _parts(entry.phone) if not SHAPE.fullmatch(part)]
    for found in LOOKS.findall(reading.answer):
        if not SHAPE.fullmatch(found) and not SHAPE.fullmatch(number := re.sub(r"\s", "", found).replace(")", "-")):
            wrong.append(number)
    for number in dict.fromkeys(wrong):
        yield Problem(BAD_PHONE, f"전화번호의 모양이 아닌 번호가 있습니다: {number}.")
    if entry.districts and (far := FAR.match(next(_parts(entry.phone), ""))):
        yield Problem(BAD_PHONE, f"{entry.districts[0]}의 안내인데 전화가 서울 번호가 아닙니다({far[0]}…).")


def _parts(phone: str) -> Iterator[str]:
    """전화 칸의 번호들. ‘02-2133-4567~9’의 끝 숫자나 내선처럼 번호에 딸린 것은 뺀다."""
    for place, part in enumerate(PART.split(phone)):
        number = re.sub(r"\)\s?", "-", LABEL.sub("", part.strip())) if part.strip() else ""
        number = re.sub(r"\s*-\s*", "-", number).strip()
        if number and not (place and EXTENSION.fullmatch(number)):
            yield number
