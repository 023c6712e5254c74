"""시민이 제 정보를 지웠을 때 보상과 표창에서 지울 것. 연락처를 지우는 일은 corrections.people의 것이다."""

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from corrections.people import Reporter
from corrections.rewards.commendation import erase_identity
from corrections.rewards.models import AwardIdentity, Commendation, HiddenThanks, Reward, RewardState
from corrections.rewards.moving import Move, move
from corrections.rewards.rules import Why
from db import Database
from db.people import Actor

WAITING = (RewardState.HELD, RewardState.PENDING)


def forget(session: Session, reporter_id: int) -> None:
    """기다리던 보상을 거두고, 표창의 본인 확인과 숨긴 별명을 지운다. 장부와 사건에는 번호만 남는다. 두 번 불러도 같다."""
    waiting = select(Reward).where(Reward.reporter_id == reporter_id, Reward.state.in_(WAITING))
    for reward in session.scalars(waiting.order_by(Reward.id).with_for_update()):
        move(session, reward, Move.REVERSE, by=Actor.system(), why=Why.ERASED)
    for commendation in session.scalars(select(Commendation).where(Commendation.reporter_id == reporter_id)):
        erase_identity(session, commendation)
    session.execute(delete(HiddenThanks).where(HiddenThanks.reporter_id == reporter_id))


def forget_erased(database: Database) -> int:
    """지운 시민 가운데 아직 남은 것이 있는 사람을 마저 잊고 그 수를 돌려준다."""
    erased = Reporter.erased_at.is_not(None)
    left = (
        select(Reward.reporter_id).join(Reporter).where(erased, Reward.state.in_(WAITING)).distinct(),
        select(HiddenThanks.reporter_id).join(Reporter).where(erased),
        select(Commendation.reporter_id)
        .join(Reporter)
        .join(AwardIdentity, AwardIdentity.commendation_id == Commendation.id)
        .where(erased, AwardIdentity.erased_at.is_(None)),
    )
    with database.begin() as session:
        people = sorted({person for found in left for person in session.scalars(found)})
        for person in people:
            forget(session, person)
    return len(people)
