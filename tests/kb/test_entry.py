"""상담 항목의 글과 객체는 정확히 서로 바뀐다."""

import string
from dataclasses import replace
from datetime import UTC, date, datetime
from unicodedata import normalize

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from kb import frontmatter
from kb.entry import Entry, Source, Status, Valid
from kb.errors import BadEntry

까다로운 = st.sampled_from(
    ["no", "null", "~", "0123", "1:30", "2026-03-02", "1e3", "=", "<<", "- 가", "가: 나", "가 #나", "[가]", "{가: 나}",
     '"', "'", "\\", "가\n나", "@가", "%", "&a", "*a", "!a", "|", ">", "?", "- ", ":", "가:", " 가", "가 ", "가,나",
     "\u2028", "\x85", "\ufeff가", "\t", "02-120", "14일", "강남구·서초구", "🙂", "１２", "true", "yes", "y", ".inf"]
)  # fmt: skip
글 = st.one_of(까다로운, st.text(st.characters(exclude_categories=["Cs"]), max_size=30)).map(
    lambda t: normalize("NFC", t)
)
한줄 = st.text(string.ascii_letters + "가나다 힣:#-[]{}'\"?,0123", min_size=1, max_size=30).map(str.strip).filter(
    bool
) | 까다로운.map(str.strip).filter(lambda t: t and t.isprintable())
날 = st.none() | st.dates(min_value=date(1900, 1, 1), max_value=date(2100, 1, 1))
항목들 = st.builds(
    Entry,
    id=st.from_regex(r"[cdsfkp][0-9]{1,9}", fullmatch=True),
    title=한줄,
    topic=한줄,
    department=글,
    phone=글,
    districts=st.lists(글, max_size=3).map(tuple),
    audience=st.lists(글, max_size=3).map(tuple),
    facts=st.dictionaries(한줄, 글, max_size=4),
    tags=st.lists(글, max_size=3).map(tuple),
    source=st.builds(Source, name=글, url=글, id=글, date=날, licence=글),
    updated=st.integers(631_152_000, 4_102_444_800).map(lambda second: datetime.fromtimestamp(second, UTC)),
    checked=날,
    review_by=날,
    valid=st.builds(Valid, start=날, until=날),
    status=st.sampled_from([Status.DRAFT, Status.PUBLISHED]),
    held=st.lists(한줄, max_size=2).map(tuple),
    body=st.text(st.characters(exclude_categories=["Cs"]), max_size=200),
)
보기 = """\
---
id: k1
title: 여권을 잃어버렸어요. 어떻게 다시 만드나요?
topic: 민원행정
department: 민원여권과
phone: 02-120
districts: []
audience: []
facts:
  신청방법: 구청 여권 창구에 직접 갑니다.
  수수료: 여권 종류에 따라 다릅니다.
tags: [여권, 분실, 재발급]
source: {name: 여권법 제11조, url: "", id: "", date: 2026-06-05, licence: unstated}
updated: 2026-11-24T09:00:00+09:00
checked: null
review_by: 2027-05-24
valid: {from: null, until: null}
status: published
---
여권은 **구청**에서 [다시](/faq/k2) 만듭니다.

둘째 문단.
"""


@given(항목들)
def test_항목을_글로_쓰고_다시_읽으면_같은_항목이고_같은_글이다(entry: Entry) -> None:
    text = entry.to_text()

    assert Entry.from_text(text) == entry
    assert Entry.from_text(text).to_text() == text
    assert list(Entry.from_text(text).facts) == list(entry.facts)


@given(항목들)
def test_줄_문법이_읽은_것은_YAML이_읽은_것과_같다(entry: Entry) -> None:
    header = entry.to_text()[4:].split("\n---\n")[0]

    assert frontmatter.read(header) == yaml.safe_load(header)


def test_보기_글은_한_글자도_바뀌지_않는다() -> None:
    assert Entry.from_text(보기).to_text() == 보기


def test_첫_문단은_꾸밈_기호_없이_읽힌다() -> None:
    assert Entry.from_text(보기).lead == "여권은 구청에서 다시 만듭니다."


