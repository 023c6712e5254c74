"""쪽의 재료가 갖출 것: 설정, 주소, 다른 쪽으로 가는 링크. 어느 쪽이 있는지는 모른다."""

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from app.public.site import SiteSettings


class Link(NamedTuple):
    """다른 쪽으로 가는 링크와 곁에 보일 짧은 말."""

    href: str
    text: str
    note: str = ""


@dataclass(frozen=True)
class Page:
    """쪽 하나의 재료. 여기 없는 것은 쪽에 나올 수 없다."""

    template: ClassVar[str]
    mimetype: ClassVar[str] = "text/html"
    settings: SiteSettings
    path: str

    @property
    def canonical(self) -> str:
        """이 쪽의 하나뿐인 절대 주소."""
        return self.settings.url(self.path)


@dataclass(frozen=True)
class TextFile(Page):
    """템플릿 없이 글을 그대로 내보내는 파일."""

    template = ""

    @property
    def text(self) -> str:
        """파일의 글."""
        raise NotImplementedError
