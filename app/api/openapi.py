"""표(table)와 모양(shapes)으로 OpenAPI 3.1 문서를 짓는다. 요청과 응답은 모른다."""

from collections.abc import Iterable
from typing import Any

from app.api.parameters import Parameter
from app.api.problems import PREFIX
from app.api.shapes import SHAPES, shape
from app.api.table import SHARED_HEADERS, InPath, Operation, Told

VERSION = "1.0.0"
"""API의 판. 칸을 더하면 가운데 수를, 칸을 빼거나 뜻을 바꾸면 주소(/api/v2)를 올린다."""

RETRY = {"schema": {"type": "integer"}, "description": "다시 물어도 될 때까지의 초"}


def document(operations: Iterable[Operation], *, name: str) -> dict[str, Any]:
    """API의 OpenAPI 3.1 문서. 서버의 주소는 이 문서가 있는 곳에서 시작하는 길이다."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{name} API",
            "version": VERSION,
            "summary": "서울시 120 상담 안내를 찾고 읽습니다.",
            "description": "읽기만 합니다. 열쇠도 로그인도 없습니다. 글마다 적힌 이용 조건을 따라 주세요.",
        },
        "servers": [{"url": PREFIX}],
        "paths": {operation.path: {"get": _get(operation)} for operation in operations},
        "components": {"schemas": dict(SHAPES)},
    }


def _get(operation: Operation) -> dict[str, Any]:
    return {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": operation.about,
        "parameters": [
            *([_in_path(operation.in_path)] if operation.in_path else []),
            *(_in_query(parameter) for parameter in operation.parameters),
        ],
        "responses": {str(status): _answer(status, told) for status, told in operation.answers.items()},
    }


def _in_path(found: InPath) -> dict[str, Any]:
    return {
        "name": found.name,
        "in": "path",
        "required": True,
        "description": found.about,
        "schema": {"type": "string", "pattern": f"^{found.pattern}$"},
        "example": found.example,
    }


def _in_query(parameter: Parameter) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "in": "query",
        "required": parameter.required,
        "description": parameter.about,
        "schema": parameter.schema,
        "example": parameter.example,
    }


def _answer(status: int, told: Told) -> dict[str, Any]:
    answer: dict[str, Any] = {"description": told.about}
    if told.shape:
        shapes = {told.mimetype: told.shape, **(told.also or {})}
        answer["content"] = {mimetype: {"schema": shape(name)} for mimetype, name in shapes.items()}
    if status < 400:
        answer["headers"] = {
            name: {"schema": {"type": "string"}, "description": about} for name, about in SHARED_HEADERS.items()
        }
    if status == 429:
        answer["headers"] = {"Retry-After": RETRY}
    if status == 301:
        answer["headers"] = {"Location": {"schema": {"type": "string", "format": "uri-reference"}}}
    return answer
