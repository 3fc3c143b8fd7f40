"""The lines of an event stream (`text/event-stream`), wherever the network cuts them."""

from __future__ import annotations

from dataclasses import dataclass

LONGEST = 4 * 1024 * 1024
"""Bytes without the end of a line after which it is no event stream."""


@dataclass(frozen=True, slots=True)
class StreamEvent:
    """One event."""

    name: str
    """Of an `event:` line; empty where there was none."""
    data: str


class EventLines:
    """Puts events together. Comments, which keep a connection alive, come to nothing."""

    def __init__(self) -> None:
        self._rest = b""
        self._name = ""
        self._data: list[str] = []

    def feed(self, piece: bytes) -> list[StreamEvent]:
        """Take bytes, give the events they complete. Raises `ValueError` for a line without end."""
        *lines, self._rest = (self._rest + piece).split(b"\n")
        if len(self._rest) > LONGEST:
            raise ValueError("a line of the stream has no end")
        found = [self._take(line.rstrip(b"\r")) for line in lines]
        return [event for event in found if event is not None]

    def end(self) -> list[StreamEvent]:
        """The stream is over: what is left is an event too, as some servers end without a line."""
        return self.feed(b"\n\n")

    def _take(self, line: bytes) -> StreamEvent | None:
        if not line:
            return self._event()
        text = line.decode("utf-8", errors="replace")
        field, _, value = text.partition(":")
        value = value.removeprefix(" ")
        if field == "event":
            self._name = value
        elif field == "data":
            # Each of these servers sends its JSON on one line: the next line is the next event,
            # even where the empty line between them is missing.
            event = self._event() if self._data else None
            self._data.append(value)
            return event
        return None

    def _event(self) -> StreamEvent | None:
        data, self._data = "\n".join(self._data), []
        name, self._name = self._name, ""
        return StreamEvent(name, data) if data else None
