"""연 인스턴스: 방들을 한 인스턴스 폴더에 이어 붙인다. 화면도, 명령줄도 여기서 꺼내 쓴다."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from app import indexing
from app.instance import Instance
from app.public import SiteKeeper, SiteSettings
from app.worker import handlers
from build import Pages, Published, publish_pages
from db import Database, open_database
from db.outbox import Handler
from kb.search import Searcher
from kb.seed import Seeded, seed
from kb.store import EntryStore


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
    def settings(self) -> SiteSettings:
        """누리집 설정. `OPEN120_BASE_URL`은 절대 주소(canonical, 사이트맵)에 쓴다. 쪽에 적히므로 포트를 따라 바뀌지 않는다."""
        return SiteSettings(base_url=os.environ.get("OPEN120_BASE_URL", "http://localhost:8120"))

    def refresh_index(self) -> None:
        """색인이 지금 글을 따라잡게 한다."""
        indexing.refresh(self.instance, self.store)

    @cached_property
    def keeper(self) -> SiteKeeper:
        """게시하고 보일 내용: 글이 바뀔 때만 다시 읽는다."""
        return SiteKeeper(self.store, self.settings)

    def publish(self, *, full: bool = False) -> Published:
        """바뀐 쪽을(`full`이면 모두) 굳혀 게시한다. 흠이 있으면 PublishFailed이고 지금 사이트는 그대로다."""
        return publish_pages(
            lambda: Pages.of(self.keeper()), site=self.instance.site, base_url=self.settings.base_url, full=full
        )

    def handlers(self) -> Mapping[str, Handler]:
        """뒷일(outbox)의 종류마다 그 일을 하는 함수."""
        return handlers(database=self.database, store=self.store, index=self.refresh_index, publish=self.publish)
