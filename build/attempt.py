"""게시 한 번: 바뀐 쪽을 굳혀 살피고, 새 게시본을 채우고, 바꾼다. 바꾸기 전에 그만두면 만들던 폴더만 사라진다."""

import filecmp
import os
import shutil
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from build import artefacts, freeze, pack, release, verify
from build.artefacts import Artefact
from build.errors import PublishFailed
from build.manifest import Listing, Made, Page
from build.pages import Pages
from build.release import Release

FEW = 200
"""이만큼까지 바뀌었으면 준비해 둔 폴더(앞 게시본과 같은 것)에서 바뀐 파일만 갈아 끼운다."""

ASIDE = ".made"
"""덧붙이는 것을 쓰게 하는 자리(만드는 중인 폴더 안)."""


class Frozen(NamedTuple):
    """굳힌 쪽 하나. `same`이면 앞 게시본과 바이트가 같다. `unknown`은 쪽이 아닌 것을 가리키는 링크다."""

    url: str
    page: Page
    same: bool
    problems: list[str]
    unknown: tuple[str, ...]


class Plan(NamedTuple):
    """무엇을 굳히고 무엇을 빼는지."""

    stale: list[str]
    removed: set[str]


@dataclass
class Beside:
    """쪽과 함께 만드는 덧붙이는 것들."""

    made: dict[str, Made] = field(default_factory=dict)
    """그대로 둘 것과, 지금 곁에 새로 만든 것."""
    aside: dict[str, Path] = field(default_factory=dict)
    """새로 만든 것이 놓인 곳: 게시본에서의 이름 → 파일."""

    def urls(self) -> set[str]:
        """덧붙인 파일들의 주소."""
        return {_url_of(name) for made in self.made.values() for name in made.files}


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """게시 한 번이 남긴 것: 게시본, 그 목록, 달라진 주소의 수."""

    release: Release
    listing: Listing
    changed: int = 0
    fresh: Mapping[str, int] = field(default_factory=dict)
    """새로 쓴 파일과 크기."""
    rewritten: Collection[str] | None = ()
    """목록에서 고쳐 적을 주소. None이면 모두."""
    few: bool = True


