"""번호 앞의 글자가 말하는 자료의 갈래. 어느 글이 어디서 왔는지는 모른다."""

from collections.abc import Mapping

SOURCES: Mapping[str, str] = {
    "k": "직접 쓴 안내",
    "f": "자주 묻는 질문",
    "s": "서울시 업무 매뉴얼",
    "d": "자치구 업무 매뉴얼",
    "p": "장소",
    "c": "표로 가져온 자료",
}
"""글자 -> 갈래의 이름 (DESIGN, The entry)."""
