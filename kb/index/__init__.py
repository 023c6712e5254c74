"""상담 항목의 색인: 짓고, 고치고, 연다. 묻는 말과 화면은 모른다."""

from kb.index.catalogue import Catalogue
from kb.index.document import Document, document_of, id_of, number_of
from kb.index.engine import ENGINES, Field, Found, Reader, Token, Wanted
from kb.index.folder import (
    DEFAULT_ENGINE,
    Entries,
    IndexReport,
    Meta,
    OpenIndex,
    build_index,
    open_index,
    read_meta,
    update,
)

__all__ = [
    "DEFAULT_ENGINE",
    "ENGINES",
    "Catalogue",
    "Document",
    "Entries",
    "Field",
    "Found",
    "IndexReport",
    "Meta",
    "OpenIndex",
    "Reader",
    "Token",
    "Wanted",
    "build_index",
    "document_of",
    "id_of",
    "number_of",
    "open_index",
    "read_meta",
    "update",
]
