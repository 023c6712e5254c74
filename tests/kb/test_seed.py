"""배포본은 인스턴스를 처음 채우고, 나중에는 세 갈래로 합쳐진다. 받아들인 수정은 덮어쓰지 않는다."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kb import git
from kb.entry import Entry
from kb.errors import BadEntry, EntryNotFound
from kb.history import history
from kb.incoming import read, settle, waiting
from kb.seed import seed
from kb.store import Change, EntryStore
from tests.conftest import TOPICS

만들기 = Callable[..., Entry]
세문단 = "첫째 문단.\n\n둘째 문단.\n\n셋째 문단.\n"


class 배포본:
    """고쳐서 다시 내놓을 수 있는 배포본 폴더."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "entries/minwon").mkdir(parents=True)
        (root / "topics.yml").write_text(TOPICS, "utf-8")

    def 놓기(self, *entries: Entry) -> None:
        for entry in entries:
            (self.root / f"entries/minwon/{entry.id}.md").write_text(entry.to_text(), "utf-8")

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

    settle(store, "entries/minwon/k1.md", take=바꾸기, change=Change(role="editor", reason="정함"))

    assert waiting(store) == []
    assert 남은_글 in store.get("k1").body
    with pytest.raises(EntryNotFound):
        settle(store, "entries/minwon/k1.md", take=바꾸기, change=Change(role="editor", reason="정함"))


def test_배포본에서_지웠어도_여기서_고친_글은_남는다(배포: 배포본, 인스턴스: Path) -> None:
    seed(인스턴스, 배포.root)
    고치기(인스턴스, "k2", "고친 글")
    배포.지우기("k2")

    assert seed(인스턴스, 배포.root).conflicts == ("entries/minwon/k2.md",)
    store = EntryStore(인스턴스)
    assert store.get("k2").body == "고친 글\n"
    assert read(store, "entries/minwon/k2.md").new is None
    settle(store, "entries/minwon/k2.md", take=True, change=Change(role="editor", reason="지움을 따름"))
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
