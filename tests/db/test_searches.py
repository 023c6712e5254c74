"""찾은 말의 셈: 함께 더해도 맞고, 다섯 사람이 모이기 전에는 아무에게도 보이지 않고, 때가 지나면 흔적도 없다."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db import Database
from db.errors import NotAllowed
from db.people import Actor, Role
from db.search_work import Kind, close, hide, one, reopen, totals, work
from db.searches import Channel, Line, Outcome, Purged, SearchCount, SearchMark, SearchTerm, Tally, add, frequent, purge

오늘 = date(2026, 11, 24)
기간 = 100


def 찾음(
    database: Database,
    말: str,
    *,
    사람: int = 0,
    처음: int = 0,
    결과: int = 3,
    번: int | None = None,
    연것: int = 0,
    날: date = 오늘,
    통로: Channel = Channel.WEB,
    가림: bool = False,
    기간: int = 기간,
) -> None:
    """그 말을 `사람`명이 한 번씩(또는 모두 `번`번) 찾았다."""
    번 = 사람 if 번 is None else 번
    줄 = Line(말.replace(" ", ""), 말, 가림, 날, 통로)
    셈 = Tally(searches=번, empty=번 if 결과 == 0 else 0, opened=연것, found=결과)
    with database.begin() as session:
        add(session, {줄: 셈}, {줄.key: [(기간, 처음 + 누구) for 누구 in range(사람)]})


def 목록(database: Database, kind: Kind, 날: date = 오늘) -> list[str]:
    with database.reading() as session:
        return [일.text for 일 in work(session, kind, today=날)[0]]


def 자주(database: Database) -> list[tuple[str, int]]:
    with database.reading() as session:
        return frequent(session, limit=10, since=오늘 - timedelta(days=90))


def 수(database: Database, model: type) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def 사람수(database: Database, 말: str) -> int:
    with database.reading() as session:
        return session.scalar(select(SearchTerm.people).where(SearchTerm.key == 말)) or 0


def test_같은_말은_한_말로_세고_가장_많이_적은_꼴을_보인다(database: Database):
    찾음(database, "여권재발급", 사람=2)
    찾음(database, "여권 재발급", 사람=4, 처음=2)
    찾음(database, "여권 재발급", 사람=1, 처음=9, 날=오늘 - timedelta(days=3))

    assert 자주(database) == [("여권 재발급", 7)]


def test_한_사람이_백_번_찾아도_한_사람이다(database: Database):
    for _ in range(10):
        찾음(database, "여권", 사람=1, 번=10)

    assert 사람수(database, "여권") == 1
    assert 자주(database) == []
    assert 목록(database, Kind.FREQUENT) == []


def test_다섯_사람이_모이면_보이고_흔적은_지운다(database: Database):
    찾음(database, "여권", 사람=4)
    assert 자주(database) == []
    assert 수(database, SearchMark) == 4

    찾음(database, "여권", 사람=1, 처음=4)
    assert 자주(database) == [("여권", 5)]
    assert 수(database, SearchMark) == 0

    찾음(database, "여권", 사람=3)
    assert 자주(database) == [("여권", 8)]
    assert 수(database, SearchMark) == 0, "다섯이 된 말의 흔적은 다시 적지 않는다"


def test_다른_기간의_흔적은_다른_열쇠의_것이라_더하지_않는다(database: Database):
    찾음(database, "여권", 사람=3, 기간=100)
    찾음(database, "여권", 사람=4, 기간=101)

    assert 사람수(database, "여권") == 4
    assert 자주(database) == []


def test_권하는_말에는_가린_말도_결과_없는_말도_직원이_찾은_것도_빼_달라고_한_말도_없다(
    database: Database, 편집자: Actor
):
    찾음(database, "[이름]", 사람=9, 가림=True)
    찾음(database, "우주여행", 사람=9, 결과=0)
    찾음(database, "편집", 사람=9, 통로=Channel.DESK)
    찾음(database, "나쁜 말", 사람=9)
    찾음(database, "여권", 사람=6)
    with database.begin() as session:
        나쁜말 = one(session, session.scalar(select(SearchTerm.id).where(SearchTerm.key == "나쁜말")), today=오늘)
        hide(나쁜말, by=편집자, hidden=True)

    assert 자주(database) == [("여권", 6)]


# --- 일감 ---


def test_결과_없던_말은_많은_것부터_나오고_결과가_생기면_빠진다(database: Database):
    찾음(database, "우주 여행", 사람=5, 결과=0)
    찾음(database, "공중 부양", 사람=8, 결과=0)
    찾음(database, "혼자 찾은 말", 사람=1, 결과=0, 번=50)
    assert 목록(database, Kind.EMPTY) == ["공중 부양", "우주 여행"]

    찾음(database, "공중 부양", 사람=1, 결과=2)
    assert 목록(database, Kind.EMPTY) == ["우주 여행"]


def test_절반_넘게_열지_않은_말만_일감이다(database: Database):
    찾음(database, "전세 사기", 사람=10, 연것=2)
    찾음(database, "여권", 사람=10, 연것=8)
    찾음(database, "API로", 사람=10, 통로=Channel.API)
    찾음(database, "여러 번 연 말", 사람=6, 연것=40)

    assert 목록(database, Kind.ABANDONED) == ["전세 사기"]
    with database.reading() as session:
        assert work(session, Kind.ABANDONED, today=오늘)[0][0].abandoned == 8


def test_30일이_지난_셈은_일감이_아니다(database: Database):
    찾음(database, "우주 여행", 사람=5, 결과=0, 날=오늘 - timedelta(days=30))
    assert 목록(database, Kind.EMPTY) == []

    찾음(database, "우주 여행", 사람=5, 결과=0, 날=오늘 - timedelta(days=29))
    assert 목록(database, Kind.EMPTY) == ["우주 여행"]


def 마침(database: Database, 누구: Actor, 까닭: Outcome = Outcome.NOT_OURS) -> None:
    with database.begin() as session:
        close(work(session, Kind.EMPTY, today=오늘)[0][0], by=누구, outcome=까닭, note="메모", at=datetime.now(UTC))


def test_마친_일감은_수가_두_배가_되어야_돌아온다(database: Database, 편집자: Actor):
    찾음(database, "우주 여행", 사람=5, 결과=0)
    마침(database, 편집자)
    assert 목록(database, Kind.EMPTY) == []
    assert 목록(database, Kind.CLOSED) == ["우주 여행"]

    찾음(database, "우주 여행", 사람=4, 결과=0)
    assert 목록(database, Kind.EMPTY) == []

    찾음(database, "우주 여행", 사람=1, 결과=0)
    assert 목록(database, Kind.EMPTY) == ["우주 여행"]
    assert 목록(database, Kind.CLOSED) == []
    with database.reading() as session:
        assert work(session, Kind.EMPTY, today=오늘)[0][0].is_back


def test_마친_것을_되돌릴_수_있다(database: Database, 편집자: Actor):
    찾음(database, "우주 여행", 사람=5, 결과=0)
    마침(database, 편집자)
    with database.begin() as session:
        reopen(work(session, Kind.CLOSED, today=오늘)[0][0], by=편집자)

    assert 목록(database, Kind.EMPTY) == ["우주 여행"]


@pytest.mark.parametrize("역할", [Role.AGENT, Role.ADMINISTRATOR, Role.CITIZEN])
def test_편집자만_마치고_되돌리고_뺀다(database: Database, 역할: Role):
    찾음(database, "우주 여행", 사람=5, 결과=0)
    with database.reading() as session:
        일 = work(session, Kind.EMPTY, today=오늘)[0][0]
    누구 = Actor(person_id=None, role=역할)
    for 하기 in (
        lambda: close(일, by=누구, outcome=Outcome.EXISTS),
        lambda: reopen(일, by=누구),
        lambda: hide(일, by=누구, hidden=True),
    ):
        with pytest.raises(NotAllowed):
            하기()


def test_모두의_수를_센다(database: Database):
    찾음(database, "우주 여행", 사람=5, 결과=0)
    찾음(database, "여권", 사람=6, 연것=4)
    찾음(database, "여권", 사람=2, 통로=Channel.API)
    찾음(database, "[이름]", 번=3, 가림=True)
    찾음(database, "드문 말", 사람=1, 연것=1)

    with database.reading() as session:
        모두 = totals(session, today=오늘)
        없음 = totals(session, today=오늘 + timedelta(days=60))
    assert (모두.searches, 모두.empty, 모두.answered, 모두.abandoned) == (17, 5, 10, 5)
    assert (모두.masked, 모두.waiting, dict(모두.channels)) == (3, 1, {Channel.WEB: 15, Channel.API: 2})
    assert (없음.searches, 없음.abandoned) == (0, 0)


# --- 지우기 ---


def test_다섯_사람이_안_되는_말은_30일_뒤에_없어지고_다섯이_된_말은_한_철_남는다(database: Database):
    찾음(database, "드문 말", 사람=4)
    찾음(database, "[이름]", 번=2, 가림=True)
    찾음(database, "여권", 사람=5)

    assert purge(database, today=오늘 + timedelta(days=29), window=기간) == Purged()
    assert purge(database, today=오늘 + timedelta(days=30), window=기간 + 1) == Purged(terms=2, counts=2, marks=4)
    assert purge(database, today=오늘 + timedelta(days=30), window=기간 + 1) == Purged()
    assert 자주(database) == [("여권", 5)]
    assert purge(database, today=오늘 + timedelta(days=90), window=기간 + 3) == Purged(terms=1, counts=1)
    assert [수(database, 표) for 표 in (SearchTerm, SearchCount, SearchMark)] == [0, 0, 0]


def test_드문_말을_오늘도_찾았으면_오늘의_셈만_남는다(database: Database):
    찾음(database, "드문 말", 사람=1, 번=7)
    찾음(database, "드문 말", 사람=1, 번=2, 날=오늘 + timedelta(days=30))

    purge(database, today=오늘 + timedelta(days=30), window=기간)

    with database.reading() as session:
        assert session.scalars(select(SearchCount.searches)).all() == [2]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_지운_말은_파일에도_로그에도_글자가_남지_않는다(database: Database):
    찾음(database, "아무도모르는비밀말", 사람=2)
    찾음(database, "여권", 사람=2)
    파일 = Path(database.engine.url.database)
    assert "아무도모르는비밀말".encode() in b"".join(p.read_bytes() for p in 파일.parent.glob(f"{파일.name}*"))

    purge(database, today=오늘 + timedelta(days=30), window=기간 + 1)

    남은 = b"".join(p.read_bytes() for p in 파일.parent.glob(f"{파일.name}*"))
    assert "아무도모르는비밀말".encode() not in 남은


def test_아무_말이나_쏟아부어도_드문_말은_정한_수까지만_남는다(database: Database, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("db.searches.MOST_RARE", 3)
    찾음(database, "여권", 사람=5, 날=오늘 - timedelta(days=9))
    for 번호 in range(8):
        찾음(database, f"아무말{번호}", 사람=1, 날=오늘 - timedelta(days=8 - 번호))

    purge(database, today=오늘, window=기간)

    with database.reading() as session:
        assert set(session.scalars(select(SearchTerm.key))) == {"여권", "아무말5", "아무말6", "아무말7"}
