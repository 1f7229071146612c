"""What people think of results, and tags of runs."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "marks",
        sa.Column("person", sa.String(40), nullable=False, comment="empty: there are no people"),
        sa.Column("output_id", sa.String(48), nullable=False),
        sa.Column("favourite", sa.Boolean(), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False, comment="1 to 5; 0: none"),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.CheckConstraint("rating BETWEEN 0 AND 5", name="ck_marks_rating"),
        sa.ForeignKeyConstraint(["output_id"], ["outputs.id"], name="fk_marks_output_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("person", "output_id", name="pk_marks"),
    )
    op.create_index("ix_marks_output_id", "marks", ["output_id"])
    op.create_table(
        "run_tags",
        sa.Column("task_id", sa.String(40), nullable=False),
        sa.Column("tag_key", sa.String(200), nullable=False, comment="the tag in one case and one width"),
        sa.Column("name", sa.Text(), nullable=False, comment="as it was typed"),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_run_tags_task_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task_id", "tag_key", name="pk_run_tags"),
    )
    op.create_index("ix_run_tags_tag_key", "run_tags", ["tag_key", "task_id"])


def downgrade() -> None:
    raise NotImplementedError("Migrations go one way; restore the backup instead.")
