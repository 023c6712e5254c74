"""게시: 바뀐 쪽만 굳혀 새 게시본을 만들고 한 번에 바꾼다."""

import os
import random
import signal
import time

import pytest

from build import NothingToRollBack, PublishFailed, roll_back
from build.freeze import TEXT_AT
from tests.build.conftest import PAGE
from tests.build.test_kill import in_child


def test_주소마다_파일_하나가_놓이고_주소에는_확장자가_없다(누리집):
    결과 = 누리집.publish()

    assert set(누리집.tree()) == {
        "index.html", "404.html", "faq/c1.html", "faq/c2.html", "faq/k3.html", "robots.txt", "sitemap.xml",
        "static/site.css",
    }  # fmt: skip
    assert (결과.pages, 결과.changed) == (5, 8)
    assert 결과.release == (누리집.site / "current").readlink().name
    assert "여권을 잃어버렸어요." in 누리집.read("faq/c1.html")


def test_글_하나를_고치면_그_쪽만_바뀌고_나머지는_같은_파일이다(누리집):
    누리집.publish()
    옛것 = {name: (누리집.site / "current" / name).stat() for name in 누리집.tree()}

    누리집.entries["c1"] = ("여권을 잃어버렸어요.", "<p>경찰서에 신고합니다.</p>")
    결과 = 누리집.publish()

    assert (결과.pages, 결과.changed) == (5, 1)
    assert "경찰서" in 누리집.read("faq/c1.html")
    새것 = {name: (누리집.site / "current" / name).stat() for name in 누리집.tree()}
    assert {name for name in 새것 if 새것[name].st_ino != 옛것[name].st_ino} == {"faq/c1.html"}
    assert all(새것[name].st_mtime_ns == 옛것[name].st_mtime_ns for name in 새것 if name != "faq/c1.html")


def test_같은_초에_같은_크기로_거듭_고쳐도_ETag는_저마다_다르다(누리집):
    """nginx의 ETag는 고친 때(초)와 크기로 정해진다: 둘이 다 같으면 손님은 옛 쪽을 새것으로 안다."""
    본_것 = set()
    for 글자 in "가나다라":
        누리집.entries["c1"] = ("여권", f"<p>{글자}</p>")
        누리집.publish()
        쪽 = (누리집.site / "current/faq/c1.html").stat()
        본_것.add((int(쪽.st_mtime), 쪽.st_size))

    assert len(본_것) == 4
    assert len({크기 for _, 크기 in 본_것}) == 1


def test_바뀌지_않은_쪽은_다시_굳히지_않는다(누리집):
    누리집.publish()
    본_것 = []
    누리집.look = 본_것.append

    누리집.entries["k3"] = ("대형 폐기물은 어떻게 버리나요?", "<p>인터넷으로 신고합니다.</p>")
    누리집.publish()

    assert 본_것 == ["k3"]


def test_바뀐_것이_없으면_게시본도_그대로다(누리집):
    처음 = 누리집.publish()

    assert (누리집.publish().release, 누리집.publish(full=True).release) == (처음.release, 처음.release)
    assert 누리집.publish().changed == 0
    assert 누리집.releases() == [처음.release]


def test_재료만_바뀌고_바이트가_같으면_게시본은_그대로이고_다음번에_다시_굳히지_않는다(누리집):
    처음 = 누리집.publish()
    누리집.extra = {"/faq/c1": "새 지문"}
    본_것 = []
    누리집.look = 본_것.append

    assert (누리집.publish().release, 누리집.publish().release) == (처음.release, 처음.release)
    assert 본_것 == ["c1"]


def test_사라진_안내는_새_게시본에_없고_더해진_안내는_있다(누리집):
    누리집.publish()

    del 누리집.entries["k3"]
    누리집.entries["k4"] = ("전입신고는 어디서 하나요?", "<p>주민센터에서 합니다.</p>")
    결과 = 누리집.publish()

    assert 결과.changed == 4  # k3가 사라지고, k4가 더해지고, 처음과 sitemap.xml이 바뀌었다
    assert "faq/k3.html" not in 누리집.tree()
    assert "전입신고" in 누리집.read("faq/k4.html")


def test_고친_순서가_어떻든_이어_게시한_것과_처음부터_게시한_것은_바이트까지_같다(누리집, tmp_path, 파일들):
    뽑기 = random.Random(120)
    이어_게시 = 누리집.site
    for 번째 in range(40):
        for _ in range(뽑기.randint(1, 3)):
            번호 = f"c{뽑기.randint(4, 12)}"
            if 뽑기.random() < 0.3:
                누리집.entries.pop(번호, None)
            else:
                누리집.entries[번호] = (f"안내 {뽑기.randint(1, 9)}", f"<p>{뽑기.random()}</p>")
        누리집.site = 이어_게시
        누리집.publish()
        if 번째 % 5 == 0:
            누리집.site = tmp_path / f"처음부터-{번째}"
            누리집.publish(full=True)
            assert 파일들(이어_게시 / "current") == 누리집.tree()


