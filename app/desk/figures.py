"""누구나 보는 수정 요청의 밀림: 얼마나 쌓였고 얼마나 걸리나. 로그인이 없고, 한 건 한 건은 보이지 않는다."""

from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template
from flask.typing import ResponseReturnValue

from app.services import services
from corrections import queue

bp = Blueprint("figures", __name__)
KEEP = "public, max-age=300"
"""이만큼(초)은 옛 수여도 된다."""


@bp.get("/about/corrections")
def show() -> ResponseReturnValue:
    """열린 수, 가장 오래 기다린 시간, 정하기까지 걸린 시간. 다섯보다 적은 수는 밝히지 않는다 (WORKFLOWS 2 item 24)."""
    now = datetime.now(UTC)
    with services().database.reading() as session:
        lag = queue.lag(session, now=now)
    html = render_template("desk/figures.html", lag=lag, now=now, count=told_count, hours=told_hours,
                           enough=queue.FEWEST, days=queue.LOOK_BACK.days)  # fmt: skip
    answer: Response = make_response(html)
    answer.headers["Cache-Control"] = KEEP
    return answer


def told_count(count: int) -> str:
    """건수. 0은 말하고, 하나에서 넷은 밝히지 않는다."""
    return f"{count:,}건" if count == 0 or count >= queue.FEWEST else f"{queue.FEWEST}건 미만"


def told_hours(hours: float | None) -> str:
    """시간을 사람이 읽는 말로. 없으면 밝히지 않는다."""
    if hours is None:
        return "밝히지 않음"
    if hours < 1:
        return "1시간 미만"
    return f"{hours / 24:.1f}일" if hours >= 48 else f"{hours:.0f}시간"
