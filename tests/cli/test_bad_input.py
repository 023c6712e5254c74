"""잘못된 입력과 나쁜 형편: 한국어 한 문장, 옳은 끝값, 망가지는 것은 없다."""

import os
import random
import shutil
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import 결과, 이어서
from tests.processes import 모판, 환경

부르는법 = Callable[..., 결과]


def 커밋(인스턴스: Path) -> str:
    return (인스턴스 / "content/.git/refs/heads/main").read_text()


def test_init을_안_한_폴더는_init을_하라고_말한다(부르기: 부르는법) -> None:
    for words in (["index"], ["publish"], ["history", "k1"], ["check"], ["worker", "--once"]):
        말 = 부르기(*words)
        assert (말.code, "open120 init" in 말.한문장) == (1, True)


def test_색인이_없으면_색인하라고_말한다(부르기: 부르는법, 시작한_인스턴스: Path) -> None:
    말 = 부르기("search", "여권")
    assert (말.code, "open120 index" in 말.한문장) == (1, True)


def test_상한_색인은_쓰지_않고_다시_만들라고_말한다(부르기: 부르는법, 시작한_인스턴스: Path) -> None:
    assert 부르기("index").code == 0
    for file in (시작한_인스턴스 / "index/current/data").iterdir():
        file.write_bytes(b"")

    말 = 부르기("search", "여권")
    assert (말.code, "open120 index" in 말.한문장) == (1, True)
    assert 부르기("index").code == 0
    assert 부르기("search", "여권").code == 0


def test_상한_머리말은_파일과_줄을_말하고_게시본을_지킨다(부르기: 부르는법, 시작한_인스턴스: Path) -> None:
    assert 부르기("publish").code == 0
    글 = 시작한_인스턴스 / "content/entries/minwon/k1.md"
    본글 = 글.read_text("utf-8")
    글.write_text(본글.replace("phone:", "fone:"), "utf-8")

    for words in (["publish"], ["index"]):
        말 = 부르기(*words)
        assert 말.code == 1
        assert "entries/minwon/k1.md 6번째 줄" in 말.한문장
    살핌 = 부르기("check", "--json")
    assert (살핌.code, 살핌.json["ok"], len(살핌.json["bad_entries"])) == (1, False, 1)
    assert (시작한_인스턴스 / "site/current/faq/k1.html").is_file()

    글.write_text(본글, "utf-8")
    assert 부르기("publish").code == 0


def test_CP949_파일도_그대로_읽는다(부르기: 부르는법, 시작한_인스턴스: Path, 표파일: Path) -> None:
    표파일.write_bytes(표파일.read_text("utf-8").encode("cp949"))

    assert 부르기("import", "csv", 표파일, "--id-prefix", "c", *이어서, "--json").json["added"] == 3


@pytest.mark.parametrize(
    ("내용", "까닭"),
    [
        (b"", "상담.csv"),
        ("번호,분류,제목\n1,행정,여권\n".encode(), "내용"),
        ("번호,분류,제목,내용\n1,행정,여권,".encode() + b"\xff\xfe\x80\x81\n", "줄"),
    ],
)
def test_읽을_수_없는_CSV는_까닭을_말하고_아무것도_바꾸지_않는다(
    부르기: 부르는법, 시작한_인스턴스: Path, 표파일: Path, 내용: bytes, 까닭: str
) -> None:
    앞 = 커밋(시작한_인스턴스)
    표파일.write_bytes(내용)

    말 = 부르기("import", "csv", 표파일, "--id-prefix", "c", *이어서)

    assert 말.code == 1
    assert 까닭 in 말.한문장
    assert 커밋(시작한_인스턴스) == 앞


def test_없는_파일과_폴더는_없다고_말한다(부르기: 부르는법, 시작한_인스턴스: Path, tmp_path: Path) -> None:
    for 파일 in (tmp_path / "없음.csv", tmp_path):
        말 = 부르기("import", "csv", 파일, "--id-prefix", "c", *이어서)
        assert (말.code, str(파일.name) in 말.한문장) == (1, True)
    assert 부르기("evaluate", tmp_path / "없음.jsonl").code == 1


def test_없는_번호와_판은_없다고_말한다(부르기: 부르는법, 시작한_인스턴스: Path) -> None:
    for words in (
        ["history", "k99999"],
        ["history", "../x"],
        ["revert", "k1", "abcdef1"],
        ["revert", "k99999", "HEAD"],
    ):
        말 = 부르기(*words)
        assert 말.code == 1
        assert "없습니다" in 말.한문장 or "아닙니다" in 말.한문장


