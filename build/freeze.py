"""공개 쪽을 Frozen-Flask로 굳혀 폴더에 쓴다. 무엇이 바뀌었는지, 어디로 게시되는지는 모른다."""

import gc
import mimetypes
import os
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, Response
from flask.globals import request_ctx
from flask.testing import FlaskClient
from flask_frozen import Freezer, FrozenFlaskWarning, MissingURLGeneratorWarning
from werkzeug.exceptions import HTTPException

from build.errors import PublishFailed, disk_trouble
from build.release import file_of

ENOUGH_TO_SHARE = 300  # 이보다 적으면 프로세스를 띄우는 값이 더 든다
CHUNK = 96
FREEZER = "open120.freezer"
Result = TypeVar("Result")


TYPES = {
    ".html": "text/html",
    ".xml": "application/xml",
    ".txt": "text/plain",
    ".md": "text/markdown",
    ".json": "application/json",
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
}
"""웹 서버가 파일의 꼬리로 짐작할 형식. 기계마다 다른 /etc/mime.types에 기대지 않고, 쪽마다 다시 짐작하지 않는다."""


class LazyClient:
    """불릴 때에야 진짜가 되는 손님: Frozen-Flask는 쪽마다 손님을 만드는데, 쉬운 쪽에서는 부르지 않는다."""

    def __init__(self, *given: Any, **settings: Any) -> None:
        self._given, self._settings = given, settings

    def get(self, *given: Any, **settings: Any) -> Any:
        return FlaskClient(*self._given, **self._settings).get(*given, **settings)


class ReleaseFreezer(Freezer):  # type: ignore[misc]  # Frozen-Flask에는 형이 적혀 있지 않다
    """주소를 확장자 없는 채로 두고 파일에만 `.html`을 붙인다. 앱 하나에 하나만 만든다.

    Frozen-Flask는 이미 있는 파일을 건너뛸지 함수(FREEZER_SKIP_EXISTING)에 묻는다. 그때 쉬운 쪽은 우리가 먼저 써 둔다: 쪽마다
    손님과 요청 꾸러미를 새로 만들지 않고, 열려 있는 꾸러미 하나로 보기(view)를 바로 부른다. 앱이 요청 앞에서 하는 일이 있거나
    보기가 다른 답(오류, 다른 곳으로 보냄)을 내면 Frozen-Flask가 제 손님으로 굳힌다. 두 길의 바이트가 같은지는 시험이 본다.
    """

    easy = True
    """쉬운 쪽을 먼저 쓸 것인가."""

    def __init__(self, app: Flask, **settings: bool) -> None:
        app.extensions[FREEZER] = self
        app.test_client_class = LazyClient  # type: ignore[assignment]
        app.config.update(
            FREEZER_REMOVE_EXTRA_FILES=False,
            FREEZER_IGNORE_MIMETYPE_WARNINGS=True,  # _refuse_wrong_type이 본다
            FREEZER_REDIRECT_POLICY="error",
            FREEZER_SKIP_EXISTING=self._write_easy,
        )
        self.wrote: bytes | None = None
        self._folders: set[str] = set()
        quiet = {"with_static_files": False, "with_no_argument_rules": False, "log_url_for": False}
        super().__init__(app, **quiet | settings)

    def aim(self, folder: Path, base_url: str) -> None:
        """굳힐 곳."""
        self._root, self._folders = folder.absolute(), set()
        self.app.config.update(FREEZER_DESTINATION=str(self._root), FREEZER_BASE_URL=base_url or None)

    @property
    def root(self) -> Path:
        """굳힐 곳(기본값은 <앱>/build, 곧 우리 소스다)."""
        return self._root

    def urlpath_to_filepath(self, path: str) -> str:
        return file_of(path)

    def _write_easy(self, url: str, file: str) -> bool:
        self.wrote = None
        if not self.easy or (content := self._from_view(url)) is None:
            return False
        folder = os.path.dirname(file)  # noqa: PTH120  # 쪽마다 도는 자리다
        if folder not in self._folders:
            Path(folder).mkdir(parents=True, exist_ok=True)
            self._folders.add(folder)
        _write(file, content)
        self.wrote = content
        return True

    def _from_view(self, path: str) -> bytes | None:
        app: Flask = self.app
        if app.before_request_funcs or app.url_value_preprocessors:
            return None
        try:
            endpoint, values = request_ctx.url_adapter.match(path, method="GET")  # type: ignore[union-attr]
            request_ctx.request.path = path  # the only thing of a request that a public page may ask for
            response = app.make_response(app.ensure_sync(app.view_functions[endpoint])(**values))
        except HTTPException:
            return None
        if response.status_code != 200:
            return None
        _refuse_wrong_type(path, response)
        response.direct_passthrough = False  # static 파일도 바이트로 읽히게 한다
        content = response.get_data()
        response.close()  # static 파일은 열린 채로 온다
        return content


