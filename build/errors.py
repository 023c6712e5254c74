"""게시 방(build)의 오류 나무. 글귀는 편집실과 명령줄에서 그대로 읽힌다.

PublishFailed           게시하지 못했다. 지금 사이트는 그대로다
├── PublishBusy         다른 게시가 끝나지 않아 기다리다 그만두었다
└── NothingToRollBack   되돌릴 이전 게시본이 없다
"""

import errno

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NO_PERMISSION = {errno.EROFS, errno.EACCES, errno.EPERM}


class PublishFailed(Exception):
    """게시하지 못했다. `str(error)`는 사람에게 보일 한국어 문장이다."""


class PublishBusy(PublishFailed):
    """다른 게시가 끝나지 않아 기다리다 그만두었다."""


class NothingToRollBack(PublishFailed):
    """되돌릴 이전 게시본이 없다."""


def disk_trouble(error: OSError) -> PublishFailed:
    """운영체제의 파일 오류를, 읽는 사람이 무엇을 하면 되는지 아는 문장으로 바꾼다."""
    if error.errno in NO_ROOM:
        reason = "디스크가 가득 차서 쓸 수 없습니다. 공간을 비운 뒤 다시 게시하세요."
    elif error.errno in NO_PERMISSION:
        reason = "폴더에 쓸 권한이 없습니다. 인스턴스 폴더의 권한을 확인하세요."
    else:
        reason = f"파일을 다루지 못했습니다({error.strerror})."
    return PublishFailed(
        f"게시하지 못했습니다. 지금 사이트는 그대로입니다. {reason} ({error.filename or '게시본 폴더'})"
    )
