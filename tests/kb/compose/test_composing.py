"""사실 표에서 항목을 짓고, 새 표가 오면 달라진 것만 새 판이 된다."""

import pytest

from kb.compose import BadRecipe, BadTable, ComposeFailed, Outcome, TooManyGone, compose_into_store
from kb.entry import Entry, Status
from kb.git import run
from kb.store import EntryStore

못골 = "강남구 못골도서관은 몇 시까지 하나요?"
푸른솔 = "강남구 푸른솔도서관은 몇 시까지 하나요?"


def test_도서관_한_줄이_첫_문단에서_답하는_항목_하나가_된다(부엌, 도서관):
    부엌.table(도서관())

    부엌.compose()

    글 = 부엌.all()[못골]
    assert 글.lead == "못골도서관은 평일 09:00~22:00에 엽니다. 쉬는 날은 매주 화요일입니다."
    assert 글.facts["주소"] == "서울 강남구 자곡로 116"
    assert (글.districts, 글.phone, 글.checked) == (("강남구",), "02-459-5522", None)
    assert (str(글.source.date), 글.source.licence) == ("2026-03-02", "unstated")


def test_줄의_차례가_달라도_번호와_글이_한_글자도_다르지_않다(부엌, 도서관, tmp_path):
    줄들 = [
        도서관(f"{이름}도서관", address=f"서울특별시 강남구 자곡로 {n}", hours=f"평일 0{n}:00~18:00")
        for n, 이름 in enumerate("가나다라", 1)
    ]
    부엌.table(*줄들)
    부엌.compose()
    처음 = 부엌.files()

    둘째 = type(부엌)((tmp_path / "둘째").resolve()) if (tmp_path / "둘째").mkdir() is None else None
    둘째.table(*reversed(줄들))
    둘째.compose()

    assert 둘째.files() == 처음


def test_같은_표로_다시_지으면_아무_파일도_바뀌지_않는다(부엌, 도서관, 화장실):
    부엌.toilets_recipe()
    부엌.table(도서관(), *(화장실(f"{이름} 화장실") for 이름 in ("가", "나", "다")))
    부엌.compose()
    앞 = 부엌.files()

    보고 = 부엌.compose(now=부엌.later)

    assert 부엌.files() == 앞
    assert (보고.count(Outcome.UNCHANGED), 보고.count(Outcome.CHANGED), 보고.count(Outcome.ADDED)) == (2, 0, 0)


def test_한_줄이_바뀌면_그_줄의_항목만_새_판이_되고_번호는_그대로다(부엌, 도서관):
    부엌.table(도서관(), 도서관("푸른솔도서관", address="서울특별시 강남구 테헤란로8길 36", hours="평일 09:00~18:00"))
    부엌.compose()
    앞 = 부엌.all()

    부엌.table(
        도서관(hours="평일 09:00~21:00"),
        도서관("푸른솔도서관", address="서울특별시 강남구 테헤란로8길 36", hours="평일 09:00~18:00"),
    )
    보고 = 부엌.compose(now=부엌.later)

    assert 보고.of(Outcome.CHANGED) == [앞[못골].id]
    assert 부엌.all()[푸른솔] == 앞[푸른솔]
    assert 부엌.all()[못골].id == 앞[못골].id
    assert 부엌.all()[못골].updated == 부엌.later


def test_표에서_사라진_곳의_항목은_지우지_않고_내린다(부엌, 도서관):
    부엌.table(도서관(), 도서관("푸른솔도서관", address="서울특별시 강남구 테헤란로8길 36", hours="평일 09:00~18:00"))
    부엌.compose()

    부엌.table(도서관())
    보고 = 부엌.compose(now=부엌.later)

    내린_글 = 부엌.all()[푸른솔]
    assert 보고.count(Outcome.RETIRED) == 1
    assert (내린_글.status, 내린_글.gone) == (Status.RETIRED, True)
    assert 부엌.compose().count(Outcome.RETIRED) == 0


def test_돌아온_곳은_예전_번호로_다시_보인다(부엌, 도서관):
    둘째 = 도서관("푸른솔도서관", address="서울특별시 강남구 테헤란로8길 36", hours="평일 09:00~18:00")
    부엌.table(도서관(), 둘째)
    부엌.compose()
    번호 = 부엌.all()[푸른솔].id
    부엌.table(도서관())
    부엌.compose()

    부엌.table(도서관(), 둘째)
    부엌.compose()

    assert (부엌.all()[푸른솔].id, 부엌.all()[푸른솔].status) == (번호, Status.PUBLISHED)


