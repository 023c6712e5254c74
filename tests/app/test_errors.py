"""오류는 표 하나에서 상태 코드가 되고, 화면은 사람에게 하는 말만 한다."""

import inspect
import logging

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from app.errors import ROOTS, SENTENCES, STATUS, TITLES, status_of
from corrections import errors as corrections
from db import errors as db
from kb import errors as kb
from tests.app.conftest import Browser

우리잘못 = {
    kb.KnowledgeError, kb.BadTopics, kb.ImportFailed, corrections.CorrectionError, db.DatabaseError, db.MigrationFailed,
    db.NaiveTime, db.BadPerson, db.BadEvent,
}  # fmt: skip


def test_모든_오류가_표에_있거나_우리_잘못이다():
    모든오류 = {
        kind
        for module in (kb, corrections, db)
        for _, kind in inspect.getmembers(module, inspect.isclass)
        if issubclass(kind, Exception) and kind.__module__ == module.__name__
    }
    표에없음 = {kind for kind in 모든오류 if not set(kind.__mro__) & set(STATUS)}

    assert 표에없음 == 우리잘못
    assert all(issubclass(kind, ROOTS) for kind in STATUS)
    assert set(STATUS.values()) <= set(TITLES)
    assert {code for code in TITLES if code >= 500} <= set(SENTENCES)


def test_아래_갈래는_위_갈래의_상태를_따른다():
    assert status_of(kb.StoreBusy("바쁨")) == 503
    assert status_of(db.DatabaseBusy("바쁨")) == 503
    assert status_of(ValueError("가")) == 500


@pytest.mark.parametrize(
    ("오류", "상태"),
    [
        (ValueError("비밀 경로 /srv/secret"), 500),
        (kb.StoreError("비밀 경로 /srv/secret에 쓸 수 없음"), 503),
        (db.DatabaseUnavailable("비밀 경로 /srv/secret"), 503),
    ],
)
def test_우리_쪽_사정은_번호만_보이고_기록에_남는다(
    앱: Flask, caplog: pytest.LogCaptureFixture, 오류: Exception, 상태: int
):
    @앱.get("/터짐")
    def boom() -> str:
        raise 오류

    with caplog.at_level(logging.ERROR):
        답 = Browser(앱.test_client()).연다("/터짐")

    assert 답.status_code == 상태
    assert "비밀 경로" not in 답.text
    assert "Traceback" not in 답.text
    번호 = BeautifulSoup(답.text, "lxml").select_one("main strong").text
    assert 번호 in caplog.text
    assert "비밀 경로" in caplog.text


def test_없는_주소는_찾기가_있는_404다(시민: Browser):
    답 = 시민.연다("/없는/주소")

    assert 답.status_code == 404
    assert BeautifulSoup(답.text, "lxml").select_one('form[action="/search"]')


def test_할_수_없는_방법은_405다(시민: Browser):
    답 = 시민.연다("/desk/logout")

    assert 답.status_code == 405
    assert "POST" in 답.headers["Allow"]


def test_너무_긴_글은_나누어_달라고_말한다(시민: Browser):
    답 = 시민.보낸다("/correct/k1", kind="fee", proposal="가" * 1_000_000)

    assert 답.status_code == 413
    assert "글을 나누어" in 답.text