class Addressed:
    """이 게시본에 있을 주소들: 앞 게시본에서 사라진 것을 빼고 새것을 더한 것."""

    def __init__(self, was: Collection[str], removed: Collection[str], added: Collection[str]) -> None:
        self._was, self._removed, self._added = was, removed, added

    def __contains__(self, url: object) -> bool:
        return url in self._added or (url in self._was and url not in self._removed)


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """게시 한 번.

    `old`와 `was`는 앞 게시본과 그 목록(모르면 빈 목록), `look`은 다시 볼 주소(None이면 모두), `full`은 지문을 믿지 말라는 뜻,
    `late`은 쪽은 그대로 두고 늦은 것만 새로 만들라는 뜻이다.
    """

    pages: Pages
    site: Path
    old: Release | None
    was: Listing
    look: Collection[str] | None
    full: bool
    live: tuple[str, ...]
    base_url: str
    artefacts: Sequence[Artefact]
    workers: int
    late: bool = False

    def run(self) -> Outcome:
        """게시하고 남긴 것을 돌려준다. 달라진 것이 없으면 지금 게시본 그대로다. 흠이 있으면 PublishFailed."""
        release.remove_half_built(self.site)
        if self.look is None:
            self._refuse_bad_listing()
        self.folder.mkdir()
        try:
            plan, beside = self._plan(), Beside()
            if self.old and not plan.stale and not plan.removed:
                self._make_artefacts(beside)
                if beside.made == self.was.artefacts and not self._is_outside_changed():
                    return Outcome(release=self.old, listing=self.was)
            return self._fill_and_switch(plan, beside)
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)  # 이름을 얻은 폴더는 이미 여기 없다

    # --- what is to be done -----------------------------------------------------------------------------------------

    @cached_property
    def folder(self) -> Path:
        """만드는 중인 폴더."""
        return release.half_built(self.site)

    @cached_property
    def outside(self) -> tuple[str, ...]:
        """링크를 살필 때 쓰는 설정."""
        return (self.base_url, *self.live)

    @cached_property
    def there(self) -> Mapping[str, int]:
        """앞 게시본에 정말 있는 파일들."""
        return verify.files_in(self.old.folder) if self.old else {}

    def _refuse_bad_listing(self) -> None:
        keys = self.pages.keys
        urls = list(keys)
        forgotten = freeze.unlisted(self.pages.app, urls)
        clashes = len(urls) - len({release.file_of(url) for url in urls})
        _refuse([] if urls else ["게시할 쪽이 하나도 없습니다."])
        _refuse(
            [
                f"공개 화면 ‘{name}’의 쪽이 게시 목록에 하나도 없습니다. 공개 안내가 있는지, 목록에서 빠졌는지 확인하세요."
                for name in sorted(forgotten)
            ]
        )
        _refuse([f"서로 다른 주소 {clashes}개가 다른 주소와 같은 파일에 놓입니다."] if clashes else [])

    def _plan(self) -> Plan:
        keys, was = self.pages.keys, self.was.pages
        if self.look is None:
            urls = list(keys)
            stale = urls if self.full or not was else [url for url in urls if not self._is_fresh(url, keys[url])]
            removed = was.keys() - set(urls)
        else:
            wanted = {url: keys.get(url) for url in self.look}
            stale = [url for url, key in wanted.items() if key and (url not in was or was[url].key != key)]
            removed = {url for url, key in wanted.items() if key is None and url in was}
        return Plan(stale, removed)

    def _is_fresh(self, url: str, key: str) -> bool:
        page = self.was.pages.get(url)
        return page is not None and page.key == key and self.there.get(page.file) == page.size

    def _make_artefacts(self, beside: Beside) -> None:
        for artefact in self.artefacts:
            had = self.was.artefacts.get(artefact.name)
            if had and artefact.late is not self.late and self._has(had):
                beside.made[artefact.name] = had  # its turn is another
                continue
            key = artefact.key(self.pages.contents)
            if had and had.key == key and not self.full and self._has(had):
                beside.made[artefact.name] = had
                continue
            folder = self.folder / ASIDE / str(len(beside.made))
            files = artefacts.made(artefact, self.pages.contents, folder)
            beside.made[artefact.name] = Made(key, files)
            beside.aside |= {name: folder / name for name in files}

    def _has(self, made: Made) -> bool:
        return self.look is not None or all(self.there.get(name) == size for name, size in made.files.items())

    def _is_outside_changed(self) -> bool:
        return self.old is not None and self.old.outside != self.outside

    # --- freezing and looking ------------------------------------------------------------------------------------------

    def _fill_and_switch(self, plan: Plan, beside: Beside) -> Outcome:
        addresses = self._addresses(plan, set(plan.stale))
        frozen = {
            one.url: one
            for one in freeze.in_shares(
                lambda urls: self._freeze(urls, addresses),
                plan.stale,
                workers=self.workers,
                beside=lambda: None if beside.made else self._make_artefacts(beside),
            )
        }
        addresses = self._addresses(plan, {*plan.stale, *beside.urls()})
        _refuse([problem for one in frozen.values() for problem in one.problems])
        listing = Listing(self._pages_after(frozen.values(), plan.removed, addresses), beside.made)
        self._refuse_broken_by_others(frozen, plan, beside, addresses)
        if beside.aside or not frozen.keys() <= self.was.pages.keys():  # only something new can be where another is
            _refuse(artefacts.clashes(beside.made, (page.file for page in listing.pages.values())))
        fresh = {one.page.file: one.page.size for one in frozen.values() if not one.same}
        fresh |= {
            name: file.stat().st_size for name, file in beside.aside.items() if not self._is_same_file(name, file)
        }
        gone = self.was.files().keys() - listing.files().keys() if plan.removed or beside.aside else set[str]()
        rewritten = {*frozen, *plan.removed} if self.was.pages else None
        if self.old and not fresh and not gone:
            return Outcome(release=self._with_outside(self.old), listing=listing, rewritten=rewritten)
        few = len(fresh) + len(gone) <= FEW
        folder = self._assemble(listing, fresh, gone, beside.aside, few=few)
        return Outcome(
            release=self._switch(folder, listing, frozen.values()),
            listing=listing,
            changed=len(fresh) + len(gone),
            fresh=fresh,
            rewritten=rewritten if few else None,
            few=few,
        )

    def _addresses(self, plan: Plan, added: Set[str]) -> verify.Addresses:
        was = self.was.pages
        pages = Addressed(was, plan.removed, added) if self.look is not None else (was.keys() - plan.removed) | added
        return verify.Addresses(pages=pages, live=self.live, base_url=self.base_url)

    def _freeze(self, urls: Iterable[str], addresses: verify.Addresses) -> list[Frozen]:
        glance = verify.Glance(addresses)
        done = freeze.freeze(self.pages.app, urls, folder=self.folder, base_url=self.base_url)
        found = [self._frozen(url, content, glance) for url, content in done]
        self.pages.keep()
        return found

    def _frozen(self, url: str, content: bytes, glance: verify.Glance) -> Frozen:
        name = release.file_of(url)
        digest = sha256(content).hexdigest()[:32]
        found = glance(content, url=url) if name.endswith(".html") else verify.NOTHING
        page = Page(self.pages.keys[url], digest, name, len(content), found.title, found.links)
        same = self._is_same(page, url, content)
        if same:  # 바이트가 같으면 옛 파일을 그대로 써서 고친 때(mtime)와 ETag를 지킨다(PUBLISHING 1.8)
            (self.folder / name).unlink()
        return Frozen(url, page, same, found.problems, found.unknown)

    def _is_same(self, page: Page, url: str, content: bytes) -> bool:
        had = self.was.pages.get(url)
        if not self.old or (had and had.digest != page.digest):
            return False
        earlier = self.old.folder / page.file
        return earlier.is_file() and earlier.read_bytes() == content

    def _is_same_file(self, name: str, file: Path) -> bool:
        earlier = self.old.folder / name if self.old else None
        return earlier is not None and earlier.is_file() and filecmp.cmp(earlier, file, shallow=False)

    def _pages_after(
        self, frozen: Iterable[Frozen], removed: Collection[str], addresses: verify.Addresses
    ) -> dict[str, Page]:
        """새 목록의 쪽들. 굳히는 동안 모르던 링크를, 이제 다 아는 주소로 마저 살핀다."""
        pages = dict(self.was.pages)
        problems: list[str] = []
        for url in removed:
            del pages[url]
        for one in frozen:
            pages[one.url] = one.page
            if one.unknown:
                reached, lost = addresses.sorted_out(one.unknown, on=one.url)
                pages[one.url] = one.page._replace(links=(*one.page.links, *reached))
                problems += self._problems_of(one, addresses) if lost else []
        _refuse(problems)
        return pages

    def _problems_of(self, frozen: Frozen, addresses: verify.Addresses) -> list[str]:
        folder = self.old.folder if frozen.same and self.old else self.folder
        return verify.problems_in((folder / frozen.page.file).read_bytes(), url=frozen.url, addresses=addresses)

    def _refuse_broken_by_others(
        self, frozen: Mapping[str, Frozen], plan: Plan, beside: Beside, addresses: verify.Addresses
    ) -> None:
        """바뀌지 않은 쪽의 링크도, 가리키던 것이 사라지거나 설정이 바뀌면 끊길 수 있다."""
        gone = {*plan.removed, *(Beside(dict(self.was.artefacts)).urls() - beside.urls())}
        if not gone and not self._is_outside_changed():
            return
        suspects = [
            url
            for url, page in self.was.pages.items()
            if url not in frozen
            and url not in plan.removed
            and page.file.endswith(".html")
            and (self._is_outside_changed() or not gone.isdisjoint(page.links))
        ]
        _refuse(freeze.in_shares(lambda urls: self._problems_of_kept(urls, addresses), suspects, workers=self.workers))

    def _problems_of_kept(self, urls: Iterable[str], addresses: verify.Addresses) -> list[str]:
        return [
            problem
            for url in urls
            if self.old
            for problem in verify.problems_in(
                (self.old.folder / self.was.pages[url].file).read_bytes(), url=url, addresses=addresses
            )
        ]

    # --- filling and switching ---------------------------------------------------------------------------------------

    def _assemble(
        self,
        listing: Listing,
        fresh: Mapping[str, int],
        gone: Collection[str],
        aside: Mapping[str, Path],
        *,
        few: bool,
    ) -> Path:
        """새 게시본의 폴더를 채운다: 조금 바뀌었으면 준비해 둔 것을 고치고, 아니면 새 폴더에 나머지를 하드링크한다."""
        self._tell_apart(fresh, aside)
        ready = release.take_ready(self.site, self.old) if few and self._is_old_clean() else None
        if ready is None:
            files = listing.files()
            self._link([name for name in files if name not in fresh])
            for name in fresh.keys() & aside.keys():
                _move(aside[name], self.folder / name)
            shutil.rmtree(self.folder / ASIDE, ignore_errors=True)
            _refuse(verify.missing_or_extra(verify.files_in(self.folder), files))
            return self.folder
        for name in gone:
            (ready / name).unlink(missing_ok=True)
            pack.drop(ready, name)
        for name in fresh:
            _move(aside.get(name, self.folder / name), ready / name)
            pack.drop(ready, name)
        return ready

    def _tell_apart(self, fresh: Mapping[str, int], aside: Mapping[str, Path]) -> None:
        """크기가 같은 파일을 같은 초에 다시 고쳤으면 고친 때를 한 초 미룬다: nginx의 ETag는 초와 크기뿐이다(PUBLISHING 1.8)."""
        for name, size in fresh.items() if self.old else ():
            earlier = _stat(self.old.folder / name) if self.old else None
            file = aside.get(name, self.folder / name)
            if earlier and earlier.st_size == size and int(earlier.st_mtime) >= int(file.stat().st_mtime):
                later = (int(earlier.st_mtime) + 1) * 10**9
                os.utime(file, ns=(later, later))

    def _is_old_clean(self) -> bool:
        """앞 게시본의 폴더가 그 목록 그대로인가. 지난번에 이 프로그램이 만든 것이면 다시 보지 않는다."""
        return self.look is not None or not verify.missing_or_extra(self.there, self.was.files())

    def _link(self, names: Iterable[str]) -> None:
        """바뀌지 않은 것을 옛 게시본에서 하드링크로 가져온다. 줄여 둔 것도 함께."""
        if not self.old:
            return
        made: set[str] = set()
        for name in names:
            parent = os.path.dirname(name)  # noqa: PTH120  # 만 번 도는 자리다: pathlib의 세 배 빠르기
            if parent not in made:
                (self.folder / parent).mkdir(parents=True, exist_ok=True)
                made.add(parent)
            for one in (name, *(f"{name}{tail}" for tail in release.PACKED if f"{name}{tail}" in self.there)):
                os.link(f"{self.old.folder}/{one}", f"{self.folder}/{one}")

    def _switch(self, folder: Path, listing: Listing, frozen: Iterable[Frozen]) -> Release:
        line = self.old.line if self.old else ()
        earlier = line[1:] if self.late else line[: release.KEPT - 1]
        new = Release(folder=folder, earlier=earlier, outside=self.outside)
        new.write_note()
        told = [line[0] if line else "", *(one.page.digest for one in frozen)]
        told += [made.key for made in listing.artefacts.values()]
        digest = sha256("".join(told).encode()).hexdigest()
        settled = replace(new, folder=release.settle(folder, site=self.site, digest=digest))
        release.switch(self.site, settled.name)
        return settled

    def _with_outside(self, old: Release) -> Release:
        """나간 바이트는 그대로이고 설정만 바뀌었을 수 있다: 다음번에 다시 살피지 않도록 적어 둔다."""
        if old.outside == self.outside:
            return old
        kept = replace(old, outside=self.outside)
        kept.write_note()
        return kept


def _stat(file: Path) -> os.stat_result | None:
    try:
        return file.stat()
    except FileNotFoundError:
        return None


def _move(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)


def _url_of(name: str) -> str:
    """파일의 주소: `data/index.html`은 `/data/`, `rss.xml`은 그 이름."""
    return f"/{name.removesuffix('index.html') if name.endswith('/index.html') else name.removesuffix('.html')}"


def _refuse(problems: list[str]) -> None:
    if problems:
        raise PublishFailed(f"게시하지 않았습니다. 지금 사이트는 그대로입니다. {verify.in_short(problems)}")
