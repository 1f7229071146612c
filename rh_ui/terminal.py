"""Asks a person at the terminal. Passwords come from there or from standard input, never from arguments,
which every user of the computer can read."""

from __future__ import annotations

import sys
from getpass import getpass
from typing import Final

from rh_ui.errors import StartRefused

ENDED: Final = "The input ended before everything was entered. Nothing was changed."


def is_there() -> bool:
    """Whether somebody can be asked."""
    return sys.stdin is not None and sys.stdin.isatty()


def say(line: str) -> None:
    sys.stderr.write(f"{line}\n")


def ask(what: str) -> str:
    """One line. Raises StartRefused at the end of the input."""
    sys.stderr.write(f"{what}: ")
    sys.stderr.flush()
    return _line(sys.stdin.readline())


def ask_new_password() -> str:
    """A new password: typed twice at a terminal, unseen; else a line of standard input.

    Raises StartRefused at the end of the input.
    """
    if not is_there():
        return _line(sys.stdin.readline())
    try:
        while (word := getpass("Password: ")) != getpass("The same again: "):
            say("These differ. Type it twice.")
    except EOFError:
        raise StartRefused(ENDED) from None
    return word


def _line(read: str) -> str:
    if not read:
        raise StartRefused(ENDED)
    return read.rstrip("\r\n")
