"""편집자가 무엇이 달라지는지 보고 검색 규칙을 더하고, 고치고, 끝낸다."""

import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.health import check
from app.running import Running
from db import Database
from db.events import Event
from db.outbox import OutboxItem
from db.people import Person, Role
from kb import git
from kb.entry import SEOUL, Entry, Status
from kb.store import Change, EntryStore
from kb.tuning import PATH, Rule, RuleKind, Rules
from kb.tuning_store import read_rules, save_rules
from tests.app.conftest import Browser, 로그인

새규칙 = "/desk/tuning/new"
까닭 = Change(role="editor", reason="시험")
질문들 = [
    {"query": "자전거 빌리는 값", "kind": "everyday", "rel": {"k2": 2}},
    {"query": "여권 분실", "kind": "keyword", "rel": {"k1": 2}},
    {"query": "여권", "kind": "short", "rel": {"k1": 2, "k3": 1}},
]


@pytest.fixture
def 인스턴스(인스턴스: Running, 저장소: EntryStore, 항목: Callable[..., Entry]) -> Running:
    """안내 넷(k4는 게시를 마침)과 판정된 질문 셋이 있는 인스턴스."""
    글들 = [
        항목(id="k2", title="따릉이 이용 요금", topic="교통", body="1시간에 천 원입니다.\n", facts={}, tags=()),
        항목(id="k3", title="여권 사진 규격", body="가로 3.5센티미터입니다.\n", facts={}, tags=()),
        항목(id="k4", title="옛 여권 안내", status=Status.RETIRED, redirect_to="k1"),
    ]
    저장소.save_all(글들, change=까닭)
    줄들 = "\n".join(json.dumps(하나, ensure_ascii=False) for 하나 in 질문들)
    인스턴스.instance.questions.write_text(줄들, "utf-8")
    인스턴스.refresh_index()
    return 인스턴스


@pytest.fixture
def 상담사(앱: Flask, database: Database) -> Browser:
    return 로그인(앱, database, "agent", Role.AGENT)


@pytest.fixture
def 둘째편집자(앱: Flask, database: Database) -> Browser:
    return 로그인(앱, database, "editor2", Role.EDITOR)


def 오늘() -> date:
    return datetime.now(SEOUL).date()


def 보낸다(누구: Browser, 주소: str = 새규칙, *, 앞: TestResponse | None = None, **칸: Any) -> TestResponse:
    """양식(앞의 답에 든 것이나 그 주소의 것)에 적어 보낸다. 고른 것(radio, select)도 그대로 싣는다."""
    쪽 = BeautifulSoup((앞 or 누구.연다(주소)).text, "lxml")
    폼 = next(f for f in 쪽.select("main form[method=post]") if f.find(attrs={"name": "base"}))
    값 = {
        i["name"]: i.get("value", "")
        for i in 폼.select("input[name]")
        if i.get("type") not in ("radio", "checkbox") or i.has_attr("checked")
    }
    값 |= {t["name"]: t.text.lstrip("\r\n") for t in 폼.find_all("textarea")}
    값 |= {s["name"]: s.find("option", selected=True)["value"] for s in 폼.find_all("select")}
    return 누구.client.post(주소, data=값 | 칸)


같은말 = {"kind": "synonym", "say": "자전거 빌리", "means": "따릉이", "weight": "1", "reason": "자주 찾는 말"}
먼저 = {"kind": "best_bet", "say": "여권", "entries": "k1", "reason": "잃어버린 사람이 가장 많음"}


def 저장(누구: Browser, 주소: str = 새규칙, **칸: Any) -> TestResponse:
    """미리 보고 그대로 저장한다."""
    본것 = 보낸다(누구, 주소, **칸, do="preview")
    assert 본것.status_code == 200, BeautifulSoup(본것.text, "lxml").select_one("main").text
    return 보낸다(누구, 주소, 앞=본것, do="save")


def 규칙(*say: str, **칸: Any) -> Rule:
    처음: dict[str, Any] = {"by": "editor#1", "reason": "까닭", "made": 오늘(), "expires": None}
    return Rule(say=say, **처음 | ({} if "entries" in 칸 else {"means": ("따릉이",)}) | 칸)


