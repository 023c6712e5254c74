"""여러 안내의 같은 링크와 전화를 한꺼번에 바꾸고 되돌린다."""

from dataclasses import replace

import pytest

from app.running import Running
from app.worker import run_pending
from corrections import bulk
from corrections.bulk import BulkChange, BulkState, What, replaced
from corrections.errors import BadBulk
from db import Database
from db.events import replay, verify_chain
from kb.history import history
from kb.routing import contacts
from kb.store import Change, EntryStore
from tests.app.conftest import Browser, 두_데이터베이스
from tests.conftest import 여권

옛, 새 = "https://www.gu.go.kr/pass", "https://pass.seoul.go.kr/"


@pytest.fixture
def 세안내(저장소: EntryStore) -> EntryStore:
    """옛 주소가 적힌 안내 셋. k2의 것은 더 긴 주소의 토막이기도 하다."""
    저장소.save_all(
        [
            replace(여권, id="k1", body=f"여기서 봅니다: {옛}\n"),
            replace(여권, id="k2", title="여권 사진", body=f"[규격]({옛})과 {옛}/photo 를 봅니다.\n"),
            replace(여권, id="k3", title="여권 수수료", facts={"누리집": 옛}),
        ],
        change=Change(role="editor", reason="세 안내"),
    )
    return 저장소


@pytest.mark.parametrize(
    ("무엇", "옛글", "새글"),
    [
        (What.LINK, f"({옛})", f"({새})"),
        (What.LINK, f"{옛}.", f"{새}."),
        (What.LINK, f"{옛}에서", f"{옛}에서"),
        (What.LINK, f"{옛}/more {옛}?a=1 {옛}port {옛}.html", f"{옛}/more {옛}?a=1 {옛}port {옛}.html"),
        (What.PHONE, "☎02-120, 02-1200 102-120 02-120-1", "☎02-999, 02-1200 102-120 02-120-1"),
        (What.PHONE, "02-120으로 전화", "02-999으로 전화"),
    ],
)
def test_더_긴_주소나_번호의_토막은_건드리지_않는다(무엇: What, 옛글: str, 새글: str):
    앞뒤 = (옛, 새) if 무엇 is What.LINK else ("02-120", "02-999")

    assert replaced(replace(여권, body=옛글), 무엇, *앞뒤).body == f"{새글}\n"


@pytest.mark.parametrize(
    ("무엇", "앞", "뒤"),
    [
        ("link", "javascript:alert(1)", 새),
        ("link", 옛, "그냥 글"),
        ("link", 옛, 옛),
        ("phone", "02-120", "전화 없음"),
        ("phone", "1", "02-120"),
        ("word", "가", "나"),
    ],
)
def test_링크_하나나_번호_하나가_아니면_받지_않는다(무엇: str, 앞: str, 뒤: str):
    with pytest.raises(BadBulk):
        bulk.checked(무엇, 앞, 뒤)


@두_데이터베이스
def test_링크를_미리_보고_골라_커밋_하나로_바꾸고_한_번에_되돌린다(
    다른편집자: Browser, 인스턴스: Running, 세안내: EntryStore, database: Database
):
    미리 = f"/desk/bulk?what=link&old={옛}&new={새}"
    쪽 = 다른편집자.쪽(미리)
    assert [칸["value"] for 칸 in 쪽.select("input[name=entry][checked]")] == ["k1", "k2", "k3"]
    assert 새 in 쪽.select_one("ins").text
    양식 = 다른편집자.양식(미리, 갈곳="entry")

    assert 다른편집자.client.post("/desk/bulk", data=양식 | {"entry": ["k2", "k3"], "reason": ""}).status_code == 422
    assert 다른편집자.client.post("/desk/bulk", data=양식 | {"entry": [], "reason": "옮김"}).status_code == 422
    답 = 다른편집자.client.post("/desk/bulk", data=양식 | {"entry": ["k2", "k3"], "reason": "누리집이 옮김"})
    assert 답.location == "/desk/bulk/1"
    앞 = 세안내.head
    run_pending(database, 인스턴스.handlers())
    assert bulk.settle(database, 세안내, 1) == 세안내.head != 앞
    assert 옛 in 세안내.get("k1").body
    assert 세안내.get("k2").body == f"[규격]({새})과 {옛}/photo 를 봅니다.\n"
    assert {history(세안내, id)[0].sha for id in ("k2", "k3")} == {세안내.head}
    assert 새 in (인스턴스.instance.site / "current/faq/k3.html").read_text("utf-8")

    세안내.save(replace(세안내.get("k2"), title="여권 사진 규격"), change=Change(role="editor", reason="제목"))
    assert 다른편집자.보낸다("/desk/bulk/1/undo", 양식="/desk/bulk/1", 갈곳="undo").status_code == 303
    run_pending(database, 인스턴스.handlers())
    assert (세안내.get("k2").title, 새 in 세안내.get("k2").body) == ("여권 사진 규격", False)
    assert 세안내.get("k3").facts == {"누리집": 옛}
    with database.reading() as session:
        assert session.get_one(BulkChange, 1).state is BulkState.UNDONE
        assert replay(session, "bulk/") == {"bulk/1": "undone"}
        assert verify_chain(session) == []


