"""함께 나가는 조리법(content/recipes)은 작은 표로도 읽을 만한 글을 짓는다."""

import csv
import datetime as dt
import re
import shutil
from pathlib import Path

import pytest

from kb import personal
from kb.checks import hard_problems
from kb.compose import compose_into_folder
from kb.compose.recipe import read_recipes
from kb.compose.rows import COLUMNS
from kb.entry import Entry
from kb.topics import Topics

CONTENT = Path(__file__).parents[3] / "content"
WHEN = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)

표준 = "기준일=2020-05-07"
본보기: dict[str, dict[str, str]] = {
    "bag_price": {"name": "강남구 종량제봉투 규격봉투 생활쓰레기 가정용 (소각용)", "fee": "10L 250원, 20L {n}90원", "detail": f"관리부서=청소과; 용도=생활쓰레기; 대상=가정용; {표준}"},
    "bike_station": {"name": "따릉이 대여소 선릉역 {n}번 출구 (ST-{n})", "detail": "대여소ID=ST-{n}", "dong": "역삼동"},
    "bulky_waste_fee": {"name": "강남구 대형폐기물 냉장고 ({n}00L)", "address": "", "fee": "{n},000원", "homepage": "https://www.gangnam.go.kr", "detail": "품목=냉장고; 규격={n}00L; 수수료표=https://www.gangnam.go.kr/fee"},
    "child_care_center": {"name": "햇님{n} 지역아동센터", "dong": "역삼동", "detail": "종류=지역아동센터; 입소정원=2{n}"},
    "childcare": {"name": "햇살{n} 어린이집", "detail": "유형=국공립; 정원=4{n}; 현원=3{n}; 보육교직원=9; 보육실=4; CCTV=8; 통학차량=운영; 제공서비스=야간연장형,시간제보육,휴일보육,장애아통합; 인가일=2008-10-13; 기준일=2026-07-21"},
    "culture_space": {"name": "가람{n} 미술관", "fee": "{n},000원", "detail": "분류=미술관/갤러리; 무료구분=유료; 휴관일=매주 월요일"},
    "dept_directory": {"name": "강남구청 공원과 - 공원 관리 {n}", "address": "", "detail": "업무=공원 관리; 부서=공원{n}과"},
    "dong_duty": {"name": "역삼{n}동 주민센터 - 일", "dong": "역삼1동", "detail": "부서=행정팀; 담당업무=인감 {n}"},
    "dong_office": {"name": "역삼{n}동 주민센터", "dong": "역삼{n}동", "detail": "우편번호=0600{n}; 전화출처=대관 안내"},
    "emergency_room": {"name": "든든{n} 병원", "hours": "평일 09:00~17:0{n}", "detail": "분류=종합병원; 응급의료기관=지역응급의료센터; 응급실전화=02-555-119{n}; 비고=점심시간 13:00~14:00"},
    "free_meal": {"name": "나눔{n} 복지관", "hours": "월+화+수 중식(11:30-12:30)", "detail": "운영기관=나눔; 장소=식당; 대상=저소득 어르신; 기준일=2025-08-26"},
    "gu_office": {"name": "강남구청{n}", "homepage": "https://www.gangnam.go.kr", "detail": "비고=확인필요: 옮길 수 있음"},
    "health_center": {"name": "강남{n} 치매안심센터", "hours": "9:00~18:0{n}", "detail": f"기관유형=치매안심센터; 프로그램=검진 {{n}}; 운영기관=나라병원; {표준}"},
    "heat_shelter": {"name": "역삼{n} 쉼터", "dong": "역삼동", "detail": "시설구분=공공시설; 세부구분=공공청사; 이용인원=3{n}"},
    "hospital": {"name": "나라{n} 병원", "dong": "역삼동", "detail": "업태=병원; 인허가일=200{n}-05-26"},
    "library": {"name": "못골{n} 도서관", "hours": "평일 09:00~2{n}:00", "detail": f"구분=공공도서관; 휴관일=월+공휴일; 좌석=1{{n}}; 장서=71{{n}}4; 대출권수=5; 대출일수=14; {표준}"},
    "market": {"name": "한마음{n} 시장", "dong": "역삼동", "detail": f"유형=상설장; 점포수=8{{n}}; 취급품목=농산물+수산물; 공중화장실=Y; 주차장=N; {표준}"},
    "open_facility": {"name": "역삼1동주민센터 {n}강의실", "hours": "평일 09:00~21:00, 주말 00:00~00:00", "fee": "{n}0,000", "address": "서울특별시 강남구 역삼로7길 16", "detail": f"유형=강의실; 수용인원=2{{n}}; 면적=40; 신청방법=전화+방문; 관리기관=서울특별시 강남구청; {표준}"},
    "park": {"name": "푸른{n} 공원", "detail": "관리부서=공원과; 면적=100㎡; 개원일=1999.5.2{n}; 주요시설=연못 {n}개; 오시는길=역삼역 {n}번 출구에서 도보 10분; 이용시참고=월요일은 쉽니다"},
    "parking": {"name": "역삼{n} 공영주차장(구)", "dong": "역삼동", "hours": "평일 00:00~24:00, 주말 00:00~24:00, 공휴일 00:00~24:00", "fee": "기본 5분 {n}50원, 추가 5분당 {n}50원", "detail": "종류=노외 주차장; 운영구분=시간제 주차장; 주차면=4{n}; 토요일=무료; 공휴일=무료; 최종동기화=2019-06-10"},
    "police_box": {"name": "역삼{n} 지구대", "detail": "경찰서=서울강남; 구분=지구대"},
    "public_toilet": {"name": "역삼{n} 공원 화장실", "dong": "역삼동", "hours": "상시", "detail": "장애인화장실=기저귀교환대2손건조기; 현황=남1,여1"},
    "sports_facility": {"name": "역삼{n} 테니스장", "hours": "평일 06:00~2{n}:00, 주말 일요일 휴관", "fee": "{n},000원", "detail": "유형=공공체육시설; 종류=테니스장; 규모=코트 {n}면; 운영기관=도시관리공단; 상태=운영; 대관=가능; 주차=- 주차 가능"},
    "subway_station": {"name": "선릉{n}역 (2호선)", "detail": "호선=2; 역번호=21{n}"},
    "vet_clinic": {"name": "반려{n} 동물병원", "dong": "역삼동", "detail": "인허가일=201{n}-08-21; 최종수정=2023-08-21"},
    "waste_disposal": {"name": "강남구 {n}구역 쓰레기 배출 안내", "address": "", "hours": "생활쓰레기 일+화+목 18:00~23:00, 음식물 일+화+목 18:00~23:00, 재활용 월+수 18:00~23:00", "detail": f"대상지역=역삼{{n}}동; 배출장소=집앞; 생활쓰레기=봉투에 담아 배출; 음식물=전용봉투에 배출; 재활용=묶어서 배출; 미수거일=명절; 관리부서=청소과; {표준}"},
}  # fmt: skip


