"""시민의 수정 요청을 받아 적는다: 칸을 살피고, 개인정보를 가리고, 접수증을 준다. 누가 판단할지는 모른다."""

import re
from collections.abc import Callable
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from functools import lru_cache
from unicodedata import category, normalize

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from corrections import receipt
from corrections.errors import BadCorrection, BadReason, EntryClosed, ReceiptNotFound
from corrections.models import Correction, Kind
from corrections.promise import Clock, promise
from corrections.receipt import Receipt
from corrections.risk import FROM_KIND
from corrections.transition import Action, receive
from db.people import Actor
from kb import personal
from kb.entry import Entry, Status
from kb.errors import EntryNotFound
from kb.store import EntryStore

LONGEST = {"quoted": 1000, "proposal": 2000, "evidence": 1000}
"""칸마다 받는 글자 수. 안내 한 편의 본문(한국어 2,000자 안팎)을 넘는 요청은 나누어 받는다."""

LONGEST_SAID = 1000
"""편집자와 시민, 부서가 주고받는 한 마디의 글자 수."""

LABELS = {
    "kind": "무엇이 잘못되었나요",
    "quoted": "어느 부분인가요",
    "proposal": "무엇이 맞나요",
    "evidence": "어떻게 아셨나요",
}
VERSION = re.compile(r"[0-9a-f]{12}")
INVISIBLE = frozenset({"Cc", "Cs", "Co", "Cn"})
HIDDEN = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""폭이 없거나 글의 방향을 뒤집어, 보이는 것과 다른 글을 숨기는 글자들."""

FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""글자로 치지만 보이지 않는 것: 한글 채움 글자와 빈 점자."""

UNSEEN_ALONE = frozenset({"Cf", "Mn", "Me", "Zs", "Cc"})
"""다른 글자 곁에서만 뜻이 있는 갈래: 그림 글자를 잇는 글자(U+200D), 덧붙는 부호, 빈칸."""


@dataclass(frozen=True)
class Screened:
    """보낸 글을 걸러 본 결과: 받거나(SUBMIT) 보류하거나(HOLD) 차단한다(BLOCK). 점수와 까닭은 편집자에게만 보인다."""

    action: Action = Action.SUBMIT
    score: int = 0
    suspicions: tuple[str, ...] = ()


CALM = Screened()


@dataclass(frozen=True)
class Words:
    """시민이 적은 글 세 칸."""

    quoted: str
    proposal: str
    evidence: str


def submit(
    session: Session,
    store: EntryStore,
    *,
    entry_id: str,
    base_version: str,
    kind: str,
    quoted: str,
    proposal: str,
    evidence: str,
    token: str,
    by: Actor,
    clock: Clock,
    channel: str = "web",
    sender: str = "",
    screened: Screened = CALM,
    at: datetime | None = None,
) -> Receipt:
    """수정 요청을 저장하고 접수증을 돌려준다. 저장(commit)은 부른 쪽이 한다.

    기한은 `clock`의 근무 시간으로 약속한다. 개인정보를 가렸거나 `screened`가 의심하면 보류심사로, 뻔한 장난이면 차단으로 들어가지만
    접수증은 똑같이 준다. `sender`는 보낸 곳의 열쇠 건 지문, `at`은 받은 때(없으면 지금)다.

    `token`은 양식에 숨은 표(receipt.new_token)로, 같은 양식의 같은 내용을 두 번 보내면 같은 접수증이다. 고쳐 보내면 새 요청이다.
    칸이 틀리면 BadCorrection, 없는 안내면 EntryNotFound, 게시 중이 아니면 EntryClosed, 할 수 없는 역할이면 NotAllowed.
    """
    entry = open_entry(store, entry_id)
    words = Words(cleaned(quoted), cleaned(proposal), cleaned(evidence))
    check(kind, words)
    base_version = base_version if VERSION.fullmatch(base_version) else entry.version
    content = "\0".join((entry_id, kind, *astuple(words)))
    code, key = receipt.code_for(token, content), receipt.submission_key(token, content)
    kept = mask(words, entry=entry, kind=Kind(kind))
    now = at or datetime.now(UTC)
    promised = promise(Kind(kind), at=now, clock=clock)
    suspicions = (*screened.suspicions, *(["개인정보를 가림"] if kept != words else []))
    correction = Correction(
        entry_id=entry.id,
        entry_title=entry.title,
        base_version=base_version,
        kind=Kind(kind),
        quoted=kept.quoted,
        proposal=kept.proposal,
        evidence=kept.evidence,
        masked=kept != words,
        code_hash=receipt.hashed(code),
        submission_key=key,
        submitted_at=now,
        submitted_by=by.person_id,
        channel=channel,
        sender=sender,
        risk=FROM_KIND[Kind(kind)],
        office=entry.department,
        acknowledge_by=promised.acknowledge_by,
        due_at=promised.due_at,
        score=screened.score,
        suspicions="; ".join(suspicions),
    )
    how = screened.action if screened.action is not Action.SUBMIT or kept == words else Action.HOLD
    kept_one = _once(session, correction, lambda: receive(session, correction, by=by, channel=channel, action=how))
    again = kept_one is not correction
    return Receipt(number=kept_one.number, code=code, masked=kept_one.masked, again=again)


