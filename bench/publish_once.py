"""`python -m bench.publish_once 인스턴스 누리집 [--tidy]`: 새 프로세스에서 모두 한 번 게시한다. 재는 것은 밖에서 한다."""

import sys
from pathlib import Path

from app.instance import Instance
from app.public import Site, SiteSettings
from build import Publisher, SitePages
from build.feeds.published import feeds
from kb.rendered import RenderedBodies


def main(root: Path, site: Path, *, tidy: bool) -> None:
    """쪽과 쌍둥이와 피드를 `site`에 게시한다. `tidy`이면 그린 본문과 판까지 다음을 위해 적어 둔다."""
    instance = Instance(root)
    store, settings = instance.store(), SiteSettings(base_url="http://localhost:8120")
    bodies = RenderedBodies(instance.bodies)
    pages = SitePages(lambda: Site.of(store, settings), settings, bodies=bodies, tidy=store.remember_versions)
    publisher = Publisher(pages, site=site, base_url=settings.base_url, artefacts=feeds())
    published = publisher.publish(full=True)
    if tidy:
        publisher.finish()
    print(published)


main(Path(sys.argv[1]), Path(sys.argv[2]), tidy="--tidy" in sys.argv[3:])
