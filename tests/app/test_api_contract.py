"""API가 제 문서(OpenAPI)대로 답한다: schemathesis가 문서를 읽고 맞는 물음과 틀린 물음을 지어 보낸다."""

import json
from collections import Counter

import pytest
import schemathesis
from flask import Flask
from schemathesis.engine import from_schema
from schemathesis.engine.events import FatalError, NonFatalError, ScenarioFinished
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from app import create_app
from app.running import Running
from tests.app.test_api import 열린

__all__ = ["열린"]
문서 = "/api/v1/openapi.json"


@pytest.fixture
def 앱(열린: Running, monkeypatch: pytest.MonkeyPatch) -> Flask:
    monkeypatch.setenv("OPEN120_API_PER_MINUTE", "0")
    return create_app(열린)


def test_무엇을_지어_보내도_문서에_적힌_대로_답한다(앱: Flask) -> None:
    schema = schemathesis.openapi.from_wsgi(문서, 앱)
    schema.config.generation.max_examples = 60
    schema.config.seed = 120
    본것: dict[str, Counter[int]] = {}
    어긋남: list[str] = []

    for event in from_schema(schema).execute():
        if isinstance(event, NonFatalError | FatalError):
            어긋남.append(str(event))
        if isinstance(event, ScenarioFinished):
            답들 = [one.response.status_code for one in event.recorder.interactions.values() if one.response]
            본것.setdefault(event.recorder.label, Counter()).update(답들)
            어긋남 += [
                f"{event.recorder.label} {check.name}: {check.failure_info.failure.message}"
                for checks in event.recorder.checks.values()
                for check in checks
                if check.failure_info
            ]

    assert 어긋남 == []
    assert set(본것) == {"GET /search", "GET /suggest", "GET /entries/{id}"}
    assert all(상태[200] > 10 and 상태[405] and sum(상태.values()) > 50 for 상태 in 본것.values())
    assert 본것["GET /search"][400] > 10
    assert 본것["GET /search"][422] > 10
    assert 본것["GET /entries/{id}"][404]


def test_문서는_OpenAPI_3_1의_규칙에_맞는다(앱: Flask) -> None:
    OPENAPI_31_VALIDATOR.validate(json.loads(앱.test_client().get(문서).data))
