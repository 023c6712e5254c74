"""`python -m bench.publish_once 인스턴스 누리집`: 새 프로세스에서 모두 한 번 게시한다. 재는 것은 밖에서 한다."""

import sys
from pathlib import Path

from app.instance import Instance
from app.public import Site, SiteSettings
from build import Publisher, SitePages
from build.feeds.published import feeds
from kb.rendered import RenderedBodies


def main(root: Path, site: Path) -> None:
    """쪽과 쌍둥이와 피드를 `site`에 게시한다. 그린 본문과 읽은 글은 다음을 위해 인스턴스에 적힌다."""
    instance = Instance(root)
    store, settings = instance.store(), SiteSettings(base_url="http://localhost:8120")
    pages = SitePages(lambda: Site.of(store, settings), settings, bodies=RenderedBodies(instance.bodies))
    publisher = Publisher(pages, site=site, base_url=settings.base_url, artefacts=feeds())
    print(publisher.publish(full=True))


main(Path(sys.argv[1]), Path(sys.argv[2]))
