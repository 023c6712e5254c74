"""이용 조건(licence)의 부호가 무엇을 뜻하는지. 어느 글의 조건인지는 모른다."""

from collections.abc import Mapping

LICENCES: Mapping[str, tuple[str, str]] = {
    "KOGL-0": ("공공누리 제0유형 (조건 없이 자유 이용)", "https://www.kogl.or.kr/info/license.do"),
    "KOGL-1": ("공공누리 제1유형 (출처표시)", "https://www.kogl.or.kr/info/license.do"),
    "KOGL-2": ("공공누리 제2유형 (출처표시, 상업적 이용금지)", "https://www.kogl.or.kr/info/license.do"),
    "KOGL-3": ("공공누리 제3유형 (출처표시, 변경금지)", "https://www.kogl.or.kr/info/license.do"),
    "KOGL-4": ("공공누리 제4유형 (출처표시, 상업적 이용금지, 변경금지)", "https://www.kogl.or.kr/info/license.do"),
    "unstated": ("출처가 이용 조건을 밝히지 않은 자료", ""),
}
"""부호마다 이름과 주소 (PUBLISHING 1.6, 0장 3)."""


def licence(code: str) -> tuple[str, str]:
    """이용 조건의 이름과 주소(없으면 빈 글). 모르는 조건은 적힌 그대로다."""
    return LICENCES.get(code, (code, ""))
