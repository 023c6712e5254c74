"""살피는 동안 화면이 뒤에서 하는 일: 적다 만 글을 남기고, 누가 함께 열었는지 안다. 스크립트가 없으면 아무도 부르지 않는다."""

from datetime import UTC, datetime
from typing import Any

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.desk import door
from app.desk.listing import names_of
from app.desk.reviewing import Typed
from app.services import in_seoul, services
from corrections import claims
from corrections.models import Correction
from db.people import Role


def save_draft(id: int) -> ResponseReturnValue:
    """적다 만 글을 남긴다. 이미 끝난 요청이면 버린다."""
    actor, typed = door.actor(), Typed.sent()
    actor.must_be(Role.EDITOR)
    with services().database.begin() as session:
        found = session.get(Correction, id) or abort(404)
        if found.state.is_open:
            claims.save_draft(session, id, by=actor, form=typed.kept)
    return {"saved": f"{in_seoul(datetime.now(UTC)):%H:%M}"}


def drop_draft(id: int) -> ResponseReturnValue:
    """제가 적다 만 글을 버리고 지금 글에서 다시 시작한다."""
    actor = door.actor()
    actor.must_be(Role.EDITOR)
    with services().database.begin() as session:
        if (draft := claims.draft_of(session, id, by=actor)) is not None:
            session.delete(draft)
    flash("적다 만 글을 버렸습니다.", "success")
    return redirect(url_for("desk.correction", id=id), code=303)


def here(id: int) -> ResponseReturnValue:
    """열어 두었다고 알린다. 함께 연 사람, 지금 상태, 맡은 사람과 남은 시간(초)을 돌려준다."""
    actor = door.actor()
    actor.must_be(Role.EDITOR)
    with services().database.begin() as session:
        found = session.get(Correction, id) or abort(404)
        others = list(claims.here(session, id, by=actor))
        told: dict[str, Any] = {"others": others, "state": found.state.value, "claimant": "", "left": 0}
        if found.claimed_by is not None and found.claimed_until is not None:
            mine = found.claimed_by == actor.person_id
            told["claimant"] = "" if mine else names_of(session, [found.claimed_by]).get(found.claimed_by, "")
            told["left"] = max(int((found.claimed_until - datetime.now(UTC)).total_seconds()), 0)
    return told
