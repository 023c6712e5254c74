"""의심할 만한 것의 표와 셈: 신호마다의 점수를 더해 받을지, 보류할지, 차단할지를 말한다. 신호를 어떻게 알아냈는지는 모른다."""

from collections.abc import Collection
from enum import StrEnum

from corrections.submit import Screened
from corrections.transition import Action

HOLD_AT = 40
BLOCK_AT = 100
MOST_BEHAVIOUR = 50
"""몰려 온 것만으로는 이 점수를 넘지 않는다: 한 주소를 함께 쓰는 학교와 사무실의 글은 보류될 수는 있어도 차단되지 않는다."""

LEAST_CONTENT = 70
"""글 자체의 점수가 이만큼은 되어야 차단한다."""


class Signal(StrEnum):
    """의심할 만한 것 하나. 값은 편집자에게 보이는 말이다."""

    BAIT = "비워 두라는 칸을 채움"
    GIBBERISH = "뜻이 없는 글"
    SHORTENER = "줄인 주소"
    ADVERT = "안내와 상관없는 광고의 말"
    SOME_LINKS = "바깥 링크 둘"
    MANY_LINKS = "바깥 링크 셋 이상"
    ODD_LINK = "낯선 곳의 링크"
    HANDLE = "메신저 아이디"
    MACHINE = "기계에게 하는 말"
    INSULT = "욕설"
    UNGROUNDED = "이 안내를 두고 무엇이 다르다는 말이 없음"
    THIN = "무엇을 가리키는지 어렴풋함"
    CROWD = "어렴풋한 글이 몰림"
    MANY_COPIES = "여러 안내에 보낸 같은 글"
    TOO_FAST = "양식을 열고 4초 안에 보냄"
    NO_TIME = "양식을 연 때를 알 수 없음"
    SAME_MINUTE = "같은 곳에서 1분 안에 또 보냄"
    SAME_ADDRESS = "같은 주소에서 1분 안에 또 옴"
    RUN = "같은 주소에서 10분 안에 여러 번 옴"
    DAY = "같은 주소에서 하루 한도를 넘음"
    OPEN = "같은 곳에서 보낸 것이 여럿 열려 있음"
    WANDERING = "같은 주소에서 여러 안내에 보냄"
    ENTRY_BURST = "한 안내에 한꺼번에 몰림"
    COPY = "다른 안내에 보낸 것과 거의 같은 글"
    SAME_REPORT = "같은 안내에 이미 여러 번 온 글"
    FROZEN = "멈춰 둔 안내"


CONTENT = {
    Signal.BAIT: 60,
    Signal.GIBBERISH: 70,
    Signal.SHORTENER: 40,
    Signal.ADVERT: 60,
    Signal.SOME_LINKS: 25,
    Signal.MANY_LINKS: 45,
    Signal.ODD_LINK: 45,
    Signal.HANDLE: 45,
    Signal.MACHINE: 45,
    Signal.INSULT: 40,
    Signal.MANY_COPIES: 60,
}
"""글 자체에서 나온 점수."""

BEHAVIOUR = {
    Signal.TOO_FAST: 40,
    Signal.NO_TIME: 40,
    Signal.SAME_MINUTE: 45,
    Signal.SAME_ADDRESS: 30,
    Signal.RUN: 45,
    Signal.DAY: 45,
    Signal.OPEN: 45,
    Signal.WANDERING: 20,
    Signal.ENTRY_BURST: 45,
    Signal.COPY: 45,
    Signal.CROWD: 45,
    Signal.SAME_REPORT: 45,
    Signal.FROZEN: 50,
}
"""언제 어디에서 얼마나 왔는지에서 나온 점수. 모두 더해도 MOST_BEHAVIOUR까지다."""


STANDING = {Signal.UNGROUNDED: 40, Signal.THIN: 10}
"""안내를 두고 하는 말이 아니거나 어렴풋한 것의 점수. 사람이 먼저 볼 까닭이지 장난이라는 증거는 아니라서 차단하는 데에는 세지 않는다."""


def judge(signals: Collection[Signal]) -> Screened:
    """신호들의 점수와, 그래서 할 일: 40점부터 보류, 글 자체가 나쁘고 100점부터 차단, 그 아래는 그대로 받는다."""
    content, standing, behaviour = (
        sum(table.get(signal, 0) for signal in signals) for table in (CONTENT, STANDING, BEHAVIOUR)
    )
    bad = content + min(behaviour, MOST_BEHAVIOUR)
    action = Action.SUBMIT
    if bad >= BLOCK_AT and content >= LEAST_CONTENT:
        action = Action.BLOCK
    elif bad + standing >= HOLD_AT:
        action = Action.HOLD
    return Screened(action, bad + standing, tuple(signal.value for signal in Signal if signal in signals))
