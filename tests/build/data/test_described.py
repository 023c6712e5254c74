"""한 판의 소개: 남의 도구가 읽고 맞춰 볼 수 있다 (PUBLISHING 1.6)."""

import hashlib
import json
import shutil
import warnings

import pytest
from frictionless import validate
from rdflib import Graph, Namespace
from rdflib.namespace import DCAT, DCTERMS, RDF

from build.data import files

SPDX = Namespace("http://spdx.org/rdf/terms#")
흘린_파일은_그들의_일 = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
"""frictionless는 표가 아닌 파일을 열고 닫지 않는다."""


@pytest.fixture(scope="module")
def 소개(판):
    return json.loads((판 / "datapackage.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def 목록(판):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # rdflib calls its own old class
        return Graph().parse(판 / "catalog.jsonld", format="json-ld")


@흘린_파일은_그들의_일
def test_datapackage는_frictionless가_흠을_찾지_못한다(판):
    report = validate(str(판 / "datapackage.json"))

    assert report.valid, report.flatten(["name", "title", "message"])
    assert {task.name for task in report.tasks} == {file.name.lower() for file in files.CONTENT}
    assert {task.name: task.stats["rows"] for task in report.tasks if task.type == "table"} == {
        "faq.csv": 3, "topics.csv": 3, "districts.csv": 25, "sources.csv": 2, "redirects.csv": 5,
    }  # fmt: skip


@흘린_파일은_그들의_일
def test_파일이_한_글자라도_바뀌면_frictionless가_안다(판, tmp_path):
    folder = shutil.copytree(판, tmp_path / "판")
    csv = folder / "faq.csv"
    csv.write_bytes(csv.read_bytes().replace("5만 원".encode(), "6만 원".encode()))

    report = validate(str(folder / "datapackage.json"))

    assert [task.place for task in report.tasks if not task.valid] == ["faq.csv"]
    assert report.flatten(["title"]) == [["Hash Count Error"]]


def test_파일마다_크기와_SHA256이_정말_그_파일의_것이다(판, 소개):
    assert [resource["path"] for resource in 소개["resources"]] == [file.name for file in files.CONTENT]
    for resource in 소개["resources"]:
        글 = (판 / resource["path"]).read_bytes()
        assert resource["bytes"] == len(글)
        assert resource["hash"] == f"sha256:{hashlib.sha256(글).hexdigest()}"


def test_이용_조건은_우리_것과_출처의_것을_나누어_적고_밝히지_않은_것도_적는다(소개):
    assert [licence["name"] for licence in 소개["licenses"]] == ["CC-BY-4.0", "unstated", "KOGL-1"]
    assert "path" not in 소개["licenses"][1]
    assert 소개["sources"] == [
        {"title": "여권법 제11조", "licence": "unstated", "entries": 2},
        {
            "title": "120다산콜재단 자주묻는질문",
            "path": "https://data.example.kr/12",
            "licence": "KOGL-1",
            "entries": 1,
        },
    ]


def test_DCAT에는_파일마다_주소와_크기와_SHA256과_이용_조건이_있다(판, 목록, 소개):
    나눔들 = list(목록.subjects(RDF.type, DCAT.Distribution))

    assert {str(node).rpartition("/")[2] for node in 나눔들} == {file.name for file in files.CONTENT}
    for node in 나눔들:
        path = 판 / str(목록.value(node, DCAT.downloadURL)).rpartition("/")[2]
        assert f"/data/{소개['version']}/" in str(node)
        assert int(목록.value(node, DCAT.byteSize)) == path.stat().st_size
        checksum = 목록.value(node, SPDX.checksum)
        값 = 목록.value(checksum, SPDX.checksumValue)
        assert 값.toPython() == hashlib.sha256(path.read_bytes()).digest()
        assert 목록.value(node, DCTERMS.license)
        assert 목록.value(node, DCTERMS.rights)
        assert 목록.value(node, DCAT.mediaType) or 목록.value(node, DCTERMS.format)


def test_DCAT의_자료_묶음은_출처마다_이용_조건을_말한다(목록):
    묶음 = 목록.value(predicate=RDF.type, object=DCAT.Catalog)
    자료 = 목록.value(묶음, DCAT.dataset)
    출처들 = {
        str(목록.value(node, DCTERMS.title)): (
            str(목록.value(node, DCTERMS.rights)),
            str(목록.value(node, DCTERMS.license) or ""),
        )
        for node in 목록.objects(자료, DCTERMS.source)
    }

    assert 출처들 == {
        "여권법 제11조": ("출처가 이용 조건을 밝히지 않은 자료", ""),
        "120다산콜재단 자주묻는질문": ("공공누리 제1유형 (출처표시)", "https://www.kogl.or.kr/info/license.do"),
    }
    assert 목록.value(자료, DCTERMS.publisher)
    assert str(목록.value(자료, DCTERMS.issued)) == "2026-11-20"
