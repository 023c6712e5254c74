"""치는 동안 제목과 자주 찾는 말을 추천한다 (WORKFLOWS 2-6)."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.entry import Entry, Status
from kb.seed import seed
from kb.store import Change, EntryStore
from kb.suggest import Suggester
from kb.suggest.nearby import allowed
from kb.suggest.suggester import MANY, MOST_QUERIES
from kb.suggest.typed import Typed, initials, keystrokes
from tests.conftest import TOPICS
from tests.kb.searched import 글

제목들 = {
    "k1": "여권을 잃어버렸어요. 어떻게 다시 만드나요?",
    "k2": "여권 재발급 수수료는 얼마인가요?",
    "k3": "주민등록등본은 어디에서 떼나요?",
    "k4": "미성년 자녀의 여권은 어떻게 만드나요?",
    "k5": "가방을 두고 내렸어요",
    "k6": "갑자기 물이 안 나와요",
    "k7": "쓰레기봉투(종량제봉투)는 얼마인가요?",
    "k8": "KTX 표는 어디에서 사나요?",
    "k9": "역에서 넘어졌어요",
    "k10": "닭을 길러도 되나요?",
    "p1": "강남구 한솔어린이집은 정원이 몇 명인가요?",
    "p2": "강남구 청담동 주민센터는 어디인가요?",
    "p3": "강남구청은 어디인가요?",
    "p4": "여권 민원실",
    "p5": "거주자우선주차 신청",
    "p6": "거주자우선주차 신청",
    "p7": "따릉이 대여소는 어디에 있나요?",
}
자치구 = {"p5": ("강남구",), "p6": ("강북구",)}
까닭 = Change(role="editor", reason="시험")


def 저장소_만들기(root: Path, *항목들: Entry) -> EntryStore:
    (root / "shipped").mkdir(parents=True)
    (root / "shipped/topics.yml").write_text(TOPICS, "utf-8")
    seed(root / "content", root / "shipped")
    store = EntryStore(root / "content")
    store.save_all(항목들, change=까닭)
    return store


@pytest.fixture(scope="module")
def 추천(tmp_path_factory: pytest.TempPathFactory) -> Suggester:
    항목들 = [글(id, 제목, districts=자치구.get(id, ())) for id, 제목 in 제목들.items()]
    감춘_것 = 글("k90", "여권 초안", status=Status.DRAFT), 글("k91", "여권 옛 안내", status=Status.RETIRED, gone=True)
    return Suggester(저장소_만들기(tmp_path_factory.mktemp("suggest"), *항목들, *감춘_것))


@pytest.fixture
def 새_추천(tmp_path: Path) -> Callable[..., tuple[EntryStore, Suggester]]:
    def make(*항목들: Entry, **rest) -> tuple[EntryStore, Suggester]:
        store = 저장소_만들기(tmp_path, *항목들)
        return store, Suggester(store, **rest)

    return make


def 번호들(추천: Suggester, 친_글: str, **rest) -> list[str | None]:
    return [one.id for one in 추천.suggest(친_글, **rest)]


def 제목(추천: Suggester, 친_글: str) -> list[str]:
    return [one.text for one in 추천.suggest(친_글)]


# --- the ways of typing ---


@pytest.mark.parametrize(
    "친_글", ["여", "역", "여구", "여궈", "여권", "여권을", "여권을 ", "여권을 잃", "여권을잃어버렸"]
)
def test_한_글쇠씩_치는_내내_찾던_것이_보인다(추천, 친_글):
    assert "k1" in 번호들(추천, 친_글)


@pytest.mark.parametrize(
    ("친_글", "찾던_것"),
    [("갑", "k5"), ("가ㅂ", "k5"), ("닭", "k10"), ("달", "k10"), ("다", "k10"), ("쓰레깁", "k7"), ("쓰레기봂", "k7")],
)
def test_다음_글자의_첫_닿소리가_받침에_붙어_있어도_찾는다(추천, 친_글, 찾던_것):
    assert 찾던_것 in 번호들(추천, 친_글)


@pytest.mark.parametrize(
    ("친_글", "찾던_것"),
    [
        ("ㅈㅁㄷㄹ", "k3"),
        ("ㅇㄱ ㅈㅂㄱ", "k2"),
        ("ㅇㄱㅈㅂㄱ", "k2"),
        ("주민ㄷ", "k3"),
        ("주민ㄷㄹ", "k3"),
        ("ㅈ민등록", "k3"),
        ("ㅈㅁ드", "k3"),
        ("여ㄱ", "k1"),
        ("여권 ㅈ", "k2"),
        ("강남 ㅇㄹㅇㅈ", "p1"),
        ("ㅇㄹㅇㅈ", "p1"),
        ("ㅅㄹㄱ", "k7"),
        ("ㄱㅈㅈㅇㅅㅈㅊ", "p5"),
    ],
)
def test_초성과_초성이_섞인_글로_찾는다(추천, 친_글, 찾던_것):
    assert 찾던_것 in 번호들(추천, 친_글)


def test_초성_둘이_겹받침으로_뭉쳐_쳐져도_찾는다(새_추천):
    _, 추천 = 새_추천(글("k1", "버스 요금"))

    assert 번호들(추천, "ㅄ") == 번호들(추천, "ㅂㅅ") == ["k1"]


@pytest.mark.parametrize("친_글", ["여권ㅋ", "여권ㅏ", "여권 ㅋㅋ"])
def test_맞는_것이_없는_마지막_낱자는_버린다(추천, 친_글):
    assert "k2" in 번호들(추천, 친_글)


@pytest.mark.parametrize(
    ("친_글", "찾던_것"),
    [
        ("durnjs", "k1"),
        ("durn", "k1"),
        ("du", "k1"),
        ("DURNJS", "k1"),
        ("wnalse", "k3"),
        ("Ekfmd", "p7"),
        ("waef", "k3"),
        ("여권 wo", "k2"),
    ],
)
def test_영문_자판으로_치다_만_글도_찾는다(추천, 친_글, 찾던_것):
    assert 찾던_것 in 번호들(추천, 친_글)


def test_로마자로_뜻한_글은_로마자로_먼저_찾는다(추천):
    assert 번호들(추천, "ktx") == 번호들(추천, "KT") == ["k8"]


@pytest.mark.parametrize(
    ("친_글", "찾던_것"),
    [
        ("여귄", "k1"),
        ("어권", "k1"),
        ("여원", "k1"),
        ("여궈ㅓㄴ", "k1"),
        ("쓰래기봉투", "k7"),
        ("쓰레기 봉트", "k7"),
        ("주민듬록등번", "k3"),
        ("여권재벌급", "k2"),
        ("여권 재벌급 수수", "k2"),
        ("재벌급 여권", "k2"),
        ("duwnjs", "k1"),
    ],
)
def test_글쇠_하나둘을_잘못_쳐도_찾는다(추천, 친_글, 찾던_것):
    assert 찾던_것 in 번호들(추천, 친_글)


def test_짧은_글은_함부로_고치지_않는다(추천):
    assert [allowed(글쇠) for 글쇠 in range(8)] == [0, 0, 0, 1, 1, 1, 2, 2]
    assert 번호들(추천, "뷁") == 번호들(추천, "우주선") == 번호들(추천, "ㅋㅋㅋ") == []


def test_맞는_것이_있으면_비슷한_것을_섞지_않는다(추천):
    assert 번호들(추천, "역에서") == ["k9"]


@pytest.mark.parametrize("친_글", ["여권 재발급", "여권재발급", " 여권  재 발급 ", "여권\u200b재발급"])
def test_띄어쓰기를_보지_않는다(추천, 친_글):
    assert 번호들(추천, 친_글) == ["k2"]


@pytest.mark.parametrize("친_글", ["한솔 강남", "수수료 여권", "여권수수료", "여권 수수료 얼마", "등본 주민"])
def test_낱말의_차례가_다르거나_떨어져_있어도_찾는다(추천, 친_글):
    assert len(번호들(추천, 친_글)) == 1


@pytest.mark.parametrize("친_글", ["\u110b\u1167\u1100\u116f\u11ab", "ㅇㅕㄱㅜㅓㄴ", "여권\x00", "여권?!", "‘여권’"])
def test_같은_글의_다른_적기를_알아본다(추천, 친_글):
    assert 추천.suggest(친_글) == 추천.suggest("여권")
    assert 추천.suggest("ＫＴＸ") == 추천.suggest("ktx")


# --- the order ---


def test_첫머리_낱말의_첫머리_속의_차례로_앞선다(새_추천):
    _, 추천 = 새_추천(
        글("k1", "큰나무심기"), 글("k2", "우리 동네 나무심기"), 글("p3", "나무심기는 언제 하나요? 아주 긴 제목")
    )

    assert 번호들(추천, "나무") == ["p3", "k2", "k1"]


def test_같은_자리면_손으로_쓴_글과_짧은_제목이_앞선다(추천):
    assert 번호들(추천, "여권") == ["k2", "k1", "p4", "k4"]


def test_띄어쓰기와_음절까지_같은_것이_앞선다(추천):
    assert 번호들(추천, "강남구청")[:2] == ["p3", "p2"]
    assert 번호들(추천, "역")[0] == "k9"


def test_제목이_같은_안내는_자치구로_가른다(추천):
    assert 제목(추천, "거주자") == ["거주자우선주차 신청 (강남구)", "거주자우선주차 신청 (강북구)"]


def test_같은_제목이고_가를_말도_없으면_한_번만_보인다(새_추천):
    _, 추천 = 새_추천(글("k1", "여권 발급"), 글("k2", "여권발급"), 글("k3", "여권 발급"))

    assert 번호들(추천, "여권") == ["k2"]


def test_공개된_안내만_보인다(추천):
    assert {"k90", "k91"}.isdisjoint(번호들(추천, "여권", limit=50))


def test_정한_수만큼만_늘_같은_차례로_보인다(추천):
    assert len(추천.suggest("어디", limit=2)) == 2
    assert 추천.suggest("어디", limit=0) == 추천.suggest("어디", limit=-1) == []
    assert [추천.suggest("어디") for _ in range(3)] == [추천.suggest("어디")] * 3


def test_추천은_곧바로_열_수_있는_주소를_준다(추천):
    (하나,) = 추천.suggest("ktx")

    assert (하나.text, 하나.id, 하나.url) == ("KTX 표는 어디에서 사나요?", "k8", "/faq/k8")


# --- frequent queries ---


def test_자주_찾는_말은_많이_찾은_차례로_앞에_보이고_찾은_결과를_연다(새_추천):
    말들 = [
        ("여권 사진", 3),
        ("여권 갱신", 9),
        ("여권 발급", 50),
        ("여권 & 비자", 2),
        ("여권 기간", 1),
        ("여권  갱신", 1),
    ]
    _, 추천 = 새_추천(글("k1", "여권 발급"), 글("k2", "여권 사진은 몇 장인가요?"), frequent=lambda: 말들)

    나온_것 = 추천.suggest("여권")

    assert [one.text for one in 나온_것] == [
        "여권 갱신",
        "여권 사진",
        "여권 & 비자",
        "여권 발급",
        "여권 사진은 몇 장인가요?",
    ]
    assert [one.id for one in 나온_것] == [None] * MOST_QUERIES + ["k1", "k2"]
    assert 나온_것[2].url == "/search?q=%EC%97%AC%EA%B6%8C+%26+%EB%B9%84%EC%9E%90"
    assert [one.text for one in 추천.suggest("여권 갱신")] == []


def test_자주_찾는_말을_읽지_못해도_제목은_추천한다(새_추천, caplog):
    def 고장() -> Iterator[tuple[str, int]]:
        raise OSError("디스크")

    _, 추천 = 새_추천(글("k1", "여권 발급"), frequent=고장)

    assert 번호들(추천, "여권") == ["k1"]
    assert "자주 찾는 말" in caplog.text


# --- keeping up ---


def 기다림(뜻: Callable[[], bool]) -> None:
    for _ in range(200):
        if 뜻():
            return
        time.sleep(0.01)
    pytest.fail("따라잡지 못했습니다")


def test_글이_바뀌면_뒤에서_따라잡는다(새_추천):
    저장소, 추천 = 새_추천(글("k1", "여권 발급"), 글("k2", "주차 단속"))
    assert 번호들(추천, "여권") == ["k1"]

    저장소.save_all(
        [글("k1", "비자 발급"), 글("k3", "여권 사진"), 글("k2", "주차 단속", status=Status.DRAFT)], change=까닭
    )

    기다림(lambda: 번호들(추천, "여권") == ["k3"])
    assert 번호들(추천, "비자") == ["k1"]
    assert 번호들(추천, "주차") == []


def test_덧댄_것과_통째로_지은_것은_같은_답을_한다(새_추천):
    저장소, 추천 = 새_추천(*(글(f"k{n}", f"여권 {n}번 창구") for n in range(1, 30)))
    추천.refresh()
    for n in (3, 7, 40):
        저장소.save(글(f"k{n}", f"여권 새 {n}번 창구"), change=까닭)
        추천.refresh()

    통째로 = Suggester(저장소)
    for 친_글 in ("여권", "여권 새", "여권 7", "ㅇㄱ", "새 40", "여권 3번 창귀"):
        assert 추천.suggest(친_글) == 통째로.suggest(친_글), 친_글


def test_많이_바뀌면_통째로_다시_짓는다(새_추천):
    저장소, 추천 = 새_추천(글("k1", "여권 발급"))
    추천.refresh()

    저장소.save_all([글(f"k{n}", f"비자 {n}호") for n in range(1, MANY + 10)], change=까닭)
    추천.refresh()

    assert 번호들(추천, "여권") == []
    assert 번호들(추천, f"비자 {MANY}호") == [f"k{MANY}"]


def test_읽을_수_없는_글이_생겨도_앞의_것으로_답한다(새_추천, caplog):
    저장소, 추천 = 새_추천(글("k1", "여권 발급"))
    assert 번호들(추천, "여권") == ["k1"]
    저장소.save(글("k2", "여권 사진"), change=까닭)
    (저장소.root / "entries/sijeong/k2.md").write_text("머리말이 없는 글", "utf-8")

    기다림(lambda: bool(번호들(추천, "여권")) and "추천할 말을 새로 읽지 못해" in caplog.text)
    assert 번호들(추천, "여권") == ["k1"]


# --- anything at all ---


@settings(max_examples=250, deadline=None)
@given(st.text(max_size=60) | st.text("여권 재발급ㅇㄱㅈㅏㅘㅄdurnjsA12ᄋ\u11ab()*\ud800\x00 ", max_size=40))
@example("ㄳㅏ")
@example("여권" * 5000)
@example("ㅏㅘㅣ")
@example("<script>alert(1)</script>")
def test_무엇을_쳐도_탈이_나지_않는다(추천, 친_글):
    나온_것 = 추천.suggest(친_글, limit=5)

    assert len(나온_것) <= 5
    assert len({one.text for one in 나온_것}) == len(나온_것)
    assert 추천.suggest(친_글, limit=5) == 나온_것


@settings(max_examples=150, deadline=None)
@given(st.text("가각간갉괄귄뷁쓰여권ktx1 ", min_size=1, max_size=8))
def test_덜_친_글의_글쇠는_다_친_글의_앞토막이다(글자들):
    글쇠 = keystrokes(글자들)

    assert all(글쇠.startswith(keystrokes(글자들[:n])) for n in range(len(글자들)))
    assert len(initials(글자들)) == len(글자들)
    assert Typed.of(글쇠.replace(" ", "")).keys == 글쇠.replace(" ", "")
