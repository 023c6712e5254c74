"""서울 열린데이터에서 가져온다: 봉투의 함정을 모두 알고, 죽으면 이어서 받고, 인증키를 어디에도 흘리지 않는다."""

import logging
import os
import re
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from kb.entry import Status
from kb.errors import ImportFailed
from kb.exchange import import_seoul
from kb.exchange.report import ImportReport
from kb.exchange.seoul_envelope import UnreadableAnswer, read_answer
from kb.store import Change, EntryStore
from tests.kb.exchange.conftest import 가짜서울, 봉투, 실패봉투, 열쇠, 자주

가져오기형 = Callable[..., ImportReport]


@pytest.fixture
def 가져오기(저장소: EntryStore, 서울: 가짜서울, tmp_path: Path) -> 가져오기형:
    """가짜 서울에서 쉬지 않고 가져온다."""

    def run(**선택: Any) -> ImportReport:
        given = {
            "key": 열쇠,
            "base_url": 서울.주소,
            "state_folder": tmp_path / "받은것",
            "pace_seconds": 0,
            "retry_waits": (0.0, 0.0),
        }
        return import_seoul(EntryStore(저장소.root), **(given | 선택))

    return run


@pytest.fixture
def 세_글(서울: 가짜서울) -> 가짜서울:
    """FAQ, 시 매뉴얼, 자치구 매뉴얼 하나씩."""
    서울.넣기(
        "F", 289803, "따릉이는 어떻게 빌리나요?", 답="앱에서 대여소를 고릅니다.\n\n그다음 자전거의 QR을 찍습니다."
    )
    서울.넣기(
        "S",
        280011,
        "장기전세 신청",
        답="버림",
        html="<table><tr><th>구분</th><th>값</th></tr><tr><td>소득</td><td>기준</td></tr></table>",
    )
    서울.넣기("J", 281122, "(강남구) 민원실 시간", 답="평일 9시부터", html="<p>&nbsp;</p>", 분류="행정")
    return 서울


