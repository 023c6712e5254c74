"""치는 동안 보이는 추천. 글이 바뀌면 뒤에서 따라잡고, 그동안은 앞의 것으로 답한다. 화면과 데이터베이스는 모른다."""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from time import monotonic
from typing import Protocol
from urllib.parse import urlencode

from kb.entry import Entry
from kb.errors import KnowledgeError
from kb.suggest.catalogue import Catalogue, Found, Item
from kb.suggest.nearby import allowed
from kb.suggest.typed import Typed, words_of

logger = logging.getLogger(__name__)

LIMIT = 8
"""한 번에 보이는 수. 좁은 화면에서 자판 위에 남는 자리다."""

MOST_LIMIT = 50

MOST_QUERIES = 3
"""그 가운데 자주 찾는 말의 수(많아야). 나머지는 곧바로 열 수 있는 안내다."""

FREQUENT_EVERY = 60.0
"""자주 찾는 말을 다시 묻는 사이(초)."""

MANY = 200
"""제목이 바뀐 글이 이만큼 쌓이면 작은 목록을 덧대지 않고 통째로 다시 짓는다."""

Titles = Mapping[str, tuple[str, str]]
"""공개된 글의 번호 -> (제목, 제목이 같은 것이 있을 때 가를 말)."""

Way = Callable[[Catalogue, Typed, int], list[Found]]

BY_LETTERS: tuple[Way, ...] = (Catalogue.starting, Catalogue.with_word, Catalogue.having, Catalogue.together)
BY_INITIALS: tuple[Way, ...] = (Catalogue.by_initials, Catalogue.together, Catalogue.initials_inside)
"""찾는 길의 차례: 제목의 첫머리, 낱말의 첫머리, 속, 낱말이 모두 든 것. 그래도 없을 때만 오타로 본다."""