def 놓는다(저장소: EntryStore, *규칙들: Rule) -> None:
    rules = read_rules(저장소)
    뒤 = rules
    for 하나 in 규칙들:
        뒤 = 뒤.put(하나)
    save_rules(저장소, 뒤, base=rules.version, change=까닭)


def 글(답: TestResponse) -> str:
    return " ".join(BeautifulSoup(답.text, "lxml").select_one("main").get_text(" ").split())


# --- 미리 보기 ---


def test_저장하기_전에_판정된_질문의_앞뒤와_전체_점수를_보인다(편집자: Browser, 저장소: EntryStore):
    답 = 보낸다(편집자, **같은말, do="preview")

    본것 = 글(답)
    assert "3개 가운데 이 말이 든 것 1개: 나아짐 1, 나빠짐 0" in 본것
    assert "나아지는 질문 1개 자전거 빌리는 값 일상말 nDCG@10 0.000 → 1.000 +1.000" in 본것
    assert "지금 찾은 것이 없습니다. 바뀐 뒤 따릉이 이용 요금 새로 나옴" in 본것
    assert "0.5989 → 0.9322 (+0.33333)" in 본것
    assert list(read_rules(저장소)) == []


def test_판정된_질문이_걸리지_않아도_규칙의_말로_찾은_앞뒤를_보인다(편집자: Browser):
    본것 = 글(보낸다(편집자, **먼저 | {"say": "여권 서류"}, do="preview"))

    assert "이 말이 든 것 0개" in 본것
    assert "여권 서류 지금" in 본것
    assert "여권을 잃어버렸어요. 어떻게 다시 만드나요? 먼저 보임" in 본것
    assert "여권을 잃어버렸어요. 어떻게 다시 만드나요? k1" in 본것


def test_나빠지거나_그대로이거나_낱말_표의_말을_대신하면_알린다(편집자: Browser, 저장소: EntryStore):
    낱말표 = "terms:\n  - {say: [자전거 빌리], means: [공공자전거], weight: 1.0}\n"
    저장소.save_all([], change=까닭, files={"terms.yml": 낱말표})

    나쁨 = 글(보낸다(편집자, **먼저 | {"entries": "k2"}, do="preview"))
    assert "나빠지는 질문 1개 여권 짧은 말" in 나쁨
    assert "전체 점수가 내려갑니다" in 나쁨
    assert "그래도 필요한 규칙인지" in 글(보낸다(편집자, **같은말 | {"means": "세상에 없는 말"}, do="preview"))
    assert "이미 있습니다(공식 말: 공공자전거)" in 글(보낸다(편집자, **같은말, do="preview"))


def test_아직_다_재지_못했으면_전체_점수_없이_걸린_질문만_보인다(
    편집자: Browser, 인스턴스: Running, monkeypatch: pytest.MonkeyPatch
):
    인스턴스.judging.stop()  # it measures no more, as if it were slow

    본것 = 글(보낸다(편집자, **같은말, do="preview"))
    assert "아직 재고 있습니다(0/3)" in 본것
    assert "나아지는 질문 1개" in 본것


def test_재어_둔_것은_다른_프로세스와_다음_실행이_함께_쓴다(편집자: Browser, 인스턴스: Running):
    보낸다(편집자, **같은말, do="preview")
    재어둔것 = 인스턴스.judging.known(Rules())

    새실행 = Running.at(인스턴스.instance)
    assert 새실행.judging.known(Rules()) == 재어둔것 is not None
    새실행.database.close()


def test_글이_바뀌면_다시_재고_규칙만_바뀌면_걸린_것만_다시_잰다(
    편집자: Browser, 인스턴스: Running, 저장소: EntryStore, 항목: Callable[..., Entry]
):
    저장(편집자, **같은말)
    인스턴스.refresh_index()  # the commit of the rule is in the index, too
    뒤 = 인스턴스.judging.known(read_rules(저장소))
    assert 뒤 is not None
    assert 뒤.ndcg[0] == 1.0

    저장소.save(항목(title="새 여권 안내"), change=까닭)
    인스턴스.refresh_index()
    assert 인스턴스.judging.known(read_rules(저장소)) is None


