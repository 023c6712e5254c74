"""가리면 같은 말을 하는 쪽을 찾는다."""

import datetime as dt

from kb.compose.alike import alike, told
from kb.entry import Entry

WHEN = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


def _글(번호, 이름, 주소, 본문, **facts):
    return Entry(
        id=번호,
        title=f"{이름} 안내",
        topic="문화체육관광",
        tags=(이름,),
        facts={"주소": 주소, **facts},
        body=본문,
        updated=WHEN,
    )


def test_이름과_주소와_전화만_다르면_닮은_글이다():
    하나 = _글(
        "p1", "못골도서관", "서울 강남구 자곡로 116", "못골도서관은 평일 09:00에 엽니다. 전화는 02-459-5522입니다."
    )
    둘 = _글(
        "p2", "하늘도서관", "서울 노원구 한글비석로 3", "하늘도서관은 평일 09:00에 엽니다. 전화는 02-950-1111입니다."
    )

    (짝,) = alike([하나, 둘])

    assert (짝.one, 짝.two, 짝.likeness) == ("p1", "p2", 1.0)


def test_요금이_다르면_다른_말을_한다():
    하나 = _글(
        "p1", "가 주차장", "서울 강남구 자곡로 116", "한 시간에 3,000원입니다. 온종일 20,000원입니다.", 요금="5분 250원"
    )
    둘 = _글(
        "p2", "나 주차장", "서울 강남구 자곡로 9", "한 시간에 1,200원입니다. 온종일 8,000원입니다.", 요금="5분 100원"
    )

    assert alike([하나, 둘]) == []
    assert len(alike([하나, 둘], strict=True)) == 1


def test_표의_머리와_제목_줄은_견주지_않는다():
    글 = _글("p1", "가", "", "## 가까운 곳\n\n| 무엇 | 이름 |\n|---|---|\n| 주차장 | 논현 |\n")

    assert told(글) == ["주소", "주차장", "논현"]


def test_드문_조각으로_걸러도_모두_견준_것과_같다():
    글들 = [
        _글(f"p{n}", f"곳{n}", "", " ".join(f"낱말{(n * step) % 17}" for step in range(1, 30)) + f" 끝{n % 3}")
        for n in range(1, 60)
    ]
    bags = {글.id: {tuple(told(글)[at : at + 3]) for at in range(len(told(글)) - 2)} for 글 in 글들}
    모두 = {
        (one, two)
        for i, one in enumerate(bags)
        for two in list(bags)[i + 1 :]
        if len(bags[one] & bags[two]) / len(bags[one] | bags[two]) >= 0.9
    }

    assert 모두
    assert {(짝.one, 짝.two) for 짝 in alike(글들)} == 모두
