"""Forms of apps and workflows, what their runs send, and what nodes call an uploaded file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "uploads",
        sa.Column("file_name", sa.Text(), nullable=False, server_default="", comment="what nodes call it"),
    )
    op.create_table(
        "plans",
        sa.Column("task_id", sa.String(40), nullable=False),
        sa.Column("plan", sa.Text(), nullable=False, comment="what a run of an app or a workflow sends"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_plans_task_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task_id", name="pk_plans"),
    )
    op.create_table(
        "forms",
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("remote_id", sa.Text(), nullable=False),
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("face", sa.Text(), nullable=False, comment="what a tile shows"),
        sa.Column("source", sa.Text(), nullable=False, comment="what the form is made of"),
        sa.Column("favourite", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("path", name="pk_forms"),
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations go one way; restore the backup instead.")
