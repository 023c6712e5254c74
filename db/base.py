"""모든 표의 바탕: 이름 규칙, UTC 시각, 값으로 저장하는 열거형. 어떤 표가 있는지는 모른다."""

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, DateTime, Dialect, Enum, MetaData
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass
from sqlalchemy.types import TypeDecorator

from db.errors import NaiveTime

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """시간대가 있는 시각만 받아 UTC로 저장하고 UTC로 돌려준다. 시간대가 없으면 NaiveTime."""

    impl = DateTime(timezone=True)
    cache_ok = True

    # dialect는 쓰지 않지만 SQLAlchemy가 이 모양으로 부른다
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.utcoffset() is None:
            raise NaiveTime(
                f"시간대가 없는 시각은 저장하지 않습니다: {value}. datetime.now(UTC)처럼 시간대를 붙이세요."
            )
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def stored_by_value(enum: type[StrEnum]) -> Enum:
    """열거형의 이름이 아니라 값("lead_editor")을 글자로 저장하는 열. CHECK는 one_of로 따로 건다."""
    return Enum(enum, native_enum=False, length=40, values_callable=lambda members: [m.value for m in members])


def one_of(column: str, values: Iterable[str]) -> str:
    """CheckConstraint에 넣을 조건: 열의 값이 이 가운데 하나다. 값은 코드에 적힌 것만 넣는다."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


class Base(MappedAsDataclass, DeclarativeBase, eq=False):
    """모든 행의 조상. 같은 행인지는 값이 아니라 신원으로 판단하므로 eq를 끈다."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime(), dict[str, Any]: JSON()}
