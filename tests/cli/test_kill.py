"""kill -9: 가져오기, 색인, 게시를 언제 죽여도 다음 실행이 마치고, 잃거나 겹치는 것이 없다.

받아들임(accept)은 tests/corrections/test_apply.py가 걸음마다, 게시의 파일 일은 tests/build/test_kill.py가 하나하나 죽여 본다.
"""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kb import git
from tests.cli.conftest import 결과, 이어서
from tests.processes import 모판, 환경

부르는법 = Callable[..., 결과]
행수 = 1500
게시할_행수 = 400


def 표(path: Path, 행수: int) -> Path:
    행들 = (
        f"{n},행정,{n}번째 민원은 어떻게 하나요?,{n}번째 민원은 구청에서 합니다. 신분증을 가져갑니다."
        for n in range(1, 행수 + 1)
    )
    path.write_text("번호,분류,제목,내용\n" + "\n".join(행들) + "\n", "utf-8")
    return path


@pytest.fixture
def 긴표(tmp_path: Path) -> Path:
    return 표(tmp_path / "긴.csv", 행수)


def 죽이기(어디서: 모판, *words: object, 초: float) -> None:
    process = 어디서.띄우기("app", *words, env=환경())
    time.sleep(초)
    process.kill()
    process.wait()


@pytest.mark.parametrize("초", [0.1, 0.4, 0.8])
def test_가져오다_죽어도_다음_가져오기가_마친다(
    프로세스_모판: 모판, 부르기: 부르는법, 시작한_인스턴스: Path, 긴표: Path, 초: float
) -> None:
    앞 = len(list(시작한_인스턴스.glob("content/entries/*/*.md")))

    죽이기(프로세스_모판, "--instance", 시작한_인스턴스, "import", "csv", 긴표, "--id-prefix", "c", *이어서, 초=초)
    다시 = 부르기("import", "csv", 긴표, "--id-prefix", "c", *이어서, "--json")

    assert 다시.code == 0
    assert 다시.json["added"] + 다시.json["unchanged"] == 행수
    assert {다시.json["added"], 다시.json["unchanged"]} == {0, 행수}
    assert len(list(시작한_인스턴스.glob("content/entries/*/*.md"))) == 앞 + 행수
    assert int(git.run(시작한_인스턴스 / "content", "rev-list", "--count", "main")) == 2
    assert git.run(시작한_인스턴스 / "content", "status", "--porcelain") == ""


@pytest.mark.parametrize("초", [0.2, 0.7])
def test_색인하다_죽어도_옛_색인으로_찾고_다음_색인이_마친다(
    프로세스_모판: 모판, 부르기: 부르는법, 시작한_인스턴스: Path, 긴표: Path, 초: float
) -> None:
    assert 부르기("index").code == 0
    assert 부르기("import", "csv", 긴표, "--id-prefix", "c", *이어서).code == 0

    죽이기(프로세스_모판, "--instance", 시작한_인스턴스, "index", 초=초)

    assert 부르기("search", "여권 분실", "--json").json["hits"]
    색인 = 부르기("index", "--json").json
    assert 색인["entries"] >= 행수
    assert 부르기("check").code == 0
    남은_폴더 = [path for path in (시작한_인스턴스 / "index").iterdir() if path.is_dir() and not path.is_symlink()]
    assert len(남은_폴더) == 1


@pytest.mark.parametrize("초", [0.3, 0.8])
def test_게시하다_죽어도_옛_사이트가_남고_다음_게시가_마친다(
    프로세스_모판: 모판, 부르기: 부르는법, 시작한_인스턴스: Path, tmp_path: Path, 초: float
) -> None:
    assert 부르기("publish").code == 0
    짧은표 = 표(tmp_path / "짧은.csv", 게시할_행수)
    assert 부르기("import", "csv", 짧은표, "--id-prefix", "c", *이어서).code == 0

    죽이기(프로세스_모판, "--instance", 시작한_인스턴스, "publish", 초=초)

    assert (시작한_인스턴스 / "site/current/faq/k1.html").is_file()
    게시 = 부르기("publish", "--json").json
    assert 게시["pages"] > 게시할_행수
    assert (시작한_인스턴스 / f"site/current/faq/c{게시할_행수}.html").is_file()
    assert not [path for path in (시작한_인스턴스 / "site/releases").iterdir() if path.name.startswith(".new-")]
