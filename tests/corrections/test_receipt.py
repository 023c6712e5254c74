"""접수번호는 부르기 쉽고, 확인 코드는 알아맞힐 수 없다."""

import hashlib
from datetime import UTC, datetime

import pytest

from corrections import receipt
from tests.quick import 제품의_SCRYPT_COST


def test_접수번호는_서울의_해와_달로_시작한다():
    assert receipt.number_for(123, at=datetime(2026, 10, 31, 15, 0, tzinfo=UTC)) == "2611-000123"
    assert receipt.number_for(123, at=datetime(2026, 10, 31, 14, 59, tzinfo=UTC)) == "2610-000123"


@pytest.mark.parametrize(
    ("번호", "차례"),
    [("2611-000123", 123), (" 2611 000123 ", 123), ("２６１１－０００１２３", 123), ("2611–000123", 123), ("2611-123", None), ("", None),
     ("2611-" + "9" * 99, None), ("abc", None)],
)  # fmt: skip
def test_번호는_조금_다르게_적어도_알아본다(번호: str, 차례: int | None):
    assert receipt.id_in(번호) == 차례


def test_코드는_같은_양식과_내용에서만_같다():
    코드 = receipt.code_for("표", "내용")

    assert 코드 == receipt.code_for("표", "내용")
    assert len({코드, receipt.code_for("표2", "내용"), receipt.code_for("표", "내용2")}) == 3
    assert set(코드) <= set(receipt.ALPHABET)


def test_코드는_고르게_퍼진다():
    코드들 = [receipt.code_for(receipt.new_token(), "") for _ in range(2000)]

    assert len(set(코드들)) == 2000
    assert all(len({코드[자리] for 코드 in 코드들}) == 32 for 자리 in range(8))


def test_소문자와_붙임표와_헷갈리는_글자를_봐준다():
    남긴것 = receipt.hashed("01ABCDEF")

    assert receipt.matches("ol-ab cdef", 남긴것)
    assert receipt.matches("０１ＡＢＣＤＥＦ", 남긴것)
    assert not receipt.matches("01ABCDEG", 남긴것)
    assert not receipt.matches("", 남긴것)
    assert not receipt.matches("01ABCDEF", receipt.NOBODY)


def test_같은_코드도_해시는_매번_다르다():
    assert receipt.hashed("01ABCDEF") != receipt.hashed("01ABCDEF")


def test_제품은_코드를_느리게_셈한다(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(receipt, "SCRYPT_COST", 제품의_SCRYPT_COST)

    소금, _, 해시 = receipt.hashed("01ABCDEF").partition("$")

    assert hashlib.scrypt(b"01ABCDEF", salt=bytes.fromhex(소금), n=2**14, r=8, p=1, dklen=32).hex() == 해시
