"""보상을 노린 꾀는 같은 힘을 들인 정직한 시민보다 벌지 못한다 (WORKFLOWS 4, Reward gaming).

90일 동안 정직한 시민 다섯과 꾀 하나가 같은 힘을 쓴다. 틀린 곳을 찾는 데 3, 보내는 데 1이 들고, 하루에 4를 쓴다.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from corrections.models import Risk
from corrections.rewards.rules import Book, Circumstances, Find, Kept, Outcome, Why, alike, decide

처음 = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
날수, 편집자들, 정직한_수 = 90, range(1, 6), 5
흔한 = (Risk.WORDING, Risk.LINK, Risk.FACT, Risk.PHONE, Risk.FEE, Risk.LAW, Risk.ELIGIBILITY)
무게 = (35, 10, 30, 10, 8, 2, 5)
받을_확률 = 0.85
꾀쓰는이 = 100
밝혀짐 = {Why.PLANTED, Why.COLLUSION, Why.SCATTERED}
"""책임 편집자가 보면 꾀인지 알 수 있는 까닭. 나머지로 멈춘 것은 준다고 본다."""


@dataclass(frozen=True, kw_only=True)
class 보냄:
    이름: int
    안내: str
    위험: Risk
    확률: float = 받을_확률
    글: str = ""
    곳: str = ""
    편집자: int | None = None
    줄: str = ""
    심은이: int | None = None


@dataclass
class 세상:
    씨: int
    책: Book = field(default_factory=Book)
    번: Counter[int] = field(default_factory=Counter)
    걸러지_않은: int = 0
    수: int = 0
    멈춤: Counter[Why] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.운 = Random(self.씨)

    def 위험(self) -> Risk:
        return self.운.choices(흔한, 무게)[0]

    def 안내(self) -> str:
        return f"k{self.운.randrange(12_000)}"

    def 글(self) -> str:
        return "".join(chr(self.운.randrange(0xAC00, 0xD7A4)) for _ in range(30))

    def 정한다(self, 것: 보냄, 때: datetime) -> None:
        self.수 += 1
        편집자 = 것.편집자 or self.운.choice(편집자들)
        if self.운.random() > 것.확률:
            self.책.declined[것.이름] += 1
            return
        줄 = 것.줄 or f"{것.안내} 줄 {self.수}"
        고침 = Find(
            correction=self.수, reporter=것.이름, entry=것.안내, risk=것.위험, submitted_at=때,
            applied_at=때 + timedelta(days=1), editors=frozenset({편집자}), sender=것.곳 or f"곳 {것.이름}",
            words=것.글 or self.글(), before=frozenset({줄, f"{것.안내}의 다른 줄"}), gone=frozenset({줄}),
        )  # fmt: skip
        판정 = decide(고침, self.책, Circumstances(made_by=것.심은이))
        self.책.add(Kept(고침, 판정.points, doubted=판정.why is Why.COLLUSION))
        정직 = 것.이름 < 꾀쓰는이
        self.걸러지_않은 += 0 if 정직 else 고침.worth
        if 판정.outcome is Outcome.HOLD:
            self.멈춤[판정.why or Why.CONFLICT] += 정직
        if 판정.outcome is Outcome.PAY or (판정.outcome is Outcome.HOLD and (정직 or 판정.why not in 밝혀짐)):
            self.번[0 if not 정직 else 것.이름] += 판정.points


def 정직(세상: 세상, 이름: int) -> 보냄:
    return 보냄(이름=이름, 안내=세상.안내(), 위험=세상.위험())


def 쪼개기(
    세상: 세상, 사이: int, 조각: int, 이름들: tuple[int, ...] = (꾀쓰는이,), 곳: str = ""
) -> Iterator[list[보냄]]:
    """찾은 것 하나를 여러 조각으로 나누어 `사이` 날마다 하나씩 보낸다. 조각들의 줄은 처음부터 함께 있었다."""
    기다림: dict[int, list[보냄]] = {}
    남은힘 = 0
    for 날 in range(날수):
        남은힘 += 4
        while 남은힘 >= 3 + 조각:
            남은힘 -= 3 + 조각
            안내, 위험 = 세상.안내(), 세상.위험()
            for n in range(조각):
                것 = 보냄(
                    이름=이름들[n % len(이름들)], 안내=안내, 위험=위험, 곳=곳, 줄=f"{안내}의 다른 줄" if n else ""
                )
                기다림.setdefault(날 + n * 사이, []).append(것)
        yield 기다림.pop(날, [])


def 심어_둠(세상: 세상, 고치는이: int, 곳: str = "") -> Iterator[list[보냄]]:
    """틀린 글을 그럴듯하게 보내 두고(열에 셋이 실린다) 이틀 뒤 고친다: 찾는 힘이 들지 않는다."""
    for _ in range(날수):
        것들 = []
        for _ in range(2):
            안내 = 세상.안내()
            것들.append(보냄(이름=꾀쓰는이, 안내=안내, 위험=Risk.FACT, 확률=0.3, 곳=곳))
            if 세상.운.random() < 0.3:
                것들.append(보냄(이름=고치는이, 안내=안내, 위험=Risk.FACT, 곳=곳, 심은이=꾀쓰는이))
        yield 것들


def 짬짜미(세상: 세상, 하루: int) -> Iterator[list[보냄]]:
    """한 편집자가 한 사람의 것을 보는 대로 받아 준다. 두 사람이 보아야 하는 것은 받아 주지 못한다."""
    for _ in range(날수):
        yield [보냄(이름=꾀쓰는이, 안내=세상.안내(), 위험=Risk.FACT, 확률=1.0, 편집자=1) for _ in range(하루)]


def 찍어_냄(세상: 세상, 같은글: str, 확률: float) -> Iterator[list[보냄]]:
    """찾지 않고 하루에 스물을 찍어 보낸다."""
    for _ in range(날수):
        yield [보냄(이름=꾀쓰는이, 안내=세상.안내(), 위험=세상.위험(), 확률=확률, 글=같은글) for _ in range(20)]


여럿 = tuple(range(꾀쓰는이, 꾀쓰는이 + 5))
꾀: dict[str, Callable[[세상], Iterator[list[보냄]]]] = {
    "쪼개기, 한꺼번에": lambda 세상: 쪼개기(세상, 0, 3),
    "쪼개기, 여드레마다": lambda 세상: 쪼개기(세상, 8, 3),
    "쪼개기, 한 달마다": lambda 세상: 쪼개기(세상, 31, 2),
    "여러 이름, 한 곳에서": lambda 세상: 쪼개기(세상, 0, 5, 여럿, "한 곳"),
    "여러 이름, 여러 곳에서": lambda 세상: 쪼개기(세상, 1, 3, 여럿[:3]),
    "심어 둔 오류, 한 이름": lambda 세상: 심어_둠(세상, 꾀쓰는이),
    "심어 둔 오류, 두 이름": lambda 세상: 심어_둠(세상, 꾀쓰는이 + 1, "한 곳"),
    "짬짜미, 하루에 넷": lambda 세상: 짬짜미(세상, 4),
    "짬짜미, 하루에 하나": lambda 세상: 짬짜미(세상, 1),
    "찍어 낸 글, 같은 글": lambda 세상: 찍어_냄(
        세상, "담당 부서의 안내를 최신 내용으로 확인하여 고쳐 주시기 바랍니다", 0.12
    ),
    "찍어 낸 글, 다른 글": lambda 세상: 찍어_냄(세상, "", 0.12),
}


@pytest.mark.parametrize("이름", 꾀)
def test_꾀는_같은_힘을_들인_정직한_시민보다_벌지_못한다(이름: str):
    세상_ = 세상(20261124)
    for 날, 것들 in enumerate(꾀[이름](세상_)):
        때 = 처음 + timedelta(days=날)
        for n, 것 in enumerate([*(정직(세상_, 누구) for 누구 in range(1, 정직한_수 + 1)), *것들]):
            세상_.정한다(것, 때 + timedelta(minutes=n))
    정직한몫 = sum(세상_.번[누구] for 누구 in range(1, 정직한_수 + 1)) / 정직한_수

    assert 정직한몫 > 200, "정직하게 찾으면 보상이 있다"
    assert 세상_.걸러지_않은 > 1.1 * 정직한몫, "규칙이 없으면 남는 장사다"
    assert 세상_.번[0] < 1.1 * 정직한몫, f"{이름}: {세상_.번[0]} / {정직한몫:.0f}"
    assert sum(세상_.멈춤.values()) < 0.02 * 정직한_수 * 날수, "정직한 시민을 멈추어 세우는 일은 드물다"


@pytest.mark.parametrize(
    ("하나", "다른것", "같은글"),
    [
        ("02-120", "02-120", True),
        ("02-120", "02-121", False),
        ("", "", False),
        (
            "수수료가 3만 원으로 바뀌었습니다. 구청에 확인했습니다.",
            "수수료가 5만 원으로 바뀌었습니다. 구청에 확인했습니다.",
            False,
        ),
        (
            "담당 부서의 안내를 최신 내용으로 고쳐 주시기 바랍니다",
            "담당 부서의 안내를 최신 내용으로 고쳐 주시길 바랍니다!",
            True,
        ),
        ("구청 여권 창구가 2층에서 3층으로 옮겼습니다.", "주민센터의 토요일 접수가 없어졌습니다. 알려 주세요.", False),
    ],
)
def test_거의_같은_글은_한_글이고_수가_다르면_다른_사실이다(하나: str, 다른것: str, 같은글: bool):
    assert alike(하나, 다른것) is 같은글


def 고침(번호: int, *, 날: int = 0, 안내: str = "k1", 위험: Risk = Risk.FEE, **칸: object) -> Find:
    때 = 처음 + timedelta(days=날)
    값 = {"reporter": 1, "words": f"제안 {번호}", "before": frozenset({"옛 줄"}), "gone": frozenset({"옛 줄"})} | 칸
    return Find(correction=번호, entry=안내, risk=위험, submitted_at=때, applied_at=때, **값)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("앞", "이번", "점수", "까닭"),
    [
        ([], 고침(9), 10, None),
        ([고침(1, 위험=Risk.WORDING)], 고침(9, 날=3), 9, Why.SAME_FIND),
        ([고침(1)], 고침(9, 날=3), 0, Why.SAME_FIND),
        ([고침(1)], 고침(9, 날=60), 0, Why.SAME_FIND),
        ([고침(1)], 고침(9, 날=60, gone=frozenset({"새 줄"})), 10, None),
        ([고침(1), 고침(2, 날=20, gone=frozenset({"가"}))], 고침(9, 날=60, gone=frozenset({"나"})), 0, Why.ENTRY_CAP),
        ([고침(1)], 고침(9, 날=95), 10, None),
        ([고침(1, 안내="k2"), 고침(2, 안내="k3")], 고침(9), 0, Why.DAY_CAP),
        ([고침(1, 안내="k2"), 고침(2, 안내="k3", 위험=Risk.FACT)], 고침(9), 5, Why.DAY_CAP),
        ([고침(1, 안내="k2", words="같은 번호")], 고침(9, 날=30, words="같은번호"), 0, Why.SAME_WORDS),
        ([고침(1, reporter=2, sender="한 곳")], 고침(9, 날=3, sender="한 곳"), 0, Why.SAME_FIND),
        ([고침(1, reporter=2)], 고침(9, 날=3), 10, None),
    ],
)  # fmt: skip
def test_한도마다_깎인_점수와_까닭(앞: list[Find], 이번: Find, 점수: int, 까닭: Why | None):
    판정 = decide(이번, Book.of(Kept(하나, 하나.worth) for 하나 in 앞))

    assert (판정.points, 판정.why) == (점수, 까닭)
