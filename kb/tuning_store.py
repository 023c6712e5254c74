"""검색 규칙을 저장소의 커밋 하나로 저장한다. 받아도 되는 규칙인지는 모른다."""

from contextlib import suppress

from kb import git
from kb.errors import ContentMoved
from kb.store import Change, EntryStore
from kb.tuning import PATH, Rules

TRIES = 5


def read_rules(store: EntryStore) -> Rules:
    """지금의 규칙들. 파일이 없으면 빈 규칙, 틀렸으면 BadTuning."""
    return Rules.from_file(store.root / PATH)


def save_rules(store: EntryStore, rules: Rules, *, base: str, change: Change) -> str:
    """`rules`를 저장하고 커밋의 sha를 돌려준다. 그대로이면 커밋하지 않는다.

    `base`는 바탕으로 삼은 규칙들의 판(`Rules.version`)이고, 그사이 바뀌었으면 ContentMoved: 아무것도 바꾸지 않는다.
    손으로 고치고 커밋하지 않은 규칙은 먼저 커밋한다. 저장할 수 없으면 StoreError, 지금 파일이 틀렸으면 BadTuning.
    """
    for _ in range(TRIES):
        head = store.head
        text = (store.root / PATH).read_text("utf-8") if (store.root / PATH).is_file() else ""
        if text != git.texts(store.root, head, [PATH]).get(PATH, ""):
            with store.writing():  # someone is placing files right now, or a person edited this one by hand
                store.adopt_hand_edits()
        elif Rules.from_text(text).version != base:
            raise ContentMoved("그사이 다른 사람이 검색 규칙을 바꾸었습니다.")
        else:
            with suppress(ContentMoved):  # another text was saved meanwhile; look at the rules again
                return store.save_all([], change=change, files={PATH: rules.to_text()}, base=head)
    raise ContentMoved("다른 사람들이 글을 저장하는 중입니다. 잠시 뒤 다시 해 주세요.")
