"""검색 포털에 이 누리집의 주인임을 보이는 값들. 어디에 어떻게 적히는지는 쪽과 피드가 안다."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from kb.errors import BadSetting

SHAPES: Mapping[str, tuple[str, re.Pattern[str], str]] = {
    "naver": ("OPEN120_NAVER_VERIFICATION", re.compile(r"[A-Za-z0-9]{16,128}"), "naver-site-verification의 content 값"),
    "google": (
        "OPEN120_GOOGLE_VERIFICATION",
        re.compile(r"[A-Za-z0-9_=-]{16,128}"),
        "google-site-verification의 content 값",
    ),
    "daum": (
        "OPEN120_DAUM_PIN",
        re.compile(r"[A-Za-z0-9]{16,128}:[A-Za-z0-9+/]{8,128}={0,2}"),
        "#DaumWebMasterTool: 뒤의 ‘해시:서명’",
    ),
    "indexnow": (
        "OPEN120_INDEXNOW_KEY",
        re.compile(r"[A-Za-z0-9-]{8,128}"),
        "스스로 정한, 로마자와 숫자와 -로 된 8자에서 128자",
    ),
}
"""값마다 환경 변수의 이름, 모양, 무엇을 적는지 (PUBLISHING 1.2, 1.3, 1.4)."""


@dataclass(frozen=True, kw_only=True)
class Ownership:
    """주인임을 보이는 값. 빈 것은 어디에도 적지 않는다."""

    naver: str = ""
    google: str = ""
    daum: str = ""
    indexnow: str = ""

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Self:
        """환경 변수에서. 모양이 다르면 BadSetting: 남이 준 글을 그대로 쪽에 싣지 않는다."""
        found = {}
        for name, (variable, shape, what) in SHAPES.items():
            found[name] = environ.get(variable, "").strip().removeprefix("#DaumWebMasterTool:")
            if found[name] and not shape.fullmatch(found[name]):
                raise BadSetting(f"{variable}에는 {what}(을)를 적어 주세요.")
        return cls(**found)
