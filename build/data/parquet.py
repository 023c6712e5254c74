"""안내를 Parquet 파일로: 분석 도구가 칸마다 읽는 표. 사람이 읽을 모양은 모른다."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

from arro3.core import Array, DataType, Field, Schema, Table, list_array, struct_array
from arro3.io import write_parquet as write_file

from build.data.fields import FIELDS, Kind, Row
from build.data.fields import Field as OurField

COMPRESSION = "zstd(9)"
MADE_BY = "open120"
"""파일에 적는 만든 이. 꾸러미의 판을 적지 않는다."""

EPOCH = dt.date(1970, 1, 1)
TEXT, INT = DataType.string(), DataType.int32()
PAIR = [Field("name", TEXT, nullable=False), Field("value", TEXT, nullable=False)]
TEXTS = DataType.list(Field("element", TEXT, nullable=False))
PAIRS = DataType.list(Field("element", DataType.struct(PAIR), nullable=False))
DAY, MOMENT = DataType.date32(), DataType.timestamp("ms", tz="Asia/Seoul")


def write_parquet(path: Path, rows: Iterable[Row]) -> None:
    """칸마다 타입이 있다: 목록은 list<string>, 사실들은 list<struct<name, value>>, 날짜는 date와 timestamp(서울)."""
    columns = list(zip(*rows, strict=True)) or [()] * len(FIELDS)
    made = [COLUMNS[field.kind](column) for field, column in zip(FIELDS, columns, strict=True)]
    schema = Schema([_field(field, array) for field, array in zip(FIELDS, made, strict=True)])
    table = Table.from_arrays(made, schema=schema)
    write_file(table, path, compression=COMPRESSION, created_by=MADE_BY)


def _field(field: OurField, array: Array) -> Field:
    nullable = field.kind in (Kind.DAY, Kind.MOMENT) and not field.always
    return Field(field.name, array.type, nullable=nullable, metadata={"about": f"{field.title}. {field.about}"})


def _texts(column: Sequence[str]) -> Array:
    return Array(column, type=TEXT)


def _lists(column: Sequence[Sequence[str]]) -> Array:
    return list_array(_offsets(column), Array(list(chain.from_iterable(column)), type=TEXT), type=TEXTS)


def _pairs(column: Sequence[Mapping[str, str]]) -> Array:
    names = Array([name for facts in column for name in facts], type=TEXT)
    texts = Array([text for facts in column for text in facts.values()], type=TEXT)
    return list_array(_offsets(column), struct_array([names, texts], fields=PAIR), type=PAIRS)


def _offsets(column: Sequence[Any]) -> Array:
    return Array(list(accumulate(map(len, column), initial=0)), type=INT)


def _days(column: Sequence[dt.date | None]) -> Array:
    return Array([day and (day - EPOCH).days for day in column], type=INT).cast(DAY)


def _moments(column: Sequence[dt.datetime]) -> Array:
    return Array([int(moment.timestamp()) * 1000 for moment in column], type=DataType.int64()).cast(MOMENT)


COLUMNS: Mapping[Kind, Callable[[Any], Array]] = {
    Kind.TEXT: _texts,
    Kind.LIST: _lists,
    Kind.PAIRS: _pairs,
    Kind.DAY: _days,
    Kind.MOMENT: _moments,
}
