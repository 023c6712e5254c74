"""편집자가 낸 검색 규칙을 받아도 되는지 본다. 누가 내도 되는지, 어디에 저장하는지는 모른다."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from kb.entry import ID, Entry, Status
from kb.personal import find_in_entry
from kb.terms import SHORTEST, squeezed
from kb.tuning import Rule, RuleKind, Rules

LONGEST_SAY = {RuleKind.SYNONYM: 20, RuleKind.BEST_BET: 100}
"""시민이 치는 말의 글자 수(많아야, 빈칸은 세지 않음). 같은 말은 이보다 길면 찾을 때 보지 않는다(kb.search.query)."""

LONGEST_MEANS = 40
LONGEST_REASON = 200
MOST_SAYS, MOST_MEANS, MOST_ENTRIES = 20, 10, 5
LONGEST_LIFE = 3
"""기한을 두는 규칙이 사는 햇수(많아야)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """받지 않는 까닭 하나: 어느 칸(Rule의 이름)인지, 무엇을 하면 되는지. `other`는 부딪힌 규칙이다."""

    field: str
    sentence: str
    other: Rule | None = None


def refusals(
    rule: Rule,
    kind: RuleKind,
    rules: Rules,
    *,
    was: Rule | None,
    may_last: bool,
    entry_of: Callable[[str], Entry | None],
    today: date,
) -> list[Refusal]:
    """`rule`을 `rules`에 더해도 되는지(`was`가 있으면 그것을 바꾸어도 되는지) 보고, 안 되는 까닭을 모두 모은다.

    `may_last`는 기한을 두지 않아도 되는가, `entry_of`는 번호의 항목(없으면 None)이다.
    """
    return [
        *_says(rule, kind, rules, was),
        *(_means(rule) if kind is RuleKind.SYNONYM else _entries(rule, entry_of)),
        *reason_refusals(rule.reason),
        *_expiry(rule, may_last=may_last, today=today),
    ]


def reason_refusals(reason: str) -> list[Refusal]:
    """까닭이 비었거나 길거나 개인정보가 든 것."""
    if not reason.strip():
        sentence = "왜 그런지 적어 주세요. 다음에 살피는 사람이 읽습니다."
    elif len(reason) > LONGEST_REASON:
        sentence = f"까닭은 {LONGEST_REASON}글자까지로 줄여 주세요."
    elif found := find_in_entry(reason):
        sentence = f"까닭에 개인정보({found[0].kind.token})로 보이는 것이 있습니다. 빼 주세요."
    else:
        return []
    return [Refusal(field="reason", sentence=sentence)]


