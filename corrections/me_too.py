"""‘저도요’: 이미 온 요청에 같은 것을 보았다고 더한다. 누가 더했는지는 열쇠 건 지문만 남는다."""

from collections.abc import Collection, Mapping

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from corrections.models import OPEN, Correction, MeToo, State


def add_me_too(session: Session, correction_id: int, *, entry_id: str, sender: str) -> bool:
    """그 안내의 열린 요청에 ‘저도요’를 더한다. 같은 곳에서는 한 번만 센다. 그사이 끝났거나 보류 중이거나 없는 요청이면 거짓."""
    correction = session.get(Correction, correction_id)
    if correction is None or correction.entry_id != entry_id or correction.state not in OPEN - {State.HELD}:
        return False
    if session.get(MeToo, (correction_id, sender)) is None:
        try:
            with session.begin_nested():
                session.add(MeToo(correction_id=correction_id, sender=sender))
        except IntegrityError:  # the same press came twice at once
            return True
    return True


def me_too_counts(session: Session, ids: Collection[int]) -> Mapping[int, int]:
    """요청마다의 ‘저도요’ 수. 하나도 없으면 들어 있지 않다."""
    grouped = select(MeToo.correction_id, func.count()).where(MeToo.correction_id.in_(ids))
    return {row[0]: row[1] for row in session.execute(grouped.group_by(MeToo.correction_id))}
