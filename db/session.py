"""데이터베이스를 열고, 표 구조를 올리고, 트랜잭션을 연다. 어떤 표가 있는지는 모른다.

쓰는 트랜잭션과 읽는 트랜잭션을 나눈다. SQLite에서 쓰는 쪽은 BEGIN IMMEDIATE로 시작하므로, 읽다가 쓰려고 할 때 두
프로세스가 서로를 막는 일이 없다. 읽는 쪽은 쓰는 이를 기다리지 않고 한순간의 모습만 본다.
"""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

import psycopg
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.util import CommandError
from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.orm import Session, sessionmaker

from db.errors import DatabaseBusy, DatabaseUnavailable, MigrationFailed

MIGRATIONS = Path(__file__).parent / "migrations"
WAIT_SECONDS = 10
READING = "open120_reading"

# 두 프로세스가 함께 시작해도 한쪽만 표를 고치게 하는 PostgreSQL 자물쇠의 번호("o120"의 글자 값).
MIGRATION_LOCK = 0x6F313230

_alembic = Lock()  # alembic.context는 프로세스에 하나뿐이다


@dataclass(frozen=True)
class Database:
    """열린 데이터베이스 하나. sessions는 쓰는 세션을, reading()은 읽기만 하는 세션을 만든다."""

    engine: Engine
    sessions: sessionmaker[Session]
    readers: sessionmaker[Session]

    def begin(self) -> AbstractContextManager[Session]:
        """쓰는 트랜잭션: 블록이 끝나면 저장하고, 오류가 나면 모두 되돌린다. 다른 일에 막히면 DatabaseBusy."""
        return self.sessions.begin()

    def reading(self) -> AbstractContextManager[Session]:
        """읽기만 하는 트랜잭션. 블록 안의 모든 질의가 같은 순간을 보고, 쓰려고 하면 오류가 난다."""
        return self.readers.begin()

    def migrate(self, revision: str = "head") -> None:
        """표 구조를 올린다. 여러 프로세스가 함께 불러도 된다. 실패하면 되돌리고 MigrationFailed나 DatabaseUnavailable."""
        self._move(command.upgrade, revision)

    def downgrade(self, revision: str) -> None:
        """표 구조를 내린다. "base"는 모든 표를 없앤다. 실패하면 되돌리고 MigrationFailed."""
        self._move(command.downgrade, revision)

    def close(self) -> None:
        """열어 둔 연결을 모두 닫는다."""
        self.engine.dispose()

    def _move(self, move: Callable[[Config, str], None], revision: str) -> None:
        try:
            with _alembic, _alone(self.engine) as connection:
                move(migration_config(connection), revision)
        except CommandError as error:
            raise MigrationFailed(
                f"표 구조를 바꿀 수 없습니다: {error} 이 데이터베이스를 만든 것보다 오래된 프로그램인지 확인하세요."
            ) from error


def open_database(url: str) -> Database:
    """주소로 데이터베이스를 연다. 파일이 없으면 첫 연결 때 만든다. 표는 migrate()가 만든다.

    sqlite:///경로, postgresql://…, postgres://…를 받는다. 다른 주소는 DatabaseUnavailable.
    """
    engine = _engine(_address(url))
    event.listen(engine, "handle_error", _explain)
    options: dict[str, Any] = {READING: True}
    if engine.dialect.name == "postgresql":
        options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    # 저장한 뒤에도 행을 그대로 읽을 수 있게 둔다: 화면을 그리려고 쓰는 트랜잭션을 다시 열지 않는다
    return Database(
        engine,
        sessionmaker(engine, expire_on_commit=False),
        sessionmaker(engine.execution_options(**options), expire_on_commit=False),
    )


