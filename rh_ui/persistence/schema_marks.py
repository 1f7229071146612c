"""The tables of marks: what people think of results, and tags of runs."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Integer, String, Table

from rh_ui.persistence.columns import SafeText
from rh_ui.persistence.schema import metadata

marks = Table(
    "marks",
    metadata,
    Column("person", String(40), primary_key=True, comment="empty: there are no people"),
    Column("output_id", String(48), ForeignKey("outputs.id", ondelete="CASCADE"), primary_key=True),
    Column("favourite", Boolean, nullable=False, default=False),
    Column("rating", Integer, nullable=False, default=0, comment="1 to 5; 0: none"),
    Column("hidden", Boolean, nullable=False, default=False),
    CheckConstraint("rating BETWEEN 0 AND 5", name="rating"),
    Index("ix_marks_output_id", "output_id"),
)
"""A person's own; a result without a row has none."""

run_tags = Table(
    "run_tags",
    metadata,
    Column("task_id", String(40), ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_key", String(200), primary_key=True, comment="the tag in one case and one width"),
    Column("name", SafeText, nullable=False, comment="as it was typed"),
    Index("ix_run_tags_tag_key", "tag_key", "task_id"),
)
"""A tag is its project's, or its person's where the run is in none: it goes with the run."""
