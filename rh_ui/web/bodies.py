"""Reads the body of a call within bounds."""

from __future__ import annotations

from typing import Final

from fastapi import Request
from starlette.types import Message, Receive

LARGEST: Final = 16 * 1024 * 1024
"""Bytes of one call; the largest workflow has four million letters, which may take twelve bytes each."""


async def read_body(request: Request, largest: int = LARGEST) -> bytes | None:
    """The body; None where it has more than `largest` bytes, of which the rest is not read."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > largest:
            return None
    return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives a body that was read already once more."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return left.pop() if left else await receive()

    return again