def _줄(kind: str, n: int) -> dict[str, str]:
    바탕 = {
        "kind": kind,
        "district": "강남구",
        "address": f"서울특별시 강남구 테헤란로 {n}{len(kind)}",
        "phone": f"02-555-{n}{len(kind):03d}",
        "lat": f"37.50{n}",
        "lon": "127.0500",
        "source": "강남구 / 시험 자료 / 2025-03",
    }
    return 바탕 | {이름: 값.replace("{n}", str(n)) for 이름, 값 in 본보기[kind].items()}


def _표를_쓴다(folder: Path, kind: str, rows: list[dict[str, str]]) -> None:
    folder.mkdir(exist_ok=True)
    with (folder / f"{kind}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture(scope="module")
def 지은_글(tmp_path_factory: pytest.TempPathFactory) -> list[Entry]:
    곳 = tmp_path_factory.mktemp("shipped")
    recipes = 곳 / "recipes"
    shutil.copytree(CONTENT / "recipes", recipes, ignore=shutil.ignore_patterns("ids.csv"))
    for kind in 본보기:
        _표를_쓴다(곳 / "facts", kind, [_줄(kind, n) for n in range(1, 6)])
    topics = Topics.from_file(CONTENT / "topics.yml")
    compose_into_folder(곳 / "facts", recipes, 곳 / "entries", topics=topics, now=WHEN)
    return [Entry.from_text(path.read_text("utf-8")) for path in sorted((곳 / "entries").glob("*/*.md"))]


def test_모든_갈래의_표에_조리법이_있고_모든_주제가_맞다():
    recipes = read_recipes(CONTENT / "recipes")
    topics = Topics.from_file(CONTENT / "topics.yml")

    assert {recipe.kind for recipe in recipes} == set(본보기)
    assert all(recipe.topic in topics for recipe in recipes)
    assert {name for recipe in recipes for name in recipe.audience} <= set(topics.audience)


def test_지은_글마다_첫_문단이_있고_틀의_흔적이_없다(지은_글):
    assert len(지은_글) > 50
    for 글 in 지은_글:
        모두 = "\n".join((글.title, 글.body, *글.facts.values()))
        assert 20 < len(글.lead) < 300, 글.title
        assert not re.search(r"\{[{%]|None|Undefined|\(\)|입니다입니다|[가-힣]\.[가-힣]", 모두), (글.title, 모두)
        assert not hard_problems(글), 글.title


def test_지은_글에_개인정보로_보이는_것이_없다(지은_글):
    for 글 in 지은_글:
        모두 = "\n".join((글.title, 글.body, *글.facts.values()))
        assert not [찾은_것 for 찾은_것 in personal.find(모두) if 찾은_것.kind is not personal.Kind.TELEPHONE], 글.title


def test_오래된_자료는_오래되었다고_말하고_출처의_이용_조건을_지어내지_않는다(지은_글):
    오래된_글 = [글 for 글 in 지은_글 if 글.source.date and 글.source.date.year < 2024]

    assert 오래된_글
    assert all(f"{글.source.date.year}년" in 글.body for 글 in 오래된_글 if 글.source.date)
    assert {글.source.licence for 글 in 지은_글} == {"unstated"}


def test_대형폐기물은_구와_품목의_표_하나가_묻는_말에_답한다(지은_글):
    (글,) = [글 for 글 in 지은_글 if 글.title == "강남구에서 냉장고를 버리려면 얼마인가요?"]

    assert 글.lead.startswith("강남구에서 냉장고를 버리는 값은 크기와 종류에 따라 1,000원에서 5,000원까지입니다.")
    assert "| 냉장고 | 300L | 3,000원 |" in 글.body
    assert 글.districts == ("강남구",)
