"""서울 열린데이터처럼 말하는 작은 서버. 글은 모두 지어낸 것이고, 봉투의 모양만 PUBLISHING 2와 같다."""

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote
from xml.sax.saxutils import escape

import pytest

열쇠 = "4f5a-비밀 열쇠/7788"
목록, 자주, 매뉴얼 = "SearchFAQService", "SearchDetailsFAQService", "SearchDetailsSeoulWorkmanualService"
줄형 = dict[str, object]


def 실패봉투(code: str, message: str, form: str) -> bytes:
    if form == "xml":
        return f"<RESULT><CODE>{code}</CODE><MESSAGE><![CDATA[{message}]]></MESSAGE></RESULT>".encode()
    return json.dumps({"RESULT": {"CODE": code, "MESSAGE": message}}, ensure_ascii=False).encode()


def 봉투(service: str, total: int, rows: list[줄형], form: str, *, 홑줄: bool = False) -> bytes:
    if form == "xml":
        줄들 = "".join(f"<row>{''.join(f'<{k}>{escape(str(v))}</{k}>' for k, v in row.items())}</row>" for row in rows)
        머리 = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        결과 = "<RESULT><CODE>INFO-000</CODE><MESSAGE>정상 처리되었습니다</MESSAGE></RESULT>"
        return f"{머리}<{service}><list_total_count>{total}</list_total_count>{결과}{줄들}</{service}>".encode()
    결과 = {"CODE": "INFO-000", "MESSAGE": "정상 처리되었습니다"}
    본문 = {"list_total_count": total, "RESULT": 결과, "row": rows[0] if 홑줄 and len(rows) == 1 else rows}
    return json.dumps({service: 본문}, ensure_ascii=False).encode()


@dataclass
class 가짜서울:
    """`상세`에 든 것을 목록과 상세로 내준다. `고장`은 물음마다 먼저 불려, 바이트를 주면 그것을 대신 보낸다."""

    상세: dict[tuple[str, int], 줄형] = field(default_factory=dict)
    물음: list[str] = field(default_factory=list)
    고장: Callable[[str], bytes | int | None] = lambda path: None
    소수점: bool = True
    홑줄: bool = True
    주소: str = ""

    def 넣기(
        self, tp: str, seq: int, 제목: str, 답: str = "", html: str = "", 때: str = "20240305140700", 분류: str = "교통"
    ) -> None:
        self.상세[tp, seq] = {
            "FAQ_TP": tp, "FAQ_SEQNO": seq, "QUEST": 제목, "ANSWER": 답, "ANSWER_HTML": html, "UPDATE_YMDHMS": 때, "LCODE_NAME": 분류,
        }  # fmt: skip

    def 상세물음(self) -> list[str]:
        return [path for path in self.물음 if 목록 not in path]

    def 답하기(self, path: str) -> bytes:
        key, form, service, start, end, *나머지 = [unquote(part) for part in path.strip("/").split("/")]
        if key != 열쇠:
            return 실패봉투("INFO-100", f"인증키가 유효하지 않습니다: {key}", "xml")
        if int(end) - int(start) >= 1000:
            return 실패봉투("ERROR-336", "데이터요청은 한번에 최대 1000건을 넘을 수 없습니다.", form)
        if service == 목록:
            모두 = [self._목록줄(row) for row in self.상세.values()]
            줄들 = 모두[int(start) - 1 : int(end)]
            return (
                봉투(service, len(모두), 줄들, form, 홑줄=self.홑줄)
                if 줄들
                else 실패봉투("INFO-200", "해당하는 데이터가 없습니다.", form)
            )
        찾음 = self.상세.get((나머지[0], int(나머지[1])))
        if 찾음 is None or (service == 자주) != (나머지[0] == "F"):
            return 실패봉투("INFO-200", "해당하는 데이터가 없습니다.", form)
        빼고 = {"LCODE_NAME"} | ({"ANSWER_HTML"} if service == 자주 else set())
        줄 = {k: float(str(v)) if k == "FAQ_SEQNO" and self.소수점 else v for k, v in 찾음.items() if k not in 빼고}
        return 봉투(service, 1, [줄], form, 홑줄=self.홑줄)

    def _목록줄(self, row: 줄형) -> 줄형:
        return {
            "FAQ_SEQNO": float(str(row["FAQ_SEQNO"])) if self.소수점 else row["FAQ_SEQNO"],
            "FAQ_TP": row["FAQ_TP"], "LCODE": "A01", "LCODE_NAME": row["LCODE_NAME"], "QUEST": row["QUEST"],
            "UPDATE_YMDHMS": row["UPDATE_YMDHMS"],
        }  # fmt: skip


@pytest.fixture
def 서울() -> Iterator[가짜서울]:
    """127.0.0.1에서 도는 가짜 서울."""
    fake = 가짜서울()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            fake.물음.append(self.path)
            고장 = fake.고장(self.path)
            상태, 몸 = (
                (고장, b"") if isinstance(고장, int) else (200, 고장 if 고장 is not None else fake.답하기(self.path))
            )
            길이 = len(몸)
            if 몸.startswith(b"CUT"):  # a body that ends before the length it promised
                몸, 길이 = 몸[3:], 길이 + 100
            self.send_response(상태)
            if 상태 == 302:
                self.send_header("Location", f"{fake.주소}/elsewhere/")
            self.send_header("Content-Length", str(길이))
            self.end_headers()
            self.wfile.write(몸)

        def log_message(self, *_: object) -> None:
            """조용히."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    fake.주소 = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield fake
    server.shutdown()
    server.server_close()
    thread.join()
