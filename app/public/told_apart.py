"""여럿이 함께 쓰는 글귀를 알아보고 달리 부른다. 무엇의 이름인지, 어디에 보이는지는 모른다."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

K = TypeVar("K")

Tell = Callable[[str, str, bool], str]
"""번호, 글귀, 그 글귀를 혼자 쓰는가 → 부를 말."""


class Groups(dict[K, set[str]]):
    """고쳐 가는 무리들: 처음 찾을 때 지금의 무리를 베껴 온다."""

    def __init__(self, now: Mapping[K, Collection[str]]) -> None:
        self._now = now

    def __missing__(self, key: K) -> set[str]:
        self[key] = found = set(self._now.get(key, ()))
        return found


@dataclass(frozen=True)
class Apart:
    """번호마다의 글귀(`said`)와, 겹치면 달리 한 말(`told`). 바뀌지 않는다: `after`가 새것을 준다."""

    said: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, str] = field(default_factory=dict)
    _sharing: Mapping[str, tuple[str, ...]] = field(default_factory=dict, repr=False)

    def after(self, changes: Mapping[str, str | None], tell: Tell) -> tuple["Apart", set[str]]:
        """`changes`(번호 → 새 글귀, 사라졌으면 None) 뒤의 모습과, 부를 말이 달라졌을 수 있는 번호들.

        처음부터 만들 때도 이것을 쓴다: 하나씩 바꾼 것과 한꺼번에 만든 것이 다를 수 없다.
        """
        said, told, sharing = dict(self.said), dict(self.told), dict(self._sharing)
        moved = Groups(sharing)
        for id, text in changes.items():
            old = said.pop(id, None)
            told.pop(id, None)
            if old is not None:
                moved[old].discard(id)
            if text is not None:
                said[id] = text
                moved[text].add(id)
        unsettled = set(changes)
        for text, ids in moved.items():
            if (len(ids) > 1) != (len(sharing.get(text, ())) > 1):
                unsettled |= ids
            sharing[text] = tuple(ids)
            if not ids:
                del sharing[text]
        for id in unsettled & said.keys():
            told[id] = tell(id, said[id], len(sharing[said[id]]) == 1)
        return Apart(said, told, sharing), unsettled
