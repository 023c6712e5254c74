"""글만 보고 재는 것: 링크, 뜻 없는 글, 안내와의 거리, 되풀이를 알아볼 뼈대. 누가 보냈는지, 어떻게 할지는 모른다."""

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from unicodedata import normalize
from urllib.parse import urlsplit

from kb import korean
from kb.entry import Entry

PAIRS_FILE = Path(__file__).with_name("screening_pairs.txt")
"""낱말 안에서 잇따르는 한글 두 글자 가운데 흔한 것: 배포본의 제목과 본문에서 센 23,685가지에서 많은 것부터 9,000개(모두의 97%)."""

HANGUL = re.compile(r"[가-힣]+")
JAMO = re.compile(r"[ㄱ-ㅣ]")
LATIN = re.compile(r"[A-Za-z]+")
WORD = re.compile(r"[가-힣A-Za-z0-9]+")
LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"'()\[\]]+|\b(?:[a-z0-9-]+\.)+(?:com|net|io|shop|xyz|top|club|me|ly|kr|ru|cn|tk|pw|site|online|store)(?:/\S+|(?![\w.@-]))",
    re.I,
)
REPEATED = re.compile(r"(.{1,4})\1{4,}")
PUBLIC_HOSTS = re.compile(r"(?:^|\.)(?:go|or|ac|re)\.kr$|(?:^|\.)(?:seoul|korea)\.kr$|(?:^|\.)(?:law|gov)\.\w+$")
SHORTENERS = frozenset(
    [
        "bit.ly",
        "t.co",
        "goo.gl",
        "tinyurl.com",
        "is.gd",
        "ow.ly",
        "buly.kr",
        "me2.do",
        "han.gl",
        "url.kr",
        "vo.la",
        "zrr.kr",
        "c11.kr",
        "abit.ly",
        "lrl.kr",
        "bitly.kr",
        "cutt.ly",
        "rb.gy",
        "shorturl.at",
        "t.ly",
        "iii.im",
    ]
)
"""주소를 줄여 어디로 가는지 숨기는 곳."""

ADVERTS = re.compile(
    r"카지노|바카라|토토사이트|먹튀|슬롯|파워볼|총판|꽁머니|비아그라|시알리스|조건만남|출장마사지|성인용품|당일\s?대출|무직자\s?대출|"
    r"급전|코인\s?리딩|주식\s?리딩|수익\s?보장|팔로워\s?구매|텔레그램\s?문의|casino|viagra|backlink|porn",
    re.IGNORECASE,
)
PITCHES = re.compile(
    r"토토\s?(?:사이트|추천)|리딩\s?방|수익률?\s?(?:\d+\s?[%프퍼]|보장)|원금\s?보장|고수익|부업\s?(?:모집|문의|하실)|재택\s?알바|대출\s?상담|무직자|첫\s?충전|입플|추천\s?코드|"
    r"도박\s?사이트|섹파|만남\s?(?:어플|앱)|최저가|최고가\s?매입|당일\s?배송|정품\s?(?:판매|보장)|상위\s?노출|체험단\s?모집|무료\s?증정|"
    r"잘\s?(?:보고|읽고)\s?갑니다|(?:블로그|카페|채널)[가-힣]{0,2}\s?(?:도\s?)?(?:놀러|들러|구경)|이웃\s?추가|공감\s?(?:누르|꾹)|(?:멋진|유익한|좋은)\s?포스팅|소통해요|"
    r"물러나라|사퇴하라|심판하자|이게\s?나라냐|퇴진하라|탄핵하라|(?:좋은|유익한)\s?(?:글|정보)\s?(?:감사|고맙|잘)|구독하고|자주\s?(?:들르|방문)|예수\s?믿|회개하|구원\s?받|신천지|정권을?\s?교체|"
    r"텔레(?:그램)?\s?(?:문의|주세요|@)|(?:카톡|라인)\s?(?:@|[a-z]{2,}\d)",
    re.IGNORECASE,
)
"""무엇을 팔거나 모으거나 퍼뜨리는 말. 정직한 글에도 있을 수 있어 차단하지 않고 사람이 먼저 본다."""

INSULTS = re.compile(
    r"[씨시][1!]?[발팔빨](?![표견])\s?(?:[놈년새진아것]|$|[\s,.!])|ㅆㅂ|ㅅㅂ|ㅂㅅ|병신|[개색]\s?새\s?끼|새끼들|지랄|좆|존나|엿\s?먹|미친\s?(?:놈|년|것들)|"
    r"(?:죽|뒈|뒤)[어져]\s?버려|뒤져라|꺼져라?|ㅗ{2,}|닥쳐|fuck|bitch",
    re.IGNORECASE,
)
"""욕설. 편집자가 바로 읽지 않아도 되게 보류하고, 그 속의 제보는 사람이 살린다."""

