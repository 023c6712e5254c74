"""서울 열린데이터광장의 120 자료를 상담 항목으로 가져온다 (PUBLISHING 2, DOMAIN 6.3). 견주고 저장하는 일은 importing이 한다."""

import hashlib
import http.client
import json
import re
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, TypeAlias
from urllib.parse import quote

from kb import personal
from kb.checks import Problem
from kb.entry import SEOUL, Source
from kb.errors import ImportFailed
from kb.exchange.html_to_markdown import html_to_markdown
from kb.exchange.importing import Progress, Row, import_rows
from kb.exchange.plain_text import to_markdown
from kb.exchange.report import ImportReport
from kb.exchange.seoul_envelope import DONE, NOTHING, WORTH_A_RETRY, Answer, UnreadableAnswer, read_answer, whole_number
from kb.store import EntryStore

Client: TypeAlias = Callable[[str, float], bytes]
"""`(주소, 기다릴 초)`를 받아 응답의 바이트를 주거나 OSError·HTTPException을 내는 함수."""

BASE_URL = "http://openapi.seoul.go.kr:8088"
WINDOW = 1000
"""한 번에 물을 수 있는 줄의 수 (ERROR-336). `sample` 열쇠는 1~5번째 줄만 준다 (ERROR-335)."""
SAMPLE_KEY, SAMPLE_ROWS = "sample", 5
LIST = "SearchFAQService"
FAQ, MANUAL = "SearchDetailsFAQService", "SearchDetailsSeoulWorkmanualService"


@dataclass(frozen=True)
class Book:
    """FAQ_TP 하나: 항목 번호의 앞글자, 상세를 묻는 곳, 출처 이름."""

    letter: str
    service: str
    name: str


BOOKS = {
    "F": Book("f", FAQ, "서울특별시 120다산콜재단 자주묻는질문"),
    "S": Book("s", MANUAL, "서울특별시 120다산콜재단 서울시 업무매뉴얼"),
    "J": Book("d", MANUAL, "서울특별시 120다산콜재단 자치구 업무매뉴얼"),
}
LICENCE = "KOGL-1"
"""제공자가 밝힌 이용 조건: 공공누리 제1유형 (data.go.kr 15119373)."""

MEANING = {
    "INFO-100": "인증키가 맞지 않습니다. 열린데이터광장에서 받은 키를 확인해 주세요.",
    "ERROR-300": "물음에 빠진 값이 있습니다.",
    "ERROR-301": "응답 형식(json, xml)이 틀렸습니다.",
    "ERROR-310": "그런 서비스가 없습니다. --base-url을 확인해 주세요.",
    "ERROR-331": "시작 위치가 틀렸습니다.",
    "ERROR-332": "끝 위치가 틀렸습니다.",
    "ERROR-333": "위치가 정수가 아닙니다.",
    "ERROR-334": "시작 위치가 끝 위치보다 큽니다.",
    "ERROR-335": "sample 키로는 다섯 줄까지만 볼 수 있습니다. 받은 인증키를 써 주세요.",
    "ERROR-336": "한 번에 천 줄까지만 물을 수 있습니다.",
    "ERROR-500": "열린데이터 서버에 문제가 있습니다. 잠시 뒤 다시 해 주세요.",
    "ERROR-600": "열린데이터의 데이터베이스에 닿지 못했습니다. 잠시 뒤 다시 해 주세요.",
    "ERROR-601": "열린데이터의 데이터베이스에서 문제가 났습니다.",
}


def import_seoul(
    store: EntryStore,
    *,
    key: str,
    state_folder: Path,
    base_url: str = BASE_URL,
    topics: Mapping[str, str] | None = None,
    pace_seconds: float = 1.0,
    timeout: float = 30.0,
    retry_waits: tuple[float, ...] = (2.0, 8.0, 30.0),
    form: Literal["json", "xml"] = "json",
    now: datetime | None = None,
    on_progress: Progress | None = None,
    client: Client | None = None,
) -> ImportReport:
    """목록을 천 줄씩, 그다음 F·S·J의 상세를 하나씩 받아 커밋 하나로 저장소에 반영한다.

    `state_folder`에 받은 상세를 하나씩 남긴다: 도중에 죽어도 다음에는 남은 것과 바뀐 것(UPDATE_YMDHMS)만 묻고, 마친
    뒤에도 그대로 둔다. 물음과 물음 사이는 `pace_seconds`초 이상이다(1초가 기본: 남의 서버다). 500·600과 끊긴 응답은
    `retry_waits`만큼 쉬며 다시 묻는다. 그래도 안 되거나 키가 틀리면 ImportFailed이고 저장소는 그대로다.
    인증키는 주소에만 쓰이고 오류, 기록, repr 어디에도 나오지 않는다. `on_progress`는 받은 상세의 수를 듣는다.
    """
    if not key.strip() or not re.match(r"https?://[^/\s]", base_url):
        raise ImportFailed("인증키(--key)와 http(s)로 시작하는 주소(--base-url)가 있어야 합니다.")
    base = base_url.rstrip("/")
    api = _Api(key.strip(), base, form, pace_seconds, timeout, retry_waits, client or fetch)
    shelf = _Shelf(state_folder / hashlib.sha256(base.encode()).hexdigest()[:12])
    listed = _listed(api)
    rows = []
    for done, item in enumerate(listed, start=1):
        rows.append(_row(item, _detail(item, api, shelf)))
        if on_progress:
            on_progress(done, len(listed))
    unread = sum(bool(item.updated) and _moment(item.updated) is None for item in listed)
    return import_rows(
        rows,
        store,
        name="seoul",
        origin="서울 열린데이터",
        topics=topics or {},
        now=now or datetime.now(SEOUL),
        dates_unread=unread,
    )


