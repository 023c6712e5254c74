"""deploy/nginx.conf를 진짜 nginx에 넣어 본다: 머리말, ETag, 줄인 파일, 상태, 살아 있는 화면, 교체."""

import http.client
import re
import threading
from pathlib import Path

import pytest

from app.public import HEADERS
from build.pack import pack
from build.release import switch
from kb.entry import Entry
from kb.store import Change, EntryStore
from tests.cli.conftest import 명령, 환경
from tests.deploy.conftest import BROTLI, 답, 띄운_nginx, 무대, 빈_포트, 웹서버

쪽, 하루살이, 한시간 = "public, max-age=300, stale-while-revalidate=600", "no-store", "public, max-age=3600"
갈래 = [
    # 주소, 상태, 형식, Cache-Control, CORS
    ("/", 200, "text/html; charset=utf-8", 쪽, ""),
    ("/faq/k1", 200, "text/html; charset=utf-8", 쪽, ""),
    ("/topic/minwon", 200, "text/html; charset=utf-8", 쪽, ""),
    ("/about", 200, "text/html; charset=utf-8", 쪽, ""),
    ("/faq/k1.md", 200, "text/markdown; charset=utf-8", 쪽, "*"),
    ("/faq/k1.json", 200, "application/json; charset=utf-8", 쪽, "*"),
    ("/static/site.css", 200, "text/css; charset=utf-8", 쪽, ""),
    ("/static/suggest.js", 200, "application/javascript; charset=utf-8", 쪽, ""),
    ("/static/icon.svg", 200, "image/svg+xml", 쪽, ""),
    ("/robots.txt", 200, "text/plain; charset=utf-8", 한시간, ""),
    ("/sitemap.xml", 200, "application/xml; charset=utf-8", 한시간, "*"),
    ("/rss.xml", 200, "application/rss+xml; charset=utf-8", 한시간, "*"),
    ("/atom.xml", 200, "application/atom+xml; charset=utf-8", 한시간, "*"),
    ("/topic/minwon/rss.xml", 200, "application/rss+xml; charset=utf-8", 한시간, "*"),
    ("/llms.txt", 200, "text/plain; charset=utf-8", 한시간, ""),
    ("/search/grams/00.bin", 200, "application/octet-stream", 쪽, ""),
    ("/nothing-here", 404, "text/html; charset=utf-8", "", ""),
    ("/faq/k58", 301, "text/html; charset=utf-8", "", ""),
    ("/faq/k59", 410, "text/html; charset=utf-8", "", ""),
    ("/search?q=여권", 200, "text/html; charset=utf-8", 하루살이, ""),
    ("/correct/k1", 200, "text/html; charset=utf-8", "private, no-cache", ""),
    ("/receipt", 200, "text/html; charset=utf-8", 하루살이, ""),
    ("/desk/login", 200, "text/html; charset=utf-8", "", ""),
    ("/healthz", 200, "application/json; charset=utf-8", 하루살이, ""),
    ("/api/v1/openapi.json", 200, "", "", "*"),
]


def 주소(url: str) -> str:
    return url.replace("여권", "%EC%97%AC%EA%B6%8C")


def 보안_머리말을_본다(답: 답) -> None:
    for name, value in HEADERS.items():
        assert 답.여럿.get(name.lower()) == 1, f"{name}: {답.여럿.get(name.lower(), 0)}번"
        if name != "Cross-Origin-Resource-Policy":
            assert 답[name] == value


@pytest.mark.parametrize(("url", "status", "type_", "cache", "cors"), 갈래, ids=[한[0] for 한 in 갈래])
def test_주소의_갈래마다_상태와_머리말이_맞다(차림: 무대, url, status, type_, cache, cors):
    답 = 차림.nginx.get(주소(url))

    assert 답.status == status
    보안_머리말을_본다(답)
    assert not type_ or 답["Content-Type"] == type_
    assert not cache or 답["Cache-Control"] == cache
    assert 답["Access-Control-Allow-Origin"] == cors
    assert "nginx/" not in 답["Server"]


