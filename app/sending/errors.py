"""보내는 방(app.sending)의 오류 나무. 글귀는 막힌 알림의 목록에서 직원이 읽으므로 연락처가 들어가지 않는다.

SendingError
├── Unreachable     보내는 길이 지금 막혔다: 다른 것도 가지 않을 테니 잠시 쉬었다가 다시 한다
├── NotNow          이 한 통을 지금은 받지 않는다: 나중에 다시 한다
└── Refused         이 한 통은 다시 보내도 받지 않는다
"""


class SendingError(Exception):
    """app.sending이 내는 모든 오류의 뿌리."""


class Unreachable(SendingError):
    """메일 서버나 문자를 보내는 곳에 닿지 못한다."""


class NotNow(SendingError):
    """받는 쪽이 지금은 받지 않는다."""


class Refused(SendingError):
    """받는 쪽이 받지 않겠다고 했다."""
