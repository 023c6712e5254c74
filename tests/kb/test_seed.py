"""배포본은 인스턴스를 처음 채우고, 나중에는 세 갈래로 합쳐진다. 받아들인 수정은 덮어쓰지 않는다."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kb import git
from kb.entry import Entry
from kb.errors import BadEntry, BadTopics, EntryMoved, EntryNotFound, StoreError
from kb.history import history
from kb.incoming import read, settle, waiting
from kb.seed import seed
from kb.store import Change, EntryStore
from tests.conftest import TOPICS

만들기 = Callable[..., Entry]
자리 = "entries/minwon/k1.md"
정함 = Change(role="editor", reason="정함")
세문단 = "첫째 문단.\n\n둘째 문단.\n\n셋째 문단.\n"


class 배포본:
    """고쳐서 다시 내놓을 수 있는 배포본 폴더."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "entries/minwon").mkdir(parents=True)
        (root / "topics.yml").write_text(TOPICS, "utf-8")

    def 놓기(self, *entries: Entry) -> None:
        for entry in entries:
            자리 = self.root / EntryStore(self.root).path_for(entry)
            자리.parent.mkdir(parents=True, exist_ok=True)
            자리.write_text(entry.to_text(), "utf-8")

    def 지우기(self, id: str) -> None:
        (self.root / f"entries/minwon/{id}.md").unlink()


@pytest.fixture
def 배포(tmp_path: Path, 항목: 만들기) -> 배포본:
    folder = 배포본(tmp_path / "content")
    folder.놓기(*(항목(id=f"k{n}", body=세문단) for n in range(1, 5)))
    return folder


@pytest.fixture
def 인스턴스(tmp_path: Path) -> Path:
    return tmp_path / "instance/content"


def 고치기(root: Path, id: str, body: str, correction: int = 1) -> None:
    store = EntryStore(root)
    고친 = replace(store.get(id), body=body, updated=store.get(id).updated + timedelta(days=1))
    store.save(고친, change=Change(role="editor", reason="고침", correction=correction))


def test_처음에는_배포본_그대로_채워진다(배포: 배포본, 인스턴스: Path) -> None:
    한일 = seed(인스턴스, 배포.root)

    assert 한일.created
    assert EntryStore(인스턴스).all() == EntryStore(배포.root).all()
    assert git.run(인스턴스, "status", "--porcelain") == ""


def test_두_번째에는_할_일이_없다(배포: 배포본, 인스턴스: Path) -> None:
    seed(인스턴스, 배포.root)
    앞 = EntryStore(인스턴스).head

    한일 = seed(인스턴스, 배포.root)

    assert (한일.created, 한일.changed, 한일.conflicts) == (False, 0, ())
    assert EntryStore(인스턴스).head == 앞


def test_여기서_고치지_않은_글은_새_배포본을_따른다(배포: 배포본, 인스턴스: Path, 항목: 만들기) -> None:
    seed(인스턴스, 배포.root)
    배포.놓기(항목(id="k1", title="새 제목", body=세문단), 항목(id="k9"))
    배포.지우기("k4")

    seed(인스턴스, 배포.root)

    store = EntryStore(인스턴스)
    assert [e.id for e in store.all()] == ["k1", "k2", "k3", "k9"]
    assert store.get("k1").title == "새 제목"


def test_서로_다른_자리를_고쳤으면_둘_다_남는다(배포: 배포본, 인스턴스: Path, 항목: 만들기) -> None:
    seed(인스턴스, 배포.root)
    고치기(인스턴스, "k1", 세문단.replace("셋째 문단", "고친 셋째"))
    배포.놓기(항목(id="k1", body=세문단.replace("첫째 문단", "배포 첫째"), updated=항목().updated + timedelta(days=2)))

    한일 = seed(인스턴스, 배포.root)

    assert 한일.conflicts == ()
    assert EntryStore(인스턴스).get("k1").body == "배포 첫째.\n\n둘째 문단.\n\n고친 셋째.\n"
    assert EntryStore(인스턴스).get("k1").updated == 항목().updated + timedelta(days=2)


def test_같은_자리를_고쳤으면_받아들인_수정이_남고_편집자에게_알린다(
    배포: 배포본, 인스턴스: Path, 항목: 만들기
) -> None:
    seed(인스턴스, 배포.root)
    고치기(인스턴스, "k1", 세문단.replace("첫째", "시민이 고친 첫째"))
    배포.놓기(항목(id="k1", body=세문단.replace("첫째", "배포 첫째")))

    한일 = seed(인스턴스, 배포.root)

    store = EntryStore(인스턴스)
    assert 한일.conflicts == ("entries/minwon/k1.md",)
    assert "시민이 고친 첫째" in store.get("k1").body
    assert waiting(store) == ["entries/minwon/k1.md"]
    assert "배포 첫째" in (store.root / "incoming/entries/minwon/k1.md").read_text("utf-8")
    assert seed(인스턴스, 배포.root).conflicts == ()


