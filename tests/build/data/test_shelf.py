"""판을 두는 곳: 다 만든 판만 보이고, 실패하면 앞의 판이 그대로다."""

from dataclasses import replace

import pytest

from build.data.edition import version_of
from build.data.shelf import Shelf
from build.errors import PublishBusy, PublishFailed
from kb.lock import locked
from tests.build.data.conftest import 누리집, 안내들
from tests.conftest import 여권


@pytest.fixture
def 곳(tmp_path):
    return Shelf(tmp_path / "site" / "data")


def 본문이(글):
    return 누리집([*안내들[1:], replace(여권, body=f"{글}\n")])


def 파일들(folder):
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.iterdir()}


def test_처음에는_판이_없다(곳):
    assert 곳.latest is None
    assert 곳.editions() == []


def test_만들면_지금_판이_되고_내용이_같으면_손대지_않는다(곳, 작은_누리집):
    판 = 곳.renew(작은_누리집)

    assert 곳.latest == 판.resolve()
    assert 판.name == version_of(작은_누리집)
    처음 = 파일들(판)
    assert 곳.renew(작은_누리집) == 판
    assert 파일들(판) == 처음


def test_내용이_바뀌면_새_판이_되고_옛_판의_주소도_남는다(곳):
    옛_판 = 곳.renew(본문이("하나"))
    새_판 = 곳.renew(본문이("둘"))

    assert 곳.latest == 새_판.resolve()
    assert 곳.editions() == [옛_판, 새_판]


def test_판은_셋만_남고_지금_것은_지우지_않는다(곳):
    판들 = [곳.renew(본문이(글)) for 글 in ("하나", "둘", "셋", "넷")]
    assert 곳.editions() == 판들[1:]

    assert 곳.renew(본문이("둘")) == 판들[1]
    assert 곳.latest == 판들[1].resolve()
    assert set(곳.editions()) == set(판들[1:])


def test_파일이_모자란_판은_소개하지_않는다(곳, 작은_누리집):
    판 = 곳.renew(작은_누리집)
    assert 곳.described().version == 판.name

    (판 / "SHA256SUMS").unlink()  # 앞선 프로그램의 판이면 이름이 다르다: 없는 파일을 가리키는 쪽은 게시할 수 없다
    assert 곳.described() is None


def test_파일이_사라진_판은_다시_만든다(곳, 작은_누리집):
    판 = 곳.renew(작은_누리집)
    온전 = (판 / "faq.csv").read_bytes()
    (판 / "faq.csv").unlink()

    곳.renew(작은_누리집)

    assert (판 / "faq.csv").read_bytes() == 온전


def test_만들다_죽은_찌꺼기는_판이_아니고_다음에_치워진다(곳, 작은_누리집):
    (곳.root / ".new").mkdir(parents=True)
    (곳.root / ".new" / "faq.csv").write_text("반쯤", "utf-8")
    assert 곳.editions() == []

    판 = 곳.renew(작은_누리집)

    assert 곳.editions() == [판]
    assert not (곳.root / ".new").exists()


def test_만들지_못하면_앞의_판이_그대로다(곳, 작은_누리집):
    판 = 곳.renew(작은_누리집)
    나쁨 = replace(여권, id="k50", body="900101-1234567\n")

    with pytest.raises(PublishFailed, match="주민등록번호"):
        곳.renew(누리집([*안내들, 나쁨]))
    assert 곳.latest == 판.resolve()
    assert 곳.editions() == [판]


def test_다른_프로그램이_만들고_있으면_기다리다_그만둔다(곳, 작은_누리집):
    with locked(곳.root / ".lock", wait=1), pytest.raises(PublishBusy):
        곳.renew(작은_누리집, wait=0.05)


def test_쓸_수_없는_곳이면_무엇을_하면_되는지_말한다(tmp_path, 작은_누리집):
    (tmp_path / "data").write_text("폴더가 아님", "utf-8")

    with pytest.raises(PublishFailed, match="게시하지 못했습니다"):
        Shelf(tmp_path / "data").renew(작은_누리집)
