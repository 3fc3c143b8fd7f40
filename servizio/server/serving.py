"""Running the server: the port, the signals, the end.

SIGTERM or Ctrl-C drains: no new calls, live ones end or reach the drain limit. A second
one ends them at once.
"""

from __future__ import annotations

import asyncio
import errno
import gc
import logging
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from aiohttp import web

from servizio.errors import ServizioError
from servizio.paths import Folders
from servizio.server.newcomers import KEEP_ALIVE_SECONDS, NEWCOMERS
from servizio.server.port_owner import owner_of_port
from servizio.server.presence import announced, only_server
from servizio.settings import Settings

CLEAN_UP_SECONDS = 3.0
"""How long open answers may take to end once the calls are over."""
SAME_WISH_SECONDS = 0.5
"""Signals so close together are one wish to stop: a program of one file has two processes, and
each of them passes on what a terminal or a service manager sends to both."""
OPEN_FILES = 65536
"""Connections and files that are asked of the system, where it gives so many."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Service:
    """What is served."""

    make_app: Callable[[], Awaitable[web.Application]]
    drain: Callable[[web.Application, float], Awaitable[None]]
    """Takes no new calls and waits, at most so many seconds, for the live ones."""
    ready: Callable[[str], None]
    """Told the address once requests are answered."""


def serve(settings: Settings, folders: Folders, service: Service) -> None:
    """Serve until a signal.

    Raises `ServizioError` where the port is busy or another server has this shop's data.
    """
    folders.make()
    _allow_many_connections()
    with only_server(folders):
        sockets = [bind(settings.server.host, settings.server.port)]
        sockets += beside(sockets[0])
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            runner.run(_serve(settings, folders, sockets, service))


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. Raises `ServizioError` that says who has the port."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, socket.SOCK_STREAM)
    except OSError as error:
        raise ServizioError(
            f"{host!r} is no address of this machine: {error.strerror or error}.",
            "Set server.host to 127.0.0.1 (this machine only) or 0.0.0.0.",
        ) from error
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(256)
    except OSError as error:
        listening.close()
        raise _cannot_listen(host, port, error) from error
    listening.setblocking(False)
    return listening


def beside(listening: socket.socket) -> list[socket.socket]:
    """A second socket, at 127.0.0.1, where the first one is not reached there.

    Programs of this machine, such as the simulated restaurant, need not ask where it listens.
    """
    host, port = listening.getsockname()[:2]
    if host in {"127.0.0.1", "0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        return []
    try:
        return [bind("127.0.0.1", port)]
    except ServizioError as error:
        log.warning("not_on_this_machine: %s", error.message)
        return []


def _cannot_listen(host: str, port: int, error: OSError) -> ServizioError:
    if error.errno == errno.EADDRINUSE:
        owner = owner_of_port(port)
        return ServizioError(
            f"Port {port} is in use{f' by {owner}' if owner else ''}.",
            f"Stop that program, or take another port: --port {port + 1}",
        )
    if error.errno == errno.EACCES:
        return ServizioError(
            f"Port {port} needs more rights than this account has.",
            "Take a port above 1023, such as --port 8000.",
        )
    return ServizioError(
        f"Cannot listen on {host}:{port}: {error.strerror}.",
        "Set server.host to 127.0.0.1 (this machine only) or 0.0.0.0.",
    )


def local_url(listening: socket.socket) -> str:
    """The address under which this machine reaches the socket."""
    host, port = listening.getsockname()[:2]
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = "127.0.0.1" if host == "0.0.0.0" else "::1"  # noqa: S104
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """What makes the server's event loop; `None`: Python's own."""
    try:
        import uvloop  # noqa: PLC0415 - not there on every system
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _serve(
    settings: Settings,
    folders: Folders,
    sockets: Sequence[socket.socket],
    service: Service,
) -> None:
    started = time.monotonic()
    stop = asyncio.Event()
    at_once = asyncio.Event()
    _catch_signals(stop, at_once)
    app = await service.make_app()
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=CLEAN_UP_SECONDS,
        keepalive_timeout=KEEP_ALIVE_SECONDS,
    )
    await runner.setup()
    sites = [await _listen(app, runner, each) for each in sockets]
    try:
        url = local_url(sockets[0])
        with announced(folders, url):
            log.info("server_ready url=%s seconds=%.2f", url, time.monotonic() - started)
            gc.freeze()
            gc.enable()
            service.ready(url)
            await stop.wait()
            log.info("server_draining limit_seconds=%.0f", settings.server.drain_seconds)
            await _first(service.drain(app, settings.server.drain_seconds), at_once)
    finally:
        for site in sites:
            site.close()
        await runner.cleanup()
    log.info("server_stopped")


async def _listen(
    app: web.Application, runner: web.AppRunner, listening: socket.socket
) -> asyncio.Server:
    if runner.server is None:
        raise RuntimeError("the application was not set up")
    come = app[NEWCOMERS].watched(runner.server)
    return await asyncio.get_running_loop().create_server(come, sock=listening, backlog=128)


def _allow_many_connections() -> None:
    """Have as many open files as this account may; the usual first limit is one attacker's."""
    try:
        import resource  # noqa: PLC0415 - not there on Windows
    except ImportError:
        return
    with suppress(OSError, ValueError):
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
        if soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


async def _first(draining: Awaitable[None], at_once: asyncio.Event) -> None:
    """Drain, or stop waiting for it on a later signal."""
    work = asyncio.ensure_future(draining)
    impatience = asyncio.ensure_future(at_once.wait())
    try:
        await asyncio.wait({work, impatience}, return_when=asyncio.FIRST_COMPLETED)
        if work.done():
            work.result()
    finally:
        for task in (work, impatience):
            task.cancel()
        await asyncio.gather(work, impatience, return_exceptions=True)


def _catch_signals(stop: asyncio.Event, at_once: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    first: list[float] = []

    def asked() -> None:
        first.append(loop.time())
        if first[-1] - first[0] > SAME_WISH_SECONDS:
            at_once.set()
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        # Windows has no such handlers; Ctrl-C ends the process there all the same.
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, asked)
