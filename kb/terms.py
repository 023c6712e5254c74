"""시민의 말과 행정의 말을 잇는 표(content/terms.yml)를 읽는다. 찾는 법과 점수는 모른다."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unicodedata import normalize

import yaml

from kb.errors import BadTerms
from kb.korean import clean

Terms = Mapping[str, Mapping[str, float]]
"""시민의 말 -> {행정의 말: 무게}. 묻는 말에 시민의 말이 있으면 행정의 말로도 찾는다."""

NO_TERMS: Terms = {}

SHORTEST = 2
"""시민의 말의 글자 수(적어도). 한 글자는 아무 말 속에나 들어 있다."""

KEYS = {"say", "means", "weight"}
"""항목 하나에 있어야 하는 이름. 다른 이름은 잘못 적은 것으로 본다."""


def load_terms(path: Path) -> Terms:
    """시민의 말 -> {행정의 말: 무게}. `kb.search.Searcher`의 `terms`로 그대로 쓴다.

    형식은 content/README.md에 있다. 읽을 수 없거나, 틀렸거나, 같은 시민의 말(빈칸은 세지 않음)이 두 번 나오면
    파일과 몇 번째 항목인지 말하는 BadTerms.
    """
    terms: dict[str, Mapping[str, float]] = {}
    first: dict[str, int] = {}
    for number, row in enumerate(_rows(path), start=1):
        try:
            for say, meaning in _pairs(row):
                if squeezed(say) in first:
                    raise ValueError(
                        f"‘{say}’은(는) {first[squeezed(say)]}번째에 이미 나온 말입니다. 한쪽을 지워 주세요."
                    )
                first[squeezed(say)] = number
                terms[say] = meaning
        except ValueError as error:
            raise BadTerms(f"{path} {number}번째 항목{_named(row)}: {error}") from error
    return terms


def squeezed(word: str) -> str:
    """견줄 때의 꼴: NFC, 빈칸 없이, 로마자는 소문자로.

    >>> squeezed("PC 방")
    'pc방'
    """
    return clean(word).replace(" ", "").lower()


def _named(row: object) -> str:
    says = row.get("say") if isinstance(row, dict) else None
    return f"({says[0]})" if isinstance(says, list) and says else ""


def _rows(path: Path) -> list[object]:
    try:
        data: Any = yaml.load(normalize("NFC", path.read_text("utf-8")), yaml.CSafeLoader)
    except OSError as error:
        raise BadTerms(f"낱말 표를 읽을 수 없습니다: {path} ({error.strerror})") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BadTerms(f"낱말 표의 형식이 틀렸습니다: {path} ({error})") from error
    if not isinstance(data, dict) or not isinstance(data.get("terms"), list):
        raise BadTerms(f"낱말 표의 형식이 틀렸습니다: {path}에는 ‘terms:’ 아래에 목록이 있어야 합니다.")
    rows: list[object] = data["terms"]
    return rows


def _pairs(row: object) -> list[tuple[str, Mapping[str, float]]]:
    """항목 하나의 (시민의 말, {행정의 말: 무게})들. 틀리면 까닭을 적은 ValueError."""
    if not isinstance(row, dict) or set(row) != KEYS:
        raise ValueError("say, means, weight 세 가지를 적어 주세요.")
    says, means, weight = _words(row, "say"), _words(row, "means"), _weight(row["weight"])
    for say in says:
        if len(squeezed(say)) < SHORTEST:
            raise ValueError(f"‘{say}’은(는) 너무 짧습니다. {SHORTEST}글자 이상으로 적어 주세요.")
        if squeezed(say) in map(squeezed, means):
            raise ValueError(f"‘{say}’이(가) say와 means에 함께 있습니다. say에서 지워 주세요.")
    return [(say, dict.fromkeys(means, weight)) for say in says]


def _words(row: Mapping[str, object], key: str) -> list[str]:
    words = row[key]
    if not isinstance(words, list) or not words:
        raise ValueError(f"{key}에는 [말, 말]처럼 하나 이상을 적어 주세요.")
    for word in words:
        if not isinstance(word, str) or not squeezed(word):
            raise ValueError(f"{key}의 ‘{word}’을(를) 글자로 읽을 수 없습니다. 숫자는 따옴표로 묶어 주세요.")
    return words


def _weight(weight: object) -> float:
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 < weight <= 1:
        raise ValueError(f"weight는 0보다 크고 1을 넘지 않는 수여야 합니다: {weight}")
    return float(weight)
