"""누가 일하는가: 역할, 직원, 비밀번호, 그리고 지금 행동하는 사람(Actor). 화면과 세션은 모른다."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Self
from unicodedata import normalize

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import CheckConstraint, String, false, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from db.base import Base, one_of, stored_by_value
from db.errors import BadPerson, NotAllowed

LOGIN = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
PASSWORD_LENGTH = range(10, 257)

FEWEST_LETTERS = 4
COMMON = frozenset(
    {
        "0123456789", "1234567890", "12345678910", "123456789a", "1q2w3e4r5t", "1q2w3e4r5t6y", "q1w2e3r4t5", "1qaz2wsx3edc",
        "qwertyuiop", "qwerty1234", "qwer1234qwer", "asdfghjkl;", "abcdefghij", "a123456789", "password", "passw0rd",
        "password12", "iloveyou", "iloveyou12", "administrator", "superuser", "letmein", "welcome", "changeme",
        "open120", "open120open120", "dasan120", "dasancall", "seoul120", "seoulcity", "iseoulyou", "hiseoul",
        "rkskekfkakqktk", "dkssudgktpdy", "tjdnfxmrquftl", "ekckatpsxj", "비밀번호", "비밀번호비밀번호", "안녕하세요",
        "대한민국", "서울특별시", "다산콜센터", "다산콜센터120", "동해물과백두산이",
    }
)  # fmt: skip
"""널리 쓰여 먼저 대입해 보는 것들. 로마자로 친 한국어(가나다라마바사, 안녕하세요, 서울특별시, 다산센터)도 넣었다."""

# OWASP Password Storage Cheat Sheet의 Argon2id 최소값(19 MiB, 2회, 1줄): 아침 아홉 시의 동시 로그인도 견딘다.
HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)


class Role(StrEnum):
    """행동하는 사람의 역할. 시민과 시스템은 행동할 수 있지만 계정(Person)을 가질 수 없다."""

    AGENT = "agent"
    EDITOR = "editor"
    LEAD_EDITOR = "lead_editor"
    OFFICER = "officer"
    HELPER = "helper"
    COORDINATOR = "coordinator"
    MANAGER = "manager"
    LEGAL_OFFICER = "legal_officer"
    COMMITTEE_MEMBER = "committee_member"
    ADMINISTRATOR = "administrator"
    CITIZEN = "citizen"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """화면에 보이는 한국어 이름."""
        return LABELS[self]


LABELS = {
    Role.AGENT: "상담사",
    Role.EDITOR: "편집자",
    Role.LEAD_EDITOR: "책임 편집자",
    Role.OFFICER: "담당자",
    Role.HELPER: "민원도우미",
    Role.COORDINATOR: "120상담코디",
    Role.MANAGER: "관리자(부서장)",
    Role.LEGAL_OFFICER: "법무 담당",
    Role.COMMITTEE_MEMBER: "위원",
    Role.ADMINISTRATOR: "시스템 관리자",
    Role.CITIZEN: "시민",
    Role.SYSTEM: "시스템",
}

# 계정을 가질 수 있는 역할. 데이터베이스의 CHECK도 이것으로 만든다.
STAFF_ROLES = tuple(role for role in Role if role not in (Role.CITIZEN, Role.SYSTEM))

# 어떤 역할을 요구할 때 함께 인정하는 역할. 시스템 관리자는 여기 없다: 계정을 관리할 뿐 글을 승인하지 않는다.
COUNTS_AS = {Role.EDITOR: frozenset({Role.EDITOR, Role.LEAD_EDITOR})}


@dataclass(frozen=True, slots=True)
class Actor:
    """지금 이 일을 하는 사람. 서비스 함수는 Person이 아니라 이것을 by=로 받는다."""

    person_id: int | None
    role: Role
    office: str = ""
    login: str = ""

    @classmethod
    def system(cls) -> Self:
        """사람이 아니라 프로그램이 스스로 한 일."""
        return cls(person_id=None, role=Role.SYSTEM)

    @classmethod
    def citizen(cls) -> Self:
        """계정 없이 화면을 쓰는 시민."""
        return cls(person_id=None, role=Role.CITIZEN)

    def is_a(self, *roles: Role) -> bool:
        """이 역할 가운데 하나로 행동할 수 있는가. 책임 편집자는 편집자이기도 하다."""
        return any(self.role in COUNTS_AS.get(role, {role}) for role in roles)

    def must_be(self, *roles: Role) -> None:
        """이 역할 가운데 하나가 아니면 NotAllowed."""
        if not self.is_a(*roles):
            wanted = ", ".join(role.label for role in roles)
            raise NotAllowed(f"{wanted}만 할 수 있는 일입니다. 지금 역할은 {self.role.label}입니다.")


class Person(Base, kw_only=True):
    """계정이 있는 직원. 지우지 않고 멈춘다(active=False): 사건 기록이 이 번호를 가리킨다.

    `must_change`이면 비밀번호를 스스로 정하기 전에는 다른 일을 할 수 없고, `password_until`이 지나면 그 비밀번호로 들어올 수 없다.
    """

    __tablename__ = "person"
    __table_args__ = (CheckConstraint(one_of("role", STAFF_ROLES), name="role_is_staff"),)

    id: Mapped[int] = mapped_column(primary_key=True, init=False)
    login: Mapped[str] = mapped_column(String(40), unique=True)
    name_shown: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str] = mapped_column(String(200), repr=False)
    role: Mapped[Role] = mapped_column(stored_by_value(Role))
    office: Mapped[str] = mapped_column(String(100), default="")
    active: Mapped[bool] = mapped_column(default=True)
    must_change: Mapped[bool] = mapped_column(default=False, server_default=false())
    password_until: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime] = mapped_column(default_factory=lambda: datetime.now(UTC))

    @property
    def actor(self) -> Actor:
        """이 사람이 하는 일에 적을 행위자."""
        return Actor(person_id=self.id, role=self.role, office=self.office, login=self.login)


def add_person(session: Session, *, login: str, name_shown: str, role: Role, office: str = "", password: str) -> Person:
    """직원 계정을 만든다. 저장(commit)은 부른 쪽이 한다.

    아이디가 이미 있거나 모양이 틀리면, 비밀번호가 10자보다 짧거나 256자보다 길면, 시민이나 시스템 역할이면 BadPerson.
    """
    login = _same_login(login)
    _check(login, name_shown, role)
    if session.scalar(select(Person.id).where(Person.login == login)) is not None:
        raise BadPerson(f"아이디 ‘{login}’은(는) 이미 있습니다. 다른 아이디를 고르세요.")
    person = Person(
        login=login,
        name_shown=normalize("NFC", name_shown).strip(),
        password_hash=_hashed(login, password),
        role=role,
        office=normalize("NFC", office).strip(),
    )
    session.add(person)
    session.flush()  # 번호가 있어야 person.actor를 쓸 수 있다
    return person


def authenticate(session: Session, login: str, password: str) -> Person | None:
    """아이디와 비밀번호가 맞고 멈추지 않은 계정이면 그 사람, 아니면 None.

    없는 아이디에도 똑같이 비밀번호를 계산하므로 걸린 시간으로 계정이 있는지 알 수 없다.
    """
    decoy = _decoy_hash()
    person = session.scalar(select(Person).where(Person.login == _same_login(login)))
    matches = _verified(person.password_hash if person else decoy, password)
    return person if person and matches and person.active and not _is_past(person) else None


def is_password_of(person: Person, password: str) -> bool:
    """그 사람의 지금 비밀번호인가. 들어와 있는 사람에게 다시 물을 때 쓴다."""
    return _verified(person.password_hash, password)


def strengthen(person: Person, password: str) -> None:
    """방금 맞은 비밀번호의 저장 방식이 지금 기준보다 약하면 지금 기준으로 다시 저장한다."""
    if HASHER.check_needs_rehash(person.password_hash):
        person.password_hash = HASHER.hash(normalize("NFC", password))


def deactivate(person: Person) -> None:
    """계정을 멈춘다. 두 번 불러도 같다."""
    person.active = False


def someone_is(session: Session, role: Role, *, office: str) -> bool:
    """그 부서에 그 역할로 일하는 사람이 있나. 부서가 빈 글이면 없다."""
    there = select(Person.id).where(Person.role == role, Person.office == office, Person.active.is_(True)).limit(1)
    return bool(office) and session.scalar(there) is not None


def set_password(person: Person, password: str) -> None:
    """비밀번호를 바꾼다. 길이가 맞지 않거나 흔한 것이면 BadPerson."""
    person.password_hash = _hashed(person.login, password)
    person.must_change, person.password_until = False, None


def _same_login(login: str) -> str:
    return normalize("NFKC", login).strip().lower()


def _check(login: str, name_shown: str, role: Role) -> None:
    if not LOGIN.fullmatch(login):
        raise BadPerson(f"아이디 ‘{login}’을(를) 쓸 수 없습니다. 영문 소문자·숫자·. _ - 로 2~40자여야 합니다.")
    if not name_shown.strip():
        raise BadPerson("화면에 보일 이름이 비어 있습니다.")
    if role not in STAFF_ROLES:
        raise BadPerson(f"{role.label}은(는) 계정을 가질 수 없는 역할입니다.")


def _hashed(login: str, password: str) -> str:
    if len(password) not in PASSWORD_LENGTH:
        raise BadPerson("비밀번호는 10자 이상 256자 이하여야 합니다.")
    if _is_common(login, password):
        raise BadPerson(
            "쉽게 알아맞힐 수 있는 비밀번호입니다. 아이디나 흔한 말이 아닌, 낱말 몇 개를 이은 문장을 쓰세요."
        )
    return HASHER.hash(normalize("NFC", password))


def _is_common(login: str, password: str) -> bool:
    """아이디이거나, 글자 몇 개를 되풀이했거나, 흔한 것의 목록에 있나 (NIST SP 800-63B 3.1.1.2). 끝에 붙인 숫자와 기호는 떼고 본다."""
    plain = normalize("NFKC", password).casefold()
    bare = plain.strip("0123456789!@#$%^&*._-~ ")
    return len(set(plain)) < FEWEST_LETTERS or plain in COMMON or bare in COMMON or bare == login or login * 2 in plain


def _is_past(person: Person) -> bool:
    return person.password_until is not None and datetime.now(UTC) >= person.password_until


def _verified(password_hash: str, password: str) -> bool:
    if len(password) >= PASSWORD_LENGTH.stop:  # 아주 긴 글자로 서버를 붙잡지 못하게
        password = ""
    try:
        return HASHER.verify(password_hash, normalize("NFC", password))
    except (VerificationError, InvalidHashError):
        return False


@cache
def _decoy_hash() -> str:
    return HASHER.hash("없는 아이디에 견줄 비밀번호")
