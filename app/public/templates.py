"""엮은 템플릿을 이 프로세스 안에서 함께 쓴다: 게시할 때마다 새로 만드는 앱이 같은 파일을 다시 엮지 않는다. 무엇을 그리는지는 모른다."""

from collections import defaultdict
from types import CodeType

from jinja2 import BytecodeCache, Environment
from jinja2.bccache import Bucket


class Compiled(BytecodeCache):
    """템플릿의 길과 글의 지문 -> 엮은 코드. 파일을 고치면 지문이 달라져 다시 엮는다.

    엮는 법과 설정(trim_blocks 같은 것)이 같은 앱들만 함께 쓸 수 있다: `COMPILED`에 환경의 꼴마다 하나씩 둔다.
    """

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """엮어 둔 것이 있으면 꺼낸다."""
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """방금 엮은 것을 둔다."""
        if bucket.code is not None:
            self._codes[bucket.key, bucket.checksum] = bucket.code


COMPILED: defaultdict[type[Environment], Compiled] = defaultdict(Compiled)
"""환경의 꼴마다 엮은 것. 얼릴 앱의 환경은 다른 코드를 엮으므로 보통의 앱과 나누어 둔다."""
