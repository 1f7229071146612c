"""Who may use the page: where others reach it and it has a key, somebody must be able to sign in."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from rh_ui import terminal
from rh_ui.config import Settings
from rh_ui.errors import PersonRefused, StartRefused
from rh_ui.services.people import People
from rh_ui.start_checks import secret_of

FIRST: Final = (
    "Nobody can sign in yet. Enter a name and a password for the first admin, who invites the others."
)


def refuse_early(settings: Settings, database: Path | None) -> None:
    """Refuse what `first_admin` would refuse, before anything is made. `database`: SQLite's file; None for a
    server."""
    empty = database is not None and not database.exists()
    if empty and settings.is_exposed and not _is_named(settings) and not terminal.is_there():
        raise _nobody(settings)


def first_admin(settings: Settings, people: People) -> bool:
    """Make the first admin if the settings name one, or ask for one if others reach the page with its key.
    Returns whether there are people. Raises StartRefused."""
    if people.exist():
        people.give_ownerless_runs()
        return True
    if settings.demo:
        return False
    if _is_named(settings):
        try:
            people.first_admin(settings.admin_name, _password(settings))
        except PersonRefused as refusal:
            if not people.exist():  # another program with the same settings may have been quicker
                raise StartRefused(f"RH_UI_ADMIN_NAME and its password: {refusal}") from None
    elif settings.is_exposed:
        if not terminal.is_there():
            raise _nobody(settings)
        ask_first_admin(people)
    return people.exist()


def ask_first_admin(people: People) -> None:
    """Ask at the terminal until it works. Raises StartRefused at the end of the input."""
    terminal.say(FIRST)
    while not people.exist():
        try:
            people.first_admin(terminal.ask("Name"), terminal.ask_new_password())
        except PersonRefused as refusal:
            terminal.say(str(refusal))


def _is_named(settings: Settings) -> bool:
    given = settings.admin_password is not None or settings.admin_password_file is not None
    if settings.admin_name and not given:
        raise StartRefused(
            "RH_UI_ADMIN_NAME needs a password: set RH_UI_ADMIN_PASSWORD, or RH_UI_ADMIN_PASSWORD_FILE to a "
            "file that has it."
        )
    return bool(settings.admin_name)


def _password(settings: Settings) -> str:
    given = settings.admin_password
    return secret_of(
        given.get_secret_value() if given else None, settings.admin_password_file, "RH_UI_ADMIN_PASSWORD_FILE"
    )


def _nobody(settings: Settings) -> StartRefused:
    return StartRefused(
        f"Nobody can sign in yet, so with a key the page does not listen on {settings.host}: anybody who "
        "reached it could spend the key's money. Start it in a terminal, which asks for the first admin, or "
        "set RH_UI_ADMIN_NAME and RH_UI_ADMIN_PASSWORD (or RH_UI_ADMIN_PASSWORD_FILE). Or start it on "
        "127.0.0.1, or show it to others in demo mode (--demo)."
    )
