"""옮기거나 없앤 주소의 표(content/redirects.yml). 어느 주소가 지금 있는지, 누가 그 답을 하는지는 모른다."""

import re
from collections.abc import Mapping
from pathlib import Path

import yaml

from kb.errors import BadRedirects

FILE = "redirects.yml"
GONE = "gone"
"""새 주소 자리에 이렇게 적으면 없앤 주소다(410)."""

ADDRESS = re.compile(r"/(?:[A-Za-z0-9_~-][A-Za-z0-9._~-]*(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*)?")
"""이 사이트 안의 주소. 웹 서버의 표에 그대로 적히므로 빈칸도 `;`도 `$`도 받지 않는다."""


def read(content: Path) -> Mapping[str, str]:
    """옛 주소에서 새 주소로(없앤 것은 빈 글). 거듭 옮겼으면 마지막 주소로 곧장 간다(PUBLISHING 1.1: 한 번에).

    파일이 없으면 비어 있다. 형식이 틀렸거나 맴돌면 BadRedirects.
    """
    try:
        data = yaml.safe_load((content / FILE).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise BadRedirects(f"{FILE}을 읽을 수 없습니다: {error}") from error
    rows = data.get("redirects") if isinstance(data, dict) else None
    if not isinstance(rows, dict):
        raise BadRedirects(f"{FILE}에 ‘redirects:’ 표가 있어야 합니다.")
    moved = {_address(old): "" if new == GONE else _address(new) for old, new in rows.items()}
    return {old: _last(moved, old) for old in sorted(moved)}


def _address(text: object) -> str:
    if not isinstance(text, str) or not ADDRESS.fullmatch(text):
        raise BadRedirects(
            f"{FILE}의 ‘{text}’는 이 사이트 안의 주소가 아닙니다. /로 시작하는 영문 주소나 {GONE}을 적으세요."
        )
    return text


def _last(moved: Mapping[str, str], old: str) -> str:
    seen, at = {old}, moved[old]
    while at in moved:
        if at in seen:
            raise BadRedirects(f"{FILE}에서 ‘{old}’는 돌고 돌아 제자리로 옵니다.")
        seen.add(at)
        at = moved[at]
    return at
