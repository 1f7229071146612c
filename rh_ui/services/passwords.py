"""Passwords: their rules, and their hashes (argon2id)."""

from __future__ import annotations

import threading
import unicodedata
from functools import cached_property
from typing import TYPE_CHECKING, Final

from rh_ui.errors import PersonRefused

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST: Final = 10
LONGEST: Final = 1000
AT_ONCE: Final = 4
"""Hashes that are made at once; each takes 64 MB."""


class Passwords:
    """Thread-safe."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        """`hasher`: a quicker one for tests."""
        self._given = hasher
        self._turn = threading.BoundedSemaphore(AT_ONCE)

    def hash(self, password: str) -> str:
        """The hash of a new password. Raises PersonRefused if it is too short or too long."""
        length = len(unicodedata.normalize("NFKC", password))
        if length < SHORTEST:
            raise PersonRefused(f"A password has at least {SHORTEST} characters.", "password-short")
        if length > LONGEST:
            raise PersonRefused(f"A password has at most {LONGEST} characters.", "password-long")
        return self._hash(password)

    def verify(self, hashed: str, password: str) -> bool:
        """Whether it is this password. Takes as long where there is no hash (empty): the time must not tell
        which names exist."""
        if len(password) > LONGEST:
            return False
        from argon2.exceptions import InvalidHashError, VerificationError

        with self._turn:
            if not hashed:
                self._hasher.hash(_bytes(password))
                return False
            try:
                return self._hasher.verify(hashed, _bytes(password))
            except (VerificationError, InvalidHashError):
                return False

    def replaced(self, hashed: str, password: str) -> str:
        """A new hash of the same password if that one was made with other parameters; empty if not."""
        return self._hash(password) if self._hasher.check_needs_rehash(hashed) else ""

    @cached_property
    def _hasher(self) -> PasswordHasher:
        from argon2 import PasswordHasher  # only people need it

        return self._given or PasswordHasher()

    def _hash(self, password: str) -> str:
        with self._turn:
            return self._hasher.hash(_bytes(password))


def _bytes(password: str) -> bytes:
    """The same bytes for the same password, however the keyboard composes its characters."""
    return unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
