"""편집자가 정한 검색 규칙: 파일과 오가고, 기한이 지나면 쓰지 않고, 나쁜 것은 받지 않고, 저장소에 커밋 하나로 남는다."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb import git
from kb.entry import Entry, Status
from kb.errors import BadTuning, ContentMoved
from kb.index import build_index
from kb.live import Live
from kb.search import Searcher
from kb.search.query import LONGEST_TERM
from kb.seed import seed
from kb.store import Change, EntryStore
from kb.tuning import PATH, Rule, RuleKind, Rules, RuleState
from kb.tuning_checks import LONGEST_LIFE, LONGEST_SAY, MOST_ENTRIES, MOST_MEANS, MOST_SAYS, refusals
from kb.tuning_store import read_rules, save_rules
from tests.conftest import TOPICS
from tests.kb.searched import 글, 글들

오늘 = date(2026, 11, 24)
정함 = Change(role="editor", reason="자주 찾는 말")


def 규칙(*say: str, **칸: Any) -> Rule:
    """등초본을 주민등록표 등본으로도 찾는 규칙에서 필요한 것만 바꾼 것."""
    처음: dict[str, Any] = {
        "by": "editor#3", "reason": "자주 찾는 말", "made": 오늘, "expires": date(2027, 11, 24),
        **({} if "entries" in 칸 else {"means": ("주민등록표 등본",), "weight": 1.0}),
    }  # fmt: skip
    return Rule(say=say or ("등초본",), **처음 | 칸)


# --- 파일 ---

날 = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@settings(max_examples=50)
@given(
    st.builds(
        Rule, say=st.lists(st.text("가나다라마", min_size=2, max_size=5), min_size=1, max_size=3).map(tuple),
        by=st.just("lead_editor#12"), reason=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Co", "Cn"])),
        made=날, expires=st.none() | 날, means=st.lists(st.text("abc:#-'\"[]{} 가나", min_size=1).filter(str.strip),
        min_size=1, max_size=3).map(tuple), weight=st.sampled_from([0.4, 0.65, 1.0]),
    )
)  # fmt: skip
def test_적은_규칙은_그대로_다시_읽힌다(rule: Rule):
    rule = replace(rule, reason=normalize("NFC", rule.reason))
    rules = Rules(synonyms=(rule,), best_bets=(규칙("여권", entries=("k1", "k12"), expires=None),))

    assert Rules.from_text(rules.to_text()) == rules
    assert Rules.from_text(rules.to_text()).version == rules.version


def test_없는_파일은_빈_규칙이고_판이_있다(tmp_path: Path):
    assert Rules.from_file(tmp_path / PATH) == Rules() == Rules.from_text("")
    assert Rules().version != Rules().put(규칙()).version


@pytest.mark.parametrize(
    ("글", "까닭"),
    [
        ("[", "형식"),
        ("rules: []", "synonyms와 best_bets만"),
        ("synonyms: {}", None),
        ("synonyms: 가", "목록이어야"),
        ("synonyms: [{say: [등초본]}]", r"synonyms의 1번째"),
        ("best_bets: [{say: [여권], entries: [여권], by: a, reason: b, made: 2026-11-24, expires: }]", "항목 번호"),
        ("best_bets: [{say: [가], entries: [k1], by: a, reason: b, made: 2026-11-24, expires: }]", "두 글자"),
        ("best_bets: [{say: [여권], entries: [k1], by: a, reason: b, made: 2026-13-45, expires: }]", None),
        ("best_bets: [{say: [여권], entries: [k1], by: a, reason: b, made: 2026-11-24 10:00:00, expires: }]", "날짜"),
    ],
)
def test_손으로_잘못_적은_파일은_어디가_틀렸는지_말한다(글: str, 까닭: str | None):
    if 글 == "synonyms: {}":
        assert Rules.from_text(글) == Rules()
        return
    with pytest.raises(BadTuning, match=까닭 or "."):
        Rules.from_text(글)


def test_상한_파일로_시작해도_규칙_없이_찾고_나중에_고치면_쓴다(tmp_path: Path, caplog: pytest.LogCaptureFixture):
    path = tmp_path / PATH
    path.write_text("synonyms: 가", "utf-8")
    지금 = Live(path, Rules.from_file, absent=Rules(), optional=True)
    assert 지금() == Rules()
    assert "목록이어야" in caplog.text

    path.write_text(Rules().put(규칙()).to_text(), "utf-8")
    지금._looked -= 2

    assert 지금() == Rules().put(규칙())


# --- 기한, 열쇠, 달라진 말 ---


@pytest.mark.parametrize(
    ("마지막날", "모습"),
    [
        (None, RuleState.ACTIVE),
        (오늘 + timedelta(days=31), RuleState.ACTIVE),
        (오늘 + timedelta(days=30), RuleState.SOON),
        (오늘, RuleState.SOON),
        (오늘 - timedelta(days=1), RuleState.EXPIRED),
    ],
)
def test_마지막_날까지_쓰고_서른_날_앞에서_알린다(마지막날: date | None, 모습: RuleState):
    하나 = 규칙(expires=마지막날)

    assert 하나.state(오늘) is 모습
    assert bool(Rules().put(하나).terms(오늘)) is (모습 is not RuleState.EXPIRED)


def test_끝낸_규칙은_오늘부터_쓰지_않고_그대로_남는다():
    끝 = 규칙("여권", entries=("k1",)).retired(오늘)

    assert Rules().put(끝).bets(오늘) == {}
    assert Rules().put(끝).bets(오늘 - timedelta(days=1)) == {"여권": ("k1",)}
    assert (끝.say, 끝.by) == (("여권",), "editor#3")


def test_열쇠는_갈래와_첫_말에서_나오고_띄어쓰기를_세지_않는다():
    assert 규칙("등 초본").key == 규칙("등초본", "등본", reason="다른 까닭").key
    assert 규칙("등초본").key != 규칙("등초본", entries=("k1",)).key
    assert Rules().put(규칙()).with_key(규칙().key) == 규칙()


@pytest.mark.parametrize(("by", "번호"), [("editor#3", 3), ("hand", None), ("editor#", None), ("editor#³", None)])
def test_정한_사람은_역할과_번호로만_안다(by: str, 번호: int | None):
    assert 규칙(by=by).author == 번호


def test_자리에_놓은_규칙은_차례를_지키고_갈래가_바뀌면_옮긴다():
    처음 = Rules().put(규칙("가나")).put(규칙("다라")).put(규칙("마바"))
    고침 = 처음.put(규칙("다라", "사아"), instead_of=처음.synonyms[1])
    옮김 = 고침.put(규칙("다라", entries=("k1",)), instead_of=고침.synonyms[1])

    assert [rule.say for rule in 고침.synonyms] == [("가나",), ("다라", "사아"), ("마바",)]
    assert ([rule.say[0] for rule in 옮김.synonyms], [rule.say[0] for rule in 옮김.best_bets]) == (
        ["가나", "마바"], ["다라"],
    )  # fmt: skip


def test_달라진_말이_든_물음만_걸린다():
    앞 = Rules().put(규칙("등초본")).put(규칙("쓰봉"))
    뒤 = 앞.put(규칙("쓰 봉", means=("종량제봉투",)), instead_of=앞.synonyms[1]).put(규칙("여권", entries=("k1",)))
    달라짐 = 앞.changed(뒤, 오늘)

    assert [달라짐.touches(물음) for 물음 in ("등초본", "쓰봉 어디서 사요", "여 권", "여권 사진", "PC방")] == [
        False, True, True, False, False,
    ]  # fmt: skip


# --- 받지 않는 것 ---


@pytest.fixture
def 항목들(항목: Callable[..., Entry]) -> dict[str, Entry]:
    return {
        "k1": 항목(),
        "k2": 항목(id="k2", title="옛 여권", status=Status.RETIRED, redirect_to="k1"),
        "k3": 항목(id="k3", title="없어진 여권", status=Status.RETIRED, gone=True),
        "k4": 항목(id="k4", title="쓰다 만 여권", status=Status.DRAFT),
    }


@pytest.fixture
def 까닭들(항목들: dict[str, Entry]) -> Callable[..., list[tuple[str, str]]]:
    """(칸, 문장)들."""

    def look(rule: Rule, kind: RuleKind = RuleKind.SYNONYM, 있던: tuple[Rule, ...] = (), **더: Any):
        rules = Rules()
        for had in 있던:
            rules = rules.put(had)
        처음: dict[str, Any] = {"was": None, "may_last": False, "entry_of": 항목들.get, "today": 오늘}
        return [(one.field, one.sentence) for one in refusals(rule, kind, rules, **처음 | 더)]

    return look


@pytest.mark.parametrize(
    ("칸", "자리", "할일"),
    [
        ({"say": ()}, "say", "적어 주세요"),
        ({"say": ("가",)}, "say", "2글자 이상"),
        ({"say": ("가 ",)}, "say", "2글자 이상"),
        ({"say": ("가" * 21,)}, "say", "20글자까지"),
        ({"say": tuple(f"말하나{n}" for n in range(MOST_SAYS + 1))}, "say", "나누어"),
        ({"say": ("010-1234-5678",)}, "say", "개인정보"),
        ({"say": ("등본",)}, "say", "‘주민등록표 등본’ 속에 든 말"),
        ({"means": ()}, "means", "공식 말을"),
        ({"means": (" ",)}, "means", "글자가 없습니다"),
        ({"means": ("가" * 41,)}, "means", "40글자"),
        ({"means": tuple(f"공식{n}" for n in range(MOST_MEANS + 1))}, "means", "알맞은 것만"),
        ({"weight": 0.0}, "weight", "골라"),
        ({"weight": float("nan")}, "weight", "골라"),
        ({"reason": " "}, "reason", "왜"),
        ({"reason": "가" * 201}, "reason", "200글자"),
        ({"reason": "홍길동 010-1234-5678이 전화함"}, "reason", "개인정보"),
        ({"expires": None}, "expires", "책임 편집자만"),
        ({"expires": 오늘 - timedelta(days=1)}, "expires", "이미 지났습니다"),
        ({"expires": date(9999, 12, 31)}, "expires", f"{LONGEST_LIFE}년 안"),
    ],
)
def test_나쁜_같은_말은_칸과_할_일을_말하고_받지_않는다(
    까닭들: Callable[..., list[tuple[str, str]]], 칸: dict[str, Any], 자리: str, 할일: str
):
    [(칸이름, 문장)] = 까닭들(replace(규칙(), **칸))

    assert 칸이름 == 자리
    assert 할일 in 문장


@pytest.mark.parametrize(
    ("번호들", "할일"),
    [
        ((), "번호를"),
        (("여권",), "번호가 아닙니다"),
        (("k9",), "k9번 안내가 없습니다"),
        (("k2",), "대신하는 안내 k1번"),
        (("k3",), "다른 안내"),
        (("k4",), "초안"),
        (("k1",) * (MOST_ENTRIES + 1), "5개까지"),
    ],
)
def test_보일_수_없는_안내는_무엇을_할지_말하고_받지_않는다(
    까닭들: Callable[..., list[tuple[str, str]]], 번호들: tuple[str, ...], 할일: str
):
    [(칸, 문장)] = 까닭들(규칙("여권", entries=번호들), RuleKind.BEST_BET)

    assert (칸, 할일 in 문장) == ("entries", True)


def test_좋은_규칙은_받고_책임_편집자는_기한을_두지_않을_수_있다(까닭들: Callable[..., list[tuple[str, str]]]):
    assert 까닭들(규칙()) == []
    assert 까닭들(규칙(expires=오늘)) == []
    assert 까닭들(규칙(expires=None), may_last=True) == []
    assert 까닭들(규칙("여권 다시 만들고 싶은데 어디로 가나요?", entries=("k1",)), RuleKind.BEST_BET) == []


def test_다른_규칙에_있는_말은_받지_않고_그_규칙을_알려_준다(항목들: dict[str, Entry]):
    있던, 다른갈래 = 규칙("등초본", "등 사본"), 규칙("등초본", entries=("k1",))
    rules = Rules().put(있던).put(다른갈래.retired(오늘))

    def 부딪힘(rule: Rule, was: Rule | None = None) -> list[Rule | None]:
        found = refusals(
            rule, RuleKind.SYNONYM, rules, was=was, may_last=False, entry_of=항목들.get, today=오늘
        )  # fmt: skip
        return [one.other for one in found]

    assert 부딪힘(규칙("등사 본", "초본뗄")) == [있던]
    assert 부딪힘(규칙("등초본", "초본뗄"), was=있던) == []
    assert 부딪힘(규칙("초본뗄")) == []


def test_찾기가_보는_것보다_긴_같은_말은_받지_않는다():
    assert LONGEST_SAY[RuleKind.SYNONYM] == LONGEST_TERM


# --- 저장소 ---


def 커밋들(store: EntryStore) -> list[str]:
    return git.run(store.root, "log", "--format=%an|%(trailers:only,unfold,separator=;)", "main").splitlines()


def test_저장은_커밋_하나이고_역할과_까닭이_남는다(저장소: EntryStore):
    앞 = len(커밋들(저장소))
    save_rules(저장소, Rules().put(규칙()), base=Rules().version, change=정함)

    assert read_rules(저장소) == Rules().put(규칙())
    assert [앞 + 1, "editor|Role: editor;Reason: 자주 찾는 말"] == [len(커밋들(저장소)), 커밋들(저장소)[0]]
    assert save_rules(저장소, read_rules(저장소), base=read_rules(저장소).version, change=정함) == 저장소.head
    assert len(커밋들(저장소)) == 앞 + 1


def test_바탕이_그사이_바뀌었으면_저장하지_않는다(저장소: EntryStore):
    save_rules(저장소, Rules().put(규칙()), base=Rules().version, change=정함)

    with pytest.raises(ContentMoved, match="다른 사람"):
        save_rules(저장소, Rules().put(규칙("쓰봉")), base=Rules().version, change=정함)
    assert read_rules(저장소) == Rules().put(규칙())


def test_다른_글이_저장되어도_규칙이_그대로이면_저장한다(저장소: EntryStore, 항목: Callable[..., Entry]):
    저장소.save(항목(title="그사이 고친 여권"), change=정함)

    save_rules(저장소, Rules().put(규칙()), base=Rules().version, change=정함)

    assert 저장소.get("k1").title == "그사이 고친 여권"


def test_손으로_고친_규칙을_덮어쓰지_않고_먼저_커밋한다(저장소: EntryStore):
    손 = Rules().put(규칙("쓰봉", by="hand"))
    (저장소.root / PATH).write_text(손.to_text(), "utf-8")

    with pytest.raises(ContentMoved):
        save_rules(저장소, Rules().put(규칙()), base=Rules().version, change=정함)
    save_rules(저장소, 손.put(규칙()), base=손.version, change=정함)

    assert [줄.split("|")[0] for 줄 in 커밋들(저장소)[:2]] == ["editor", "hand"]
    assert {rule.say for rule in read_rules(저장소)} == {("쓰봉",), ("등초본",)}


def test_두_프로세스가_함께_저장해도_하나도_잃지_않는다(저장소: EntryStore):
    """둘이 여섯 개씩 더한다. 바탕이 바뀌면 새 바탕에서 다시 한다."""
    코드 = """
