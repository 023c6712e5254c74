"""파일마다 안내가 하나도 빠지거나 바뀌지 않고 들어 있다."""

import datetime as dt
import json
import sqlite3
import tarfile
import zipfile
from contextlib import closing

import openpyxl
import pytest
from hypothesis import given, settings
from openpyxl.utils.escape import unescape

from build.data import database, parquet, text_files, workbook
from build.data.fields import FIELDS, rows
from build.data.workbook import CUT, LONGEST, fitted
from kb.entry import Entry
from tests.build.data import reading
from tests.build.data.conftest import 고친_때, 누리집, 여러_안내

주제 = {"교통": "gyotong", "민원행정": "minwon", "시정일반": "sijeong"}


def 기대한_줄들(site):
    return [reading.기대(entry, 주제[entry.topic]) for entry in site.entries.values()]


@pytest.mark.parametrize(
    ("이름", "읽기"),
    [
        ("faq.jsonl", reading.jsonl),
        ("faq.csv", reading.csv_안내),
        ("faq.sqlite", reading.sqlite),
        ("faq.parquet", reading.parquet),
    ],
)
def test_읽어_들이면_누리집의_안내와_하나하나_같다(판, 작은_누리집, 이름, 읽기):
    assert 읽기(판 / 이름) == 기대한_줄들(작은_누리집)


@settings(max_examples=40, deadline=None)
@given(여러_안내)
def test_어떤_글이_들어도_읽어_들이면_원래_글이다(tmp_path_factory, entries):
    site, folder = 누리집(entries), tmp_path_factory.mktemp("any")
    lines, 기대한 = rows(site), 기대한_줄들(site)

    text_files.write_jsonl(folder / "faq.jsonl", text_files.records(lines))
    text_files.write_entries_csv(folder / "faq.csv", lines)
    database.write_database(folder / "faq.sqlite", lines, tables=())
    parquet.write_parquet(folder / "faq.parquet", lines)
    text_files.write_markdown_tar(folder / "faq-md.tar.gz", site)

    assert reading.jsonl(folder / "faq.jsonl") == 기대한
    assert reading.csv_안내(folder / "faq.csv") == 기대한
    assert reading.sqlite(folder / "faq.sqlite") == 기대한
    assert reading.parquet(folder / "faq.parquet") == 기대한
    assert 푼_글들(folder / "faq-md.tar.gz") == {entry.id: Entry.from_text(entry.to_text()) for entry in entries}


# --- CSV ------------------------------------------------------------------------------------------------------------


def test_CSV는_BOM으로_시작하고_줄은_CRLF로_끝난다(판):
    글 = (판 / "faq.csv").read_bytes()

    assert 글.startswith(b"\xef\xbb\xbfid,url,title,")
    assert 글.endswith(b"\r\n")
    assert reading.csv_표(판 / "faq.csv")[0]["title"] == '\'=HYPERLINK("https://evil.example","눌러")'


@pytest.mark.parametrize("이름", ["faq.csv", "topics.csv", "districts.csv", "sources.csv", "redirects.csv"])
def test_어느_CSV의_어느_칸도_계산식으로_시작하지_않는다(판, 이름):
    칸들 = [text for row in reading.csv_표(판 / 이름) for text in row.values()]

    assert 칸들
    assert [text for text in 칸들 if text[:1] in tuple("=+-@\t\r")] == []


# --- the workbook ---------------------------------------------------------------------------------------------------


def 엑셀의_값(cell):
    return unescape(cell) if isinstance(cell, str) else cell


def test_엑셀에는_안내가_한글_칸으로_들고_날짜는_날짜다(판, 작은_누리집):
    book = openpyxl.load_workbook(판 / "faq.xlsx")
    header, *lines = book["안내"].iter_rows(values_only=True)

    assert list(header) == [field.title for field in FIELDS]
    assert [line[0] for line in lines] == list(작은_누리집.entries)
    둘째 = dict(zip(header, lines[0], strict=True))
    assert 둘째["번호"] == "f12"
    assert 둘째["자치구"] == "강남구, 서초구"
    assert 둘째["핵심 내용"] == "수수료: +1만 원\n주소: @서울시 중구\n-번호: -3"
    assert 둘째["고친 때"] == 고친_때.replace(tzinfo=None)
    assert 둘째["확인한 날"] == dt.datetime.fromisoformat("2026-11-01")
    assert 둘째["본문"].startswith("'- 첫째")
    assert book.sheetnames == ["안내", "칸의 뜻", "주제", "자치구", "출처와 이용 조건", "옮긴 주소"]


