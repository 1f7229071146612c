"""What the served page needs from Gradio beyond its public options."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from gradio.queueing import Queue

from rh_ui.ui.shell import QUEUE_RESTS, slow_down_queue


async def a_queue() -> Queue:
    """Made within an event loop, as its locks require."""
    return Queue(False, 1, 1.0, None, cast(Any, SimpleNamespace()))


def test_gradios_queue_is_told_to_rest_by_the_names_it_knows() -> None:
    queue = asyncio.run(a_queue())
    usual = {name: vars(queue)[name] for name in QUEUE_RESTS}
    slow_down_queue(queue)
    assert {name: vars(queue)[name] for name in QUEUE_RESTS} == QUEUE_RESTS
    assert all(usual[name] < seconds for name, seconds in QUEUE_RESTS.items()), usual
