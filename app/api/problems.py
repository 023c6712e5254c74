"""잘못된 요청에 주는 답(RFC 9457 problem+json)의 모양과 말. 무엇이 왜 잘못인지는 부르는 쪽이 안다."""

import json
from collections.abc import Mapping
from typing import Any

from flask import Response
from werkzeug.exceptions import HTTPException

PREFIX = "/api/v1"
MIMETYPE = "application/problem+json"

TITLES: Mapping[int, str] = {
    400: "요청을 읽을 수 없습니다",
    404: "찾는 것이 없습니다",
    405: "이 주소에서는 할 수 없는 일입니다",
    410: "게시를 마친 안내입니다",
    413: "보낸 글이 너무 깁니다",
    422: "값을 확인해 주세요",
    429: "잠시 뒤에 다시 물어 주세요",
    500: "문제가 생겼습니다",
    503: "잠시 쓸 수 없습니다",
}
SENTENCES: Mapping[int, str] = {
    400: "주소에 적은 값을 확인하고 다시 보내 주세요. 쓰는 법은 /api에 있습니다.",
    404: "이런 주소는 없습니다. 쓸 수 있는 주소는 /api에 있습니다.",
    405: "여기서는 읽기만 할 수 있습니다. GET이나 HEAD로 보내 주세요.",
    413: "몸통 없이 GET으로 보내 주세요.",
    500: "우리 쪽 잘못입니다. 잠시 뒤 다시 해 주세요. 계속되면 incident의 번호와 함께 알려 주세요.",
    503: "잠시 뒤 다시 해 주세요. 급하시면 120다산콜센터(02-120)에 전화해 주세요.",
}
"""Flask와 Werkzeug의 오류에 붙이는 말. 우리가 낸 오류는 제 문장이 있다."""

TYPE_PAGE = "/api"
"""오류의 종류(type)를 설명하는 쪽. `/api#429`처럼 가리킨다."""


class Refused(Exception):
    """답해 줄 수 없는 요청. `status`와 사람에게 하는 말, 더 알려 줄 것(`more`)."""

    def __init__(self, status: int, sentence: str, **more: Any) -> None:
        super().__init__(sentence)
        self.status, self.sentence, self.more = status, sentence, more


def is_api(path: str) -> bool:
    """이 주소의 오류는 화면이 아니라 problem+json으로 답한다."""
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def problem(status: int, sentence: str, **more: Any) -> Response:
    """문제 하나를 응답으로. `more`의 빈 값은 싣지 않는다. 어디에도 남겨 두지 않는다(no-store)."""
    told = {
        "type": f"{TYPE_PAGE}#{status}",
        "title": TITLES.get(status, "할 수 없는 요청입니다"),
        "status": status,
        "detail": sentence,
        **{name: value for name, value in more.items() if value not in ("", None)},
    }
    answer = Response(as_json(told), status, content_type=MIMETYPE)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def http_problem(error: HTTPException) -> Response:
    """Flask와 Werkzeug의 오류(400 이상)를."""
    status = error.code or 500
    return problem(status, SENTENCES.get(status, "주소와 방법을 확인하고 다시 보내 주세요. 쓰는 법은 /api에 있습니다."))


def as_json(value: Any) -> bytes:
    """한글을 그대로 둔 UTF-8 JSON. 짝 없는 대리 글자가 섞였으면 물음표가 된다."""
    return (json.dumps(value, ensure_ascii=False, separators=(",", ":")) + "\n").encode("utf-8", "replace")