def test_손으로_다르게_쓴_머리말도_같은_뜻이면_같은_항목이다() -> None:
    다르게 = 보기.replace("tags: [여권, 분실, 재발급]", "tags:\n  - '여권'\n  - 분실\n  - 재발급").replace(
        "title: 여권을 잃어버렸어요. 어떻게 다시 만드나요?",
        "title: >-\n  여권을 잃어버렸어요.\n  어떻게 다시 만드나요?",
    )

    assert Entry.from_text(다르게) == Entry.from_text(보기)


def test_풀어쓴_한글과_윈도우_줄끝과_BOM은_같은_글이_된다() -> None:
    어지러운 = "\ufeff" + normalize("NFD", 보기).replace("\n", "\r\n")

    assert Entry.from_text(어지러운).to_text() == 보기


def test_판은_글이_같으면_같고_다르면_다르다() -> None:
    entry = Entry.from_text(보기)

    assert entry.version == Entry.from_text(보기).version
    assert entry.version != replace(entry, body="다른 글").version


@pytest.mark.parametrize(
    ("바꿀", "바꾼", "줄", "까닭"),
    [
        ("tags:", "tgas:", 12, "모르는 이름 ‘tgas’"),
        ("phone: 02-120", "phone: 120", 6, "‘phone’ 값은 글자"),
        ("phone: 02-120", "phone: 02-120\nphone: 02-121", 6, "두 번"),
        ("licence:", "license:", 13, "‘license’"),
        ("status: published", "status: live", 18, "draft, published, retired"),
        ("status: published", "status: retired", 18, "redirect_to"),
        ("id: k1", "id: x1", 2, "번호 ‘x1’"),
        ("title: 여권을", 'title: ""\nmore: 여권을', 4, "모르는 이름 ‘more’"),
        ("updated: 2026-11-24T09:00:00+09:00", "updated: 2026-11-24T09:00:00", 14, "시간대"),
        ("updated: 2026-11-24T09:00:00+09:00", "updated: 어제", 14, "시각"),
        ("checked: null", "checked: 2026-13-40", 15, "없는 날짜"),
        ("수수료: 여권 종류에 따라 다릅니다.", "수수료: 5000", 9, "‘facts: 수수료’"),
        ("checked: null", "checked: 엊그제", 15, "날짜"),
        ("tags: [여권", "tags: [[여권", 13, "머리말을 읽을 수 없습니다"),
        ("facts:\n", "facts: 없음\nmemo:\n", 10, "모르는 이름 ‘memo’"),
    ],
)
def test_틀린_머리말은_파일과_줄과_까닭을_말한다(바꿀: str, 바꾼: str, 줄: int, 까닭: str) -> None:
    with pytest.raises(BadEntry) as 오류:
        Entry.from_text(보기.replace(바꿀, 바꾼), path="entries/minwon/k1.md")

    assert str(오류.value).startswith(f"entries/minwon/k1.md {줄}번째 줄: ")
    assert 까닭 in str(오류.value)


@pytest.mark.parametrize("글", ["", "그냥 글", "---\nid: k1\n", "---\n---\n", "---\n- 가\n---\n", "---\n1: 2\n---\n"])
def test_머리말이_없거나_모자란_글은_항목이_아니다(글: str) -> None:
    with pytest.raises(BadEntry):
        Entry.from_text(글, path="k1.md")


def test_내린_글에는_옮겨_간_곳이나_사라짐이_있어야_한다() -> None:
    entry = Entry.from_text(보기)

    assert Entry.from_text(replace(entry, status=Status.RETIRED, redirect_to="k2").to_text()).redirect_to == "k2"
    assert "gone: true" in replace(entry, status=Status.RETIRED, gone=True).to_text()
    with pytest.raises(BadEntry):
        replace(entry, status=Status.RETIRED, gone=True, redirect_to="k2")
    with pytest.raises(BadEntry):
        replace(entry, status=Status.RETIRED, redirect_to="k1")
