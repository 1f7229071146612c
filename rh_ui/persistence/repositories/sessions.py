"""Sessions of browsers and tokens of scripts: found by the digest of their secret."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime

from sqlalchemy import ColumnElement, RowMapping, and_, delete, insert, or_, select, update

from rh_ui.people import AuditEntry, Person, Session, Token
from rh_ui.persistence.repositories.audit import add_entries
from rh_ui.persistence.repositories.base import Repository, row_count
from rh_ui.persistence.repositories.people import person_of
from rh_ui.persistence.schema_team import people, sessions, tokens

_SESSION = tuple(column.label(f"session_{column.name}") for column in sessions.c)
_TOKEN = tuple(column.label(f"token_{column.name}") for column in tokens.c)


class SessionRepository(Repository):
    """See Repository."""

    def add(
        self, session: Session, digest: str, entries: Iterable[AuditEntry], unused_since: datetime
    ) -> None:
        """Add a session; its person signed in when it was made. Sessions that have ended, or that nobody
        used since then, are removed."""
        over = or_(sessions.c.ends_at <= session.made_at, sessions.c.seen_at <= unused_since)
        row = {"digest": digest, **asdict(session)}
        signed_in = update(people).where(people.c.id == session.person).values(signed_in_at=session.made_at)
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(over))
            connection.execute(insert(sessions).values(row))
            connection.execute(signed_in)
            add_entries(connection, entries)

    def find(self, digest: str) -> tuple[Session, Person, bool] | None:
        """The session with this secret, and whether the secret is its current one, not the one before."""
        query = select(*_SESSION, people).join_from(sessions, people)
        with self._database.read() as connection:
            for column in (sessions.c.digest, sessions.c.previous):
                row = connection.execute(query.where(column == digest)).mappings().first()
                if row is not None:
                    return _session(row, "session_"), person_of(row), column is sessions.c.digest
        return None

    def of(self, person_id: str) -> list[Session]:
        """Last used first."""
        query = select(sessions).where(sessions.c.person == person_id).order_by(sessions.c.seen_at.desc())
        with self._database.read() as connection:
            return [_session(row) for row in connection.execute(query).mappings()]

    def get(self, session_id: str) -> Session | None:
        query = select(sessions).where(sessions.c.id == session_id)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else _session(row)

    def used(self, session_id: str, at: datetime) -> None:
        self._note(session_id, seen_at=at)

    def taken(self, session_id: str, at: datetime) -> None:
        """Its secret came for the first time."""
        self._note(session_id, seen_at=at, taken_at=at)

    def look(self, session_id: str, person: str, entries: Iterable[AuditEntry]) -> None:
        """Whose private work is looked at in this session from now on; empty: nobody's."""
        with self._database.write() as connection:
            changing = update(sessions).where(sessions.c.id == session_id)
            connection.execute(changing.values(looking_at=person))
            add_entries(connection, entries)

    def turn(self, old: str, new: str, at: datetime, due: datetime) -> bool:
        """Replace a secret that was made until `due`, or the one before if that never came. False: it was
        replaced already, or the session has ended."""
        is_lost = and_(sessions.c.previous == old, sessions.c.taken_at.is_(None))
        known = or_(sessions.c.digest == old, is_lost), sessions.c.turned_at <= due
        turning = update(sessions).where(*known)
        with self._database.write() as connection:
            done = connection.execute(turning.values(digest=new, previous=old, turned_at=at, taken_at=None))
            return row_count(done) == 1

    def end(self, session_id: str, entries: Iterable[AuditEntry]) -> bool:
        """False: it had ended before."""
        with self._database.write() as connection:
            done = connection.execute(delete(sessions).where(sessions.c.id == session_id))
            if not row_count(done):
                return False
            add_entries(connection, entries)
        return True

    def _note(self, session_id: str, **times: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(update(sessions).where(sessions.c.id == session_id).values(**times))


class TokenRepository(Repository):
    """See Repository."""

    def add(self, token: Token, digest: str, entries: Iterable[AuditEntry]) -> None:
        row = {"digest": digest, **asdict(token)}
        with self._database.write() as connection:
            connection.execute(insert(tokens).values(row))
            add_entries(connection, entries)

    def find(self, digest: str) -> tuple[Token, Person] | None:
        query = select(*_TOKEN, people).join_from(tokens, people).where(tokens.c.digest == digest)
        with self._database.read() as connection:
            row = connection.execute(query).mappings().one_or_none()
        return None if row is None else (_token(row, "token_"), person_of(row))

    def get(self, token_id: str) -> Token | None:
        found = self._tokens(tokens.c.id == token_id)
        return found[0] if found else None

    def of(self, person_id: str) -> list[Token]:
        """Newest first, those that were revoked too."""
        return self._tokens(tokens.c.person == person_id)

    def used(self, token_id: str, at: datetime) -> None:
        with self._database.write() as connection:
            connection.execute(update(tokens).where(tokens.c.id == token_id).values(seen_at=at))

    def revoke(self, token_id: str, entries: Iterable[AuditEntry]) -> bool:
        """False: it was revoked before."""
        living = tokens.c.id == token_id, tokens.c.revoked_at.is_(None)
        with self._database.write() as connection:
            done = connection.execute(update(tokens).where(*living).values(revoked_at=self._now()))
            if not row_count(done):
                return False
            add_entries(connection, entries)
        return True

    def _tokens(self, where: ColumnElement[bool]) -> list[Token]:
        with self._database.read() as connection:
            rows = connection.execute(select(tokens).where(where).order_by(tokens.c.id.desc())).mappings()
            return [_token(row) for row in rows]


def _session(row: RowMapping, prefix: str = "") -> Session:
    return Session(**{field.name: row[prefix + field.name] for field in fields(Session)})


def _token(row: RowMapping, prefix: str = "") -> Token:
    return Token(**{field.name: row[prefix + field.name] for field in fields(Token)})
