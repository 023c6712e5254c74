"""표창: 달마다, 해마다 근거를 모으고, 추천하고, 본인을 확인하고, 심의하고, 준다. 파일의 꼴과 화면은 모른다.

한 일로 두 번 주지 않고, 시장 표창과 조례의 혜택을 함께 주지 않는다 (DOMAIN SE-03, 정부표창규정 2조 2항).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from corrections import notices
from corrections.errors import AlreadyDecided, AwardedBefore, BadAward
from corrections.models import Correction, Revision
from corrections.notices import Template
from corrections.people import Contact, Reporter
from corrections.rewards import evidence
from corrections.rewards.models import (
    AwardIdentity,
    AwardMode,
    AwardState,
    Commendation,
    CommendationGround,
    PanelVote,
    Reward,
    RewardState,
)
from corrections.submit import cleaned
from db import access, events
from db.errors import NotAllowed
from db.people import Actor, Role
from kb.entry import SEOUL, Entry

PERIOD = re.compile(r"20\d\d(-(0[1-9]|1[0-2]))?")
PANEL = (Role.COMMITTEE_MEMBER, Role.LEAD_EDITOR)
QUORUM = 2
"""심의는 서로 다른 두 사람 이상이 한다."""

LONGEST = 500
NO_GROUNDS = "근거가 된 보상을 모두 거두어 줄 수 없습니다."


@dataclass(frozen=True, kw_only=True)
class Ground:
    """받아들여 드린 고침 하나: 어느 안내의 어느 판에서 무엇이 걸린 것을 고쳤나."""

    correction: int
    number: str
    entry: str
    title: str
    version: str
    commit: str
    risk: str
    points: int
    granted_at: datetime
    used_in: int | None = None

    @property
    def link(self) -> str:
        """고친 안내의 주소."""
        return f"/faq/{self.entry}"


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """한 사람의 근거. 이름은 없다."""

    reporter: int
    grounds: Sequence[Ground]

    @property
    def points(self) -> int:
        """걸린 것으로 셈한 점수의 합."""
        return sum(ground.points for ground in self.grounds)


def dossiers(session: Session, period: str) -> Sequence[Dossier]:
    """그 달이나 해에 보상을 받은 사람들과 근거, 걸린 것이 큰 사람부터. 기간의 꼴이 틀리면 BadAward."""
    start, end = span(period)
    rows = session.execute(
        select(Reward, Correction, Revision)
        .join(Correction, Correction.id == Reward.correction_id)
        .join(Revision, Revision.id == Reward.revision_id)
        .join(Reporter, Reporter.id == Reward.reporter_id)
        .where(Reward.state == RewardState.GRANTED, Reporter.erased_at.is_(None))
        .where(Reward.granted_at >= start, Reward.granted_at < end)
        .order_by(Reward.reporter_id, Reward.id)
    )
    used = _used(session)
    found: dict[int, list[Ground]] = {}
    for reward, correction, revision in rows:
        found.setdefault(reward.reporter_id, []).append(_ground(reward, correction, revision, used))
    people = (Dossier(reporter=reporter, grounds=grounds) for reporter, grounds in found.items())
    return sorted(people, key=lambda one: (-one.points, one.reporter))


def span(period: str) -> tuple[datetime, datetime]:
    """‘2026-11’이나 ‘2026’의 처음과 끝(서울 시각). 꼴이 틀리면 BadAward."""
    if not PERIOD.fullmatch(period):
        raise BadAward("기간은 ‘2026-11’(달)이나 ‘2026’(해)처럼 적어 주세요.")
    year, month = int(period[:4]), int(period[5:] or 1)
    after = (year + month // 12, month % 12 + 1) if len(period) > 4 else (year + 1, 1)
    return datetime(year, month, 1, tzinfo=SEOUL), datetime(*after, 1, tzinfo=SEOUL)


def exported(session: Session, period: str, *, by: Actor, form: str) -> Sequence[Dossier]:
    """밖으로 내보낼 근거. 내보내는 것도 사건이다."""
    by.must_be(*PANEL)
    found = dossiers(session, period)
    count = sum(len(one.grounds) for one in found)
    access.record_export(session, f"commendation-file/{period}", by=by, why=f"표창의 근거를 {form}로", count=count)
    return found


def nominate(session: Session, *, reporter_id: int, period: str, by: Actor) -> Commendation:
    """그 기간의 근거로 추천한다. 이미 쓴 근거는 뺀다.

    책임 편집자가 아니면 NotAllowed, 남은 근거가 없으면 BadAward, 이미 추천했으면 AlreadyDecided.
    """
    by.must_be(Role.LEAD_EDITOR)
    mine = next((one for one in dossiers(session, period) if one.reporter == reporter_id), None)
    fresh = [ground for ground in mine.grounds if ground.used_in is None] if mine else []
    if not fresh:
        raise BadAward("그 기간에 아직 표창에 쓰지 않은 근거가 없습니다.")
    same = select(Commendation.id).where(Commendation.period == period, Commendation.reporter_id == reporter_id)
    if session.scalar(same) is not None:
        raise AlreadyDecided("그 기간에 이미 추천한 분입니다.")
    commendation = Commendation(period=period, reporter_id=reporter_id, nominated_by=by.person_id)
    session.add(commendation)
    session.flush()
    session.add_all(
        CommendationGround(commendation_id=commendation.id, correction_id=ground.correction) for ground in fresh
    )
    grounds = [ground.correction for ground in fresh]
    event = _record(session, commendation, "commendation.nominate", by, None, data={"grounds": grounds})
    told = {"correction": grounds[0]}  # whose receipt the letter points at
    notices.queue(session, reporter_id=reporter_id, template=Template.NOMINATED, event=event, data=told)
    return commendation


def check(
    session: Session, commendation: Commendation, *, identity: str, publish_name: bool, by: Actor
) -> Commendation:
    """본인에게 물어 확인한 것을 따로 적는다. 이름을 묻는 것은 여기뿐이고, 이름을 알리는 것은 바랄 때만이다."""
    by.must_be(Role.LEAD_EDITOR)
    _must(commendation, AwardState.NOMINATED)
    identity = cleaned(identity)[:LONGEST]
    if not identity:
        raise BadAward("누구인지 확인한 것을 적어 주세요. 전화로 물었으면 그때와 답을 적습니다.")
    kept = session.get(AwardIdentity, commendation.id)
    if kept is None:
        kept = AwardIdentity(commendation_id=commendation.id, text=identity)
        session.add(kept)
    kept.text, kept.publish_name, kept.erased_at = identity, publish_name, None
    _move(session, commendation, AwardState.CHECKED, "commendation.check", by)
    return commendation


def identity(session: Session, commendation: Commendation, *, by: Actor) -> str:
    """확인한 것을 읽는다. 읽는 것도 사건이다. 지웠으면 빈 글."""
    by.must_be(Role.LEAD_EDITOR)
    kept = session.get(AwardIdentity, commendation.id)
    if kept is None or kept.erased_at is not None:
        return ""
    access.record_read(session, commendation.stream, by=by, why="표창의 본인 확인")
    return kept.text


def reachable(session: Session, commendation: Commendation, *, by: Actor) -> Sequence[str]:
    """본인에게 물을 연락처들. 추천한 동안만 읽을 수 있고, 읽는 것도 사건이다."""
    by.must_be(Role.LEAD_EDITOR)
    _must(commendation, AwardState.NOMINATED)
    mine = select(Contact).where(Contact.reporter_id == commendation.reporter_id, Contact.verified_at.is_not(None))
    found = session.scalars(mine.order_by(Contact.id)).all()
    for contact in found:
        access.record_read(session, f"contact/{contact.id}", by=by, why="표창의 본인 확인을 물으려고")
    return [contact.address for contact in found]


def vote(session: Session, commendation: Commendation, *, agrees: bool, note: str, by: Actor) -> PanelVote:
    """심의에 뜻을 낸다. 다시 내면 바뀐다. 근거가 된 고침을 받아들인 사람은 심의하지 않는다(NotAllowed)."""
    by.must_be(*PANEL)
    _must(commendation, AwardState.CHECKED)
    assert by.person_id is not None  # noqa: S101 - the panel are people with an account
    if by.person_id in _deciders(session, commendation):
        raise NotAllowed("근거가 된 고침을 받아들인 사람은 심의에서 빠집니다.")
    kept = session.get(PanelVote, (commendation.id, by.person_id))
    if kept is None:
        kept = PanelVote(commendation_id=commendation.id, person_id=by.person_id, agrees=agrees)
        session.add(kept)
    kept.agrees, kept.note, kept.at = agrees, cleaned(note)[:LONGEST], datetime.now(UTC)
    _record(session, commendation, "commendation.vote", by, None, data={"agrees": agrees})
    return kept


def decide(session: Session, commendation: Commendation, *, mode: str, article: str = "", by: Actor) -> Commendation:
    """심의를 마친다: 두 사람 이상이 뜻을 냈고 과반이 찬성하면 주기로 하고 근거를 쓴 것으로 잠그며, 아니면 주지 않고 본인 확인을 지운다.

    방식이 틀렸거나 조례의 조항이 없으면 BadAward, 다른 표창에 이미 쓴 근거가 있으면 AwardedBefore.
    """
    by.must_be(Role.LEAD_EDITOR)
    _must(commendation, AwardState.CHECKED)
    votes = votes_on(session, commendation)
    if len(votes) < QUORUM:
        raise BadAward(f"심의에는 서로 다른 {QUORUM}명 이상이 뜻을 내야 합니다. 지금 {len(votes)}명입니다.")
    if sum(one.agrees for one in votes) * 2 <= len(votes):
        _move(session, commendation, AwardState.REFUSED, "commendation.refuse", by)
        erase_identity(session, commendation)
        return commendation
    commendation.mode, commendation.article = _mode(mode, article)
    _use(session, commendation)
    _move(session, commendation, AwardState.DECIDED, "commendation.decide", by, data={"mode": commendation.mode.value})
    return commendation


def award(session: Session, commendation: Commendation, *, by: Actor) -> Commendation:
    """주었다고 적는다. 정한 뒤에 근거가 된 고침이 모두 되돌려졌으면 BadAward. 본인 확인은 쓰임이 끝났으므로 지운다 (DOMAIN PL-04)."""
    by.must_be(Role.LEAD_EDITOR)
    _must(commendation, AwardState.DECIDED)
    if not grounds_of(session, commendation):
        raise BadAward(NO_GROUNDS)
    _move(session, commendation, AwardState.AWARDED, "commendation.award", by)
    erase_identity(session, commendation)
    return commendation


def erase_identity(session: Session, commendation: Commendation) -> None:
    """본인 확인을 지운다. 두 번 불러도 같다."""
    kept = session.get(AwardIdentity, commendation.id)
    if kept is not None and kept.erased_at is None:
        kept.text, kept.erased_at = "", datetime.now(UTC)


def grounds_of(session: Session, commendation: Commendation) -> Sequence[Ground]:
    """그 표창의 근거들."""
    rows = session.execute(
        select(Reward, Correction, Revision)
        .join(CommendationGround, CommendationGround.correction_id == Reward.correction_id)
        .join(Correction, Correction.id == Reward.correction_id)
        .join(Revision, Revision.id == Reward.revision_id)
        .where(CommendationGround.commendation_id == commendation.id, Reward.state == RewardState.GRANTED)
        .where(Reward.reporter_id == commendation.reporter_id)
        .order_by(Reward.id)
    )
    used = _used(session)
    return [_ground(*row, used) for row in rows]


def votes_on(session: Session, commendation: Commendation) -> Sequence[PanelVote]:
    """심의한 뜻들, 먼저 낸 것부터."""
    found = select(PanelVote).where(PanelVote.commendation_id == commendation.id)
    return session.scalars(found.order_by(PanelVote.at, PanelVote.person_id)).all()


def listed(session: Session, period: str) -> Sequence[Commendation]:
    """그 기간에 추천한 것들."""
    return session.scalars(select(Commendation).where(Commendation.period == period).order_by(Commendation.id)).all()


def _ground(reward: Reward, correction: Correction, revision: Revision, used: Mapping[int, int]) -> Ground:
    applied = Entry.from_text(revision.text)
    return Ground(
        correction=correction.id,
        number=correction.number,
        entry=revision.entry_id,
        title=applied.title,
        version=applied.version,
        commit=revision.commit_sha or "",
        risk=revision.risk.label,
        points=reward.points,
        granted_at=reward.granted_at or reward.due_at,
        used_in=used.get(correction.id),
    )


def _used(session: Session) -> Mapping[int, int]:
    rows = session.execute(
        select(CommendationGround.correction_id, CommendationGround.commendation_id).where(CommendationGround.used)
    )
    return {row[0]: row[1] for row in rows}


def _use(session: Session, commendation: Commendation) -> None:
    """근거를 쓴 것으로 잠근다. 그사이 거둔 보상은 근거가 아니고, 다른 표창에 쓴 근거는 데이터베이스가 거절한다."""
    valid = {ground.correction for ground in grounds_of(session, commendation)}
    mine = select(CommendationGround).where(CommendationGround.commendation_id == commendation.id)
    grounds = [ground for ground in session.scalars(mine) if ground.correction_id in valid]
    if not grounds:
        raise BadAward(NO_GROUNDS)
    try:
        with session.begin_nested():
            for ground in grounds:
                ground.used = True
            session.flush()
    except IntegrityError as error:
        raise AwardedBefore from error


def _deciders(session: Session, commendation: Commendation) -> set[int]:
    revisions = select(Revision).where(
        Revision.id.in_(
            select(Reward.revision_id)
            .join(CommendationGround, CommendationGround.correction_id == Reward.correction_id)
            .where(CommendationGround.commendation_id == commendation.id)
        )
    )
    return _together(evidence.editors_of(session, revision) for revision in session.scalars(revisions).all())


def _together(groups: Iterable[Iterable[int]]) -> set[int]:
    return {person for group in groups for person in group}


def _mode(mode: str, article: str) -> tuple[AwardMode, str]:
    article = cleaned(article)[:200]
    if mode not in set(AwardMode):
        raise BadAward("시장 표창인지 조례에 따른 혜택인지 골라 주세요.")
    chosen = AwardMode(mode)
    if chosen is AwardMode.ORDINANCE_BENEFIT and not article:
        raise BadAward("시의 혜택을 주려면 근거가 되는 조례의 이름과 조항을 적어 주세요.")
    if chosen is AwardMode.CERTIFICATE and article:
        raise BadAward(
            "시장 표창에는 부상이 없습니다. 조례의 혜택을 주려면 그 방식을 고르세요: 한 일에 둘을 주지 못합니다."
        )
    return chosen, article


def _must(commendation: Commendation, state: AwardState) -> None:
    if commendation.state is not state:
        raise AlreadyDecided(f"지금 ‘{commendation.state.label}’이라 할 수 없는 일입니다. 새로 고쳐 확인해 주세요.")


def _move(
    session: Session,
    commendation: Commendation,
    state: AwardState,
    action: str,
    by: Actor,
    *,
    data: Mapping[str, object] | None = None,
) -> None:
    old, commendation.state = commendation.state, state
    session.flush()
    _record(session, commendation, action, by, old, data=data)


def _record(
    session: Session,
    commendation: Commendation,
    action: str,
    by: Actor,
    old: AwardState | None,
    *,
    data: Mapping[str, object] | None = None,
) -> events.Event:
    moved = old is not None or action == "commendation.nominate"
    return events.record(
        session,
        stream=commendation.stream,
        action=action,
        actor=by,
        from_state=old,
        to_state=commendation.state if moved else None,
        data={"commendation": commendation.id, **(data or {})},
    )
