"""한 안내가 어느 목록에 놓이는지: 갈래, 자치구, 가나다, 고친 달. 목록이 어떻게 보이는지는 모른다."""

import re
from collections.abc import Iterator

from kb.districts import SLUGS
from kb.entry import SEOUL, Entry
from kb.topics import Topic

INDEX = {
    "ga": "가", "na": "나", "da": "다", "ra": "라", "ma": "마", "ba": "바", "sa": "사", "a": "아",
    "ja": "자", "cha": "차", "ka": "카", "ta": "타", "pa": "파", "ha": "하", "etc": "숫자와 로마자",
}  # fmt: skip
"""가나다 색인의 열다섯 자리: 주소의 이름과 화면의 이름."""

PLACES = (
    "ga", "ga", "na", "da", "da", "ra", "ma", "ba", "ba", "sa", "sa", "a", "ja", "ja", "cha", "ka", "ta", "pa", "ha",
)  # fmt: skip
"""한글 첫소리 열아홉의 자리: 된소리는 예사소리와 함께 둔다."""

MONTHS = "/changes/"
FIRST = re.compile(r"[^\W_]")


def shelves_of(entry: Entry, topic: Topic) -> Iterator[str]:
    """이 안내가 놓이는 목록의 주소들. 주제의 목록은 여기 없다(모든 안내가 하나씩 놓인다)."""
    for subtopic in topic.subtopics:
        if subtopic.takes(entry.title, entry.tags):
            yield f"/topic/{topic.id}/{subtopic.id}"
    for district in entry.districts:
        if district in SLUGS:
            yield f"/district/{SLUGS[district]}"
    yield f"/ganada/{index_place(entry.title)}"
    yield f"{MONTHS}{entry.updated.astimezone(SEOUL):%Y-%m}"


def index_place(title: str) -> str:
    """제목이 놓이는 색인의 자리. 앞의 따옴표나 괄호는 건너뛴다."""
    first = FIRST.search(title)
    code = ord(first.group()) - 0xAC00 if first else -1
    return PLACES[code // 588] if 0 <= code < 11_172 else "etc"
