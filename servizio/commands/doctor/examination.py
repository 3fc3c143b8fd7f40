"""The examination: everything is looked at, whatever was found before."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from servizio.commands.doctor.agents import look_at_agents
from servizio.commands.doctor.findings import Finding, Verdict, from_error
from servizio.commands.doctor.machine import (
    look_at_clock,
    look_at_database,
    look_at_disk,
    look_at_port,
    look_at_sound,
)
from servizio.commands.doctor.number import Told, ask_time, look_at_number, look_at_public_url
from servizio.commands.doctor.shop import look_at_menu, look_at_settings
from servizio.commands.shop_client import here
from servizio.demo.microphone import load_sound_system
from servizio.errors import ServizioError, SettingsError
from servizio.paths import Folders
from servizio.server.opening import clock
from servizio.settings import Settings, load_settings, locate
from servizio.shop.profile import ShopProfile


def run_doctor(*, as_json: bool) -> None:
    """Print a line for each thing that was looked at. Raises `ServizioError` after an error."""
    findings = []
    for finding in examine():
        findings.append(finding)
        if not as_json:
            print(finding, flush=True)
    wrong = [finding.name for finding in findings if finding.verdict is Verdict.ERROR]
    if as_json:
        checks = [finding.as_json() for finding in findings]
        print(json.dumps({"ok": not wrong, "checks": checks}, ensure_ascii=False, indent=2))
    if wrong:
        raise ServizioError(
            f"Not well: {', '.join(wrong)}.", "Each line above that says error says what to do."
        )


def examine() -> Iterator[Finding]:
    """All findings, those that take no time first."""
    folders = locate()
    try:
        settings = load_settings()
    except SettingsError as raised:
        # Nothing that follows from the settings can be known.
        yield from_error("settings", raised)
        yield look_at_disk(folders.data)
        return
    yield look_at_settings(settings, folders)
    profile, menu = look_at_menu(settings, folders)
    yield menu
    yield look_at_disk(folders.data)
    yield look_at_port(settings, folders)
    yield look_at_database(settings, folders)
    yield look_at_sound(load_sound_system, _hushed())
    yield from asyncio.run(_ask_others(settings, folders, profile))


async def _ask_others(
    settings: Settings, folders: Folders, profile: ShopProfile | None
) -> list[Finding]:
    """What others have to be asked for, all at once."""
    server_is_up = await asyncio.to_thread(here, settings, folders) is not None
    told, agents, address, number = await asyncio.gather(
        ask_time(settings),
        _agents(settings, profile),
        look_at_public_url(settings, server_is_up=server_is_up),
        look_at_number(settings),
    )
    return [_clock(settings, told), *agents, address, number]


async def _agents(settings: Settings, profile: ShopProfile | None) -> list[Finding]:
    # Without a menu there is nothing that an agent could be asked to sell.
    return [] if profile is None else await look_at_agents(settings, profile)


def _clock(settings: Settings, told: Told | None) -> Finding:
    now = clock()
    if told is None:
        return look_at_clock(now, settings.shop.zone(), None, "")
    return look_at_clock(now, settings.shop.zone(), now + told.off, told.by)


@contextmanager
def _hushed() -> Iterator[None]:
    """Keep what sound libraries print by themselves off the terminal."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)
