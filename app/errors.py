"""오류가 화면에서 무엇이 되는지의 표 하나. 오류가 왜 났는지는 각 방이 안다."""

import logging
import secrets
from collections.abc import Iterable, Mapping

from flask import Flask, Response, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from app.api.problems import http_problem, is_api, problem
from app.public.views import not_found
from corrections import errors as corrections
from corrections.submit import LABELS
from db import errors as db
from kb import errors as kb

logger = logging.getLogger(__name__)

STATUS: Mapping[type[Exception], int] = {
    db.NotAllowed: 403,
    kb.EntryNotFound: 404,
    kb.VersionNotFound: 404,
    corrections.ReceiptNotFound: 404,
    kb.EntryMoved: 409,
    corrections.AlreadyDecided: 409,
    corrections.ClaimedByOther: 409,
    corrections.RevisionWaiting: 409,
    corrections.AwardedBefore: 409,
    corrections.EntryClosed: 410,
    kb.BadEntry: 422,
    kb.BadRedirects: 422,
    kb.BadTuning: 422,
    kb.BadRouting: 422,
    corrections.BadCorrection: 422,
    corrections.BadBulk: 422,
    corrections.BadProposal: 422,
    corrections.BadReason: 422,
    corrections.BadPseudonym: 422,
    corrections.BadAward: 422,
    corrections.BadContact: 422,
    corrections.TooManyReports: 429,
    kb.SearchUnavailable: 503,
    kb.StoreError: 503,
    db.DatabaseUnavailable: 503,
}
"""업무 오류의 상태 코드. 여기 없는 것은 우리 잘못(500)이다. 아래 갈래는 위 갈래를 따른다."""

ROOTS = (kb.KnowledgeError, corrections.CorrectionError, db.DatabaseError)

TITLES: Mapping[int, str] = {
    400: "요청을 읽을 수 없습니다",
    403: "할 수 없는 일입니다",
    404: "찾는 것이 없습니다",
    405: "이 주소에서는 할 수 없는 일입니다",
    409: "그사이 바뀌었습니다",
    410: "게시를 마친 안내입니다",
    413: "보낸 글이 너무 깁니다",
    422: "적은 내용을 확인해 주세요",
    429: "잠시 뒤에 다시 해 주세요",
    500: "문제가 생겼습니다",
    503: "잠시 쓸 수 없습니다",
}
SENTENCES: Mapping[int, str] = {
    400: "앞 화면으로 돌아가 다시 보내 주세요.",
    403: "이 화면을 볼 수 있는 사람이 아닙니다.",
    404: "주소가 바뀌었거나 없는 번호입니다. 찾는 말로 다시 찾아보세요.",
    405: "앞 화면으로 돌아가 다시 해 주세요.",
    413: "브라우저의 ‘뒤로 가기’를 누르면 적은 글이 대개 남아 있습니다. 줄이거나 글을 나누어 보내 주세요.",
    429: "너무 여러 번 시도했습니다.",
    500: "우리 쪽 잘못입니다. 잠시 뒤 다시 해 주세요. 계속되면 아래 번호와 함께 알려 주세요.",
    503: "잠시 뒤 다시 해 주세요. 급하시면 120다산콜센터(02-120)에 전화해 주세요.",
}
STALE_FORM = "양식을 연 지 오래되었거나 쿠키가 꺼져 있어 보내지 않았습니다."

TYPED: Mapping[str, str] = {
    "quoted": LABELS["quoted"],
    "proposal": LABELS["proposal"],
    "evidence": LABELS["evidence"],
    "reply": "답",
    "objection": "이의",
    "title": "제목",
    "facts": "항목",
    "department": "담당 부서",
    "phone": "문의 전화",
    "body": "본문",
    "note": "시민에게 남길 말",
    "decline_note": "시민에게 보일 설명",
    "question": "시민에게 물을 말",
    "office_question": "부서에 확인할 것",
    "merge_note": "시민에게 남길 말",
    "text": "확인한 내용",
    "say": "시민이 치는 말",
    "means": "함께 찾을 공식 말",
    "entries": "먼저 보일 안내",
    "reason": "까닭",
}
"""사람이 길게 적는 칸의 이름. 오류 화면이 그 글을 잃지 않고 다시 보여 준다."""

