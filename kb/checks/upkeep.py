"""돌봄: 출처, 살필 날, 기간, 확인, 링크. 글의 내용은 보지 않는다."""

import re
from collections.abc import Iterator
from datetime import timedelta

from kb.checks.codes import DEAD_LINK, ESCAPED_ENTITY, EXPIRED, FONT_RESIDUE, NEVER_CHECKED, NO_SOURCE, OVERDUE
from kb.checks.finding import Problem, Severity
from kb.checks.reading import Reading, Surroundings

STALE = timedelta(days=180)
"""살필 날을 정하지 않은 글은 본 지 180일이 지나면 다시 본다 (DOMAIN SE-23)."""
PAGE = re.compile(r"/faq/([^/?#.]+)(?:\.(?:md|json))?(?:[?#].*)?")
TOPIC = re.compile(r"/topic/([^/?#]+)(?:/\d+)?(?:[?#].*)?")
MENDED = {
    FONT_RESIDUE: "가져올 때 본문에서 되풀이된 글꼴 이름(돋움)을 지웠습니다.",
    ESCAPED_ENTITY: "가져올 때 제목의 풀리지 않은 기호(&amp; 따위)를 풀었습니다.",
}


def source(reading: Reading) -> Iterator[Problem]:
    """출처의 이름도 주소도 없는 글 (SE-23)."""
    if not (reading.entry.source.name.strip() or reading.entry.source.url.strip()):
        yield Problem(NO_SOURCE, "어디서 온 말인지 적혀 있지 않습니다.")


def review(reading: Reading, around: Surroundings) -> Iterator[Problem]:
    """살필 날과 기간이 지났거나, 한 번도 확인하지 않은 글."""
    entry, today = reading.entry, around.today
    if entry.valid.until and entry.valid.until < today:
        yield Problem(EXPIRED, f"{entry.valid.until:%Y-%m-%d}까지의 글입니다.")
    due = entry.review_by or (entry.checked + STALE if entry.checked else None)
    if due and due < today:
        yield Problem(OVERDUE, f"{due:%Y-%m-%d}에 살폈어야 합니다({(today - due).days}일 지남).")
    if entry.checked is None:
        yield Problem(NEVER_CHECKED, "원문과 견주어 본 날(checked)이 없습니다.")


def links(reading: Reading, around: Surroundings) -> Iterator[Problem]:
    """이 사이트 안에서 갈 곳이 없는 링크."""
    for target in dict.fromkeys(reading.links):
        if target in around.redirects:
            continue
        page, topic = PAGE.fullmatch(target), TOPIC.fullmatch(target)
        if page and page[1] not in around.pages:
            yield Problem(DEAD_LINK, f"링크한 안내가 없거나 내려졌습니다: {target}.")
        elif topic and around.topics and topic[1] not in around.topics:
            yield Problem(DEAD_LINK, f"링크한 주제가 없습니다: {target}.")


def redirect(reading: Reading, around: Surroundings) -> Iterator[Problem]:
    """내린 글이 보내는 곳이 없을 때."""
    to = reading.entry.redirect_to
    if to and to not in around.pages:
        yield Problem(DEAD_LINK, f"이 글이 보내는 안내가 없거나 내려졌습니다: {to}.")


def mended(reading: Reading, around: Surroundings) -> Iterator[Problem]:
    """가져올 때 고친 것: 그 뒤로 아무도 손대지 않은 글에만. 편집자가 고치거나 확인하면 사라진다."""
    version, codes = around.mended.get(reading.entry.id, ("", ()))
    if codes and version == reading.entry.version:
        yield from (Problem(code, MENDED[code], Severity.NOTE) for code in codes if code in MENDED)
