"""The RH coins that a paused account held: with more of them it goes on, too."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("pauses", sa.Column("coins", sa.BigInteger(), nullable=True, comment="RH coins, as amount"))


def downgrade() -> None:
    raise NotImplementedError("Migrations go one way; restore the backup instead.")
