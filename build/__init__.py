"""게시: 공개 쪽을 굳혀 새 게시본을 만들고 살핀 뒤 한 번에 바꾼다. 로그인도 데이터베이스도 모른다."""

from build.artefacts import Artefact
from build.errors import NothingToRollBack, PublishBusy, PublishFailed
from build.pages import Pages, SitePages
from build.problem import Problem, last_problem
from build.release import file_for, roll_back
from build.site import LIVE, Published, Publisher, publish, publish_pages

__all__ = [
    "LIVE",
    "Artefact",
    "NothingToRollBack",
    "Pages",
    "Problem",
    "PublishBusy",
    "PublishFailed",
    "Published",
    "Publisher",
    "SitePages",
    "file_for",
    "last_problem",
    "publish",
    "publish_pages",
    "roll_back",
]