@pytest.mark.parametrize(("바꾸기", "남은_글"), [(True, "배포 첫째"), (False, "시민이 고친 첫째")])
def test_편집자가_정하면_기다리는_글이_없어진다(
    배포: 배포본, 인스턴스: Path, 항목: 만들기, 바꾸기: bool, 남은_글: str
) -> None:
    seed(인스턴스, 배포.root)
    고치기(인스턴스, "k1", 세문단.replace("첫째", "시민이 고친 첫째"))
    배포.놓기(항목(id="k1", body=세문단.replace("첫째", "배포 첫째")))
    seed(인스턴스, 배포.root)
    store = EntryStore(인스턴스)
    assert "배포 첫째" in (read(store, "entries/minwon/k1.md").new or "")

    settle(store, 자리, take=바꾸기, base=read(store, 자리).version, change=정함)

    assert waiting(store) == []
    assert 남은_글 in store.get("k1").body
    with pytest.raises(EntryNotFound):
        settle(store, 자리, take=바꾸기, base="", change=정함)


def test_편집자가_본_뒤에_글이_또_바뀌었으면_바꾸지_않는다(배포: 배포본, 인스턴스: Path, 항목: 만들기) -> None:
    seed(인스턴스, 배포.root)
    고치기(인스턴스, "k1", 세문단.replace("첫째", "시민이 고친 첫째"))
    배포.놓기(항목(id="k1", body=세문단.replace("첫째", "배포 첫째")))
    seed(인스턴스, 배포.root)
    store = EntryStore(인스턴스)
    본판 = read(store, 자리).version
    고치기(인스턴스, "k1", "그사이 받아들인 수정", correction=2)

    with pytest.raises(EntryMoved):
        settle(store, 자리, take=True, base=본판, change=정함)
    assert store.get("k1").body == "그사이 받아들인 수정\n"


def test_한쪽이_주제를_옮기고_다른_쪽이_고쳐도_같은_항목이다(배포: 배포본, 인스턴스: Path, 항목: 만들기) -> None:
    seed(인스턴스, 배포.root)
    고치기(인스턴스, "k1", 세문단.replace("셋째", "고친 셋째"))
    배포.지우기("k1")
    배포.놓기(항목(id="k1", topic="교통", body=세문단))

    assert seed(인스턴스, 배포.root).conflicts == ()

    store = EntryStore(인스턴스)
    assert [(e.id, e.topic) for e in store.all()][:1] == [("k1", "교통")]
    assert "고친 셋째" in store.get("k1").body


def test_옮긴_글과_고친_글이_부딪히면_정한_뒤에도_하나만_남는다(배포: 배포본, 인스턴스: Path, 항목: 만들기) -> None:
    seed(인스턴스, 배포.root)
    고치기(인스턴스, "k1", 세문단.replace("첫째", "시민이 고친 첫째"))
    배포.지우기("k1")
    배포.놓기(항목(id="k1", topic="교통", body=세문단.replace("첫째", "배포 첫째")))

    assert seed(인스턴스, 배포.root).conflicts == ("entries/gyotong/k1.md",)
    store = EntryStore(인스턴스)
    assert "시민이 고친 첫째" in store.get("k1").body
    settle(store, "entries/gyotong/k1.md", take=True, base=read(store, "entries/gyotong/k1.md").version, change=정함)

    assert (store.get("k1").topic, len(store.all())) == ("교통", 4)


def test_여기_글이_쓰는_주제를_배포본이_없애면_주제_목록은_여기_것을_둔다(
    배포: 배포본, 인스턴스: Path, 항목: 만들기
) -> None:
    seed(인스턴스, 배포.root)
    EntryStore(인스턴스).save(항목(id="c1", topic="교통"), change=Change(role="importer", reason="가져옴"))
    주제 = 배포.root / "topics.yml"
    주제.write_text(주제.read_text("utf-8").replace("gyotong, name: 교통", "doro, name: 길"), "utf-8")
    배포.놓기(항목(id="k2", title="새 제목", body=세문단))

    assert seed(인스턴스, 배포.root).conflicts == ("topics.yml",)

    store = EntryStore(인스턴스)
    assert store.get("c1").topic == "교통"
    assert store.get("k2").title == "새 제목"
    assert len(store.all()) == 5