def test_여러_프로세스로_나누어_굳혀도_같은_바이트다(누리집, tmp_path):
    누리집.entries |= {f"c{n}": (f"안내 {n}", f"<p>{n}번째 답</p>") for n in range(10, 400)}
    누리집.publish(workers=1)
    혼자 = 누리집.tree()

    누리집.site = tmp_path / "여럿이"
    assert 누리집.publish(workers=3).pages == 395
    assert 누리집.tree() == 혼자


def test_여러_프로세스_가운데_하나가_실패하면_그_쪽의_이름을_말한다(누리집):
    누리집.entries |= {f"c{n}": (f"안내 {n}", "<p>답</p>") for n in range(10, 400)}
    누리집.look = lambda id: 1 / 0 if id == "c77" else None

    with pytest.raises(PublishFailed, match="‘/faq/c77’ 쪽을 만들지 못했습니다"):
        누리집.publish(workers=2)


def test_여러_프로세스_가운데_하나가_죽으면_게시하지_않는다(누리집, tmp_path):
    처음 = 누리집.publish()
    누리집.entries |= {f"c{n}": (f"안내 {n}", "<p>답</p>") for n in range(10, 400)}
    죽음, 까닭 = tmp_path / "죽음", tmp_path / "까닭"

    def 나누어_게시() -> None:
        부모, 끝 = os.getpid(), time.monotonic() + 10

        def look(id: str) -> None:
            if os.getpid() != 부모:
                죽음.touch()
                os.kill(os.getpid(), signal.SIGKILL)
            while not 죽음.exists() and time.monotonic() < 끝:
                time.sleep(0.002)  # 함께 굳히는 이 프로세스가 혼자 다 해 버리지 않게

        def text_at(url: str) -> tuple[str, str] | None:
            """지름길이 있어야 몫을 조금씩 가져간다: 없는 쪽은 Frozen-Flask가 목록째 가져간다."""
            if not url.startswith("/faq/"):
                return None
            look(url)
            return "text/html", PAGE.format(title=url, body="<p>답</p>")

        누리집.routes = lambda bp: bp.record(lambda made: made.app.extensions.__setitem__(TEXT_AT, text_at))
        try:
            누리집.publish(workers=2)
        except PublishFailed as error:
            까닭.write_text(str(error), "utf-8")

    in_child(나누어_게시)  # 스레드가 하나뿐인 곳이라야 나누어 굳힌다

    assert 죽음.exists()
    assert "갑자기 끝났습니다" in 까닭.read_text("utf-8")
    assert 누리집.releases() == [처음.release]


def test_모두_다시_만들면_상한_파일이_낫는다(누리집):
    누리집.publish()
    (누리집.site / "current" / "faq" / "c1.html").write_text("상함", "utf-8")

    assert 누리집.publish(full=True).changed == 1
    assert "여권을 잃어버렸어요." in 누리집.read("faq/c1.html")


def test_목록이_상했거나_파일이_사라졌으면_스스로_다시_만든다(누리집):
    누리집.publish()
    온전 = 누리집.tree()
    (누리집.site / "current" / "faq" / "c1.html").unlink()
    누리집.publish()
    assert 누리집.tree() == 온전

    (누리집.site / ".manifest.db").write_text("목록이 아님", "utf-8")
    누리집.publish()
    assert 누리집.tree() == 온전


def test_게시본은_셋만_남긴다(누리집):
    이름들 = []
    for 번째 in range(5):
        누리집.entries["c1"] = (f"{번째}번째 제목", "")
        이름들.append(누리집.publish().release)

    assert set(누리집.releases()) == set(이름들[-3:])


def test_한_번에_바로_앞_게시본으로_되돌린다(누리집):
    for 제목 in ("첫째", "둘째", "셋째"):
        누리집.entries["c1"] = (제목, "")
        누리집.publish()

    assert roll_back(누리집.site) == (누리집.site / "current").readlink().name
    assert "둘째" in 누리집.read("faq/c1.html")
    roll_back(누리집.site)
    assert "첫째" in 누리집.read("faq/c1.html")
    with pytest.raises(NothingToRollBack, match="되돌릴 이전 게시본이 없습니다"):
        roll_back(누리집.site)


def test_되돌린_뒤_새로_게시하면_버린_게시본으로는_되돌아가지_않는다(누리집):
    for 제목 in ("좋음", "나쁨"):
        누리집.entries["c1"] = (제목, "")
        누리집.publish()
    roll_back(누리집.site)

    누리집.entries["c1"] = ("고침", "")
    누리집.publish()
    roll_back(누리집.site)

    assert "좋음" in 누리집.read("faq/c1.html")
    assert len(누리집.releases()) == 2


def test_같은_제목은_막지_않고_알린다(누리집):
    누리집.entries["k3"] = 누리집.entries["c1"]

    assert 누리집.publish().warnings == ("제목 ‘여권을 잃어버렸어요.’을(를) 2쪽이 함께 씁니다.",)


def test_게시할_쪽이_하나도_없으면_게시하지_않는다(누리집):
    from build import Pages, publish_pages

    with pytest.raises(PublishFailed, match="게시할 쪽이 하나도 없습니다"):
        publish_pages(lambda: Pages(누리집.app(), {}), site=누리집.site)
