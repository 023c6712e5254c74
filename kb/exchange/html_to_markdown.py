"""열린데이터의 ANSWER_HTML을 깨끗한 Markdown으로. 글·표·목록·제목·링크·굵은 글씨만 남기며, 어느 항목의 것인지는 모른다."""

import re
from collections.abc import Callable
from urllib.parse import quote

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString, PageElement, PreformattedString

from kb.exchange.html_table import grid_of
from kb.exchange.plain_text import cleaned, escaped_inline, escaped_line_start

DROPPED = {
    "script", "style", "head", "title", "meta", "link", "noscript", "template", "iframe", "object", "embed", "applet", "svg", "math",
    "canvas", "audio", "video", "form", "input", "select", "textarea", "button", "xml", "map",
}  # fmt: skip
"""글이 아닌 것들. 안에 든 글도 함께 버린다(form은 아래에서 껍데기만 벗긴다)."""
UNWRAPPED = {"form"}
BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption",
    "figure", "footer", "header", "hr", "html", "legend", "li", "main", "nav", "p", "pre", "section", "summary",
}  # fmt: skip
HEADING = re.compile(r"h[1-6]")
LISTS = {"ul", "ol", "menu", "dir"}
HIDDEN = re.compile(r"display\s*:\s*none|mso-hide\s*:\s*all", re.IGNORECASE)
SCHEME = re.compile(r"(?:https?://|tel:|mailto:)[^\s]", re.IGNORECASE)
FILE_NAME = re.compile(r"(?:image|img|그림)?[\s_()\d-]*|.*\.(?:jpe?g|png|gif|bmp|tiff?|webp|emf|wmf)", re.IGNORECASE)
DEEPEST = 80
BREAK = "\x01"
"""줄바꿈(br)이 있던 자리. 문단을 이을 때 줄바꿈이나 새 문단이 된다."""


def html_to_markdown(html: str) -> str:
    """HTML 조각을 Markdown으로. 비었거나 글이 없으면 빈 글.

    모양(style, font), 스크립트, 주석, 그림, Word가 남긴 것은 사라진다. 그림의 설명은 `(그림: …)`으로 남고, 링크는
    http·https·tel·mailto만 남는다(PUBLISHING 1.7, 1.8). 원문의 `*`, `#` 같은 글자는 글로 남도록 이스케이프된다.
    """
    soup = BeautifulSoup(f"<html><body>{html}</body></html>", "lxml")
    for node in list(soup.descendants):
        if isinstance(node, PreformattedString) or (isinstance(node, Tag) and _is_noise(node)):
            node.extract()
    _flatten(soup)
    return "\n\n".join(_blocks(soup))


def _flatten(soup: Tag) -> None:
    """DEEPEST보다 깊이 든 것은 글만 남긴다: 사람이 쓴 글은 그렇게 깊지 않고, 깊은 것은 되부르기를 넘치게 한다."""
    level: list[Tag] = [soup]
    for _ in range(DEEPEST):
        level = [child for tag in level for child in tag.children if isinstance(child, Tag)]
    for tag in level:
        tag.string = tag.get_text(" ")


def _is_noise(tag: Tag) -> bool:
    return (tag.name in DROPPED - UNWRAPPED) or HIDDEN.search(str(tag.get("style") or "")) is not None


# --- blocks -------------------------------------------------------------------------------------------------------


def _blocks(node: Tag) -> list[str]:
    """안에 든 것을 문단·제목·목록·표의 목록으로."""
    blocks: list[str] = []
    run: list[str] = []
    for child in node.children:
        if not isinstance(child, Tag) or not _holds_blocks(child):
            run.append(_inline(child))
            continue
        blocks += _paragraphs("".join(run))
        run = []
        blocks += _block(child)
    return blocks + _paragraphs("".join(run))


def _holds_blocks(tag: Tag) -> bool:
    return _is_block(tag) or any(isinstance(child, Tag) and _is_block(child) for child in tag.descendants)


def _is_block(tag: Tag) -> bool:
    return tag.name in BLOCKS or tag.name in LISTS or tag.name == "table" or HEADING.fullmatch(tag.name) is not None


def _block(tag: Tag) -> list[str]:
    if HEADING.fullmatch(tag.name):
        return _heading(tag)
    if tag.name in LISTS:
        return _list(tag)
    if tag.name == "table":
        return _table(tag)
    return _blocks(tag)


def _paragraphs(run: str) -> list[str]:
    """이어진 글을 문단으로: 줄바꿈 하나는 줄바꿈, 둘부터는 새 문단."""
    parts = re.split(rf"\s*{BREAK}(?:\s*{BREAK})+\s*", _squeezed(run))
    paragraphs = ("  \n".join(line for part in text.split(BREAK) if (line := _tidy(part))) for text in parts)
    return [paragraph for paragraph in paragraphs if paragraph]


def _squeezed(run: str) -> str:
    return re.sub(r"[ \n]+", " ", run)


def _tidy(line: str) -> str:
    return escaped_line_start(re.sub(r"\*\*( *)\*\*", r"\1", line).strip())


def _heading(tag: Tag) -> list[str]:
    text = _one_line(tag).replace("**", "")
    return [f"{'#' * max(2, int(tag.name[1]))} {text}"] if text else []


