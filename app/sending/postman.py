"""때가 된 알림을 하나씩 맡아 보내는 이. 메일 서버가 느리거나 죽어도 다른 뒷일은 기다리지 않는다."""

import logging
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from app.sending.errors import NotNow, Refused, SendingError, Unreachable
from app.sending.letters import Letter, letter, message, stop_url
from app.sending.settings import Mailing
from corrections.contacts import EMAIL
from corrections.notices import delivery
from corrections.notices.delivery import Claim, Delivery
from db import Database
from db.errors import DatabaseUnavailable
from db.outbox import Ran

logger = logging.getLogger(__name__)

EVERY = 1.0
AFTER_TROUBLE = 15.0
"""보낼 것이 있는지 보는 간격과, 길이 막혔을 때 쉬는 시간(초)."""


class Postman:
    """알림을 보내는 스레드. 여럿이 함께 돌아도 한 알림은 하나만 맡는다. 어떤 오류에도 죽지 않는다."""

    def __init__(
        self,
        database: Database,
        mailing: Mailing,
        *,
        secret: bytes,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._mailing = mailing
        self._secret = secret
        self._now = now
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """시작한다."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="open120-postman", daemon=True)
            self._thread.start()

    def stop(self, timeout: float = 20.0) -> None:
        """보내던 것을 마치고 멈추게 한다."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(timeout)

    def send_due(self, *, limit: int = 100) -> Ran:
        """때가 된 알림을 많아야 `limit`개 보내고, 보낸 수와 보내지 못한 수를 돌려준다.

        길 하나가 막히면(Unreachable) 그 길은 이번에 더 쓰지 않는다. 데이터베이스를 쓸 수 없으면 DatabaseUnavailable.
        """
        done = failed = 0
        kinds = set(self._mailing.kinds)
        with self._database.reading() as session:
            if not delivery.due(session, now=self._now(), kinds=kinds):
                return Ran()
        while kinds and done + failed < limit and not self._stopping.is_set():
            claim = delivery.claim_due(self._database, now=self._now(), kinds=kinds)
            if claim is None:
                break
            blocked, sent = self._deliver(claim)
            done, failed = done + sent * len(claim.ids), failed + (not sent) * len(claim.ids)
            kinds.discard(blocked)
        return Ran(done=done, failed=failed)

    def _deliver(self, claim: Claim) -> tuple[str, bool]:
        """맡은 것을 보내고 (막힌 길, 마쳤나)를 돌려준다."""
        kind = ""
        try:
            with self._database.reading() as session:
                found = delivery.delivery(session, claim, secret=self._secret, now=self._now())
            if found is not None:
                kind = found.kind
                self._send(found)
        except DatabaseUnavailable:
            raise
        except Exception as error:
            self._failed(claim, error)
            return (kind if isinstance(error, Unreachable) else ""), False
        with self._database.begin() as session:
            if found is None:
                delivery.dropped(session, claim)
            else:
                delivery.sent(session, claim, now=self._now())
        return "", True

    def _send(self, found: Delivery) -> None:
        mailing = self._mailing
        written = letter(found.items, base_url=mailing.base_url, name=mailing.name, stop_token=found.stop_token)
        if found.kind == EMAIL:
            self._mail(found, written)
        elif mailing.sms is not None:
            mailing.sms.send(found.address, written.sms, name=found.name)

    def _mail(self, found: Delivery, written: Letter) -> None:
        stop = stop_url(self._mailing.base_url, found.stop_token) if found.stop_token else ""
        self._mailing.mail.send(
            message(written, sender=self._mailing.sender, to=found.address, name=found.name, at=self._now(), stop=stop)
        )

    def _failed(self, claim: Claim, error: Exception) -> None:
        """까닭을 남긴다. 우리가 지은 말만: 남의 오류에는 연락처가 들어 있을 수 있어 이름만 적는다."""
        told = str(error) if isinstance(error, SendingError) else f"알림을 짓지 못했습니다({type(error).__name__})."
        if isinstance(error, NotNow | Refused | Unreachable):
            logger.warning("알림 %s번을 보내지 못했습니다: %s", claim.id, told)
        else:
            where = traceback.extract_tb(error.__traceback__)[-1]  # not the message: it may hold an address
            logger.error("알림 %s번: %s (%s %s줄)", claim.id, told, Path(where.filename).name, where.lineno)
        with self._database.begin() as session:
            delivery.failed(session, claim, error=told, now=self._now(), hopeless=isinstance(error, Refused))

    def _work(self) -> None:
        while not self._stopping.is_set():
            wait = EVERY
            try:
                ran = self.send_due(limit=20)
                wait = AFTER_TROUBLE if ran.failed else EVERY if not ran.done else 0
            except DatabaseUnavailable as error:
                logger.warning("데이터베이스를 쓸 수 없어 알림을 잠시 쉽니다: %s", error)
                wait = AFTER_TROUBLE
            except Exception:
                logger.exception("알림을 보내는 데 문제가 생겼습니다. 잠시 뒤 이어서 합니다.")
                wait = AFTER_TROUBLE
            self._stopping.wait(wait)
