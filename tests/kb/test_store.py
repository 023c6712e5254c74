"""저장 한 번이 커밋 하나이고, 언제 죽어도 글은 온전하다."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from kb import git
from kb.entry import Entry
from kb.errors import BadEntry, ContentMoved, EntryMoved, EntryNotFound, StoreBusy, StoreError
from kb.history import history
from kb.store import Change, EntryStore

고침 = Change(role="editor", reason="수수료가 올랐음", correction=7)
만들기 = Callable[..., Entry]


def 커밋수(store: EntryStore) -> int:
    return int(git.run(store.root, "rev-list", "--count", "main"))


def 깨끗한가(store: EntryStore) -> bool:
    return git.run(store.root, "status", "--porcelain") == ""


def test_저장하면_파일과_커밋에_역할과_까닭이_남는다(저장소: EntryStore) -> None:
    저장소.save(replace(저장소.get("k1"), body="수수료는 6만 원입니다."), change=고침)

    assert 저장소.get("k1").body == "수수료는 6만 원입니다.\n"
    최근 = history(저장소, "k1")[0]
    assert (최근.role, 최근.reason, 최근.correction) == ("editor", "수수료가 올랐음", 7)
    assert 최근.sha == 저장소.head
    assert 깨끗한가(저장소)


def test_같은_글을_저장하면_커밋하지_않는다(저장소: EntryStore) -> None:
    앞 = 커밋수(저장소)

    assert 저장소.save(저장소.get("k1"), change=replace(고침, correction=None)) == 저장소.head
    assert 커밋수(저장소) == 앞


def test_같은_수정_요청은_두_번_저장해도_한_번이다(저장소: EntryStore) -> None:
    한번 = 저장소.save(replace(저장소.get("k1"), body="6만 원"), change=고침)

    assert 저장소.save(replace(저장소.get("k1"), body="다른 글"), change=고침) == 한번
    assert 저장소.get("k1").body == "6만 원\n"


def test_요청_번호가_앞부분만_같은_것은_다른_요청이다(저장소: EntryStore) -> None:
    저장소.save(replace(저장소.get("k1"), body="첫째"), change=replace(고침, correction=71))

    저장소.save(replace(저장소.get("k1"), body="둘째"), change=고침)
    assert 저장소.get("k1").body == "둘째\n"


def test_바탕으로_삼은_글이_바뀌었으면_저장하지_않는다(저장소: EntryStore) -> None:
    본글 = 저장소.get("k1")
    저장소.save(replace(본글, body="그사이 바뀐 글"), change=replace(고침, correction=1))

    with pytest.raises(EntryMoved):
        저장소.save(replace(본글, body="늦은 글"), change=고침, base=본글.version)
    assert 저장소.get("k1").body == "그사이 바뀐 글\n"


def test_주제가_바뀌면_파일이_옮겨지고_역사는_이어진다(저장소: EntryStore) -> None:
    저장소.save(replace(저장소.get("k1"), topic="교통"), change=고침)

    assert (저장소.root / "entries/gyotong/k1.md").is_file()
    assert not (저장소.root / "entries/minwon/k1.md").exists()
    assert len(history(저장소, "k1")) == 2
    assert 깨끗한가(저장소)


def test_모르는_주제로는_저장할_수_없다(저장소: EntryStore) -> None:
    with pytest.raises(BadEntry, match="우주"):
        저장소.save(replace(저장소.get("k1"), topic="우주"), change=고침)
    assert 저장소.get("k1").topic == "민원행정"


def test_여럿을_저장하면_커밋_하나다(저장소: EntryStore, 항목: 만들기) -> None:
    앞 = 커밋수(저장소)

    저장소.save_all((항목(id=f"c{n}") for n in range(1, 301)), change=Change(role="importer", reason="가져옴"))

    assert 커밋수(저장소) == 앞 + 1
    assert len(저장소.all()) == 301
    assert [e.id for e in 저장소.all()[:3]] == ["c1", "c2", "c3"]


def test_없는_번호는_찾을_수_없다고_말한다(저장소: EntryStore) -> None:
    for 번호 in ("k999", "../k1", "", "k1\x00", "K1"):
        with pytest.raises(EntryNotFound):
            저장소.get(번호)


def test_주제별로_읽는다(저장소: EntryStore, 항목: 만들기) -> None:
    저장소.save(항목(id="k2", topic="교통"), change=replace(고침, correction=None))

    assert [e.id for e in 저장소.by_topic("교통")] == ["k2"]


@pytest.mark.parametrize(
    ("바꿈", "까닭"),
    [
        (lambda t: t.replace("phone:", "fone:"), "6번째 줄: 모르는 이름 ‘fone’"),
        (lambda t: t.replace("id: k1", "id: k2"), "entries/minwon/k2.md에 있어야"),
        (lambda t: t.replace("topic: 민원행정", "topic: 우주"), "‘우주’ 주제는"),
        (lambda t: t.replace("topic: 민원행정", "topic: 교통"), "entries/gyotong/k1.md에 있어야"),
    ],
)
def test_상한_파일은_어느_파일_몇째_줄인지_말한다(저장소: EntryStore, 바꿈: Callable[[str], str], 까닭: str) -> None:
    파일 = 저장소.root / "entries/minwon/k1.md"
    파일.write_text(바꿈(파일.read_text("utf-8")), "utf-8")

    with pytest.raises(BadEntry) as 오류:
        저장소.all()
    assert "entries/minwon/k1.md" in str(오류.value)
    assert 까닭 in str(오류.value)


def test_UTF8이_아닌_파일은_줄을_말한다(저장소: EntryStore) -> None:
    파일 = 저장소.root / "entries/minwon/k1.md"
    파일.write_bytes(파일.read_text("utf-8").encode("cp949"))

    with pytest.raises(BadEntry, match=r"k1\.md 3번째 줄: UTF-8"):
        저장소.all()


def test_손으로_고친_파일은_읽어_둔_것보다_앞선다(저장소: EntryStore) -> None:
    저장소.all()
    파일 = 저장소.root / "entries/minwon/k1.md"
    파일.write_text(파일.read_text("utf-8").replace("5만 원", "9만 원"), "utf-8")

    assert "9만 원" in 저장소.all()[0].body


def test_읽어_둔_것이_상하면_다시_읽는다(저장소: EntryStore) -> None:
    저장소.all()
    for 상함 in (b"", b"\x80", b"x\n\x80\x04."):
        (저장소.root / ".git/open120-parsed").write_bytes(상함)
        assert [e.id for e in 저장소.all()] == ["k1"]


def test_여러_스레드와_프로세스가_함께_저장해도_하나도_잃지_않는다(저장소: EntryStore) -> None:
    코드 = """
