"""아무렇게나 고치는 사람: 고치고, 더하고, 내리고, 옮기고, 되살린 항목들을 낸다. 어디에 저장되고 게시되는지는 모른다."""

import datetime as dt
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from kb.districts import DISTRICTS
from kb.entry import SEOUL, Entry, Status

WORDS = ["여권", "재발급", "수수료", "주차", "등록", "신고", "폐기물", "상담", "예약", "지원", "서류", "교통카드"]
FIRST = dt.datetime(2026, 11, 1, 9, 0, tzinfo=SEOUL)


class Editor:
    """`entries`를 고쳐 가는 사람. 같은 씨앗이면 늘 같은 일을 한다. `topics`는 옮길 수 있는 주제의 이름들."""

    def __init__(self, entries: Iterable[Entry], topics: Sequence[str], *, seed: int) -> None:
        self.entries = {entry.id: entry for entry in entries}
        self._topics, self._dice, self._count = topics, random.Random(seed), 0
        self.ways: tuple[Callable[[Entry], Entry], ...] = (
            self._rewritten,
            self._rewritten,
            self._renamed,
            self._tagged,
            self._moved,
            self._retired,
            self._restored,
            self._drafted,
            self._added,
        )

    def edit(self, count: int) -> list[Entry]:
        """`count`번 고친다. 고친 항목들(같은 것을 거듭 고쳤으면 마지막 것 하나)."""
        changed: dict[str, Entry] = {}
        for _ in range(count):
            self._count += 1
            one = self._dice.choice(self.ways)(self.entries[self._dice.choice(list(self.entries))])
            one = replace(one, updated=FIRST + dt.timedelta(hours=self._dice.randrange(2_000), seconds=self._count))
            self.entries[one.id] = changed[one.id] = one
        return list(changed.values())

    def _rewritten(self, entry: Entry) -> Entry:
        other = self._dice.choice(list(self.entries))
        link = f" [{self._words(1)}](/faq/{other})도 봅니다." if other != entry.id else ""
        return replace(entry, body=f"{self._words(3)}.{link}\n\n## {self._words(2)}\n\n{self._words(9)}.\n")

    def _renamed(self, entry: Entry) -> Entry:
        return replace(entry, title=f"{self._words(self._dice.choice((1, 2, 3)))}?")  # often the same as another's

    def _tagged(self, entry: Entry) -> Entry:
        districts = tuple(self._dice.sample(DISTRICTS, self._dice.choice((0, 1, 2))))
        facts = {"수수료": f"{self._dice.randrange(9)}만 원"} if self._dice.random() < 0.5 else {}
        return replace(entry, tags=tuple(set(self._words(2).split())), districts=districts, facts=facts)

    def _moved(self, entry: Entry) -> Entry:
        return replace(entry, topic=self._dice.choice(self._topics))

    def _retired(self, entry: Entry) -> Entry:
        others = [id for id in self.entries if id != entry.id]
        to = self._dice.choice(others) if self._dice.random() < 0.5 else ""
        return replace(entry, status=Status.RETIRED, redirect_to=to, gone=not to)

    def _restored(self, entry: Entry) -> Entry:
        return replace(entry, status=Status.PUBLISHED, redirect_to="", gone=False)

    def _drafted(self, entry: Entry) -> Entry:
        return replace(self._restored(entry), status=Status.DRAFT)

    def _added(self, entry: Entry) -> Entry:
        return self._renamed(self._rewritten(replace(self._restored(entry), id=f"k{90_000 + self._count}")))

    def _words(self, count: int) -> str:
        return " ".join(self._dice.choice(WORDS) for _ in range(count))
