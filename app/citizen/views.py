"""시민 화면의 주소와 보기. 무엇을 받아 줄지는 corrections가, 무엇이 맞는지는 편집자가 정한다."""

from datetime import timedelta

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import searches
from app.citizen import receipts
from app.citizen.forms import CorrectionForm, ReceiptForm, show_problems
from app.citizen.outcome import Outcome, outcome_of
from app.citizen.searching import PER_PAGE, Asked, facets, last_page
from app.services import address, in_seoul, secret, services
from corrections import receipt as receipt_paper
from corrections import submit
from corrections.errors import BadCorrection, ReceiptNotFound
from corrections.models import Correction, Revision
from db.attempts import Limit, forgive, knock
from db.people import Actor
from kb.compose.particles import euro
from kb.districts import DISTRICTS
from kb.errors import SearchUnavailable

bp = Blueprint("citizen", __name__)
bp.add_app_template_filter(in_seoul, "seoul")
bp.add_app_template_filter(euro, "euro")

BY_NUMBER = Limit("receipt-number", times=5, within=timedelta(minutes=15))
BY_ADDRESS = Limit("receipt-address", times=20, within=timedelta(hours=1))
"""접수 조회를 틀릴 수 있는 횟수 (WORKFLOWS 4, Receipt enumeration)."""

TOO_MANY = "접수 확인을 여러 번 틀려서 잠시 막았습니다. 15분 뒤에 다시 하거나 120다산콜센터(02-120)에 전화해 주세요."


@bp.after_request
def not_stored(response: Response) -> Response:
    """양식과 접수증은 어디에도 남겨 두지 않고, 검색엔진에도 싣지 않는다."""
    response.headers.setdefault("Cache-Control", "no-store")
    response.headers.setdefault("X-Robots-Tag", "noindex")
    return response


# --- "this is wrong" -----------------------------------------------------------------------------------------------


@bp.get("/correct/<id>")
def correct(id: str) -> ResponseReturnValue:
    """수정 요청 양식. `?v=`는 보던 글의 판, `?quote=`는 골라 온 부분, `?section=`은 누른 절의 제목이다."""
    entry = submit.open_entry(services().store, id)
    form = CorrectionForm(
        v=request.args.get("v") or entry.version,
        quoted=_quoted(),
        token=receipt_paper.new_token(),
    )
    return render_template("citizen/correct.html", entry=entry, form=form, moved=form.v.data != entry.version)


def _quoted() -> str:
    quote, section = (submit.cleaned(request.args.get(name, "")) for name in ("quote", "section"))
    return (quote or (section and f"‘{section}’ 부분"))[: submit.LONGEST["quoted"]]


@bp.post("/correct/<id>")
def send_correction(id: str) -> ResponseReturnValue:
    """수정 요청을 접수하고 접수증으로 보낸다. 칸이 틀리면 적은 글을 그대로 두고 무엇을 고칠지 말한다."""
    form = CorrectionForm(request.form)
    try:
        with services().database.begin() as session:
            paper = submit.submit(
                session,
                services().store,
                entry_id=id,
                base_version=form.v.data or "",
                kind=form.kind.data or "",
                quoted=form.quoted.data or "",
                proposal=form.proposal.data or "",
                evidence=form.evidence.data or "",
                token=form.token.data or receipt_paper.new_token(),
                by=Actor.citizen(),
                clock=services().clock,
            )
    except BadCorrection as error:
        show_problems(form, error.problems)
        entry = submit.open_entry(services().store, id)
        return render_template("citizen/correct.html", entry=entry, form=form, moved=False), 422
    receipts.remember(paper.number, paper.code)
    return redirect(url_for("citizen.show_receipt", number=paper.number), code=303)


# --- the receipt ---------------------------------------------------------------------------------------------------


@bp.get("/receipt")
def receipt() -> ResponseReturnValue:
    """접수번호와 확인 코드를 넣는 화면."""
    return render_template("citizen/receipt_lookup.html", form=ReceiptForm(number=request.args.get("number", "")[:30]))


