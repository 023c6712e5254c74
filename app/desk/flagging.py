"""상담사가 통화하다 본 틀린 안내를 한 번 눌러 알린다. 통화에서 들은 말은 받지도 적지도 않는다."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.desk import door
from app.services import services
from corrections import queue, receipt
from corrections.models import Kind
from corrections.submit import open_entry, submit
from db.people import Role

SAID = "상담사가 통화하다 표시했습니다: {}. 들은 말은 옮겨 적지 않았으니 근거를 찾아 확인해 주세요."


def find() -> ResponseReturnValue:
    """안내의 번호나 주소를 넣는 곳에서 그 안내의 표시 화면으로."""
    door.actor().must_be(Role.AGENT)
    typed = request.args.get("entry", "").strip().rstrip("/").rpartition("/")[2].partition("?")[0]
    if typed not in services().store:
        flash("그런 번호의 안내가 없습니다. 안내의 주소나 번호(예: k1)를 넣어 주세요.", "error")
        return redirect(url_for("desk.queue"), code=303)
    return redirect(url_for("desk.flag", id=typed), code=303)


def show(id: str) -> ResponseReturnValue:
    """무엇이 틀렸는지 하나를 누르는 화면. 이 안내에 이미 열린 요청도 보인다."""
    door.actor().must_be(Role.AGENT)
    entry = open_entry(services().store, id)
    with services().database.reading() as session:
        waiting = queue.open_on(session, id)
    token = receipt.new_token()
    return render_template("desk/flag.html", entry=entry, kinds=Kind, waiting=waiting, token=token)


def send(id: str) -> ResponseReturnValue:
    """누른 갈래로 접수한다. 같은 단추를 두 번 눌러도 하나다."""
    actor = door.actor()
    actor.must_be(Role.AGENT)
    kind = request.form.get("kind", "")
    if kind not in set(Kind):
        abort(400)
    with services().database.begin() as session:
        paper = submit(
            session,
            services().store,
            entry_id=id,
            base_version=request.form.get("v", ""),
            kind=kind,
            quoted="",
            proposal=SAID.format(Kind(kind).label),
            evidence="",
            token=request.form.get("token") or receipt.new_token(),
            by=actor,
            clock=services().clock,
            channel="agent",
        )
    flash(f"{paper.number}(으)로 알렸습니다. 편집자가 먼저 살핍니다.", "success")
    return redirect(url_for("desk.flag", id=id), code=303)
