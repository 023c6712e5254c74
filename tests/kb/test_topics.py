"""주제와 생활의 큰일의 목록(topics.yml): 잘못 적은 것은 읽을 때 까닭과 함께 거절하고, 배포본의 것은 모두 이어져 있다."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

from kb.errors import BadTopics
from kb.store import EntryStore
from kb.topics import LifeEvent, Topics

CONTENT = Path(__file__).parents[2] / "content"
큰일 = """\
topics:
  - {id: sijeong, name: 시정일반}
audience: [이사]
life_events:
  - id: jeonip
    code: LE-18
    name: 이사했을 때
    about: 전입신고의 때입니다.
    group: 집과 이사
    months: [3, 9]
    audience: [이사]
    entries: [k4, k331]
"""


def test_큰일을_달과_대상과_항목의_차례대로_읽는다() -> None:
    assert Topics.from_text(큰일).life_events == (
        LifeEvent(
            id="jeonip",
            code="LE-18",
            name="이사했을 때",
            about="전입신고의 때입니다.",
            group="집과 이사",
            entries=("k4", "k331"),
            months=(3, 9),
            audience=("이사",),
        ),
    )


def test_큰일과_달은_없어도_된다() -> None:
    assert Topics.from_text("topics:\n  - {id: sijeong, name: 시정일반}\n").life_events == ()
    (하나,) = Topics.from_text(큰일.replace("    months: [3, 9]\n", "")).life_events
    assert 하나.months == ()


@pytest.mark.parametrize(
    ("옳은_것", "틀린_것", "까닭"),
    [
        ("months:", "moths:", "moths"),
        ("topics:", "tpoics: []\ntopics:", "tpoics"),
        ("name: 시정일반", "nmae: 시정", "nmae"),
        ("[3, 9]", "[3, 13]", "1부터 12"),
        ("[3, 9]", "[true]", "1부터 12"),
        ("[3, 9]", "3월", "목록"),
        ("    audience: [이사]", "    audience: [이사꾼]", "audience에 없는"),
        ("[k4, k331]", "[]", "하나 이상"),
        ("[k4, k331]", "k4", "목록"),
        ("[k4, k331]", "[4]", "글자가 아닌"),
        ("id: jeonip", "id: 전입", "로마자"),
        ("LE-18", "LE-1", "LE-01처럼"),
        ("    name: 이사했을 때\n", "", "name"),
        ("life_events:\n", "life_events:\n  - 이사\n", "이름: 값"),
    ],
)
def test_잘못_적은_것은_무엇이_틀렸는지_말한다(옳은_것: str, 틀린_것: str, 까닭: str) -> None:
    with pytest.raises(BadTopics, match=re.escape(까닭)):
        Topics.from_text(큰일.replace(옳은_것, 틀린_것, 1))


@pytest.mark.parametrize("바뀐_것", [("LE-18", "LE-19"), ("id: jeonip", "id: isa")])
def test_같은_이름의_큰일이_둘이면_거절한다(바뀐_것: tuple[str, str]) -> None:
    둘째 = 큰일.split("life_events:\n")[1].replace(*바뀐_것)

    with pytest.raises(BadTopics, match="두 번"):
        Topics.from_text(큰일 + 둘째)


# --- the shipped file ---------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def 배포본() -> EntryStore:
    return EntryStore(CONTENT)


def test_열네_주제와_쉰_큰일이_있다(배포본: EntryStore) -> None:
    assert len(배포본.topics) == 14
    assert sorted(큰일.code for 큰일 in 배포본.topics.life_events) == [f"LE-{번호:02}" for 번호 in range(1, 51)]


def test_큰일마다_게시된_손으로_쓴_안내가_있다(배포본: EntryStore) -> None:
    for 큰일 in 배포본.topics.life_events:
        for 번호 in 큰일.entries:
            assert 번호.startswith("k"), f"{큰일.code}: {번호}"
            assert 배포본.get(번호).is_public, f"{큰일.code}: {번호}"
        assert len(set(큰일.entries)) == len(큰일.entries)


def test_같은_갈래의_큰일은_이어서_적혀_있다(배포본: EntryStore) -> None:
    갈래들 = [큰일.group for 큰일 in 배포본.topics.life_events]

    assert len(list(dict.fromkeys(갈래들))) == 1 + sum(앞 != 뒤 for 앞, 뒤 in pairwise(갈래들))


def test_손으로_쓴_안내의_대상은_모두_목록에_있다(배포본: EntryStore) -> None:
    대상 = set(배포본.topics.audience)

    for 길 in sorted((CONTENT / "entries").glob("*/k*.md")):
        항목 = 배포본.get(길.stem)
        assert set(항목.audience) <= 대상, 항목.id


def test_손으로_쓴_안내는_모두_작은_갈래에_든다(배포본: EntryStore) -> None:
    """갈래의 tags 가운데 하나가 항목의 tags나 제목에 있으면 그 갈래에 모은다 (content/README.md)."""
    주제들 = yaml.safe_load((CONTENT / "topics.yml").read_text("utf-8"))["topics"]
    모으는_말 = {주제["name"]: [말 for 갈래 in 주제["subtopics"] for 말 in 갈래["tags"]] for 주제 in 주제들}

    for 길 in sorted((CONTENT / "entries").glob("*/k*.md")):
        항목 = 배포본.get(길.stem)
        assert any(말 in 항목.tags or 말 in 항목.title for 말 in 모으는_말[항목.topic]), 항목.id