def test_질문_묶음이_없는_배포에서도_앞뒤를_보고_저장한다(편집자: Browser, 인스턴스: Running, 저장소: EntryStore):
    인스턴스.instance.questions.unlink()

    assert "판정된 질문이 없어" in 글(보낸다(편집자, **같은말, do="preview"))
    assert 저장(편집자, **같은말).status_code == 303
    assert len(list(read_rules(저장소))) == 1


# --- 저장 ---


def test_저장하면_커밋_하나와_사건_하나가_남고_이름은_남지_않는다(
    편집자: Browser, 인스턴스: Running, 저장소: EntryStore, database: Database
):
    앞 = git.run(저장소.root, "rev-list", "--count", "main")
    답 = 저장(편집자, **같은말)

    assert (답.status_code, 답.location) == (303, "/desk/tuning")
    [하나] = read_rules(저장소)
    with database.reading() as session:
        사람 = session.scalars(select(Person)).one()
        사건 = session.scalars(select(Event).where(Event.stream.startswith("tuning/"))).one()
        할일 = session.scalars(select(OutboxItem.kind)).all()
    assert 하나 == 규칙(
        "자전거 빌리", weight=1.0, by=f"editor#{사람.id}", reason="자주 찾는 말", expires=오늘().replace(year=오늘().year + 1)
    )  # fmt: skip
    assert int(git.run(저장소.root, "rev-list", "--count", "main")) == int(앞) + 1
    커밋 = git.run(저장소.root, "log", "-1", "--format=%an %B", "main")
    assert 커밋.startswith("editor ")
    assert all(말 in 커밋 for 말 in ("Role: editor", "Reason: 자주 찾는 말", f"By: editor#{사람.id}"))
    assert (사건.action, 사건.actor_id, 사건.text) == ("add_rule", 사람.id, "자주 찾는 말")
    assert 사건.data["commit"] == 저장소.head
    assert "자전거" not in json.dumps(사건.data, ensure_ascii=False)
    assert 할일 == ["entry.index"]
    assert 사람.name_shown not in (저장소.root / PATH).read_text("utf-8") + 커밋
    assert "저장했습니다" in 글(편집자.연다("/desk/tuning"))


def test_저장한_규칙은_여기서도_다른_프로세스에서도_곧_쓰인다(편집자: Browser, 시민: Browser, 인스턴스: Running):
    """요구는 60초 안이고, 파일을 1초마다 보므로 몇 초면 된다."""
    assert 시민.쪽("/search?q=여권").select_one("ol.list a")["href"] == "/faq/k3"
    다른 = subprocess.Popen(
        [sys.executable, "-m", "tests.app.other_searcher", 인스턴스.instance.root, "여권", "k1"],
        stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent.parent,
    )  # fmt: skip
    try:
        assert 다른.stdout is not None
        assert 다른.stdout.readline().strip() == "찾는 중"
        저장(편집자, **먼저)
        시작 = time.monotonic()

        assert 다른.stdout.readline().strip() == "바뀜"
        assert time.monotonic() - 시작 < 10
        assert 다른.wait(10) == 0
        assert 시민.쪽("/search?q=여권").select_one("ol.list a")["href"] == "/faq/k1"
    finally:
        다른.kill()
        다른.communicate()


def test_미리_보지_않고는_저장하지_않는다(편집자: Browser, 저장소: EntryStore):
    답 = 보낸다(편집자, **같은말, do="save")

    assert 답.status_code == 409
    assert "나아지는 질문 1개" in 글(답)
    assert list(read_rules(저장소)) == []


def test_미리_본_뒤에_글이_바뀌었으면_다시_견준다(편집자: Browser, 저장소: EntryStore):
    본것 = 보낸다(편집자, **같은말, do="preview")
    답 = 보낸다(편집자, 앞=본것, means="여권", do="save")

    assert 답.status_code == 409
    assert "미리 본 뒤에 글이 바뀌어" in 글(답)
    assert list(read_rules(저장소)) == []
    assert 보낸다(편집자, 앞=답, do="save").status_code == 303
    assert next(iter(read_rules(저장소))).means == ("여권",)


