"""From a server to messages: loads everything, follows the events, and again after a break."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace

from textual.message import Message

from servizio.errors import ApiError
from servizio.tui.api import ShopApi
from servizio.tui.floor import LinkStatus, Snapshot
from servizio.tui.messages import EventCame, LinkChanged, SnapshotLoaded
from servizio.tui.shop_views import ShopView
from servizio.tui.stream import Backoff, Connected, Disconnected, EventStream, ServerEvent
from servizio.tui.views import CallView, HealthView, MenuView
from servizio.tui.wire import staff_event

Tell = Callable[[Message], object]

log = logging.getLogger(__name__)


async def load_everything(api: ShopApi) -> Snapshot:
    """Ask the server about all that the console shows.

    Raises `ApiError` without orders or calls. A server that has no menu or health to tell is
    good enough to serve from.
    """
    orders, calls, menu, health, shop = await asyncio.gather(
        api.orders(), _calls(api), _menu(api), _health(api), _shop(api)
    )
    return Snapshot(orders, calls, menu, health, shop)


async def _calls(api: ShopApi) -> tuple[CallView, ...]:
    calls = await api.calls()
    return tuple(
        [await _whole(api, call) if call.ended_at is None else call for call in calls],
    )


async def _whole(api: ShopApi, call: CallView) -> CallView:
    try:
        return await api.call(call.sid)
    except ApiError as error:
        if error.status != 404:
            raise
        return replace(call, transcript=())


async def _menu(api: ShopApi) -> MenuView | None:
    try:
        return await api.menu()
    except ApiError as error:
        log.warning("the server tells no menu: %s", error.message)
        return None


async def _health(api: ShopApi) -> HealthView | None:
    try:
        return await api.health()
    except ApiError as error:
        log.warning("the server tells no health: %s", error.message)
        return None


async def _shop(api: ShopApi) -> ShopView | None:
    try:
        return await api.shop()
    except ApiError as error:
        log.warning("the server tells nothing of the shop: %s", error.message)
        return None


async def feed_console(api: ShopApi, tell: Tell, *, backoff: Backoff | None = None) -> None:
    """Tell everything that happens at the server, for ever; cancel to stop."""

    async def catch_up() -> None:
        tell(SnapshotLoaded(await load_everything(api)))

    stream = EventStream(api, "/api/events", catch_up, backoff=backoff)
    async for item in stream.follow():
        match item:
            case Connected():
                tell(LinkChanged(LinkStatus.LIVE))
            case Disconnected(reason, refused):
                tell(LinkChanged(LinkStatus.REFUSED if refused else LinkStatus.LOST, reason))
            case ServerEvent(name, data):
                _tell_event(name, data, tell)


def _tell_event(name: str, data: str, tell: Tell) -> None:
    try:
        event = staff_event(name, data)
    except ApiError as error:
        log.warning("event %s left out: %s", name, error.message)
        return
    if event is not None:
        tell(EventCame(event))
