"""`/barista`: the queue, the calls in progress and what is sold out, for a tablet at the bar.

The page works by forms and links alone. Its script asks for single parts of it anew when
something happens, so there is one place that words them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from aiohttp import web

from servizio.errors import MessageError, OrderError, TransitionError, UnknownOrderError
from servizio.server.answers import RequestError, fault, read_form
from servizio.server.keys import CLOCK, MENU, PROFILE, SETTINGS, STORE, SWITCHBOARD, TICKS
from servizio.server.menu_api import known_ids
from servizio.server.orders_api import STAFF
from servizio.server.pages.shop_words import phone_words
from servizio.server.pages.staff_texts import TextLists, text_lists
from servizio.server.pages.staff_words import (
    CallWords,
    Patience,
    TicketLists,
    call_words,
    ticket_lists,
)
from servizio.server.pages.templating import page
from servizio.server.ticks import Ticks
from servizio.shop.availability import Availability
from servizio.shop.menu import Menu
from servizio.shop.order import OrderStatus
from servizio.store.interface import Store
from servizio.store.records import EventKind

RECENT = 60
"""Orders among which those are looked for that left the queue lately."""
TEXTS = 50
"""Texts and messages among which those worth showing are looked for."""
PARTS = frozenset({"tickets", "calls", "texts", "menu"})
HOME = "/barista"


async def show_staff_page(request: web.Request) -> web.Response:
    """`GET /barista`: everything. `?phone=4782` shows the telephone number of that order."""
    return await _whole_page(request)


async def show_staff_part(request: web.Request) -> web.Response:
    """`GET /barista/part/{part}`: `tickets`, `calls`, `texts` or `menu`, for the script."""
    part = request.match_info["part"]
    if part not in PARTS:
        raise web.HTTPNotFound
    return page(f"staff_{part}.html", **await _values(request, part))


async def act(request: web.Request) -> web.Response:
    """`POST /barista`: what a button of the page does.

    `order` with `to` (a status, or `undo`) or `tick` (`0 on`, `2 off`), `item` with `gone`
    (`yes`, `no`), or `message` with `do` (`retry`, `dismiss`). Back to the page; 204 for its
    script. What cannot be done is said, with 4xx.
    """
    fields = await read_form(request)
    said = {name: value for name, value in fields.items() if isinstance(value, str)}
    by_script = "application/json" in request.headers.get("Accept", "")
    try:
        await _do(request, said)
    except (MessageError, OrderError, RequestError) as error:
        status = _status_of(error)
        if by_script:
            return fault(status, error.message, hint=error.hint)
        return await _whole_page(request, trouble=f"{error.message} {error.hint}", status=status)
    if by_script:
        return web.Response(status=204)
    return web.Response(status=303, headers={"Location": HOME, "Cache-Control": "no-store"})


async def _do(request: web.Request, said: Mapping[str, str]) -> None:
    """Do it. Raises `OrderError`, `MessageError` and `RequestError`."""
    match said:
        case {"order": order, "tick": tick} if order:
            await _tick(request.app[TICKS], order, tick, said.get("revision", ""))
        case {"order": order} if order:
            await _move(request.app[STORE], order, said.get("to", ""))
        case {"item": item} if item:
            await _mark(request, item, gone=said.get("gone") == "yes")
        case {"message": message} if message:
            await _send(request.app[STORE], message, said.get("do", ""))
        case _:
            raise RequestError(400, "There is nothing to do.")


async def _tick(ticks: Ticks, number: str, tick: str, revision: str) -> None:
    """Tick a line off or on again: `tick` is its place and `on` or `off`."""
    line, _, way = tick.partition(" ")
    if way not in {"on", "off"} or not (_is_small(line) and _is_small(revision)):
        raise RequestError(400, "That is no line of an order.")
    await ticks.set(number, int(line), done=way == "on", revision=int(revision))


async def _send(store: Store, message: str, way: str) -> None:
    """Try a message again, or put it aside."""
    if way not in {"retry", "dismiss"} or not _is_small(message):
        raise RequestError(400, "That cannot be done with a message.")
    change = store.retry_message if way == "retry" else store.dismiss_message
    if await change(int(message), actor=STAFF) is None:
        raise RequestError(404, "There is no such message.")


def _is_small(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 10


def _status_of(error: MessageError | OrderError | RequestError) -> int:
    if isinstance(error, RequestError):
        return error.status
    return 404 if isinstance(error, UnknownOrderError) else 409


async def _whole_page(
    request: web.Request, *, trouble: str = "", status: int = 200
) -> web.Response:
    values: dict[str, Any] = {}
    for part in sorted(PARTS):
        values |= await _values(request, part)
    return page(
        "staff.html",
        status=status,
        name=request.app[PROFILE].name,
        trouble=trouble,
        **values,
    )


async def _values(request: web.Request, part: str) -> dict[str, Any]:
    match part:
        case "tickets":
            return {"tickets": await _tickets(request), "phone_words": phone_words}
        case "calls":
            return {"calls": await _calls(request.app)}
        case "texts":
            return {"texts": await _texts(request.app)}
        case _:
            gone = await request.app[STORE].sold_out()
            return {"sections": menu_switches(request.app[MENU], Availability(gone))}


async def _tickets(request: web.Request) -> TicketLists:
    app = request.app
    open_orders, screen = await app[STORE].open_orders(), app[SETTINGS].console
    ticks = {order.number: await app[TICKS].of(order) for order in open_orders}
    return ticket_lists(
        open_orders,
        await app[STORE].orders(RECENT),
        ticks,
        now=app[CLOCK](),
        currency=app[MENU].currency,
        patience=Patience(
            timedelta(minutes=screen.warn_minutes), timedelta(minutes=screen.late_minutes)
        ),
        revealed=request.query.get("phone", ""),
    )


async def _calls(app: web.Application) -> tuple[CallWords, ...]:
    live = {call.call_sid: call.view() for call in app[SWITCHBOARD].live_calls()}
    found = [(await app[STORE].call(sid), view) for sid, view in live.items()]
    return tuple(
        call_words(record, view, app[CLOCK]()) for record, view in found if record is not None
    )


async def _texts(app: web.Application) -> TextLists:
    store = app[STORE]
    texts, messages = await store.incoming_texts(TEXTS), await store.messages(TEXTS)
    return text_lists(texts, messages, len(await store.voice_messages(TEXTS)), app[CLOCK]())


def menu_switches(
    menu: Menu, availability: Availability
) -> tuple[tuple[str, tuple[tuple[str, str, bool], ...]], ...]:
    """What can be sold out, under headings: id, name, and whether it is."""
    categories: dict[str, dict[str, str]] = {}
    for item in menu.items:
        categories.setdefault(item.category or "menu", {})[item.id] = item.name
    for group in menu.modifier_groups:
        for each in group.modifiers:
            categories.setdefault(group.name, {})[each.id] = each.name
    return tuple(
        (title, tuple((id_, name, not availability.has(id_)) for id_, name in names.items()))
        for title, names in categories.items()
    )


async def _move(store: Store, number: str, to: str) -> None:
    """Move an order. Raises `OrderError` and its kin, and `RequestError`."""
    if to == "undo":
        wanted = await _status_before(store, number)
    else:
        try:
            wanted = OrderStatus(to)
        except ValueError as error:
            raise RequestError(400, "That is no status of an order.") from error
    await store.set_status(number, wanted, actor=STAFF)


async def _status_before(store: Store, number: str) -> OrderStatus:
    steps = [
        event.from_status
        for event in await store.order_history(number)
        if event.kind is EventKind.ORDER_STATUS_CHANGED and event.from_status
    ]
    if not steps:
        raise TransitionError(f"Order {number} cannot go back any further.")
    return OrderStatus(steps[-1])


async def _mark(request: web.Request, item: str, *, gone: bool) -> None:
    if item not in known_ids(request.app[MENU]):
        raise RequestError(404, "That is not on the menu.")
    await request.app[STORE].set_sold_out(item, gone, actor=STAFF)
