"""이 브라우저로 그 아이디가 들어온 적이 있나: 서명한 쿠키 하나. 들어올 자격은 아니다.

남이 아이디를 거듭 틀려 놓아도 주인은 늘 쓰던 브라우저로 들어온다: 그런 브라우저의 틀린 횟수는 따로 센다.
"""

import hmac
import secrets
from datetime import timedelta

from flask import Response, current_app, request
from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.services import secret

NAME = "open120-device"
LASTS = timedelta(days=90)


def number_of(login: str) -> str | None:
    """이 브라우저가 그 아이디로 들어온 적이 있으면 이 브라우저의 번호."""
    try:
        whose, number = _signer().loads(request.cookies.get(NAME, ""), max_age=int(LASTS.total_seconds()))
    except (BadSignature, ValueError):
        return None
    return str(number) if hmac.compare_digest(str(whose), _print(login)) else None


def remember(response: Response, login: str) -> None:
    """방금 그 아이디로 들어왔다고 적어 둔다. 아이디의 글자는 쿠키에 없다."""
    response.set_cookie(
        NAME,
        str(_signer().dumps([_print(login), number_of(login) or secrets.token_hex(8)])),
        max_age=LASTS,
        path="/desk",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        httponly=True,
        samesite="Lax",
    )


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret(), salt=NAME)


def _print(login: str) -> str:
    return hmac.digest(secret(), f"{NAME}\0{login}".encode(), "sha256").hex()