def years_later(day: date, years: int) -> date:
    """몇 해 뒤의 같은 날. 2월 29일은 28일이 된다."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def _says(rule: Rule, kind: RuleKind, rules: Rules, was: Rule | None) -> Iterator[Refusal]:
    def no(sentence: str, other: Rule | None = None) -> Refusal:
        return Refusal(field="say", sentence=sentence, other=other)

    if not rule.say:
        yield no("시민이 치는 말을 한 줄에 하나씩 적어 주세요.")
    if len(rule.say) > MOST_SAYS:
        yield no(f"시민이 치는 말은 {MOST_SAYS}가지까지 적을 수 있습니다. 나머지는 다른 규칙으로 나누어 주세요.")
    for say in rule.say[:MOST_SAYS]:
        letters, longest = len(squeezed(say)), LONGEST_SAY[kind]
        if letters < SHORTEST:
            yield no(
                f"‘{say}’은(는) 너무 짧아 다른 말 속에서도 걸립니다. 빈칸을 빼고 {SHORTEST}글자 이상으로 적어 주세요."
            )
        elif letters > longest:
            yield no(f"‘{say[:longest]}…’은(는) 너무 깁니다. 빈칸을 빼고 {longest}글자까지로 줄여 주세요.")
        elif found := find_in_entry(say):
            yield no(f"‘{say}’에 개인정보({found[0].kind.token})로 보이는 것이 있습니다. 빼 주세요.")
        elif (other := rules.holding(say, kind)) and other != was:
            yield no(f"‘{say}’은(는) 다른 규칙에 이미 있는 말입니다. 그 규칙을 고치거나 여기서 지워 주세요.", other)


def _means(rule: Rule) -> Iterator[Refusal]:
    def no(sentence: str) -> Refusal:
        return Refusal(field="means", sentence=sentence)

    if not rule.means:
        yield no("함께 찾을 공식 말을 한 줄에 하나씩 적어 주세요.")
    if len(rule.means) > MOST_MEANS:
        yield no(f"공식 말은 {MOST_MEANS}가지까지 적을 수 있습니다. 가장 알맞은 것만 남겨 주세요.")
    for word in rule.means[:MOST_MEANS]:
        if not squeezed(word):
            yield no(f"‘{word}’에는 찾을 글자가 없습니다. 지우거나 말로 적어 주세요.")
        elif len(squeezed(word)) > LONGEST_MEANS:
            yield no(f"‘{word[:LONGEST_MEANS]}…’은(는) 너무 깁니다. {LONGEST_MEANS}글자까지로 줄여 주세요.")
        elif found := find_in_entry(word):
            yield no(f"‘{word}’에 개인정보({found[0].kind.token})로 보이는 것이 있습니다. 빼 주세요.")
    for say in rule.say:
        inside = [word for word in rule.means if squeezed(say) and squeezed(say) in squeezed(word)]
        if inside:
            yield Refusal(
                field="say",
                sentence=f"‘{say}’은(는) 공식 말 ‘{inside[0]}’ 속에 든 말이라 그대로도 찾습니다. "
                "지우거나 시민이 쓰는 다른 말로 바꾸어 주세요.",
            )
    if not 0 < rule.weight <= 1:
        yield Refusal(field="weight", sentence="얼마나 같은 말인지 골라 주세요.")


def _entries(rule: Rule, entry_of: Callable[[str], Entry | None]) -> Iterator[Refusal]:
    def no(sentence: str) -> Refusal:
        return Refusal(field="entries", sentence=sentence)

    if not rule.entries:
        yield no("먼저 보일 안내의 번호를 한 줄에 하나씩 적어 주세요. 예: k12")
    if len(rule.entries) > MOST_ENTRIES:
        yield no(f"먼저 보일 안내는 {MOST_ENTRIES}개까지 적을 수 있습니다. 가장 알맞은 것만 남겨 주세요.")
    for id in rule.entries[:MOST_ENTRIES]:
        if not ID.fullmatch(id):
            yield no(f"‘{id[:40]}’은(는) 안내의 번호가 아닙니다. 안내의 주소 끝에 있는 k12 같은 번호를 적어 주세요.")
        elif (entry := entry_of(id)) is None:
            yield no(f"{id}번 안내가 없습니다. 번호를 확인해 주세요.")
        elif entry.status is Status.RETIRED:
            instead = (
                f"대신하는 안내 {entry.redirect_to}번을 적어" if entry.redirect_to else "지우거나 다른 안내를 적어"
            )
            yield no(f"{id}번 ‘{entry.title}’은(는) 게시를 마친 안내입니다. {instead} 주세요.")
        elif not entry.is_public:
            yield no(f"{id}번 ‘{entry.title}’은(는) 아직 초안이라 시민에게 보이지 않습니다. 게시한 뒤에 더해 주세요.")


def _expiry(rule: Rule, *, may_last: bool, today: date) -> Iterator[Refusal]:
    if rule.expires is None:
        if not may_last:
            yield Refusal(
                field="expires",
                sentence="기한을 두지 않는 것은 책임 편집자만 정할 수 있습니다. 마지막 날을 적어 주세요.",
            )
    elif rule.expires < today:
        yield Refusal(field="expires", sentence="마지막 날이 이미 지났습니다. 오늘이나 그 뒤의 날을 적어 주세요.")
    elif rule.expires > (last := years_later(today, LONGEST_LIFE)):
        yield Refusal(
            field="expires", sentence=f"마지막 날은 {LONGEST_LIFE}년 안({last:%Y-%m-%d}까지)으로 적어 주세요."
        )
