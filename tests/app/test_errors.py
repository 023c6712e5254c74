"""오류는 표 하나에서 상태 코드가 되고, 화면은 사람에게 하는 말만 한다."""

import inspect
import logging
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from werkzeug.test import encode_multipart

from app.errors import ROOTS, SENTENCES, STATUS, TITLES, status_of
from corrections import errors as corrections
from db import errors as db
from kb import errors as kb
from tests.app.conftest import Browser

우리잘못 = {
    kb.KnowledgeError, kb.BadTopics, kb.BadTerms, kb.BadSetting, kb.ImportFailed, corrections.CorrectionError, db.DatabaseError, db.MigrationFailed,
    db.NaiveTime, db.BadPerson, db.WrongPassword, db.BadEvent, kb.ModelRefused,
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


def test_표가_없는데_적은_글도_없으면_아래_글을_말하지_않는다(시민: Browser):
    for 주소, 칸 in (("/desk/login", {"login": "editor"}), ("/receipt", {}), ("/correct/k1", {"kind": "fee"})):
        쪽 = BeautifulSoup(시민.client.post(주소, data=칸).text, "lxml").main

        assert "아래 글" not in 쪽.text, 주소
        assert "적으신 글" not in 쪽.text, 주소
        assert "새로 열어" in 쪽.text, 주소


def test_표가_없어도_적은_글이_있으면_어떻게_할지_말한다(시민: Browser):
    보낼수있음 = 시민.client.post("/correct/k1", data={"proposal": "5만 3천 원"}).text
    복사만함 = 시민.client.post("/desk/corrections/1/accept", data={"body": "고친 글"}).text

    assert "아래 글을 확인하고 다시 보내 주세요" in 보낼수있음
    assert "다시 보내 주세요" not in 복사만함
    assert "아래 글을 복사해" in 복사만함


def 나누어_싼(칸: dict[str, str]) -> dict[str, object]:
    """multipart로 싼 요청. 시험 클라이언트가 싸면 긴 글을 임시 파일에 두고 닫지 않는다."""
    구분, 몸 = encode_multipart(칸)
    return {"data": 몸, "content_type": f"multipart/form-data; boundary={구분}"}


def 이어_쓴(칸: dict[str, str]) -> dict[str, object]:
    return {"data": 칸}


두_가지로 = pytest.mark.parametrize("싸기", [이어_쓴, 나누어_싼])


@두_가지로
def test_붙여_넣을_만한_긴_글은_칸마다_얼마나_긴지_말하고_지킨다(시민: Browser, 싸기: Callable[..., Any]):
    긴글 = "가나다 " * 70_000
    양식 = 시민.양식("/correct/k1") | {"kind": "fee", "proposal": 긴글 + "끝", "evidence": "구청"}

    답 = 시민.client.post("/correct/k1", **싸기(양식))

    assert 답.status_code == 422
    assert "2,000자까지" in 답.text
    쪽 = BeautifulSoup(답.text, "lxml")
    assert 쪽.find("textarea", {"name": "proposal"}).text.strip() == 긴글 + "끝"
    assert 쪽.find("textarea", {"name": "evidence"}).text.strip() == "구청"


@두_가지로
@pytest.mark.parametrize("주소", ["/correct/k1", "/desk/corrections/1/accept"])
def test_그보다_긴_글은_돌아가_나누어_달라고_말한다(시민: Browser, 싸기: Callable[..., Any], 주소: str):
    답 = 시민.client.post(주소, **싸기({"kind": "fee", "proposal": "가" * 1_500_000}))

    assert 답.status_code == 413
    assert "글을 나누어" in 답.text
    assert "뒤로 가기" in 답.text
