"""편집자가 누르는 단추마다 하는 일: 양식을 읽어 corrections에 말하고, 저장하고, 답한다. 무엇이 옳은지는 모른다."""

from collections.abc import Callable

from flask import abort, flash, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from app.desk import door, reviewing
from app.desk.listing import SKIPPED
from app.desk.reviewing import Typed, today
from app.services import services
from corrections import claims, conversation, holding, queue, receipt, review
from corrections.errors import AlreadyDecided, BadProposal, BadReason, ClaimedByOther, RevisionWaiting
from corrections.models import Correction, State
from db.errors import NotAllowed
from db.people import Role
from kb.errors import BadEntry, EntryMoved

SHOWN = (EntryMoved, BadProposal, BadReason, BadEntry, RevisionWaiting)
"""살피는 화면에 그대로 다시 보이는 오류. 나머지는 app.errors의 화면이 말한다."""

TRIES = 20
MOST_SKIPPED = 200
Do = Callable[[Session, Correction], object]


def show(id: int) -> ResponseReturnValue:
    """수정 요청 하나: 지금 글, 제안, 근거, 오간 말, 고칠 글, 바뀌는 곳."""
    door.actor().must_be(Role.EDITOR)
    return reviewing.screen(id)


def preview(id: int) -> ResponseReturnValue:
    """고친 글에서 무엇이 바뀌는지 다시 보인다. 아무것도 저장하지 않는다."""
    door.actor().must_be(Role.EDITOR)
    return reviewing.screen(id, typed=Typed.sent())


def accept(id: int) -> ResponseReturnValue:
    """고친 글을 반영하기로 한다."""
    return _accept(id, partial=False)


def accept_part(id: int) -> ResponseReturnValue:
    """일부만 반영하기로 한다. 무엇을 왜 뺐는지는 시민에게 남길 말에 있다."""
    return _accept(id, partial=True)


def _accept(id: int, *, partial: bool) -> ResponseReturnValue:
    typed = Typed.sent()

    def do(session: Session, found: Correction) -> None:
        review.accept(
            session,
            found,
            revised=typed.revision.applied_to(services().store.get(found.entry_id), today=today()),
            base_version=typed.revision.base_version.data or "",
            by=door.actor(),
            store=services().store,
            note=typed.revision.note.data or "",
            partial=partial,
        )

    return _decided(id, do, said=_applied_or_second, typed=typed)


def decline(id: int) -> ResponseReturnValue:
    """까닭을 적고 반영하지 않는다."""
    typed = Typed.sent()
    code, note = typed.decision.reason_code.data or "", typed.decision.decline_note.data or ""
    return _decided(
        id,
        lambda session, found: review.decline(session, found, by=door.actor(), reason_code=code, note=note),
        said=lambda found: f"{found.number} 요청을 반영하지 않기로 했습니다. 까닭은 시민의 접수증에 보입니다.",
        typed=typed,
    )


def ask(id: int) -> ResponseReturnValue:
    """시민에게 묻는다."""
    typed = Typed.sent()
    return _decided(
        id,
        lambda session, found: conversation.ask(
            session, found, by=door.actor(), text=typed.decision.question.data or ""
        ),
        said=lambda found: f"{found.number} 요청을 보낸 시민에게 물었습니다. 답이 오면 목록에 다시 나옵니다.",
        typed=typed,
    )


def consult(id: int) -> ResponseReturnValue:
    """담당 부서에 확인을 청한다."""
    typed = Typed.sent()
    return _decided(
        id,
        lambda session, found: conversation.consult(
            session, found, by=door.actor(), text=typed.decision.office_question.data or "", clock=services().clock
        ),
        said=lambda found: f"{found.number} 요청을 ‘{found.office or '담당 부서 없음'}’에 확인해 달라고 했습니다.",
        typed=typed,
    )


