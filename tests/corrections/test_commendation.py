"""표창: 근거를 모아 추천하고, 본인을 확인하고, 두 사람이 심의하고, 한 일로 두 번 주지 않는다. 감사 쪽과 지우기까지."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from corrections import contacts
from corrections.errors import AlreadyDecided, AwardedBefore, BadAward, BadPseudonym
from corrections.models import Correction, Kind, Revision, Risk, State
from corrections.people import Reporter
from corrections.rewards import commendation, erasing, ledger, settling, thanks
from corrections.rewards.models import AwardIdentity, AwardState, Commendation, CommendationGround, Reward, RewardState
from corrections.rewards.rules import Why
from db import Database
from db.errors import NotAllowed
from db.events import Event
from db.people import Actor, Role, add_person
from kb.entry import Entry
from kb.store import EntryStore


@dataclass
class 심의:
    """책임 편집자 둘과 위원 하나, 그리고 90일 동안의 고침."""

    database: Database
    저장소: EntryStore
    책임: Actor
    위원: Actor
    받은이: Actor

    def 시민(self) -> int:
        with self.database.begin() as session:
            reporter = Reporter()
            session.add(reporter)
            session.flush()
            return reporter.id

    def 고침(self, 누구: int, *, 때: datetime, 안내: str = "k1", 준다: bool = True) -> int:
        """실린 고침과 그 보상. 15일 뒤에 준다."""
        with self.database.begin() as session:
            요청 = Correction(
                entry_id=안내, entry_title="여권", base_version="0" * 12, kind=Kind.FEE, proposal=uuid4().hex,
                code_hash="-", submission_key=uuid4().hex, state=State.APPLIED, reporter_id=누구, submitted_at=때,
            )  # fmt: skip
            session.add(요청)
            session.flush()
            글 = Entry(id=안내, title="=여권", topic="민원행정", updated=때, body="글\n").to_text()
            session.add(
                Revision(
                    correction_id=요청.id, entry_id=안내, base_version="0" * 12, base_text=글, text=글, risk=Risk.FEE,
                    accepted_by=self.받은이.person_id, confirmed_at=때, closed_at=때, commit_sha=uuid4().hex,
                )
            )  # fmt: skip
        settling.handler(self.database, self.저장소, {"correction": 요청.id})
        if 준다:
            settling.grant_due(self.database, self.저장소, now=때 + timedelta(days=15))
        return 요청.id

    def 한다(self, 무엇: Any, *인자: Any, **칸: Any) -> Any:
        with self.database.begin() as session:
            return 무엇(session, *인자, **칸)

    def 표창(self, 번호: int) -> Commendation:
        with self.database.reading() as session:
            return session.get_one(Commendation, 번호)


@pytest.fixture
def 판(database: Database, 저장소: EntryStore) -> 심의:
    with database.begin() as session:
        누구 = [
            add_person(session, login=이름, name_shown=이름, role=역할, password="청계천-따라-걷기-2026").actor
            for 이름, 역할 in (("chief", Role.LEAD_EDITOR), ("panel", Role.COMMITTEE_MEMBER), ("ed", Role.LEAD_EDITOR))
        ]
    return 심의(database, 저장소, *누구)


십일월 = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)


def test_추천부터_수여까지_두_사람이_심의하고_이름은_따로_두었다_지운다(판: 심의, database: Database):
    누구 = 판.시민()
    요청 = 판.고침(누구, 때=십일월)
    with database.reading() as session:
        (한사람,) = commendation.dossiers(session, "2026-11")
        assert (한사람.points, [근거.correction for 근거 in 한사람.grounds]) == (10, [요청])
        assert 한사람.grounds[0].version
        assert commendation.dossiers(session, "2026-10") == []
    번호 = 판.한다(commendation.nominate, reporter_id=누구, period="2026-11", by=판.책임).id

    with pytest.raises(AlreadyDecided):
        판.한다(commendation.nominate, reporter_id=누구, period="2026-11", by=판.책임)
    with pytest.raises(AlreadyDecided):
        판.한다(commendation.vote, 판.표창(번호), agrees=True, note="", by=판.위원)
    판.한다(lambda s: commendation.check(
        s, s.get_one(Commendation, 번호), identity="김○○, 11월 20일 전화로 확인", publish_name=False, by=판.책임
    ))  # fmt: skip

    def 뜻(누가: Actor) -> None:
        판.한다(lambda s: commendation.vote(s, s.get_one(Commendation, 번호), agrees=True, note="좋습니다", by=누가))

    def 마침(**칸: str) -> None:
        판.한다(lambda s: commendation.decide(s, s.get_one(Commendation, 번호), by=판.책임, **칸))

    with pytest.raises(NotAllowed, match="심의에서 빠집니다"):
        뜻(판.받은이)
    뜻(판.위원)
    with pytest.raises(BadAward, match="2명"):
        마침(mode="certificate")
    뜻(판.책임)
    for 칸, 왜 in (
        ({"mode": "medal"}, "골라"),
        ({"mode": "ordinance_benefit", "article": " "}, "조항"),
        ({"mode": "certificate", "article": "서울특별시 조례 제5조"}, "둘을 주지"),
    ):
        with pytest.raises(BadAward, match=왜):
            마침(**칸)
    마침(mode="ordinance_benefit", article="서울특별시 시민상 운영 조례 제5조")
    with database.begin() as session:
        assert commendation.identity(session, session.get_one(Commendation, 번호), by=판.책임).startswith("김○○")
    판.한다(lambda s: commendation.award(s, s.get_one(Commendation, 번호), by=판.책임))

    assert 판.표창(번호).state is AwardState.AWARDED
    with database.reading() as session:
        assert session.get_one(AwardIdentity, 번호).text == ""
        한일 = session.scalars(select(Event).where(Event.stream == f"commendation/{번호}").order_by(Event.id)).all()
        assert [사건.action.removeprefix("commendation.") for 사건 in 한일] == [
            "nominate", "check", "vote", "vote", "decide", "award",
        ]  # fmt: skip
        읽음 = session.scalars(select(Event).where(Event.stream == f"access/commendation/{번호}")).all()
        assert [사건.action for 사건 in 읽음] == ["read"]
        assert not any("김" in f"{사건.text}{사건.data}" for 사건 in 한일)


def test_한_고침은_한_표창에만_쓴다(판: 심의, database: Database):
    누구 = 판.시민()
    판.고침(누구, 때=십일월)
    번호들 = [
        판.한다(commendation.nominate, reporter_id=누구, period=기간, by=판.책임).id for 기간 in ("2026-11", "2026")
    ]
    for 번호 in 번호들:
        판.한다(lambda s, 번호=번호: commendation.check(
            s, s.get_one(Commendation, 번호), identity="확인", publish_name=True, by=판.책임
        ))  # fmt: skip
        for 누가 in (판.책임, 판.위원):
            판.한다(lambda s, 번호=번호, 누가=누가: commendation.vote(
                s, s.get_one(Commendation, 번호), agrees=True, note="", by=누가
            ))  # fmt: skip
    판.한다(lambda s: commendation.decide(s, s.get_one(Commendation, 번호들[0]), mode="certificate", by=판.책임))

    with pytest.raises(AwardedBefore):
        판.한다(lambda s: commendation.decide(
            s, s.get_one(Commendation, 번호들[1]), mode="ordinance_benefit", article="조례 제5조", by=판.책임
        ))  # fmt: skip
    assert 판.표창(번호들[1]).state is AwardState.CHECKED
    with database.begin() as session:
        session.execute(update(Reward).values(state=RewardState.REVERSED, why=Why.REVERTED))
    with pytest.raises(BadAward, match="모두 거두어"):  # decided, and then the fix was reverted
        판.한다(lambda s: commendation.award(s, s.get_one(Commendation, 번호들[0]), by=판.책임))
    with pytest.raises(IntegrityError), database.begin() as session:
        session.execute(update(CommendationGround).values(used=True))
    with pytest.raises(IntegrityError), database.begin() as session:
        session.get_one(Commendation, 번호들[0]).mode = None


def test_과반이_찬성하지_않으면_주지_않는다(판: 심의):
    누구 = 판.시민()
    판.고침(누구, 때=십일월)
    번호 = 판.한다(commendation.nominate, reporter_id=누구, period="2026", by=판.책임).id
    판.한다(lambda s: commendation.check(
        s, s.get_one(Commendation, 번호), identity="확인", publish_name=False, by=판.책임
    ))  # fmt: skip
    for 누가, 찬성 in ((판.책임, True), (판.위원, False)):
        판.한다(lambda s, 누가=누가, 찬성=찬성: commendation.vote(
            s, s.get_one(Commendation, 번호), agrees=찬성, note="", by=누가
        ))  # fmt: skip
    판.한다(lambda s: commendation.decide(s, s.get_one(Commendation, 번호), mode="certificate", by=판.책임))

    assert 판.표창(번호).state is AwardState.REFUSED
    with 판.database.reading() as session:
        assert session.get_one(AwardIdentity, 번호).text == ""


@pytest.mark.parametrize(
    "별명", ["가", "홍길동", "010-1234-5678", "hong@example.com", "김철수", "가" * 21, "\u200b\u200b"]
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_누구인지_알_수_있는_별명은_받지_않는다(판: 심의, 별명: str):
    누구 = 판.시민()
    with pytest.raises(BadPseudonym):
        판.한다(lambda s: thanks.show(s, s.get_one(Reporter, 누구), pseudonym=별명))


def test_감사_쪽에는_바라는_사람의_별명과_반영된_수만_보이고_숨기고_거둘_수_있다(판: 심의, database: Database):
    누구, 남 = 판.시민(), 판.시민()
    for n in range(2):
        판.고침(누구, 때=십일월 + timedelta(days=n), 안내=f"k{n + 2}")
    판.고침(남, 때=십일월, 안내="k9")
    판.한다(lambda s: thanks.show(s, s.get_one(Reporter, 누구), pseudonym="  한강 산책가 "))

    def 보임() -> list[tuple[str, int]]:
        with database.reading() as session:
            return [(한줄.pseudonym, 한줄.applied) for 한줄 in thanks.thanked(session)]

    assert 보임() == [("한강 산책가", 2)]
    판.한다(lambda s: thanks.hide(s, s.get_one(Reporter, 누구), by=판.책임))
    assert 보임() == []
    판.한다(lambda s: thanks.show(s, s.get_one(Reporter, 누구), pseudonym="남산 산책가"))
    assert 보임() == [("남산 산책가", 2)]
    판.한다(lambda s: thanks.withdraw(s, s.get_one(Reporter, 누구)))
    assert 보임() == []
    with database.reading() as session:
        사건들 = session.scalars(select(Event).where(Event.stream == f"reporter/{누구}")).all()
        assert not any("산책" in f"{사건.text}{사건.data}" for 사건 in 사건들)


def test_제_정보를_지우면_기다리던_보상과_본인_확인도_지운다(판: 심의, database: Database):
    누구 = 판.시민()
    판.고침(누구, 때=십일월)
    판.고침(누구, 때=datetime.now(UTC), 안내="k7", 준다=False)
    번호 = 판.한다(commendation.nominate, reporter_id=누구, period="2026-11", by=판.책임).id
    판.한다(lambda s: commendation.check(
        s, s.get_one(Commendation, 번호), identity="확인한 이름", publish_name=False, by=판.책임
    ))  # fmt: skip
    with database.begin() as session:
        contacts.erase(session, 누구, by=Actor.citizen())

    assert erasing.forget_erased(database) == 0
    with database.reading() as session:
        assert session.get_one(AwardIdentity, 번호).text == ""
        assert commendation.dossiers(session, "2026-11") == []
        assert session.scalars(select(Reward).where(Reward.state == RewardState.PENDING)).all() == []
        assert ledger.faults(session) == []
