"""공개 쪽을 굳혀 폴더에 쓴다. 무엇이 바뀌었는지, 어디로 게시되는지는 모른다.

굳히는 것은 Frozen-Flask이고, 쉬운 쪽에는 지름길이 있다: 앱이 쪽의 글을 바로 주면(app.public.views.text_at) 요청과 답을 쪽마다
꾸미지 않고 그 글을 쓴다. 두 길의 바이트가 같은지는 시험이 모든 쪽으로 본다.
"""

import gc
import mimetypes
import os
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask
from flask_frozen import Freezer, FrozenFlaskWarning, MissingURLGeneratorWarning
from werkzeug.exceptions import HTTPException

from build.errors import PublishFailed, disk_trouble
from build.release import file_of
from kb.shares import taken

ENOUGH_TO_SHARE = 300  # 이보다 적으면 프로세스를 띄우는 값이 더 든다
CHUNK = 96
DIED = "쪽을 만들던 프로세스가 갑자기 끝났습니다(메모리 부족일 수 있습니다). 다시 게시하세요."
FREEZER = "open120.freezer"
TEXT_AT = "open120.text_at"
"""app.extensions에서 쪽의 형식과 글을 바로 주는 함수의 이름(app.public.views)."""

Result = TypeVar("Result")

# Frozen-Flask는 파일 이름으로 짐작한 형식과 응답의 형식을 견준다. 기계마다 다른 /etc/mime.types에 기대지 않는다.
mimetypes.add_type("application/xml", ".xml")
mimetypes.add_type("text/markdown", ".md")


class ReleaseFreezer(Freezer):  # type: ignore[misc]  # Frozen-Flask에는 형이 적혀 있지 않다
    """주소를 확장자 없는 채로 두고 파일에만 `.html`을 붙인다. 앱 하나에 하나만 만든다."""

    def __init__(self, app: Flask) -> None:
        app.extensions[FREEZER] = self
        app.config.update(FREEZER_REMOVE_EXTRA_FILES=False, FREEZER_REDIRECT_POLICY="error")
        super().__init__(app, with_static_files=False, with_no_argument_rules=False, log_url_for=False)

    def urlpath_to_filepath(self, path: str) -> str:
        return file_of(path)


@dataclass
class Progress:
    """지금 굳히는 쪽의 주소. 실패했을 때 어느 쪽이었는지 말하려고 붙들어 둔다."""

    url: str = ""


@contextmanager
def told_as_failure(at: Progress) -> Iterator[None]:
    """쪽을 만들다 난 오류를 그 주소를 말하는 PublishFailed로. 디스크의 오류는 그대로 둔다."""
    try:
        yield
    except (OSError, PublishFailed):
        raise
    except Exception as error:
        raise PublishFailed(
            f"‘{at.url}’ 쪽을 만들지 못했습니다. 지금 사이트는 그대로입니다. ({type(error).__name__}: {error})"
        ) from error


def unlisted(app: Flask, urls: Iterable[str]) -> set[str]:
    """쪽을 하나도 내놓지 않은 공개 화면의 이름. 비어 있지 않으면 누군가 목록에 넣는 것을 잊은 것이다.

    Frozen-Flask의 같은 경고는 주소를 글자로 주면 늘 울리고 나누어 굳히면 몫마다 울리므로, 여기서 한 번에 본다.
    """
    waiting = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    waiting -= {name for name in waiting if name.rpartition(".")[2] == "static"}
    match = app.url_map.bind("localhost").match
    shapes: set[tuple[str, int, str]] = set()
    for url in urls:
        shape = (url.partition("/")[2].partition("/")[0], url.count("/"), url.rpartition(".")[2] if "." in url else "")
        if shape in shapes:
            continue  # 안내 만 개의 주소는 한 모양이다
        shapes.add(shape)
        with suppress(HTTPException):  # 굳힐 때 그 주소의 이름으로 실패한다
            waiting.discard(match(url)[0])
    return waiting


def freeze(app: Flask, urls: Iterable[str], *, folder: Path, base_url: str = "") -> Iterator[tuple[str, bytes]]:
    """주소마다 파일 하나를 `folder`에 쓰고 (주소, 바이트)를 내놓는다. 쪽을 만들 수 없으면 그 주소를 말하는 PublishFailed."""
    hard: list[str] = []
    at = Progress()
    with told_as_failure(at):
        text_at: Callable[[str], tuple[str, str] | None] = app.extensions.get(TEXT_AT, lambda _: None)
        with app.app_context():
            for at.url in urls:
                if (found := text_at(at.url)) is None:
                    hard.append(at.url)
                else:
                    yield at.url, write_text(folder, at.url, *found)
        yield from by_frozen_flask(app, hard, folder=folder, base_url=base_url, at=at)


