"""규칙을 바꾸면 판정된 질문의 결과가 어떻게 달라지는지 견준다: 걸리는 질문만 다시 찾아도 모두 다시 찾은 것과 같다."""

from datetime import date
from pathlib import Path
from statistics import fmean

import pytest

from kb.compare import Comparison, Evaluation, compare, evaluate_all
from kb.evaluate import Judged, evaluate
from kb.index import build_index
from kb.search import Searcher
from kb.tuning import Rules
from tests.kb.searched import 글들
from tests.kb.test_evaluate import 질문_파일
from tests.kb.test_tuning import 규칙, 오늘


def 물음(query: str, kind: str = "natural", **grades: int) -> Judged:
    return Judged(query=query, kind=kind, grades=grades)


질문들 = [
    물음("자전거 빌리기", "everyday", k7=2),
    물음("여권 재발급", "keyword", k2=2, k1=1),
    물음("여권재발급", "spacing", k2=2, k1=1),
    물음("durnjs 수수료", "typo", k2=2),
    물음("강남구 거주자우선주차", "district", k4=2, k6=1),
    물음("우주 정거장", "natural", k9=1),
]


@pytest.fixture(scope="module")
def 찾기(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    folder = tmp_path_factory.mktemp("compare") / "index"
    build_index(글들, folder)
    return Searcher(folder, terms={"전봇대": {"전주": 1.0}}, today=lambda: 오늘)


def 견줌(찾기: Searcher, 앞: Rules, 뒤: Rules, *, 재어둠: bool = True, 말: tuple[str, ...] = ()) -> Comparison:
    known = evaluate_all(찾기, 앞, 질문들) if 재어둠 else None
    return compare(찾기, 앞, 뒤, questions=질문들, says=말, today=오늘, known=known)


def test_같은_말을_더하면_나아지는_질문을_앞뒤와_함께_보인다(찾기: Searcher):
    결과 = 견줌(찾기, Rules(), Rules().put(규칙("자전거", means=("따릉이",))), 말=("자전거",))

    assert (결과.questions, 결과.touched, 결과.worse, 결과.level) == (6, 1, [], [])
    [하나] = 결과.better
    assert (하나.query, 하나.kind, 하나.before.ndcg, 하나.after.ndcg) == ("자전거 빌리기", "everyday", 0.0, 1.0)
    assert (하나.before.top, [보임.title for 보임 in 하나.after.top]) == ((), ["따릉이 이용 요금"])
    assert 결과.whole is not None
    assert 결과.whole[1] - 결과.whole[0] == pytest.approx(1 / 6)
    [말] = 결과.says
    assert (말.say, 말.before, [보임.id for 보임 in 말.after]) == ("자전거", (), ["k7"])


def test_나쁜_먼저_보일_안내는_나빠지는_질문으로_보인다(찾기: Searcher):
    결과 = 견줌(찾기, Rules(), Rules().put(규칙("여권 재발급", entries=("k9",))))

    assert [하나.query for 하나 in 결과.worse] == ["여권 재발급", "여권재발급"]
    assert all(하나.after.top[0].best_bet and 하나.after.top[0].id == "k9" for 하나 in 결과.worse)
    assert 결과.whole is not None
    assert 결과.whole[1] < 결과.whole[0]


def test_답이_아닌_것끼리_차례만_바뀌면_점수가_같은_질문이다(찾기: Searcher):
    결과 = 견줌(찾기, Rules(), Rules().put(규칙("우주 정거장", entries=("k8",))))

    assert ([하나.query for 하나 in 결과.level], 결과.better, 결과.worse) == (["우주 정거장"], [], [])


def test_고쳐_읽은_물음으로_걸리는지_본다(찾기: Searcher):
    """영문 자판으로 친 ‘durnjs’는 ‘여권’으로 읽힌다."""
    assert 찾기.read("durnjs 수수료") == "여권 수수료"

    for 재어둠 in (True, False):
        뒤 = Rules().put(규칙("여권 수수료", entries=("k9",)))
        assert [하나.query for 하나 in 견줌(찾기, Rules(), 뒤, 재어둠=재어둠).worse] == ["durnjs 수수료"]


@pytest.mark.parametrize("말", ["여권", "자전거", "거주자우선주차", "발급", "정거장", "없는말", "등본"])
@pytest.mark.parametrize("뜻", ["따릉이", "전봇대", "여권 재발급 수수료"])
def test_걸리지_않는_질문의_결과는_그대로이고_평균은_모두_다시_잰_것과_같다(찾기: Searcher, 말: str, 뜻: str):
    앞 = Rules().put(규칙("정거장", means=("전봇대",)))
    뒤 = 앞.put(규칙(말, means=(뜻,)), instead_of=앞.holding(말, 앞.synonyms[0].kind))
    결과 = 견줌(찾기, 앞, 뒤)

    다시 = [evaluate_all(찾기, rules, 질문들) for rules in (앞, 뒤)]
    assert all(다시)
    assert 결과.whole == pytest.approx(tuple(fmean(하나.ndcg) for 하나 in 다시))
    assert 견줌(찾기, 앞, 뒤, 재어둠=False).moved == 결과.moved
    걸림 = 앞.changed(뒤, 오늘)
    for 질문, 읽음 in zip(질문들, 다시[0].read, strict=True):
        if not 걸림.touches(읽음):
            assert 찾기.ruled_by(앞).search(질문.query).hits == 찾기.ruled_by(뒤).search(질문.query).hits


def test_재어_둔_것은_글로_오가고_다른_규칙으로_옮겨_잴_수_있다(찾기: Searcher):
    뒤 = Rules().put(규칙("자전거", means=("따릉이",)))
    잰것 = evaluate_all(찾기, Rules(), 질문들)
    assert 잰것 is not None

    assert Evaluation.from_json(잰것.to_json()) == 잰것
    assert 잰것.under(뒤, 찾기.ruled_by(뒤), 질문들, today=오늘) == evaluate_all(찾기, 뒤, 질문들)


@pytest.mark.parametrize("상한글", ["", "{", "{}", '{"rules": "", "read": [1], "ndcg": ["가"]}', "[]"])
def test_상한_글은_ValueError다(상한글: str):
    with pytest.raises(ValueError):
        Evaluation.from_json(상한글)


def test_그만두라면_그만둔다(찾기: Searcher):
    assert evaluate_all(찾기, Rules(), 질문들, goes_on=lambda done: done < 3) is None


def test_전체_점수는_evaluate의_수와_같다(찾기: Searcher, tmp_path: Path):
    줄들 = [{"query": 하나.query, "kind": 하나.kind, "rel": dict(하나.grades)} for 하나 in 질문들]
    잰것 = evaluate_all(찾기, Rules(), 질문들)
    assert 잰것 is not None

    assert evaluate(찾기, 질문_파일(tmp_path, *줄들))["ndcg@10"] == pytest.approx(fmean(잰것.ndcg), abs=1e-4)


def test_판정된_질문이_없어도_규칙의_말은_견준다(찾기: Searcher):
    뒤 = Rules().put(규칙("자전거", means=("따릉이",)))
    결과 = compare(찾기, Rules(), 뒤, questions=[], says=["자전거"], today=date(2026, 11, 24))

    assert (결과.questions, 결과.whole, 결과.moved) == (0, None, ())
    assert not 결과.says[0].is_same
