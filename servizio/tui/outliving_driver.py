"""A terminal that may be closed while a screen is on it.

Textual's writer ends with the first write to a terminal that is gone, and everything that is
written afterwards waits for it for ever: the program can then not even be asked to end.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TextIO, cast

from textual.drivers.linux_driver import LinuxDriver


class _ForgivingFile:
    """A terminal's file that swallows words once the terminal is gone."""

    def __init__(self, file: TextIO, gone: Callable[[], None]) -> None:
        self._file = file
        self._gone = gone
        self._is_gone = False

    def write(self, words: str) -> None:
        """Write where there is a terminal."""
        self._try(lambda: self._file.write(words))

    def flush(self) -> None:
        """Send what was written, where there is a terminal."""
        self._try(self._file.flush)

    def fileno(self) -> int:
        """The terminal's descriptor."""
        return self._file.fileno()

    def _try(self, act: Callable[[], object]) -> None:
        if self._is_gone:
            return
        try:
            act()
        except (OSError, ValueError):
            self._is_gone = True
            self._gone()


class OutlivingDriver(LinuxDriver):
    """Ends the screen in order when its terminal is closed."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._file = _ForgivingFile(cast("TextIO", self._file), self._gone)  # type: ignore[assignment]

    def run_input_thread(self) -> None:
        """Read keys until the screen or the terminal is closed."""
        try:
            super().run_input_thread()
        except OSError:
            self._gone()

    def _gone(self) -> None:
        self._app.call_later(self._app.exit)