def find(session: Session, *, number: str, code: str) -> Correction:
    """접수번호와 확인 코드가 함께 맞는 수정 요청. 하나라도 틀리면 ReceiptNotFound, 걸리는 시간은 같다."""
    id = receipt.id_in(number)
    correction = session.get(Correction, id) if id is not None and id < 2**31 else None
    opened = receipt.matches(code, correction.code_hash if correction else receipt.NOBODY)
    if correction is None or not opened or not receipt.same_number(number, correction.number):
        raise ReceiptNotFound
    return correction


def open_entry(store: EntryStore, entry_id: str) -> Entry:
    """수정 요청을 받을 수 있는 안내. 없거나 아직 게시하지 않았으면 EntryNotFound, 내렸으면 EntryClosed."""
    entry = store.get(entry_id)
    if entry.status is Status.RETIRED:
        raise EntryClosed(entry.title, redirect_to=entry.redirect_to)
    if not entry.is_public:
        raise EntryNotFound(entry_id)
    return entry


def cleaned(text: str) -> str:
    """밖에서 온 글: NFC로 맞추고, 줄바꿈을 하나로 하고, 보이지 않는 글자를 빼고, 앞뒤 빈칸을 뗀다.

    남은 글자가 하나도 보이지 않으면 적지 않은 것이다.
    """
    text = re.sub("\r\n?|[\x0b\x0c\x85\u2028\u2029]", "\n", normalize("NFC", text))
    text = HIDDEN.sub("", "".join(c for c in text if c in "\n\t" or category(c) not in INVISIBLE)).strip()
    return text if any(map(_is_seen, text)) else ""


def said(text: str, *, nothing: str = "") -> str:
    """직원이 남기는 한 마디: 다듬고 개인정보를 가린 글. 없는데 `nothing`이 있으면 그 말로, 길면 얼마나 줄일지 말하는 BadReason.

    접수증과 기록에 남고, 합쳐진 요청의 다른 시민에게도 보인다. 유선 번호는 부서의 것이라 남긴다.
    """
    text = cleaned(text)
    if nothing and not text:
        raise BadReason(nothing)
    if len(text) > LONGEST_SAID:
        raise BadReason(f"{LONGEST_SAID:,}자까지 적을 수 있습니다. 지금 {len(text):,}자이니 줄여 주세요.")
    return guarded(text)


def guarded(text: str) -> str:
    """직원이 적은 글에서 개인정보를 가린 것: 유선 번호 말고 모두."""
    lines = {found.text for found in personal.find(text) if found.kind is personal.Kind.TELEPHONE}
    return personal.mask(text, office_phones=lines)


def mask(words: Words, *, entry: Entry, kind: Kind) -> Words:
    """개인정보를 가린 글. 안내에 이미 있는 번호는 남기고, 번호가 틀렸다는 요청에서는 일반전화도 남긴다.

    남기지 않으면 ‘담당 부서 전화가 02-… 로 바뀌었다’는 요청이 쓸모없어진다. 휴대전화는 언제나 가린다 (DOMAIN PD-06).
    """
    known = _office_phones(words, entry, kind)
    return Words(*(personal.mask(text, office_phones=known) for text in astuple(words)))


def find_personal(words: Words, *, entry: Entry, kind: Kind) -> list[personal.Found]:
    """저장하기 전에 가릴 것들(`mask`가 가리는 그것). 보낸 사람에게 먼저 보여 준다."""
    known = _office_phones(words, entry, kind)
    return [found for text in astuple(words) for found in personal.find(text, office_phones=known)]


def _office_phones(words: Words, entry: Entry, kind: Kind) -> set[str]:
    known = {entry.phone, *_phones_in("\n".join((entry.title, entry.phone, *entry.facts.values(), entry.body)))}
    if kind is Kind.NUMBER:
        sent = (found for text in astuple(words) for found in personal.find(text))
        known |= {found.text for found in sent if found.kind is personal.Kind.TELEPHONE}
    return known


@lru_cache(maxsize=128)
def _phones_in(text: str) -> frozenset[str]:
    """안내의 글에 든 전화번호. 한 번 보낼 때 여러 번 묻는다."""
    return frozenset(found.text for found in personal.find(text) if found.kind in personal.PHONES)


def _is_seen(character: str) -> bool:
    return character not in FILLERS and category(character) not in UNSEEN_ALONE


def check(kind: str, words: Words) -> None:
    """칸이 모자라거나 넘치면 BadCorrection. 안내는 보지 않는다."""
    problems: dict[str, str] = {}
    if kind not in set(Kind):
        problems["kind"] = "무엇이 잘못되었는지 하나를 골라 주세요."
    if not words.proposal:
        problems["proposal"] = "무엇이 맞는지 적어 주세요. 모르시면 무엇이 이상한지만 적으셔도 됩니다."
    for name, longest in LONGEST.items():
        if (length := len(getattr(words, name))) > longest:
            problems[name] = (
                f"‘{LABELS[name]}’ 칸은 {longest:,}자까지 적을 수 있습니다. 지금 {length:,}자이니 줄여 주세요."
            )
    if problems:
        raise BadCorrection(problems)


def _once(session: Session, correction: Correction, receive: Callable[[], object]) -> Correction:
    """같은 양식이 먼저 와 있으면 그 행, 아니면 새로 넣은 행. 동시에 와도 표의 유일 제약이 하나만 남긴다."""
    same = select(Correction).where(Correction.submission_key == correction.submission_key)
    if earlier := session.scalar(same):
        return earlier
    try:
        with session.begin_nested():
            receive()
        return correction
    except IntegrityError:
        if earlier := session.scalar(same):
            return earlier
        raise
