"""Whether the shop can take calls, found out and not assumed."""

from __future__ import annotations

import asyncio
import logging
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from servizio import __version__
from servizio.errors import StoreError
from servizio.server.answers import answer
from servizio.server.exchange import Exchange
from servizio.server.keys import FOLDERS, HEALTH, METRICS, PASSING, SETTINGS, STORE, SWITCHBOARD
from servizio.server.loop_watch import LoopWatch
from servizio.settings import Settings
from servizio.store.interface import Store
from servizio.store.records import EventKind, MessageKind, MessageState

WATCH_SECONDS = 1.0
"""Between two looks at whether health has changed."""
LITTLE_SPACE = 200 * 1024 * 1024
"""Bytes left on the disk below which staff should do something."""
NO_SPACE = 5 * 1024 * 1024
"""Bytes left below which an order might not be written."""

REASONS = "reasons"
"""Of the check of the agents: why those that are broken are, by name."""

log = logging.getLogger(__name__)

Check = dict[str, object]


class HealthWatch:
    """Looks at every part of the shop. `status` of a check: `ok`, `warning` or `failed`."""

    def __init__(
        self,
        store: Store,
        switchboard: Exchange,
        data: Path,
        settings: Settings,
        pace: LoopWatch,
    ) -> None:
        self._store = store
        self._switchboard = switchboard
        self._data = data
        self._settings = settings
        self._pace = pace
        self._started = time.monotonic()

    async def look(self) -> tuple[bool, dict[str, object]]:
        """Whether calls can be taken, and how every part is, for staff."""
        checks = {
            "store": await self._store_check(),
            "agents": self._agents_check(),
            "calls": self._calls_check(),
            "telephone": await self._telephone_check(),
            "disk": await asyncio.to_thread(self._disk_check),
            "pace": self._pace_check(),
        }
        statuses = {check["status"] for check in checks.values()}
        return "failed" not in statuses, {
            "status": "ok" if statuses == {"ok"} else "degraded",
            "service": "servizio",
            "version": __version__,
            "uptime": round(time.monotonic() - self._started, 1),
            "timestamp": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "checks": checks,
        }

    async def _store_check(self) -> Check:
        health = await self._store.health()
        return {"status": "ok" if health.ok else "failed", "detail": health.detail}

    def _agents_check(self) -> Check:
        agents = dict(self._switchboard.agents())
        states = set(agents.values())
        detail = ", ".join(f"{name} {state}" for name, state in agents.items()) or "none"
        if states == {"ready"}:
            status = "ok"
        elif states & {"ready", "loading"}:
            status = "warning"
        else:
            status = "failed"
        return {"status": status, "detail": detail, REASONS: dict(self._switchboard.agent_faults())}

    def _calls_check(self) -> Check:
        live = len(self._switchboard.live_calls())
        if self._switchboard.accepting():
            return {"status": "ok", "detail": f"{live} in progress"}
        if not any(state != "broken" for state in self._switchboard.agents().values()):
            why = "no agent can talk"
        else:
            why = "all lines are busy" if live else "the server is stopping"
        said = f"no new calls are taken: {why}; {live} in progress"
        return {"status": "failed", "detail": said}

    async def _telephone_check(self) -> Check:
        """Whether there is an account, and whether its texts leave."""
        if not self._settings.twilio.configured:
            return {"status": "ok", "detail": "not set up: texts are only shown here"}
        if not self._settings.server.public_url:
            return {
                "status": "warning",
                "detail": "server.public_url is not set: Twilio cannot reach this shop",
            }
        try:
            counts = await self._store.message_counts()
        except StoreError as error:
            return {"status": "warning", "detail": error.message}
        failed = counts.get((MessageKind.SMS, MessageState.FAILED), 0)
        if failed:
            return {"status": "warning", "detail": f"texts that could not be sent: {failed}"}
        return {"status": "ok", "detail": "set up"}

    def _pace_check(self) -> Check:
        complaint = self._pace.complaint(time.monotonic())
        return {
            "status": "warning" if complaint else "ok",
            "detail": complaint or "nothing keeps calls waiting",
        }

    def _disk_check(self) -> Check:
        try:
            free = shutil.disk_usage(self._data).free
        except OSError as error:
            return {"status": "failed", "detail": f"cannot be read: {error.strerror}"}
        status = "failed" if free < NO_SPACE else "warning" if free < LITTLE_SPACE else "ok"
        return {"status": status, "detail": f"{free // 1024**2} MB free"}


async def show_health(request: web.Request) -> web.Response:
    """`GET /health`: 200 where calls can be taken, else 503.

    Nothing personal in it, and nothing that tells strangers why an agent is broken.
    """
    takes_calls, health = await request.app[HEALTH].look()
    return answer(_for_everybody(health), status=200 if takes_calls else 503)


async def show_health_to_staff(request: web.Request) -> web.Response:
    """`GET /api/health`: the same with the reasons; 200 whatever it says."""
    _, health = await request.app[HEALTH].look()
    return answer(health)


def _for_everybody(health: dict[str, object]) -> dict[str, object]:
    checks = health["checks"]
    if not isinstance(checks, dict):
        return health
    told = {
        name: {key: value for key, value in check.items() if key != REASONS}
        for name, check in checks.items()
    }
    if told["store"]["status"] == "failed":
        # The whole sentence names files of this machine.
        told["store"]["detail"] = "Orders cannot be written."
    return health | {"checks": told}


async def watch_health(app: web.Application) -> AsyncIterator[None]:
    """Tell the screens when health changes, for as long as the server runs."""
    app[HEALTH] = HealthWatch(
        app[STORE], app[SWITCHBOARD], app[FOLDERS].data, app[SETTINGS], app[METRICS].pace
    )
    task = asyncio.create_task(_watch(app), name="health watch")
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def _watch(app: web.Application) -> None:
    before: dict[str, object] = {}
    blind = False
    while True:
        try:
            before = await _tell_change(app, before)
            blind = False
        except Exception:
            # Nobody would start this watch again. Said once, not every second.
            if not blind:
                log.exception("health_unknown")
            blind = True
        await asyncio.sleep(WATCH_SECONDS)


async def _tell_change(app: web.Application, before: dict[str, object]) -> dict[str, object]:
    """Look once and tell if it has changed. Gives the statuses that were seen."""
    _, health = await app[HEALTH].look()
    now = _statuses(health)
    if now != (before or dict.fromkeys(now, "ok")):
        log.warning("health_changed %s", " ".join(f"{k}={v}" for k, v in now.items()))
        told = {"health": health}
        try:
            await app[STORE].append_event(EventKind.HEALTH_CHANGED, told)
        except StoreError:
            # It may be just that: a full disk must not keep the screens from saying so.
            app[PASSING].tell(EventKind.HEALTH_CHANGED.value, told)
    return now


def _statuses(health: dict[str, object]) -> dict[str, object]:
    """The statuses alone: numbers in the details change all the time and are no news."""
    checks = health["checks"]
    return (
        {str(name): check["status"] for name, check in checks.items()}
        if isinstance(checks, dict)
        else {}
    )
