"""찾기를 재는 도구의 조각들. 시간은 재지 않는다."""

import json
import sys
from dataclasses import fields, replace
from pathlib import Path

import pytest

from bench import sample
from bench.search import contest, corpus, figures
from bench.search.contestant import Contestant, ContestantFailed, family
from bench.search.figures import Figures
from bench.search.peers import FTS5, OURS, Peer, PeerMissing, lucene
from bench.search.player import PLAYERS, Player
from bench.search.targets import verdicts
from kb.entry import Entry
from tests.kb.searched import 글들

공개된_글 = [글 for 글 in 글들 if 글.is_public]


@pytest.fixture
def 글_파일(tmp_path: Path) -> Path:
    path = tmp_path / "documents.jsonl"
    path.write_text("".join(json.dumps(corpus.row_of(글), ensure_ascii=False) + "\n" for 글 in 공개된_글), "utf-8")
    return path


@pytest.fixture
def 물음_파일(tmp_path: Path) -> Path:
    path = tmp_path / "queries.txt"
    path.write_text("여권 재발급\n따릉이 요금\n", "utf-8")
    return path


def 성적(**다른_것) -> Figures:
    return Figures(
        **{
            "name": "ours", "caption": "우리", "entries": 10, "timed": 300, "p50_ms": 1.0, "p95_ms": 2.0, "p99_ms": 3.0,
            "cpu_ms": 1.0, "per_second": 900.0, "per_second_by_two": 1700.0, "build_s": 2.0, "build_cpu_s": 3.0,
            "index_mb": 4.0, "build_memory_mb": 300.0, "memory_mb": 150.0, "found": 3000,
        }
        | 다른_것
    )  # fmt: skip


# --- 글과 물음 ----------------------------------------------------------------------------------------------------


def test_한_줄에는_우리_항목_그대로와_다른_상대가_읽을_글이_함께_있다() -> None:
    쌀_나눔 = next(글 for 글 in 글들 if 글.id == "k11")
    글 = replace(쌀_나눔, body="**동주민센터**에 신청합니다.\n", facts={"구비서류": "신분증"}, tags=("쌀",))

    줄 = corpus.row_of(글)

    assert Entry.from_text(줄["entry"]) == 글
    assert 줄["text"].split("\n") == ["동주민센터에 신청합니다.", "구비서류: 신분증", "쌀", "복지정책과"]


def test_배포본을_되풀이할_때_자치구와_숫자는_다른_것으로_바뀐다() -> None:
    글 = replace(글들[3], title="강남구 주차 12면", body="하루 3,000원입니다.\n", facts={"전화": "120"})

    다음 = sample.another(글, 1)

    assert sample.another(글, 0) == 글
    assert 다음.districts == ("송파구",)
    assert 다음.title == "송파구 주차 31면"
    assert 다음.body == "하루 2,919원입니다.\n"
    assert 다음.facts == {"전화": "039"}


def test_같은_물음을_두_번_재지_않고_몸풀기에서_물은_것도_재지_않는다(tmp_path: Path) -> None:
    물을_것 = corpus.write_queries(corpus.OWN_QUERIES, tmp_path)

    잰_것 = [물음 for 바퀴 in 물을_것.rounds for 물음 in 바퀴.read_text("utf-8").splitlines()]
    다른_것 = [물음 for path in (물을_것.warm_up, 물을_것.spins[0]) for 물음 in path.read_text("utf-8").splitlines()]

    assert len(set(잰_것)) == len(잰_것)
    assert not set(잰_것) & set(다른_것)
    assert all(len(바퀴.read_text("utf-8").splitlines()) >= corpus.TIMED_AT_LEAST for 바퀴 in 물을_것.rounds)


def test_둘이_함께_물을_때_같은_차례로_묻지_않는다(tmp_path: Path) -> None:
    하나, 둘 = (
        path.read_text("utf-8").splitlines() for path in corpus.write_queries(corpus.OWN_QUERIES, tmp_path).spins
    )

    assert sorted(하나) == sorted(둘)
    assert 하나[0] != 둘[0]


# --- 수와 표 ------------------------------------------------------------------------------------------------------


def test_바퀴마다_낸_백분위의_중앙값이라_한_바퀴가_느려도_흔들리지_않는다() -> None:
    고른_바퀴 = [float(ms) for ms in range(1, 101)]
    느린_바퀴 = [ms * 50 for ms in 고른_바퀴]

    assert figures.percentiles([고른_바퀴, 느린_바퀴, 고른_바퀴]) == {"p50_ms": 50.0, "p95_ms": 95.0, "p99_ms": 99.0}


def test_몫은_우리_것을_상대의_것으로_나눈_것이고_나눌_수_없으면_뺀다() -> None:
    몫 = figures.ratios(성적(p99_ms=1.5), 성적(p99_ms=6.0, build_s=0.0))

    assert 몫["p99_ms"] == 0.25
    assert "build_s" not in 몫


def test_표의_줄은_화면에서_너비가_같다() -> None:
    표 = figures.table([성적(), 성적(caption="Lucene 8.7.0 + nori(제목만)", per_second=12345.0)])

    assert len({figures.width(줄) for 줄 in 표.splitlines()}) == 1
    assert "12,345" in 표


