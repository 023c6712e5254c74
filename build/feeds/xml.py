"""글을 XML에 넣을 수 있게 한다. 어느 문서의 어느 자리인지는 모른다."""

import re
from xml.sax.saxutils import escape

NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""XML 1.0이 허락하지 않는 글자 (제어 문자, 반쪽 글자, U+FFFE·U+FFFF)."""

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def text(value: str) -> str:
    """요소 안에 넣을 글: 쓸 수 없는 글자는 U+FFFD로, 마크업 글자는 참조로."""
    return escape(NOT_XML.sub("\ufffd", value), {"\r": "&#13;"})


def attribute(value: str) -> str:
    """큰따옴표로 감싼 속성 값에 넣을 글."""
    return escape(NOT_XML.sub("\ufffd", value), {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"})


def element(name: str, value: str, **attributes: str) -> str:
    """글 하나가 든 요소."""
    said = "".join(f' {key}="{attribute(one)}"' for key, one in attributes.items())
    return f"<{name}{said}>{text(value)}</{name}>"


def empty(name: str, **attributes: str) -> str:
    """속성만 있는 요소."""
    said = "".join(f' {key}="{attribute(one)}"' for key, one in attributes.items())
    return f"<{name}{said}/>"
