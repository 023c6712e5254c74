"""시민의 말로 상담 항목을 찾는다."""

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.entry import Entry
from kb.errors import SearchUnavailable
from kb.index import ENGINES, build_index
from kb.search import LONGEST_QUERY, Searcher
from kb.snippet import LENGTH, Marker
from tests.kb.searched import 글, 글들


@pytest.fixture(scope="module", params=ENGINES)
def 찾기(request, tmp_path_factory) -> Searcher:
    폴더 = tmp_path_factory.mktemp("index")
    build_index(글들, 폴더, engine=request.param)
    return Searcher(폴더)


def 번호들(찾기: Searcher, 말: str, **조건) -> list[str]:
    return [hit.id for hit in 찾기.search(말, **조건).hits]


def 색인(폴더: Path, *항목들: Entry, **rest) -> Searcher:
    build_index(항목들, 폴더)
    return Searcher(폴더, **rest)


@pytest.mark.parametrize(
    ("물음", "으뜸"),
    [
        ("여권을 잃어버렸는데 어떻게 하나요", "k1"),
        ("여권재발급 수수료얼마", "k2"),
        ("등본 떼기", "k3"),
        ("따릉이요금", "k7"),
        ("대형 폐기물을 버리려고요", "k8"),
        ("전붓대 옮겨주세요", "k9"),
        ("ktx 표", "k10"),
        ("쌀", "k11"),
    ],
)
def test_시민의_말로_찾는다(찾기, 물음, 으뜸):
    assert 번호들(찾기, 물음)[0] == 으뜸


def test_답은_화면과_프로그램이_쓸_것을_모두_담는다(찾기):
    답 = 찾기.search("  여권   수수료 ", limit=1)

    assert (답.query, 답.corrected, len(답.hits)) == ("여권 수수료", None, 1)
    assert 답.total >= 2
    assert 답.took_ms > 0
    첫째 = 답.hits[0]
    assert (첫째.id, 첫째.title, 첫째.topic, 첫째.url) == ("k2", "여권 재발급 수수료", "민원행정", "/faq/k2")
    assert 첫째.score > 0
    assert 첫째.snippet_html == "복수 <mark>여권</mark>은 5만 원입니다. 구비서류: 신분증과 사진 한 장"


def test_쪽을_넘겨도_겹치거나_빠지지_않는다(찾기):
    모두 = 번호들(찾기, "신청 여권", limit=50)
    쪽들 = [번호들(찾기, "신청 여권", limit=2, offset=offset) for offset in range(0, 50, 2)]

    assert len(모두) >= 5
    assert [번호 for 쪽 in 쪽들 for 번호 in 쪽] == 모두
    assert 찾기.search("신청 여권", limit=0).total == len(모두)


def test_주제와_자치구로_좁힌다(찾기):
    assert set(번호들(찾기, "거주자우선주차 신청", topic="교통", district="강북구")) == {"k5", "k6"}
    assert 번호들(찾기, "거주자우선주차 신청", topic="환경") == []
    assert 번호들(찾기, "거주자우선주차", topic="", district="") == 번호들(찾기, "거주자우선주차")


@pytest.mark.parametrize(
    ("친_글", "고친_글", "으뜸"),
    [("wnalsemdfhr", "주민등록", "k3"), ("Ekfmddl dyrma", "따릉이 요금", "k7"), ("DURNJS", "여권", "k2")],
)
def test_영문_자판으로_친_한글을_고쳐_찾고_고쳤다고_알린다(찾기, 친_글, 고친_글, 으뜸):
    답 = 찾기.search(친_글)

    assert (답.query, 답.corrected, 답.hits[0].id) == (친_글, 고친_글, 으뜸)


@pytest.mark.parametrize("물음", ["ktx", "KTX", "여권 ktx", "gg", "120"])
def test_뜻한_대로_친_글은_고치지_않는다(찾기, 물음):
    assert 찾기.search(물음).corrected is None


def test_쓸_만한_것이_없으면_빈_답이다(찾기):
    for 물음 in ("", "   ", "우주선", "!?", "은는이가", "\x00", "\ud800", "👍🏽"):
        답 = 찾기.search(물음)
        assert (답.total, 답.hits, 답.corrected) == (0, [], None)


