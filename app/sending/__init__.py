"""알림을 정말 보낸다: 글을 짓고, 전자우편과 문자로 내보낸다. 누구에게 왜 보내는지는 corrections.notices가 안다."""

from app.sending.postman import Postman
from app.sending.settings import Mailing

__all__ = ["Mailing", "Postman"]
