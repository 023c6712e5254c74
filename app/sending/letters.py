"""알림의 글을 짓는다: 전자우편 한 통, 문자 한 줄. 어떻게 보내는지는 모른다.

글은 templates/notices에 하나씩 있다. 첫 줄이 제목, 둘째 줄이 문자, 빈 줄 뒤가 편지다. 접수번호 말고 시민에 관한 것은 싣지 않고,
접수증의 주소에는 확인 코드를 싣지 않는다.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from corrections.notices.delivery import Item

FOLDER = Path(__file__).parent.parent / "templates/notices"
SUBJECT, SMS = "제목: ", "문자: "
LONGEST_SMS = 90
"""문자 한 통의 길이: 한글을 두 바이트로 세어 90바이트 (WORKFLOWS 2 item 13)."""

_LETTERS = Environment(
    loader=FileSystemLoader(FOLDER),
    autoescape=False,  # noqa: S701 - plain text, never HTML
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)


@dataclass(frozen=True)
class Letter:
    """지은 글: 제목, 문자 한 줄, 편지."""

    subject: str
    sms: str = field(repr=False)
    body: str = field(repr=False)


def letter(items: Sequence[Item], *, base_url: str, name: str, stop_token: str = "") -> Letter:
    """그 알림들의 글. `items`는 corrections.notices.delivery가 모은 것, `stop_token`이 있으면 그만 받는 길을 싣는다.

    둘이 넘으면 일어난 차례로 한 편지에 싣는다.
    """
    *others, last = items
    stop = stop_url(base_url, stop_token) if stop_token else ""
    parts = [_part(one, base_url=base_url, name=name, stop="", more=True) for one in others]
    end = _part(last, base_url=base_url, name=name, stop=stop, more=False)
    if not parts:
        return end
    subject = f"[{name}] 알려 드릴 것이 {len(items)}가지 있습니다"
    return Letter(subject, end.sms, "\n\n".join(part.body for part in (*parts, end)))


def _part(item: Item, *, base_url: str, name: str, stop: str, more: bool) -> Letter:
    number = item.facts.get("number", "")
    written = _LETTERS.get_template(f"{item.template.value}.txt").render(
        **item.facts,
        name=name,
        receipt=f"{base_url}/receipt?{urlencode({'number': number})}" if number else f"{base_url}/receipt",
        stop=stop,
        more=more,
    )
    head, _, body = written.partition("\n\n")
    subject, sms = head.split("\n")
    return Letter(
        subject.removeprefix(SUBJECT), _with_link(sms.removeprefix(SMS), f"{base_url}/receipt"), body.strip() + "\n"
    )


def stop_url(base_url: str, token: str) -> str:
    """그만 받거나 지우는 쪽의 주소. 표는 물음표 뒤에 둔다: 접속 기록에 남지 않는다."""
    return f"{base_url}/receipt/stop?{urlencode({'t': token})}"


def message(letter: Letter, *, sender: Address, to: str, name: str, at: datetime, stop: str = "") -> EmailMessage:
    """전자우편 한 통. `name`에서 Message-ID가 나오므로 다시 보내도 같은 편지다. 머리말에 줄바꿈이나 다른 주소가 들면 ValueError."""
    mail = EmailMessage(policy=SMTP.clone(raise_on_defect=True))
    mail["From"] = sender
    try:
        mail["To"] = Address(addr_spec=to)
    except (HeaderParseError, IndexError) as error:
        raise ValueError("받는 이의 주소를 읽을 수 없습니다.") from error
    mail["Subject"] = letter.subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{name}@{sender.domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    if stop:
        mail["List-Unsubscribe"] = f"<{stop}>"
        if stop.startswith("https://"):  # RFC 8058 knows https only
            mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(letter.body, charset="utf-8", cte="base64")
    return mail


def sms_bytes(text: str) -> int:
    """문자의 길이: 로마자와 숫자는 한 바이트, 한글과 나머지는 두 바이트 (EUC-KR로 셈)."""
    return sum(1 if character.isascii() else 2 for character in text)


def _with_link(text: str, link: str) -> str:
    """자리가 있으면 접수증의 주소까지."""
    text = " ".join(text.split())
    whole = f"{text} {link}"
    return whole if sms_bytes(whole) <= LONGEST_SMS else text
