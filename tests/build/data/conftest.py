"""내려받을 자료 시험의 무대: 여러 모양의 안내가 든 작은 누리집과, 거기서 만든 한 판."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import strategies as st

from app.public import Site, SiteSettings
from build.data.edition import write_edition
from kb.entry import SEOUL, Entry, Source, Status, Valid
from kb.topics import Topics
from tests.conftest import TOPICS, 여권

설정 = SiteSettings(base_url="https://120.example.kr")


@dataclass(frozen=True)
class 내용:
    """메모리에 든 내용 한 판."""

    entries: tuple[Entry, ...]
    topics = Topics.from_text(TOPICS)
    head = "처음"
    is_settled = True

    def all(self) -> list[Entry]:
        return sorted(self.entries, key=lambda entry: entry.order)

    def changed_since(self, sha: str) -> None:
        return None


def 누리집(entries: Iterable[Entry]) -> Site:
    return Site.of(내용(tuple(entries)), 설정)


고친_때 = dt.datetime(2026, 11, 20, 9, 30, 15, tzinfo=SEOUL)
안내들 = (
    여권,
    replace(
        여권,
        id="f12",
        title='=HYPERLINK("https://evil.example","눌러")',
        districts=("강남구", "서초구"),
        audience=("신혼부부",),
        facts={"수수료": "+1만 원", "주소": "@서울시 중구", "-번호": "-3"},
        tags=("=태그", "둘, 셋", "[넷]"),
        source=Source(
            name="120다산콜재단 자주묻는질문",
            url="https://data.example.kr/12",
            id="289803",
            date=dt.date(2026, 3, 2),
            licence="KOGL-1",
        ),
        updated=고친_때,
        checked=dt.date(2026, 11, 1),
        review_by=dt.date(2027, 5, 1),
        valid=Valid(start=dt.date(2026, 1, 1), until=dt.date(2026, 12, 31)),
        body='- 첫째 "둘째", 셋째\n- 둘째\n\n| 구 | 값 |\n|---|---|\n| 강남 | =1+1 |\n',
    ),
    replace(여권, id="p3", title="버스 분실물", topic="교통", facts={}, tags=(), department="", phone="", body=""),
    replace(
        여권,
        id="k900",
        title="아직 쓰는 중인 비밀 초안",
        status=Status.DRAFT,
        body="초안의 본문입니다.\n",
        tags=("초안태그",),
        updated=dt.datetime(2030, 1, 1, tzinfo=SEOUL),
    ),
    replace(여권, id="k4", title="없어진 제도의 제목", status=Status.RETIRED, gone=True, body="없앤 본문입니다.\n"),
    replace(여권, id="k5", title="옮긴 안내의 제목", status=Status.RETIRED, redirect_to="k6"),
    replace(여권, id="k6", title="또 옮긴 안내", status=Status.RETIRED, redirect_to="k1", updated=고친_때),
    replace(여권, id="k7", title="맴도는 안내", status=Status.RETIRED, redirect_to="k8"),
    replace(여권, id="k8", title="맴도는 안내 둘", status=Status.RETIRED, redirect_to="k7"),
)


@pytest.fixture(scope="session")
def 작은_누리집() -> Site:
    return 누리집(안내들)


@pytest.fixture(scope="session")
def 판(작은_누리집: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("edition")
    write_edition(folder, 작은_누리집)
    return folder


@pytest.fixture
def 판짓기(tmp_path: Path) -> Callable[[Site], Path]:
    """빈 폴더에 한 판을 짓는다."""

    def make(site: Site) -> Path:
        folder = tmp_path / f"edition-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        write_edition(folder, site)
        return folder

    return make


글자 = st.characters(exclude_categories=["Cs"])
글 = st.text(글자, max_size=40) | st.sampled_from(
    [
        "=1+1",
        "+82-2-120",
        "-3",
        "@나",
        "\t탭",
        "\r",
        "\n줄",
        "'=1",
        "''",
        "'가",
        "＝1",
        '"',
        ",",
        "\r\n",
        "_x0041_",
        "\x0b",
        "\ufffe",
    ]
)
한_줄 = st.text(글자, min_size=1, max_size=30).map(lambda text: "".join(c for c in text if c.isprintable()).strip())
제목 = 한_줄.filter(bool)
날 = st.dates(dt.date(1990, 1, 1), dt.date(2100, 1, 1))


@st.composite
def 아무_안내(draw: st.DrawFn) -> Entry:
    """형식이 허락하는 어떤 안내든."""
    return Entry(
        id=f"{draw(st.sampled_from('cdsfkp'))}{draw(st.integers(1, 999_999_999))}",
        title=draw(제목),
        topic=draw(st.sampled_from(["교통", "민원행정"])),
        department=draw(글),
        phone=draw(글),
        districts=tuple(draw(st.lists(글, max_size=3))),
        audience=tuple(draw(st.lists(글, max_size=2))),
        facts=draw(st.dictionaries(제목, 글, max_size=3)),
        tags=tuple(draw(st.lists(글, max_size=3))),
        source=Source(name=draw(글), url=draw(글), id=draw(글), date=draw(st.none() | 날)),
        updated=dt.datetime.fromtimestamp(draw(st.integers(631_152_000, 4_102_444_800)), SEOUL),
        checked=draw(st.none() | 날),
        valid=Valid(until=draw(st.none() | 날)),
        body=draw(글) + draw(글),
    )


여러_안내 = st.lists(아무_안내(), max_size=4, unique_by=lambda entry: entry.id)
