"""Which submits asked to be told of their end, and what was told."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "tasks",
        sa.Column(
            "hook",
            sa.String(64),
            nullable=False,
            server_default="",
            comment="sha-256 of the secret in the address at which its end is told",
        ),
    )
    op.add_column(
        "tasks",
        sa.Column("heard", sa.Text(), nullable=False, server_default="", comment="the remote id told there"),
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations go one way; restore the backup instead.")
