"""한 판에 드는 파일들의 이름, 뜻, 형식. 무엇이 적히는지는 각 파일을 쓰는 곳이 안다."""

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import file_digest
from pathlib import Path


@dataclass(frozen=True)
class File:
    """판에 드는 파일 하나의 소개."""

    name: str
    title: str
    about: str
    mediatype: str
    registered: bool = True
    """IANA에 올라 있는 형식인가 (DCAT은 올라 있는 것만 mediaType에 적는다)."""


@dataclass(frozen=True)
class Written:
    """써 놓은 파일 하나: 크기(바이트)와 SHA-256."""

    file: File
    bytes: int
    sha256: str

    @classmethod
    def at(cls, folder: Path, file: File) -> "Written":
        """써 놓은 것을 잰다."""
        path = folder / file.name
        with path.open("rb") as stream:
            return cls(file, path.stat().st_size, file_digest(stream, "sha256").hexdigest())


JSONL = File(
    "faq.jsonl", "안내 (JSON Lines)", "한 줄에 안내 하나. 프로그램으로 읽기 좋습니다.", "application/x-ndjson", False
)
CSV = File("faq.csv", "안내 (CSV)", "표 하나. UTF-8(BOM)이라 엑셀에서 바로 열립니다.", "text/csv")
XLSX = File(
    "faq.xlsx",
    "안내 (엑셀)",
    "칸의 이름이 한글이고, 거르고 차례를 바꾸며 읽기 좋습니다.",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
)
PARQUET = File("faq.parquet", "안내 (Parquet)", "분석 도구로 읽는 가장 작은 표.", "application/vnd.apache.parquet")
SQLITE = File(
    "faq.sqlite",
    "안내 (SQLite)",
    "내려받아 바로 묻고 찾는 데이터베이스. 전문 검색이 들어 있습니다.",
    "application/vnd.sqlite3",
)
MARKDOWN = File(
    "faq-md.tar.gz", "안내의 원본 글 (Markdown)", "안내마다 글 하나, 머리말이 있습니다.", "application/gzip"
)
CHANGES = File(
    "changes.jsonl",
    "바뀐 것 (JSON Lines)",
    "안내마다 마지막으로 일어난 일(고침·합침·내림), 늦은 것부터. 예전에 받은 자료를 맞출 때 씁니다.",
    "application/x-ndjson",
    False,
)
TOPICS = File("topics.csv", "주제 (CSV)", "주제와 안내의 수.", "text/csv")
DISTRICTS = File("districts.csv", "자치구 (CSV)", "스물다섯 자치구와 안내의 수.", "text/csv")
SOURCES = File("sources.csv", "출처와 이용 조건 (CSV)", "근거가 된 자료마다 이용 조건과 안내의 수.", "text/csv")
REDIRECTS = File("redirects.csv", "옮긴 주소 (CSV)", "합치거나 내린 안내의 주소.", "text/csv")
SCHEMA = File("schema.json", "JSON Lines의 모양", "faq.jsonl 한 줄의 JSON Schema.", "application/schema+json")

CONTENT = (CSV, XLSX, JSONL, PARQUET, SQLITE, MARKDOWN, CHANGES, TOPICS, DISTRICTS, SOURCES, REDIRECTS, SCHEMA)
"""내용이 든 파일들, 소개하는 차례로."""

PACKAGE = File("datapackage.json", "Data Package", "파일마다 크기, SHA-256, 칸의 뜻.", "application/json")
CATALOGUE = File("catalog.jsonld", "DCAT 목록", "다른 데이터 포털이 읽는 소개.", "application/ld+json")
README = File("README.md", "읽어 주세요", "무엇이 들었고 어떻게 쓰는지.", "text/markdown")
LICENCE = File("LICENCE.txt", "이용 조건", "출처마다 무엇을 해도 되는지.", "text/plain")
SUMS = File("SHA256SUMS", "SHA-256", "sha256sum -c 로 맞춰 봅니다.", "text/plain")

DESCRIPTIONS = (PACKAGE, CATALOGUE, README, LICENCE, SUMS)
"""내용을 소개하는 파일들."""

TABLES = {"topics": TOPICS, "districts": DISTRICTS, "sources": SOURCES, "redirects": REDIRECTS}
"""작은 표의 이름에서 그 CSV로."""


def names() -> Iterator[str]:
    """한 판에 드는 파일의 이름 모두."""
    return (file.name for file in (*CONTENT, *DESCRIPTIONS))
