"""시민의 말과 행정의 말을 잇는 표를 읽고, 배포하는 표와 주제 목록이 제 모양인지 본다."""

from datetime import datetime
from pathlib import Path
from unicodedata import is_normalized

import pytest
import yaml

from kb.entry import SEOUL, Entry
from kb.errors import BadTerms
from kb.index import build_index
from kb.search import Searcher
from kb.terms import load_terms, squeezed

CONTENT = Path(__file__).parents[2] / "content"
표 = CONTENT / "terms.yml"


def 적은_표(tmp_path: Path, 글: str) -> Path:
    길 = tmp_path / "terms.yml"
    길.write_text(글, "utf-8")
    return 길


def test_시민의_말마다_행정의_말과_무게를_준다(tmp_path):
    길 = 적은_표(
        tmp_path,
        "terms:\n- {say: [딱지, 주차 벌금], means: [과태료, 주정차 위반], weight: 0.9}\n"
        "- {say: [쓰봉], means: [종량제봉투], weight: 1}\n",
    )

    assert load_terms(길) == {
        "딱지": {"과태료": 0.9, "주정차 위반": 0.9},
        "주차 벌금": {"과태료": 0.9, "주정차 위반": 0.9},
        "쓰봉": {"종량제봉투": 1.0},
    }


def test_조합형으로_적은_표도_완성형으로_읽는다(tmp_path):
    from_mac = "terms:\n- {say: [\u1112\u1161\u11ab\u110c\u1165\u11ab], means: [한국전력], weight: 1.0}\n"

    assert load_terms(적은_표(tmp_path, from_mac)) == {"한전": {"한국전력": 1.0}}


@pytest.mark.parametrize(
    ("항목", "까닭"),
    [
        ("{say: [딱지], means: [과태료]}", "세 가지"),
        ("{say: [딱지], means: [과태료], weight: 0.9, note: 글}", "세 가지"),
        ("딱지", "세 가지"),
        ("{say: 딱지, means: [과태료], weight: 0.9}", "say에는"),
        ("{say: [딱지], means: [], weight: 0.9}", "means에는"),
        ("{say: [딱지], means: [112], weight: 0.9}", "따옴표"),
        ("{say: [' '], means: [과태료], weight: 0.9}", "글자로"),
        ("{say: [딱], means: [과태료], weight: 0.9}", "너무 짧"),
        ("{say: [과 태료], means: [과태료], weight: 0.9}", "함께"),
        ("{say: [딱지], means: [과태료], weight: 0}", "weight"),
        ("{say: [딱지], means: [과태료], weight: 1.5}", "weight"),
        ("{say: [딱지], means: [과태료], weight: true}", "weight"),
        ("{say: [딱지], means: [과태료], weight: .nan}", "weight"),
        ("{say: [쓰 봉], means: [봉투], weight: 0.9}", "1번째에 이미"),
        ("{say: [딱지, 딱 지], means: [과태료], weight: 0.9}", "이미"),
        ("{say: [딱지, 딱지], means: [과태료], weight: 0.9}", "이미"),
    ],
)
def test_틀린_항목은_파일과_몇_번째인지_말한다(tmp_path, 항목, 까닭):
    길 = 적은_표(tmp_path, f"terms:\n- {{say: [쓰봉], means: [종량제봉투], weight: 1.0}}\n- {항목}\n")

    with pytest.raises(BadTerms, match=까닭) as 오류:
        load_terms(길)
    assert str(오류.value).startswith(f"{길} 2번째 항목")


@pytest.mark.parametrize("글", ["", "terms:", "terms: {딱지: 과태료}", "- 딱지", "terms: [", "a: b: c"])
def test_표가_아니면_그_파일이_틀렸다고_말한다(tmp_path, 글):
    with pytest.raises(BadTerms, match=r"terms\.yml"):
        load_terms(적은_표(tmp_path, 글))


