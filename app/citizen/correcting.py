"""‘이건 틀렸어요’의 화면: 양식, 개인정보의 확인, 저도요. 무엇을 받아 줄지는 corrections가, 무엇이 맞는지는 편집자가 정한다."""

from datetime import timedelta

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.citizen import receipts, visits
from app.citizen.forms import CorrectionForm, show_problems
from app.citizen.reports import open_reports
from app.citizen.views import bp
from app.services import address, secret, services
from corrections import submit
from corrections.errors import BadCorrection, TooManyReports
from corrections.me_too import add_me_too
from corrections.models import Kind
from corrections.screening import submit_screened
from corrections.screening_freeze import is_frozen
from db.attempts import Limit, knock
from kb.entry import Entry
from kb.personal import Found

ME_TOO = Limit("me-too", times=30, within=timedelta(days=1))
"""한 주소에서 하루에 셀 ‘저도요’. 넘은 것은 세지 않을 뿐이다."""

THANKED = {
    "added": "알려 주셔서 고맙습니다. ‘저도요’를 더했습니다. 다른 점이 또 있으면 아래에 적어 주세요.",
    "late": "그사이 처리된 요청입니다. 안내를 다시 열어 보시고, 아직 틀렸으면 아래에 적어 주세요.",
    "many": "이 인터넷 주소에서 온 ‘저도요’가 많아 더 세지 않았습니다. 꼭 알리고 싶은 것은 아래에 적어 주세요.",
}
AGAIN = {"Retry-After": "3600"}


@bp.get("/correct/<id>")
def correct(id: str) -> ResponseReturnValue:
    """수정 요청 양식. `?v=`는 보던 글의 판, `?quote=`는 골라 온 부분, `?section=`은 누른 절의 제목, `?too=`는 방금 누른 저도요다."""
    entry = submit.open_entry(services().store, id)
    form = CorrectionForm(v=request.args.get("v") or entry.version, quoted=_quoted(), token=visits.new_token())
    return _form(entry, form, thanked=THANKED.get(request.args.get("too", ""), ""))


@bp.post("/correct/<id>")
def send_correction(id: str) -> ResponseReturnValue:
    """수정 요청을 접수하고 접수증으로 보낸다. 칸이 틀리면 적은 글을 그대로 두고 무엇을 고칠지 말한다.

    개인정보가 보이면 저장하기 전에 보낸 사람에게 먼저 묻는다: 가리고 보낼지(`do=mask`), 고칠지(`do=edit`).
    """
    form, entry = CorrectionForm(request.form), submit.open_entry(services().store, id)
    do = request.form.get("do", "")
    if do == "edit":
        return _form(entry, form)
    try:
        submit.check(form.kind.data or "", form.words)
        found = submit.find_personal(form.words, entry=entry, kind=Kind(form.kind.data))
        if found and do != "mask":
            return _confirm(entry, form, found)
        number, code = _sent(entry, form)
    except BadCorrection as error:
        show_problems(form, error.problems)
        return _form(entry, form, status=422)
    except TooManyReports as error:
        form.form_errors = [str(error)]
        return _form(entry, form, status=429, headers=AGAIN)
    receipts.remember(number, code)
    return redirect(url_for("citizen.show_receipt", number=number), code=303)


@bp.post("/correct/<id>/too")
def me_too(id: str) -> ResponseReturnValue:
    """먼저 온 요청(`report`)에 ‘저도요’를 더하고 양식으로 돌아간다."""
    submit.open_entry(services().store, id)
    told, report = "late", request.form.get("report", "")
    if report.isascii() and report.isdigit() and len(report) < 10:
        if not knock(services().database, [(ME_TOO, address())], secret=secret()).allowed:
            told = "many"
        else:
            with services().database.begin() as session:
                if add_me_too(session, int(report), entry_id=id, sender=visits.sender_of(report)):
                    told = "added"
    return redirect(url_for("citizen.correct", id=id, too=told), code=303)


def _sent(entry: Entry, form: CorrectionForm) -> tuple[str, str]:
    token = form.token.data or visits.new_token()
    with services().database.begin() as session:
        paper = submit_screened(
            session,
            services().store,
            entry_id=entry.id,
            base_version=form.v.data or "",
            kind=form.kind.data or "",
            quoted=form.quoted.data or "",
            proposal=form.proposal.data or "",
            evidence=form.evidence.data or "",
            token=token,
            visit=visits.visit(token, bait=form.homepage.data or ""),
            clock=services().clock,
            limits=services().limits,
        )
    return paper.number, paper.code


def _form(
    entry: Entry, form: CorrectionForm, *, thanked: str = "", status: int = 200, headers: dict[str, str] | None = None
) -> ResponseReturnValue:
    """양식. 뒤로 가기가 적던 글을 되살릴 수 있게 `no-store`는 쓰지 않는다: 여기에는 남의 글이 없다."""
    with services().database.reading() as session:
        reports, frozen = open_reports(session, entry), is_frozen(session, entry.id)
    html = render_template(
        "citizen/correct.html",
        entry=entry,
        form=form,
        moved=request.method == "GET" and form.v.data != entry.version,
        reports=reports,
        frozen=frozen,
        thanked=thanked,
    )
    return make_response(html, status, {"Cache-Control": "private, no-cache", **(headers or {})})


def _confirm(entry: Entry, form: CorrectionForm, found: list[Found]) -> str:
    masked = submit.mask(form.words, entry=entry, kind=Kind(form.kind.data))
    hints = list(dict.fromkeys((each.kind.token, _shaded(each.text)) for each in found))
    return render_template("citizen/confirm.html", entry=entry, form=form, masked=masked, hints=hints)


def _shaded(text: str) -> str:
    """보낸 사람만 알아볼 만큼: 앞의 세 글자만 두고 나머지 글자와 숫자를 가린다."""
    return text[:3] + "".join("*" if letter.isalnum() else letter for letter in text[3:])


def _quoted() -> str:
    quote, section = (submit.cleaned(request.args.get(name, "")) for name in ("quote", "section"))
    return (quote or (section and f"‘{section}’ 부분"))[: submit.LONGEST["quoted"]]
