"""How Alembic runs our migrations: on the connection that persistence.database passes, in one transaction."""

from __future__ import annotations

from alembic import context

from rh_ui.persistence.schema_marks import marks

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=marks.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
