"""사람, 사건 기록, 남은 일."""

import sqlalchemy as sa
from alembic import op

from db.base import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STAFF_ROLES = (
    "'agent', 'editor', 'lead_editor', 'officer', 'helper', 'coordinator', 'manager', 'legal_officer', "
    "'committee_member', 'administrator'"
)

# 사건은 머리 바로 다음에 이어질 때만 들어오고, 들어오면 머리가 나아간다. 머리는 실제 사건으로만 한 걸음씩 나아간다.
# SQLite의 INSERT OR REPLACE는 지움 방아쇠를 건너뛰지만, 들어오기 전에 번호를 보므로 덮어쓸 수 없다.
SQLITE_UP = """
CREATE TRIGGER event_refuse_update BEFORE UPDATE ON event BEGIN
  SELECT RAISE(ABORT, '사건 기록은 고칠 수 없습니다.');
END;
CREATE TRIGGER event_refuse_delete BEFORE DELETE ON event BEGIN
  SELECT RAISE(ABORT, '사건 기록은 지울 수 없습니다.');
END;
CREATE TRIGGER event_only_append BEFORE INSERT ON event
WHEN NOT EXISTS (SELECT 1 FROM event_head WHERE event_id + 1 = NEW.id AND hash = NEW.previous_hash)
BEGIN
  SELECT RAISE(ABORT, '사건 기록은 사슬의 끝에만 덧붙일 수 있습니다.');
END;
CREATE TRIGGER event_advance_head AFTER INSERT ON event BEGIN
  UPDATE event_head SET event_id = NEW.id, hash = NEW.hash;
END;
CREATE TRIGGER event_head_only_advance BEFORE UPDATE ON event_head
WHEN NEW.id <> 1 OR NEW.event_id <> OLD.event_id + 1
  OR NOT EXISTS (SELECT 1 FROM event WHERE id = NEW.event_id AND hash = NEW.hash)
BEGIN
  SELECT RAISE(ABORT, '사슬의 머리는 새 사건으로만 나아갑니다.');
END;
CREATE TRIGGER event_head_refuse_delete BEFORE DELETE ON event_head BEGIN
  SELECT RAISE(ABORT, '사슬의 머리는 지울 수 없습니다.');
END;
CREATE TRIGGER event_head_refuse_insert BEFORE INSERT ON event_head
WHEN EXISTS (SELECT 1 FROM event_head)
BEGIN
  SELECT RAISE(ABORT, '사슬의 머리는 하나뿐입니다.');
END
"""

# 23000은 SQLite의 ABORT처럼 IntegrityError가 된다. ENABLE ALWAYS는 session_replication_role로도 건너뛰지 못하게 한다.
POSTGRES_UP = """
CREATE FUNCTION event_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '사건 기록은 고치거나 지우거나 비울 수 없습니다.' USING ERRCODE = '23000';
END $$;
CREATE FUNCTION event_only_append() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM event_head WHERE event_id + 1 = NEW.id AND hash = NEW.previous_hash) THEN
    RAISE EXCEPTION '사건 기록은 사슬의 끝에만 덧붙일 수 있습니다.' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$;
CREATE FUNCTION event_advance_head() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE event_head SET event_id = NEW.id, hash = NEW.hash;
  RETURN NULL;
END $$;
CREATE FUNCTION event_head_only_advance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.id <> 1 OR NEW.event_id <> OLD.event_id + 1
    OR NOT EXISTS (SELECT 1 FROM event WHERE id = NEW.event_id AND hash = NEW.hash) THEN
    RAISE EXCEPTION '사슬의 머리는 새 사건으로만 나아갑니다.' USING ERRCODE = '23000';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER event_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON event
  FOR EACH STATEMENT EXECUTE FUNCTION event_refuse_change();
CREATE TRIGGER event_only_append BEFORE INSERT ON event FOR EACH ROW EXECUTE FUNCTION event_only_append();
CREATE TRIGGER event_advance_head AFTER INSERT ON event FOR EACH ROW EXECUTE FUNCTION event_advance_head();
CREATE TRIGGER event_head_only_advance BEFORE UPDATE ON event_head
  FOR EACH ROW EXECUTE FUNCTION event_head_only_advance();
CREATE TRIGGER event_head_refuse_change BEFORE DELETE OR TRUNCATE ON event_head
  FOR EACH STATEMENT EXECUTE FUNCTION event_refuse_change();
ALTER TABLE event ENABLE ALWAYS TRIGGER event_refuse_change;
ALTER TABLE event ENABLE ALWAYS TRIGGER event_only_append;
ALTER TABLE event ENABLE ALWAYS TRIGGER event_advance_head;
ALTER TABLE event_head ENABLE ALWAYS TRIGGER event_head_only_advance;
ALTER TABLE event_head ENABLE ALWAYS TRIGGER event_head_refuse_change
"""

