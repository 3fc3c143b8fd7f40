"""The server's end of one speech worker: a process, the pipe to it, and a thread that waits.

All waiting for the process is done on the thread, so a worker that hangs, dies or loads for
long never holds up the event loop. What happens is told on the loop through `LinkEvents`.
"""

from __future__ import annotations

import asyncio
import logging
import multiprocessing
import queue
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Final

from servizio.agents.local.speech_worker import (
    Loaded,
    Refused,
    Reply,
    Request,
    WorkerSettings,
    work,
)

_LOAD_SECONDS: Final = 90.0
_EXIT_SECONDS: Final = 0.2
"""How long a process that closed its pipe may take until it says how it ended."""
_RESTARTS: Final = 4
"""Deaths in a row, without an answer in between, after which a worker is given up."""

Work = Callable[[Connection, WorkerSettings], None]
"""What runs in the process: importable by name, talks as `speech_worker.work` does."""

log = logging.getLogger(__name__)


class _Stopped(Exception):  # noqa: N818 - a way out of the thread's loop, not an error
    """The link is closing."""


class _Died(Exception):  # noqa: N818
    """The process is gone, or did not answer in time. Its text says over what."""


@dataclass(frozen=True, slots=True)
class LinkEvents:
    """Whom to tell what. Each is called on the event loop with the link."""

    ready: Callable[[WorkerLink], None]
    """The worker has loaded (again) and waits for a request."""
    answered: Callable[[WorkerLink, int, Reply], None]
    """The worker has answered the request with this number. It may be one that was given to it
    while it was dying and has been asked again since: the number tells."""
    died: Callable[[WorkerLink], None]
    """The worker died or hung; a new one is being started. Its request has no answer."""
    broken: Callable[[WorkerLink, Refused], None]
    """The worker cannot be used, now or later."""


class WorkerLink:
    """One worker. `submit` only after `ready` or `answered`, one request at a time."""

    def __init__(
        self,
        name: str,
        settings: WorkerSettings,
        events: LinkEvents,
        *,
        patience: float,
        work: Work = work,
    ) -> None:
        self.name = name
        self._settings = settings
        self._events = events
        self._patience = patience
        self._work = work
        self._loop = asyncio.get_running_loop()
        self._inbox: queue.SimpleQueue[tuple[int, Request]] = queue.SimpleQueue()
        self._wake_end, self._waker = multiprocessing.Pipe(duplex=False)
        self._stopping = False
        self._ended = asyncio.Event()
        self._process: SpawnProcess | None = None
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def submit(self, number: int, request: Request) -> None:
        """Give the worker a request, under a number that its answer will have."""
        self._inbox.put((number, request))
        self._waker.send_bytes(b"r")

    async def close(self) -> None:
        """End the worker at once, whatever it does, and wait until it is gone."""
        self.abandon()
        await self._ended.wait()
        self._thread.join()

    def abandon(self) -> None:
        """End the worker without waiting."""
        if not self._stopping:
            self._stopping = True
            self._waker.send_bytes(b"s")

    def _run(self) -> None:
        if hasattr(signal, "pthread_sigmask"):
            # Inherited by the worker: an interrupt meant for the server must not reach it,
            # not even before it can say so itself.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        try:
            self._keep_alive()
        except _Stopped:
            pass
        finally:
            self._wake_end.close()
            self._tell(self._ended.set)

    def _keep_alive(self) -> None:
        deaths = 0
        while deaths <= _RESTARTS:
            pipe = self._start()
            try:
                if not self._serve(pipe):
                    return
            except _Died as death:
                if self._answered_since_start:
                    deaths = 0
                deaths += 1
                reason = f"{death}, {self._exit()}"
                log.warning(
                    'speech_worker_died name=%s deaths=%d reason="%s"', self.name, deaths, reason
                )
                self._tell(self._events.died, self)
            finally:
                self._end_process(pipe)
        self._tell(self._events.broken, self, Refused("the speech worker dies again and again"))
        self._wait_for_stop()

    def _start(self) -> Connection:
        self._answered_since_start = False
        context = multiprocessing.get_context("spawn")
        pipe, other_end = context.Pipe()
        self._process = context.Process(
            target=self._work, args=(other_end, self._settings), name=self.name, daemon=True
        )
        self._process.start()
        other_end.close()
        return pipe

    def _serve(self, pipe: Connection) -> bool:
        """Pass requests on until the link stops. False where the worker refused to load."""
        first = self._receive(pipe, _LOAD_SECONDS, "loading")
        if isinstance(first, Refused):
            self._tell(self._events.broken, self, first)
            self._wait_for_stop()
            return False
        if isinstance(first, Loaded):
            log.info("speech_worker_ready name=%s seconds=%.2f", self.name, first.seconds)
        self._tell(self._events.ready, self)
        while True:
            number, request = self._next_request(pipe)
            doing = type(request).__name__.lower()
            try:
                pipe.send(request)
            except OSError as error:
                raise _Died(f"gone before {doing}") from error
            reply = self._receive(pipe, self._patience, doing)
            self._answered_since_start = True
            self._tell(self._events.answered, self, number, reply)

    def _next_request(self, pipe: Connection) -> tuple[int, Request]:
        while self._inbox.empty():
            ready = wait([pipe, self._wake_end])
            if self._wake_end in ready:
                self._heed_waker()
            elif pipe in ready:
                raise _Died("gone while idle")
        return self._inbox.get()

    def _receive(self, pipe: Connection, seconds: float, doing: str) -> Reply:
        deadline = time.monotonic() + seconds
        while True:
            ready = wait([pipe, self._wake_end], max(0.0, deadline - time.monotonic()))
            if not ready:
                raise _Died(f"no answer to {doing} in {seconds:g} s")
            if self._wake_end in ready:
                self._heed_waker()
            if pipe in ready:
                try:
                    reply: Reply = pipe.recv()
                except (EOFError, OSError) as error:
                    raise _Died(f"gone during {doing}") from error
                return reply

    def _exit(self) -> str:
        """How the process ended, as far as that is known at this moment."""
        process = self._process
        if process is None:
            return "no process"
        process.join(_EXIT_SECONDS)
        code = process.exitcode
        if code is None:
            return "still running"
        return f"signal {-code}" if code < 0 else f"exit code {code}"

    def _heed_waker(self) -> None:
        if self._wake_end.recv_bytes() == b"s":
            raise _Stopped

    def _wait_for_stop(self) -> None:
        while True:
            self._heed_waker()

    def _end_process(self, pipe: Connection) -> None:
        pipe.close()
        process, self._process = self._process, None
        if process is None:
            return
        # A worker holds nothing that could be lost.
        process.kill()
        process.join()
        process.close()

    def _tell(self, callback: Callable[..., None], *arguments: object) -> None:
        try:
            self._loop.call_soon_threadsafe(callback, *arguments)
        except RuntimeError:
            # The loop has been closed: nobody is left to be told.
            self._stopping = True
