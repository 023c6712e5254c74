"""게시를 막는 검사: 답이 없는 글, 편집하다 만 글, 주민등록번호가 든 글. 항목을 고치거나 저장하는 일은 모른다."""

import re
from collections.abc import Callable, Iterator

from kb import personal
from kb.checks.codes import EDITOR_RESIDUE, NO_ANSWER, RESIDENT_NUMBER, STUB_ANSWER
from kb.checks.finding import Problem
from kb.checks.reading import letters
from kb.districts import DISTRICTS
from kb.entry import Entry


def hard_problems(entry: Entry) -> list[Problem]:
    """게시하면 안 되는 까닭들. 비었으면 게시해도 된다. 주민등록번호가 있어도 그 번호를 말에 옮기지 않는다."""
    return [problem for rule in HARD for problem in rule(entry)]


# --- no answer, or only what an editor left behind (DOMAIN SE-23: only a finished answer is publishable) -----------

FONTS = "돋움|굴림|바탕|궁서|맑은고딕|나눔고딕|돋움체|굴림체|바탕체"
RESIDUE = re.compile(
    rf"(?:(?:{FONTS})+|(?:내용|자료|본문)?(?:정비|삭제|수정|작성|작업|보완|업데이트|등록|확인|검토)(?:중|예정|요망|필요|요청|바람|완료)?"
    r"|준비중|테스트|test|내용없음|내용무|공란|빈칸|상동|위와같음|임시|추후보완|추후등록|ㅇ+|x+|\?+)(?:입니다|임)?",
    re.IGNORECASE,
)
"""그 글의 전부가 이것뿐이면 시민에게 한 말이 아니라 편집하다 남긴 말이다."""
MARK = re.compile(r"^\s*[\[(【<]\s*(?:(?:삭제|수정|정비|보완)\s*(?:중|예정|요망|필요|요청)|테스트)\s*[\])】>]")
"""제목 앞의 ‘[삭제예정]’ 같은 표시: 편집자가 내리기로 한 글이다."""
BRACKETED = re.compile(r"^\s*(?:\[[^\]]*\]|\([^)]*\))\s*")
ENOUGH = 2
"""답으로 볼 수 있는 가장 짧은 글의 글자 수(글자와 숫자만 셈). 실제 자료에서 가장 짧은 참된 답이 ‘경고’ 두 글자다."""
LOST_NUMBER = re.compile(
    r"(?:예|약|총|최대|최소|연간|매월|매년)?(?:개월|시간|만원|천원|억원|년간|일간|년|월|일|분|초|개|명|인|원|회|차|층|세|면|평|배|건|호|주)?"
    r"(?:이내|이상|이하|미만|초과|까지|정도|가능|에한한다|간)*(?:입니다|이다|임)?"
)
"""‘개월입니다’처럼 숫자가 빠져 단위만 남은 글: 무엇을 묻든 답이 되지 않는다."""
BARE_DAY = re.compile(r"(?:약|총|매년)?년?월?일?(?:현재|기준|까지|부터)?(?:입니다|이다|임)?")
"""숫자가 빠진 날짜(‘년 월 일’)뿐인 글."""
STUB = re.compile(
    rf"(?:{'|'.join(DISTRICTS)}|해당(?:구|부서|기관)?|관할(?:구청)?|담당(?:부서|자)?|자치구|구청|부서|추후|별도|개별)?(?:에|에서)?"
    r"(?:확인사항|확인필요|확인요망|확인바람|문의사항|문의요망|문의바람|참조|참고)(?:입니다|임)?"
)
"""‘은평구 확인사항’처럼 답을 남에게 미룬 것이 전부인 글."""


FINISHED = ("습니다", "합니다", "됩니다", "십시오", "하세요")
"""위의 모양에는 나오지 않는 문장의 끝."""


def says_nothing(entry: Entry) -> Iterator[Problem]:
    """답이 없거나, 미루거나, 편집하다 남긴 말뿐인 글."""
    title = letters(BRACKETED.sub("", entry.title) or entry.title)
    body = "" if (finished := _is_finished(entry)) else letters(entry.body)
    if MARK.search(entry.title) or RESIDUE.fullmatch(title) or (body and RESIDUE.fullmatch(body)):
        yield Problem(
            EDITOR_RESIDUE,
            "편집하다 남긴 말(정비중, 삭제예정, 수정 따위)이 제목이나 본문의 전부입니다. 제목과 본문을 다시 써 주세요.",
        )
    elif finished:
        return
    elif len(body) < ENOUGH:
        yield Problem(NO_ANSWER, "본문이 비어 있습니다. 답을 써 주세요.")
    elif LOST_NUMBER.fullmatch(body) or BARE_DAY.fullmatch(body):
        yield Problem(NO_ANSWER, "본문에 숫자가 빠지고 단위만 남았습니다. 원문을 찾아 답을 채워 주세요.")
    elif STUB.fullmatch(body):
        yield Problem(STUB_ANSWER, "본문이 답을 다른 곳에 미룰 뿐입니다(○○구 확인사항). 답을 써 주세요.")
    elif body == letters(entry.title):
        yield Problem(NO_ANSWER, "본문이 제목을 되풀이할 뿐입니다. 답을 써 주세요.")


def _is_finished(entry: Entry) -> bool:
    """끝맺은 문장이 있고 제목보다 훨씬 긴 글: 위의 어느 모양도 아니므로 본문을 글자로 풀어 볼 것도 없다."""
    return len(entry.body.strip()) > 2 * len(entry.title) and any(ending in entry.body for ending in FINISHED)


# --- a resident number inside (PIPA 24-2, DOMAIN PL-01) -----------------------------------------------------------


def _holds_resident_number(entry: Entry) -> Iterator[Problem]:
    source = (entry.source.name, entry.source.url, entry.source.id)
    texts = (
        entry.title,
        entry.body,
        entry.department,
        entry.phone,
        *entry.tags,
        *entry.facts,
        *entry.facts.values(),
        *source,
    )
    if count := len(personal.find_resident_numbers("\n".join(texts))):
        yield resident_number(count)


def resident_number(count: int) -> Problem:
    """주민등록번호가 몇 곳에 있는지 말한다."""
    return Problem(
        RESIDENT_NUMBER, f"주민등록번호나 외국인등록번호가 {count}곳에 있습니다. 지운 뒤에 게시할 수 있습니다."
    )


HARD: tuple[Callable[[Entry], Iterator[Problem]], ...] = (says_nothing, _holds_resident_number)
