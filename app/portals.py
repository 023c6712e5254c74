"""검색 포털에 알리기(IndexNow): 더해지고 바뀌고 사라진 안내를 보낸다. 무엇을 게시할지는 모른다.

켜지 않으면 보내지 않고, 보낼 것을 `waiting/`에 파일로만 남긴다. 보낸 것을 기억해 두고 바뀐 것만 보내므로, 몇 번을 불러도 끝이 같다.
"""

import contextlib
import http.client
import json
import logging
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from app.public import Site, SiteSettings
from build.feeds.indexnow import News, announced, payloads
from kb.errors import BadSetting
from kb.lock import locked

logger = logging.getLogger(__name__)

ENDPOINTS = ("https://api.indexnow.org/indexnow", "https://searchadvisor.naver.com/indexnow")
"""보낼 곳. 한 곳이 받으면 포털끼리 나누므로, 뒤의 것은 앞의 것이 받지 못할 때만 쓴다 (PUBLISHING 1.2, 1.4)."""

TIMEOUT = 20.0
ACCEPTED = (200, 202)
REFUSED = {
    400: "보낸 글의 모양이 틀렸다고 합니다.",
    403: "열쇠 파일을 읽지 못했다고 합니다. OPEN120_BASE_URL의 누리집에서 열쇠 파일이 보이는지 확인해 주세요.",
    422: "주소가 우리 누리집의 것이 아니거나 열쇠와 맞지 않는다고 합니다. OPEN120_BASE_URL을 확인해 주세요.",
}
"""다시 보내도 소용없는 답과 까닭 (PUBLISHING 1.2)."""

Post = Callable[[str, bytes], int]
"""`(주소, JSON)`을 보내고 상태 코드를 돌려주거나 OSError·HTTPException을 내는 함수."""


class PortalUnreachable(Exception):
    """어느 포털도 지금은 받지 못한다. 나중에 다시 보낸다."""


@dataclass(frozen=True, kw_only=True)
class Sending:
    """알리는 설정. 열쇠가 없으면 알릴 것도 세지 않고, `on`이 아니면 보내지 않는다."""

    key: str = ""
    on: bool = False
    endpoints: tuple[str, ...] = ENDPOINTS

    @classmethod
    def of(cls, environ: Mapping[str, str], settings: SiteSettings) -> Self:
        """환경 변수와 누리집 설정(열쇠와 주소)에서. 틀린 값이면 BadSetting."""
        key, send = settings.ownership.indexnow, environ.get("OPEN120_INDEXNOW_SEND") or "off"
        listed = environ.get("OPEN120_INDEXNOW_ENDPOINTS", "")
        endpoints = tuple(one.strip() for one in listed.split(",") if one.strip()) or ENDPOINTS
        local = (urlsplit(settings.base_url).hostname or "") in ("localhost", "127.0.0.1", "::1", "")
        wrong = {
            "OPEN120_INDEXNOW_SEND에는 on이나 off를 적어 주세요.": send not in ("on", "off"),
            "OPEN120_INDEXNOW_ENDPOINTS에는 http로 시작하는 주소를 쉼표로 나누어 적어 주세요.": not all(
                one.startswith(("https://", "http://")) for one in endpoints
            ),
            "보내려면(OPEN120_INDEXNOW_SEND=on) OPEN120_INDEXNOW_KEY도 적어 주세요.": send == "on" and not key,
            "보내려면(OPEN120_INDEXNOW_SEND=on) OPEN120_BASE_URL에 누구나 볼 수 있는 주소를 적어 주세요.": send == "on"
            and local,
        }
        for sentence, is_wrong in wrong.items():
            if is_wrong:
                raise BadSetting(sentence)
        return cls(key=key, on=send == "on", endpoints=endpoints)


@dataclass(frozen=True)
class Told:
    """알린 결과: 보낸 주소의 수, 보내지 않고 남은 주소의 수."""

    sent: int = 0
    waiting: int = 0


