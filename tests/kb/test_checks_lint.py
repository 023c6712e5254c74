"""`open120 check`가 글의 흠을 갈래와 무게와 함께 찾는다. 예는 모두 지어낸 것이다."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.checks import CODES, Finding, Linter, Severity
from kb.checks.codes import (
    BAD_PHONE,
    CLOSING_TITLE,
    DATED_TITLE,
    DEAD_LINK,
    EDITOR_RESIDUE,
    ESCAPED_ENTITY,
    EXPIRED,
    FONT_RESIDUE,
    LONG_SENTENCES,
    LOST_NUMBER,
    NEAR_DUPLICATE,
    NEVER_CHECKED,
    NO_ANSWER,
    NO_SOURCE,
    ODD_FACT,
    OLD_OFFICE,
    ONE_DISTRICT,
    OVERDUE,
    PERSONAL_DATA,
    RESIDENT_NUMBER,
    SAME_ANSWER,
    SAME_TITLE,
    SHORT_ANSWER,
    STAFF_NAME,
    STUB_ANSWER,
)
from kb.entry import SEOUL, Entry, Source, Status, Valid

만들기 = Callable[..., Entry]
오늘 = date(2026, 11, 25)
긴답 = "분실 신고를 먼저 하고 가까운 구청 여권 창구에서 다시 신청하면 나흘 뒤에 받습니다.\n"


def 살핀다(*entries: Entry, **둘레: Any) -> list[Finding]:
    return Linter().lint(entries, today=오늘, **둘레)


def 코드들(*entries: Entry, **둘레: Any) -> list[str]:
    return [finding.code for finding in 살핀다(*entries, **둘레) if finding.code != NEVER_CHECKED]


@pytest.fixture
def 성한글(항목: 만들기) -> 만들기:
    """아무것도 걸리지 않는 글에서 필요한 것만 바꾼다."""

    def make(**changes: Any) -> Entry:
        return 항목(**{"checked": date(2026, 11, 1), "review_by": date(2027, 5, 1), "body": 긴답} | changes)

    return make


def test_온전한_글에는_걸리는_것이_없다(성한글: 만들기) -> None:
    assert 살핀다(성한글()) == []


걸리는_글: list[tuple[str, dict[str, Any]]] = [
    (NO_ANSWER, {"body": "개월입니다"}),
    (NO_ANSWER, {"body": "년 월 일"}),
    (STUB_ANSWER, {"body": "은평구 확인사항"}),
    (STUB_ANSWER, {"body": "담당부서 문의 바람"}),
    (RESIDENT_NUMBER, {"body": 긴답 + "예: 880229-2345671"}),
    (RESIDENT_NUMBER, {"tags": ("880229-2345671",)}),
    (PERSONAL_DATA, {"body": 긴답 + "담당자 휴대전화 010-9876-5432로 연락하세요."}),
    (PERSONAL_DATA, {"facts": {"접수처": "nari.kim@naver.com으로 보냅니다."}}),
    (PERSONAL_DATA, {"body": 긴답 + "신한은행 110-234-567890으로 보냅니다."}),
    (STAFF_NAME, {"body": 긴답 + "문의: 교통지도과 김나정 주무관"}),
    (FONT_RESIDUE, {"body": "돋움 돋움 돋움\n\n" + 긴답}),
    (ESCAPED_ENTITY, {"title": "&amp;apos;녹지&amp;apos;는 무엇인가요?"}),
    (ESCAPED_ENTITY, {"title": "개인회생 & 파산은 어디에 묻나요?"}),
    (ODD_FACT, {"facts": {"준비물": "신분증"}}),
    (CLOSING_TITLE, {"title": "[사업종료] 아이 돌봄 지원"}),
    (CLOSING_TITLE, {"title": "시유재산의 용도폐지란 무엇인가요?"}),
    (DATED_TITLE, {"title": "2019년 문화 나들이는 어떻게 신청하나요?"}),
    (OLD_OFFICE, {"body": 긴답 + "자세한 것은 건설교통부 고시를 봅니다."}),
    (OLD_OFFICE, {"department": "서울메트로 영업처"}),
    (ONE_DISTRICT, {"body": 긴답 + "은평구청 공원녹지과에서 관리합니다."}),
    (ONE_DISTRICT, {"body": 긴답 + "신청일에 서초구에 주민등록이 되어 있어야 합니다."}),
    (LOST_NUMBER, {"body": 긴답 + "전광판은 년 월 일 설치되었습니다."}),
    (SHORT_ANSWER, {"facts": {}, "body": "구청에서 합니다.\n"}),
    (NO_SOURCE, {"source": Source()}),
    (OVERDUE, {"review_by": date(2026, 11, 24)}),
    (OVERDUE, {"review_by": None, "checked": date(2026, 5, 1)}),
    (EXPIRED, {"valid": Valid(until=date(2025, 12, 31))}),
    (BAD_PHONE, {"phone": "02-12-345"}),
    (BAD_PHONE, {"body": 긴답 + "전화는 02-123-456입니다."}),
    (BAD_PHONE, {"districts": ("강남구",), "phone": "031-123-4567"}),
    (NO_ANSWER, {"title": "주차는 할 수 있습니다", "body": "주차는   할 수    있습니다."}),
    (EDITOR_RESIDUE, {"body": "돋움 돋움체 " * 80}),
    (LONG_SENTENCES, {"body": ("아주 긴 문장은 " * 12 + "읽기 어렵습니다. ") * 3}),
    (DEAD_LINK, {"body": 긴답 + "[없는 안내](/faq/k999)"}),
    (DEAD_LINK, {"body": 긴답 + "[없는 주제](/topic/moon)"}),
]


@pytest.mark.parametrize(("갈래", "고침"), 걸리는_글, ids=lambda value: value if isinstance(value, str) else "")
def test_흠마다_그_갈래로_걸리고_고치는_길이_있다(성한글: 만들기, 갈래: str, 고침: dict[str, Any]) -> None:
    걸린것 = 살핀다(성한글(**고침), topics=["minwon"])

    assert 갈래 in [finding.code for finding in 걸린것]
    assert all(finding.hint and finding.message and finding.entry == "k1" for finding in 걸린것)


@pytest.mark.parametrize(
    "고침",
    [
        {"body": 긴답 + "영사안전콜센터는 02-3210-0404입니다. 나라 밖에서는 +82-2-6196-9110입니다."},
        {"body": 긴답 + "디지털성범죄 상담은 02-735-8994입니다. 긴급은 112와 1366, 층간소음은 1661-2642입니다."},
        {"body": 긴답 + "도서관은 02-2133-0301~2, 관리실은 02-765-4321입니다."},
        {"body": 긴답 + "주소는 서울 강남구 테헤란로 12, 3층 301호입니다."},
        {"body": 긴답 + "문의 메일은 help@library.seoul.kr입니다."},
        {"body": 긴답 + "교통지도과와 서울시 자치구가 함께 봅니다. 관리처 이주민센터 안내도 있습니다."},
        {"body": 긴답 + "공영주차장과 전용주차장은 시설관리공단이 맡습니다."},
        {"body": 긴답 + "행정안전부와 기후에너지환경부의 고시를 봅니다."},
        {
            "body": 긴답
            + "서울교통공사(옛 서울메트로)가 맡습니다. 구 건설교통부 고시와 행정자치부(현 행정안전부) 예규도 봅니다."
        },
        {"body": 긴답 + "강남구청과 서초구청이 함께 합니다."},
        {"body": 긴답 + "위치는 종로구 세종대로 175입니다."},
        {"title": "은평구 인공폭포는 누가 관리하나요?", "body": 긴답 + "은평구청 공원녹지과에서 관리합니다."},
        {"districts": ("은평구",), "body": 긴답 + "은평구청 공원녹지과에서 관리합니다."},
        {"title": "2027년 예산에 의견을 내려면?"},
        {"phone": "02-2133-4567~9"},
        {"phone": "02-120, 1577-1366"},
        {"phone": "1330"},
        {"title": "서울시 R&D 지원은 어디에 신청하나요?"},
        {"id": "p7", "facts": {"주소": "서울 종로구 세종대로 175", "요금": "무료"}},
        {
            "body": 긴답
            + "[나](/faq/k1) [주제](/topic/minwon) [옮긴 것](/faq/c9) [찾기](/search?q=1) [밖](https://a.kr/faq/k9)"
        },
        {"valid": Valid(until=date(2026, 11, 25))},
        {"review_by": date(2026, 11, 25)},
    ],
    ids=lambda value: str(value)[-34:],
)
def test_괜찮은_글은_걸지_않는다(성한글: 만들기, 고침: dict[str, Any]) -> None:
    assert 코드들(성한글(**고침), topics=["minwon"], redirects=["/faq/c9"]) == []


def test_끝값을_바꾸는_것은_게시된_글의_오류뿐이다(성한글: 만들기) -> None:
    초안, 게시 = (성한글(id=id, title=f"{id} 안내", body="은평구 확인사항", status=s)
                for id, s in (("k2", Status.DRAFT), ("k3", Status.PUBLISHED)))  # fmt: skip
    걸린것 = 살핀다(초안, 게시, 성한글(source=Source()))

    assert [finding.entry for finding in 걸린것 if finding.blocks] == ["k3"]
    assert {finding.entry for finding in 걸린것} == {"k1", "k2", "k3"}


def test_무거운_것부터_늘어놓는다(성한글: 만들기) -> None:
    걸린것 = 살핀다(성한글(checked=None, source=Source(), body="은평구 확인사항"))

    assert [finding.severity for finding in 걸린것] == sorted(
        (finding.severity for finding in 걸린것), key=lambda severity: severity.weight
    )
    assert 걸린것[0].severity is Severity.ERROR


def test_찾은_개인정보를_말에_옮기지_않는다(성한글: 만들기) -> None:
    for finding in 살핀다(성한글(body=긴답 + "880229-2345671, 010-9876-5432, nari.kim@naver.com")):
        assert not {"2345671", "9876", "nari"} & set(finding.message.replace("-", " ").split())


# --- several entries together -------------------------------------------------------------------------------------


def test_제목이_같은_글은_한_묶음으로_한_번_걸린다(성한글: 만들기) -> None:
    글들 = [성한글(id=f"k{n}", body=긴답 + f"{n}층에서 합니다.", title=제목)
          for n, 제목 in ((1, "지체상금이란?"), (2, "지체 상금이란"), (3, "다른 제목"))]  # fmt: skip
    (걸린것,) = 살핀다(*글들)

    assert (걸린것.code, 걸린것.entry, 걸린것.others) == (SAME_TITLE, "k1", ("k2",))
    assert "답이 서로 다릅니다" in 걸린것.message


def test_다른_구의_같은_제목은_다른_글이다(성한글: 만들기) -> None:
    글들 = [성한글(id=f"k{n}", districts=(구,), body=긴답 + f"{n}층에서 합니다.")
          for n, 구 in ((1, "강남구"), (2, "서초구"))]  # fmt: skip

    assert 살핀다(*글들) == []


def test_제목은_다른데_답이_같은_글(성한글: 만들기) -> None:
    (걸린것,) = 살핀다(성한글(), 성한글(id="k2", title="여권을 새로 만들려면?"))

    assert (걸린것.code, 걸린것.entry, 걸린것.others) == (SAME_ANSWER, "k1", ("k2",))


여러문장 = "".join(
    f"{낱말} 창구에서는 신청서와 사진을 함께 받고 접수증을 내어 줍니다. " for 낱말 in "가나다라마바사아자차"
)


def test_몇_글자만_다른_글은_거의_같은_글이다(성한글: 만들기) -> None:
    닮은글 = 여러문장.replace("사진을", "사진들을", 1)
    (걸린것,) = 살핀다(성한글(body=여러문장), 성한글(id="k2", title="접수는 어떻게 하나요?", body=닮은글))

    assert (걸린것.code, 걸린것.others) == (NEAR_DUPLICATE, ("k2",))


@pytest.mark.parametrize(
    "다른것",
    [{"body": 여러문장 + "수수료는 6만 원입니다."}, {"districts": ("강남구",)}, {"body": "다른 이야기입니다. " * 20}],
)
def test_숫자나_구가_다르면_다른_답이다(성한글: 만들기, 다른것: dict[str, Any]) -> None:
    첫글 = 성한글(body=여러문장 + "수수료는 5만 원입니다.")
    다른글 = 성한글(
        **{"id": "k2", "title": "접수는 어떻게 하나요?", "body": 첫글.body.replace("사진을", "사진들을")} | 다른것
    )

    assert 코드들(첫글, 다른글) == []


def test_닮은_글이_많아도_숫자가_같은_짝을_찾는다(성한글: 만들기) -> None:
    """같은 틀의 글이 서른을 넘어도(값만 다른 표) 값까지 같은 둘은 걸린다."""
    글들 = [
        성한글(id=f"k{n}", title=f"{n}번 창구", body=여러문장 + f"수수료는 {max(n, 2)}천 원입니다." + "가" * n)
        for n in range(1, 41)
    ]

    assert [(f.code, f.entry, f.others) for f in 살핀다(*글들)] == [(NEAR_DUPLICATE, "k1", ("k2",))]


def test_표의_줄은_문장이_아니다(성한글: 만들기) -> None:
    긴표 = "| 무엇 | 설명 |\n|---|---|\n" + ("| 칸 | " + "길고 긴 설명이 이어집니다. " * 9 + "|\n") * 3

    assert 살핀다(성한글(body=긴답 + "\n" + 긴표)) == []


def test_내린_글은_보내는_곳만_본다(성한글: 만들기) -> None:
    내린글 = 성한글(id="k2", status=Status.RETIRED, redirect_to="k1", body="", source=Source())

    assert 코드들(성한글(), 내린글) == []
    assert 코드들(내린글) == [DEAD_LINK]
    assert 코드들(성한글(body=긴답 + "[옛 글](/faq/k2)"), 내린글) == []


def test_초안으로_가는_링크는_끊긴_링크다(성한글: 만들기) -> None:
    초안 = 성한글(
        id="k2",
        title="아직 쓰는 글",
        status=Status.DRAFT,
        body="버스는 정류장에서 기다렸다가 앞문으로 타고, 내릴 때는 뒷문으로 내립니다.",
    )

    assert 코드들(성한글(body=긴답 + "[쓰는 글](/faq/k2)"), 초안) == [DEAD_LINK]


def test_가져오며_고친_것은_손대기_전까지만_알린다(성한글: 만들기) -> None:
    글 = 성한글()
    기록: Mapping[str, tuple[str, tuple[str, ...]]] = {"k1": (글.version, (FONT_RESIDUE, ESCAPED_ENTITY))}

    assert [(f.code, f.severity) for f in 살핀다(글, mended=기록)] == [
        (FONT_RESIDUE, Severity.NOTE),
        (ESCAPED_ENTITY, Severity.NOTE),
    ]
    assert 살핀다(성한글(body=긴답 + "손댔습니다."), mended=기록) == []


def test_다시_살피면_바뀐_글의_결과만_달라진다(성한글: 만들기) -> None:
    살피는이 = Linter()
    둘째답 = "버스는 정류장에서 기다렸다가 앞문으로 타고, 내릴 때는 뒷문으로 내립니다."
    둘 = [성한글(), 성한글(id="k2", title="다른 안내", body=둘째답, source=Source())]
    처음 = 살피는이.lint(둘, today=오늘)

    assert 살피는이.lint(둘, today=오늘) == 처음
    assert [f.code for f in 처음] == [NO_SOURCE]
    고친것 = [성한글(body="담당부서 문의 바람"), 성한글(id="k2", title="다른 안내", body=둘째답)]
    assert [f.code for f in 살피는이.lint(고친것, today=오늘)] == [STUB_ANSWER]
    assert 살피는이.lint([], today=오늘) == []


# --- any text -----------------------------------------------------------------------------------------------------

아무글 = st.one_of(
    st.text(max_size=120),
    st.text(alphabet="가나다김이박최담당과팀 구청강남서초0123456789-~|#*[]()/&;돋움년월일.\n", max_size=200),
)
한줄 = 아무글.map(lambda text: " ".join("".join(c for c in text if c.isprintable()).split())).filter(bool)


@settings(max_examples=150, deadline=None)
@given(제목=한줄, 본문=아무글, 부서=한줄, 전화=한줄, 항목값=아무글)
def test_어떤_글이_와도_넘어지지_않는다(제목: str, 본문: str, 부서: str, 전화: str, 항목값: str) -> None:
    def 글(id: str) -> Entry:
        return Entry(id=id, title=제목, topic="교통", department=부서, phone=전화, facts={"수수료": 항목값}, body=본문,
                     updated=datetime(2026, 1, 1, tzinfo=SEOUL))  # fmt: skip

    for finding in 살핀다(글("k1"), 글("k2")):
        assert finding.code in CODES
        assert finding.as_json()["severity"] in ("error", "warning", "note")


def test_갈래마다_한국어_이름과_고치는_길이_있다() -> None:
    for told in CODES.values():
        assert told.name
        assert told.hint.endswith((".", "요."))
