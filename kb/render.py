"""본문(Markdown)을 안전한 HTML로 바꾼다. 어느 쪽에 놓일지, 누가 쓴 글인지는 모른다."""

import re
from collections.abc import Mapping, MutableMapping
from html import escape, unescape
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import mistune
import nh3
from mistune.core import BlockState, InlineState
from mistune.plugins.table import table, table_in_list, table_in_quote

SCHEMES = {"http", "https", "tel", "mailto"}
"""링크로 나갈 수 있는 곳 (DESIGN, Rules of the house)."""

HEADINGS = {"h2", "h3", "h4", "h5", "h6"}
BLOCKS = {
    "p",
    "hr",
    "ul",
    "ol",
    "li",
    "pre",
    "blockquote",
    "section",
    "table",
    "caption",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}
INLINES = {"a", "br", "em", "strong", "code"}
ATTRIBUTES = {
    "a": {"href"},
    "ol": {"start"},
    "th": {"scope"},
    "section": {"tabindex", "aria-label"},
} | {heading: {"id"} for heading in HEADINGS}
CLASSES = {"section": {"table-scroll"}, "caption": {"hidden"}, "th": {"right", "center"}, "td": {"right", "center"}}

AREA = r"0(?:2|[3-6]\d|70|80|1[016-9]|50\d)"
PHONE = (
    rf"(?<![\d.,-])(?:{AREA}[-)]\s?\d{{3,4}}-\d{{4}}|{AREA}-1\d\d|1[568]\d\d-\d{{4}})(?!\d|-\d)"
    r"(?!\s?(?:원|명|년|개|세대|㎡|m))"
)
"""지역번호 전화, 지역번호+특수번호(02-120), 대표번호(1577-1366). 뒤에 단위가 오면 번호가 아니라 수량이다."""

SERVICE = r"국번\s?없이\s?(?P<short>1\d{2,3})(?![\d-])"
URL = r"(?:https?://|www\.(?=[A-Za-z0-9-]+\.))[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+"
"""맨 주소는 ASCII 글자까지만이다: 뒤에 붙은 조사(‘…kr에서’)는 주소가 아니다."""

CALLS = re.compile(f"{PHONE}|{SERVICE}")
LINKS = re.compile(f"(?P<url>{URL})|{CALLS.pattern}")
PHONE_FIELD = re.compile(rf"{LINKS.pattern}|(?<![\d-])1\d{{2,3}}(?![\d-])")
LINKABLE = re.compile(r"[0-9]{3}|http|www\.")
"""전화번호와 주소에 꼭 있는 것. 없으면 더 찾지 않는다."""

DANGLING = ".,:;!?'\"*_~"

INNER_LINK = re.compile(r"</?a\b[^>]*>")
CODE = re.compile(r"<code>.*?</code>", re.DOTALL)
MARKUP = re.compile(r"<[^>]*>")
UNSEEN = re.compile(r'<caption class="hidden">.*?</caption>')
BETWEEN_BLOCKS = re.compile(r"</(?:p|li|h[2-6]|td|th|tr|pre|blockquote|dt|dd)>|<br>|<hr>")


def render(markdown: str) -> str:
    """Markdown을 쪽에 그대로 넣을 수 있는 HTML로. 어떤 글이 와도 오류를 내지 않고, 스크립트·그림·모양은 남지 않는다.

    제목은 h2부터(쪽의 h1보다 높을 수 없다), 표는 이름(caption)이 있고 가로 스크롤 영역 안에, 맨 주소와 전화번호는 링크로 나간다.
    """
    return CLEANER.clean(str(MARKDOWN(markdown)))


def linked(text: str, *, phone: bool = False) -> str:
    """꾸밈 없는 글을 HTML로: 이스케이프하고 주소와 전화번호만 링크로, 줄바꿈은 br로.

    `phone=True`는 전화 칸이다: 국번 없는 서너 자리 번호(120, 1330)도 전화로 본다.
    """
    pattern = PHONE_FIELD if phone else LINKS
    return _linked(text, pattern).replace("\n", "<br>")


def plain(html: str) -> str:
    """`render`가 낸 HTML에서 눈에 보이는 글만, 빈칸은 하나로."""
    text = MARKUP.sub("", BETWEEN_BLOCKS.sub(" ", UNSEEN.sub("", html)))
    return " ".join(unescape(text).split())


RESERVED = "%!#$&'()*+,/:;=?@[]~"
"""주소에서 뜻이 있는 글자: %로 바꾸지 않는다."""


def safe_href(url: str) -> str:
    """링크로 내보내도 되는 주소면 로마자로만 적은 그 주소, 아니면 빈 글. 허용: http, https, tel, mailto, 그리고 이 사이트 안(/…, #…)."""
    bare = re.sub(r"[\x00-\x20\x7f\u2028\u2029]", "", unquote(unescape(url)))
    if bare.startswith("#") or (bare.startswith("/") and not bare.startswith(("//", "/\\"))):
        return url
    scheme, colon, rest = bare.partition(":")
    return in_ascii(url) if colon and rest and scheme.lower() in SCHEMES else ""


