"""공개 쪽의 템플릿을 가볍게 돌린다: 이스케이프한 글을 다시 감싸지 않는다. 어느 쪽을 그리는지는 모른다."""

from collections.abc import MutableMapping
from typing import Any

from flask import Flask
from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from markupsafe import Markup, _escape_inner, escape  # type: ignore[attr-defined]  # escape without its wrapping


def shown(value: object) -> str:
    """템플릿에 적을 글: `escape`와 같은 글자이고, 곧 이어 붙일 것이라 Markup이 아니어도 된다."""
    if type(value) is str:
        return _escape_inner(value)
    return value if type(value) is Markup else escape(value)


class LightOutput(CodeGenerator):
    """`{{ … }}`를 `escape` 대신 `shown`으로 적는다. 쪽마다 수십 번 도는 자리다."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and not finalize.src:
            self.write("environment.shown(")
        else:
            super()._output_child_pre(node, frame, finalize)


class LightEnvironment(Environment):
    """`shown`으로 적는 템플릿들. 한 번 연 템플릿은 그대로 쥐고 있다."""

    code_generator_class = LightOutput
    shown = staticmethod(shown)

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self._opened: dict[str, Template] = {}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> Template:
        """이름의 템플릿. 쪽마다 두 번(쪽과 뼈대) 묻는다."""
        if not isinstance(name, str) or globals:
            return super().get_template(name, parent, globals)
        if (found := self._opened.get(name)) is None or self.auto_reload:
            found = self._opened[name] = super().get_template(name, parent)
        return found

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """모든 템플릿이 함께 쓰는 이름들. 쪽마다 베끼므로, 템플릿만의 이름이 없으면 겹치지(ChainMap) 않는다."""
        return super().make_globals(d) if d else self.globals


class PublicFlask(Flask):
    """공개 쪽만 있는 앱."""

    jinja_environment = LightEnvironment
