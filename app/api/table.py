"""API의 표: 어떤 주소가 있고, 무엇을 받아 무엇으로 답하는지. 길도, 문서도, 값을 읽는 법도 이 표에서 나온다."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from shlex import quote

from app.api.parameters import Flag, OneOf, Parameter, Text, Whole
from kb.districts import DISTRICTS
from kb.entry import ID
from kb.sources import SOURCES
from kb.topics import Topics

LAST_PAGE = 50
MOST_HITS = 50
MOST_SUGGESTIONS = 20


@dataclass(frozen=True)
class Told:
    """상태 코드 하나의 답: 뜻과 모양(shapes의 이름, 없으면 몸통이 없다). `also`는 형식마다 다른 모양이다."""

    about: str
    shape: str = ""
    mimetype: str = "application/json"
    also: Mapping[str, str] | None = None


@dataclass(frozen=True)
class InPath:
    """주소 안의 값: 이름, 설명, 모양(정규식), 보기."""

    name: str
    about: str
    pattern: str
    example: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    """주소 하나. `cost`는 물을 때마다 한도에서 쓰는 몫, `fresh`는 남겨 두어도 되는 초, `stale`은 새로 묻는 동안 더 써도 되는 초."""

    name: str
    path: str
    summary: str
    about: str
    answers: Mapping[int, Told]
    parameters: tuple[Parameter, ...] = ()
    in_path: InPath | None = None
    example: Mapping[str, str] = field(default_factory=dict)
    """설명하는 쪽에 보일 물음."""
    cost: float
    fresh: int
    stale: int = 0

    @property
    def rule(self) -> str:
        """Flask가 읽는 주소."""
        return self.path.replace("{", "<").replace("}", ">")

    @property
    def cache_control(self) -> str:
        """답을 남겨 두는 규칙 (PUBLISHING 1.8)."""
        return f"public, max-age={self.fresh}" + (f", stale-while-revalidate={self.stale}" if self.stale else "")

    def curl(self, prefix: str) -> str:
        """그대로 돌려 볼 수 있는 명령."""
        path = self.path.replace(f"{{{self.in_path.name}}}", self.in_path.example) if self.in_path else self.path
        given = "".join(f" --data-urlencode {quote(f'{name}={value}')}" for name, value in self.example.items())
        return f"curl{' --get' if given else ''} {prefix}{path}{given}"


def _problem(about: str) -> Told:
    return Told(about, "Problem", "application/problem+json")


SAME = Told("앞에 받은 것(If-None-Match)과 같습니다.")
BAD = _problem("요청을 읽을 수 없습니다.")
UNUSABLE = _problem("읽었지만 쓸 수 없는 값입니다.")
TOO_MANY = _problem("너무 자주 물었습니다. Retry-After의 초만큼 쉬었다가 다시 물어 주세요.")
DOWN = _problem("색인이나 글을 지금 읽을 수 없습니다.")

Q = Text(
    name="q",
    about="찾을 말. 시민이 쓰는 말 그대로, 띄어쓰기나 자판이 틀려도 됩니다. 긴 글은 앞만 씁니다.",
    example="여권을 잃어버렸어요",
    required=True,
)

SHARED_HEADERS: Mapping[str, str] = {
    "RateLimit-Policy": "한도: q번을 w초마다. 한도가 없으면 이 머리말도 없습니다.",
    "RateLimit": "남은 몫 r과, 몫이 다시 가득 찰 때까지의 초 t",
}
"""성공한 답에 함께 오는 머리말(draft-ietf-httpapi-ratelimit-headers)."""


def operations(topics: Topics) -> tuple[Operation, ...]:
    """모든 주소. 고를 수 있는 주제는 내용이 정한다."""
    return (
        Operation(
            name="search",
            path="/search",
            summary="안내 찾기",
            about="묻는 말에 답하는 안내를 나은 차례로 드립니다.",
            example={"q": "여권 재발급", "district": "강남구", "limit": "3"},
            parameters=(
                Q,
                OneOf(
                    name="topic",
                    about="이 주제의 안내만",
                    example="minwon",
                    choices=tuple(topic.id for topic in topics),
                ),
                OneOf(
                    name="district",
                    about="이 자치구와 서울시 전체의 안내만",
                    example="강남구",
                    choices=DISTRICTS,
                ),
                OneOf(
                    name="source",
                    about="이 갈래의 자료에서 온 안내만: "
                    + ", ".join(f"{letter} {name}" for letter, name in SOURCES.items()),
                    example="k",
                    choices=tuple(SOURCES),
                ),
                Whole(name="page", about="몇 번째 쪽", example=2, default=1, least=1, most=LAST_PAGE),
                Whole(name="limit", about="한 쪽에 몇 건", example=5, default=10, least=1, most=MOST_HITS),
                Flag(name="explain", about="결과마다 어느 점수가 얼마였는지(why)", example=True, default=False),
            ),
            answers={
                200: Told("찾은 결과. 맞는 것이 없으면 hits가 비어 있습니다.", "SearchAnswer"),
                304: SAME,
                400: BAD,
                422: UNUSABLE,
                429: TOO_MANY,
                503: DOWN,
            },
            cost=1.0,
            fresh=60,
        ),
        Operation(
            name="suggest",
            path="/suggest",
            summary="치는 동안 이어 줄 말",
            about="제목과 자주 찾는 말을 앞부분, 초성(ㅇㄱ), 덜 친 글자로도 찾습니다.",
            example={"q": "여궈", "limit": "5"},
            parameters=(
                Q,
                Whole(name="limit", about="많아야 몇 개", example=5, default=8, least=1, most=MOST_SUGGESTIONS),
                OneOf(
                    name="format",
                    about="opensearch면 브라우저의 주소창이 읽는 모양",
                    example="opensearch",
                    default="json",
                    choices=("json", "opensearch"),
                ),
            ),
            answers={
                200: Told(
                    "이어 줄 말들. 없으면 비어 있습니다.",
                    "SuggestAnswer",
                    also={"application/x-suggestions+json": "OpenSearchSuggestions"},
                ),
                304: SAME,
                400: BAD,
                422: UNUSABLE,
                429: TOO_MANY,
                503: DOWN,
            },
            cost=0.2,
            fresh=60,
        ),
        Operation(
            name="entry",
            path="/entries/{id}",
            summary="안내 하나의 전문",
            about="글과 사실, 출처와 이용 조건, 고친 날과 확인한 날. ETag는 version으로 시작합니다.",
            in_path=InPath("id", "안내의 번호", ID.pattern, "k1"),
            answers={
                200: Told("안내의 전문", "Entry"),
                301: Told("다른 안내로 옮겼습니다. Location이 새 주소입니다.", "Moved"),
                304: SAME,
                404: _problem("그런 번호의 안내가 없습니다."),
                410: _problem("게시를 마친 안내입니다."),
                429: TOO_MANY,
                503: DOWN,
            },
            cost=0.2,
            fresh=300,
            stale=3600,
        ),
        Operation(
            name="openapi",
            path="/openapi.json",
            summary="이 API의 OpenAPI 3.1 문서",
            about="프로그램이 읽는 설명서. /api와 같은 표에서 나옵니다.",
            answers={200: Told("OpenAPI 3.1 문서", "OpenApi"), 304: SAME, 429: TOO_MANY},
            cost=0.2,
            fresh=3600,
        ),
    )
