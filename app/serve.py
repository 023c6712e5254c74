"""한 프로세스로 여는 서버: 채우고, 색인하고, 게시하고, 듣는다. 뒷일을 하는 작업자도 함께 돈다."""

import os
import signal
import socket
import threading
from collections.abc import Mapping
from types import FrameType
from typing import Any, NoReturn

import click
import waitress

from app import create_app
from app.accounts import DEMO, add_demo
from app.editions import Editions, make_aside
from app.filling import Filler
from app.indexing import engine_of, is_current
from app.instance import Instance
from app.requests import set_up_logging
from app.running import Running
from app.worker import Worker
from build.errors import PublishFailed
from build.release import current
from kb.errors import KnowledgeError, StoreError

THREADS = 8
HOST = "127.0.0.1"
"""보통은 이 기계에서만 듣는다. 밖에 여는 일은 앞에 선 웹 서버가 한다(deploy)."""


def serve(instance: Instance, *, host: str, port: int) -> None:
    """끝내라는 신호(SIGINT, SIGTERM)가 올 때까지 연다. 포트를 쓸 수 없으면 StoreError."""
    set_up_logging()
    listening = _listen(host, port)
    try:
        running = _prepare(instance)
        worker = Worker(
            running.database, running.handlers(), name=f"serve:{socket.gethostname()}:{port}", chores=running.chores()
        )
        server = waitress.create_server(
            create_app(running, wake_worker=worker.wake), sockets=[listening], threads=THREADS, **behind_proxy()
        )
        signal.signal(signal.SIGTERM, _stop)
        filler = Filler(lambda: running.searcher)
        editions = editions_of(running)
        worker.start()
        running.postman.start()
        filler.start()
        editions.start()
        running.suggester.warm()
        click.echo(f"열렸습니다: http://{'localhost' if host == HOST else host}:{port}/  (끝내려면 Ctrl+C)")
        try:
            server.run()
        finally:
            server.close()
            editions.stop()
            filler.stop()
            worker.stop()
            running.postman.stop()
            running.judging.stop()
            running.searches.stop()
    finally:
        listening.close()


def work(running: Running) -> None:
    """작업자만 돌린다. 끝내라는 신호가 올 때까지."""
    set_up_logging()
    signal.signal(signal.SIGTERM, _stop)
    worker = Worker(
        running.database, running.handlers(), name=f"worker:{socket.gethostname()}", chores=running.chores()
    )
    filler = Filler(lambda: running.searcher)
    editions = editions_of(running)
    worker.start()
    running.postman.start()
    filler.start()
    editions.start()
    _say(running)
    click.echo("뒷일을 합니다. (끝내려면 Ctrl+C)")
    try:
        threading.Event().wait()
    except (SystemExit, KeyboardInterrupt):
        click.echo("하던 일을 마치고 끝냅니다.")
    finally:
        editions.stop()
        filler.stop()
        worker.stop()
        running.postman.stop()


def editions_of(running: Running) -> Editions:
    """날마다 내려받을 자료의 새 판을 내는 이."""
    return Editions(
        make=lambda stopping: make_aside(running.instance.root, stopping),
        publish=running.publish,
        tell=running.tell,
    )


def _prepare(instance: Instance) -> Running:
    running, seeded = Running.begin(instance)
    if seeded.created:
        click.echo(f"상담 항목을 채웠습니다: {seeded.changed}개 파일")
    for path in seeded.conflicts:
        click.echo(f"새 배포본과 부딪혀 여기 글을 두었습니다. 편집자가 정해 주세요: {path}")
    engine_of(instance)  # a wrong setting is said at once
    try:
        if not is_current(instance, running.store):
            running.refresh_index()
            click.echo("색인했습니다.")
        done = running.publish()
        click.echo(f"게시했습니다: {done.pages}쪽 가운데 {done.changed}개가 바뀜, {done.seconds:.1f}초")
    except (KnowledgeError, PublishFailed) as error:
        if current(instance.site) is None:
            raise
        click.echo(f"새로 게시하지 못해 앞의 게시본을 그대로 엽니다: {error}", err=True)
    if made := add_demo(running):
        click.echo("직원 계정을 만들었습니다. 비밀번호는 지금 한 번만 보입니다:")
        for login, password in made.items():
            click.echo(f"  {login:<8} {password}  ({DEMO[login][1]})")
    _say(running)
    return running


def _say(running: Running) -> None:
    """설정에서 사람이 알아야 할 것: 편지가 정말 나가지 않는다는 것."""
    for warning in running.mailing.warnings:
        click.echo(warning)


def behind_proxy() -> Mapping[str, Any]:
    """앞에 선 웹 서버(`OPEN120_TRUSTED_PROXY`의 주소)가 알려 주는 손님의 주소를 믿는다. 다른 곳에서 온 것은 믿지 않는다."""
    proxy = os.environ.get("OPEN120_TRUSTED_PROXY", "")
    return {"trusted_proxy": proxy, "trusted_proxy_headers": {"x-forwarded-for"}} if proxy else {}


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise StoreError(
            f"{host}의 {port}번 포트를 쓸 수 없습니다({error.strerror}). 다른 포트를 골라 주세요: OPEN120_PORT=8121 make serve"
        ) from error
    return listening


def _stop(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise SystemExit(0)
