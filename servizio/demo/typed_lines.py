"""Lines that somebody types, or that come through a pipe, read beside the event loop."""

from __future__ import annotations

import asyncio
import codecs
import os
import threading
from contextlib import suppress

_PIECE_BYTES = 4096
_LONGEST_LINE = 2000
"""Characters; what is longer is nothing that a customer says in one breath."""


class TypedLines:
    """Reads a file descriptor line by line. Lives on the event loop.

    A terminal cannot be read without waiting, so a thread does it. The thread reads the
    descriptor itself: one that waits in `sys.stdin` would keep the process from ending.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._loop = asyncio.get_running_loop()
        self._lines: asyncio.Queue[str | None] = asyncio.Queue()
        self._is_over = False
        threading.Thread(target=self._read, name="typed lines", daemon=True).start()

    async def next(self) -> str | None:
        """The next line with something in it, without its end; `None` when there are no more."""
        while not self._is_over:
            line = await self._lines.get()
            if line is None:
                self._is_over = True
            elif line.strip():
                return line.strip()[:_LONGEST_LINE]
        return None

    def _read(self) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        rest = ""
        while piece := self._next_piece():
            *whole, rest = (rest + decoder.decode(piece)).split("\n")
            for line in whole:
                self._hand_over(line)
        self._hand_over(rest)
        self._hand_over(None)

    def _next_piece(self) -> bytes:
        try:
            return os.read(self._descriptor, _PIECE_BYTES)
        except OSError:
            # A terminal that is gone has nothing more to say.
            return b""

    def _hand_over(self, line: str | None) -> None:
        with suppress(RuntimeError):
            # The loop has been closed: the call is over.
            self._loop.call_soon_threadsafe(self._lines.put_nowait, line)
