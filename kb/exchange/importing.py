"""바깥의 줄들을 상담 항목으로 견주어 커밋 하나로 저장한다. 줄이 CSV에서 왔는지 열린데이터에서 왔는지는 모른다.

마지막으로 가져온 것은 `.imports/<이름>.json`에 번호마다 [원본의 지문, 가져오기가 쓴 글의 판, 고친 것…]으로 남고 같은 커밋에 든다.
글의 판이 그것과 다르면 사람이 고친 글이다: 원본도 바뀌었으면 덮어쓰지 않고 새 글을 `incoming/`에(항목 폴더와 같은 모양, kb.incoming) 두며
까닭은 `edited_here`다. 편집자가 그 파일을 지우면(받아들였든 아니든) 원본이 또 바뀔 때까지 unchanged로 센다.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

from kb import personal
from kb.checks import Problem, hard_problems
from kb.checks.hard import resident_number
from kb.districts import DISTRICTS
from kb.entry import Entry, Source, Status
from kb.errors import ContentMoved, ImportFailed
from kb.exchange.plain_text import mended, one_line
from kb.exchange.report import ImportReport, Outcome, RowResult
from kb.incoming import FOLDER as INCOMING
from kb.store import Change, EntryStore

Progress: TypeAlias = Callable[[int, int], object]
"""`(한 것, 모두)`를 받는 함수."""

STATE = ".imports"
ROLE = "importer"
TRIES = 5


@dataclass(frozen=True, kw_only=True)
class Row:
    """원본의 줄 하나. `number`는 원본의 번호(글), `body`는 Markdown, `raw`는 바뀌었는지 볼 원본 그대로의 글들."""

    ref: str
    letter: str
    number: str
    title: str
    body: str
    source: Source
    raw: tuple[str, ...]
    topic: str = ""
    department: str = ""
    phone: str = ""
    updated: datetime | None = None
    tags: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()


def import_rows(
    rows: Iterable[Row],
    store: EntryStore,
    *,
    name: str,
    origin: str,
    topics: Mapping[str, str],
    now: datetime,
    dates_unread: int = 0,
    on_progress: Progress | None = None,
) -> ImportReport:
    """줄들을 저장소에 반영한다: 모두 커밋 하나로 되거나 하나도 안 된다. 바뀐 것이 없으면 커밋하지 않는다.

    `name`은 상태 파일의 이름, `origin`은 커밋에 적을 출처, `topics`는 원본의 분류 이름 -> 공식 주제 이름.
    `topics`의 주제가 저장소에 없으면 ImportFailed.
    """
    listed = list(rows)
    reading = _Reading(store=store, topics=_topic_names(store, topics), now=now)
    incoming = reading.incoming(listed, on_progress or _silently)
    plan, results, commit = _saved(incoming, store, name=name, origin=origin)
    return ImportReport(
        rows=results,
        topics_unknown=dict(reading.topics_unknown.most_common()),
        districts_unknown=dict(reading.districts_unknown.most_common()),
        dates_unread=dates_unread,
        written=len(plan.entries),
        commit=commit,
    )


def _saved(
    incoming: Sequence["_Incoming"], store: EntryStore, *, name: str, origin: str
) -> tuple["_Plan", tuple[RowResult, ...], str]:
    """무엇을 쓸지 정하고 쓴다. 정하는 동안 다른 이가 글을 고쳤으면 새 글을 보고 다시 정한다."""
    for tries_left in reversed(range(TRIES)):
        head = store.head
        plan = _Plan(store, name)
        results = tuple(plan.place(item) for item in incoming)
        if plan.is_empty:
            return plan, results, head
        try:
            change = _change(origin, results)
            return plan, results, store.save_all(plan.entries, change=change, files=plan.files(), base=head)
        except ContentMoved:
            if not tries_left:
                raise
    raise AssertionError("TRIES must be positive")


def _silently(_done: int, _total: int) -> None:
    """아무에게도 알리지 않는다."""


def _change(origin: str, results: Iterable[RowResult]) -> Change:
    count = Counter(result.outcome for result in results)
    counts = f"새 글 {count[Outcome.ADDED]}, 바뀐 글 {count[Outcome.CHANGED]}, 붙잡은 글 {count[Outcome.HELD]}"
    return Change(role=ROLE, reason=f"{origin} 가져오기 ({counts})")


def _topic_names(store: EntryStore, topics: Mapping[str, str]) -> dict[str, str]:
    names = {one_line(value): one_line(name) for value, name in topics.items()}
    if unknown := sorted({name for name in names.values() if name not in store.topics}):
        known = ", ".join(topic.name for topic in store.topics)
        raise ImportFailed(f"‘{unknown[0]}’(이)라는 주제가 없습니다. 쓸 수 있는 주제: {known}")
    return names


# --- a row becomes an entry ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Incoming:
    ref: str
    entry: Entry
    problems: tuple[Problem, ...]
    fingerprint: str
    is_dated: bool
    mended: tuple[str, ...] = ()
    repeats: str = ""  # the ref of an earlier row that says exactly the same


@dataclass
class _Reading:
    store: EntryStore
    topics: Mapping[str, str]
    now: datetime
    topics_unknown: Counter[str] = field(default_factory=Counter)
    districts_unknown: Counter[str] = field(default_factory=Counter)

    def incoming(self, rows: list[Row], on_progress: Progress) -> list[_Incoming]:
        prints = [_fingerprint(row) for row in rows]
        places: dict[str, list[int]] = {}
        for at, row in enumerate(rows):
            places.setdefault(_number(row) or f"?{prints[at]}", []).append(at)
        found = []
        for at, row in enumerate(rows):
            same = places[_number(row) or f"?{prints[at]}"]
            first = next(other for other in same if prints[other] == prints[at])
            clash = len({prints[other] for other in same}) > 1
            found.append(self._one(row, prints[at], repeats=rows[first].ref if first != at else "", clash=clash))
            on_progress(at + 1, len(rows))
        return found

    def _one(self, row: Row, fingerprint: str, *, repeats: str, clash: bool) -> _Incoming:
        row, numbers = _without_resident_numbers(row)
        topic, topic_tag = self._topic(one_line(row.topic), count=not repeats)
        title = one_line(row.title)
        problems = [*row.problems, *_row_problems(row, title, clash=clash)]
        if numbers:
            problems.append(resident_number(numbers))
        entry = Entry(
            id=_id(row, fingerprint, clash=clash),
            title=title or f"제목 없음 ({row.number.strip() or row.ref})",
            topic=topic,
            department=one_line(row.department),
            phone=one_line(row.phone),
            districts=self._districts(row, title),
            tags=tuple(dict.fromkeys(filter(None, [*map(one_line, row.tags), topic_tag]))),
            source=row.source,
            updated=row.updated or self.now,
            body=row.body,
        )
        problems += hard_problems(entry)
        held = tuple(dict.fromkeys(problem.code for problem in problems))
        if held:
            entry = replace(entry, status=Status.DRAFT, held=held)
        fixes = mended(row.title, row.raw)
        return _Incoming(row.ref, entry, tuple(problems), fingerprint, row.updated is not None, fixes, repeats)

    def _topic(self, value: str, *, count: bool) -> tuple[str, str]:
        """(공식 주제, 태그). 모르는 값은 시정일반에 두고 그 값을 태그로 남긴다."""
        name = self.topics.get(value, value)
        if name in self.store.topics:
            return name, ""
        if count:
            self.topics_unknown[value or "(비어 있음)"] += 1
        return self.store.topics.default.name, value

    def _districts(self, row: Row, title: str) -> tuple[str, ...]:
        named = [re.sub(r"^(?:서울특별시|서울시|서울)\s?|청$", "", one_line(name)) for name in row.districts]
        self.districts_unknown.update(name for name in named if name and name not in DISTRICTS)
        if match := TITLE_DISTRICT.match(title):
            named.append(match["name"])
        return tuple(name for name in DISTRICTS if name in named)


TITLE_DISTRICT = re.compile(rf"[\[(（〔【]\s?(?P<name>{'|'.join(DISTRICTS)})청?\s?[\])）〕】]")
"""‘(강북구)’, ‘[마포구청]’처럼 괄호에 든 자치구 이름으로 시작하는 제목만 그 구의 것으로 본다."""


def _row_problems(row: Row, title: str, *, clash: bool) -> list[Problem]:
    problems = []
    if not _number(row):
        problems.append(Problem("bad_id", f"번호 ‘{row.number.strip()}’(이)가 아홉 자리까지의 숫자가 아닙니다."))
    elif clash:
        problems.append(Problem("duplicate_id", f"번호 {row.number.strip()}의 줄이 여럿이고 내용이 서로 다릅니다."))
    if not title:
        problems.append(Problem("no_title", "제목이 비어 있습니다."))
    return problems


def _number(row: Row) -> str:
    """‘12’, ‘12.0’(엑셀과 열린데이터가 쓰는 모양) -> 글자와 번호. 번호가 아니면 빈 글."""
    match = re.fullmatch(r"([0-9]{1,9})(?:\.0+)?", one_line(row.number))
    return f"{row.letter}{int(match[1])}" if match else ""


def _id(row: Row, fingerprint: str, *, clash: bool) -> str:
    """항목 번호. 쓸 수 있는 번호가 없거나 여러 줄이 다투는 번호면 줄의 지문에서 늘 같은 아홉 자리 번호를 만든다."""
    number = _number(row)
    unsure = clash or not row.number.strip() or any(token in row.number for token in RESIDENT_TOKENS)
    seed = f"{row.letter} {row.number.strip()} {fingerprint if unsure else ''}"
    return (
        number
        if number and not clash
        else f"{row.letter}{int(hashlib.sha256(seed.encode()).hexdigest(), 16) % 10**8 + 9 * 10**8}"
    )


def _fingerprint(row: Row) -> str:
    return hashlib.sha256("\x1f".join(row.raw).encode("utf-8", "surrogatepass")).hexdigest()[:16]


RESIDENT_TOKENS = (personal.Kind.RRN.token, personal.Kind.ARC.token)


def _without_resident_numbers(row: Row) -> tuple[Row, int]:
    """주민등록번호를 어느 칸에서든 이름표로 바꾼 줄과 그 수. 초안으로도, 보고로도, 저장소(git)에 남기지 않는다 (PIPA 24-2, PL-01)."""
    mask, source = personal.mask_resident_numbers, row.source
    masked = replace(
        row,
        number=mask(row.number),
        title=mask(row.title),
        body=mask(row.body),
        topic=mask(row.topic),
        department=mask(row.department),
        phone=mask(row.phone),
        tags=tuple(map(mask, row.tags)),
        districts=tuple(map(mask, row.districts)),
        source=replace(source, name=mask(source.name), url=mask(source.url), id=mask(source.id)),
    )
    cells = [masked.number, masked.title, masked.body, masked.topic, masked.department, masked.phone]
    cells += [*masked.tags, *masked.districts, masked.source.name, masked.source.url]
    return masked, sum(cell.count(token) for cell in cells for token in RESIDENT_TOKENS)


# --- an incoming entry meets the stored one -----------------------------------------------------------------------


class _Plan:
    """저장소의 지금 글과 견주어 무엇을 쓸지 정한다. 스스로 쓰지는 않는다."""

    def __init__(self, store: EntryStore, name: str) -> None:
        self.path = f"{STATE}/{name}.json"
        self.stored = {entry.id: entry for entry in store.all()}
        self.path_for = store.path_for
        folder = store.root / INCOMING
        self.waiting = {file.stem: str(file.relative_to(store.root)) for file in folder.rglob("*.md")}
        self.old = _read_state(store, self.path)
        self.new = dict(self.old)
        self.entries: list[Entry] = []
        self.side: dict[str, str | None] = {}

    @property
    def is_empty(self) -> bool:
        """쓸 것이 없는가."""
        return not self.entries and not self.side and self.new == self.old

    def files(self) -> dict[str, str | None]:
        """항목과 같은 커밋에 들 곁 파일들."""
        return {**self.side, self.path: _state_text(self.new)}

    def place(self, item: _Incoming) -> RowResult:
        """이 줄이 어떻게 되는지 정하고, 쓸 것이 있으면 적어 둔다."""
        if item.repeats:
            return self._result(item, Outcome.UNCHANGED, message=f"{item.repeats}과(와) 같은 줄입니다.")
        stored = self.stored.get(item.entry.id)
        if stored and _is_same(item, stored):
            self._settled(item, stored)
            return self._kept(item, Outcome.UNCHANGED)
        if stored and self.old.get(stored.id, ("", ""))[1] != stored.version:
            return self._edited_here(item, stored)
        self.entries.append(item.entry)
        self._settled(item, item.entry)
        return self._kept(item, Outcome.CHANGED if stored else Outcome.ADDED)

    def _edited_here(self, item: _Incoming, stored: Entry) -> RowResult:
        fingerprint, version, *_ = self.old.get(stored.id, ("", ""))
        if fingerprint == item.fingerprint and stored.id not in self.waiting:
            return self._result(item, Outcome.UNCHANGED)
        if fingerprint != item.fingerprint:
            self._drop_waiting(stored.id)
            self.waiting[stored.id] = f"{INCOMING}/{self.path_for(item.entry)}"
            self.side[self.waiting[stored.id]] = item.entry.to_text()
            self.new[stored.id] = (item.fingerprint, version)
        message = f"여기서 고친 글이라 덮어쓰지 않았습니다. 새로 온 글은 {self.waiting[stored.id]}에 있습니다."
        return self._result(item, Outcome.HELD, ("edited_here",), message)

    def _settled(self, item: _Incoming, entry: Entry) -> None:
        self.new[entry.id] = (item.fingerprint, entry.version, *item.mended)
        self._drop_waiting(entry.id)

    def _drop_waiting(self, id: str) -> None:
        if path := self.waiting.pop(id, ""):
            self.side[path] = None

    def _kept(self, item: _Incoming, outcome: Outcome) -> RowResult:
        if not item.problems:
            return self._result(item, outcome)
        return self._result(item, Outcome.HELD, item.entry.held, " ".join(problem.message for problem in item.problems))

    @staticmethod
    def _result(item: _Incoming, outcome: Outcome, reasons: tuple[str, ...] = (), message: str = "") -> RowResult:
        return RowResult(ref=item.ref, id=item.entry.id, outcome=outcome, reasons=reasons, message=message)


def _is_same(item: _Incoming, stored: Entry) -> bool:
    """가져온 글이 저장된 글과 같은가. 날짜 없는 원본의 updated와, 파일 이름이 든 source.name은 보지 않는다."""
    updated = item.entry.updated if item.is_dated else stored.updated
    source = replace(item.entry.source, name=stored.source.name)
    return replace(item.entry, updated=updated, source=source) == stored


def mended_in(store: EntryStore) -> dict[str, tuple[str, tuple[str, ...]]]:
    """가져오며 글을 고친 항목들: 번호 -> (그때의 판, 고친 것의 갈래). 기록을 읽을 수 없으면 ImportFailed."""
    paths = sorted(path.relative_to(store.root).as_posix() for path in (store.root / STATE).glob("*.json"))
    rows = ((id, row) for path in paths for id, row in _read_state(store, path).items())
    return {id: (row[1], row[2:]) for id, row in rows if len(row) > 2}


def _read_state(store: EntryStore, path: str) -> dict[str, tuple[str, ...]]:
    try:
        data = json.loads((store.root / path).read_text("utf-8"))
        return {str(id): (str(mark), str(version), *map(str, fixes)) for id, (mark, version, *fixes) in data.items()}
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise ImportFailed(
            f"가져오기 기록을 읽을 수 없습니다: {path}. ‘git checkout -- {path}’로 되살려 주세요."
        ) from error


def _state_text(state: Mapping[str, tuple[str, ...]]) -> str:
    """번호마다 한 줄: git이 바뀐 줄만 기억하게."""
    ids = sorted(state, key=lambda id: (id[:1], int(id[1:])))
    return "{\n" + ",\n".join(f'"{id}": {json.dumps(state[id], ensure_ascii=False)}' for id in ids) + "\n}\n"
