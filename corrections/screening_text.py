"""글만 보고 재는 것: 링크, 뜻 없는 글, 되풀이를 알아볼 틀. 안내를 두고 하는 말인지(screening_ground), 누가 보냈는지는 모른다."""

import re
from collections import Counter
from collections.abc import Collection, Iterable
from functools import cache, lru_cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import urlsplit

from kb import korean
from kb.entry import Entry

PAIRS_FILE = Path(__file__).with_name("screening_pairs.txt")
"""낱말 안에서 잇따르는 한글 두 글자가 얼마나 드문지. 줄 앞의 수가 드문 정도다: 그 두 글자가 든 안내의 몫을 e의 거듭제곱으로 센 것.

배포본의 쓴 글(k)과 장소 글(p) 가운데 더 흔한 쪽에서 셌다. 여기에 없으면 가장 드문 것(RAREST)이다.
"""

RAREST = 6
HANGUL = re.compile(r"[가-힣]+")
JAMO = re.compile(r"[ㄱ-ㅣ]")
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

ODD_HOSTS = re.compile(
    r"\.(?:info|top|xyz|club|ru|cn|tk|pw|site|online|store|click|buzz|icu|vip|win|best|live|cc|ws|biz|link)$|(?:seoul|gov|120|minwon)[\w.-]*\.(?!kr$)\w+$"
)
"""낯선 곳이거나 공공기관을 흉내 내는 호스트: 하나뿐이어도 사람이 먼저 본다."""

ADVERTS = re.compile(
    r"카지노|바카라|토토사이트|먹튀|슬롯|파워볼|총판|꽁머니|비아그라|시알리스|조건만남|출장마사지|성인용품|당일\s?대출|무직자\s?대출|"
    r"급전|코인\s?리딩|주식\s?리딩|수익\s?보장|팔로워\s?구매|텔레그램\s?문의|casino|viagra|backlink|porn",
    re.IGNORECASE,
)
"""사람이 보지 않아도 장난인 말. 나머지 광고는 이 안내를 두고 하는 말이 아니라서 보류된다."""

HANDLES = re.compile(
    r"(?:[카ㅋ]ㅏ?[톡톢]|카카오톡|오픈\s?채팅|텔레(?:그램)?|인스타(?:그램)?|위챗|검색창에)(?:\s?아이디|\s?id)?\W{0,3}[a-z0-9][\w.]{3,}",
    re.IGNORECASE,
)
"""메신저나 소셜 미디어의 아이디. 관공서의 안내에 적을 일이 거의 없다: 사람이 먼저 본다."""

MACHINE = re.compile(
    r"</?[a-z][\w-]*(?:\s[^<>]*)?/?>|<!--|[$#]\{|\$\(|%2e|%2f|\.\./|\bon[a-z]{3,}\s?=|javascript:|=\s?[a-z]+\|"
    r"|\b(?:drop\s+table|union\s+(?:all\s+)?select|insert\s+into|or\s+1\s?=\s?1)\b|(?:이전|위|앞)의?\s?(?:지시|명령)"
    r"|(?:AI|인공지능|챗봇|시스템)\s?(?:검토자|심사자|편집자|메시지|에게)|ignore\s+(?:all|previous)|developer\s+mode|you\s+are\s+now|system\s*prompt",
    re.IGNORECASE,
)
"""사람이 아니라 기계에게 하는 말: 태그, 코드, 지시. 어디에서도 실행되거나 따르지 않지만 시민의 글은 아니다."""

INSULTS = re.compile(
    r"[씨시][1!]?[발팔빨](?![표견])\s?(?:[놈년새진아것]|$|[\s,.!])|ㅆㅂ|ㅅㅂ|ㅂㅅ|병신|[개색]\s?새\s?끼|새끼들|지랄|좆|존나|엿\s?먹|미친\s?(?:놈|년|것들)|"
    r"(?:죽|뒈|뒤)[어져]\s?버려|뒤져라|꺼져라?|ㅗ{2,}|닥쳐|fuck|bitch",
    re.IGNORECASE,
)
"""욕설. 안내를 두고 하는 말이어도 편집자가 바로 읽지 않게 보류하고, 그 속의 제보는 사람이 살린다."""

FEWEST_PAIRS = 10
"""한글 조각이 이보다 적으면 짧은 글이라 뜻이 있는지 재지 않는다."""

LEAST_REAL = 0.25
"""배포본에 있는 조각의 몫이 이보다 낮으면 뜻이 없는 글이다. 적어 둔 정직한 글에는 하나도 걸리지 않는다."""

