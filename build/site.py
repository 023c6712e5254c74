"""게시: 모으고, 바뀐 쪽만 굳히고, 살피고, 한 번에 바꾼다. 쪽에 무엇을 적을지는 app.public이 안다."""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

from app.public import Site, SiteSettings
from build import pack, problem, release, verify
from build.artefacts import Artefact
from build.attempt import Attempt, Outcome
from build.errors import PublishBusy, PublishFailed, disk_trouble
from build.feeds.published import feeds
from build.manifest import Listing, Manifest
from build.pages import Pages, SitePages
from kb import redirects
from kb.errors import KnowledgeError
from kb.garbage import without_gc
from kb.store import EntryStore

LIVE = (
    "/search",
    "/correct",
    "/receipt",
    "/thanks",
    "/helpful",
    "/desk",
    "/api",
    "/data/latest",
    "/about/corrections",
    "/healthz",
)  # 게시본에 없고 앱이 그때그때 답하는 화면
MANIFEST = ".manifest.db"
BATCH = 200
"""줄이는 동안 다른 게시가 끼어들 수 있게, 이만큼씩 잠금을 놓는다."""


@dataclass(frozen=True, kw_only=True)
class Published:
    """게시 한 번의 결과.

    `pages`는 게시본에 든 HTML 쪽의 수, `changed`는 앞 게시본과 바이트가 달라진 주소의 수다(더해진 것과 사라진 것을 세고,
    sitemap.xml이나 static 파일도 센다). `changed`가 0이면 게시본을 새로 두지 않으므로 `release`는 앞의 이름 그대로다.
    `seconds`는 바뀐 쪽이 보이기까지, `warnings`는 게시를 막지 않은 흠이다.
    """

    pages: int
    changed: int
    seconds: float
    release: str
    warnings: tuple[str, ...] = ()


class Known(NamedTuple):
    """이 프로그램이 마지막으로 게시한 것."""

    release: str
    pages: Pages
    listing: Listing


