"""검색 포털에 알리기: 켜지 않으면 보내지 않고, 켜면 바뀐 것만 한 번 보낸다 (PUBLISHING 1.2, 1.4)."""

import json
import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from app.portals import ENDPOINTS, Portals, PortalUnreachable, Sending, Told
from app.public import SiteSettings
from app.public.ownership import Ownership
from build.feeds import indexnow
from kb.entry import Status
from kb.errors import BadSetting
from tests.build.data.conftest import 누리집, 안내들
from tests.conftest import 여권

열쇠 = "0123456789abcdef"


@dataclass
class 포털:
    """받은 것을 적어 두는 진짜 웹 서버. `답들`을 차례로 답하고, 다 쓰면 마지막 것을 되풀이한다."""

    url: str = ""
    답들: list[int] = field(default_factory=lambda: [200])
    받은_것: list[dict] = field(default_factory=list)

    def 주소들(self) -> list[list[str]]:
        return [[url.rpartition("/")[2] for url in one["urlList"]] for one in self.받은_것]


def 연_포털() -> Iterator[포털]:
    portal = 포털()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/json; charset=utf-8"
            portal.받은_것.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            status = portal.답들.pop(0) if len(portal.답들) > 1 else portal.답들[0]
            self.send_response(status)
            if status == 301:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    portal.url = f"http://127.0.0.1:{server.server_port}/indexnow"
    try:
        yield portal
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


첫_포털 = pytest.fixture(연_포털, name="첫_포털")
둘째_포털 = pytest.fixture(연_포털, name="둘째_포털")


@dataclass
class 무대:
    portals: Portals
    site: object

    def 알리기(self) -> Told:
        return self.portals.tell()

    def 바꾸기(self, *changed: object) -> None:
        self.site = self.site.after(changed, head="")

    def 남은_글(self) -> list[list[str]]:
        files = sorted((self.portals.folder / "waiting").glob("*.json"))
        return [[url.rpartition("/")[2] for url in json.loads(file.read_bytes())["urlList"]] for file in files]


@pytest.fixture
def 무대_짓기(tmp_path):
    def make(*endpoints: str, on: bool = True) -> 무대:
        made = 무대(None, 누리집(안내들))
        sending = Sending(key=열쇠, on=on, endpoints=endpoints)
        made.portals = Portals(tmp_path / "indexnow", sending, lambda: made.site)
        return made

    return make


def test_켜지_않으면_보내지_않고_보낼_글을_파일로만_남긴다(무대_짓기, 첫_포털):
    곳 = 무대_짓기(첫_포털.url, on=False)

    assert 곳.알리기() == 곳.알리기() == Told(sent=0, waiting=3)
    assert 첫_포털.받은_것 == []
    assert 곳.남은_글() == [["f12", "k1", "p3"]]


def test_켜면_처음에는_모두_그다음에는_바뀐_것만_보낸다(무대_짓기, 첫_포털):
    곳 = 무대_짓기(첫_포털.url)
    assert 곳.알리기() == Told(sent=3)
    assert 첫_포털.받은_것[0] | {"urlList": []} == {
        "host": "120.example.kr", "key": 열쇠, "keyLocation": f"https://120.example.kr/{열쇠}.txt", "urlList": [],
    }  # fmt: skip

    곳.바꾸기(
        replace(여권, body="새 글.\n"), replace(여권, id="k77"), replace(안내들[2], status=Status.RETIRED, gone=True)
    )
    assert 곳.알리기() == Told(sent=3)
    assert 첫_포털.주소들() == [["f12", "k1", "p3"], ["k77", "k1", "p3"]]
    assert 곳.남은_글() == []


def test_바뀐_것이_없으면_몇_번을_불러도_다시_보내지_않는다(무대_짓기, 첫_포털):
    곳 = 무대_짓기(첫_포털.url)
    곳.알리기()

    assert 곳.알리기() == 곳.알리기() == Told()
    assert len(첫_포털.받은_것) == 1


def test_켜지_않았던_동안의_것도_켜면_보낸다(무대_짓기, 첫_포털):
    무대_짓기(첫_포털.url, on=False).알리기()

    assert 무대_짓기(첫_포털.url).알리기() == Told(sent=3)


