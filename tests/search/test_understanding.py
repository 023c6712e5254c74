"""묻는 말을 알아듣기: 오타, 띄어쓰기, 초성, 자치구, 같은 말, 먼저 보일 항목, 까닭. 두 엔진이 같다."""

import random
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.index import ENGINES, build_index, update
from kb.search import Searcher
from kb.search.query import Sayings, read
from kb.store import EntryStore
from kb.tuning import Rule, Rules
from tests.kb.searched import 글
from tests.search.quality import CONTENT

오늘 = date(2026, 11, 24)
항목들 = [
    글("k1", "여권을 잃어버렸어요", "가까운 구청에 분실 신고를 하고 재발급을 신청합니다.", topic="민원행정"),
    글("k2", "여권 재발급 수수료", "복수 여권은 5만 원입니다.", topic="민원행정"),
    글("k3", "주민등록등본 발급", "정부24에서 무료로 뗄 수 있습니다. 시청에 올 필요는 없습니다.", topic="민원행정"),
    글("k4", "시청 지하 시민청은 어디인가요", "서울시청 지하에 있습니다.", topic="시정일반"),
    글("k5", "보건소 예방접종", "보건소에서 맞습니다.", topic="보건"),
    글(
        "p6",
        "강남구 보건소는 어디인가요",
        "삼성동에 있습니다. 보건소 전화도 있습니다.",
        topic="보건",
        districts=("강남구",),
    ),
    글(
        "p7",
        "강북구 보건소는 어디인가요",
        "번동에 있습니다. 보건소 전화도 있습니다.",
        topic="보건",
        districts=("강북구",),
    ),
    글("c8", "(송파구) 가정폭력 상담", "상담소에서 합니다.", topic="여성가족"),
    글("k9", "불법주정차 과태료", "불법주정차는 4만 원입니다.", topic="교통"),
    글("k12", "불법주정차 신고", "신고합니다.", topic="교통"),
    글("k10", "산책로 안내", "북악산 산책로가 있습니다. 산책하기 좋습니다.", topic="환경"),
    글("k11", "산책로 조명", "산책로 불을 켭니다.", topic="환경"),
]


