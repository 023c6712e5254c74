"""배치 시험의 무대: 진짜 nginx(데비안 꾸러미) 앞에, 진짜 앱(`open120 serve`)과 작은 게시본을 둔다."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import 작은_배포본
from tests.processes import 모판, 환경

ROOT = Path(__file__).parents[2]
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
BROTLI = Path("/usr/lib/nginx/modules/ngx_http_brotli_static_module.so")
MAIN = """\
{module}
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log crit;
events {{ worker_connections 256; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    scgi_temp_path {folder}/scgi;
    uwsgi_temp_path {folder}/uwsgi;
    default_type application/octet-stream;
    include open120.conf;
}}
"""


@dataclass(frozen=True)
class 답:
    status: int
    headers: Mapping[str, str]
    body: bytes
    여럿: Mapping[str, int]
    """머리말마다 몇 번 붙었는지."""

    def __getitem__(self, name: str) -> str:
        return self.headers.get(name.lower(), "")


@dataclass(frozen=True)
class 웹서버:
    """떠 있는 nginx. `폴더`에 설정과 기록이 있다."""

    port: int
    폴더: Path

    def get(self, url: str, method: str = "GET", body: str | None = None, **headers: str) -> 답:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            sent = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, url, body, sent)
            answer = connection.getresponse()
            every = [(name.lower(), value) for name, value in answer.getheaders()]
            counts = {name: sum(other == name for other, _ in every) for name, _ in every}
            return 답(answer.status, dict(every), answer.read(), counts)
        finally:
            connection.close()


@dataclass(frozen=True)
class 무대:
    """nginx와 그 뒤의 앱, 그리고 둘이 함께 보는 인스턴스."""

    nginx: 웹서버
    앱: int
    인스턴스: Path


def 빈_포트() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def 꾸러미() -> str:
    if NGINX is None:
        if os.environ.get("CI"):
            pytest.fail("CI에는 nginx가 있어야 합니다: .ci/run이 설치합니다.")
        pytest.skip("nginx가 없어 배치 시험을 건너뜁니다. apt-get install nginx-light libnginx-mod-http-brotli-static")
    return NGINX


@contextmanager
def 띄운_nginx(nginx: str, folder: Path, *, site: Path, app: int) -> Iterator[웹서버]:
    """deploy/nginx.conf에서 자리와 포트만 바꾸어 띄운다."""
    port = 빈_포트()
    folder.mkdir(parents=True)
    shutil.copytree(ROOT / "deploy/nginx", folder / "open120")
    shutil.copy("/etc/nginx/mime.types", folder)
    if not BROTLI.exists():
        (folder / "open120/brotli.conf").unlink()
    text = (ROOT / "deploy/nginx.conf").read_text("utf-8")
    for old, new in {
        "listen 80;": f"listen 127.0.0.1:{port};",
        "    listen [::]:80;\n": "",
        "server 127.0.0.1:8120;": f"server 127.0.0.1:{app};",
        "/var/lib/open120/site": str(site),
        "/var/log/nginx/": f"{folder}/",
        "/etc/nginx/open120;": f"{folder}/open120;",
    }.items():
        assert old in text, old
        text = text.replace(old, new)
    (folder / "open120.conf").write_text(text, "utf-8")
    main = MAIN.format(
        folder=folder,
        module=f"load_module {BROTLI};" if BROTLI.exists() else "",
        user="user root;" if os.getuid() == 0 else "",
    )
    (folder / "nginx.conf").write_text(main, "utf-8")
    with (folder / "out").open("w") as out:
        process = subprocess.Popen([nginx, "-p", folder, "-c", folder / "nginx.conf"], stdout=out, stderr=out)
    try:
        기다림(port, process, folder / "out")
        yield 웹서버(port, folder)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def 기다림(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text("utf-8")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(log.read_text("utf-8"))


@pytest.fixture(scope="session")
def 차림(프로세스_모판: 모판, 꾸러미: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[무대]:
    """안내 예순에서 k58은 k1으로 옮기고 k59는 없앤 누리집."""
    folder = tmp_path_factory.mktemp("deploy")
    content, instance, port = 작은_배포본(folder / "content"), folder / "instance", 빈_포트()
    내린다(content, "k58", "redirect_to: k1")
    내린다(content, "k59", "gone: true")
    settings = {"OPEN120_CONTENT": str(content), "OPEN120_SEMANTIC": "off", "OPEN120_TRUSTED_PROXY": "127.0.0.1"}
    with (folder / "log").open("w") as out:
        words = ("serve", "--port", port, "--instance", instance)
        process = 프로세스_모판.띄우기("app", *words, stdout=out, stderr=out, env=환경(**settings))
    try:
        for _ in range(1200):
            assert process.poll() is None, (folder / "log").read_text("utf-8")
            if (instance / "site/current").exists() and answers(port):
                break
            time.sleep(0.05)
        with 띄운_nginx(꾸러미, folder / "nginx", site=instance / "site", app=port) as nginx:
            yield 무대(nginx, port, instance)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def 내린다(content: Path, id: str, how: str) -> None:
    file = next(content.rglob(f"{id}.md"))
    text = file.read_text("utf-8")
    assert "\nstatus: published\n" in text
    file.write_text(text.replace("\nstatus: published\n", f"\nstatus: retired\n{how}\n"), "utf-8")
