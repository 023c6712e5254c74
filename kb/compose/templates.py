"""틀: 조리법의 Jinja 글과 식을 값으로 채운다. 어느 줄을 어디에 쓸지는 모른다."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateError

from kb.compose import counting, fees, naming, opening, particles, phrases
from kb.compose.errors import BadRecipe
from kb.compose.rows import said_date

MACROS = "_macros.j2"
DAYS = "월화수목금토일"


class Templates:
    """한 조리법 폴더의 틀들. `_macros.j2`에 적은 매크로는 어느 틀에서나 쓴다."""

    def __init__(self, folder: Path) -> None:
        # Entries are Markdown, not HTML: the page escapes them when it renders (kb.render).
        self._env = Environment(  # noqa: S701
            loader=FileSystemLoader(folder),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=False,
        )
        for words in (particles, fees, opening, naming, counting, phrases):
            self._env.filters.update(words.FILTERS)
        self._env.filters.update(FILTERS)
        self._env.tests["members_only"] = phrases.members_only
        self._env.tests["brings_only"] = phrases.brings_only
        self._env.tests["saying"] = lambda text, word: word in text
        self._env.globals["said_date"] = said_date
        self._prefix = ""
        if (folder / MACROS).is_file():
            self._prefix = f"{{% import '{MACROS}' as m with context %}}"
        self._text = cache(self._compile_text)
        self._value = cache(self._env.compile_expression)

    def _compile_text(self, source: str) -> Any:
        # Importing the macros costs more than most templates: only where they are used.
        return self._env.from_string((self._prefix if re.search(r"\bm\.", source) else "") + source)

    def text(self, source: str, values: Mapping[str, Any], *, of: str) -> str:
        """틀을 채운 글. 틀이 틀렸으면 BadRecipe가 어느 조리법인지 말한다."""
        if "{" not in source:
            return source
        try:
            return str(self._text(source).render(values)).strip()
        except (TemplateError, TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
            raise BadRecipe(f"조리법 {of}의 틀이 틀렸습니다: {error}") from error

    def value(self, expression: str, values: Mapping[str, Any], *, of: str) -> Any:
        """식의 값."""
        try:
            return self._value(expression)(**values)
        except (TemplateError, TypeError, ValueError, KeyError, AttributeError) as error:
            raise BadRecipe(f"조리법 {of}의 식 ‘{expression}’이(가) 틀렸습니다: {error}") from error


# --- filters ------------------------------------------------------------------------------------------------------


def listed(text: str) -> str:
    """‘토+일+공휴일’처럼 더하기로 이은 것을 쉼표로."""
    return ", ".join(part.strip() for part in re.split(r"[+;]", text) if re.search(r"\w", part))


def days(text: str) -> str:
    """‘월+화+수’를 ‘월·화·수요일’로, 이레면 ‘매일’로. 요일이 아니면 그대로."""
    parts = [part.strip() for part in text.split("+")]
    if not all(part in DAYS for part in parts) or len(text) < 1:
        return listed(text)
    week = sorted(set(parts), key=DAYS.index)
    if len(week) == len(DAYS):
        return "매일"
    places = [DAYS.index(day) for day in week]
    if len(week) > 2 and places == list(range(places[0], places[-1] + 1)):
        return f"{week[0]}요일~{week[-1]}요일"
    return "·".join(week) + "요일"


def days_inside(text: str) -> str:
    """글 속의 ‘월+화+수’들을 모두 풀어 쓴다."""
    return re.sub(r"[월화수목금토일](?:\+[월화수목금토일])+", lambda found: days(found[0]), text)


def hours(text: str) -> str:
    """시간을 한 모양으로: 쌍점 둘레의 빈칸을 없애고 물결표로 잇는다."""
    text = re.sub(r"(평일|주말|토|공휴일)\s*:\s*", r"\1 ", text)
    text = re.sub(r"(\d{1,2}:\d{2})\s*[~-]\s*(\d{1,2}:\d{2})", r"\1~\2", text)
    return text.replace("00:00~24:00", "24시간").replace("00:00~23:59", "24시간").strip("'")


def same_hours(text: str) -> str:
    """평일, 주말, 공휴일 시간이 모두 같으면 ‘매일 09:00~18:00’ 하나로."""
    parts = [part.strip() for part in hours(text).split(",")]
    named = [part.split(" ", 1) for part in parts if " " in part]
    if len(named) == len(parts) == 3 and {name for name, _ in named} == {"평일", "주말", "공휴일"}:
        times = {time for _, time in named}
        if len(times) == 1:
            return f"매일 {times.pop()}"
    return ", ".join(parts)


def won(text: str) -> str:
    """‘7500’을 ‘7,500원’으로. 숫자가 아니면 그대로."""
    digits = text.replace(",", "").removesuffix("원")
    if not digits.isdecimal():
        return text
    return f"{int(digits):,}원" if int(digits) else "무료"


def count(text: str) -> str:
    """‘7174’를 ‘7,174’로."""
    return f"{int(text):,}" if text.isdecimal() else text


def first_phone(text: str) -> str:
    """전화번호가 여럿이면 첫째."""
    return text.split(" / ")[0]


def sentence(text: str) -> str:
    """온점으로 끝나는 글. 줄여서 …으로 끝나면 그대로."""
    text = text.rstrip()
    return text if not text or text.endswith((".", "!", "요.", "다.", "…")) else text + "."


def some(names: Iterable[str], limit: int = 3) -> str:
    """앞의 몇 개를 쉼표로. 같은 말은 한 번만."""
    return ", ".join(list(dict.fromkeys(name for name in names if name))[:limit])


def cut(text: str, limit: int) -> str:
    """긴 글을 낱말에서 자르고 …을 붙인다. 열어 둔 괄호는 남기지 않는다."""
    if len(text) <= limit:
        return text
    kept = text[:limit].rsplit(" ", 1)[0]
    if kept.count("(") > kept.count(")") and kept.rfind("(") > 0:
        kept = kept[: kept.rfind("(")]
    return kept.rstrip(" ,.:;(/~") + " …"


def pieces(texts: Iterable[str]) -> list[str]:
    """‘책상, 의자’와 ‘의자+화이트보드’를 낱낱이 나누어 한 번씩."""
    parts = (part.strip() for text in texts for part in re.split(r"[,+]", text))
    return list(dict.fromkeys(part for part in parts if part))


def plain(name: str) -> str:
    """이름 끝의 ‘(구)’, ‘(시)’ 같은 관리 표시를 뺀다."""
    return re.sub(r"(?:\s*\((?:구|시|공단)\))+\s*$", "", name)


FILTERS: Mapping[str, Callable[..., Any]] = {
    "listed": listed,
    "days": days,
    "days_inside": days_inside,
    "hours": hours,
    "same_hours": same_hours,
    "won": won,
    "count_": count,
    "first_phone": first_phone,
    "sentence": sentence,
    "some": some,
    "pieces": pieces,
    "cut": cut,
    "plain": plain,
}
