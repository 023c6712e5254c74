"""명령줄의 한국어: 도움말의 틀, 잘못 부른 말, 실패한 까닭, 진행 막대. 어떤 명령이 있는지는 모른다."""

import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from click import exceptions as wrong
from tqdm import tqdm

from kb import git

HEADINGS = {"Options": "옵션", "Commands": "명령"}
WORDS = {
    "INTEGER RANGE": "수",
    "FLOAT RANGE": "수",
    "TEXT": "글",
    "PATH": "경로",
    "required": "꼭 줌",
    "default: ": "기본 ",
}
"""click이 영어로 적는 낱말들."""


class Formatter(click.HelpFormatter):
    """도움말의 머리글을 한국어로."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:  # noqa: ARG002 - click's signature
        super().write_usage(prog, args, "쓰는 법: ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(HEADINGS.get(heading, heading))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl([(_in_korean(name), _in_korean(told)) for name, told in rows], col_max, col_spacing)


class Context(click.Context):
    """한국어 도움말을 쓰는 문맥."""

    formatter_class = Formatter


class Command(click.Command):
    """한국어 도움말이 있는 명령."""

    context_class = Context
    options_metavar = "[옵션]"

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given | {"options_metavar": "[옵션]"})

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """`--help`의 설명."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = "이 도움말을 보인다"
        return option


class Group(Command, click.Group):
    """한국어 도움말이 있는 명령 묶음. 하위 명령을 안 주면 잘못 부른 것이다."""

    command_class = Command

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given | {"subcommand_metavar": "명령 ...", "no_args_is_help": False})


def run(command: click.Command, *, told_errors: Callable[[], tuple[type[Exception], ...]]) -> int:
    """명령을 돌리고 끝값을 돌려준다: 0 잘됨, 1 실패, 2 잘못 부름, 130 그만둠.

    `told_errors`는 사람에게 그대로 보일 문장을 가진 오류들이다. 오류가 났을 때만 부른다.
    """
    try:
        result = command.main(prog_name="open120", standalone_mode=False)
    except wrong.UsageError as error:
        where = error.ctx.command_path if error.ctx else "open120"
        return _say(f"{misuse(error)} ‘{where} --help’를 보세요.", 2)
    except wrong.ClickException as error:
        return _say(error.format_message(), 1)
    except (wrong.Abort, KeyboardInterrupt):
        return _say("그만두었습니다.", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _say(_trouble(error), 1)
    except Exception as error:
        if isinstance(error, told_errors()):
            return _say(str(error), 1)
        if os.environ.get("OPEN120_DEBUG"):
            raise
        return _say(
            f"예상하지 못한 문제입니다({type(error).__name__}: {error}). OPEN120_DEBUG=1로 다시 하면 자세히 보입니다.",
            1,
        )
    return result if isinstance(result, int) else 0


def misuse(error: wrong.UsageError) -> str:
    """잘못 부른 까닭을 한국어 한 문장으로."""
    match error:
        case wrong.NoSuchOption():
            return f"‘{error.option_name}’ 옵션은 없습니다."
        case wrong.MissingParameter():
            name = error.param.metavar or error.param.human_readable_name if error.param else ""
            names = "/".join(error.param.opts) if error.param and error.param.param_type_name == "option" else name
            return f"‘{names}’(을)를 주어야 합니다."
        case wrong.BadParameter():
            name = "/".join(error.param.opts) if error.param else ""
            reason = error.message if re.search("[가-힣]", error.message) else "맞지 않는 값입니다."
            return f"‘{name}’: {reason}{_choices(error.param)}"
        case wrong.BadOptionUsage():
            return f"‘{error.option_name}’ 옵션에 값을 주어야 합니다."
    found = re.search(r"No such command '(.*)'", error.message)
    if found:
        return f"‘{found[1]}’ 명령은 없습니다."
    if "unexpected extra argument" in error.message:
        return "남는 말이 있습니다. 띄어쓰기가 든 말은 따옴표로 감싸 주세요."
    if "Missing command" in error.message:
        return "어떤 명령을 할지 주어야 합니다."
    return error.message


def told(result: Mapping[str, Any]) -> str:
    """결과를 사람이 읽게: 한 줄에 하나."""
    return "\n".join(_lines(result))


@contextmanager
def progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """진행 막대. 화면이 터미널일 때만 그린다. 부르는 쪽은 (한 것, 전체)를 알린다."""
    with tqdm(desc=title, unit="건", file=sys.stderr, disable=None, leave=False) as bar:

        def on_progress(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield on_progress


def _in_korean(text: str) -> str:
    for english, korean in WORDS.items():
        text = text.replace(english, korean)
    return text


def _lines(result: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    for name, value in result.items():
        match value:
            case dict() if value:
                yield f"{indent}{name}:"
                yield from _lines(value, indent + "  ")
            case list() if value and isinstance(value[0], dict):
                yield f"{indent}{name}:"
                for item in value:
                    lines = list(_lines(item, indent + "    "))
                    yield f"{indent}  - {lines[0].strip()}"
                    yield from lines[1:]
            case list():
                yield f"{indent}{name}: {', '.join(map(str, value)) or '없음'}"
            case bool():
                yield f"{indent}{name}: {'예' if value else '아니요'}"
            case _:
                yield f"{indent}{name}: {'없음' if value is None or value == {} else value}"


def _choices(parameter: click.Parameter | None) -> str:
    match parameter.type if parameter else None:
        case click.Choice() as kind:
            return f" {', '.join(map(str, kind.choices))} 가운데 하나를 주세요."
        case click.IntRange() | click.FloatRange() as kind:
            return f" {kind.min if kind.min is not None else ''}부터 {kind.max if kind.max is not None else ''}까지의 수를 주세요."
    return ""


def _trouble(error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"파일이나 폴더가 없습니다: {error.filename}"
    if isinstance(error, IsADirectoryError):
        return f"파일이 아니라 폴더입니다: {error.filename}"
    return str(git.explain_os(error, Path(error.filename or ".")))


def _say(sentence: str, code: int) -> int:
    click.echo(sentence, err=True)
    return code