import sys
from dataclasses import replace
from pathlib import Path
from kb.store import Change, EntryStore
store = EntryStore(Path(sys.argv[1]))
for n in range(10):
    store.save(replace(store.get("k1"), id=f"c{sys.argv[2]}{n}"), change=Change(role="editor", reason=f"{n}"))
"""
    일꾼 = [subprocess.Popen([sys.executable, "-c", 코드, str(저장소.root), str(번호)]) for 번호 in (1, 2)]

    def 저장() -> None:
        for n in range(10):
            저장소.save(replace(저장소.get("k1"), id=f"c3{n}"), change=Change(role="editor", reason="함께"))

    실 = threading.Thread(target=저장)
    실.start()
    실.join()

    assert [일.wait(60) for 일 in 일꾼] == [0, 0]
    assert len(저장소.all()) == 31
    assert 깨끗한가(저장소)


def test_쓰는_이가_있으면_기다리다_까닭을_말한다(저장소: EntryStore) -> None:
    with 저장소.writing(), pytest.raises(StoreBusy, match="잠시 뒤"), 저장소.writing(wait=0.05):
        pass


def test_쓰다_죽은_프로세스의_자물쇠는_남지_않는다(저장소: EntryStore) -> None:
    코드 = "import sys,time; from pathlib import Path; from kb.store import EntryStore\nwith EntryStore(Path(sys.argv[1])).writing():\n print('쥠', flush=True); time.sleep(60)"
    일 = subprocess.Popen([sys.executable, "-c", 코드, str(저장소.root)], stdout=subprocess.PIPE)
    assert 일.stdout is not None
    assert 일.stdout.readline()
    일.send_signal(signal.SIGKILL)
    일.wait()
    일.stdout.close()

    with 저장소.writing(wait=1):
        pass


def test_커밋하고_펼치기_전에_죽었으면_다음에_읽는_이가_펼친다(저장소: EntryStore, 항목: 만들기) -> None:
    새글 = 항목(body="새 글")
    파일 = {"entries/minwon/k1.md": None, "entries/minwon/k5.md": replace(새글, id="k5").to_text()}
    git.commit(
        저장소.root, git.Commit(branch="main", author="editor", message="죽기 직전\n", at=새글.updated, files=파일)
    )
    assert [e.id for e in EntryStore(저장소.root).all()] == ["k5"]
    assert 깨끗한가(저장소)


@pytest.mark.parametrize("몇ms", [30, 60, 90, 120, 180, 250])
def test_저장하다_언제_죽어도_다_저장되었거나_하나도_안_되었다(저장소: EntryStore, 몇ms: int) -> None:
    코드 = """
