"""전자우편 한 통을 내보낸다: 메일 서버로, 또는 서버가 없으면 파일로. 무슨 편지인지는 모른다."""

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from app.sending.errors import NotNow, Refused, Unreachable

TIMEOUT = 15.0
"""메일 서버의 답을 기다리는 시간(초). 맡은 시간(corrections.notices.delivery.LEASE)보다 훨씬 짧다."""


class Mail(Protocol):
    """편지를 내보내는 것."""

    def send(self, mail: EmailMessage) -> None:
        """내보낸다. 길이 막혔으면 Unreachable, 지금 안 되면 NotNow, 받지 않겠다고 하면 Refused."""


@dataclass(frozen=True, kw_only=True)
class SmtpServer:
    """메일 서버. `how`는 smtp(그대로), starttls(이어서 암호화), smtps(처음부터 암호화)다."""

    how: str
    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)


@dataclass(frozen=True)
class SmtpMail:
    """메일 서버로 보낸다. 한 통에 연결 하나: 하루에 몇백 통이다."""

    server: SmtpServer
    timeout: float = TIMEOUT

    def send(self, mail: EmailMessage) -> None:
        """보낸다. 서버의 답 가운데 5xx만 거절로 보고, 로그인이 틀린 것은 길이 막힌 것이다."""
        with self._connected() as smtp:
            try:
                smtp.send_message(mail)
            except smtplib.SMTPRecipientsRefused as error:
                codes = [code for code, _ in error.recipients.values()]
                raise _told(max(codes, default=450), "받는 이를") from error
            except smtplib.SMTPDataError as error:
                raise _told(error.smtp_code, "편지를") from error
            except smtplib.SMTPServerDisconnected as error:
                raise Unreachable("메일 서버가 연결을 끊었습니다.") from error
            except smtplib.SMTPResponseException as error:
                raise Unreachable(f"메일 서버가 보내는 이를 받지 않습니다({error.smtp_code}).") from error

    @contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        try:
            smtp = self._open()
        except smtplib.SMTPAuthenticationError as error:
            raise Unreachable("메일 서버가 로그인을 거절했습니다. OPEN120_SMTP_URL을 확인해 주세요.") from error
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(f"메일 서버에 닿지 못했습니다({type(error).__name__}).") from error
        try:
            yield smtp
        except (OSError, smtplib.SMTPException) as error:
            raise Unreachable(f"메일 서버와 이야기하다 끊겼습니다({type(error).__name__}).") from error
        finally:
            with suppress(
                OSError, smtplib.SMTPException
            ):  # once it has taken the letter, a bad goodbye changes nothing
                smtp.quit()
            smtp.close()

    def _open(self) -> smtplib.SMTP:
        server, safe = self.server, ssl.create_default_context()
        if server.how == "smtps":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=self.timeout, context=safe)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=self.timeout)
        try:
            if server.how == "starttls":
                smtp.starttls(context=safe)
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp


@dataclass(frozen=True)
class FileMail:
    """서버가 없을 때: 편지마다 파일(.eml) 하나. 같은 편지를 다시 보내면 같은 파일이다."""

    folder: Path

    def send(self, mail: EmailMessage) -> None:
        """남긴다. 폴더에 쓸 수 없으면 Unreachable."""
        path = self.folder / f"{str(mail['Message-ID']).strip('<>').partition('@')[0]}.eml"
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{os.getpid()}")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                file.write(mail.as_bytes())
            fresh.replace(path)
        except OSError as error:
            raise Unreachable(f"보낼 편지를 파일로 남기지 못했습니다({error.strerror}).") from error


def _told(code: int, what: str) -> NotNow | Refused:
    """서버의 답 번호가 뜻하는 것. 서버의 말에는 주소가 들어 있기 쉬워 번호만 남긴다."""
    if code >= 500:
        return Refused(f"메일 서버가 {what} 받지 않습니다({code}).")
    return NotNow(f"메일 서버가 {what} 지금은 받지 않습니다({code}).")
