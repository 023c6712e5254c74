"""주제와 생활의 큰일의 목록(topics.yml): 이름과 주소에 쓰는 로마자 이름. 항목은 모른다."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import normalize

import yaml

from kb.errors import BadTopics

DEFAULT = "시정일반"
"""모르는 주제의 항목이 가는 곳 (DOMAIN SE-20의 열네 주제 가운데 하나)."""


@dataclass(frozen=True)
class Subtopic:
    """주제 아래의 작은 갈래. `tags` 가운데 하나가 항목의 태그나 제목에 있으면 그 갈래에 모은다 (content/README.md)."""

    id: str
    name: str
    tags: tuple[str, ...]

    def takes(self, title: str, tags: Collection[str]) -> bool:
        """이 제목과 태그의 항목을 모으는가."""
        for tag in self.tags:  # noqa: SIM110 - asked of every entry for every subtopic, and twice as fast as any()
            if tag in tags or tag in title:
                return True
        return False


@dataclass(frozen=True)
class Topic:
    """주제 하나. `id`는 주소와 폴더에 쓰는 로마자 이름이다."""

    id: str
    name: str
    about: str = ""
    subtopics: tuple[Subtopic, ...] = ()


@dataclass(frozen=True, kw_only=True)
class LifeEvent:
    """생활의 큰일이나 철 하나와, 그때 챙길 항목들 (DOMAIN 13). 형식은 content/README.md에 있다.

    `id`는 주소에 쓰는 로마자 이름, `code`는 LE-01 같은 설계 기록의 번호, `months`는 챙길 달(비었으면 정해진 달이 없음),
    `entries`는 항목의 번호이고 그 차례가 화면의 차례다.
    """

    id: str
    code: str
    name: str
    about: str
    group: str
    entries: tuple[str, ...]
    months: tuple[int, ...] = ()
    audience: tuple[str, ...] = ()


class Topics:
    """순서가 있는 주제 목록과 대상(audience) 이름들, 생활의 큰일들."""

    def __init__(
        self, topics: tuple[Topic, ...], audience: tuple[str, ...] = (), life_events: tuple[LifeEvent, ...] = ()
    ) -> None:
        self._topics = topics
        self.audience = audience
        self.life_events = life_events
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
            data = _known(yaml.load(normalize("NFC", text), yaml.CSafeLoader), KEYS, "topics.yml")
            audience = tuple(data.get("audience") or ())
            return cls(
                tuple(_topic(row) for row in data["topics"]),
                audience,
                _apart([_life_event(row, audience) for row in data.get("life_events") or ()]),
            )
        except (yaml.YAMLError, KeyError, TypeError, AttributeError, ValueError) as error:
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


# --- reading -------------------------------------------------------------------------------------------------------

KEYS = {"topics", "audience", "life_events"}
TOPIC_KEYS = {"id", "name", "about", "subtopics"}
SUBTOPIC_KEYS = {"id", "name", "tags"}
EVENT_KEYS = {"id", "code", "name", "about", "group", "months", "audience", "entries"}
SLUG = re.compile(r"[a-z]+(?:-[a-z]+)*")
CODE = re.compile(r"LE-\d\d")


def _known(row: Any, keys: Collection[str], where: str) -> Mapping[str, Any]:
    """모르는 이름이 없는 사전. 잘못 적은 이름(moths)을 조용히 버리지 않으려는 것이다."""
    if not isinstance(row, dict):
        raise ValueError(f"{where}: ‘이름: 값’으로 적어 주세요")
    if unknown := [str(key) for key in row if key not in keys]:
        raise ValueError(f"{where}: 모르는 이름 {', '.join(unknown)}")
    return row


def _topic(row: Any) -> Topic:
    row = _known(row, TOPIC_KEYS, "주제")
    below = tuple(_subtopic(each) for each in row.get("subtopics") or ())
    if len({each.id for each in below}) != len(below):
        raise ValueError(f"주제 {row['id']}: 같은 id의 갈래가 두 번 나옵니다")
    return Topic(id=row["id"], name=row["name"], about=row.get("about", ""), subtopics=below)


def _subtopic(row: Any) -> Subtopic:
    row = _known(row, SUBTOPIC_KEYS, "갈래")
    if not SLUG.fullmatch(row["id"]):  # a number would be a page of the topic
        raise ValueError(f"갈래 {row['id']}: id는 로마자 소문자와 -로 적습니다")
    return Subtopic(id=row["id"], name=row["name"], tags=tuple(row["tags"]))


def _life_event(row: Any, audience: Sequence[str]) -> LifeEvent:
    row = _known(row, EVENT_KEYS, "life_events")
    event = LifeEvent(
        id=row["id"],
        code=row["code"],
        name=row["name"],
        about=row["about"],
        group=row["group"],
        entries=_listed(row, "entries"),
        months=_listed(row, "months"),
        audience=_listed(row, "audience"),
    )
    texts = (event.id, event.code, event.name, event.about, event.group, *event.entries, *event.audience)
    wrong = {
        "글자가 아닌 값이 있습니다": not all(isinstance(text, str) and text.strip() for text in texts),
        "id는 로마자 소문자와 -로 적습니다": not SLUG.fullmatch(str(event.id)),
        "code는 LE-01처럼 적습니다": not CODE.fullmatch(str(event.code)),
        "months는 1부터 12까지의 수입니다": not all(type(month) is int and 1 <= month <= 12 for month in event.months),
        "audience에 없는 대상입니다": not set(event.audience) <= set(audience),
        "entries에 항목의 번호를 하나 이상 적습니다": not event.entries,
    }
    if told := [reason for reason, is_wrong in wrong.items() if is_wrong]:
        raise ValueError(f"life_events {event.id}: {'; '.join(told)}")
    return event


def _listed(row: Mapping[str, Any], key: str) -> tuple[Any, ...]:
    if not isinstance(values := row.get(key) or [], list):
        raise ValueError(f"life_events {row['id']}: {key}에는 [ ] 안에 목록을 적습니다")
    return tuple(values)


def _apart(events: Sequence[LifeEvent]) -> tuple[LifeEvent, ...]:
    """같은 id나 code가 두 번 나오지 않는 큰일들."""
    for names in ([event.id for event in events], [event.code for event in events]):
        if twice := [name for name in dict.fromkeys(names) if names.count(name) > 1]:
            raise ValueError(f"life_events: 두 번 나옵니다: {', '.join(twice)}")
    return tuple(events)
