"""가져오기가 말없이 고친 것을 살피기가 알린다: 화면은 깨끗하고, 편집자는 무엇이 고쳐졌는지 안다."""

from dataclasses import replace
from datetime import date
from pathlib import Path

from kb.checks import Linter
from kb.checks.codes import ESCAPED_ENTITY, FONT_RESIDUE, STUB_ANSWER
from kb.exchange import import_csv
from kb.exchange.importing import mended_in
from kb.store import Change, EntryStore

찌꺼기 = ("돋움" + " " * 140) * 6
표 = f"""번호,분류,제목,내용
1,교통,&amp;amp;apos;녹지&amp;amp;apos;는 무엇인가요?,도시의 자연을 지키려고 정한 공원이나 숲 같은 땅입니다
2,교통,차고지 위치는 어디인가요?,{찌꺼기}차고지는 서울 강서구 하늘길에 있고 누구나 볼 수 있습니다
3,교통,"버스 & 택시는 어떻게 타나요?",정류장에서 기다렸다가 번호를 확인하고 앞문으로 타면 됩니다
4,교통,전광판은 어떻게 쓰나요?,은평구 확인사항
"""


def 가져온다(저장소: EntryStore, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(표, "utf-8")
    columns = {"id": "번호", "title": "제목", "topic": "분류", "body": "내용"}
    import_csv(tmp_path / "a.csv", 저장소, id_prefix="c", columns=columns, topics={})


def 걸린것(저장소: EntryStore) -> set[tuple[str, str]]:
    findings = Linter().lint(저장소.all(), today=date(2026, 11, 25), mended=mended_in(저장소))
    return {(f.entry, f.code) for f in findings if f.code in (FONT_RESIDUE, ESCAPED_ENTITY, STUB_ANSWER)}


def test_가져오며_고친_글과_답을_미룬_글이_걸린다(저장소: EntryStore, tmp_path: Path) -> None:
    가져온다(저장소, tmp_path)

    assert 걸린것(저장소) == {("c1", ESCAPED_ENTITY), ("c2", FONT_RESIDUE), ("c3", ESCAPED_ENTITY), ("c4", STUB_ANSWER)}
    assert 저장소.get("c1").title == "'녹지'는 무엇인가요?"
    assert "돋움" not in 저장소.get("c2").body
    assert 저장소.get("c4").held == (STUB_ANSWER,)


def test_다시_가져와도_같고_편집자가_손대면_사라진다(저장소: EntryStore, tmp_path: Path) -> None:
    가져온다(저장소, tmp_path)
    head = 저장소.head
    가져온다(저장소, tmp_path)
    assert 저장소.head == head

    저장소.save(replace(저장소.get("c2"), checked=date(2026, 11, 25)), change=Change(role="editor", reason="확인"))
    assert 걸린것(저장소) == {("c1", ESCAPED_ENTITY), ("c3", ESCAPED_ENTITY), ("c4", STUB_ANSWER)}


def test_가져온_적이_없으면_고친_것도_없다(저장소: EntryStore) -> None:
    assert mended_in(저장소) == {}
