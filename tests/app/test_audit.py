"""날마다 사건을 되짚고, 어긋나면 누구나 알게 한다."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from app.audit import AuditFile, audited
from app.running import Running
from db import Database
from tests.app.conftest import Browser


def 상태(시민: Browser) -> tuple[bool, object]:
    답 = 시민.연다("/healthz").json
    return 답["ok"], 답["audit"]


def test_어긋나면_healthz와_기록이_말하고_머리를_새로_적지_않는다(
    시민: Browser, 인스턴스: Running, database: Database, 보낸요청: Callable[..., int], caplog: pytest.LogCaptureFixture
):
    번호 = 보낸요청()
    assert 상태(시민) == (True, None)
    인스턴스.audit()
    assert 상태(시민)[0] is True
    머리들 = 인스턴스.audit_file.heads
    assert len(머리들) == 1

    with database.engine.begin() as connection:
        connection.execute(text(f"UPDATE correction SET state = 'declined', reason_code = 'other' WHERE id = {번호}"))
    인스턴스.audit()

    괜찮나, 되짚은것 = 상태(시민)
    assert (괜찮나, 되짚은것["problems"] > 0) == (False, True)
    assert f"수정 요청 {번호}번의 상태" in caplog.text
    assert 인스턴스.audit_file.heads == 머리들


def test_적어_둔_파일이_상하면_괜찮다고_하지_않는다(인스턴스: Running, 시민: Browser):
    (인스턴스.instance.root / "audit.json").write_text("{", "utf-8")

    assert 상태(시민)[0] is False
    audited(인스턴스.database, AuditFile(인스턴스.instance.root / "audit.json"))
    assert 상태(시민)[0] is True
