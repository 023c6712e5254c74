"""누가 무엇을 했고 무엇이 남았는가: 표의 바탕, 세션, 사람, 사건 기록, 남은 일. 민원과 글의 내용은 모른다."""

from db.base import Base
from db.session import Database, open_database

__all__ = ["Base", "Database", "open_database"]
