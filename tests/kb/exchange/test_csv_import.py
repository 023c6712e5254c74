"""CSV의 줄이 상담 항목이 된다: 몇 번을 가져와도 같고, 사람이 고친 글은 덮어쓰지 않고, 죽어도 반쯤 쓰이지 않는다."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from unicodedata import normalize

import pytest

from kb import git
from kb.entry import SEOUL, Status
from kb.errors import ImportFailed
from kb.exchange.csv_import import import_csv
from kb.exchange.report import ImportReport, Outcome
from kb.history import history
from kb.store import Change, EntryStore

열 = {"id": "번호", "title": "제목", "topic": "분류", "body": "내용"}
여권줄 = "1,민원행정,여권은 어디서 만드나요?,가까운 구청 민원실에서 만듭니다."
주차줄 = "2,교통,주차 단속 문자를 받고 싶어요,단속 알림을 신청합니다."
가져오기형 = Callable[..., ImportReport]


@pytest.fixture
def 가져오기(저장소: EntryStore, tmp_path: Path) -> 가져오기형:
    """줄들을 CSV로 써서 c로 가져온다."""

    def run(
        *줄들: str, 머리: str = "번호,분류,제목,내용", 인코딩: str = "utf-8", 이름: str = "민원.csv", **선택: object
    ) -> ImportReport:
        파일 = tmp_path / 이름
        파일.write_bytes("\n".join([머리, *줄들, ""]).encode(인코딩))
        given = {"id_prefix": "c", "columns": 열, "topics": {}} | 선택
        return import_csv(파일, EntryStore(저장소.root), **given)  # type: ignore[arg-type]

    return run


def 수(report: ImportReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.unchanged, report.held


def test_줄마다_상담_항목이_되고_커밋은_하나다(저장소: EntryStore, 가져오기: 가져오기형) -> None:
    앞 = 저장소.head

    결과 = 가져오기(여권줄, 주차줄)

    assert 수(결과) == (2, 0, 0, 0)
    여권 = 저장소.get("c1")
    assert (여권.title, 여권.topic, 여권.status) == ("여권은 어디서 만드나요?", "민원행정", Status.PUBLISHED)
    assert 여권.body == "가까운 구청 민원실에서 만듭니다.\n"
    assert (여권.source.name, 여권.source.id, 여권.source.licence) == (
        "서울특별시 120다산콜재단 (CSV: 민원.csv)",
        "1",
        "unstated",
    )
    assert (여권.source.date, 여권.checked) == (None, None)
    assert git.run(저장소.root, "rev-list", "--count", f"{앞}..main").strip() == "1"
    assert history(저장소, "c1")[0].role == "importer"
    assert 결과.commit == 저장소.head


def test_보고는_약속한_이름으로_나온다(가져오기: 가져오기형) -> None:
    보고 = 가져오기(여권줄, "3,교통,빈 글,").as_json()

    assert {name: 보고[name] for name in ("added", "changed", "unchanged", "held", "held_reasons")} == {
        "added": 1, "changed": 0, "unchanged": 0, "held": 1, "held_reasons": {"no_answer": 1},
    }  # fmt: skip


def test_다시_가져오면_아무것도_바뀌지_않고_커밋도_없다(저장소: EntryStore, 가져오기: 가져오기형) -> None:
    처음 = 가져오기(여권줄, 주차줄, "3,교통,빈 글,", now=datetime(2026, 1, 1, tzinfo=SEOUL))
    글 = 저장소.get("c1").to_text()

    다시 = 가져오기(여권줄, 주차줄, "3,교통,빈 글,", now=datetime(2026, 2, 2, tzinfo=SEOUL))

    assert (수(처음), 수(다시)) == ((2, 0, 0, 1), (0, 0, 2, 1))
    assert (다시.written, 다시.commit) == (0, 처음.commit)
    assert 저장소.get("c1").to_text() == 글


def test_파일_이름만_바뀐_것은_바뀐_것이_아니다(가져오기: 가져오기형) -> None:
    가져오기(여권줄)

    assert 수(가져오기(여권줄, 이름="새이름.csv")) == (0, 0, 1, 0)


def test_바뀐_줄은_새_파일이_아니라_같은_글의_새_판이다(저장소: EntryStore, 가져오기: 가져오기형) -> None:
    가져오기(여권줄, 주차줄)

    결과 = 가져오기(여권줄.replace("구청", "시청"), 주차줄)

    assert 수(결과) == (0, 1, 1, 0)
    assert 저장소.get("c1").body == "가까운 시청 민원실에서 만듭니다.\n"
    assert len(history(저장소, "c1")) == 2
    assert len(list(저장소.root.rglob("c1.md"))) == 1
    assert len(history(저장소, "c2")) == 1


def test_주제가_바뀌면_글이_옮겨_가고_옛_자리에는_없다(저장소: EntryStore, 가져오기: 가져오기형) -> None:
    가져오기(여권줄)

    가져오기(여권줄.replace("민원행정", "교통"))

    assert [path.parent.name for path in 저장소.root.rglob("c1.md")] == ["gyotong"]


# --- rows that may not be published -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("줄", "까닭"),
    [
        ("7,교통,답이 없는 글,", "no_answer"),
        ("7,교통,(강북구) 정비중,내용은 있음", "editor_residue"),
        ("7,교통,예시가 든 글,번호는 880229-2345671 처럼 적습니다.", "resident_number"),
        ("7,교통,,제목이 없는 글입니다.", "no_title"),
        ("7,교통,칸이 모자란 글", "ragged_row"),
        ("7,교통,칸이 남는 글,답은 이렇고,더 있습니다.", "ragged_row"),
        ("7가,교통,번호가 이상한 글,답은 있습니다.", "bad_id"),
        (",교통,번호가 없는 글,답은 있습니다.", "bad_id"),
        ("1234567890,교통,번호가 긴 글,답은 있습니다.", "bad_id"),
    ],
)
def test_게시할_수_없는_줄은_까닭과_함께_초안으로_남는다(
    저장소: EntryStore, 가져오기: 가져오기형, 줄: str, 까닭: str
) -> None:
    결과 = 가져오기(여권줄, 줄)

    assert 수(결과) == (1, 0, 0, 1)
    assert 까닭 in 결과.held_reasons
    붙잡힌줄 = 결과.rows[1]
    assert (붙잡힌줄.ref, 붙잡힌줄.outcome) == ("3번째 줄", Outcome.HELD)
    assert 붙잡힌줄.message
    초안 = 저장소.get(붙잡힌줄.id)
    assert 초안.status is Status.DRAFT
    assert 까닭 in 초안.held
    assert 수(가져오기(여권줄, 줄)) == (0, 0, 1, 1)


def test_주민등록번호는_초안에도_git에도_남지_않는다(저장소: EntryStore, 가져오기: 가져오기형) -> None:
    가져오기("7,교통,880229-2345671 님의 예,번호는 880229-2345671 처럼 적습니다.")

    assert 저장소.get("c7").body == "번호는 [주민등록번호] 처럼 적습니다.\n"
    assert "2345671" not in git.run(저장소.root, "log", "-p", "main")


def test_칸이_남는_줄의_글도_버리지_않는다(저장소: EntryStore, 가져오기: 가져오기형) -> None:
    가져오기("7,교통,칸이 남는 글,답은 이렇고,더 있습니다.")

    assert 저장소.get("c7").body == "답은 이렇고\n\n더 있습니다.\n"


def test_같은_번호를_다투는_줄은_모두_초안이_되고_그_번호의_글은_그대로다(
    저장소: EntryStore, 가져오기: 가져오기형
) -> None:
    가져오기(여권줄)

    결과 = 가져오기(여권줄.replace("구청", "시청"), 주차줄, 여권줄.replace("구청", "주민센터"))

    assert 수(결과) == (1, 0, 0, 2)
    assert 결과.held_reasons == {"duplicate_id": 2}
    assert 저장소.get("c1").body == "가까운 구청 민원실에서 만듭니다.\n"
    초안들 = {저장소.get(row.id).body for row in 결과.rows if row.outcome is Outcome.HELD}
    assert 초안들 == {"가까운 시청 민원실에서 만듭니다.\n", "가까운 주민센터 민원실에서 만듭니다.\n"}


def test_똑같은_줄이_또_나오면_한_번만_쓴다(가져오기: 가져오기형) -> None:
    결과 = 가져오기(여권줄, 주차줄, 여권줄)

    assert 수(결과) == (2, 0, 1, 0)
    assert "2번째 줄" in 결과.rows[2].message


def test_초안이던_글의_원본이_채워지면_게시된다(저장소: EntryStore, 가져오기: 가져오기형) -> None:
    가져오기("7,교통,답이 없던 글,")

    assert 수(가져오기("7,교통,답이 없던 글,이제 답이 있습니다.")) == (0, 1, 0, 0)
    assert (저장소.get("c7").status, 저장소.get("c7").held) == (Status.PUBLISHED, ())


# --- an entry a person has edited ---------------------------------------------------------------------------------


@pytest.fixture
def 고친글(저장소: EntryStore, 가져오기: 가져오기형) -> str:
    """가져온 뒤 편집자가 고친 c1. 그 글을 돌려준다."""
    가져오기(여권줄)
    고침 = replace(저장소.get("c1"), body="시청 말고 구청입니다.")
    저장소.save(고침, change=Change(role="editor", reason="시민이 알려 줌", correction=3))
    return 저장소.get("c1").to_text()


def test_원본이_그대로면_사람이_고친_글도_그대로다(저장소: EntryStore, 가져오기: 가져오기형, 고친글: str) -> None:
    assert 수(가져오기(여권줄)) == (0, 0, 1, 0)
    assert 저장소.get("c1").to_text() == 고친글


def test_원본도_바뀌었으면_덮어쓰지_않고_새_글을_편집자에게_둔다(
    저장소: EntryStore, 가져오기: 가져오기형, 고친글: str
) -> None:
    결과 = 가져오기(여권줄.replace("구청", "시청"))

    assert 수(결과) == (0, 0, 0, 1)
    assert 결과.held_reasons == {"edited_here": 1}
    assert 저장소.get("c1").to_text() == 고친글
    둔글 = 저장소.root / "incoming/entries/minwon/c1.md"
    assert "가까운 시청 민원실" in 둔글.read_text("utf-8")
    assert git.run(저장소.root, "status", "--porcelain") == ""
    커밋 = 저장소.head
    assert (수(가져오기(여권줄.replace("구청", "시청"))), 저장소.head) == ((0, 0, 0, 1), 커밋)


def test_편집자가_둔_글을_치우면_원본이_또_바뀔_때까지_조용하다(
    저장소: EntryStore, 가져오기: 가져오기형, 고친글: str
) -> None:
    가져오기(여권줄.replace("구청", "시청"))
    저장소.save_all([], change=Change(role="editor", reason="보았음"), files={"incoming/entries/minwon/c1.md": None})

    assert 수(가져오기(여권줄.replace("구청", "시청"))) == (0, 0, 1, 0)
    assert 가져오기(여권줄.replace("구청", "동주민센터")).held_reasons == {"edited_here": 1}
    assert 저장소.get("c1").to_text() == 고친글


def test_누가_언제_썼는지_모르는_글도_덮어쓰지_않는다(저장소: EntryStore, 가져오기: 가져오기형) -> None:
    저장소.save(replace(저장소.get("k1"), id="c1"), change=Change(role="editor", reason="손으로 씀"))

    assert 가져오기(여권줄).held_reasons == {"edited_here": 1}
    assert 저장소.get("c1").title == 저장소.get("k1").title


def test_편집자가_게시한_초안은_다시_초안이_되지_않는다(저장소: EntryStore, 가져오기: 가져오기형) -> None:
    가져오기("7,교통,답이 없는 글,")
    채움 = replace(저장소.get("c7"), body="편집자가 답을 썼습니다.", status=Status.PUBLISHED, held=())
    저장소.save(채움, change=Change(role="editor", reason="답을 채움"))

    assert 수(가져오기("7,교통,답이 없는 글,")) == (0, 0, 1, 0)
    assert 저장소.get("c7").is_public


# --- topics, districts and the other columns ----------------------------------------------------------------------


def test_짝지은_분류는_공식_주제로_모르는_분류는_시정일반과_태그로_간다(
    저장소: EntryStore, 가져오기: 가져오기형
) -> None:
    결과 = 가져오기(
        "1,행정,가,답입니다",
        "2,경제,나,답입니다",
        "3,경제,다,답입니다",
        "4,,라,답입니다",
        "5,교통,마,답입니다",
        topics={"행정": "민원행정"},
    )

    assert [(저장소.get(f"c{n}").topic, 저장소.get(f"c{n}").tags) for n in range(1, 6)] == [
        ("민원행정", ()), ("시정일반", ("경제",)), ("시정일반", ("경제",)), ("시정일반", ()), ("교통", ()),
    ]  # fmt: skip
    assert 결과.topics_unknown == {"경제": 2, "(비어 있음)": 1}


def test_없는_주제로_짝지으면_시작하지_않는다(저장소: EntryStore, 가져오기: 가져오기형) -> None:
    앞 = 저장소.head

    with pytest.raises(ImportFailed, match=r"‘행정일반’.*쓸 수 있는 주제: 교통, 민원행정, 시정일반"):
        가져오기(여권줄, topics={"행정": "행정일반"})
    assert 저장소.head == 앞


@pytest.mark.parametrize(
    ("제목", "구"),
    [
        ("(강북구) 페트병 교환", ("강북구",)),
        ("[마포구청] 발코니 공사", ("마포구",)),
        ("강서구 볼링장 안내", ()),
        ("(도봉구 건설기계) 면허", ()),
        ("[구] 이름", ()),
        ("안내 (송파구)", ()),
    ],
)
def test_괄호에_든_구_이름으로_시작하는_제목만_그_구의_글이다(
    저장소: EntryStore, 가져오기: 가져오기형, 제목: str, 구: tuple[str, ...]
) -> None:
    가져오기(f"1,교통,{제목},답입니다")

    assert 저장소.get("c1").districts == 구
    assert 저장소.get("c1").title == 제목


def test_나머지_열도_제자리로_간다(저장소: EntryStore, 가져오기: 가져오기형) -> None:
    결과 = 가져오기(
        '1,가,답입니다,주차관리과,02-2133-0000,2024.3.5 14:07,https://a.go.kr/1,"주차, 단속","중구;서울시 강남구,해운대구"',
        "2,나,답입니다,,,언젠가,javascript:x,,",
        머리="번호,제목,내용,부서,전화,수정일,주소,태그,자치구",
        columns={"id": "번호", "title": "제목", "body": "내용", "department": "부서", "phone": "전화", "updated": "수정일", "url": "주소",
                 "tags": "태그", "districts": "자치구"},
    )  # fmt: skip

    하나, 둘 = 저장소.get("c1"), 저장소.get("c2")
    assert (하나.department, 하나.phone, 하나.tags, 하나.districts) == (
        "주차관리과",
        "02-2133-0000",
        ("주차", "단속"),
        ("중구", "강남구"),
    )
    assert (하나.updated.isoformat(), 하나.source.url) == ("2024-03-05T14:07:00+09:00", "https://a.go.kr/1")
    assert (둘.source.url, 결과.dates_unread, 결과.districts_unknown) == ("", 1, {"해운대구": 1})


@pytest.mark.parametrize(
    ("적힌것", "뜻"),
    [
        ("2024-01-02", "2024-01-02T00:00:00+09:00"),
        ("20240102102030", "2024-01-02T10:20:30+09:00"),
        ("2024-01-02 10:20:30.0", "2024-01-02T10:20:30+09:00"),
        ("2024년 1월 2일", "2024-01-02T00:00:00+09:00"),
        ("2024-01-02T01:00:00Z", "2024-01-02T10:00:00+09:00"),
    ],
)
def test_여러_모양의_날짜를_서울_시각으로_읽는다(
    저장소: EntryStore, 가져오기: 가져오기형, 적힌것: str, 뜻: str
) -> None:
    가져오기(
        f"1,가,답입니다,{적힌것}",
        머리="번호,제목,내용,날",
        columns={"id": "번호", "title": "제목", "body": "내용", "updated": "날"},
    )

    assert 저장소.get("c1").updated.isoformat() == 뜻


# --- the file -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("인코딩", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
@pytest.mark.parametrize("구분자", [",", ";", "\t"])
def test_인코딩과_구분자를_알아본다(저장소: EntryStore, 가져오기: 가져오기형, 인코딩: str, 구분자: str) -> None:
    줄 = [여권줄.replace(",", 구분자), f'2{구분자}교통{구분자}"줄바꿈, 든; 글"{구분자}"첫 줄\n""둘째"" 줄"']

    결과 = 가져오기(*줄, "", 머리="번호,분류,제목,내용".replace(",", 구분자), 인코딩=인코딩)

    assert 수(결과) == (2, 0, 0, 0)
    assert 저장소.get("c1").title == "여권은 어디서 만드나요?"
    assert (저장소.get("c2").title, 저장소.get("c2").body) == ("줄바꿈, 든; 글", '첫 줄  \n"둘째" 줄\n')


def test_풀어쓴_한글과_NUL이_든_파일도_읽는다(저장소: EntryStore, 가져오기: 가져오기형) -> None:
    가져오기(
        normalize("NFD", 여권줄).replace("여", "여"),
        "2,교통,널\x00문자,답\x00입니다",
        머리=normalize("NFD", "번호,분류,제목,내용"),
    )

    assert 저장소.get("c1").title == "여권은 어디서 만드나요?"
    assert 저장소.get("c2").title == "널문자"


def test_엑셀이_바꾼_번호도_같은_번호다(가져오기: 가져오기형) -> None:
    가져오기(여권줄)

    assert 수(가져오기(여권줄.replace("1,", "1.0,", 1))) == (0, 0, 1, 0)


def test_아주_긴_글도_다_들어온다(저장소: EntryStore, 가져오기: 가져오기형) -> None:
    가져오기("1,교통," + "긴 제목 " * 500 + "," + "긴 본문입니다. " * 40_000)

    assert len(저장소.get("c1").title) == 2499
    assert 저장소.get("c1").body.count("긴") == 40_000


def test_없는_열을_짝지으면_있는_열을_알려_준다(저장소: EntryStore, 가져오기: 가져오기형) -> None:
    앞 = 저장소.head

    with pytest.raises(ImportFailed, match=r"‘본문’.*있는 열: 번호, 분류, 제목, 내용"):
        가져오기(여권줄, columns=열 | {"body": "본문"})
    assert 저장소.head == 앞


@pytest.mark.parametrize(
    ("내용", "말"),
    [
        (b"", "빈 파일"),
        (b"\n \n", "빈 파일"),
        (b"PK\x03\x04....", "엑셀 파일"),
        ("번호,분류,제목,내용\n1,교통,가,답".encode() + b"\xff\xfe\n", "2번째 줄"),
        ("번호,분류,제목,내용\n1,교통,가,답\n".encode() + "2,교통,나,깨진 답 똠\n".encode("cp949"), "3번째 줄"),
        ('번호,분류,제목,내용\n1,교통,가,답\n2,교통,나,"안 닫음\n3,교통,다,답\n'.encode(), "3번째 줄.*따옴표"),
    ],
)
def test_읽을_수_없는_파일은_어디가_왜인지_말하고_아무것도_하지_않는다(
    저장소: EntryStore, tmp_path: Path, 내용: bytes, 말: str
) -> None:
    파일, 앞 = tmp_path / "이상한.csv", 저장소.head
    파일.write_bytes(내용)

    with pytest.raises(ImportFailed, match=말):
        import_csv(파일, 저장소, id_prefix="c", columns=열, topics={})
    assert 저장소.head == 앞


def test_없는_파일과_폴더와_틀린_짝은_한_문장으로_알린다(저장소: EntryStore, tmp_path: Path) -> None:
    def 실패(말: str, 파일: Path = tmp_path, columns: Mapping[str, str] = 열, id_prefix: str = "c") -> None:
        with pytest.raises(ImportFailed, match=말):
            import_csv(파일, 저장소, id_prefix=id_prefix, columns=columns, topics={})

    실패("파일이 없습니다", tmp_path / "없음.csv")
    실패("읽을 수 없습니다")
    실패("‘본문’.*쓸 수 있는 이름: id, title", columns=열 | {"본문": "내용"})
    실패("body에 짝지을 열", columns={"id": "번호", "title": "제목"})
    실패("c, d, s, f, k, p", id_prefix="x")


# --- interruptions ------------------------------------------------------------------------------------------------

죽을_가져오기 = """
import os, signal, sys
from pathlib import Path
from kb.exchange.csv_import import import_csv
from kb.store import EntryStore