def test_새_곳이_끼어들어도_있던_번호는_바뀌지_않는다(부엌, 도서관):
    부엌.table(도서관("하늘도서관"))
    부엌.compose()
    번호 = next(iter(부엌.all().values())).id

    부엌.table(
        도서관("가람도서관", address="서울특별시 강남구 자곡로 2", hours="평일 10:00~12:00"), 도서관("하늘도서관")
    )
    부엌.compose()

    assert 부엌.all()["강남구 하늘도서관은 몇 시까지 하나요?"].id == 번호


def test_같은_이름의_다른_곳이_생겨도_먼저_있던_곳이_번호를_지킨다(부엌, 도서관):
    처음 = 도서관("새마을도서관", address="서울특별시 강남구 자곡로 9", hours="평일 09:00~12:00")
    부엌.table(처음)
    부엌.compose()
    번호 = next(iter(부엌.all().values())).id

    부엌.table(
        도서관("새마을도서관", address="서울특별시 강남구 가로수길 1", hours="평일 13:00~18:00", dong="신사동"), 처음
    )
    부엌.compose()

    assert {글.facts["주소"]: 글.id for 글 in 부엌.all().values()}["서울 강남구 자곡로 9"] == 번호
    assert len(부엌.all()) == 2


def test_사람이_고친_글은_덮어쓰지_않는다(부엌, 도서관):
    부엌.table(도서관())
    부엌.compose()
    길 = next(부엌.entries.rglob("*.md"))
    길.write_text(길.read_text("utf-8").replace("매주 화요일입니다", "첫째 화요일입니다"), "utf-8")

    부엌.table(도서관(hours="평일 09:00~21:00"))
    보고 = 부엌.compose(now=부엌.later)

    assert 보고.count(Outcome.EDITED_HERE) == 1
    assert "첫째 화요일" in 길.read_text("utf-8")


def test_표가_없는_갈래의_항목은_건드리지_않는다(부엌, 도서관, 화장실):
    부엌.toilets_recipe()
    부엌.table(도서관(), 화장실("가 화장실"), 화장실("나 화장실"))
    부엌.compose()

    (부엌.facts / "public_toilet.csv").unlink()
    보고 = 부엌.compose()

    assert (보고.no_table, 보고.count(Outcome.RETIRED)) == (["public_toilet"], 0)


def test_항목이_절반_넘게_사라지면_쓰지_않고_멈춘다(부엌, 도서관):
    줄들 = [
        도서관(f"{n}번도서관", address=f"서울특별시 강남구 자곡로 {n}", hours=f"평일 09:{n}~{n}:00")
        for n in range(10, 40)
    ]
    부엌.table(*줄들)
    부엌.compose()
    앞 = 부엌.files()

    부엌.table(*줄들[:5])
    with pytest.raises(TooManyGone, match="30개 가운데 25개"):
        부엌.compose()

    assert 부엌.files() == 앞
    assert 부엌.compose(gone_ok=True).count(Outcome.RETIRED) == 25


def test_가리면_같은_말을_하는_쪽은_표에_실린_갈래에서_하나만_짓는다(부엌, 도서관):
    부엌.recipe("library", (부엌.recipes / "library.yml").read_text("utf-8").replace("topic:", "listed: true\ntopic:"))
    부엌.table(도서관(), 도서관("하늘도서관", address="서울특별시 강남구 자곡로 8", phone="02-459-7777"))

    보고 = 부엌.compose()

    assert len(부엌.all()) == 1
    assert 보고.not_made["library", "닮은 항목이 있어 표에만 실음"] == 1


def test_동마다_표_하나가_되고_적은_동은_구의_나머지로_모인다(부엌, 화장실):
    부엌.toilets_recipe()
    부엌.table(화장실("가 화장실"), 화장실("나 화장실"), 화장실("다 화장실", "삼성동"), 화장실("라 화장실", "청담동"))

    부엌.compose()

    assert set(부엌.all()) == {"강남구 역삼동의 공중화장실은 어디인가요?", "강남구 여러 동의 공중화장실은 어디인가요?"}
    assert "| 다 화장실 | 테헤란로" in 부엌.all()["강남구 여러 동의 공중화장실은 어디인가요?"].body


