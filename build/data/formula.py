"""표 계산 프로그램이 글을 계산식으로 실행하지 못하게 한다. 어느 파일의 칸인지는 모른다.

칸의 글이 `=`, `+`, `-`, `@`, 탭, 줄바꿈으로 시작하면 앞에 작은따옴표를 붙인다(PUBLISHING 1.6, OWASP CSV Injection).
작은따옴표 뒤에 그런 글자가 오는 글에도 붙이므로, 하나를 떼면 언제나 원래 글이다.
"""

import re

STARTS_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
"""전각 글자도: 일부 엑셀은 반각과 같게 읽는다."""


def guarded(text: str) -> str:
    """칸에 적을 글."""
    return f"'{text}" if STARTS_FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """칸에서 읽은 글을 원래 글로. `unguarded(guarded(text)) == text`."""
    return text[1:] if text.startswith("'") and STARTS_FORMULA.match(text) else text
