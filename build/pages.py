"""게시할 것: 공개 앱과 쪽의 지문, 그리고 앞서 게시한 것과 견주는 법. 어디로 어떻게 게시되는지는 모른다."""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from flask import Flask

from app.public import Site, SiteSettings, create_public_app, page_key, public_urls, touched_urls
from kb.rendered import RenderedBodies


def _nothing(_: "Pages") -> None:
    return None


@dataclass(frozen=True)
class Pages:
    """게시할 것: 공개 앱과, 주소마다 그 쪽을 만든 재료의 지문. 지문이 같으면 바이트도 같아야 한다.

    `touched`는 앞서 게시한 것에서 무엇을 다시 보아야 하는지(모르면 None)이고, 거기 없는 주소는 지문도 묻지 않는다.
    `keep`은 쪽을 굳힌 프로세스마다 끝에, `tidy`는 게시가 다 끝난 뒤에 부른다. `contents`는 덧붙이는 것들의 재료다.
    """

    app: Flask
    keys: Mapping[str, str]
    contents: Any = None
    touched: Callable[["Pages"], Collection[str] | None] = _nothing
    keep: Callable[[], object] = lambda: None
    tidy: Callable[[], object] = lambda: None

    @classmethod
    def of(cls, contents: Site) -> Self:
        """읽어 둔 내용 한 판의 공개 쪽들."""
        return cls(create_public_app(contents), PageKeys(contents), contents)


class PageKeys(Mapping[str, str]):
    """공개 쪽의 주소에서 지문으로. 물을 때 셈한다."""

    def __init__(self, contents: Site) -> None:
        self._contents = contents

    def __getitem__(self, url: str) -> str:
        try:
            return page_key(self._contents, url)
        except LookupError as error:
            raise KeyError(url) from error

    def __iter__(self) -> Iterator[str]:
        return public_urls(self._contents)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class SitePages:
    """공개 누리집을 거듭 게시할 때의 쪽들: 앱과 템플릿은 한 번만 마련하고, 그린 본문은 기억해 둔다.

    `tidy`는 게시가 다 끝난 뒤, 급하지 않을 때 할 일이다.
    """

    def __init__(
        self,
        source: Callable[[], Site],
        settings: SiteSettings,
        *,
        bodies: RenderedBodies | None = None,
        tidy: Callable[[], object] = lambda: None,
    ) -> None:
        self._source = source
        self._also_tidy = tidy
        self._bodies = bodies
        self._now: Site | None = None
        self._app = create_public_app(self._current, site=settings)

    def __call__(self) -> Pages:
        """지금 게시할 것."""
        now = self._now = self._read()
        return Pages(
            self._app,
            PageKeys(now),
            now,
            touched=lambda earlier: touched_urls(earlier.contents, now),
            keep=self._bodies.keep if self._bodies else lambda: None,
            tidy=self._tidy,
        )

    def _current(self) -> Site:
        if self._now is None:
            self._now = self._read()
        return self._now

    def _read(self) -> Site:
        now = self._source()
        return replace(now, draw=self._bodies) if self._bodies else now

    def _tidy(self) -> None:
        self._also_tidy()
        if self._bodies:
            self._bodies.prune(entry.body for entry in self._current().entries.values())
