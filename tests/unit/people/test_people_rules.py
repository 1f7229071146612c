"""Names and passwords: what is taken, what is the same, and how many wrong tries there may be."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

import pytest
from argon2 import PasswordHasher

from rh_ui.errors import PersonRefused, SignInRefused
from rh_ui.services.passwords import Passwords
from rh_ui.services.people import name_key, tidy_name
from rh_ui.services.sign_in_throttle import SignInThrottle


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ada   Lovelace ", "Ada Lovelace"),
        ("李\u3000雷", "李 雷"),
        ("Zoe\u0308", "Zoë"),
        ("a\tb\nc", "a b c"),
    ],
)
def test_a_name_is_kept_as_written_but_for_blanks(typed: str, kept: str) -> None:
    assert tidy_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "name-empty"),
        (" \t\u3000 ", "name-empty"),
        ("a" * 201, "name-long"),
        ("\ufdfa" * 12, "name-long"),
        ("Ada\x00", "name-unseen"),
        ("Ada\u200b", "name-unseen"),
        ("Ada\u202eadmin", "name-unseen"),
        ("Ada\ud800", "name-unseen"),
    ],
)
def test_a_name_that_is_none_is_refused(typed: str, code: str) -> None:
    with pytest.raises(PersonRefused) as caught:
        tidy_name(typed)
    assert caught.value.code == code


def test_names_that_look_alike_are_one() -> None:
    assert name_key("ＡＤＡ  Lovelace") == name_key("ada lovelace")
    assert name_key("Straße") == name_key("STRASSE")
    assert name_key("李雷") != name_key("李蕾")
    for name in ("Straße", "ŉ", "ﬁ", "İ", "ᾼ"):
        assert name_key(name_key(name)) == name_key(name)


def test_a_password_has_a_length(passwords: Passwords) -> None:
    for word, code in (("ninechars", "password-short"), ("x" * 1001, "password-long")):
        with pytest.raises(PersonRefused) as caught:
            passwords.hash(word)
        assert caught.value.code == code
    for word in ("ten chars!", "x" * 1000, "密码密码密码密码密码", "\ud800" * 10):
        assert passwords.verify(passwords.hash(word), word)
        assert not passwords.verify(passwords.hash(word), word[:-1])
    assert not passwords.verify("no hash", "ten chars!")
    assert not passwords.verify("", "ten chars!")


def test_an_unknown_name_costs_as_much_as_a_wrong_password() -> None:
    """Counted in hashes made, because times vary."""
    made: list[str] = []

    class Counting(PasswordHasher):
        def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
            made.append("hash")
            return super().hash(password, salt=salt)

        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:
            made.append("verify")
            return super().verify(hash, password)

    passwords = Passwords(Counting(time_cost=1, memory_cost=8, parallelism=1))
    known = passwords.hash("a right password")
    made.clear()
    assert not passwords.verify(known, "a wrong password")
    assert not passwords.verify("", "a wrong password")
    assert made == ["verify", "hash"]


class Clock:
    """The clock of the throttle's library, moved by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_800_000_000.0
        monkeypatch.setattr(time, "time", lambda: self.now)


def try_wrong(throttle: SignInThrottle, name: str, place: str = "") -> SignInRefused | None:
    try:
        with throttle.attempt(name, place) as attempt:
            attempt.wrong()
    except SignInRefused as refused:
        return refused
    return None


def test_ten_wrong_passwords_in_a_quarter_of_an_hour_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, throttle = Clock(monkeypatch), SignInThrottle()
    for _ in range(10):
        assert try_wrong(throttle, "ada", "192.0.2.1") is None
        clock.now += 30
    refused = try_wrong(throttle, "ada", "192.0.2.1")
    assert refused is not None
    assert (refused.code, refused.minutes) == ("sign-in-often", 10)
    assert str(refused) == "Too many wrong passwords. Try again in 10 min."
    assert try_wrong(throttle, "ben", "192.0.2.1") is None, "others are not held up"
    clock.now += 601
    assert try_wrong(throttle, "ada", "192.0.2.1") is None, "the oldest no longer counts"
    assert try_wrong(throttle, "ada", "192.0.2.1") is not None


def test_thirty_from_one_address_are_enough_whatever_the_names(monkeypatch: pytest.MonkeyPatch) -> None:
    _, throttle = Clock(monkeypatch), SignInThrottle()
    for number in range(30):
        assert try_wrong(throttle, f"name {number}", "192.0.2.1") is None
    refused = try_wrong(throttle, "ada", "192.0.2.1")
    assert refused is not None and refused.minutes == 15
    assert try_wrong(throttle, "ada", "192.0.2.2") is None


def test_a_right_password_counts_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    _, throttle = Clock(monkeypatch), SignInThrottle()
    for _ in range(50):
        with throttle.attempt("ada", "192.0.2.1"):
            pass
    assert try_wrong(throttle, "ada", "192.0.2.1") is None


def test_many_wrong_ones_at_once_do_not_all_get_their_try() -> None:
    throttle, refused, checked = SignInThrottle(), threading.Semaphore(0), threading.Event()

    def attempt(_number: int) -> bool:
        try:
            with throttle.attempt("ada", "") as one:
                checked.wait(30)
                one.wrong()
        except SignInRefused:
            refused.release()
            return False
        return True

    with ThreadPoolExecutor(40) as hands:
        tries = [hands.submit(attempt, number) for number in range(40)]
        told = [refused.acquire(timeout=30) for _ in range(30)]
        checked.set()
        assert all(told) and sum(one.result() for one in tries) == 10
