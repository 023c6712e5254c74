"""피드 시험의 무대: 여러 모양의 안내가 든 작은 누리집."""

import pytest

from app.public import Site
from tests.build.data.conftest import 누리집, 안내들


@pytest.fixture(scope="session")
def 작은_누리집() -> Site:
    return 누리집(안내들)
