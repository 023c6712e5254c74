"""안내 말고도 함께 내보내는 작은 표들: 주제, 자치구, 출처, 옮긴 주소, 바뀐 것. 어느 파일에 적히는지는 모른다."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from app.public import Site
from app.public.hubs import topic_path
from app.public.pages import entry_path
from build.data.fields import in_order, licence_code
from kb.districts import DISTRICTS, SLUGS
from kb.entry import Entry
from kb.licences import licence

Cell = str | int | dt.date | None


@dataclass(frozen=True)
class Column:
    """작은 표의 칸: 이름, 뜻, 타입(Data Package의 이름)."""

    name: str
    about: str
    type: str = "string"


@dataclass(frozen=True)
class Table:
    """작은 표 하나."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    key: str = ""


@dataclass(frozen=True)
class Origin:
    """출처 하나와 그 이용 조건, 거기서 온 안내의 수. 안내마다 주소가 다르면 `url`은 비었다."""

    name: str
    url: str
    licence: str
    entries: int
    newest: dt.date | None


@dataclass(frozen=True)
class Moved:
    """더는 없는 안내. `to`가 있으면 그 안내로 합쳤고, 없으면 내렸다."""

    id: str
    to: str
    when: dt.datetime


# --- where it comes from --------------------------------------------------------------------------------------------


def origins(entries: Collection[Entry]) -> list[Origin]:
    """출처와 이용 조건마다 하나씩, 안내가 많은 차례로(같으면 이름 차례)."""
    found: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.source.name, licence_code(entry)].append(entry)
    made = [_origin(name, code, having) for (name, code), having in found.items()]
    return sorted(made, key=lambda origin: (-origin.entries, origin.name, origin.licence))


def _origin(name: str, code: str, entries: Collection[Entry]) -> Origin:
    urls = {entry.source.url for entry in entries}
    days = [entry.source.date for entry in entries if entry.source.date]
    return Origin(name, urls.pop() if len(urls) == 1 else "", code, len(entries), max(days, default=None))


def licences(entries: Collection[Entry]) -> list[tuple[str, int]]:
    """이용 조건의 부호와 그 안내의 수, 많은 차례로."""
    times = Counter(licence_code(entry) for entry in entries)
    return sorted(times.items(), key=lambda item: (-item[1], item[0]))


# --- what is gone ---------------------------------------------------------------------------------------------------


def moved(site: Site) -> list[Moved]:
    """내린 안내들, 번호의 차례로. 거듭 옮긴 것은 마지막 안내로 곧장 간다(PUBLISHING 1.1: 한 번에)."""
    return [Moved(entry.id, site.destination(entry.id), entry.updated) for entry in in_order(site.retired)]


def changes(site: Site) -> Iterator[dict[str, str]]:
    """안내마다 마지막으로 일어난 일, 늦은 것부터: 고침(published), 합침(merged), 내림(removed).

    예전에 받은 자료를 맞추려면, 받은 뒤의 것만 앞에서부터 보고 따라 하면 된다. 앞의 자료가 무엇이었는지 몰라도 되고,
    같은 내용에서는 언제나 같은 글이 나온다.
    """
    url = site.settings.url
    found: list[tuple[dt.datetime, tuple[str, int], dict[str, str]]] = [
        (e.updated, e.order, {"id": e.id, "change": "published", "version": e.version, "url": url(entry_path(e.id))})
        for e in site.entries.values()
    ]
    for gone in moved(site):
        event = {"id": gone.id, "change": "merged" if gone.to else "removed"}
        if gone.to:
            event |= {"to": gone.to, "url": url(entry_path(gone.to))}
        found.append((gone.when, site.retired[gone.id].order, event))
    for when, _, event in sorted(found, key=lambda item: (-item[0].timestamp(), item[1])):
        yield {"updated": when.isoformat()} | event


# --- the tables -----------------------------------------------------------------------------------------------------


def tables(site: Site) -> tuple[Table, ...]:
    """안내 곁의 작은 표들."""
    return topics(site), districts(site), sources(site), redirects(site)


def topics(site: Site) -> Table:
    rows = tuple(
        (topic.id, topic.name, topic.about, len(site.by_topic[topic.id]), site.settings.url(topic_path(topic)))
        for topic in site.topics
    )
    columns = (
        Column("id", "주소에 쓰는 주제의 로마자 이름"),
        Column("name", "주제의 이름"),
        Column("about", "무엇을 다루는지"),
        Column("entries", "공개 안내의 수", "integer"),
        Column("url", "주제 쪽의 주소"),
    )
    return Table("topics", "주제", columns, rows, key="id")


def districts(site: Site) -> Table:
    times = Counter(name for entry in site.entries.values() for name in entry.districts)
    columns = (
        Column("id", "주소에 쓰는 로마자 이름"),
        Column("name", "자치구의 이름"),
        Column("entries", "그 구에 해당하는 공개 안내의 수", "integer"),
    )
    rows = tuple((SLUGS[name], name, times[name]) for name in DISTRICTS)
    return Table("districts", "자치구", columns, rows, key="id")


def sources(site: Site) -> Table:
    rows = tuple(
        (found.name, found.url, found.licence, *licence(found.licence), found.entries, found.newest)
        for found in origins(site.entries.values())
    )
    columns = (
        Column("name", "근거가 된 자료의 이름. 안내의 source_name과 같습니다."),
        Column("url", "자료의 주소. 안내마다 다르면 비었습니다."),
        Column("licence", "이용 조건의 부호"),
        Column("licence_title", "이용 조건의 이름"),
        Column("licence_url", "이용 조건의 주소"),
        Column("entries", "그 자료에서 온 공개 안내의 수", "integer"),
        Column("newest", "가장 새 자료의 날짜", "date"),
    )
    return Table("sources", "출처와 이용 조건", columns, rows)


def redirects(site: Site) -> Table:
    rows = tuple(
        (entry_path(gone.id), entry_path(gone.to) if gone.to else "", 301 if gone.to else 410, gone.when.isoformat())
        for gone in moved(site)
    )
    columns = (
        Column("from", "더는 없는 주소"),
        Column("to", "옮긴 주소. 내렸으면 비었습니다."),
        Column("status", "웹 서버의 답: 301 옮김, 410 없앰", "integer"),
        Column("when", "내린 때", "datetime"),
    )
    return Table("redirects", "옮긴 주소", columns, rows, key="from")
