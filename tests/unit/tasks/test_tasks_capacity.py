"""One account's waiting line."""

from __future__ import annotations

from rh_ui.tasks.capacity import FIRST_GUESS, Lane


def lane(waiting: int = 0, placed: int = 0) -> Lane:
    made = Lane()
    for number in range(placed):
        made.place(f"p{number}")
    for number in range(waiting):
        made.join(f"w{number:03d}")
    return made


def admitted(line: Lane, now: float) -> list[str]:
    found = []
    while (task_id := line.admit(now)) is not None:
        found.append(task_id)
    return found


def test_the_oldest_goes_first_whenever_it_joined() -> None:
    line = Lane()
    for task_id in ("c", "a", "b"):
        line.join(task_id)
    assert admitted(line, 0) == ["a", "b", "c"]


def test_a_guess_bounds_what_nobody_told() -> None:
    assert len(admitted(lane(waiting=50), 0)) == FIRST_GUESS


def test_the_told_limit_counts_runs_of_other_programs() -> None:
    line = lane(waiting=10, placed=2)
    line.told(5, others=1, now=0)
    assert len(admitted(line, 0)) == 2
    line.leave("p0")
    assert len(admitted(line, 0)) == 1


def test_one_may_always_try_even_when_others_use_all() -> None:
    line = lane(waiting=2)
    line.told(3, others=9, now=0)
    assert len(admitted(line, 0)) == 1


def test_a_refusal_holds_the_line_until_a_place_is_free() -> None:
    line = lane(waiting=3, placed=2)
    first = line.admit(0)
    assert first == "w000"
    assert line.refused(first, "421") == 1
    line.hold("421", 10)
    assert line.admit(5) is None
    why, waiting = line.held(5)
    assert (why, sorted(waiting)) == ("421", ["w000", "w001", "w002"])
    assert line.wait(4, 60) == 6
    assert line.leave("p0") is True
    assert line.admit(5) == "w000", "the place that was left, long before the hold ends"


def test_after_a_hold_one_may_try_and_success_opens_the_line() -> None:
    line = lane(waiting=9, placed=2)
    refused = line.admit(0)
    assert refused is not None
    line.refused(refused, "421")
    line.hold("421", 10)
    assert admitted(line, 11) == ["w000"]
    line.accepted()
    assert admitted(line, 12) == ["w001"]


def test_a_hold_that_is_a_matter_of_time_does_not_end_with_a_run() -> None:
    line = lane(waiting=2, placed=1)
    refused = line.admit(0)
    assert refused is not None
    line.refused(refused, "1003")
    line.hold("1003", 10)
    line.leave("p0")
    assert line.admit(9) is None
    assert line.admit(10) is not None


def test_refusals_in_a_row_are_counted_until_one_is_accepted() -> None:
    line = lane(waiting=1)
    for expected in (1, 2, 3):
        task_id = line.admit(0)
        assert task_id is not None
        assert line.refused(task_id, "no-balance") == expected
        line.hold("no-balance", 0)
    assert line.admit(0) is not None
    line.accepted()
    line.join("x")
    task_id = line.admit(0)
    assert task_id is not None
    assert line.refused(task_id, "421") == 1


def test_who_left_the_line_is_never_admitted() -> None:
    line = lane(waiting=2)
    line.leave("w000")
    line.give_back("w001")
    assert admitted(line, 0) == ["w001"]
    assert line.wait(0, 60) is None


def test_figures_are_wanted_only_while_some_wait_beside_others() -> None:
    assert not lane(waiting=1).wants_figures(0, 60)
    assert not lane(placed=1).wants_figures(0, 60)
    assert lane(waiting=2).wants_figures(0, 60)
    line = lane(waiting=1, placed=1)
    assert line.wants_figures(0, 60)
    line.told(None, 0, now=0)
    assert not line.wants_figures(59, 60)
    assert line.wants_figures(60, 60)


def test_runs_of_other_processes_take_their_places() -> None:
    lane = Lane()
    for number in range(4):
        lane.join(f"t{number}")
    lane.told(3, 0, 0.0)
    assert not lane.elsewhere(2), "more of them is no reason to look"
    assert lane.admit(0.0) == "t0"
    assert lane.admit(0.0) is None
    assert lane.elsewhere(1)
    assert lane.admit(0.0) == "t1"
    assert not lane.elsewhere(1)
    assert lane.elsewhere(0)
    assert [lane.admit(0.0), lane.admit(0.0)] == ["t2", None]
