"""open120 명령줄: 말을 알아듣고, 방에 시키고, 결과를 말한다. 일은 하지 않는다.

끝값: 0 잘됨, 1 실패(한 문장), 2 잘못 부름. `--json`이면 마지막 줄이 JSON 객체 하나다.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, NoReturn, TypeVar

import click

from app import korean_cli
from app.instance import Instance

Verb = TypeVar("Verb", bound=Callable[..., Any])

INSTANCE = click.option(
    "--instance",
    "folder",
    type=click.Path(path_type=Path),
    help="인스턴스 폴더 (기본: OPEN120_INSTANCE, 없으면 instance/)",
)
JSON = click.option("--json", "as_json", is_flag=True, help="마지막 줄에 결과를 JSON 객체 하나로")


@click.group(cls=korean_cli.Group)
@INSTANCE
@click.pass_context
def cli(context: click.Context, folder: Path | None) -> None:
    """서울 120 상담 지식을 열고, 찾고, 고치고, 게시한다."""
    context.obj = folder


def verb(
    parent: click.Group, name: str, *options: Callable[[Verb], Verb]
) -> Callable[[Callable[..., Any]], click.Command]:
    """명령 하나: `--instance`는 앞뒤 어디나, 함수는 Instance를 받고 결과 사전을 돌려준다."""

    def make(function: Callable[..., Mapping[str, Any] | None]) -> click.Command:
        @wraps(function)
        def run(folder: Path | None, as_json: bool, **given: Any) -> None:
            context = click.get_current_context()
            instance = Instance.at(folder or context.find_root().obj)
            told = function(instance, **given)
            if told is not None:
                click.echo(json.dumps(told, ensure_ascii=False) if as_json else korean_cli.told(told))
                if told.get("ok") is False:
                    context.exit(1)

        command: Any = run
        for option in (INSTANCE, JSON, *reversed(options)):
            command = option(command)
        return parent.command(name, cls=korean_cli.Command)(command)

    return make


@verb(cli, "init")
def init(instance: Instance) -> Mapping[str, Any]:
    """인스턴스를 만들고 배포본으로 채운다. 새 배포본이 있으면 합친다."""
    from app.running import Running
    from kb.incoming import waiting

    running, seeded = Running.begin(instance)
    return {
        "created": seeded.created,
        "changed": seeded.changed,
        "conflicts": list(seeded.conflicts),
        "waiting": waiting(running.store),
        "entries": len(running.store.paths()),
        "instance": str(instance.root),
    }


@cli.group("import", cls=korean_cli.Group)
@INSTANCE
@click.pass_context
def import_(context: click.Context, folder: Path | None) -> None:
    """밖의 자료를 상담 항목으로 가져온다."""
    context.find_root().obj = folder or context.find_root().obj


def _pairs(_: click.Context, parameter: click.Parameter, value: str | None) -> dict[str, str]:
    """‘이름=값,이름=값’을 사전으로."""
    pairs = [part.partition("=") for part in (value or "").split(",") if part.strip()]
    if any(not sign or not left.strip() or not right.strip() for left, sign, right in pairs):
        raise click.BadParameter("‘이름=값,이름=값’ 모양이어야 합니다.", param=parameter)
    names = [left.strip() for left, _, _ in pairs]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise click.BadParameter(f"‘{twice}’(을)를 두 번 적었습니다.", param=parameter)
    return {left.strip(): right.strip() for left, _, right in pairs}


def _columns(context: click.Context, parameter: click.Parameter, value: str | None) -> dict[str, str]:
    """우리 자리 -> 열의 이름. 아는 자리이고, 꼭 있어야 하는 자리가 다 있어야 한다."""
    from kb.exchange.csv_import import FIELDS, NEEDED

    columns = _pairs(context, parameter, value)
    if unknown := [name for name in columns if name not in FIELDS]:
        raise click.BadParameter(
            f"‘{unknown[0]}’ 자리는 없습니다. 쓸 수 있는 이름: {', '.join(FIELDS)}", param=parameter
        )
    if missing := [name for name in NEEDED if name not in columns]:
        raise click.BadParameter(f"{', '.join(missing)}에 짝지을 열을 정해 주세요.", param=parameter)
    return columns


def _staff_role(_: click.Context, parameter: click.Parameter, value: str) -> str:
    """직원이 맡을 수 있는 역할의 이름."""
    from db.people import STAFF_ROLES

    names = [role.value for role in STAFF_ROLES]
    if value not in names:
        raise click.BadParameter(
            f"‘{value}’(이)라는 역할은 없습니다. {', '.join(names)} 가운데 하나를 주세요.", param=parameter
        )
    return value


def _key(_: click.Context, parameter: click.Parameter, value: str) -> str:
    """빈 인증키는 잘못 부른 것이다."""
    if not value.strip():
        raise click.BadParameter("인증키가 비었습니다.", param=parameter)
    return value.strip()


TOPICS = click.option(
    "--topics",
    callback=_pairs,
    metavar="값=주제,…",
    help="자료의 주제 값을 우리 주제로 (예: 행정=민원행정,경제=경제일자리)",
)


@verb(
    import_,
    "csv",
    click.argument("file", type=click.Path(path_type=Path), metavar="파일"),
    click.option(
        "--id-prefix",
        required=True,
        type=click.Choice(list("cdsfkp")),
        metavar="글자",
        help="번호 앞에 붙일 출처 글자 (CSV는 c)",
    ),
    click.option(
        "--map",
        "columns",
        required=True,
        callback=_columns,
        metavar="칸=열,…",
        help="예: id=번호,title=제목,topic=분류,body=내용",
    ),
    TOPICS,
)
def import_csv_file(
    instance: Instance, file: Path, id_prefix: str, columns: Mapping[str, str], topics: Mapping[str, str]
) -> Mapping[str, Any]:
    """CSV 파일의 행들을 가져온다 (UTF-8, BOM이 있거나 없거나, CP949)."""
    from kb.exchange import import_csv

    with korean_cli.progress("가져오는 중") as on_progress:
        report = import_csv(
            file, instance.store(), id_prefix=id_prefix, columns=columns, topics=topics, on_progress=on_progress
        )
    return report.as_json()


@verb(
    import_,
    "seoul",
    click.option(
        "--key", envvar="SEOUL_API_KEY", required=True, callback=_key, help="열린데이터광장 인증키 (SEOUL_API_KEY로도)"
    ),
    click.option("--base-url", default=None, help="열린데이터 주소 (기본: 서울 열린데이터광장)"),
    click.option("--pace", type=click.FloatRange(min=0), default=None, metavar="초", help="요청 사이에 쉬는 시간"),
    TOPICS,
)
def import_from_seoul(
    instance: Instance, key: str, base_url: str | None, pace: float | None, topics: Mapping[str, str]
) -> Mapping[str, Any]:
    """서울 열린데이터광장의 120 상담 자료를 가져온다. 끊기면 다시 불러 이어서 한다."""
    from kb.exchange import import_seoul

    given: dict[str, Any] = {"base_url": base_url, "pace_seconds": pace}
    with korean_cli.progress("받는 중") as on_progress:
        report = import_seoul(
            instance.store(),
            key=key,
            state_folder=instance.imports,
            topics=topics,
            on_progress=on_progress,
            **{name: value for name, value in given.items() if value is not None},
        )
    return report.as_json()


@verb(
    cli,
    "compose",
    click.option(
        "--facts", type=click.Path(path_type=Path), required=True, metavar="폴더", help="사실 표(CSV)가 든 폴더"
    ),
    click.option(
        "--recipes",
        type=click.Path(path_type=Path),
        default=Path("content/recipes"),
        show_default=True,
        metavar="폴더",
        help="조리법과 번호 장부가 든 폴더",
    ),
    click.option(
        "--into", type=click.Path(path_type=Path), metavar="폴더", help="인스턴스 대신 이 항목 폴더에 파일로 쓴다"
    ),
    click.option("--gone-ok", is_flag=True, help="한 갈래가 절반 넘게 사라져도 계속한다"),
)
def compose(instance: Instance, facts: Path, recipes: Path, into: Path | None, gone_ok: bool) -> Mapping[str, Any]:
    """사실 표에서 항목을 짓는다: 바뀐 것만 새 판이 되고, 사라진 곳은 내린다."""
    from datetime import datetime

    from kb.compose import compose_into_folder, compose_into_store
    from kb.entry import SEOUL
    from kb.topics import Topics

    now = datetime.now(SEOUL)
    if into is None:
        return compose_into_store(facts, recipes, instance.store(), now=now, gone_ok=gone_ok).as_json()
    topics = Topics.from_file(recipes.parent / "topics.yml")
    return compose_into_folder(facts, recipes, into, topics=topics, now=now, gone_ok=gone_ok).as_json()


@verb(
    cli,
    "index",
    click.option("--engine", type=click.Choice(["tantivy", "whoosh"]), help="색인 엔진"),
    click.option("--vectors", "with_vectors", is_flag=True, help="뜻의 벡터도 모두 셈한다 (모든 코어로)"),
    click.option(
        "--ship", type=click.Path(path_type=Path), metavar="폴더", help="셈한 벡터를 이 폴더(배포본의 vectors)에 담는다"
    ),
)
def index(instance: Instance, engine: str | None, with_vectors: bool, ship: Path | None) -> Mapping[str, Any]:
    """검색 색인을 새로 짓는다. 짓는 동안에도 옛 색인으로 찾는다."""
    from app.indexing import fill_vectors, rebuild, ship_vectors

    report = rebuild(instance, instance.store(), engine=engine)
    told = {"entries": report.entries, "seconds": round(report.seconds, 3), "engine": report.engine}
    if with_vectors:
        told |= fill_vectors(instance)
    return {**told, **(ship_vectors(instance, ship) if ship else {})}


@verb(
    cli,
    "search",
    click.argument("text", metavar="찾는_말"),
    click.option("--limit", type=click.IntRange(1, 1000), default=10, show_default=True, help="몇 개까지"),
    click.option("--topic", help="이 주제만 (이름)"),
    click.option("--district", help="이 구와 시 전체의 안내만 (예: 강남구)"),
    click.option("--explain", is_flag=True, help="무엇이 몇 점을 주었는지도 보인다"),
)
def search(
    instance: Instance, text: str, limit: int, topic: str | None, district: str | None, explain: bool
) -> Mapping[str, Any]:
    """상담 항목을 찾는다."""
    from app.indexing import searcher
    from kb.districts import DISTRICTS

    if topic is not None and topic not in (topics := instance.store().topics):
        raise click.BadParameter(
            f"‘{topic}’ 주제는 없습니다. {', '.join(t.name for t in topics)} 가운데 하나를 주세요."
        )
    if district is not None and district not in DISTRICTS:
        raise click.BadParameter(f"‘{district}’(은)는 서울의 자치구가 아닙니다. 예: 강남구")
    answer = searcher(instance).search(text, limit=limit, topic=topic, district=district, explain=explain)
    shown = ("id", "title", "topic", "score", "snippet", "url", *(("best_bet", "why") if explain else ()))
    return {
        "query": answer.query,
        "took_ms": round(answer.took_ms, 3),
        "corrected": answer.corrected,
        "total": answer.total,
        "semantic": answer.semantic,
        "hits": [{name: getattr(hit, name) for name in shown} for hit in answer.hits],
    }


@verb(
    cli,
    "searches",
    click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="갈래마다 몇 개까지"),
)
def searches(instance: Instance, limit: int) -> Mapping[str, Any]:
    """지난 30일에 무엇을 찾았는지: 결과가 없던 말, 열지 않은 말, 자주 찾는 말 (다섯 사람이 찾은 말만)."""
    from app.running import Running
    from app.search_report import search_report

    return search_report(Running.at(instance), limit=limit)


@verb(
    cli,
    "evaluate",
    click.argument("file", type=click.Path(path_type=Path), metavar="파일.jsonl"),
    click.option("--worst", type=click.IntRange(0, 1000), default=0, help="가장 못 찾은 질문을 이만큼 보인다"),
)
def evaluate(instance: Instance, file: Path, worst: int) -> Mapping[str, Any]:
    """판정한 질문 묶음으로 검색을 잰다 (nDCG@10, 이득 2^g-1)."""
    from app.indexing import searcher
    from kb.evaluate import evaluate as measured

    return measured(searcher(instance), file, worst=worst)


@verb(
    cli,
    "publish",
    click.option("--full", is_flag=True, help="바뀌지 않은 쪽도 모두 다시 만든다"),
    click.option("--roll-back", is_flag=True, help="바로 앞 게시본으로 되돌린다"),
)
def publish(instance: Instance, full: bool, roll_back: bool) -> Mapping[str, Any]:
    """바뀐 쪽을 굳혀 게시한다. 살펴서 흠이 있으면 지금 사이트를 그대로 둔다."""
    import build
    from app.running import Running

    if roll_back:
        instance.store()  # a wrong folder is said before anything is made in it
        return {
            "release": build.roll_back(instance.site),
            "note": "다음에 게시하면 지금 글로 다시 나갑니다. 글도 되돌리려면 revert를 쓰세요.",
        }
    running = Running(instance)
    done = running.publish(full=full)
    running.publisher.finish()
    return {
        "pages": done.pages,
        "changed": done.changed,
        "seconds": round(done.seconds, 3),
        "release": done.release,
        "warnings": list(done.warnings),
    }


@verb(cli, "data")
def data(instance: Instance) -> Mapping[str, Any]:
    """내려받을 자료의 새 판을 만든다. 내용이 그대로이면 있던 판을 쓴다. 다음에 게시할 때 보인다."""
    from app.running import Running

    running = Running(instance)
    folder = running.shelf.renew(running.keeper())
    return {
        "version": folder.name,
        "entries": len(running.keeper().entries),
        "bytes": sum(file.stat().st_size for file in folder.iterdir()),
        "folder": str(folder),
    }


def _code(_: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """있는 갈래의 이름."""
    from kb.checks import CODES

    if value is not None and value not in CODES:
        raise click.BadParameter(f"그런 갈래는 없습니다. 쓸 수 있는 갈래: {', '.join(CODES)}", param=parameter)
    return value


@verb(
    cli,
    "check",
    click.option(
        "--severity",
        type=click.Choice(["error", "warning", "note"]),
        metavar="무게",
        default="note",
        help="이 무게(error, warning, note)부터 늘어놓는다 (기본 note: 모두)",
    ),
    click.option("--errors-only", is_flag=True, help="오류만 늘어놓는다 (--severity error와 같다)"),
    click.option("--code", callback=_code, metavar="갈래", help="이 갈래만 늘어놓는다 (예: staff_name)"),
    click.option(
        "--limit", type=click.IntRange(0), default=20, show_default=True, help="갈래마다 몇 개까지 (0은 모두)"
    ),
)
def check(instance: Instance, severity: str, errors_only: bool, code: str | None, limit: int) -> Mapping[str, Any]:
    """글의 흠과 색인, 사건의 사슬, 뒷일을 살핀다. 게시된 글에 오류가 있거나 손댈 것이 있으면 끝값이 1이다."""
    from app.health import check as checked
    from app.running import Running
    from kb.checks import Severity

    least = Severity.ERROR if errors_only else Severity(severity)
    return checked(Running.at(instance), severity=least, code=code, limit=limit)


def _head(_: click.Context, parameter: click.Parameter, value: str | None) -> tuple[int, str] | None:
    """‘번호:지문’."""
    id, _sign, hash = (value or "").partition(":")
    if value is not None and not (id.isdecimal() and len(hash) == 64):
        raise click.BadParameter("‘번호:지문’ 모양이어야 합니다 (앞의 audit이 보인 head).", param=parameter)
    return (int(id), hash) if value else None


@verb(
    cli,
    "audit",
    click.option("--head", callback=_head, metavar="번호:지문", help="따로 적어 둔 머리가 사슬에 그대로 있는지도 본다"),
)
def audit(instance: Instance, head: tuple[int, str] | None) -> Mapping[str, Any]:
    """모든 사건을 되짚어 표와 견준다. 어긋난 것이 있으면 무엇인지 말하고 끝값이 1이다."""
    from app.audit import audited
    from app.running import Running

    running = Running.at(instance)
    done = audited(running.database, running.audit_file, also=[head] if head else [])
    return {
        "ok": done.ok,
        "events": done.events,
        "head": f"{done.head[0]}:{done.head[1]}",
        "problems": list(done.problems),
    }


@verb(
    cli,
    "serve",
    click.option(
        "--port",
        type=click.IntRange(1, 65535),
        default=lambda: os.environ.get("OPEN120_PORT", "8120"),
        help="포트 (기본 8120)",
    ),
    click.option("--host", default="127.0.0.1", show_default=True, help="듣는 주소"),
)
def serve(instance: Instance, port: int, host: str) -> None:
    """사이트, 검색, 양식, 편집실과 뒷일을 한 주소에 연다. 처음이면 채우고 색인하고 게시한다."""
    from app.serve import serve as serving

    serving(instance, host=host, port=port)


@cli.group("user", cls=korean_cli.Group)
@INSTANCE
@click.pass_context
def user(context: click.Context, folder: Path | None) -> None:
    """직원 계정."""
    context.find_root().obj = folder or context.find_root().obj


@verb(
    user,
    "add",
    click.argument("login", metavar="아이디"),
    click.option(
        "--role",
        required=True,
        callback=_staff_role,
        help="역할 (agent, editor, lead_editor, officer, …, administrator)",
    ),
    click.option("--name", default=None, help="화면에 보일 이름 (기본: 역할 이름)"),
    click.option("--office", default="", help="부서"),
    click.option(
        "--password-stdin", is_flag=True, help="비밀번호를 표준 입력의 첫 줄에서 읽는다 (없으면 만들어 보여 준다)"
    ),
    click.option("--must-change", is_flag=True, help="하루 안에 들어와 제 비밀번호로 바꾸게 한다"),
)
def user_add(
    instance: Instance,
    login: str,
    role: str,
    name: str | None,
    office: str,
    password_stdin: bool,
    must_change: bool,
) -> Mapping[str, Any]:
    """직원 계정을 만든다."""
    from app.accounts import add

    password = sys.stdin.readline().rstrip("\n") if password_stdin else None
    return add(instance, login=login, role=role, name=name, office=office, password=password, must_change=must_change)


@cli.group("rewards", cls=korean_cli.Group)
@INSTANCE
@click.pass_context
def rewards(context: click.Context, folder: Path | None) -> None:
    """보상과 점수의 장부."""
    context.find_root().obj = folder or context.find_root().obj


@verb(rewards, "settle")
def rewards_settle(instance: Instance) -> Mapping[str, Any]:
    """아직 보지 않은 고침을 맞추고, 14일이 지난 보상을 준다. 작업자도 날마다 한다."""
    from app.rewarding import settle

    return settle(instance)


@verb(rewards, "check")
def rewards_check(instance: Instance) -> Mapping[str, Any]:
    """장부의 합이 0인지, 보상마다 장부와 맞는지 살핀다. 어긋나면 끝값이 1이다."""
    from app.rewarding import check

    return check(instance)


@verb(rewards, "exclude")
def rewards_exclude(instance: Instance) -> Mapping[str, Any]:
    """직원이나 용역의 연락처(표준 입력의 첫 줄)를 보상에서 뺀다. 지문만 남는다."""
    from app.rewarding import exclude

    return exclude(instance, sys.stdin.readline().rstrip("\n"))


@verb(cli, "worker", click.option("--once", is_flag=True, help="밀린 뒷일만 하고 끝낸다"))
def worker(instance: Instance, once: bool) -> Mapping[str, Any] | None:
    """뒷일(글 반영, 색인, 게시)을 한다."""
    from app.running import Running
    from app.serve import work
    from app.worker import run_pending

    running = Running.at(instance)
    if not once:
        work(running)
        return None
    ran = run_pending(running.database, running.handlers(), worker="once")
    running.chores()()
    posted = running.postman.send_due()
    return {"done": ran.done, "failed": ran.failed, "notices": {"sent": posted.done, "failed": posted.failed}}


@verb(
    cli,
    "history",
    click.argument("id", metavar="번호"),
    click.option("--diff", "with_diff", is_flag=True, help="판마다 달라진 줄도"),
)
def history(instance: Instance, id: str, with_diff: bool) -> Mapping[str, Any]:
    """항목의 판들을 새것부터 보인다."""
    from kb.history import diff
    from kb.history import history as versions_of

    store = instance.store()
    versions = versions_of(store, id)
    rows = [
        {"version": v.sha, "at": v.at.isoformat(), "role": v.role, "reason": v.reason, "correction": v.correction}
        for v in versions
    ]
    if with_diff:
        for row, new, old in zip(rows, versions, versions[1:], strict=False):
            row["diff"] = diff(store, id, old.sha, new.sha)
    return {"id": id, "versions": rows}


@verb(
    cli,
    "revert",
    click.argument("id", metavar="번호"),
    click.argument("version", metavar="판"),
    click.option("--reason", default="되돌림", help="되돌리는 까닭"),
)
def revert(instance: Instance, id: str, version: str, reason: str) -> Mapping[str, Any]:
    """항목을 옛 판의 글로 되돌린다 (새 판이 된다). 색인과 게시까지 한다."""
    from app.reverting import revert as reverted
    from app.running import Running

    return reverted(Running.at(instance), id, version, reason=reason)


def main() -> NoReturn:
    """명령을 돌리고 끝값으로 끝낸다. 잘못된 입력에 추적(traceback)을 보이지 않는다."""
    sys.exit(korean_cli.run(cli, told_errors=_told_errors))


def _told_errors() -> tuple[type[Exception], ...]:
    """방마다의 오류 나무의 뿌리: 문장이 이미 사람에게 하는 말이다."""
    from build.errors import PublishFailed
    from corrections.errors import CorrectionError
    from db.errors import DatabaseError
    from kb.errors import KnowledgeError

    return KnowledgeError, DatabaseError, CorrectionError, PublishFailed
