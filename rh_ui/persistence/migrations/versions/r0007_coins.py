"""What a run cost in RH coins, beside its money."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("tasks", sa.Column("cost_coins", sa.BigInteger(), nullable=True, comment="RH coins"))
    # So far only the ledger knew.
    op.execute(
        "UPDATE tasks SET cost_coins = (SELECT max(ledger.coins) FROM ledger"
        " WHERE ledger.task_id = tasks.id AND ledger.coins > 0)"
    )


def downgrade() -> None:
    raise NotImplementedError("Migrations go one way; restore the backup instead.")