def merge(id: int) -> ResponseReturnValue:
    """먼저 온 같은 요청에 합친다. 접수번호를 적거나, 닮은 요청 곁의 단추(`into`)를 누른다."""
    typed = Typed.sent()
    into = request.form.get("picked", type=int) or receipt.id_in(typed.decision.into.data or "") or 0
    return _decided(
        id,
        lambda session, found: review.merge(
            session, found, into=into, by=door.actor(), note=typed.decision.merge_note.data or ""
        ),
        said=lambda found: f"{found.number} 요청을 먼저 온 요청에 합쳤습니다. 두 접수증은 그대로 열립니다.",
        typed=typed,
    )


def confirm(id: int) -> ResponseReturnValue:
    """2차 확인: 본 그 글을 싣는다."""
    seen, note = request.form.get("revision_id", 0, type=int), request.form.get("note", "")
    return _decided(
        id,
        lambda session, found: review.confirm(session, found, revision_id=seen, by=door.actor(), note=note),
        said=lambda found: f"{found.number} 요청을 반영합니다. 잠시 뒤 안내가 바뀝니다.",
    )


def send_back(id: int) -> ResponseReturnValue:
    """2차 확인에서 돌려보내고, 이어서 살핀다."""
    seen, note = request.form.get("revision_id", 0, type=int), request.form.get("note", "")
    return _decided(
        id,
        lambda session, found: review.send_back(session, found, revision_id=seen, by=door.actor(), note=note),
        said=lambda found: f"{found.number} 요청을 돌려보냈습니다. 이어서 살펴 주세요.",
        there=lambda found: _at(found.id),
    )


def revert(id: int) -> ResponseReturnValue:
    """실린 고침을 되돌린다."""
    reason = request.form.get("reason", "")
    return _decided(
        id,
        lambda session, found: review.revert(session, found, by=door.actor(), reason=reason, store=services().store),
        said=lambda found: f"{found.number} 요청의 고침을 되돌립니다. 잠시 뒤 안내가 바뀌고, 요청은 다시 검토중입니다.",
        there=lambda found: _at(found.id),
        role=Role.LEAD_EDITOR,
    )


def let_in(id: int) -> ResponseReturnValue:
    """보류한 요청을 접수한다."""
    return _decided(
        id,
        lambda session, found: holding.let_in(session, found, by=door.actor()),
        said=lambda found: f"{found.number} 요청을 접수했습니다.",
        there=lambda _: url_for("desk.queue", state=State.HELD.value),
    )


def block(id: int) -> ResponseReturnValue:
    """보류한 요청을 차단한다."""
    return _decided(
        id,
        lambda session, found: holding.block(session, found, by=door.actor()),
        said=lambda found: f"{found.number} 요청을 차단했습니다. 책임 편집자가 다시 풀 수 있습니다.",
        there=lambda _: url_for("desk.queue", state=State.HELD.value),
    )


def unblock(id: int) -> ResponseReturnValue:
    """잘못 차단한 요청을 접수한다."""
    return _decided(
        id,
        lambda session, found: holding.unblock(session, found, by=door.actor()),
        said=lambda found: f"{found.number} 요청을 다시 접수했습니다.",
        there=lambda found: _at(found.id),
        role=Role.LEAD_EDITOR,
    )


# --- 맡고, 놓고, 건너뛴다 ---


def claim(id: int) -> ResponseReturnValue:
    """30분 동안 맡는다. 이미 맡았으면 시간을 늘린다."""
    return _decided(
        id,
        lambda session, found: claims.claim(session, found, by=door.actor()),
        said=lambda found: f"{found.number} 요청을 맡았습니다. 30분 뒤에 저절로 놓이고, 적은 글은 남습니다.",
        there=lambda found: _at(found.id),
        typed=Typed.sent(),
    )


def release(id: int) -> ResponseReturnValue:
    """맡은 것을 놓는다. 적다 만 글은 남는다."""
    typed = Typed.sent()

    def do(session: Session, found: Correction) -> None:
        claims.release(session, found, by=door.actor())
        _keep(session, found, typed)

    return _decided(id, do, said=lambda found: f"{found.number} 요청을 놓았습니다. 적은 글은 남겨 두었습니다.")


