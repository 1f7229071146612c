"""The services for people, with a clock that tests move and quick hashes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from argon2 import PasswordHasher

from rh_ui.people import Caller, Person, Role
from rh_ui.persistence.database import Database
from rh_ui.persistence.repositories.audit import AuditRepository
from rh_ui.persistence.repositories.invitations import InvitationRepository
from rh_ui.persistence.repositories.people import PeopleRepository
from rh_ui.persistence.repositories.sessions import SessionRepository, TokenRepository
from rh_ui.services.audit_log import AuditLog
from rh_ui.services.passwords import Passwords
from rh_ui.services.people import People
from rh_ui.services.sign_in import SignIn

WORD = "correct horse battery"
"""A password."""


def quick_passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


class Team:
    """People, their sign-in and the log of it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.time = datetime(2026, 11, 2, 9, tzinfo=UTC)
        self.projects: dict[str, Mapping[str, bool]] = {}
        self.inputs: list[str] = []
        people = PeopleRepository(database, now=self.now)
        passwords = quick_passwords()
        self.audit = AuditLog(AuditRepository(database), self.now)
        self.people = People(
            people, InvitationRepository(database, now=self.now), self.audit, passwords,
            kept_inputs=lambda: self.inputs, now=self.now,
        )  # fmt: skip
        self.sign_in = SignIn(
            people, SessionRepository(database, now=self.now), TokenRepository(database, now=self.now),
            self.audit, passwords, projects_of=lambda person: self.projects.get(person, {}), now=self.now,
        )  # fmt: skip

    def now(self) -> datetime:
        return self.time

    def wait(self, **parts: float) -> None:
        self.time += timedelta(**parts)

    def admin(self) -> Caller:
        """The first admin, signed in."""
        return self.enter(self.people.first_admin("Ada", WORD).name)[0]

    def member(self, by: Caller, name: str = "Ben", role: Role = Role.MEMBER) -> Person:
        return self.people.add(name, WORD, role, by)

    def enter(self, name: str, word: str = WORD) -> tuple[Caller, str]:
        """Whoever signs in, and the secret of their session."""
        _, secret = self.sign_in.sign_in(name, word, "a browser", "192.0.2.1")
        caller = self.sign_in.caller(secret)
        assert caller is not None
        return caller, secret

    def told(self) -> list[str]:
        """The actions in the audit log, oldest first."""
        return [entry.action.value for entry in reversed(self.audit.page())]
