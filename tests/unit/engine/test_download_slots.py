"""Which file is downloaded next, and how many at once."""

from __future__ import annotations

from functools import partial

import pytest

from rh_ui.engine.queue.download_slots import DownloadSlots, SlotRequest


class Fetches:
    """Files that request slots; `started` has the order in which they got them."""

    def __init__(self) -> None:
        self.slots = DownloadSlots()
        self.started: list[str] = []

    def request(self, *files: str, run: str = "", host: str = "", slow: bool = False) -> None:
        """A file whose name contains its run and its host, unless they are given."""
        self.slots.request(
            SlotRequest(file, run or file, host or file, slow, partial(self.started.append, file))
            for file in files
        )


def names(count: int) -> list[str]:
    return [f"{number:02d}" for number in range(count)]


@pytest.mark.parametrize(
    ("most", "same"), [(16, {}), (12, {"host": "one"}), (6, {"run": "one"}), (4, {"slow": True})]
)
def test_so_many_at_once_in_all_of_one_host_of_one_run_and_of_slow_files(
    most: int, same: dict[str, str]
) -> None:
    fetches = Fetches()
    fetches.request(*names(20), **same)  # type: ignore[arg-type]
    assert fetches.started == names(most)
    assert fetches.slots.release(["00"]) is False
    assert fetches.started == names(most + 1)


def test_a_quick_file_goes_before_a_slow_one_and_a_run_with_less_before_one_with_more() -> None:
    fetches = Fetches()
    fetches.request(*names(16))
    fetches.request("slow", slow=True)
    fetches.request("same run", run="01")
    fetches.request("same host", host="01")
    fetches.request("other")
    fetches.slots.release(["15", "14", "13", "12"])
    assert fetches.started[16:] == ["other", "same host", "same run", "slow"]


def test_who_gives_up_before_it_had_a_slot_is_never_started() -> None:
    fetches = Fetches()
    fetches.request(*names(17))
    assert fetches.slots.release(["16"]) is True
    assert fetches.slots.release(["15", "16"]) is False
    assert fetches.started == names(16)