@pytest.mark.parametrize("답", [429, 500, 503, 301])
def test_첫_포털이_받지_못하면_다음_포털에_보낸다(무대_짓기, 첫_포털, 둘째_포털, 답):
    첫_포털.답들 = [답]

    assert 무대_짓기(첫_포털.url, 둘째_포털.url).알리기() == Told(sent=3)
    assert 둘째_포털.주소들() == [["f12", "k1", "p3"]]


def test_어느_포털도_받지_못하면_나중에_다시_보낸다(무대_짓기, 첫_포털):
    첫_포털.답들 = [503, 202]
    곳 = 무대_짓기(첫_포털.url)

    with pytest.raises(PortalUnreachable, match="503"):
        곳.알리기()
    assert 곳.남은_글() == [["f12", "k1", "p3"]]
    assert 곳.알리기() == Told(sent=3)


def test_닿지_못하는_포털도_나중에_다시_보낸다(무대_짓기):
    with pytest.raises(PortalUnreachable, match="나중에 다시 보냅니다"):
        무대_짓기("http://127.0.0.1:9/indexnow").알리기()


@pytest.mark.parametrize("답", [400, 403, 422])
def test_포털이_거절하면_까닭을_기록하고_되풀이하지_않는다(무대_짓기, 첫_포털, 둘째_포털, 답, caplog):
    첫_포털.답들 = [답]
    곳 = 무대_짓기(첫_포털.url, 둘째_포털.url)

    with caplog.at_level(logging.WARNING):
        assert 곳.알리기() == Told(sent=0, waiting=3)
    assert "거절했습니다" in caplog.text
    assert 둘째_포털.받은_것 == []


def test_만_건이_넘으면_나누어_보내고_끊기면_남은_것부터_이어_보낸다(무대_짓기, 첫_포털, monkeypatch):
    monkeypatch.setattr(indexnow, "MOST", 2)
    첫_포털.답들 = [200, 503, 200]
    곳 = 무대_짓기(첫_포털.url)

    with pytest.raises(PortalUnreachable):
        곳.알리기()
    assert 곳.알리기() == Told(sent=1)
    assert 첫_포털.주소들() == [["f12", "k1"], ["p3"], ["p3"]]


def test_기억이_상했으면_모두_다시_보낸다(무대_짓기, 첫_포털):
    곳 = 무대_짓기(첫_포털.url)
    곳.알리기()
    (곳.portals.folder / "announced.json").write_text("[", "utf-8")

    assert 곳.알리기() == Told(sent=3)


def test_열쇠가_없으면_아무것도_하지_않는다(tmp_path):
    portals = Portals(tmp_path / "indexnow", Sending(), lambda: pytest.fail("누리집을 읽을 까닭이 없다"))

    assert portals.tell() == Told()
    assert not (tmp_path / "indexnow").exists()


def 설정(키: str = 열쇠, 주소: str = "https://120.example.kr") -> SiteSettings:
    return SiteSettings(base_url=주소, ownership=Ownership(indexnow=키))


@pytest.mark.parametrize(
    ("값", "누리집_설정", "말"),
    [
        ({"OPEN120_INDEXNOW_SEND": "1"}, 설정(), "on이나 off"),
        ({"OPEN120_INDEXNOW_SEND": "on"}, 설정(키=""), "OPEN120_INDEXNOW_KEY도"),
        ({"OPEN120_INDEXNOW_ENDPOINTS": "ftp://x"}, 설정(), "OPEN120_INDEXNOW_ENDPOINTS에는"),
        ({"OPEN120_INDEXNOW_SEND": "on"}, 설정(주소="http://localhost:8120"), "OPEN120_BASE_URL"),
    ],
)
def test_설정이_틀렸으면_어느_것을_어떻게_고칠지_말한다(값, 누리집_설정, 말):
    with pytest.raises(BadSetting, match=말):
        Sending.of(값, 누리집_설정)


def test_설정이_없으면_꺼져_있고_보낼_곳은_둘이다():
    assert Sending.of({}, SiteSettings()) == Sending(key="", on=False, endpoints=ENDPOINTS)
    켬 = Sending.of(
        {"OPEN120_INDEXNOW_SEND": "on", "OPEN120_INDEXNOW_ENDPOINTS": "https://a.example, https://b.example"}, 설정()
    )
    assert 켬 == Sending(key=열쇠, on=True, endpoints=("https://a.example", "https://b.example"))
