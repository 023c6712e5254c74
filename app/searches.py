"""화면에서 찾은 말을 센다: 지금 앱의 세는 이를 찾아 넘긴다. 어떻게 세는지는 counting이 안다.

결과를 열었는지는 스크립트가 알려 주고(`/search/opened`), 스크립트가 없으면 안내의 쪽이 찾기 화면에서 왔는지로 안다. 안내를
앞에 선 웹 서버가 내보내면 스크립트 없이 연 것은 모른다.
"""

from urllib.parse import parse_qs, urlsplit

from flask import Flask, Response, current_app, request, session

from app.counting import SearchCounter
from app.services import address
from corrections.submit import cleaned
from db.people import Role
from db.searches import Channel

EXTENSION = "open120.searches"
ROLE = "role"
"""직원의 세션에 적힌 역할의 이름."""

LONGEST = 200
"""찾는 칸에 적을 수 있는 글자 수."""


def install(app: Flask, counter: SearchCounter) -> None:
    """앱에 단다. 화면은 `count`를 부른다."""
    app.extensions[EXTENSION] = counter
    app.after_request(_see_opening)


def count(query: str, total: int, channel: str, address: str) -> None:
    """찾기 하나를 센다: 적은 말, 결과의 수, 통로(`web`, `api`, `agent`, `desk`), 찾은 이(`who()`나 `services.address()`).

    어느 화면이든 부를 수 있고, 기다리지 않고 오류를 내지 않는다. 첫 쪽을 거르지 않고 찾은 것만 부른다: 둘째 쪽과 거른 것은
    같은 찾기의 이어짐이다.
    """
    _counter().count(query, total, Channel(channel), address)


def opened(query: str) -> None:
    """지금 이 사람이 그 말로 찾은 결과를 열었다."""
    _counter().opened(cleaned(query)[:LONGEST], Channel(channel()), who())


def channel() -> str:
    """지금 찾는 사람의 통로. 세션이 없으면 시민이다: 그때는 세션을 읽지도 않아 답이 쿠키에 매이지 않는다."""
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies or "person" not in session:
        return Channel.WEB
    return Channel.AGENT if session.get(ROLE) == Role.AGENT else Channel.DESK


def who() -> str:
    """사람 수를 셀 때 한 사람으로 칠 것: 시민은 주소, 직원은 그 사람. 상담실은 주소 하나를 여럿이 함께 쓴다."""
    return address() if channel() == Channel.WEB else f"staff:{session['person']}"


def is_from_here() -> bool:
    """우리 쪽의 스크립트가 보낸 요청인가."""
    site = request.headers.get("Sec-Fetch-Site")
    return site == "same-origin" if site else _host(request.headers.get("Origin", "")) == request.host


def _counter() -> SearchCounter:
    found: SearchCounter = current_app.extensions[EXTENSION]
    return found


def _see_opening(response: Response) -> Response:
    """찾기 화면에서 온 사람에게 안내를 내보냈으면 연 것으로 센다. 미리 읽어 두는 것(prefetch)은 연 것이 아니다."""
    if (
        request.method == "GET"
        and request.path.startswith("/faq/")
        and response.status_code in (200, 304)
        and "Sec-Purpose" not in request.headers
        and (query := _searched_before())
    ):
        opened(query)
    return response


def _searched_before() -> str:
    """이 쪽에 오기 전에 찾은 말. 우리 찾기 화면에서 오지 않았으면 빈 글."""
    referrer = request.referrer or ""
    if "/search?" not in referrer or _host(referrer) != request.host:
        return ""
    there = urlsplit(referrer)
    return parse_qs(there.query).get("q", [""])[0] if there.path == "/search" else ""


def _host(url: str) -> str:
    try:
        return urlsplit(url).netloc
    except ValueError:
        return ""
