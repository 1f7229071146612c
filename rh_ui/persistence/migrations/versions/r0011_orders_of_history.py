"""The orders of the history: indexes, and amounts that are never null."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    stored = op.get_bind().dialect.name == "postgresql"
    for name, amount in (
        ("cost_key", "cost_amount"),
        ("coins_key", "cost_coins"),
        ("estimate_key", "estimate_amount"),
    ):
        # SQLite can't add a stored one; PostgreSQL before 18 has no other.
        computed = sa.Computed(f"coalesce({amount}, -1)", persisted=stored or None)
        op.add_column("tasks", sa.Column(name, sa.BigInteger(), computed, nullable=True))
    op.create_index("ix_tasks_by_endpoint", "tasks", ["endpoint", "id"])
    op.create_index("ix_tasks_by_cost", "tasks", ["cost_currency", "cost_key", "coins_key", "id"])
    op.create_index("ix_tasks_by_estimate", "tasks", ["estimate_currency", "estimate_key", "id"])


def downgrade() -> None:
    raise NotImplementedError("Migrations go one way; restore the backup instead.")
