"""공개 누리집: 얼려서 게시할 수 있는 쪽들. 데이터베이스와 로그인은 모른다.

`create_public_app`은 얼릴 앱을, `add_public_pages`는 다른 화면이 있는 앱에 공개 쪽을 단다.
게시는 `public_urls`로 모든 주소를, `page_key`로 다시 만들어야 할 쪽을, `touched_urls`로 두 판 사이에 다시 볼 쪽을 안다.
"""

from collections.abc import Callable
from typing import cast

from flask import Flask, Response

from app.public.changes import touched_urls
from app.public.light import PublicFlask
from app.public.pages import APP, STATIC, page_at, page_key, public_urls, twin_headers
from app.public.site import Contents, Place, Site, SiteKeeper, SiteSettings
from app.public.templates import COMPILED
from app.public.views import EXTENSION, FILTERS, TESTS, TEXT_AT, bp, not_found, text_at

__all__ = [
    "Site",
    "SiteKeeper",
    "SiteSettings",
    "add_public_pages",
    "create_public_app",
    "page_at",
    "page_key",
    "public_urls",
    "secure",
    "site_of",
    "touched_urls",
    "twin_headers",
]

SHARED = {"parts": "shared/parts.html", "heads": "public/_head.html"}
"""가장 많은 쪽(안내, 목록)이 쓰는 조각 묶음의 이름."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Resource-Policy": "same-origin",
}
"""모든 응답의 보안 머리말 (PUBLISHING 1.8)."""


def create_public_app(
    instance_or_store: Place | Contents | Site | Callable[[], Site],
    *,
    site: SiteSettings | None = None,
) -> Flask:
    """공개 쪽만 있는 앱. 인스턴스나 저장소를 주면 판이 바뀔 때마다 다시 읽고, Site를 주면 그 판만, 함수를 주면 그것이 주는 판을 보인다."""
    app = PublicFlask(
        "open120.public", root_path=str(APP), static_folder=str(STATIC), template_folder=str(APP / "templates")
    )
    settings = instance_or_store.settings if isinstance(instance_or_store, Site) else site or SiteSettings()
    add_public_pages(app, site_source(instance_or_store, settings), settings=settings)
    app.register_error_handler(404, not_found)
    app.after_request(secure)
    return app


def add_public_pages(app: Flask, source: Callable[[], Site], *, settings: SiteSettings) -> None:
    """공개 쪽의 청사진과 필터를 앱에 단다. `source`는 지금의 Site를 준다(SiteKeeper). 모든 템플릿에 `settings`가 생긴다."""
    app.extensions[EXTENSION] = source
    app.extensions[TEXT_AT] = text_at
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.tests.update(TESTS)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.bytecode_cache = COMPILED[type(app.jinja_env)]
    app.jinja_env.globals["settings"] = settings
    for name, template in SHARED.items():  # imported once here, not once for each of many thousand pages
        app.jinja_env.globals[name] = app.jinja_env.get_template(template).module
    app.register_blueprint(bp)


def site_source(
    instance_or_store: Place | Contents | Site | Callable[[], Site], settings: SiteSettings
) -> Callable[[], Site]:
    """무엇을 받았든 지금의 Site를 주는 함수로."""
    if callable(instance_or_store):
        return instance_or_store
    if isinstance(instance_or_store, Site):
        fixed = instance_or_store
        return lambda: fixed
    opener = getattr(instance_or_store, "store", None)
    return SiteKeeper(cast("Contents", opener() if opener else instance_or_store), settings)


def site_of(app: Flask) -> Site:
    """그 앱이 지금 보이는 Site. 게시가 `public_urls`와 `page_key`에 넘긴다."""
    source: Callable[[], Site] = app.extensions[EXTENSION]
    return source()


def secure(response: Response) -> Response:
    """보안 머리말을 붙인다. 보기가 스스로 정한 것은 그대로 둔다."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