def _one_line(tag: Tag) -> str:
    return " ".join(_inline_all(tag).replace(BREAK, " ").split())


# --- lists --------------------------------------------------------------------------------------------------------


def _list(tag: Tag) -> list[str]:
    number = _first_number(tag)
    lines: list[str] = []
    loose = False
    for item in tag.children:
        if not isinstance(item, Tag):
            continue
        blocks = _list(item) if item.name in LISTS else _blocks(item)
        if not blocks:
            continue
        mark = "- " if number is None else f"{number}. "
        if item.name in LISTS and lines:  # a list put straight into a list belongs to the item above
            lines[-1] += "\n" + _indented("\n\n".join(blocks), "  " if number is None else "   ")
            continue
        loose = loose or any(not block.startswith(("- ", "1. ")) for block in blocks[1:])
        lines.append(mark + _indented(_joined(blocks), " " * len(mark)).lstrip(" "))
        number = None if number is None else number + 1
    return [("\n\n" if loose else "\n").join(lines)] if lines else []


def _first_number(tag: Tag) -> int | None:
    start = str(tag.get("start") or "1")
    return (int(start) if start.isdecimal() and len(start) < 6 else 1) if tag.name == "ol" else None


def _joined(blocks: list[str]) -> str:
    """목록 하나의 글과 그 아래 목록은 빈 줄 없이, 그 밖의 것은 빈 줄로 잇는다."""
    text = blocks[0]
    for block in blocks[1:]:
        text += ("\n" if re.match(r"- |\d+\. ", block) else "\n\n") + block
    return text


def _indented(text: str, by: str) -> str:
    return "\n".join(by + line if line else line for line in text.split("\n"))


# --- tables -------------------------------------------------------------------------------------------------------


def _table(tag: Tag) -> list[str]:
    grid = grid_of(tag, _cell_text)
    caption = tag.find("caption", recursive=False)
    before = _blocks(caption) if isinstance(caption, Tag) else []
    if grid.is_layout:
        return before + [block for cell in grid.cells for block in _blocks(cell)]
    rows = [f"| {' | '.join(row)} |" for row in (grid.header, ["---"] * len(grid.header), *grid.rows)]
    return [*before, "\n".join(re.sub(r"\|  (?=\|)", "| ", row) for row in rows)]


def _cell_text(tag: Tag) -> str:
    """칸 하나의 글: 한 줄, 문단과 목록은 빈칸으로 이어지고 `|`는 이스케이프된다."""
    text = " ".join("\n".join(_blocks(tag)).replace(BREAK, " ").split())
    return re.sub(r"(?<!\\)\|", r"\\|", text.replace(r"\|", "|"))


# --- inline -------------------------------------------------------------------------------------------------------


def _inline_all(tag: Tag) -> str:
    return "".join(map(_inline, tag.children))


def _inline(node: PageElement) -> str:
    if isinstance(node, NavigableString):
        return escaped_inline(cleaned(str(node)).replace("\n", " "))
    if not isinstance(node, Tag):
        return ""
    return INLINE.get(node.name, _inline_all)(node)


def _break(_: Tag) -> str:
    return BREAK


def _bold(tag: Tag) -> str:
    """굵은 글씨. 앞뒤 빈칸은 밖으로 내고, 줄바꿈을 사이에 두면 줄마다 따로 굵게 한다."""
    inside = _inline_all(tag).replace("**", "")
    return BREAK.join(
        re.sub(r"^(\s*)(.*?\S)(\s*)$", r"\1**\2**\3", piece, flags=re.DOTALL) for piece in inside.split(BREAK)
    )


def _link(tag: Tag) -> str:
    text, href = _inline_all(tag), _href(str(tag.get("href") or ""))
    label = " ".join(text.replace(BREAK, " ").split())
    if not href or not label.replace("*", ""):
        return text
    before, after = (" " if text[:1] == " " else ""), (" " if text[-1:] == " " else "")
    return f"{before}[{_bracketed(label)}]({href}){after}"


def _href(raw: str) -> str:
    url = "".join(cleaned(raw).split()) if not raw.lower().startswith(("http", "mailto")) else cleaned(raw).strip()
    return quote(url, safe="%/:?#@!$&'*+,;=~[]-._") if SCHEME.match(url) else ""


def _bracketed(label: str) -> str:
    return re.sub(r"(?<!\\)([\[\]])", r"\\\1", label)


def _image(tag: Tag) -> str:
    alt = " ".join(cleaned(str(tag.get("alt") or "")).split())
    return f"(그림: {escaped_inline(alt)})" if alt and not FILE_NAME.fullmatch(alt) else ""


def _struck(tag: Tag) -> str:
    """줄을 그은 글: 지웠다는 뜻이 모양에만 있으므로 말로 남긴다."""
    text = _inline_all(tag)
    return f"(지운 글: {text.strip()})" if text.strip() else ""


INLINE: dict[str, Callable[[Tag], str]] = {
    "br": _break,
    "b": _bold,
    "strong": _bold,
    "a": _link,
    "img": _image,
    "s": _struck,
    "strike": _struck,
    "del": _struck,
}
