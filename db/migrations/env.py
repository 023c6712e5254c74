"""Alembic이 표 구조를 올리고 내릴 때 실행하는 파일. 연결은 db.session이 넘겨준다."""

from importlib import import_module

from alembic import context

from db.base import Base

# 표가 있는 모듈을 모두 이름으로 적는다. 빠지면 Alembic은 그 표가 없어진 줄 안다.
MODELS = (
    "db.people",
    "db.staff_sessions",
    "db.second_factor",
    "db.events",
    "db.outbox",
    "db.attempts",
    "db.searches",
    "db.helpful",
    "corrections.people",
    "corrections.models",
    "corrections.rewards.models",
    "corrections.feeding",
    "corrections.notices.models",
    "corrections.screening_models",
    "corrections.bulk",
)

for name in MODELS:
    import_module(name)

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
