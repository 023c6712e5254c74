"""명령줄의 약속: 이름, 출력의 모양, 끝값."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, 결과, 명령, 부른다, 이어서
from tests.processes import 모판, 환경

부르는법 = Callable[..., 결과]


def test_처음부터_되돌리기까지_한_바퀴(부르기: 부르는법, 시작한_인스턴스: Path, 표파일: Path, tmp_path: Path) -> None:
    가져옴 = 부르기("import", "csv", 표파일, "--id-prefix", "c", *이어서, "--json")
    assert 가져옴.code == 0
    assert {k: 가져옴.json[k] for k in ("added", "changed", "unchanged", "held")} == {
        "added": 3, "changed": 0, "unchanged": 0, "held": 1,
    }  # fmt: skip
    assert 가져옴.json["held_reasons"] == {"no_answer": 1}

    다시 = 부르기("import", "csv", 표파일, "--id-prefix", "c", *이어서, "--json").json
    assert (다시["added"], 다시["changed"], 다시["unchanged"], 다시["held"]) == (0, 0, 3, 1)

    색인 = 부르기("index", "--json").json
    assert (색인["engine"], set(색인) >= {"entries", "seconds"}) == ("tantivy", True)

    찾음 = 부르기("search", "견인된 차 찾기", "--limit", 3, "--json").json
    assert set(찾음) >= {"query", "took_ms", "corrected", "hits"}
    assert "c2" in [hit["id"] for hit in 찾음["hits"]]
    assert set(찾음["hits"][0]) == {"id", "title", "topic", "score", "snippet", "url"}
    assert all(hit["topic"] == "교통" for hit in 부르기("search", "차", "--topic", "교통", "--json").json["hits"])

    질문 = tmp_path / "q.jsonl"
    질문.write_text('{"qid": "a", "kind": "natural", "query": "달나라 여행 어떻게", "rel": {"c3": 2}}\n', "utf-8")
    잰것 = 부르기("evaluate", 질문, "--json").json
    assert (잰것["queries"], 잰것["ndcg@10"], 잰것["success@5"]) == (1, 1.0, 1.0)
    assert set(잰것["ms"]) == {"p50", "p95", "p99"}
    assert 잰것["by_kind"] == {"natural": {"n": 1, "ndcg@10": 1.0}}

    게시 = 부르기("publish", "--json").json
    assert set(게시) >= {"pages", "changed", "seconds", "release"}
    쪽 = (시작한_인스턴스 / "site/current/faq/c2.html").read_text("utf-8")
    assert "견인 차량 보관소" in 쪽
    assert not (시작한_인스턴스 / "site/current/faq/c4.html").exists()
    assert 부르기("publish", "--json").json["changed"] == 0

    표파일.write_text(표파일.read_text("utf-8").replace("신분증을 가져갑니다", "신분증과 견인료를 가져갑니다"), "utf-8")
    assert 부르기("import", "csv", 표파일, "--id-prefix", "c", *이어서, "--json").json["changed"] == 1
    판들 = 부르기("history", "c2", "--json").json["versions"]
    assert [판["role"] for 판 in 판들] == ["importer", "importer"]

    되돌림 = 부르기("revert", "c2", 판들[1]["version"], "--json").json
    assert 되돌림["changed"]
    assert "견인료" not in (시작한_인스턴스 / "site/current/faq/c2.html").read_text("utf-8")
    assert len(부르기("history", "c2", "--json").json["versions"]) == 3

    살핌 = 부르기("check", "--json")
    assert (살핌.code, 살핌.json["ok"]) == (0, True)


def test_모르는_주제는_시정일반에_태그로_남고_보고된다(부르기: 부르는법, 시작한_인스턴스: Path, 표파일: Path) -> None:
    보고 = 부르기("import", "csv", 표파일, "--id-prefix", "c", *이어서, "--json").json

    글 = (시작한_인스턴스 / "content/entries/sijeong/c3.md").read_text("utf-8")
    assert "topic: 시정일반" in 글
    assert "우주" in 글.split("tags:")[1].splitlines()[0]
    assert 보고["topics_unknown"] == {"우주": 1}


def test_보류한_행은_까닭과_함께_초안으로_남는다(부르기: 부르는법, 시작한_인스턴스: Path, 표파일: Path) -> None:
    부르기("import", "csv", 표파일, "--id-prefix", "c", *이어서)

    글 = (시작한_인스턴스 / "content/entries/minwon/c4.md").read_text("utf-8")
    assert "status: draft" in 글
    assert "held: [no_answer]" in 글


def test_instance는_명령의_앞에도_뒤에도_온다(프로세스_모판: 모판, 시작한_인스턴스: Path, tmp_path: Path) -> None:
    앞 = 부른다(프로세스_모판, "--instance", 시작한_인스턴스, "history", "k1", "--json", cwd=tmp_path)
    뒤 = 부른다(프로세스_모판, "history", "k1", "--json", "--instance", 시작한_인스턴스, cwd=tmp_path)

    assert 앞 == 뒤
    assert (앞.code, 앞.json["id"]) == (0, "k1")


def test_환경_변수로도_인스턴스를_준다(시작한_인스턴스: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        명령("history", "k1"),
        cwd=tmp_path,
        env=환경(OPEN120_INSTANCE=str(시작한_인스턴스)),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0


def 모든_명령() -> list[str]:
    return ["init", "import csv", "import seoul", "index", "search", "evaluate", "publish", "check", "serve", "user add",
            "worker", "history", "revert"]  # fmt: skip


@pytest.mark.parametrize("words", ["", *모든_명령(), "import", "user"])
def test_모든_명령에_한국어_도움말이_있다(부르기: 부르는법, words: str) -> None:
    도움말 = 부르기(*words.split(), "--help")

    assert 도움말.code == 0
    assert 도움말.out.startswith("쓰는 법: open120")
    assert not re.search(r"\b(Usage|Options|Commands|Show this|required|default)\b", 도움말.out), 도움말.out
    for line in 도움말.out.splitlines():
        if re.match(r"  --\w", line) and "--instance" not in line:
            assert re.search("[가-힣]", line), line


@pytest.mark.parametrize(
    "words",
    ["", "serach", "search", "search 가 나", "search 가 --limit 0", "search 가 --limit 열", "search 가 --lmit 3", "index --engine 루씬",
     "import", "import csv", "import csv x.csv --id-prefix c", "import csv x.csv --id-prefix c --map 번호", "history", "revert k1",
     "import csv x.csv --id-prefix z --map id=가,title=나,body=다", "import csv x.csv --id-prefix c --map id=가,title=나,글=다",
     "import csv x.csv --id-prefix c --map id=가,title=나", "import csv x.csv --id-prefix c --map id=가,id=나,title=다,body=라",
     "serve --port 99999", "user add", "user add kim", "import seoul", "search 가 --topic"],
)  # fmt: skip
def test_잘못_부르면_끝값_2와_한_문장(부르기: 부르는법, words: str) -> None:
    잘못 = 부르기(*words.split())

    assert 잘못.code == 2
    assert "--help" in 잘못.한문장
    assert not re.search(r"\b(Missing|No such|Invalid|Got|requires)\b", 잘못.err), 잘못.err


def test_계정을_만들면_비밀번호를_한_번_보이고_같은_아이디는_거절한다(부르기: 부르는법, 시작한_인스턴스: Path) -> None:
    만듦 = 부르기("user", "add", "kim", "--role", "editor", "--json")

    assert (만듦.code, len(만듦.json["password"]) >= 12) == (0, True)
    assert 부르기("user", "add", "kim", "--role", "editor").code == 1
    왕 = 부르기("user", "add", "lee", "--role", "king")
    assert (왕.code, "역할" in 왕.한문장, "citizen" in 왕.err) == (2, True, False)
    넣음 = 부르기(
        "user", "add", "park", "--role", "agent", "--password-stdin", "--json", input="청계천을-따라-걷는-밤\n"
    )
    assert 넣음.json == {"login": "park", "role": "agent", "office": ""}


def test_open120_실행_파일은_어느_폴더에서나_돈다(시작한_인스턴스: Path, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("raise SystemExit('엉뚱한 app')\n", "utf-8")
    done = subprocess.run(
        [ROOT / "open120", "history", "k1", "--instance", 시작한_인스턴스.name],
        cwd=tmp_path, env=환경(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if not (ROOT / ".venv/bin/python").exists():
        assert done.returncode == 1
        assert "make setup" in done.stderr
    else:
        assert (done.returncode, done.stdout.splitlines()[0]) == (0, "id: k1")


def test_instance는_묶음과_명령_사이에도_온다(프로세스_모판: 모판, 시작한_인스턴스: Path, tmp_path: Path) -> None:
    words = ("user", "--instance", 시작한_인스턴스, "add", "choi", "--role", "agent", "--json")
    만듦 = 부른다(프로세스_모판, *words, cwd=tmp_path)
    assert (만듦.code, 만듦.json["login"]) == (0, "choi")


def test_없는_주제와_자치구로는_찾을_수_없다(부르기: 부르는법, 시작한_인스턴스: Path) -> None:
    assert 부르기("index").code == 0
    for words in (["--topic", "없는주제"], ["--district", "없는구"]):
        말 = 부르기("search", "여권", *words)
        assert (말.code, words[1] in 말.한문장) == (2, True)


def test_엔진은_설정으로_고른다(부르기: 부르는법, 시작한_인스턴스: Path) -> None:
    assert 부르기("index", "--json", env={"OPEN120_ENGINE": "whoosh"}).json["engine"] == "whoosh"
    assert 부르기("search", "여권 분실", "--json").json["hits"]
    assert 부르기("index", "--json").json["engine"] == "whoosh"
    assert 부르기("index", "--engine", "tantivy", "--json").json["engine"] == "tantivy"
    assert "루씬" in 부르기("index", env={"OPEN120_ENGINE": "루씬"}).한문장
