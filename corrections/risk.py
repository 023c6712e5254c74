"""무엇을 고치는지에서 걸린 것(Risk)을 알아낸다: 확인할 사람과 보상이 시민이 고른 말이 아니라 고친 글에서 나오게."""

import re
from collections.abc import Iterable, Sequence

from rapidfuzz.distance import DamerauLevenshtein

from corrections.changes import Part, changes
from corrections.diff import Mark, Piece
from corrections.models import Kind, Risk
from kb import personal
from kb.entry import Entry

FROM_KIND = {
    Kind.OUTDATED: Risk.FACT,
    Kind.NUMBER: Risk.PHONE,
    Kind.FEE: Risk.FEE,
    Kind.PROCEDURE: Risk.FACT,
    Kind.DEAD_LINK: Risk.LINK,
    Kind.UNCLEAR: Risk.WORDING,
    Kind.TYPO: Risk.WORDING,
    Kind.PRIVACY: Risk.PRIVACY,
}
"""글을 보기 전의 짐작. 받아들일 때는 risk_of가 다시 본다."""

EMERGENCY = re.compile(r"응급|긴급|위급|자살|재난|화재|구조대|119|112|109|1339")
NUMERALS = "[일이삼사오육륙칠팔구십백천만억조]"
MONEY = re.compile(
    rf"[\d,.]+\s*(?:조|억|천만|백만|만|천|백)?\s*원|(?<![가-힣]){NUMERALS}+\s*원(?!동|화|색|칙|장|생)|무료|유료|수수료|요금|과태료|감면|할인"
)
LAW = re.compile(r"「[^」]+」|(?:법률?|조례|시행령|시행규칙|규칙|훈령|고시)(?:\s*제?\s*\d+조|\b)|제\s*\d+\s*조")
ELIGIBLE = re.compile(r"대상|자격|요건|소득|만?\s*\d+\s*세|이상|이하|미만|초과|제외")
LINK = re.compile(r"https?://\S+|\]\(")
FEE_FACTS = frozenset({"수수료", "요금", "비용", "금액", "과태료", "이용료", "사용료"})
ELIGIBLE_FACTS = frozenset({"신청대상", "지원대상", "대상", "자격", "이용대상"})
LAW_FACTS = frozenset({"근거", "근거법령", "법적근거", "관련법령"})
MEANING = re.compile(
    r"[있없]|않|못|아니|안(?=[\s되하])|오전|오후|낮|[월화수목금토일]요일|이내|이전|이후|전까지|후부터"
    r"|하루|이틀|사흘|나흘|닷새|엿새|이레|열흘|보름|(?<![가-힣])(?:한|두|세|네|다섯|여섯|일곱|여덟|아홉|열)(?=\s)"
)
"""한 글자만 달라도 뜻이 뒤집히는 말: 이것이 바뀌었으면 오탈자가 아니라 사실을 고친 것이다."""
TYPING_SLIPS = 3
"""한 자리에서 이만큼까지의 글자가 다르고 숫자가 그대로이면 글귀만 고친 것으로 본다."""


def risk_of(before: Entry, after: Entry) -> Risk:
    """두 글의 차이에 걸린 것 가운데 가장 무거운 것. 바뀐 칸이 없으면 WORDING."""
    found = [_part_risk(part) for part in changes(before, after)]
    if before.phone != after.phone:
        found.append(Risk.PHONE)
    worst = max(found, key=list(Risk).index, default=Risk.WORDING)
    if worst is not Risk.WORDING and EMERGENCY.search(f"{before.title} {' '.join(before.tags)}"):
        return Risk.EMERGENCY
    return worst


def _part_risk(part: Part) -> Risk:
    """바뀐 칸 하나의 무게. 숫자가 바뀌었으면 바로 옆 낱말까지 읽는다: ‘5만’ 뒤의 ‘원’은 바뀐 낱말이 아니다."""
    gone = " ".join(piece.text for piece in part.pieces if piece.mark is Mark.GONE)
    new = " ".join(piece.text for piece in part.pieces if piece.mark is Mark.NEW)
    touched = f"{gone}\n{new}"
    if _amounts(gone) != _amounts(new):
        touched += "\n" + "\n".join(_beside(part.pieces))
    if part.name in FEE_FACTS or MONEY.search(touched):
        return Risk.FEE
    if part.name in LAW_FACTS or LAW.search(touched):
        return Risk.LAW
    if part.name in ELIGIBLE_FACTS or ELIGIBLE.search(touched):
        return Risk.ELIGIBILITY
    if _phones(gone) != _phones(new):
        return Risk.PHONE
    if LINK.search(touched):
        return Risk.LINK
    return Risk.WORDING if _is_slip(gone, new) else Risk.FACT


def _beside(pieces: Sequence[Piece]) -> Iterable[str]:
    """바뀐 조각마다 앞 낱말과 뒤 낱말을 붙인 글."""
    for at, piece in enumerate(pieces):
        if piece.mark is not Mark.SAME:
            before = next((other.text.split() for other in reversed(pieces[:at]) if other.mark is Mark.SAME), [])
            after = next((other.text.split() for other in pieces[at:] if other.mark is Mark.SAME), [])
            yield " ".join([*before[-1:], piece.text.strip(), *after[:1]])


def _digits(text: str) -> list[str]:
    return re.findall(r"\d+", text)


def _meant(text: str) -> list[str]:
    """뜻을 뒤집을 수 있는 말들. ‘않되요’를 ‘안 돼요’로 고친 것은 오탈자다."""
    return [word.replace("않", "안") for word in MEANING.findall(text)]


def _amounts(text: str) -> list[str]:
    """숫자와, 한글로 적은 수(‘오천’). 홀로 선 ‘일’과 ‘이’는 흔히 수가 아니다."""
    return [*_digits(text), *re.findall(rf"(?<![가-힣])(?:{NUMERALS}{{2,}}|[백천만억])(?![가-힣])", text)]


def _phones(text: str) -> set[str]:
    return {found.text for found in personal.find(text) if found.kind in personal.PHONES} | set(_short_numbers(text))


def _short_numbers(text: str) -> Iterable[str]:
    return re.findall(r"(?<![\d-])(?:1\d{3}-\d{4}|0\d{1,2}-\d{3,4}-\d{4}|1\d{2,3})(?![\d-])", text)


def _is_slip(gone: str, new: str) -> bool:
    if _amounts(gone) != _amounts(new) or _meant(gone) != _meant(new):
        return False
    letters = [re.sub(r"[\s\W_]+", "", text) for text in (gone, new)]
    return DamerauLevenshtein.distance(*letters, score_cutoff=TYPING_SLIPS) <= TYPING_SLIPS