Frequent = Callable[[], Iterable[tuple[str, int]]]
"""자주 찾는 말과 그 횟수를 주는 함수."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """추천 하나. `id`가 있으면 그 안내를, 없으면(자주 찾는 말) 찾은 결과를 여는 주소가 `url`이다."""

    text: str
    id: str | None
    url: str


class Contents(Protocol):
    """글이 있는 곳: kb.store.EntryStore가 그렇다."""

    @property
    def head(self) -> str: ...
    def all(self) -> list[Entry]: ...
    def changed_since(self, sha: str) -> tuple[list[Entry], list[str]] | None: ...


def no_queries() -> Iterable[tuple[str, int]]:
    """자주 찾는 말을 세지 않을 때."""
    return ()


@dataclass(frozen=True, kw_only=True)
class Known:
    """한순간에 아는 것. 바뀌지 않고 통째로 갈아 끼운다."""

    head: str
    titles: Titles
    shown: Mapping[str, str]
    whole: Catalogue
    """모든 제목을 마지막으로 통째로 지은 것. 그 뒤에 바뀐 것은 가리고 `added`에 둔다."""
    in_whole: Mapping[str, str]
    added: Catalogue
    queries: Catalogue

    @property
    def catalogues(self) -> tuple[Catalogue, ...]:
        return self.queries, self.whole, self.added


class Suggester:
    """추천하는 이. 여러 스레드가 함께 써도 된다.

    처음 물을 때(또는 `refresh`할 때) 제목을 읽어 짓고, 그 뒤로는 글이 바뀐 것을 알아채면 뒤에서 따라잡는다.
    """

    def __init__(self, contents: Contents, *, frequent: Frequent = no_queries) -> None:
        self._contents, self._frequent = contents, frequent
        self._known: Known | None = None
        self._tried, self._asked = "", -FREQUENT_EVERY
        self._catching_up = threading.Lock()

    def suggest(self, text: str, *, limit: int = LIMIT) -> list[Suggestion]:
        """치다 만 `text`에 맞는 것을 나은 차례로 많아야 `limit`개. 같은 글에는 늘 같은 답이다.

        무엇을 쳤든 예외는 글을 읽을 수 없을 때의 KnowledgeError뿐이다.
        """
        typed = Typed.of(text)
        if not typed.text or limit < 1:
            return []
        chosen = Chosen(self._current().catalogues, limit=min(limit, MOST_LIMIT), typed=typed)
        return [_suggestion(item) for item in chosen.items]

    def refresh(self) -> None:
        """지금 글을 따라잡고 돌아온다. 읽을 수 없는 글이 있으면 BadEntry이고 앞의 것이 그대로 쓰인다."""
        with self._catching_up:
            self._catch_up()

    def warm(self) -> None:
        """기다리지 않고 뒤에서 따라잡는다. 서버를 열 때 부르면 첫 사람이 기다리지 않는다."""
        threading.Thread(target=self._follow, name="open120-suggest", daemon=True).start()

    # --- keeping up -------------------------------------------------------------------------------------------

    def _current(self) -> Known:
        known = self._known
        if known is None:
            with self._catching_up:
                known = self._known or self._catch_up()
        elif self._is_behind() and not self._catching_up.locked():
            self.warm()
        return known

    def _is_behind(self) -> bool:
        return self._contents.head != self._tried or monotonic() - self._asked > FREQUENT_EVERY

    def _follow(self) -> None:
        """뒤에서 따라잡는다. 못 읽는 글이 있으면 앞의 것으로 답하다가, 글이 또 바뀌면 다시 해 본다."""
        if not self._catching_up.acquire(blocking=False):
            return
        try:
            self._catch_up()
        except KnowledgeError as error:
            logger.warning("추천할 말을 새로 읽지 못해 앞의 것을 씁니다: %s", error)
        finally:
            self._catching_up.release()

    def _catch_up(self) -> Known:
        known, head = self._known, self._contents.head  # before reading: what arrives meanwhile is taken in next time
        self._tried = head
        if known is None or head != known.head:
            known = self._read(known, head)
        if monotonic() - self._asked > FREQUENT_EVERY:
            self._asked = monotonic()
            known = replace(known, queries=self._queries(known))
        self._known = known
        return known

    def _read(self, known: Known | None, head: str) -> Known:
        """지금 글의 제목들. 바뀐 것이 적으면 그것만 덧댄다."""
        changed = self._contents.changed_since(known.head) if known else None
        if known is None or changed is None:
            return _whole(head, _titles(self._contents.all()), known)
        entries, removed = changed
        gone = {*removed, *(entry.id for entry in entries)}
        titles = {**{id: title for id, title in known.titles.items() if id not in gone}, **_titles(entries)}
        if titles == known.titles:
            return replace(known, head=head)
        shown = _told_apart(titles)
        different = {id for id in known.in_whole.keys() | shown.keys() if known.in_whole.get(id) != shown.get(id)}
        if len(different) > MANY:
            return _whole(head, titles, known)
        added = Catalogue(_items({id: shown[id] for id in different if id in shown}))
        return replace(known, head=head, titles=titles, shown=shown, whole=known.whole.without(different), added=added)

    def _queries(self, known: Known) -> Catalogue:
        """자주 찾는 말. 제목과 같은 말은 그 안내가 있으므로 뺀다. 물을 수 없으면 앞의 것을 쓴다."""
        counted = Counter[str]()
        try:
            for query, count in self._frequent():
                counted[" ".join(query.split())] += count
        except Exception:  # whatever the counter is made of, suggesting goes on without it
            logger.exception("자주 찾는 말을 읽지 못해 앞의 것을 씁니다.")
            return known.queries
        titles = {squeezed(title) for title in known.shown.values()} if counted else set()
        fresh = {query: count for query, count in counted.items() if squeezed(query) not in titles}
        return Catalogue(Item(query, None, (0, -count, query, "")) for query, count in fresh.items())


class Chosen:
    """고른 것들: 앞선 길에서 찾은 것부터, 같은 말은 한 번만."""

    def __init__(self, catalogues: Sequence[Catalogue], *, limit: int, typed: Typed) -> None:
        self.items: list[Item] = []
        self._catalogues, self._limit, self._typed = catalogues, limit, typed
        self._seen: set[str] = set()
        meant = typed.in_hangul()
        self._take(typed)
        if meant:
            self._take(meant)
        if not self.items and (shorter := typed.without_loose_end()):
            self._take(shorter)
        if not self.items:
            self._repair(meant or typed)

    def _take(self, typed: Typed) -> None:
        for way in BY_INITIALS if typed.has_initials else BY_LETTERS:
            self._look(way, typed)

    def _repair(self, typed: Typed) -> None:
        """오타로 보고 찾는다. 덜 고쳐서 찾은 것이 있으면 더 고치지 않는다."""
        if typed.is_initials:
            return
        for mistakes in range(1, allowed(len(typed.keys)) + 1):
            self._look(partial(Catalogue.repaired, mistakes=mistakes), typed)
            if self.items:
                return
        self._look(Catalogue.mended, typed)

    def _look(self, way: Way, typed: Typed) -> None:
        if len(self.items) >= self._limit:
            return
        enough = self._limit + len(self._seen)  # some of what is found next may have been chosen before
        found = [each for catalogue in self._catalogues for each in way(catalogue, typed, enough)]
        for each in sorted(found, key=lambda each: (each.cost, each.item.order)):
            self._add(each.item)

    def _add(self, item: Item) -> None:
        words = squeezed(item.text)
        queries = sum(chosen.id is None for chosen in self.items)
        useless = item.id is None and (queries >= MOST_QUERIES or words == self._typed.text)
        if len(self.items) < self._limit and words not in self._seen and not useless:
            self._seen.add(words)
            self.items.append(item)


def squeezed(text: str) -> str:
    """같은 말인지 볼 때의 꼴: 글자와 숫자만."""
    return "".join(words_of(text))


def _titles(entries: Iterable[Entry]) -> Titles:
    return {
        entry.id: (entry.title, ", ".join(entry.districts) or entry.department) for entry in entries if entry.is_public
    }


def _told_apart(titles: Titles) -> dict[str, str]:
    """보일 글. 제목이 같은 것이 여럿이면 자치구나 부서를 붙인다."""
    times = Counter(title for title, _ in titles.values())
    return {id: f"{title} ({mark})" if times[title] > 1 and mark else title for id, (title, mark) in titles.items()}


def _whole(head: str, titles: Titles, known: Known | None) -> Known:
    shown = _told_apart(titles)
    return Known(
        head=head,
        titles=titles,
        shown=shown,
        whole=Catalogue(_items(shown)),
        in_whole=shown,
        added=Catalogue(()),
        queries=known.queries if known else Catalogue(()),
    )


def _items(shown: Mapping[str, str]) -> Iterable[Item]:
    """손으로 쓴 글(k)이 표에서 지은 글보다, 짧은 제목이 긴 제목보다 앞선다."""
    return (Item(text, id, (1 if id[0] == "k" else 2, len(text), text, id)) for id, text in shown.items())


def _suggestion(item: Item) -> Suggestion:
    url = f"/faq/{item.id}" if item.id else f"/search?{urlencode({'q': item.text})}"
    return Suggestion(text=item.text, id=item.id, url=url)