def test_자료의_판은_게시본_밖에서_나가고_바뀌지_않는다(차림):
    판 = 차림.인스턴스 / "site/data/2026-11-24-abc"
    판.mkdir(parents=True)
    (판 / "faq.jsonl").write_text('{"id": "k1"}\n', "utf-8")
    (판 / "faq.parquet").write_bytes(b"PAR1")

    답 = 차림.nginx.get("/data/2026-11-24-abc/faq.jsonl")
    보안_머리말을_본다(답)
    assert (답.status, 답["Content-Type"]) == (200, "application/x-ndjson; charset=utf-8")
    assert 답["Cache-Control"] == "public, max-age=31536000, immutable"
    assert 답["Access-Control-Allow-Origin"] == "*"
    assert 답["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert 차림.nginx.get("/data/2026-11-24-abc/faq.parquet")["Content-Type"] == "application/vnd.apache.parquet"


def test_쌍둥이는_검색엔진에_싣지_않고_원래_쪽을_가리킨다(차림):
    답 = 차림.nginx.get("/faq/k1.md", Host="120.example.kr")

    assert 답["X-Robots-Tag"] == "noindex"
    assert 답["Link"] == '<http://120.example.kr/faq/k1>; rel="canonical"'


def test_한_쪽에_주소는_하나다(차림):
    for url, to in {
        "/faq/k1.html": "/faq/k1",
        "/index.html": "/",
        "/search/?q=a": "/search?q=a",
        "/faq/k58": "/faq/k1",
    }.items():
        답 = 차림.nginx.get(url)
        assert (답.status, 답["Location"].removeprefix(f"http://127.0.0.1:{차림.nginx.port}")) == (301, to), url
    for url in ("/faq/k1.html.gz", "/static/site.css.gz", "/static/site.css.br", "/.release.json", "/.git/config"):
        assert 차림.nginx.get(url).status == 404, url
    assert 차림.nginx.get("/faq/../../content/topics.yml").status in (400, 404)
    assert 차림.nginx.get("/faq/k1", method="POST", body="a=1").status == 405


def test_앱이_있으면_찾기는_언제나_앱이_답한다(차림):
    앱 = 웹서버(차림.앱, 차림.nginx.폴더)

    for 문 in (앱, 차림.nginx):
        assert "data-offline" not in 문.get(주소("/search?q=여권")).body.decode()
    assert 앱.get("/search/").status == 404
    assert 앱.get("/search/grams/00.bin").status == 404


def test_없는_주소와_없어진_안내는_도움말과_함께_그_상태로_답한다(차림):
    assert "찾" in 차림.nginx.get("/faq/k9999").body.decode()
    assert 차림.nginx.get("/faq/k9999").status == 404
    assert 차림.nginx.get("/faq/k59").status == 410


@pytest.mark.parametrize(("encoding", "got"), [("gzip", "gzip"), ("br", "br"), ("identity", "")])
def test_미리_줄여_둔_것을_내보낸다(차림, encoding, got):
    if got == "br" and not BROTLI.exists():
        pytest.skip("brotli 모듈(libnginx-mod-http-brotli-static)이 없습니다.")
    file = (차림.인스턴스 / "site/current/faq/k1.html").resolve()
    if not file.with_name("k1.html.br").exists():
        pack(file.parent, [file.name])
    답 = 차림.nginx.get("/faq/k1", Accept_Encoding=encoding)

    tail = {"gzip": ".gz", "br": ".br", "": ""}[got]
    assert 답["Content-Encoding"] == got
    assert 답["Vary"] == "Accept-Encoding"
    assert 답.body == file.with_name(f"k1.html{tail}").read_bytes()
    다시 = 차림.nginx.get("/faq/k1", Accept_Encoding=encoding, If_None_Match=답["ETag"])
    assert 다시.status == 304
    보안_머리말을_본다(다시)


def test_모두_다시_게시해도_바뀌지_않은_쪽의_ETag는_그대로다(차림):
    store = EntryStore(차림.인스턴스 / "content")
    전 = {url: 차림.nginx.get(url)["ETag"] for url in ("/faq/k1", "/faq/k2", "/static/site.css")}
    고친 = store.get("k2")
    store.save(덧붙인(고친), change=Change(role="editor", reason="시험"))
    게시(차림.인스턴스, "--full")
    후 = {url: 차림.nginx.get(url)["ETag"] for url in 전}

    assert 후["/faq/k2"] != 전["/faq/k2"]
    assert {**후, "/faq/k2": ""} == {**전, "/faq/k2": ""}
    assert "덧붙인 문단입니다." in 차림.nginx.get("/faq/k2").body.decode()


def test_스물네_번_바꾸는_동안_천오백_번_물어도_한_번도_틀리지_않는다(차림):
    site = 차림.인스턴스 / "site"
    if len(list((site / "releases").iterdir())) < 2:
        store = EntryStore(차림.인스턴스 / "content")
        store.save(덧붙인(store.get("k3")), change=Change(role="editor", reason="시험"))
        게시(차림.인스턴스)
    현재 = (site / "current").resolve().name
    둘 = sorted(folder.name for folder in (site / "releases").iterdir() if not folder.name.startswith("."))[:2]
    urls = ["/", "/faq/k1", "/faq/k2", "/topic/minwon", "/static/site.css", "/robots.txt"]
    바뀜, 틀린 = threading.Event(), []

    def 묻는다() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", 차림.nginx.port, timeout=10)
        for n in range(500):
            connection.request("GET", urls[n % len(urls)])
            answer = connection.getresponse()
            if answer.status != 200 or not answer.read():
                틀린.append((urls[n % len(urls)], answer.status))
        connection.close()

    손님들 = [threading.Thread(target=묻는다) for _ in range(3)]
    for 손님 in 손님들:
        손님.start()
    for n in range(24):
        switch(site, 둘[n % 2])
        바뀜.wait(0.02)
    for 손님 in 손님들:
        손님.join(20)
    switch(site, 현재)

    assert len(set(둘)) == 2
    assert 틀린 == []


def test_접속_기록에_찾은_말이_남지_않는다(차림):
    차림.nginx.get("/search?q=secretword", Referer="http://localhost/search?q=secretword")
    기록 = (차림.nginx.폴더 / "open120.log").read_text("utf-8")

    assert re.search(r'^127\.0\.0\.1 \S+ "GET /search" 200 ', 기록, re.MULTILINE)
    for file in 차림.nginx.폴더.glob("*log"):
        assert "secretword" not in file.read_text("utf-8"), file.name


def test_앱은_nginx가_본_손님의_주소를_쓴다(차림):
    """접수 조회를 스무 번 틀린 손님은 막히지만, 앞의 웹 서버를 거친 다른 손님까지 막지는 않는다."""
    proxy = (차림.nginx.폴더 / "open120/proxy.conf").read_text("utf-8")

    assert "proxy_set_header X-Forwarded-For $remote_addr;" in proxy
    assert "proxy_add_x_forwarded_for" not in proxy


# --- 앱이 멈췄을 때 ---


@pytest.fixture(scope="module")
def 멈춘_앱(차림: 무대, 꾸러미: str, tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("alone") / "nginx"
    with 띄운_nginx(꾸러미, folder, site=차림.인스턴스 / "site", app=빈_포트()) as nginx:
        yield nginx


def test_앱이_멈춰도_안내는_그대로_보이고_옮긴_주소와_없어진_주소도_그대로다(멈춘_앱):
    assert 멈춘_앱.get("/faq/k1").status == 200
    assert (멈춘_앱.get("/faq/k58").status, 멈춘_앱.get("/faq/k58")["Location"]) == (301, "/faq/k1")
    없어진 = 멈춘_앱.get("/faq/k59")
    assert 없어진.status == 410
    assert 멈춘_앱.get("/nothing").status == 404
    for url in ("/faq/k1", "/faq/k58", "/faq/k59", "/nothing"):
        보안_머리말을_본다(멈춘_앱.get(url))


def test_앱이_멈추면_찾기는_서버_없이_찾는_쪽이_대신한다(멈춘_앱):
    답 = 멈춘_앱.get(주소("/search?q=여권"))

    assert 답.status == 200
    assert "data-offline" in 답.body.decode()
    assert (답["Cache-Control"], 답["X-Robots-Tag"]) == ("no-store", "noindex")
    assert 멈춘_앱.get("/search/offline.js").status == 200
    보안_머리말을_본다(답)


def test_앱이_멈추면_양식과_편집실은_전화번호와_함께_503으로_답한다(멈춘_앱):
    for url in ("/correct/k1", "/receipt", "/desk/", "/api/v1/search?q=a"):
        답 = 멈춘_앱.get(url)
        assert 답.status == 503, url
        assert "02-120" in 답.body.decode()
        assert 답["Retry-After"] == "60"
        보안_머리말을_본다(답)


def 덧붙인(entry: Entry) -> Entry:
    from dataclasses import replace

    return replace(entry, body=entry.body + "\n덧붙인 문단입니다.\n")


def 게시(instance: Path, *words: str) -> None:
    import subprocess

    subprocess.run(
        명령("publish", *words, "--instance", instance),
        env=환경(OPEN120_SEMANTIC="off"),
        check=True,
        capture_output=True,
    )
