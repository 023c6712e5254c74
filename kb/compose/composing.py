"""사실 표에서 상담 항목을 짓는다: 표와 조리법과 예전 글을 받아 무엇을 쓸지 정한다. 어디에 쓰는지는 모른다."""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kb.compose import crosscheck, hygiene, writing
from kb.compose.alike import alike
from kb.compose.errors import TooManyGone
from kb.compose.hygiene import Bounds, Left, plain_name
from kb.compose.numbers import Register
from kb.compose.pages import Page, pages, too_small
from kb.compose.places import Surroundings, with_dongs
from kb.compose.recipe import Recipe, read_recipes
from kb.compose.report import ComposeReport, Outcome
from kb.compose.rows import Tables
from kb.compose.templates import Templates
from kb.compose.writing import Writer
from kb.entry import Entry, Status

BOUNDS = "bounds.csv"
LETTER = "p"
SMALL = "줄이 적어 짓지 않은 표"
GONE_GUARD = 20
"""이보다 많은 항목이 있던 조리법에서 절반 넘게 사라지면 멈춘다."""

OldEntry = Callable[[str], Entry | None]
"""번호 -> 지금 그 번호에 있는 항목(없으면 None)."""


@dataclass(frozen=True)
class Composed:
    """지은 결과: 쓸 항목들(바뀐 것만), 새 장부, 보고."""

    entries: list[Entry]
    register: Register
    report: ComposeReport


@dataclass(frozen=True)
class Kitchen:
    """조리법과 그 틀, 구의 끝."""

    recipes: list[Recipe]
    templates: Templates
    bounds: Bounds

    @classmethod
    def at(cls, folder: Path) -> "Kitchen":
        """조리법 폴더를 읽는다. 틀리면 BadRecipe."""
        return cls(read_recipes(folder), Templates(folder), Bounds.from_file(folder / BOUNDS))


def compose(
    tables: Tables,
    kitchen: Kitchen,
    *,
    register: Register,
    old: OldEntry,
    now: dt.datetime,
    gone_ok: bool = False,
) -> Composed:
    """표에서 항목을 짓고 예전 글과 견준다. 같은 표이면 쓸 것이 없고, 한 줄이 바뀌면 그 줄의 항목만 새 판이 된다.

    표가 없는 조리법의 항목은 건드리지 않는다. 사람이 고친 글은 덮어쓰지 않는다(edited_here).
    한 조리법의 항목이 절반 넘게 사라지면 TooManyGone(`gone_ok`로 넘어간다).
    """
    report, left = ComposeReport(), Left()
    good = {kind: hygiene.kept(kind, rows, kitchen.bounds, left) for kind, rows in sorted(tables.items())}
    good = crosscheck.trusted(good, left)
    report.rows.update({kind: len(rows) for kind, rows in tables.items()})
    report.left_out, report.blanked = left.rows, left.values
    writer = Writer(kitchen.templates, Surroundings(good))
    planned = _planned(kitchen.recipes, good, writer, report)
    draft = _Draft(register, {}, Counter())
    draft.write(planned, writer, now)
    if folded := draft.drop_alike():
        again = [recipe for recipe in kitchen.recipes if recipe.name in folded]
        draft.write(_planned(again, good, writer, report, folded), writer, now)
    register, fresh = draft.register, draft.fresh
    report.not_made.update(draft.not_made)
    made = {recipe.name for recipe in kitchen.recipes if recipe.kind in tables}
    gone = _gone(register, fresh, made, old, gone_ok=gone_ok)
    return _compared(fresh, gone, register, old, now, report)


Folded = Mapping[str, set[tuple[str, ...]]]
"""조리법 -> 따로 두지 않고 나머지 모음에 넣을 묶음들."""


def _planned(
    recipes: Iterable[Recipe], good: Tables, writer: Writer, report: ComposeReport, folded: Folded | None = None
) -> list[Page]:
    planned = list[Page]()
    for recipe in recipes:
        if recipe.kind not in good:
            report.no_table.append(recipe.name)
            continue
        value = writer.value(recipe)
        rows = with_dongs(good[recipe.kind], writer.around) if recipe.guess_dong else good[recipe.kind]
        planned += pages(recipe, rows, value, folded=(folded or {}).get(recipe.name, ()))
        if (skipped := too_small(recipe, rows, value)) and not folded:
            report.not_made[recipe.name, SMALL] += skipped
    return planned


