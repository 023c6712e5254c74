"""걸린 것은 시민이 고른 말이 아니라 고친 글에서 나온다."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from corrections.models import Risk
from corrections.risk import risk_of
from kb.entry import Entry


@pytest.mark.parametrize(
    ("앞", "뒤", "걸린것"),
    [
        ("신청하세여.", "신청하세요.", Risk.WORDING),
        ("받을수 있습니다.", "받을 수 있습니다.", Risk.WORDING),
        ("구청 3층으로 오세요.", "구청 5층으로 오세요.", Risk.FACT),
        ("서류는 신분증입니다.", "서류는 신분증과 사진 한 장입니다.", Risk.FACT),
        ("[누리집](https://a.seoul.go.kr)", "[누리집](https://b.seoul.go.kr)", Risk.LINK),
        ("전화는 02-2133-1234입니다.", "전화는 02-2133-9999입니다.", Risk.PHONE),
        ("국번 없이 1577-1000", "국번 없이 1577-1001", Risk.PHONE),
        ("수수료는 5만 원입니다.", "수수료는 6만 원입니다.", Risk.FEE),
        ("수수료는 5만 3천 원입니다.", "수수료는 5만 원입니다.", Risk.FEE),
        ("수수료는 오천 원입니다.", "수수료는 육천 원입니다.", Risk.FEE),
        ("한 통에 오백원입니다.", "한 통에 칠백원입니다.", Risk.FEE),
        ("신청할 수 있습니다.", "신청할 수 없습니다.", Risk.FACT),
        ("오전에만 엽니다.", "오후에만 엽니다.", Risk.FACT),
        ("사흘 안에 내세요.", "나흘 안에 내세요.", Risk.FACT),
        ("월요일은 쉽니다.", "화요일은 쉽니다.", Risk.FACT),
        ("서류를 세 번 냅니다.", "서류를 네 번 냅니다.", Risk.FACT),
        ("그러면 않 됩니다.", "그러면 안 됩니다.", Risk.WORDING),
        ("서류는 일원동 주민센터에 네요.", "서류는 일원동 주민센터에 내요.", Risk.WORDING),
        ("이 일은 구청이 합니다. 수수료는 없습니다.", "그 일은 구청이 합니다. 수수료는 없습니다.", Risk.WORDING),
        ("수수료는 천 원입니다.", "수수료는 만 원입니다.", Risk.FEE),
        ("갈수 있읍니다.", "갈 수 있습니다.", Risk.WORDING),
        ("병원에 가면 됨니다.", "병원에 가면 됩니다.", Risk.WORDING),
        ("이용은 유료입니다.", "이용은 무료입니다.", Risk.FEE),
        ("65세 이상이면 됩니다.", "60세 이상이면 됩니다.", Risk.ELIGIBILITY),
        ("도로교통법 제32조에 따릅니다.", "도로교통법 제33조에 따릅니다.", Risk.LAW),
        ("「주민등록법」에 따릅니다.", "「가족관계등록법」에 따릅니다.", Risk.LAW),
    ],
)
def test_본문에서_바뀐_것을_보고_안다(항목: Callable[..., Entry], 앞: str, 뒤: str, 걸린것: Risk):
    글 = 항목(title="여권", facts={}, tags=())

    assert risk_of(replace(글, body=f"첫 줄\n{앞}\n"), replace(글, body=f"첫 줄\n{뒤}\n")) is 걸린것


@pytest.mark.parametrize(
    ("이름", "걸린것"),
    [("수수료", Risk.FEE), ("신청대상", Risk.ELIGIBILITY), ("근거", Risk.LAW), ("접수처", Risk.FACT)],
)
def test_항목의_이름만으로도_안다(항목: Callable[..., Entry], 이름: str, 걸린것: Risk):
    글 = 항목(title="여권", facts={이름: "가나다"}, tags=())

    assert risk_of(글, replace(글, facts={이름: "전혀 다른 말입니다"})) is 걸린것


def test_긴급한_안내에서는_글귀_말고는_모두_긴급이다(항목: Callable[..., Entry]):
    글 = 항목(title="응급실을 찾습니다", facts={}, body="3층입니다.\n")

    assert risk_of(글, replace(글, body="5층입니다.\n")) is Risk.EMERGENCY
    assert risk_of(글, replace(글, body="3층 입니다.\n")) is Risk.WORDING


def test_여럿이_바뀌면_가장_무거운_것이다(항목: Callable[..., Entry]):
    글 = 항목(title="여권", facts={"수수료": "5만 원"}, body="신청하세여.\n")

    assert risk_of(글, replace(글, facts={"수수료": "6만 원"}, body="신청하세요.\n")) is Risk.FEE
    assert risk_of(글, replace(글, phone="02-123-4567")) is Risk.PHONE
    assert risk_of(글, 글) is Risk.WORDING
