"""A trigger in the database itself: whichever statement makes a move, only those of the table are allowed."""

from __future__ import annotations

from typing import Final

from rh_ui.engine.state_machine import MOVES
from rh_ui.persistence.database import Database

REFUSED: Final = "a move that is not in the table"


def obey_the_table(database: Database) -> None:
    """From now on SQLite refuses every other change of a task's state."""
    allowed = sorted({f"'{was.value}>{becomes.value}'" for (was, _), becomes in MOVES.items()})
    with database.write() as connection:
        connection.exec_driver_sql("DROP TRIGGER IF EXISTS obey_the_table")
        connection.exec_driver_sql(
            "CREATE TRIGGER obey_the_table BEFORE UPDATE OF state ON tasks WHEN OLD.state <> NEW.state "
            f"AND OLD.state || '>' || NEW.state NOT IN ({', '.join(allowed)}) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
        )
