"""한 판의 소개(Data Package v2)와 JSON Lines 한 줄의 모양(JSON Schema). 파일을 어떻게 쓰는지는 모른다."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from app.public import Site
from build.data import files
from build.data.fields import FIELDS, Field, Kind
from build.data.files import Written
from build.data.tables import Table, licences, origins
from kb.licences import licence

Node = dict[str, Any]

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
NAME = "open120"
TYPES: Mapping[Kind, str] = {
    Kind.TEXT: "string",
    Kind.LIST: "array",
    Kind.PAIRS: "object",
    Kind.DAY: "date",
    Kind.MOMENT: "datetime",
}
OURS = (
    "CC-BY-4.0",
    "크리에이티브 커먼즈 저작자표시 4.0 국제: 우리가 쓰고 엮은 부분",
    "https://creativecommons.org/licenses/by/4.0/",
)
"""우리가 쓰고 엮은 부분의 이용 조건 (content/LICENSE). 근거가 된 자료에는 그 자료의 조건이 그대로 적용된다."""


def package(
    site: Site, *, version: str, moment: dt.datetime, written: Sequence[Written], tables: Sequence[Table]
) -> Node:
    """datapackage.json의 내용. `moment`는 마지막으로 고친 때다."""
    schemas = {files.TABLES[table.name].name: table_schema(table) for table in tables}
    entries = site.entries.values()
    return {
        "$schema": PROFILE,
        "name": NAME,
        "title": f"{site.settings.name} 안내",
        "description": site.settings.about,
        "homepage": site.settings.url("/data"),
        "version": version,
        "created": moment.isoformat(),
        "entries": len(entries),
        "licenses": [_licence(*OURS), *(_licence(code, *licence(code), entries=n) for code, n in licences(entries))],
        "sources": [_source(origin.name, origin.url, origin.licence, origin.entries) for origin in origins(entries)],
        "resources": [
            _resource(one, entry_schema() if one.file is files.CSV else schemas.get(one.file.name)) for one in written
        ],
    }


def _licence(code: str, title: str, url: str, **more: int) -> Node:
    return {"name": code, "title": title} | ({"path": url} if url else {}) | more


def _source(name: str, url: str, code: str, entries: int) -> Node:
    title = name or "이름을 적지 않은 출처"
    return {"title": title} | ({"path": url} if url else {}) | {"licence": code, "entries": entries}


def _resource(one: Written, schema: Node | None) -> Node:
    node: Node = {
        "name": one.file.name.lower(),
        "path": one.file.name,
        "title": one.file.title,
        "description": one.file.about,
        "mediatype": one.file.mediatype,
        "bytes": one.bytes,
        "hash": f"sha256:{one.sha256}",
    }
    if schema is None:
        return node | {"type": "file"}
    return node | {
        "type": "table",
        "format": "csv",
        "encoding": "utf-8",
        "dialect": {"lineTerminator": "\r\n"},
        "schema": schema,
    }


def entry_schema() -> Node:
    """안내 CSV의 칸들."""
    return {"fields": [_column(field) for field in FIELDS], "primaryKey": ["id"], "missingValues": [""]}


def _column(field: Field) -> Node:
    node = {"name": field.name, "type": TYPES[field.kind], "title": field.title, "description": field.about}
    return node | ({"constraints": {"required": True}} if field.always else {})


def table_schema(table: Table) -> Node:
    """작은 표의 칸들."""
    columns = [{"name": column.name, "type": column.type, "description": column.about} for column in table.columns]
    key = {"primaryKey": [table.key]} if table.key else {}
    return {"fields": columns, "missingValues": [""]} | key


# --- one line of faq.jsonl ------------------------------------------------------------------------------------------


SHAPES: Mapping[Kind, Node] = {
    Kind.TEXT: {"type": "string"},
    Kind.LIST: {"type": "array", "items": {"type": "string"}},
    Kind.PAIRS: {"type": "object", "additionalProperties": {"type": "string"}},
    Kind.DAY: {"type": ["string", "null"], "format": "date"},
    Kind.MOMENT: {"type": "string", "format": "date-time"},
}


def line_schema() -> Node:
    """faq.jsonl 한 줄의 JSON Schema."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "안내 하나",
        "type": "object",
        "properties": {field.name: _shape(field) for field in FIELDS},
        "required": [field.name for field in FIELDS],
        "additionalProperties": False,
    }


def _shape(field: Field) -> Node:
    filled = {"minLength": 1} if field.always and field.kind is Kind.TEXT else {}
    return {"title": field.title, "description": field.about} | SHAPES[field.kind] | filled
