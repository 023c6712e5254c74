"""내려받을 자료를 nginx로: 지금 판으로 가는 길, 열린데이터광장에 묻던 길, 미리 줄인 파일."""

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import 명령, 환경
from tests.deploy.conftest import 띄운_nginx, 무대, 빈_포트
from tests.deploy.test_nginx import 보안_머리말을_본다


@pytest.fixture(scope="module")
def 자료(차림: 무대) -> 무대:
    """판을 만들어 게시한 누리집."""
    for verb in ("data", "publish"):
        subprocess.run(
            명령(verb, "--instance", 차림.인스턴스), env=환경(OPEN120_SEMANTIC="off"), check=True, capture_output=True
        )
    return 차림


def test_지금_판을_물으면_그_판의_주소로_보내고_그_파일은_바뀌지_않는다(자료: 무대) -> None:
    보냄 = 자료.nginx.get("/data/latest/faq.csv")
    assert 보냄.status == 302
    판 = 보냄["Location"].removeprefix(f"http://127.0.0.1:{자료.nginx.port}")

    받음 = 자료.nginx.get(판)
    보안_머리말을_본다(받음)
    assert (받음.status, 받음["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert 받음["Cache-Control"] == "public, max-age=31536000, immutable"
    assert (받음["Access-Control-Allow-Origin"], 받음["Cross-Origin-Resource-Policy"]) == ("*", "cross-origin")
    assert 받음.body.startswith(b"\xef\xbb\xbfid,")
    줄인_것 = 자료.nginx.get(판, Accept_Encoding="gzip")
    assert (줄인_것["Content-Encoding"], len(줄인_것.body) < len(받음.body)) == ("gzip", True)


def test_확장자가_없는_체크섬은_글로_묶음은_묶음으로_나간다(자료: 무대) -> None:
    판 = (
        자료.nginx.get("/data/latest/faq.csv")["Location"]
        .rpartition("/")[0]
        .removeprefix(f"http://127.0.0.1:{자료.nginx.port}")
    )
    for 이름, 형식 in {
        "SHA256SUMS": "text/plain; charset=utf-8",
        "faq-md.tar.gz": "application/gzip",
        "faq.parquet": "application/vnd.apache.parquet",
        "faq.xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    }.items():
        assert 자료.nginx.get(f"{판}/{이름}")["Content-Type"] == 형식


@pytest.mark.parametrize("form", ["json", "xml"])
def test_열린데이터광장에_묻던_길로_물으면_그_형식으로_답한다(자료: 무대, form: str) -> None:
    답 = 자료.nginx.get(f"/openapi/{form}/SearchFAQService/1/1000/")

    보안_머리말을_본다(답)
    assert (답.status, 답["Content-Type"]) == (200, f"application/{form}; charset=utf-8")
    assert (답["Access-Control-Allow-Origin"], 답["X-Robots-Tag"]) == ("*", "noindex")
    assert b"INFO-000" in 답.body
    assert 자료.nginx.get(f"/openapi/{form}/SearchFAQService/9001/10000/").status == 404


def test_앱이_멈춰도_지금_판과_묻던_길이_답한다(자료: 무대, 꾸러미: str, tmp_path: Path) -> None:
    with 띄운_nginx(꾸러미, tmp_path / "nginx", site=자료.인스턴스 / "site", app=빈_포트()) as nginx:
        assert nginx.get("/data/latest/faq.csv").body.startswith(b"\xef\xbb\xbfid,")
        assert nginx.get("/openapi/json/SearchFAQService/1/1000/").status == 200
        assert nginx.get("/data").status == 200