@bp.post("/receipt")
def open_receipt() -> ResponseReturnValue:
    """맞으면 접수증으로 보낸다. 없는 번호와 틀린 코드는 같은 답이고 걸리는 시간도 같다."""
    form = ReceiptForm(request.form)
    number, code = form.number.data or "", form.code.data or ""
    knocked = knock(services().database, _places(number), secret=secret())
    if not knocked.allowed:
        return _lookup_again(form, TOO_MANY), 429
    try:
        with services().database.reading() as session:
            correction = submit.find(session, number=number, code=code)
    except ReceiptNotFound as error:
        return _lookup_again(form, str(error)), 404
    forgive(services().database, knocked)
    receipts.remember(correction.number, code)
    return redirect(url_for("citizen.show_receipt", number=correction.number), code=303)


@bp.get("/receipt/<number>")
def show_receipt(number: str) -> ResponseReturnValue:
    """접수증. 이 브라우저가 방금 보냈거나 방금 연 것만 보이고, 아니면 있는 번호든 없는 번호든 조회 화면으로 보낸다."""
    code = receipts.remembered(number)
    if code is None:
        return redirect(url_for("citizen.receipt", number=number[:30]), code=303)
    with services().database.reading() as session:
        correction = submit.find(session, number=number, code=code)
        outcome = _outcome(session, correction)
    return render_template("citizen/receipt.html", correction=correction, outcome=outcome, code=code)


def _places(number: str) -> list[tuple[Limit, str]]:
    """두드린 횟수를 셀 자리. 번호 모양이 아닌 글은 서로 다른 사람의 것이므로 한 번호로 세지 않는다."""
    id = receipt_paper.id_in(number)
    return [(BY_ADDRESS, address()), *([(BY_NUMBER, str(id))] if id is not None else [])]


def _lookup_again(form: ReceiptForm, sentence: str) -> str:
    form.code.data = ""
    show_problems(form, {"number": sentence})
    return render_template("citizen/receipt_lookup.html", form=form)


def _outcome(session: Session, correction: Correction) -> Outcome:
    last = select(Revision).where(Revision.correction_id == correction.id).order_by(Revision.id.desc()).limit(1)
    return outcome_of(correction, session.scalar(last))


# --- search --------------------------------------------------------------------------------------------------------


@bp.get("/search")
def search() -> ResponseReturnValue:
    """안내 찾기. 색인을 쓸 수 없으면 그 까닭과 전화번호를 말한다(503)."""
    topics = services().store.topics
    asked = Asked.of(request.args, topics)
    topic = topics.with_id(asked.topic)
    answer, status = None, 200
    if asked.q:
        try:
            answer = (
                services()
                .searcher()
                .search(
                    asked.q,
                    topic=topic.name if topic else None,
                    district=asked.district or None,
                    source=asked.source or None,
                    **asked.wanted,
                )
            )
        except SearchUnavailable:
            status = 503
    if answer and asked.page == 1 and not asked.is_narrowed:
        searches.count(asked.q, answer.total, searches.channel(), searches.who())
    html = render_template(
        "citizen/search.html",
        asked=asked,
        answer=answer,
        status=status,
        facets=facets(answer, asked, topics) if answer else [],
        instead=services().suggester().suggest(asked.q, limit=5) if answer and not answer.hits else [],
        last_page=last_page(answer.total) if answer else 1,
        per_page=PER_PAGE,
        topics=topics,
        districts=DISTRICTS,
    )
    return make_response(html, status)


@bp.post("/search/opened")
def opened() -> ResponseReturnValue:
    """찾은 결과를 하나 열었다고 스크립트가 알린다. 찾은 말(`q`)만 받고 아무것도 보이지 않는다."""
    if not searches.is_from_here():
        abort(403)
    searches.opened(request.form.get("q", ""))
    return "", 204