def progress(done, total):
    if done == total - 1:
        os.kill(os.getpid(), signal.SIGKILL)

columns = {"id": "번호", "title": "제목", "topic": "분류", "body": "내용"}
import_csv(Path(sys.argv[2]), EntryStore(Path(sys.argv[1])), id_prefix="c", columns=columns, topics={}, on_progress=progress)
"""


def test_가져오다_죽어도_저장소는_그대로이고_다시_하면_다_된다(
    저장소: EntryStore, 가져오기: 가져오기형, tmp_path: Path
) -> None:
    줄들 = [f"{n},교통,{n}번 안내,답은 {n}입니다." for n in range(1, 301)]
    파일, 앞 = tmp_path / "큰.csv", 저장소.head
    파일.write_text("\n".join(["번호,분류,제목,내용", *줄들]), "utf-8")

    죽음 = subprocess.run(
        [sys.executable, "-c", 죽을_가져오기, str(저장소.root), str(파일)],
        check=False,
        env=os.environ | {"PYTHONPATH": "."},
    )

    assert 죽음.returncode == -signal.SIGKILL
    assert (저장소.head, len(저장소.all())) == (앞, 1)
    assert git.run(저장소.root, "status", "--porcelain") == ""
    assert 수(가져오기(*줄들)) == (300, 0, 0, 0)
    assert 수(가져오기(*줄들)) == (0, 0, 300, 0)


def test_가져오는_사이에_고쳐진_글은_덮어쓰지_않는다(저장소: EntryStore, 가져오기: 가져오기형) -> None:
    가져오기(여권줄)

    def 읽는_사이에_고친다(_done: int, _total: int) -> None:
        저장소.save(
            replace(저장소.get("c1"), body="그사이 고친 글입니다."), change=Change(role="editor", reason="그사이")
        )

    결과 = 가져오기(여권줄.replace("구청", "시청"), on_progress=읽는_사이에_고친다)

    assert 결과.held_reasons == {"edited_here": 1}
    assert 저장소.get("c1").body == "그사이 고친 글입니다.\n"


def test_얼마나_했는지_알린다(가져오기: 가져오기형) -> None:
    들은것: list[tuple[int, int]] = []

    가져오기(여권줄, 주차줄, on_progress=lambda done, total: 들은것.append((done, total)))

    assert 들은것 == [(1, 2), (2, 2)]


@pytest.mark.parametrize("칸", ["번호", "제목", "내용", "분류", "부서", "전화", "태그", "주소"])
def test_주민등록번호는_어느_칸에_있어도_게시하지_않고_저장소에_남기지_않는다(저장소, tmp_path, 칸):
    값 = {
        "번호": "7",
        "제목": "여권 재발급",
        "내용": "구청에서 합니다. 신분증을 가져갑니다.",
        "분류": "민원행정",
        "부서": "",
        "전화": "",
        "태그": "",
        "주소": "",
    }
    값[칸] = f"{값[칸]} 900101-1234567".strip() if 칸 != "주소" else "https://example.kr/900101-1234567"
    파일 = tmp_path / "상담.csv"
    파일.write_text(",".join(값) + "\n" + ",".join(f'"{v}"' for v in 값.values()) + "\n", "utf-8")
    칸들 = {
        "id": "번호",
        "title": "제목",
        "body": "내용",
        "topic": "분류",
        "department": "부서",
        "phone": "전화",
        "tags": "태그",
        "url": "주소",
    }

    보고 = import_csv(파일, 저장소, id_prefix="c", columns=칸들, topics={})

    assert (보고.added, 보고.held) == (0, 1)
    assert 보고.held_reasons["resident_number"] == 1
    말 = json.dumps(보고.as_json(), ensure_ascii=False)
    assert "1234567" not in 말
    assert 보고.as_json()["held_rows"][0]["reasons"]
    남은글 = git.run(저장소.root, "log", "-p", "--all")
    assert "1234567" not in 남은글
