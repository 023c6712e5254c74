"""글에서 개인정보를 찾는 단 하나의 함수. 누구 글인지, 찾은 것을 어떻게 할지는 모른다."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from ko_pii import detect_all


class Kind(StrEnum):
    """찾는 것의 갈래 (DOMAIN 11.1)."""

    RRN = "RRN"
    ARC = "ARC"
    LICENCE = "DL"
    PASSPORT = "PP"
    CARD = "CARD"
    ACCOUNT = "ACC"
    MOBILE = "MOB"
    TELEPHONE = "TEL"
    EMAIL = "EMAIL"
    ADDRESS = "ADDR"
    PLATE = "CAR"
    BUSINESS = "BRN"
    INSURANCE = "NHI"
    BIRTH = "BIRTH"
    MESSENGER = "ID"
    NAME = "NAME"

    @property
    def token(self) -> str:
        """게시물에서 그 자리에 적는 말 (DOMAIN 11.2, M3)."""
        return f"[{TOKENS[self]}]"


TOKENS = {
    Kind.RRN: "주민등록번호",
    Kind.ARC: "외국인등록번호",
    Kind.LICENCE: "운전면허번호",
    Kind.PASSPORT: "여권번호",
    Kind.CARD: "카드번호",
    Kind.ACCOUNT: "계좌번호",
    Kind.MOBILE: "전화번호",
    Kind.TELEPHONE: "전화번호",
    Kind.EMAIL: "전자우편",
    Kind.ADDRESS: "상세주소",
    Kind.PLATE: "차량번호",
    Kind.BUSINESS: "사업자등록번호",
    Kind.INSURANCE: "건강보험증번호",
    Kind.BIRTH: "생년월일",
    Kind.MESSENGER: "계정",
    Kind.NAME: "이름",
}
"""갈래마다 적는 말. 차례는 겹칠 때 앞서는 차례이기도 하다."""
RANK = {kind: rank for rank, kind in enumerate(TOKENS)}


@dataclass(frozen=True)
class Found:
    """찾은 곳 하나: `source[start:end] == text`. `kept`는 가릴 때 남기는 앞부분(동·도로 이름)."""

    kind: Kind
    start: int
    end: int
    text: str
    kept: str = ""


def find(text: str, *, office_phones: Collection[str] = ()) -> list[Found]:
    """글에 든 개인정보를 앞에서부터, 서로 겹치지 않게.

    `office_phones`는 이 글에서 기관 번호로 알려진 전화번호들(항목의 phone 같은 것)이라 찾은 것으로 치지 않는다 (PD-06).
    주민등록번호는 검증 숫자로 가려내지 않는다: 2020-10-05 뒤의 번호에는 그것이 없다 (PD-01). 법인등록번호라고 적은 것은 회사의 번호라
    찾지 않고, 사업자등록번호는 혼자 하는 가게의 것일 수 있어 찾는다 (PD-12).
    """
    offices = {_digits(phone) for phone in office_phones}
    plain = _without_companies(_narrow(text))
    candidates = [_as_written(found, text) for rule in RULES for found in rule(plain)]
    kept = [found for found in candidates if not (found.kind in PHONES and _is_office(found.text, offices))]
    return sorted(_apart(kept), key=lambda found: found.start)


def mask(text: str, *, office_phones: Collection[str] = ()) -> str:
    """게시할 글: 찾은 곳마다 `[전화번호]` 같은 말로 바꾼다 (DOMAIN 11.2, M3). 주소는 동·도로 이름까지 남긴다."""
    parts, end = [], 0
    for found in find(text, office_phones=office_phones):
        parts += [text[end : found.start], f"{found.kept} " if found.kept else "", found.kind.token]
        end = found.end
    return "".join([*parts, text[end:]])


def find_in_entry(text: str, *, office_phones: Collection[str] = ()) -> list[Found]:
    """상담 항목에 있어서는 안 되는 것만. 항목에는 기관의 유선 번호, 시설의 주소, 기관의 메일이 늘 있으므로 찾은 것으로 치지 않는다.

    사람의 것인지 알 수 없는 유선 번호와 주소(PD-06, PD-11)는 빼고, 메일은 개인이 쓰는 곳(PERSONAL_MAIL)의 것만 본다.
    """
    text = LANDLINE.sub(_blank, _without_companies(_narrow(text)))
    offices = {_digits(phone) for phone in office_phones}
    candidates = [
        found
        for rule in (ENTRY_RULES if _is_worth_a_look(text) else (_spoken_shapes,))
        for found in rule(text)
        if found.kind is not Kind.TELEPHONE
        and found.kind is not Kind.BUSINESS
        and not (found.kind is Kind.MOBILE and _is_office(found.text, offices))
        and not (found.kind is Kind.EMAIL and not PERSONAL_MAIL.search(found.text))
    ]
    return sorted(_apart(candidates), key=lambda found: found.start)


def mask_resident_numbers(text: str) -> str:
    """주민등록번호와 외국인등록번호만 이름표로 바꾼 글. 다른 것은 그대로 둔다."""
    for found in reversed(find_resident_numbers(text)):
        text = text[: found.start] + found.kind.token + text[found.end :]
    return text


def find_resident_numbers(text: str) -> list[Found]:
    """주민등록번호와 외국인등록번호만 (PD-01, PD-02): 한 글자도 게시할 수 없는 것 (PL-01). 주소(URL) 안에 든 것도 찾는다."""
    text = _without_companies(_narrow(text))
    if not SEVEN_DIGITS.search(text):
        return []
    text = LANDLINE.sub(_blank, text.replace("://", "   "))
    if not SEVEN_DIGITS.search(HARMLESS.sub(_blank, text)):
        return []
    candidates = [found for rule in (_resident_numbers, _what_the_library_finds) for found in rule(text)]
    kept = [found for found in candidates if found.kind in (Kind.RRN, Kind.ARC)]
    return sorted(_apart(kept), key=lambda found: found.start)


WIDE = re.compile("[\uff01-\uff5e\u2010-\u2015\u2212\u3000]")
NARROW = {0xFF01 + each: 0x21 + each for each in range(94)} | {0x3000: 0x20, 0x2212: 0x2D}
NARROW |= dict.fromkeys(range(0x2010, 0x2016), 0x2D)
"""전각 글자와 갖가지 줄표 → 키보드의 글자 하나. 길이가 같아 자리가 바뀌지 않는다."""


def _narrow(text: str) -> str:
    """전각으로 적은 숫자와 줄표를 반각으로 본 글: ０１０－１２３４도 전화번호다."""
    return text.translate(NARROW) if WIDE.search(text) else text


def _as_written(found: Found, text: str) -> Found:
    return found if text[found.start : found.end] == found.text else replace(found, text=text[found.start : found.end])


def _blank(match: re.Match[str]) -> str:
    """그 자리를 같은 길이의 빈칸으로: 나머지 글의 자리는 그대로다."""
    return " " * len(match[0])


def _apart(candidates: Iterable[Found]) -> list[Found]:
    chosen: list[Found] = []
    for found in sorted(candidates, key=lambda f: (RANK[f.kind] > RANK[Kind.ARC], f.start - f.end, RANK[f.kind])):
        if all(found.end <= other.start or other.end <= found.start for other in chosen):
            chosen.append(found)
    return chosen


def _digits(text: str) -> str:
    return "".join(str(int(c)) for c in text if c.isdecimal())


# --- resident and foreigner numbers (PD-01, PD-02) ----------------------------------------------------------------

RESIDENT = re.compile(r"(\d(?<!\d\d)\d)(\d{2})(\d{2})[\s\-–—./]{0,3}(\d)\d{6}(?!\d)")
CENTURY = {"1": 1900, "2": 1900, "5": 1900, "6": 1900, "3": 2000, "4": 2000, "7": 2000, "8": 2000}
"""일곱째 자리가 말하는 세기. 9와 0(1800년대)은 법인등록번호와 같은 모양이어서 ko-pii의 판단에 맡긴다."""


def _resident_numbers(text: str) -> Iterator[Found]:
    for match in RESIDENT.finditer(text):
        year, month, day, mark = (_digits(part) for part in match.groups())
        if mark in CENTURY and _is_real_day(CENTURY[mark] + int(year), int(month), int(day)):
            yield _found(Kind.ARC if mark in "5678" else Kind.RRN, match)


def _is_real_day(year: int, month: int, day: int) -> bool:
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False


def _found(kind: Kind, match: re.Match[str], group: str | int = 0, kept: str = "") -> Found:
    return Found(kind, match.start(group), match.end(group), match[group], kept)


# --- companies' numbers: the shape of a resident's number, and nobody's secret -----------------------------------------

COMPANY_LABEL = r"법인\s?(?:등록|등기)?\s?번호"
COMPANY = re.compile(
    rf"(?:(?P<label>{COMPANY_LABEL}\s?[은는이가]?\s?[:：(\[]?\s?)(?P<told>\d{{6}}\s?-?\s?\d{{7}})(?!\d)"
    rf"|(?<!\d)(?P<called>\d{{6}}\s?-?\s?\d{{7}})(?=\s?[(\[]?{COMPANY_LABEL}))"
)
COMPANY_WEIGHTS = (1, 2) * 6
RESIDENT_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
COMPANY_KINDS = range(11, 90)
"""다섯째와 여섯째 숫자: 법인의 종류(11 주식회사부터). 10 아래는 없다."""


def _without_companies(text: str) -> str:
    """법인등록번호라고 적은 회사의 번호를 빈칸으로. 주민등록번호를 그렇게 부른 것은 남긴다.

    2025-01-31부터 법인등록번호에도 검증 숫자가 없다. 그래서 법인의 검증이 맞거나, 주민등록번호의 검증이 틀리고 법인의 종류가 있는 것만 회사의 것으로 본다.
    """
    return COMPANY.sub(_blank_company, text) if "법인" in text else text


def _blank_company(match: re.Match[str]) -> str:
    digits = [int(each) for each in _digits(match["told"] or match["called"])]
    as_company = (10 - _weighed(digits, COMPANY_WEIGHTS) % 10) % 10 == digits[12]
    as_resident = (11 - _weighed(digits, RESIDENT_WEIGHTS) % 11) % 10 == digits[12]
    kind = digits[4] * 10 + digits[5]
    return _blank(match) if as_company or (kind in COMPANY_KINDS and not as_resident) else match[0]


def _weighed(digits: Iterable[int], weights: Iterable[int]) -> int:
    return sum(digit * weight for digit, weight in zip(digits, weights, strict=False))


# --- what ko-pii finds, looked for only around numbers and @ ------------------------------------------------------

HIDDEN = "\u00ad\u200b-\u200f\u2060\ufeff"
BETWEEN = rf"[\s\-–—./(),·{HIDDEN}]{{0,3}}+"
SEVEN_DIGITS = re.compile(rf"\d(?<!\d\d)(?:\d{{6}}|{BETWEEN}(?:\d{BETWEEN}){{7}})")
"""이어진 숫자 일곱 개(주민등록번호의 뒷자리)나, 사이가 떨어져 있어도 여덟 개: 그보다 짧은 번호는 누구의 것인지 말하지 않는다.
이어진 숫자의 처음에서만 맞춰 본다(가운데에서 맞으면 처음에서도 맞는다)."""
LETTERED_OR_PLATED = re.compile(r"[A-Za-z\d](?:(?<=[A-Za-z])\d{3}|(?<=\d)\s?[가-힣]\s?\d{4})")
WORTH_A_LOOK = re.compile(rf"{SEVEN_DIGITS.pattern}|{LETTERED_OR_PLATED.pattern}|@")
AROUND = 40
"""숫자 앞뒤로 함께 보는 글자 수: 은행 이름이나 ‘여권번호’ 같은 말이 여기에 든다."""
HARMLESS = re.compile(
    r"[\dh](?:(?<![\d-].)(?:(?<=2)0\d\d-[01]\d-[0-3]\d|(?<=0)2(?:[-)]2133-\d{4}|-120)|(?<=1)[5-8]\d\d-\d{4})(?![\d-])"
    r"|(?<![\d,].)(?<=\d)\d{0,2}(?:,\d{3})+(?=원)"
    r"|(?<=h)ttps?://[\w./?=&%-]+"
    r"|(?<![\d.-].)(?:(?<=1)9|(?<=2)0)\d\d\.[01]?\d\.[0-3]?\d(?![\d-])"
    r"|(?<![\d.,-].)(?<=\d)\d*(?:\.\d+)?(?=\s?(?:㎡|m2|m²)))"
)
"""날짜, 기관 번호, 금액, 넓이, 주소(URL): 안내마다 있어서, 이것만 있는 자리는 들여다보지 않는다. 곁에 다른 수가 있으면 함께 본다.
첫 글자를 먼저 잡고 앞을 돌아본다: 갈래마다 글자마다 맞춰 보는 것보다 세 배 빠르다."""
LONGEST, OVERLAP = 500, 120
"""한 번에 보는 글자 수와 조각이 겹치는 글자 수: 규칙 몇은 길이의 제곱만큼 걸리므로 긴 글을 통째로 보지 않는다."""
KINDS = {
    "RRN": Kind.RRN,
    "FRN": Kind.ARC,
    "DRIVER_LICENSE": Kind.LICENCE,
    "PASSPORT": Kind.PASSPORT,
    "CARD": Kind.CARD,
    "ACCOUNT": Kind.ACCOUNT,
    "PHONE": Kind.TELEPHONE,
    "FAX": Kind.TELEPHONE,
    "EMAIL": Kind.EMAIL,
    "VEHICLE": Kind.PLATE,
    "BUSINESS_REG": Kind.BUSINESS,
    "MEDICAL_INSURANCE": Kind.INSURANCE,
}
PHONES = (Kind.MOBILE, Kind.TELEPHONE)
OFFICE_DOMAIN = re.compile(r"@(?:[\w-]+\.)*go\.kr$", re.IGNORECASE)


def _what_the_library_finds(text: str) -> Iterator[Found]:
    for start, end in (piece for window in _windows(text) for piece in _pieces(*window)):
        for hit in detect_all(text[start:end], exclude={"PERSON", "NATIONALITY"}):
            kind = KINDS.get(hit.label)
            if kind is Kind.TELEPHONE and re.match(r"(?:821|01)", _digits(hit.text)):
                kind = Kind.MOBILE
            if kind and not _is_no_secret(kind, hit.text):
                yield Found(kind, start + hit.start, start + hit.end, text[start + hit.start : start + hit.end])


def _is_no_secret(kind: Kind, text: str) -> bool:
    """기관의 전자우편(PD-10)과, 열네 자리 문서 번호가 카드 검증식에 우연히 맞은 것(PD-08은 15자리부터)."""
    return (kind is Kind.EMAIL and OFFICE_DOMAIN.search(text) is not None) or (
        kind is Kind.CARD and len(_digits(text)) < 15
    )


def _is_worth_a_look(text: str) -> bool:
    """숫자로 된 개인정보나 메일이 있을 수 있는 글인가. 세 번 빨리 보는 것이 WORTH_A_LOOK으로 한 번 보는 것의 3분의 1이다."""
    return "@" in text or bool(SEVEN_DIGITS.search(text) or LETTERED_OR_PLATED.search(text))


def _windows(text: str) -> list[tuple[int, int]]:
    windows: list[tuple[int, int]] = []
    if not _is_worth_a_look(text):
        return windows
    for match in WORTH_A_LOOK.finditer(HARMLESS.sub(_blank, text)):
        start, end = _word_start(text, match.start() - AROUND), _word_end(text, match.end() + AROUND)
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], max(end, windows[-1][1]))
        else:
            windows.append((start, end))
    return windows


def _pieces(start: int, end: int) -> Iterator[tuple[int, int]]:
    """긴 자리를 OVERLAP만큼 겹치는 조각으로. 경계에서 잘린 것은 옆 조각에서 온전히 찾는다."""
    while end - start > LONGEST:
        yield start, start + LONGEST
        start += LONGEST - OVERLAP
    yield start, end


def _word_start(text: str, at: int) -> int:
    """`at` 앞에서 낱말이 시작하는 자리. 낱말이 아주 길면 조금만 물러난다."""
    for place in range(at, max(at - OVERLAP, 0), -1):
        if text[place - 1].isspace():
            return place
    return max(at - OVERLAP, 0)


def _word_end(text: str, at: int) -> int:
    for place in range(at, min(at + OVERLAP, len(text))):
        if text[place].isspace():
            return place
    return min(at + OVERLAP, len(text))


# --- office telephones that must stay (PD-06) ---------------------------------------------------------------------

PUBLIC_NUMBERS = "232100404|261969110|27358994"
"""다른 기관으로 안내하는 유선 번호(DOMAIN 9): 영사안전콜센터 02-3210-0404, 국민콜의 나라 밖 번호 +82-2-6196-9110, 디지털성범죄
피해자지원센터 02-735-8994. 나머지 안내 번호는 서너 자리이거나 15·16국이라 아래 모양에 이미 든다."""
OFFICE_PHONE = re.compile(
    rf"(?:(?:0|82)?(?:{PUBLIC_NUMBERS})"
    r"|0?2120|080\d+|1[5-8]\d{6}"
    r"|022133\d{4}"
    r"|02(?:2148|3396|2199|2286|2127|2094|2241|2091|2116|3153|2620|2600|2627|2670|2155|3423|2147|3425)\d{4}"
    r"|02(?:4501114|9016114|3516114|3301114|8602114|8201114|8795000))"
)
"""120, 수신자 부담, 15·16·18 대표번호, 시 본청 2133국, 구청 교환국과 구청 대표번호(교환국을 나누어 쓰는 일곱 구)."""


LANDLINE = re.compile(
    r"[0+](?<![\d-].)(?:(?<=0)(?:2|3[1-3]|4[1-4]|5[1-5]|6[1-4]|70)[-).]\s?\d{3,4}-\d{4}(?:\s?[~,/]\s?\d{1,4}(?!\d))?"
    r"|(?<=\+)82-\d{1,2}-\d{3,4}-\d{4}|(?<=0)50\d-\d{3,4}-\d{4})(?![\d-])"
)
"""항목에 적힌 유선 번호. 이것을 먼저 지우면 전화번호가 쉰 개인 표도 빨리 본다."""
PERSONAL_MAIL = re.compile(
    r"@(?:gmail|naver|daum|hanmail|nate|kakao|hotmail|outlook|yahoo|icloud|empas|paran|dreamwiz|chol|lycos|freechal)\.",
    re.IGNORECASE,
)


def _is_office(phone: str, offices: Collection[str]) -> bool:
    digits = _digits(phone)
    return digits in offices or OFFICE_PHONE.fullmatch(digits) is not None


# --- our own shapes: old licences, spoken numbers, regional plates, births, messenger names -----------------------

REGION = "서울|부산|대구|인천|광주|대전|울산|세종|경기(?:남부|북부)?|강원|충북|충남|전북|전남|경북|경남|제주"
PLATE_LETTER = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주바사아자배하허호"
DIGIT_WORDS = "공영일이삼사오육륙칠팔구"
SPOKEN = f"{DIGIT_WORDS}0-9"
MAILERS = r"(?:네이버|지메일|구글|다음|한메일|네이트|카카오)(?:\s?(?:닷\s?컴|[점쩜]\s?컴|[.점쩜]\s?com))?"
NUMBERED = (
    (Kind.RRN, re.compile(r"주민(?:등록)?\s?번호\s?뒷\s?자리\s?[은는이가]?\s?[:：]?\s?(?P<found>[1-8]\d{6})(?!\d)")),
    (Kind.CARD, re.compile(r"(?<!\d)3[47]\d{2}[\s-]\d{6}[\s-]\d{5}(?!\d)")),
    (
        Kind.PASSPORT,
        re.compile(
            r"여권(?:\s?번호)?\s?[:은는이가]?\s?(?P<found>[A-Za-z]\s?\d{3}\s?(?:[A-Za-z]\s?\d{4}|\d\s?\d{4})|[A-Z]{2}\s?\d{3}\s?\d{4})(?!\d)"
        ),
    ),
    (Kind.MOBILE, re.compile(r"(?<!\d)01[016789]\s?[_/·~]\s?\d{3,4}\s?[_/·~]\s?\d{4}(?!\d)")),
    (Kind.TELEPHONE, re.compile(r"(?<![\d-])050\d[-.\s)]{0,2}\d{3,4}[-.\s]?\d{4}(?![\d-])")),
    (
        Kind.BUSINESS,
        re.compile(
            r"사업자\s?(?:등록)?\s?번호\s?[은는이가]?\s?[:：(]?\s?(?P<found>\d{3}[\s-]{0,2}\d{2}[\s-]{0,2}\d{5})(?!\d)"
        ),
    ),
    (
        Kind.INSURANCE,
        re.compile(
            r"(?:보험\s?증\s?(?:번호)?|(?:건강|의료)보험\s?번호)\s?[은는이가]?\s?[:：(]?\s?(?P<found>[1-9]\s?-?\s?\d{9,10})(?![\d-])"
        ),
    ),
    (Kind.LICENCE, re.compile(rf"(?:{REGION})\s?\d{{2}}[-\s]\d{{6}}[-\s]\d{{2}}(?!\d)")),
    (Kind.PLATE, re.compile(rf"(?:{REGION})\s?\d{{1,3}}\s?[{PLATE_LETTER}]\s?\d{{4}}(?!\d)")),
)
SPOKEN_SHAPES = (
    (Kind.RRN, re.compile(
        rf"(?<![가-힣\d])(?:(?:[{DIGIT_WORDS}]\s?){{5}}[{DIGIT_WORDS}][\s\-,.]{{0,3}}[{SPOKEN}]|\d{{6}}[\s\-,.]{{0,3}}[{DIGIT_WORDS}])"
        rf"(?:\s?[{SPOKEN}]){{6}}(?![{SPOKEN}])")),
    (Kind.MOBILE, re.compile(
        rf"(?<!\d)01[016789][\s\-.]?[{SPOKEN}]{{3,4}}[\s\-.]?(?:(?<=[{DIGIT_WORDS}][\s\-.])|(?<=[{DIGIT_WORDS}])|(?=[{DIGIT_WORDS}]))"
        rf"[{SPOKEN}]{{4}}(?![{SPOKEN}])")),
    (Kind.EMAIL, re.compile(
        rf"[A-Za-z0-9][\w.%+-]{{1,40}}\s?(?:[(\[]\s?at\s?[)\]]|골뱅이|앳)\s?(?:[A-Za-z0-9-]+(?:\s?(?:\.|[(\[]dot[)\]]|[점닷쩜])\s?[A-Za-z]{{2,}})+|{MAILERS})",
        re.ASCII | re.IGNORECASE)),
    (Kind.MOBILE, re.compile(rf"[공영]\s?일\s?[공영일육륙칠팔구](?:[\s\-,.에]{{0,2}}[{SPOKEN}]){{7,8}}(?![{SPOKEN}])")),
    (Kind.BIRTH, re.compile(
        r"생년월일\s?[:은는이]?\s?(?P<found>(?:19|20)?\d\d\s?[년.\-/]\s?\d{1,2}\s?[월.\-/]\s?\d{1,2}(?!\d)\s?[일.]?)"
        r"(?!\s?(?:이후|이전|부터|까지|현재|기준|생))")),
    (Kind.MESSENGER, re.compile(
        r"(?:카톡|카카오톡|텔레그램|라인)\s?(?:아이디|ID|id|계정)\s?[:은는]?\s?(?P<found>[A-Za-z][\w.\-]{3,29})")),
    (Kind.MESSENGER, re.compile(r"(?:카톡|카카오톡|텔레그램)[은는]?\s?:?\s?(?P<found>(?=[\w.\-]{0,29}[\d_])[A-Za-z][\w.\-]{3,29})", re.ASCII)),
)  # fmt: skip


def _numbered_shapes(text: str) -> Iterator[Found]:
    return _shaped(text, NUMBERED)


def _spoken_shapes(text: str) -> Iterator[Found]:
    return _shaped(text, SPOKEN_SHAPES)


def _shaped(text: str, shapes: Iterable[tuple[Kind, re.Pattern[str]]]) -> Iterator[Found]:
    for kind, shape in shapes:
        for match in shape.finditer(text):
            yield _found(kind, match, "found" if "found" in shape.groupindex else 0)


# --- addresses: a building together with a unit, or with somebody living there (PD-11) ----------------------------

UNIT = (
    r"[,\s]{0,3}(?:\([^()\n]{1,20}\)[,\s]{0,2})?(?:[가-힣A-Za-z]{2,12}[,\s]{1,2})?(?:제?\d{1,4}동[,\s]{0,2})?"
    r"(?:(?:지하\s?|B)?\d{1,3}층[,\s]{0,2})?제?[A-Z]?\d{1,4}호(?![가-힣]*(?:선|차|기)\b)"
)
ADDRESS = re.compile(
    r"(?<![가-힣\d])(?P<street>[가-힣][가-힣\d·]{0,11}(?:로|길)(?:\s?\d{1,3}번?[가나다라]?길)?|[가-힣]{1,6}\d{0,2}(?:동|가|리))"
    rf"\s?(?P<number>\d{{1,4}}(?:-\d{{1,4}})?(?:번지)?)(?![\d,.]*(?:원|명|년|월|일|가|호선|번\b|번길|m|㎡|%))(?P<unit>{UNIT})?"
)
FLAT = re.compile(r"(?<!\d)\d{2,4}동\s?\d{2,4}호(?![가-힣]*(?:선|차|기)\b)")
LIVING = re.compile(
    r"거주(?!자|차)|(?<![가-힣])(?:사는|살고|살아)|삽니다|자택|우리\s?집|저희\s?집|제\s?집|(?<![가-힣])집\s?주소|(?<![가-힣])집(?:은|이)(?![가-힣])"
)
OFFICE_PLACE = re.compile(
    r"구청|시청|청사|주민센터|보건소|센터|공사|공단|재단|법원|세무서|사업소|도서관|회관|학교|병원|은행|복지관|경찰서|소방서|위원회|협회"
)


def _addresses(text: str) -> Iterator[Found]:
    for match in ADDRESS.finditer(text):
        near = text[max(0, match.start() - 20) : match.end() + 15]
        if (match["unit"] and not OFFICE_PLACE.search(near)) or LIVING.search(near):
            yield _found(Kind.ADDRESS, match, kept=match["street"])
    for match in FLAT.finditer(text):
        if not OFFICE_PLACE.search(text[max(0, match.start() - 20) : match.end() + 10]):
            yield _found(Kind.ADDRESS, match)


# --- names, only beside a word that announces one (PD-13) ---------------------------------------------------------

SURNAME = "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설마길연위표명기반왕금옥육인맹제모"
FIRST = (
    "가강건경계광규근금기길나남다대덕도동두라리만명문미민병보복봉상새서석선설성세소솔송수순숙슬승시신아안애양연영예옥완용우운웅원유윤율은의이익인일"
    "재정제종주준중지진찬창채철춘충치태하한해향헌혁현형혜호홍화환효훈휘희"
)
SECOND = (
    "건경곤관광교국권규균근기길나남덕도동두라란람래려련례록룡리린림만명모목무문미민배백범별병복봉비빈빛상서석선섭성세솔수숙순슬승식신실아안애양언연열"
    "엽영예오옥온완용우욱운웅원월유윤율은의이익인일자재정제조종주준중지진찬창채천철춘치태택표필하학한해향헌혁현협형혜호홍화환후훈휘흠희"
)
"""이름에 흔히 쓰는 가운데 글자와 끝 글자: ‘신청인 신분증’의 신분증을 이름으로 보지 않으려는 것이다."""
NAME = rf"(?:(?:남궁|황보|제갈|선우|독고|사공)[가-힣]{{1,2}}|[{SURNAME}][{FIRST}][{SECOND}])"
AFTER_NAME = r"(?=[\s,.)(\]/·]|$|입니다|이며|이고|님|씨)"
ANNOUNCED = re.compile(
    r"(?<![가-힣])(?:신청인|민원인|신고인|청구인|성명|이름|성함|예금주|보호자|대리인|세대주|담당자|담당)"
    rf"(?:[은는]?\s(?P<found>{NAME})|[은는이가]?\s?[:：]\s?(?P<listed>[{SURNAME}][가-힣]{{1,2}}|{NAME})){AFTER_NAME}"
)
TITLED = re.compile(
    rf"(?<![가-힣])(?P<found>{NAME})\s?(?:님|씨|주무관|사무관|상담사)(?=[\s,.)!?]|$|[은는이가을의께도]|에게|한테|으?로)"
)
BEFORE_NUMBER = re.compile(
    rf"(?<![가-힣])(?P<found>[{SURNAME}][가-힣]{{2}})[\s,(:/]{{1,3}}(?=01\d[-. ]?\d{{3,4}}[-. ]?\d{{4}}|\d{{6}}-[1-8]\d{{6}})"
)
NOT_A_NAME = re.compile(
    r".*(?:아무개|연락처|연락|휴대|전화|번호|문의|문자|주소|부서|통장|명의|기관|서명|선생|본인|여부|변경|신고|기재|확인|제출|서류|생년|증명|기입|작성)"
    r"|(?:신청|민원|담당|이용|지원|방문|소유|고용|임대|임차|진정|구성|조합|공무|위원|고객|주민|시민|도시|우선|여성|남성|신용|정보|문화|장애|노인|이재|지하|지정"
    r"|배우|공동|주무|주관|이사|의원|국민|전자|안내|유족|기타|이상[의인은이과을]|이하|이의|주의|유의|지역|인원|하나|우리|전세|정자|연도|성인|소년|이해|이후|차량|주차).*"
)
NAME_CUE = re.compile(r"인|성명|이름|성함|예금주|보호자|세대주|담당|님|씨|주무관|사무관|상담사|01\d")


def _names(text: str) -> Iterator[Found]:
    if not NAME_CUE.search(text):
        return
    for shape in (ANNOUNCED, TITLED, BEFORE_NUMBER):
        for match in shape.finditer(text):
            group = "found" if match["found"] else "listed"
            if not NOT_A_NAME.fullmatch(match[group]):
                yield _found(Kind.NAME, match, group)


RULES: tuple[Callable[[str], Iterator[Found]], ...] = (
    _resident_numbers,
    _what_the_library_finds,
    _numbered_shapes,
    _spoken_shapes,
    _addresses,
    _names,
)
ENTRY_RULES: tuple[Callable[[str], Iterator[Found]], ...] = (
    _resident_numbers,
    _what_the_library_finds,
    _numbered_shapes,
    _spoken_shapes,
)
