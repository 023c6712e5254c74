"""명령줄을 부르는 사람: 진짜 프로세스로 `open120`을 부른다."""

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest

from tests.processes import 모판, 환경

ROOT = Path(__file__).parent.parent.parent
이어서 = ["--map", "id=번호,title=제목,topic=분류,body=내용", "--topics", "행정=민원행정,교통=교통"]
표 = """번호,분류,제목,내용
1,행정,여권 재발급은 어떻게 하나요?,여권을 잃어버리면 구청에서 다시 신청합니다. 수수료는 여권 종류에 따라 다릅니다.
2,교통,견인된 차는 어디서 찾나요?,견인된 차는 가까운 견인 차량 보관소에서 찾습니다. 신분증을 가져갑니다.
3,우주,달나라 여행은 어떻게 가나요?,아직 정기 노선이 없습니다. 우주 여행은 민간 회사에 물어보아야 합니다.
4,행정,내용이 없는 글,
"""


작은_배포본_수 = 60


def 작은_배포본(folder: Path) -> Path:
    """진짜 배포본에서 앞 번호의 안내만 담은 것: 채우고 게시하는 데 1초면 된다."""
    for path in [*(ROOT / "content").glob("*.yml"), *(ROOT / "content/entries").glob("*/k*.md")]:
        if path.suffix == ".yml" or int(path.stem[1:]) <= 작은_배포본_수:
            target = folder / path.relative_to(ROOT / "content")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, target)
    return folder


@dataclass(frozen=True)
class 결과:
    """명령 하나의 끝값과 출력."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out.splitlines()[-1])

    @property
    def 한문장(self) -> str:
        """실패한 까닭: 추적(traceback)이 아닌 한국어 한 줄이어야 한다."""
        lines = [line for line in self.err.splitlines() if line.strip()]
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        assert any("가" <= letter <= "힣" for letter in lines[0]), lines[0]
        return lines[0]


def 명령(*words: object) -> list[str]:
    """파이썬부터 새로 켜는 명령. 여느 시험은 `부른다`로 모판에서 갈라 낸다."""
    return [sys.executable, "-P", "-m", "app", *map(str, words)]


def 부른다(
    어디서: 모판, *words: object, env: dict[str, str] | None = None, cwd: Path | None = None, input: str = ""
) -> 결과:
    """`open120 words…`를 부르고 끝나기를 기다린다."""
    with TemporaryFile("w+") as stdin, TemporaryFile("w+") as out, TemporaryFile("w+") as err:
        stdin.write(input)
        stdin.seek(0)
        told = {"stdin": stdin, "stdout": out, "stderr": err}
        code = 어디서.띄우기("app", *words, env=환경(**(env or {})), cwd=cwd, **told).wait(120)
        for file in (out, err):
            file.seek(0)
        return 결과(code, out.read(), err.read())


@pytest.fixture(scope="session")
def 배포본(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return 작은_배포본(tmp_path_factory.mktemp("content"))


@pytest.fixture
def 인스턴스(tmp_path: Path) -> Path:
    return tmp_path / "instance"


@pytest.fixture
def 부르기(프로세스_모판: 모판, 인스턴스: Path, tmp_path: Path, 배포본: Path) -> Callable[..., 결과]:
    """`open120 --instance 인스턴스 …`를 부른다."""

    def call(*words: object, env: dict[str, str] | None = None, input: str = "") -> 결과:
        around = {"OPEN120_CONTENT": str(배포본), **(env or {})}
        return 부른다(프로세스_모판, "--instance", 인스턴스, *words, env=around, cwd=tmp_path, input=input)

    return call


@pytest.fixture(scope="session")
def 바탕(프로세스_모판: 모판, tmp_path_factory: pytest.TempPathFactory, 배포본: Path) -> Path:
    """한 번 시작해 두고 시험마다 베끼는 인스턴스."""
    folder = tmp_path_factory.mktemp("started") / "instance"
    시작 = 부른다(프로세스_모판, "--instance", folder, "init", env={"OPEN120_CONTENT": str(배포본)})
    assert 시작.code == 0, 시작.err
    return folder


@pytest.fixture
def 시작한_인스턴스(인스턴스: Path, 바탕: Path) -> Path:
    shutil.copytree(바탕, 인스턴스, symlinks=True)
    return 인스턴스


@pytest.fixture
def 표파일(tmp_path: Path) -> Path:
    path = tmp_path / "상담.csv"
    path.write_text(표, "utf-8")
    return path
