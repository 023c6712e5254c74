"""답의 모양(JSON Schema)들. 값을 어디서 얻는지는 모른다: 채우는 것은 answers, 둘이 같은지는 시험이 본다."""

from collections.abc import Mapping
from typing import Any

from kb.licences import LICENCES

Schema = dict[str, Any]


def text(about: str = "", **more: Any) -> Schema:
    return {"type": "string", **({"description": about} if about else {}), **more}


def whole(about: str = "") -> Schema:
    return {"type": "integer", "minimum": 0, **({"description": about} if about else {})}


def list_of(item: Schema, about: str = "") -> Schema:
    return {"type": "array", "items": item, **({"description": about} if about else {})}


def or_null(schema: Schema) -> Schema:
    return schema | {"type": [schema["type"], "null"]}


def record(about: str, optional: tuple[str, ...] = (), **fields: Schema) -> Schema:
    """이름 있는 칸들. `optional`이 아닌 칸은 언제나 있다."""
    return {
        "type": "object",
        "description": about,
        "properties": fields,
        "required": [name for name in fields if name not in optional],
    }


def shape(name: str) -> Schema:
    """다른 모양을 가리킨다."""
    return {"$ref": f"#/components/schemas/{name}"}


def day(about: str) -> Schema:
    return or_null(text(about, format="date"))


def url(about: str) -> Schema:
    return text(about, format="uri")


HIT_FIELDS: Mapping[str, Schema] = {
    "id": text("안내의 번호. `/entries/{id}`로 전문을 읽습니다."),
    "title": text(),
    "topic": shape("Topic"),
    "districts": list_of(text(), "해당 자치구. 비어 있으면 서울 전체"),
    "snippet": text("묻는 말에 답하는 대목(꾸밈없는 글)"),
    "snippet_html": text("같은 대목에 맞은 말을 <mark>로 싼 안전한 HTML"),
    "score": {"type": "number", "description": "한 번의 답 안에서만 견줄 수 있는 점수"},
    "best_bet": {"type": "boolean", "description": "편집자가 이 물음의 답으로 정해 둔 것"},
    "url": url("사람이 읽는 쪽"),
    "api_url": url("이 안내의 전문(JSON)"),
    "why": {
        "type": "object",
        "description": "어느 점수가 얼마였는지. explain=true일 때만 있습니다. 칸은 바뀔 수 있습니다.",
    },
}

SHAPES: Mapping[str, Schema] = {
    "Topic": record("주제", id=text("주소에 쓰는 이름. 찾을 때 topic에 적습니다."), name=text()),
    "Facet": record(
        "결과를 좁힐 수 있는 값과 그때 남는 수",
        value=text("좁힐 때 같은 이름의 값으로 적는 것"),
        name=text("사람에게 보이는 이름"),
        count=whole(),
    ),
    "Hit": record("찾은 안내 하나", optional=("why",), **HIT_FIELDS),
    "SearchAnswer": record(
        "찾은 결과, 나은 차례로.",
        query=text("다듬어 쓴 물음. 너무 긴 물음은 앞만 씁니다."),
        corrected=or_null(text("고쳐서 찾은 물음(자판, 오타, 띄어쓰기). 그대로 찾았으면 null")),
        total=whole("쓸 만한 결과의 수"),
        page=whole(),
        limit=whole(),
        next=or_null(url("다음 쪽. 없으면 null")),
        semantic={"type": "boolean", "description": "뜻으로도 찾았는가"},
        hits=list_of(shape("Hit")),
        facets=record(
            "좁히기",
            topic=list_of(shape("Facet")),
            district=list_of(shape("Facet")),
            source=list_of(shape("Facet")),
        ),
    ),
    "Suggestion": record(
        "이어서 칠 만한 말 하나",
        text=text(),
        id=or_null(text("그 말이 안내의 제목이면 안내의 번호")),
        url=url("고르면 갈 곳"),
    ),
    "SuggestAnswer": record(
        "치는 동안 보일 말들",
        query=text("받은 물음 그대로. 늦게 온 답을 가려낼 때 씁니다."),
        suggestions=list_of(shape("Suggestion")),
    ),
    "OpenSearchSuggestions": {
        "type": "array",
        "description": "OpenSearch Suggestions: [물음, [말…], [설명…], [주소…]]",
        "items": {"oneOf": [text(), list_of(text())]},
        "minItems": 4,
        "maxItems": 4,
    },
    "Licence": record(
        "이용 조건",
        code=text("공공누리 유형 등의 부호: " + ", ".join(LICENCES)),
        name=text(),
        url=or_null(url("조건의 글. 출처가 조건을 밝히지 않았으면 null")),
    ),
    "Source": record(
        "이 글이 온 곳",
        name=text(),
        url=or_null(text("원문", format="iri")),
        id=text("출처에서의 번호"),
        date=day("출처의 기준일"),
        licence=shape("Licence"),
    ),
    "Entry": record(
        "안내의 전문. 값이 없는 글은 빈 글, 없는 날짜와 주소는 null입니다.",
        id=text(),
        version=text("이 글의 판. 글이 한 글자라도 바뀌면 달라집니다.", pattern="^[0-9a-f]{12}$"),
        title=text("시민이 묻는 말"),
        topic=shape("Topic"),
        department=text("담당 부서"),
        phone=text("문의 전화"),
        districts=list_of(text(), "해당 자치구. 비어 있으면 서울 전체"),
        audience=list_of(text(), "누구를 위한 글인가"),
        facts={
            "type": "object",
            "additionalProperties": text(),
            "description": "신청방법, 수수료처럼 이름 붙은 사실. 차례가 있습니다.",
        },
        tags=list_of(text()),
        lead=text("본문의 첫 문단: 물음에 대한 답(꾸밈없는 글)"),
        markdown=text("본문(Markdown). /로 시작하는 주소는 이 누리집의 것입니다."),
        html=text("본문(안전하게 거른 HTML). 주소는 모두 절대 주소입니다."),
        source=shape("Source"),
        attribution=text("가져다 쓸 때 적을 출처"),
        updated=text("글을 고친 때", format="date-time"),
        checked=day("사람이 원문과 대조한 날. 아직이면 null"),
        review_by=day("다시 확인할 날"),
        valid=record("글이 맞는 기간(양 끝 날 포함)", (), **{"from": day("이날부터"), "until": day("이날까지")}),
        url=url("사람이 읽는 쪽(canonical)"),
        correction_url=url("틀린 곳을 알리는 양식"),
    ),
    "Moved": record(
        "다른 안내로 옮겼습니다.", id=text("옮긴 곳의 번호"), url=url("사람이 읽는 쪽"), api_url=url("전문(JSON)")
    ),
    "OpenApi": {"type": "object", "description": "OpenAPI 3.1 문서"},
    "Problem": record(
        "답하지 못한 까닭(RFC 9457)",
        optional=("parameter", "incident", "topic_url"),
        type=text("오류를 설명하는 곳", format="uri-reference"),
        title=text(),
        status=whole(),
        detail=text("무슨 일이고 어떻게 하면 되는지"),
        parameter=text("고칠 값의 이름"),
        incident=text("우리 쪽 잘못의 번호"),
        topic_url=url("같은 주제의 다른 안내"),
    ),
}
"""이름마다 모양 하나. OpenAPI 문서의 components/schemas가 된다."""
