"""편집실: 편집자가 들어와 수정 요청을 살피고 정한다. 무엇을 정해도 되는지는 corrections가 안다."""

from app.desk.figures import bp as figures_blueprint
from app.desk.staff import bp as staff_blueprint
from app.desk.views import bp as blueprint

__all__ = ["blueprint", "figures_blueprint", "staff_blueprint"]
