"""시민의 화면: 수정 요청 양식, 접수 확인, 찾기. 로그인은 모른다."""

from app.citizen import correcting, receipt_pages
from app.citizen.contacts import bp as contacts_blueprint
from app.citizen.helpful import bp as helpful_blueprint
from app.citizen.thanks import bp as thanks_blueprint
from app.citizen.views import bp as blueprint

__all__ = [
    "blueprint",
    "contacts_blueprint",
    "correcting",
    "helpful_blueprint",
    "receipt_pages",
    "thanks_blueprint",
]