DISGUISED = re.compile(
    r"(?<![가-힣])(?:[가-힣]\s){5,}[가-힣](?![가-힣])|[ㄱ-ㅎㅏ-ㅣ][a-z]|[a-z][ㄱ-ㅎㅏ-ㅣ]|(?<=[가-힣])(?![ㅋㅎㅠㅜㅡ])[ㄱ-ㅎㅏ-ㅣ]{1,2}(?=[가-힣])",
    re.IGNORECASE,
)
"""걸러지지 않으려고 글자를 띄어 쓰거나 낱자와 로마자를 섞은 낱말."""

CODE = re.compile(
    r"</?(?:script|img|iframe|svg|style|object|embed|a|form|link|meta)\b|\bon[a-z]{3,15}\s?=|javascript:|data:text|\{\{|\$\{|(?:\.\.[/\\]){2,}|etc/passwd|"
    r"\bunion\s+(?:all\s+)?select\b|\bdrop\s+table\b|\bor\s+['\"]?1['\"]?\s?=\s?['\"]?1|\bsleep\(",
    re.IGNORECASE,
)
"""사람이 읽을 글이 아니라 프로그램을 건드리려는 글. 실리지도 돌지도 않지만 편집자의 일은 아니다."""

ODD_HOSTS = re.compile(
    r"\.(?:info|top|xyz|club|ru|cn|tk|pw|site|online|store|click|buzz|icu|vip|win|best|live|cc|ws|biz|link)$|(?:seoul|gov|120|minwon)[\w.-]*\.(?!kr$)\w+$"
)
"""낯선 곳이거나 공공기관을 흉내 내는 호스트: 하나뿐이어도 사람이 먼저 본다."""

LEAST_PARROT = 15

FEWEST_PAIRS = 10
"""한글 조각이 이보다 적으면 짧은 글이라 뜻이 있는지, 안내와 먼지 재지 않는다."""

LEAST_REAL, LIKELY_REAL, LEAST_LENGTH = 0.35, 0.6, 1.5
"""흔한 조각의 몫이 이보다 낮거나, 조금 낮으면서 형태소가 짧게 부서지면 뜻이 없는 글이다.

적어 둔 정직한 글 202개(tests/corrections/honest.jsonl)에는 하나도 걸리지 않는다.
"""

LEAST_RELATED = 0.1
ENGLISH = frozenset(
    [
        "a",
        "an",
        "and",
        "are",
        "be",
        "been",
        "but",
        "by",
        "can",
        "changed",
        "closed",
        "could",
        "do",
        "does",
        "fee",
        "for",
        "from",
        "has",
        "have",
        "how",
        "i",
        "in",
        "is",
        "it",
        "its",
        "link",
        "my",
        "new",
        "no",
        "not",
        "now",
        "number",
        "of",
        "office",
        "old",
        "on",
        "open",
        "or",
        "page",
        "phone",
        "please",
        "says",
        "should",
        "that",
        "the",
        "there",
        "this",
        "to",
        "was",
        "what",
        "when",
        "where",
        "which",
        "with",
        "wrong",
        "you",
        "your",
    ]
)
"""영어로 쓴 글이라면 하나는 들어 있을 낱말."""

VOWELS = frozenset("aeiouyAEIOUY")


def links(text: str) -> list[str]:
    """글에 든 링크의 호스트 이름들, 적힌 차례로. 읽을 수 없는 주소는 빈 글이다."""
    return [_host(match[0]) for match in LINK.finditer(normalize("NFKC", text))]


def outside(hosts: Collection[str], entry: Entry) -> list[str]:
    """공공기관의 것도, 그 안내가 이미 가리키는 것도 아닌 호스트."""
    own = set(links(f"{entry.body} {entry.source.url} {' '.join(entry.facts.values())}"))
    return [host for host in hosts if host not in own and not PUBLIC_HOSTS.search(host)]


def foreign_words(pattern: re.Pattern[str], text: str, entry: Entry) -> Collection[str]:
    """글에서 `pattern`에 걸린 말 가운데 안내에는 없는 것."""
    return set(pattern.findall(text)) - set(pattern.findall(f"{entry.title}\n{entry.body}"))


