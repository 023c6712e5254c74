"""남의 프로그램이 쓰는 문: 찾기, 이어 줄 말, 안내의 전문을 JSON으로. 로그인도 세션도 데이터베이스도 모른다."""

from flask import Flask

from app.api import views
from app.api.pace import Pace
from app.api.problems import Refused
from app.api.table import operations
from kb.topics import Topics

__all__ = ["Pace", "add_api"]


def add_api(app: Flask, *, topics: Topics, base_url: str, name: str, pace: Pace) -> None:
    """앱에 `/api`(사람의 쪽)와 `/api/v1`을 단다. `base_url`은 누리집의 주소(없으면 부른 주소), `pace`는 한도다."""
    table = operations(topics)
    app.extensions[views.EXTENSION] = views.Api(operations=table, base_url=base_url, name=name, pace=pace)
    app.before_request(views.preflight)
    app.register_error_handler(Refused, views.refused)
    app.register_blueprint(views.blueprint(table))
    app.after_request(views.share)
