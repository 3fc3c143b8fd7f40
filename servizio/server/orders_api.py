"""Orders over HTTP: what everybody may see, and what staff see and do."""

from __future__ import annotations

import json
from functools import partial

from aiohttp import web

from servizio.errors import UnknownOrderError
from servizio.server.answers import RequestError, answer, read_object
from servizio.server.counter import CounterOrder, counter_order
from servizio.server.event_stream import Telling, last_event_id, stream_events
from servizio.server.keys import MENU, PASSING, PROFILE, SETTINGS, STORE, TICKS
from servizio.shop.order import Order, OrderStatus
from servizio.shop.order_json import board_json, order_json
from servizio.shop.order_texts import received_text
from servizio.shop.ticket import ticket
from servizio.shop.today import AS_USUAL
from servizio.store.records import Event, EventKind

STAFF = "staff"
"""Who did it, in the audit trail."""
MOST_ORDERS = 1000
"""How many orders one answer holds at most."""
LONGEST_KEY = 255
"""Signs of an `Idempotency-Key`."""
PUBLIC = ("order_number", "status", "created_at", "updated_at")
"""All that the public may know of an order."""
ORDER_EVENTS = frozenset(
    {EventKind.ORDER_CREATED, EventKind.ORDER_UPDATED, EventKind.ORDER_STATUS_CHANGED}
)
PUBLIC_EVENTS = web.AppKey("public events", Telling)


def limit_of(request: web.Request, default: int = 50) -> int:
    """`?limit=`, from 1 to `MOST_ORDERS`. Raises `RequestError` for anything but a number."""
    text = request.query.get("limit", str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise RequestError(400, "limit should be a whole number.")
    return min(max(int(text), 1), MOST_ORDERS)


async def in_progress(request: web.Request) -> web.Response:
    """`GET /orders/in_progress.json`: number, status and times of what is being made or ready.

    With the shop's name and time zone, by which a board on the wall of another room goes.
    """
    orders = await request.app[STORE].open_orders()
    profile = request.app[PROFILE]
    zone = str(AS_USUAL.hours(profile.hours).zone)
    told = {"shop": profile.name, "timezone": zone}
    return answer({**told, "orders": [board_json(order) for order in orders]})


async def public_events(request: web.Request) -> web.StreamResponse:
    """`GET /orders/events`: the same as it changes (SSE). Never a phone number, name or items."""
    app = request.app
    events = app[STORE].listen(last_event_id(request), kinds=ORDER_EVENTS)
    return await stream_events(
        request, events, app[PASSING], tell=app[PUBLIC_EVENTS], partials=False
    )


def tell_public() -> Telling:
    """The public is told number, status and times."""
    return Telling(_public_data)


def _public_data(event: Event) -> str:
    order = event.payload["order"]
    known = order if isinstance(order, dict) else {}
    shown = {name: known.get(name) for name in PUBLIC}
    return json.dumps(shown, separators=(",", ":"))


async def recent_orders(request: web.Request) -> web.Response:
    """`GET /orders.json?limit=50`: whole orders, newest first, with what is ticked off."""
    orders = await request.app[STORE].orders(limit_of(request))
    ticks = request.app[TICKS]
    return answer(
        {"orders": [order_json(order) | {"ticked": await ticks.of(order)} for order in orders]}
    )


async def one_order(request: web.Request) -> web.Response:
    """`GET /api/orders/{no}`: one order, whole."""
    return answer(order_json(await request.app[STORE].order(order_number_of(request))))


async def order_phone(request: web.Request) -> web.Response:
    """`GET /api/orders/phone/{no}`: the phone number of an order."""
    order = await request.app[STORE].order(order_number_of(request))
    return answer({"order_number": order.number, "phone": order.draft.phone})


async def set_status(request: web.Request) -> web.Response:
    """`POST /api/orders/{no}/status` `{"status": ...}`: one step on, or one back."""
    wanted = (await read_object(request)).get("status")
    statuses = [status.value for status in OrderStatus]
    if not isinstance(wanted, str) or wanted not in statuses:
        raise RequestError(400, f"status should be one of: {', '.join(statuses)}.")
    return await _move(request, OrderStatus(wanted))


async def done(request: web.Request) -> web.Response:
    """`POST /api/orders/{no}/done`: the order is ready."""
    return await _move(request, OrderStatus.READY)


async def _move(request: web.Request, wanted: OrderStatus) -> web.Response:
    order = await request.app[STORE].set_status(order_number_of(request), wanted, actor=STAFF)
    return answer(order_json(order))


async def take_order(request: web.Request) -> web.Response:
    """`POST /api/orders`: an order taken at the counter. 201 and the order.

    With a header `Idempotency-Key` the same request can be sent again without harm: the same
    key gives the same order again, with 200.
    """
    store, key = request.app[STORE], _key(request)
    if key:
        known = await store.order_of_key(key)
        if known is not None:
            return _taken(known, status=200)
    order = (await _at_counter(request)).draft()
    if key:
        return _taken(await store.place_order_once(order, key, actor=STAFF), status=201)
    return _taken(await store.place_order(order, actor=STAFF), status=201)


async def send_text(request: web.Request) -> web.Response:
    """`POST /api/orders/{no}/text`: the text that fits the order's status, once more.

    409 where there is none, no number, or one that has opted out.
    """
    name = request.app[PROFILE].name
    kind = await request.app[STORE].send_text_again(
        order_number_of(request), actor=STAFF, received=partial(received_text, name)
    )
    return answer({"queued": kind.value})


async def print_ticket(request: web.Request) -> web.Response:
    """`GET /api/orders/{no}/ticket.txt`: for a receipt printer, 42 signs wide."""
    order = await request.app[STORE].order(order_number_of(request))
    profile = request.app[PROFILE]
    zone = AS_USUAL.hours(profile.hours).zone
    return web.Response(
        text=ticket(profile.name, order, zone), headers={"Cache-Control": "no-store"}
    )


async def quote(request: web.Request) -> web.Response:
    """`POST /api/orders/quote`: what such an order would cost, and why it cannot be sold.

    The body is that of `POST /api/orders`; nothing is stored.
    """
    return answer((await _at_counter(request)).quote())


async def _at_counter(request: web.Request) -> CounterOrder:
    app = request.app
    return counter_order(
        await read_object(request),
        app[MENU],
        sold_out=await app[STORE].sold_out(),
        max_items=app[SETTINGS].shop.max_items_per_order,
        region=app[PROFILE].region,
    )


def _taken(order: Order, *, status: int) -> web.Response:
    response = answer(order_json(order), status=status)
    response.headers["Location"] = f"/api/orders/{order.number}"
    return response


def _key(request: web.Request) -> str:
    """`Idempotency-Key`; empty: none. Raises `RequestError` for one that is no token."""
    key = request.headers.get("Idempotency-Key", "").strip()
    if len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
        raise RequestError(400, f"Idempotency-Key should be at most {LONGEST_KEY} plain signs.")
    return key


def order_number_of(request: web.Request) -> str:
    """The order that a path names. Raises `UnknownOrderError` for what cannot be one."""
    number = request.match_info["number"]
    if not (len(number) == 4 and number.isascii() and number.isdigit()):
        raise UnknownOrderError("An order number has four digits.", "Check the number.")
    return number