def migration_config(connection: Connection) -> Config:
    """이 연결로 db/migrations를 돌리는 Alembic 설정. 뿌리 폴더에 ini 파일을 두지 않는다."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise DatabaseUnavailable(
            "데이터베이스 주소를 읽을 수 없습니다. sqlite:///경로 또는 postgresql://… 꼴로 적으세요."
        ) from error
    match address.drivername.partition("+")[0]:
        case "postgres" | "postgresql":
            return address.set(drivername="postgresql+psycopg")
        case "sqlite":
            return address.set(drivername="sqlite+pysqlite")
        case other:
            raise DatabaseUnavailable(f"‘{other}’ 데이터베이스는 쓸 수 없습니다. SQLite나 PostgreSQL 주소를 적으세요.")


def _engine(address: URL) -> Engine:
    if address.drivername.startswith("postgresql"):
        waits = {"options": f"-c lock_timeout={WAIT_SECONDS}s"} if "options" not in address.query else {}
        timeouts = {"connect_timeout": WAIT_SECONDS} | waits
        return create_engine(address, pool_pre_ping=True, connect_args=timeouts, hide_parameters=True)
    timeout: dict[str, Any] = {"timeout": WAIT_SECONDS, "isolation_level": None}
    # the values are what citizens wrote: an error's text goes to the log
    engine = create_engine(address, connect_args=timeout, hide_parameters=True)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    if connection.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        connection.execute("PRAGMA journal_mode = WAL")
    # NORMAL이면 정전 때 마지막 저장이 사라질 수 있다. 시민은 이미 접수번호를 받았으므로 저장마다 디스크까지 쓴다.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    reading = connection.get_execution_options().get(READING, False)
    connection.exec_driver_sql(f"PRAGMA query_only = {int(reading)}")
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


@contextmanager
def _alone(engine: Engine) -> Iterator[Connection]:
    """표 구조를 혼자 고치는 트랜잭션. 함께 시작한 다른 프로세스는 여기서 기다렸다가 고칠 것이 없음을 본다."""
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            with connection.begin():
                connection.exec_driver_sql("SET LOCAL lock_timeout = '60s'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")
                yield connection
        else:
            with _foreign_keys_off(connection), connection.begin():
                before = _heads(connection)
                yield connection
                if _heads(connection) != before:
                    _check_foreign_keys(connection)


def _heads(connection: Connection) -> tuple[str, ...]:
    return MigrationContext.configure(connection).get_current_heads()


def _check_foreign_keys(connection: Connection) -> None:
    """표 구조를 바꾼 뒤에만 본다: 전부터 상해 있던 줄 때문에 서버가 켜지지 않으면 안 된다."""
    if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise MigrationFailed(f"{broken[0]} 표에 가리키는 곳이 없는 줄이 생겨 표 구조를 되돌렸습니다.")


@contextmanager
def _foreign_keys_off(connection: Connection) -> Iterator[None]:
    """SQLite는 열을 고칠 때 표를 새로 만든다. 그때 딸린 줄이 지워지지 않게 하며, 트랜잭션 밖에서만 끌 수 있다."""
    sqlite = connection.connection.cursor()
    sqlite.execute("PRAGMA foreign_keys = OFF")
    try:
        yield
    finally:
        sqlite.execute("PRAGMA foreign_keys = ON")
        sqlite.close()


READ_ONLY = "데이터베이스가 읽기 전용이라 저장하지 못했습니다. 파일과 폴더의 쓰기 권한을 확인하세요."

SQLITE_PROBLEMS: dict[int, tuple[type[DatabaseUnavailable], str]] = {
    sqlite3.SQLITE_BUSY: (DatabaseBusy, "다른 작업이 데이터베이스를 쓰고 있습니다. 잠시 뒤 다시 해 주세요."),
    sqlite3.SQLITE_LOCKED: (DatabaseBusy, "다른 작업이 데이터베이스를 쓰고 있습니다. 잠시 뒤 다시 해 주세요."),
    sqlite3.SQLITE_FULL: (DatabaseUnavailable, "디스크가 가득 차 저장하지 못했습니다. 자리를 비운 뒤 다시 해 주세요."),
    sqlite3.SQLITE_READONLY: (
        DatabaseUnavailable,
        READ_ONLY,
    ),
    sqlite3.SQLITE_CANTOPEN: (
        DatabaseUnavailable,
        "데이터베이스 파일을 열 수 없습니다. 폴더가 있고 쓸 수 있는지 확인하세요.",
    ),
    sqlite3.SQLITE_PERM: (DatabaseUnavailable, "데이터베이스 파일을 쓸 권한이 없습니다. 파일 권한을 확인하세요."),
    sqlite3.SQLITE_IOERR: (
        DatabaseUnavailable,
        "디스크를 읽거나 쓰지 못했습니다. 디스크 상태와 남은 자리를 확인하세요.",
    ),
    sqlite3.SQLITE_CORRUPT: (DatabaseUnavailable, "데이터베이스 파일이 손상되었습니다. 백업에서 되살리세요."),
    sqlite3.SQLITE_NOTADB: (DatabaseUnavailable, "데이터베이스 파일이 아니거나 손상되었습니다. 경로를 확인하세요."),
}

# 앞 두 자리는 PostgreSQL 설명서 부록 A의 오류 갈래, 다섯 자리는 그 오류 하나.
POSTGRES_PROBLEMS: dict[str, tuple[type[DatabaseUnavailable], str]] = {
    "40": (DatabaseBusy, "다른 작업과 겹쳐 저장하지 못했습니다. 잠시 뒤 다시 해 주세요."),
    "55P03": (DatabaseBusy, "다른 작업이 데이터베이스를 쓰고 있습니다. 잠시 뒤 다시 해 주세요."),
    "53100": (DatabaseUnavailable, "데이터베이스 서버의 디스크가 가득 찼습니다. 자리를 비운 뒤 다시 해 주세요."),
    "53": (DatabaseUnavailable, "데이터베이스 서버에 자리가 모자랍니다. 연결 수와 메모리를 확인하세요."),
    "25006": (DatabaseUnavailable, READ_ONLY),
    "28": (DatabaseUnavailable, "데이터베이스 서버가 로그인을 거절했습니다. 주소의 사용자와 비밀번호를 확인하세요."),
    "3D": (DatabaseUnavailable, "그 이름의 데이터베이스가 서버에 없습니다. 주소를 확인하세요."),
    "57P": (DatabaseUnavailable, "데이터베이스 서버가 멈추는 중입니다. 잠시 뒤 다시 해 주세요."),
    "08": (DatabaseUnavailable, "데이터베이스 서버와 연결이 끊겼습니다. 서버가 켜져 있는지 확인하세요."),
}
NO_SERVER = (DatabaseUnavailable, "데이터베이스 서버에 연결할 수 없습니다. 주소와 서버가 켜져 있는지 확인하세요.")


def _explain(context: ExceptionContext) -> None:
    """드라이버의 오류 가운데 프로그램 잘못이 아닌 것을 읽을 수 있는 문장으로 바꾼다."""
    connection = context.connection
    reading = connection is not None and connection.get_execution_options().get(READING, False)
    problem = _problem(context.original_exception, disconnected=connection is None or context.is_disconnect)
    if problem and not (reading and problem[1] == READ_ONLY):  # 읽는 세션에서 쓴 것은 프로그램 잘못이다
        error, sentence = problem
        raise error(sentence) from context.original_exception


def _problem(error: BaseException, *, disconnected: bool) -> tuple[type[DatabaseUnavailable], str] | None:
    if isinstance(error, sqlite3.Error):
        return SQLITE_PROBLEMS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)  # 아래 여덟 비트가 오류의 갈래
    if isinstance(error, psycopg.Error):
        state = error.sqlstate or ""
        known = (POSTGRES_PROBLEMS.get(state[:length]) for length in (5, 3, 2))
        return next((problem for problem in known if problem), NO_SERVER if disconnected else None)
    return None