def test_큰_표는_고르게_나눈다(부엌, 화장실):
    부엌.toilets_recipe()
    부엌.table(*(화장실(f"{n}번 화장실", address=f"서울특별시 강남구 테헤란로 {n}") for n in range(1, 10)))

    부엌.compose()

    줄_수 = {제목[-5:]: 글.body.count("번 화장실") for 제목, 글 in 부엌.all().items()}
    assert 줄_수 == {"(1/3)": 3, "(2/3)": 3, "(3/3)": 3}


def test_나눈_쪽도_그_쪽의_수가_아니라_모두의_수를_센다(부엌, 화장실):
    부엌.toilets_recipe()
    부엌.table(*(화장실(f"{n}번 화장실", address=f"서울특별시 강남구 테헤란로 {n}") for n in range(1, 10)))

    부엌.compose()

    assert {글.lead for 글 in 부엌.all().values()} == {"화장실은 9곳입니다."}


def test_인스턴스에는_커밋_하나로_저장하고_같은_표이면_커밋하지_않는다(부엌, 도서관, tmp_path):
    루트 = tmp_path / "content"
    (루트 / "entries").mkdir(parents=True)
    (루트 / "topics.yml").write_text(
        "topics:\n  - {id: munhwa, name: 문화체육관광, about: 가}\n  - {id: sijeong, name: 시정일반, about: 나}\n",
        "utf-8",
    )
    for 명령 in (
        ("init", "-q", "-b", "main"),
        ("add", "."),
        ("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-qm", "처음"),
    ):
        run(루트, *명령)
    저장소 = EntryStore(루트)
    부엌.table(도서관())

    보고 = compose_into_store(부엌.facts, 부엌.recipes, 저장소, now=부엌.now)
    머리 = 저장소.head
    다시 = compose_into_store(부엌.facts, 부엌.recipes, 저장소, now=부엌.later)

    assert 저장소.get(보고.of(Outcome.ADDED)[0]).title == 못골
    assert (루트 / "recipes/ids.csv").is_file()
    assert (다시.count(Outcome.UNCHANGED), 저장소.head) == (1, 머리)


@pytest.mark.parametrize(
    ("조리법", "말"),
    [
        ("kind: library\n", "‘body’"),
        ("kind: library\ntopic: 문화체육관광\ntitle: 가\nbody: 나\n색깔: 파랑\n", "모르는 이름 ‘색깔’"),
        ("- 목록\n", "줄들이 아닙니다"),
        ("kind: [\n", "읽을 수 없습니다"),
        ('kind: library\ntopic: 문화체육관광\ntitle: "{{ row.없는것 }}"\nbody: 나\n', "틀이 틀렸습니다"),
        ('kind: library\ntopic: 문화체육관광\ntitle: "{% if %}"\nbody: 나\n', "틀이 틀렸습니다"),
    ],
)
def test_틀린_조리법은_어느_것인지_말하고_멈춘다(부엌, 도서관, 조리법, 말):
    부엌.table(도서관())
    부엌.recipe("library", 조리법)

    with pytest.raises(BadRecipe, match=말) as 오류:
        부엌.compose()

    assert "library" in str(오류.value)


def test_칸_이름이_다른_표는_읽지_않는다(부엌):
    (부엌.facts / "library.csv").write_text("이름,주소\n가,나\n", "utf-8")

    with pytest.raises(BadTable, match="library"):
        부엌.compose()


def test_표가_하나도_없으면_어디를_보아야_하는지_말한다(부엌):
    with pytest.raises(ComposeFailed, match="--facts"):
        부엌.compose()


def test_지은_글은_모두_읽고_쓰면_그대로다(부엌, 도서관):
    부엌.table(도서관("별빛: 도서관 #1", hours="평일 09:00~22:00, 주말 | 쉼"))
    부엌.compose()

    글 = next(부엌.entries.rglob("*.md")).read_text("utf-8")

    assert Entry.from_text(글).to_text() == 글
    assert "|" not in Entry.from_text(글).body
