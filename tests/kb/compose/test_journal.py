"""짓다가 언제 죽어도 항목과 장부는 짓기 전이거나 지은 뒤이고, 다음 짓기가 똑같이 마친다."""

import os
import shutil
import signal
import sys
from itertools import count
from pathlib import Path

import pytest

from kb.compose import ComposeFailed, Outcome
from kb.compose.journal import FILE

STEPS = ("open", "os.rename", "os.remove")
"""파일을 바꾸는 걸음: 열어 쓰기, 이름 바꾸기, 지우기."""


def 죽는_짓기(부엌, *, 걸음: int) -> bool:
    """갈라 낸 프로세스에서 짓다가 파일을 바꾸는 `걸음`번째에서 스스로 SIGKILL을 맞는다. 그 앞에 끝나면 거짓."""
    아이 = os.fork()
    if not 아이:
        try:
            세기 = count(1)

            def step(name: str, args: tuple[object, ...]) -> None:
                writes = name in STEPS and (name != "open" or args[1] not in ("r", "rb", None))
                if writes and str(args[0]).startswith(str(부엌.root)) and next(세기) == 걸음:
                    os.kill(os.getpid(), signal.SIGKILL)

            sys.addaudithook(step)
            부엌.compose(now=부엌.later)
            os._exit(0)
        finally:
            os._exit(1)
    _, 상태 = os.waitpid(아이, 0)
    assert os.WIFSIGNALED(상태) or os.WEXITSTATUS(상태) == 0
    return os.WIFSIGNALED(상태)


def 모든_파일(부엌) -> dict[str, bytes]:
    return {
        str(path.relative_to(부엌.root)): path.read_bytes()
        for folder in (부엌.entries, 부엌.recipes)
        for path in folder.rglob("*")
        if path.is_file()
    }


def 베낀_부엌(부엌, root: Path):
    """같은 표와 조리법과 항목이 든 다른 부엌."""
    shutil.copytree(부엌.root, root)
    베낀 = object.__new__(type(부엌))
    vars(베낀).update(vars(부엌), root=root, facts=root / "facts", recipes=root / "recipes", entries=root / "entries")
    return 베낀


@pytest.fixture
def 새_표를_받은_부엌(부엌, 도서관, 화장실):
    """지어 둔 항목에, 바뀐 줄과 사라진 줄과 새 줄이 있는 표와 주제가 바뀐 조리법을 놓았다."""
    부엌.toilets_recipe()
    그대로 = 도서관("푸른솔도서관", address="서울특별시 강남구 테헤란로8길 36", hours="평일 09:00~18:00")
    사라질_것 = 도서관("하늘도서관", address="서울특별시 강남구 자곡로 8", hours="평일 11:00~13:00")
    부엌.table(도서관(), 그대로, 사라질_것, *(화장실(f"{이름} 화장실") for 이름 in ("가", "나")))
    부엌.compose()
    새것 = 도서관("가람도서관", address="서울특별시 강남구 자곡로 2", hours="평일 10:00~12:00")
    부엌.table(도서관(hours="평일 09:00~21:00"), 그대로, 새것)
    부엌.recipe(
        "public_toilet", (부엌.recipes / "public_toilet.yml").read_text("utf-8").replace("환경청소", "문화체육관광")
    )
    return 부엌


def test_어느_걸음에서_죽어도_다시_지으면_한_번에_지은_것과_같다(새_표를_받은_부엌, tmp_path_factory):
    부엌 = 새_표를_받은_부엌
    앞 = 모든_파일(부엌)
    한_번에 = 베낀_부엌(부엌, tmp_path_factory.mktemp("kitchen") / "once")
    한_번에.compose(now=부엌.later)
    뒤 = 모든_파일(한_번에)

    for 걸음 in count(1):
        죽은 = 베낀_부엌(부엌, tmp_path_factory.mktemp("kitchen") / "killed")
        if not 죽는_짓기(죽은, 걸음=걸음):
            break
        적었다 = (죽은.entries / FILE).exists()
        assert 적었다 or {이름: 글 for 이름, 글 in 모든_파일(죽은).items() if ".fresh" not in 이름} in (앞, 뒤)
        보고 = 죽은.compose(now=부엌.later)
        assert (모든_파일(죽은), 보고.finished > 0) == (뒤, 적었다), 걸음
    assert 걸음 > 15


def test_끊긴_뒤에_표가_달라져도_사람이_고친_글로_잘못_보지_않는다(새_표를_받은_부엌, 도서관):
    부엌 = 새_표를_받은_부엌
    죽는_짓기(부엌, 걸음=8)
    assert (부엌.entries / FILE).exists()

    부엌.table(도서관(hours="평일 09:00~20:00"))
    보고 = 부엌.compose(now=부엌.later)

    assert 보고.count(Outcome.EDITED_HERE) == 0
    assert "20:00" in 부엌.all()["강남구 못골도서관은 몇 시까지 하나요?"].body


def test_쓰다_만_것을_읽을_수_없으면_어느_파일인지_말하고_멈춘다(부엌, 도서관):
    부엌.table(도서관())
    (부엌.entries / FILE).write_text("{", "utf-8")

    with pytest.raises(ComposeFailed, match=FILE):
        부엌.compose()
