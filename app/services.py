"""화면이 쓰는 것들의 묶음: 데이터베이스, 저장소, 찾기, 작업자 깨우기. 어떻게 만드는지는 create_app이 안다."""

import ipaddress
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from flask import Flask, current_app, request

from app.judging import Judging
from corrections.promise import Clock
from corrections.screening import Limits
from db import Database
from db.staff_sessions import Lasts
from kb.entry import SEOUL
from kb.search import SearchAnswer
from kb.store import EntryStore
from kb.suggest import Suggestion

EXTENSION = "open120"
STAFF_LASTS = "STAFF_LASTS"
"""직원이 들어와 있을 수 있는 시간(db.staff_sessions.Lasts)이 놓인 설정의 이름."""

LONGEST_REQUEST = 4 * 1024 * 1024
"""이보다 긴 요청은 읽지 않는다(413). 사람이 붙여 넣을 글(한글 40만 자)은 읽고, 칸마다 얼마나 줄일지 말한다(422)."""


class Search(Protocol):
    """찾는 것: kb.search.Searcher가 그렇다."""

    def search(
        self,
        text: str,
        *,
        limit: int = 10,
        offset: int = 0,
        topic: str | None = None,
        district: str | None = None,
        source: str | None = None,
        explain: bool = False,
        repair: bool = True,
    ) -> SearchAnswer: ...


class Suggest(Protocol):
    """치는 동안 추천하는 것: kb.suggest.Suggester가 그렇다."""

    def suggest(self, text: str, *, limit: int = 8) -> Sequence[Suggestion]: ...


@dataclass(frozen=True, kw_only=True)
class Services:
    """화면(citizen, desk)이 쓰는 것들. `searcher`는 색인이 없으면 SearchUnavailable을 낸다. `contact_kinds`는 알릴 수 있는 길이다."""

    database: Database
    store: EntryStore
    searcher: Callable[[], Search]
    suggester: Callable[[], Suggest]
    judging: Judging
    clock: Clock
    limits: Limits
    wake_worker: Callable[[], None]
    contact_kinds: frozenset[str] = frozenset({"email"})


def install(app: Flask, services: Services) -> None:
    """앱에 단다. 화면은 `services()`로 꺼내 쓴다."""
    app.extensions[EXTENSION] = services


def services() -> Services:
    """지금 앱의 것들."""
    found: Services = current_app.extensions[EXTENSION]
    return found


def session_config(*, https: bool) -> Mapping[str, Any]:
    """쿠키와 양식의 설정. 쿠키는 스크립트가 읽지 못하고, 다른 누리집에서 보낸 양식에 실리지 않는다.

    양식의 표는 세션이 사는 동안 맞는다: 한 시간 넘게 쓴 글을 버리게 하지 않는다. 직원의 세션은 여덟 시간(근무 하루)이다.
    """
    return {
        "SESSION_COOKIE_NAME": "__Host-open120" if https else "open120",
        "SESSION_COOKIE_SECURE": https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PERMANENT_SESSION_LIFETIME": staff_lasts(os.environ).whole,
        STAFF_LASTS: staff_lasts(os.environ),
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": https,
        "MAX_CONTENT_LENGTH": LONGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": LONGEST_REQUEST,
    }


def staff_lasts(environment: Mapping[str, str]) -> Lasts:
    """직원이 들어와 있을 수 있는 시간: `OPEN120_STAFF_HOURS`(모두 합쳐, 기본 8)와 `OPEN120_STAFF_IDLE_MINUTES`(쉬는 동안, 기본 60)."""
    usual = Lasts()
    hours, minutes = (environment.get(name, "") for name in ("OPEN120_STAFF_HOURS", "OPEN120_STAFF_IDLE_MINUTES"))
    return Lasts(
        whole=timedelta(hours=int(hours)) if hours.isdecimal() and int(hours) else usual.whole,
        idle=timedelta(minutes=int(minutes)) if minutes.isdecimal() and int(minutes) else usual.idle,
    )


def in_seoul(moment: datetime) -> datetime:
    """화면에 보일 서울 시각."""
    return moment.astimezone(SEOUL)


def secret() -> bytes:
    """앱의 열쇠. 두드린 횟수의 지문에 쓴다."""
    key = current_app.secret_key
    assert key, "create_app must set the secret key"  # noqa: S101 - a programming mistake, not input
    return key.encode() if isinstance(key, str) else key


def address() -> str:
    """누가 두드렸는지 셀 때의 주소. IPv6는 한 집이 통째로 받는 /64까지만 본다."""
    raw = request.remote_addr or "unknown"
    try:
        found = ipaddress.ip_address(raw)
    except ValueError:
        return raw
    if found.version == 4:
        return raw
    if found.ipv4_mapped:  # ::ffff:203.0.113.7 is one IPv4 address, and a /64 would hold them all
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))
