"""한 주소의 앱: 공개 쪽, 시민의 양식, 편집실을 이어 붙인다. 일의 내용은 각 방이 안다."""

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from flask import Flask

    from app.running import Running


def create_app(running: "Running | None" = None, *, wake_worker: Callable[[], None] = lambda: None) -> "Flask":
    """앱을 만든다. `running`이 없으면 `OPEN120_INSTANCE`의 인스턴스를 연다(먼저 `open120 init`)."""
    from flask import Flask
    from flask_wtf import CSRFProtect

    from app import citizen, desk, errors, searches
    from app.api import Pace, add_api
    from app.data_addresses import serve_latest
    from app.instance import Instance
    from app.public import add_public_pages, secure
    from app.public.pages import APP, STATIC
    from app.released import serve_released
    from app.requests import number_requests
    from app.running import Running
    from app.services import Services, install, session_config
    from corrections.screening import Limits

    running = running or Running.at(Instance.at())
    app = Flask("open120", root_path=str(APP), static_folder=str(STATIC), template_folder=str(APP / "templates"))
    app.secret_key = running.instance.secret_key()
    app.config.update(session_config(https=running.settings.base_url.startswith("https://")))
    app.json.ensure_ascii = False  # type: ignore[attr-defined]  # Flask's default provider has it
    number_requests(app)
    csrf = CSRFProtect(app)
    install(
        app,
        Services(
            database=running.database,
            store=running.store,
            searcher=lambda: running.searcher,
            suggester=lambda: running.suggester,
            judging=running.judging,
            clock=running.clock,
            limits=Limits.of(os.environ),
            wake_worker=wake_worker,
            contact_kinds=running.mailing.kinds,
        ),
    )
    searches.install(app, running.searches)
    serve_latest(app, running.shelf)
    serve_released(app, running.instance.site, running.settings)
    add_public_pages(app, running.keeper, settings=running.settings)
    app.register_blueprint(citizen.blueprint)
    app.register_blueprint(citizen.contacts_blueprint)
    app.register_blueprint(citizen.helpful_blueprint)
    app.register_blueprint(citizen.thanks_blueprint)
    csrf.exempt(citizen.helpful_blueprint)  # a published page carries no token; it checks where the form comes from
    csrf.exempt("app.citizen.views.opened")  # it carries no token and checks where it comes from
    csrf.exempt("app.citizen.contacts.stopped")  # a mail program presses it (RFC 8058): the signed token is the right
    app.register_blueprint(desk.blueprint)
    app.register_blueprint(desk.staff_blueprint)
    app.register_blueprint(desk.figures_blueprint)
    secret = running.instance.secret_key()
    pace = Pace.of(os.environ, secret=secret, file=running.instance.root / "api-pace")
    base_url = os.environ.get("OPEN120_BASE_URL", "")
    add_api(app, topics=running.store.topics, base_url=base_url, name=running.settings.name, pace=pace)
    errors.register(app)
    app.after_request(secure)

    @app.get("/healthz")
    def healthz() -> tuple[dict[str, Any], dict[str, str]]:
        from app.health import health

        return health(running), {"Cache-Control": "no-store"}

    return app
