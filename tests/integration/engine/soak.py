"""The kill harness for longer: `make soak` kills the program again and again and counts the money.

Every phase in turn, the order shaken by a seed that is printed. Ends with 1 when anything was paid twice or
lost; `build/soak` then holds the programs' logs.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final

from rh_ui.domain import TaskState
from rh_ui.emulator.runner import start_emulator
from scripts.processes import ROOT
from tests.integration.engine.killing import PHASES, Phase, kill_in, round_of
from tests.integration.engine.laboratory import Count, Laboratory
from tests.postgres import running_postgres

FOLDER: Final = ROOT / "build" / "soak"
Round = Callable[[Laboratory, Phase, int], Count]


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


def phases(rounds: int, dice: random.Random) -> Iterator[Phase]:
    """Each as often as the others, give or take one."""
    left: list[Phase] = []
    for _ in range(rounds):
        if not left:
            left = dice.sample(PHASES, len(PHASES))
        yield left.pop()


def soak(name: str, lab: Laboratory, rounds: int, one_round: Round, dice: random.Random) -> Count:
    count, began = Count(), time.monotonic()
    try:
        for number, phase in enumerate(phases(rounds, dice), start=1):
            count += one_round(lab, phase, number)
            sys.stdout.write(f"{name} {number}/{rounds} {phase}: {count}\n")
            sys.stdout.flush()
            if count.double or count.lost:
                break
    finally:
        lab.close()
    sys.stdout.write(f"{name}: {number} rounds in {time.monotonic() - began:.0f} s: {count}\n")
    return count


def main() -> int:
    """0: nothing was paid twice, nothing was lost."""
    parser = argparse.ArgumentParser(prog="make soak", description=__doc__)
    parser.add_argument("--sqlite", type=int, default=50, help="rounds on SQLite")
    parser.add_argument("--postgresql", type=int, default=20, help="rounds on PostgreSQL")
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    told = parser.parse_args()
    sys.stdout.write(f"seed {told.seed}\n")
    dice = random.Random(told.seed)
    shutil.rmtree(FOLDER, ignore_errors=True)
    for folder in ("sqlite", "postgresql"):
        (FOLDER / folder).mkdir(parents=True)
    emulator = start_emulator(FOLDER / "emulator", fast=True, small=True)
    try:
        lab = Laboratory(FOLDER / "sqlite", emulator.url, "rh_TESTKEY_soak_sqlite")
        count = soak("SQLite", lab, told.sqlite, round_of, dice)
        with running_postgres() as server:
            key, url = "rh_TESTKEY_soak_postgresql", server.new_database()
            lab = Laboratory(FOLDER / "postgresql", emulator.url, key, url)
            count += soak("PostgreSQL", lab, told.postgresql, adopted_round, dice)
    finally:
        emulator.stop()
    return 1 if count.double or count.lost else 0


if __name__ == "__main__":
    sys.exit(main())
