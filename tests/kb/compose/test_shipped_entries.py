"""함께 나가는 지은 항목(content/entries/*/p*.md)은 표가 없어도 알 수 있는 흠이 없다."""

import re
from collections import Counter
from pathlib import Path

import pytest

from kb.compose.alike import alike
from kb.entry import Entry, Status

ENTRIES = Path(__file__).parents[3] / "content" / "entries"
PHONE = re.compile(r"(?<![\d-])0\d{1,3}-\d{3,4}-\d{4}(?![\d-])")
SEOUL_PHONE = re.compile(r"02-[2-9]|0(?:70|80|50\d)-")
SPAN = re.compile(r"(\d{1,2}):(\d\d)~(다음 날 )?(\d{1,2}):(\d\d)")
DEBRIS = re.compile(r"None|Undefined|\{[{%]|\(\s*\)|,\s*,|\.\.|~~|::|\?|[가-힣]입니다입니다|은\(는\)|이\(가\)")
LINK = re.compile(r"\]\([^)]*\)|https?://\S+")


def _가린_글(글: Entry) -> str:
    """주소(URL)를 뺀 사실과 본문."""
    return LINK.sub("", "\n".join((*글.facts.values(), 글.body)))


@pytest.fixture(scope="module")
def 지은_글() -> list[Entry]:
    found = (Entry.from_text(path.read_text("utf-8"), path=path.name) for path in ENTRIES.glob("*/p*.md"))
    return sorted((entry for entry in found if entry.status is Status.PUBLISHED), key=lambda entry: entry.order)


def test_전화는_서울이나_어디서나_쓰는_번호이고_구에_맞는다(지은_글):
    다른_곳 = [(글.id, 번호) for 글 in 지은_글 for 번호 in PHONE.findall(_가린_글(글)) if not SEOUL_PHONE.match(번호)]

    assert not 다른_곳


def test_주소의_구와_항목의_구가_같다(지은_글):
    어긋남 = [
        (글.id, 글.facts["주소"])
        for 글 in 지은_글
        if (적힌_구 := re.match(r"서울 (\S+구) ", 글.facts.get("주소", ""))) and 적힌_구[1] not in 글.districts
    ]

    assert not 어긋남


def test_여닫는_시간은_있을_수_있는_시간이다(지은_글):
    이상함 = [
        (글.id, 시간[0])
        for 글 in 지은_글
        for 시간 in SPAN.finditer(_가린_글(글))
        if int(시간[1]) > 24
        or int(시간[4]) > 29
        or int(시간[2]) > 59
        or int(시간[5]) > 59
        or 시간.group(1, 2) == 시간.group(4, 5)
    ]

    assert not 이상함


def test_제목과_첫_문단의_은는은_받침에_맞는다(지은_글):
    틀림 = [
        (글.id, 글.title)
        for 글 in 지은_글
        if "가" <= (끝 := 글.tags[0][-1]) <= "힣"
        and f"{글.tags[0]}{'은' if (ord(끝) - ord('가')) % 28 == 0 else '는'} " in f"{글.title} {글.lead} "
    ]

    assert not 틀림


def test_틀이나_출처의_부스러기가_남아_있지_않다(지은_글):
    남은_것 = [(글.id, 부스러기[0]) for 글 in 지은_글 for 부스러기 in DEBRIS.finditer(_가린_글(글))]

    assert not 남은_것


def test_같은_제목도_한_조리법의_같은_곳도_없다(지은_글):
    제목들 = Counter(글.title for 글 in 지은_글)
    곳들 = Counter(
        (글.tags[0], 글.facts["주소"], 글.title.rpartition(글.tags[0])[2]) for 글 in 지은_글 if "주소" in 글.facts
    )

    assert [제목 for 제목, 수 in 제목들.items() if 수 > 1] == []
    assert [곳 for 곳, 수 in 곳들.items() if 수 > 1] == []


def test_이름과_주소와_전화와_수를_가려도_같은_말을_하는_쪽이_없다(지은_글):
    """PUBLISHING 3절: 가린 뒤의 닮음이 0.9 이상이면 따로 둘 쪽이 아니다."""
    assert alike(지은_글, strict=True) == []
