"""게시: 모으고, 바뀐 쪽만 굳히고, 살피고, 한 번에 바꾼다. 쪽에 무엇을 적을지는 app.public이 안다."""

import os
import shutil
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple, Self

from flask import Flask

from app.public import Site, SiteSettings, create_public_app, page_key, public_urls
from build import freeze, release, verify
from build.errors import PublishFailed, disk_trouble
from build.release import Page, Release
from kb.store import EntryStore

LIVE = ("/search", "/correct", "/receipt", "/desk", "/healthz")  # 게시본에 없고 앱이 그때그때 답하는 화면


@dataclass(frozen=True)
class Pages:
    """게시할 것: 공개 앱과, 주소마다 그 쪽을 만든 재료의 지문. 지문이 같으면 바이트도 같아야 한다."""

    app: Flask
    keys: Mapping[str, str]

    @classmethod
    def of(cls, contents: Site) -> Self:
        """읽어 둔 내용 한 판의 공개 쪽들."""
        keys = {url: page_key(contents, url) for url in public_urls(contents)}
        return cls(create_public_app(contents), keys)


@dataclass(frozen=True, kw_only=True)
class Published:
    """게시 한 번의 결과.

    `pages`는 게시본에 든 HTML 쪽의 수, `changed`는 앞 게시본과 바이트가 달라진 주소의 수다(더해진 것과 사라진 것을 세고,
    sitemap.xml이나 static 파일도 센다). `changed`가 0이면 게시본을 새로 두지 않으므로 `release`는 앞의 이름 그대로다.
    `warnings`는 게시를 막지 않은 흠이다.
    """

    pages: int
    changed: int
    seconds: float
    release: str
    warnings: tuple[str, ...] = ()


def publish(
    *,
    content: Path,
    site: Path,
    settings: SiteSettings | None = None,
    live: Iterable[str] = LIVE,
    full: bool = False,
    wait: float = 60.0,
) -> Published:
    """`content`의 상담 항목을 `site`에 게시한다.

    `live`는 게시본에 없어도 링크해도 되는 화면의 앞머리, `full`은 모든 쪽을 다시 만들라는 뜻, `wait`는 다른 게시를 기다릴 초다.
    게시할 수 없으면 PublishFailed(기다리다 그만두면 PublishBusy), 읽을 수 없는 항목이 있으면 KnowledgeError이고,
    어느 쪽이든 지금 사이트는 그대로다.
    """
    chosen = settings or SiteSettings()
    return publish_pages(
        lambda: Pages.of(Site.of(EntryStore(content), chosen)),
        site=site,
        live=live,
        base_url=chosen.base_url,
        full=full,
        wait=wait,
    )


def publish_pages(
    gather: Callable[[], Pages],
    *,
    site: Path,
    live: Iterable[str] = LIVE,
    base_url: str = "",
    full: bool = False,
    workers: int | None = None,
    wait: float = 60.0,
) -> Published:
    """`gather`가 모은 쪽을 `site`에 게시한다. 실패하면 PublishFailed를 내고 지금 사이트는 그대로다.

    차례를 얻은 뒤에 모으므로, 기다리던 게시는 언제나 가장 새 글을 내보낸다. `full`이면 지문을 믿지 않고 모두 다시 만든다.
    """
    started = time.perf_counter()
    with release.only_publisher(site, wait=wait):
        pages = gather()
        try:
            new, changed = Attempt(
                app=pages.app,
                keys=pages.keys,
                site=site,
                folder=site / "releases" / f"{release.HALF_BUILT}{os.getpid()}",
                old=release.current(site),
                live=tuple(prefix.rstrip("/") for prefix in live),
                base_url=base_url.rstrip("/"),
                workers=workers or len(os.sched_getaffinity(0)),
            ).run(full=full)
        except OSError as error:
            raise disk_trouble(error) from error
    html = [page for page in new.pages.values() if page.file.endswith(".html")]
    return Published(
        pages=len(html),
        changed=changed,
        seconds=time.perf_counter() - started,
        release=new.name,
        warnings=tuple(verify.same_titles(page.title for page in html)),
    )


