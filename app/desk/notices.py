"""보내지 못하고 막힌 알림의 목록: 다시 보내거나 그만둔다. 누구의 연락처인지는 보이지 않는다."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.desk import door
from app.services import services
from corrections.notices import Notice, delivery
from db.people import Role

KINDS = {"email": "전자우편", "sms": "문자"}


def show() -> ResponseReturnValue:
    """막힌 알림, 오래된 것부터."""
    door.actor().must_be(Role.LEAD_EDITOR, Role.ADMINISTRATOR)
    with services().database.reading() as session:
        rows, counts = delivery.stuck(session), delivery.counts(session)
    return render_template("desk/notices.html", rows=rows, counts=counts, kinds=KINDS)


def settle() -> ResponseReturnValue:
    """고른 것(`id`)이나 모두(`all`)를 다시 보내거나(`retry`) 그만둔다(`drop`)."""
    actor, todo = door.actor(), request.form.get("do", "")
    actor.must_be(Role.LEAD_EDITOR, Role.ADMINISTRATOR)
    decide = {"retry": delivery.retry, "drop": delivery.drop}.get(todo) or abort(400)
    with services().database.begin() as session:
        if "all" in request.form:
            chosen = [notice for notice, _, _ in delivery.stuck(session)]
        else:
            chosen = [session.get(Notice, request.form.get("id", 0, type=int)) or abort(404)]
        for notice in chosen:
            decide(session, notice, by=actor)
    flash(f"알림 {len(chosen)}개를 {'곧 다시 보냅니다' if todo == 'retry' else '보내지 않기로 했습니다'}.", "success")
    return redirect(url_for("desk.notices"), code=303)
