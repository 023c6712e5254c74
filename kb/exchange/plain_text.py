"""꾸밈 없는 바깥 글을 Markdown 본문으로. 글을 보태거나 빼지 않으며, 어느 파일에서 왔는지는 모른다."""

import re
from collections.abc import Iterable
from html import unescape
from unicodedata import normalize

ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060\ufeff\ud800-\udfff]")
SPACE = re.compile("[\t\x0b\x0c\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
TIMES_ESCAPED = 10
"""`&amp;amp;apos;`처럼 겹겹이 이스케이프된 글을 푸는 횟수의 한계. 실제 자료에 네 겹까지 있다."""


def cleaned(text: str) -> str:
    """NFC, 줄바꿈은 \\n, 온갖 빈칸은 빈칸 하나로. NUL과 보이지 않는 글자는 빼고 HTML 문자 참조는 풀어 준다."""
    for _ in range(TIMES_ESCAPED):
        text, before = ENTITY.sub(lambda found: unescape(found[0]), text), text
        if text == before:
            break
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return normalize("NFC", SPACE.sub(" ", INVISIBLE.sub("", text)))


def one_line(text: str) -> str:
    """제목이나 부서 이름처럼 한 줄이어야 하는 글."""
    return " ".join(cleaned(text).split())


# --- text that must not turn into Markdown ------------------------------------------------------------------------

INLINE = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)|[`*]|(?<!\w)_|_(?!\w)|<(?=[A-Za-z/!?])|~(?=~)|(?<=~)~|\](?=\()|\[(?=\^)|&(?=#|\w+;)",
    re.MULTILINE,
)
LINE_START = re.compile(r"^(?:#{1,6}(?=\s|$)|[>+-](?=\s|$)|>|\[(?=[^\]]*\]:)|=+\s*$)", re.MULTILINE)
NUMBERED = re.compile(r"^(\d{1,9})([.)])(?=\s|$)", re.MULTILINE)
RULE = re.compile(r"^[-|:][-|:\s]*$", re.MULTILINE)


def escaped(text: str) -> str:
    """Markdown에서 뜻이 있는 글자 앞에 `\\`를 붙여 글이 글로 남게 한다. 줄마다 앞 빈칸이 없다고 본다."""
    return escaped_line_start(escaped_inline(text))


def escaped_inline(text: str) -> str:
    """줄 안 어디에서나 뜻이 있는 글자만: 강조, 링크, HTML, 코드."""
    return INLINE.sub(lambda found: "\\" + found[0], text)


def escaped_line_start(text: str) -> str:
    """줄 머리에서만 뜻이 있는 글자만: 제목, 목록, 인용, 가로줄, 표의 둘째 줄."""
    text = NUMBERED.sub(r"\1\\\2", text)
    return RULE.sub(lambda found: "\\" + found[0], LINE_START.sub(lambda found: "\\" + found[0], text))


# --- lines, paragraphs and headings of the 120 manual ---------------------------------------------------------------

HEADINGS = {
    "업무개요", "업무설명", "업무내용", "접수처", "신고기한", "신청방법", "과태료", "신청대상", "구비서류", "처리절차", "처리기한", "교부방법",
    "지원대상", "지원내용", "신청기간", "신청자격", "접수기간", "접수방법", "제출서류", "처리기간", "이용방법", "이용시간", "이용대상", "이용요금",
    "운영시간", "모집기간", "사업내용", "사업기간", "주요내용", "확인사항", "유의사항", "기타사항", "문의처",
}  # fmt: skip
"""120 매뉴얼의 열 제목(DOMAIN 6.3)과, 공개된 120 자료에서 한 마디로 여덟 번 넘게 홀로 서는 제목."""
ALWAYS_HEADING = ("업무개요 ", "업무설명 ", "업무내용 ")
"""뒤에 빈칸 하나만 두고 글이 이어져도 제목인 것."""
FONT_RESIDUE = re.compile(r"(?<!\S)(?:돋움\s{20,}){2,}")
"""글꼴 이름만 긴 빈칸을 사이에 두고 되풀이되는 것: 원본 편집기가 글로 흘린 모양(style)이지 글이 아니다."""
FONT_RESIDUE_CODE, ESCAPED_ENTITY_CODE = "font_residue", "escaped_entity"


def mended(title: str, texts: Iterable[str]) -> tuple[str, ...]:
    """이 파일이 원본에서 말없이 고치는 것 가운데 편집자가 알아야 할 것: 지운 글꼴 이름과 제목에서 푼 문자 참조.

    화면에는 깨끗한 글이 나가고, 무엇을 고쳤는지는 가져오기 기록에 남아 `open120 check`가 알린다 (kb.checks의 갈래 이름).
    """
    found = {
        FONT_RESIDUE_CODE: any("돋움" in text and FONT_RESIDUE.search(text) for text in texts),
        ESCAPED_ENTITY_CODE: "&" in title and ENTITY.search(title) is not None,
    }
    return tuple(code for code, is_there in found.items() if is_there)


PARAGRAPH, HARD, SOFT = "\x01", "\x02", "\x03"


def to_markdown(text: str) -> str:
    """꾸밈 없는 글을 Markdown으로: 빈 줄과 빈칸 셋부터는 문단, 줄바꿈은 줄바꿈, 빈칸 둘은 소리 없는 줄바꿈.

    공개된 120 CSV는 줄바꿈과 숫자와 기호를 모두 빈칸으로 바꾸어 놓았다. 빈칸 둘은 기호가 있던 자리일 때가 많아
    화면에서 이어져 보이는 줄바꿈으로만 바꾼다. 홀로 선 매뉴얼 제목(HEADINGS)은 `## ` 제목이 된다.
    """
    text = FONT_RESIDUE.sub("\n\n", cleaned(text)).strip()
    text = re.sub(r"\s*\n\s*\n\s*|(?<=\S) {3,}(?=\S)", PARAGRAPH, text)
    text = re.sub(r" {2}(?=\S)", SOFT, re.sub(r" *\n *", HARD, text))
    blocks = [block for part in text.split(PARAGRAPH) for block in _blocks(part)]
    if blocks:
        blocks[-1] = blocks[-1].removeprefix("## ")  # a heading with nothing under it is a word
    return "\n\n".join(blocks)


def _blocks(paragraph: str) -> list[str]:
    blocks, lines = [], ""
    for separator, piece in _pieces(paragraph):
        if piece in HEADINGS:
            blocks += [lines, f"## {piece}"]
            lines = ""
        else:
            lines += ("" if not lines else "  \n" if separator == HARD else "\n") + escaped(piece)
    return [block for block in [*blocks, lines] if block]


def _pieces(paragraph: str) -> list[tuple[str, str]]:
    parts = ["", *re.split(f"([{HARD}{SOFT}])", paragraph)]
    pieces = []
    for separator, piece in zip(parts[::2], parts[1::2], strict=True):
        piece = piece.strip()
        if piece.startswith(ALWAYS_HEADING):
            heading, _, piece = piece.partition(" ")
            pieces.append((separator, heading))
        if piece:
            pieces.append((separator, piece))
    return pieces
