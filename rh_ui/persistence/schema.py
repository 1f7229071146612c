"""The tables in SQLAlchemy Core; migrations/ makes the schema, and a test compares the two.

Ids are text everywhere: the service's ids have 19 digits and must never become floats.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Computed,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from rh_ui.persistence.columns import Amount, Json, SafeText, UtcTime
from rh_ui.persistence.database_clock import DatabaseClock

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

STATES: Final = (
    "asking",
    "queued",
    "claimed",
    "uploading",
    "submitting",
    "running",
    "downloading",
    "done",
    "failed",
    "cancelled",
    "unknown",
)
"""Written out, not derived from the enum: a migration must not change when the program does."""


def _of_holder(name: str, holder: str, *columns: str) -> Index:
    """An index without the runs that have none; see statements.of_holder."""
    where = text(f"{holder} <> ''")
    return Index(name, holder, *columns, sqlite_where=where, postgresql_where=where)


def _sort_key(name: str, amount: str) -> Column[int]:
    """An amount to sort by, never null: databases seek a place in an order by columns only."""
    return Column(name, BigInteger, Computed(f"coalesce({amount}, -1)"), nullable=True)


tasks = Table(
    "tasks",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("request_id", String(120), nullable=True),
    Column("state", String(20), nullable=False),
    Column("endpoint", Text, nullable=False),
    Column("modality", String(10), nullable=False),
    Column("params", Json, nullable=False),
    Column("sent", Json, nullable=True, comment="the body as it went out, links in place of kept inputs"),
    Column("prompt", SafeText, nullable=False, comment="the first text of params, for search"),
    Column("created_at", UtcTime, nullable=False),
    Column("updated_at", UtcTime, nullable=False),
    Column("submitted_at", UtcTime, nullable=True),
    Column("finished_at", UtcTime, nullable=True),
    Column("worker", String(40), nullable=True),
    Column("remote_id", Text, nullable=False, default=""),
    Column("site", Text, nullable=False, default=""),
    Column("account", String(64), nullable=False, default=""),
    Column("estimate_amount", Amount, nullable=True),
    Column("estimate_currency", String(3), nullable=False, default=""),
    Column("cost_amount", Amount, nullable=True),
    Column("cost_currency", String(3), nullable=False, default=""),
    Column("cost_coins", Amount, nullable=True, comment="RH coins"),
    Column("charged", String(10), nullable=False, default="no"),
    Column("error_code", SafeText, nullable=True, comment="null: no error"),
    Column("error_message", SafeText, nullable=False, default=""),
    Column("note", String(80), nullable=False, default=""),
    Column("cancel_asked", Boolean, nullable=False, default=False),
    Column("upload_done", Integer, nullable=False, default=0),
    Column("upload_total", Integer, nullable=False, default=0),
    Column("submitter", SafeText, nullable=False, default="", server_default=""),
    Column("priority", Integer, nullable=False, default=0, server_default="0"),
    Column(
        "hook",
        String(64),
        nullable=False,
        default="",
        server_default="",
        comment="sha-256 of the secret in the address at which its end is told",
    ),
    Column("heard", Text, nullable=False, default="", server_default="", comment="the remote id told there"),
    Column(
        "likeness",
        String(64),
        nullable=False,
        default="",
        server_default="",
        comment="the same for equal orders; empty: made before this was kept",
    ),
    Column("asked_at", Float, nullable=True, default=DatabaseClock(), comment="by the database's own clock"),
    Column("person", String(40), nullable=False, default="", server_default="", comment="empty: no people"),
    Column("project", String(40), nullable=False, default="", server_default="", comment="empty: private"),
    Column("token", String(40), nullable=False, default="", server_default="", comment="empty: by a page"),
    _sort_key("cost_key", "cost_amount"),
    _sort_key("coins_key", "cost_coins"),
    _sort_key("estimate_key", "estimate_amount"),
    UniqueConstraint("request_id"),
    CheckConstraint("state IN ({})".format(", ".join(f"'{state}'" for state in STATES)), name="state"),
    Index("ix_tasks_state", "state", "id"),
    Index("ix_tasks_modality", "modality", "id"),
    Index("ix_tasks_endpoint", "endpoint", "state", "id"),
    Index("ix_tasks_by_endpoint", "endpoint", "id"),
    Index("ix_tasks_by_cost", "cost_currency", "cost_key", "coins_key", "id"),
    Index("ix_tasks_by_estimate", "estimate_currency", "estimate_key", "id"),
    Index("ix_tasks_remote_id", "remote_id"),
    Index("ix_tasks_likeness", "likeness", "id"),
    Index("ix_tasks_updated_at", "updated_at"),
    Index("ix_tasks_person", "person", "id", "project"),
    _of_holder("ix_tasks_project", "project", "id"),
    *(
        _of_holder(
            f"ix_tasks_{holder}_spend",
            *(holder, "state", "finished_at", "charged", "cost_currency", "cost_amount", "cost_coins"),
        )
        for holder in ("person", "project", "token")
    ),
)

repeats = Table(
    "repeats",
    metadata,
    Column("request_id", String(120), primary_key=True),
    Column("task_id", String(40), ForeignKey("tasks.id", ondelete="CASCADE"), nullable=False),
)
"""Request ids of orders for which a run existed already."""

outputs = Table(
    "outputs",
    metadata,
    Column("id", String(48), primary_key=True),
    Column("task_id", String(40), ForeignKey("tasks.id", ondelete="CASCADE"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("kind", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("name", SafeText, nullable=False, default=""),
    Column("mime", String(120), nullable=False, default=""),
    Column("size", BigInteger, nullable=True),
    Column("sha256", String(64), nullable=False, default=""),
    Column("text", SafeText, nullable=True),
    Column("file_key", Text, nullable=False, default=""),
    Column("thumb_key", Text, nullable=False, default=""),
    Column("width", Integer, nullable=True),
    Column("height", Integer, nullable=True),
    Column("seconds", Float, nullable=True),
    Column("remote_url", Text, nullable=False, default=""),
    Column("created_at", UtcTime, nullable=False),
    Column("binned_at", UtcTime, nullable=True),
    Column("binned_by", String(40), nullable=False, default="", server_default="", comment="a person's id"),
    Column("deleted_at", UtcTime, nullable=True, comment="for good"),
    UniqueConstraint("task_id", "position"),
    Index("ix_outputs_state", "state", "id"),
    Index(
        "ix_outputs_binned_at",
        "binned_at",
        "id",
        sqlite_where=text("binned_at IS NOT NULL"),
        postgresql_where=text("binned_at IS NOT NULL"),
    ),
)

workers = Table(
    "workers",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("host", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=False),
)

uploads = Table(
    "uploads",
    metadata,
    Column("content", String(80), primary_key=True, comment="<sha256>.<ext> of the kept input"),
    Column("host", Text, primary_key=True),
    Column("account", String(64), primary_key=True),
    Column("url", Text, nullable=False),
    Column("file_name", Text, nullable=False, default="", server_default="", comment="what nodes call it"),
    Column("expires_at", UtcTime, nullable=False),
)

plans = Table(
    "plans",
    metadata,
    Column("task_id", String(40), ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("plan", Json, nullable=False, comment="what a run of an app or a workflow sends"),
)
"""Apart from the tasks, which are read by the hundred: a plan may contain a whole graph."""

forms = Table(
    "forms",
    metadata,
    Column("path", String(200), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("remote_id", Text, nullable=False),
    Column("site", Text, nullable=False),
    Column("face", Json, nullable=False, comment="what a tile shows"),
    Column("source", Json, nullable=False, comment="what the form is made of"),
    Column("favourite", Boolean, nullable=False, default=False),
    Column("made_at", UtcTime, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)

pauses = Table(
    "pauses",
    metadata,
    Column("site", Text, primary_key=True),
    Column("account", String(64), primary_key=True),
    Column("code", String(20), nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("amount", Amount, nullable=True, comment="null: the account was not looked at yet"),
    Column("currency", String(3), nullable=False, default=""),
    Column("coins", Amount, nullable=True, comment="RH coins, as amount"),
)

loras = Table(
    "loras",
    metadata,
    Column("site", Text, primary_key=True),
    Column("account", String(64), primary_key=True),
    Column("file", String(200), primary_key=True, comment="the name by which a node takes it"),
    Column("name", SafeText, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False),
)

ledger = Table(
    "ledger",
    metadata,
    Column("site", Text, primary_key=True),
    Column("remote_id", Text, primary_key=True),
    Column("task_id", String(40), ForeignKey("tasks.id"), nullable=False),
    Column("account", String(64), nullable=False),
    Column("amount", Amount, nullable=True, comment="null: charged, amount not known"),
    Column("currency", String(3), nullable=False, default=""),
    Column("coins", Amount, nullable=True),
    Column("at", UtcTime, nullable=False),
    Index("ix_ledger_task_id", "task_id"),
)
