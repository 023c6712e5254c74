"""상담 항목에 남은 직원·담당자의 이름을 찾는다 (DOMAIN PD-13). 그 사람이 누구인지, 이름을 어떻게 할지는 모른다.

이름은 이름을 부르는 말 곁에서만 찾는다: ‘담당자 ○○○’, ‘○○○ 주무관’, ‘교통지도과 ○○○’, 그리고 이름이 넷 넘게
줄지은 명단. 작가·배우·강사처럼 공개된 자리의 이름은 찾지 않는다.
"""

import re
from collections.abc import Iterable, Iterator

from kb import personal
from kb.districts import DISTRICTS
from kb.korean import classes

ROLE = (
    r"(?:\s{0,3}(?:주무관|사무관|상담사|주임|팀장|과장|계장|실장|사무국장|국장|대리|선임|직원|담당자)|\s차장)"
    r"님?(?:에게|에|의|과|은|는|이|가|을|께)?(?![가-힣])"
)
WORD = re.compile(
    rf"(?P<name>[{personal.SURNAME}독사](?<![가-힣].)(?:(?<=남)궁|(?<=황)보|(?<=제)갈|(?<=선)우|(?<=독)고|(?<=사)공)?[가-힣]{{2}})"
    rf"(?:(?P<role>{ROLE})|(?P<end>(?![가-힣]))|(?=입니다|이며|이고|님|씨))"
)
"""성으로 시작하는 세 글자(두 글자 성이면 네 글자까지) 낱말. 뒤에 직책이 오거나 낱말이 거기서 끝난다(`end`)."""
CUE = re.compile(
    r"(?<![가-힣])(?:(?:민원|업무)?담당자?|담당[은는]|담당자[는은]|정담당자|부담당자|대직자|대\s{0,2}표\s{0,2}자|지\s{0,2}부\s{0,2}장|지회장|관리자|책임자"
    r"|담당\s?(?:직원|공무원)|담당\s[는은])[\s:：(]{1,3}$"
)
OFFICE = re.compile(r"[가-힣](?:과|팀|담당관|사업소|센터|본부|처|추진단|시민촉진단|공사|재단|협회)[\s(/]{1,2}$")
CLOSE = 16
"""이름 앞에서 부르는 말을 찾는 글자 수."""
BESIDE = " \n:：(/"

SHAPE = re.compile(personal.NAME)
ENDINGS = "을를은는이가에로과와의도만명"
"""두 글자 낱말 뒤에 붙는 조사와 ‘명’: ‘현재가’, ‘공원명’은 이름이 아니다."""
SUFFIXES = "시구동역후중별용성장팀관실처반제권형식도화당류함부서계급청원명주병"
"""두 글자 낱말 뒤에 붙어 세 글자 낱말을 만드는 글자. 부서 이름 곁에서는 이 글자로 끝나는 것을 이름으로 보지 않는다."""
COMMON = re.compile(r"이주[민자]|이민자|이수자|유원지|소규모|이미지|임원진|공동.|구정.|하우스|전문가|이태원")
"""분석기가 사람 이름으로 아는 보통 낱말."""
NOT_SURE = ("VV", "VA", "XR", "MAG", "MAJ", "NR", "NP")

GAP, RUN = 9, 4
"""명단: 이름 넷이 아홉 글자 안쪽의 사이를 두고 이어질 때."""
ON_STAGE = re.compile(r"작가|출연|공연|연주|감독|주연|배우|가수|강사|강연|시인|작품|음악|축제|문학")


def staff_names(text: str) -> list[str]:
    """글에 나온 직원·담당자의 이름들을 나온 차례로(같은 이름이 두 번 나오면 두 번)."""
    words = list(WORD.finditer(text))
    found = dict(_beside_a_cue(text, words))
    found.update((start, name) for start, name in _listed(text, words) if start not in found)
    return [found[start] for start in sorted(found)]


def _beside_a_cue(text: str, words: Iterable[re.Match[str]]) -> Iterator[tuple[int, str]]:
    for match in words:
        start = match.start()
        sure = match["role"] is not None or (
            text[start - 1 : start] in BESIDE and CUE.search(text, max(0, start - CLOSE), start) is not None
        )
        if (sure or OFFICE.search(text, max(0, start - CLOSE), start)) and is_name(match["name"], sure=sure):
            yield start, match["name"]


def _listed(text: str, words: Iterable[re.Match[str]]) -> Iterator[tuple[int, str]]:
    run: list[tuple[int, str]] = []
    listed = [
        (match.start(), match["name"]) for match in words if SHAPE.fullmatch(match["name"]) and _ends(text, match)
    ]
    if len(listed) < RUN:
        return
    for start, name in [*(each for each in listed if is_name(each[1], sure=False)), (-1, "")]:
        if not name or (run and start - _end(run[-1]) > GAP):
            if len(run) >= RUN and not ON_STAGE.search(text[max(0, run[0][0] - 60) : _end(run[-1]) + 10]):
                yield from run
            run = []
        run.append((start, name))


def _ends(text: str, match: re.Match[str]) -> bool:
    """이름에서 낱말이 끝나는가(직책이 붙어도 띄어 썼으면 그렇다)."""
    return match["end"] is not None or not "가" <= text[match.end("name") : match.end("name") + 1] <= "힣"


def _end(found: tuple[int, str]) -> int:
    start, name = found
    return start + len(name)


def is_name(word: str, *, sure: bool) -> bool:
    """세 글자 낱말이 사람 이름인가. `sure`는 이름을 부르는 말이 바로 곁에 있다는 뜻이다(모르는 낱말도 이름으로 본다)."""
    if word in DISTRICTS or personal.NOT_A_NAME.fullmatch(word) or COMMON.fullmatch(word):
        return False
    parts = classes(word)
    if len(parts) == 1:
        return parts[0] == ("NNP", "인명")
    if not SHAPE.fullmatch(word) or parts[0][0] in NOT_SURE:
        return False
    is_word = len(first := classes(word[:2])) == 1 and first[0][0] in ("NNG", "NNP")
    if is_word and word[-1] in ENDINGS:
        return False
    return sure or not (word[-1] in SUFFIXES or parts[-1][0].startswith(("J", "E", "X")))