TOKEN = re.compile(r"[가-힣]+|[a-z]+|\d[\d,.:/-]*")
NAMES = re.compile(
    r"[가-힣]{0,2}(?:수수료|접수처|담당자|부서|서류|번호|전화|주소|시간|기간|기한|대상|방법|페이지|누리집|금액|요금|비용|절차|링크|내용|안내문?|정보|신청서)"
)
"""어느 안내에나 있는 것의 이름: 틀에서는 안내의 말로 친다."""

POLITE = re.compile(
    r"(?:적어|넣어|알려|써|고쳐|더해)?주세요|적어|넣어|알려|고쳐|부탁\w*|바랍니다|감사합니다|[있없]어요|[있없]습니다|합니다|됩니다|해요|돼요|입니다|이?에요|예요"
)
"""누구나 맺는 말이라 되풀이로 치지 않는 것."""

ENOUGH = 2
"""남들의 틀 이만큼에 있으면 온전히 되풀이된 이음이다."""

LONGEST_FRAME = 400


class Link(NamedTuple):
    """틀에서 잇따른 두 낱말."""

    before: str
    after: str


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
    """뜻이 없는 글인가: 낱자만 늘어놓거나, 되풀이하거나, 한국어에 없는 글자의 이음이다. 아주 짧은 글은 아니라고 한다."""
    text = korean.clean(LINK.sub(" ", text))
    letters = [c for c in text if c.isalpha()]
    if len(text) >= FEWEST_PAIRS and not WORD.search(text):
        return True  # pictures, marks and single jamo only
    if len(letters) < FEWEST_PAIRS:
        return False
    if len(JAMO.findall(text)) > len(letters) / 2 or sum(len(m[0]) for m in REPEATED.finditer(text)) > len(text) / 2:
        return True
    pairs = [a + b for word in HANGUL.findall(text) for a, b in pairwise(word)]
    hangul = sum(map(len, HANGUL.findall(text)))
    if len(pairs) < FEWEST_PAIRS:
        return len(pairs) < hangul / 4 and hangul >= 2 * FEWEST_PAIRS  # syllables set apart one by one
    return sum(pair in rarity() for pair in pairs) / len(pairs) < LEAST_REAL


@cache
def rarity() -> dict[str, int]:
    """한글 두 글자 -> 드문 정도. 없는 것은 RAREST다."""
    lines = (line.split() for line in PAIRS_FILE.read_text("utf-8").splitlines())
    return {pairs[at : at + 2]: int(band) for band, pairs in lines for at in range(0, len(pairs), 2)}


def frame(text: str, whole: str) -> str:
    """안내(`whole`)의 말과 갖춘 것의 이름을 ◇로, 수를 0으로 바꾼 틀: 빈칸만 채워 여러 안내에 보내는 글이 드러난다."""
    known = _pairs_of(whole)
    words = TOKEN.findall(LINK.sub(" ", normalize("NFKC", text)).lower())
    return " ".join(_masked(word, known) for word in words)[:LONGEST_FRAME]


def covered(frame: str, others: Iterable[str]) -> float:
    """틀의 이음 가운데 남들의 틀에도 있는 몫, 0부터 1까지."""
    if not (mine := _links_of(frame)):
        return 0.0
    seen = Counter(each for other in others for each in _links_of(other) & mine)
    return sum(min(seen[each], ENOUGH) for each in mine) / ENOUGH / len(mine)


@lru_cache(maxsize=1024)
def _links_of(frame: str) -> frozenset[Link]:
    """틀의 이음들. 둘 다 안내의 말이나 수이면 뺀다."""
    words = ["^", *(word for word in frame.split() if not POLITE.fullmatch(word)), "$"]
    return frozenset(Link(*pair) for pair in pairwise(words) if not set(pair) <= {"^", "$", "◇", "0"})


def _masked(word: str, known: frozenset[str]) -> str:
    if word[0].isdigit():
        return "0"
    end = 1
    while end < len(word) and word[end - 1 : end + 1] in known:
        end += 1
    if end == 1 and (name := NAMES.match(word)):
        end = name.end()
    rest = word[end:] if len(word) - end > 2 else ""  # a particle or two says nothing
    return word if end == 1 else f"◇{rest}"


@lru_cache(maxsize=128)
def _pairs_of(text: str) -> frozenset[str]:
    return frozenset(a + b for word in HANGUL.findall(text) for a, b in pairwise(word))


def _host(link: str) -> str:
    try:
        return (urlsplit(link if "://" in link else f"https://{link}").hostname or "").removeprefix("www.")
    except ValueError:
        return ""
