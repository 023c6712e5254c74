"""답의 됨됨이: 찌꺼기, 빠진 숫자, 짧은 답, 긴 문장, 한 구에만 맞는 답. 제목과 출처는 보지 않는다."""

import re
from collections.abc import Iterator

from kb.checks.codes import (
    ESCAPED_ENTITY,
    FONT_RESIDUE,
    LONG_SENTENCES,
    LOST_NUMBER,
    ODD_FACT,
    ONE_DISTRICT,
    SHORT_ANSWER,
)
from kb.checks.finding import Problem, Severity
from kb.checks.reading import Reading
from kb.districts import DISTRICTS

SHORTEST = 30
"""이보다 짧은 답은 다음에 할 일을 말하지 못한다(issue 3). 항목 값(facts)까지 센다."""
LONGEST_SENTENCE = 45
"""문장의 평균 글자 수의 위 끝(issue 3, 쉬운 말)."""

FONT_NAMES = ("돋움", "굴림", "궁서", "바탕")
FONT = re.compile(
    r"(?<![가-힣])(?:돋움|굴림|궁서|바탕)체?(?:\s+(?:돋움|굴림|궁서|바탕)체?(?![가-힣]))+|(?<![가-힣])돋움체?(?![가-힣]|\s?글꼴)"
)
ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#x[0-9a-fA-F]{1,5});")
LONE_AMPERSAND = re.compile(r"\s&\s")
"""빈칸 사이의 &: 풀다 만 ‘&amp;amp;’인지, ‘와’를 적은 것인지 글만 보아서는 모른다. 이름 속의 것(R&D)은 아니다."""
BARE_DAY = re.compile(r"(?<![\d가-힣])년 월 일|(?<![\d가-힣])(?:년 월|월 일)(?![가-힣])")
SENTENCE_END = re.compile(r"(?<=[.?!])\s|(?<=다)\s{2,}")
WORDS = re.compile(r"[가-힣A-Za-z0-9]")


def residue(reading: Reading) -> Iterator[Problem]:
    """원본 편집기가 흘린 글꼴 이름과 풀리지 않은 문자 참조."""
    text = reading.text
    if any(name in text for name in FONT_NAMES) and (found := FONT.search(text)):
        yield Problem(FONT_RESIDUE, f"편집기가 흘린 글꼴 이름(‘{found[0].split()[0]}’)이 글에 남았습니다.")
    if "&" in text and (entity := ENTITY.search(text)):
        where = "제목" if ENTITY.search(reading.entry.title) else "본문"
        yield Problem(ESCAPED_ENTITY, f"{where}에 풀리지 않은 기호(‘{entity[0]}’)가 있습니다.")
    elif LONE_AMPERSAND.search(reading.entry.title):
        yield Problem(ESCAPED_ENTITY, "제목에 홀로 선 기호(‘&’)가 있습니다. 풀다 만 것인지 보세요.", Severity.NOTE)


def length(reading: Reading) -> Iterator[Problem]:
    """짧은 답, 숫자가 빠진 날짜, 긴 문장."""
    if len(reading.squeezed) < SHORTEST and (count := reading.length) < SHORTEST:
        yield Problem(SHORT_ANSWER, f"답이 {count}자뿐입니다(30자부터).")
    if ("년 월" in reading.answer or "월 일" in reading.answer) and BARE_DAY.search(reading.answer):
        yield Problem(LOST_NUMBER, "‘년 월 일’에 숫자가 없습니다.")
    average, sentences = sentence_length(reading.body)
    if sentences > 1 and average > LONGEST_SENTENCE:
        yield Problem(LONG_SENTENCES, f"문장이 평균 {average:.0f}자입니다(45자까지).")


def sentence_length(body: str) -> tuple[float, int]:
    """문장의 평균 글자 수와 문장의 수. 표의 줄은 문장이 아니다."""
    lengths = [
        len(piece)
        for line in body.split("\n")
        if line and line[0] != "|"
        for part in SENTENCE_END.split(line)
        if "|" not in part and len(piece := " ".join(part.split())) > 1 and WORDS.search(piece)
    ]
    return (sum(lengths) / len(lengths), len(lengths)) if lengths else (0.0, 0)


# --- the names of the facts ---------------------------------------------------------------------------------------

FACT_NAMES = frozenset(
    ("업무개요", "접수처", "신고기한", "신청방법", "과태료", "신청대상", "구비서류", "처리절차", "처리기한", "교부방법", "수수료")
)  # fmt: skip
"""매뉴얼의 열 이름(DOMAIN 6.3)과 수수료(issue 3). 지은 항목(p)은 시설마다 다른 이름을 쓴다: content/README.md."""


def fact_names(reading: Reading) -> Iterator[Problem]:
    """손으로 쓴 글(k)의 항목 이름 가운데 매뉴얼에 없는 것."""
    if reading.entry.id.startswith("k"):
        for name in reading.entry.facts:
            if name not in FACT_NAMES:
                yield Problem(ODD_FACT, f"매뉴얼에 없는 항목 이름입니다: {name}.")


# --- an answer for one district under a title for all -------------------------------------------------------------

NAMES = "|".join(DISTRICTS)
NAMED = re.compile(rf"(?<![가-힣])({NAMES})")
HELD_BY = re.compile(
    rf"(?<![가-힣])({NAMES})(?:청장?(?:에서|으로|에|의|은|이|\s)|민(?:이|에게|을|은|의|\s)|에서는|에\s?(?:거주|주민등록|주소)|\s?(?:관내|거주|주민등록)"
    r"|\s?확인사항|보건소(?:에서|로|의|\s)|의회|시설관리공단)"
)
"""그 구의 일이라고 말하는 자리. 주소에 적힌 구 이름만으로는 한 구의 답이 아니다: 시설은 시 전체의 것일 수 있다."""


def one_district(reading: Reading) -> Iterator[Problem]:
    """제목은 모든 구의 것 같은데 본문은 한 구의 이야기인 글. districts가 있으면 화면이 구를 말해 주므로 걸지 않는다."""
    entry = reading.entry
    if entry.districts or not (held := HELD_BY.search(reading.answer)):
        return
    named = set(NAMED.findall(reading.answer))
    if named == {held[1]} and held[1].removesuffix("구") not in f"{entry.title}{entry.department}":
        yield Problem(ONE_DISTRICT, f"{held[1]}에만 맞는 답인데 제목에는 구가 없습니다.")
