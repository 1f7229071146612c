"""Reads the body of a call, up to a limit."""

from __future__ import annotations

from typing import Final

from fastapi import Request
from starlette.types import Message, Receive

LARGEST: Final = 16 * 1024 * 1024
"""Bytes of one call; the largest workflow has four million characters of up to twelve bytes each."""


async def read_body(request: Request, largest: int = LARGEST) -> bytes | None:
    """The body; None if it has more than `largest` bytes, in which case the rest is not read."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > largest:
            return None
    return bytes(body)


def replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that returns a body which was read already."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return left.pop() if left else await receive()

    return again