# --- what is there, and what each one says ------------------------------------------------------------------------


@dataclass(frozen=True)
class _Item:
    """목록의 한 줄."""

    kind: str
    number: str
    title: str
    topic: str
    updated: str


def _listed(api: "_Api") -> list[_Item]:
    """목록 전체. 창을 넘기는 사이 목록이 밀려 같은 것이 두 번 오면 나중 것을 남긴다."""
    items = (_item(row) for row in _windows(api))
    return list({(item.kind, item.number, "" if item.number else item.title): item for item in items}.values())


def _windows(api: "_Api") -> Iterator[Mapping[str, str]]:
    size = SAMPLE_ROWS if api.key == SAMPLE_KEY else WINDOW
    start, total = 1, size
    while start <= total:
        answer = api.ask(LIST, start, start + size - 1)
        if not answer.rows:
            return
        yield from answer.rows
        total = answer.total if api.key != SAMPLE_KEY else SAMPLE_ROWS
        start += size


def _item(row: Mapping[str, str]) -> _Item:
    number = whole_number(row.get("FAQ_SEQNO", ""))
    return _Item(
        kind=row.get("FAQ_TP", "").strip().upper(),
        number="" if number is None else str(number),
        title=row.get("QUEST", ""),
        topic=row.get("LCODE_NAME", ""),
        updated=row.get("UPDATE_YMDHMS", "").strip().removesuffix(".0"),
    )


def _detail(item: _Item, api: "_Api", shelf: "_Shelf") -> Mapping[str, str]:
    """상세 한 줄. 받아 둔 것이 목록과 같은 때의 것이면 묻지 않는다. 없다고 하면(INFO-200) 빈 것."""
    book = BOOKS.get(item.kind)
    if book is None or not item.number:
        return {}
    if (kept := shelf.get(item)) is not None:
        return kept
    answer = api.ask(book.service, 1, 1, item.kind, item.number)
    if answer.rows:
        detail = {name: personal.mask_resident_numbers(text) for name, text in answer.rows[0].items()}
        shelf.put(item, detail)  # a resident number is not kept on this disk either
        return detail
    return {}


def _row(item: _Item, detail: Mapping[str, str]) -> Row:
    book = BOOKS.get(item.kind)
    updated = _moment(detail.get("UPDATE_YMDHMS", "").removesuffix(".0")) or _moment(item.updated)
    title = detail.get("QUEST", "").strip() or item.title
    texts = (detail.get("ANSWER_HTML", ""), detail.get("ANSWER", ""))
    return Row(
        ref=f"{item.kind} {item.number}".strip() or "번호 없는 줄",
        letter=book.letter if book else "f",
        number=item.number if book else "",
        title=title,
        topic=item.topic,
        body=_body(*texts),
        updated=updated,
        source=Source(
            name=book.name if book else "서울특별시 120다산콜재단",
            id=item.number,
            date=updated.date() if updated else None,
            licence=LICENCE,
        ),
        raw=(item.kind, item.number, title, item.topic, item.updated, *texts),
        problems=() if book else (Problem("unknown_kind", f"모르는 구분(FAQ_TP)입니다: ‘{item.kind}’"),),
    )


HTML = re.compile(
    r"<(?:/?(?:p|div|span|table|tr|td|ul|ol|li|b|strong|font|a|h[1-6]|em|u|img)\b[^>]*|br\s*/?)>", re.IGNORECASE
)


def _body(html: str, text: str) -> str:
    """ANSWER_HTML이 있으면 그것을, 비었으면 ANSWER를. ANSWER에 HTML이 들어 있기도 하다."""
    return html_to_markdown(html) or (html_to_markdown(text) if HTML.search(text) else to_markdown(text))


def _moment(stamp: str) -> datetime | None:
    """UPDATE_YMDHMS 열네 자리, 한국 시각."""
    try:
        return datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=SEOUL) if len(stamp) == 14 else None
    except ValueError:
        return None


