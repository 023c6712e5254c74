"""갈라진 두 글을 바탕글에서부터 합친다."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

from corrections.merge import merged
from kb.entry import Entry


def test_서로_다른_칸을_고쳤으면_둘_다_남는다(항목: Callable[..., Entry]):
    바탕 = 항목()
    지금 = replace(바탕, phone="02-2133-1234", checked=date(2026, 11, 20))
    고친글 = replace(바탕, title="여권 분실 신고와 재발급", updated=바탕.updated.replace(hour=15))

    assert merged(바탕, ours=지금, theirs=고친글) == replace(지금, title=고친글.title, updated=고친글.updated)


def test_본문의_다른_줄을_고쳤으면_둘_다_남는다(항목: Callable[..., Entry]):
    바탕 = 항목()
    지금 = replace(바탕, body=바탕.body.replace("먼저 분실 신고를", "곧바로 분실 신고를"))
    고친글 = replace(바탕, body=바탕.body.replace("5만 원", "5만 3천 원"))

    합침 = merged(바탕, ours=지금, theirs=고친글)

    assert 합침 is not None
    assert "곧바로 분실 신고를" in 합침.body
    assert "5만 3천 원" in 합침.body


def test_같은_줄을_다르게_고쳤으면_합칠_수_없다(항목: Callable[..., Entry]):
    바탕 = 항목()
    지금 = replace(바탕, body=바탕.body.replace("5만 원", "6만 원"))
    고친글 = replace(바탕, body=바탕.body.replace("5만 원", "7만 원"))

    assert merged(바탕, ours=지금, theirs=고친글) is None


def test_같은_칸을_다르게_고쳤으면_합칠_수_없다(항목: Callable[..., Entry]):
    바탕 = 항목()

    assert merged(바탕, ours=replace(바탕, title="가"), theirs=replace(바탕, title="나")) is None


def test_같게_고쳤으면_그대로다(항목: Callable[..., Entry]):
    바탕 = 항목()
    고친글 = replace(바탕, title="가")

    assert merged(바탕, ours=고친글, theirs=고친글) == 고친글