def 수(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.held


@pytest.mark.parametrize("form", ["json", "xml"])
def test_목록과_세_가지_상세가_상담_항목이_된다(
    저장소: EntryStore, 세_글: 가짜서울, 가져오기: 가져오기형, form: str
) -> None:
    결과 = 가져오기(form=form, topics={"행정": "민원행정"})

    assert 수(결과) == (3, 0, 0, 0)
    faq, 시, 구 = (저장소.get(id) for id in ("f289803", "s280011", "d281122"))
    assert faq.body == "앱에서 대여소를 고릅니다.\n\n그다음 자전거의 QR을 찍습니다.\n"
    assert 시.body == "| 구분 | 값 |\n| --- | --- |\n| 소득 | 기준 |\n"
    assert 구.body == "평일 9시부터\n"
    assert (faq.topic, 구.topic, 구.districts) == ("교통", "민원행정", ("강남구",))
    assert faq.updated.isoformat() == "2024-03-05T14:07:00+09:00"
    assert (str(faq.source.date), faq.source.licence, faq.source.id, faq.source.url) == (
        "2024-03-05",
        "KOGL-1",
        "289803",
        "",
    )
    assert 구.source.name == "서울특별시 120다산콜재단 자치구 업무매뉴얼"
    assert 결과.topics_unknown == {}


def test_물음의_길은_명세와_같다(세_글: 가짜서울, 가져오기: 가져오기형) -> None:
    가져오기()

    길 = f"/{quote(열쇠, safe='')}/json"
    assert 세_글.물음 == [
        f"{길}/SearchFAQService/1/1000/",
        f"{길}/SearchDetailsFAQService/1/1/F/289803/",
        f"{길}/SearchDetailsSeoulWorkmanualService/1/1/S/280011/",
        f"{길}/SearchDetailsSeoulWorkmanualService/1/1/J/281122/",
    ]


def test_다시_가져오면_상세를_묻지_않고_아무것도_바꾸지_않는다(
    저장소: EntryStore, 세_글: 가짜서울, 가져오기: 가져오기형
) -> None:
    가져오기()
    커밋 = 저장소.head
    세_글.물음.clear()

    assert 수(가져오기()) == (0, 0, 3, 0)
    assert len(세_글.물음) == 1
    assert 저장소.head == 커밋


def test_때가_달라진_것만_다시_묻는다(저장소: EntryStore, 세_글: 가짜서울, 가져오기: 가져오기형) -> None:
    가져오기()
    세_글.넣기("F", 289803, "따릉이는 어떻게 빌리나요?", 답="앱에서 빌립니다.", 때="20250101000000")
    세_글.물음.clear()

    assert 수(가져오기()) == (0, 1, 2, 0)
    assert len(세_글.상세물음()) == 1
    assert 저장소.get("f289803").body == "앱에서 빌립니다.\n"


def test_목록은_천_줄씩_끝까지_묻는다(세_글: 가짜서울, 가져오기: 가져오기형) -> None:
    for 번호 in range(1, 1500):  # a kind nobody knows has no details to ask for
        세_글.넣기("Z", 번호, f"{번호}번 물음")

    결과 = 가져오기()

    assert len(결과.rows) == 1502
    assert [re.findall(r"/(\d+)/(\d+)/$", path)[0] for path in 세_글.물음 if "SearchFAQService" in path] == [
        ("1", "1000"),
        ("1001", "2000"),
    ]


def test_상세가_없다고_하면_답이_없는_초안으로_둔다(저장소: EntryStore, 세_글: 가짜서울, 가져오기: 가져오기형) -> None:
    세_글.고장 = lambda path: 실패봉투("INFO-200", "해당하는 데이터가 없습니다.", "json") if "/F/" in path else None

    결과 = 가져오기()

    assert 결과.held_reasons == {"no_answer": 1}
    assert (저장소.get("f289803").title, 저장소.get("f289803").status) == ("따릉이는 어떻게 빌리나요?", Status.DRAFT)


def test_목록이_비었으면_할_일이_없다(저장소: EntryStore, 서울: 가짜서울, 가져오기: 가져오기형) -> None:
    앞 = 저장소.head

    assert 수(가져오기()) == (0, 0, 0, 0)
    assert 저장소.head == 앞


def test_모르는_구분도_버리지_않는다(세_글: 가짜서울, 가져오기: 가져오기형) -> None:
    세_글.넣기("Z", 5, "새로운 구분", 답="답")

    assert "unknown_kind" in 가져오기().held_reasons


def test_여기서_고친_글은_덮어쓰지_않는다(저장소: EntryStore, 세_글: 가짜서울, 가져오기: 가져오기형) -> None:
    가져오기()
    저장소.save(replace(저장소.get("f289803"), body="여기서 고침"), change=Change(role="editor", reason="고침"))
    세_글.넣기("F", 289803, "따릉이는 어떻게 빌리나요?", 답="서울이 고침", 때="20250101000000")

    assert 가져오기().held_reasons == {"edited_here": 1}
    assert 저장소.get("f289803").body == "여기서 고침\n"


# --- traps and failures -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["json", "xml"])
def test_열쇠가_틀리면_JSON을_물어도_XML로_오는_답을_알아듣는다(
    저장소: EntryStore, 세_글: 가짜서울, 가져오기: 가져오기형, form: str
) -> None:
    앞 = 저장소.head

    with pytest.raises(ImportFailed, match="INFO-100: 인증키가 맞지 않습니다"):
        가져오기(key="틀린/열쇠", form=form)
    assert len(세_글.물음) == 1
    assert 저장소.head == 앞


@pytest.mark.parametrize("code", ["ERROR-500", "ERROR-600"])
def test_서버의_잠깐_고장은_다시_묻고_그래도_안_되면_멈춘다(세_글: 가짜서울, 가져오기: 가져오기형, code: str) -> None:
    남은고장 = [실패봉투(code, "잠깐", "json")] * 2
    세_글.고장 = lambda path: 남은고장.pop() if 남은고장 and "/F/" in path else None
    assert 수(가져오기()) == (3, 0, 0, 0)

    세_글.물음.clear()
    세_글.고장 = lambda path: 실패봉투(code, "계속", "xml")
    with pytest.raises(ImportFailed, match=code):
        가져오기()
    assert len(세_글.물음) == 3


@pytest.mark.parametrize(
    "code", ["ERROR-300", "ERROR-301", "ERROR-310", "ERROR-331", "ERROR-334", "ERROR-336", "ERROR-999"]
)
def test_다시_물어도_소용없는_실패는_한_번에_멈춘다(세_글: 가짜서울, 가져오기: 가져오기형, code: str) -> None:
    세_글.고장 = lambda path: 실패봉투(code, "안 됩니다", "json")

    with pytest.raises(ImportFailed, match=code):
        가져오기()
    assert len(세_글.물음) == 1


@pytest.mark.parametrize(
    ("고장", "말", "물음수"),
    [
        (404, "HTTP 404", 1),
        (302, "HTTP 302", 1),
        (503, "HTTP 503", 3),
        (b"", "빈 응답", 3),
        (b'{"SearchFAQService":{"list_total_count":1,"RES', "끊겼거나 JSON이 아닙니다", 3),
        (b'CUT{"RESULT":', "중간에 끊겼습니다", 3),
        (b"<html><body>502 Bad Gateway</body></html>", "결과 코드가 없는", 3),
        (b"<SearchFAQService><RESULT>", "끊겼거나 XML이 아닙니다", 3),
        (b"[1, 2]", "알려진 모양", 3),
        (b'{"SearchFAQService":{"RESULT":{"CODE":"INFO-000"},"row":"x"}}', "모양이 다릅니다", 3),
        (b'<!DOCTYPE r [<!ENTITY a "b">]><RESULT><CODE>INFO-200</CODE></RESULT>', "DTD", 3),
    ],
)
def test_알아들을_수_없는_답은_까닭을_말하고_멈춘다(
    저장소: EntryStore, 세_글: 가짜서울, 가져오기: 가져오기형, 고장: bytes | int, 말: str, 물음수: int
) -> None:
    앞 = 저장소.head
    세_글.고장 = lambda path: 고장

    with pytest.raises(ImportFailed, match=말):
        가져오기()
    assert len(세_글.물음) == 물음수
    assert 저장소.head == 앞


def test_답이_늦으면_기다린_시간을_말한다(세_글: 가짜서울, 가져오기: 가져오기형) -> None:
    세_글.고장 = lambda path: time.sleep(0.6)

    with pytest.raises(ImportFailed, match=r"0\.2초를 기다려도"):
        가져오기(timeout=0.2, retry_waits=())


def test_서버가_없으면_무엇을_볼지_말한다(가져오기: 가져오기형) -> None:
    with pytest.raises(ImportFailed, match=r"연결할 수 없습니다.*--base-url"):
        가져오기(base_url="http://127.0.0.1:9", retry_waits=())
    with pytest.raises(ImportFailed, match="http"):
        가져오기(base_url="file:///etc")
    with pytest.raises(ImportFailed, match="--key"):
        가져오기(key="  ")


@pytest.mark.parametrize("홑줄", [True, False])
@pytest.mark.parametrize("소수점", [True, False])
def test_홑줄과_소수점_번호도_알아듣는다(
    저장소: EntryStore, 서울: 가짜서울, 가져오기: 가져오기형, 홑줄: bool, 소수점: bool
) -> None:
    서울.홑줄, 서울.소수점 = 홑줄, 소수점
    서울.넣기("F", 1, "하나뿐인 물음", 답="답입니다.")

    assert 수(가져오기()) == (1, 0, 0, 0)
    assert 저장소.get("f1").source.id == "1"


def test_봉투를_바이트_그대로_읽는다() -> None:
    성공 = read_answer(
        '{"SearchDetailsFAQService":{"list_total_count":1,"RESULT":{"CODE":"INFO-000","MESSAGE":"정상 처리되었습니다"},"row":'
        '[{"FAQ_TP":"F","FAQ_SEQNO":289803.0,"QUEST":"물음","ANSWER":null,"UPDATE_YMDHMS":"20260102090000"}]}}'.encode()
    )
    assert (성공.code, 성공.total, dict(성공.rows[0])) == (
        "INFO-000", 1, {"FAQ_TP": "F", "FAQ_SEQNO": "289803", "QUEST": "물음", "ANSWER": "", "UPDATE_YMDHMS": "20260102090000"},
    )  # fmt: skip
    assert (
        read_answer('{"RESULT":{"CODE":"INFO-200","MESSAGE":"해당하는 데이터가 없습니다."}}'.encode()).code
        == "INFO-200"
    )
    assert (
        read_answer("<RESULT><CODE>INFO-100</CODE><MESSAGE><![CDATA[틀린 키]]></MESSAGE></RESULT>".encode()).message
        == "틀린 키"
    )
    xml = read_answer(b"\xef\xbb\xbf" + 봉투(자주, 1, [{"FAQ_SEQNO": "289803.0", "QUEST": "<물음> & 답"}], "xml"))
    assert dict(xml.rows[0]) == {"FAQ_SEQNO": "289803.0", "QUEST": "<물음> & 답"}
    with pytest.raises(UnreadableAnswer):
        read_answer(b"\xff\xfe{}")


def test_XML_속의_엔티티로_파일을_읽지_않는다(tmp_path: Path) -> None:
    비밀 = tmp_path / "비밀.txt"
    비밀.write_text("비밀글", "utf-8")
    with pytest.raises(UnreadableAnswer):
        read_answer(
            f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{비밀}">]><RESULT><CODE>INFO-200</CODE><MESSAGE>&x;</MESSAGE></RESULT>'.encode()
        )


# --- politeness, interruptions, the key ---------------------------------------------------------------------------


def test_물음과_물음_사이를_쉰다(세_글: 가짜서울, 가져오기: 가져오기형) -> None:
    때: list[float] = []
    세_글.고장 = lambda path: 때.append(time.monotonic())

    가져오기(pace_seconds=0.15)

    assert len(때) == 4
    assert min(뒤 - 앞 for 앞, 뒤 in pairwise(때)) > 0.12


죽을_가져오기 = """
import sys
from pathlib import Path
from kb.exchange import import_seoul
from kb.store import EntryStore

root, base, state, key = sys.argv[1:]
import_seoul(EntryStore(Path(root)), key=key, base_url=base, state_folder=Path(state), pace_seconds=0)
"""


def test_받다가_죽으면_저장소는_그대로이고_다음에는_남은_것만_묻는다(
    저장소: EntryStore, 서울: 가짜서울, 가져오기: 가져오기형, tmp_path: Path
) -> None:
    for 번호 in range(1, 41):
        서울.넣기("F", 번호, f"{번호}번 물음", 답=f"답은 {번호}입니다.")
    앞 = 저장소.head
    명령 = [sys.executable, "-c", 죽을_가져오기, str(저장소.root), 서울.주소, str(tmp_path / "받은것"), 열쇠]
    받는이 = subprocess.Popen(
        명령, env=os.environ | {"PYTHONPATH": "."}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )

    def 스무_번째에_죽인다(path: str) -> None:
        if path.endswith("/F/20/"):
            받는이.send_signal(signal.SIGKILL)
            받는이.wait()

    서울.고장 = 스무_번째에_죽인다
    출력, _ = 받는이.communicate(timeout=60)

    assert 받는이.returncode == -signal.SIGKILL
    assert 출력 == b""
    assert (저장소.head, len(저장소.all())) == (앞, 1)
    서울.고장 = lambda path: None
    서울.물음.clear()
    assert 수(가져오기()) == (40, 0, 0, 0)
    assert [int(path.split("/")[-2]) for path in 서울.상세물음()] == list(range(20, 41))
    assert 저장소.get("f7").body == "답은 7입니다.\n"


def test_받아_둔_것이_상했으면_다시_묻는다(세_글: 가짜서울, 가져오기: 가져오기형, tmp_path: Path) -> None:
    가져오기()
    next((tmp_path / "받은것").rglob("F-289803.json")).write_text('{"updated": "2024', "utf-8")
    세_글.물음.clear()

    assert 수(가져오기()) == (0, 0, 3, 0)
    assert len(세_글.상세물음()) == 1


@pytest.mark.parametrize(
    "고장", [None, 404, 302, 503, b"", b"CUT{", 실패봉투("INFO-300", f"키 {열쇠} 는 안 됩니다", "json")]
)
def test_인증키는_오류와_기록과_저장소_어디에도_없다(
    저장소: EntryStore,
    세_글: 가짜서울,
    가져오기: 가져오기형,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
    고장: bytes | int | None,
) -> None:
    세_글.고장 = lambda path: 고장
    오류: ImportFailed | None = None
    with caplog.at_level(logging.DEBUG):
        try:
            말 = repr(가져오기())
        except ImportFailed as error:
            오류, 말 = error, repr(error) + "".join(traceback.format_exception(error))
    출력 = capfd.readouterr()
    둔것 = "".join(
        path.read_text("utf-8", "replace")
        for path in tmp_path.rglob("*")
        if path.is_file() and ".git/objects" not in str(path)
    )

    for 모양 in (열쇠, quote(열쇠), quote(열쇠, safe=""), "7788"):
        assert 모양 not in 말 + caplog.text + 출력.out + 출력.err + 둔것
    assert 오류 is None or 오류.__context__ is None  # what urllib raised holds the whole address
    assert (오류 is None) == (고장 is None)


def test_sample_열쇠는_다섯_줄만_묻는다(세_글: 가짜서울, 가져오기: 가져오기형) -> None:
    세_글.고장 = lambda path: 실패봉투("INFO-200", "없음", "json")

    가져오기(key="sample")

    assert 세_글.물음 == ["/sample/json/SearchFAQService/1/5/"]


def test_얼마나_받았는지_알린다(세_글: 가짜서울, 가져오기: 가져오기형) -> None:
    들은것: list[tuple[int, int]] = []

    가져오기(on_progress=lambda done, total: 들은것.append((done, total)))

    assert 들은것 == [(1, 3), (2, 3), (3, 3)]
