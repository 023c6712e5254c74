"""llms.txt: 언어 모델이 읽는 짧은 길잡이 (PUBLISHING 1.5)."""

import re
from dataclasses import replace

import pytest

from build.feeds.llms import llms, topic_llms
from tests.build.data.conftest import 누리집, 안내들
from tests.conftest import 여권

링크 = re.compile(r"- \[((?:[^\[\]\\]|\\.)+)\]\((https://120\.example\.kr/[^\s()]*)\)(?:: (.+))?")


def 읽기(text):
    """(이름, 소개, 절마다의 링크). 정해진 모양이 아니면 실패한다."""
    머리, *절들 = text.split("\n\n## ")
    이름, 소개, *설명 = 머리.split("\n\n")
    assert 이름.startswith("# ")
    assert 소개.startswith("> ")
    assert not any(문단.startswith(("#", ">", "-")) for 문단 in 설명)
    읽은_절들 = {}
    for 절 in 절들:
        제목, 목록 = 절.rstrip("\n").split("\n\n")
        짝들 = [링크.fullmatch(line) for line in 목록.split("\n")]
        assert all(짝들), 목록
        읽은_절들[제목] = [(짝[1], 짝[2]) for 짝 in 짝들]
    return 이름[2:], 소개[2:], 읽은_절들


def test_누리집의_길잡이는_정해진_모양이고_주제와_내려받기와_API와_조건을_말한다(작은_누리집):
    이름, 소개, 절들 = 읽기(llms(작은_누리집))

    assert 이름 == "오픈 120"
    assert "독립 오픈소스" in 소개
    assert list(절들) == ["주제", "내려받기", "API", "이용 조건", "Optional"]
    assert 절들["주제"][0] == ("교통", "https://120.example.kr/topic/gyotong/llms.txt")
    assert "https://120.example.kr/data" in {주소 for _, 주소 in 절들["내려받기"]}


def test_주제의_길잡이는_직접_쓴_안내부터_싣는다(작은_누리집):
    _, _, 절들 = 읽기(topic_llms(작은_누리집, 작은_누리집.topic_of(여권)))

    assert [주소.rpartition("/")[2] for _, 주소 in 절들["안내"]] == ["k1.md", "f12.md"]


def test_안내가_아무리_많아도_50KB를_넘지_않고_몇_개가_빠졌는지_말한다():
    많음 = [
        replace(여권, id=f"p{n}", title=f"{n}번째로 긴 제목의 장소는 어디에 있고 언제 열며 전화는 몇 번인가요?")
        for n in range(1, 4001)
    ]
    site = 누리집([*많음, replace(여권, id="k9999")])

    text = topic_llms(site, site.topic_of(여권))

    _, _, 절들 = 읽기(text)
    assert len(text.encode()) < 50_000
    assert 절들["안내"][0][1].endswith("/faq/k9999.md")
    assert f"여기 없는 {4001 - len(절들['안내']):,}개" in text
    assert len(llms(site).encode()) < 50_000


@pytest.mark.parametrize(
    "제목", ["[대괄호](https://evil.example) 제목", "끝 \\", "](javascript:alert(1))", "# 제목", "> 인용"]
)
def test_제목에_무엇이_있어도_링크는_우리_것뿐이다(제목):
    site = 누리집([replace(여권, title=제목)])

    _, _, 절들 = 읽기(topic_llms(site, site.topic_of(여권)))

    assert [주소 for _, 주소 in 절들["안내"]] == ["https://120.example.kr/faq/k1.md"]


def test_안내가_없는_주제도_길잡이가_있다():
    site = 누리집(안내들)
    빈_주제 = next(topic for topic in site.topics if not site.by_topic[topic.id])

    assert list(읽기(topic_llms(site, 빈_주제))[2]) == ["목록"]
