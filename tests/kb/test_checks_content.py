"""배포본의 손으로 쓴 안내(k)가 issue 3의 모양을 지키고, 상담에서 꼭 답해야 하는 것에 모두 답이 있다."""

import re
from datetime import date
from pathlib import Path

import pytest
import yaml

from kb.checks import Linter, Severity
from kb.checks.answers import FACT_NAMES, LONGEST_SENTENCE, sentence_length
from kb.checks.reading import Reading
from kb.entry import Entry
from kb.topics import Topics

CONTENT = Path(__file__).parents[2] / "content"
쓴날 = date(2026, 11, 24)

OTHER_BODIES = {
    "RF-01": "112", "RF-02": "119", "RF-03": "182", "RF-04": "110", "RF-05": "129", "RF-06": "109", "RF-07": "1366",
    "RF-08": "1388", "RF-08 신고": "117", "RF-09": "1577-1389", "RF-10": "1345", "RF-11": "1577-1366", "RF-12": "1350",
    "RF-13": "1588-0075", "RF-14": "1355", "RF-15": "1577-1000", "RF-16": "126", "RF-17": "125", "RF-18": "132",
    "RF-19": "1332", "RF-20": "1394", "RF-21": "118", "RF-22": "1372", "RF-23": "1600-5500", "RF-23 서민금융": "1397",
    "RF-24": "1600-1004", "RF-25": "1600-3456", "RF-26": "1566-9009", "RF-27": "1661-2642", "RF-28": "123",
    "RF-29": "128", "RF-30": "1577-0600", "RF-31": "1339", "RF-32": "1399", "RF-33": "1588-2188", "RF-34": "1588-9090",
    "RF-35": "1330", "RF-36": "1544-7788", "RF-37": "1588-2504", "RF-38": "1331", "RF-39": "131",
    "RF-40": "02-3210-0404", "RF-41": "1599-0001", "RF-42": "02-735-8994", "RF-43": "epeople.go.kr",
}  # fmt: skip
"""120이 아니라 다른 곳으로 안내하는 마흔세 가지(DOMAIN 9)와 그 번호."""

PROMISED = {
    "P1 민원도우미": ("k415", "민원도우미"), "P2 상담코디": ("k416", "120상담코디"), "P3 찾아가는 응답소": ("k417", "찾아가는"),
    "P4 맞춤형 알림": ("k418", "동의"), "P5 자료 공개": ("k419", "공공누리"), "P6 자동 분류와 답변": ("k295", "서울톡"),
    "P7 법률 컨설팅": ("k420", "변호사"), "P8 보상제": ("k182", "1만원"), "P9 쌍방향 소통": ("k421", "담당자"),
    "P10 해피콜": ("k296", "만족"),
    "CP-01": ("k161", "고충민원"), "CP-02": ("k181", "복합민원"), "CP-03": ("k177", "다섯 세대"), "CP-04": ("k178", "분명하지"),
    "CP-05": ("k177", "대표를 세 명"), "CP-06": ("k177", "묶어"), "CP-07": ("k283", "전화로"), "CP-08": ("k166", "거절"),
    "CP-10": ("k167", "장부"), "CP-11": ("k167", "접수증"), "CP-12": ("k167", "8시간"), "CP-13": ("k284", "서류가 빠짐없이"),
    "CP-14": ("k284", "동의"), "CP-15": ("k22", "위임장"), "CP-16": ("k189", "등록"), "CP-17": ("k180", "65세"),
    "CP-18": ("k297", "오후 6시"), "CP-19": ("k422", "되풀이"), "CP-20": ("k175", "재판"), "CP-21": ("k172", "감사 부서"),
    "CP-22": ("k173", "고쳐야"), "CP-23": ("k173", "14일"), "CP-24": ("k173", "60일"), "CP-25": ("k165", "시정 요구"),
    "CP-30": ("k169", "1시간"), "CP-31": ("k169", "3시간"), "CP-32": ("k169", "8시간"), "CP-36": ("k169", "민원조정위원회"),
    "CP-37": ("k286", "한 번만"), "CP-40": ("k168", "보완"), "CP-42": ("k168", "두 번까지"), "CP-43": ("k287", "두 번 되돌아오면"),
    "CP-44": ("k287", "취하"), "CP-45": ("k287", "15일"), "CP-50": ("k163", "원래 처리 기간"), "CP-51": ("k163", "동의"),
    "CP-52": ("k163", "자리에 없다"), "CP-53": ("k163", "연락처"), "CP-60": ("k164", "30일"), "CP-61": ("k164", "연락처"),
    "CP-62": ("k165", "독촉장"), "CP-65": ("k288", "문서"), "CP-67": ("k289", "다투는 방법"), "CP-70": ("k170", "60일"),
    "CP-71": ("k170", "10일"), "CP-72": ("k171", "180일"), "CP-73": ("k290", "30일"), "CP-74": ("k172", "만족도"),
    "CP-80": ("k176", "세 번"), "CP-81": ("k176", "사람이"), "CP-82": ("k176", "민원조정위원회"), "CP-83": ("k292", "의견을"),
    "CP-84": ("k181", "민원후견인"), "CP-85": ("k181", "한 번으로"), "CP-86": ("k191", "사전심사"), "CP-87": ("k284", "20통"),
    "CP-90": ("k297", "카메라"), "CP-91": ("k190", "20분"), "CP-92": ("k190", "이유를 먼저"), "CP-95": ("k296", "답하지 않으셔도"),
    "CP-96": ("k423", "다음 해 1월 1일"), "CP-97": ("k178", "비밀"),
    "국가배상": ("k424", "4주"), "정보공개 이의": ("k425", "7일"), "제안": ("k183", "30일"), "수정 요청": ("k184", "수정 요청"),
}  # fmt: skip
"""열 가지 사업(DOMAIN 5)과 민원 처리의 규칙(DOMAIN 1), 다투고 배상받는 길: 답하는 안내와 거기 꼭 있어야 하는 말."""


