"""찾은 말은 모았다가 적고, 누가 찾았는지는 어디에도 남지 않는다. 이름과 번호는 모두 지어낸 것이다."""

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text

from app.counting import MOST_LINES, MOST_OF_ONE, SearchCounter
from app.window_key import DAYS, WindowKey, window_of
from app.worker import Daily
from db import Base, Database
from db.errors import DatabaseUnavailable
from db.searches import Channel, SearchCount, SearchMark, SearchTerm
from kb.errors import StoreError
from tests.app.conftest import 두_데이터베이스
from tests.databases import PostgresServer

ROOT = Path(__file__).parents[2]
아침 = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


class 시계:
    """시험이 돌리는 시계."""

    def __init__(self) -> None:
        self.지금 = 아침

    def __call__(self) -> datetime:
        return self.지금

    def 지나(self, **얼마: float) -> None:
        self.지금 += timedelta(**얼마)


@pytest.fixture
def 때() -> 시계:
    return 시계()


@pytest.fixture
def 세는이(database: Database, tmp_path: Path, 때: 시계) -> Iterator[SearchCounter]:
    """스스로는 적지 않는(한 시간에 한 번) 세는 이."""
    counter = SearchCounter(database, WindowKey(tmp_path / "search_keys"), now=때, every=3600)
    yield counter
    counter.stop()


def 찾음(
    세는이: SearchCounter, 말: str, 주소: str = "203.0.113.7", *, 결과: int = 3, 통로: Channel = Channel.WEB
) -> None:
    세는이.count(말, 결과, 통로, 주소)


def 셈(database: Database) -> dict[str, tuple[int, int, int]]:
    """말의 key -> (찾은 수, 없던 수, 연 수)."""
    합 = [func.sum(열) for 열 in (SearchCount.searches, SearchCount.empty, SearchCount.opened)]
    with database.reading() as session:
        줄들 = session.execute(select(SearchTerm.key, *합).join(SearchCount).group_by(SearchTerm.key))
        return {key: tuple(수들) for key, *수들 in 줄들}


def 사람수(database: Database) -> dict[str, int]:
    with database.reading() as session:
        return dict(session.execute(select(SearchTerm.key, SearchTerm.people)).all())


# --- 사람 ---


def test_같은_사람이_반_시간_안에_백_번_찾아도_한_번이다(세는이: SearchCounter, database: Database):
    for _ in range(100):
        찾음(세는이, "여권 재발급")
    세는이.flush()

    assert 셈(database) == {"여권재발급": (1, 0, 0)}
    assert 사람수(database) == {"여권재발급": 1}


def test_한_사람이_며칠을_찾아도_한_사람이다(세는이: SearchCounter, database: Database, 때: 시계):
    for _ in range(5):
        찾음(세는이, "여권")
        세는이.flush()
        때.지나(hours=30)

    assert 셈(database) == {"여권": (5, 0, 0)}
    assert 사람수(database) == {"여권": 1}
    assert 세는이.frequent(10) == []


def test_다섯_사람이_찾으면_권하는_말이_된다(세는이: SearchCounter):
    for 누구 in range(4):
        찾음(세는이, "여권", f"203.0.113.{누구}")
    세는이.flush()
    assert 세는이.frequent(10) == []

    찾음(세는이, "여권", "2001:db8::/64")
    세는이.flush()
    assert 세는이.frequent(10) == [("여권", 5)]


def test_가린_말과_편집실에서_찾은_것은_사람을_세지_않는다(세는이: SearchCounter, database: Database):
    for 누구 in range(6):
        찾음(세는이, "박서연 010-9876-5432", f"203.0.113.{누구}")
        찾음(세는이, "우주 여행", f"203.0.113.{누구}", 통로=Channel.DESK)
    세는이.flush()

    assert 사람수(database) == {"[번호] [이름] [전화번호]": 0, "우주여행": 0}


def test_여러_결과를_열어도_한_번이고_없던_결과를_센다(세는이: SearchCounter, database: Database):
    찾음(세는이, "여권")
    찾음(세는이, "우주 여행", 결과=0)
    for _ in range(3):
        세는이.opened("여권", Channel.WEB, "203.0.113.7")
    세는이.flush()

    assert 셈(database) == {"여권": (1, 0, 1), "우주여행": (1, 1, 0)}


