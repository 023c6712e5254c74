"""항목마다, 시민이 그것을 부르는 다른 말들: 낱말 표를 찾을 때가 아니라 색인을 지을 때 쓴다. 순위와 파일의 꼴은 모른다."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from kb.entry import Entry
from kb.terms import Terms, squeezed

RARE = 100
"""이보다 많은 항목의 제목에 나오는 행정의 말(어린이집, 주차)은 시민의 말을 얻지 않는다: 어느 항목인지 가르지 못하고 자리만 차지한다.
판정한 질문(tests/search)에서 100, 300, 1,000을 견주어 골랐다."""


class Spoken:
    """낱말 표를 행정의 말로 뒤집어 둔 것. 지난번에 본 항목을 기억한다."""

    def __init__(self, terms: Terms) -> None:
        official: dict[str, dict[str, float]] = defaultdict(dict)
        for say, meaning in terms.items():
            for word, weight in meaning.items():
                says = official[squeezed(word)]
                says[say] = max(weight, says.get(say, 0))
        self._says: Mapping[str, Mapping[str, float]] = official
        self._by_start: dict[str, list[str]] = defaultdict(list)
        for word in official:
            self._by_start[word[:2]].append(word)
        self._seen: dict[str, tuple[Entry, tuple[str, ...]]] = {}

    def of(self, entries: Mapping[str, Entry]) -> Mapping[str, Mapping[str, float]]:
        """항목의 번호 -> {시민의 말: 무게}. 행정의 말이 제목이나 태그에 드문 항목만 든다."""
        self._seen = {id: self._look(entry) for id, entry in entries.items()}
        counts = Counter(word for _, words in self._seen.values() for word in words)
        found: dict[str, dict[str, float]] = {}
        for id, (_, words) in self._seen.items():
            for word in words:
                if counts[word] <= RARE:
                    says = found.setdefault(id, {})
                    for say, weight in self._says[word].items():
                        says[say] = max(weight, says.get(say, 0))
        return found

    def _look(self, entry: Entry) -> tuple[Entry, tuple[str, ...]]:
        known = self._seen.get(entry.id)
        if known and known[0] is entry:
            return known
        return entry, tuple(dict.fromkeys(self._official("\n".join(map(squeezed, (entry.title, *entry.tags))))))

    def _official(self, text: str) -> Iterator[str]:
        for at in range(len(text) - 1):
            yield from (word for word in self._by_start.get(text[at : at + 2], ()) if text.startswith(word, at))
