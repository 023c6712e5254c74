"""시민이 찾고, 틀린 곳을 알리고, 결과를 확인한다."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select

from app.citizen.views import BY_NUMBER
from app.running import Running
from corrections.models import Correction
from db import Database
from kb.entry import Entry, Status
from kb.store import Change, EntryStore
from tests.app.conftest import Browser
from tests.app.test_public import 나쁜_글


def 요청수(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Correction)) or 0


def 오류들(html: str) -> list[str]:
    return [a["href"] for a in BeautifulSoup(html, "lxml").select(".error-summary a")]


# --- 수정 요청 ---


def test_보내면_접수증으로_가고_번호와_코드가_보인다(시민: Browser, database: Database):
    답 = 시민.보낸다("/correct/k1", kind="fee", proposal="5만 3천 원입니다.")

    assert 답.status_code == 303
    접수증 = 시민.쪽(답.location).get_text(" ", strip=True)
    assert re.search(r"\d{4}-\d{6}", 접수증)
    assert re.search(r"[0-9A-HJKMNP-TV-Z]{8}", 접수증)
    assert "접수했습니다" in 접수증
    assert 요청수(database) == 1


def test_양식은_무엇을_고치는지와_골라_온_부분을_보여_준다(시민: Browser, 저장소: EntryStore):
    쪽 = 시민.쪽("/correct/k1?quote=%20수수료는%205만%20원입니다.")

    assert "여권을 잃어버렸어요" in 쪽.get_text()
    assert 쪽.find("textarea", {"name": "quoted"}).text.strip() == "수수료는 5만 원입니다."
    assert 쪽.find("input", {"name": "v"})["value"] == 저장소.get("k1").version
    assert [script["src"] for script in 쪽.find_all("script")] == ["/static/suggest.js"]
    assert 쪽.find("meta", {"name": "robots"})["content"].startswith("noindex")


def test_보던_글이_바뀌었으면_알려_준다(시민: Browser):
    assert "그사이 바뀌었습니다" in 시민.연다("/correct/k1?v=aaaaaaaaaaaa").text
    assert "그사이 바뀌었습니다" not in 시민.연다("/correct/k1").text


def test_틀리면_어느_칸인지_말하고_적은_글을_지키며_저장하지_않는다(시민: Browser, database: Database):
    답 = 시민.보낸다("/correct/k1", quoted="제가 적은 글", evidence="구청 누리집")

    assert 답.status_code == 422
    assert 오류들(답.text) == ["#kind-0", "#proposal"]
    쪽 = BeautifulSoup(답.text, "lxml")
    assert all(쪽.find(id=곳.removeprefix("#")) for 곳 in 오류들(답.text))
    assert 쪽.find("textarea", {"name": "quoted"}).text.strip() == "제가 적은 글"
    assert 쪽.find("textarea", {"name": "evidence"}).text.strip() == "구청 누리집"
    assert 쪽.title.text.startswith("오류:")
    assert 요청수(database) == 0


def test_틀린_뒤에_고쳐_보내면_접수된다(시민: Browser, database: Database):
    첫답 = 시민.보낸다("/correct/k1", kind="fee")
    표 = {i["name"]: i["value"] for i in BeautifulSoup(첫답.text, "lxml").select("form input[type=hidden]")}

    assert 시민.client.post("/correct/k1", data=표 | {"kind": "fee", "proposal": "5만 3천 원"}).status_code == 303
    assert 요청수(database) == 1


def test_같은_양식을_두_번_보내면_같은_접수증이다(시민: Browser, database: Database):
    양식 = 시민.양식("/correct/k1") | {"kind": "fee", "proposal": "5만 3천 원"}

    assert 시민.client.post("/correct/k1", data=양식).location == 시민.client.post("/correct/k1", data=양식).location
    assert 요청수(database) == 1


def test_없는_안내에는_찾기가_있는_404로_답한다(시민: Browser):
    답 = 시민.연다("/correct/k404")

    assert 답.status_code == 404
    assert "‘k404’ 항목이 없습니다" in 답.text
    assert BeautifulSoup(답.text, "lxml").select_one('form[action="/search"]')


def test_내린_안내에는_까닭과_옮긴_곳을_말한다(시민: Browser, 저장소: EntryStore, 항목: Callable[..., Entry]):
    저장소.save(항목(id="k2", status=Status.RETIRED, redirect_to="k1"), change=Change(role="editor", reason="옮김"))

    답 = 시민.연다("/correct/k2")

    assert 답.status_code == 410
    assert BeautifulSoup(답.text, "lxml").find("a", href="/faq/k1")


def test_초안이_있다는_것도_알려_주지_않는다(시민: Browser, 저장소: EntryStore, 항목: Callable[..., Entry]):
    저장소.save(항목(id="k3", title="비밀 계획", status=Status.DRAFT), change=Change(role="editor", reason="초안"))

    답 = 시민.연다("/correct/k3")

    assert 답.status_code == 404
    assert "비밀 계획" not in 답.text


def test_표가_없는_양식은_받지_않고_적은_글은_돌려준다(시민: Browser, database: Database):
    답 = 시민.client.post("/correct/k1", data={"kind": "fee", "proposal": "<b>5만 3천 원</b>", "token": "표"})

    assert 답.status_code == 403
    assert 요청수(database) == 0
    쪽 = BeautifulSoup(답.text, "lxml")
    assert 쪽.find("textarea", {"name": "proposal"}).text.strip() == "<b>5만 3천 원</b>"
    다시 = {i["name"]: i["value"] for i in 쪽.select("form[method=post] input")} | {"proposal": "5만 3천 원"}
    assert 시민.client.post("/correct/k1", data=다시).status_code == 303


@pytest.mark.parametrize("글", 나쁜_글)
def test_어느_칸에_무엇을_넣어도_글로만_보인다(
    시민: Browser, 편집자: Browser, 저장소: EntryStore, 항목: Callable[..., Entry], 글: str
):
    저장소.save(
        replace(저장소.get("k1"), title=글, facts={글: 글}, body=f"본문입니다.\n\n{글}\n"),
        change=Change(role="editor", reason="나쁜 글"),
    )
    틀린답 = 시민.보낸다("/correct/k1", quoted=글, evidence=글, kind=글, v=글)
    보냄 = 시민.보낸다("/correct/k1", kind="typo", quoted=글, proposal=글, evidence=글)
    번호 = int(보냄.location.rsplit("-", 1)[1])

    for html in (
        틀린답.text,
        시민.연다(보냄.location).text,
        시민.client.get("/correct/k1", query_string={"quote": 글, "v": 글}).text,
        시민.client.get("/search", query_string={"q": 글, "topic": 글, "district": 글}).text,
        시민.client.get("/receipt", query_string={"number": 글}).text,
        시민.client.post("/correct/k1", data={"proposal": 글}).text,
        편집자.연다("/desk/").text,
        편집자.연다(f"/desk/corrections/{번호}").text,
        편집자.보낸다(
            f"/desk/corrections/{번호}/preview",
            양식=f"/desk/corrections/{번호}",
            갈곳="preview",
            body=글 + "!",
            note=글,
        ).text,
    ):
        쪽 = BeautifulSoup(html, "lxml")
        assert not 쪽.find(["iframe", "style", "img"])
        assert all(script["src"].startswith("/static/") and not script.text for script in 쪽.find_all("script"))
        assert all(not svg.find_parent("main") for svg in 쪽.find_all("svg"))
        assert not [t for t in 쪽.find_all(True) for name in t.attrs if name.startswith("on") or name == "autofocus"]
        assert not [a for a in 쪽.find_all(href=True) if a["href"].strip().lower().startswith(("javascript:", "data:"))]
        assert "49" not in [t.get_text(strip=True) for t in 쪽.find_all(["p", "dd", "h1"])]


def test_개인정보를_가렸으면_접수증이_말한다(시민: Browser):
    접수증 = 시민.쪽(시민.보낸다("/correct/k1", kind="fee", proposal="010-1234-5678로 연락 주세요").location)

    assert "개인정보로 보이는 것이 있어 가리고" in 접수증.get_text()
    assert "010-1234-5678" not in 접수증.get_text()


# --- 접수 확인 ---


@pytest.fixture
def 접수증(시민: Browser, 보낸요청: Callable[..., int]) -> tuple[str, str]:
    """방금 보낸 요청의 번호와 코드."""
    보낸요청()
    with 시민.client.session_transaction() as session:
        ((번호, (코드, _)),) = session["receipts"].items()
    return 번호, 코드


def test_번호와_코드를_넣으면_접수증이_열린다(앱: Flask, 접수증: tuple[str, str]):
    다른기기 = Browser(앱.test_client())

    답 = 다른기기.보낸다("/receipt", number=접수증[0].replace("-", " "), code=접수증[1].lower())

    assert 답.status_code == 303
    assert "접수했습니다" in 다른기기.쪽(답.location).get_text()


def test_없는_번호와_틀린_코드는_같은_답이다(앱: Flask, 접수증: tuple[str, str]):
    다른기기 = Browser(앱.test_client())

    틀린코드 = 다른기기.보낸다("/receipt", number=접수증[0], code="WRONGC0D")
    없는번호 = 다른기기.보낸다("/receipt", number="2611-999999", code=접수증[1])

    assert 틀린코드.status_code == 없는번호.status_code == 404
    assert _가린(틀린코드.text, 접수증[0]) == _가린(없는번호.text, "2611-999999")
    assert 접수증[1] not in 없는번호.text


def _가린(html: str, number: str) -> str:
    return re.sub(r'name="csrf_token" value="[^"]*"', "", html.replace(number, "번호"))


def test_번호만_알아서는_있는_번호인지도_알_수_없다(앱: Flask, 접수증: tuple[str, str]):
    다른기기 = Browser(앱.test_client())

    있는, 없는 = 다른기기.연다(f"/receipt/{접수증[0]}"), 다른기기.연다("/receipt/2611-999999")

    assert (있는.status_code, 없는.status_code) == (303, 303)
    assert 있는.location.replace(접수증[0], "") == 없는.location.replace("2611-999999", "")


def test_여러_번_틀리면_맞는_코드도_잠시_막는다(앱: Flask, 접수증: tuple[str, str]):
    for _ in range(BY_NUMBER.times):
        assert Browser(앱.test_client()).보낸다("/receipt", number=접수증[0], code="WRONGC0D").status_code == 404

    다른기기 = Browser(앱.test_client())
    막힘 = 다른기기.보낸다("/receipt", number=접수증[0], code=접수증[1])

    assert 막힘.status_code == 429
    assert "02-120" in 막힘.text


def test_한_주소에서_번호를_바꿔_가며_두드려도_막힌다(앱: Flask, 접수증: tuple[str, str]):
    누구 = Browser(앱.test_client())

    답들 = [누구.보낸다("/receipt", number=f"2611-{n:06d}", code="WRONGC0D").status_code for n in range(900, 922)]

    assert 답들 == [404] * 20 + [429] * 2


def test_접수증은_어디에도_남지_않는다(시민: Browser, 접수증: tuple[str, str]):
    답 = 시민.연다(f"/receipt/{접수증[0]}")

    assert 답.headers["Cache-Control"] == "no-store"
    assert 답.headers["X-Robots-Tag"] == "noindex"


# --- 찾기 ---


def test_찾으면_맞는_안내가_나온다(시민: Browser):
    쪽 = 시민.쪽("/search?q=여권 재발급")

    assert 쪽.select_one(".list a")["href"] == "/faq/k1"
    assert 쪽.find("input", {"name": "q", "id": "q"})["value"] == "여권 재발급"
    assert len(쪽.find_all(id="q")) == 1
    assert 쪽.find("meta", {"name": "robots"})["content"].startswith("noindex")


def test_없으면_다른_길을_알려_준다(시민: Browser):
    쪽 = 시민.쪽("/search?q=쀍뷁&district=강남구")

    글 = 쪽.get_text(" ", strip=True)
    assert "찾지 못했습니다" in 글
    assert "02-120" in 글
    assert 쪽.find("a", href="/topic/minwon")
    assert 쪽.find("a", string="분야와 지역을 빼고 다시 찾기")


def test_분야로_좁힐_수_있다(시민: Browser):
    assert 시민.쪽("/search?q=여권&topic=minwon").select("[data-results] a")
    assert not 시민.쪽("/search?q=여권&topic=gyotong").select("[data-results] a")


@pytest.mark.parametrize(
    "물음",
    ["", "q=", "q=%00%ff", "q=여권&page=-1", "q=여권&page=99999", "q=여권&page=x", "topic=없음", "q=" + "가" * 5000],
)
def test_무엇을_물어도_쪽이_나온다(시민: Browser, 물음: str):
    assert 시민.연다(f"/search?{물음}").status_code == 200


def test_여러_쪽이면_물음을_지키며_넘긴다(
    시민: Browser, 저장소: EntryStore, 항목: Callable[..., Entry], 인스턴스: Running
):
    글들 = [항목(id=f"k{n}", title=f"여권 안내 {n}") for n in range(2, 60)]
    저장소.save_all(글들, change=Change(role="importer", reason="많이"))
    인스턴스.refresh_index()

    첫쪽 = 시민.쪽("/search?q=여권 안내&topic=minwon")
    다음 = 첫쪽.find("a", rel="next")["href"]

    둘째쪽 = 시민.쪽(다음)
    assert len(첫쪽.select("[data-results] a")) == 20
    assert not {a["href"] for a in 첫쪽.select("[data-results] a")} & {
        a["href"] for a in 둘째쪽.select("[data-results] a")
    }
    assert 둘째쪽.find("option", selected=True, value="minwon")


def test_색인이_없으면_까닭과_전화번호를_말한다(시민: Browser, 인스턴스: Running):
    shutil.rmtree(인스턴스.instance.index)

    답 = 시민.연다("/search?q=여권")

    assert 답.status_code == 503
    assert "지금은 찾기를 쓸 수 없습니다" in 답.text
    assert "02-120" in 답.text
