"""API: 남의 프로그램이 찾고 읽는다. 무엇을 보내든 JSON으로, 무엇을 할지 말하며 답한다."""

import json
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import waitress
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree
from werkzeug.test import TestResponse, create_environ

from app import create_app
from app.api.pace import BadSetting
from app.api.shapes import SHAPES
from app.instance import Instance
from app.public import SiteSettings
from app.public.pages import OpenSearchFile
from app.running import Running
from app.serve import behind_proxy
from kb.entry import Entry, Source, Status, Valid
from kb.store import Change, EntryStore
from tests.app.test_public import 쓰기
from tests.conftest import 여권

누리집 = "https://open120.example"
고침 = Change(role="editor", reason="처음 씀")
막힘 = {"Content-Type": "application/problem+json", "Cache-Control": "no-store"}


기관 = Source(name="120다산콜재단", url="https://a.example/1", id="7", date=date(2026, 3, 2), licence="KOGL-1")
수수료 = replace(
    여권,
    id="f7",
    title="여권 수수료는 얼마인가요?",
    source=기관,
    checked=date(2026, 10, 1),
    review_by=date(2027, 4, 1),
    valid=Valid(start=date(2026, 1, 1)),
    body="**5만 3천 원**입니다.\n\n[여권](/faq/k1)도 보세요. <script>alert(1)</script>\n",
)
강남 = replace(
    여권, id="d5", title="강남구에서는 여권을 어디서 받나요?", districts=("강남구",), body="1층 민원실입니다.\n"
)
나쁜_원문 = ("javascript:alert(1)", "data:text/html,x", "/faq/k1", "")
안내들 = [
    여권,
    replace(여권, id="k2", title="옮긴 안내", status=Status.RETIRED, redirect_to="k1"),
    replace(여권, id="k3", title="없어진 제도", status=Status.RETIRED, gone=True),
    replace(여권, id="k4", title="쓰는 중인 비밀 계획", status=Status.DRAFT),
    replace(여권, id="k6", title="초안으로 옮긴 안내", status=Status.RETIRED, redirect_to="k4"),
    강남,
    수수료,
    *(
        replace(여권, id=f"c{n}", title=f"여권 안내 {n}", topic="교통", facts={}, tags=(), body=f"{n}층으로 갑니다.\n")
        for n in range(1, 16)
    ),
    *(
        replace(여권, id=f"s{n}", title=f"원문 {n}", source=Source(url=url), facts={}, body="가\n")
        for n, url in enumerate(나쁜_원문)
    ),
]
"""여권(k1), 옮긴 것(k2 → k1), 내린 것(k3), 초안(k4), 초안으로 옮긴 것(k6), 강남구의 것(d5), 출처가 다른 것(f7)과 여럿."""


