"""제목의 됨됨이: 끝났다고 말하거나 날짜가 박힌 제목. 본문은 보지 않는다."""

import re
from collections.abc import Iterator

from kb.checks.codes import CLOSING_TITLE, DATED_TITLE
from kb.checks.finding import Problem, Severity
from kb.checks.reading import Reading

CLOSING = re.compile(r"종료|폐지|삭제\s?예정|정비\s?중")
MARKED = re.compile(
    r"[\[(（〔【<][^\])）〕】>]*(?:종료|(?<!용도)폐지|삭제\s?예정|정비\s?중)[^\])）〕】>]*[\])）〕】>]|(?:폐지|종료)(?:됨|되었|했|$)|정비\s?중$"
)
"""‘[사업종료]’처럼 글을 닫는 표시. 표시 없이 낱말만 든 제목(‘용도폐지란?’)은 참고로만 알린다."""
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=\s?년|\s?학년|[.\-/])")


def closing(reading: Reading) -> Iterator[Problem]:
    """‘종료, 폐지, 삭제예정, 정비중’이 든 제목."""
    title = reading.entry.title
    if found := CLOSING.search(title):
        marked = MARKED.search(title)
        doubt = "" if marked else " 끝난 일인지 보세요."
        yield Problem(
            CLOSING_TITLE, f"제목에 끝났다는 말(‘{found[0]}’)이 있습니다.{doubt}", None if marked else Severity.NOTE
        )


def dated(reading: Reading) -> Iterator[Problem]:
    """해가 박힌 제목: 글을 고친 해보다 앞선 해일 때만."""
    if (found := YEAR.search(reading.entry.title)) and int(found[0]) < reading.entry.updated.year:
        yield Problem(DATED_TITLE, f"제목에 {found[0]}년이 박혀 있습니다.")
