"""두 판 사이에 어느 쪽을 다시 보아야 하는지. 그 쪽이 정말 달라졌는지(재료)와 어떻게 보이는지는 모른다.

빠뜨리면 틀린 쪽이 남으므로 넉넉하게 고른다: 다시 본 쪽의 재료가 그대로이면 게시가 알아서 둔다. 새 종류의 쪽은 `ALWAYS`에
넣으면(늘 다시 본다) 맞고, 많아서 느려지면 `touched_urls`에 무엇이 그 쪽을 바꾸는지 적는다. 빠뜨렸는지는
tests/build/test_incremental.py가 수백 번 고쳐 보아 안다.
"""

from collections.abc import Iterator, Mapping, Set
from itertools import compress
from operator import is_not
from typing import TypeVar

from app.public.hubs import DIRECTORIES, hub_paths, life_events, life_path, page_path, shelf_pages
from app.public.pages import GONE_ADDRESS, HUBS, SINGLE, entry_paths, gone_path, sitemap_of, topic_paths
from app.public.shelves import MONTHS, shelves_of
from app.public.site import Site
from kb.entry import Entry

ALWAYS = frozenset({*(f"/{name}" for name in (*SINGLE, *DIRECTORIES)), HUBS})
"""판이 바뀔 때마다 다시 볼 쪽."""

T = TypeVar("T")


def touched_urls(old: Site, new: Site) -> Set[str] | None:
    """`old`에서 `new`로 오는 사이에 달라지거나 생기거나 없어졌을 수 있는 주소. None이면 모두 보아야 한다."""
    if (old.settings, old.topics, old.life_events) != (new.settings, new.topics, new.life_events):
        return None
    changed = differing(old.entries, new.entries)
    renamed = differing(old.titles, new.titles)
    moved = _moved(old, new)
    urls = {*ALWAYS, GONE_ADDRESS} if old.redirects != new.redirects else set(ALWAYS)
    for id in changed | renamed:
        urls.update(_of_one(old, new, id, renamed=id in renamed))
    for id in changed | renamed | moved | differing(old.descriptions, new.descriptions):
        urls.update(entry_paths(id))
    for id in moved | differing(old.retired, new.retired):
        urls.add(gone_path(id))
        urls.update(path for one in _linking(old, new, id) for path in entry_paths(one))
    if old.shelves.keys() != new.shelves.keys() or life_events(old) != life_events(new):
        urls.update(hub_paths(old), hub_paths(new))  # a list that comes or goes is named on its neighbours
    return urls


def differing(old: Mapping[str, T], new: Mapping[str, T]) -> set[str]:
    """값이 다르거나 한쪽에만 있는 번호들. 같은 값은 거의 언제나 같은 물건이라, 다른 물건만 골라 견준다."""
    others = compress(new, map(is_not, new.values(), map(old.get, new)))
    found = {id for id in others if id not in old or old[id] != new[id]}
    if len(old) != len(new) or not found <= old.keys():
        found |= old.keys() - new.keys()
    return found


def _of_one(old: Site, new: Site, id: str, *, renamed: bool) -> Iterator[str]:
    """안내 하나가 바뀌어서 달라졌을 수 있는 다른 쪽들."""
    before, after = old.entries.get(id), new.entries.get(id)
    if renamed or _looks(before) != _looks(after):
        for site, entry in ((old, before), (new, after)):
            if entry:
                yield from _shown_on(site, entry)
                for near in new.neighbours.sharing(entry, old.neighbours).union(one.id for one in site.beside(entry)):
                    yield from entry_paths(near)
    for site, entry in ((old, before), (new, after)):
        if entry:  # the date of the last change stands in the list of the month and in the sitemap
            yield from (path for path in shelves_of(entry, site.topic_of(entry)) if path.startswith(MONTHS))
            yield sitemap_of(site, entry)
    if (before is None) != (after is None):
        yield from (path for one in _linking(old, new, id) for path in entry_paths(one))


def _shown_on(site: Site, entry: Entry) -> Iterator[str]:
    """이 안내의 제목이 보이거나 세어지는 목록들."""
    topic = site.topic_of(entry)
    yield from topic_paths(site, topic)
    siblings = [path for path in site.shelves if path.startswith(f"/topic/{topic.id}/")]
    for path in {*shelves_of(entry, topic), *siblings}:
        listed = site.shelves.get(path, ())
        yield from (page_path(path, number) for number in range(1, shelf_pages(path, listed) + 1))
    yield from (life_path(event) for event in site.life_events if entry.id in event.entries)


def _looks(entry: Entry | None) -> object:
    """다른 쪽에 보이는 모습과, 비슷한 안내와 목록을 고르는 재료."""
    return entry and (entry.title, entry.topic, entry.districts, entry.tags)


def _moved(old: Site, new: Site) -> set[str]:
    """내린 안내 가운데 이르는 곳이 달라진 것들."""
    if old.entries.keys() == new.entries.keys() and not differing(old.retired, new.retired):
        return set()
    return {id for id in {*old.retired, *new.retired} if old.destination(id) != new.destination(id)}


def _linking(old: Site, new: Site, id: str) -> Iterator[str]:
    """본문이 이 안내를 가리키는 안내들."""
    for site in (old, new):
        yield from site.linking.get(id, ())
