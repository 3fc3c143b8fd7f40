"""This machine: its disk, clock, port, database and sound."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

from servizio.commands.doctor.findings import Finding, error, from_error, ok, warning
from servizio.commands.shop_client import ShopClient, is_up
from servizio.errors import ApiError, ServizioError, SpeechError, StoreError
from servizio.paths import Folders
from servizio.server.health import LITTLE_SPACE, NO_SPACE
from servizio.server.opening import clock, store_path
from servizio.server.presence import running_server
from servizio.server.serving import bind
from servizio.settings import Settings
from servizio.store.faults import RESTORE
from servizio.store.sqlite import SqliteStore

NOTICED = timedelta(seconds=30)
"""A clock that is wrong by this much quotes wrong times."""
TOO_WRONG = timedelta(minutes=5)
"""A clock that is wrong by this much is refused by others: certificates, signatures."""
LARGE = 1024 * 1024


def look_at_disk(data: Path) -> Finding:
    """Whether orders can be written down where they belong."""
    place = _nearest(data)
    if not os.access(place, os.W_OK | os.X_OK):
        return error(
            "disk", f"Nothing can be written to {place}.", "Make the folder yours, or set "
            "SERVIZIO_HOME to one that is."
        )  # fmt: skip
    try:
        free = shutil.disk_usage(place).free
    except OSError as raised:
        return error("disk", f"{place} cannot be read: {raised.strerror}.", "Check the disk.")
    said = f"{free // LARGE} MB free below {place}."
    if free < NO_SPACE:
        return error("disk", said, "Free some space: orders cannot be written.")
    if free < LITTLE_SPACE:
        return warning("disk", said, "Free some space.")
    return ok("disk", said)


def look_at_clock(now: datetime, zone: tzinfo, told: datetime | None, by: str) -> Finding:
    """Whether the time is right. `told` is the time of somebody else, at the same moment."""
    local = now.astimezone(zone)
    said = f"{local:%A %H:%M} at the shop (UTC{local:%z})"
    if told is None:
        return ok("clock", f"{said}; there was nobody to compare it with.")
    off = abs(now - told)
    if off < NOTICED:
        return ok("clock", f"{said}, as {by} has it.")
    wrong = f"{said}; {by} says it is {told.astimezone(zone):%A %H:%M:%S}."
    hint = "Set the clock, and let it be set by the network (NTP)."
    return (error if off > TOO_WRONG else warning)("clock", wrong, hint)


def look_at_port(settings: Settings, folders: Folders) -> Finding:
    """Whether the server is up, or could be."""
    running = running_server(folders)
    if running is not None and is_up(running.url):
        return _server_finding(running.url)
    host, port = settings.server.host, settings.server.port
    try:
        bind(host, port).close()
    except ServizioError as raised:
        return from_error("port", raised)
    where = f"port {port} of {host} is" if port else f"ports of {host} are"
    return ok("port", f"The server is not up; {where} free for it.")


def _server_finding(url: str) -> Finding:
    try:
        ShopClient(url).get("/health")
    except ApiError:
        return error(
            "port",
            f"The server at {url} takes no calls.",
            f"See why at {url}/health, or in its log.",
        )
    return ok("port", f"The server is up at {url}.")


def look_at_database(settings: Settings, folders: Folders) -> Finding:
    """Whether the database is whole, of this version, and can be written to."""
    try:
        path = store_path(settings, folders)
        if not path.exists():
            return _missing_database(path)
        found = asyncio.run(_faults(path))
    except ServizioError as raised:
        return from_error("database", raised)
    if found:
        return error("database", f"{path} is damaged: {found[0]}.", RESTORE)
    return ok("database", f"{path} is whole, of this version, and can be written to.")


def _missing_database(path: Path) -> Finding:
    place = _nearest(path.parent)
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK):
        return error("database", f"{path} cannot be made.", "Set store.url, or make the folder.")
    return ok("database", f"{path} is made on the first run.")


async def _faults(path: Path) -> list[str]:
    async with SqliteStore(path, clock=clock) as store:
        health = await store.health()
        if not health.ok:
            raise StoreError(health.detail, "See that the file is yours and the disk not full.")
        return list(await store.check())


def look_at_sound(load: Callable[[], object], quiet: AbstractContextManager[object]) -> Finding:
    """Microphone and speaker, which `servizio call` needs and the shop does not."""
    only = "Only `servizio call` needs them; `servizio call --text` does not."
    try:
        with quiet:
            system = load()
            usable = [
                device
                for device, check in (
                    ("microphone", "check_input_settings"),
                    ("speaker", "check_output_settings"),
                )
                if _works(getattr(system, check))
            ]
    except SpeechError as raised:
        return ok("sound", f"{raised.message} {only}")
    if len(usable) == 2:
        return ok("sound", "Microphone and speaker can be used.")
    there = f"Only a {usable[0]}" if usable else "Neither microphone nor speaker"
    return ok("sound", f"{there} can be used. {only}")


def _works(check: Callable[[], object]) -> bool:
    try:
        check()
    except Exception:  # noqa: BLE001 - the package's errors are known only once it is there
        return False
    return True


def _nearest(path: Path) -> Path:
    """The folder itself, or the first one above it that is there."""
    return next(folder for folder in (path, *path.parents) if folder.exists())
