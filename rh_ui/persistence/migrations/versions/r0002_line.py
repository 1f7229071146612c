"""Who waits in line for whom, and which accounts are paused for want of money."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("submitter", sa.Text(), nullable=False, server_default=""))
    op.add_column("tasks", sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "pauses",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "amount", sa.BigInteger(), nullable=True, comment="null: the account was not looked at yet"
        ),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.PrimaryKeyConstraint("site", "account", name="pk_pauses"),
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations go one way; restore the backup instead.")