def in_ascii(url: str) -> str:
    """한글이 든 주소를 모든 로봇이 같게 읽는 꼴로: 호스트는 퓨니코드, 나머지는 %로 (PUBLISHING 1.1). 로마자뿐이면 그대로.

    >>> in_ascii("http://www.동네.kr/안내?q=a%20b")
    'http://www.xn--950b94c.kr/%EC%95%88%EB%82%B4?q=a%20b'
    """
    if url.isascii():
        return url
    try:
        host = urlsplit(url).netloc
        named = host.encode("idna").decode()
    except ValueError:  # too long a name, or no host at all: a browser will say so
        host = named = ""
    return quote(url.replace(host, named, 1), safe=RESERVED)


def tel(number: str) -> str:
    """전화번호를 tel: 주소로. `02)2133-7900` → `tel:02-2133-7900`."""
    return "tel:" + re.sub(r"[^\d+-]", "", re.sub(r"\)\s?(?=\d)", "-", number))


def _linked(text: str, pattern: re.Pattern[str]) -> str:
    if not LINKABLE.search(text):
        return escape(text)
    pieces, at = [], 0
    for match in pattern.finditer(text):
        pieces += [escape(text[at : match.start()]), _anchor(match)]
        at = match.end()
    return "".join([*pieces, escape(text[at:])])


def _anchor(match: re.Match[str]) -> str:
    found, groups = match.group(), match.groupdict()
    if url := groups.get("url"):
        kept = _without_dangling(url)
        href = kept if kept.startswith("http") else f"https://{kept}"
        return f'<a href="{escape(href)}">{escape(kept)}</a>{escape(url[len(kept) :])}'
    return f'<a href="{tel(groups.get("short") or found)}">{escape(found)}</a>'


def _without_dangling(url: str) -> str:
    """문장의 마침표나 짝 없는 닫는 괄호는 주소가 아니다."""
    kept = url.rstrip(DANGLING)
    while kept.endswith((")", "]")) and kept.count(")") + kept.count("]") > kept.count("(") + kept.count("["):
        kept = kept[:-1].rstrip(DANGLING)
    return kept


def slug(text: str) -> str:
    """제목의 id: 같은 제목은 늘 같은 id다. 쪽이 쓰는 id와 부딪치지 않게 `s-`로 시작한다."""
    return "s-" + ("-".join(re.findall(r"\w+", text.lower())) or "절")


# --- mistune: our inline rules and renderer ------------------------------------------------------------------------

MARKED = re.compile(r"[\\`*_\[\]!<\n]|https?:|www\.")
"""인라인 규칙이 시작될 수 있는 글자들. 하나도 없으면 꾸밈 없는 글이다."""

FILLER = "\u3164"
"""강조 기호 곁에 잠시 끼우는 한글 채움 글자. 글자로 세어지고, 강조를 정한 뒤 빼낸다."""


class KoreanInline(mistune.InlineParser):
    """CommonMark 강조를 한국어에 맞춘다: `**서울시(강남구)**는`처럼 기호 뒤에 조사가 붙어도 닫힌다.

    CommonMark는 문장부호와 글자 사이의 `**`를 열거나 닫지 않는다. 한국어는 그 자리를 띄어 쓰지 않으므로 한중일 글자는
    그 규칙에서 뺀다(CJK-friendly emphasis amendment). 판정은 양옆 한 글자만 보므로, 문장부호 쪽에 채움 글자를 끼운다.
    """

    def __call__(self, s: str, env: MutableMapping[str, Any]) -> list[dict[str, Any]]:
        if not MARKED.search(s):  # the cells of a table and most paragraphs carry no mark at all
            return [{"type": "text", "raw": s}]
        return super().__call__(s, env)

    def finalize_tokens(self, tokens: list[dict[str, Any]], depth: int) -> list[dict[str, Any]]:
        eased = _ease_emphasis(tokens)
        done = super().finalize_tokens(eased, depth)
        return done if eased is tokens else [_without_filler(token) for token in done]


def _ease_emphasis(tokens: list[dict[str, Any]]) -> list[dict[str, Any]]:
    eased: list[dict[str, Any]] = []
    changed = False
    for place, token in enumerate(tokens):
        if token["type"] == "text" and token.get("_emphasis", True) and token["raw"].strip("*") == "":
            before, after = _edge(tokens, place - 1, -1), _edge(tokens, place + 1, 0)
            left = FILLER if _is_mark(before) and _is_cjk(after) else ""
            right = FILLER if _is_mark(after) and _is_cjk(before) else ""
            if left or right:
                changed = True
                token = {**token, "raw": left + token["raw"] + right}
        eased.append(token)
    return eased if changed else tokens


