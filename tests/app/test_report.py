"""편집실의 살핀 결과와 `open120 check`: 같은 규칙으로 세고, 게시된 글의 오류만 끝값을 바꾼다."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from app.findings import Findings
from app.health import check
from app.running import Running
from kb.checks import Severity
from kb.entry import Entry, Source, Status
from kb.store import Change, EntryStore
from tests.app.conftest import Browser

만들기 = Callable[..., Entry]
오늘 = date(2026, 11, 25)


@pytest.fixture
def 글들(저장소: EntryStore, 항목: 만들기) -> EntryStore:
    """여권(k1, 민원여권과) 곁에: 살필 날이 지난 글, 출처 없는 글, 답을 미룬 초안."""
    저장소.save_all(
        [
            항목(id="k2", title="주차 과태료는 어떻게 내나요?", department="교통지도과", checked=date(2025, 1, 1), body="고지서의 계좌로 보내거나 인터넷으로 냅니다. 이의가 있으면 먼저 의견을 냅니다."),
            항목(id="k3", title="<b>견인</b>된 차는?", department="교통지도과", source=Source(), body="가까운 견인 차량 보관소에서 찾습니다. 신분증과 견인료를 가지고 가야 합니다."),
            항목(id="k4", title="전광판 안내", department="", status=Status.DRAFT, body="은평구 확인사항", held=("stub_answer",)),
        ],
        change=Change(role="editor", reason="시험"),
    )  # fmt: skip
    return 저장소


def test_부서마다_지난_것_걸린_것_확인한_적_없는_것을_센다(편집자: Browser, 글들: EntryStore) -> None:
    쪽 = 편집자.쪽("/desk/report")
    줄 = {tr.th.text: [int("".join(c for c in td.text if c.isdigit())) for td in tr.find_all("td")]
         for tr in 쪽.find_all("table")[1].tbody.find_all("tr")}  # fmt: skip

    assert 줄 == {"교통지도과": [2, 1, 1, 1], "민원여권과": [1, 0, 0, 1], "부서 없음": [1, 0, 1, 1]}


def test_갈래마다의_수에서_그_글들로_간다(편집자: Browser, 글들: EntryStore) -> None:
    링크 = 편집자.쪽("/desk/report").find("a", string="출처 없음")

    쪽 = 편집자.쪽(링크["href"])
    assert 쪽.find("a", href="/faq/k3")
    assert "source에" in 쪽.find("main").text
    assert not 쪽.find("a", href="/faq/k2")


def test_부서의_글을_골라_본다(편집자: Browser, 글들: EntryStore) -> None:
    assert 편집자.쪽("/desk/report?office=교통지도과&kind=late").find("a", href="/faq/k2")
    assert not 편집자.쪽("/desk/report?office=교통지도과&kind=late").find("a", href="/faq/k3")
    쪽 = 편집자.쪽("/desk/report?office=부서 없음")
    assert "답을 다른 곳에 미룰" in 쪽.text
    assert not 쪽.find("a", href="/faq/k4"), "초안은 아직 쪽이 없다"
    assert "걸린 안내가 없습니다" in 편집자.쪽("/desk/report?office=없는과").text


@pytest.mark.parametrize("물음", ["?code=모르는것", "?office=교통지도과&page=x", "?office=교통지도과&page=99&kind=z"])
def test_이상한_물음에도_답한다(편집자: Browser, 글들: EntryStore, 물음: str) -> None:
    assert 편집자.연다(f"/desk/report{물음}").status_code == 200


def test_부서가_많으면_쉰_곳씩_나누어_보인다(편집자: Browser, 저장소: EntryStore, 항목: 만들기) -> None:
    저장소.save_all(
        [항목(id=f"k{n}", title=f"{n}번 안내", department=f"{n}과", source=Source()) for n in range(2, 54)],
        change=Change(role="editor", reason="시험"),
    )

    def 부서들(쪽: str) -> list[str]:
        return [tr.th.text for tr in 편집자.쪽(쪽).find_all("table")[1].tbody.find_all("tr")]

    첫쪽, 둘째쪽 = 부서들("/desk/report"), 부서들("/desk/report?office=&code=&kind=&page=2")
    assert (len(첫쪽), len(둘째쪽)) == (50, 3)
    assert not set(첫쪽) & set(둘째쪽)
    assert 편집자.쪽("/desk/report").find("a", href=lambda href: href and "page=2" in href)


def test_제목의_꾸밈은_글로_보인다(편집자: Browser, 글들: EntryStore) -> None:
    assert "<b>견인" not in 편집자.연다("/desk/report?office=교통지도과").text


def test_글을_고치면_결과도_바뀐다(편집자: Browser, 글들: EntryStore) -> None:
    assert 편집자.쪽("/desk/report?code=no_source").find("a", href="/faq/k3")

    글들.save(
        replace(글들.get("k3"), source=Source(name="도로교통법 제36조")), change=Change(role="editor", reason="출처")
    )

    assert not 편집자.쪽("/desk/report?code=no_source").find("a", href="/faq/k3")


def test_로그인한_편집자만_본다(시민: Browser, 글들: EntryStore) -> None:
    답 = 시민.연다("/desk/report")

    assert 답.status_code == 303
    assert "/desk/login" in 답.location


def test_편집실_어디서나_갈_수_있다(편집자: Browser) -> None:
    assert 편집자.쪽("/desk/").find("a", href="/desk/report")


# --- open120 check ------------------------------------------------------------------------------------------------


def test_주의와_초안의_오류는_끝값을_바꾸지_않는다(인스턴스: Running, 글들: EntryStore) -> None:
    결과 = check(인스턴스, today=오늘)

    assert 결과["ok"] is True
    assert 결과["content"]["blocking"] == 0
    assert 결과["content"]["codes"]["no_source"] == 1
    assert [f["entry"] for f in 결과["findings"] if f["code"] == "stub_answer"] == ["k4"]


def test_게시된_글의_오류는_끝값을_바꾼다(인스턴스: Running, 글들: EntryStore) -> None:
    글들.save(replace(글들.get("k2"), body="은평구 확인사항"), change=Change(role="editor", reason="망침"))
    결과 = check(인스턴스, today=오늘)

    assert 결과["ok"] is False
    assert 결과["content"]["blocking"] == 1


def test_늘어놓는_것만_줄이고_세는_것은_줄이지_않는다(인스턴스: Running, 글들: EntryStore) -> None:
    오류만 = check(인스턴스, today=오늘, severity=Severity.ERROR)
    하나만 = check(인스턴스, today=오늘, code="never_checked", limit=1)
    모두 = check(인스턴스, today=오늘, limit=0)

    assert {f["severity"] for f in 오류만["findings"]} == {"error"}
    assert [f["code"] for f in 하나만["findings"]] == ["never_checked"]
    assert 오류만["content"] == 하나만["content"] == 모두["content"]
    assert len(모두["findings"]) == sum(모두["content"]["codes"].values())


def test_읽을_수_없는_글은_빼고_나머지를_살핀다(인스턴스: Running, 글들: EntryStore) -> None:
    (글들.root / "entries/minwon/k3.md").write_text("머리말이 없는 글", "utf-8")
    결과 = check(인스턴스, today=오늘)

    assert [fault.split(" ")[0] for fault in 결과["bad_entries"]] == ["entries/minwon/k3.md"]
    assert 결과["ok"] is False
    assert "stub_answer" in 결과["content"]["codes"]


def test_글이_그대로면_다시_살피지_않는다(글들: EntryStore) -> None:
    살핌 = Findings(글들)

    assert 살핌(오늘) is 살핌(오늘)
    assert 살핌(date(2026, 11, 26)) is not 살핌(오늘)