def test_그사이_다른_편집자가_저장했으면_알리고_적은_글을_지킨다(
    편집자: Browser, 둘째편집자: Browser, 저장소: EntryStore
):
    본것 = 보낸다(편집자, **같은말, do="preview")
    저장(둘째편집자, **먼저)

    답 = 보낸다(편집자, 앞=본것, do="save")

    assert 답.status_code == 409
    assert "다른 사람이 규칙을 바꾸어" in 글(답)
    assert BeautifulSoup(답.text, "lxml").select_one("#say").text.strip() == "자전거 빌리"
    assert [rule.kind for rule in read_rules(저장소)] == [RuleKind.BEST_BET]
    assert 보낸다(편집자, 앞=답, do="save").status_code == 303
    assert len(list(read_rules(저장소))) == 2


def test_단추를_두_번_눌러도_커밋도_사건도_하나다(편집자: Browser, 저장소: EntryStore, database: Database):
    본것 = 보낸다(편집자, **같은말, do="preview")
    답들 = [보낸다(편집자, 앞=본것, do="save") for _ in range(2)]

    assert [답.status_code for 답 in 답들] == [303, 303]
    assert len(list(read_rules(저장소))) == 1
    with database.reading() as session:
        assert len(session.scalars(select(Event).where(Event.action == "add_rule")).all()) == 1


def test_사건을_적지_못했으면_다시_보낼_때_적는다(편집자: Browser, 저장소: EntryStore, database: Database):
    본것 = 보낸다(편집자, **같은말, do="preview")
    with database.reading() as session:
        번호 = session.scalars(select(Person.id)).one()
    놓는다(저장소, 규칙(
        "자전거 빌리", weight=1.0, by=f"editor#{번호}", reason="자주 찾는 말", expires=오늘().replace(year=오늘().year + 1)
    ))  # fmt: skip

    assert 보낸다(편집자, 앞=본것, do="save").status_code == 303
    with database.reading() as session:
        assert len(session.scalars(select(Event).where(Event.action == "add_rule")).all()) == 1


def test_저장할_수_없으면_까닭을_말하고_적은_글을_지킨다(편집자: Browser, 저장소: EntryStore):
    본것 = 보낸다(편집자, **같은말, do="preview")
    (저장소.root / ".git/objects").chmod(0o500)
    옮김 = 저장소.root / ".git/objects/pack"
    옮김.rename(옮김.with_name("pack-away"))
    옮김.write_text("폴더가 아님")
    try:
        답 = 보낸다(편집자, 앞=본것, do="save")
    finally:
        (저장소.root / ".git/objects").chmod(0o700)
        옮김.unlink()
        옮김.with_name("pack-away").rename(옮김)

    assert 답.status_code == 503
    assert BeautifulSoup(답.text, "lxml").select_one("#say").text.strip() == "자전거 빌리"
    assert 보낸다(편집자, 앞=답, do="save").status_code == 303


def test_색인이_없으면_견줄_수_없다고_말하고_저장하지_않는다(편집자: Browser, 인스턴스: Running, 저장소: EntryStore):
    _ = 인스턴스.searcher
    (인스턴스.instance.index / "current").unlink()

    답 = 보낸다(편집자, **같은말, do="preview")

    assert "견주지 못했습니다" in 글(답)
    assert BeautifulSoup(답.text, "lxml").select_one("#means").text.strip() == "따릉이"
    assert 보낸다(편집자, 앞=답, do="save").status_code == 409
    assert list(read_rules(저장소)) == []


# --- 받지 않는 것 ---


