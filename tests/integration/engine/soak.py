"""The kill harness for longer: `make soak` kills the program again and again and counts the money.

A round kills in every phase of a run and between two equal presses of Generate, each once, in a random order
(the seed is printed). All runs are those of a member with a budget: after each kill and at the end, what is
held is what its runs hold. SQLite and PostgreSQL run side by side. Returns 1 when anything was paid twice or
lost; `build/soak` then has the programs' logs.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from rh_ui.domain import TaskState
from rh_ui.emulator.runner import start_emulator
from scripts.processes import ROOT
from tests.integration.engine.killing import (
    PHASES,
    PRESSED,
    Phase,
    kill_in,
    press_twice,
    pressed_round,
    round_of,
)
from tests.integration.engine.laboratory import Count, Laboratory
from tests.postgres import running_postgres

FOLDER: Final = ROOT / "build" / "soak"
ALL: Final = (*PHASES, *PRESSED)
Kill = Callable[[Laboratory, Phase, int], Count]


def adopted_round(lab: Laboratory, phase: Phase, number: int) -> Count:
    """One of two programs on a shared database is killed; the other one goes on with its runs."""
    while len(lab.living) < 2:
        lab.start(f"program-{len(lab.children)}")
    dying, living = lab.living
    lab.begin()
    victim = kill_in(lab, dying, phase, number)
    lab.rest()
    task = lab.history.task(victim)
    assert task.state is (TaskState.UNKNOWN if phase.unknown else TaskState.DONE), f"{phase}: {task}"
    return lab.settle(living)


def adopted_press(lab: Laboratory, phase: Phase, number: int) -> Count:
    """The program that got the order first is killed; the same is pressed in the other one."""
    while len(lab.living) < 2:
        lab.start(f"program-{len(lab.children)}")
    dying, living = lab.living[:2]
    lab.begin()
    press_twice(lab, dying, lambda: living, phase, number)
    return lab.settle(living)


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def soak(name: str, database: str, rounds: int, kill: Kill, press: Kill, seed: int, seconds: float) -> Count:
    """Stops early when money was lost, so that the state can be examined, and begins no round after so many
    seconds."""
    dice, began, count, done = random.Random(seed), time.monotonic(), Count(), 0
    folder = FOLDER / name
    folder.mkdir(parents=True)
    emulator = start_emulator(folder / "emulator", "--fast", "--small")
    lab = Laboratory(folder, emulator.url, f"rh_TESTKEY_soak_{name}", database, person="member")
    try:
        while done < rounds and time.monotonic() - began < seconds and not (count.double or count.lost):
            for phase in dice.sample(ALL, len(ALL)):
                count += (press if phase in PRESSED else kill)(lab, phase, done + 1)
            done += 1
            say(f"{name} round {done}/{rounds}: {count}")
    except AssertionError as broken:
        say(f"{name} round {done + 1} broke off: {broken}")
        raise
    finally:
        lab.close()
        emulator.stop()
    say(f"{name}: holds checked {lab.checks} times, {lab.checks_open} of them with runs open")
    say(f"{name}: {done} rounds, {done * len(ALL)} kills in {time.monotonic() - began:.0f} s: {count}")
    return count


def main() -> int:
    """0: nothing was paid twice, nothing was lost."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--sqlite", type=int, default=50, help="rounds on SQLite")
    parser.add_argument("--postgresql", type=int, default=20, help="rounds on PostgreSQL")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="begin no round after these")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    told = parser.parse_args()
    say(f"seed {told.seed}, {len(ALL)} phases a round")
    shutil.rmtree(FOLDER, ignore_errors=True)
    with running_postgres() as server, ThreadPoolExecutor(2) as hands:
        end = (told.seed, told.minutes * 60)
        runs = [
            hands.submit(soak, "sqlite", "", told.sqlite, round_of, pressed_round, *end),
            hands.submit(
                soak, "postgresql", server.new_database(), told.postgresql, adopted_round, adopted_press, *end
            ),
        ]  # fmt: skip
        count = sum((run.result() for run in runs), Count())
    say(f"together: {count}")
    return 1 if count.double or count.lost else 0


if __name__ == "__main__":
    sys.exit(main())
