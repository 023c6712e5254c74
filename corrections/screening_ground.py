"""글이 이 안내를 두고 무엇이 다르다고 말하는지 잰다. 누가 얼마나 보냈는지, 그래서 어떻게 할지는 모른다.

편집자에게 곧바로 가는 글은 둘을 다 한다: 안내에 있는 것을 가리키고(옮겨 적은 부분, 드문 말, 갖춘 것의 이름), 무엇이 다르다고 말한다(안내에
없는 말이나 값, 틀렸다·바뀌었다·빠졌다·모르겠다·안 열린다는 말, 물음). 어떤 장난인지는 알 까닭이 없다.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from rapidfuzz import fuzz

from corrections.screening_text import HANGUL, PUBLIC_HOSTS, RAREST, links, rarity
from corrections.submit import Words
from kb import korean
from kb.entry import Entry
from kb.terms import squeezed

COMMON = 2
"""이 정도까지 흔한 두 글자는 함께 있어도 무엇을 가리키는 것이 아니다(신청, 접수, 주소)."""

CLEAR, FAINT = 4.0, 1.0
"""겹친 말의 무게가 이만큼이면 안내의 무엇을 또렷이 가리킨 것, 어렴풋이 가리킨 것."""

NEW = 4.0
"""안내에 없는 말의 무게가 이만큼은 되어야 무엇이 다른지 말한 것."""

LONG, LEAST_SHARE = 40.0, 0.08
"""말이 많은(LONG) 글은 그 가운데 이만큼은 안내의 말이어야 한다."""

TERSE = 6.0
"""이보다 말이 적은 글(‘바뀌었음’)은 무엇이 다르다는 말만으로도 어렴풋이 가리킨 것이다: 그 안내에서 보냈으니까."""

FEW_WORDS, MINE = 3, 0.35
"""제 말이 이만큼(낱말, 글 가운데의 몫)뿐이면 안내의 글을 늘어놓은 것이다."""

LEAST_QUOTE, LONG_TITLE = 4, 8
LIKE_QUOTE = 60
"""옮겨 적은 부분과 이만큼(0~100) 닮은 글은 그 부분을 고쳐 적은 것이다."""

LATIN_WEIGHT, NUMBER_WEIGHT = 3.0, 2.5
EVERYWHERE = frozenset(("02", "120"))
QUOTED = re.compile(r"[‘'“\"「]([^‘’'“”\"「」]{4,})[’'”\"」]")

FACETS: Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]] = {
    name: (re.compile(said, re.IGNORECASE), re.compile(kept, re.IGNORECASE))
    for name, said, kept in (
        ("전화", r"번호|문의|\d-\d{3,4}|전화|전번|직통|연락처|결번|통화|phone|number|\bcall\b|\bline\b", r"\d{2,4}-\d{3,4}|\b1\d{2,3}\b"),
        ("돈", r"수수료|요금|금액|비용|과태료|범칙금|벌금|값|무료|유료|공짜|\d\s?[천만억]?\s?원|\bfees?\b|price|cost|\bwon\b", r"수수료|요금|금액|비용|과태료|무료|원\b|\d원|내야|냅니다|급여|수당|지원"),
        ("때", r"기한|기간|날짜|날수|며칠|언제|시간|평일|주말|휴관|휴무|나이|\d+\s?[일월년시]|deadline|dates?\b|\bdays?\b|hours?|open|closed", r"\d+\s?(?:일|월|년|시|세|개월)"),
        ("곳", r"주소|위치|장소|창구|\d층|폐업|문\s?닫|address|office|floor|moved", r"주소|구청|센터|사업소|관청|공단|대사관|서울"),
        ("서류", r"서류|신청서|접수증|신분증|도장|document|\bform\b", r"서류|신청|신분증|도장|증명"),
        ("누리집", r"링크|사이트|홈페이지|누리집|접속|페이지|\blink\b|website|page", r"."),
        ("부서", r"[가-힣]{2,}(?:과|팀|센터|사업소)(?:가|는|로|에서|\b)|부서|이름이", r"."),
        ("글", r"무슨\s?말|여기에|안내에|본문|적혀|나와\s?있|빠져|빠졌|오타|맞춤법|띄어\s?쓰기|글자|글씨|문장|표현|제목|\b표[가의에로는를]|말이|말은|설명|typo", r"."),
    )
}  # fmt: skip
"""안내가 갖추는 것들(120 편람의 열 항목): 글에서 부르는 말과, 안내에 그것이 있다는 표지."""

CLAIMS = re.compile(
    r"틀[리렸린림려]|잘못|다르|다릅|달라|달랐|다른|맞지|안\s?맞|맞는|맞나|맞습|아니|아닙|아닌|아님|말고|대신|오타|오류|이상[하해한]|오해|거짓|엉터리|사실과"
    r"|바뀌|바뀐|바뀜|바꿨|바꾸|변경|개정|개편|올랐|올랏|올라|인상|내렸|늘었|늘어|줄었|줄어|없어[졌지진]|폐지|폐업|폐쇄|닫|끝[났나]|종료|마감|옮[겼겨긴]|이전|통합|생[겼긴겨]|이제|요즘|지금은|올해|작년|옛날|예전"
    r"|[아어여해]야(?![가-힣])|빠[졌져지진]|없[어습네는다음던고]|누락|추가|넣어|적어|적혀|적으|써\s?[주줘있]|써주|안\s?써|알려\s?주|필요|있으면\s?좋|좋겠|보완|보강|헛걸음|말이\s?없"
    r"|보여\s?[주줘]|길[어다고]|짧|모르겠|모릅|헷갈|어렵|어려|애매|이해|궁금|무슨|뭔|뭐|어떻게|어디|언제|얼마|왜"
    r"|안\s?[열되돼들나뜨받해됨와]|안[됨되돼]|끊기|접속|없는\s?번호|결번|깨[져졌]|잘려"
    r"|wrong|incorrect|chang|moved|closed|missing|\badd\b|please|unclear|\bnot\b|should|told|\bnow\b|also",
    re.IGNORECASE,
)  # fmt: skip
"""틀림, 바뀜, 빠짐, 모름, 막힘을 말하는 말의 줄기."""

ASKS = re.compile(r"[?？]|더라|나요|까요|가요|는지|은지|인지|을지|던데|래요|대요|답니다|한다고|라고")
RULES = re.compile(
    r"니다|[해돼되예어아여에]요|[됨함임음봄짐감]\b|됩|된다|한다|돼\b|요(?![가-힣])|\bis\b|\bare\b|\bhas\b|\bhave\b"
)
"""무엇이 어떻다고 맺는 말."""

REPORT = re.compile(
    r"안녕하세요|수고|감사|부탁|바랍|확인|수정|변경|요청|검토|반영|조치|개선|보완|정정|안내|내용|정보|부분|항목|설명|페이지|게시|현재|실제|최신|기재|관련|대한|대해|경우|시민|이용자|담당|사실|문제|필요|가능|생각"
)
"""어느 안내에나 붙일 수 있는 알림의 말: 무엇이 다른지는 말하지 않는다."""

THANKS = re.compile(r"감사합|고맙|도움이|유익|훌륭|응원|잘\s?보|잘\s?읽|thank|great|helpful", re.IGNORECASE)
"""고마움과 칭찬: 무엇이 다르다는 말이 함께 없으면 수정 요청이 아니다."""

UNITS = re.compile(r"\d\s?[천만억]?\s?(원|일|개월|년|시|분|층|명|퍼센트|%|회|세|곳)")

FITS: Mapping[str, str] = {
    "number": "전화 부서 때", "fee": "돈", "dead_link": "누리집 전화 곳", "typo": "때 부서", "unclear": "누리집 전화 때",
    "outdated": "때 곳 부서 누리집", "procedure": "서류 누리집 곳 때 돈 전화",
}  # fmt: skip
"""시민이 고른 종류와 어울리는 것들."""


@dataclass(frozen=True)
class Ground:
    """글이 선 자리.

    `aim`은 안내의 무엇을 가리키나: 0 없음, 1 안내가 갖춘 것(전화, 돈, 때)을 부를 뿐, 2 어렴풋함, 3 또렷함.
    `claim`은 무엇이 다르다고 하나: 0 없음, 1 다르다고만 함, 2 안내에 없는 말로 무엇이 다른지 말함.
    `restates`는 안내의 글을 늘어놓고 값만 바꾸거나 제 말은 두엇뿐인 것, `backed`는 어떻게 알았는지도 적은 것.
    """

    aim: int
    claim: int
    restates: bool = False
    backed: bool = False

    @property
    def is_nothing(self) -> bool:
        """안내를 가리키지 않거나, 무엇이 다르다고 하지 않는다."""
        return not (self.aim and self.claim)

    @property
    def is_thin(self) -> bool:
        """있기는 하나 어느 안내에나 적을 수 있을 만큼 어렴풋하다. 정직한 글에도 다섯에 하나쯤 있다."""
        return not self.is_nothing and (self.aim + self.claim + self.backed < 4 or self.restates)

    @property
    def is_full(self) -> bool:
        """안내의 무엇이 어떻게 다른지 또렷하다."""
        return self.aim + self.claim == 5


@dataclass(frozen=True)
class Around:
    """안내 바깥에서 아는 것. 없어도 잰다.

    `means`는 글에 든 시민의 말을 행정의 말로(content/terms.yml), `kin`은 이어 둔 안내들의 글을 준다. 물을 때만 부른다.
    """

    means: Callable[[str], str] = lambda _: ""
    kin: Callable[[], str] = lambda: ""


ALONE = Around()


def ground(words: Words, entry: Entry, *, kind: str, around: Around = ALONE) -> Ground:
    """시민의 세 칸이 선 자리."""
    text, known = _without_title(words.proposal, entry), _grams(whole(entry))
    mine, quotes = _own(text, entry), _quotes(words, entry)
    aim = _aim(Words(words.quoted, text, words.evidence), entry, kind, mine, quotes, around)
    added = sum(weight(gram) for gram in _grams(REPORT.sub(" ", CLAIMS.sub(" ", text))) - known if not gram.isdigit())
    replaces = quotes and not _is_in(text, entry) and fuzz.ratio(words.quoted, text) >= LIKE_QUOTE
    differs = bool(replaces or CLAIMS.search(mine) or ASKS.search(mine))
    values = any(number not in known for number in re.findall(r"\d+", text))
    told, backed = bool(RULES.search(text)), bool(words.evidence)
    if THANKS.search(text) and not CLAIMS.search(mine):
        return Ground(aim, 0)
    if added >= NEW and (differs or values or quotes or told):
        return Ground(aim, 2, backed=backed)
    own, said = len(_runs(text) - _runs(whole(entry))), len(HANGUL.findall(text))
    restates = own < FEW_WORDS and own <= MINE * said and not _cites(text, entry)
    if differs or (own and told and (backed or quotes or aim == 3)):
        return Ground(aim, 1, restates, backed)
    return Ground(aim, int(values), restates or own < 2)


def whole(entry: Entry) -> str:
    """안내의 글 모두. ‘함께 보면 좋은 안내’의 제목들은 남의 것이라 뺀다."""
    body = entry.body.partition("## 함께 보면")[0]
    heads = (entry.title, entry.department, entry.phone, entry.source.url, *entry.districts, *entry.tags)
    return "\n".join((*heads, *entry.facts, *entry.facts.values(), body))


def weight(gram: str) -> float:
    """두 글자(또는 로마자 낱말, 수)가 얼마나 또렷이 가리키나: 흔한 것은 0."""
    if "가" <= gram[0] <= "힣":
        return max(0.0, rarity().get(gram, RAREST) - COMMON)
    return NUMBER_WEIGHT if gram.isdigit() else LATIN_WEIGHT


def _aim(words: Words, entry: Entry, kind: str, mine: str, quotes: bool, around: Around) -> int:
    said, known = f"{words.proposal}\n{words.evidence}", _grams(whole(entry))
    spoken = _grams(f"{said}\n{around.means(said)}")
    shared = sum(map(weight, spoken & known))
    total = shared + sum(weight(gram) for gram in spoken - known if not gram.isascii())
    if total >= LONG and shared / total < LEAST_SHARE:
        return 2 if quotes else 0
    if shared >= (FAINT if quotes else CLEAR) or _cites(words.proposal, entry):
        return 3
    if quotes or shared >= FAINT:
        return 2
    if total < LONG and sum(map(weight, spoken & _grams(around.kin()))) >= CLEAR:
        return 2
    common = sum(rarity().get(gram, 0) in (1, COMMON) for gram in spoken & known)
    named = any(squeezed(name) in squeezed(said) for name in (entry.department, *entry.tags) if name)
    public = any(map(PUBLIC_HOSTS.search, links(said)))
    is_terse = total < TERSE and bool(CLAIMS.search(mine))
    return int(
        named or public or common > 1 or is_terse or _touches(words.proposal, entry, kind) or _measures(said, entry)
    )


def _without_title(text: str, entry: Entry) -> str:
    """제목을 길게 옮겨 적은 데를 뺀 글: 제목을 옮기는 것은 무엇을 가리키는 것이 아니다."""
    same = SequenceMatcher(None, entry.title, text, autojunk=False).find_longest_match()
    return f"{text[: same.b]} {text[same.b + same.size :]}" if same.size >= LONG_TITLE else text


def _own(text: str, entry: Entry) -> str:
    """글에서 안내에 그대로 있는 낱말을 뺀 나머지. 몇 낱말 안 되는 글은 그대로 둔다."""
    words, known = text.split(), _runs(whole(entry))
    if len(words) <= FEW_WORDS:
        return text
    return " ".join(word for word in words if not (found := HANGUL.findall(word)) or not known.issuperset(found))


def _quotes(words: Words, entry: Entry) -> bool:
    return len(squeezed(words.quoted)) >= LEAST_QUOTE and _is_in(words.quoted, entry)


def _cites(text: str, entry: Entry) -> bool:
    """글 속의 따옴표 안에 안내의 말을 그대로 옮겼나."""
    return any(_is_in(each, entry) for each in QUOTED.findall(text))


def _is_in(passage: str, entry: Entry) -> bool:
    """옮겨 적은 것이 정말 안내에 있나. 빈칸은 보지 않는다."""
    return squeezed(passage) in _bare(whole(entry))


def _touches(text: str, entry: Entry, kind: str) -> bool:
    """고른 종류와 어울리는 것(전화, 돈, 때, …)을 부르고, 그것이 안내에 있나. 글 자체는 어느 종류에나 어울린다.

    수수료라고 고르고 돈을 말했으면 안내에 돈이 없어도 된다: 빠진 것을 알리는 글이다.
    """
    fitting = {"글", *FITS.get(kind, "").split()}
    said = (name for name in fitting if FACETS[name][0].search(text))
    return any((kind, name) == ("fee", "돈") or FACETS[name][1].search(whole(entry)) for name in said)


def _measures(text: str, entry: Entry) -> bool:
    """안내에 있는 값과 같은 단위의 값을 적었나(원, 일, 층)."""
    return not set(UNITS.findall(text)).isdisjoint(UNITS.findall(whole(entry)))


@lru_cache(maxsize=256)
def _grams(text: str) -> frozenset[str]:
    """조사와 어미를 뗀 낱말의 두 글자들, 세 글자 넘는 로마자, 두 자리 넘는 수."""
    grams = (gram for gram in korean.word_bigrams(text) if len(gram) > 1 and gram not in EVERYWHERE)
    return frozenset(gram for gram in grams if len(gram) > 2 or gram.isdigit() or not gram.isascii())


@lru_cache(maxsize=256)
def _runs(text: str) -> frozenset[str]:
    return frozenset(HANGUL.findall(text))


@lru_cache(maxsize=256)
def _bare(text: str) -> str:
    return squeezed(text)
