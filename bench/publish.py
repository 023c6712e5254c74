"""게시의 시간. 견줄 상대: 같은 앱과 같은 글을 Frozen-Flask의 기본 설정으로."""

import time
import warnings
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from flask_frozen import Freezer

from app.public import Site, SiteSettings, create_public_app, public_urls
from bench.sample import store_of
from build import publish
from build.release import file_of
from kb.store import Change, EntryStore

COUNT = 2_645


def measure() -> dict[str, Any]:
    """초. `full`은 처음, `one_edit`은 글 하나를 고친 뒤, `nothing`은 바뀐 것이 없을 때."""
    with store_of(COUNT) as store:
        site = store.root.parent / "site"
        full = publish(content=store.root, site=site)
        nothing = publish(content=store.root, site=site)
        store.save(replace(store.get("c7"), body="한 줄로 고친 글입니다."), change=Change(role="editor", reason="재기"))
        one = publish(content=store.root, site=site)
        peer = _plain_frozen_flask(store)
        return {
            "pages": full.pages,
            "full": round(full.seconds, 2),
            "one_edit": round(one.seconds, 3),
            "one_edit_changed": one.changed,
            "nothing": round(nothing.seconds, 3),
            "peer_plain_frozen_flask": round(peer, 2),
            "ratio_full_to_peer": round(full.seconds / peer, 2),
        }


class PlainFreezer(Freezer):  # type: ignore[misc]  # the package carries no types
    """기본 설정 그대로. 주소와 파일의 이름만 우리와 같게 한다(주제와 그 둘째 쪽이 부딪히지 않게)."""

    def urlpath_to_filepath(self, path: str) -> str:
        """우리 게시본과 같은 파일 이름."""
        return file_of(path)


def _plain_frozen_flask(store: EntryStore) -> float:
    site = Site.of(store, SiteSettings())
    app = create_public_app(site)
    with TemporaryDirectory(prefix="open120-bench-") as folder:
        app.config["FREEZER_DESTINATION"] = str(Path(folder, "out"))
        app.config["FREEZER_DEFAULT_MIMETYPE"] = "text/html"
        freezer = PlainFreezer(app, with_static_files=False)
        freezer.register_generator(lambda: list(public_urls(site)))
        started = time.perf_counter()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            freezer.freeze()
        return time.perf_counter() - started
