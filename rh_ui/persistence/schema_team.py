"""The tables of people, projects and their money; `schema` has those of the runs."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint

from rh_ui.persistence.columns import Amount, Json, SafeText, UtcTime
from rh_ui.persistence.schema import metadata

people = Table(
    "people",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", SafeText, nullable=False),
    Column("name_key", String(200), nullable=False, comment="the name in one case and one width"),
    Column("role", String(10), nullable=False),
    Column("state", String(10), nullable=False),
    Column("password", String(200), nullable=False, default="", comment="argon2 hash; empty: none"),
    Column("subject", String(400), nullable=True, comment="the id that the company gives"),
    Column("made_at", UtcTime, nullable=False),
    Column("signed_in_at", UtcTime, nullable=True),
    UniqueConstraint("name_key"),
    UniqueConstraint("subject"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("digest", String(64), nullable=False, comment="sha-256 of the cookie"),
    Column("previous", String(64), nullable=False, default="", comment="that of the cookie before"),
    Column("person", String(40), ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("turned_at", UtcTime, nullable=False, comment="when the cookie was made"),
    Column("taken_at", UtcTime, nullable=True, comment="when that cookie came first; null: not yet"),
    Column("seen_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("agent", SafeText, nullable=False, default="", comment="the browser, as it names itself"),
    Column("looking_at", String(40), nullable=False, default="", comment="the person an admin looks at"),
    UniqueConstraint("digest"),
    Index("ix_sessions_previous", "previous"),
    Index("ix_sessions_person", "person"),
)

invitations = Table(
    "invitations",
    metadata,
    Column("digest", String(64), primary_key=True, comment="sha-256 of the secret in the link"),
    Column("role", String(10), nullable=False),
    Column("project", String(40), nullable=False, default="", comment="empty: none"),
    Column("made_by", String(40), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("ends_at", UtcTime, nullable=False),
    Column("used_by", String(40), nullable=False, default="", comment="empty: not used yet"),
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("digest", String(64), nullable=False, comment="sha-256 of the token"),
    Column("person", String(40), ForeignKey("people.id", ondelete="CASCADE"), nullable=False),
    Column("name", SafeText, nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("seen_at", UtcTime, nullable=True),
    Column("ends_at", UtcTime, nullable=True, comment="null: none"),
    Column("revoked_at", UtcTime, nullable=True),
    UniqueConstraint("digest"),
    Index("ix_tokens_person", "person"),
)

projects = Table(
    "projects",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("name", SafeText, nullable=False),
    Column("shared", Boolean, nullable=False, default=False),
    Column("closed", Boolean, nullable=False, default=False),
    Column("account", SafeText, nullable=False, default="", comment="name of its account; empty: none"),
    Column("made_by", String(40), nullable=False),
    Column("made_at", UtcTime, nullable=False),
)

project_people = Table(
    "project_people",
    metadata,
    Column("project", String(40), ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("person", String(40), ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Index("ix_project_people_person", "person"),
)

start_values = Table(
    "start_values",
    metadata,
    Column("project", String(40), ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("endpoint", String(400), primary_key=True),
    Column("modality", String(10), nullable=False),
    Column("params", Json, nullable=False, comment="as a run would send them; null: left empty"),
    Column("begins", Boolean, nullable=False, comment="whether the tab begins with this model"),
    Column("at", UtcTime, nullable=False),
)
"""With what the forms of a project start."""

input_holders = Table(
    "input_holders",
    metadata,
    Column("name", String(80), primary_key=True, comment="<sha256>.<ext> of the kept input"),
    Column("holder", String(50), primary_key=True, comment="person:<id> or project:<id>"),
)
"""Who may see a kept input: whoever brought it, and the projects that have a run or start values with it."""

form_people = Table(
    "form_people",
    metadata,
    Column("path", String(200), ForeignKey("forms.path", ondelete="CASCADE"), primary_key=True),
    Column("person", String(40), ForeignKey("people.id", ondelete="CASCADE"), primary_key=True),
    Column("favourite", Boolean, nullable=False, default=False),
    Column("at", UtcTime, nullable=False),
)
"""Whose list a kept form is in."""

form_projects = Table(
    "form_projects",
    metadata,
    Column("path", String(200), ForeignKey("forms.path", ondelete="CASCADE"), primary_key=True),
    Column("project", String(40), ForeignKey("projects.id", ondelete="CASCADE"), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Index("ix_form_projects_project", "project"),
)
"""The projects in whose lists a kept form is, too."""

budgets = Table(
    "budgets",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("holder", String(10), nullable=False, comment="person, project or token"),
    Column("holder_id", String(40), nullable=False),
    Column("period", String(10), nullable=False, comment="day, week or month"),
    Column("zone", String(60), nullable=False, comment="the time zone in which a day begins"),
    Column("amount", Amount, nullable=False),
    Column("unit", String(5), nullable=False, comment="ISO 4217, or coins"),
    Column("unpriced", Amount, nullable=True, comment="what a run without a known price holds"),
    Column("ask_above", Amount, nullable=True, comment="what a run may hold without an admin's yes"),
    UniqueConstraint("holder", "holder_id", "period", "unit"),
)

holds = Table(
    "holds",
    metadata,
    Column("task_id", String(40), ForeignKey("tasks.id", ondelete="CASCADE"), primary_key=True),
    Column("unit", String(5), primary_key=True),
    Column("amount", Amount, nullable=False),
)
"""What a run holds of its budgets: written with the run, and open as long as the run is."""

adjustments = Table(
    "adjustments",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("kind", String(12), nullable=False, comment="correction or grant"),
    Column("holder", String(10), nullable=False),
    Column("holder_id", String(40), nullable=False),
    Column("amount", Amount, nullable=False, comment="added to what may be spent"),
    Column("unit", String(5), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("until", UtcTime, nullable=True),
    Column("task_id", String(40), nullable=False, default="", comment="the run that a correction is about"),
    Column("made_by", String(40), nullable=False),
    Column("note", SafeText, nullable=False, default=""),
    Index("ix_adjustments_holder", "holder", "holder_id", "at"),
)
"""Only ever added to: what an admin allows beside a budget, and what a charge was wrong by."""

balance_readings = Table(
    "balance_readings",
    metadata,
    Column("site", Text, primary_key=True),
    Column("account", String(64), primary_key=True),
    Column("at", UtcTime, primary_key=True),
    Column("amount", Amount, nullable=True, comment="null: the service names no money"),
    Column("currency", String(3), nullable=False, default=""),
    Column("coins", Amount, nullable=True, comment="RH coins, as amount"),
)
"""What each account held, at the turn of each hour and when it changed."""

audit = Table(
    "audit",
    metadata,
    Column("id", String(40), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("person", String(40), nullable=False),
    Column("name", SafeText, nullable=False),
    Column("action", String(40), nullable=False),
    Column("target", String(200), nullable=False, default=""),
    Column("owner", String(40), nullable=False, default=""),
    Column("details", Json, nullable=True),
    Column("place", String(100), nullable=False, default=""),
    Index("ix_audit_owner", "owner", "id"),
    Index("ix_audit_person", "person", "id"),
)
"""Only ever added to. No foreign key: it outlives what it is about."""