# --- what has been fetched already --------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Shelf:
    """받은 상세를 하나에 한 파일로 둔다. 파일은 옆에 쓴 뒤 이름을 바꾸므로 반쯤 쓰인 것은 없다."""

    folder: Path

    def get(self, item: _Item) -> Mapping[str, str] | None:
        """목록이 말하는 때(UPDATE_YMDHMS)의 상세. 없거나 다른 때의 것이거나 때를 모르면 None."""
        try:
            kept = json.loads(self._file(item).read_text("utf-8"))
            if item.updated and kept["updated"] == item.updated:
                return {str(name): str(value) for name, value in kept["row"].items()}
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None
        return None

    def put(self, item: _Item, row: Mapping[str, str]) -> None:
        """상세를 남긴다. 쓸 수 없으면 ImportFailed."""
        file = self._file(item)
        fresh = file.with_suffix(".new")
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            fresh.write_text(json.dumps({"updated": item.updated, "row": dict(row)}, ensure_ascii=False), "utf-8")
            fresh.replace(file)
        except OSError as error:
            raise ImportFailed(
                f"받은 것을 둘 수 없습니다: {self.folder} ({error.strerror}). 자리와 권한을 확인해 주세요."
            ) from error

    def _file(self, item: _Item) -> Path:
        return self.folder / f"{item.kind}-{item.number}.json"


# --- asking -------------------------------------------------------------------------------------------------------


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """다른 주소로 넘기면 따라가지 않는다: 길에 든 인증키가 남의 서버로 간다."""

    def redirect_request(self, *_: object) -> None:
        return None


_OPENER = urllib.request.build_opener(_NoRedirect)
MOST_BYTES = 64 * 2**20


def fetch(url: str, timeout: float) -> bytes:
    """주소의 응답을 통째로. 끊기거나 너무 크거나 200이 아니면 OSError나 HTTPException."""
    with _OPENER.open(url, timeout=timeout) as answer:
        raw: bytes = answer.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise OSError("응답이 너무 큽니다")
        if answer.length:  # read(amount) does not say so itself
            raise http.client.IncompleteRead(raw, answer.length)
    return raw


@dataclass(repr=False)
class _Api:
    """묻고, 쉬고, 다시 묻는다. 인증키를 아는 단 하나의 객체이고 repr이 없다."""

    key: str
    base: str
    form: str
    pace: float
    timeout: float
    retry_waits: tuple[float, ...]
    client: Client
    asked_at: float = field(default=float("-inf"))

    def ask(self, service: str, start: int, end: int, *arguments: str) -> Answer:
        """서비스에 묻는다. 없다(INFO-200)는 줄이 없는 Answer이고, 그 밖의 실패는 ImportFailed."""
        where = "/".join([service, str(start), str(end), *(quote(argument, safe="") for argument in arguments)])
        problem = ""
        for wait in (0.0, *self.retry_waits):
            time.sleep(max(wait, self.asked_at + self.pace - time.monotonic(), 0))
            answer, problem, is_final = self._once(where)
            if answer:
                return answer
            if is_final:
                break
        raise ImportFailed(self._without_key(f"서울 열린데이터({where})에서 받지 못했습니다. {problem}"))

    def _once(self, where: str) -> tuple[Answer | None, str, bool]:
        """(응답, 까닭, 다시 물어도 소용없는가). 오류 객체에는 주소와 인증키가 들어 있어 말만 옮긴다."""
        self.asked_at = time.monotonic()
        try:
            raw = self.client(f"{self.base}/{quote(self.key, safe='')}/{self.form}/{where}/", self.timeout)
            answer = read_answer(raw)
        except urllib.error.HTTPError as error:
            return None, f"HTTP {error.code} 응답입니다.", error.code < 500 and error.code != 429
        except UnreadableAnswer as error:
            return None, str(error), False
        except http.client.IncompleteRead:
            return None, "응답이 중간에 끊겼습니다.", False
        except TimeoutError:
            return None, f"{self.timeout:g}초를 기다려도 응답이 없습니다.", False
        except urllib.error.URLError as error:
            return None, self._connection_problem(error), False
        except (OSError, http.client.HTTPException, ValueError) as error:
            return None, f"연결에 문제가 있습니다: {type(error).__name__}.", False
        if answer.code in (DONE, NOTHING):
            return answer, "", True
        return None, self._refusal(answer), answer.code not in WORTH_A_RETRY

    def _connection_problem(self, error: urllib.error.URLError) -> str:
        if isinstance(error.reason, TimeoutError):
            return f"{self.timeout:g}초를 기다려도 응답이 없습니다."
        return "서버에 연결할 수 없습니다. 인터넷과 --base-url을 확인해 주세요."

    def _refusal(self, answer: Answer) -> str:
        return f"{answer.code}: {MEANING.get(answer.code, answer.message or '까닭을 말하지 않음')}"

    def _without_key(self, text: str) -> str:
        for form in {self.key, quote(self.key, safe=""), quote(self.key)}:
            text = text.replace(form, "[인증키]")
        return text