def test_없는_파일이나_글이_아닌_파일도_알린다(tmp_path):
    with pytest.raises(BadTerms, match="읽을 수 없습니다"):
        load_terms(tmp_path / "terms.yml")
    (tmp_path / "terms.yml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadTerms, match="형식이 틀렸습니다"):
        load_terms(tmp_path / "terms.yml")


def test_읽은_표로_찾으면_시민의_말이_공식_제목에_닿는다(tmp_path):
    글들 = [
        Entry(id=id, title=title, topic="환경청소", updated=datetime(2026, 3, 2, tzinfo=SEOUL))
        for id, title in (("k1", "종량제봉투 판매소"), ("k2", "무더위쉼터 위치"), ("k3", "여권 재발급"))
    ]
    build_index(글들, tmp_path)

    def 번호들(물음: str, **표) -> list[str]:
        return [hit.id for hit in Searcher(tmp_path, **표).search(물음).hits]

    assert 번호들("쓰 봉 어디서 사요") == []
    assert 번호들("쓰 봉 어디서 사요", terms=load_terms(표)) == ["k1"]


# --- 배포하는 표 ---


def test_배포하는_표에는_시민의_말이_팔백_가지_넘게_있다():
    assert len(load_terms(표)) >= 800


def test_배포하는_표는_완성형이고_줄마다_주제_아래에_있다():
    글 = 표.read_text("utf-8")

    assert is_normalized("NFC", 글)
    assert 글.index("terms:\n  # 민원행정") > 0


def test_같은_뜻의_더_짧은_말에_이미_걸리는_말은_없다():
    표의_말 = {squeezed(말): 뜻 for 말, 뜻 in load_terms(표).items()}

    군더더기 = [
        (긴, 짧은) for 긴, 뜻 in 표의_말.items() for 짧은 in 표의_말 if 짧은 in 긴 != 짧은 and 표의_말[짧은] == 뜻
    ]

    assert 군더더기 == []


@pytest.mark.parametrize(
    "물음",
    [
        "소비자 상담은 어디에 하나요", "장마 대비는 어떻게 하나요", "건물 세입자가 나갔어요", "체불임금 신고", "건물이 얼마인가요",
        "학교 포함 신청 대상", "내부고발은 어디에 하나요", "회사 채용 공고", "미아동 주민센터", "면허 갱신 검사",
    ],
)  # fmt: skip
def test_다른_말_속에_낀_글자에는_걸리지_않는다(물음):
    엉뚱한 = {
        "외국인종합안내",
        "불연성 마대",
        "수도요금",
        "난임 시술비 지원",
        "누수",
        "재외국민",
        "불법사금융",
        "실종 아동",
        "병역판정검사",
    }
    걸린_뜻 = {뜻 for 말, 뜻들 in load_terms(표).items() if squeezed(말) in squeezed(물음) for 뜻 in 뜻들}

    assert not 걸린_뜻 & 엉뚱한


# --- 주제 아래의 작은 갈래 ---


def test_주제마다_작은_갈래가_있고_이름과_모으는_말이_겹치지_않는다():
    주제들 = yaml.safe_load((CONTENT / "topics.yml").read_text("utf-8"))["topics"]

    for 주제 in 주제들:
        갈래들 = 주제["subtopics"]
        모으는_말 = [말 for 갈래 in 갈래들 for 말 in 갈래["tags"]]
        assert len(갈래들) >= 3
        assert len({갈래["id"] for 갈래 in 갈래들}) == len({갈래["name"] for 갈래 in 갈래들}) == len(갈래들)
        assert all(set(갈래) == {"id", "name", "tags"} and 갈래["tags"] for 갈래 in 갈래들)
        assert all(갈래["id"].isascii() and 갈래["id"].islower() and 갈래["id"].isalpha() for 갈래 in 갈래들)
        assert len(set(모으는_말)) == len(모으는_말), 주제["name"]
