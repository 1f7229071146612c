"""Alembic's scripts; run by store.database at every start, never by hand."""