FUNCTIONS = ("event_refuse_change", "event_only_append", "event_advance_head", "event_head_only_advance")


def upgrade() -> None:
    _people()
    _events()
    _outbox()
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text(POSTGRES_UP))
    else:
        for trigger in SQLITE_UP.strip().split("\nEND;\n"):
            op.execute(sa.text(trigger if trigger.endswith("END") else f"{trigger}\nEND"))


def downgrade() -> None:
    op.drop_table("outbox_item")
    op.drop_table("event_head")
    op.drop_table("event")
    op.drop_table("person")
    if op.get_bind().dialect.name == "postgresql":
        for function in FUNCTIONS:
            op.execute(sa.text(f"DROP FUNCTION {function}()"))


def _people() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(40), nullable=False),
        sa.Column("name_shown", sa.String(100), nullable=False),
        sa.Column("password_hash", sa.String(200), nullable=False),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("office", sa.String(100), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(f"role IN ({STAFF_ROLES})", name=op.f("ck_person_role_is_staff")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("login", name=op.f("uq_person_login")),
    )


def _events() -> None:
    op.create_table(
        "event",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("stream", sa.String(100), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("actor_id", sa.Integer()),
        sa.Column("role", sa.String(40), nullable=False),
        sa.Column("on_behalf_of", sa.String(100)),
        sa.Column("channel", sa.String(40), nullable=False),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("from_state", sa.String(40)),
        sa.Column("to_state", sa.String(40)),
        sa.Column("reason_code", sa.String(60)),
        sa.Column("text", sa.Text()),
        sa.Column("entry_version", sa.String(64)),
        sa.Column("request_id", sa.String(64)),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("content_salt", sa.String(32)),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("previous_hash", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["person.id"], name=op.f("fk_event_actor_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
        sa.UniqueConstraint("stream", "sequence", name=op.f("uq_event_stream_sequence")),
        sa.UniqueConstraint("hash", name=op.f("uq_event_hash")),
    )
    op.create_index(op.f("ix_event_at"), "event", ["at"])
    op.create_index(op.f("ix_event_actor_id"), "event", ["actor_id"])
    head = op.create_table(
        "event_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_event_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_head")),
    )
    op.bulk_insert(head, [{"id": 1, "event_id": 0, "hash": "0" * 64}])


def _outbox() -> None:
    op.create_table(
        "outbox_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(60), nullable=False),
        sa.Column("ordering_key", sa.String(100), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", UtcDateTime(), nullable=False),
        sa.Column("claimed_by", sa.String(100)),
        sa.Column("claimed_until", UtcDateTime()),
        sa.Column("done_at", UtcDateTime()),
        sa.Column("last_error", sa.Text()),
        sa.ForeignKeyConstraint(["event_id"], ["event.id"], name=op.f("fk_outbox_item_event_id_event")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_item")),
    )
    still_open = sa.text("done_at IS NULL")
    op.create_index(op.f("ix_outbox_item_event_id"), "outbox_item", ["event_id"])
    for name, columns in (("due", ["retry_at"]), ("order", ["ordering_key", "id"])):
        op.create_index(
            f"ix_outbox_item_{name}", "outbox_item", columns, sqlite_where=still_open, postgresql_where=still_open
        )
