"""이 브라우저가 방금 연 접수증들: 서명한 세션에 30분만. 접수증이 맞는지는 corrections가 안다."""

import time

from flask import session

KEY = "receipts"
FOR_SECONDS = 30 * 60
"""보낸 뒤 코드를 적어 둘 시간. 함께 쓰는 컴퓨터에 오래 남기지 않는다."""

MOST = 5


def remember(number: str, code: str) -> None:
    """이 접수증을 연 것으로 기억한다. 오래된 것부터 잊는다."""
    kept = {**_fresh(), number: [code, int(time.time())]}
    session[KEY] = dict(list(kept.items())[-MOST:])


def remembered(number: str) -> str | None:
    """이 브라우저가 30분 안에 연 접수증의 코드. 아니면 None."""
    found = _fresh().get(number)
    return found[0] if found else None


def _fresh() -> dict[str, list[str]]:
    since = time.time() - FOR_SECONDS
    return {number: kept for number, kept in session.get(KEY, {}).items() if kept[1] > since}
