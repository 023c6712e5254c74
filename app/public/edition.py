"""내려받을 자료 한 판의 소개: 파일, 크기, 칸, 이용 조건. 파일을 만드는 법과 둔 곳, 쪽의 모양은 모른다."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class DataFile:
    """내려받을 파일 하나."""

    name: str
    title: str
    about: str
    mediatype: str
    bytes: int
    sha256: str

    @property
    def size(self) -> str:
        """사람이 읽을 크기."""
        if self.bytes < 1024:
            return f"{self.bytes}바이트"
        return f"{self.bytes / 2**10:,.0f}KB" if self.bytes < 2**20 else f"{self.bytes / 2**20:,.1f}MB"


@dataclass(frozen=True)
class DataField:
    """안내 한 줄의 칸 하나."""

    name: str
    title: str
    about: str


@dataclass(frozen=True)
class DataLicence:
    """이용 조건 하나와 그 조건인 안내의 수. 우리가 엮은 부분의 조건이면 수가 없다."""

    code: str
    title: str
    url: str
    entries: int | None


@dataclass(frozen=True)
class Edition:
    """내려받을 자료 한 판. 판의 소개(datapackage.json)를 읽은 것이다."""

    version: str
    made: dt.datetime
    entries: int
    sources: int
    files: tuple[DataFile, ...]
    fields: tuple[DataField, ...]
    licences: tuple[DataLicence, ...]

    @classmethod
    def of(cls, package: Mapping[str, Any]) -> Self:
        """datapackage.json의 내용에서. 모양이 다르면 KeyError나 ValueError."""
        files = tuple(
            DataFile(
                one["path"],
                one["title"],
                one["description"],
                one["mediatype"],
                one["bytes"],
                one["hash"].partition(":")[2],
            )
            for one in package["resources"]
        )
        columns = package["resources"][0]["schema"]["fields"]
        return cls(
            version=package["version"],
            made=dt.datetime.fromisoformat(package["created"]),
            entries=package["entries"],
            sources=len(package["sources"]),
            files=files,
            fields=tuple(DataField(one["name"], one["title"], one["description"]) for one in columns),
            licences=tuple(
                DataLicence(one["name"], one["title"], one.get("path", ""), one.get("entries"))
                for one in package["licenses"]
            ),
        )

    @property
    def folder(self) -> str:
        """판이 놓인 길. 판마다 다르고, 그 안의 파일은 바뀌지 않는다 (PUBLISHING 1.6)."""
        return f"/data/{self.version}"
