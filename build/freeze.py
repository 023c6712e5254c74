"""공개 쪽을 Frozen-Flask로 굳혀 폴더에 쓴다. 무엇이 바뀌었는지, 어디로 게시되는지는 모른다."""

import mimetypes
import os
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar
from wsgiref.types import WSGIEnvironment

from flask import Flask, Response
from flask.testing import FlaskClient
from flask_frozen import Freezer, FrozenFlaskWarning, MissingURLGeneratorWarning
from werkzeug.exceptions import HTTPException
from werkzeug.test import create_environ

from build.errors import PublishFailed, disk_trouble
from build.release import file_of

ENOUGH_TO_SHARE = 300  # 이보다 적으면 프로세스를 띄우는 값이 더 든다
Result = TypeVar("Result")

# Frozen-Flask는 파일 이름으로 짐작한 형식과 응답의 형식을 견준다. 기계마다 다른 /etc/mime.types에 기대지 않는다.
mimetypes.add_type("application/xml", ".xml")
mimetypes.add_type("text/markdown", ".md")


class DirectClient(FlaskClient):
    """쪽 하나를 앱에 바로 묻는 가벼운 손님: 쪽마다 만들고 버리는 것(요청 꾸러미, 쿠키, 이력)을 뺐다.

    2,645쪽을 굳히고 살피는 CPU 시간이 4.4초에서 3.6초로 준다. 보통 손님과 바이트가 같은지는 시험이 본다.
    """

    def get(self, path: str, *, base_url: str | None = None, **_: Any) -> Response:  # type: ignore[override]
        request = {**blank_request(base_url), "PATH_INFO": path.encode().decode("latin-1")}
        with self.application.request_context(request):
            response = self.application.full_dispatch_request()
        response.direct_passthrough = False  # static 파일도 바이트로 읽히게 한다
        return response


@cache
def blank_request(base_url: str | None) -> WSGIEnvironment:
    """주소만 비워 둔 GET 요청. Frozen-Flask는 쪽마다 손님을 새로 만들므로 여기 기억해 둔다."""
    return create_environ(base_url=base_url)


class ReleaseFreezer(Freezer):  # type: ignore[misc]  # Frozen-Flask에는 형이 적혀 있지 않다
    """주소를 확장자 없는 채로 두고 파일에만 `.html`을 붙인다."""

    def urlpath_to_filepath(self, path: str) -> str:
        return file_of(path)


def unlisted(app: Flask, urls: Iterable[str]) -> set[str]:
    """쪽을 하나도 내놓지 않은 공개 화면의 이름. 비어 있지 않으면 누군가 목록에 넣는 것을 잊은 것이다.

    Frozen-Flask의 같은 경고는 주소를 글자로 주면 늘 울리고 나누어 굳히면 몫마다 울리므로, 여기서 한 번에 본다.
    """
    waiting = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    waiting -= {name for name in waiting if name.rpartition(".")[2] == "static"}
    match = app.url_map.bind("localhost").match
    for url in urls:
        if not waiting:
            break
        try:
            waiting.discard(match(url)[0])
        except HTTPException:  # 굳힐 때 그 주소의 이름으로 실패한다
            continue
    return waiting


def freeze(app: Flask, urls: Iterable[str], *, folder: Path, base_url: str = "") -> list[str]:
    """주소마다 파일 하나를 `folder`에 쓰고 쓴 주소를 돌려준다. 쪽을 만들 수 없으면 그 주소를 말하는 PublishFailed."""
    app.config.update(
        FREEZER_DESTINATION=str(folder),  # 기본값은 <앱>/build: 우리 소스다
        FREEZER_REMOVE_EXTRA_FILES=False,
        FREEZER_BASE_URL=base_url or None,
    )
    app.test_client_class = DirectClient
    freezer = ReleaseFreezer(app, with_static_files=False, with_no_argument_rules=False, log_url_for=False)
    url = ""

    @freezer.register_generator  # type: ignore[untyped-decorator]
    def listed() -> Iterator[str]:
        nonlocal url
        for url in urls:  # noqa: UP028  # 실패했을 때 어느 쪽이었는지 말하려고 붙들어 둔다
            yield url

    with warnings.catch_warnings():
        warnings.simplefilter("error", FrozenFlaskWarning)
        warnings.simplefilter("ignore", MissingURLGeneratorWarning)  # unlisted가 본다
        try:
            return [page.url for page in freezer.freeze_yield()]
        except OSError:
            raise
        except Exception as error:
            raise PublishFailed(
                f"‘{url}’ 쪽을 만들지 못했습니다. 지금 사이트는 그대로입니다. ({type(error).__name__}: {error})"
            ) from error


def in_shares(work: Callable[[Iterable[str]], list[Result]], urls: Sequence[str], *, workers: int) -> list[Result]:
    """주소를 나누어 여러 프로세스에 맡기고 결과를 모은다.

    주소가 적거나, 이미 여러 스레드가 도는 프로그램(서버) 안이면 나누지 않는다: 스레드가 쥔 잠금은 fork를 넘지 못한다.
    """
    if workers < 2 or len(urls) < ENOUGH_TO_SHARE or threading.active_count() > 1:
        return work(urls)
    context = get_context("fork")
    answers: list[Connection] = []
    processes = []
    try:
        for n in range(workers):
            answer, question = context.Pipe(duplex=False)
            process = context.Process(target=_take_share, args=(work, urls[n::workers], os.getpid(), question))
            process.start()
            question.close()
            answers.append(answer)
            processes.append(process)
        return [result for answer in answers for result in _received(answer)]
    finally:
        for process in processes:
            process.kill()
            process.join()
        for answer in answers:
            answer.close()


def _take_share(
    work: Callable[[Iterable[str]], list[Any]], share: Sequence[str], parent: int, question: Connection
) -> None:
    try:
        question.send(work(url for url in share if _alive(parent)))
    except PublishFailed as error:
        question.send(error)
    except OSError as error:
        question.send(disk_trouble(error))


def _alive(parent: int) -> bool:
    """맡긴 프로그램이 죽었으면 곧바로 그만둔다. 그래야 잠금이 풀려 다음 게시가 기다리지 않는다."""
    if os.getppid() != parent:
        os._exit(1)
    return True


def _received(answer: Any) -> list[Any]:
    try:
        result = answer.recv()
    except EOFError as error:
        raise PublishFailed(
            "쪽을 만들던 프로세스가 갑자기 끝났습니다(메모리 부족일 수 있습니다). 다시 게시하세요."
        ) from error
    if isinstance(result, PublishFailed):
        raise result
    return list(result)
