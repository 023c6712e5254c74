"""담아 둔 안내(content/)의 모든 쪽: 검색 로봇에게 하는 말은 사람에게 보이는 말과 글자까지 같다."""

import json
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from app.public import Site, SiteSettings, create_public_app, page_at, public_urls
from app.public.views import drawn
from build import LIVE
from build.verify import Addresses
from kb.entry import Entry
from kb.rendered import draw
from kb.store import EntryStore

CONTENT = Path(__file__).parents[2] / "content"
EVERY = 40
"""통째로 그려 보는 쪽: 손으로 쓴 것(k)은 모두, 조리법이 지은 것은 마흔에 하나."""

NODES = etree.XPath("//*[contains(concat(' ', @class, ' '), ' answer ')]", smart_strings=False)
UNSEEN = etree.XPath("//a[@class='flag'] | //caption[@class='hidden']", smart_strings=False)
BLOCKS = frozenset(["p", "li", "h2", "h3", "h4", "h5", "h6", "td", "th", "tr", "pre", "blockquote", "br", "hr"])
PARSER = etree.HTMLParser(encoding="utf-8")


@pytest.fixture(scope="module")
def 누리집() -> Site:
    return Site.of(EntryStore(CONTENT), SiteSettings(base_url="https://120.example.kr"))


def 보이는_글(nodes: list[etree._Element]) -> str:
    """화면에 보이는 글자. 덩이 사이는 빈칸 하나."""
    parts = []
    for node in nodes:
        for _, element in etree.iterwalk(node, events=("end",)):
            if element.tag in BLOCKS:
                element.tail = " " + (element.tail or "")
        parts.append("".join(node.itertext()))
    return " ".join(" ".join(parts).split())


def test_모든_안내의_답은_로봇에게도_사람에게도_같은_글이다(누리집: Site) -> None:
    """쪽의 답과 구조화 데이터의 답은 둘 다 본문을 그린 것(`kb.rendered`)에서 나온다: 그 둘이 같은지 본다. 링크도 모두 이른다."""
    다름, 주소 = [], Addresses(pages=set(public_urls(누리집)), live=LIVE, base_url=누리집.settings.base_url)
    for entry in 누리집.entries.values():
        html, text = draw(entry.body)
        root = etree.fromstring(f"<div>{html}</div>".encode(), PARSER)
        끊긴_것 = 주소.sorted_out(root.xpath("//@href | //@src"), on=f"/faq/{entry.id}")[1]
        다름 += [f"{entry.id}: {link}" for link in 끊긴_것 if link.removeprefix("/faq/") not in 누리집.retired]
        for node in UNSEEN(root):
            etree.strip_tags(node, "*")
            node.text = ""
        if 보이는_글([root]) != text:
            다름.append(entry.id)

    assert len(누리집.entries) > 11_000
    assert 다름 == []
    assert len(set(누리집.titles.values())) == len(누리집.entries)


def test_그린_쪽에서도_물음과_답과_길과_날짜가_보이는_것과_같다(누리집: Site) -> None:
    app = create_public_app(누리집)
    고른 = [entry for n, entry in enumerate(누리집.entries.values()) if entry.id.startswith("k") or n % EVERY == 0]
    with app.app_context():
        흠 = [f"{entry.id}: {무엇}" for entry in 고른 for 무엇 in _다른_것(누리집, entry)]

    assert len(고른) > 500
    assert 흠 == []


def _다른_것(site: Site, entry: Entry) -> list[str]:
    page = page_at(site, f"/faq/{entry.id}")
    assert page is not None
    root = etree.fromstring(drawn(page).encode(), PARSER)
    nodes = json.loads(root.findtext(".//script[@type='application/ld+json']"))["@graph"]
    shown = {
        kind: node for node in nodes for kind in ([node["@type"]] if isinstance(node["@type"], str) else node["@type"])
    }
    for node in UNSEEN(root):
        node.getparent().remove(node)
    h1 = " ".join(root.find(".//h1").itertext())
    crumbs = ["".join(item.itertext()) for item in root.findall(".//nav[@class='crumbs wrap']/ol/li")]
    answer = shown["FAQPage"]["mainEntity"][0]["acceptedAnswer"]["text"] if "FAQPage" in shown else ""
    seen = "".join(root.find(".//main").itertext())
    dates = [node.get("datetime") for node in root.iter("time")]
    same = {
        "종류": set(shown) <= {"WebPage", "FAQPage", "BreadcrumbList", "GovernmentService"},
        "부서와 전화": all(said in seen for said in _맡은_곳(shown.get("GovernmentService"))),
        "물음": shown["WebPage"]["name"] == h1,
        "답": 보이는_글(NODES(root)) == answer,
        "길": [item["name"] for item in shown["BreadcrumbList"]["itemListElement"]] == crumbs,
        "고친 날": shown["WebPage"]["dateModified"] in dates,
        "밝힐 이름": shown["WebPage"].get("creditText", "") == entry.source.name and entry.source.name in seen,
        "출처": "isBasedOn" not in shown["WebPage"]
        or root.find(f".//a[@href='{shown['WebPage']['isBasedOn']}']") is not None,
    }
    return [name for name, is_same in same.items() if not is_same]


def _맡은_곳(service: dict[str, Any] | None) -> list[str]:
    if service is None:
        return []
    phone = service.get("availableChannel", {}).get("servicePhone", {}).get("telephone", "")
    return [service["provider"]["name"], phone, *(area["name"] for area in service.get("areaServed", ()))]
