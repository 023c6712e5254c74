"""주소 뒤에 붙는 값(?q=…) 하나하나: 무엇인지 밝히고, 밝힌 대로 읽는다. 무엇에 쓰는지는 모른다."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from app.api.problems import Refused

Schema = dict[str, Any]
WHOLE = re.compile(r"-?[0-9]{1,9}")


class Given(Protocol):
    """주소에 적힌 값들: request.args가 그렇다."""

    def getlist(self, name: str, /) -> Sequence[str]: ...


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """값 하나. `required`가 아니면 없을 때 `default`다."""

    name: str
    about: str
    example: Any
    required: bool = False
    default: Any = None

    @property
    def schema(self) -> Schema:
        """이 값의 JSON Schema."""
        raise NotImplementedError

    @property
    def kind(self) -> str:
        """이 값을 사람에게 설명하는 말."""
        raise NotImplementedError

    def read(self, raw: str) -> Any:
        """적힌 글을 값으로. 읽을 수 없으면 400, 쓸 수 없는 값이면 422의 Refused."""
        raise NotImplementedError

    def refuse(self, status: int, sentence: str) -> Refused:
        """이 값 때문에 답하지 못한다."""
        return Refused(status, sentence, parameter=self.name)


class Text(Parameter):
    """아무 글이나."""

    @property
    def schema(self) -> Schema:
        return {"type": "string"}

    @property
    def kind(self) -> str:
        return "글"

    def read(self, raw: str) -> str:
        return raw


@dataclass(frozen=True, kw_only=True)
class Whole(Parameter):
    """`least`부터 `most`까지의 정수."""

    least: int
    most: int

    @property
    def schema(self) -> Schema:
        return {"type": "integer", "minimum": self.least, "maximum": self.most, "default": self.default}

    @property
    def kind(self) -> str:
        return f"{self.least}~{self.most}의 정수"

    def read(self, raw: str) -> int:
        if not WHOLE.fullmatch(raw):
            raise self.refuse(400, f"‘{self.name}’에는 정수를 적어 주세요. 예: {self.name}={self.example}")
        if not self.least <= int(raw) <= self.most:
            raise self.refuse(422, f"‘{self.name}’에는 {self.least}부터 {self.most}까지의 정수를 적어 주세요.")
        return int(raw)


@dataclass(frozen=True, kw_only=True)
class OneOf(Parameter):
    """정해진 것 가운데 하나."""

    choices: tuple[str, ...]

    @property
    def schema(self) -> Schema:
        return {"type": "string", "enum": list(self.choices)}

    @property
    def kind(self) -> str:
        return ", ".join(self.choices) + " 가운데 하나"

    def read(self, raw: str) -> str:
        if raw not in self.choices:
            raise self.refuse(422, f"‘{self.name}’에는 {self.kind}를 적어 주세요.")
        return raw


class Flag(Parameter):
    """참이나 거짓."""

    @property
    def schema(self) -> Schema:
        return {"type": "boolean", "default": self.default}

    @property
    def kind(self) -> str:
        return "true나 false"

    def read(self, raw: str) -> bool:
        if raw not in ("true", "false"):
            raise self.refuse(400, f"‘{self.name}’에는 true나 false를 적어 주세요.")
        return raw == "true"


def read(parameters: Iterable[Parameter], given: Given) -> Mapping[str, Any]:
    """적힌 값들을 읽는다. 모르는 이름은 못 본 것으로 한다. 읽을 수 없으면 Refused."""
    found: dict[str, Any] = {}
    for parameter in parameters:
        values = given.getlist(parameter.name)
        if len(values) > 1:
            raise parameter.refuse(400, f"‘{parameter.name}’(을)를 여러 번 적었습니다. 한 번만 적어 주세요.")
        if not values and parameter.required:
            raise parameter.refuse(400, f"‘{parameter.name}’(이)가 없습니다. 예: ?{parameter.name}={parameter.example}")
        found[parameter.name] = parameter.read(values[0]) if values else parameter.default
    return found
