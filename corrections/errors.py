"""수정 요청 방(corrections)의 오류 나무. 글귀는 읽는 시민이나 편집자가 무엇을 하면 되는지 말한다.

CorrectionError
├── BadCorrection       시민이 적은 칸이 모자라거나 넘친다 (칸마다 한 문장)
├── EntryClosed         내린 안내라 고칠 것이 없다
├── TooManyReports      한 주소에서 한 시간에 너무 많이 보냈다
├── ReceiptNotFound     접수번호나 확인 코드가 맞지 않는다 (어느 쪽인지는 말하지 않는다)
├── BadProposal         반영하려는 글이 바뀐 곳이 없거나 형식에 맞지 않는다
├── BadReason           반영하지 않는 까닭이 없거나 목록에 없다
├── BadContact          연락처를 읽을 수 없거나 그리로는 알릴 수 없다
├── BadBulk             한꺼번에 바꿀 링크나 전화의 모양이 틀리거나 고른 것이 없다
├── AlreadyDecided      이미 처리한 수정 요청이다
├── ClaimedByOther      다른 편집자가 맡고 있다
├── BadPseudonym        감사 쪽에 보일 수 없는 별명이다
├── BadAward            표창에 모자라거나 함께할 수 없는 것이 있다
├── AwardedBefore       그 근거로 이미 다른 표창을 주었다
└── RevisionWaiting     같은 안내의 앞선 고침이 아직 반영되는 중이다
"""

from collections.abc import Mapping


class CorrectionError(Exception):
    """corrections가 내는 모든 오류의 뿌리. `str(error)`는 사람에게 보일 한국어 문장이다."""


class BadCorrection(CorrectionError):
    """시민이 적은 칸에 고칠 곳이 있다. `problems`는 칸 이름 → 무엇을 어떻게 고치면 되는지."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = dict(problems)


class EntryClosed(CorrectionError):
    """내린 안내라 수정 요청을 받지 않는다. 옮긴 곳이 있으면 `redirect_to`가 그 번호다."""

    def __init__(self, title: str, *, redirect_to: str = "") -> None:
        super().__init__(f"‘{title}’ 안내는 더 게시하지 않으므로 고칠 것이 없습니다.")
        self.redirect_to = redirect_to


class TooManyReports(CorrectionError):
    """한 주소에서 한 시간에 수백 번 보냈다. 적은 글은 화면이 돌려준다."""

    def __init__(self) -> None:
        super().__init__(
            "이 인터넷 주소에서 한 시간에 너무 많은 요청이 와서 지금은 받지 못했습니다. 적은 글은 아래에 그대로 있습니다. "
            "한 시간 뒤에 다시 ‘보내기’를 누르거나 120다산콜센터(02-120)에 말씀해 주세요."
        )


class ReceiptNotFound(CorrectionError):
    """접수번호나 확인 코드가 맞지 않는다. 둘 가운데 어느 쪽인지는 일부러 말하지 않는다."""

    def __init__(self) -> None:
        super().__init__("접수번호와 확인 코드가 맞지 않습니다. 접수증에 적힌 그대로 다시 넣어 주세요.")


class BadProposal(CorrectionError):
    """반영하려는 글을 그대로는 실을 수 없다."""


class BadReason(CorrectionError):
    """반영하지 않는 까닭이 없거나 목록에 없다."""


class BadContact(CorrectionError):
    """연락처를 읽을 수 없거나 지금 그리로는 알릴 수 없다."""


class BadBulk(CorrectionError):
    """한꺼번에 바꿀 것의 모양이 틀리거나, 까닭이나 고른 안내가 없다."""


class AlreadyDecided(CorrectionError):
    """이미 처리했거나 지금 상태에서는 할 수 없는 일이다."""


class ClaimedByOther(CorrectionError):
    """다른 편집자가 맡았거나, 맡은 시간(30분)이 지나 놓인 요청이다. 적은 글은 그대로 있다."""

    def __init__(self) -> None:
        super().__init__(
            "다른 편집자가 맡고 있거나 맡은 시간이 지난 요청입니다. 적은 글은 그대로 두었으니, 새로 고쳐 다시 맡아 주세요."
        )


class BadPseudonym(CorrectionError):
    """감사 쪽에 보일 수 없는 별명이다."""


class BadAward(CorrectionError):
    """표창에 모자라거나 함께할 수 없는 것이 있다."""


class AwardedBefore(CorrectionError):
    """한 일로 두 번 주지 않는다."""

    def __init__(self) -> None:
        super().__init__("이 근거 가운데 이미 다른 표창에 쓴 것이 있습니다. 그 표창을 먼저 확인해 주세요.")


class RevisionWaiting(CorrectionError):
    """같은 안내의 앞선 고침이 아직 반영되는 중이다."""

    def __init__(self, entry_id: str) -> None:
        super().__init__(
            f"‘{entry_id}’ 안내의 앞선 고침이 아직 반영되는 중입니다. 잠시 뒤 새 글을 보고 다시 정해 주세요."
        )
        self.entry_id = entry_id