def test_손으로_고친_글은_먼저_커밋되고_합쳐진다(배포: 배포본, 인스턴스: Path, 항목: 만들기) -> None:
    seed(인스턴스, 배포.root)
    파일 = 인스턴스 / "entries/minwon/k1.md"
    파일.write_text(파일.read_text("utf-8").replace("셋째", "손으로 고친 셋째"), "utf-8")
    배포.놓기(항목(id="k1", body=세문단.replace("첫째 문단", "배포 첫째")))

    assert seed(인스턴스, 배포.root).conflicts == ()

    store = EntryStore(인스턴스)
    assert store.get("k1").body == "배포 첫째.\n\n둘째 문단.\n\n손으로 고친 셋째 문단.\n"
    assert "hand" in {판.role for 판 in history(store, "k1")}
    assert git.run(인스턴스, "status", "--porcelain") == ""


def test_손으로_망가뜨린_글은_덮어쓰지_않는다(배포: 배포본, 인스턴스: Path, 항목: 만들기) -> None:
    seed(인스턴스, 배포.root)
    파일 = 인스턴스 / "entries/minwon/k1.md"
    파일.write_text("---\nid: k1\n손으로 쓰다 만 글", "utf-8")
    배포.놓기(항목(id="k1", title="새 제목"), 항목(id="k2", title="새 제목 둘"))

    assert seed(인스턴스, 배포.root).conflicts == ("entries/minwon/k1.md",)

    assert "손으로 쓰다 만 글" in 파일.read_text("utf-8")
    assert "새 제목 둘" in (인스턴스 / "entries/minwon/k2.md").read_text("utf-8")


def test_배포본에서_지웠어도_여기서_고친_글은_남는다(배포: 배포본, 인스턴스: Path) -> None:
    seed(인스턴스, 배포.root)
    고치기(인스턴스, "k2", "고친 글")
    배포.지우기("k2")

    assert seed(인스턴스, 배포.root).conflicts == ("entries/minwon/k2.md",)
    store = EntryStore(인스턴스)
    assert store.get("k2").body == "고친 글\n"
    assert read(store, "entries/minwon/k2.md").new is None
    settle(store, "entries/minwon/k2.md", take=True, base=read(store, "entries/minwon/k2.md").version, change=정함)
    assert "k2" not in store


def test_합친_뒤에도_고친_사람의_역사가_남는다(배포: 배포본, 인스턴스: Path, 항목: 만들기) -> None:
    seed(인스턴스, 배포.root)
    고치기(인스턴스, "k1", 세문단.replace("셋째", "고친 셋째"))
    배포.놓기(항목(id="k1", title="새 제목", body=세문단))

    seed(인스턴스, 배포.root)

    assert "editor" in {판.role for 판 in history(EntryStore(인스턴스), "k1")}


def test_배포본을_받고_합치기_전에_죽었으면_다음에_합친다(배포: 배포본, 인스턴스: Path, 항목: 만들기) -> None:
    seed(인스턴스, 배포.root)
    배포.놓기(항목(id="k1", title="새 제목"))
    main_before = git.head(인스턴스)
    seed(인스턴스, 배포.root)
    git.run(인스턴스, "update-ref", "refs/heads/main", main_before)  # as if killed before the merge commit

    seed(인스턴스, 배포.root)

    assert EntryStore(인스턴스).get("k1").title == "새 제목"


def test_상한_배포본은_받지_않고_앞의_내용을_지킨다(배포: 배포본, 인스턴스: Path) -> None:
    seed(인스턴스, 배포.root)
    파일 = 배포.root / "entries/minwon/k1.md"
    파일.write_text(파일.read_text("utf-8").replace("title:", "tittle:"), "utf-8")

    with pytest.raises(BadEntry, match=r"k1\.md 3번째 줄"):
        seed(인스턴스, 배포.root)
    assert len(EntryStore(인스턴스).all()) == 4


@pytest.mark.parametrize(("파일", "오류"), [("topics.yml", BadTopics), ("terms.yml", StoreError)])
def test_UTF8이_아닌_배포본은_파일을_말한다(배포: 배포본, 인스턴스: Path, 파일: str, 오류: type[Exception]) -> None:
    (배포.root / 파일).write_bytes("주제: 가나다".encode("cp949"))

    with pytest.raises(오류, match=rf"UTF-8이 아[^\n]*{파일}"):
        seed(인스턴스, 배포.root)