나쁜칸들: list[tuple[dict[str, str], str, str]] = [
    ({"say": ""}, "say", "시민이 치는 말을"),
    ({"say": "가"}, "say", "너무 짧아"),
    ({"say": "릉이"}, "say", "‘따릉이’ 속에 든 말"),
    ({"means": " \n"}, "means", "공식 말을"),
    ({"weight": "아주"}, "weight", "골라 주세요"),
    ({"reason": ""}, "reason", "왜"),
    ({"expires": ""}, "expires", "마지막 날을 적어"),
    ({"expires": "내년"}, "expires", "읽을 수 없습니다"),
    ({"expires": "2026-02-30"}, "expires", "읽을 수 없습니다"),
    ({"expires": "2020. 1. 1."}, "expires", "이미 지났습니다"),
    ({"lasts": "y"}, "expires", "책임 편집자만"),
    ({"kind": "best_bet", "entries": "여권"}, "entries", "번호가 아닙니다"),
    ({"kind": "best_bet", "entries": "k99"}, "entries", "k99번 안내가 없습니다"),
    ({"kind": "best_bet", "entries": "k4"}, "entries", "대신하는 안내 k1번"),
]


def test_나쁜_규칙은_칸마다_무엇을_할지_말하고_적은_글을_지킨다(편집자: Browser, 저장소: EntryStore):
    for 칸, 자리, 문장 in 나쁜칸들:
        답 = 보낸다(편집자, **같은말 | {"entries": ""} | 칸, do="save")

        쪽 = BeautifulSoup(답.text, "lxml")
        assert 답.status_code == 422, 칸
        assert 문장 in 쪽.select_one(f"#{자리}-error").text
        assert 쪽.select_one(f".error-summary a[href='#{자리}']")
        for 이름 in ("say", "means"):
            적은것 = (같은말 | 칸)[이름]
            assert " ".join(쪽.select_one(f"#{이름}").text.split()) == " ".join(적은것.split())
    assert list(read_rules(저장소)) == []


def test_다른_규칙에_있는_말이면_그_규칙으로_가는_길을_준다(편집자: Browser, 다른편집자: Browser, 저장소: EntryStore):
    놓는다(저장소, 규칙("자 전거", by="editor#77"))
    열쇠 = next(iter(read_rules(저장소))).key

    편집자의답 = 보낸다(편집자, **같은말 | {"say": "자전거"}, do="preview")
    assert "이미 있는 말" in 글(편집자의답)
    assert not BeautifulSoup(편집자의답.text, "lxml").select(f"main a[href='/desk/tuning/{열쇠}']")
    책임의답 = 보낸다(다른편집자, **같은말 | {"say": "자전거"}, do="preview")
    assert BeautifulSoup(책임의답.text, "lxml").select(f"main a[href='/desk/tuning/{열쇠}']")


def test_안내의_주소를_붙여_넣어도_번호로_읽는다(편집자: Browser, 저장소: EntryStore):
    저장(편집자, **먼저 | {"entries": "https://120.example/faq/K3?x=1\n/faq/k1.html, k3"})

    assert next(iter(read_rules(저장소))).entries == ("k3", "k1")


# --- 고치기와 끝내기 ---


def test_고치면_같은_자리에서_바뀌고_정한_이와_날이_새로워진다(편집자: Browser, 저장소: EntryStore, database: Database):
    저장(편집자, **같은말)
    놓는다(저장소, 규칙("다른 말", means=("여권",)))
    [앞, _] = read_rules(저장소)

    답 = 저장(편집자, f"/desk/tuning/{앞.key}", means="따릉이\n공공자전거", weight="0.7", reason="더 넓게")

    assert 답.status_code == 303
    [뒤, _] = read_rules(저장소)
    assert (뒤.say, 뒤.means, 뒤.weight, 뒤.reason) == (앞.say, ("따릉이", "공공자전거"), 0.7, "더 넓게")
    with database.reading() as session:
        assert session.scalars(select(Event.action).where(Event.stream == f"tuning/{앞.key}")).all() == [
            "add_rule", "change_rule",
        ]  # fmt: skip


def test_고치는_사이에_다른_사람이_그_규칙을_바꾸었으면_적은_글로_새_규칙을_낼_수_있다(
    다른편집자: Browser, 저장소: EntryStore
):
    놓는다(저장소, 규칙("자전거"))
    [앞] = read_rules(저장소)
    본것 = 보낸다(다른편집자, f"/desk/tuning/{앞.key}", reason="고침", do="preview")
    save_rules(
        저장소, Rules().put(replace(앞, say=("두바퀴",))), base=read_rules(저장소).version, change=까닭
    )  # fmt: skip

    답 = 보낸다(다른편집자, f"/desk/tuning/{앞.key}", 앞=본것, do="save")

    assert 답.status_code == 409
    assert "그사이 바뀌거나 없어졌습니다" in 글(답)
    assert 보낸다(다른편집자, f"/desk/tuning/{앞.key}", 앞=답, do="save").status_code == 303
    assert [rule.say for rule in read_rules(저장소)] == [("두바퀴",), ("자전거",)]


