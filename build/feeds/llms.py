"""llms.txt: 언어 모델에게 어디에 무엇이 있는지 (llmstxt.org v2). 안내를 모두 늘어놓지는 않는다."""

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import quote

from app.public import Site
from app.public.hubs import topic_path
from app.public.pages import entry_path
from kb.entry import Entry
from kb.topics import Topic

LARGEST = 48_000
"""파일의 크기(바이트)는 50 KB를 넘지 않는다 (PUBLISHING 1.5)."""

RANK = "kfsdcp"
"""주제의 llms.txt에 먼저 싣는 갈래: 직접 쓴 안내, 자주 묻는 질문, 매뉴얼, 표, 장소."""


def llms(site: Site) -> str:
    """누리집 전체의 /llms.txt: 주제, 내려받을 자료, API, 이용 조건."""
    topics = [
        _link(site, f"/topic/{topic.id}/llms.txt", topic.name, f"{topic.about} 안내 {len(site.by_topic[topic.id]):,}개")
        for topic in site.topics
    ]
    data = [
        _link(site, "/data", "내려받을 자료", "모든 안내를 JSON Lines, CSV, 엑셀, Parquet, SQLite, Markdown 묶음으로"),
        _link(site, "/rss.xml", "RSS", "새로 고친 안내 200개의 본문 전체"),
        _link(site, "/atom.xml", "Atom", "새로 고친 안내와 없어진 안내"),
        _link(site, "/sitemap.xml", "사이트맵", "모든 쪽의 주소와 고친 때"),
    ]
    api = [
        _link(site, "/api", "API 설명", "찾기와 읽기, 열쇠 없이"),
        _link(site, "/api/v1/openapi.json", "OpenAPI 문서"),
    ]
    if site.edition:
        api.append(_link(site, "/openapi/json/SearchFAQService/1/1000.json", "서울 열린데이터광장과 같은 모양의 파일"))
    rules = [
        _link(site, "/licence", "이용 조건", "조건의 종류와 출처를 적는 법"),
        _link(site, "/about", "소개", "어디에서 온 글인지, 틀린 내용을 고치는 법"),
    ]
    more = [_link(site, f"/search?q={quote('여권')}", "찾기", "사람이 찾는 화면. q에 찾을 말을 적습니다.")]
    first = next((entry.id for entry in site.often), "k1")
    example = site.settings.url(f"{entry_path(first)}.md")
    detail = (
        "안내마다 주소 하나(/faq/번호)가 있고, 주소 뒤에 .md를 붙이면 같은 글의 Markdown이 나옵니다(예: "
        f"{example}). 안내에는 출처, 고친 날, 확인한 날이 있습니다. 서울시나 120다산콜재단이 운영하는 누리집이 아니며 글에는 법적 효력이 "
        "없습니다. 인용할 때는 안내의 주소와 고친 날을 함께 적어 주십시오."
    )
    sections = {"주제": topics, "내려받기": data, "API": api, "이용 조건": rules, "Optional": more}
    return _text(site.settings.name, site.settings.about, detail, sections)


def topic_llms(site: Site, topic: Topic) -> str:
    """주제 하나의 llms.txt: 안내의 Markdown들. 다 들어가지 않으면 장소처럼 표에서 온 것부터 빠지고, 그렇다고 말한다."""
    entries = site.by_topic[topic.id]
    lists = [
        _link(site, topic_path(topic), f"{topic.name} 안내 모두", f"{len(entries):,}개, 서울 전체에 맞는 것부터"),
        _link(site, f"/topic/{topic.id}/rss.xml", f"{topic.name} RSS", "새로 고친 안내의 본문 전체"),
        _link(site, "/data", "내려받을 자료", "모든 주제의 안내 전체"),
    ]
    first = sorted(entries, key=lambda entry: (RANK.find(entry.id[0]), entry.order))
    shown = _fitting([_entry(site, entry) for entry in first])
    missing = len(entries) - len(shown)
    detail = f"여기 없는 {missing:,}개는 아래 ‘목록’에 있습니다." if missing else ""
    return _text(f"{site.settings.name} - {topic.name}", topic.about, detail, {"목록": lists, "안내": shown})


def _entry(site: Site, entry: Entry) -> str:
    where = ", ".join(entry.districts)
    return _link(site, f"{entry_path(entry.id)}.md", entry.title, where)


def _fitting(lines: Iterable[str]) -> list[str]:
    room, kept = LARGEST - 4096, []
    for line in lines:
        room -= len(line.encode()) + 1
        if room < 0:
            break
        kept.append(line)
    return kept


def _link(site: Site, path: str, name: str, note: str = "") -> str:
    return f"- [{_plain(name)}]({site.settings.url(path)}){f': {_plain(note)}' if note else ''}"


def _plain(text: str) -> str:
    """링크의 모양을 깨는 글자를 글자로: 한 줄, 대괄호와 역빗금은 이스케이프."""
    one_line = " ".join(text.split())
    return one_line.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _text(name: str, about: str, detail: str, sections: Mapping[str, Sequence[str]]) -> str:
    blocks = [f"# {_plain(name)}", f"> {_plain(about)}", *([detail] if detail else [])]
    blocks += ["\n".join([f"## {title}", "", *lines]) for title, lines in sections.items() if lines]
    return "\n\n".join(blocks) + "\n"
