"""검색 다듬기의 화면: 규칙의 목록, 더하고 고치고 끝내기, 저장하기 전에 무엇이 달라지는지. 견주는 법은 kb.compare가 안다."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.desk import door
from app.desk.ruling import RuleForm, decide, mark, may_change, must_change, problems_with
from app.errors import status_of
from app.services import secret, services
from corrections.submit import cleaned
from db.errors import DatabaseUnavailable
from db.people import Role
from kb.compare import Comparison
from kb.entry import SEOUL, Entry
from kb.errors import ContentMoved, EntryNotFound, SearchUnavailable, StoreError
from kb.tuning import Rule, RuleKind, Rules, RuleState
from kb.tuning_checks import LONGEST_REASON, Refusal, reason_refusals, years_later
from kb.tuning_store import read_rules

logger = logging.getLogger(__name__)

MAY_LOOK = (Role.EDITOR, Role.AGENT)
PER_PAGE = 50
STATES = {RuleState.ACTIVE: "쓰는 중", RuleState.SOON: "곧 끝남", RuleState.EXPIRED: "끝남"}
KINDS = {
    "natural": "문장", "everyday": "일상말", "keyword": "낱말", "short": "짧은 말", "spacing": "띄어쓰기", "typo": "오타",
    "initials": "초성", "district": "자치구",
}  # fmt: skip
"""판정된 질문의 갈래를 화면에 적는 말. 모르는 갈래는 그대로 적는다."""

MOVED = (
    "보시는 동안 다른 사람이 규칙을 바꾸어 저장하지 않았습니다. 적은 글은 그대로이고, 아래는 새 규칙들과 다시 견준 것입니다. "
    "보고 다시 저장해 주세요."
)
LOST = (
    "고치던 규칙이 그사이 바뀌거나 없어졌습니다. 적은 글은 그대로이고, 지금 저장하면 새 규칙이 됩니다. "
    "목록에서 지금 규칙을 먼저 보아 주세요."
)
TYPED_SINCE = "미리 본 뒤에 글이 바뀌어 저장하지 않고 다시 견주었습니다. 보고 저장해 주세요."
NOT_SAVED = (
    "저장하지 못했습니다. 적은 글은 그대로이니 잠시 뒤 다시 저장해 주세요. 계속되면 시스템 관리자에게 알려 주세요."
)
NO_INDEX = (
    "검색 색인을 지금 쓸 수 없어 무엇이 달라지는지 견주지 못했습니다. 적은 글은 그대로이니 잠시 뒤 다시 보아 주세요. "
    "계속되면 시스템 관리자에게 알려 주세요."
)
SAVED = "저장했습니다. 1분 안에 모든 화면의 찾기에 쓰입니다."


def show() -> ResponseReturnValue:
    """규칙의 목록. `say`를 주면 그 말로 채운 양식을 연다(‘찾은 말’에서 온다)."""
    door.actor().must_be(*MAY_LOOK)
    if request.args.get("say") and door.actor().is_a(Role.EDITOR):
        return new()
    today, rules = _today(), read_rules(services().store)
    state = _state()
    found = {each: [rule for rule in rules if rule.state(today) is each] for each in RuleState}
    rows = sorted(found[state], key=lambda rule: (rule.made.toordinal(), *rule.say), reverse=True)
    if state is not RuleState.ACTIVE:
        rows.sort(key=lambda rule: rule.expires or today, reverse=state is RuleState.EXPIRED)
    last = max(-(-len(rows) // PER_PAGE), 1)
    page = min(max(request.args.get("page", 1, type=int), 1), last)
    shown = rows[(page - 1) * PER_PAGE : page * PER_PAGE]
    return render_template(
        "desk/tuning.html",
        rows=shown,
        counts={each: len(found[each]) for each in RuleState},
        state=state,
        states=STATES,
        page=page,
        last=last,
        entries=_entries(id for rule in shown for id in rule.entries),
        may_add=door.actor().is_a(Role.EDITOR),
        may_change=lambda rule: may_change(rule, door.actor()),
        author=author,
    )


def new() -> ResponseReturnValue:
    """새 규칙의 양식. 주소의 `kind`, `say`, `entries`로 채울 수 있다."""
    door.actor().must_be(Role.EDITOR)
    form = RuleForm(
        kind=request.args.get("kind") if request.args.get("kind") in list(RuleKind) else RuleKind.SYNONYM.value,
        say=cleaned(request.args.get("say", "")),
        entries=cleaned(request.args.get("entries", "")),
        expires=years_later(_today(), 1).isoformat(),
    )
    return _blank(form, was=None)


def add() -> ResponseReturnValue:
    """새 규칙을 미리 보거나(`do=preview`) 저장한다(`do=save`)."""
    return _put(None)


def edit(key: str) -> ResponseReturnValue:
    """규칙 하나의 양식."""
    door.actor().must_be(Role.EDITOR)
    was = read_rules(services().store).with_key(key) or abort(404)
    must_change(was, door.actor())
    return _blank(RuleForm.of(was, today=_today()), was=was)


def change(key: str) -> ResponseReturnValue:
    """고친 규칙을 미리 보거나 저장한다."""
    return _put(key)


def retiring(key: str) -> ResponseReturnValue:
    """규칙을 끝내면 무엇이 달라지는지 보고 까닭을 적는 화면."""
    door.actor().must_be(Role.EDITOR)
    rules = read_rules(services().store)
    was = rules.with_key(key) or abort(404)
    must_change(was, door.actor())
    return _retiring_screen(rules, was)


def retire(key: str) -> ResponseReturnValue:
    """규칙을 끝낸다. 지우지 않고 어제를 마지막 날로 적는다."""
    actor, store, today = door.actor(), services().store, _today()
    actor.must_be(Role.EDITOR)
    rules = read_rules(store)
    was = rules.with_key(key) or abort(404)
    must_change(was, actor)
    gone, reason = was.retired(today), " ".join(cleaned(request.form.get("reason", "")).split())
    if not was.is_active(today) and gone != was:
        flash("이미 끝난 규칙입니다.", "info")
        return redirect(url_for("desk.tuning", state=RuleState.EXPIRED.value), code=303)
    if problems := reason_refusals(reason):
        return _retiring_screen(rules, was, reason=reason, problem=problems[0].sentence), 422
    if request.form.get("base") != rules.version and gone != was:
        return _retiring_screen(rules, was, reason=reason, problem=MOVED), 409
    try:
        decide(
            gone, action="retire_rule", reason=reason, rules=rules, was=was,
            by=actor, store=store, database=services().database,
        )  # fmt: skip
    except ContentMoved:
        return _retiring_screen(read_rules(store), was, reason=reason, problem=MOVED), 409
    except (StoreError, DatabaseUnavailable) as error:
        return _retiring_screen(rules, was, reason=reason, problem=_not_saved(error)), status_of(error)
    services().wake_worker()
    flash("규칙을 끝냈습니다. 1분 안에 모든 화면의 찾기에서 빠집니다.", "success")
    return redirect(url_for("desk.tuning"), code=303)


def author(rule: Rule) -> str:
    """정한 이를 화면에 적는 말: 역할과 번호. 이름은 적지 않는다."""
    role, _, _ = rule.by.partition("#")
    return f"{Role(role).label} {rule.author}번" if role in list(Role) and rule.author is not None else rule.by


def _put(key: str | None, *, moved: bool = False) -> ResponseReturnValue:
    """양식의 규칙을 미리 보이거나 저장한다. `moved`는 저장하는 사이에 규칙이 바뀌었는가."""
    actor, store, today = door.actor(), services().store, _today()
    actor.must_be(Role.EDITOR)
    rules = read_rules(store)
    was = rules.with_key(key) if key else None
    if was is not None:
        must_change(was, actor)
    form = RuleForm(request.form).offer(was)
    rule, kind, unread = form.rule(by=actor, today=today)
    saves, moved = request.form.get("do") == "save", moved or form.base.data != rules.version
    lost = LOST if key and was is None else ""
    is_done = saves and rule in rules and was in (None, rule)  # the same form sent twice
    if not is_done and (
        problems := [*unread, *problems_with(rule, kind, rules, was=was, by=actor, store=store, today=today)]
    ):
        form.show(problems)
        return _screen(form, was=was, rules=rules, problems=problems, notice=lost), 422
    seen = mark(rule, base=rules.version, was=was, secret=secret())
    if is_done or (saves and not moved and form.seen.data == seen):
        try:
            decide(
                rule, action="change_rule" if key else "add_rule", reason=rule.reason, rules=rules, was=was,
                by=actor, store=store, database=services().database,
            )  # fmt: skip
        except ContentMoved:
            return _put(key, moved=True)
        except (StoreError, DatabaseUnavailable) as error:
            return _screen(form, was=was, rules=rules, rule=rule, notice=_not_saved(error)), status_of(error)
        services().wake_worker()
        flash(SAVED, "success")
        return redirect(url_for("desk.tuning"), code=303)
    notice = lost or ((MOVED if moved else TYPED_SINCE) if saves else "")
    return _screen(form, was=was, rules=rules, rule=rule, notice=notice), 409 if saves else 200


def _blank(form: RuleForm, *, was: Rule | None) -> str:
    """아직 견주지 않은 양식. 여는 동안 판정된 질문을 재기 시작한다."""
    rules = read_rules(services().store)
    with suppress(SearchUnavailable):  # told when the editor asks what changes
        services().judging.start(rules)
    return _screen(form.offer(was), was=was, rules=rules)


def _screen(
    form: RuleForm,
    *,
    was: Rule | None,
    rules: Rules,
    rule: Rule | None = None,
    problems: Sequence[Refusal] = (),
    notice: str = "",
) -> str:
    """양식과, `rule`이 있으면 그것을 저장할 때 달라지는 것. 견준 것은 저장할 수 있게 표를 싣는다."""
    found, trouble = None, ""
    form.base.data, form.seen.data = rules.version, ""
    if rule is not None:
        says = dict.fromkeys((*rule.say, *(was.say if was else ())))
        found, trouble = _compared(rules, rules.put(rule, instead_of=was), says)
        if found is not None:
            form.seen.data = mark(rule, base=rules.version, was=was, secret=secret())
    return render_template(
        "desk/rule.html",
        form=form,
        was=was,
        rule=rule,
        found=found,
        notice=notice or trouble,
        others=[problem.other for problem in problems if problem.other],
        may_change=lambda other: may_change(other, door.actor()),
        may_last=door.actor().is_a(Role.LEAD_EDITOR),
        entries=_entries(rule.entries if rule else ()),
        shipped=services().judging.shipped(rule.say) if rule and rule.means else {},
        done=services().judging.done,
        kinds=KINDS,
        longest_reason=LONGEST_REASON,
    )


def _retiring_screen(rules: Rules, was: Rule, *, reason: str = "", problem: str = "") -> str:
    found, trouble = _compared(rules, rules.put(was.retired(_today()), instead_of=was), was.say)
    return render_template(
        "desk/retire_rule.html",
        rule=was,
        found=found,
        base=rules.version,
        reason=reason,
        notice=problem or trouble,
        entries=_entries(was.entries),
        author=author,
        done=services().judging.done,
        kinds=KINDS,
        longest_reason=LONGEST_REASON,
    )


def _compared(rules: Rules, proposed: Rules, says: Iterable[str]) -> tuple[Comparison | None, str]:
    try:
        return services().judging.compare(rules, proposed, says=says), ""
    except SearchUnavailable as error:
        logger.warning("규칙을 견주지 못했습니다: %s", error)
        return None, NO_INDEX


def _not_saved(error: Exception) -> str:
    """저장하지 못한 까닭은 기록에 남기고, 사람에게는 할 일을 말한다."""
    logger.error("검색 규칙을 저장하지 못했습니다.", exc_info=error)
    return NOT_SAVED


def _entries(ids: Iterable[str]) -> Mapping[str, Entry | None]:
    """번호의 항목들, 없는 번호는 None."""
    found: dict[str, Entry | None] = {}
    for id in ids:
        try:
            found[id] = services().store.get(id)
        except EntryNotFound:
            found[id] = None
    return found


def _state() -> RuleState:
    wanted = request.args.get("state", "")
    return RuleState(wanted) if wanted in list(RuleState) else RuleState.ACTIVE


def _today() -> date:
    return datetime.now(SEOUL).date()
