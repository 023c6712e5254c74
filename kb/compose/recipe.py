"""조리법: 한 갈래의 줄을 어떤 항목으로 지을지 적은 YAML. 줄을 읽거나 항목을 쓰는 일은 모른다."""

from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from kb.compose.errors import BadRecipe


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """한 조리법. 글은 모두 Jinja 틀이고, 식(`where`, `group`, `sort`)은 Jinja 식이다.

    `group`이 없으면 줄 하나가 항목 하나, 있으면 같은 묶음의 줄들이 표 하나가 된다. `rest`는 `min_rows`보다 작은
    묶음을 다시 모으는 더 넓은 묶음이고, 없으면 작은 묶음은 짓지 않는다. `max_rows`보다 큰 묶음은 여러 쪽으로 나눈다. `listed`는 이 줄들이
    다른 조리법의 표에도 실린다는 뜻이다: 서로 닮은 쪽은 짓지 않아도 잃는 것이 없다.
    """

    name: str
    kind: str
    topic: str
    title: str
    body: str
    facts: dict[str, str] = field(default_factory=dict)
    where: str = ""
    group: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()
    sort: str = "name"
    min_rows: int = 1
    max_rows: int = 60
    min_facts: int = 3
    listed: bool = False
    guess_dong: bool = False
    department: str = ""
    phone: str = ""
    url: str = ""
    tags: str = ""
    audience: tuple[str, ...] = ()
    licence: str = "unstated"
    families: dict[str, str] = field(default_factory=dict)

    @property
    def is_table(self) -> bool:
        """여러 줄을 한 항목에 모으는 조리법인가."""
        return bool(self.group)


def read_recipes(folder: Path) -> list[Recipe]:
    """폴더의 모든 조리법(`<이름>.yml`)을 이름 차례로. 없거나 틀리면 BadRecipe."""
    paths = sorted(folder.glob("*.yml"))
    if not paths:
        raise BadRecipe(f"{folder}에 조리법(YAML)이 없습니다. --recipes에 조리법이 든 폴더를 적어 주세요.")
    return [_read(path) for path in paths]


KNOWN = {item.name for item in fields(Recipe)} - {"name"}


def _read(path: Path) -> Recipe:
    try:
        found: Any = yaml.safe_load(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise BadRecipe(f"조리법 {path.name}을(를) 읽을 수 없습니다: {error}") from error
    if not isinstance(found, dict):
        raise BadRecipe(f"조리법 {path.name}이(가) ‘이름: 값’ 줄들이 아닙니다.")
    if unknown := found.keys() - KNOWN:
        raise BadRecipe(f"조리법 {path.name}에 모르는 이름 ‘{min(unknown)}’(이)가 있습니다.")
    if missing := {"kind", "topic", "title", "body"} - found.keys():
        raise BadRecipe(f"조리법 {path.name}에 ‘{min(missing)}’(이)가 없습니다.")
    lists = {key: tuple(value) for key, value in found.items() if isinstance(value, list)}
    return Recipe(name=path.stem, **(found | lists))
