"""방과 방 사이의 화살표. 이 사전이 허락하는 것 말고는 서로 들여오지 않는다 (docs/ARCHITECTURE.md)."""

import ast
import importlib
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ("db", "kb", "corrections", "cases", "app", "build")
MAY_IMPORT: dict[str, set[str]] = {
    "db": set(),
    "kb": set(),
    "corrections": {"kb", "db"},
    "cases": {"kb", "db", "corrections"},
    "app.public": {"kb"},
    "build": {"kb", "app.public"},
    "app": {"kb", "db", "corrections", "cases", "app", "app.public", "build"},
}
MAY_IMPORT_FLASK = {"app", "app.public", "build"}
MAY_HIDE_IMPORTS = {"app/__init__.py", "app/cli.py"}
"""create_app은 화면들을 안에서 들여오고, 명령은 제 일을 할 때만 제 방을 들여온다 (STYLE, Pitfalls)."""
LISTS_MODELS_BY_NAME = {"db/migrations/env.py"}
SCREENS = {"public", "citizen", "desk", "console", "office", "api"}


def 파일들() -> list[Path]:
    return [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "versions" not in path.parts]


def 방(name: str) -> str:
    """모듈 이름이나 길이 속한 방: app.public만 app과 따로 본다."""
    parts = name.removesuffix(".py").replace("/", ".").split(".")
    return "app.public" if parts[:2] == ["app", "public"] else parts[0]


def 들여온_것(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, "들여오기는 언제나 온 이름으로"
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


@pytest.mark.parametrize("path", 파일들(), ids=lambda path: str(path.relative_to(ROOT)))
def test_방은_허락된_방만_들여온다(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    here = 방(name)
    for line, module in 들여온_것(ast.parse(path.read_text("utf-8"))):
        there = 방(module)
        if there in {*ROOMS, "app.public"} and there != here:
            assert there in MAY_IMPORT[here], f"{name}:{line} {here}는 {module}을 들여올 수 없습니다"
        if there in {"flask", "flask_wtf", "flask_frozen", "werkzeug"}:
            assert here in MAY_IMPORT_FLASK, f"{name}:{line} {here}는 Flask를 모릅니다"
        assert there != "konlpy" or name == "kb/korean.py", f"{name}:{line} konlpy는 kb/korean.py만 압니다"
        if there in {"tantivy", "whoosh"}:
            assert name.startswith("kb/index/"), f"{name}:{line} 검색 엔진은 kb/index만 압니다"


@pytest.mark.parametrize("path", 파일들(), ids=lambda path: str(path.relative_to(ROOT)))
def test_들여오기는_함수_안에_숨지_않는다(path: Path) -> None:
    name = str(path.relative_to(ROOT))
    if name in MAY_HIDE_IMPORTS:
        return
    for function in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            hidden = [node.lineno for node in ast.walk(function) if isinstance(node, ast.Import | ast.ImportFrom)]
            assert not hidden, f"{name}:{hidden[0]} {function.name} 안에서 들여옵니다"


def test_화면끼리는_서로_들여오지_않는다() -> None:
    for path in (ROOT / "app").rglob("*.py"):
        here = path.relative_to(ROOT / "app").parts[0]
        for line, module in 들여온_것(ast.parse(path.read_text("utf-8"))):
            parts = module.split(".")
            if here in SCREENS and parts[0] == "app" and len(parts) > 1 and parts[1] in SCREENS:
                assert parts[1] == here, f"{path.name}:{line} 화면 {here}가 화면 {parts[1]}을 들여옵니다"


@pytest.mark.parametrize("path", 파일들(), ids=lambda path: str(path.relative_to(ROOT)))
def test_모든_모듈은_무엇이고_무엇을_모르는지_한_줄로_말한다(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), f"{path.relative_to(ROOT)}에 설명이 없습니다"


@pytest.mark.parametrize("room", ROOMS)
def test_방은_제_이름과_한_줄_설명을_내놓는다(room: str) -> None:
    assert importlib.import_module(room).__doc__


def test_build_폴더는_git도_ruff도_pytest도_건너뛰지_않는다() -> None:
    ignored = subprocess.run(["git", "check-ignore", "build/__init__.py"], cwd=ROOT, capture_output=True, check=False)
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

    assert ignored.returncode == 1
    assert "build" not in settings["tool"]["ruff"]["exclude"]
    assert "build" not in settings["tool"]["pytest"]["ini_options"]["norecursedirs"]
    assert "build-system" not in settings, "이것은 프로그램이고 꾸러미(wheel)를 만들지 않습니다"
