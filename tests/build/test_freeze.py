"""굳히기: 소스를 건드리지 않고, 가볍게 물어도 같은 바이트를 얻는다. 그리고 build라는 이름의 함정들."""

import os
import subprocess
import warnings
from pathlib import Path

import pytest

import build
from build import freeze
from build.release import file_of

ROOT = Path(__file__).parents[2]


def listing() -> dict[str, tuple[int, int]]:
    """소스의 모든 파일과 크기, 고친 때. 파이썬과 검사 도구가 남기는 것은 소스가 아니다."""
    found = {}
    for where, folders, files in os.walk(ROOT):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in {"instance", "__pycache__"}]
        for name in files:
            stat = Path(where, name).stat()
            found[str(Path(where, name).relative_to(ROOT))] = (stat.st_size, stat.st_mtime_ns)
    return found


def test_게시는_소스를_건드리지_않는다(누리집, 내용, tmp_path):
    앞 = listing()
    assert "build/__init__.py" in 앞

    누리집.publish()
    누리집.publish(full=True)
    build.publish(content=내용, site=tmp_path / "site")

    assert listing() == 앞


def test_build는_우리_폴더이고_git이_무시하지_않는다():
    assert Path(build.__file__).parent == ROOT / "build"
    무시 = subprocess.run(["git", "check-ignore", "-q", "build/__init__.py"], cwd=ROOT)
    assert 무시.returncode == 1


def test_가벼운_손님과_보통_손님은_같은_바이트를_받는다(누리집, tmp_path, monkeypatch):
    주소 = list(누리집.gather().keys)
    dict(freeze.freeze(누리집.app(), 주소, folder=tmp_path / "가벼움", base_url="https://120.example.kr"))
    monkeypatch.setattr(freeze, "TEXT_AT", "없는 지름길")
    dict(freeze.freeze(누리집.app(), 주소, folder=tmp_path / "보통", base_url="https://120.example.kr"))

    가벼움 = {str(f.relative_to(tmp_path / "가벼움")): f.read_bytes() for f in (tmp_path / "가벼움").rglob("*.*")}
    assert len(가벼움) == len(주소)
    assert 가벼움 == {str(f.relative_to(tmp_path / "보통")): f.read_bytes() for f in (tmp_path / "보통").rglob("*.*")}


@pytest.mark.parametrize(
    ("주소", "파일"),
    [
        ("/", "index.html"),
        ("/faq/c12", "faq/c12.html"),
        ("/faq/c12.md", "faq/c12.md"),
        ("/topic/minwon", "topic/minwon.html"),
        ("/topic/minwon/2", "topic/minwon/2.html"),
        ("/404.html", "404.html"),
        ("/robots.txt", "robots.txt"),
        ("/data/", "data/index.html"),
        ("/data/2026.11.24-1a2b/SHA256SUMS", "data/2026.11.24-1a2b/SHA256SUMS"),
        ("/static/site.css", "static/site.css"),
    ],
)
def test_주소가_놓일_파일(주소, 파일):
    assert file_of(주소) == 파일


def test_굳히기는_경고를_다루는_방식을_되돌려_놓는다(누리집, tmp_path):
    앞 = list(warnings.filters)

    dict(freeze.freeze(누리집.app(), ["/"], folder=tmp_path / "새것"))

    assert list(warnings.filters) == 앞