@pytest.fixture(scope="module")
def 글들() -> dict[str, Entry]:
    글들 = [Entry.from_text(길.read_text("utf-8"), path=str(길)) for 길 in CONTENT.glob("entries/*/k*.md")]
    return {글.id: 글 for 글 in 글들}


def 온글(글: Entry) -> str:
    return "\n".join((글.title, *(f"{이름} {값}" for 이름, 값 in 글.facts.items()), 글.body))


def test_사백_개가_넘고_오류도_주의도_없다(글들: dict[str, Entry]) -> None:
    topics = [topic.id for topic in Topics.from_file(CONTENT / "topics.yml")]
    걸린것 = Linter().lint(글들.values(), today=쓴날, topics=topics)

    assert len(글들) >= 400
    assert [finding for finding in 걸린것 if finding.severity is not Severity.NOTE] == []


def test_파일은_한_가지_모양뿐이다(글들: dict[str, Entry]) -> None:
    for 길 in CONTENT.glob("entries/*/k*.md"):
        assert 글들[길.stem].to_text() == 길.read_text("utf-8"), 길.stem


def test_문장은_평균_45자를_넘지_않고_첫_문단은_한_숨에_읽는다(글들: dict[str, Entry]) -> None:
    for 글 in 글들.values():
        문장들 = [문장 for 문장 in re.split(r"(?<=[.?!])\s+", 글.lead) if 문장]
        assert sentence_length(Reading(글).body)[0] <= LONGEST_SENTENCE, 글.id
        assert 1 <= len(문장들) <= 3, 글.id
        assert len(글.lead) <= 150, 글.id


def test_항목_이름은_매뉴얼의_것이고_함께_볼_안내와_출처가_있다(글들: dict[str, Entry]) -> None:
    for 글 in 글들.values():
        assert set(글.facts) <= FACT_NAMES, 글.id
        assert "](/faq/" in 글.body, 글.id
        assert 글.source.name, 글.id
        assert 글.source.licence == "unstated", 글.id
        assert 글.review_by is not None, 글.id


def test_확인하지_못한_것은_확인한_날이_없다(글들: dict[str, Entry]) -> None:
    assert [글.id for 글 in 글들.values() if 글.checked and "확인 필요" in 온글(글)] == []


def test_열네_주제에_모두_열_개_넘게_있다(글들: dict[str, Entry]) -> None:
    for topic in Topics.from_file(CONTENT / "topics.yml"):
        assert sum(글.topic == topic.name for 글 in 글들.values()) >= 10, topic.name


@pytest.mark.parametrize("일", OTHER_BODIES)
def test_다른_곳으로_안내하는_번호가_있다(글들: dict[str, Entry], 일: str) -> None:
    번호 = re.compile(rf"(?<![\d-]){re.escape(OTHER_BODIES[일])}(?![\d-])")

    assert any(번호.search(온글(글)) for 글 in 글들.values())


@pytest.mark.parametrize("일", PROMISED)
def test_사업과_규칙마다_답하는_안내가_있다(글들: dict[str, Entry], 일: str) -> None:
    번호, 말 = PROMISED[일]

    assert 글들[번호].is_public
    assert 말 in 온글(글들[번호])


def test_부서_표는_마흔_줄이고_주제는_모두_목록에_있다() -> None:
    줄들 = yaml.safe_load((CONTENT / "routing.yml").read_text("utf-8"))["routes"]
    이름들 = {topic.name for topic in Topics.from_file(CONTENT / "topics.yml")}

    assert [줄["id"] for 줄 in 줄들] == [f"RT-{번호:02}" for 번호 in range(1, 41)]
    assert {줄["topic"] for 줄 in 줄들} <= 이름들
    assert {줄["first"] for 줄 in 줄들} == {"city", "district", None}
