"""편집실: 열린 수정 요청 2,000건을 쌓아 두고, 목록과 살피는 화면과 받아들이기가 얼마나 걸리나.

`python -m bench desk`. 배포본 전부를 담은 인스턴스를 임시 폴더에 만들고, 진짜 서버를 이 기계 안의 주소로 묻는다. 뒷일(git, 색인, 게시)은
돌리지 않는다: 편집자가 기다리는 것은 결정이 저장되는 데까지다.
"""

import http.client
import os
import random
import threading
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any

import lxml.html
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app
from app.instance import Instance
from app.running import Running
from corrections import receipt
from corrections.models import Correction, Kind
from corrections.promise import promise
from corrections.risk import FROM_KIND
from corrections.transition import receive
from db.people import Actor, Role, add_person
from kb.entry import Entry

OPEN = 2_000
ASKED, ACCEPTED = 30, 20
"""화면마다 여는 횟수와 받아들이는 횟수."""

TARGET_MS = 500.0
"""열린 것이 2,000건일 때의 한 화면 (WORKFLOWS 2 item 4)."""

PASSWORD = "bench-desk-" + os.urandom(6).hex()
SAID = (
    "전화번호가 바뀌었습니다. {}-{} 번으로 걸어야 받습니다.",
    "{}월 {}일부터 신청 방법이 바뀌어 누리집에서도 받는다고 들었습니다.",
    "담당 창구가 {}층에서 {}층으로 옮겼습니다. 안내대로 갔다가 헛걸음했습니다.",
    "준비할 서류에 사진 {}장과 신분증 {}부가 빠져 있습니다.",
    "문장이 어려워요. ‘{}일 안에 낸다’는 것이 {}일을 뺀 것인지 모르겠습니다.",
)