@pytest.mark.parametrize(
    "물음",
    [
        "여권 AND (",
        "+여권 -재발급",
        "title:여권",
        '"여권',
        "여권*",
        "<script>alert(1)</script> 여권",
        "여권'; DROP TABLE entries; --",
        "[여권 TO",
    ],
)
def test_검색_문법이나_코드처럼_보여도_그저_글로_찾는다(찾기, 물음):
    assert {"k1", "k2"} <= set(번호들(찾기, 물음))


def test_아주_긴_물음은_앞만_본다(찾기):
    답 = 찾기.search("여권 재발급 " * 1500)

    assert set(번호들(찾기, "여권 재발급 " * 1500)) >= {"k1", "k2"}
    assert len(답.query) <= LONGEST_QUERY


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    물음=st.text(max_size=80) | st.text("여권AND:()[]\"'*~+-\\/ durnjs\ud800\x00", max_size=80),
    주제=st.none() | st.text(max_size=5),
)
def test_무엇을_물어도_탈이_나지_않는다(찾기, 물음, 주제):
    답 = 찾기.search(물음, topic=주제, district=주제)

    assert len(답.hits) <= 10
    assert 답.query.encode("utf-8").decode() == 답.query


def test_시민의_말을_공식_말로도_찾는다(tmp_path):
    항목들 = 글("k1", "차양시설 설치 신고"), 글("k2", "가게 앞 쓰레기"), 글("k3", "지붕 수리")

    assert 번호들(색인(tmp_path / "1", *항목들), "어닝 설치해도 되나요") == ["k1"]
    assert 번호들(색인(tmp_path / "2", *항목들), "어닝") == []
    assert 번호들(색인(tmp_path / "3", *항목들, terms={"어닝": {"차양시설": 0.8}}), "어 닝") == ["k1"]


def test_색인이_없으면_무엇을_할지_말한다(tmp_path):
    with pytest.raises(SearchUnavailable, match="open120 index"):
        Searcher(tmp_path)


def test_쓰는_동안_색인이_사라지면_알린다(tmp_path):
    찾는_이 = 색인(tmp_path, *글들)
    (tmp_path / "current").unlink()

    with pytest.raises(SearchUnavailable, match="아직 색인이 없습니다"):
        찾는_이.search("여권")


# --- 토막 ---

긴_글 = (
    "이 안내는 구청에서 하는 일을 모두 적은 것입니다. " * 8
    + "수수료는 5만 원이고 카드로도 낼 수 있습니다. "
    + "문의는 02-120으로 합니다. " * 8
)


def test_답이_있는_문장을_골라_보여_준다():
    토막 = Marker(["수수료", "카드"]).shown(긴_글)[0]

    assert 토막.startswith("수수료는 5만 원이고 카드로도 낼 수 있습니다.")
    assert len(토막) <= LENGTH


def test_맞은_말이_없으면_글머리를_보여_준다():
    assert Marker(["우주선"]).shown(긴_글)[0].startswith("이 안내는")
    assert Marker([]).shown(긴_글)[0].startswith("이 안내는")
    assert Marker(["여권"]).shown("") == Marker([]).shown("") == ("", "")


def test_문장이_아주_길면_맞은_말_가까이에서_낱말_머리를_골라_자른다():
    토막 = Marker(["수수료"]).shown("가나다 " * 200 + "수수료는 없음 " + "라마바 " * 200)[0]

    assert "수수료는 없음" in 토막
    assert 토막.startswith("가나다 ")
    assert len(토막) <= LENGTH


def test_띄어쓰기가_전혀_없는_긴_글도_자른다():
    토막 = Marker(["수수료"]).shown("가" * 500 + "수수료" + "나" * 500)[0]

    assert len(토막) <= LENGTH


def test_이어진_조각은_한_표로_묶는다():
    assert Marker(["재발", "발급", "여권"]).shown("여권 재발급은")[1] == "<mark>여권</mark> <mark>재발급</mark>은"


def test_대소문자를_가리지_않고_표를_한다():
    assert Marker(["ktx"]).shown("KTX 승차권")[1] == "<mark>KTX</mark> 승차권"


@given(st.text("가나 <>&'\"mark/", max_size=30), st.lists(st.text("가나<mark>", max_size=4), max_size=4))
def test_글에_무엇이_있어도_표_말고는_HTML이_되지_않는다(본문, 말들):
    토막, 표한_글 = Marker(말들).shown(본문)

    assert unescape(re.sub("</?mark>", "", 표한_글)) == 토막 == " ".join(본문.split())
    assert not re.search("<(?!/?mark>)", 표한_글)
