"""번호 장부: 같은 곳은 언제까지나 같은 번호를 쓴다. 그 번호에 무슨 글이 있는지는 모른다.

장부(`ids.csv`)는 조리법과 함께 커밋한다. 열쇠는 `조리법|구|이름`이고, 같은 이름이 한 구에 둘이면 뒤에 주소가 붙는다.
줄의 차례는 번호에 아무 영향이 없다: 새 열쇠들은 글자 차례로 번호를 받는다.
"""

import csv
import io
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kb.compose.errors import BadRecipe

FILE = "ids.csv"
HEAD = ("key", "number", "place", "written")


@dataclass(frozen=True)
class Number:
    """장부의 한 줄: 번호, 그때의 자리(같은 이름을 가릴 때 봄), 짓기가 마지막으로 쓴 글의 지문(사람이 고쳤는지 봄)."""

    number: int
    place: str = ""
    written: str = ""


@dataclass(frozen=True)
class Wanted:
    """번호를 받을 것: 짧은 열쇠와 자리."""

    key: str
    place: str = ""

    @property
    def long_key(self) -> str:
        """같은 이름이 또 있을 때의 열쇠."""
        return f"{self.key}|{self.place}"


class Register:
    """번호 장부. 바꾸면 새 장부를 돌려준다."""

    def __init__(self, known: Mapping[str, Number] | None = None) -> None:
        self.known = dict(known or {})

    @classmethod
    def from_text(cls, text: str, *, path: str = FILE) -> "Register":
        """장부의 글을 읽는다. 틀리면 BadRecipe."""
        lines = csv.reader(io.StringIO(text))
        if (head := next(lines, None)) is not None and tuple(head) != HEAD:
            raise BadRecipe(f"번호 장부 {path}의 첫 줄이 {','.join(HEAD)}이(가) 아닙니다.")
        known: dict[str, Number] = {}
        try:
            for key, number, place, written in lines:
                known[key] = Number(int(number), place, written)
        except ValueError as error:
            raise BadRecipe(f"번호 장부 {path}의 {lines.line_num}번째 줄을 읽을 수 없습니다: {error}") from error
        if repeated := [number for number, count in Counter(n.number for n in known.values()).items() if count > 1]:
            raise BadRecipe(f"번호 장부 {path}에 번호 {repeated[0]}이(가) 두 번 나옵니다.")
        return cls(known)

    @classmethod
    def from_file(cls, path: Path) -> "Register":
        """장부 파일. 없으면 빈 장부."""
        return cls.from_text(path.read_text("utf-8"), path=path.name) if path.is_file() else cls()

    def to_text(self) -> str:
        """파일에 쓸 글(열쇠 차례)."""
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows((key, n.number, n.place, n.written) for key, n in sorted(self.known.items()))
        return out.getvalue()

    def keys_for(self, wanted: Iterable[Wanted]) -> dict[Wanted, str]:
        """저마다의 열쇠. 같은 짧은 열쇠가 여럿이면 장부에서 그 자리를 쓰던 것이 지키고 나머지는 긴 열쇠를 쓴다."""
        groups: dict[str, list[Wanted]] = {}
        for item in wanted:
            groups.setdefault(item.key, []).append(item)
        return {item: self._key(item, alone=len(group) == 1) for group in groups.values() for item in group}

    def _key(self, item: Wanted, *, alone: bool) -> str:
        short = self.known.get(item.key)
        if item.long_key in self.known:
            return item.long_key
        if alone or (short is not None and short.place == item.place):
            return item.key
        return item.long_key

    def with_numbers(self, keys: Mapping[str, str]) -> "Register":
        """새 열쇠(열쇠 -> 자리)에 번호를 매긴 장부."""
        known = dict(self.known)
        following = max((n.number for n in known.values()), default=0) + 1
        for key in sorted(keys):
            if key not in known:
                known[key] = Number(following, keys[key])
                following += 1
            elif known[key].place != keys[key]:
                known[key] = replace(known[key], place=keys[key])
        return Register(known)

    def with_written(self, written: Mapping[str, str]) -> "Register":
        """쓴 글의 지문을 적은 장부."""
        return Register(
            {key: replace(n, written=written[key]) if key in written else n for key, n in self.known.items()}
        )
