"""People: adding and inviting them, their names, roles, states and passwords, and the rules about these."""

from __future__ import annotations

import hashlib
import logging
import secrets
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from rh_ui.domain import new_id
from rh_ui.errors import ArgumentRefused, NotFound, PersonRefused, RightRefused, StorageFault
from rh_ui.people import Action, AuditEntry, Caller, Invitation, Person, PersonState, Right, Role
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.repositories.invitations import InvitationRepository, invitation_over
from rh_ui.persistence.repositories.people import Change, NewPerson, PeopleRepository
from rh_ui.services.audit_log import AuditLog
from rh_ui.services.passwords import Passwords

log: Final = logging.getLogger(__name__)
LONGEST_NAME: Final = 200
INVITATION_DAYS: Final = 7
MOST_DAYS: Final = 90
LONGEST_SUBJECT: Final = 400
UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
"""Unicode's categories of characters that nobody sees: two names that look alike would be different."""


class People:
    """Thread-safe. Methods raise StorageFault; `by` is who does it, and what they do is in the audit log."""

    def __init__(
        self,
        people: PeopleRepository,
        invitations: InvitationRepository,
        audit: AuditLog,
        passwords: Passwords,
        *,
        kept_inputs: Callable[[], Iterable[str]] = tuple,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`kept_inputs`: the names of all kept inputs, for the first admin."""
        self._people = people
        self._invitations = invitations
        self._audit = audit
        self._passwords = passwords
        self._kept_inputs = kept_inputs
        self._now = now
        self._found = False

    @property
    def found(self) -> bool:
        """Whether this program knows of somebody, without a question to the database."""
        return self._found

    def exist(self) -> bool:
        """Whether there is anybody; once there is, that stays so."""
        self._found = self._found or self._people.exist()
        return self._found

    def list(self) -> list[Person]:
        """Everybody, oldest first, also those who wait or are gone."""
        return self._people.all()

    def get(self, person_id: str) -> Person:
        """Raises NotFound."""
        found = self._people.get(person_id)
        if found is None:
            raise NotFound("There is no such person here.")
        return found

    def first_admin(self, name: str, password: str) -> Person:
        """The first person, who gets all runs, inputs and kept forms that were here before.

        Works only while there is nobody. Raises PersonRefused.
        """
        new = self._new(name, password, Role.ADMIN)
        entry = self._audit.entry(as_caller(new.person), Action.FIRST_ADMIN, new.person.id)
        if self._people.exist() or not self._people.add_first(new, self._inputs(), entry):
            raise PersonRefused("There are people here already; an admin can invite you.", "people-exist")
        self._found = True
        return new.person

    def give_ownerless_runs(self) -> None:
        """Give the first admin what was ordered in the moment in which they became it. Call it at a start, if
        there are people."""
        if count := self._people.give_ownerless_runs():
            log.info("%d runs belonged to nobody; they are the first admin's now", count)

    def add(self, name: str, password: str, role: Role, by: Caller) -> Person:
        """Raises PersonRefused, RightRefused."""
        need(by, Right.MANAGE)
        new = self._new(name, password, role)
        told = self._audit.entry(by, Action.PERSON_ADDED, new.person.id, details=_about(new.person))
        self._people.add(new, [told])
        return new.person

    def change(
        self,
        person_id: str,
        *,
        role: Role | None = None,
        state: PersonState | None = None,
        name: str | None = None,
        by: Caller,
    ) -> Person:
        """Change what is given; everybody may change their own name, admins the rest.

        With another role or state their sessions end, but not the one that does this. Whoever is gone loses
        their tokens too; their runs go on and stay. Whoever is no admin any more leaves no invitations, with
        which they could let themselves in. Raises NotFound, PersonRefused (also where no active
        admin would be left), RightRefused.
        """
        if by.person != person_id or by.token or role is not None or state is not None:
            need(by, Right.MANAGE)
        if state is PersonState.WAITING:
            raise ArgumentRefused("Nobody is made to wait again", "not_an_option")
        tidied = None if name is None else tidy_name(name)

        def decide(before: Person, only_admin: bool) -> Change:
            after = replace(
                before, role=role or before.role, state=state or before.state, name=tidied or before.name
            )
            if only_admin and _is_admin(before) and not _is_admin(after):
                raise PersonRefused(
                    "This is the last admin. Make somebody else an admin first.", "last-admin"
                )
            return self._change(before, after, by)

        return self._people.change(person_id, decide)

    def set_password(self, person_id: str, password: str, by: Caller) -> None:
        """Give a new password: to oneself, or an admin to somebody. Their sessions end, but not the one that
        does this. Raises NotFound, PersonRefused, RightRefused."""
        if by.person != person_id or by.token:
            need(by, Right.MANAGE)
        hashed = self._passwords.hash(password)
        entry = self._audit.entry(by, Action.PASSWORD_CHANGED, person_id)

        def decide(_before: Person, _only_admin: bool) -> Change:
            return Change({"password": hashed}, [entry], ends_sessions_but=_own_session(by, person_id))

        self._people.change(person_id, decide)

    def of_company(self, subject: str, name: str, admits: Role | None) -> Person | None:
        """The person whom the company knows by this subject. A new one comes in with the role `admits`, or
        waits as a member if that is None. None: there are no people, or the subject is too long."""
        found = self._people.by_subject(subject)
        if found is not None or len(subject) > LONGEST_SUBJECT or not self.exist():
            return found
        state = PersonState.WAITING if admits is None else PersonState.ACTIVE
        role = admits or Role.MEMBER
        for shown in _free_names(name):
            person = Person(new_id(), shown, role, state, self._now(), subject=subject)
            told = self._audit.entry(
                as_caller(person), Action.PERSON_ADDED, person.id, details=_about(person)
            )
            try:
                return self._people.add_of_company(NewPerson(person, name_key(shown)), [told])
            except PersonRefused:
                continue  # the name is taken
        return None

    def invite(self, role: Role, project: str, by: Caller, days: int = INVITATION_DAYS) -> str:
        """The secret of a new invitation, which works once; only its digest is kept. `project`: the id of one
        that they will belong to, or empty. Raises RightRefused, ArgumentRefused."""
        need(by, Right.MANAGE)
        if not 1 <= days <= MOST_DAYS:
            raise ArgumentRefused("The days of an invitation", "out_of_range")
        secret, now = new_secret(), self._now()
        invitation = Invitation(digest(secret), role, project, by.person, now, now + timedelta(days=days))
        details = {"role": role.value, "project": project}
        told = self._audit.entry(by, Action.INVITED, invitation.digest, details=details)
        if not self._invitations.add(invitation, [told]):
            raise RightRefused
        return secret

    def invitation(self, secret: str) -> Invitation:
        """Raises PersonRefused if it was used or withdrawn, or has ended."""
        found = self._invitations.get(digest(secret))
        if found is None or found.used_by or found.ends_at <= self._now():
            raise invitation_over()
        return found

    def accept(self, secret: str, name: str, password: str) -> Person:
        """The person whom the invitation makes. Raises PersonRefused."""
        invitation = self.invitation(secret)
        new = self._new(name, password, invitation.role)
        told = self._audit.entry(
            as_caller(new.person), Action.INVITATION_ACCEPTED, new.person.id,
            details={**_about(new.person), "invitation": invitation.digest},
        )  # fmt: skip
        self._invitations.accept(invitation, new, [told])
        return new.person

    def invitations(self) -> Sequence[Invitation]:
        """Those that can still be accepted, newest first."""
        return self._invitations.open()

    def withdraw(self, invitation_digest: str, by: Caller) -> None:
        """Raises PersonRefused if it was used or withdrawn before, RightRefused."""
        need(by, Right.MANAGE)
        told = self._audit.entry(by, Action.INVITATION_WITHDRAWN, invitation_digest)
        if not self._invitations.withdraw(invitation_digest, [told]):
            raise invitation_over()

    def _inputs(self) -> Iterable[str]:
        try:
            return self._kept_inputs()
        except StorageFault as fault:  # What runs use is theirs anyway; the rest can be chosen again.
            log.warning("the first admin does not get the unused inputs: %s", fault)
            return ()

    def _new(self, name: str, password: str, role: Role) -> NewPerson:
        tidied = tidy_name(name)
        hashed = self._passwords.hash(password)
        person = Person(new_id(), tidied, role, PersonState.ACTIVE, self._now(), has_password=True)
        return NewPerson(person, name_key(tidied), hashed)

    def _change(self, before: Person, after: Person, by: Caller) -> Change:
        """What to write for a change of name, role or state."""
        values: dict[str, Any] = {}
        entries: list[AuditEntry] = []
        if after.name != before.name:
            values |= {"name": after.name, "name_key": name_key(after.name)}
            names = {"from": before.name, "to": after.name}
            entries.append(self._audit.entry(by, Action.RENAMED, before.id, details=names))
        if after.role is not before.role:
            values["role"] = after.role.value
            roles = {"from": before.role.value, "to": after.role.value}
            entries.append(self._audit.entry(by, Action.ROLE_CHANGED, before.id, details=roles))
        if after.state is not before.state:
            values["state"] = after.state.value
            action = Action.LEFT if after.state is PersonState.GONE else Action.LET_IN
            entries.append(self._audit.entry(by, action, before.id, details={"name": after.name}))
        ends = "role" in values or "state" in values

        def withdrawn(invitation: str) -> AuditEntry:
            return self._audit.entry(
                by, Action.INVITATION_WITHDRAWN, invitation, details={"name": after.name}
            )

        return Change(
            values, entries, ends_sessions_but=_own_session(by, before.id) if ends else None,
            ends_tokens=after.state is PersonState.GONE,
            withdrawn=withdrawn if ends and not _is_admin(after) else None,
        )  # fmt: skip


def tidy_name(name: str) -> str:
    """The name with single blanks. Raises PersonRefused if it can be nobody's."""
    tidied = " ".join(unicodedata.normalize("NFC", name).split())
    if not tidied:
        raise PersonRefused("Enter a name.", "name-empty")
    if max(len(tidied), len(name_key(tidied))) > LONGEST_NAME:
        raise PersonRefused(f"A name has at most {LONGEST_NAME} characters.", "name-long")
    if any(unicodedata.category(character) in UNSEEN for character in tidied):
        raise PersonRefused("The name has a character that nobody sees. Type it anew.", "name-unseen")
    return tidied


def _free_names(name: str) -> Iterator[str]:
    """Names for somebody whom the company calls so, the best first."""
    seen = "".join(character if unicodedata.category(character) not in UNSEEN else " " for character in name)
    try:
        plain = tidy_name(seen[: LONGEST_NAME // 4])
    except PersonRefused:
        plain = "?"
    yield plain
    yield from (f"{plain} {number}" for number in range(2, 1000))


def name_key(name: str) -> str:
    """The same for names that differ in case, width or blanks only."""
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).split())


def new_secret() -> str:
    """256 random bits, for an address or a header."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def as_caller(person: Person) -> Caller:
    return Caller(person.id, person.role, person.name)


def need(by: Caller, right: Right) -> None:
    """Raises RightRefused. Scripts change neither people nor ways to sign in."""
    if by.token or not by.may(right):
        raise RightRefused


def _is_admin(person: Person) -> bool:
    return person.role is Role.ADMIN and person.state is PersonState.ACTIVE


def _own_session(by: Caller, person_id: str) -> str:
    return by.session if by.person == person_id else ""


def _about(person: Person) -> dict[str, str]:
    return {"name": person.name, "role": person.role.value}