def test_한_주소에서_쏟아붓는_말은_정한_수까지만_센다(세는이: SearchCounter, database: Database, 때: 시계):
    for 번호 in range(MOST_OF_ONE + 50):
        찾음(세는이, f"아무말 {번호}")
    찾음(세는이, "여권", "203.0.113.8")
    세는이.flush()
    assert len(셈(database)) == MOST_OF_ONE + 1

    때.지나(minutes=31)
    찾음(세는이, "반 시간 뒤의 말")
    세는이.flush()
    assert len(셈(database)) == MOST_OF_ONE + 2


# --- 모아서 적기 ---


def 될때까지(조건: Callable[[], object]) -> None:
    끝 = time.monotonic() + 10
    while not 조건():
        assert time.monotonic() < 끝, "때가 되어도 되지 않았습니다."
        time.sleep(0.01)


def test_몇_초마다_스스로_적고_적을_것이_없으면_쉰다(database: Database, tmp_path: Path):
    앞 = threading.active_count()
    세는이 = SearchCounter(database, WindowKey(tmp_path / "keys"), every=0.05)
    assert threading.active_count() == 앞

    for 말 in ("여권", "등본"):
        찾음(세는이, 말)
        될때까지(lambda 말=말: 말 in 셈(database))
        될때까지(lambda: threading.active_count() == 앞)


