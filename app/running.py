"""연 인스턴스: 방들을 한 인스턴스 폴더에 이어 붙인다. 화면도, 명령줄도 여기서 꺼내 쓴다."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from app.instance import SOURCE, Instance
from app.public import SiteKeeper, SiteSettings
from app.worker import handlers
from build import Pages, Published, publish_pages
from db import Database, open_database
from db.outbox import Handler
from kb.errors import SearchUnavailable
from kb.index import DEFAULT_ENGINE, IndexReport, build_index, read_meta, update
from kb.search import Searcher
from kb.seed import Seeded, seed
from kb.store import EntryStore

MANY = 500
"""이보다 많이 달라졌으면 하나씩 갈아 끼우는 것보다 새로 짓는 편이 빠르다."""


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
        seeded = seed(instance.content, SOURCE / "content")
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
        return Searcher(self.instance.index)

    @cached_property
    def settings(self) -> SiteSettings:
        """누리집 설정. `OPEN120_BASE_URL`은 절대 주소(canonical, 사이트맵)에 쓴다. 쪽에 적히므로 포트를 따라 바뀌지 않는다."""
        return SiteSettings(base_url=os.environ.get("OPEN120_BASE_URL", "http://localhost:8120"))

    @property
    def engine(self) -> str:
        """색인 엔진: `OPEN120_ENGINE`(tantivy나 whoosh), 없으면 지금 색인의 것, 그것도 없으면 기본값."""
        try:
            return os.environ.get("OPEN120_ENGINE") or read_meta(self.instance.index).engine
        except SearchUnavailable:
            return DEFAULT_ENGINE

    def index(self, engine: str | None = None) -> IndexReport:
        """색인을 새로 짓고 갈아 끼운다."""
        head = self.store.head
        return build_index(self.store.all, self.instance.index, engine=engine or self.engine, head=head)

    def refresh_index(self) -> None:
        """색인이 담은 판 뒤에 달라진 항목만 갈아 끼운다. 색인이 없거나 상했거나 달라진 것이 많으면 새로 짓는다."""
        head = self.store.head  # before reading: what arrives meanwhile is taken in the next time
        try:
            changed = self.store.changed_since(read_meta(self.instance.index).head)
            if changed is None or len(changed[0]) + len(changed[1]) > MANY:
                self.index()
            elif not self.index_is_current():
                update(self.instance.index, changed[0], changed[1], head=head)
        except SearchUnavailable:
            self.index()

    def index_is_current(self) -> bool:
        """색인이 지금 글을 모두 담고 있는가."""
        try:
            return read_meta(self.instance.index).head == self.store.head
        except SearchUnavailable:
            return False

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
