"""안내의 쌍둥이: 같은 글을 Markdown과 JSON으로. 주소와 요청은 모른다."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from kb.entry import Entry
from kb.licences import licence
from kb.render import safe_href
from kb.topics import Topic

Url = Callable[[str], str]
"""누리집 안의 길을 절대 주소로."""

INNER = re.compile(r"(\]\()(?=/(?!/))")


def attribution(entry: Entry, page: str) -> str:
    """가져다 쓸 때 적을 출처: 기관, 제목, 해, 이용 조건, 주소 (PUBLISHING 1.6, 공공누리의 출처표시)."""
    source = entry.source
    year = (source.date or entry.updated).year
    parts = (source.name, f"‘{entry.title}’", f"{year}년", licence(source.licence)[0], page)
    return "출처: " + ", ".join(part for part in parts if part)


def as_data(entry: Entry, topic: Topic, url: Url) -> dict[str, Any]:
    """안내의 모든 것. API의 답(`/api/v1/entries/…`)과 게시본의 `/faq/….json`이 함께 쓴다."""
    page = url(f"/faq/{entry.id}")
    return {
        "id": entry.id,
        "version": entry.version,
        "title": entry.title,
        "topic": {"id": topic.id, "name": topic.name},
        "department": entry.department,
        "phone": entry.phone,
        "districts": entry.districts,
        "audience": entry.audience,
        "facts": dict(entry.facts),
        "tags": entry.tags,
        "lead": entry.lead,
        "markdown": entry.body,
        "source": _source(entry),
        "attribution": attribution(entry, page),
        "updated": entry.updated.isoformat(),
        "checked": _day(entry.checked),
        "review_by": _day(entry.review_by),
        "valid": {"from": _day(entry.valid.start), "until": _day(entry.valid.until)},
        "url": page,
        "correction_url": url(f"/correct/{entry.id}?v={entry.version}"),
    }


def as_markdown(entry: Entry, topic: Topic, url: Url) -> str:
    """사람과 기계가 함께 읽는 Markdown: 제목, 답, 한눈에 볼 것, 출처. 누리집 안의 링크는 절대 주소로."""
    body = INNER.sub(rf"\g<1>{url('/')[:-1]}", entry.body).strip()
    facts = [f"- {name}: {_line(text)}" for name, text in entry.facts.items() if text]
    where = [f"- 해당 지역: {', '.join(entry.districts)}"] if entry.districts else []
    call = [f"- 문의: {' '.join(filter(None, (entry.department, entry.phone)))}"] if entry.phone else []
    page = url(f"/faq/{entry.id}")
    about = [
        f"- 주제: {topic.name}",
        f"- 고친 날: {entry.updated:%Y-%m-%d}",
        f"- 확인한 날: {_day(entry.checked) or '확인 필요'}",
        f"- {attribution(entry, page)}",
    ]
    parts = [
        f"# {entry.title}",
        body,
        *_section("한눈에 보기", where + facts + call),
        *_section("이 안내의 출처", about),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _section(title: str, lines: list[str]) -> list[str]:
    return [f"## {title}", "\n".join(lines)] if lines else []


def _line(text: str) -> str:
    return " ".join(text.split())


def _source(entry: Entry) -> dict[str, Any]:
    source = entry.source
    name, about = licence(source.licence)
    return {
        "name": source.name,
        "url": source.url if safe_href(source.url).startswith(("http://", "https://")) else None,
        "id": source.id,
        "date": _day(source.date),
        "licence": {"code": source.licence, "name": name, "url": about or None},
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
