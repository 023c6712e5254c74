"""짓기(kb.compose)의 오류 나무. 글귀는 읽는 사람이 무엇을 하면 되는지 알 수 있게 쓴다.

KnowledgeError
└── ComposeFailed       표나 조리법을 읽을 수 없거나, 지은 것을 믿을 수 없다
    ├── BadTable        사실 표의 모양이 다르다
    ├── BadRecipe       조리법이 틀렸다
    └── TooManyGone     한꺼번에 너무 많은 항목이 사라진다
"""

from kb.errors import KnowledgeError


class ComposeFailed(KnowledgeError):
    """표로 항목을 짓지 못했다. 아무것도 쓰지 않았다."""


class BadTable(ComposeFailed):
    """사실 표(CSV)를 읽을 수 없거나 있어야 할 칸이 없다."""


class BadRecipe(ComposeFailed):
    """조리법(YAML)이나 그 안의 틀(Jinja)이 틀렸다."""


class TooManyGone(ComposeFailed):
    """새 표로 지으면 한 갈래의 항목이 절반 넘게 사라진다: 잘린 표일 수 있다."""
