"""People, their projects and money, and whose each run is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

STATES = (
    "'asking', 'queued', 'claimed', 'uploading', 'submitting', 'running', "
    "'downloading', 'done', 'failed', 'cancelled', 'unknown'"
)


def upgrade() -> None:
    _people()
    _ways_in()
    _projects()
    _of_projects()
    _money()
    _audit()
    _tasks()


def _people() -> None:
    op.create_table(
        "people",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("name_key", sa.String(200), nullable=False, comment="the name in one case and one width"),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("password", sa.String(200), nullable=False, comment="argon2 hash; empty: none"),
        sa.Column("subject", sa.String(400), nullable=True, comment="the id that the company gives"),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signed_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_people"),
        sa.UniqueConstraint("name_key", name="uq_people_name_key"),
        sa.UniqueConstraint("subject", name="uq_people_subject"),
    )
    op.create_table(
        "sessions",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, comment="sha-256 of the cookie"),
        sa.Column("previous", sa.String(64), nullable=False, comment="that of the cookie before"),
        sa.Column("person", sa.String(40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "turned_at", sa.DateTime(timezone=True), nullable=False, comment="when the cookie was made"
        ),
        sa.Column(
            "taken_at",
            sa.DateTime(timezone=True),
            nullable=True,
            comment="when that cookie came first; null: not yet",
        ),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False, comment="the browser, as it names itself"),
        sa.Column("looking_at", sa.String(40), nullable=False, comment="the person an admin looks at"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_sessions_person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("digest", name="uq_sessions_digest"),
    )
    op.create_index("ix_sessions_previous", "sessions", ["previous"])
    op.create_index("ix_sessions_person", "sessions", ["person"])


def _ways_in() -> None:
    op.create_table(
        "invitations",
        sa.Column("digest", sa.String(64), nullable=False, comment="sha-256 of the secret in the link"),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("project", sa.String(40), nullable=False, comment="empty: none"),
        sa.Column("made_by", sa.String(40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("used_by", sa.String(40), nullable=False, comment="empty: not used yet"),
        sa.PrimaryKeyConstraint("digest", name="pk_invitations"),
    )
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False, comment="sha-256 of the token"),
        sa.Column("person", sa.String(40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=True, comment="null: none"),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_tokens_person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_tokens"),
        sa.UniqueConstraint("digest", name="uq_tokens_digest"),
    )
    op.create_index("ix_tokens_person", "tokens", ["person"])


def _projects() -> None:
    op.create_table(
        "projects",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("closed", sa.Boolean(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False, comment="name of its account; empty: none"),
        sa.Column("made_by", sa.String(40), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_projects"),
    )
    op.create_table(
        "project_people",
        sa.Column("project", sa.String(40), nullable=False),
        sa.Column("person", sa.String(40), nullable=False),
        sa.ForeignKeyConstraint(
            ["person"], ["people.id"], name="fk_project_people_person", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["project"], ["projects.id"], name="fk_project_people_project", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project", "person", name="pk_project_people"),
    )
    op.create_index("ix_project_people_person", "project_people", ["person"])


def _of_projects() -> None:
    op.create_table(
        "start_values",
        sa.Column("project", sa.String(40), nullable=False),
        sa.Column("endpoint", sa.String(400), nullable=False),
        sa.Column("modality", sa.String(10), nullable=False),
        sa.Column("params", sa.Text(), nullable=False, comment="as a run would send them; null: left empty"),
        sa.Column("begins", sa.Boolean(), nullable=False, comment="whether the tab begins with this model"),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["project"], ["projects.id"], name="fk_start_values_project", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("project", "endpoint", name="pk_start_values"),
    )
    op.create_table(
        "input_holders",
        sa.Column("name", sa.String(80), nullable=False, comment="<sha256>.<ext> of the kept input"),
        sa.Column("holder", sa.String(50), nullable=False, comment="person:<id> or project:<id>"),
        sa.PrimaryKeyConstraint("name", "holder", name="pk_input_holders"),
    )
    op.create_table(
        "form_people",
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("person", sa.String(40), nullable=False),
        sa.Column("favourite", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["path"], ["forms.path"], name="fk_form_people_path", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["person"], ["people.id"], name="fk_form_people_person", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("path", "person", name="pk_form_people"),
    )
    op.create_table(
        "form_projects",
        sa.Column("path", sa.String(200), nullable=False),
        sa.Column("project", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["path"], ["forms.path"], name="fk_form_projects_path", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["project"], ["projects.id"], name="fk_form_projects_project", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("path", "project", name="pk_form_projects"),
    )
    op.create_index("ix_form_projects_project", "form_projects", ["project"])


def _money() -> None:
    op.create_table(
        "budgets",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("holder", sa.String(10), nullable=False, comment="person, project or token"),
        sa.Column("holder_id", sa.String(40), nullable=False),
        sa.Column("period", sa.String(10), nullable=False, comment="day, week or month"),
        sa.Column("zone", sa.String(60), nullable=False, comment="the time zone in which a day begins"),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(5), nullable=False, comment="ISO 4217, or coins"),
        sa.Column(
            "unpriced", sa.BigInteger(), nullable=True, comment="what a run without a known price holds"
        ),
        sa.Column(
            "ask_above", sa.BigInteger(), nullable=True, comment="what a run may hold without an admin's yes"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_budgets"),
        sa.UniqueConstraint("holder", "holder_id", "period", "unit", name="uq_budgets_holder"),
    )
    op.create_table(
        "holds",
        sa.Column("task_id", sa.String(40), nullable=False),
        sa.Column("unit", sa.String(5), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name="fk_holds_task_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("task_id", "unit", name="pk_holds"),
    )
    op.create_table(
        "adjustments",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False, comment="correction or grant"),
        sa.Column("holder", sa.String(10), nullable=False),
        sa.Column("holder_id", sa.String(40), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False, comment="added to what may be spent"),
        sa.Column("unit", sa.String(5), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("task_id", sa.String(40), nullable=False, comment="the run that a correction is about"),
        sa.Column("made_by", sa.String(40), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_adjustments"),
    )
    op.create_index("ix_adjustments_holder", "adjustments", ["holder", "holder_id", "at"])
    op.create_table(
        "balance_readings",
        sa.Column("site", sa.Text(), nullable=False),
        sa.Column("account", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=True, comment="null: the service names no money"),
        sa.Column("currency", sa.String(3), nullable=False),
        sa.Column("coins", sa.BigInteger(), nullable=True, comment="RH coins, as amount"),
        sa.PrimaryKeyConstraint("site", "account", "at", name="pk_balance_readings"),
    )


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.String(40), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(40), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("owner", sa.String(40), nullable=False),
        sa.Column("details", sa.Text(), nullable=True),
        sa.Column("place", sa.String(100), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_owner", "audit", ["owner", "id"])
    op.create_index("ix_audit_person", "audit", ["person", "id"])


def _tasks() -> None:
    # SQLite copies the table for this.
    with op.batch_alter_table("tasks") as batch:
        batch.drop_constraint(op.f("ck_tasks_state"), type_="check")
        batch.create_check_constraint(op.f("ck_tasks_state"), f"state IN ({STATES})")
    op.add_column(
        "tasks",
        sa.Column("person", sa.String(40), server_default="", nullable=False, comment="empty: no people"),
    )
    op.add_column(
        "tasks",
        sa.Column("project", sa.String(40), server_default="", nullable=False, comment="empty: private"),
    )
    op.add_column(
        "tasks",
        sa.Column("token", sa.String(40), server_default="", nullable=False, comment="empty: by a page"),
    )
    op.create_index("ix_tasks_updated_at", "tasks", ["updated_at"])
    op.create_index("ix_tasks_person", "tasks", ["person", "id", "project"])
    paid = ["state", "finished_at", "charged", "cost_currency", "cost_amount", "cost_coins"]
    indexes = {f"{holder}_spend": [holder, *paid] for holder in ("person", "project", "token")}
    indexes["project"] = ["project", "id"]
    for name, columns in indexes.items():
        where = sa.text(f"{columns[0]} <> ''")
        op.create_index(f"ix_tasks_{name}", "tasks", columns, sqlite_where=where, postgresql_where=where)


def downgrade() -> None:
    raise NotImplementedError("Migrations go one way; restore the backup instead.")