def test_손으로_적은_무게도_고치는_양식에_그대로_보인다(다른편집자: Browser, 저장소: EntryStore):
    놓는다(저장소, 규칙("자전거", weight=0.85))
    쪽 = 다른편집자.쪽(f"/desk/tuning/{next(iter(read_rules(저장소))).key}")

    assert 쪽.select_one("#weight option[selected]")["value"] == "0.85"
    assert 쪽.select_one("#lasts").has_attr("checked")


def test_끝내면_무엇이_달라지는지_보고_까닭을_적는다(편집자: Browser, 저장소: EntryStore, database: Database):
    저장(편집자, **같은말)
    [앞] = read_rules(저장소)
    주소 = f"/desk/tuning/{앞.key}/retire"

    assert "나빠지는 질문 1개 자전거 빌리는 값" in 글(편집자.연다(주소))
    assert 보낸다(편집자, 주소, reason="").status_code == 422
    답 = 보낸다(편집자, 주소, reason="안내 제목을 고침")

    assert 답.status_code == 303
    [뒤] = read_rules(저장소)
    assert 뒤 == 앞.retired(오늘())
    assert "Reason: 안내 제목을 고침" in git.run(저장소.root, "log", "-1", "--format=%B", "main")
    with database.reading() as session:
        사건 = session.scalars(select(Event).where(Event.action == "retire_rule")).one()
    assert 사건.text == "안내 제목을 고침"
    assert "자전거 빌리" in 글(편집자.연다("/desk/tuning?state=expired"))
    assert 보낸다(편집자, 주소, reason="또").status_code == 303  # sent twice: nothing more happens
    assert list(read_rules(저장소)) == [뒤]


def test_끝내려는_사이에_규칙이_바뀌었으면_다시_보인다(편집자: Browser, 둘째편집자: Browser, 저장소: EntryStore):
    저장(편집자, **같은말)
    [앞] = read_rules(저장소)
    본것 = 편집자.연다(f"/desk/tuning/{앞.key}/retire")
    저장(둘째편집자, **먼저)

    답 = 보낸다(편집자, f"/desk/tuning/{앞.key}/retire", 앞=본것, reason="이제 필요 없음")

    assert 답.status_code == 409
    assert BeautifulSoup(답.text, "lxml").select_one("#reason")["value"] == "이제 필요 없음"
    assert 앞 in list(read_rules(저장소))


def test_끝난_규칙은_고쳐서_다시_쓴다(다른편집자: Browser, 저장소: EntryStore):
    놓는다(저장소, 규칙("자전거", expires=오늘() - timedelta(days=9)))
    [앞] = read_rules(저장소)
    assert 앞.key in str(다른편집자.쪽("/desk/tuning?state=expired"))

    저장(다른편집자, f"/desk/tuning/{앞.key}", reason="다시 씀")

    [뒤] = read_rules(저장소)
    assert 뒤.is_active(오늘())


# --- 누가 무엇을 ---


def test_상담사는_보기만_하고_다른_역할은_보지_못한다(
    앱: Flask, 상담사: Browser, 저장소: EntryStore, database: Database
):
    놓는다(저장소, 규칙("자전거"))
    열쇠 = next(iter(read_rules(저장소))).key

    쪽 = 상담사.쪽("/desk/tuning?say=여권")
    assert "자전거" in 쪽.text
    assert not 쪽.select("main a[href^='/desk/tuning/']")
    for 주소 in (새규칙, f"/desk/tuning/{열쇠}", f"/desk/tuning/{열쇠}/retire"):
        assert 상담사.연다(주소).status_code == 403
    표 = 상담사.쪽("/desk/tuning").select_one("input[name=csrf_token]")["value"]
    for 주소 in (새규칙, f"/desk/tuning/{열쇠}", f"/desk/tuning/{열쇠}/retire"):
        assert 상담사.client.post(주소, data=같은말 | {"csrf_token": 표}).status_code == 403
    assert 로그인(앱, database, "officer", Role.OFFICER).연다("/desk/tuning").status_code == 403
    assert Browser(앱.test_client()).연다("/desk/tuning").status_code == 303


