"""상담 항목에 있어서는 안 되는 개인정보와 사람 이름. 무엇이 개인정보인지는 kb.personal이 안다."""

from collections import Counter
from collections.abc import Iterator

from kb import personal
from kb.checks.codes import PERSONAL_DATA, STAFF_NAME
from kb.checks.finding import Problem, Severity
from kb.checks.hard import resident_number
from kb.checks.names import staff_names
from kb.checks.reading import Reading
from kb.personal import Kind

PERHAPS = (Kind.ACCOUNT, Kind.BIRTH, Kind.EMAIL)
"""기관의 것(후원 계좌, 문의 메일)일 수 있어 주의로만 알리는 갈래."""


def personal_data(reading: Reading) -> Iterator[Problem]:
    """주민등록번호(게시를 막는 것과 같은 갈래), 휴대전화, 카드, 여권번호 따위. 찾은 것을 말에 옮기지 않는다."""
    entry = reading.entry
    text = "\n".join((reading.text, *entry.tags))
    kinds = Counter(found.kind for found in personal.find_in_entry(text, office_phones=[entry.phone]))
    if count := kinds.pop(Kind.RRN, 0) + kinds.pop(Kind.ARC, 0):
        yield resident_number(count)
    for kind, count in kinds.items():
        softer = Severity.WARNING if kind in PERHAPS else None
        yield Problem(PERSONAL_DATA, f"개인정보로 보이는 것이 있습니다: {kind.token[1:-1]} {count}곳.", softer)


def names(reading: Reading) -> Iterator[Problem]:
    """직원과 담당자의 이름마다 하나."""
    for name in dict.fromkeys(staff_names(reading.text)):
        yield Problem(STAFF_NAME, f"사람 이름으로 보이는 말이 있습니다: {name}.")