def is_gibberish(text: str) -> bool:
    """뜻이 없는 글인가: 낱자만 늘어놓거나, 되풀이하거나, 한국어에도 영어에도 없는 글자의 이음이다. 아주 짧은 글은 아니라고 한다."""
    text = korean.clean(LINK.sub(" ", text))
    letters = [c for c in text if c.isalpha()]
    if len(text) >= FEWEST_PAIRS and not WORD.search(text):
        return True  # pictures, marks and single jamo only
    if len(letters) < FEWEST_PAIRS:
        return False
    if len(JAMO.findall(text)) > len(letters) / 2 or sum(len(m[0]) for m in REPEATED.finditer(text)) > len(text) / 2:
        return True
    pairs = list(_pairs(text))
    if len(pairs) >= FEWEST_PAIRS:
        real = _real_share(pairs)
        return real < LEAST_REAL or (real < LIKELY_REAL and _morpheme_length(text) < LEAST_LENGTH)
    hangul = sum(map(len, HANGUL.findall(text)))
    if hangul > len(letters) / 2:
        return len(pairs) < hangul / 4 and hangul >= 2 * FEWEST_PAIRS  # syllables set apart one by one
    return _is_latin_mash(LATIN.findall(text))


def is_parrot(text: str, entry: Entry) -> bool:
    """안내의 글을 그대로 옮기기만 한 글인가: 무엇이 틀렸다는 말이 없다."""
    bare = _bare(text)
    return len(bare) >= LEAST_PARROT and bare in _bare(_whole(entry))


def is_choppy(text: str) -> bool:
    """뜻이 없는 글에 가까운가: 말의 흐름이 조금 어색하다. 이것만으로는 아무것도 아니다."""
    pairs = list(_pairs(text := korean.clean(text)))
    return len(pairs) >= 2 * FEWEST_PAIRS and _real_share(pairs) < 0.7 and _morpheme_length(text) < 1.6


def is_foreign(text: str) -> bool:
    """한글이 거의 없는 글인가. 숫자와 링크, 메일뿐이면 아니다."""
    text = LINK.sub(" ", normalize("NFKC", text))
    letters = [c for c in text if c.isalpha()]
    enough = 20 if text.isascii() else 6  # one Chinese letter says as much as a word
    return len(letters) >= enough and sum(bool(HANGUL.match(c)) for c in letters) < len(letters) / 10


def is_unrelated(text: str, quoted: str, entry: Entry) -> bool:
    """안내에 없는 말로만 된 글인가. 안내에서 그대로 옮긴 부분이 있으면 아니다."""
    if quoted and quoted in _whole(entry):
        return False
    pairs = set(_pairs(f"{quoted} {text}"))
    if len(pairs) < FEWEST_PAIRS or is_foreign(text):
        return False
    return len(pairs & _pairs_of(_whole(entry))) / len(pairs) < LEAST_RELATED


def skeleton(text: str, entry: Entry) -> str:
    """안내의 말과 숫자, 주소를 뺀 나머지 글자들: 빈칸만 채워 여러 안내에 보내는 틀이 드러난다. 400자까지."""
    known = _pairs_of(_whole(entry))
    words = WORD.findall(LINK.sub(" ", normalize("NFKC", text)).lower())
    kept = (word for word in words if not word.isdigit() and not (set(_pairs(word)) and set(_pairs(word)) <= known))
    return "".join(kept)[:400]


def _whole(entry: Entry) -> str:
    return "\n".join((entry.title, entry.department, *entry.facts, *entry.facts.values(), entry.body))


def _pairs(text: str) -> Iterator[str]:
    for word in HANGUL.findall(text):
        yield from map("".join, pairwise(word))


@lru_cache(maxsize=128)
def _bare(text: str) -> str:
    return "".join(text.split())


@lru_cache(maxsize=128)
def _pairs_of(text: str) -> frozenset[str]:
    return frozenset(_pairs(text))


@cache
def _real_pairs() -> frozenset[str]:
    lines = PAIRS_FILE.read_text("utf-8").splitlines()
    return frozenset(line[at : at + 2] for line in lines for at in range(0, len(line), 2))


def _real_share(pairs: Sequence[str]) -> float:
    return sum(pair in _real_pairs() for pair in pairs) / len(pairs)


def _morpheme_length(text: str) -> float:
    """형태소 하나의 평균 글자 수. 아무 글자나 이으면 한 글자씩 부서진다."""
    starts = sum(bool(HANGUL.match(text[at])) for at in korean.starts(text))
    return sum(map(len, HANGUL.findall(text))) / max(starts, 1)


def _is_latin_mash(words: list[str]) -> bool:
    """모음이 드물거나 자음만 길게 이어지는 로마자인가."""
    letters = "".join(words)
    if len(letters) < 2 * FEWEST_PAIRS:
        return False
    vowels = sum(letter in VOWELS for letter in letters) / len(letters)
    hard = sum(bool(re.search(r"[^aeiouyAEIOUY]{5,}", word)) or len(word) > 20 for word in words)
    return vowels < 0.24 or hard > len(words) / 4 or (len(words) > 3 and not ENGLISH & {word.lower() for word in words})


def _host(link: str) -> str:
    try:
        return (urlsplit(link if "://" in link else f"https://{link}").hostname or "").removeprefix("www.")
    except ValueError:
        return ""
