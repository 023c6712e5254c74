"""사람들과 진짜 데이터베이스 둘."""

import pytest

from db import Database
from db.people import Actor, Role, add_person


@pytest.fixture
def 편집자(database: Database) -> Actor:
    with database.begin() as session:
        return add_person(
            session,
            login="editor",
            name_shown="김편집",
            role=Role.EDITOR,
            office="시민소통과",
            password="청계천을-따라-걷기",
        ).actor
