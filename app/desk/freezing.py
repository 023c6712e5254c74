"""요청이 몰리는 안내를 며칠 멈추고 푼다: 새 요청은 받되 보류심사로 보낸다. 멈춰도 되는지는 corrections가 안다."""

from datetime import UTC, datetime, timedelta

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from app.desk import door
from app.services import services
from corrections.screening_freeze import freeze, unfreeze
from corrections.submit import open_entry
from db.people import Role

DAYS = {"1": "하루", "3": "사흘", "7": "이레"}
"""멈추는 동안: 보내는 값 → 보일 말. 모르는 값은 하루다."""


def set_entry(id: str) -> ResponseReturnValue:
    """멈추거나(까닭과 날수를 적고) 푼다. 까닭이 없으면 BadReason(422), 없는 안내면 404."""
    actor, back = door.actor(), request.form.get("back", 0, type=int)
    actor.must_be(Role.EDITOR)
    entry = open_entry(services().store, id)
    with services().database.begin() as session:
        if request.form.get("do") == "unfreeze":
            unfreeze(session, entry.id, by=actor)
            told = "멈춤을 풀었습니다. 새 요청이 곧바로 목록에 들어옵니다."
        else:
            days = request.form.get("days", "")
            until = datetime.now(UTC) + timedelta(days=int(days if days in DAYS else "1"))
            freeze(session, entry.id, until=until, by=actor, reason=request.form.get("reason", ""))
            told = f"{DAYS.get(days, DAYS['1'])} 동안 멈춥니다. 새 요청은 보류심사로 들어옵니다."
    flash(told, "success")
    if 0 < back < 2**31:
        return redirect(url_for("desk.correction", id=back), code=303)
    return redirect(url_for("desk.queue"), code=303)