def measure() -> dict[str, Any]:
    """화면마다 걸린 시간의 중앙값과 가장 긴 것(ms). `cpu`는 서버와 묻는 이가 함께 쓴 CPU이고, 바쁜 기계에서는 이것을 본다."""
    with TemporaryDirectory() as folder:
        running, _ = Running.begin(Instance(Path(folder) / "instance"))
        entries = [entry for entry in running.store.all() if entry.is_public]
        ids = _fill(running, random.Random(120).sample(entries, k=OPEN // 2), OPEN)
        with _served(running) as port:
            told = _asked(_Editor(port), ids)
        running.database.close()
    return {"open": OPEN, "entries": len(entries), "target_ms": TARGET_MS, **told}


def _fill(running: Running, entries: Sequence[Entry], count: int) -> list[int]:
    """안내마다 두 건쯤, 지난 사흘 동안 온 것으로. 접수의 문(receive)을 지나므로 사건도 함께 쌓인다."""
    dice, now, code = random.Random(6), datetime.now(UTC), receipt.hashed("00000000")
    with running.database.begin() as session:
        add_person(session, login="bench", name_shown="재는 이", role=Role.EDITOR, password=PASSWORD)
        rows = [_row(dice, entries[at % len(entries)], now, running, code) for at in range(count)]
        for row in rows:
            receive(session, row, by=Actor.citizen())
    return [row.id for row in rows]


def _row(dice: random.Random, entry: Entry, now: datetime, running: Running, code: str) -> Correction:
    kind, at = dice.choice(list(Kind)), now - timedelta(minutes=dice.randrange(3 * 24 * 60))
    promised = promise(kind, at=at, clock=running.clock)
    return Correction(
        entry_id=entry.id,
        entry_title=entry.title,
        base_version=entry.version,
        kind=kind,
        quoted=entry.body.partition("\n")[0][:200],
        proposal=dice.choice(SAID).format(dice.randrange(1, 30), dice.randrange(1, 30)),
        code_hash=code,
        submission_key=dice.randbytes(32).hex(),
        submitted_at=at,
        risk=FROM_KIND[kind],
        office=entry.department,
        acknowledge_by=promised.acknowledge_by,
        due_at=promised.due_at,
    )


@contextmanager
def _served(running: Running) -> Iterator[int]:
    server = make_server("127.0.0.1", 0, create_app(running), threaded=True, request_handler=_Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()


class _Quiet(WSGIRequestHandler):
    """주소마다 한 줄씩 적지 않는다."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """적지 않는다."""


class _Editor:
    """로그인한 편집자 한 사람의 브라우저. 쿠키와 양식의 숨은 칸을 그대로 보낸다."""

    def __init__(self, port: int) -> None:
        self._port, self._cookies = port, dict[str, str]()
        status = self.post(
            "/desk/login", self.form("/desk/login", "/desk/login") | {"login": "bench", "password": PASSWORD}
        )
        assert status == 303, status

    def get(self, path: str) -> str:
        """그 주소의 쪽."""
        status, text = self._ask("GET", path)
        assert status == 200, (path, status)
        return text

    def form(self, path: str, action: str) -> dict[str, str]:
        """그 쪽에서 `action`으로 시작하는 곳에 보내는 양식의 값들."""
        page = lxml.html.fromstring(self.get(path))
        found = next(form for form in page.forms if (form.get("action") or path).startswith(action))
        return {name: value or "" for name, value in found.form_values()}

    def post(self, path: str, values: dict[str, str]) -> int:
        """보내고 상태 코드만 받는다."""
        return self._ask("POST", path, urllib.parse.urlencode(values))[0]

    def _ask(self, method: str, path: str, body: str | None = None) -> tuple[int, str]:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if body is not None else {}
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=60)
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self._cookies[key] = rest.partition(";")[0]
        connection.close()
        return answer.status, text


def _asked(editor: _Editor, ids: Sequence[int]) -> dict[str, Any]:
    dice = random.Random(7)
    editor.get("/desk/")  # what is read once a process is not what an editor waits for
    reviewed, decided = dice.sample(ids, k=ASKED), iter(dice.sample(ids, k=len(ids)))
    return {
        "queue": _spread(_timed(lambda: editor.get("/desk/")) for _ in range(ASKED)),
        "queue_last_page": _spread(_timed(lambda: editor.get(f"/desk/?page={OPEN // 50}")) for _ in range(ASKED)),
        "review": _spread(_timed(partial(editor.get, _at(id))) for id in reviewed),
        "accept": _spread(_accepted(editor, decided)),
        "claim_next": _spread(_timed(lambda: editor.post("/desk/next", _token(editor))) for _ in range(ASKED)),
    }


def _accepted(editor: _Editor, ids: Iterator[int]) -> Iterator[tuple[float, float]]:
    """본문에 한 문장을 더해 받아들인다. 뒷일이 돌지 않으므로 안내마다 하나만 고른다."""
    done = 0
    for id in ids:
        if done == ACCEPTED:
            return
        values = editor.form(_at(id), f"{_at(id)}/")
        values["body"] = values.get("body", "") + "\n\n창구에서 신분증을 보여 주세요.\n"
        statuses = list[int]()
        took = _timed(lambda: statuses.append(editor.post(f"{_at(id)}/accept", values)))  # noqa: B023 - called at once
        if statuses == [303]:  # the other correction of the same entry is refused until this one is applied
            done += 1
            yield took


def _token(editor: _Editor) -> dict[str, str]:
    return editor.form("/desk/", "/desk/next")


def _timed(do: Callable[[], object]) -> tuple[float, float]:
    """걸린 시간과 쓴 CPU(ms)."""
    started, began = perf_counter(), process_time()
    do()
    return (perf_counter() - started) * 1000, (process_time() - began) * 1000


def _spread(times: Iterator[tuple[float, float]]) -> dict[str, float]:
    took, worked = zip(*times, strict=True)
    return {"median_ms": round(median(took)), "max_ms": round(max(took)), "cpu_median_ms": round(median(worked))}


def _at(id: int) -> str:
    return f"/desk/corrections/{id}"
