"""Sessions and tokens: who gets in, for how long, and what ends them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select, text, update

from rh_ui.errors import ArgumentRefused, NotFound, RightRefused, SignInRefused
from rh_ui.people import Caller, PersonState, Role
from rh_ui.persistence.repositories.people import PeopleRepository
from rh_ui.persistence.schema_team import people
from rh_ui.services.passwords import Passwords
from tests.team import WORD, Team


def refused(team: Team, name: str, word: str) -> str:
    with pytest.raises(SignInRefused) as caught:
        team.sign_in.sign_in(name, word, "", "192.0.2.1")
    return caught.value.code


def test_a_right_password_opens_a_session_and_a_wrong_one_does_not(team: Team) -> None:
    ada = team.admin()
    team.projects[ada.person] = {"spring": True, "shop": False}
    for name in ("Ada", " ada", "ＡＤＡ"):
        caller, _ = team.enter(name)
        assert (caller.person, caller.role, caller.name) == (ada.person, Role.ADMIN, "Ada")
        assert caller.projects == {"spring": True, "shop": False} and caller.session and not caller.token
    assert refused(team, "Ada", WORD + "!") == "sign-in-wrong"
    assert refused(team, "Nobody", WORD) == "sign-in-wrong"
    assert refused(team, "", "") == "sign-in-wrong"
    assert refused(team, "Ada\0", WORD) == "sign-in-wrong"
    assert team.people.get(ada.person).signed_in_at == team.time


def test_a_password_typed_on_another_keyboard_is_the_same(team: Team) -> None:
    ada = team.admin()
    team.people.set_password(ada.person, "Cafe\u0301 Ångström", ada)
    assert team.enter("Ada", "Caf\u00e9 \u212bngstr\u00f6m")[0].person == ada.person


def test_who_waits_or_is_gone_is_told_so_but_only_with_the_password(team: Team) -> None:
    ada = team.admin()
    ben = team.member(ada)
    caller, secret = team.enter("Ben")
    _, token = team.sign_in.make_token(ben.id, "nightly", None, caller)
    team.people.change(ben.id, state=PersonState.GONE, by=ada)
    assert team.sign_in.caller(secret) is None and team.sign_in.token_caller(token) is None
    assert refused(team, "Ben", WORD) == "sign-in-gone"
    assert refused(team, "Ben", "another password") == "sign-in-wrong"
    with team.database.write() as connection:
        connection.execute(update(people).where(people.c.id == ben.id).values(state="waiting"))
    assert refused(team, "Ben", WORD) == "sign-in-waiting"
    team.people.change(ben.id, state=PersonState.ACTIVE, by=ada)
    assert team.enter("Ben")[0].person == ben.id
    assert team.sign_in.token_caller(token) is None, "a token does not come back"


def test_a_state_ends_what_is_open_even_if_its_row_is_left(team: Team) -> None:
    ada = team.admin()
    ben = team.member(ada)
    caller, secret = team.enter("Ben")
    _, token = team.sign_in.make_token(ben.id, "nightly", None, caller)
    with team.database.write() as connection:
        connection.execute(update(people).where(people.c.id == ben.id).values(state="waiting"))
    assert team.sign_in.caller(secret) is None and team.sign_in.token_caller(token) is None


def test_each_sign_in_has_a_secret_of_its_own(team: Team) -> None:
    team.admin()
    secrets = {team.enter("Ada")[1] for _ in range(3)}
    assert len(secrets) == 3 and all(len(secret) == 43 for secret in secrets)
    assert team.sign_in.caller("") is None
    assert team.sign_in.caller("chosen-by-an-attacker") is None


def test_a_session_ends_unused_after_two_weeks_and_in_any_case_after_ninety_days(team: Team) -> None:
    team.admin()
    _, unused = team.enter("Ada")
    _, used = team.enter("Ada")
    for _ in range(13):
        team.wait(days=6)
        assert team.sign_in.caller(used) is not None
        used = team.sign_in.renewed(used) or used
    assert team.sign_in.caller(unused) is None
    team.wait(days=11, hours=23)
    assert team.sign_in.caller(used) is not None
    team.wait(hours=1)
    assert team.sign_in.caller(used) is None
    assert len(team.sign_in.sessions(team.people.list()[0].id)) == 0
    team.enter("Ada")
    with team.database.read() as connection:
        assert connection.execute(text("SELECT count(*) FROM sessions")).scalar() == 1, (
            "ended ones are removed"
        )


def is_due(team: Team, secret: str) -> bool:
    caller = team.sign_in.caller(secret)
    assert caller is not None
    return caller.renews


def test_the_secret_turns_daily_and_the_old_one_ends_a_minute_after_the_new_one_came(team: Team) -> None:
    ada = team.admin()
    _, old = team.enter("Ada")
    team.wait(hours=23)
    assert not is_due(team, old) and team.sign_in.renewed(old) is None
    team.wait(hours=1)
    assert is_due(team, old)
    new = team.sign_in.renewed(old)
    assert new and new != old
    assert not is_due(team, old) and team.sign_in.renewed(old) is None, "only once"
    before, after = team.sign_in.caller(old), team.sign_in.caller(new)
    assert before is not None and before == after and after.person == ada.person
    team.wait(minutes=1)
    assert team.sign_in.caller(old) == team.sign_in.caller(new) == after
    team.wait(seconds=1)
    assert team.sign_in.caller(old) is None
    assert team.sign_in.caller(new) == after


def test_an_answer_that_is_lost_signs_nobody_out(team: Team) -> None:
    """The browser then has the old secret only; it gets another one a day later."""
    team.admin()
    _, old = team.enter("Ada")
    lost: str | None = ""
    for _ in range(3):
        team.wait(days=1)
        assert is_due(team, old)
        lost = team.sign_in.renewed(old)
        assert lost and team.sign_in.renewed(old) is None
    team.wait(days=1, minutes=1)
    new = team.sign_in.renewed(old)
    assert new and lost and team.sign_in.caller(lost) is None and team.sign_in.renewed(lost) is None
    assert team.sign_in.caller(new) is not None and not is_due(team, old)
    team.wait(days=1)
    assert team.sign_in.caller(old) is None and team.sign_in.renewed(old) is None
    assert is_due(team, new)


def test_of_many_calls_with_a_secret_that_is_due_one_turns_it(team: Team) -> None:
    team.admin()
    _, old = team.enter("Ada")
    team.wait(days=1)
    start = Barrier(6)

    def turn(_number: int) -> str | None:
        start.wait()
        return team.sign_in.renewed(old)

    with ThreadPoolExecutor(6) as hands:
        (new,) = filter(None, hands.map(turn, range(6)))
    before = team.sign_in.caller(old)
    assert before is not None and before == team.sign_in.caller(new)


def test_who_listens_without_a_session_does_so_until_they_are_gone(team: Team) -> None:
    """Somebody whom a proxy names."""
    ada = team.admin()
    ben = team.member(ada)
    caller = team.sign_in.trusted_caller(ben)
    assert team.sign_in.goes_on(caller)
    team.people.change(ben.id, state=PersonState.GONE, by=ada)
    assert not team.sign_in.goes_on(caller)


def test_a_stranger_who_guesses_does_not_lock_out_whoever_is_signed_in(team: Team) -> None:
    ada = team.admin()
    for _ in range(10):
        assert refused(team, "Ada", "a guess") == "sign-in-wrong"
    assert refused(team, "Ada", WORD) == "sign-in-often"
    team.sign_in.confirm_password(ada.person, WORD, "192.0.2.1")
    for _ in range(10):
        with pytest.raises(SignInRefused, match="wrong"):
            team.sign_in.confirm_password(ada.person, "a guess in a stolen session", "192.0.2.1")
    with pytest.raises(SignInRefused, match="Too many"):
        team.sign_in.confirm_password(ada.person, WORD, "192.0.2.1")


def test_what_ends_other_sessions_leaves_one_s_own(team: Team) -> None:
    ada = team.admin()
    ben = team.member(ada, role=Role.ADMIN)
    mine, my_secret = team.enter("Ben")
    _, other = team.enter("Ben")
    team.people.change(ben.id, name="Benno", by=mine)
    assert team.sign_in.caller(other) is not None, "a name ends nothing"
    team.people.set_password(ben.id, WORD + "2", mine)
    assert team.sign_in.caller(other) is None and team.sign_in.caller(my_secret) is not None
    team.people.change(ben.id, role=Role.MEMBER, by=ada)
    assert team.sign_in.caller(my_secret) is None
    _, again = team.enter("Benno", WORD + "2")
    team.people.set_password(ben.id, WORD, ada)
    assert team.sign_in.caller(again) is None


def test_signing_out_ends_one_session(team: Team) -> None:
    caller, secret = team.enter(team.admin().name)
    (first, last) = sorted(team.sign_in.sessions(caller.person), key=lambda one: one.id)
    assert caller.session == last.id and last.agent == "a browser"
    team.sign_in.sign_out(secret)
    team.sign_in.sign_out(secret)
    team.sign_in.sign_out("")
    assert team.sign_in.caller(secret) is None
    assert [one.id for one in team.sign_in.sessions(caller.person)] == [first.id]
    assert team.told().count("signed-out") == 1


def test_sessions_are_ended_by_their_person_or_an_admin(team: Team) -> None:
    ada = team.admin()
    team.member(ada)
    team.member(ada, "Cleo")
    ben, secret = team.enter("Ben")
    cleo, _ = team.enter("Cleo")
    with pytest.raises(NotFound):
        team.sign_in.end_session(ben.session, cleo)
    with pytest.raises(NotFound):
        team.sign_in.end_session("none", ada)
    team.sign_in.end_session(ben.session, ada)
    assert team.sign_in.caller(secret) is None
    again, secret = team.enter("Ben")
    team.sign_in.end_session(again.session, again)
    assert team.sign_in.caller(secret) is None


def test_a_password_is_confirmed(team: Team) -> None:
    ada = team.admin()
    team.sign_in.confirm_password(ada.person, WORD)
    for person in (ada.person, "nobody"):
        with pytest.raises(SignInRefused, match="wrong"):
            team.sign_in.confirm_password(person, "another password")


def test_a_token_works_until_it_ends_or_is_revoked(team: Team) -> None:
    ada = team.admin()
    endless, endless_secret = team.sign_in.make_token(ada.person, "nightly", None, ada)
    ending, ending_secret = team.sign_in.make_token(ada.person, "a week", 7, ada)
    assert endless_secret.startswith("rhui_") and len(endless_secret) == 48
    assert ending.ends_at is not None and endless.ends_at is None
    caller = team.sign_in.token_caller(endless_secret)
    assert caller == Caller(ada.person, Role.ADMIN, "Ada", {}, token=endless.id)
    assert team.sign_in.token_caller(ending_secret) is not None
    team.wait(days=7)
    assert team.sign_in.token_caller(ending_secret) is None
    assert team.sign_in.token_caller(endless_secret) == caller
    team.sign_in.revoke_token(endless.id, ada)
    assert team.sign_in.token_caller(endless_secret) is None
    for wrong in ("", "rhui_", endless_secret[5:], "rhui_" + "x" * 43):
        assert team.sign_in.token_caller(wrong) is None
    listed = team.sign_in.tokens(ada.person)
    assert [token.id for token in listed] == [ending.id, endless.id]
    assert listed[1].revoked_at == listed[1].seen_at == team.time


def test_tokens_are_made_by_their_person_on_the_page_alone(team: Team) -> None:
    ada = team.admin()
    ben = team.member(ada)
    team.member(ada, "Cleo", Role.GUEST)
    cleo, _ = team.enter("Cleo")
    token, secret = team.sign_in.make_token(ada.person, "nightly", None, ada)
    script = team.sign_in.token_caller(secret)
    assert script is not None
    for person, by in ((ben.id, ada), (ada.person, script), (cleo.person, cleo)):
        with pytest.raises(RightRefused):
            team.sign_in.make_token(person, "x", None, by)
    for days in (0, -1, 99_999):
        with pytest.raises(ArgumentRefused):
            team.sign_in.make_token(ada.person, "x", days, ada)
    with pytest.raises(NotFound):
        team.sign_in.revoke_token(token.id, cleo)
    with pytest.raises(RightRefused):
        team.sign_in.revoke_token(token.id, script)
    with pytest.raises(RightRefused):
        team.sign_in.end_session(ada.session, script)


def test_a_hash_of_older_parameters_is_replaced_by_the_next_sign_in(team: Team) -> None:
    ada = team.admin()
    older = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)).hash(WORD)
    with team.database.write() as connection:
        connection.execute(update(people).values(password=older))
    assert team.enter("Ada")[0].person == ada.person
    found = PeopleRepository(team.database).with_password("ada")
    assert found is not None and found[1] != older
    assert team.enter("Ada")[0].person == ada.person


def test_refusals_are_told_once_a_minute_and_never_what_was_typed(team: Team) -> None:
    team.admin()
    for name in ("Ada", "Ada", "my password in the wrong field", "another name"):
        assert refused(team, name, "a wrong password") == "sign-in-wrong"
    entries = [entry for entry in team.audit.page() if entry.action.value == "sign-in-refused"]
    assert [(entry.name, bool(entry.target), entry.place) for entry in reversed(entries)] == [
        ("Ada", True, "192.0.2.1"),
        ("", False, "192.0.2.1"),
    ]


def test_a_request_does_not_write_each_time(team: Team) -> None:
    team.admin()
    _, secret = team.enter("Ada")

    def seen() -> list[object]:
        with team.database.read() as connection:
            return list(connection.execute(text("SELECT seen_at FROM sessions")).scalars())

    before = seen()
    team.wait(minutes=5)
    team.sign_in.caller(secret)
    assert seen() == before
    team.wait(seconds=1)
    team.sign_in.caller(secret)
    assert seen() != before


def test_secrets_are_nowhere_in_the_database(team: Team) -> None:
    ada = team.admin()
    _, secret = team.enter("Ada")
    _, token = team.sign_in.make_token(ada.person, "nightly", None, ada)
    invitation = team.people.invite(Role.MEMBER, "", ada)
    with team.database.read() as connection:
        rows = [
            str(row)
            for name in ("people", "sessions", "tokens", "invitations", "audit")
            for row in connection.execute(text(f"SELECT * FROM {name}")).all()
        ]
        hashes = connection.execute(select(people.c.password)).scalars().all()
    assert len(rows) >= 8 and all(kept.startswith("$argon2id$") for kept in hashes)
    for hidden in (secret, token, token.removeprefix("rhui_"), invitation, WORD):
        assert not [row for row in rows if hidden in row]
