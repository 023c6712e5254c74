"""이어 게시한 것은 처음부터 게시한 것과 언제나 바이트까지 같다. 더 크게는 `python -m bench.incremental`."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from app.public import Site, SiteKeeper, SiteSettings
from bench.edits import Editor
from build import Publisher, SitePages
from build.feeds.published import feeds
from kb.firsts import FirstPublished
from kb.store import Change, EntryStore
from tests.conftest import 여권

고침 = 500
설정 = SiteSettings(base_url="https://120.example.kr")


def 게시하는_이(source: Callable[[], Site], site: Path) -> Publisher:
    return Publisher(SitePages(source, 설정), site=site, base_url=설정.base_url, artefacts=feeds(), workers=1)


def test_오백_번_고치고_더하고_내리고_옮겨도_처음부터_게시한_것과_같다(
    저장소: EntryStore, tmp_path: Path, 파일들: Callable[[Path], dict[str, bytes]]
) -> None:
    주사위 = random.Random(7)
    편집자 = Editor(
        [replace(여권, id=f"k{n}", tags=(f"태그{n % 3}",)) for n in range(1, 25)],
        ["교통", "민원행정", "시정일반"],
        seed=7,
    )
    저장소.save_all(편집자.entries.values(), change=Change(role="editor", reason="처음"))
    이어서 = 게시하는_이(SiteKeeper(저장소, 설정, FirstPublished(저장소, tmp_path / "firsts")), tmp_path / "이어서")
    이어서.publish()
    남은, 비교한_수 = 고침, 0
    while 남은:
        이번 = min(남은, 주사위.choice((1, 1, 2, 5, 20, 30)))
        남은 -= 이번
        저장소.save_all(편집자.edit(이번), change=Change(role="editor", reason=f"{남은}번 남음"))
        이어서.publish()
        if 남은 == 0 or 주사위.random() < 0.15:
            비교한_수 += 1
            처음부터 = tmp_path / f"처음부터-{비교한_수}"
            처음 = FirstPublished(저장소, tmp_path / f"firsts-{비교한_수}")
            게시하는_이(SiteKeeper(저장소, 설정, 처음), 처음부터).publish(full=True)
            앞, 뒤 = 파일들(tmp_path / "이어서/current"), 파일들(처음부터 / "current")
            assert not [이름 for 이름 in 앞.keys() | 뒤.keys() if 앞.get(이름) != 뒤.get(이름)]
    assert 비교한_수 > 4