@pytest.fixture(scope="module", params=ENGINES)
def 폴더(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("understanding") / request.param
    build_index(항목들, folder, engine=request.param)
    return folder


@pytest.fixture
def 찾기(폴더: Path) -> Searcher:
    return Searcher(폴더, today=lambda: 오늘)


def 번호들(답) -> list[str]:
    return [hit.id for hit in 답.hits]


@pytest.mark.parametrize(
    ("친_말", "고친_말", "으뜸"),
    [
        ("북악 산잭로", "북악 산책로", "k10"),
        ("여꿘 재발급", "여권 재발급", "k2"),
        ("불법주쩡차 과태료", "불법주정차 과태료", "k9"),
    ],
)
def test_자모_하나를_잘못_친_말을_고쳐_찾고_고쳤다고_알린다(찾기, 친_말, 고친_말, 으뜸):
    답 = 찾기.search(친_말)

    assert (답.corrected, 답.hits[0].id) == (고친_말, 으뜸)


@pytest.mark.parametrize("말", ["여권", "땅속", "시청 지하", "가정폭력", "할머니"])
def test_있는_말은_고치지_않는다(찾기, 말):
    assert 찾기.search(말).corrected is None


@pytest.mark.parametrize("말", ["여권 재발급 수수료", "강남구 보건소는 어디인가요", "불법 주정차 과태료 얼마"])
def test_띄어_쓰나_붙여_쓰나_잘못_띄어_쓰나_같은_차례로_찾는다(찾기, 말):
    붙인말 = 말.replace(" ", "")
    잘못띈말 = " ".join(re.findall(".{1,3}", 붙인말))

    assert 번호들(찾기.search(말)) == 번호들(찾기.search(붙인말)) == 번호들(찾기.search(잘못띈말))


@pytest.mark.parametrize(
    ("초성", "으뜸"), [("ㅈㅁㄷㄹ", "k3"), ("ㅂㅂㅈㅈㅊㄱㅌㄹ", "k9"), ("여권 ㅈㅂㄱ", "k2"), ("ㅅㅊㅈㅎ", "k4")]
)
def test_초성만_쳐도_찾는다(찾기, 초성, 으뜸):
    assert 번호들(찾기.search(초성))[0] == 으뜸


def test_자치구를_말하면_그_구와_시_전체의_글이_먼저고_다른_구의_글은_가라앉는다(찾기):
    for 말 in ("강남 보건소", "강남구 보건소", "강남보건소"):
        assert 번호들(찾기.search(말))[0] == "p6"
        assert 번호들(찾기.search(말))[-1] == "p7"


def test_제목에만_자치구가_적힌_글도_그_구의_글이다(찾기):
    assert "c8" in 번호들(찾기.search("상담", district="송파구"))
    assert 번호들(찾기.search("상담", district="강남구")) == []


def test_갈래마다_몇_개인지_세고_갈래로_좁힌다(찾기):
    답 = 찾기.search("보건소")

    assert 답.facets["topic"] == [("보건", 3)]
    assert 답.facets["district"] == [("강남구", 1), ("강북구", 1)]
    assert 답.facets["source"] == [("p", 2), ("k", 1)]
    assert 번호들(찾기.search("보건소", source="k")) == ["k5"]


def test_번호를_치면_그_항목이_먼저다(찾기):
    for 말 in ("k9", "K9", "/faq/k9", "faq/k9"):
        assert 번호들(찾기.search(말))[0] == "k9"
    assert 번호들(찾기.search("k9999")) == []


def test_왜_이_차례인지_까닭을_말한다(찾기):
    까닭 = 찾기.search("강남 보건소", explain=True).hits[0].why

    assert 까닭["words"] > 0
    assert 까닭["meaning"] is None
    assert 까닭["factor"] > 1
    assert 까닭["parts"].keys() == {"morphemes", "bigrams"}
    assert 찾기.search("강남 보건소").hits[0].why is None


def 규칙(**무엇) -> Rule:
    return Rule(**{"by": "editor#1", "reason": "시험", "made": 오늘, "expires": 오늘} | 무엇)


def test_편집자가_정한_같은_말과_먼저_보일_항목은_기한까지만_쓴다(폴더):
    지금 = 오늘
    규칙들 = Rules(
        synonyms=(규칙(say=("딱지",), means=("과태료",)),),
        best_bets=(규칙(say=("여권 새로",), entries=("k9", "k999")),),
    )
    찾기 = Searcher(폴더, rules=lambda: 규칙들, today=lambda: 지금)
    답 = 찾기.search("여권새로")
    assert 번호들(찾기.search("딱지 뗐어요"))[0] == "k9"
    assert (번호들(답)[0], 답.hits[0].best_bet, 답.hits[1].best_bet) == ("k9", True, False)

    지금 = 오늘 + timedelta(days=1)
    assert "k9" not in 번호들(찾기.search("딱지 뗐어요"))
    assert 번호들(찾기.search("여권새로"))[0] != "k9"


def test_긴_시민의_말_속의_짧은_말은_따로_찾지_않는다(폴더):
    찾기 = Searcher(폴더, terms={"재발급비": {"수수료": 1.0}, "발급": {"등본": 1.0}})

    assert 번호들(찾기.search("재발급비"))[0] == "k2"
    assert "k3" not in 번호들(찾기.search("재발급비"))[:1]


def test_때가_지난_글은_같은_말의_지금_글보다_뒤에_온다(tmp_path):
    from kb.entry import Valid

    build_index([글("k1", "한강 축제", "언제"), 글("k2", "한강 축제", "언제", valid=Valid(until=오늘))], tmp_path)
    찾기 = Searcher(tmp_path, today=lambda: 오늘 + timedelta(days=1))

    assert 번호들(찾기.search("한강 축제")) == ["k1", "k2"]
    update(tmp_path, [글("k1", "한강 축제", "언제", valid=Valid(until=오늘)), 글("k2", "한강 축제", "언제")])
    assert 번호들(찾기.search("한강 축제")) == ["k2", "k1"]


@given(
    st.one_of(
        st.text(max_size=80),
        st.text("ㄱㄴㄷㅏㅑ가나다각 ", max_size=30),
        st.sampled_from(
            ["' OR 1=1 --", "<script>alert(1)</script>", "AND OR NOT", "*:*", 'title:"', "\ud800", "가" * 10_000, "🚗"]
        ),
        st.text(st.characters(categories=["Lo", "Mn", "Cc", "Cs", "So"]), max_size=40),
    )
)
@settings(max_examples=300, deadline=None)
def test_무엇을_물어도_차분히_답한다(말):
    찾기 = _어느_찾기()
    답 = 찾기.search(말, explain=True)

    assert len(답.hits) <= 10
    assert 답.total >= len(답.hits)
    assert all("<" not in hit.snippet_html.replace("<mark>", "").replace("</mark>", "") for hit in 답.hits)


def _어느_찾기(찾기들: list[Searcher] = []) -> Searcher:  # noqa: B006  (made once for all the examples)
    if not 찾기들:
        from tempfile import mkdtemp

        폴더 = Path(mkdtemp(prefix="open120-fuzz-"))
        build_index(항목들, 폴더)
        찾기들.append(Searcher(폴더))
    return 찾기들[0]


@pytest.fixture(scope="module")
def 배포본(tmp_path_factory: pytest.TempPathFactory) -> tuple[Searcher, list[str]]:
    """배포본에서 600개를 골라 지은 찾기와 그 제목들."""
    항목 = [entry for entry in EntryStore(CONTENT).all() if entry.is_public]
    뽑은것 = random.Random(4).sample(항목, 600)
    folder = tmp_path_factory.mktemp("shipped") / "index"
    build_index(뽑은것, folder)
    return Searcher(folder), [(entry.id, entry.title) for entry in 뽑은것]


def test_제목의_두_글자에서_네_글자_낱말은_그_제목을_빠짐없이_찾는다(배포본):
    찾기, 제목들 = 배포본
    낱말들: dict[str, set[str]] = {}
    for id, title in 제목들:
        for 낱말 in re.findall("(?<![가-힣])[가-힣]{2,4}(?![가-힣])", title):
            낱말들.setdefault(낱말, set()).add(id)
    뽑은것 = random.Random(4).sample(sorted(낱말들), 200)

    놓침 = {낱말: 낱말들[낱말] - {hit.id for hit in 찾기.search(낱말, limit=600).hits} for 낱말 in 뽑은것}
    assert not {낱말: 번호 for 낱말, 번호 in 놓침.items() if 번호}


def test_제목을_띄어_쓰나_붙여_쓰나_앞의_셋이_같다(배포본):
    찾기, 제목들 = 배포본

    for _, title in 제목들[:100]:
        assert 번호들(찾기.search(title, limit=3)) == 번호들(찾기.search(title.replace(" ", ""), limit=3))


def test_고치지_말라고_하면_친_그대로_찾는다(찾기):
    assert 찾기.search("여꿘 재발급", repair=False).corrected is None
    assert 번호들(찾기.search("wnalsemdfhr", repair=False)) == []


def test_시민의_말은_활용한_꼴에서도_찾고_낱말의_머리에서만_시작한다(폴더):
    찾기 = Searcher(폴더, terms={"차빼": {"불법주정차": 1.0}, "뺏기": {"등본": 1.0}, "자살": {"예방접종": 1.0}})

    for 말 in ("차 빼 주세요", "차를 뺐으면", "차 뺄 수 없나요"):
        assert 번호들(찾기.search(말))[0] in ("k9", "k12")
    assert "k5" not in 번호들(찾기.search("혼자 살아요"))


def test_영어로_물어도_영어_낱말의_머리에서_공식_말을_찾고_로마자_자치구를_안다(폴더):
    찾기 = Searcher(폴더, terms={"passport": {"여권": 1.0}, "lost": {"분실": 0.6}})

    assert 번호들(찾기.search("I lost my passport")) == 번호들(찾기.search("분실 여권"))
    assert 번호들(찾기.search("glost mypassport")) == 번호들(찾기.search("lostness passports")) == []
    읽은_것 = 찾기.index.read(lambda reader: read("parking Jung-gu, gangnam에서", reader, Sayings({})))
    assert 읽은_것.districts == ("중구", "강남구")
    assert {"강남", "중구"} & {token.text for token in 읽은_것.tokens}


def test_원래대로_찾기를_화면에서_고를_수_있다():
    from app.citizen.searching import Asked
    from kb.topics import Topics

    물음 = Asked.of({"q": "wnalsemdfhr", "as": "typed"}, Topics.from_file(CONTENT / "topics.yml"))

    assert 물음.wanted["repair"] is False
    assert "as=typed" in 물음.url()
