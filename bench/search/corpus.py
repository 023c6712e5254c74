"""견줄 때 쓰는 글과 물음. 모든 상대가 같은 파일을 읽는다. 누가 어떻게 찾는지는 모른다."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import sample
from kb.entry import Entry
from kb.evaluate import read_questions
from kb.exchange import import_csv
from kb.index.document import plain

ROOT = Path(__file__).parent.parent.parent
CSV = ROOT.parent / "shared/data/seoul120.csv"
IMPORTED = 2_645
"""CSV의 줄 수. 이 크기를 재면 CSV를 가져와서 잰다(파일이 없으면 배포본의 글로)."""

QUESTIONS = (ROOT.parent / "shared/data/queries.jsonl", ROOT / "tests/search/questions.jsonl")
"""판정한 질문 묶음. 먼저 있는 것을 쓴다."""

OWN_QUERIES = (
    "여권을 잃어버렸어요", "불법주정차 과태료", "수도요금 이사정산", "대형 폐기물 버리는 법", "기초연금 신청", "전입신고 기한",
    "어린이집 입소 대기", "강남구 무료 주차장", "반려동물 등록", "공영자전거 고장", "전세 사기 상담", "예방접종 하는 곳",
)  # fmt: skip

ENDINGS = (
    "알려 주세요", "궁금해요", "궁금합니다", "알고 싶어요", "부탁드려요", "부탁드립니다", "좀 알려 줘", "어떻게 해요",
    "어떻게 하나요", "하려고요", "인데요", "인가요", "에 대해서요", "말해 주세요", "물어봅니다",
)  # fmt: skip
"""물음마다 붙이는 말끝. 뜻은 그대로이고, 같은 글을 두 번 묻지 않으므로 지난 답을 기억해 두는 것이 빠르다고 재어지지 않는다."""

OPENINGS = {"warm": "저기요", "spin": "혹시"}
"""몸풀기와 초당 물음의 물음에 붙이는 말머리: 재는 물음과 다른 글이 되게."""

ENDINGS_A_ROUND = 3
TIMED_AT_LEAST = 300

Row = Mapping[str, str]
"""파일의 한 줄. `entry`는 우리 항목의 글 그대로, `title`과 `text`는 다른 상대가 읽을 꾸밈없는 제목과 글이다."""


def write_documents(count: int, path: Path) -> None:
    """항목 `count`개를 JSON Lines로 적는다. 공개되지 않은 항목은 뺀다(아무도 찾지 않는다)."""
    with _entries(count) as found, path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(row_of(entry), ensure_ascii=False) + "\n" for entry in found if entry.is_public)


def read_documents(path: Path) -> Iterator[Row]:
    """`write_documents`가 적은 줄들."""
    with path.open(encoding="utf-8") as file:
        yield from map(json.loads, file)


def row_of(entry: Entry) -> Row:
    """항목 하나의 줄. `text`에는 우리 색인이 찾는 것(본문, 안내 항목, 꼬리표, 자치구, 부서)이 모두 있다."""
    facts = (f"{name}: {value}" for name, value in entry.facts.items())
    parts = (plain(entry.body), *facts, *entry.tags, *entry.districts, entry.department)
    text = "\n".join(part for part in parts if part)
    return {"id": entry.id, "title": entry.title, "text": text, "entry": entry.to_text()}


def queries() -> list[str]:
    """물을 말들: 판정한 질문 묶음이 있으면 그것, 없으면 우리가 적은 것."""
    for path in QUESTIONS:
        if path.exists():
            return [" ".join(question.query.split()) for question in read_questions(path)]
    return list(OWN_QUERIES)


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """물음 파일들: 몸풀기, 바퀴마다 하나, 초당 물음을 잴 때 함께 묻는 이마다 하나. 세 가지에 같은 글은 없다."""

    warm_up: Path
    rounds: Sequence[Path]
    spins: Sequence[Path]


def write_queries(asked: Sequence[str], folder: Path) -> Asked:
    """물음마다 말머리와 말끝을 달리해 적는다. 바퀴마다 적어도 300개다."""

    def written(name: str, texts: Sequence[str]) -> Path:
        path = folder / f"queries-{name}.txt"
        path.write_text("\n".join(texts) + "\n", encoding="utf-8")
        return path

    rounds = [
        varied(asked, ENDINGS[start : start + ENDINGS_A_ROUND]) for start in range(0, len(ENDINGS), ENDINGS_A_ROUND)
    ]
    warm, spin = ([f"{word} {text}" for texts in rounds for text in texts] for word in OPENINGS.values())
    half = len(spin) // 2
    return Asked(
        warm_up=written("warm", warm),
        rounds=[written(str(number), texts) for number, texts in enumerate(rounds, 1)],
        spins=[written("spin-1", spin), written("spin-2", [*spin[half:], *spin[:half]])],
    )


def varied(asked: Sequence[str], endings: Sequence[str]) -> list[str]:
    """말끝마다 모든 물음. 300개가 안 되면 번호를 붙여 늘린다."""
    texts = [f"{query} {end}" for end in endings for query in asked]
    times = -(-TIMED_AT_LEAST // len(texts))
    return texts + [f"{text} {time}" for time in range(2, times + 1) for text in texts]


@contextmanager
def _entries(count: int) -> Iterator[Iterable[Entry]]:
    if count != IMPORTED or not CSV.exists():
        yield sample.entries(count)
        return
    with sample.empty_store() as store:
        columns = {"id": "번호", "topic": "분류", "title": "제목", "body": "내용"}
        import_csv(CSV, store, id_prefix="c", columns=columns, topics={})
        yield store.all()
