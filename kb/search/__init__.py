"""묻는 말로 상담 항목을 찾는다. 어느 엔진인지, 어느 화면인지는 모른다."""

from kb.search.query import LONGEST_QUERY
from kb.search.searcher import Hit, SearchAnswer, Searcher

__all__ = ["LONGEST_QUERY", "Hit", "SearchAnswer", "Searcher"]