class Frozen(NamedTuple):
    """굳힌 쪽 하나. `same`이면 앞 게시본과 바이트가 같다."""

    url: str
    page: Page
    same: bool
    problems: list[str]


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """게시 한 번: 새 폴더를 채우고, 살피고, 바꾼다. 바꾸기 전에 그만두면 그 폴더만 사라진다."""

    app: Flask
    keys: Mapping[str, str]
    site: Path
    folder: Path
    old: Release | None
    live: tuple[str, ...]
    base_url: str
    workers: int

    def run(self, *, full: bool) -> tuple[Release, int]:
        """새 게시본과 달라진 주소의 수. 달라진 것이 없으면 지금 게시본과 0."""
        release.remove_half_built(self.site)
        self._refuse_bad_listing()
        self.folder.mkdir()
        try:
            new, changed = self._fill_and_switch(stale=list(self.keys) if full else self._stale())
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)  # 이름을 얻은 폴더는 이미 여기 없다
        release.remove_all_but(self.site, new.line)
        return new, changed

    @property
    def was(self) -> Mapping[str, Page]:
        return self.old.pages if self.old else {}

    @property
    def addresses(self) -> verify.Addresses:
        return verify.Addresses(pages=self.keys, live=self.live, base_url=self.base_url)

    def _refuse_bad_listing(self) -> None:
        forgotten = freeze.unlisted(self.app, self.keys)
        clashes = len(self.keys) - len({release.file_of(url) for url in self.keys})
        _refuse([] if self.keys else ["게시할 쪽이 하나도 없습니다."])
        _refuse(
            [
                f"공개 화면 ‘{name}’의 쪽이 게시 목록에 하나도 없습니다. 공개 안내가 있는지, 목록에서 빠졌는지 확인하세요."
                for name in sorted(forgotten)
            ]
        )
        _refuse([f"서로 다른 주소 {clashes}개가 다른 주소와 같은 파일에 놓입니다."] if clashes else [])

    def _stale(self) -> list[str]:
        there = verify.files_in(self.old.folder) if self.old else set()
        return [
            url
            for url, key in self.keys.items()
            if url not in self.was or self.was[url].key != key or self.was[url].file not in there
        ]

    def _fill_and_switch(self, *, stale: list[str]) -> tuple[Release, int]:
        frozen = {one.url: one for one in freeze.in_shares(self._freeze, stale, workers=self.workers)}
        kept = [url for url in self.keys if url not in frozen]
        removed = self.was.keys() - self.keys.keys()
        pages = {url: frozen[url].page if url in frozen else self.was[url] for url in self.keys}
        outside = (self.base_url, *self.live)
        _refuse([problem for one in frozen.values() for problem in one.problems])
        if removed or (self.old and self.old.outside != outside):  # 바뀌지 않은 쪽의 링크도 끊겼을 수 있다
            _refuse(freeze.in_shares(self._problems_of_kept, kept, workers=self.workers))
        changed = len(removed) + sum(not one.same for one in frozen.values())
        if self.old and not changed:
            return _keep(self.old, pages=pages, outside=outside), 0
        self._link(kept)
        _refuse(verify.missing_or_extra(self.folder, {page.file for page in pages.values()}))
        earlier = self.old.line[: release.KEPT - 1] if self.old else ()
        return self._switch(Release(folder=self.folder, pages=pages, earlier=earlier, outside=outside)), changed

    def _freeze(self, urls: Iterable[str]) -> list[Frozen]:
        addresses = self.addresses
        done = freeze.freeze(self.app, urls, folder=self.folder, base_url=self.base_url)
        return [self._frozen(url, addresses) for url in done]

    def _frozen(self, url: str, addresses: verify.Addresses) -> Frozen:
        name = release.file_of(url)
        file = self.folder / name
        content = file.read_bytes()
        same = self._is_same(url, content)
        if same:  # 바이트가 같으면 옛 파일을 그대로 써서 고친 때(mtime)와 ETag를 지킨다(PUBLISHING 1.8)
            file.unlink()
            self._link([url])
        found = verify.look_at(content, url=url, addresses=addresses) if name.endswith(".html") else verify.NOTHING
        page = Page(self.keys[url], sha256(content).hexdigest(), name, found.title)
        return Frozen(url, page, same, found.problems)

    def _is_same(self, url: str, content: bytes) -> bool:
        if not self.old or url not in self.was:
            return False
        earlier = self.old.folder / self.was[url].file
        return earlier.is_file() and earlier.read_bytes() == content

    def _problems_of_kept(self, urls: Iterable[str]) -> list[str]:
        addresses = self.addresses
        html = [(url, self.was[url].file) for url in urls if self.was[url].file.endswith(".html")]
        return [
            problem
            for url, name in html
            if self.old
            for problem in verify.look_at((self.old.folder / name).read_bytes(), url=url, addresses=addresses).problems
        ]

    def _link(self, urls: Iterable[str]) -> None:
        """바뀌지 않은 쪽을 옛 게시본에서 하드링크로 가져온다."""
        if not self.old:
            return
        made: set[str] = set()
        for name in (self.was[url].file for url in urls):
            parent = os.path.dirname(name)  # noqa: PTH120  # 만 번 도는 자리다: pathlib의 세 배 빠르기
            if parent not in made:
                (self.folder / parent).mkdir(parents=True, exist_ok=True)
                made.add(parent)
            os.link(f"{self.old.folder}/{name}", f"{self.folder}/{name}")

    def _switch(self, new: Release) -> Release:
        new.write_manifest()
        digest = sha256("".join(page.digest for page in new.pages.values()).encode()).hexdigest()
        settled = replace(new, folder=release.settle(self.folder, site=self.site, digest=digest))
        release.switch(self.site, settled.name)
        return settled


def _keep(old: Release, *, pages: Mapping[str, Page], outside: tuple[str, ...]) -> Release:
    """나간 바이트는 그대로이고 재료의 지문만 바뀌었을 수 있다: 다음번에 다시 굳히지 않도록 목록만 고친다."""
    kept = replace(old, pages=pages, outside=outside)
    if kept != old:
        kept.write_manifest()
    return kept


def _refuse(problems: list[str]) -> None:
    if problems:
        raise PublishFailed(f"게시하지 않았습니다. 지금 사이트는 그대로입니다. {verify.in_short(problems)}")
