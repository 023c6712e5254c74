"""감사 쪽: 바라는 시민의 별명과, 반영된 고침의 수. 점수도 순위도 보이지 않고, 누구인지는 모른다."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from corrections.errors import BadPseudonym
from corrections.models import APPLIED, Correction
from corrections.people import Reporter
from corrections.rewards.models import HiddenThanks, Reward, RewardState
from corrections.submit import cleaned
from db import events
from db.people import Actor, Role
from kb.asked import asked

LONGEST = 20


@dataclass(frozen=True)
class Thanked:
    """감사 쪽의 한 줄: 별명과 반영된 고침의 수."""

    reporter_id: int
    pseudonym: str
    applied: int


def show(session: Session, reporter: Reporter, *, pseudonym: str) -> Reporter:
    """별명을 감사 쪽에 보인다. 비었거나 길거나 개인정보가 있으면 BadPseudonym."""
    name = " ".join(cleaned(pseudonym).split())
    if not 2 <= len(name) <= LONGEST:
        raise BadPseudonym(f"별명은 두 글자부터 {LONGEST}자까지 적어 주세요.")
    if (told := asked(name)) is None or told.masked:
        raise BadPseudonym(
            "이름이나 전화번호처럼 누구인지 알 수 있는 것은 별명으로 쓸 수 없습니다. 다른 말로 적어 주세요."
        )
    reporter.pseudonym, reporter.public = name, True
    _record(session, reporter, "thanks.shown", Actor.citizen())
    return reporter


def withdraw(session: Session, reporter: Reporter) -> Reporter:
    """감사 쪽에서 빼고 별명을 지운다. 두 번 불러도 같다."""
    if reporter.public or reporter.pseudonym:
        reporter.pseudonym, reporter.public = "", False
        _record(session, reporter, "thanks.withdrawn", Actor.citizen())
    return reporter


def hide(session: Session, reporter: Reporter, *, by: Actor) -> None:
    """책임 편집자가 남에게 보이기 어려운 별명을 숨긴다. 시민이 별명을 바꾸면 다시 보인다."""
    by.must_be(Role.LEAD_EDITOR)
    kept = session.get(HiddenThanks, reporter.id)
    if kept is None:
        session.add(HiddenThanks(reporter_id=reporter.id, pseudonym=reporter.pseudonym, by=by.person_id))
    else:
        kept.pseudonym, kept.by = reporter.pseudonym, by.person_id
    _record(session, reporter, "thanks.hidden", by)


def thanked(session: Session) -> Sequence[Thanked]:
    """감사 쪽에 보일 사람들, 별명의 가나다 차례. 반영된 것이 없으면 보이지 않는다."""
    refused = select(Reward.correction_id).where(Reward.state == RewardState.VOID, Reward.reporter_id == Reporter.id)
    rows = session.execute(
        select(Reporter.id, Reporter.pseudonym, func.count())
        .join(Correction, Correction.reporter_id == Reporter.id)
        .outerjoin(HiddenThanks, HiddenThanks.reporter_id == Reporter.id)
        .where(Reporter.public, Reporter.erased_at.is_(None), Correction.state.in_(sorted(APPLIED)))
        .where(HiddenThanks.pseudonym.is_distinct_from(Reporter.pseudonym), Correction.id.not_in(refused))
        .group_by(Reporter.id, Reporter.pseudonym)
    )
    return sorted((Thanked(*row) for row in rows), key=lambda one: (one.pseudonym, one.reporter_id))


def _record(session: Session, reporter: Reporter, action: str, by: Actor) -> None:
    """별명은 사건에 적지 않는다: 지우면 어디에도 남지 않아야 한다."""
    events.record(session, stream=f"reporter/{reporter.id}", action=action, actor=by, data={"reporter": reporter.id})
