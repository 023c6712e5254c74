"""주제 목록(topics.yml): 이름과 주소에 쓰는 로마자 이름. 항목은 모른다."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

import yaml

from kb.errors import BadTopics

DEFAULT = "시정일반"
"""모르는 주제의 항목이 가는 곳 (DOMAIN SE-20의 열네 주제 가운데 하나)."""


@dataclass(frozen=True)
class Topic:
    """주제 하나. `id`는 주소와 폴더에 쓰는 로마자 이름이다."""

    id: str
    name: str
    about: str = ""


class Topics:
    """순서가 있는 주제 목록과 대상(audience) 이름들."""

    def __init__(self, topics: tuple[Topic, ...], audience: tuple[str, ...] = ()) -> None:
        self._topics = topics
        self.audience = audience
        self._by_name = {topic.name: topic for topic in topics}
        self._by_id = {topic.id: topic for topic in topics}
        if len(self._by_name) != len(topics) or len(self._by_id) != len(topics):
            raise BadTopics("topics.yml에 같은 이름이나 같은 id의 주제가 두 번 나옵니다.")

    @classmethod
    def from_file(cls, path: Path) -> "Topics":
        """topics.yml을 읽는다. 없거나 틀리면 BadTopics."""
        try:
            return cls.from_text(path.read_bytes().decode("utf-8"), path=str(path))
        except OSError as error:
            raise BadTopics(f"주제 목록을 읽을 수 없습니다: {path} ({error.strerror})") from error
        except UnicodeDecodeError as error:
            raise BadTopics(f"주제 목록이 UTF-8이 아닙니다: {path}. UTF-8로 저장해 주세요.") from error

    @classmethod
    def from_text(cls, text: str, *, path: str = "topics.yml") -> "Topics":
        """topics.yml의 글을 읽는다. 틀리면 BadTopics."""
        try:
            data = yaml.load(normalize("NFC", text), yaml.CSafeLoader)
            topics = tuple(Topic(id=t["id"], name=t["name"], about=t.get("about", "")) for t in data["topics"])
            return cls(topics, tuple(data.get("audience") or ()))
        except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
            reason = " ".join(str(error).split())
            raise BadTopics(f"주제 목록의 형식이 틀렸습니다: {path} ({reason})") from error

    def __iter__(self) -> Iterator[Topic]:
        return iter(self._topics)

    def __len__(self) -> int:
        return len(self._topics)

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def named(self, name: str) -> Topic:
        """공식 이름으로 찾는다. 모르는 이름이면 BadTopics."""
        try:
            return self._by_name[name]
        except KeyError:
            raise BadTopics(f"‘{name}’ 주제는 topics.yml에 없습니다.") from None

    def with_id(self, id: str) -> Topic | None:
        """주소의 로마자 이름으로 찾는다. 없으면 None."""
        return self._by_id.get(id)

    @property
    def default(self) -> Topic:
        """모르는 주제를 대신하는 시정일반."""
        return self.named(DEFAULT)
