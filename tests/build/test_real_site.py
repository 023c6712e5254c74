"""진짜 공개 누리집(app.public)을 진짜 내용(content/)으로 게시한다."""

import re
import shutil
from pathlib import Path

import pytest

from app.public import Site, SiteSettings, public_urls
from build import Pages, PublishFailed, file_for, freeze, publish
from build.release import file_of
from kb.errors import BadEntry
from kb.store import EntryStore

ROOT = Path(__file__).parents[2]
설정 = SiteSettings(base_url="https://120.example.kr")


@pytest.fixture
def 자리(tmp_path: Path) -> Path:
    return tmp_path / "site"


def test_담아_둔_내용을_게시할_수_있다(자리, tmp_path):
    """손으로 쓴 안내는 모두, 조리법이 지은 것은 마흔에 하나. 모든 안내의 답과 링크와 제목은 tests/app/test_shipped_pages.py가 본다."""
    모두 = sorted((ROOT / "content/entries").glob("*/*.md"))
    고른 = [file for n, file in enumerate(모두) if file.name.startswith("k") or n % 40 == 0]
    있는 = {file.stem for file in 고른}
    for file in 고른:
        text = re.sub(
            r"\[([^\]]*)\]\(/faq/(\w+)\)", lambda link: link[0] if link[2] in 있는 else link[1], file.read_text("utf-8")
        )
        (tmp_path / "entries" / file.parent.name).mkdir(parents=True, exist_ok=True)
        (tmp_path / "entries" / file.parent.name / file.name).write_text(text, "utf-8")
    shutil.copy(ROOT / "content/topics.yml", tmp_path)

    결과 = publish(content=tmp_path, site=자리, settings=설정)

    assert 결과.pages > 700
    assert 결과.warnings == ()


def test_공개_안내마다_쪽이_하나씩_게시된다(내용, 자리):
    결과 = publish(content=내용, site=자리, settings=설정)

    공개 = [entry for entry in EntryStore(내용).all() if entry.is_public]
    assert len(공개) > 14
    for 안내 in 공개:
        html = file_for(자리, f"/faq/{안내.id}").read_text("utf-8")
        assert f'rel="canonical" href="https://120.example.kr/faq/{안내.id}"' in html
    assert 결과.warnings == ()
    주소들 = public_urls(Site.of(EntryStore(내용), 설정))
    assert 결과.pages == sum(file_of(주소).endswith(".html") for 주소 in 주소들)


def test_본문_한_줄을_고치면_그_쪽만_바뀌고_처음부터_게시한_것과_같다(내용, 자리, tmp_path, 파일들):
    publish(content=내용, site=자리, settings=설정)
    앞 = 파일들(자리 / "current")
    글 = next((내용 / "entries").rglob("k*.md"))

    글.write_text(글.read_text("utf-8") + "\n덧붙인 문장입니다.\n", "utf-8")
    결과 = publish(content=내용, site=자리, settings=설정)

    바뀜 = {name for name, content in 파일들(자리 / "current").items() if content != 앞.get(name)}
    assert {name for name in 바뀜 if not name.endswith(("rss.xml", "atom.xml"))} == {
        f"faq/{글.stem}.{꼬리}" for 꼬리 in ("html", "md", "json")
    }
    assert 결과.changed == len(바뀜)
    assert "덧붙인 문장입니다." in file_for(자리, f"/faq/{글.stem}").read_text("utf-8")
    publish(content=내용, site=tmp_path / "처음부터", settings=설정, full=True)
    assert 파일들(자리 / "current") == 파일들(tmp_path / "처음부터" / "current")


def test_남이_가리키는_안내를_내려도_끊긴_링크_없이_게시되고_처음부터_게시한_것과_같다(내용, 자리, tmp_path, 파일들):
    글, 이웃 = sorted((내용 / "entries").rglob("k*.md"))[:2]
    이웃.write_text(이웃.read_text("utf-8") + f"\n[함께 볼 안내](/faq/{글.stem})\n", "utf-8")
    publish(content=내용, site=자리, settings=설정)
    assert f'<a href="/faq/{글.stem}">함께 볼 안내' in file_for(자리, f"/faq/{이웃.stem}").read_text("utf-8")

    글.write_text(re.sub(r"(?m)^status: published$", "status: retired\ngone: true", 글.read_text("utf-8")), "utf-8")
    publish(content=내용, site=자리, settings=설정)

    assert file_for(자리, f"/faq/{글.stem}") is None
    publish(content=내용, site=tmp_path / "처음부터", settings=설정, full=True)
    assert 파일들(자리 / "current") == 파일들(tmp_path / "처음부터" / "current")


def test_진짜_누리집도_가벼운_손님과_보통_손님이_같은_바이트를_받는다(내용, tmp_path, monkeypatch, 파일들):
    쪽들 = Pages.of(Site.of(EntryStore(내용), 설정))
    dict(freeze.freeze(쪽들.app, 쪽들.keys, folder=tmp_path / "가벼움", base_url=설정.base_url))
    monkeypatch.setattr(freeze, "TEXT_AT", "없는 지름길")
    dict(freeze.freeze(쪽들.app, 쪽들.keys, folder=tmp_path / "보통", base_url=설정.base_url))

    assert len(파일들(tmp_path / "가벼움")) == len(쪽들.keys)
    assert 파일들(tmp_path / "가벼움") == 파일들(tmp_path / "보통")


def test_읽을_수_없는_항목이_있으면_게시하지_않고_옛_사이트를_둔다(내용, 자리, 파일들):
    publish(content=내용, site=자리, settings=설정)
    옛것 = 파일들(자리 / "current")
    글 = next((내용 / "entries").rglob("k*.md"))
    글.write_text("머리말이 없는 글", "utf-8")

    with pytest.raises(BadEntry, match=글.name):
        publish(content=내용, site=자리, settings=설정)
    assert 파일들(자리 / "current") == 옛것


def test_없는_곳을_가리키는_글은_게시되지_않고_어느_쪽인지_말한다(내용, 자리):
    글 = next((내용 / "entries").rglob("k*.md"))
    글.write_text(글.read_text("utf-8") + "\n[없는 주제](/topic/eopseum)를 보세요.\n", "utf-8")

    with pytest.raises(PublishFailed, match=f"‘/faq/{글.stem}’ 쪽의 링크 ‘/topic/eopseum’가 어디에도 이르지 않습니다"):
        publish(content=내용, site=자리, settings=설정)
    assert not (자리 / "current").exists()
