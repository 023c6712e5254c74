"""‘도움이 되었나요?’의 답을 받는다: 스크립트 없이, 쿠키 없이. 누가 답했는지는 남기지 않는다."""

from datetime import timedelta

from flask import Blueprint, Response, abort, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.searches import is_from_here
from app.services import address, secret, services
from db import helpful
from db.attempts import Limit, knock
from kb.errors import EntryNotFound

bp = Blueprint("helpful", __name__)

SAME = Limit("helpful-entry", times=1, within=timedelta(days=1))
BY_ADDRESS = Limit("helpful-address", times=60, within=timedelta(hours=1))
"""한 곳에서 같은 판에는 하루에 한 번, 모두 한 시간에 예순 번까지만 센다. 넘은 것은 세지 않을 뿐 막지 않는다."""


@bp.after_request
def not_stored(response: Response) -> Response:
    """어디에도 남겨 두지 않고, 검색엔진에도 싣지 않는다."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.post("/helpful/<id>")
def answer(id: str) -> ResponseReturnValue:
    """답 하나(`answer`=yes나 no, `v`=본 글의 판)를 세고 고맙다는 쪽으로 보낸다. 다른 누리집이 보낸 것은 받지 않는다(403).

    게시한 쪽에는 양식의 표(CSRF)를 넣을 수 없으므로 어디에서 왔는지를 본다. 지금 판이 아닌 글의 답은 세지 않는다.
    """
    told, entry = request.form.get("answer", ""), services().store.get(id)
    if not is_from_here():
        abort(403)
    if told not in ("yes", "no"):
        abort(400)
    if entry.is_public and request.form.get("v") == entry.version and _counts(f"{id}\0{entry.version}"):
        with services().database.begin() as session:
            helpful.add(session, entry_id=id, version=entry.version, helped=told == "yes")
    return redirect(f"/helpful/{id}?answer={told}", code=303)


@bp.get("/helpful/<id>")
def thanks(id: str) -> ResponseReturnValue:
    """고맙다는 쪽. 도움이 되지 않았으면 오류 신고와 전화를 알려 준다."""
    entry = services().store.get(id)
    if not entry.is_public:
        raise EntryNotFound(f"‘{id}’ 항목이 없습니다.")
    return render_template("citizen/helpful.html", entry=entry, helped=request.args.get("answer") == "yes")


def _counts(what: str) -> bool:
    places = [(SAME, f"{address()}\0{what}"), (BY_ADDRESS, address())]
    return knock(services().database, places, secret=secret()).allowed