@dataclass
class _Draft:
    """아직 예전 글과 견주지 않은 새 항목들. `fresh`는 열쇠 -> (쪽, 항목)이다."""

    register: Register
    fresh: dict[str, tuple[Page, Entry]]
    not_made: Counter[tuple[str, str]]

    def write(self, planned: Iterable[Page], writer: Writer, now: dt.datetime) -> None:
        """쪽들을 항목으로 쓴다. 그 조리법의 앞선 초안은 버린다. 제목이 겹치면 번호가 빠른 것이 그 제목을 가진다."""
        listed = list(planned)
        again = {page.recipe.name for page in listed}
        self.fresh = {key: made for key, made in self.fresh.items() if made[0].recipe.name not in again}
        titles = {plain_name(entry.title) for _, entry in self.fresh.values()}
        keys = self.register.keys_for(page.wanted for page in listed)
        self.register = self.register.with_numbers({keys[page.wanted]: page.wanted.place for page in listed})
        for page in sorted(listed, key=lambda page: self.register.known[keys[page.wanted]].number):
            self._write(page, keys[page.wanted], titles, writer, now)

    def _write(self, page: Page, key: str, titles: set[str], writer: Writer, now: dt.datetime) -> None:
        number = self.register.known[key]
        entry = writer.entry(page, id=f"{LETTER}{number.number}", updated=now)
        entry = writing.with_own_title(entry, page.row, titles)
        reason = writing.fault(entry, page.recipe, seen=fingerprint(entry) == number.written)
        if reason is None and plain_name(entry.title) in titles:
            reason = writing.REPEATED_TITLE
        if reason is not None:
            self.not_made[page.recipe.name, reason] += 1
            return
        titles.add(plain_name(entry.title))
        self.fresh[key] = (page, entry)

    def drop_alike(self) -> Folded:
        """이름·주소·전화·수를 가리면 앞 번호의 항목과 같은 말을 하는 쪽을 버린다 (PUBLISHING 3절 (a)).

        그 줄은 다른 표에 실려 있거나(`listed`), 돌려주는 묶음으로 나머지 모음에 실린다(`rest`).
        """
        keys = {entry.id: key for key, (_, entry) in self.fresh.items()}
        entries = [entry for page, entry in self.fresh.values() if page.recipe.listed or _can_fold(page)]
        others = dict[str, set[str]]()
        for pair in (*alike(entries), *alike(entries, strict=True)):
            others.setdefault(pair.one, set()).add(pair.two)
            others.setdefault(pair.two, set()).add(pair.one)
        kept, folded = set[str](), dict[str, set[tuple[str, ...]]]()
        for id in sorted(others, key=lambda id: int(id[1:])):
            if not others[id] & kept:
                kept.add(id)
                continue
            page, _ = self.fresh.pop(keys[id])
            self.not_made[page.recipe.name, writing.ALIKE] += 1
            if page.recipe.is_table:
                folded.setdefault(page.recipe.name, set()).add(page.group)
        return folded


def _can_fold(page: Page) -> bool:
    return bool(page.recipe.rest) and not page.is_rest


def _gone(
    register: Register, fresh: Mapping[str, tuple[Page, Entry]], made: set[str], old: OldEntry, *, gone_ok: bool
) -> dict[str, Entry]:
    """열쇠 -> 이제 지을 수 없는 예전 항목."""
    gone, before = dict[str, Entry](), dict[str, int]()
    for key, number in register.known.items():
        recipe = key.partition("|")[0]
        if recipe not in made or not number.written:
            continue
        before[recipe] = before.get(recipe, 0) + 1
        if key not in fresh and (entry := old(f"{LETTER}{number.number}")) is not None:
            gone[key] = entry
    for recipe, count in before.items():
        lost = sum(key.partition("|")[0] == recipe and e.status is not Status.RETIRED for key, e in gone.items())
        if count > GONE_GUARD and lost * 2 > count and not gone_ok:
            raise TooManyGone(
                f"새 표로 지으면 ‘{recipe}’ 항목 {count}개 가운데 {lost}개가 사라집니다. 표가 잘리지 않았는지 살피고, 맞으면 "
                "--gone-ok를 붙여 다시 해 주세요."
            )
    return gone


def _compared(
    fresh: Mapping[str, tuple[Page, Entry]],
    gone: Mapping[str, Entry],
    register: Register,
    old: OldEntry,
    now: dt.datetime,
    report: ComposeReport,
) -> Composed:
    entries, written = list[Entry](), dict[str, str]()
    for key, (page, entry) in fresh.items():
        recipe = page.recipe.name
        known = old(entry.id)
        outcome = _outcome(known, entry, register.known[key].written)
        report.note(recipe, outcome, entry.id)
        if outcome is not Outcome.EDITED_HERE:
            written[key] = fingerprint(entry)
        if outcome in (Outcome.ADDED, Outcome.CHANGED):
            entries.append(entry)
    for key, entry in gone.items():
        retired = replace(entry, status=Status.RETIRED, gone=True, redirect_to="", updated=now)
        if entry.status is Status.RETIRED:
            continue
        recipe = key.partition("|")[0]
        if fingerprint(entry) != register.known[key].written:
            report.note(recipe, Outcome.EDITED_HERE, entry.id)
            continue
        report.note(recipe, Outcome.RETIRED, entry.id)
        written[key] = fingerprint(retired)
        entries.append(retired)
    return Composed(entries, register.with_written(written), report)


def _outcome(known: Entry | None, entry: Entry, written: str) -> Outcome:
    if known is None:
        return Outcome.ADDED
    if fingerprint(known) == fingerprint(entry):
        return Outcome.UNCHANGED
    if written and fingerprint(known) != written:
        return Outcome.EDITED_HERE
    return Outcome.CHANGED


def fingerprint(entry: Entry) -> str:
    """고친 시각 말고 모두를 본 글의 지문(앞 12자리)."""
    text = replace(entry, updated=dt.datetime(2000, 1, 1, tzinfo=dt.UTC)).to_text()
    return hashlib.sha256(text.encode()).hexdigest()[:12]
