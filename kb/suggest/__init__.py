"""치는 동안 보이는 추천: 제목과 자주 찾는 말을 첫머리, 초성, 덜 친 글자, 영문 자판, 오타로도 찾는다. 화면은 모른다."""

from kb.suggest.suggester import Contents, Frequent, Suggester, Suggestion

__all__ = ["Contents", "Frequent", "Suggester", "Suggestion"]
