"""서울 열린데이터광장과 같은 모양의 파일: 그쪽에 묻던 프로그램이 그대로 읽는다 (PUBLISHING 2)."""

import json
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import given, settings
from lxml import etree

from build.data.fields import rows
from build.data.text_files import records
from build.feeds import city_api
from kb.entry import SEOUL
from kb.exchange.seoul_api import import_seoul
from kb.exchange.seoul_envelope import read_answer
from tests.build.data.conftest import 누리집, 여러_안내
from tests.conftest import 여권


def 줄들(entries):
    """faq.jsonl에 적힐 줄들."""
    return list(records(rows(누리집(entries))))


def 줄(entry):
    return 줄들([entry])[0]


매뉴얼 = replace(
    여권,
    id="d77",
    title="강남구의 전입신고는 어디에서 하나요?",
    body="**동주민센터**에서 [신청](https://www.gov.kr)합니다.\n\n| 구 | 값 |\n|---|---:|\n| 강남 | 1 |\n",
)
자주_묻는_질문 = replace(
    여권,
    id="f289803",
    title="수도 요금은 어떻게 내나요?",
    topic="교통",
    facts={},
    body="은행에서 냅니다.\n\n- 자동이체\n",
)


def test_목록의_JSON은_그쪽과_칸까지_같다():
    글 = json.loads(city_api.list_answer(줄들([자주_묻는_질문]), "json", total=1))

    assert 글 == {
        "SearchFAQService": {
            "list_total_count": 1,
            "RESULT": {"CODE": "INFO-000", "MESSAGE": "정상 처리되었습니다"},
            "row": [
                {
                    "FAQ_SEQNO": 289803,
                    "FAQ_TP": "F",
                    "LCODE": "gyotong",
                    "LCODE_NAME": "교통",
                    "QUEST": "수도 요금은 어떻게 내나요?",
                    "UPDATE_YMDHMS": "20261101090000",
                }
            ],
        }
    }


def test_XML은_그쪽과_모양이_같다():
    글 = city_api.list_answer(줄들([자주_묻는_질문]), "xml", total=1)

    assert 글.startswith(
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><SearchFAQService><list_total_count>1</list_total_count><RESULT>'
    )
    assert [cell.tag for cell in etree.fromstring(글).find("row")] == [
        "FAQ_SEQNO", "FAQ_TP", "LCODE", "LCODE_NAME", "QUEST", "UPDATE_YMDHMS",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("안내", "물음", "칸들"),
    [
        (자주_묻는_질문, "SearchDetailsFAQService/1/1/F/289803", ["FAQ_TP", "FAQ_SEQNO", "QUEST", "ANSWER", "UPDATE_YMDHMS"]),
        (매뉴얼, "SearchDetailsSeoulWorkmanualService/1/1/J/77", ["FAQ_TP", "FAQ_SEQNO", "QUEST", "ANSWER", "UPDATE_YMDHMS", "ANSWER_HTML"]),
        (replace(매뉴얼, id="s7"), "SearchDetailsSeoulWorkmanualService/1/1/S/7", ["FAQ_TP", "FAQ_SEQNO", "QUEST", "ANSWER", "UPDATE_YMDHMS", "ANSWER_HTML"]),
        (여권, "SearchDetailsFAQService/1/1/K/1", ["FAQ_TP", "FAQ_SEQNO", "QUEST", "ANSWER", "UPDATE_YMDHMS"]),
    ],
)  # fmt: skip
def test_상세는_갈래마다_그쪽의_이름과_칸을_쓴다(안내, 물음, 칸들):
    assert city_api.detail_place(줄(안내)) == 물음
    글 = json.loads(city_api.detail_answer(줄(안내), "json"))[물음.partition("/")[0]]
    assert list(글["row"][0]) == 칸들
    assert 글["list_total_count"] == 1


@pytest.mark.parametrize("form", ["json", "xml"])
def test_없는_자리를_물으면_서비스_이름_없이_없다고_한다(form):
    글 = city_api.list_answer([], form, total=0)

    assert read_answer(글).code == "INFO-200"
    assert b"SearchFAQService" not in 글


