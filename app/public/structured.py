"""검색 로봇에게 하는 말(JSON-LD). 쪽에 보이는 것만 말한다. 없는 종류: QAPage, SearchAction (PUBLISHING 4)."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from app.public.pages import EntryPage, HomePage, TopicPage
from kb.render import safe_href

Node = dict[str, Any]


def script(*nodes: Mapping[str, Any]) -> Markup:
    """그래프 하나를 script 안에 넣을 수 있는 글로. `<`가 없으므로 `</script>`도 `<!--`도 만들 수 없다."""
    text = json.dumps({"@context": "https://schema.org", "@graph": nodes}, ensure_ascii=False, separators=(",", ":"))
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
    if page.licence[1]:
        node["license"] = page.licence[1]
    if safe_href(entry.source.url).startswith("http"):
        node["isBasedOn"] = entry.source.url
    if answer:
        node["@type"] = ["WebPage", "FAQPage"]
        question: Node = {"@type": "Question", "name": entry.title}
        node["mainEntity"] = [question | {"acceptedAnswer": {"@type": "Answer", "text": answer}}]
    return script(node, _breadcrumb(page, entry_trail(page)))


def topic_graph(page: TopicPage) -> Markup:
    """주제 쪽: 안내의 목록."""
    items = [
        {"@type": "ListItem", "position": place, "name": link.text, "url": page.settings.url(link.href)}
        for place, link in enumerate(page.entries, start=1)
    ]
    node = _web_page(page, page.topic.name) | {"@type": "CollectionPage", "description": page.topic.about}
    node["mainEntity"] = {"@type": "ItemList", "numberOfItems": len(items), "itemListElement": items}
    return script(node, _breadcrumb(page, topic_trail(page)))


def entry_trail(page: EntryPage) -> list[tuple[str, str]]:
    """안내 쪽의 현재 위치."""
    return [("처음", "/"), (page.topic.name, f"/topic/{page.topic.id}"), (page.entry.title, "")]


def topic_trail(page: TopicPage) -> list[tuple[str, str]]:
    """주제 쪽의 현재 위치."""
    return [("처음", "/"), (page.topic.name, "")]


def _web_page(page: EntryPage | TopicPage, name: str) -> Node:
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


def _breadcrumb(page: EntryPage | TopicPage, trail: Sequence[tuple[str, str]]) -> Node:
    items: list[Node] = []
    for place, (name, path) in enumerate(trail, start=1):
        item = {"@type": "ListItem", "position": place, "name": name}
        items.append(item | {"item": page.settings.url(path)} if path else item)
    return {"@type": "BreadcrumbList", "@id": f"{page.canonical}#breadcrumb", "itemListElement": items}
