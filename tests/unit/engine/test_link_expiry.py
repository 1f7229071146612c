"""When RunningHub deletes a result that is not downloaded yet, as far as it is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from rh_ui.domain import Output, OutputKind, OutputState
from rh_ui.engine.link_expiry import link_ends_at

NOON: Final = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
UNIX: Final = int(NOON.timestamp())
OUTPUT: Final = Output(
    "t-000", "t", 0, OutputKind.IMAGE, OutputState.PENDING, "", "", None, "", None, "", "",
    remote_url="https://x.example/a.png", told_at=NOON,
)  # fmt: skip


def until(query: str) -> datetime | None:
    return link_ends_at(replace(OUTPUT, remote_url=f"https://x.example/a.png?{query}"))


@pytest.mark.parametrize(
    "query",
    [
        f"expires={UNIX + 3600}&sign=ab",
        f"OSSAccessKeyId=x&Expires={UNIX + 3600}&Signature=y",
        f"q-sign-algorithm=sha1&q-sign-time={UNIX};{UNIX + 3600}&q-key-time={UNIX};{UNIX + 3600}",
        "X-Amz-Date=20261128T120000Z&X-Amz-Expires=3600&X-Amz-Signature=z",
        "x-oss-date=20261128T113000Z&x-oss-expires=5400",
    ],
)
def test_a_signed_link_says_when_it_ends(query: str) -> None:
    assert until(query) == NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    "query",
    [
        "", "Expires=", "Expires=soon", "Expires=99999999999999", f"Expires={UNIX + 30 * 86_400}",
        "X-Amz-Expires=3600", "X-Amz-Expires=60&X-Amz-Date=", "X-Amz-Expires=60&X-Amz-Date=now",
        "X-Amz-Date=20261128T120000Z", "q-sign-time=1;2",
    ],
)  # fmt: skip
def test_else_it_is_the_services_day(query: str) -> None:
    assert until(query) == NOON + timedelta(hours=24)


def test_what_is_here_or_gone_has_no_clock() -> None:
    for state in (OutputState.SAVED, OutputState.GONE, OutputState.FORGOTTEN):
        assert link_ends_at(replace(OUTPUT, state=state)) is None
    assert link_ends_at(replace(OUTPUT, remote_url="")) is None
    assert link_ends_at(replace(OUTPUT, remote_url="http://[broken?expires=1", told_at=None)) is None
    assert link_ends_at(replace(OUTPUT, state=OutputState.FAILED)) == NOON + timedelta(hours=24)
