"""What a run is like, and when it was asked for: an order that comes twice is known again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "tasks",
        sa.Column(
            "likeness",
            sa.String(64),
            nullable=False,
            server_default="",
            comment="the same for equal orders; empty: made before this was kept",
        ),
    )
    op.add_column(
        "tasks", sa.Column("asked_at", sa.Float(), nullable=True, comment="by the database's own clock")
    )
    op.create_index("ix_tasks_likeness", "tasks", ["likeness", "id"])
    op.create_table(
        "repeats",
        sa.Column("request_id", sa.String(120), nullable=False),
        sa.Column("task_id", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_repeats_task_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("request_id", name="pk_repeats"),
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations go one way; restore the backup instead.")