CARRIED = ("kind", "v", "token")
"""다시 보낼 때 함께 싣는, 보이지 않는 칸."""

RESEND = "/correct/"
"""다시 보내기 단추를 주는 곳. 편집실의 일은 화면을 다시 열어 정한다: 남이 꾸민 양식을 눌러 보내지 않게."""


def status_of(error: Exception) -> int:
    """그 오류의 상태 코드. 표에 없으면 500."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def register(app: Flask) -> None:
    """앱에 오류 화면을 단다."""
    for root in ROOTS:
        app.register_error_handler(root, business_error)
    app.register_error_handler(CSRFError, stale_form)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(Exception, our_fault)


def business_error(error: Exception) -> Response:
    """업무 오류: 사람에게 하는 말을 그대로 보인다. 우리 쪽 사정(5xx)은 번호만 보이고 기록에 남긴다."""
    status = status_of(error)
    if status >= 500:
        return _ours(error, status)
    return page(status, str(error), link=getattr(error, "redirect_to", ""))


def http_error(error: HTTPException) -> Response:
    """Flask와 Werkzeug의 오류."""
    if error.code is None or error.code < 400:  # a redirect
        return make_response(error.get_response())
    if is_api(request.path):
        answer = http_problem(error)
    elif error.code == 404 and not request.path.startswith("/desk"):
        answer = missing(error)
    else:
        answer = page(error.code, SENTENCES.get(error.code, "앞 화면으로 돌아가 다시 해 주세요."))
    if error.code == 405 and (allowed := error.get_response().headers.get("Allow")):
        answer.headers["Allow"] = allowed
    return answer


def missing(error: HTTPException) -> Response:
    """없는 주소: 찾기와 분야가 있는 공개 쪽(404.html)을 그대로. 그 쪽도 만들 수 없으면 여느 오류 화면이다."""
    try:
        answer = not_found(error)
    except kb.KnowledgeError:
        return page(404, SENTENCES[404])
    answer.headers["Cache-Control"] = "no-store"
    return answer


def stale_form(_: CSRFError) -> Response:
    """양식의 표가 없거나 맞지 않는다. 적은 글은 버리지 않고 다시 보여 준다."""
    resend, kept = request.path.startswith(RESEND), _typed(403, carried=())
    if not kept:
        then = "앞 화면을 새로 열어 다시 해 주세요."
    elif resend:
        then = "아래 글을 확인하고 다시 보내 주세요."
    else:
        then = "아래 글을 복사해 두고, 앞 화면을 새로 열어 다시 해 주세요."
    return page(403, f"{STALE_FORM} {then}", resend=resend)


def our_fault(error: Exception) -> Response:
    """예상하지 못한 오류."""
    return _ours(error, 500)


def page(status: int, sentence: str, *, incident: str = "", link: str = "", resend: bool = False) -> Response:
    """오류 화면. 양식을 보내다 난 오류이면 적은 글을 함께 보인다. API에는 problem+json으로 답한다."""
    if is_api(request.path):
        return problem(status, sentence, incident=incident)
    html = render_template(
        "citizen/error.html",
        title=TITLES.get(status, "문제가 생겼습니다"),
        sentence=sentence,
        incident=incident,
        link=link,
        kept=_typed(status, carried=CARRIED if resend else ()),
        labels=TYPED,
        resend=resend,
        in_desk=request.path.startswith("/desk"),
    )
    answer = make_response(html, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def has_typed() -> bool:
    """이번 요청에 사람이 길게 적은 글이 있나: 다른 쪽으로 보내 버리면 잃는다."""
    return bool(_typed(403, carried=()))


def _typed(status: int, *, carried: Iterable[str]) -> Mapping[str, str]:
    """보내다 만 양식에 적혀 있던 글과, 그것이 있으면 함께 실을 칸. 읽을 수 없는 요청(400, 413)이면 없다."""
    if request.method in ("GET", "HEAD") or status in (400, 413):
        return {}
    typed = {name: text for name in TYPED if (text := request.form.get(name, "")).strip()}
    return typed and typed | {name: text for name in carried if (text := request.form.get(name, ""))}


def _ours(error: Exception, status: int) -> Response:
    incident = secrets.token_hex(4)
    logger.error("오류 %s: %s %s", incident, request.method, request.path, exc_info=error)
    return page(status, SENTENCES[status], incident=incident)
