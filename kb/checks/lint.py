"""모든 항목을 살핀다: 글마다의 규칙, 둘레를 보는 규칙, 여럿을 견주는 규칙. 아무것도 고치거나 막지 않는다."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date

from kb.checks import answers, people, titles, upkeep
from kb.checks.codes import CODES
from kb.checks.finding import Finding, Problem
from kb.checks.hard import says_nothing
from kb.checks.offices import old_offices
from kb.checks.pairs import pairs
from kb.checks.phones import phones
from kb.checks.reading import Reading, Surroundings
from kb.entry import Entry, Status

TEXT_RULES: tuple[Callable[[Reading], Iterator[Problem]], ...] = (
    lambda reading: says_nothing(reading.entry),
    people.personal_data,
    people.names,
    answers.residue,
    answers.length,
    answers.fact_names,
    answers.one_district,
    titles.closing,
    titles.dated,
    old_offices,
    phones,
    upkeep.source,
)
"""글만 보면 되는 규칙: 글이 그대로이면 결과도 그대로다. 주민등록번호는 personal_data가 함께 찾는다(두 번 찾지 않게)."""
AROUND_RULES: tuple[Callable[[Reading, Surroundings], Iterator[Problem]], ...] = (
    upkeep.review,
    upkeep.links,
    upkeep.mended,
)
"""오늘과 다른 글에 따라 달라지는 규칙."""


class Linter:
    """살피는 이. 한 번 본 글은 기억해서, 다시 부르면 바뀐 글만 새로 읽는다(견주는 규칙은 늘 다시 한다)."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, list[Finding]]] = {}

    def lint(
        self,
        entries: Iterable[Entry],
        *,
        today: date,
        topics: Collection[str] = (),
        redirects: Collection[str] = (),
        mended: Mapping[str, tuple[str, Collection[str]]] | None = None,
    ) -> list[Finding]:
        """항목들에서 걸린 것: 무거운 것부터, 같은 무게면 갈래와 번호 차례. 어떤 글이 와도 오류를 내지 않는다.

        `topics`는 주제의 로마자 이름, `redirects`는 옮긴 주소, `mended`는 번호 -> (가져온 판, 고친 갈래들).
        내린 글(retired)은 보내는 곳만 본다.
        """
        listed = list(entries)
        around = Surroundings(
            today=today,
            pages=frozenset(entry.id for entry in listed if entry.is_public or entry.redirect_to),
            topics=frozenset(topics),
            redirects=frozenset(redirects),
            mended=mended or {},
        )
        found = list[Finding]()
        live = list[Reading]()
        for entry in listed:
            if entry.status is Status.RETIRED:
                found += _told(entry, upkeep.redirect(Reading(entry), around))
            else:
                reading = Reading(entry)
                live.append(reading)
                found += self._of_text(reading)
                found += _told(entry, (problem for rule in AROUND_RULES for problem in rule(reading, around)))
        self._forget({entry.id for entry in listed})
        order = {code: place for place, code in enumerate(CODES)}
        place = {entry.id: at for at, entry in enumerate(listed)}
        return sorted(
            [*found, *pairs(live)],
            key=lambda finding: (finding.severity.weight, order[finding.code], place[finding.entry]),
        )

    def _of_text(self, reading: Reading) -> list[Finding]:
        entry, mark = reading.entry, _mark(reading.entry)
        known = self._seen.get(entry.id)
        if known is None or known[0] != mark:
            told = _told(entry, (problem for rule in TEXT_RULES for problem in rule(reading)))
            known = self._seen[entry.id] = mark, told
        return known[1]

    def _forget(self, there: set[str]) -> None:
        for id in self._seen.keys() - there:
            del self._seen[id]


def _mark(entry: Entry) -> int:
    """글의 지문: 글만 보는 규칙이 보는 값이 모두 같으면 같다. 글을 통째로 기억하면 12,000개가 수십 MB다."""
    texts = (entry.title, entry.body, entry.department, entry.phone, entry.source, entry.status, entry.updated)
    return hash((texts, entry.districts, entry.tags, tuple(entry.facts.items())))


def _told(entry: Entry, problems: Iterable[Problem]) -> list[Finding]:
    return [
        Finding(
            problem.code,
            problem.severity or CODES[problem.code].severity,
            entry.id,
            problem.message,
            CODES[problem.code].hint,
            entry.is_public,
        )
        for problem in problems
    ]
