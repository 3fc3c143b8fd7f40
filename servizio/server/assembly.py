"""Putting a shop's server together: the one place that knows every room."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from aiohttp import web

from servizio.agents.roster import Roster
from servizio.calls.admission import CallTexts
from servizio.calls.history import CallHistory
from servizio.calls.state import Patience
from servizio.calls.switchboard import Switchboard
from servizio.paths import Folders
from servizio.server.agent_table import Employer, check_agents, open_roster
from servizio.server.app import create_app
from servizio.server.garbage import garbage_between_calls
from servizio.server.journal_log import log_events
from servizio.server.keys import SWITCHBOARD, Fixtures
from servizio.server.metrics import Metrics
from servizio.server.opening import clock, open_store, shop_menu, shop_profile
from servizio.server.outgoing import send_outbox
from servizio.server.retention import forget_in_time
from servizio.server.safety import check_safety
from servizio.server.serving import Service, serve
from servizio.settings import Settings, staff_token
from servizio.shop.profile import ShopProfile
from servizio.store.interface import Store
from servizio.store.records import EventKind

log = logging.getLogger(__name__)


def serve_everything(settings: Settings, folders: Folders) -> None:
    """Run the server of a shop until a signal.

    Raises `ServizioError` where it cannot: a broken menu, a busy port, a full disk.
    """
    check_agents(settings)
    menu = shop_menu(settings, folders)
    profile = shop_profile(settings, menu)
    token = staff_token(settings, folders)
    check_safety(settings, token)
    metrics = Metrics()
    serving = asyncio.Event()

    async def make_app() -> web.Application:
        stack = AsyncExitStack()
        try:
            store = await stack.enter_async_context(open_store(settings, folders, menu))
            await stack.enter_async_context(_background(settings, store, metrics))
            employer = Employer(settings, profile, greeting(settings, profile), serving)
            roster = await stack.enter_async_context(open_roster(employer))
            switchboard = await stack.enter_async_context(
                _switchboard(settings, profile, store, roster, metrics)
            )
            employer.local.calls_up = lambda: len(switchboard.live_calls())
            await stack.enter_async_context(
                garbage_between_calls(
                    lambda: len(switchboard.live_calls()),
                    lambda: "loading" in switchboard.agents().values(),
                )
            )
        except BaseException:
            await stack.aclose()
            raise
        app = create_app(
            Fixtures(
                settings=settings,
                folders=folders,
                token=token,
                menu=menu,
                profile=profile,
                store=store,
                switchboard=switchboard,
                metrics=metrics,
            )
        )

        async def close(_app: web.Application) -> None:
            await stack.aclose()

        app.on_cleanup.append(close)
        return app

    async def drain(app: web.Application, seconds: float) -> None:
        await app[SWITCHBOARD].drain(seconds)

    def ready(_url: str) -> None:
        serving.set()

    serve(settings, folders, Service(make_app, drain, ready))


def greeting(settings: Settings, profile: ShopProfile, hello: str = "Thank you for calling") -> str:
    """The first words of every call: what customers must be told, and the greeting.

    `hello` stands before the shop's name where the owner has not worded the greeting.
    """
    words = settings.agent.greeting or f"{hello} {profile.name}. What can I get for you?"
    return f"{settings.agent.notice} {words}".strip()


@asynccontextmanager
async def _switchboard(
    settings: Settings, profile: ShopProfile, store: Store, roster: Roster, metrics: Metrics
) -> AsyncIterator[Switchboard]:
    def count_call(history: CallHistory) -> None:
        agent = history.agent or "none"
        metrics.calls.labels(agent=agent, outcome=history.outcome).inc()

    def count_handover(failed: str, successor: str) -> None:
        metrics.failovers.labels(failed, successor).inc()

    async with Switchboard(
        shop=profile,
        store=store,
        roster=roster,
        texts=CallTexts(
            greeting=greeting(settings, profile),
            browser_greeting=greeting(settings, profile, "Welcome to"),
        ),
        patience=Patience(whole_call=settings.agent.max_call_seconds),
        max_calls=settings.agent.max_calls,
        now=clock,
        on_answer=metrics.turn_latency.observe,
        on_end=count_call,
        on_handover=count_handover,
    ) as switchboard:
        metrics.calls_active.set_function(lambda: len(switchboard.live_calls()))
        yield switchboard


@asynccontextmanager
async def _background(settings: Settings, store: Store, metrics: Metrics) -> AsyncIterator[None]:
    """What goes on beside the calls."""
    tasks = [
        asyncio.create_task(send_outbox(settings, store), name="outbox"),
        asyncio.create_task(_count_orders(store, metrics), name="count orders"),
        asyncio.create_task(log_events(store), name="log of the journal"),
        asyncio.create_task(
            forget_in_time(store, settings.store.retention_days, clock), name="retention"
        ),
    ]
    for task in tasks:
        task.add_done_callback(_report)
    try:
        yield
    finally:
        for task in tasks:
            await _cancel(task)


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("background_task_died name=%s", task.get_name(), exc_info=task.exception())


async def _cancel(task: asyncio.Task[None]) -> None:
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _count_orders(store: Store, metrics: Metrics) -> None:
    async for event in store.listen(kinds={EventKind.ORDER_CREATED}):
        order = event.payload.get("order")
        source = order.get("source") if isinstance(order, dict) else None
        metrics.orders.labels(source=str(source or "unknown")).inc()
