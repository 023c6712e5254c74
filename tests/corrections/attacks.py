"""장난의 다섯 모양: 정해진 씨앗에서 늘 같은 글 200개씩. 무엇이 걸러지는지는 모른다."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from kb.entry import Entry


@dataclass(frozen=True, kw_only=True)
class 글:
    """보낼 글 하나와 언제 어디에서."""

    모양: str
    entry: str
    at: datetime
    address: str
    agent: str = "Mozilla/5.0"
    seconds: float | None = 20.0
    bait: str = ""
    kind: str = "unclear"
    quoted: str = ""
    proposal: str = ""
    evidence: str = ""


낱말 = [
    "수수료",
    "접수처",
    "담당자",
    "기간",
    "서류",
    "창구",
    "번호",
    "주소",
    "시간",
    "요일",
    "대상",
    "금액",
    "절차",
    "신청서",
]
끝말 = ["이 바뀌었습니다", "이 틀립니다", "을 다시 확인해 주세요", "이 달라졌어요", "이 빠져 있어요"]
자모 = "ㅁㄴㅇㄹㅋㅎㅗㅓㅏㅣㅂㅈㄷㄱ"
흔한글자 = "가나다라이은는을를에서하고다지기사자시한부대도로정"
광고 = [
    "실시간 카지노 바카라 첫 충전 꽁머니",
    "무직자 당일대출 바로 상담",
    "팔로워 구매 최저가 보장",
    "토토사이트 먹튀 검증 완료",
]
틀 = [
    "{무엇} 안내를 읽어 보았는데 실제 현장에서는 {n}단계로 진행되고 있으므로 전체 문단을 새롭게 정비하여 게시해 주시기를 강력히 요청드립니다.",
    "안녕하세요 평소 관심이 많은 이용자입니다. {무엇} 관련하여 지난 {n}월부터 운영 방침이 완전히 개편되었으니 조속히 반영 바랍니다.",
    "{무엇} 부분에 적힌 설명은 부정확하며 올바른 표현으로 교체되어야 합니다. 근거 자료는 {n}건 보유하고 있으니 검토 부탁드립니다.",
]


def 몰아치기(항목들: Sequence[Entry], 처음: datetime) -> Iterator[글]:
    """한 주소에서 1초마다. 뒤의 절반은 브라우저를 바꾸어 가며."""
    뽑기 = random.Random(1)
    for n in range(200):
        entry = 뽑기.choice(항목들)
        적음 = f"{뽑기.choice(낱말)}{뽑기.choice(끝말)}. {뽑기.randrange(1, 99)}번 {뽑기.choice(낱말)}도 봐 주세요."
        브라우저 = "Mozilla/5.0" if n < 100 else f"Mozilla/5.0 ({n})"
        때 = 처음 + timedelta(seconds=n)
        yield 글(모양="몰아치기", entry=entry.id, at=때, address="203.0.113.1", agent=브라우저, proposal=적음)


def 같은_글(항목들: Sequence[Entry], 처음: datetime) -> Iterator[글]:
    """주소 200곳에서 같은 글을: 절반은 여러 안내에, 절반은 한 안내에."""
    한글 = "담당 부서가 폐지되어 더 이상 운영하지 않는 제도이므로 즉시 삭제하고 다른 기관으로 안내해야 합니다"
    for n in range(200):
        entry = 항목들[n % len(항목들)] if n < 100 else 항목들[0]
        때 = 처음 + timedelta(minutes=7 * n)
        yield 글(
            모양="같은 글",
            entry=entry.id,
            at=때,
            address=f"198.51.100.{n}",
            agent=f"A{n}",
            kind="outdated",
            proposal=한글,
        )


def 뜻_없는_글(항목들: Sequence[Entry], 처음: datetime) -> Iterator[글]:
    """아무 글자나, 흔한 글자만, 낱자, 자판 두드리기, 다른 안내의 낱말을 섞은 것."""
    뽑기 = random.Random(3)
    말들 = [word for entry in 항목들 for word in entry.body.split() if word.isalpha()]

    def 지음(n: int) -> str:
        match n % 5:
            case 0:
                return "".join(chr(뽑기.randrange(0xAC00, 0xD7A4)) for _ in range(40))
            case 1:
                return " ".join("".join(뽑기.choices(흔한글자, k=5)) for _ in range(8))
            case 2:
                return "".join(뽑기.choices(자모, k=30))
            case 3:
                return " ".join("".join(뽑기.choices("bcdfghjklmnpqrstvwxzaeiou", k=9)) for _ in range(5))
            case _:
                return " ".join(뽑기.sample(말들, 12))

    for n in range(200):
        때 = 처음 + timedelta(minutes=3 * n)
        yield 글(
            모양="뜻 없는 글", entry=뽑기.choice(항목들).id, at=때, address=f"192.0.2.{n}", agent=f"B{n}",
            seconds=1.0 if n % 5 == 4 else 9.0, proposal=지음(n),
        )  # fmt: skip


def 링크_광고(항목들: Sequence[Entry], 처음: datetime) -> Iterator[글]:
    """줄인 주소와 광고. 넷에 하나는 안내의 문장을 옮겨 적고, 열에 하나는 숨은 칸까지 채운다."""
    뽑기 = random.Random(4)
    for n in range(200):
        entry = 뽑기.choice(항목들)
        주소 = f"https://{뽑기.choice(['bit.ly', 'han.gl', 'vo.la'])}/{n:x}"
        바깥 = " ".join(f"https://{뽑기.choice(['best', 'vip', 'win'])}{n}{i}.xyz/{i}" for i in range(3))
        때 = 처음 + timedelta(minutes=5 * n)
        적음 = [
            f"자세한 내용은 {주소} 확인하세요",
            f"{뽑기.choice(광고)} {바깥}",
            f"{entry.title} 참고 {바깥}",
            뽑기.choice(광고),
        ][n % 4]
        yield 글(
            모양="링크 광고", entry=entry.id, at=때, address=f"2001:db8:{n:x}::/64", agent=f"C{n}",
            seconds=2.0 if n % 2 else 8.0, bait="http://a.xyz" if n % 10 == 0 else "",
            quoted=entry.body[:40] if n % 4 == 2 else "", proposal=적음,
        )  # fmt: skip


def 조금씩(항목들: Sequence[Entry], 처음: datetime) -> Iterator[글]:
    """한 시간에 하나씩, 빈칸만 갈아 끼운 틀을 여드레 동안."""
    뽑기 = random.Random(5)
    for n in range(200):
        entry = 뽑기.choice(항목들)
        적음 = 틀[n % 3].format(무엇=entry.title.split(".")[0].split("?")[0], n=뽑기.randrange(2, 12))
        때 = 처음 + timedelta(hours=n)
        yield 글(
            모양="조금씩", entry=entry.id, at=때, address=f"100.64.{n}.7", agent=f"D{n}", seconds=45.0, kind="procedure",
            proposal=적음,
        )  # fmt: skip


모양들 = (몰아치기, 같은_글, 뜻_없는_글, 링크_광고, 조금씩)
