"""짓기 시험의 부엌: 작은 표, 조리법 둘, 빈 항목 폴더."""

import datetime as dt
import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from kb.compose import ComposeReport, compose_into_folder
from kb.entry import Entry
from kb.topics import Topic, Topics

TOPICS = Topics((Topic("munhwa", "문화체육관광"), Topic("hwangyeong", "환경청소")))


def _table_of() -> ModuleType:
    spec = importlib.util.spec_from_file_location("table_of", Path(__file__).with_name("table_of.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


table_of = _table_of()


class Kitchen:
    """표를 놓고 짓고 읽는다."""

    def __init__(self, root: Path) -> None:
        self.root, self.facts, self.recipes, self.entries = root, root / "facts", root / "recipes", root / "entries"
        for folder in (self.facts, self.recipes, self.entries):
            folder.mkdir()
        self.recipe("library", table_of.SHELTER)
        self.library, self.toilet = table_of.library, table_of.toilet
        self.now, self.later = table_of.WHEN, table_of.LATER

    def recipe(self, name: str, text: str) -> None:
        (self.recipes / f"{name}.yml").write_text(text, "utf-8")

    def toilets_recipe(self) -> None:
        self.recipe("public_toilet", table_of.TOILETS)

    def table(self, *rows: dict[str, str]) -> None:
        kinds: dict[str, list[dict[str, str]]] = {}
        for row in rows:
            kinds.setdefault(row["kind"], []).append(row)
        for kind, members in kinds.items():
            table_of.write_table(self.facts, kind, members)

    def compose(self, *, now: dt.datetime | None = None, gone_ok: bool = False) -> ComposeReport:
        return compose_into_folder(
            self.facts, self.recipes, self.entries, topics=TOPICS, now=now or self.now, gone_ok=gone_ok
        )

    def all(self) -> dict[str, Entry]:
        """제목 -> 항목."""
        found = (Entry.from_text(path.read_text("utf-8")) for path in sorted(self.entries.glob("*/*.md")))
        return {entry.title: entry for entry in found}

    def files(self) -> dict[str, bytes]:
        paths = [*self.entries.rglob("*.md"), self.recipes / "ids.csv"]
        return {str(path.relative_to(self.root)): path.read_bytes() for path in paths}


@pytest.fixture
def 부엌(tmp_path: Path) -> Kitchen:
    return Kitchen(tmp_path)


@pytest.fixture
def 도서관() -> Callable[..., dict[str, str]]:
    return table_of.library


@pytest.fixture
def 화장실() -> Callable[..., dict[str, str]]:
    return table_of.toilet
