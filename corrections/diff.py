"""두 글이 낱말로 어디가 다른지 짚는다. 무슨 글인지, 어느 화면에 보일지는 모른다."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import groupby

WORD = re.compile(r"\S+\s*|\s+")


class Mark(StrEnum):
    """조각의 뜻. 화면은 이 셋만 알면 된다."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True)
class Piece:
    """이어진 글 조각 하나."""

    mark: Mark
    text: str


def words(old: str, new: str) -> list[Piece]:
    """옛글과 새글을 낱말(띄어쓰기 단위)로 견준다.

    SAME·GONE 조각을 이으면 옛글, SAME·NEW 조각을 이으면 새글이 글자 그대로 나온다. 줄을 먼저 견주고
    바뀐 줄 안에서만 낱말을 견주므로 긴 글에서도 빠르다.
    """
    pieces = (piece for piece in _by_lines(old, new) if piece.text)
    return [Piece(mark, "".join(p.text for p in run)) for mark, run in groupby(pieces, key=lambda piece: piece.mark)]


def _by_lines(old: str, new: str) -> Iterator[Piece]:
    before, after = old.splitlines(keepends=True), new.splitlines(keepends=True)
    for tag, i, j, k, m in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(Mark.SAME, "".join(before[i:j]))
        else:
            yield from _by_words("".join(before[i:j]), "".join(after[k:m]))


def _by_words(old: str, new: str) -> Iterator[Piece]:
    before, after = WORD.findall(old), WORD.findall(new)
    for tag, i, j, k, m in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece(Mark.SAME, "".join(before[i:j]))
        else:
            yield Piece(Mark.GONE, "".join(before[i:j]))
            yield Piece(Mark.NEW, "".join(after[k:m]))
