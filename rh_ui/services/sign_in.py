"""Who makes a call: sessions of browsers, tokens of scripts, and the password that opens a session.

Secrets are 256 random bits; the database has only their sha-256. A session gets a new secret at each sign-in
and then once a day: `renewed` gives it. The one before stays good until the new one came, because an answer
may get lost, and for another minute, so that requests under way don't fail. A session ends after two weeks
without use, and after 90 days in any case.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from rh_ui.domain import new_id
from rh_ui.errors import ArgumentRefused, NotFound, PersonRefused, RightRefused, SignInRefused
from rh_ui.people import Action, Caller, Person, PersonState, Right, Role, Session, Token
from rh_ui.persistence.database_clock import utc_now
from rh_ui.persistence.repositories.people import PeopleRepository
from rh_ui.persistence.repositories.sessions import SessionRepository, TokenRepository
from rh_ui.services.audit_log import AuditLog
from rh_ui.services.passwords import Passwords
from rh_ui.services.people import as_caller, digest, name_key, need, new_secret, tidy_name

if TYPE_CHECKING:
    from rh_ui.services.sign_in_throttle import Attempt, SignInThrottle

LONGEST: Final = timedelta(days=90)
UNUSED: Final = timedelta(days=14)
TURNED: Final = timedelta(days=1)
"""The age at which a session's secret is replaced."""
GRACE: Final = timedelta(minutes=1)
"""How long the secret before is good once the new one came."""
NOTED: Final = timedelta(minutes=5)
"""How exactly it is known when a session or a token was used last: not every request writes."""
LONGEST_AGENT: Final = 300
TOKEN_PREFIX: Final = "rhui_"
NO_NAME: Final = "\0"
"""What no name contains: begins a key of the throttle that is not a name."""
MOST_TOKENS: Final = 100
MOST_DAYS: Final = 3650


