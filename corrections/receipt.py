"""접수증: 부르기 쉬운 접수번호와 그 번호를 여는 확인 코드. 무엇을 접수했는지는 모른다.

접수번호(2611-000123)는 해와 달, 차례일 뿐 열쇠가 아니다. 열쇠는 여덟 글자 확인 코드(40비트)이고, 데이터베이스에는
느린 해시(scrypt)만 남는다 (WORKFLOWS 4, Receipt enumeration).
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from unicodedata import normalize

from kb.entry import SEOUL

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford base32: 헷갈리는 I·L·O와 U가 없어 전화로 불러 주기 좋다."""

CODE_LENGTH = 8
NUMBER = re.compile(r"(\d{2})(\d{2})-?(\d{6,18})")
MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1"})
SCRYPT_COST = 2**14


@dataclass(frozen=True)
class Receipt:
    """접수하고 나서 시민에게 한 번 보여 주는 것. `masked`면 개인정보를 가리고 저장했고, `again`이면 이미 온 양식이다."""

    number: str
    code: str
    masked: bool = False
    again: bool = field(default=False, compare=False)


def number_for(id: int, *, at: datetime) -> str:
    """접수번호. 2026년 11월의 123번째면 `2611-000123` (서울 달력)."""
    return f"{at.astimezone(SEOUL):%y%m}-{id:06d}"


def id_in(number: str) -> int | None:
    """접수번호에 든 차례. 빈칸과 전각 숫자는 봐주고, 번호 모양이 아니면 None."""
    match = NUMBER.fullmatch(_squeezed(number))
    return int(match[3]) if match else None


def same_number(one: str, other: str) -> bool:
    """두 접수번호가 같은 번호인가. 빈칸과 붙임표, 전각은 봐준다."""
    return _squeezed(one) == _squeezed(other)


def new_token() -> str:
    """양식 한 장의 비밀 표. 같은 양식을 두 번 보낸 것을 알아보고, 확인 코드도 여기서 나온다."""
    return secrets.token_urlsafe(24)


def code_for(token: str, content: str) -> str:
    """양식의 표와 보낸 내용에서 나오는 확인 코드: 같은 양식을 두 번 보내면 같은 코드다."""
    bits = int.from_bytes(hmac.digest(token.encode(), b"receipt-code\0" + content.encode(), "sha256")[:5], "big")
    return "".join(ALPHABET[bits >> shift & 31] for shift in range(5 * (CODE_LENGTH - 1), -1, -5))


def submission_key(token: str, content: str) -> str:
    """같은 양식에서 온 같은 내용이면 같은 값. 표를 모르면 만들 수 없고, 이 값에서 코드를 셈할 수도 없다."""
    return hmac.digest(token.encode(), b"submission\0" + content.encode(), "sha256").hex()


def hashed(code: str) -> str:
    """데이터베이스에 남길 확인 코드의 해시. 부를 때마다 소금이 다르다."""
    salt = secrets.token_bytes(16)
    return f"{salt.hex()}${_stretched(code, salt).hex()}"


def matches(code: str, kept: str) -> bool:
    """시민이 넣은 코드가 그 해시의 것인가. 소문자·빈칸·붙임표·전각과 O·I·L을 봐준다. 걸리는 시간은 맞든 틀리든 같다."""
    salt, _, wanted = kept.partition("$")
    return hmac.compare_digest(_stretched(code, bytes.fromhex(salt)).hex(), wanted)


NOBODY = f"{bytes(16).hex()}${bytes(32).hex()}"
"""없는 번호를 물었을 때 견주는 해시: 있는 번호와 똑같이 오래 걸리게 한다."""


def _squeezed(text: str) -> str:
    return re.sub(r"[\s\u2010-\u2015\u2212-]+", "", normalize("NFKC", text[:64])[:64]).upper()


def _stretched(code: str, salt: bytes) -> bytes:
    return hashlib.scrypt(_squeezed(code).translate(MISREAD).encode(), salt=salt, n=SCRYPT_COST, r=8, p=1, dklen=32)
