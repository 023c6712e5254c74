"""내려받을 자료의 주소: 지금 판으로 가는 길과, 열린데이터광장에 묻던 길 (PUBLISHING 1.6, 1.8, 2)."""

import pytest

from app.data_addresses import stored_path
from app.running import Running
from kb.exchange.seoul_envelope import read_answer
from tests.app.conftest import Browser


@pytest.fixture
def 판(인스턴스: Running) -> str:
    """만들어 게시한 판의 이름."""
    folder = 인스턴스.shelf.renew(인스턴스.keeper())
    인스턴스.publish()
    return folder.name


def test_지금_판의_파일을_물으면_그_판의_주소로_보낸다(시민: Browser, 판: str) -> None:
    답 = 시민.연다("/data/latest/faq.csv")
    assert 답.headers["Access-Control-Allow-Origin"] == "*"  # 옮겨 가는 길도 열려 있어야 남의 스크립트가 읽는다
    assert 답.headers["Cache-Control"] == "public, max-age=300"

    assert (답.status_code, 답.location) == (302, f"/data/{판}/faq.csv")
    assert 시민.연다(답.location).data.startswith(b"\xef\xbb\xbfid,")
    assert (시민.연다("/data/latest/").status_code, 시민.연다("/data/latest/").location) == (302, "/data")


def test_판에_없는_파일은_없다(시민: Browser, 판: str) -> None:
    for 주소 in ("/data/latest/secret_key", "/data/latest/..%2f..%2fsecret_key", "/data/x/faq.csv"):
        assert 시민.연다(주소).status_code == 404


def test_아직_만든_판이_없으면_없다고_한다(시민: Browser, 인스턴스: Running) -> None:
    인스턴스.publish()

    assert 시민.연다("/data/latest/faq.csv").status_code == 404
    assert "아직 만든 파일이 없습니다" in 시민.연다("/data").text


형식들 = {
    "faq.csv": "text/csv; charset=utf-8",
    "faq.jsonl": "application/x-ndjson",
    "faq.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "faq.parquet": "application/vnd.apache.parquet",
    "faq.sqlite": "application/vnd.sqlite3",
    "faq-md.tar.gz": "application/gzip",
    "catalog.jsonld": "application/ld+json",
    "README.md": "text/markdown; charset=utf-8",
    "LICENCE.txt": "text/plain; charset=utf-8",
    "SHA256SUMS": "text/plain; charset=utf-8",
}


def test_판의_파일은_제_형식으로_나가고_어느_누리집에서나_읽을_수_있고_바뀌지_않는다(시민: Browser, 판: str) -> None:
    for 이름, 형식 in 형식들.items():
        답 = 시민.연다(f"/data/{판}/{이름}")
        assert (답.status_code, 답.content_type) == (200, 형식)
        assert 답.headers["Access-Control-Allow-Origin"] == "*"
        assert 답.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert "immutable" in 답.headers["Cache-Control"]
        assert "Content-Encoding" not in 답.headers


def test_열린데이터광장에_묻던_길로_물으면_같은_모양으로_답한다(시민: Browser, 판: str) -> None:
    for form, 형식 in (("json", "application/json"), ("xml", "application/xml")):
        답 = 시민.연다(f"/openapi/{form}/SearchFAQService/1/1000/")
        assert 답.content_type.startswith(형식)
        assert (답.headers["Access-Control-Allow-Origin"], 답.headers["X-Robots-Tag"]) == ("*", "noindex")
        assert [row["FAQ_SEQNO"] for row in read_answer(답.data).rows] == ["1"]
    상세 = read_answer(시민.연다("/openapi/json/SearchDetailsFAQService/1/1/K/1/").data)
    assert "여권을 잃어버리면 먼저 분실 신고를 합니다." in 상세.rows[0]["ANSWER"]
    assert 시민.연다("/openapi/json/SearchFAQService/9001/10000/").status_code == 404


def test_다른_쪽은_다른_누리집의_스크립트가_읽을_수_없다(시민: Browser, 판: str) -> None:
    for 주소 in ("/faq/k1", "/data", "/"):
        assert "Access-Control-Allow-Origin" not in 시민.연다(주소).headers


@pytest.mark.parametrize(
    ("물음", "파일"),
    [
        ("/openapi/json/SearchFAQService/1/1000/", "/openapi/json/SearchFAQService/1/1000.json"),
        ("/openapi/xml/SearchFAQService/1/1000", "/openapi/xml/SearchFAQService/1/1000.xml"),
        ("/openapi/json/SearchFAQService/1/1000.json", "/openapi/json/SearchFAQService/1/1000.json"),
        ("/openapi/csv/SearchFAQService/1/1000/", "/openapi/csv/SearchFAQService/1/1000/"),
        ("/faq/k1", "/faq/k1"),
        ("/openapi/json/", "/openapi/json/"),
    ],
)
def test_물음의_파일(물음: str, 파일: str) -> None:
    assert stored_path(물음) == 파일
