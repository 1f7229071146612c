"""The first schema: tasks, outputs, workers, uploads, ledger."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

STATES = (
    "'queued', 'claimed', 'uploading', 'submitting', 'running', "
    "'downloading', 'done', 'failed', 'cancelled', 'unknown'"
)


def _time(name: str, *, nullable: bool = True) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, size: int | None = None, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(size) if size else sa.Text(), nullable=nullable)


def upgrade() -> None:
    _tasks()
    op.create_table(
        "outputs",
        _text("id", 48),
        _text("task_id", 40),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("kind", 10),
        _text("state", 10),
        _text("name"),
        _text("mime", 120),
        sa.Column("size", sa.BigInteger(), nullable=True),
        _text("sha256", 64),
        _text("text", nullable=True),
        _text("file_key"),
        _text("thumb_key"),
        sa.Column("width", sa.Integer(), nullable=True),
        sa.Column("height", sa.Integer(), nullable=True),
        sa.Column("seconds", sa.Float(), nullable=True),
        _text("remote_url"),
        _time("created_at", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_outputs"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_outputs_task_id", ondelete="CASCADE"),
        sa.UniqueConstraint("task_id", "position", name="uq_outputs_task_id"),
    )
    op.create_index("ix_outputs_state", "outputs", ["state", "id"])
    op.create_table(
        "workers",
        _text("id", 40),
        _text("host"),
        sa.Column("pid", sa.Integer(), nullable=False),
        _time("started_at", nullable=False),
        _time("seen_at", nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_workers"),
    )
    op.create_table(
        "uploads",
        sa.Column("content", sa.String(80), nullable=False, comment="<sha256>.<ext> of the kept input"),
        _text("host"),
        _text("account", 64),
        _text("url"),
        _time("expires_at", nullable=False),
        sa.PrimaryKeyConstraint("content", "host", "account", name="pk_uploads"),
    )
    op.create_table(
        "ledger",
        _text("site"),
        _text("remote_id"),
        _text("task_id", 40),
        _text("account", 64),
        sa.Column("amount", sa.BigInteger(), nullable=True, comment="null: charged, amount not known"),
        _text("currency", 3),
        sa.Column("coins", sa.BigInteger(), nullable=True),
        _time("at", nullable=False),
        sa.PrimaryKeyConstraint("site", "remote_id", name="pk_ledger"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_ledger_task_id"),
    )
    op.create_index("ix_ledger_task_id", "ledger", ["task_id"])


def _tasks() -> None:
    op.create_table(
        "tasks",
        _text("id", 40),
        _text("request_id", 120, nullable=True),
        _text("state", 20),
        _text("endpoint"),
        _text("modality", 10),
        _text("params"),
        sa.Column(
            "sent", sa.Text(), nullable=True, comment="the body as it went out, links in place of kept inputs"
        ),
        sa.Column("prompt", sa.Text(), nullable=False, comment="the first text of params, for search"),
        _time("created_at", nullable=False),
        _time("updated_at", nullable=False),
        _time("submitted_at"),
        _time("finished_at"),
        _text("worker", 40, nullable=True),
        _text("remote_id"),
        _text("site"),
        _text("account", 64),
        sa.Column("estimate_amount", sa.BigInteger(), nullable=True),
        _text("estimate_currency", 3),
        sa.Column("cost_amount", sa.BigInteger(), nullable=True),
        _text("cost_currency", 3),
        _text("charged", 10),
        sa.Column("error_code", sa.Text(), nullable=True, comment="null: no error"),
        _text("error_message"),
        _text("note", 80),
        sa.Column("cancel_asked", sa.Boolean(), nullable=False),
        sa.Column("upload_done", sa.Integer(), nullable=False),
        sa.Column("upload_total", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_tasks"),
        sa.UniqueConstraint("request_id", name="uq_tasks_request_id"),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_tasks_state")),
    )
    op.create_index("ix_tasks_state", "tasks", ["state", "id"])
    op.create_index("ix_tasks_modality", "tasks", ["modality", "id"])
    op.create_index("ix_tasks_endpoint", "tasks", ["endpoint", "state", "id"])
    op.create_index("ix_tasks_remote_id", "tasks", ["remote_id"])


def downgrade() -> None:
    raise NotImplementedError("Migrations go one way; restore the backup instead.")
