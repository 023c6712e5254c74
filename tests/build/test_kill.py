"""게시가 어느 순간에 죽어도(kill -9) 옛 사이트가 그대로 보이고, 다음 게시가 일을 마친다."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from build import PublishBusy, file_for
from build.release import only_publisher

MOVES = {"os.mkdir", "os.rename", "os.symlink", "os.link", "os.remove", "os.rmdir", "shutil.rmtree"}


def in_child(work: Callable[[], object]) -> int:
    """다른 프로세스에서 해 보고 끝난 모습(waitpid의 값)을 돌려준다."""
    child = os.fork()
    if child == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.waitpid(child, 0)[1]


def die_before_move(nth: int) -> None:
    """파일을 만들거나 옮기거나 지우는 `nth`번째 일을 하기 바로 앞에서 죽는다."""
    left = [nth]

    def hook(event: str, args: tuple[object, ...]) -> None:
        if event in MOVES or (event == "open" and isinstance(args[2], int) and args[2] & os.O_CREAT):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)


def test_파일을_건드리는_어느_일_앞에서_죽어도_옛것이거나_새것이고_다음_게시가_마친다(누리집, tmp_path):
    def 새_자리(이름: str) -> None:
        누리집.site = tmp_path / 이름
        누리집.entries["c1"] = ("처음 제목", "")
        for 제목 in ("첫째", "둘째", "셋째"):
            누리집.entries["c2"] = (제목, "")
            누리집.publish()

    def 고쳐서_게시() -> None:
        누리집.entries["c1"] = ("고친 제목", "")
        누리집.publish()

    새_자리("견줌")
    옛것 = 누리집.tree()
    고쳐서_게시()
    새것 = 누리집.tree()

    본_것 = []
    for 번째 in range(1, 400):
        새_자리(f"{번째}")
        끝 = in_child(lambda n=번째: (die_before_move(n), 고쳐서_게시()))
        남은_것 = 누리집.tree()
        assert 남은_것 in (옛것, 새것)
        if not os.WIFSIGNALED(끝):
            break
        본_것.append(남은_것 == 새것)

        고쳐서_게시()
        assert 누리집.tree() == 새것
        assert len(누리집.releases()) == 3
        있는_것 = {file.name for file in 누리집.site.iterdir()}
        assert 있는_것 - {f".ready-{(누리집.site / 'current').readlink().name}"} == {
            ".manifest.db", ".publish.lock", "current", "releases",
        }  # fmt: skip
    else:
        pytest.fail("게시가 끝나지 않습니다.")
    assert {True, False} == set(본_것)  # 바꾸기 전에도, 바꾼 뒤에도 죽어 보았다


def test_나누어_굳히다_죽으면_맡은_프로세스들도_그만두고_다음_게시가_마친다(누리집):
    누리집.publish()
    누리집.entries |= {f"c{n}": (f"안내 {n}", "<p>답</p>") for n in range(10, 600)}

    def 나누어_게시() -> None:
        main = os.getpid()
        누리집.look = lambda id: os.kill(main, signal.SIGKILL) if id == "c300" else time.sleep(0.001)
        누리집.publish(workers=2)

    assert os.WIFSIGNALED(in_child(나누어_게시))
    assert "c300" not in 누리집.read("index.html")

    누리집.look = lambda id: None
    assert 누리집.publish(wait=10).pages == 595  # 남은 프로세스가 자물쇠를 쥐고 있으면 PublishBusy다
    assert len(누리집.releases()) == 2


PROGRAM = """
import sys, time
from pathlib import Path
from build.release import only_publisher
with only_publisher(Path(sys.argv[1]), wait=5):
    print("쥐었음", flush=True)
    time.sleep(60)
"""


def test_게시하던_프로그램이_죽으면_자물쇠도_풀린다(누리집):
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(누리집.site)],
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONIOENCODING": "utf-8"},
    ) as 프로그램:
        assert 프로그램.stdout.readline().decode().strip() == "쥐었음"
        with pytest.raises(PublishBusy, match="다른 게시가 아직 끝나지 않았습니다"):
            누리집.publish(wait=0.1)
        프로그램.kill()
        프로그램.wait()

    assert 누리집.publish(wait=1).pages == 5


def test_기다리던_게시는_차례가_온_뒤의_글을_내보낸다(누리집):
    with only_publisher(누리집.site, wait=1):
        기다림 = threading.Thread(target=lambda: 누리집.publish(wait=10))
        기다림.start()
        time.sleep(0.1)
        누리집.entries["c1"] = ("기다리는 사이에 고친 제목", "")
    기다림.join()

    assert "기다리는 사이에 고친 제목" in 누리집.read("faq/c1.html")


def test_스물네_번_바꾸는_동안_읽는_사람은_한_번도_틀린_쪽을_보지_않는다(누리집):
    누리집.entries["c1"] = ("0", "")
    누리집.publish()
    끝남 = threading.Event()
    읽음: list[str] = []
    탈: list[BaseException] = []

    def 읽기() -> None:
        while not 끝남.is_set():
            try:
                file = file_for(누리집.site, "/faq/c1")
                assert file is not None
                읽음.append(file.read_text("utf-8"))
            except BaseException as error:
                탈.append(error)

    읽는_이 = threading.Thread(target=읽기)
    읽는_이.start()
    for 번째 in range(1, 25):
        누리집.entries["c1"] = (str(번째), "")
        누리집.publish()
    끝남.set()
    읽는_이.join()

    assert not 탈
    assert all("</html>" in html for html in 읽음)
    assert len(set(읽음)) > 3