def _edge(tokens: list[dict[str, Any]], place: int, end: int) -> str:
    """강조 기호에 맞닿은 글자. 글의 끝과 줄바꿈은 빈칸, 링크나 코드는 문장부호로 친다."""
    if not 0 <= place < len(tokens) or tokens[place]["type"] in ("softbreak", "linebreak"):
        return " "
    raw = tokens[place].get("raw", "") if tokens[place]["type"] == "text" else "\ufffc"
    return raw[end] if raw else " "


def _is_mark(char: str) -> bool:
    return not char.isspace() and not char.isalnum()


def _is_cjk(char: str) -> bool:
    return "\u1100" <= char <= "\u11ff" or "\u2e80" <= char <= "\ud7ff" or "\uf900" <= char <= "\ufaff"


def _without_filler(token: dict[str, Any]) -> dict[str, Any]:
    if "raw" in token:
        return {**token, "raw": token["raw"].replace(FILLER, "")}
    if "children" in token:
        return {**token, "children": [_without_filler(child) for child in token["children"]]}
    return token


def bare_url(md: mistune.Markdown) -> None:
    """맨 주소를 링크로 만드는 mistune 플러그인."""
    md.inline.register("bare_url", rf"(?<![A-Za-z0-9@/]){URL}", _parse_url, start_chars=("h", "w"))


def _parse_url(inline: mistune.InlineParser, match: re.Match[str], state: InlineState) -> int:
    url = _without_dangling(match.group())
    if state.brackets and "]" in url:
        url = url[: url.index("]")]
    text = {"type": "text", "raw": url}
    if state.in_link or state.depth >= inline.max_nested_level:
        state.append_token(text)
    else:
        href = url if url.startswith("http") else f"https://{url}"
        state.append_token({"type": "link", "children": [text], "attrs": {"url": href}, "_autolink": url})
    return match.start() + len(url)


class PageRenderer(mistune.HTMLRenderer):
    """Markdown 조각을 우리 쪽의 HTML로. 그림은 설명 글만 남고, 갈 수 없는 링크는 글만 남는다."""

    def render_token(self, token: dict[str, Any], state: BlockState) -> str:
        if token["type"] == "text":
            return self.text(token["raw"])
        if token["type"] == "heading":
            return self._heading(token, state)
        if token["type"] == "table":
            return self._table(token, state)
        return super().render_token(token, state)

    def _heading(self, token: Mapping[str, Any], state: BlockState) -> str:
        text = self.render_tokens(token["children"], state)
        level = max(2, token["attrs"]["level"])
        id = _unused(slug(plain(text)), state)
        return f'<h{level} id="{escape(id)}">{text}</h{level}>\n'

    def _table(self, token: Mapping[str, Any], state: BlockState) -> str:
        head = [plain(self.render_tokens(cell["children"], state)) for cell in token["children"][0]["children"]]
        number = state.env["tables"] = state.env.get("tables", 0) + 1
        name = f"표 {number}: " + ", ".join(cell for cell in head if cell)
        rows = self.render_tokens(token["children"], state)
        region = f'<section class="table-scroll" tabindex="0" aria-label="{escape(name)}">'
        return f'{region}<table>\n<caption class="hidden">{escape(name)}</caption>\n{rows}</table></section>\n'

    def table_cell(self, text: str, align: str | None = None, head: bool = False) -> str:
        text = CODE.sub(lambda code: code.group().replace(r"\|", "|"), text)
        placed = f' class="{align}"' if align in ("right", "center") else ""
        return f'<th scope="col"{placed}>{text}</th>' if head else f"<td{placed}>{text}</td>"

    def text(self, text: str) -> str:
        return _linked(unescape(text), CALLS)

    def link(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002 - mistune passes it
        text = INNER_LINK.sub("", text)
        href = safe_href(url)
        return f'<a href="{escape(href)}">{text}</a>' if href and text.strip() else text

    def image(self, text: str, url: str, title: str | None = None) -> str:  # noqa: ARG002 - mistune passes them
        return escape(plain(text))


def _unused(id: str, state: BlockState) -> str:
    used: dict[str, int] = state.env.setdefault("slugs", {})
    used[id] = used.get(id, 0) + 1
    return id if used[id] == 1 else f"{id}-{used[id]}"


MARKDOWN = mistune.Markdown(
    PageRenderer(escape=True), inline=KoreanInline(), plugins=[table, table_in_list, table_in_quote, bare_url]
)
CLEANER = nh3.Cleaner(
    tags=HEADINGS | BLOCKS | INLINES,
    attributes=ATTRIBUTES,
    allowed_classes=CLASSES,
    url_schemes=SCHEMES,
    link_rel=None,
)