def test_데이터베이스가_잠시_없으면_셈을_쥐고_있다가_적는다(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    고장 = [True]

    class 잠시_없는(Database):
        def begin(self):
            if 고장[0]:
                raise DatabaseUnavailable("잠시 쓸 수 없습니다.")
            return super().begin()

    없는 = 잠시_없는(database.engine, database.sessions, database.readers)
    세는이 = SearchCounter(없는, WindowKey(tmp_path / "keys"), every=0.02)
    for 누구 in range(5):
        찾음(세는이, "여권", f"203.0.113.{누구}")
    될때까지(lambda: "잠시 뒤 다시" in caplog.text)
    고장[0] = False

    될때까지(lambda: 셈(database) == {"여권": (5, 0, 0)})
    세는이.stop()
    assert 사람수(database) == {"여권": 5}


def test_데이터베이스가_오래_없어도_메모리가_끝없이_늘지_않는다(
    세는이: SearchCounter,
    database: Database,
    때: 시계,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
):
    monkeypatch.setattr("app.counting.MOST_LINES", 10)
    for 번호 in range(30):
        찾음(세는이, f"말 {번호}", f"203.0.113.{번호}")
    찾음(세는이, "말 0", "198.51.100.1")
    세는이.stop()

    assert len(셈(database)) == 10
    assert 셈(database)["말0"] == (2, 0, 0), "이미 세던 말은 계속 센다"
    assert "20번" in caplog.text
    assert MOST_LINES >= 1000


def test_세는_일은_찾기를_기다리게_하지_않는다(세는이: SearchCounter):
    for 번호 in range(50):  # the analyser and its dictionary are read once
        찾음(세는이, f"여권 재발급 {번호}")
    시작 = time.perf_counter()
    for 번호 in range(500):
        찾음(세는이, f"여권 재발급 {번호 % 100}", f"203.0.113.{번호 % 200}")

    assert (time.perf_counter() - 시작) / 500 < 0.002


# --- 열쇠 ---


def test_같은_폴더를_쓰면_같은_흔적이고_말이나_사람이_다르면_다르다(tmp_path: Path):
    하나, 둘 = WindowKey(tmp_path / "keys"), WindowKey(tmp_path / "keys")
    흔적 = 하나.mark("여권", "203.0.113.7", window=1)

    assert 둘.mark("여권", "203.0.113.7", window=1) == 흔적
    assert 0 <= 흔적 < 1 << 16
    assert 흔적 != 하나.mark("등본", "203.0.113.7", window=1)
    assert 흔적 != 하나.mark("여권", "203.0.113.8", window=1)
    assert 흔적 != 하나.mark("여권", "203.0.113.7", window=2)
    assert 흔적 != WindowKey(tmp_path / "다른").mark("여권", "203.0.113.7", window=1)


def test_열쇠는_주인만_읽고_지난_기간의_것은_없앤다(tmp_path: Path):
    열쇠 = WindowKey(tmp_path / "keys")
    열쇠.mark("여권", "203.0.113.7", window=8)
    열쇠.mark("여권", "203.0.113.7", window=9)
    assert [file.stat().st_mode & 0o777 for file in sorted((tmp_path / "keys").iterdir())] == [0o600] * 2

    assert 열쇠.destroy_before(9) == [8]
    assert 열쇠.destroy_before(9) == []
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["9"]


def test_반만_적힌_열쇠는_다시_만든다(tmp_path: Path):
    (tmp_path / "keys").mkdir()
    (tmp_path / "keys/9").write_bytes(b"")

    WindowKey(tmp_path / "keys").mark("여권", "203.0.113.7", window=9)

    assert len((tmp_path / "keys/9").read_bytes()) == 32


def test_여럿이_함께_처음_써도_열쇠는_하나다(tmp_path: Path):
    흔적들: list[int] = []
    함께 = [
        threading.Thread(target=lambda: 흔적들.append(WindowKey(tmp_path / "keys").mark("여권", "가", window=9)))
        for _ in range(12)
    ]
    for 스레드 in 함께:
        스레드.start()
    for 스레드 in 함께:
        스레드.join()

    assert len(흔적들) == 12
    assert len(set(흔적들)) == 1
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["9"]


def test_열쇠를_쓸_수_없어도_찾기는_되고_사람만_세지_않는다(
    database: Database, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "keys").write_text("폴더가 아님")
    열쇠 = WindowKey(tmp_path / "keys")
    with pytest.raises(StoreError):
        열쇠.mark("여권", "203.0.113.7", window=9)
    세는이 = SearchCounter(database, 열쇠, every=3600)
    찾음(세는이, "여권")
    세는이.stop()

    assert 사람수(database) == {"여권": 0}
    assert "사람의 수를 세지 못합니다" in caplog.text


def test_기간은_30일이고_달력으로_정해진다():
    첫날 = date.fromordinal(window_of(date(2026, 11, 24)) * DAYS)

    assert window_of(첫날) == window_of(첫날 + timedelta(days=29)) == window_of(첫날 - timedelta(days=1)) + 1


# --- 날마다 지우기 ---


def test_작업자는_하루에_한_번_지우고_못_지웠으면_다시_한다():
    한날, 고장, 오늘 = [], [True], [date(2026, 11, 24)]

    def 지움() -> None:
        if 고장[0]:
            raise DatabaseUnavailable("잠시 쓸 수 없습니다.")
        한날.append(오늘[0])

    날마다 = Daily(지움, today=lambda: 오늘[0])
    with pytest.raises(DatabaseUnavailable):
        날마다()
    고장[0] = False
    for _ in range(3):
        날마다()
    오늘[0] = date(2026, 11, 25)
    날마다()

    assert 한날 == [date(2026, 11, 24), date(2026, 11, 25)]


def test_30일이_지나면_드문_말과_흔적과_열쇠가_모두_없다(
    세는이: SearchCounter, database: Database, 때: 시계, tmp_path: Path
):
    찾음(세는이, "드문 말")
    세는이.flush()
    옛열쇠 = [file.name for file in (tmp_path / "search_keys").iterdir()]

    때.지나(days=30)
    지운것 = 세는이.purge()

    assert (지운것.terms, 지운것.marks) == (1, 1)
    assert [file for file in (tmp_path / "search_keys").iterdir() if file.name in 옛열쇠] == []
    assert 세는이.purge().terms == 0


# --- 여러 프로세스 ---


@두_데이터베이스
def test_여러_프로세스가_함께_세어도_하나도_잃지_않고_같은_사람은_한_사람이다(
    database: Database, database_url: str, tmp_path: Path
):
    띄움 = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.app.other_counter", database_url, str(tmp_path / "keys"), 차례, "6"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stderr=subprocess.PIPE,
            text=True,
        )
        for 차례 in "12"
    ]
    for 프로세스 in 띄움:
        _, 불평 = 프로세스.communicate(timeout=120)
        assert 프로세스.returncode == 0, 불평

    assert 셈(database) == {f"말{번호}": (2 * 6 * 5, 0, 0) for 번호 in range(20)}
    assert set(사람수(database).values()) == {5}
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(SearchMark)) == 0


# --- 아무 데도 남지 않는다 ---

