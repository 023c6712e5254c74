"""머리말 한 묶음을 읽고 쓴다: 흔한 모양은 줄 문법으로 빨리, 나머지는 YAML로. 항목의 뜻은 모른다.

쓰는 모양은 하나뿐이고 언제나 올바른 YAML 1.1이다. 읽을 때는 같은 모양이면 줄 문법이 읽고(한 항목에
수십 마이크로초), 사람이 손으로 쓴 다른 모양이면 `yaml.CSafeLoader`가 읽는다. 둘의 결과가 같음은 속성 시험이 지킨다.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache

import yaml

from kb.errors import BadEntry

Value = None | bool | int | float | str | date | datetime | list["Value"] | dict[str, "Value"]

KEY_LINE = re.compile(r"([a-z_]+):(?: (.*))?")
SUB_LINE = re.compile(r'  ("(?:[^"\\]|\\.)*"|[^\s"\'\[\]{}#&*!|>%@`,?:-][^:#]*): (.+)')
PLAIN = re.compile(
    r"(?![\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff])[^\s\-?:,\[\]{}#&*!|>'\"%@`\\][^\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]*"
)
FLOW_ITEM = re.compile(r'("(?:[^"\\]|\\.)*"|[^\s",\[\]{}:#\'&*!|>%@`?-][^",\[\]{}:#\']*)(?:, |$)')
FLOW_PAIR = re.compile(r'([a-z_]+): ("(?:[^"\\]|\\.)*"|[^\s",\[\]{}:#\'&*!|>%@`?-][^",\[\]{}:#\']*)(?:, |$)')
ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2}")
FLOW_SPECIAL = frozenset(",[]{}:#?'\"")
BLOCK: dict[str, "Value"] = {}
"""아래에 줄들이 이어지는 열쇠의 값."""
RESOLVERS = yaml.CSafeLoader.yaml_implicit_resolvers


class _NotOurs(Exception):
    """줄 문법이 다루지 않는 모양이다: YAML이 읽는다."""


def read(text: str) -> dict[str, Value]:
    """머리말(`---` 두 줄 사이의 글)을 차례가 있는 사전으로 읽는다. YAML이 아니면 BadEntry(줄 번호와 함께)."""
    try:
        return _read_lines(text.split("\n"))
    except (_NotOurs, ValueError):
        return _read_yaml(text)


def write(items: Iterable[tuple[str, Value]], *, block: str) -> str:
    """차례가 있는 값들을 머리말의 글로 쓴다. `read(write(x)) == dict(x)`이고 같은 값은 언제나 같은 글이 된다.

    `block`은 한 줄에 하나씩 펼쳐 쓰는 열쇠(facts)의 이름이다.
    """
    return "".join(
        f"{key}:\n{_lines(value)}"
        if key == block and isinstance(value, dict) and value
        else f"{key}: {_written(value)}\n"
        for key, value in items
    )


def line_of(text: str, key: str) -> int:
    """파일에서 그 열쇠가 있는 줄 번호(1부터, 첫 `---`가 1). 못 찾으면 1."""
    for number, line in enumerate(text.split("\n"), start=2):
        if line.startswith(f"{key}:") or line.startswith(f'"{key}":'):
            return number
    return 1


def _read_lines(lines: Sequence[str]) -> dict[str, Value]:
    found: dict[str, Value] = {}
    block: dict[str, Value] | None = None
    for line in lines:
        if line.startswith("  ") and block is not None:
            key, raw = _pair(line)
            if key in block:
                raise _NotOurs
            block[key] = _scalar(raw)
            continue
        key, value = _line(line)
        if key in found or (block is not None and not block):
            raise _NotOurs  # a key with nothing under it is null: YAML says so
        block = {} if value is BLOCK else None
        found[key] = value if block is None else block
    if block is not None and not block:
        raise _NotOurs
    return found


@lru_cache(maxsize=16384)
def _line(line: str) -> tuple[str, Value]:
    """줄 하나의 열쇠와 값. 같은 줄(`districts: []`, `topic: 교통`)이 항목마다 되풀이되므로 기억한다: 돌려준 값은 아무도 고치지 않는다."""
    match = KEY_LINE.fullmatch(line)
    if not match:
        raise _NotOurs
    return match[1], BLOCK if match[2] is None else _value(match[2])


def _value(raw: str) -> Value:
    if raw.startswith("["):
        return [*_flow_items(raw)]
    if raw.startswith("{"):
        return _flow_pairs(raw)
    return _scalar(raw)


def _pair(line: str) -> tuple[str, str]:
    name, colon, raw = line[2:].partition(": ")
    if colon and raw and name[:1] >= "가" and name.isalnum():
        return name, raw  # a Hangul word is always a plain string
    pair = SUB_LINE.fullmatch(line)
    key = _scalar(pair[1]) if pair else None
    if not pair or not isinstance(key, str):
        raise _NotOurs
    return key, pair[2]


def _scalar(raw: str) -> Value:
    if raw[:1] >= "가" and raw.isprintable() and ": " not in raw and " #" not in raw and raw[-1] not in ": ":
        return raw  # the shortcut for most lines: YAML resolves nothing else to a word that begins so
    if raw.startswith('"'):
        value = json.loads(raw)
        if not isinstance(value, str):
            raise _NotOurs
        return value
    if not PLAIN.fullmatch(raw) or ": " in raw or " #" in raw or raw[-1] in ": ":
        raise _NotOurs
    for tag, pattern in RESOLVERS.get(raw[0], ()):
        if pattern.match(raw):
            return _typed(tag, raw)
    return raw


def _typed(tag: str, raw: str) -> Value:
    if tag.endswith(":null"):
        return None
    if tag.endswith(":bool") and raw in {"true", "false"}:
        return raw == "true"
    if DAY.fullmatch(raw):
        return date.fromisoformat(raw)
    if MOMENT.fullmatch(raw):
        return datetime.fromisoformat(raw)
    raise _NotOurs


def _flow_items(raw: str) -> Iterable[Value]:
    if not raw.endswith("]"):
        raise _NotOurs
    inside, at = raw[1:-1], 0
    while at < len(inside):
        match = FLOW_ITEM.match(inside, at)
        if not match:
            raise _NotOurs
        yield _scalar(match[1])
        at = match.end()
    if inside.endswith(", "):
        raise _NotOurs


def _flow_pairs(raw: str) -> dict[str, Value]:
    if not raw.endswith("}"):
        raise _NotOurs
    inside, at, found = raw[1:-1], 0, dict[str, Value]()
    while at < len(inside):
        match = FLOW_PAIR.match(inside, at)
        if not match or match[1] in found:
            raise _NotOurs
        found[match[1]] = _scalar(match[2])
        at = match.end()
    if inside.endswith(", "):
        raise _NotOurs
    return found


class _Loader(yaml.CSafeLoader):
    """같은 열쇠가 두 번 나오면 조용히 덮어쓰지 않는 YAML 읽개."""


def _mapping_once(loader: _Loader, node: yaml.MappingNode) -> dict[object, object]:
    keys = [loader.construct_object(key, deep=True) for key, _ in node.value]
    for (key_node, _), key in zip(node.value, keys, strict=True):
        if keys.count(key) > 1:
            raise yaml.constructor.ConstructorError(None, None, f"‘{key}’(이)가 두 번 나옵니다", key_node.start_mark)
    return loader.construct_mapping(node, deep=True)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping_once)


def _read_yaml(text: str) -> dict[str, Value]:
    try:
        found = yaml.load(text, _Loader)  # noqa: S506 - built on CSafeLoader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 2 if mark else None
        raise BadEntry(f"머리말을 읽을 수 없습니다 ({error.problem or '형식이 틀림'}).", line=line) from error
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        line = _line_with_impossible_day(text)
        problem = (
            "없는 날짜가 있습니다" if line else "머리말을 읽을 수 없습니다. 읽을 수 없는 글자가 있는지 확인해 주세요"
        )
        raise BadEntry(f"{problem}.", line=line or 2) from error
    if not isinstance(found, dict):
        raise BadEntry("머리말은 ‘이름: 값’ 줄들이어야 합니다.", line=2)
    for key in found:
        if not isinstance(key, str):
            raise BadEntry(f"머리말의 이름 ‘{key}’(이)가 글자가 아닙니다.", line=2)
    return found


def _line_with_impossible_day(text: str) -> int | None:
    for number, line in enumerate(text.split("\n"), start=2):
        for found in DAY.findall(line):
            try:
                date.fromisoformat(found)
            except ValueError:
                return number
    return None


def _lines(pairs: Mapping[str, Value]) -> str:
    return "".join(f"  {_key(name)}: {_written(value)}\n" for name, value in pairs.items())


def _key(name: str) -> str:
    return name if SUB_LINE.fullmatch(f"  {name}: x") and _is_plain(name) else _quoted(name)


def _written(value: Value, *, in_flow: bool = False) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return value if _is_plain(value) and not (in_flow and FLOW_SPECIAL & set(value)) else _quoted(value)
        case list():
            return "[" + ", ".join(_written(item, in_flow=True) for item in value) + "]"
        case dict():
            return "{" + ", ".join(f"{key}: {_written(item, in_flow=True)}" for key, item in value.items()) + "}"
        case datetime():
            return value.isoformat(timespec="seconds")
        case _:
            return str(value)


def _is_plain(text: str) -> bool:
    try:
        return _scalar(text) == text
    except (_NotOurs, ValueError, IndexError):
        return False


def _quoted(text: str) -> str:
    return ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
