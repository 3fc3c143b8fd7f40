"""`servizio serve`: the server alone, and quick to start: a call may be waiting."""

from __future__ import annotations

import gc
import sys
from importlib import import_module
from threading import Thread

from servizio.logs import logging_to
from servizio.settings import load_settings, locate


def typed(host: str | None, port: int | None) -> dict[str, object]:
    """The options of `serve` and `run`, as settings."""
    return {"server.host": host, "server.port": port}


def serve_shop(host: str | None, port: int | None, *, supervised: bool) -> None:
    """Run the server in this process until a signal.

    Supervised, it logs to the file alone: its stderr is the supervisor's, and the screen is
    the console's.
    """
    # Nothing that is loaded from here on is garbage; the server turns this on again.
    gc.disable()
    try:
        _load_quickly()
        settings, folders = load_settings(typed(host, port)), locate()
        folders.make()
        with logging_to(
            folders.log_file,
            level=settings.log.level,
            stderr=not supervised,
            as_json=settings.log.format == "json",
        ):
            from servizio.server.assembly import serve_everything

            serve_everything(settings, folders)
    finally:
        gc.enable()


def _load_quickly() -> None:
    """Load what takes longest in the way that takes least."""
    # Reading its certificates needs no interpreter, so this thread can go on meanwhile.
    Thread(target=import_module, args=("aiohttp.web",), name="load aiohttp").start()
    # sqlite-utils loads numpy where it is installed, to know the types of numbers that we
    # never give it: a tenth of the time until the first call can be taken.
    hidden = "numpy" not in sys.modules
    if hidden:
        sys.modules["numpy"] = None  # type: ignore[assignment]  # documented: "not found"
    try:
        import_module("sqlite_utils")
    finally:
        if hidden:
            del sys.modules["numpy"]
