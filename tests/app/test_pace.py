"""API의 한도: 주소마다 하나의 통. 여러 스레드와 프로세스가 함께 세고, 어떤 파일을 만나도 멈추지 않는다."""

import math
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.api.pace import SLOTS, Pace, Turn

열쇠 = b"0" * 32
지금 = 1_800_000_000.0


def 물음(통: Pace, who: str = "203.0.113.7", *, now: float = 지금, cost: float = 1.0) -> Turn:
    turn = 통.knock(who, now=now, cost=cost)
    assert turn
    return turn


def 예순_번(파일: Path, 셈: "multiprocessing.queues.SimpleQueue[int]") -> None:
    통 = Pace(100, secret=열쇠, file=파일)
    셈.put(sum(물음(통).allowed for _ in range(60)))


def test_가득_찬_통만큼_한꺼번에_쓰고_그_뒤로는_채워지는_만큼_쓴다():
    통 = Pace(60, secret=열쇠)
    남은 = [물음(통).left for _ in range(60)]

    assert 남은 == list(range(59, -1, -1))
    막힘 = 물음(통)
    assert (막힘.allowed, 막힘.left, 막힘.wait) == (False, 0, pytest.approx(1.0))
    assert not 물음(통, now=지금 + 0.9).allowed
    assert 물음(통, now=지금 + 1.0).allowed
    assert not 물음(통, now=지금 + 1.0).allowed
    assert [물음(통, now=지금 + 61).allowed for _ in range(61)] == [True] * 60 + [False]


def test_거절한_물음은_쉴_시간을_늘리지_않는다():
    통 = Pace(1, secret=열쇠)
    물음(통)

    assert {round(물음(통).wait) for _ in range(1000)} == {60}
    assert 물음(통, now=지금 + 60).allowed


def test_싼_물음은_적게_쓴다():
    통 = Pace(10, secret=열쇠)

    assert sum(물음(통, cost=0.2).allowed for _ in range(100)) == 50


def test_프로세스가_여럿이어도_함께_센다(tmp_path: Path):
    파일 = tmp_path / "pace"
    갈래 = multiprocessing.get_context("fork")
    셈 = 갈래.SimpleQueue()
    for _ in range(2):
        프로세스 = 갈래.Process(target=예순_번, args=(파일, 셈))
        프로세스.start()
        프로세스.join()

    assert [셈.get(), 셈.get()] == [60, 40]
    assert not 물음(Pace(100, secret=열쇠, file=파일)).allowed
    assert 파일.stat().st_size <= SLOTS * 8
    assert b"203.0.113.7" not in 파일.read_bytes()
    assert oct(파일.stat().st_mode)[-3:] == "600"


def test_스레드가_여럿이어도_한도만큼이다(tmp_path: Path):
    통 = Pace(500, secret=열쇠, file=tmp_path / "pace")
    with ThreadPoolExecutor(8) as 일꾼들:
        답들 = list(일꾼들.map(lambda _: 물음(통).allowed, range(2000)))

    assert sum(답들) == 500


@pytest.mark.parametrize("든것", [b"", b"\xff" * 8 * SLOTS, b"\x00\x00\x00", math.inf.hex().encode() * 60_000])
def test_상한_파일은_빈_통으로_본다(tmp_path: Path, 든것: bytes):
    (tmp_path / "pace").write_bytes(든것)
    통 = Pace(2, secret=열쇠, file=tmp_path / "pace")

    assert [물음(통).allowed for _ in range(3)] == [True, True, False]


def test_시계를_뒤로_돌려도_갇히지_않는다(tmp_path: Path):
    통 = Pace(1, secret=열쇠, file=tmp_path / "pace")
    물음(통)

    assert 물음(통, now=지금 - 86_400).allowed


def test_쓰는_동안_파일이_사라져도_센다(tmp_path: Path):
    통 = Pace(2, secret=열쇠, file=tmp_path / "pace")
    물음(통)
    (tmp_path / "pace").unlink()

    assert [물음(통).allowed for _ in range(2)] == [True, False]


def test_쓸_수_없는_곳이면_이_프로세스에서만_센다(tmp_path: Path):
    통 = Pace(2, secret=열쇠, file=tmp_path / "없는/폴더/pace")

    assert [물음(통).allowed for _ in range(3)] == [True, True, False]


def test_오래_써도_이_프로세스의_기억은_자라지_않는다():
    통 = Pace(600, secret=열쇠)
    for n in range(200):
        물음(통, f"10.0.0.{n}")

    assert len(통._slots._memory) <= 200 <= SLOTS
