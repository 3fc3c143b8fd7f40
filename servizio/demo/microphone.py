"""A handset for this machine: microphone and speaker, in real time, beside the event loop.

The sound system calls from threads of its own. What it brings is handed to the loop, what it
wants is taken from a short store; nothing here waits.
"""

from __future__ import annotations

import asyncio
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, Protocol, Self

from servizio.audio.frames import SAMPLE_RATE
from servizio.audio.resample import MulawDecoder, MulawEncoder
from servizio.demo.phone_line import Line, LineError
from servizio.errors import SpeechError

RATES = (SAMPLE_RATE, 16_000, 48_000, 44_100)
"""Hertz, best first: the telephone's own needs no conversion, and not every device has it."""
STORE_FRAMES = 20
"""20 ms each: what the speaker may lag behind before sound is left out."""
FIRST_FRAMES = 3
"""So many are gathered before the speaker begins, and again after it ran dry."""
BACKLOG_BYTES = SAMPLE_RATE // 5
"""What may wait to be said before the microphone's sound is left out: clocks differ."""

_NO_SOUND_HINT = "Type instead: servizio call --text"


class SoundStream(Protocol):
    """An open device."""

    def start(self) -> None:
        """Begin to call back."""
        ...

    def close(self) -> None:
        """Stop; there are no calls afterwards."""
        ...


class SoundSystem(Protocol):
    """The part of the package `sounddevice` that is used here."""

    def check_input_settings(self, **settings: Any) -> None:
        """Raise where no microphone can do this."""
        ...

    def check_output_settings(self, **settings: Any) -> None:
        """Raise where no speaker can do this."""
        ...

    def RawInputStream(self, **settings: Any) -> SoundStream:  # noqa: N802 - its name there
        """Open the microphone."""
        ...

    def RawOutputStream(self, **settings: Any) -> SoundStream:  # noqa: N802 - its name there
        """Open the speaker."""
        ...


def load_sound_system() -> SoundSystem:
    """The sound system of this machine. Raises `SpeechError` where there is none."""
    try:
        import sounddevice  # noqa: PLC0415 - optional, and it opens devices when imported
    except ImportError as error:
        raise SpeechError(
            "Microphone and speaker need the package sounddevice.",
            "pip install 'servizio[local]', or type instead: servizio call --text",
        ) from error
    except OSError as error:
        raise SpeechError(
            "Microphone and speaker need the library PortAudio, which is not installed.",
            "On Debian: apt install libportaudio2. Or type instead: servizio call --text",
        ) from error
    system: SoundSystem = sounddevice
    return system


class Handset:
    """Microphone and speaker of one call. A context manager; lives on the event loop."""

    def __init__(self, system: SoundSystem) -> None:
        """Choose how to open the devices. Raises `SpeechError` where they cannot be."""
        self._system = system
        self._rate_in = _first_rate(system.check_input_settings, "microphone")
        self._rate_out = _first_rate(system.check_output_settings, "speaker")
        self._loop = asyncio.get_running_loop()
        self._encoder = MulawEncoder(self._rate_in)
        self._decoder = MulawDecoder(self._rate_out)
        self._store: deque[bytes] = deque(maxlen=STORE_FRAMES)
        self._left_over = b""
        self._is_filling = True
        self._lock = threading.Lock()
        self._line: Line | None = None
        self._fed_bytes = 0
        self._streams: list[SoundStream] = []

    def __enter__(self) -> Self:
        try:
            self._streams = [self._open_microphone(), self._open_speaker()]
            for stream in self._streams:
                stream.start()
        except Exception as error:
            # Its errors are a class of its own, known only once the package is there.
            self._close()
            raise SpeechError(
                f"Microphone or speaker cannot be opened: {error}.", _NO_SOUND_HINT
            ) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def listen_to(self, line: Line) -> None:
        """From now on the microphone is the customer on this line."""
        self._line = line
        self._fed_bytes = line.mouth.said_bytes

    def play(self, mulaw: bytes) -> None:
        """Give the speaker the next sound: mu-law, 8000 Hz."""
        pcm = self._decoder.feed(mulaw)
        with self._lock:
            self._store.append(pcm)
            if len(self._store) >= FIRST_FRAMES:
                self._is_filling = False

    def _open_microphone(self) -> SoundStream:
        def captured(data: Any, _frames: int, _time: Any, _status: Any) -> None:
            with suppress(RuntimeError):
                # Closed while a last piece was on its way.
                self._loop.call_soon_threadsafe(self._heard, bytes(data))

        return self._system.RawInputStream(
            **_settings(self._rate_in), blocksize=self._rate_in // 50, callback=captured
        )

    def _open_speaker(self) -> SoundStream:
        def wanted(out: Any, _frames: int, _time: Any, _status: Any) -> None:
            out[:] = self._taken(len(out))

        return self._system.RawOutputStream(
            **_settings(self._rate_out), blocksize=self._rate_out // 50, callback=wanted
        )

    def _heard(self, pcm: bytes) -> None:
        mulaw = self._encoder.feed(pcm)
        line = self._line
        if line is None or self._fed_bytes - line.mouth.said_bytes > BACKLOG_BYTES:
            return
        with suppress(LineError):
            line.feed(mulaw)
            self._fed_bytes += len(mulaw)

    def _taken(self, size: int) -> bytes:
        """The next so many bytes for the speaker, silence where there are none."""
        with self._lock:
            sound = self._left_over
            while len(sound) < size and self._store and not self._is_filling:
                sound += self._store.popleft()
            self._is_filling = self._is_filling or len(sound) < size
        self._left_over = sound[size:]
        return sound[:size].ljust(size, b"\0")

    def _close(self) -> None:
        streams, self._streams = self._streams, []
        for stream in streams:
            stream.close()


def _settings(rate_hz: int) -> dict[str, Any]:
    return {"samplerate": rate_hz, "channels": 1, "dtype": "int16"}


def _first_rate(check: Callable[..., None], device: str) -> int:
    problem: Exception | None = None
    for rate_hz in RATES:
        try:
            check(**_settings(rate_hz))
        except Exception as error:  # noqa: BLE001 - see `Handset.__enter__`
            problem = error
        else:
            return rate_hz
    raise SpeechError(f"There is no {device} that can be used: {problem}.", _NO_SOUND_HINT)
