"""연 인스턴스: 방들을 한 인스턴스 폴더에 이어 붙인다. 화면도, 명령줄도 여기서 꺼내 쓴다."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

from app import indexing
from app.audit import AuditFile, audited
from app.counting import SearchCounter
from app.instance import Instance
from app.judging import Judging
from app.portals import Portals, Sending
from app.public import Site, SiteKeeper, SiteSettings
from app.public.ownership import Ownership
from app.sending import Mailing, Postman
from app.window_key import WindowKey
from app.worker import Daily, Every, OncePerHead, handlers
from build import Published, Publisher, SitePages
from build.data.published import data
from build.data.shelf import Shelf
from build.feeds.published import feeds
from build.offline import offline_search
from cases.clock import WorkingClock
from corrections import claims, contacts, notices
from corrections.overtaken import close_overtaken
from corrections.rewards import settling as rewards
from corrections.rewards.erasing import forget_erased
from corrections.screening import forget
from db import Database, open_database
from db.outbox import Handler
from kb import redirects
from kb.firsts import FirstPublished
from kb.meaning.shipping import take_in
from kb.meaning.vectors import Vectors
from kb.rendered import RenderedBodies
from kb.search import Searcher
from kb.seed import Seeded, seed
from kb.store import EntryStore
from kb.suggest import Suggester

FREQUENT = 1000
"""추천에 섞을 자주 찾는 말의 수(많아야)."""


@dataclass(frozen=True)
class Running:
    """인스턴스 하나와 그 위에서 할 수 있는 일."""

    instance: Instance

    @classmethod
    def at(cls, instance: Instance) -> Self:
        """이미 `init`한 인스턴스를 연다. 데이터베이스의 표는 지금 판으로 올린다."""
        running = cls(instance)
        _ = running.store
        running.database.migrate()
        return running

    @classmethod
    def begin(cls, instance: Instance) -> tuple[Self, Seeded]:
        """인스턴스를 만들거나 새 배포본을 합치고 연다 (`open120 init`). 두 번 불러도 된다."""
        instance.prepare()
        instance.secret_key()
        seeded = seed(instance.content, instance.shipped)
        take_in(instance.shipped / "vectors", Vectors(instance.vectors))
        return cls.at(instance), seeded

    @cached_property
    def store(self) -> EntryStore:
        """상담 항목 저장소."""
        return self.instance.store()

    @cached_property
    def database(self) -> Database:
        """데이터베이스."""
        return open_database(self.instance.database_url)

    @cached_property
    def searcher(self) -> Searcher:
        """찾기. 색인이 없으면 찾을 때 SearchUnavailable."""
        return indexing.searcher(self.instance)

    @cached_property
    def searches(self) -> SearchCounter:
        """찾은 말을 세는 이. `frequent`는 권해도 되는 자주 찾는 말을 준다."""
        return SearchCounter(self.database, WindowKey(self.instance.search_keys))

    @cached_property
    def suggester(self) -> Suggester:
        """치는 동안의 추천. 글이 바뀌면 스스로 따라잡는다."""
        return Suggester(self.store, frequent=lambda: self.searches.frequent(FREQUENT))

    @cached_property
    def clock(self) -> WorkingClock:
        """근무 시간의 시계: 기한을 센다."""
        return WorkingClock()

    @cached_property
    def judging(self) -> Judging:
        """판정된 질문을 재어 두는 이."""
        return Judging(self.instance, lambda: self.searcher)

    @cached_property
    def settings(self) -> SiteSettings:
        """누리집 설정. `OPEN120_BASE_URL`은 절대 주소(canonical, 사이트맵)에 쓴다. 쪽에 적히므로 포트를 따라 바뀌지 않는다."""
        return SiteSettings(
            base_url=os.environ.get("OPEN120_BASE_URL", "http://localhost:8120"), ownership=Ownership.of(os.environ)
        )

    def refresh_index(self) -> None:
        """색인이 지금 글을 따라잡게 한다."""
        indexing.refresh(self.instance, self.store)

    @cached_property
    def keeper(self) -> SiteKeeper:
        """게시하고 보일 내용: 글이 바뀔 때만 다시 읽는다."""
        return SiteKeeper(self.store, self.settings, FirstPublished(self.store, self.instance.firsts))

    def contents(self) -> Site:
        """게시할 내용: 지금 글과, 옮긴 주소와, 내려받을 자료의 지금 판."""
        return replace(self.keeper(), edition=self.shelf.described(), redirects=redirects.read(self.instance.content))

    @property
    def shelf(self) -> Shelf:
        """내려받을 자료의 판들."""
        return Shelf(self.instance.site / "data")

    @cached_property
    def portals(self) -> Portals:
        """검색 포털에 알리는 이."""
        return Portals(self.instance.root / "indexnow", Sending.of(os.environ, self.settings), self.keeper)

    def publish(self, *, full: bool = False) -> Published:
        """바뀐 쪽을(`full`이면 모두) 굳혀 게시한다. 흠이 있으면 PublishFailed이고 지금 사이트는 그대로다."""
        return self.publisher.publish(full=full)

    def tell(self) -> None:
        """쪽이 보인 뒤의 일: 늦은 것(피드)까지 마치고, 무엇이 바뀌었는지 검색 포털에 알린다."""
        self.publisher.finish()
        self.portals.tell()

    @cached_property
    def publisher(self) -> Publisher:
        """게시하는 이: 지난번에 게시한 것을 기억한다."""
        bodies = RenderedBodies(self.instance.bodies)
        return Publisher(
            SitePages(self.contents, self.settings, bodies=bodies, tidy=self.store.remember_versions),
            site=self.instance.site,
            base_url=self.settings.base_url,
            artefacts=[
                *feeds(late=True),
                *data(self.shelf),
                offline_search(indexing.terms(self.instance, optional=True)),
            ],
            packed=True,
        )

    @cached_property
    def mailing(self) -> Mailing:
        """알림을 보내는 길과 보내는 이."""
        return Mailing.of(os.environ, self.settings, folder=self.instance.root)

    @cached_property
    def postman(self) -> Postman:
        """알림을 보내는 이."""
        return Postman(self.database, self.mailing, secret=self.instance.secret_key())

    def chores(self) -> Callable[[], None]:
        """작업자가 뒷일 사이에 하는 일: 하루에 한 번 하는 것과 30초마다 하는 것."""
        overtaken = OncePerHead(self.store, lambda: close_overtaken(self.database, self.store))

        daily, often = (
            Daily(self.searches.purge, self.reward, self.forget_unconfirmed, self.forget_screening, self.audit),
            Every(30, self.sweep, overtaken),
        )

        def both() -> None:
            daily()
            often()

        return both

    def audit(self) -> None:
        """모든 사건을 되짚어 표와 견주고 결과를 적어 둔다."""
        audited(self.database, self.audit_file)

    @property
    def audit_file(self) -> AuditFile:
        """사건을 되짚은 결과와 사슬의 머리를 적어 두는 곳."""
        return AuditFile(self.instance.root / "audit.json")

    def reward(self) -> None:
        """보지 않은 고침의 보상을 맞추고, 14일이 지난 보상을 주고, 제 정보를 지운 시민의 것을 마저 지운다."""
        rewards.daily(self.database, self.store)
        forget_erased(self.database)

    def sweep(self) -> None:
        """시간이 지난 것을 치운다: 놓인 맡음, 답이 없는 보완. 이레가 된 물음은 다시 알린다."""
        with self.database.begin() as session:
            claims.sweep(session)
            notices.remind(session)

    def forget_unconfirmed(self) -> None:
        """하루가 지나도록 확인하지 않은 연락처를 지운다."""
        with self.database.begin() as session:
            contacts.purge_unconfirmed(session)

    def queue_notices(self, payload: Mapping[str, Any]) -> None:
        """남은 일 `notice.send`: 시민에게 알릴 것을 줄 세운다. 보내는 일은 `postman`이 한다."""
        with self.database.begin() as session:
            notices.on_event(session, payload)

    def forget_screening(self) -> None:
        """걸러내며 남긴 자취와 차단한 글을 90일 뒤 지운다."""
        with self.database.begin() as session:
            forget(session)

    def handlers(self) -> Mapping[str, Handler]:
        """뒷일(outbox)의 종류마다 그 일을 하는 함수."""
        return handlers(
            database=self.database,
            store=self.store,
            index=self.refresh_index,
            publish=self.publish,
            tell=self.tell,
            reward=lambda payload: rewards.handler(self.database, self.store, payload),
            notice=self.queue_notices,
        )