def test_남의_규칙은_책임_편집자만_고치고_끝낸다(
    편집자: Browser, 둘째편집자: Browser, 다른편집자: Browser, 저장소: EntryStore
):
    저장(편집자, **같은말)
    [하나] = read_rules(저장소)
    주소들 = [f"/desk/tuning/{하나.key}", f"/desk/tuning/{하나.key}/retire"]

    assert [둘째편집자.연다(주소).status_code for 주소 in 주소들] == [403, 403]
    assert "책임 편집자에게" in 글(둘째편집자.연다(주소들[0]))
    본것 = 편집자.연다(주소들[1])
    assert 보낸다(편집자, 주소들[1], 앞=본것, reason="끝").status_code == 303
    assert 저장(다른편집자, 주소들[0], reason="다시 씀").status_code == 303
    assert 편집자.연다(주소들[1]).status_code == 403  # the lead editor's rule now


def test_책임_편집자만_기한을_두지_않는다(편집자: Browser, 다른편집자: Browser, 저장소: EntryStore):
    assert not 편집자.쪽(새규칙).select("#lasts")

    저장(다른편집자, **먼저 | {"lasts": "y"})

    [하나] = read_rules(저장소)
    assert (하나.expires, 하나.by.partition("#")[0]) == (None, "lead_editor")


# --- 목록 ---


def test_목록은_쓰는_것과_곧_끝날_것과_끝난_것을_나누고_정한_이와_까닭과_기한을_보인다(
    편집자: Browser, 저장소: EntryStore
):
    놓는다(
        저장소,
        규칙("자전거", by="editor#7", reason="자주 찾음"),
        규칙("여권", entries=("k1", "k4", "k99"), expires=오늘() + timedelta(days=3)),
        규칙("옛말", expires=오늘() - timedelta(days=3)),
    )

    쓰는중, 곧, 끝 = (글(편집자.연다(f"/desk/tuning?state={이름}")) for 이름 in ("active", "soon", "expired"))
    assert "쓰는 중 1개" in 쓰는중
    assert "자전거 같은 말 공식 말 따릉이 (무게 0.6) 까닭 자주 찾음 정한 사람 편집자 7번" in 쓰는중
    assert "두지 않음" in 쓰는중
    assert "여권을 잃어버렸어요. 어떻게 다시 만드나요? k1" in 곧
    assert "옛 여권 안내 보이지 않는 안내" in 곧
    assert "k99 보이지 않는 안내" in 곧
    assert "곧 끝남" in 곧
    assert "옛말" in 끝


def test_찾은_말에서_오면_그_말로_채운_양식이_열린다(편집자: Browser):
    쪽 = 편집자.쪽("/desk/tuning?say=우주 정거장")

    assert 쪽.select_one("#say").text.strip() == "우주 정거장"
    assert 쪽.select_one("#expires")["value"] == 오늘().replace(year=오늘().year + 1).isoformat()
    assert 쪽.select_one("#kind-0").has_attr("checked")


def test_손으로_잘못_고친_파일이면_화면과_check가_어디가_틀렸는지_말한다(
    편집자: Browser, 인스턴스: Running, 저장소: EntryStore
):
    (저장소.root / PATH).write_text("synonyms: [{say: [가나]}]", "utf-8")

    답 = 편집자.연다("/desk/tuning")

    assert 답.status_code == 422
    assert "synonyms의 1번째" in 글(답)
    assert "synonyms의 1번째" in check(인스턴스)["bad_tuning"]


def test_없는_규칙은_404다(편집자: Browser):
    assert [편집자.연다(f"/desk/tuning/{열쇠}").status_code for 열쇠 in ("0" * 12, "가나", "0" * 12 + "/retire")] == [
        404, 404, 404,
    ]  # fmt: skip