def test_전화는_책임_편집자가_올려도_다른_편집자가_확인해야_바뀐다(
    편집자: Browser, 다른편집자: Browser, 인스턴스: Running, database: Database
):
    미리 = "/desk/bulk?what=phone&old=02-120&new=02-999-1234"
    양식 = 다른편집자.양식(미리, 갈곳="entry") | {"entry": "k1", "reason": "번호가 바뀜"}
    assert 다른편집자.client.post("/desk/bulk", data=양식).status_code == 303
    assert "확인하고 바꾸기" not in 다른편집자.쪽("/desk/bulk/1").get_text()
    assert 다른편집자.client.post("/desk/bulk/1/confirm", data=양식).status_code == 403
    assert run_pending(database, 인스턴스.handlers()).done == 0

    assert 편집자.보낸다("/desk/bulk/1/confirm", 양식="/desk/bulk/1", 갈곳="confirm").status_code == 303
    run_pending(database, 인스턴스.handlers())
    assert 인스턴스.store.get("k1").phone == "02-999-1234"
    연락처 = contacts((인스턴스.store.root / "routing.yml").read_text("utf-8"))["민원여권과"]
    assert (연락처.phone, 연락처.correction) == ("02-999-1234", None), "부서 표도 함께 바뀐다"
    assert 편집자.client.post("/desk/bulk/1/drop", data=편집자.양식("/desk/")).status_code == 409

    편집자.보낸다("/desk/bulk/1/undo", 양식="/desk/bulk/1", 갈곳="undo")
    run_pending(database, 인스턴스.handlers())
    assert 인스턴스.store.get("k1").phone == "02-120"
    assert contacts((인스턴스.store.root / "routing.yml").read_text("utf-8")) == {}, "되돌리면 부서 표에서도 빠진다"


def test_파일에_싣고_죽어도_다시_하면_커밋은_하나다(
    다른편집자: Browser, 세안내: EntryStore, 인스턴스: Running, database: Database, monkeypatch: pytest.MonkeyPatch
):
    양식 = 다른편집자.양식(f"/desk/bulk?what=link&old={옛}&new={새}", 갈곳="entry")
    다른편집자.client.post("/desk/bulk", data=양식 | {"entry": ["k1", "k2"], "reason": "누리집이 옮김"})
    with monkeypatch.context() as 죽음:
        죽음.setattr(bulk, "_touched", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bulk.settle(database, 세안내, 1)
    세안내.save(replace(세안내.get("k3"), title="그사이 다른 글"), change=Change(role="editor", reason="사이"))

    sha = bulk.settle(database, 세안내, 1)

    with database.reading() as session:
        끝 = session.get_one(BulkChange, 1)
        assert (끝.state, 끝.commit_sha, list(끝.skipped)) == (BulkState.APPLIED, sha, [])
    assert [판.sha for 판 in history(세안내, "k1") if "Bulk" in 판.trailers] == [sha]
