"""검색 로봇에게 하는 말(JSON-LD). 쪽에 보이는 것만 말한다. 없는 종류: QAPage, SearchAction (PUBLISHING 4)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from app.public.dataset import DataPage, data_nodes
from app.public.hubs import DirectoryPage, HubPage
from app.public.material import Link, Page
from app.public.pages import EntryPage, HomePage
from kb.render import safe_href

Node = dict[str, Any]
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

APPLYING = ("신청방법", "구비서류", "처리기간")
"""이 가운데 하나가 적혀 있으면 신청하는 일의 안내다."""


def script(*nodes: Mapping[str, Any]) -> Markup:
    """그래프 하나를 script 안에 넣을 수 있는 글로. `<`가 없으므로 `</script>`도 `<!--`도 만들 수 없다."""
    text = ENCODER.encode({"@context": "https://schema.org", "@graph": nodes})
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 - no markup character is left in it


def home_graph(page: HomePage) -> Markup:
    """첫 화면: 사이트와 운영자. 다른 쪽은 이 둘을 @id로만 가리킨다."""
    settings = page.settings
    site: Node = {"@type": "WebSite", "@id": settings.url("/#site"), "url": settings.url("/"), "name": settings.name}
    owner: Node = {"@type": "Organization", "@id": settings.url("/#owner"), "url": settings.url("/")}
    owner |= {"name": settings.name, "description": settings.about}
    return script(site | {"inLanguage": "ko", "publisher": {"@id": owner["@id"]}}, owner)


def entry_graph(page: EntryPage, answer: str) -> Markup:
    """안내: 물음과 답 하나. `answer`는 쪽에 보이는 답의 글자 그대로다."""
    entry = page.entry
    node: Node = _web_page(page, entry.title) | {
        "description": page.description,
        "dateModified": entry.updated.isoformat(),
    }
    if page.published:
        node["datePublished"] = page.published.isoformat()
    if page.licence[1]:
        node["license"] = page.licence[1]
    if (source := safe_href(entry.source.url)).startswith("http"):
        node["isBasedOn"] = source
    if entry.source.name:
        node["creditText"] = entry.source.name
    if answer:
        node["@type"] = ["WebPage", "FAQPage"]
        question: Node = {"@type": "Question", "name": entry.title}
        node["mainEntity"] = [question | {"acceptedAnswer": {"@type": "Answer", "text": answer}}]
    return script(node, _breadcrumb(page, entry_trail(page)), *_service(page))


def _service(page: EntryPage) -> list[Node]:
    """신청하는 일의 안내이면 그 일: 맡은 부서와, 해당 지역과, 전화. 쪽에 보이지 않는 것은 말하지 않는다 (PUBLISHING 1.1)."""
    entry = page.entry
    if not entry.department or not any(entry.facts.get(name) for name in APPLYING):
        return []
    node: Node = {"@type": "GovernmentService", "@id": f"{page.canonical}#service", "name": entry.title}
    node |= {"url": page.canonical, "serviceType": page.topic.name}
    node["provider"] = {"@type": "GovernmentOrganization", "name": entry.department}
    if entry.districts:
        node["areaServed"] = [{"@type": "AdministrativeArea", "name": name} for name in entry.districts]
    if entry.phone:
        phone = {"@type": "ContactPoint", "telephone": entry.phone}
        node["availableChannel"] = {"@type": "ServiceChannel", "servicePhone": phone}
    return [node]


def hub_graph(page: HubPage) -> Markup:
    """안내의 목록."""
    node = _web_page(page, page.heading) | {"@type": "CollectionPage", "description": page.about}
    return script(node | {"mainEntity": _list(page, page.entries)}, _breadcrumb(page, page.trail))


def directory_graph(page: DirectoryPage) -> Markup:
    """목록들의 목록. 여러 달에 나오는 것은 한 번만 말한다."""
    links = dict.fromkeys(Link(link.href, link.text) for _, links in page.groups for link in links)
    node = _web_page(page, page.heading) | {"@type": "CollectionPage", "description": page.about}
    return script(node | {"mainEntity": _list(page, tuple(links))}, _breadcrumb(page, page.trail))


def data_graph(page: DataPage) -> Markup:
    """내려받을 자료: 목록과 자료 묶음과 파일들."""
    return script(*data_nodes(page), _breadcrumb(page, [("처음", "/"), ("내려받을 자료", "")]))


def entry_trail(page: EntryPage) -> list[tuple[str, str]]:
    """안내 쪽의 현재 위치."""
    return [("처음", "/"), (page.topic.name, f"/topic/{page.topic.id}"), (page.entry.title, "")]


def _list(page: Page, links: Sequence[Link]) -> Node:
    items = [
        {"@type": "ListItem", "position": place, "name": link.text, "url": page.settings.url(link.href)}
        for place, link in enumerate(links, start=1)
    ]
    return {"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items}


def _web_page(page: Page, name: str) -> Node:
    settings = page.settings
    return {
        "@type": "WebPage",
        "@id": page.canonical,
        "url": page.canonical,
        "name": name,
        "inLanguage": "ko",
        "isPartOf": {"@id": settings.url("/#site")},
        "publisher": {"@id": settings.url("/#owner")},
        "breadcrumb": {"@id": f"{page.canonical}#breadcrumb"},
    }


def _breadcrumb(page: Page, trail: Sequence[tuple[str, str]]) -> Node:
    items: list[Node] = []
    for place, (name, path) in enumerate(trail, start=1):
        item = {"@type": "ListItem", "position": place, "name": name}
        items.append(item | {"item": page.settings.url(path)} if path else item)
    return {"@type": "BreadcrumbList", "@id": f"{page.canonical}#breadcrumb", "itemListElement": items}
