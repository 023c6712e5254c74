"""편집실의 보상과 표창: 보고, 책임 편집자가 정하고, 심의하고, 내보낸다. 무엇을 정해도 되는지는 corrections.rewards가 안다."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.desk import door
from app.services import services
from build.data.text_files import csv_text
from corrections.models import Correction, Revision
from corrections.people import Reporter
from corrections.rewards import commendation as commendations
from corrections.rewards import settling, thanks
from corrections.rewards.commendation import PANEL, Dossier
from corrections.rewards.models import MODE_LABELS, AwardIdentity, AwardState, Commendation, Reward, RewardState
from corrections.rewards.rules import BY_LEAD
from db.people import Role
from kb.entry import SEOUL

PER_PAGE = 50
LAST_PAGE = 1000
CSV_HEADER = ("시민", "점수의 합", "접수번호", "안내", "제목", "판", "걸린 것", "점수", "드린 날", "주소", "쓴 표창")
DONE = {
    "allow": "보상을 주기로 했습니다. 실린 지 14일이 지나면 드립니다.",
    "void": "보상을 없앴습니다.",
    "hide": "별명을 숨겼습니다.",
}


# --- rewards ---------------------------------------------------------------------------------------------------------


def show() -> ResponseReturnValue:
    """보상의 목록: 책임 편집자가 볼 것부터. `state`로 고른다."""
    door.actor().must_be(*PANEL)
    state = _state()
    page = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    with services().database.reading() as session:
        found = settling.listed(session, state, limit=PER_PAGE + 1, offset=(page - 1) * PER_PAGE)
        rows = [_row(session, reward) for reward in found[:PER_PAGE]]
        counts = settling.counts(session)
        people = thanks.thanked(session)
    return render_template(
        "desk/rewards.html",
        rows=rows,
        state=state,
        states=list(RewardState),
        counts=counts,
        page=page,
        more=len(found) > PER_PAGE,
        reasons=BY_LEAD,
        may_rule=door.actor().is_a(Role.LEAD_EDITOR),
        people=people,
    )


def rule(id: int) -> ResponseReturnValue:
    """책임 편집자가 주기로 하거나(`do=allow`) 없앤다(`do=void`)."""
    door.actor().must_be(Role.LEAD_EDITOR)
    door.actor().must_be(Role.LEAD_EDITOR)
    todo, note = request.form.get("do", ""), request.form.get("note", "")
    with services().database.begin() as session:
        reward = session.get(Reward, id) or abort(404)
        state = reward.state
        match todo:
            case "allow":
                settling.allow(session, reward, by=door.actor(), note=note)
            case "void":
                settling.void(session, reward, by=door.actor(), why=request.form.get("why", ""), note=note)
            case _:
                abort(400)
    flash(f"보상 {id}번: {DONE[todo]}", "success")
    return redirect(url_for("desk.rewards", state=state.value), code=303)


def hide(id: int) -> ResponseReturnValue:
    """감사 쪽에서 별명을 숨긴다."""
    door.actor().must_be(Role.LEAD_EDITOR)
    door.actor().must_be(Role.LEAD_EDITOR)
    with services().database.begin() as session:
        thanks.hide(session, session.get(Reporter, id) or abort(404), by=door.actor())
    flash(DONE["hide"], "success")
    return redirect(url_for("desk.rewards"), code=303)


def _state() -> RewardState:
    wanted = request.args.get("state", "")
    return RewardState(wanted) if wanted in list(RewardState) else RewardState.HELD


def _row(session: Session, reward: Reward) -> dict[str, Any]:
    return {
        "reward": reward,
        "correction": session.get_one(Correction, reward.correction_id),
        "revision": session.get_one(Revision, reward.revision_id),
    }


# --- commendations ---------------------------------------------------------------------------------------------------


def period() -> ResponseReturnValue:
    """한 달이나 한 해의 근거와 추천."""
    door.actor().must_be(*PANEL)
    wanted = request.args.get("period", "") or f"{datetime.now(SEOUL):%Y-%m}"
    with services().database.reading() as session:
        found = commendations.dossiers(session, wanted)
        nominated = commendations.listed(session, wanted)
    return render_template(
        "desk/commendations.html",
        period=wanted,
        dossiers=found,
        nominated=nominated,
        taken={one.reporter_id for one in nominated},
        may_rule=door.actor().is_a(Role.LEAD_EDITOR),
    )


def nominate() -> ResponseReturnValue:
    """그 기간의 한 사람을 추천한다."""
    door.actor().must_be(Role.LEAD_EDITOR)
    reporter, wanted = request.form.get("reporter", 0, type=int), request.form.get("period", "")
    with services().database.begin() as session:
        made = commendations.nominate(session, reporter_id=reporter, period=wanted, by=door.actor())
    flash(f"시민 {reporter}번을 추천했습니다. 이제 본인을 확인합니다.", "success")
    return redirect(url_for("desk.commendation", id=made.id), code=303)


def export() -> ResponseReturnValue:
    """근거를 JSON이나 CSV 파일로 내보낸다. 내보낸 것은 사건으로 남는다."""
    door.actor().must_be(*PANEL)
    wanted, form = request.form.get("period", ""), request.form.get("form", "")
    if form not in ("json", "csv"):
        abort(400)
    with services().database.begin() as session:
        found = commendations.exported(session, wanted, by=door.actor(), form=form)
    text = _as_csv(found) if form == "csv" else _as_json(wanted, found)
    kinds = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
    answer: Response = make_response(text.encode())
    answer.headers["Content-Type"] = kinds[form]
    answer.headers["Content-Disposition"] = f'attachment; filename="commendation-{wanted}.{form}"'
    return answer


def one(id: int) -> ResponseReturnValue:
    """추천한 한 사람: 근거, 심의한 뜻, 다음에 할 일. 본인 확인은 보이지 않는다(읽으려면 `read`를 누른다)."""
    door.actor().must_be(*PANEL)
    return _screen(id)


def move(id: int, step: str) -> ResponseReturnValue:
    """추천을 한 걸음 나아가게 한다: 본인 확인, 뜻, 심의 마침, 수여. `read`는 본인 확인을, `contact`는 물을 연락처를 읽는다."""
    door.actor().must_be(*PANEL)
    door.actor().must_be(*PANEL)
    if step in ("read", "contact"):
        return _read(id, step)
    take = STEPS.get(step) or abort(404)
    with services().database.begin() as session:
        take(session, session.get(Commendation, id) or abort(404))
    flash("기록했습니다.", "success")
    return redirect(url_for("desk.commendation", id=id), code=303)


def _read(id: int, step: str) -> str:
    """읽은 사건을 적은 뒤에만 보인다."""
    with services().database.begin() as session:
        found = session.get(Commendation, id) or abort(404)
        if step == "read":
            shown = {"told": commendations.identity(session, found, by=door.actor())}
        else:
            told = commendations.reachable(session, found, by=door.actor())
            shown = {"reachable": ", ".join(told) or "확인한 연락처가 없습니다."}
    return _screen(id, **shown)


def _check(session: Session, commendation: Commendation) -> object:
    return commendations.check(
        session,
        commendation,
        identity=request.form.get("identity", ""),
        publish_name=request.form.get("publish_name") == "yes",
        by=door.actor(),
    )


def _vote(session: Session, commendation: Commendation) -> object:
    agrees = {"yes": True, "no": False}.get(request.form.get("agrees", ""))
    if agrees is None:
        abort(400)
    note = request.form.get("note", "")
    return commendations.vote(session, commendation, agrees=agrees, note=note, by=door.actor())


def _decide(session: Session, commendation: Commendation) -> object:
    form = request.form
    return commendations.decide(
        session, commendation, mode=form.get("mode", ""), article=form.get("article", ""), by=door.actor()
    )


def _award(session: Session, commendation: Commendation) -> object:
    return commendations.award(session, commendation, by=door.actor())


STEPS: dict[str, Callable[[Session, Commendation], object]] = {
    "check": _check,
    "vote": _vote,
    "decide": _decide,
    "award": _award,
}


def _screen(id: int, *, told: str = "", reachable: str = "") -> str:
    with services().database.reading() as session:
        found = session.get(Commendation, id) or abort(404)
        kept = session.get(AwardIdentity, id)
        return render_template(
            "desk/commendation.html",
            commendation=found,
            grounds=commendations.grounds_of(session, found),
            votes=commendations.votes_on(session, found),
            has_identity=kept is not None and kept.erased_at is None,
            told=told,
            reachable=reachable,
            State=AwardState,
            modes=MODE_LABELS,
            quorum=commendations.QUORUM,
            may_rule=door.actor().is_a(Role.LEAD_EDITOR),
        )


def _as_json(wanted: str, found: Any) -> str:
    people = [
        {"reporter": one.reporter, "points": one.points, "grounds": [_plain(ground) for ground in one.grounds]}
        for one in found
    ]
    return json.dumps({"period": wanted, "people": people}, ensure_ascii=False, indent=2)


def _plain(ground: commendations.Ground) -> dict[str, Any]:
    told = {name: getattr(ground, name) for name in ground.__dataclass_fields__}
    return {**told, "granted_at": ground.granted_at.astimezone(SEOUL).isoformat(), "link": ground.link}


def _as_csv(found: Any) -> str:
    return csv_text(CSV_HEADER, (row for one in found for row in _lines(one)))


def _lines(one: Dossier) -> list[tuple[str | int | None, ...]]:
    return [
        (
            one.reporter,
            one.points,
            ground.number,
            ground.entry,
            ground.title,
            ground.version,
            ground.risk,
            ground.points,
            ground.granted_at.astimezone(SEOUL).date().isoformat(),
            ground.link,
            ground.used_in,
        )
        for ground in one.grounds
    ]
