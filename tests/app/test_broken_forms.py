"""양식이 어떻게 망가져 와도 사람에게 하는 말로 답한다: 우리 잘못(500)이 되지 않는다."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from itertools import islice
from typing import NamedTuple

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import delete
from werkzeug.datastructures import MultiDict

from corrections import receipt
from corrections.models import Correction, Revision, State
from db import Database
from db.people import Role
from kb.incoming import FOLDER, waiting
from kb.store import Change, EntryStore
from kb.tuning import Rule
from kb.tuning_store import read_rules, save_rules
from tests.app.conftest import Browser, 두_데이터베이스, 로그인, 비밀번호
from tests.corrections.conftest import 보내기

자리 = "entries/minwon/k1.md"


class 양식(NamedTuple):
    """양식이 있는 쪽, 그 양식을 알아보는 글, 보내는 주소, 손으로 고르거나 적는 칸. {id}는 수정 요청, {말}은 찾은 말의 번호다.

    `그칸만`이면 손으로 적는 칸만 한꺼번에 망가뜨린다: 나머지는 같은 양식의 다른 단추에서 이미 망가뜨려 보았다.
    """

    쪽: str
    알아보는글: str
    주소: str
    칸: Mapping[str, str]
    직원: bool = True
    그칸만: bool = False


규칙 = Rule(
    say=("등초본",), by="editor#1", reason="까닭", made=date(2026, 11, 24), expires=None, means=("주민등록표 등본",)
)  # fmt: skip
한건 = "/desk/corrections/{id}"
양식들 = {
    "citizen.send_correction": 양식(
        "/correct/k1", "data-draft", "/correct/k1", {"kind": "fee", "proposal": "3천 원", "evidence": "구청"}, 직원=False
    ),
    "citizen.me_too": 양식("/correct/k1", "/too", "/correct/k1/too", {"report": "1"}, 직원=False),
    "citizen.open_receipt": 양식("/receipt", "code", "/receipt", {"number": "2611-000001", "code": "0123ABCD"}, 직원=False),
    "desk.open_door": 양식(
        "/desk/login", "password", "/desk/login", {"login": "editor", "password": 비밀번호}, 직원=False
    ),
    "desk.logout": 양식("/desk/", "/desk/logout", "/desk/logout", {}),
    "desk.preview": 양식(한건, "/preview", f"{한건}/preview", {"checked": "y", "note": "고맙습니다"}),
    "desk.accept": 양식(한건, "/preview", f"{한건}/accept", {"checked": "y", "note": "고맙습니다"}, 그칸만=True),
    **{
        f"desk.{이름}": 양식(한건, "/preview", f"{한건}/{'draft' if 이름 == 'save_draft' else 이름.replace('_', '-')}", 칸, 그칸만=True)
        for 이름, 칸 in {
            "accept_part": {"base_version": "0", "note": "까닭"},
            "decline": {"reason_code": "other", "decline_note": "까닭"},
            "ask": {"question": "어디에서 보셨나요?"},
            "consult": {"office_question": "맞나요?"},
            "merge": {"into": "2611-000001", "picked": "1"},
            "confirm": {"revision_id": "1", "note": "말"},
            "send_back": {"revision_id": "1", "note": "말"},
            "revert": {"reason": "까닭"},
            "let_in": {}, "block": {}, "unblock": {}, "claim": {}, "release": {}, "skip": {"note": "말"},
            "save_draft": {"body": "글", "reason_code": "other"},
            "here": {},
        }.items()
    },
    "desk.typed_page": 양식(한건, "/preview", f"{한건}/page", {"title": "제목"}, 그칸만=True),
    "desk.drop_draft": 양식(한건, "/preview", f"{한건}/draft/drop", {}, 그칸만=True),
    "desk.claim_next": 양식("/desk/", "/desk/next", "/desk/next", {}),
    "desk.office_says": 양식(한건, "/preview", "/desk/office/{id}", {"agrees": "yes", "text": "맞습니다"}, 그칸만=True),
    "desk.propose_bulk": 양식(
        "/desk/bulk?what=phone&old=02-120&new=02-121", "entry", "/desk/bulk", {"entry": "k1", "reason": "까닭"}
    ),
    **{
        f"desk.{이름}_bulk": 양식("/desk/bulk?what=phone&old=02-120&new=02-121", "entry", f"/desk/bulk/1/{이름}", {}, 그칸만=True)
        for 이름 in ("confirm", "drop", "undo")
    },
    "desk.answer_by_phone": 양식(한건, "/preview", "/desk/answer/{id}", {"text": "답"}, 그칸만=True),
    "desk.send_flag": 양식(한건, "/preview", "/desk/flag/k1", {"kind": "fee", "v": "0"}, 그칸만=True),
    "desk.settle_incoming": 양식(
        f"/desk/incoming/{자리}", "decision", f"/desk/incoming/{자리}", {"decision": "take"}
    ),
    "desk.settle_search": 양식(
        "/desk/searches?kind=empty", "outcome", "/desk/searches/{말}?kind=empty", {"do": "close", "outcome": "not_ours"}
    ),
    "desk.write_draft": 양식(
        "/desk/searches/{말}/draft", "title", "/desk/searches/{말}/draft", {"title": "새 안내", "topic": "민원행정", "body": "글"}
    ),
    "desk.add_rule": 양식("/desk/tuning/new", "means", "/desk/tuning/new", {"kind": "best_bet", "expires": "2027-01-01", "do": "save"}),
    "desk.change_rule": 양식(f"/desk/tuning/{규칙.key}", "means", f"/desk/tuning/{규칙.key}", {"do": "preview"}),
    "desk.retire_rule": 양식(
        f"/desk/tuning/{규칙.key}/retire", "reason", f"/desk/tuning/{규칙.key}/retire", {"reason": "까닭", "base": "0"}
    ),
}  # fmt: skip


접수증_양식 = {"citizen.reply", "citizen.objection", "citizen.withdraw"}
"""접수증을 연 사람만 보낼 수 있는 양식. test_citizen.py가 망가뜨려 본다."""

곁의_양식: dict[str, tuple[Role | None, str, Mapping[str, str]]] = {
    "contacts.ask": (None, "/receipt/2611-000001/contact", {"kind": "email", "address": "a@example.com"}),
    "contacts.confirm": (None, "/receipt/2611-000001/contact/code", {"code": "123456"}),
    "contacts.stop": (None, "/receipt/2611-000001/contact/stop", {}),
    "contacts.erase": (None, "/receipt/2611-000001/contact/erase", {"sure": "y"}),
    "contacts.stopped": (None, "/receipt/stop", {"t": "표"}),
    "thanks.take": (None, "/receipt/2611-000001/thanks", {"pseudonym": "별명", "public": "y"}),
    "staff.open_second": (None, "/desk/login/code", {"code": "123456"}),
    "staff.change_password": (Role.LEAD_EDITOR, "/desk/account/password", {"now": "가", "new": "나", "again": "나"}),
    "staff.turn_on": (Role.LEAD_EDITOR, "/desk/account/code", {"code": "123456", "password": "가"}),
    "staff.turn_off": (Role.LEAD_EDITOR, "/desk/account/code/off", {"password": "가"}),
    "staff.end_session": (Role.LEAD_EDITOR, "/desk/account/sessions/999/end", {}),
    "staff.end_others": (Role.LEAD_EDITOR, "/desk/account/sessions/end-others", {}),
    "staff.add_person": (Role.ADMINISTRATOR, "/desk/people/new", {"login": "new", "name_shown": "새", "role": "editor"}),
    "staff.change_person": (Role.ADMINISTRATOR, "/desk/people/1", {"role": "agent", "office": "과", "name_shown": "새"}),
    "staff.stop_person": (Role.ADMINISTRATOR, "/desk/people/1/stop", {"reason": "까닭"}),
    "staff.resume_person": (Role.ADMINISTRATOR, "/desk/people/1/resume", {"reason": "까닭"}),
    "staff.reset_password": (Role.ADMINISTRATOR, "/desk/people/1/password", {"reason": "까닭"}),
    "staff.drop_second_factor": (Role.ADMINISTRATOR, "/desk/people/1/second-factor/off", {"reason": "까닭"}),
    "desk.settle_notices": (Role.LEAD_EDITOR, "/desk/notices", {"do": "retry", "id": "1"}),
    "desk.freeze_entry": (Role.LEAD_EDITOR, "/desk/entries/k1/freeze", {"days": "3", "reason": "까닭", "back": "1"}),
    "desk.to_intake": (Role.LEAD_EDITOR, "/desk/corrections/1/intake", {"kind": "complaint"}),
    "desk.write_from_correction": (
        Role.LEAD_EDITOR, "/desk/corrections/1/entry", {"title": "새 안내", "topic": "민원행정", "body": "글"},
    ),
    "desk.rule_reward": (Role.LEAD_EDITOR, "/desk/rewards/1", {"do": "void", "reason": "까닭"}),
    "desk.hide_thanks": (Role.LEAD_EDITOR, "/desk/rewards/people/1/hide", {"reason": "까닭"}),
    "desk.nominate": (Role.LEAD_EDITOR, "/desk/rewards/commendations", {"reporter": "1", "period": "2026-11"}),
    "desk.export_commendations": (Role.LEAD_EDITOR, "/desk/rewards/commendations/export", {"period": "2026-11"}),
    "desk.move_commendation": (Role.LEAD_EDITOR, "/desk/rewards/commendations/1/check", {"reason": "까닭"}),
}  # fmt: skip
"""대개 빈손으로 두드려 보는 양식: 누가, 어디에, 무슨 칸. 채워 보낸 것은 그 화면의 시험이 본다."""

표_없는_양식 = {
    "citizen.opened": ("/search/opened", {"q": "여권"}),
    "helpful.answer": ("/helpful/k1", {"answer": "yes", "v": "0"}),
}
"""게시한 쪽에서 오므로 표(CSRF)가 없고, 어디에서 왔는지를 보는 양식."""


def 빠짐(칸: Mapping[str, str]) -> Iterator[Mapping[str, list[str]]]:
    yield {}
    for 이름 in 칸:
        yield {name: [value] for name, value in 칸.items() if name != 이름}


def 빔(칸: Mapping[str, str]) -> Iterator[Mapping[str, list[str]]]:
    yield {name: [""] for name in 칸}
    for 이름 in 칸:
        yield {name: ["" if name == 이름 else value] for name, value in 칸.items()}


def 되풀이(칸: Mapping[str, str]) -> Iterator[Mapping[str, list[str]]]:
    yield {name: [value, "다른 값", ""] for name, value in 칸.items()}
    yield {name: ["", value] for name, value in 칸.items()}


def 널(칸: Mapping[str, str]) -> Iterator[Mapping[str, list[str]]]:
    yield {name: [f"\0{value}\0"] for name, value in 칸.items()}
    for 이름 in 칸:
        yield {name: [f"\0{value}\0가" if name == 이름 else value] for name, value in 칸.items()}
        yield {name: ["\0" if name == 이름 else value] for name, value in 칸.items()}


def 제목이_있나(글: str) -> bool:
    return BeautifulSoup(글, "lxml").h1 is not None


@pytest.fixture
def 새판(database: Database, 저장소: EntryStore) -> Callable[[], int]:
    """아직 정하지 않은 수정 요청(그 번호)과 부딪힌 글을 하나씩, 앞의 것과 상관없이."""

    def ready() -> int:
        if not waiting(저장소):
            글 = 저장소.get("k1").to_text().replace("구청", "시청")
            저장소.save_all([], change=Change(role="shipped", reason="부딪힘"), files={f"{FOLDER}/{자리}": 글})
        if 규칙 not in (rules := read_rules(저장소)):
            바꿈 = Change(role="editor", reason="규칙")
            save_rules(저장소, rules.put(규칙, instead_of=rules.with_key(규칙.key)), base=rules.version, change=바꿈)
        with database.begin() as session:
            session.execute(delete(Revision))
            번호 = receipt.id_in(보내기(session, 저장소).number)
        assert 번호 is not None
        return 번호

    return ready


def test_망가뜨려_볼_양식이_모두_적혀_있다(앱: Flask):
    받는곳 = {r.endpoint for r in 앱.url_map.iter_rules() if "POST" in (r.methods or ())}

    assert 받는곳 == set(양식들) | set(표_없는_양식) | set(곁의_양식) | 접수증_양식


def test_곁의_양식이_망가져_와도_500이_되지_않는다(앱: Flask, database: Database, 새판: Callable[[], int]):
    새판()
    누구 = {역할: 로그인(앱, database, 역할.value, 역할) for 역할 in (Role.LEAD_EDITOR, Role.ADMINISTRATOR)}
    터짐 = []
    for 이름, (역할, 주소, 칸) in sorted(곁의_양식.items(), key=lambda 하나: 하나[1][0] is Role.ADMINISTRATOR):
        본인 = 누구[역할] if 역할 else Browser(앱.test_client())
        표 = 본인.양식("/desk/account" if 역할 else "/receipt", 갈곳="/desk/logout" if 역할 else "code")["csrf_token"]
        for 보낼것 in (하나 for 망가짐 in (빠짐, 빔, 되풀이, 널) for 하나 in 망가짐(칸)):
            답 = 본인.client.post(주소, data=MultiDict({**보낼것, "csrf_token": [표]}))
            if 답.status_code >= 500:
                터짐.append((이름, 답.status_code, 보낼것))

    assert 터짐 == []


@pytest.mark.parametrize(
    ("망가짐", "database_url"),
    [(빠짐, "sqlite"), (빔, "sqlite"), (되풀이, "sqlite"), (널, "sqlite"), (널, "postgresql")],
    indirect=["database_url"],
)
def test_양식이_망가져_와도_500이_되지_않는다(
    앱: Flask,
    편집자: Browser,
    새판: Callable[[], int],
    찾은말: Callable[..., int],
    망가짐: Callable[[Mapping[str, str]], Iterator[Mapping[str, list[str]]]],
):
    터짐, 말 = [], 찾은말()
    for 주소, 칸 in 표_없는_양식.values():
        for 보낼것 in 망가짐(칸):
            답 = 편집자.client.post(주소, data=MultiDict(보낼것), headers={"Sec-Fetch-Site": "same-origin"})
            if 답.status_code >= 500:
                터짐.append((주소, 답.status_code, 보낼것))
    for 이름, 하나 in sorted(양식들.items(), key=lambda item: item[0] == "desk.logout"):
        누구 = 편집자 if 하나.직원 else Browser(앱.test_client())
        번호 = 새판()
        칸 = 누구.양식(하나.쪽.format(id=번호, 말=말), 갈곳=하나.알아보는글) | 하나.칸
        표 = 칸.pop("csrf_token")
        그대로 = {name: value for name, value in 칸.items() if name not in 하나.칸} if 하나.그칸만 else {}
        망가진것들 = 망가짐({name: value for name, value in 칸.items() if name not in 그대로})
        for 보낼것 in islice(망가진것들, 1 if 하나.그칸만 else None):
            보냄 = MultiDict({**그대로, **보낼것, "csrf_token": [표]})
            답 = 누구.client.post(하나.주소.format(id=번호, 말=말), data=보냄)
            번호 = 새판() if 답.status_code < 400 else 번호  # what was refused has changed nothing
            if 답.status_code >= 500 or (답.status_code != 303 and not 답.is_json and not 제목이_있나(답.text)):
                터짐.append((이름, 답.status_code, 보낼것))

    assert 터짐 == []


@두_데이터베이스
def test_주소에_NUL이_있어도_500이_되지_않는다(편집자: Browser):
    주소들 = [
        "/correct/k1%00",
        "/correct/k1?v=%00&quote=%00",
        "/receipt?number=%00",
        "/receipt/%00",
        "/search?q=%00여권&topic=%00&district=%00&page=%00",
        "/desk/?page=%00",
        "/desk/login?next=/desk/%00",
        f"/desk/incoming/{자리}%00",
    ]

    assert [주소 for 주소 in 주소들 if 편집자.연다(주소).status_code >= 500] == []


@pytest.mark.parametrize("일", ["preview", "accept"])
@pytest.mark.parametrize("보낸칸", [(), ("title", "body", "base_version")])
def test_칸이_빠진_채_온_글은_받지_않고_양식을_다시_준다(
    편집자: Browser, 새판: Callable[[], int], database: Database, 일: str, 보낸칸: tuple[str, ...]
):
    id = 새판()
    칸 = 편집자.양식(f"/desk/corrections/{id}", 갈곳="/preview")
    보낼것 = {name: 칸[name] for name in ("csrf_token", *보낸칸)}

    답 = 편집자.client.post(f"/desk/corrections/{id}/{일}", data=보낼것)

    assert 답.status_code == 422
    assert "양식의 일부가 오지 않았습니다" in 답.text
    쪽 = BeautifulSoup(답.text, "lxml")
    assert 쪽.find("input", {"name": "title"})["value"] == 칸["title"]
    assert 쪽.find("textarea", {"name": "facts"}).text.strip() == 칸["facts"]
    assert 쪽.find("input", {"name": "base_version"})["value"] == 칸["base_version"]
    with database.reading() as session:
        assert session.get_one(Correction, id).state is State.RECEIVED


def test_미리_본_글이_형식에_맞지_않으면_까닭을_말한다(편집자: Browser, 새판: Callable[[], int]):
    주소 = f"/desk/corrections/{새판()}"

    답 = 편집자.보낸다(f"{주소}/preview", 양식=주소, 갈곳="/preview", title="", note="제가 쓴 말")

    assert 답.status_code == 422
    assert "제목이 비었거나" in 답.text
    assert "제가 쓴 말" in 답.text


def test_권한이_없으면_망가진_양식으로도_요청을_볼_수_없다(앱: Flask, database: Database, 새판: Callable[[], int]):
    id = 새판()
    상담사 = 로그인(앱, database, "agent", Role.AGENT)
    표 = 상담사.양식("/desk/")["csrf_token"]

    for 일 in ("preview", "accept", "decline"):
        답 = 상담사.client.post(f"/desk/corrections/{id}/{일}", data={"csrf_token": 표})
        assert 답.status_code == 403, 일
        assert "5만 3천 원" not in 답.text


@두_데이터베이스
def test_아이디에_NUL이_섞여도_조용히_가려낸다(앱: Flask, 편집자: Browser):
    누구 = Browser(앱.test_client())

    assert 누구.보낸다("/desk/login", login="없는\0아이디", password=비밀번호).status_code == 422
    assert 누구.보낸다("/desk/login", login="edi\0tor", password="틀린\0비밀번호-열자리").status_code == 422
    assert 누구.보낸다("/desk/login", login="\0editor", password=비밀번호).status_code == 303


@두_데이터베이스
@pytest.mark.parametrize("글", ["2611-\0000001", "\0", "가" * 10_000, "1" * 10_000, "ﷺ" * 10_000])
def test_접수_확인에_무엇을_넣어도_맞지_않는다고만_한다(시민: Browser, 글: str):
    답들 = [시민.보낸다("/receipt", number=글, code="0123ABCD"), 시민.보낸다("/receipt", number="2611-000001", code=글)]

    assert [답.status_code for 답 in 답들] == [404, 404]
    assert all("접수번호와 확인 코드가 맞지 않습니다" in 답.text for 답 in 답들)
    assert 시민.client.get("/receipt", query_string={"number": 글}).status_code == 200


def test_번호_모양이_아닌_것을_여럿이_넣어도_남을_막지_않는다(앱: Flask):
    답들 = []
    for n in range(8):
        누구 = Browser(앱.test_client())
        누구.client.environ_base["REMOTE_ADDR"] = f"192.0.2.{n}"
        답들.append(누구.보낸다("/receipt", number="번호를 몰라요", code="0123ABCD").status_code)

    assert 답들 == [404] * 8
