"""Entries of the audit log in the reader's words. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from typing_extensions import TypedDict

from rh_ui.i18n import Words
from rh_ui.people import Action, AuditEntry

COLUMNS: Final = ("at", "person", "action", "about", "owner", "place", "target", "code")
"""Of the export: a moment in UTC, words, and the codes behind them."""

CHANGES: Final = (Action.RENAMED, Action.ROLE_CHANGED, Action.RUN_MOVED)
"""Their details are what was and what is."""
UNTOLD: Final = ("invitation", "project")
"""Details that are ids, for whoever reads the database."""


class AuditRow(TypedDict):
    """One entry. `about`: to whom or what, in words; `owner`: whose it was, if somebody else's."""

    id: str
    at: str
    name: str
    action: Action
    about: str
    owner: str
    place: str


def audit_row(entry: AuditEntry, names: Mapping[str, str], words: Words) -> AuditRow:
    """`names`: of people, by id."""
    return {
        "id": entry.id,
        "at": entry.at.isoformat(),
        "name": entry.name,
        "action": entry.action,
        "about": _about(entry, names, words),
        "owner": names.get(entry.owner, "") if entry.owner != entry.person else "",
        "place": entry.place,
    }


def export_row(entry: AuditEntry, names: Mapping[str, str], words: Words) -> list[str]:
    row = audit_row(entry, names, words)
    told = (row["about"], row["owner"], row["place"], entry.target, entry.action)
    return [row["at"], row["name"], words(f"audit.{entry.action}"), *told]


def _about(entry: AuditEntry, names: Mapping[str, str], words: Words) -> str:
    """To whom it was done, and the details: a role by its name, anything else as it was written."""
    whom = names.get(entry.target, "") if entry.target != entry.person else ""
    details = {key: value for key, value in (entry.details or {}).items() if key not in UNTOLD}
    roles = details if entry.action is Action.ROLE_CHANGED else ("role",)
    told = [words(f"sign_in.role_{value}") if key in roles else value for key, value in details.items()]
    if entry.action in CHANGES:
        told = [" → ".join(told)]
    return " · ".join(dict.fromkeys(part for part in (whom, *told) if part and part != entry.name))