@dataclass(frozen=True)
class Portals:
    """무엇을 알렸는지 `folder`에 기억하며 알린다."""

    folder: Path
    sending: Sending
    site: Callable[[], Site]
    post: Post = lambda url, body: send(url, body)

    def tell(self) -> Told:
        """알린 것과 지금 것의 차이를 알린다. 포털이 지금 받지 못하면 PortalUnreachable이고, 다음에 남은 것부터 다시 한다.

        포털이 거절하면(400, 403, 422) 기록에 까닭을 남기고 그만둔다: 되풀이해도 소용없다.
        """
        if not self.sending.key:
            return Told()
        with locked(self.folder / ".lock", wait=120):
            site = self.site()
            now, before = announced(site), self._remembered()
            news = News.between(before, now)
            batches = list(payloads(site, self.sending.key, news.paths))
            self._leave(batches)
            if not self.sending.on:
                return Told(waiting=len(news.paths))
            sent = self._send_all(site, batches, before, now)
            return Told(sent=sent, waiting=len(news.paths) - sent)

    def _send_all(
        self, site: Site, batches: list[dict[str, Any]], before: Mapping[str, str], now: Mapping[str, str]
    ) -> int:
        known, sent = dict(before), 0
        start = len(site.settings.url(""))
        for number, batch in enumerate(batches, start=1):
            if not self._accepted(batch):
                break
            for path in (url[start:] for url in batch["urlList"]):
                known.pop(path, None)
                known |= {path: now[path]} if path in now else {}
            self._remember(known)
            self._waiting(number).unlink(missing_ok=True)
            sent += len(batch["urlList"])
        return sent

    def _accepted(self, batch: Mapping[str, Any]) -> bool:
        body, reasons = _json(batch), []
        for endpoint in self.sending.endpoints:
            try:
                status = self.post(endpoint, body)
            except (OSError, http.client.HTTPException) as error:
                reasons.append(f"{endpoint}: {type(error).__name__}")
                continue
            if status in ACCEPTED:
                return True
            if status in REFUSED:
                logger.warning("검색 포털이 알림을 거절했습니다(%s, %s). %s", endpoint, status, REFUSED[status])
                return False
            reasons.append(f"{endpoint}: {status}")
        raise PortalUnreachable(f"검색 포털이 알림을 받지 못했습니다. 나중에 다시 보냅니다. ({', '.join(reasons)})")

    # --- what is remembered, and what would be sent -----------------------------------------------------------------

    @property
    def _memory(self) -> Path:
        return self.folder / "announced.json"

    def _remembered(self) -> dict[str, str]:
        """알린 길과 판. 없거나 상했으면 알린 적이 없는 것으로 본다."""
        try:
            known = json.loads(self._memory.read_bytes())
            return {str(path): str(version) for path, version in known.items()}
        except (OSError, ValueError, AttributeError):
            return {}

    def _remember(self, known: Mapping[str, str]) -> None:
        fresh = self._memory.with_suffix(".new")
        fresh.write_bytes(_json(known))
        fresh.replace(self._memory)

    def _leave(self, batches: Iterable[Mapping[str, Any]]) -> None:
        """보낼 글을 파일로 남긴다. 앞에 남긴 것은 지운다."""
        self._waiting(0).parent.mkdir(parents=True, exist_ok=True)
        for old in self._waiting(0).parent.glob("*.json"):
            old.unlink(missing_ok=True)
        for number, batch in enumerate(batches, start=1):
            self._waiting(number).write_bytes(_json(batch))

    def _waiting(self, number: int) -> Path:
        return self.folder / "waiting" / f"{number:04}.json"


def _json(value: Mapping[str, Any]) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """다른 곳으로 넘기면 따라가지 않는다."""

    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)


def send(url: str, body: bytes) -> int:
    """JSON을 보내고 상태 코드를 돌려준다. 닿지 못하면 OSError나 HTTPException."""
    headers = {"Content-Type": "application/json; charset=utf-8"}
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - http(s) only, checked
    try:
        with _OPENER.open(request, timeout=TIMEOUT) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        with contextlib.closing(error):
            return error.code