def skip(id: int) -> ResponseReturnValue:
    """이번에는 건너뛴다: 적은 글은 남기고, 맡았으면 놓고, 다음 것을 맡는다."""
    typed = Typed.sent()
    actor = door.actor()
    actor.must_be(Role.EDITOR)
    with services().database.begin() as writing:
        found = writing.get(Correction, id) or abort(404)
        if found.state is State.IN_REVIEW and found.claimed_by == actor.person_id:
            claims.release(writing, found, by=actor)
        _keep(writing, found, typed)
    session[SKIPPED] = [*session.get(SKIPPED, ()), id][-MOST_SKIPPED:]
    return claim_next()


def claim_next() -> ResponseReturnValue:
    """목록에서 맨 앞의, 아무도 맡지 않은 것을 맡아 연다. 남이 먼저 맡았거나 제가 정할 수 없는 것은 지나친다."""
    actor = door.actor()
    actor.must_be(Role.EDITOR)
    assert actor.person_id is not None  # noqa: S101 - the desk is for people with an account
    passed = list(session.get(SKIPPED, ()))
    for _ in range(TRIES):
        try:
            with services().database.begin() as writing:
                claims.sweep(writing)
                found = queue.next_for(writing, person_id=actor.person_id, skipping=passed)
                if found is None:
                    break
                passed.append(found.id)
                claims.claim(writing, found, by=actor)
            return redirect(_at(found.id), code=303)
        except (AlreadyDecided, ClaimedByOther, NotAllowed):
            continue
    flash(
        "건너뛴 것 말고는 지금 맡을 것이 없습니다. 다시 누르면 건너뛴 것부터 봅니다."
        if session.pop(SKIPPED, None)
        else "지금 맡을 것이 없습니다.",
        "info",
    )
    return redirect(url_for("desk.queue"), code=303)


# --- 어떻게 ---


def _decided(
    id: int,
    do: Do,
    *,
    said: Callable[[Correction], str],
    there: Callable[[Correction], str] = lambda _: url_for("desk.queue"),
    typed: Typed | None = None,
    role: Role = Role.EDITOR,
) -> ResponseReturnValue:
    """한 트랜잭션에 하고 다음 화면으로 보낸다. 사람이 고칠 수 있는 오류는 적은 글과 함께 다시 보인다.

    역할부터 본다: 할 수 없는 사람에게는 있는 요청인지, 지금 어떤 상태인지도 알리지 않는다.

    늦어서 못 하게 되었으면(남이 맡았거나 끝났거나) 적은 글을 남겨 두고 그렇다고 말한다.
    """
    door.actor().must_be(role)
    try:
        with services().database.begin() as writing:
            found = writing.get(Correction, id) or abort(404)
            do(writing, found)
            writing.flush()
            sentence, target = said(found), there(found)
    except SHOWN as error:
        return reviewing.screen(id, typed=typed, problem=error)
    except ClaimedByOther:
        with services().database.begin() as writing:
            _keep(writing, writing.get_one(Correction, id), typed)
        raise
    services().wake_worker()
    flash(sentence, "success")
    return redirect(target, code=303)


def _keep(writing: Session, found: Correction, typed: Typed | None) -> None:
    if typed is not None and found.state.is_open and typed.kept:
        claims.save_draft(writing, found.id, by=door.actor(), form=typed.kept)


def _applied_or_second(found: Correction) -> str:
    if found.state is State.SECOND_CHECK:
        return (
            f"{found.number} 요청을 2차 확인으로 넘겼습니다. "
            f"‘{found.risk.label}’에 걸린 고침은 다른 편집자가 확인해야 실립니다."
        )
    return f"{found.number} 요청을 반영합니다. 잠시 뒤 안내가 바뀝니다."


def _at(id: int) -> str:
    return url_for("desk.correction", id=id)
