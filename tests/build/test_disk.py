"""디스크가 가득 차거나 쓸 수 없으면 까닭을 말하고, 옛 사이트는 그대로 둔다."""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from build import PublishFailed, roll_back


@pytest.fixture
def 작은_디스크(tmp_path: Path) -> Iterator[Path]:
    where = tmp_path / "small-disk"
    where.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", where], capture_output=True)
    if mounted.returncode:
        pytest.skip("여기서는 tmpfs를 붙일 수 없습니다.")
    yield where
    subprocess.run(["umount", where], check=True)


def test_디스크가_가득_차면_까닭을_말하고_옛_사이트를_둔다(누리집, 작은_디스크):
    누리집.site = 작은_디스크 / "site"
    처음 = 누리집.publish()
    옛것 = 누리집.tree()
    누리집.entries |= {f"c{n}": (f"안내 {n}", "<p>답</p>" * 300) for n in range(10, 60)}

    with pytest.raises(PublishFailed, match="디스크가 가득 차서 쓸 수 없습니다"):
        누리집.publish()
    assert 누리집.tree() == 옛것
    assert 누리집.releases() == [처음.release]

    for n in range(10, 60):
        del 누리집.entries[f"c{n}"]
    누리집.entries["k3"] = ("새 제목", "")
    assert 누리집.publish().changed == 2  # 그 쪽과 처음 쪽


@pytest.mark.parametrize("workers", [1, 2])
def test_파일을_끝까지_쓸_수_없으면_까닭을_말하고_옛_사이트를_둔다(누리집, workers):
    처음 = 누리집.publish()
    누리집.entries |= {f"c{n}": (f"안내 {n}", "<p>답</p>") for n in range(10, 400)}
    누리집.entries["c20"] = ("아주 긴 안내", "<p>답</p>" * 20_000)
    허락 = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 허락[1]))
    try:
        with pytest.raises(PublishFailed, match="디스크가 가득 차서 쓸 수 없습니다"):
            누리집.publish(workers=workers)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, 허락)

    assert 누리집.releases() == [처음.release]
    assert "아주 긴 안내" not in 누리집.read("index.html")


@pytest.fixture
def 읽기만_되는_폴더(누리집, tmp_path: Path) -> Iterator[Path]:
    """두 번 게시한 뒤 쓸 수 없게 된 폴더. root는 권한을 넘어서므로 읽기 전용으로 다시 붙인다."""
    for 제목 in ("첫째", "둘째"):
        누리집.entries["c1"] = (제목, "")
        누리집.publish()
    where = 누리집.site
    if os.geteuid() == 0:
        bound = subprocess.run(["mount", "--bind", where, where], capture_output=True)
        if bound.returncode:
            pytest.skip("여기서는 폴더를 읽기 전용으로 붙일 수 없습니다.")
        subprocess.run(["mount", "-o", "remount,ro,bind", where], check=True)
        yield where
        subprocess.run(["umount", where], check=True)
    else:
        for folder in (where, where / "releases"):
            folder.chmod(0o555)
        yield where
        for folder in (where, where / "releases"):
            folder.chmod(0o755)


def test_쓸_수_없는_폴더면_까닭을_말하고_옛_사이트를_둔다(누리집, 읽기만_되는_폴더):
    옛것 = 누리집.tree()
    누리집.entries["c1"] = ("고친 제목", "")

    with pytest.raises(PublishFailed, match="지금 사이트는 그대로입니다"):
        누리집.publish()
    with pytest.raises(PublishFailed, match="지금 사이트는 그대로입니다"):
        roll_back(누리집.site)
    assert 누리집.tree() == 옛것


def test_게시할_자리에_파일이_있으면_까닭을_말한다(누리집):
    누리집.site.parent.mkdir(parents=True)
    누리집.site.write_text("폴더가 아님", "utf-8")

    with pytest.raises(PublishFailed, match="게시하지 못했습니다"):
        누리집.publish()


def test_옛_게시본을_손으로_지웠으면_되돌릴_수_없다고_말한다(누리집):
    처음 = 누리집.publish().release
    누리집.entries["c1"] = ("고친 제목", "")
    누리집.publish()
    shutil.rmtree(누리집.site / "releases" / 처음)

    with pytest.raises(PublishFailed, match="되돌릴 이전 게시본이 없습니다"):
        roll_back(누리집.site)