# --- 상대들 -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("이름", ["ours", "whoosh", "fts5"])
def test_파이썬_상대는_짓고_열고_제목을_찾는다(이름: str, 글_파일: Path, 물음_파일: Path, tmp_path: Path) -> None:
    상대 = Player(PLAYERS[이름])
    폴더 = tmp_path / "index"
    폴더.mkdir()

    assert 상대.answer(f"load\t{글_파일}\n")["entries"] == len(공개된_글)
    assert 상대.answer(f"build\t{폴더}\t1\n")["seconds"] > 0
    assert 상대.answer(f"open\t{폴더}\n") == {}
    답 = 상대.answer(f"ask\t{물음_파일}\n")

    assert len(답["ms"]) == 2
    assert 답["found"] >= 3
    assert PLAYERS[이름].open(폴더)("따릉이 요금")[0] == "따릉이 이용 요금"
    assert 상대.answer(f"spin\t{물음_파일}\t0.01\t1\n")["answered"] >= 1


def test_모르는_명령은_받지_않는다() -> None:
    with pytest.raises(ValueError, match="춤추기"):
        Player(PLAYERS["fts5"]).answer("춤추기\n")


def test_FTS5는_낱말이_없는_물음에도_조용히_답한다(글_파일: Path, tmp_path: Path) -> None:
    상대 = PLAYERS["fts5"]
    상대.build(상대.load(corpus.read_documents(글_파일)), tmp_path, 1)

    assert list(상대.open(tmp_path)('"')) == []


def test_루씬이_없으면_무엇을_설치할지_말한다(tmp_path: Path) -> None:
    with pytest.raises(PeerMissing, match="liblucene8-java"):
        lucene(tmp_path, jars=tmp_path)


def test_루씬도_같은_약속을_지킨다(글_파일: Path, 물음_파일: Path, tmp_path: Path) -> None:
    자바로 = tmp_path / "classes"
    자바로.mkdir()
    try:
        상대들 = lucene(자바로)
    except PeerMissing as 까닭:
        pytest.skip(str(까닭))
    (tmp_path / "index").mkdir()
    with Contestant(상대들[0].command) as 짓는_이:
        assert 짓는_이.ask("load", 글_파일)["entries"] == len(공개된_글)
        assert 짓는_이.ask("build", tmp_path / "index", 2)["seconds"] > 0

    for 상대 in 상대들:
        with Contestant(상대.command) as 찾는_이:
            찾는_이.ask("open", tmp_path / "index")
            답 = 찾는_이.ask("ask", 물음_파일)
            assert len(답["ms"]) == 2
            assert 답["found"] >= 3
            assert 찾는_이.ask("spin", 물음_파일, 0.05, 2)["answered"] >= 1


def test_죽은_상대는_답하지_않았다고_말한다() -> None:
    with Contestant([sys.executable, "-c", ""]) as 죽은_이, pytest.raises(ContestantFailed, match="답하지 않고"):
        죽은_이.ask("open", "/")


def test_갈라_낸_프로세스도_식구다() -> None:
    갈라_내는_말 = (
        "import subprocess as s; s.Popen('cat', stdin=s.PIPE, stdout=s.DEVNULL); print('{}', flush=True); input()"
    )
    with Contestant([sys.executable, "-c", 갈라_내는_말]) as 부모:
        부모.finish()

        assert len(family(부모.pid)) == 2
        assert 부모.peak_mb() > 1


# --- 겨루기 -------------------------------------------------------------------------------------------------------


def test_겨루면_모두의_성적이_나온다(글_파일: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contest, "SPIN", 0.01)
    monkeypatch.setattr(corpus, "ENDINGS", corpus.ENDINGS[:6])
    코스 = contest.Course(folder=tmp_path, documents=글_파일, asked=corpus.write_queries(("여권", "주차"), tmp_path))
    우리것, 에프티에스 = (replace(누구, warm_up=0.01) for 누구 in (OURS, FTS5))
    나눠_쓰는_이: Peer = replace(우리것, name="ours_again", index_of="ours")
    들은_말: list[str] = []

    우리, fts5, 또_우리 = contest.compete(코스, [우리것, 에프티에스, 나눠_쓰는_이], say=들은_말.append)

    assert [우리.entries, fts5.entries, 또_우리.entries] == [len(공개된_글)] * 3
    assert 우리.timed == 2 * corpus.TIMED_AT_LEAST
    assert 우리.found > 0
    assert 우리.p50_ms <= 우리.p95_ms <= 우리.p99_ms
    assert min(우리.per_second, 우리.per_second_by_two, fts5.index_mb, fts5.memory_mb) > 0
    assert 또_우리.build_s == 우리.build_s
    assert sum("짓는 중" in 말 for 말 in 들은_말) == 2


def test_목표는_같은_일을_한_상대와_견주어_지켰는지_말한다() -> None:
    def 성적(name: str, **values: float) -> Figures:
        수들 = {field.name: 1.0 for field in fields(Figures)} | {"name": name, "caption": name, "entries": 12_000}
        return Figures(**수들 | values)

    우리 = 성적("ours", p99_ms=4.0, build_s=9.0)
    상대 = [
        성적("lucene_marks", p99_ms=10.0),
        성적("lucene", build_s=8.0),
        성적("ours_meaning", p95_ms=29.0, memory_mb=451.0),
    ]

    판정 = [str(하나) for 하나 in verdicts([우리, *상대])]

    assert 판정[0] == "PASS  12,000건 낱말로 찾기 p99, 제목과 표시한 토막 열 개까지: 4 / 10 = 0.40 (목표 0.5까지)"
    assert [줄.split()[0] for 줄 in 판정] == ["PASS", "FAIL", "참고", "PASS", "FAIL"]
    assert verdicts([replace(하나, entries=2_645) for 하나 in (우리, *상대)]) == []
    assert [하나.what for 하나 in verdicts([replace(하나, entries=120_000) for 하나 in (우리, *상대)])][-1].startswith(
        "뜻까지 찾기"
    )