import sys
from datetime import date
from pathlib import Path
from kb.errors import ContentMoved
from kb.store import Change, EntryStore
from kb.tuning import Rule
from kb.tuning_store import read_rules, save_rules
store, mine = EntryStore(Path(sys.argv[1])), sys.argv[2]
for number in range(6):
    rule = Rule(say=(f"{mine} 말 {number}",), by="editor#1", reason="함께", made=date(2026, 11, 24), expires=None, means=("공식",))
    while True:
        rules = read_rules(store)
        try:
            save_rules(store, rules.put(rule), base=rules.version, change=Change(role="editor", reason="함께"))
            break
        except ContentMoved:
            pass
"""
    root = Path(__file__).parent.parent.parent
    둘 = [subprocess.Popen([sys.executable, "-c", 코드, 저장소.root, 이름], cwd=root) for 이름 in ("가", "나")]
    assert [하나.wait(60) for 하나 in 둘] == [0, 0]

    assert len(list(read_rules(저장소))) == 12
    assert git.dirty(저장소.root) == []


def test_새_배포본을_합쳐도_규칙이_남고_항목이_되지_않는다(tmp_path: Path, 항목: Callable[..., Entry]):
    배포본, 여기 = tmp_path / "shipped", tmp_path / "instance/content"
    (배포본 / "entries/minwon").mkdir(parents=True)
    (배포본 / "topics.yml").write_text(TOPICS, "utf-8")
    (배포본 / "entries/minwon/k1.md").write_text(항목().to_text(), "utf-8")
    seed(여기, 배포본)
    저장소 = EntryStore(여기)
    save_rules(저장소, Rules().put(규칙()), base=Rules().version, change=정함)

    (배포본 / "entries/minwon/k1.md").write_text(항목(title="새 배포본의 여권").to_text(), "utf-8")
    합침 = seed(여기, 배포본)

    assert (합침.changed, 합침.conflicts) == (1, ())
    assert read_rules(저장소) == Rules().put(규칙())
    assert [entry.title for entry in 저장소.all()] == ["새 배포본의 여권"]
    assert all(PATH not in path for path in 저장소.paths())


# --- 찾기 ---


def test_저장한_규칙은_다시_열지_않아도_찾기에_쓰인다(tmp_path: Path, 저장소: EntryStore):
    build_index(글들, tmp_path / "index")
    찾기 = Searcher(tmp_path / "index", rules=Live(저장소.root / PATH, Rules.from_file, absent=Rules()))
    assert 찾기.search("자전거 빌리기").hits == []

    rules = Rules().put(규칙("자전거 빌리", means=("따릉이",))).put(규칙("여권", entries=("k9", "k2")))
    save_rules(저장소, rules, base=Rules().version, change=정함)
    찾기._rules._looked -= 2

    assert [hit.id for hit in 찾기.search("자전거 빌리기").hits] == ["k7"]
    앞의둘 = 찾기.search("여권").hits[:2]
    assert [(hit.id, hit.best_bet) for hit in 앞의둘] == [("k9", True), ("k2", True)]
    assert "k9" not in [hit.id for hit in 찾기.search("여권 사진").hits]


def test_색인에_없는_안내는_먼저_보이지_않는다(tmp_path: Path):
    build_index([글("k1", "여권 안내")], tmp_path / "index")
    찾기 = Searcher(tmp_path / "index", rules=lambda: Rules().put(규칙("여권", entries=("k99", "k1"))))

    assert [hit.id for hit in 찾기.search("여권").hits] == ["k1"]