def test_답은_꾸밈없는_글이고_표와_사실도_읽을_수_있다():
    assert city_api.plain_answer(줄(매뉴얼)) == (
        "동주민센터에서 신청합니다.\n\n구 | 값\n강남 | 1\n\n신청방법: 구청 여권 창구에 직접 갑니다.\n수수료: 5만 원"
    )


@pytest.mark.parametrize(
    ("본문", "글"),
    [
        ("## 제목\n\n> 인용\n\n- 하나\n", "제목\n\n인용\n\n- 하나"),
        ('![그림](https://x.example/a.png "이름") `코드` \\*별\\*\n', "그림 코드 *별*"),
        ("| a \\| b | c |\n| :-- | --: |\n", "a | b | c"),
        ("2026-01-01 - 2026-02-01\n---\n", "2026-01-01 - 2026-02-01\n---"),
    ],
)
def test_Markdown의_기호만_빠진다(본문, 글):
    assert city_api.plain_answer(줄(replace(여권, body=본문, facts={}))) == 글


def test_창은_천_줄씩이고_마지막_다음_창은_비어_있다():
    창들 = dict(city_api.windows([{"id": f"k{n}"} for n in range(1, 2002)]))

    assert [(물음, len(안내들)) for 물음, 안내들 in 창들.items()] == [
        ("SearchFAQService/1/1000", 1000), ("SearchFAQService/1001/2000", 1000), ("SearchFAQService/2001/3000", 1),
        ("SearchFAQService/3001/4000", 0),
    ]  # fmt: skip
    assert [entry["id"] for entry in 창들["SearchFAQService/1001/2000"]][:2] == ["k1001", "k1002"]


@pytest.mark.parametrize("form", ["json", "xml"])
def test_그쪽에서_가져오던_프로그램이_주소와_열쇠만_바꾸면_우리_것을_가져온다(form, 저장소, tmp_path):
    """인증키는 `openapi`, 주소는 우리 누리집이다: 길이 /openapi/json/SearchFAQService/1/1000/이 된다."""
    entries = 줄들([자주_묻는_질문, 매뉴얼, replace(매뉴얼, id="s5", title="시의 매뉴얼")])
    파일들 = {
        f"/openapi/{form}/{물음}/": city_api.list_answer(안내, form, total=len(entries))
        for 물음, 안내 in city_api.windows(entries)
    }
    파일들 |= {f"/openapi/{form}/{city_api.detail_place(e)}/": city_api.detail_answer(e, form) for e in entries}

    report = import_seoul(
        저장소,
        key="openapi",
        state_folder=tmp_path / "imports",
        base_url="https://120.example.kr",
        pace_seconds=0,
        form=form,
        now=datetime(2026, 11, 24, tzinfo=SEOUL),
        client=lambda url, timeout: 파일들[url.removeprefix("https://120.example.kr")],
    )

    assert report.as_json()["added"] == 3
    가져온 = 저장소.get("d77")
    assert (가져온.title, 가져온.topic, 가져온.updated) == (매뉴얼.title, "민원행정", 매뉴얼.updated)
    assert "**동주민센터**에서 [신청](https://www.gov.kr)합니다." in 가져온.body
    assert "| 강남 | 1 |" in 가져온.body
    assert "은행에서 냅니다." in 저장소.get("f289803").body


@settings(max_examples=40, deadline=None)
@given(여러_안내)
def test_어떤_글이_들어도_JSON과_XML이_같은_줄을_말한다(entries):
    for _, shown in city_api.windows(줄들(entries)):
        assert read_answer(city_api.list_answer(shown, "json", total=len(entries))).total == (
            len(entries) if shown else 0
        )
    for entry in 줄들(entries):
        json_줄, xml_줄 = (read_answer(city_api.detail_answer(entry, form)).rows[0] for form in ("json", "xml"))
        assert json_줄.keys() == xml_줄.keys()
        assert json_줄["QUEST"] == xml_줄["QUEST"] == entry["title"]
        assert 읽을_수_있는(json_줄["ANSWER"]) == xml_줄["ANSWER"]


def 읽을_수_있는(text):
    """XML에 적을 수 없는 글자는 U+FFFD가 된다."""
    return "".join(
        c if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff" else "\ufffd"
        for c in text
    )
