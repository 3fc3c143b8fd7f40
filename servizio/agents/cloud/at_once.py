"""Runs a coroutine in the caller's own time for as long as it waits for nothing.

Sound leaves fifty times a second in every call, and nearly always into a socket that is ready:
to wake a task for that costs more than the sending.
"""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine, Generator
from types import coroutine
from typing import Any


def begin(work: Coroutine[Any, None, object]) -> Awaitable[None] | None:
    """Do it up to where it has to wait. What is left then must be awaited; `None`: it is done.

    Raises what the work raises.
    """
    try:
        waits_for = work.send(None)
    except StopIteration:
        return None
    return _rest(work, waits_for)


@coroutine
def _rest(work: Coroutine[Any, None, object], waits_for: Any) -> Generator[Any, None, None]:
    try:
        while True:
            try:
                yield waits_for
            except BaseException as error:  # noqa: BLE001 - a cancellation too is the work's own
                waits_for = work.throw(error)
            else:
                waits_for = work.send(None)
    except StopIteration:
        return
    finally:
        work.close()
