"""What goes wrong on real lines and what never should: sent on purpose."""

from __future__ import annotations

from collections.abc import Callable

from servizio.demo.phone_stream import MediaStream


class LineFaults:
    """The faults of a line's open stream. Each raises `LineError` where none is open."""

    def __init__(self, stream: Callable[[], MediaStream]) -> None:
        self._stream = stream

    def gap(self, seconds: float) -> None:
        """Send nothing for a while; afterwards the timestamps have gone on (loss, hold)."""
        self._stream().lose_frames(seconds, timestamps_jump=True)

    def no_frames(self, seconds: float) -> None:
        """Send nothing for a while; the timestamps wait too (a carrier that sends no silence)."""
        self._stream().lose_frames(seconds, timestamps_jump=False)

    def jitter(self, seconds: float) -> None:
        """Hold frames back, then deliver them in one burst."""
        self._stream().hold_frames(seconds)

    def odd_frame(self, length: int) -> None:
        """Make one frame `length` bytes long."""
        self._stream().next_frame_length(length)

    def stop_reading(self, seconds: float) -> None:
        """Take nothing from the server for a while."""
        self._stream().stop_reading(seconds)

    def unknown_field(self) -> None:
        """Put a field nobody knows into every frame from now on."""
        self._stream().extra_fields["fieldOfTomorrow"] = {"a": [1, None]}

    async def unknown_event(self) -> None:
        """Send an event nobody knows."""
        await self._stream().send_event("event_of_tomorrow", {"a": 1})

    async def second_start(self) -> None:
        """Send `start` again."""
        await self._stream().send_start()

    async def bad_json(self) -> None:
        """Send a message that is cut off."""
        await self._stream().send_raw('{"event":"media","media":{"payload":"')

    async def bad_base64(self) -> None:
        """Send a frame whose payload is not base64."""
        await self._stream().send_event(
            "media", {"track": "inbound", "chunk": "1", "timestamp": "20", "payload": "!?="}
        )

    async def binary_frame(self) -> None:
        """Send bytes where only text is sent."""
        await self._stream().send_binary(bytes(160))

    async def raw(self, text: str) -> None:
        """Send any text."""
        await self._stream().send_raw(text)