class Publisher:
    """한 자리(`site`)에 거듭 게시하는 이. 지난번에 무엇을 게시했는지 기억해, 다음에는 바뀌었을 쪽만 본다.

    `live`는 게시본에 없어도 링크해도 되는 화면의 앞머리, `artefacts`는 쪽 말고 덧붙일 것, `packed`이면 .gz와 .br도 둔다.
    여러 스레드와 프로그램이 함께 불러도 된다(게시는 한 번에 하나).
    """

    def __init__(
        self,
        gather: Callable[[], Pages],
        *,
        site: Path,
        live: Iterable[str] = LIVE,
        base_url: str = "",
        artefacts: Sequence[Artefact] = (),
        packed: bool = False,
        workers: int | None = None,
    ) -> None:
        self._gather = gather
        self._site = site.absolute()
        self._live = tuple(prefix.rstrip("/") for prefix in live)
        self._base_url = base_url.rstrip("/")
        self._artefacts = tuple(artefacts)
        self._packed = packed
        self._workers = workers or len(os.sched_getaffinity(0))
        self._manifest = Manifest(site / MANIFEST)
        self._known: Known | None = None

    def publish(self, *, full: bool = False, wait: float = 60.0) -> Published:
        """바뀐 쪽을 게시한다. `full`이면 지문을 믿지 않고 모두 다시 만든다. `wait`는 다른 게시를 기다릴 초다.

        게시할 수 없으면 PublishFailed(기다리다 그만두면 PublishBusy), 읽을 수 없는 항목이 있으면 KnowledgeError이고, 어느 쪽이든
        지금 사이트는 그대로다. 차례를 얻은 뒤에 모으므로, 기다리던 게시는 언제나 가장 새 글을 내보낸다.
        """
        started = time.perf_counter()
        with self._turn(wait), without_gc():
            pages = self._gather()
            old = release.current(self._site)
            known = self._known if self._known and old and old.name == self._known.release else None
            attempt = self._attempt(pages, old, known, full=full)
            outcome = attempt.run()
            seconds = time.perf_counter() - started
            self._remember(attempt, outcome)
        html = [page for page in outcome.listing.pages.values() if page.file.endswith(".html")]
        return Published(
            pages=len(html),
            changed=outcome.changed,
            seconds=seconds,
            release=outcome.release.name,
            warnings=tuple(verify.same_titles(page.title for page in html)),
        )

    def finish(self, *, wait: float = 60.0) -> None:
        """쪽이 보인 뒤에 해도 되는 것을 마친다: 늦은 것(late)을 만들고, 줄인 파일을 두고, 다음 게시의 폴더를 마련한다.

        오래 걸릴 수 있고, 그동안 다른 게시가 끼어들 수 있다. 몇 번을 불러도 되고, 하다 죽어도 다음에 이어서 한다.
        """
        with self._turn(wait):
            known = self._known
            now = release.current(self._site)
            if known is None or now is None or now.name != known.release:
                return  # someone else has published since: finishing is theirs
            attempt = replace(self._attempt(known.pages, now, known, full=False), look=(), late=True)
            self._remember(attempt, attempt.run())
        while self._packed and self._pack_some(wait):
            pass
        with self._turn(wait):
            if now := release.current(self._site):
                release.clear(self._site, now, prepare=True)
            known.pages.tidy()

    def _attempt(self, pages: Pages, old: release.Release | None, known: Known | None, *, full: bool) -> Attempt:
        return Attempt(
            pages=pages,
            site=self._site,
            old=old,
            was=known.listing if known else self._manifest.read(old.name) if old else Listing(),
            look=pages.touched(known.pages) if known and not full else None,
            full=full,
            live=self._live,
            base_url=self._base_url,
            artefacts=self._artefacts,
            workers=self._workers,
        )

    def _remember(self, attempt: Attempt, outcome: Outcome) -> None:
        """보인 뒤의 일: 목록을 적고, 조금 바뀌었으면 줄인 파일과 다음 폴더까지 마련한다."""
        listing, now = outcome.listing, outcome.release
        self._known = Known(now.name, attempt.pages, listing)
        if outcome.changed or listing is not attempt.was:
            before = attempt.old.name if attempt.old else ""
            self._manifest.write(now.name, listing, before=before, changed=outcome.rewritten)
        if outcome.few and self._packed:
            pack.pack(now.folder, [name for name, size in outcome.fresh.items() if pack.packable(name, size)])
        release.clear(self._site, now, prepare=outcome.few and bool(outcome.changed))

    def _pack_some(self, wait: float) -> bool:
        """줄인 것이 빠진 파일을 조금 줄이고, 남았는지 돌려준다."""
        with self._turn(wait):
            now = release.current(self._site)
            names = pack.unpacked(verify.files_in(now.folder)) if now else []
            if now and names:
                release.spoil_ready(self._site)
                pack.pack(now.folder, names[:BATCH], workers=self._workers)
            return len(names) > BATCH

    @contextmanager
    def _turn(self, wait: float) -> Iterator[None]:
        """게시할 차례. 실패한 까닭은 편집실이 읽도록 적어 둔다."""
        try:
            with release.only_publisher(self._site, wait=wait):
                try:
                    yield
                except OSError as error:
                    raise disk_trouble(error) from error
                problem.forget(self._site)
        except PublishBusy:
            raise
        except (PublishFailed, KnowledgeError) as error:
            problem.remember(self._site, str(error))
            raise


def publish(
    *,
    content: Path,
    site: Path,
    settings: SiteSettings | None = None,
    live: Iterable[str] = LIVE,
    full: bool = False,
    wait: float = 60.0,
) -> Published:
    """`content`의 상담 항목을 `site`에 한 번 게시한다. 무엇을 내는지는 `Publisher.publish`와 같다."""
    chosen = settings or SiteSettings()
    pages = SitePages(lambda: replace(Site.of(EntryStore(content), chosen), redirects=redirects.read(content)), chosen)
    publisher = Publisher(pages, site=site, live=live, base_url=chosen.base_url, artefacts=feeds())
    return publisher.publish(full=full, wait=wait)


def publish_pages(
    gather: Callable[[], Pages], *, site: Path, full: bool = False, wait: float = 60.0, **settings: Any
) -> Published:
    """`gather`가 모은 쪽을 `site`에 한 번 게시한다. `settings`는 `Publisher`의 것이다."""
    return Publisher(gather, site=site, **settings).publish(full=full, wait=wait)
