"""내려받을 자료의 쪽(/data)과, 자료의 주소에 덧붙일 머리말. 파일을 만드는 법과 둔 곳은 모른다."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.public.edition import DataFile, Edition
from app.public.material import Page

Node = dict[str, Any]

OPEN = ("/data/", "/openapi/")
"""다른 누리집의 스크립트도 읽을 수 있는 주소의 앞머리 (PUBLISHING 1.8)."""


@dataclass(frozen=True)
class DataPage(Page):
    template = "public/data.html"
    edition: Edition | None
    topics: tuple[tuple[str, str], ...]
    """주제의 로마자 이름과 이름."""


def data_nodes(page: DataPage) -> list[Node]:
    """검색 로봇에게: DataCatalog와 Dataset, 파일마다 DataDownload (PUBLISHING 1.1). 판이 없으면 목록만."""
    url, edition = page.settings.url, page.edition
    catalogue: Node = {
        "@type": "DataCatalog",
        "@id": f"{page.canonical}#catalog",
        "url": page.canonical,
        "name": f"{page.settings.name} 데이터",
        "inLanguage": "ko",
        "isPartOf": {"@id": url("/#site")},
        "publisher": {"@id": url("/#owner")},
        "breadcrumb": {"@id": f"{page.canonical}#breadcrumb"},
    }
    if edition is None:
        return [catalogue]
    dataset: Node = {
        "@type": "Dataset",
        "@id": url(f"{edition.folder}/"),
        "name": f"{page.settings.name} 안내 {edition.entries:,}개",
        "description": description(page, edition),
        "url": page.canonical,
        "version": edition.version,
        "dateModified": edition.made.isoformat(),
        "inLanguage": "ko",
        "isAccessibleForFree": True,
        "creator": {"@id": url("/#owner")},
        "publisher": {"@id": url("/#owner")},
        "license": url(f"{edition.folder}/LICENCE.txt"),
        "spatialCoverage": "서울특별시",
        "includedInDataCatalog": {"@id": catalogue["@id"]},
        "variableMeasured": [field.title for field in edition.fields],
        "distribution": [_download(page, edition, file) for file in edition.files],
    }
    return [catalogue | {"dataset": {"@id": dataset["@id"]}}, dataset]


def description(page: DataPage, edition: Edition) -> str:
    """자료의 소개. Dataset Search는 50자에서 5,000자를 받는다 (PUBLISHING 1.1)."""
    return (
        f"{page.settings.about} 공개한 안내 {edition.entries:,}개의 제목, 본문, 핵심 내용, 담당, 출처, 이용 조건, 고친 때를 "
        f"JSON Lines, CSV, 엑셀, Parquet, SQLite, Markdown으로 내려받을 수 있습니다."
    )


def _download(page: DataPage, edition: Edition, file: DataFile) -> Node:
    return {
        "@type": "DataDownload",
        "name": file.title,
        "description": file.about,
        "contentUrl": page.settings.url(f"{edition.folder}/{file.name}"),
        "encodingFormat": file.mediatype,
        "contentSize": f"{file.bytes} B",
        "sha256": file.sha256,
        "license": page.settings.url(f"{edition.folder}/LICENCE.txt"),
    }


SHARED = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""어느 누리집의 스크립트나 읽어도 되는 답의 머리말."""


def data_headers(path: str) -> Mapping[str, str]:
    """자료의 주소에 덧붙일 머리말: 어느 누리집에서나 읽을 수 있고, 판의 파일은 바뀌지 않는다 (PUBLISHING 1.8)."""
    if not path.startswith(OPEN):
        return {}
    if path.startswith("/openapi/"):
        return SHARED | {"X-Robots-Tag": "noindex"}
    return SHARED | {"Cache-Control": "public, max-age=31536000, immutable"}
