"""양식을 보낸 이가 어디에서 어떻게 왔나: 양식의 표에 든 때와 열쇠 건 지문만 읽는다. 무엇을 의심할지는 corrections가 안다."""

import hmac
import time
from hashlib import sha256

from flask import request
from itsdangerous import BadSignature, TimestampSigner

from app.services import address, secret
from corrections import receipt
from corrections.screening import Visit

LONGEST_AGENT = 300


def new_token() -> str:
    """양식 한 장의 비밀 표. 언제 열었는지가 서명되어 있어 고칠 수 없다."""
    return _signer().sign(receipt.new_token()).decode()


def visit(token: str, *, bait: str) -> Visit:
    """지금 요청의 방문. `bait`는 비워 두라는 칸에 적힌 것이다. 주소는 IPv6이면 한 집(/64)까지만 본다."""
    agent = request.user_agent.string[:LONGEST_AGENT]
    return Visit(
        address=_print("report-address", address()),
        sender=_print("report-sender", f"{address()}\0{agent}"),
        seconds=_seconds_since(token),
        bait=bait,
    )


def sender_of(what: str) -> str:
    """‘저도요’를 한 번만 세려는 지문: 무엇에 답했는지까지 섞어, 다른 답과 이을 수 없다."""
    return _print("me-too", f"{what}\0{address()}\0{request.user_agent.string[:LONGEST_AGENT]}")


def _seconds_since(token: str) -> float | None:
    try:
        _, opened = _signer().unsign(token, return_timestamp=True)
    except BadSignature:
        return None
    return time.time() - opened.timestamp()


def _signer() -> TimestampSigner:
    return TimestampSigner(secret(), salt="open120.correction-form", digest_method=sha256)


def _print(door: str, subject: str) -> str:
    return hmac.digest(secret(), f"{door}\0{subject}".encode(), "sha256").hex()
