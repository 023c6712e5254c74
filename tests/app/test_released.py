"""게시본의 쪽은 그 주소로 나가고, 바뀌지 않은 쪽은 몇 번을 게시해도 같은 ETag다."""

from dataclasses import replace

from app.running import Running
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
