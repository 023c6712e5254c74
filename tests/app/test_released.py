"""게시본의 쪽은 그 주소로 나가고, 바뀌지 않은 쪽은 몇 번을 게시해도 같은 ETag다."""

from dataclasses import replace

from app.running import Running
from kb.entry import Status
from kb.store import Change, EntryStore
from tests.app.conftest import Browser


def test_바뀌지_않은_쪽의_ETag는_다시_게시해도_같다(시민: Browser, 인스턴스: Running, 저장소: EntryStore, 항목) -> None:
    저장소.save(
        항목(id="k2", topic="교통", title="견인된 차는 어디서 찾나요?", body="보관소에서 찾습니다.", tags=()),
        change=Change(role="editor", reason="더함"),
    )
    인스턴스.publish()
    앞 = {주소: 시민.연다(주소).headers["ETag"] for 주소 in ("/faq/k1", "/faq/k2")}

    저장소.save(replace(저장소.get("k2"), body="바뀐 글"), change=Change(role="editor", reason="고침"))
    인스턴스.publish()

    assert 시민.연다("/faq/k1").headers["ETag"] == 앞["/faq/k1"]
    assert 시민.연다("/faq/k2").headers["ETag"] != 앞["/faq/k2"]
    같음 = 시민.client.get("/faq/k1", headers={"If-None-Match": 앞["/faq/k1"]}, buffered=True)
    assert (같음.status_code, 같음.data) == (304, b"")


def test_게시본은_HEAD에도_답하고_보안_머리말이_있다(시민: Browser, 인스턴스: Running) -> None:
    인스턴스.publish()
    답 = 시민.client.head("/faq/k1", buffered=True)

    assert (답.status_code, 답.data) == (200, b"")
    assert 답.content_type == "text/html; charset=utf-8"
    assert "script-src 'self'" in 답.headers["Content-Security-Policy"]


def test_게시본_밖의_파일은_나가지_않는다(시민: Browser, 인스턴스: Running) -> None:
    인스턴스.publish()
    for 길 in ("/.manifest.json", "/../open120.db", "/%2e%2e/secret_key", "/faq/../../../secret_key", "/404.html"):
        assert "secret" not in 시민.연다(길).text or 시민.연다(길).status_code == 404
        assert 시민.연다(길).content_type.startswith("text/html")


def test_healthz는_속사정을_말하지_않는다(시민: Browser) -> None:
    답 = 시민.연다("/healthz")

    assert 답.headers["Cache-Control"] == "no-store"
    assert 답.json["outbox"] == {"open": 0, "stuck": 0}
    assert 답.json["index"] == {"current": True, "engine": "tantivy"}


def test_옮기고_내린_안내와_쌍둥이는_게시본의_표대로_답한다(
    시민: Browser, 인스턴스: Running, 저장소: EntryStore, 항목
) -> None:
    저장소.save_all(
        [
            항목(id="k2", title="옮긴 안내", status=Status.RETIRED, redirect_to="k1"),
            항목(id="k3", title="내린 안내", status=Status.RETIRED, gone=True),
        ],
        change=Change(role="editor", reason="내림"),
    )
    인스턴스.publish()

    for 꼬리 in ("", ".md", ".json"):
        답 = 시민.연다(f"/faq/k2{꼬리}")
        assert (답.status_code, 답.location) == (301, f"/faq/k1{꼬리}")
        assert 시민.연다(f"/faq/k3{꼬리}").status_code == 410
    assert "‘내린 안내’ 안내는 더는 맞지 않아 내렸습니다." in 시민.연다("/faq/k3").text

    저장소.save(항목(id="k3", title="되살린 안내"), change=Change(role="editor", reason="되살림"))
    인스턴스.publish()
    assert 시민.연다("/faq/k3").status_code == 200


def test_쌍둥이는_형식과_원래_쪽을_머리말에_밝힌다(시민: Browser, 인스턴스: Running) -> None:
    인스턴스.publish()

    for 꼬리, 형식 in (("md", "text/markdown; charset=utf-8"), ("json", "application/json")):
        답 = 시민.연다(f"/faq/k1.{꼬리}")
        assert 답.content_type == 형식
        assert 답.headers["Link"] == '<http://localhost:8120/faq/k1>; rel="canonical"'
        assert 답.headers["X-Robots-Tag"] == "noindex"
        assert 답.headers["Access-Control-Allow-Origin"] == "*"
    assert "X-Robots-Tag" not in 시민.연다("/faq/k1").headers


def test_게시본의_JSON은_API의_답에서_HTML만_뺀_것이다(시민: Browser, 인스턴스: Running) -> None:
    인스턴스.publish()
    답 = 시민.연다("/api/v1/entries/k1").json

    assert 답.pop("html").startswith("<p>")
    게시본 = 시민.연다("/faq/k1.json").json
    assert {이름: 값 for 이름, 값 in 게시본.items() if "url" not in 이름 and 이름 != "attribution"} == {
        이름: 값 for 이름, 값 in 답.items() if "url" not in 이름 and 이름 != "attribution"
    }
    assert 게시본.keys() == 답.keys()
