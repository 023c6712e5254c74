"""감사 쪽: 안내를 바로잡은 시민의 별명. 접수증에서 스스로 보이고 거둔다. 누구의 별명인지는 모른다."""

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.citizen import receipts
from app.services import services
from corrections import submit
from corrections.errors import BadPseudonym
from corrections.models import Correction
from corrections.people import Reporter
from corrections.rewards import thanks

bp = Blueprint("thanks", __name__)


@bp.get("/thanks")
def show() -> ResponseReturnValue:
    """바라는 사람의 별명과 반영된 고침의 수, 별명의 가나다 차례. 점수와 순위는 없다."""
    with services().database.reading() as session:
        people = thanks.thanked(session)
    return render_template("citizen/thanks.html", people=people)


@bp.post("/receipt/<number>/thanks")
def take(number: str) -> ResponseReturnValue:
    """별명을 보이거나(`do=show`) 거둔다. 이 브라우저가 방금 연 접수증이고 연락처를 확인한 사람만 된다."""
    with services().database.begin() as session:
        correction = _opened(session, number)
        reporter = _reporter(session, correction)
        if correction is None or reporter is None:
            return redirect(url_for("citizen.receipt", number=number[:30]), code=303)
        try:
            if request.form.get("do") == "show":
                thanks.show(session, reporter, pseudonym=request.form.get("pseudonym", ""))
            else:
                thanks.withdraw(session, reporter)
        except BadPseudonym as error:
            return render_template("citizen/thanks_again.html", correction=correction, problem=str(error)), 422
    return redirect(url_for("citizen.show_receipt", number=number, _anchor="thanks"), code=303)


@bp.app_template_global("thanks_of")
def thanks_of(correction: Correction) -> Reporter | None:
    """접수증 쪽이 감사 조각을 그릴 때 부른다: `{% include "citizen/_thanks.html" %}`. 보일 것이 없으면 None."""
    with services().database.reading() as session:
        return _reporter(session, correction)


@bp.after_request
def not_stored(response: Response) -> Response:
    """별명을 거두면 곧 사라지게, 어디에도 남겨 두지 않고 검색엔진에도 싣지 않는다."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("X-Robots-Tag", "noindex")
    return response


def _opened(session: Session, number: str) -> Correction | None:
    """이 브라우저가 방금 연 접수증의 요청. 아니면 None."""
    code = receipts.remembered(number)
    return submit.find(session, number=number, code=code) if code is not None else None


def _reporter(session: Session, correction: Correction | None) -> Reporter | None:
    """그 요청을 보낸, 연락처를 확인한 시민. 제 정보를 지웠으면 None."""
    if correction is None or correction.reporter_id is None:
        return None
    reporter = session.get_one(Reporter, correction.reporter_id)
    return reporter if reporter.erased_at is None else None
