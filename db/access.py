"""누가 누구의 무엇을 보았나: 개인정보를 보거나 내보낸 일을 사건으로 적는다. 본 내용은 적지 않는다.

접근을 적는 까닭은 개인정보의 안전성 확보조치 기준의 접속기록과 WORKFLOWS 3.4(읽은 것과 내보낸 것도 사건이다)다.
"""

from sqlalchemy.orm import Session

from db import events
from db.errors import BadEvent
from db.people import Actor

READ = "read"
EXPORT = "export"


def record_read(session: Session, what: str, *, by: Actor, why: str, count: int = 1) -> events.Event:
    """개인정보(연락처, 신원)를 화면에 보이기 전에 적는다. 저장(commit)은 부른 쪽이 한다.

    `what`은 무엇을 보았는지의 번호(`contact/12`, `nomination/3`), `why`는 왜 보았는지(화면의 이름이나 직원이 적은 까닭),
    `count`는 몇 사람 것인지다. 값(주소, 이름) 자체를 `what`이나 `why`에 적지 않는다. `why`가 비었으면 BadEvent.
    """
    return _recorded(session, READ, what, by, why, count)


def record_export(session: Session, what: str, *, by: Actor, why: str, count: int) -> events.Event:
    """파일로 내보내기 전에 적는다. `what`은 파일의 갈래(`commendation/2026-11`), `count`는 담긴 줄의 수다. `why`가 비었으면 BadEvent."""
    return _recorded(session, EXPORT, what, by, why, count)


def _recorded(session: Session, action: str, what: str, by: Actor, why: str, count: int) -> events.Event:
    if not why.strip():
        raise BadEvent("개인정보를 보거나 내보낼 때에는 까닭을 적어 주세요.")
    data = {"what": what, "count": count}
    return events.record(session, stream=f"access/{what}", action=action, actor=by, text=why.strip(), data=data)