@pytest.fixture(scope="module")
def 열린(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """안내들을 채우고 색인한 인스턴스. 시험들이 함께 읽기만 한다."""
    with pytest.MonkeyPatch.context() as env:
        folder = tmp_path_factory.mktemp("api")
        쓰기(folder / "shipped", *안내들)
        env.setenv("OPEN120_CONTENT", str(folder / "shipped"))
        env.setenv("OPEN120_BASE_URL", 누리집)
        env.delenv("OPEN120_DATABASE_URL", raising=False)
        running, _ = Running.begin(Instance(folder / "instance"))
        running.refresh_index()
        yield running
        running.searches.stop()
        running.database.close()


@pytest.fixture(scope="module")
def 손님(열린: Running) -> FlaskClient:
    """한도 없이 읽는 손님."""
    with pytest.MonkeyPatch.context() as env:
        env.setenv("OPEN120_API_PER_MINUTE", "0")
        return create_app(열린).test_client()


@pytest.fixture
def 바뀌는_손님(앱: Flask) -> FlaskClient:
    """여권 안내(k1) 하나가 든, 이 시험만의 인스턴스를 읽는 손님."""
    return 앱.test_client()


def 읽기(손님: FlaskClient, 길: str, **머리말: str) -> Any:
    답 = 손님.get(f"/api/v1{길}", headers=머리말)
    assert 답.status_code == 200, 답.text
    return json.loads(답.data)


def 까닭(답: TestResponse, 상태: int) -> dict[str, Any]:
    """problem+json인지 보고 그 내용을 돌려준다."""
    assert 답.status_code == 상태
    assert {name: 답.headers[name] for name in 막힘} == 막힘
    assert 답.headers["Access-Control-Allow-Origin"] == "*"
    assert "ETag" not in 답.headers
    내용: dict[str, Any] = json.loads(답.data)
    assert 내용["status"] == 상태
    assert 내용["type"] == f"/api#{상태}"
    assert 내용["title"]
    assert re.search(r"[가-힣].*\.", 내용["detail"])
    assert set(내용) <= set(SHAPES["Problem"]["properties"])
    return 내용


def 모양대로(값: Any, 모양: dict[str, Any]) -> None:
    """답의 칸이 문서에 적힌 칸과 하나하나 같은가(남아도 모자라도 안 된다)."""
    if "$ref" in 모양:
        모양 = SHAPES[모양["$ref"].rpartition("/")[2]]
    if isinstance(값, dict) and "properties" in 모양:
        assert set(모양["required"]) <= set(값) <= set(모양["properties"])
        for 이름, 속 in 값.items():
            모양대로(속, 모양["properties"][이름])
    elif isinstance(값, list) and "items" in 모양:
        for 속 in 값:
            모양대로(속, 모양["items"])


# --- 찾기 -----------------------------------------------------------------------------------------------------------


def test_찾으면_나은_차례의_결과와_좁힐_값이_온다(손님: FlaskClient):
    답 = 읽기(손님, "/search?q=여권을 잃어버렸어요")

    모양대로(답, SHAPES["SearchAnswer"])
    assert 답["query"] == "여권을 잃어버렸어요"
    assert 답["total"] == len(답["hits"]) or 답["next"]
    첫째 = next(hit for hit in 답["hits"] if hit["id"] == "k1")
    assert 첫째["topic"] == {"id": "minwon", "name": "민원행정"}
    assert 첫째["url"] == f"{누리집}/faq/k1"
    assert 첫째["api_url"] == f"{누리집}/api/v1/entries/k1"
    assert "<mark>" in 첫째["snippet_html"]
    assert "why" not in 첫째
    assert {facet["value"] for facet in 답["facets"]["topic"]} <= {"gyotong", "minwon", "sijeong"}


def test_한글은_그대로의_UTF8이다(손님: FlaskClient):
    답 = 손님.get("/api/v1/search?q=여권을 잃어버렸어요")

    assert 답.content_type == "application/json; charset=utf-8"
    assert "여권을 잃어버렸어요".encode() in 답.data
    assert b"\\u" not in 답.data


def test_주제와_자치구로_좁힌다(손님: FlaskClient):
    교통 = 읽기(손님, "/search?q=여권&topic=gyotong&limit=50")
    강남 = 읽기(손님, "/search?q=여권 어디서 받나요&district=강남구")
    종로 = 읽기(손님, "/search?q=여권 어디서 받나요&district=종로구")

    assert {hit["topic"]["id"] for hit in 교통["hits"]} == {"gyotong"}
    assert 강남["hits"][0]["districts"] == ["강남구"]
    assert "d5" not in {hit["id"] for hit in 종로["hits"]}


def test_출처로_좁힌다(손님: FlaskClient):
    답 = 읽기(손님, "/search?q=여권")
    for 출처 in 답["facets"]["source"]:
        좁힘 = 읽기(손님, f"/search?q=여권&source={quote(출처['value'])}")
        assert 좁힘["total"] == 출처["count"]
    assert {출처["value"] for 출처 in 답["facets"]["source"]} == {"c", "d", "f", "k", "s"}
    assert {hit["id"] for hit in 읽기(손님, "/search?q=여권&source=d")["hits"]} == {"d5"}


def test_쪽을_넘기며_모두_읽을_수_있다(손님: FlaskClient):
    본것: list[str] = []
    길 = "/search?q=여권&limit=4"
    while 길:
        답 = 손님.get(f"/api/v1{길}")
        내용 = json.loads(답.data)
        본것 += [hit["id"] for hit in 내용["hits"]]
        if 내용["next"]:
            assert f'<{내용["next"]}>; rel="next"' in 답.headers["Link"]
        길 = (내용["next"] or "").removeprefix(f"{누리집}/api/v1")

    assert len(본것) == len(set(본것)) == 내용["total"] > 8


def test_까닭을_달라고_하면_결과마다_온다(손님: FlaskClient):
    답 = 읽기(손님, "/search?q=여권&explain=true")

    assert 답["hits"]
    assert all(hit["why"] for hit in 답["hits"])


def test_빈_물음의_답은_비어_있다(손님: FlaskClient):
    for 빈 in ("", "%20", "%00", "%E2%80%8B"):
        답 = 읽기(손님, f"/search?q={빈}")
        assert (답["total"], 답["hits"], 답["next"]) == (0, [], None)


def test_걸린_시간은_머리말에_있어_같은_답이면_ETag도_같다(손님: FlaskClient):
    처음, 다시 = (손님.get("/api/v1/search?q=여권") for _ in range(2))

    assert re.fullmatch(r"search;dur=[\d.]+", 처음.headers["Server-Timing"])
    assert 처음.data == 다시.data
    assert 처음.headers["ETag"] == 다시.headers["ETag"]


def test_글이_바뀌면_찾기의_ETag도_바뀐다(바뀌는_손님: FlaskClient, 인스턴스: Running, 항목: Callable[..., Entry]):
    옛 = 바뀌는_손님.get("/api/v1/search?q=여권을 잃어버렸어요&limit=1").headers["ETag"]

    인스턴스.store.save(항목(title="여권을 잃어버렸어요. 어디로 가나요?"), change=고침)
    인스턴스.refresh_index()

    assert (
        바뀌는_손님.get("/api/v1/search?q=여권을 잃어버렸어요&limit=1", headers={"If-None-Match": 옛}).status_code
        == 200
    )


@pytest.mark.parametrize(
    ("물음", "상태", "값"),
    [
        ("", 400, "q"),
        ("query=여권", 400, "q"),
        ("q=여권&q=분실", 400, "q"),
        ("q=여권&page=두번째", 400, "page"),
        ("q=여권&page=1.5", 400, "page"),
        ("q=여권&page=٢", 400, "page"),
        ("q=여권&page=" + "9" * 5000, 400, "page"),
        ("q=여권&page=0", 422, "page"),
        ("q=여권&page=51", 422, "page"),
        ("q=여권&limit=0", 422, "limit"),
        ("q=여권&limit=-1", 422, "limit"),
        ("q=여권&limit=51", 422, "limit"),
        ("q=여권&topic=민원", 422, "topic"),
        ("q=여권&topic=", 422, "topic"),
        ("q=여권&district=부산", 422, "district"),
        ("q=여권&source=여권법", 422, "source"),
        ("q=여권&explain=yes", 400, "explain"),
    ],
)
def test_읽을_수_없으면_400_쓸_수_없으면_422이고_어느_값을_어떻게_고칠지_말한다(
    손님: FlaskClient, 물음: str, 상태: int, 값: str
):
    내용 = 까닭(손님.get(f"/api/v1/search?{물음}"), 상태)

    assert 내용["parameter"] == 값
    assert f"‘{값}’" in 내용["detail"]


def test_모르는_값은_못_본_것으로_한다(손님: FlaskClient):
    assert 읽기(손님, "/search?q=여권&utm_source=x&_=1") == 읽기(손님, "/search?q=여권")


def test_색인을_쓸_수_없으면_503이고_전화번호를_말한다(바뀌는_손님: FlaskClient, 인스턴스: Running):
    for file in 인스턴스.instance.index.rglob("meta.json"):
        file.write_text("상함", "utf-8")

    내용 = 까닭(바뀌는_손님.get("/api/v1/search?q=여권"), 503)

    assert "02-120" in 내용["detail"]
    assert re.fullmatch("[0-9a-f]{8}", 내용["incident"])
    assert str(인스턴스.instance.root) not in json.dumps(내용, ensure_ascii=False)


# --- 이어 줄 말 -----------------------------------------------------------------------------------------------------


def test_치는_동안_이어_줄_말이_온다(손님: FlaskClient):
    답 = 읽기(손님, "/suggest?q=여권을&limit=3")

    모양대로(답, SHAPES["SuggestAnswer"])
    assert 답["query"] == "여권을"
    assert 1 <= len(답["suggestions"]) <= 3
    여권 = next(one for one in 답["suggestions"] if one["id"] == "k1")
    assert 여권 == {"text": "여권을 잃어버렸어요. 어떻게 다시 만드나요?", "id": "k1", "url": f"{누리집}/faq/k1"}


def test_브라우저의_주소창에는_OpenSearch의_모양으로_답한다(손님: FlaskClient):
    답 = 손님.get("/api/v1/suggest?format=opensearch&q=여권을")
    물음, 말들, 설명들, 주소들 = json.loads(답.data)

    assert 답.mimetype == "application/x-suggestions+json"
    assert 물음 == "여권을"
    assert len(말들) == len(설명들) == len(주소들) > 0
    assert "여권을 잃어버렸어요. 어떻게 다시 만드나요?" in 말들
    assert all(주소.startswith(f"{누리집}/") for 주소 in 주소들)


def test_받은_물음을_그대로_돌려준다(손님: FlaskClient):
    """브라우저는 제가 물은 말과 한 글자라도 다른 답을 버린다."""
    for 물음 in ("여권 ", "ㅇㄱ", "\u1100\u1161 NFD", "여궈"):
        assert 읽기(손님, f"/suggest?q={quote(물음)}")["query"] == 물음
        assert json.loads(손님.get(f"/api/v1/suggest?format=opensearch&q={quote(물음)}").data)[0] == 물음


def test_빈_말에는_이어_줄_말이_없다(손님: FlaskClient):
    assert 읽기(손님, "/suggest?q=") == {"query": "", "suggestions": []}


@pytest.mark.parametrize(("물음", "상태"), [("", 400), ("q=여&limit=21", 422), ("q=여&format=xml", 422)])
def test_이어_줄_말도_잘못을_말해_준다(손님: FlaskClient, 물음: str, 상태: int):
    까닭(손님.get(f"/api/v1/suggest?{물음}"), 상태)


# --- 안내의 전문 ----------------------------------------------------------------------------------------------------


def test_안내의_전문에는_판과_출처와_조건과_날짜가_있다(손님: FlaskClient):
    답 = 읽기(손님, "/entries/f7")

    모양대로(답, SHAPES["Entry"])
    assert 답["version"] == 수수료.version
    assert 답["facts"] == {"신청방법": "구청 여권 창구에 직접 갑니다.", "수수료": "5만 원"}
    assert 답["lead"] == "5만 3천 원입니다."
    assert 답["markdown"] == 수수료.body
    assert "<strong>5만 3천 원</strong>입니다." in 답["html"]
    assert f'<a href="{누리집}/faq/k1">' in 답["html"]
    assert "<script" not in 답["html"]
    assert 답["source"] == {
        "name": "120다산콜재단",
        "url": "https://a.example/1",
        "id": "7",
        "date": "2026-03-02",
        "licence": {
            "code": "KOGL-1",
            "name": "공공누리 제1유형 (출처표시)",
            "url": "https://www.kogl.or.kr/info/license.do",
        },
    }
    assert 답["attribution"] == (
        "출처: 120다산콜재단, ‘여권 수수료는 얼마인가요?’, 2026년, 공공누리 제1유형 (출처표시), "
        "https://open120.example/faq/f7"
    )
    assert 답["updated"] == "2026-11-01T09:00:00+09:00"
    assert (답["checked"], 답["review_by"]) == ("2026-10-01", "2027-04-01")
    assert 답["valid"] == {"from": "2026-01-01", "until": None}
    assert 답["url"] == f"{누리집}/faq/f7"
    assert 답["correction_url"] == f"{누리집}/correct/f7?v={수수료.version}"


def test_사람의_쪽을_정식_주소로_알리고_검색엔진에는_싣지_않는다(손님: FlaskClient):
    답 = 손님.get("/api/v1/entries/k1")

    assert f'<{누리집}/faq/k1>; rel="canonical"' in 답.headers["Link"]
    assert 답.headers["X-Robots-Tag"] == "noindex"


def test_원문의_주소는_http만_내보낸다(손님: FlaskClient):
    for 번호, _ in enumerate(나쁜_원문):
        assert 읽기(손님, f"/entries/s{번호}")["source"]["url"] is None


def test_옮긴_안내는_새_주소로_간다(손님: FlaskClient):
    답 = 손님.get("/api/v1/entries/k2")

    assert (답.status_code, 답.headers["Location"]) == (301, "/api/v1/entries/k1")
    assert 답.headers["Access-Control-Allow-Origin"] == "*"
    모양대로(json.loads(답.data), SHAPES["Moved"])
    assert json.loads(손님.get("/api/v1/entries/k2", follow_redirects=True).data)["id"] == "k1"


@pytest.mark.parametrize("내린", ["k3", "k6"])
def test_내린_안내는_410이고_같은_주제를_알려_준다(손님: FlaskClient, 내린: str):
    내용 = 까닭(손님.get(f"/api/v1/entries/{내린}"), 410)

    assert 내용["topic_url"] == f"{누리집}/topic/minwon"


@pytest.mark.parametrize("없는", ["k404", "k4", "K1", "k1.json", "%ED%A0%80", "k1%00", "가" * 3000, "..%2F..%2Fetc"])
def test_없는_안내는_404이고_초안이_있다는_것도_알려_주지_않는다(손님: FlaskClient, 없는: str):
    내용 = 까닭(손님.get(f"/api/v1/entries/{없는}"), 404)

    assert "비밀" not in 내용["detail"]
    assert len(내용["detail"]) < 200


def test_초안과_없는_번호의_답은_번호만_다르다(손님: FlaskClient):
    초안, 없음 = (손님.get(f"/api/v1/entries/{id}").text for id in ("k4", "k9"))

    assert 초안.replace("k4", "k9") == 없음


def test_상한_글은_우리_사정이다(바뀌는_손님: FlaskClient, 저장소: EntryStore):
    (저장소.root / 저장소.path_for(저장소.get("k1"))).write_text("---\n상함", "utf-8")

    assert "상함" not in str(까닭(바뀌는_손님.get("/api/v1/entries/k1"), 503))


# --- 남겨 두기, 다른 누리집, 방법 -------------------------------------------------------------------------------------

길들 = ["/search?q=여권", "/suggest?q=여권", "/suggest?q=여권&format=opensearch", "/entries/k1", "/openapi.json"]
남겨둠 = {
    "/search": "public, max-age=60",
    "/suggest": "public, max-age=60",
    "/entries/k1": "public, max-age=300, stale-while-revalidate=3600",
    "/openapi.json": "public, max-age=3600",
}


@pytest.mark.parametrize("길", 길들)
def test_그대로이면_304다(손님: FlaskClient, 길: str):
    처음 = 손님.get(f"/api/v1{길}")

    for 표 in (처음.headers["ETag"], f"W/{처음.headers['ETag']}", f'"other", {처음.headers["ETag"]}', "*"):
        답 = 손님.get(f"/api/v1{길}", headers={"If-None-Match": 표})
        assert (답.status_code, 답.data) == (304, b"")
        assert 답.headers["ETag"] == 처음.headers["ETag"]
        assert 답.headers["Cache-Control"] == 처음.headers["Cache-Control"]
        assert 답.headers["Access-Control-Allow-Origin"] == "*"
    assert 손님.get(f"/api/v1{길}", headers={"If-None-Match": '"other"'}).status_code == 200


def test_안내의_ETag는_판으로_시작하고_글이_바뀌면_달라진다(
    바뀌는_손님: FlaskClient, 저장소: EntryStore, 항목: Callable[..., Entry]
):
    옛 = 바뀌는_손님.get("/api/v1/entries/k1").headers["ETag"]
    assert 옛.startswith(f'"{저장소.get("k1").version}-')

    저장소.save(항목(body="수수료는 5만 3천 원입니다.\n"), change=고침)

    답 = 바뀌는_손님.get("/api/v1/entries/k1", headers={"If-None-Match": 옛})
    assert 답.status_code == 200
    assert 답.headers["ETag"].startswith(f'"{저장소.get("k1").version}-')


@pytest.mark.parametrize("길", 길들)
def test_모두가_함께_남겨_두어도_되는_답이다(손님: FlaskClient, 길: str):
    답 = 손님.get(f"/api/v1{길}")

    assert 답.headers["Cache-Control"] == 남겨둠[urlsplit(길).path]
    assert "Set-Cookie" not in 답.headers
    assert "Vary" not in 답.headers


@pytest.mark.parametrize("길", [*길들, "/entries/k2", "/entries/k3", "/nope", "/search"])
def test_HEAD는_GET과_머리말이_같고_몸통이_없다(손님: FlaskClient, 길: str):
    받음, 머리 = 손님.get(f"/api/v1{길}"), 손님.head(f"/api/v1{길}")

    assert 머리.status_code == 받음.status_code
    assert 머리.data == b""
    for 이름 in ("Content-Type", "Content-Length", "Cache-Control", "ETag", "Access-Control-Allow-Origin"):
        assert 머리.headers.get(이름) == 받음.headers.get(이름)


@pytest.mark.parametrize("길", 길들)
def test_다른_누리집의_스크립트가_먼저_묻고_읽는다(손님: FlaskClient, 길: str):
    물음 = {"Origin": "https://a.example", "Access-Control-Request-Method": "GET"}
    허락 = 손님.options(f"/api/v1{길}", headers=물음 | {"Access-Control-Request-Headers": "if-none-match"})
    답 = 손님.get(f"/api/v1{길}", headers={"Origin": "https://a.example"})

    assert (허락.status_code, 허락.data) == (204, b"")
    assert 허락.headers["Access-Control-Allow-Methods"] == 허락.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert 허락.headers["Access-Control-Allow-Headers"] == "*"
    for 응답 in (허락, 답):
        assert 응답.headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in 응답.headers
        assert 응답.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert {"ETag", "RateLimit", "Retry-After"} <= set(답.headers["Access-Control-Expose-Headers"].split(", "))


def test_다른_화면은_다른_누리집에_열지_않는다(손님: FlaskClient):
    for 길 in ("/api", "/search?q=여권", "/healthz"):
        답 = 손님.get(길, headers={"Origin": "https://a.example"})
        assert "Access-Control-Allow-Origin" not in 답.headers
        assert 답.headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("방법", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("길", 길들)
def test_읽기만_할_수_있다(손님: FlaskClient, 길: str, 방법: str):
    답 = 손님.open(f"/api/v1{길}", method=방법, data="x" * 10)

    assert "GET" in 까닭(답, 405)["detail"]
    assert set(답.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


@pytest.mark.parametrize("길", ["", "/", "/nope", "/entries", "/entries/", "/search/", "/entries/k1/x"])
def test_없는_주소는_어디를_볼지_말한다(손님: FlaskClient, 길: str):
    assert "/api" in 까닭(손님.get(f"/api/v1{길}"), 404)["detail"]


def test_우리_잘못은_번호만_보인다(앱: Flask):
    @앱.get("/api/v1/boom")
    def boom() -> str:
        raise ValueError("비밀 경로 /srv/secret")

    내용 = 까닭(앱.test_client().get("/api/v1/boom"), 500)

    assert "비밀" not in str(내용)
    assert re.fullmatch("[0-9a-f]{8}", 내용["incident"])


def test_누리집의_주소를_정하지_않았으면_부른_주소를_따른다(열린: Running, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("OPEN120_BASE_URL")
    내용 = 읽기(create_app(열린).test_client(), "/search?q=여권&limit=1", Host="127.0.0.1:8137")

    assert 내용["next"].startswith("http://127.0.0.1:8137/api/v1/search?")
    assert 내용["hits"][0]["api_url"].startswith("http://127.0.0.1:8137/api/v1/entries/")


# --- 한도 -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def 한도(열린: Running, monkeypatch: pytest.MonkeyPatch) -> Callable[..., FlaskClient]:
    """한도를 정한 앱의 손님."""

    def open(per_minute: str = "10", unlimited: str = "") -> FlaskClient:
        monkeypatch.setenv("OPEN120_API_PER_MINUTE", per_minute)
        monkeypatch.setenv("OPEN120_API_UNLIMITED", unlimited)
        (열린.instance.root / "api-pace").unlink(missing_ok=True)
        return create_app(열린).test_client()

    return open


def 물어봄(손님: FlaskClient, 주소: str, 길: str = "/search?q=여권") -> TestResponse:
    return 손님.get(f"/api/v1{길}", environ_overrides={"REMOTE_ADDR": 주소})


def test_한도를_넘으면_429이고_얼마나_쉴지_말한다(한도: Callable[..., FlaskClient]):
    손님 = 한도("10")
    처음 = 물어봄(손님, "203.0.113.7")
    답들 = [물어봄(손님, "203.0.113.7") for _ in range(10)]

    assert 처음.headers["RateLimit-Policy"] == '"api";q=10;w=60'
    assert 처음.headers["RateLimit"] == '"api";r=9;t=6'
    assert [답.status_code for 답 in 답들] == [200] * 9 + [429]
    막힌 = 답들[-1]
    assert "Retry-After" in 까닭(막힌, 429)["detail"]
    assert 1 <= int(막힌.headers["Retry-After"]) <= 6
    assert 막힌.headers["RateLimit"].startswith('"api";r=0;')


def test_한_주소가_넘어도_다른_주소는_그대로다(한도: Callable[..., FlaskClient]):
    손님 = 한도("2")
    for _ in range(3):
        물어봄(손님, "203.0.113.7")

    assert 물어봄(손님, "203.0.113.7").status_code == 429
    assert 물어봄(손님, "203.0.113.8").status_code == 200


def test_IPv6는_한_집을_하나로_센다(한도: Callable[..., FlaskClient]):
    손님 = 한도("2")
    답들 = [물어봄(손님, f"2001:db8:1:2::{n}").status_code for n in range(1, 4)]

    assert 답들 == [200, 200, 429]
    assert 물어봄(손님, "2001:db8:1:3::1").status_code == 200
    assert 물어봄(손님, "::ffff:203.0.113.1").status_code == 200
    assert 물어봄(손님, "::ffff:203.0.113.2").status_code == 200


def test_이어_줄_말과_읽기는_찾기의_오분의_일이다(한도: Callable[..., FlaskClient]):
    손님 = 한도("2")
    for 길 in ("/suggest?q=여", "/entries/k1"):
        답들 = [물어봄(손님, f"198.51.100.{len(길)}", 길).status_code for _ in range(11)]
        assert 답들 == [200] * 10 + [429]


def test_상담실처럼_여럿이_한_주소를_쓰면_세지_않게_할_수_있다(한도: Callable[..., FlaskClient]):
    손님 = 한도("1", "10.0.0.0/8, 203.0.113.7")

    for 주소 in ("10.1.2.3", "203.0.113.7"):
        답들 = [물어봄(손님, 주소) for _ in range(5)]
        assert {답.status_code for 답 in 답들} == {200}
        assert "RateLimit" not in 답들[0].headers
    assert [물어봄(손님, "203.0.113.8").status_code for _ in range(2)] == [200, 429]


def test_한도를_끌_수_있다(한도: Callable[..., FlaskClient]):
    손님 = 한도("0")

    assert {물어봄(손님, "203.0.113.7").status_code for _ in range(100)} == {200}
    assert "지금은 한도가 없습니다" in 손님.get("/api").text


def test_미리_묻기와_사람의_화면은_세지_않는다(한도: Callable[..., FlaskClient]):
    손님 = 한도("1")
    for _ in range(5):
        손님.options("/api/v1/search", environ_overrides={"REMOTE_ADDR": "203.0.113.7"})
        assert 손님.get("/search?q=여권", environ_overrides={"REMOTE_ADDR": "203.0.113.7"}).status_code == 200

    assert 물어봄(손님, "203.0.113.7").status_code == 200


@pytest.mark.parametrize(
    ("믿는곳", "본주소"), [("127.0.0.1", "203.0.113.7"), ("192.0.2.1", "127.0.0.1"), ("", "127.0.0.1")]
)
def test_앞에_선_웹_서버가_알려_주는_손님의_주소만_믿는다(monkeypatch: pytest.MonkeyPatch, 믿는곳: str, 본주소: str):
    def whoami(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", [])
        return [environ["REMOTE_ADDR"].encode()]

    monkeypatch.setenv("OPEN120_TRUSTED_PROXY", 믿는곳)
    server = waitress.create_server(whoami, host="127.0.0.1", port=0, **behind_proxy())
    물음 = create_environ(headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.7"}) | {"REMOTE_ADDR": "127.0.0.1"}
    try:
        assert b"".join(server.application(물음, lambda *_: None)).decode() == 본주소
    finally:
        server.close()


@pytest.mark.parametrize(
    ("이름", "값"),
    [("OPEN120_API_PER_MINUTE", "많이"), ("OPEN120_API_PER_MINUTE", "-1"), ("OPEN120_API_UNLIMITED", "상담실")],
)
def test_틀린_설정은_열_때_말한다(열린: Running, monkeypatch: pytest.MonkeyPatch, 이름: str, 값: str):
    monkeypatch.setenv(이름, 값)

    with pytest.raises(BadSetting, match=f"{이름}의 ‘{값}’"):
        create_app(열린)


# --- 사람의 쪽, OpenSearch ------------------------------------------------------------------------------------------


def 보기들(손님: FlaskClient) -> Iterator[list[str]]:
    for 보기 in BeautifulSoup(손님.get("/api").text, "lxml").select("pre code"):
        yield shlex.split(보기.text)


def test_설명의_보기는_적힌_그대로_된다(손님: FlaskClient):
    본길 = set()
    for 말들 in 보기들(손님):
        assert 말들[0] == "curl"
        주소 = next(말 for 말 in 말들 if 말.startswith("http"))
        값들 = dict(말들[n + 1].split("=", 1) for n, 말 in enumerate(말들) if 말 == "--data-urlencode")
        assert (not 값들) or 말들[1] == "--get"
        답 = 손님.get(주소.removeprefix(누리집), query_string=값들)
        assert 답.status_code == 200, 답.text
        본길.add(urlsplit(주소).path)

    assert 본길 == {f"/api/v1{urlsplit(길).path}" for 길 in 길들}


def test_설명에는_모든_값과_상태_코드와_오류가_있다(손님: FlaskClient):
    문서 = 읽기(손님, "/openapi.json")
    쪽 = BeautifulSoup(손님.get("/api").text, "lxml")
    글 = 쪽.main.get_text(" ", strip=True)

    for 길, 방법들 in 문서["paths"].items():
        assert f"GET /api/v1{길}" in 글
        for 값 in 방법들["get"]["parameters"]:
            assert 값["name"] in 글
        for 상태 in 방법들["get"]["responses"]:
            assert int(상태) < 400 or 쪽.find(id=상태), 상태
    assert [script["src"] for script in 쪽.find_all("script")] == ["/static/suggest.js"]
    assert 쪽.find("link", rel="canonical")["href"] == f"{누리집}/api"
    assert len(쪽.find_all("h1")) == 1


def test_OpenAPI_문서는_주소와_내용의_주제를_안다(손님: FlaskClient):
    문서 = 읽기(손님, "/openapi.json")
    찾기 = {값["name"]: 값["schema"] for 값 in 문서["paths"]["/search"]["get"]["parameters"]}

    assert 문서["openapi"].startswith("3.1.")
    assert 문서["servers"] == [{"url": "/api/v1"}]
    assert 찾기["topic"]["enum"] == ["gyotong", "minwon", "sijeong"]
    assert len(찾기["district"]["enum"]) == 25


def test_브라우저에_검색엔진으로_더할_수_있다(손님: FlaskClient):
    쪽 = BeautifulSoup(손님.get("/").text, "lxml")
    link = 쪽.find("link", rel="search")
    assert (link["href"], link["type"]) == ("/opensearch.xml", "application/opensearchdescription+xml")

    with 손님.get(link["href"]) as 답:
        assert 답.mimetype == "application/xml"
        설명 = etree.fromstring(답.data)
    네임 = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
    주소 = {url.get("type"): url.get("template") for url in 설명.findall("o:Url", 네임)}
    assert len(설명.findtext("o:ShortName", "", 네임)) <= 16
    assert len(설명.findtext("o:Description", "", 네임)) <= 1024
    assert 설명.findtext("o:InputEncoding", "", 네임) == "UTF-8"
    for 형식, 틀 in 주소.items():
        assert 틀.startswith(f"{누리집}/")
        with 손님.get(틀.removeprefix(누리집).replace("{searchTerms}", quote("여권"))) as 답:
            assert 답.status_code == 200
            assert 답.mimetype in (형식, "application/xml")
    결과 = 손님.get(주소["text/html"].removeprefix(누리집).replace("{searchTerms}", quote("여권을 잃어버렸어요")))
    assert 'href="/faq/k1"' in 결과.text


def test_긴_이름은_브라우저가_받는_길이로_줄인다():
    긴이름 = SiteSettings(name="서울특별시 120 상담 지식 나눔터 오픈 120")
    assert len(OpenSearchFile(settings=긴이름, path="/opensearch.xml").short_name) <= 16


# --- 아무 글이나 -----------------------------------------------------------------------------------------------------

아무글 = st.one_of(
    st.text(max_size=60),
    st.text(alphabet=st.characters(codec=None), max_size=20),
    st.sampled_from(
        [
            "여권 " * 5000, "가" * 10_000, "\u1112\u1161\u11ab\u1100\u1173\u11af", "👨‍👩‍👧‍👦🇰🇷", "\x00\x01\x1f\x7f", "\ud800", "\udfff여권",
            "' OR 1=1 --", "\"; DROP TABLE entry; --", "<script>alert(1)</script>", "title:여권 AND (NOT *)", "여권^99~2", "+-&&||!(){}[]^\"~*?:\\/",
            "ㅇㄱ", "여궈", "wnalsemdfhr", "\u202e\u200d\ufeff", "%00%ff", "{{7*7}}", "\u2028", "a" * 9_000,
        ]
    ),
)  # fmt: skip
아무바이트 = st.binary(max_size=40)


def 적기(값: str | bytes) -> str:
    return quote(값.encode("utf-8", "surrogatepass") if isinstance(값, str) else 값)


@settings(max_examples=250, deadline=None)
@given(
    길=st.sampled_from(["/api/v1/search", "/api/v1/suggest", "/search"]),
    값=st.one_of(아무글, 아무바이트),
    더=st.dictionaries(
        st.sampled_from(["topic", "district", "source", "page", "limit", "explain", "format", "q"]), 아무글, max_size=2
    ),
)
@example(길="/search", 값="여권", 더={"page": "9" * 5000, "topic": "\ud800"})
@example(길="/api/v1/search", 값="가" * 10_000, 더={})
def test_무엇을_물어도_차분히_답한다(손님: FlaskClient, 길: str, 값: str | bytes, 더: dict[str, str]):
    물음 = "&".join([f"q={적기(값)}", *(f"{이름}={적기(글)}" for 이름, 글 in 더.items())])

    답 = 손님.get(f"{길}?{물음}", environ_overrides={"REMOTE_ADDR": "10.9.9.9"})

    assert 답.status_code in (200, 400, 422, 429), 답.text
    글 = 답.data.decode("utf-8")
    if 길.startswith("/api/"):
        json.loads(글)
    else:
        assert 답.status_code == 200
        assert "<script>" not in 글


def test_전문을_찾는_주소에_무엇을_적어도_404다(손님: FlaskClient):
    for 값 in ("k1'--", "<b>", "k" + "1" * 400, "\ud800", "k1\n", "k١", "../k1", "k1?", "‮k1"):
        assert 손님.get(f"/api/v1/entries/{적기(값)}").status_code == 404


def test_한도를_적을_수_없어도_답한다(한도: Callable[..., FlaskClient], 열린: Running):
    손님 = 한도("10")
    (열린.instance.root / "api-pace").unlink()
    (열린.instance.root / "api-pace").mkdir()
    try:
        다시_연_손님 = create_app(열린).test_client()
        assert [물어봄(다시_연_손님, "203.0.113.9").status_code for _ in range(11)] == [200] * 10 + [429]
    finally:
        (열린.instance.root / "api-pace").rmdir()
    assert 물어봄(손님, "203.0.113.9").status_code == 200
