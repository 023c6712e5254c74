"""데이터베이스 쪽 오류의 나무. 화면의 상태 코드는 모른다.

DatabaseError
├── DatabaseUnavailable     열 수 없음, 디스크 가득 참, 읽기 전용, 손상
│   └── DatabaseBusy        다른 작업이 오래 잡고 있음: 잠시 뒤 그대로 다시 하면 된다
├── MigrationFailed         표 구조를 올리거나 내릴 수 없음
├── NaiveTime               시간대 없는 시각을 저장하려 함
├── NotAllowed              그 일을 할 역할이 아님
├── BadPerson               만들 수 없는 사람(아이디, 비밀번호, 역할)
│   └── WrongPassword       제 것이라며 넣은 비밀번호가 틀림
└── BadEvent                기록할 수 없는 사건
"""

from sqlalchemy.exc import DontWrapMixin


class DatabaseError(Exception):
    """이 방에서 나는 모든 오류. str(오류)는 읽는 사람에게 하는 한국어 문장이다."""


class DatabaseUnavailable(DatabaseError):
    """데이터베이스를 지금 쓸 수 없다. 아무것도 반쯤 저장되지 않았다."""


class DatabaseBusy(DatabaseUnavailable):
    """다른 작업이 끝나기를 기다리다 물러났다. 같은 일을 다시 해도 된다."""


class MigrationFailed(DatabaseError):
    """표 구조를 바꾸지 못했다. 데이터베이스는 이전 그대로다."""


class NaiveTime(DatabaseError, DontWrapMixin):
    """시간대가 없는 시각."""


class NotAllowed(DatabaseError):
    """역할이 맞지 않는다."""


class BadPerson(DatabaseError):
    """사람 정보를 받을 수 없다."""


class WrongPassword(BadPerson):
    """지금 비밀번호가 맞지 않는다: 알아맞히려는 것일 수 있어 횟수를 센다."""


class BadEvent(DatabaseError):
    """사건을 기록할 수 없다."""
