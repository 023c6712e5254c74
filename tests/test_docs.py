"""문서의 명령은 정말 있는 명령이다. 설정의 이름과 그림도 그렇다."""

import os
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from app.cli import cli

ROOT = Path(__file__).parent.parent
문서들 = sorted([ROOT / "README.md", ROOT / "content/README.md", *(ROOT / "docs").rglob("*.md")])
울타리 = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def 명령들() -> Iterator[tuple[str, str]]:
    for 문서 in 문서들:
        for 묶음 in 울타리.findall(문서.read_text("utf-8")):
            for 줄 in 묶음.splitlines():
                if 줄.strip():
                    yield str(문서.relative_to(ROOT)), 줄.strip()


def make_목표() -> set[str]:
    말 = subprocess.run(["make", "-C", ROOT, "help"], capture_output=True, text=True, check=True).stdout
    return set(re.findall(r"make (\S+)", 말))


@pytest.mark.parametrize(("문서", "줄"), list(명령들()))
def test_문서의_명령은_정말_있다(문서: str, 줄: str) -> None:
    말들 = [말 for 말 in shlex.split(줄) if not re.fullmatch(r"[A-Z0-9_]+=\S*", 말)]
    match 말들:
        case ["make", *목표]:
            assert set(목표) <= make_목표()
        case ["./open120", *나머지]:
            알아듣기(cli, 나머지)
        case _:
            pytest.fail(f"{문서}: 시험할 줄 모르는 명령입니다: {줄}")


def 알아듣기(command: click.Command, words: list[str]) -> None:
    """돌리지 않고 이름, 옵션, 인자가 맞는지만 본다."""
    context = command.make_context(command.name, list(words), resilient_parsing=False)
    if isinstance(command, click.Group):
        rest = [*context._protected_args, *context.args]
        _, child, left = command.resolve_command(context, rest)
        assert child is not None
        알아듣기(child, left)


def test_make_help는_모든_목표를_보인다() -> None:
    적힌 = set(re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)[0].split())

    assert make_목표() == 적힌
    assert {"help", "setup", "serve", "test", "check", "bench", "publish", "clean"} <= 적힌


def test_설정의_이름은_모두_문서에_있다() -> None:
    코드 = "".join(
        path.read_text("utf-8")
        for room in ("app", "kb", "db", "build", "corrections")
        for path in (ROOT / room).rglob("*.py")
    )
    운영 = (ROOT / "docs/operations.md").read_text("utf-8")

    assert set(re.findall(r"OPEN120_[A-Z_]+", 코드)) <= set(re.findall(r"OPEN120_[A-Z_]+", 운영))


@pytest.mark.parametrize("문서", 문서들, ids=lambda path: str(path.relative_to(ROOT)))
def test_문서의_링크와_그림은_정말_있다(문서: Path) -> None:
    for 주소 in re.findall(r"\]\(([^)\s]+)\)", 문서.read_text("utf-8")):
        if not 주소.startswith(("http", "/", "#")):
            assert (문서.parent / 주소.split("#")[0]).exists(), f"{문서.name}: {주소}"


def test_명령줄의_명령은_모두_문서에_있다() -> None:
    글 = "".join(문서.read_text("utf-8") for 문서 in 문서들)
    for 이름 in cli.commands:
        assert re.search(rf"open120 (\S+ )*{이름}\b", 글), f"‘{이름}’ 명령이 어느 문서에도 없습니다"


def test_잠금_파일에는_해시만_있고_주소가_없다() -> None:
    for 이름 in ("requirements.lock", "requirements-test.lock"):
        글 = (ROOT / 이름).read_text("utf-8")
        assert "--hash=sha256:" in 글
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links|--trusted-host|file:", 글)


def test_실행_파일은_실행할_수_있다() -> None:
    assert os.access(ROOT / "open120", os.X_OK)
    assert os.access(ROOT / ".ci/run", os.X_OK)
