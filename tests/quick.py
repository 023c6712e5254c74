"""시험 동안만 가볍게: 시험 수백 개가 되풀이하는 같은 셈을 줄인다. 제품의 세기는 그것을 보는 시험이 따로 본다."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from argon2 import PasswordHasher
from flask import Flask
from werkzeug.routing import Rule

from corrections import receipt
from db import people

제품의_해시 = people.HASHER
제품의_SCRYPT_COST = receipt.SCRYPT_COST


class 기억하는_길(Rule):
    """한 번 엮은 주소 만들기를 기억하는 길. 시험마다 새로 만드는 앱이 길 백오십 개를 다시 엮지 않는다."""

    엮은_것: ClassVar[dict[tuple[Any, ...], Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        key = (self.rule, tuple(self._trace), append_unknown)
        if key not in self.엮은_것:
            self.엮은_것[key] = super()._compile_builder(append_unknown)
        return self.엮은_것[key]


@contextmanager
def 가볍게() -> Iterator[None]:
    people.HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    receipt.SCRYPT_COST = 16
    길 = Flask.url_rule_class
    Flask.url_rule_class = 기억하는_길
    yield
    people.HASHER, receipt.SCRYPT_COST, Flask.url_rule_class = 제품의_해시, 제품의_SCRYPT_COST, 길
