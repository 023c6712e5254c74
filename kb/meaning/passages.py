"""항목에서 뜻을 셈할 토막을 고른다. 뜻을 어떻게 셈하는지는 모른다."""

from hashlib import blake2b

TITLE, LEAD, PLACE = 60, 160, 48
"""토막의 글자 수(많아야): 제목, 제목과 글머리, 장소 안내. 뜻을 셈하는 시간은 글자 수를 따라 늘어나고(160자에 0.05초),
160자보다 길게 해도 점수가 오르지 않는다(docs/decisions/0013)."""

MODEL = "e5-small-q4"
"""토막의 뜻을 셈하는 모형의 이름. 모형이나 토막 내는 법이 바뀌면 지문도 바뀌어 다시 셈한다."""


def passages_of(id: str, title: str, text: str) -> tuple[str, ...]:
    """항목의 토막들: 제목, 그리고 제목에 글머리를 이은 것. 장소 안내(p)는 꼴이 한 가지이므로 짧게 하나만."""
    title, text = " ".join(title.split()), " ".join(text[: LEAD * 2].split())
    if id.startswith("p"):
        return (f"{title} {text}"[:PLACE].strip(),)
    return (title[:TITLE].strip(), f"{title} {text}"[:LEAD].strip())


def fingerprint(passage: str) -> int:
    """토막의 지문(0이 아닌 64비트 수). 지문이 같으면 같은 글이다."""
    digest = blake2b(passage.encode(), digest_size=8, person=MODEL.encode())
    return int.from_bytes(digest.digest(), "little") or 1