def test_쓰고_있는_포트는_다른_포트를_고르라고_말한다(부르기: 부르는법, 시작한_인스턴스: Path) -> None:
    with socket.socket() as 먼저:
        먼저.bind(("127.0.0.1", 0))
        먼저.listen()
        말 = 부르기("serve", "--port", 먼저.getsockname()[1])

    assert (말.code, "OPEN120_PORT" in 말.한문장) == (1, True)


@pytest.fixture
def 읽기_전용(시작한_인스턴스: Path) -> Iterator[Path]:
    """쓸 수 없게 된 인스턴스. root는 권한을 넘어서므로 읽기 전용으로 다시 붙인다."""
    where = 시작한_인스턴스
    if os.geteuid() != 0:
        folders = [where, *(path for path in where.rglob("*") if path.is_dir())]
        for folder in folders:
            folder.chmod(0o555)
        yield where
        for folder in folders:
            folder.chmod(0o755)
        return
    if subprocess.run(["mount", "--bind", where, where], capture_output=True, check=False).returncode:
        pytest.skip("여기서는 폴더를 읽기 전용으로 붙일 수 없습니다.")
    subprocess.run(["mount", "-o", "remount,ro,bind", where], check=True)
    yield where
    subprocess.run(["umount", where], check=True)


def test_쓸_수_없는_인스턴스는_권한을_보라고_말하고_글을_지킨다(
    부르기: 부르는법, 읽기_전용: Path, 표파일: Path
) -> None:
    앞 = 커밋(읽기_전용)

    for words in (
        ["import", "csv", 표파일, "--id-prefix", "c", *이어서],
        ["index"],
        ["publish"],
        ["init"],
        ["user", "add", "kim", "--role", "editor"],
        ["serve", "--port", 18120],
    ):
        말 = 부르기(*words)
        assert 말.code == 1, (words, 말.err)
        assert any(까닭 in 말.한문장 for 까닭 in ("권한", "읽기 전용", "쓸 수 없", "쓸 수 있는지")), 말.err
    assert 커밋(읽기_전용) == 앞


@pytest.fixture
def 작은_디스크(tmp_path: Path) -> Iterator[Path]:
    where = tmp_path / "small"
    where.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", where], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("여기서는 tmpfs를 붙일 수 없습니다.")
    yield where
    subprocess.run(["umount", where], check=True)


def test_디스크가_가득_차면_까닭을_말하고_앞의_글을_지킨다(
    부르기: 부르는법, 시작한_인스턴스: Path, 작은_디스크: Path, tmp_path: Path
) -> None:
    인스턴스 = 작은_디스크 / "instance"
    shutil.copytree(시작한_인스턴스, 인스턴스)
    앞, 남은글 = 커밋(인스턴스), len(list(인스턴스.glob("content/entries/*/*.md")))
    큰표 = tmp_path / "큰.csv"
    글자 = random.Random(120).choices
    행들 = ("".join(map(chr, 글자(range(0xAC00, 0xD7A4), k=2000))) for _ in range(2000))
    큰표.write_text(
        "번호,분류,제목,내용\n" + "".join(f"{n},행정,질문 {n}번,{행}\n" for n, 행 in enumerate(행들, 1)), "utf-8"
    )

    말 = 부르기("import", "csv", 큰표, "--id-prefix", "c", *이어서, "--instance", 인스턴스)

    assert (말.code, "디스크" in 말.한문장) == (1, True)
    assert 커밋(인스턴스) == 앞
    assert len(list(인스턴스.glob("content/entries/*/*.md"))) == 남은글
    assert 부르기("history", "k1", "--instance", 인스턴스).code == 0


def test_글_하나가_상해도_앞의_게시본으로_연다(
    프로세스_모판: 모판, 부르기: 부르는법, 시작한_인스턴스: Path, tmp_path: Path, 배포본: Path
) -> None:
    assert 부르기("publish").code == 0
    글 = 시작한_인스턴스 / "content/entries/minwon/k1.md"
    글.write_text(글.read_text("utf-8").replace("phone:", "fone:"), "utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env, 기록 = 환경(PYTHONUNBUFFERED="1", OPEN120_CONTENT=str(배포본)), tmp_path / "log"
    with 기록.open("w") as out:
        words = ("--instance", 시작한_인스턴스, "serve", "--port", port)
        process = 프로세스_모판.띄우기("app", *words, env=env, stdout=out, stderr=out)
    try:
        while "열렸습니다" not in (말 := 기록.read_text("utf-8")):
            assert process.poll() is None, 말
            time.sleep(0.05)
        assert "6번째 줄" in 말
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/faq/k1") as 답:
            assert 답.status == 200
    finally:
        process.terminate()
        assert process.wait(30) == 0
