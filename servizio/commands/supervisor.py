"""Keeping the server's process alive while the console is open.

The server is a process of its own, so that a busy screen never delays a frame of speech and
a crash of the one leaves the other alone. It is started again when it dies, later each time.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import Self

from servizio.commands.shop_client import is_up
from servizio.errors import ServizioError
from servizio.paths import Folders, own_command
from servizio.server.presence import running_server

UP_SECONDS = 30.0
"""How long a server may take until it answers."""
LOOK_SECONDS = 0.05
"""Between two looks while it starts."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
"""Seconds before a dead server is started again; doubled each time."""
STEADY_SECONDS = 60.0
"""A server that lived this long begins with the shortest pause again."""
LAST_WORDS_SECONDS = 2.0
"""How long the last words of a dead server are waited for."""
TOLD_SECONDS = 300.0
"""How long a restart is told of on the screens."""
STOP_SECONDS = 90.0
"""How long it may take to drain before it is ended."""

_NOT_STARTED = "The server did not start, and said nothing."
_OWN_FILES = {"PYINSTALLER_RESET_ENVIRONMENT": "1"}
"""For a program of one file: the server unpacks files of its own, as it may stay up when this
process, which takes its files along, has ended."""

Handler = Callable[[int, FrameType | None], object] | int | None

log = logging.getLogger(__name__)


class Supervisor:
    """Owns the server's process. A context manager: leaving it stops the server."""

    def __init__(self, folders: Folders, *, host: str | None, port: int | None) -> None:
        self._folders = folders
        self._command = _serve_command(host, port)
        self._process: subprocess.Popen[str] | None = None
        self._last_words: deque[str] = deque(maxlen=20)
        self._stopping = threading.Event()
        self._up = threading.Event()
        self._gone = threading.Event()
        self._left_alone = False
        self._signals = contextlib.ExitStack()
        self._thread = threading.Thread(target=self._watch, name="server supervisor", daemon=True)
        self._died_at: float | None = None
        self.restarts = 0
        """How often the server had to be started again."""

    def __enter__(self) -> Self:
        self._signals.enter_context(leaving_on_signals())
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._signals.close()
        self._stopping.set()
        if self._left_alone:
            return
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._kill()
        self._thread.join(5.0)

    def let_go(self) -> None:
        """Leave the server running when the context is left."""
        self._left_alone = True

    def news(self) -> str:
        """What every screen should say of the server; empty: it goes on as it should."""
        if self._died_at is None:
            return ""
        running = running_server(self._folders)
        is_back = running is not None and self._is_ours(running.process)
        ago = time.monotonic() - self._died_at
        often = "" if self.restarts < 2 else f", {self.restarts} times by now"
        if not is_back:
            return f"THE SERVER STOPPED {ago:.0f} s ago and is being started again{often}."
        return f"The server stopped and was started again{often}." if ago < TOLD_SECONDS else ""

    def wait_until_up(self) -> str:
        """The server's address, once it answers. Raises `ServizioError` where it does not."""
        deadline = time.monotonic() + UP_SECONDS
        while time.monotonic() < deadline:
            running = running_server(self._folders)
            if running is not None and self._is_ours(running.process) and is_up(running.url):
                self._up.set()
                return running.url
            if self._gone.wait(LOOK_SECONDS):
                raise self._did_not_start()
        raise ServizioError(
            f"The server did not get ready within {UP_SECONDS:.0f} seconds.",
            f"Its log is {self._folders.log_file}.",
        )

    def _is_ours(self, process: int) -> bool:
        return self._process is not None and _session(process) == self._process.pid

    def _kill(self) -> None:
        """End the server and all that it started, at once."""
        if self._process is None:
            return
        if sys.platform == "win32":
            self._process.kill()
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)

    def _did_not_start(self) -> ServizioError:
        words = {
            kind: line.partition(": ")[2].strip()
            for line in self._last_words
            for kind in ("error", "hint")
            if line.startswith(f"{kind}: ")
        }
        # Of what nobody foresaw, Python's last line is the cause.
        cause = next(filter(None, reversed(self._last_words)), "")
        return ServizioError(
            words.get("error", f"The server did not start: {cause}" if cause else _NOT_STARTED),
            words.get("hint", f"All that it said is in {self._folders.console_log}."),
        )

    def _watch(self) -> None:
        pause = FIRST_PAUSE
        while not self._stopping.is_set():
            began = time.monotonic()
            code = self._run_once()
            if self._stopping.is_set():
                return
            if not self._up.is_set():
                self._gone.set()
                return
            if time.monotonic() - began > STEADY_SECONDS:
                pause = FIRST_PAUSE
            log.error("server_died code=%s restart_in_seconds=%.1f", code, pause)
            self._died_at = time.monotonic()
            self._stopping.wait(pause)
            pause = min(LONGEST_PAUSE, pause * 2)
            self.restarts += 1

    def _run_once(self) -> int:
        """Start the server and wait for its end. Its exit code."""
        # A session of its own: Ctrl-C in this terminal is the console's, not the server's.
        with subprocess.Popen(  # noqa: S603 - our own program
            self._command,
            env=os.environ | _OWN_FILES,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
        ) as process:
            self._process = process
            if self._stopping.is_set():
                process.terminate()
            listener = threading.Thread(
                target=self._listen, args=(process,), name="server's words", daemon=True
            )
            listener.start()
            # Not by the end of its words: what it started holds on to them, and outlives it.
            code = process.wait()
            self._kill()
            listener.join(LAST_WORDS_SECONDS)
            return code

    def _listen(self, process: subprocess.Popen[str]) -> None:
        with contextlib.suppress(ValueError):
            # Closed while it is read, where somebody who was not killed still holds it.
            for line in process.stderr or ():
                self._last_words.append(line.rstrip())
                log.warning("server_said %s", line.rstrip())


@contextlib.contextmanager
def leaving_on_signals() -> Iterator[None]:
    """Have a signal that ends this process leave its contexts, so that the server ends too.

    The screen has handlers of its own while it is open. Those that were there before are put
    back; what the starter of this process has told it to ignore stays ignored.
    """
    before: dict[int, Handler] = {}
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) is signal.SIG_DFL:
                before[number] = signal.signal(number, _leave)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _leave(number: int, _frame: object) -> None:
    raise SystemExit(128 + number)


def _session(process: int) -> int:
    """The session that a process is of; a server that was started here leads one.

    A program of one file unpacks itself in the first process of it and works in the second.
    """
    if sys.platform == "win32":
        return process
    try:
        return os.getsid(process)
    except ProcessLookupError:
        return 0


def _serve_command(host: str | None, port: int | None) -> list[str]:
    command = [*own_command(), "serve", "--supervised"]
    if host is not None:
        command += ["--host", host]
    if port is not None:
        command += ["--port", str(port)]
    return command
