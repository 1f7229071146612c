"""The bin: when and by whom a result was put there, and when it was deleted for good."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outputs", sa.Column("binned_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column(
        "outputs",
        sa.Column("binned_by", sa.String(40), nullable=False, server_default="", comment="a person's id"),
    )
    op.add_column(
        "outputs",
        sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True, comment="for good"),
    )
    op.create_index(
        "ix_outputs_binned_at",
        "outputs",
        ["binned_at", "id"],
        sqlite_where=sa.text("binned_at IS NOT NULL"),
        postgresql_where=sa.text("binned_at IS NOT NULL"),
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations go one way; restore the backup instead.")
