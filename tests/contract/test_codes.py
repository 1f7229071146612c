"""The table of RunningHub's error codes: complete, in both languages, and consistent."""

from __future__ import annotations

import re
from itertools import product

import pytest

from rh_ui import error_codes
from rh_ui.error_codes import Again, Button, Money
from rh_ui.errors import Busy, KeyRefused, NoBalance, Refused

# From the API sheet and the news, section 9; 0 and 200 are no errors.
# 403, 405, 413 and 429 are HTTP statuses with words.
SHEET = {
    1, 301, 380, 401, 404, 412, 414, 415, 416, 421, 423, 433, 435, 436, 500, 605, *range(801, 815), 817,
    901, *range(1000, 1016), 1101, 1501, 1504, 1505, 1520, 1601, 1620,
}  # fmt: skip
STATUSES = {403, 405, 413, 429}
BEGUN = {"500", "804", "805", "813", "817", "1000", "1005", "1006", "1012", "1015", "1504"}
WAITING = {
    "414", "415", "421", "429", "500", "804", "808", "813", "814", "1000", "1003", "1005", "1010", "1011",
    "1012", "1520",
}  # fmt: skip
KINDS = {
    KeyRefused: {"401", "802", "806", "811", "1002", "1601"},
    Busy: {"415", "421", "429", "814", "1003", "1010", "1011", "1520"},
    NoBalance: {"414", "416", "605", "812", "1620"},
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
LONGEST = 110


def test_every_code_of_the_sheet_is_in_the_table() -> None:
    assert set(error_codes.table()) == {str(code) for code in SHEET | STATUSES}
    assert list(error_codes.table()) == sorted(error_codes.table(), key=int)


def test_what_the_program_does_by_a_code() -> None:
    """This concerns money: a code that proves nothing must never lead to a second submit."""
    table = error_codes.table()
    assert {code for code, known in table.items() if not known.no_task} == BEGUN
    assert {code for code, known in table.items() if known.waiting_helps} == WAITING
    for kind, expected in KINDS.items():
        assert {code for code, known in table.items() if known.raises is kind} == expected
    assert error_codes.meaning_of("77777").raises is Refused
    assert error_codes.meaning_of("77777").no_task


@pytest.mark.parametrize("code", error_codes.table())
def test_a_code_is_said_in_both_languages(code: str) -> None:
    known = error_codes.table()[code]
    for said, (language, stop) in product([known.said, *known.kinds.values()], (("en", "."), ("zh", "。"))):
        what, do = said[language]
        assert what[-1] not in ".。!！" and do.endswith(stop), (what, do)
        assert len(what) <= LONGEST and len(do) <= 1.5 * LONGEST
        assert not re.search("[!！]", what + do)
        assert bool(CHINESE.search(what)) is (language == "zh")
        assert bool(CHINESE.search(do)) is (language == "zh")
        assert code not in what, "the page adds the number itself"


@pytest.mark.parametrize(
    "word", ["node_not_found_in_workflow", "field_not_found_in_node_inputs", "value_not_in_list"]
)
def test_a_kind_of_a_code_is_told_more_exactly(word: str) -> None:
    known = error_codes.table()["803"]
    told = known.told("en", f"APIKEY_INVALID_NODE_INFO: {word}, nodeId=4")
    assert told in [kind["en"] for kind in known.kinds.values()] and told != known.told("en", "other words")


def test_a_button_does_what_the_advice_says() -> None:
    for code, known in error_codes.table().items():
        if known.button is Button.AGAIN:
            assert known.again in (Again.LATER, Again.NEW, Again.ONCE), code
        if known.button is Button.ACCOUNT:
            assert known.again is Again.NO, code
        if known.again is Again.ITSELF:
            assert known.raises in (Busy, NoBalance) and known.button is Button.NONE, code
        if known.again is Again.NEW:
            assert known.money is Money.BEGUN, code