import sys
from dataclasses import replace
from pathlib import Path
from kb.store import Change, EntryStore
store = EntryStore(Path(sys.argv[1]))
base = store.get("k1")
entries = [replace(base, id=f"c{n}") for n in range(1, 801)]
print("시작", flush=True)
store.save_all(entries, change=Change(role="importer", reason="가져옴"))
"""
    일 = subprocess.Popen([sys.executable, "-c", 코드, str(저장소.root)], stdout=subprocess.PIPE)
    assert 일.stdout is not None
    일.stdout.readline()
    time.sleep(몇ms / 1000)
    일.kill()
    일.wait()
    일.stdout.close()

    남은 = EntryStore(저장소.root).all()
    assert len(남은) in {1, 801}
    assert 깨끗한가(저장소) or len(남은) == 1
    저장소.save_all(
        (replace(저장소.get("k1"), id=f"c{n}") for n in range(1, 801)), change=Change(role="importer", reason="다시")
    )
    assert len(저장소.all()) == 801
    assert 깨끗한가(저장소)


@pytest.mark.skipif(os.geteuid() == 0, reason="root는 읽기 전용 폴더에도 쓴다; 읽기 전용 파일 체계 시험이 대신한다")
def test_쓸_수_없는_폴더는_권한을_보라고_말한다(저장소: EntryStore) -> None:
    저장소.root.parent.chmod(0o500)
    try:
        with pytest.raises(StoreError, match="권한"):
            저장소.save(replace(저장소.get("k1"), body="x"), change=고침)
    finally:
        저장소.root.parent.chmod(0o700)


def test_git_저장소가_아닌_폴더는_읽기만_한다(tmp_path: Path, 저장소: EntryStore) -> None:
    배포본 = tmp_path / "content"
    (배포본 / "entries/minwon").mkdir(parents=True)
    for 이름 in ("topics.yml", "entries/minwon/k1.md"):
        (배포본 / 이름).write_bytes((저장소.root / 이름).read_bytes())

    읽기전용 = EntryStore(배포본)
    assert 읽기전용.all() == 저장소.all()
    앞 = 읽기전용.head
    (배포본 / "entries/minwon/k2.md").write_text(replace(저장소.get("k1"), id="k2").to_text(), "utf-8")
    assert 읽기전용.head != 앞
    with pytest.raises(StoreError, match="init"):
        읽기전용.save(저장소.get("k1"), change=고침)


def test_항목_폴더가_아니면_init을_하라고_말한다(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="open120 init"):
        EntryStore(tmp_path)


def test_정하는_동안_내용이_바뀌었으면_여럿을_저장하지_않는다(저장소: EntryStore, 항목: 만들기) -> None:
    본판 = 저장소.head
    저장소.save(항목(id="k2"), change=replace(고침, correction=None))

    with pytest.raises(ContentMoved):
        저장소.save_all([항목(id="k3")], change=Change(role="importer", reason="가져옴"), base=본판)
    assert "k3" not in 저장소
    저장소.save_all([항목(id="k3")], change=Change(role="importer", reason="가져옴"), base=저장소.head)
    assert "k3" in 저장소


def test_그_커밋_뒤에_달라진_항목과_사라진_번호를_안다(저장소: EntryStore, 항목: 만들기) -> None:
    본판 = 저장소.head
    저장소.save_all([항목(id="k2"), 항목(id="k1", topic="교통")], change=Change(role="editor", reason="옮김"))
    저장소.save_all([], change=Change(role="editor", reason="지움"), files={"entries/minwon/k2.md": None})

    assert 저장소.changed_since(본판) == ([저장소.get("k1")], [])
    assert 저장소.changed_since(저장소.head) == ([], [])
    assert 저장소.changed_since("0" * 40) is None


def test_펼치다_죽은_글에_손을_댔으면_곁에_남겨_둔다(저장소: EntryStore, 항목: 만들기) -> None:
    파일 = 저장소.root / "entries/minwon/k1.md"
    커밋할 = {"entries/minwon/k1.md": 항목(body="커밋된 글").to_text()}
    git.commit(
        저장소.root, git.Commit(branch="main", author="editor", message="죽기 직전\n", at=항목().updated, files=커밋할)
    )
    파일.write_text("손으로 쓴 글", "utf-8")

    assert EntryStore(저장소.root).all()[0].body == "커밋된 글\n"
    assert (저장소.root.parent / "kept/entries/minwon/k1.md").read_text("utf-8") == "손으로 쓴 글"


def test_두_폴더에_있는_번호는_흠으로_보고된다(저장소: EntryStore, 항목: 만들기) -> None:
    다른곳 = 저장소.root / "entries/gyotong/k1.md"
    다른곳.parent.mkdir(parents=True)
    다른곳.write_text(항목(topic="교통").to_text(), "utf-8")

    assert any("두 폴더" in str(fault) for fault in 저장소.faults())


def test_죽은_쓰기가_남긴_조각은_다음_쓰기가_치운다(저장소: EntryStore) -> None:
    조각 = 저장소.root / ".git/objects/pack/tmp_pack_abc"
    조각.parent.mkdir(parents=True, exist_ok=True)
    조각.write_bytes(b"x")

    저장소.save(replace(저장소.get("k1"), body="새 글"), change=고침)
    assert not 조각.exists()