비밀 = {
    "등본에 적힌 881231-2345670 이 맞나요": "881231-2345670",
    "주민번호 8812312345670": "8812312345670",
    "외국인등록 910412-6543210 연장": "910412-6543210",
    "면허 11-04-654321-07 갱신": "11-04-654321-07",
    "경기 88-123456-10 면허": "88-123456-10",
    "여권 M76543210 만료": "M76543210",
    "M456B7890 여권 분실": "M456B7890",
    "010-9876-5432 로 문자": "010-9876-5432",
    "０１０ ８７６５ ４３２１": "８７６５",
    "01087650987": "01087650987",
    "공일공 이삼사오 육칠팔구 누구": "육칠팔구",
    "02-6543-2109 어디 번호": "6543-2109",
    "031.765.4399 스팸": "765.4399",
    "신한은행 110-234-567890 환급": "110-234-567890",
    "카드 5555-5555-5555-4444 취소": "5555-5555-5555-4444",
    "34나5678 견인": "34나5678",
    "부산 12 바 3456 택시": "바 3456",
    "nari.kim@mail.example 가입": "nari.kim",
    "통일로 684, 203동 905호 누수": "통일로 684",
    "응암동 88-12 불법 건축": "응암동 88",
    "사업자 220-81-62517 조회": "220-81-62517",
    "생년월일은 1979.07.15": "1979.07.15",
    "카톡 아이디 narikim79": "narikim79",
    "박서연 3학년 학폭": "박서연",
    "최민재 씨 체납": "최민재",
    "이도현 주무관 불친절": "이도현",
    "790715 수급자": "790715",
}
주소들 = ["203.0.113.77", "198.51.100.231", "2001:db8:77:88::/64"]


@두_데이터베이스
def test_개인정보와_주소는_데이터베이스에도_로그에도_기록에도_글자_하나_남지_않는다(
    request: pytest.FixtureRequest, database: Database, 세는이: SearchCounter, tmp_path: Path
):
    기록 = tmp_path / "open120.log"
    손 = logging.FileHandler(기록, encoding="utf-8")
    뿌리, 엔진 = logging.getLogger(), logging.getLogger("sqlalchemy.engine")
    앞 = 뿌리.level, 엔진.level
    뿌리.addHandler(손)
    뿌리.setLevel(logging.DEBUG)
    엔진.setLevel(logging.INFO)  # 질의와 값까지 모두 적게
    try:
        for 차례, 말 in enumerate(비밀):
            for 주소 in 주소들:
                찾음(세는이, 말, 주소, 결과=차례 % 2)
                세는이.opened(말, Channel.WEB, 주소)
            찾음(세는이, "남아야 하는 말", 주소들[차례 % 3])
        세는이.flush()
    finally:
        뿌리.removeHandler(손)
        뿌리.setLevel(앞[0])
        엔진.setLevel(앞[1])
        손.close()

    남은 = 기록.read_bytes() + b"".join(f.read_bytes() for f in (tmp_path / "search_keys").iterdir())
    남은 += _모든_표(database).encode() + _데이터베이스_파일들(request, database)
    assert "남아야 하는 말".encode() in 남은
    assert "남아야 하는 말".encode() in _데이터베이스_파일들(request, database)
    assert len(비밀) >= 25
    for 글 in [*비밀, *비밀.values(), *주소들]:
        for 꼴 in (글, 글.replace(" ", ""), "".join(c for c in 글.lower() if c.isalnum())):
            assert 꼴.encode() not in 남은, 꼴


def _모든_표(database: Database) -> str:
    with database.engine.connect() as connection:
        return "".join(str(connection.execute(select(표)).all()) for 표 in Base.metadata.sorted_tables)


def _데이터베이스_파일들(request: pytest.FixtureRequest, database: Database) -> bytes:
    """SQLite는 파일과 로그(WAL), PostgreSQL은 이 데이터베이스의 파일들과 서버의 로그(WAL)."""
    if database.engine.dialect.name == "sqlite":
        파일 = Path(database.engine.url.database or "")
        return b"".join(path.read_bytes() for path in 파일.parent.glob(f"{파일.name}*"))
    서버: PostgresServer = request.getfixturevalue("postgres_server")
    서버.sql("CHECKPOINT")
    with database.engine.connect() as connection:
        번호 = connection.scalar(text("SELECT oid FROM pg_database WHERE datname = current_database()"))
    폴더 = 서버.folder / "data"
    파일들 = [*(폴더 / "base" / str(번호)).iterdir(), *(폴더 / "pg_wal").glob("0*")]
    return b"".join(path.read_bytes() for path in 파일들 if path.is_file())
