"""장난은 편집자에게 닿지 않고, 정직한 사람은 막히지 않는다 (WORKFLOWS 2 item 12)."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from cases.clock import WorkingClock
from corrections import receipt
from corrections.errors import BadReason
from corrections.models import Correction, State
from corrections.queue import TO_DO
from corrections.screening import Visit, caught, content_signals, forget, submit_screened
from corrections.screening_freeze import freeze, is_frozen, unfreeze
from corrections.screening_ground import ground
from corrections.screening_models import Trace
from corrections.screening_signals import BEHAVIOUR, CONTENT, STANDING, Signal, judge
from corrections.submit import Screened, Words
from corrections.transition import Action
from db import Database, events
from db.errors import NotAllowed
from db.people import Actor
from kb.entry import Entry
from kb.store import Change, EntryStore
from tests.conftest import 여권
from tests.corrections.attacks import 글, 모양들, 새_모양, 새_모양들

ROOT = Path(__file__).parent.parent.parent
처음 = datetime(2026, 11, 2, 0, 0, tzinfo=UTC)
시계 = WorkingClock()


def 정직한_글들() -> Sequence[글]:
    """적어 둔 시민의 글 200개. `from`이 같으면 한 주소를 함께 쓰고, 나머지는 저마다 다른 곳에서 온다."""
    rows = [json.loads(line) for line in (ROOT / "tests/corrections/honest.jsonl").read_text("utf-8").splitlines()]
    return [
        글(
            모양="정직", entry=row["entry"], at=처음 + timedelta(minutes=41 * n), address=row.get("from") or f"172.16.{n}.1",
            agent=f"H{n}", seconds=30.0, kind=row["kind"], quoted=row.get("quoted", ""), proposal=row["proposal"],
            evidence=row.get("evidence", ""),
        )
        for n, row in enumerate(rows)
    ]  # fmt: skip


def 배포본의(ids: Iterable[str]) -> Sequence[Entry]:
    paths = {path.stem: path for path in (ROOT / "content/entries").glob("*/k*.md")}
    return [Entry.from_text(paths[id].read_text("utf-8")) for id in sorted(set(ids))]


@pytest.fixture
def 안내들(저장소: EntryStore, monkeypatch: pytest.MonkeyPatch) -> Sequence[Entry]:
    """정직한 글들이 말하는 배포본의 안내들. 확인 코드의 해시는 값싸게 한다: 여기서 보는 것이 아니다."""
    monkeypatch.setattr(receipt, "SCRYPT_COST", 2)
    found = 배포본의(글.entry for 글 in 정직한_글들())
    topics = {topic.name for topic in 저장소.topics}
    entries = [entry if entry.topic in topics else _주제를(entry, "시정일반") for entry in found]
    저장소.save_all(entries, change=Change(role="importer", reason="배포본"))
    return entries


def _주제를(entry: Entry, topic: str) -> Entry:
    return Entry.from_text(entry.to_text().replace(f"topic: {entry.topic}", f"topic: {topic}", 1))


def 보냄(session: Any, store: EntryStore, one: 글, **더: Any) -> int:
    paper = submit_screened(
        session, store, entry_id=one.entry, base_version="", kind=one.kind, quoted=one.quoted, proposal=one.proposal,
        evidence=one.evidence, token=receipt.new_token(), clock=시계, at=one.at,
        visit=Visit(address=one.address, sender=f"{one.address}/{one.agent}", seconds=one.seconds, bait=one.bait), **더,
    )  # fmt: skip
    id = receipt.id_in(paper.number)
    assert id is not None
    return id


def 모두_보냄(database: Database, store: EntryStore, 글들: Iterable[글]) -> Mapping[str, Counter[State]]:
    with database.begin() as session:
        ids = {보냄(session, store, one): one.모양 for one in sorted(글들, key=lambda one: one.at)}
    세어: dict[str, Counter[State]] = {}
    with database.reading() as session:
        for row in session.scalars(select(Correction)):
            세어.setdefault(ids[row.id], Counter())[row.state] += 1
    return 세어


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_장난_천_개의_1퍼센트도_편집자에게_닿지_않고_정직한_글은_하나도_막지_않는다(
    database: Database, 저장소: EntryStore, 안내들: Sequence[Entry]
):
    장난 = [one for 모양 in 모양들 for one in 모양(안내들, 처음 + timedelta(minutes=5))]
    정직 = 정직한_글들()
    assert (len(장난), len(정직)) == (1000, 202)

    세어 = 모두_보냄(database, 저장소, [*장난, *정직])

    닿음 = {모양: sum(states[state] for state in TO_DO) for 모양, states in 세어.items() if 모양 != "정직"}
    assert sum(닿음.values()) < 10, 닿음
    assert 세어["정직"][State.SPAM] == 0
    assert 세어["정직"][State.HELD] <= 12, 세어["정직"]
    assert sum(세어["정직"].values()) == 202


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_모양을_모르는_장난도_백에_두셋_넘게_닿지_않는다(
    database: Database, 저장소: EntryStore, 안내들: Sequence[Entry]
):
    """재는 법을 정한 뒤에 더한 열 가지. 하루씩 떼어 보내므로 앞의 모양이 뒤의 모양을 막아 주지 않는다."""
    장난 = [one for n, 이름 in enumerate(새_모양들) for one in 새_모양(이름, 안내들, 처음 + timedelta(days=n))]
    assert len(장난) == 300

    세어 = 모두_보냄(database, 저장소, 장난)

    닿음 = {모양: sum(states[state] for state in TO_DO) for 모양, states in 세어.items()}
    assert sum(닿음.values()) <= 9, 닿음
    assert max(닿음.values()) <= 5, 닿음


@pytest.mark.parametrize(
    ("적음", "옮김", "선자리"),
    [
        ("수수료는 5만 3천 원으로 올랐고 무인발급기로도 뗍니다.", "수수료는 5만 원입니다.", (2, 2)),
        ("분실신고는 경찰서가 아니라 구청 여권 창구에서 받더라고요", "", (2, 2)),
        ("번호 틀림", "", (1, 1)),
        ("‘수수료는 5만 원입니다’라는데 얼마가 맞나요?", "", (3, 1)),
        ("여권을 잃어버렸어요. 어떻게 다시 만드나요 안내가 훌륭합니다. 감사합니다", "", (0, 0)),
        ("오늘 점심은 라면을 먹었습니다", "", (0, 2)),
        ("여권을 잃어버리면 분실 신고부터 합니다.", "", (2, 0)),
    ],
    ids=lambda value: str(value)[:30],
)
def test_글이_선_자리(적음: str, 옮김: str, 선자리: tuple[int, int]):
    """안내의 무엇을 가리키고(앞), 무엇이 다르다고 하는지(뒤)."""
    글 = replace(여권, body="여권을 잃어버리면 분실 신고부터 합니다. 수수료는 5만 원입니다.\n")

    stands = ground(Words(옮김, 적음, ""), 글, kind="number")

    assert (stands.aim, stands.claim) == 선자리


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_한_주소를_함께_쓰는_200명은_몰려도_거절되거나_차단되지_않는다(
    database: Database, 저장소: EntryStore, 안내들: Sequence[Entry]
):
    한곳 = [
        replace(one, address="school", at=처음 + timedelta(seconds=15 * n)) for n, one in enumerate(정직한_글들()[:200])
    ]

    세어 = 모두_보냄(database, 저장소, 한곳)

    assert 세어["정직"][State.SPAM] == 0
    assert sum(세어["정직"].values()) == 200


def 하나(**칸: Any) -> 글:
    return replace(글(모양="하나", entry="k1", at=처음, address="a", proposal="수수료는 5만 3천 원입니다."), **칸)


@pytest.mark.parametrize(
    ("칸", "상태"),
    [
        ({}, State.RECEIVED),
        ({"seconds": 3.0}, State.HELD),
        ({"seconds": None}, State.HELD),
        ({"bait": "http://a.xyz"}, State.HELD),
        ({"proposal": "https://blog.naver.com/a 에서 5만 3천 원이라고 했습니다."}, State.RECEIVED),
        (
            {"proposal": "수수료 https://www.seoul.go.kr https://a.go.kr https://b.or.kr 세 곳 모두 5만 3천 원"},
            State.RECEIVED,
        ),
        ({"proposal": "수수료는 https://bit.ly/abc 에 있습니다."}, State.HELD),
        ({"proposal": "수수료 https://a.xyz https://b.xyz https://c.xyz 보세요"}, State.HELD),
        ({"proposal": "바카라 첫 충전 https://bit.ly/abc https://b.xyz"}, State.SPAM),
        ({"proposal": "쀍뷁뚫쒧쳃퓹꿻뛣뗋뛟쵫쾽", "seconds": 1.0}, State.SPAM),
        ({"proposal": "ㅁㄴㅇㄹㅁㄴㅇㄹㅁㄴㅇㄹ"}, State.HELD),
        ({"proposal": "Please check the fee: I was told it is 53,000 won now."}, State.RECEIVED),
        ({"proposal": "오타"}, State.RECEIVED),
    ],
    ids=lambda value: str(value)[:40],
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_글_하나의_띠(
    database: Database, 저장소: EntryStore, monkeypatch: pytest.MonkeyPatch, 칸: Mapping[str, Any], 상태: State
):
    monkeypatch.setattr(receipt, "SCRYPT_COST", 2)

    assert set(모두_보냄(database, 저장소, [하나(**칸)])["하나"]) == {상태}


@pytest.mark.parametrize(
    "적음",
    [
        "ㅋr지노 첫 충전 30% 입플", "토 토 사 이 트 추 천", "무료 리딩방에서 수익률 300% 보장해 드려요", "중고폰 최고가 매입",
        "유익한 글 잘 보고 갑니다", "예수 믿으세요", "씨발 진짜 세금 도둑놈들", "이 개새끼들아 일 좀 해라", "ㅗㅗㅗㅗ", "병신같은 안내",
        "Buy cheap followers now at www.follow0.top best price", "Лучшее казино онлайн http://kaz1.ru",
        "在线赌场 首存奖励 http://dc2.cn", "신청은 여기에서 본인인증 http://seoul-0.info/login", "http://minwon24.com 에서 하세요",
        "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "' OR 1=1; DROP TABLE correction; --", "{{7*7}}",
        "../../../../etc/passwd", "aㄴㅁwiyaㅋrkhjltf", "😀🔥💯👍🎉😭🤣🙏❤️😂 ㅋㅋㅋ",
        "멋진 포스팅 공감 누르고 가요. 제 블로그도 놀러 오세요", "구청장은 물러나라 다 같이 일어나자", "여권을 잃어버리면 분실 신고부터 합니다.",
    ],
)  # fmt: skip
def test_처음_보는_모양의_장난도_곧바로_받지는_않는다(적음: str):
    """장난의 다섯 모양(attacks.py)에 없는 것들: 돌려 적은 광고, 욕설, 다른 나라 말의 링크, 흉내 낸 주소, 코드, 안내를 베낀 글."""
    글 = replace(여권, body="여권을 잃어버리면 분실 신고부터 합니다. 수수료는 5만 원입니다.\n")

    assert judge(list(content_signals(Words("", 적음, ""), 글))).action is not Action.SUBMIT


@pytest.mark.parametrize(
    "적음",
    [
        "수수료가 작년에 올랐어요 6천 원 냈습니다", "무료라더니 5천 원을 받아요", "카톡 문의도 되던데 안 적혀 있네요", "Office moved to 3rd floor",
        "여권 창구가 공사 중이라 닫았어요ㅠㅠ", "여권과가 3층으로 옮겼어요 ㅎㅎ 확인요", "정부24 https://www.gov.kr 에서도 됩니다",
        "시발역이 서울역으로 바뀌었습니다", "https://blog.naver.com/abc 에 바뀐 수수료가 있어요", "여권을 잃어버리면 신고부터 해야 합니다.",
    ],
)  # fmt: skip
def test_정직한_짧은_글은_곧바로_받는다(적음: str):
    글 = replace(
        여권, body="여권을 잃어버리면 분실 신고부터 합니다. 수수료는 5만 원입니다. 여권과 3층, 공사, 서울역, 확인\n"
    )

    assert judge(list(content_signals(Words("", 적음, ""), 글))).action is Action.SUBMIT


def test_움직임만으로는_차단하지_않고_글까지_나빠야_차단한다():
    assert judge(list(BEHAVIOUR)).action is Action.HOLD
    assert judge([*BEHAVIOUR, Signal.INSULT, *STANDING]).action is Action.HOLD
    assert judge([*BEHAVIOUR, Signal.GIBBERISH]).action is Action.BLOCK
    assert judge([]) == Screened()
    assert sorted([*CONTENT, *STANDING, *BEHAVIOUR]) == sorted(Signal)


def test_한_주소에서_한꺼번에_와도_하나만_곧바로_받는다(
    database: Database, 저장소: EntryStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(receipt, "SCRYPT_COST", 2)

    def 보내기(n: int) -> None:
        with database.begin() as session:
            보냄(session, 저장소, 하나(proposal=f"수수료는 {n}천 원입니다."))

    with ThreadPoolExecutor(4) as 여럿:
        list(여럿.map(보내기, range(8)))

    with database.reading() as session:
        states = Counter(session.scalars(select(Correction.state)))
    assert states == {State.RECEIVED: 1, State.HELD: 7}


def test_멈추고_풀고_까닭이_기록에_남는다(database: Database, 편집자: Actor):
    with database.begin() as session:
        with pytest.raises(BadReason):
            freeze(session, "k1", until=처음 + timedelta(days=1), by=편집자, reason=" ", now=처음)
        with pytest.raises(NotAllowed):
            freeze(session, "k1", until=처음 + timedelta(days=1), by=Actor.citizen(), reason="몰림", now=처음)
        freeze(session, "k1", until=처음 + timedelta(days=1), by=편집자, reason="한 안내에 몰림", now=처음)
        assert is_frozen(session, "k1", now=처음)
        assert not is_frozen(session, "k1", now=처음 + timedelta(days=2))
        unfreeze(session, "k1", by=편집자)
        unfreeze(session, "k1", by=편집자)
        assert not is_frozen(session, "k1", now=처음)
        한일 = session.execute(
            select(events.Event.action, events.Event.text).where(events.Event.stream == "entry-freeze/k1")
        )
        assert [tuple(row) for row in 한일] == [("freeze", "한 안내에 몰림"), ("unfreeze", None)]


def test_90일이_지나면_자취와_차단한_글을_지우고_수는_남는다(
    database: Database, 저장소: EntryStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(receipt, "SCRYPT_COST", 2)
    with database.begin() as session:
        장난 = 보냄(session, 저장소, 하나(proposal="바카라 첫 충전 https://bit.ly/abc https://b.xyz"))
        정직 = 보냄(session, 저장소, 하나(at=처음 + timedelta(days=1)))
        assert forget(session, now=처음 + timedelta(days=90)) == 0
        assert caught(session, since=처음).blocked == 1
        assert forget(session, now=처음 + timedelta(days=92)) == 1
        assert forget(session, now=처음 + timedelta(days=92)) == 0

    with database.reading() as session:
        assert session.scalars(select(Trace)).all() == []
        assert session.get_one(Correction, 장난).proposal == ""
        assert session.get_one(Correction, 장난).state is State.SPAM
        assert "5만 3천" in session.get_one(Correction, 정직).proposal
        assert session.get_one(Correction, 정직).sender == ""
        assert caught(session, since=처음).by_signal["줄인 주소"] == 1
        assert events.verify_chain(session) == []