def test_엑셀의_어느_칸도_계산식이_아니다(판):
    book = openpyxl.load_workbook(판 / "faq.xlsx")
    칸들 = [cell for sheet in book for row in sheet.iter_rows() for cell in row]

    assert [cell.coordinate for cell in 칸들 if cell.data_type == "f" or str(cell.value)[:1] in tuple("=+-@\t\r")] == []
    with zipfile.ZipFile(판 / "faq.xlsx") as zipped:
        assert not any(b"<f>" in zipped.read(name) or b"<hyperlink" in zipped.read(name) for name in zipped.namelist())


@settings(max_examples=25, deadline=None)
@given(여러_안내)
def test_어떤_글이_들어도_엑셀_파일이_열리고_글이_남는다(tmp_path_factory, entries):
    site, path = 누리집(entries), tmp_path_factory.mktemp("any") / "faq.xlsx"

    workbook.write_workbook(path, rows(site), title="시험", made=고친_때, tables=())

    header, *lines = openpyxl.load_workbook(path)["안내"].iter_rows(values_only=True)
    본문 = header.index("본문")
    assert [엑셀의_값(line[0]) for line in lines] == list(site.entries)
    assert [엑셀의_값(line[본문]) or "" for line in lines] == [fitted(entry.body) for entry in site.entries.values()]


@pytest.mark.parametrize("글자", ["가", "😀", "a"])
def test_엑셀의_칸보다_긴_글은_잘리고_잘렸다고_적힌다(글자):
    긴_글 = 글자 * 40_000

    assert fitted(긴_글).endswith(CUT)
    assert LONGEST - 2 <= len(fitted(긴_글).encode("utf-16-le")) // 2 <= LONGEST
    assert fitted(글자 * 16_000) == 글자 * 16_000


# --- SQLite -------------------------------------------------------------------------------------------------------


@pytest.fixture
def 데이터베이스(판):
    with closing(sqlite3.connect(판 / "faq.sqlite")) as database:
        yield database


def test_SQLite에서_세_글자부터는_조사가_붙어도_찾는다(데이터베이스):
    찾기 = "SELECT entry.id FROM search JOIN entry ON entry.rowid = search.rowid WHERE search MATCH ? ORDER BY entry.id"

    assert 데이터베이스.execute(찾기, ["잃어버"]).fetchall() == [("k1",)]
    assert 데이터베이스.execute(찾기, ["서울시"]).fetchall() == [("f12",)]
    assert 데이터베이스.execute("SELECT id FROM entry WHERE title LIKE '%버스%'").fetchall() == [("p3",)]


def test_SQLite의_사실과_자치구는_따로_물을_수_있다(데이터베이스):
    assert 데이터베이스.execute("SELECT entry, name FROM entry_fact WHERE value = '5만 원'").fetchall() == [
        ("k1", "수수료")
    ]
    assert 데이터베이스.execute("SELECT entry FROM entry_district WHERE district = '강남구'").fetchall() == [("f12",)]
    assert 데이터베이스.execute("SELECT id, entries FROM topics ORDER BY id").fetchall() == [
        ("gyotong", 1), ("minwon", 2), ("sijeong", 0),
    ]  # fmt: skip
    assert 데이터베이스.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


# --- Markdown ------------------------------------------------------------------------------------------------------


def 푼_글들(path):
    with tarfile.open(path) as tar:
        return {
            name.removesuffix(".md").rpartition("/")[2]: Entry.from_text(tar.extractfile(name).read().decode())
            for name in tar.getnames()
        }


