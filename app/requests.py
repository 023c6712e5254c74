"""요청마다의 번호와 기록(log): 번호는 사건과 기록과 답의 머리말에 함께 적히고, 기록에는 개인정보를 남기지 않는다."""

import logging
import secrets
from copy import copy

from flask import Flask, Response

from db.events import REQUEST
from kb import personal

HEADER = "X-Request-ID"
FORMAT = "%(asctime)s %(levelname)s %(name)s [%(request)s]: %(message)s"


def number_requests(app: Flask) -> None:
    """앱에 단다. 번호는 언제나 여기서 만든다: 밖에서 온 글은 사건에 적지 않는다."""

    @app.before_request
    def number() -> None:
        REQUEST.set(secrets.token_hex(8))

    @app.after_request
    def told(response: Response) -> Response:
        if request := REQUEST.get():
            response.headers[HEADER] = request
        return response

    @app.teardown_request
    def forget(_: BaseException | None) -> None:
        REQUEST.set(None)


class MaskedFormatter(logging.Formatter):
    """요청의 번호를 넣고 개인정보를 가리는 기록의 모양. 오류의 추적(traceback)에 실린 글도 가린다."""

    def format(self, record: logging.LogRecord) -> str:
        record = copy(record)
        record.request = REQUEST.get() or "-"
        record.exc_text = None  # another handler may have kept the unmasked traceback there
        return super().format(record)

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = personal.mask(record.message)
        return super().formatMessage(record)

    def formatException(self, ei: object) -> str:
        return personal.mask(super().formatException(ei))  # type: ignore[arg-type]  # the stubs want its private alias


def set_up_logging() -> None:
    """서버와 작업자의 기록을 이 모양으로."""
    handler = logging.StreamHandler()
    handler.setFormatter(MaskedFormatter(FORMAT))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    for noisy in ("waitress", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
