"""무엇으로 보낼지의 설정: 메일 서버, 보내는 이, 문자. 아무것도 적지 않으면 파일로 남긴다."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.utils import parseaddr
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from app.public import SiteSettings
from app.sending.mail import FileMail, Mail, SmtpMail, SmtpServer
from app.sending.sms import ConsoleSms, FileSms, Sms
from corrections.contacts import EMAIL, SMS
from kb.errors import BadSetting

PORTS = {"smtp": 25, "starttls": 587, "smtps": 465}
LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, kw_only=True)
class Mailing:
    """보내는 길과 보내는 이. `sms`가 없으면 휴대전화 번호를 받지 않는다."""

    mail: Mail
    sender: Address
    sms: Sms | None = None
    base_url: str = ""
    name: str = ""
    warnings: tuple[str, ...] = field(default=())

    @classmethod
    def of(cls, environ: Mapping[str, str], settings: SiteSettings, *, folder: Path) -> Self:
        """환경 변수와 누리집 설정에서. 틀린 값이면 BadSetting. 서버가 없으면 `folder`(인스턴스)에 파일로 남긴다."""
        server = server_of(environ.get("OPEN120_SMTP_URL", ""))
        written = environ.get("OPEN120_MAIL_FROM", "")
        if server is not None and not written:
            raise BadSetting("메일을 보내려면(OPEN120_SMTP_URL) 보내는 이의 주소를 OPEN120_MAIL_FROM에 적어 주세요.")
        how = environ.get("OPEN120_SMS", "")
        if how not in ("", "console", "file"):
            raise BadSetting("OPEN120_SMS에는 console(화면에 보임)이나 file(sms.log에 남김)을 적어 주세요.")
        ways: dict[str, Sms | None] = {"": None, "console": ConsoleSms(), "file": FileSms(folder / "sms.log")}
        outgoing = folder / "outgoing"
        told = f"메일 서버가 없어(OPEN120_SMTP_URL) 보낼 편지를 {outgoing}에 파일로 남깁니다."
        return cls(
            mail=SmtpMail(server) if server else FileMail(outgoing),
            sender=sender_of(written, settings),
            sms=ways[how],
            base_url=settings.base_url.rstrip("/"),
            name=settings.name,
            warnings=() if server else (told,),
        )

    @property
    def kinds(self) -> frozenset[str]:
        """받는 연락처의 갈래."""
        return frozenset({EMAIL} | ({SMS} if self.sms else set()))


def server_of(url: str) -> SmtpServer | None:
    """`smtp://`, `starttls://`, `smtps://`의 주소에서. 빈 글이면 None, 읽을 수 없으면 BadSetting(비밀번호는 말하지 않는다)."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
        parts = urlsplit("")
    if parts.scheme not in PORTS or not host or parts.path not in ("", "/"):
        raise BadSetting("OPEN120_SMTP_URL은 starttls://사용자:비밀번호@서버:587 꼴이어야 합니다 (smtp, smtps도).")
    if parts.username and parts.scheme == "smtp" and host not in LOCAL:
        raise BadSetting(
            "암호화하지 않은 길로 비밀번호를 보내지 않습니다. OPEN120_SMTP_URL을 starttls://나 smtps://로 적어 주세요."
        )
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():
        raise BadSetting(
            "OPEN120_SMTP_URL의 사용자와 비밀번호는 로마자, 숫자, 부호여야 합니다. 부호는 %로 적어 주세요."
        )
    return SmtpServer(
        how=parts.scheme,
        host=host,
        port=port or PORTS[parts.scheme],
        user=user,
        password=password,
    )


def sender_of(written: str, settings: SiteSettings) -> Address:
    """보내는 이. 적지 않았으면 누리집의 이름과 no-reply@누리집. 읽을 수 없으면 BadSetting."""
    host = urlsplit(settings.base_url).hostname or "localhost"
    name, spec = parseaddr(written) if written else ("", f"no-reply@{host}")
    try:
        if not spec or "@" not in spec or not written.isprintable():
            raise ValueError(spec)
        return Address(display_name=name or settings.name, addr_spec=spec)
    except (ValueError, IndexError, HeaderParseError) as error:
        raise BadSetting("OPEN120_MAIL_FROM에는 오픈 120 <no-reply@example.org> 꼴의 주소를 적어 주세요.") from error