def test_Markdown_묶음에는_글을_고친_때만_적혀_있다(판, 작은_누리집):
    with tarfile.open(판 / "faq-md.tar.gz") as tar:
        파일들 = tar.getmembers()

    assert [file.name for file in 파일들] == ["entries/gyotong/p3.md", "entries/minwon/f12.md", "entries/minwon/k1.md"]
    assert {(file.uid, file.gid, file.uname, file.gname, file.mode) for file in 파일들} == {(0, 0, "", "", 0o644)}
    assert [file.mtime for file in 파일들] == [
        int(작은_누리집.entries[id].updated.timestamp()) for id in ("p3", "f12", "k1")
    ]
    assert (판 / "faq-md.tar.gz").read_bytes()[3:8] == b"\x00" * 5  # no file name and no time in the gzip header


# --- the small files ------------------------------------------------------------------------------------------------


def test_옮긴_주소는_한_번에_마지막_안내로_가고_맴도는_것은_없앤_것이다(판):
    assert [(row["from"], row["to"], row["status"]) for row in reading.csv_표(판 / "redirects.csv")] == [
        ("/faq/k4", "", "410"),
        ("/faq/k5", "/faq/k1", "301"),
        ("/faq/k6", "/faq/k1", "301"),
        ("/faq/k7", "", "410"),
        ("/faq/k8", "", "410"),
    ]


def test_바뀐_것은_늦은_것부터_안내마다_하나씩이다(판):
    바뀐_것 = reading.jsonl(판 / "changes.jsonl")

    assert [(line["id"], line["change"]) for line in 바뀐_것] == [
        ("f12", "published"), ("k6", "merged"), ("k1", "published"), ("k4", "removed"), ("k5", "merged"),
        ("k7", "removed"), ("k8", "removed"), ("p3", "published"),
    ]  # fmt: skip
    assert 바뀐_것[1] == {
        "updated": "2026-11-20T09:30:15+09:00",
        "id": "k6",
        "change": "merged",
        "to": "k1",
        "url": "https://120.example.kr/faq/k1",
    }


def test_예전에_받은_자료는_바뀐_것만_따라_해도_새_자료와_같아진다(판, 작은_누리집):
    새_자료 = {line["id"]: line["version"] for line in reading.jsonl(판 / "faq.jsonl")}
    옛_자료 = {"k1": 새_자료["k1"], "f12": "옛판", "k6": "옛판"}
    받은_때 = dt.datetime.fromisoformat("2026-11-10T00:00:00+09:00")

    for line in reading.jsonl(판 / "changes.jsonl"):
        if dt.datetime.fromisoformat(line["updated"]) <= 받은_때:
            break
        if line["change"] == "published":
            옛_자료[line["id"]] = line["version"]
        else:
            옛_자료.pop(line["id"], None)

    assert 옛_자료 == {id: 새_자료[id] for id in ("k1", "f12")}


def test_출처마다_이용_조건과_안내의_수가_있고_밝히지_않은_것은_그렇게_적힌다(판):
    assert [tuple(row.values()) for row in reading.csv_표(판 / "sources.csv")] == [
        ("여권법 제11조", "", "unstated", "출처가 이용 조건을 밝히지 않은 자료", "", "2", ""),
        (
            "120다산콜재단 자주묻는질문", "https://data.example.kr/12", "KOGL-1", "공공누리 제1유형 (출처표시)",
            "https://www.kogl.or.kr/info/license.do", "1", "2026-03-02",
        ),
    ]  # fmt: skip


def test_자치구는_스물다섯이고_안내의_수를_안다(판):
    줄들 = {row["name"]: int(row["entries"]) for row in reading.csv_표(판 / "districts.csv")}

    assert len(줄들) == 25
    assert {name for name, n in 줄들.items() if n} == {"강남구", "서초구"}


def test_JSON_Lines의_줄은_적어_둔_모양과_같고_다른_것은_아니다(판):
    jsonschema = pytest.importorskip("jsonschema")
    check = jsonschema.Draft202012Validator(json.loads((판 / "schema.json").read_text("utf-8")))

    for line in reading.jsonl(판 / "faq.jsonl"):
        check.validate(line)
        assert not check.is_valid(line | {"draft": True})
        assert not check.is_valid(line | {"title": ""})
        assert not check.is_valid({name: value for name, value in line.items() if name != "licence"})
