"""`python -m rh_ui users`: who may sign in, for whoever has the data folder and is locked out of the page.

It works while the program runs: only the program's engine needs the folder for itself.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Final

from rh_ui import terminal
from rh_ui.config import Settings, read_settings
from rh_ui.errors import NotFound, StartRefused, StudioError
from rh_ui.people import CONSOLE, Person, PersonState, Role
from rh_ui.people_parts import opened_people
from rh_ui.services.people import INVITATION_DAYS, People, name_key

ROLES: Final = [role.value for role in reversed(Role)]
JOIN: Final = "/rh/join/"
"""Where an invitation is accepted, below the page's address."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command: 0 if it is done, 1 if it was refused, 2 if it can't start."""
    options = _parser().parse_args(arguments)
    try:
        settings = read_settings(data_dir=options.data_dir, demo=options.demo)
        with opened_people(settings, new=options.command == "add") as people:
            _run(options, people, settings)
    except StudioError as refusal:
        terminal.say(str(refusal))
        return 1
    except KeyboardInterrupt:
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m rh_ui", description=__doc__)
    users = parser.add_subparsers(required=True).add_parser("users", help="who may sign in")
    users.add_argument("--data-dir", help="the program's data folder (RH_UI_DATA_DIR; data)")
    users.add_argument("--demo", action="store_true", help="the people of demo mode")
    commands = users.add_subparsers(dest="command", required=True)
    commands.add_parser("list", help="everybody, with role, state and last sign-in")
    add = commands.add_parser("add", help="add a person; the password is asked, or a line of standard input")
    password = commands.add_parser("password", help="give a new password, asked in the same way")
    role = commands.add_parser("role", help="give another role")
    letting = commands.add_parser("let-in", help="let in somebody who waits, or who was gone")
    gone = commands.add_parser("gone", help="let somebody in no longer; their runs go on and stay")
    for command in (add, password, role, letting, gone):
        command.add_argument("name")
    role.add_argument("role", choices=ROLES)
    add.add_argument("--role", choices=ROLES, help="member; the first person is an admin")
    invite = commands.add_parser("invite", help="print a link with which one person joins")
    invite.add_argument("--role", choices=ROLES, default=Role.MEMBER.value)
    invite.add_argument("--days", type=int, default=INVITATION_DAYS, help="how long it works")
    return parser


def _run(options: argparse.Namespace, people: People, settings: Settings) -> None:
    match options.command:
        case "list":
            for person in people.list():
                _say(_line(person))
        case "add" if not people.exist():
            if options.role not in (None, Role.ADMIN.value):
                raise StartRefused("The first person is an admin; leave out --role.")
            people.first_admin(options.name, terminal.ask_new_password())
        case "add":
            role = Role(options.role or Role.MEMBER)
            people.add(options.name, terminal.ask_new_password(), role, CONSOLE)
        case "password":
            person = _named(people, options.name)
            people.set_password(person.id, terminal.ask_new_password(), CONSOLE)
        case "role":
            people.change(_named(people, options.name).id, role=Role(options.role), by=CONSOLE)
        case "let-in":
            people.change(_named(people, options.name).id, state=PersonState.ACTIVE, by=CONSOLE)
        case "gone":
            people.change(_named(people, options.name).id, state=PersonState.GONE, by=CONSOLE)
        case "invite":
            if not people.exist():
                raise StartRefused("Nobody is here yet. Begin with: python -m rh_ui users add NAME")
            secret = people.invite(Role(options.role), "", CONSOLE, options.days)
            _say(f"{settings.public_url or '(the address of the page)'}{JOIN}{secret}")


def _named(people: People, name: str) -> Person:
    """Raises NotFound."""
    for person in people.list():
        if name_key(person.name) == name_key(name):
            return person
    raise NotFound(f"Nobody here is called “{name}”. See everybody with: python -m rh_ui users list")


def _line(person: Person) -> str:
    seen = f"signed in {person.signed_in_at:%Y-%m-%d %H:%M} UTC" if person.signed_in_at else "never signed in"
    return f"{person.name}\t{person.role.value}\t{person.state.value}\t{seen}"


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