class SignIn:
    """Thread-safe. Methods raise StorageFault."""

    def __init__(
        self,
        people: PeopleRepository,
        sessions: SessionRepository,
        tokens: TokenRepository,
        audit: AuditLog,
        passwords: Passwords,
        *,
        projects_of: Callable[[str], Mapping[str, bool]] = lambda _person: {},
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        """`projects_of`: the projects that a person sees, by id; True: they belong to it."""
        self._people = people
        self._sessions = sessions
        self._tokens = tokens
        self._audit = audit
        self._passwords = passwords
        self._throttle: SignInThrottle | None = None
        self._lock = threading.Lock()
        self._projects_of = projects_of
        self._now = now

    def sign_in(self, name: str, password: str, agent: str, place: str) -> tuple[Person, str]:
        """The person, and the secret of a new session. `place`: the network address.

        Raises SignInRefused: wrong, too often wrong, or the person waits or is gone; a right password is
        needed to learn the latter.
        """
        key = _key(name)
        with self._tries().attempt(key, place) as attempt:
            person = self._with_password(key, password, place, attempt)
        return person, self.open_session(person, agent, place)

    def open_session(self, person: Person, agent: str, place: str) -> str:
        """The secret of a new session of somebody who has proved who they are. Raises SignInRefused if they
        wait or are gone."""
        _refuse_outside(person)
        secret, now = new_secret(), self._now()
        session = Session(new_id(), person.id, now, now, now, now, now + LONGEST, agent[:LONGEST_AGENT])
        told = self._audit.entry(as_caller(person), Action.SIGNED_IN, person.id, place=place)
        self._sessions.add(session, digest(secret), [told], unused_since=now - UNUSED)
        return secret

    def caller(self, secret: str) -> Caller | None:
        """Whose session this is; None if it has ended."""
        found = self._sessions.find(digest(secret)) if secret else None
        if found is None:
            return None
        session, person, current = found
        now, taken = self._now(), session.taken_at
        if not (current or taken is None or now <= taken + GRACE) or not _is_open(session, now):
            return None
        if person.state is not PersonState.ACTIVE:
            return None
        if current and taken is None:
            self._sessions.taken(session.id, now)
        elif now - session.seen_at > NOTED:
            self._sessions.used(session.id, now)
        renews = (current or taken is None) and now - session.turned_at >= TURNED
        return self._caller(person, session=session.id, looking_at=session.looking_at, renews=renews)

    def trusted_caller(self, person: Person) -> Caller:
        """Somebody for whom others vouch with each call. Raises SignInRefused if they wait or are gone."""
        _refuse_outside(person)
        return self._caller(person)

    def goes_on(self, caller: Caller) -> bool:
        """Whether what let a caller in still does: for what is told to them as long as they listen."""
        now = self._now()
        if caller.token:
            token = self._tokens.get(caller.token)
            return token is not None and not _is_over(token, now)
        if caller.session:
            session = self._sessions.get(caller.session)
            return session is not None and _is_open(session, now)
        person = self._people.get(caller.person)
        return person is not None and person.state is PersonState.ACTIVE

    def renewed(self, secret: str) -> str | None:
        """The new secret of a session whose secret is a day old; None: keep the one that there is. Call it if
        `caller` said that it is due, and send the new one with the answer."""
        new, now = new_secret(), self._now()
        return new if self._sessions.turn(digest(secret), digest(new), now, now - TURNED) else None

    def token_caller(self, token: str) -> Caller | None:
        """Whose token this is; None if it was revoked or has ended."""
        found = self._tokens.find(digest(token)) if token.startswith(TOKEN_PREFIX) else None
        if found is None:
            return None
        known, person = found
        now = self._now()
        if _is_over(known, now) or person.state is not PersonState.ACTIVE:
            return None
        if known.seen_at is None or now - known.seen_at > NOTED:
            self._tokens.used(known.id, now)
        return self._caller(person, token=known.id)

    def sign_out(self, secret: str) -> None:
        """End the session; the secret of an ended one does nothing. Call it also for the cookie that a
        browser sends when somebody signs in."""
        found = self._sessions.find(digest(secret))
        if found is not None:
            session, person, _ = found
            told = self._audit.entry(as_caller(person), Action.SIGNED_OUT, person.id)
            self._sessions.end(session.id, [told])

    def sessions(self, person_id: str) -> list[Session]:
        """Those that go on, last used first."""
        now = self._now()
        return [session for session in self._sessions.of(person_id) if _is_open(session, now)]

    def end_session(self, session_id: str, by: Caller) -> None:
        """End a session of one's own, or as an admin anybody's. Raises NotFound."""
        session = self._sessions.get(session_id)
        if session is None or not (session.person == by.person or by.may(Right.MANAGE)):
            raise NotFound("There is no such session.")
        if by.token:
            raise RightRefused
        told = self._audit.entry(by, Action.SESSION_ENDED, session.person)
        self._sessions.end(session_id, [told])

    def look(self, person_id: str, by: Caller, place: str = "") -> None:
        """Let an admin see somebody's private work in this session, which is written down. Raises NotFound,
        RightRefused."""
        if not by.session or not by.may(Right.MANAGE):
            raise RightRefused
        if person_id == by.person or self._people.get(person_id) is None:
            raise NotFound("There is no such person.")
        told = self._audit.entry(by, Action.LOOK_BEGAN, owner=person_id, place=place)
        self._sessions.look(by.session, person_id, [told])

    def end_look(self, by: Caller, place: str = "") -> None:
        """The admin sees their own work again."""
        if by.looking_at:
            told = self._audit.entry(by, Action.LOOK_ENDED, owner=by.looking_at, place=place)
            self._sessions.look(by.session, "", [told])

    def confirm_password(self, person_id: str, password: str, place: str = "") -> None:
        """Make sure that it is really them. Raises SignInRefused as `sign_in` does, but what strangers guess
        at the sign-in page does not count here."""
        person = self._people.get(person_id)
        key, counted = name_key(person.name) if person else "", f"{NO_NAME}{person_id}"
        with self._tries().attempt(counted) as attempt:
            self._with_password(key, password, place, attempt)

    def make_token(self, person_id: str, name: str, days: int | None, by: Caller) -> tuple[Token, str]:
        """A token for one's own scripts, and its secret, which is shown once. `days`: after how many it ends;
        None: never. Raises ArgumentRefused, PersonRefused (the name), RightRefused."""
        if by.person != person_id:
            raise RightRefused
        need(by, Right.RUN)
        if days is not None and not 1 <= days <= MOST_DAYS:
            raise ArgumentRefused("The days of a token", "out_of_range")
        if len([token for token in self.tokens(person_id) if not token.revoked_at]) >= MOST_TOKENS:
            raise ArgumentRefused("This many tokens", "too_many")
        secret, now = TOKEN_PREFIX + new_secret(), self._now()
        ends = None if days is None else now + timedelta(days=days)
        token = Token(new_id(), person_id, tidy_name(name), now, ends_at=ends)
        told = self._audit.entry(by, Action.TOKEN_MADE, token.id, details={"name": token.name})
        self._tokens.add(token, digest(secret), [told])
        return token, secret

    def tokens(self, person_id: str) -> list[Token]:
        """Newest first, also those that were revoked or have ended."""
        return self._tokens.of(person_id)

    def revoke_token(self, token_id: str, by: Caller) -> None:
        """Revoke a token of one's own, or as an admin anybody's. Raises NotFound."""
        token = self._tokens.get(token_id)
        if token is None or not (token.person == by.person or by.may(Right.MANAGE)):
            raise NotFound("There is no such token.")
        if by.token:
            raise RightRefused
        details = {"name": token.name}
        told = self._audit.entry(by, Action.TOKEN_REVOKED, token.id, owner=token.person, details=details)
        self._tokens.revoke(token_id, [told])

    def _tries(self) -> SignInThrottle:
        with self._lock:
            if self._throttle is None:
                from rh_ui.services.sign_in_throttle import SignInThrottle  # it loads much, for people alone

                self._throttle = SignInThrottle()
            return self._throttle

    def _with_password(self, key: str, password: str, place: str, attempt: Attempt) -> Person:
        """The person with this name and password. Raises SignInRefused."""
        found = self._people.with_password(key)
        person, hashed = found or (None, "")
        if not self._passwords.verify(hashed, password) or person is None:
            attempt.wrong()
            self._note_refusal(person, place)
            raise SignInRefused("The name or the password is wrong.", "sign-in-wrong")
        if replaced := self._passwords.replaced(hashed, password):
            self._people.rehash(person.id, hashed, replaced)
        return person

    def _note_refusal(self, person: Person | None, place: str) -> None:
        """Once a minute for each name. Names that nobody has are not kept, and count as one: some people
        type their password there."""
        if self._tries().is_first(person.id if person else ""):
            caller = Caller("", Role.GUEST, person.name if person else "")
            self._audit.write(caller, Action.SIGN_IN_REFUSED, person.id if person else "", place=place)

    def _caller(
        self,
        person: Person,
        *,
        session: str = "",
        token: str = "",
        looking_at: str = "",
        renews: bool = False,
    ) -> Caller:
        projects = dict(self._projects_of(person.id))
        looks = looking_at if person.role is Role.ADMIN else ""
        return Caller(person.id, person.role, person.name, projects, token, session, looks, renews)


def _key(name: str) -> str:
    """As in the database; empty for what can be nobody's name."""
    try:
        return name_key(tidy_name(name))
    except PersonRefused:
        return ""


def _is_open(session: Session, now: datetime) -> bool:
    return now < session.ends_at and now < session.seen_at + UNUSED


def _is_over(token: Token, now: datetime) -> bool:
    return token.revoked_at is not None or (token.ends_at is not None and token.ends_at <= now)


def _refuse_outside(person: Person) -> None:
    if person.state is PersonState.WAITING:
        raise SignInRefused("An admin has to let you in first. Ask one, then try again.", "sign-in-waiting")
    if person.state is PersonState.GONE:
        raise SignInRefused("You have left this page. Ask an admin if that is wrong.", "sign-in-gone")