def by_frozen_flask(
    app: Flask, urls: Sequence[str], *, folder: Path, base_url: str = "", at: Progress
) -> Iterator[tuple[str, bytes]]:
    """지름길이 없는 쪽(정적 파일, 다른 보기)을 Frozen-Flask로 굳힌다. 200이 아닌 답은 오류다."""
    if not urls:
        return
    freezer: ReleaseFreezer = app.extensions.get(FREEZER) or ReleaseFreezer(app)
    # 기본값은 <앱>/build이고 상대 길은 앱에서부터다: 둘 다 우리 소스다
    app.config.update(FREEZER_DESTINATION=str(folder.absolute()), FREEZER_BASE_URL=base_url or None)

    def listed() -> Iterator[str]:
        for at.url in urls:
            yield at.url

    freezer.url_generators = [listed]
    with warnings.catch_warnings():
        warnings.simplefilter("error", FrozenFlaskWarning)
        warnings.simplefilter("ignore", MissingURLGeneratorWarning)  # unlisted가 본다
        for page in freezer.freeze_yield():
            yield page.url, (folder / page.path).read_bytes()


def write_text(folder: Path, url: str, mimetype: str, text: str) -> bytes:
    """쪽의 글을 제 파일에 쓴다. 웹 서버가 파일 이름으로 짐작할 형식과 다르면 ValueError."""
    name, content = file_of(url), text.encode()
    if mimetype != guessed(os.path.splitext(name)[1]):  # noqa: PTH122  # 쪽마다 도는 자리다: pathlib의 열 배 빠르기
        raise ValueError(f"파일 이름({name})의 형식이 아닌 {mimetype}(으)로 답했습니다.")
    try:
        opened = _create(f"{folder}/{name}")
    except FileNotFoundError:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        opened = _create(f"{folder}/{name}")
    try:
        rest = memoryview(content)
        while rest:
            rest = rest[os.write(opened, rest) :]
    finally:
        os.close(opened)
    return content


def _create(file: str) -> int:
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)


@cache
def guessed(tail: str) -> str | None:
    """파일의 꼬리로 짐작한 형식."""
    return mimetypes.guess_type(f"file{tail}")[0]


def in_shares(
    work: Callable[[Iterable[str]], list[Result]],
    urls: Sequence[str],
    *,
    workers: int,
    beside: Callable[[], None] = lambda: None,
) -> list[Result]:
    """주소를 `workers`개의 프로세스가 나누어 맡고 결과를 모은다. 잇닿은 주소(안내와 그 쌍둥이)는 같은 프로세스가 맡는다.

    하나는 이 프로세스다: 읽어 둔 글을 저마다 쥐므로 하나를 덜 띄우면 메모리가 그만큼 준다. `beside`는 이 프로세스가 먼저 할 일이다.

    주소가 적거나, 이미 여러 스레드가 도는 프로그램(서버) 안이면 나누지 않는다: 스레드가 쥔 잠금은 fork를 넘지 못한다.
    """
    if workers < 2 or len(urls) < ENOUGH_TO_SHARE or threading.active_count() > 1:
        beside()
        return work(urls)
    context = get_context("fork")
    next_chunk = context.Value("l", 0)
    answers: list[Connection] = []
    processes = []
    gc.freeze()  # 나뉜 프로세스가 읽어 둔 글을 훑어 제 것으로 베끼지 않게 한다
    try:
        for _ in range(workers - 1):
            answer, question = context.Pipe(duplex=False)
            answers.append(answer)
            share = _until_orphaned(_taken(urls, next_chunk), os.getpid())
            process = context.Process(target=_take_share, args=(work, share, question, tuple(answers)))
            process.start()
            question.close()
            processes.append(process)
        beside()
        mine = work(_taken(urls, next_chunk))
        return mine + [result for answer in answers for result in _received(answer)]
    finally:
        gc.unfreeze()
        for process in processes:
            process.kill()
            process.join()
        for answer in answers:
            answer.close()


def _taken(urls: Sequence[str], next_chunk: Any) -> Iterator[str]:
    """다음 주소들. 쥔 채 죽은 이가 있으면 기다리다 PublishFailed."""
    try:
        for chunk in taken(urls, next_chunk, CHUNK):
            yield from chunk
    except EOFError as error:
        raise PublishFailed(DIED) from error


def _until_orphaned(urls: Iterable[str], parent: int) -> Iterator[str]:
    """맡긴 프로그램이 죽었으면 곧바로 그만둔다. 그래야 잠금이 풀려 다음 게시가 기다리지 않는다."""
    for url in urls:
        if os.getppid() != parent:
            os._exit(1)
        yield url


def _take_share(
    work: Callable[[Iterable[str]], list[Any]],
    share: Iterable[str],
    question: Connection,
    inherited: Iterable[Connection],
) -> None:
    gc.disable()
    for answer in inherited:  # 받는 쪽을 쥐고 있으면 맡긴 프로그램이 죽어도 모르고, 보내다 영영 기다린다
        answer.close()
    try:
        done: list[Any] | PublishFailed = work(share)
    except PublishFailed as error:
        done = error
    except OSError as error:
        done = disk_trouble(error)
    with suppress(BrokenPipeError):
        question.send(done)


def _received(answer: Any) -> list[Any]:
    try:
        result = answer.recv()
    except EOFError as error:
        raise PublishFailed(DIED) from error
    if isinstance(result, PublishFailed):
        raise result
    return list(result)
