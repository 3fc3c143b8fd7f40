"""What the application holds, by typed key. There is no other state in the server."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from aiohttp import web
from pydantic import SecretStr

from servizio.paths import Folders
from servizio.server.exchange import Exchange
from servizio.server.guesses import Guesses
from servizio.server.limits import Limits
from servizio.server.opening import clock
from servizio.server.staff_pass import StaffPass
from servizio.settings import Settings
from servizio.shop.menu import Menu
from servizio.shop.profile import ShopProfile
from servizio.store.interface import Store
from servizio.telephony.signature import SignatureCheck

if TYPE_CHECKING:
    from servizio.calls.outbound import OutboundCalls
    from servizio.calls.ring_backs import RingBacks
    from servizio.server.doors import Door
    from servizio.server.event_stream import Passing
    from servizio.server.health import HealthWatch
    from servizio.server.metrics import Metrics
    from servizio.server.outbound_lines import OutboundLines
    from servizio.server.ticks import Ticks
    from servizio.server.twilio_account import TwilioAccount


class Streams(set[web.WebSocketResponse]):
    """The media streams that are open."""


@dataclass(frozen=True, slots=True)
class Fixtures:
    """What a server is made of. All of it is open while the application runs."""

    settings: Settings
    folders: Folders
    token: SecretStr
    """The staff token."""
    menu: Menu
    profile: ShopProfile
    store: Store
    switchboard: Exchange
    metrics: Metrics
    now: Callable[[], datetime] = clock


SETTINGS = web.AppKey("settings", Settings)
FOLDERS = web.AppKey("folders", Folders)
STAFF = web.AppKey("staff", StaffPass)
LOGINS = web.AppKey("logins", Guesses)
"""Wrong tries to log in."""
LIMITS = web.AppKey("limits", Limits)
BEARERS = web.AppKey("bearers", Guesses)
"""Wrong bearer tokens."""
MENU = web.AppKey("menu", Menu)
PROFILE = web.AppKey("profile", ShopProfile)
CLOCK: web.AppKey[Callable[[], datetime]] = web.AppKey("clock", object)  # type: ignore[arg-type]  # a callable is no class
STORE: web.AppKey[Store] = web.AppKey("store", object)  # type: ignore[arg-type]  # a protocol is no class
SWITCHBOARD: web.AppKey[Exchange] = web.AppKey("switchboard", object)  # type: ignore[arg-type]  # a protocol is no class
METRICS: web.AppKey[Metrics] = web.AppKey("metrics", object)  # type: ignore[arg-type]  # needs this module
DOORS: web.AppKey[Mapping[web.AbstractRoute, Door]] = web.AppKey("doors", dict)
SIGNATURES: web.AppKey[SignatureCheck | None] = web.AppKey("signatures", object)  # type: ignore[arg-type]  # a union is no class
STREAMS = web.AppKey("streams", Streams)
PASSING: web.AppKey[Passing] = web.AppKey("passing", object)  # type: ignore[arg-type]  # needs this module
TWILIO: web.AppKey[TwilioAccount] = web.AppKey("twilio", object)  # type: ignore[arg-type]  # needs this module
OUTBOUND: web.AppKey[OutboundCalls] = web.AppKey("outbound", object)  # type: ignore[arg-type]  # slow to load
OUTBOUND_LINES: web.AppKey[OutboundLines] = web.AppKey("outbound lines", object)  # type: ignore[arg-type]  # needs this module
ERASING = web.AppKey("erasing", asyncio.Event)
"""Set when there is a recording that staff want no more."""
RING_BACKS: web.AppKey[RingBacks] = web.AppKey("ring backs", object)  # type: ignore[arg-type]  # slow to load
TICKS: web.AppKey[Ticks] = web.AppKey("ticks", object)  # type: ignore[arg-type]  # needs this module
HEALTH: web.AppKey[HealthWatch] = web.AppKey("health", object)  # type: ignore[arg-type]  # needs this module