def _write(file: str, content: bytes) -> None:
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(opened, rest) :]
    finally:
        os.close(opened)


def _refuse_wrong_type(path: str, response: Response) -> None:
    """파일로 내보낼 때의 형식이 지금 답한 형식과 다르면 ValueError (Frozen-Flask의 같은 경고보다 서른 배 싸다)."""
    tail = os.path.splitext(path)[1] or ".html"  # noqa: PTH122
    expected = TYPES.get(tail) or mimetypes.guess_type(f"file{tail}")[0]
    if response.mimetype != expected:
        raise ValueError(f"파일의 형식은 {expected}인데 {response.mimetype}(으)로 답했습니다.")


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


def freeze(app: Flask, urls: Iterable[str], *, folder: Path, base_url: str = "") -> Iterator[tuple[str, bytes]]:
    """주소마다 파일 하나를 `folder`에 쓰고 (주소, 바이트)를 내놓는다. 쪽을 만들 수 없으면 그 주소를 말하는 PublishFailed."""
    freezer: ReleaseFreezer = app.extensions.get(FREEZER) or ReleaseFreezer(app)
    freezer.aim(folder, base_url)
    url = ""

    def listed() -> Iterator[str]:
        nonlocal url
        for url in urls:  # noqa: UP028  # 실패했을 때 어느 쪽이었는지 말하려고 붙들어 둔다
            yield url

    freezer.url_generators = [listed]
    with warnings.catch_warnings():
        warnings.simplefilter("error", FrozenFlaskWarning)
        warnings.simplefilter("ignore", MissingURLGeneratorWarning)  # unlisted가 본다
        try:
            for page in freezer.freeze_yield():
                yield page.url, freezer.wrote if freezer.wrote is not None else (folder / page.path).read_bytes()
        except OSError:
            raise
        except Exception as error:
            raise PublishFailed(
                f"‘{url}’ 쪽을 만들지 못했습니다. 지금 사이트는 그대로입니다. ({type(error).__name__}: {error})"
            ) from error


def in_shares(work: Callable[[Iterable[str]], list[Result]], urls: Sequence[str], *, workers: int) -> list[Result]:
    """주소를 나누어 여러 프로세스에 맡기고 결과를 모은다. 잇닿은 주소(안내와 그 쌍둥이)는 같은 프로세스가 맡는다.

    주소가 적거나, 이미 여러 스레드가 도는 프로그램(서버) 안이면 나누지 않는다: 스레드가 쥔 잠금은 fork를 넘지 못한다.
    """
    if workers < 2 or len(urls) < ENOUGH_TO_SHARE or threading.active_count() > 1:
        return work(urls)
    context = get_context("fork")
    next_chunk = context.Value("l", 0)
    answers: list[Connection] = []
    processes = []
    gc.collect()
    gc.freeze()  # 나뉜 프로세스가 읽어 둔 글을 훑어 제 것으로 베끼지 않게 한다
    try:
        for _ in range(workers):
            answer, question = context.Pipe(duplex=False)
            share = _taken(urls, next_chunk, os.getpid())
            process = context.Process(target=_take_share, args=(work, share, question))
            process.start()
            question.close()
            answers.append(answer)
            processes.append(process)
        return [result for answer in answers for result in _received(answer)]
    finally:
        gc.unfreeze()
        for process in processes:
            process.kill()
            process.join()
        for answer in answers:
            answer.close()


def _taken(urls: Sequence[str], next_chunk: Any, parent: int) -> Iterator[str]:
    """먼저 마친 이가 다음 몫을 가져간다: 몫마다 걸리는 시간이 달라도 함께 끝난다."""
    while True:
        with next_chunk.get_lock():
            at = next_chunk.value
            next_chunk.value = at + CHUNK
        if at >= len(urls):
            return
        for url in urls[at : at + CHUNK]:
            _leave_if_orphaned(parent)
            yield url


def _take_share(work: Callable[[Iterable[str]], list[Any]], share: Iterable[str], question: Connection) -> None:
    gc.disable()
    try:
        question.send(work(share))
    except PublishFailed as error:
        question.send(error)
    except OSError as error:
        question.send(disk_trouble(error))


def _leave_if_orphaned(parent: int) -> None:
    """맡긴 프로그램이 죽었으면 곧바로 그만둔다. 그래야 잠금이 풀려 다음 게시가 기다리지 않는다."""
    if os.getppid() != parent:
        os._exit(1)


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
