"""Alembic's scripts; persistence.database runs them at every start. Never run them by hand."""
