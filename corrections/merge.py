"""갈라진 두 글을 바탕글에서부터 합친다. 누가 고쳤는지, 어디에 저장하는지는 모른다."""

from dataclasses import fields
from typing import Any

from kb import git
from kb.entry import Entry


def merged(base: Entry, *, ours: Entry, theirs: Entry) -> Entry | None:
    """`base`에서 갈라진 지금 글(`ours`)과 고친 글(`theirs`)을 합친다. 같은 곳을 다르게 고쳤으면 None.

    값마다 한쪽만 바꾼 것은 그쪽을 따르고, 본문은 줄 단위로 합친다. 고친 시각은 고친 글의 것이다.
    """
    values: dict[str, Any] = {"updated": theirs.updated}
    for name in (field.name for field in fields(Entry) if field.name != "updated"):
        old, mine, yours = (getattr(entry, name) for entry in (base, ours, theirs))
        if yours in (old, mine):
            values[name] = mine
        elif mine == old:
            values[name] = yours
        elif name == "body" and (body := git.merged_lines(old, mine, yours)) is not None:
            values[name] = body
        else:
            return None
    return Entry(**values)
