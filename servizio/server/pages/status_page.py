"""`GET /orders/status`: where an order is, asked by its number alone.

Whoever knows a number learns what the order board shows anyway: status and times. Never a
name, a telephone number or what was ordered.
"""

from __future__ import annotations

from datetime import timedelta

from aiohttp import web

from servizio.errors import UnknownOrderError
from servizio.server.answers import RequestError, answer
from servizio.server.keys import CLOCK, LIMITS, MENU, PROFILE, SETTINGS, STORE
from servizio.server.origin import is_local, seen_address
from servizio.server.pages.templating import page
from servizio.shop.order import Order, OrderStatus
from servizio.shop.order_json import board_json
from servizio.shop.order_number import is_order_number

TOLD_FOR = timedelta(hours=24)
"""How long after its last step an order can be asked for."""

_READY_TOO = "It waits for you, or is on its way."
"""Of a ready order where the shop delivers: whose it is is not told to whoever asks."""
_WORDS = {
    OrderStatus.RECEIVED: ("Received", "We have it and will make it soon."),
    OrderStatus.MAKING: ("Being made", "We are making it now."),
    OrderStatus.READY: ("Ready", "It waits for you at the counter."),
    OrderStatus.PICKED_UP: ("Handed over", "It has left the shop."),
    OrderStatus.CANCELLED: ("Not being made", "Please ask at the counter, or call us."),
}


async def show_status(request: web.Request) -> web.Response:
    """`GET /orders/status?number=4782`: the page, with a form where no number is given."""
    number = request.query.get("number", "").strip()[:20]
    trouble, order, status = "", None, 200
    if number:
        try:
            order = await _order(request, number)
        except RequestError as error:
            trouble, status = error.message, error.status
        if order is None and not trouble:
            trouble = f"We know of no order {number} today. Numbers have four digits."
            status = 404
    title, words = _WORDS[order.status] if order else ("", "")
    if order and order.status is OrderStatus.READY and "delivery" in request.app[MENU].fulfilments:
        words = _READY_TOO
    return page(
        "status.html",
        status=status,
        name=request.app[PROFILE].name,
        number=number,
        is_known=order is not None,
        title=title,
        words=words,
        trouble=trouble,
    )


async def show_status_json(request: web.Request) -> web.Response:
    """`GET /orders/status.json?number=4782`: the same for programs."""
    number = request.query.get("number", "").strip()
    if not is_order_number(number):
        raise RequestError(400, "number should be four digits.")
    order = await _order(request, number)
    if order is None:
        raise RequestError(404, "There is no such order today.")
    return answer(board_json(order))


async def _order(request: web.Request, number: str) -> Order | None:
    """The order of the last day with this number.

    Raises `RequestError` for whoever tries one number after the other.
    """
    if not is_order_number(number):
        return None
    app = request.app
    strange = app[LIMITS].strange_numbers
    address = "" if is_local(request) else seen_address(request, app[SETTINGS].server)
    if address and strange.wait(address):
        raise RequestError(429, "Too many numbers. Please ask again in a minute.")
    try:
        order = await app[STORE].order(number)
    except UnknownOrderError:
        order = None
    if order is not None and app[CLOCK]() - order.updated_at < TOLD_FOR:
        return order
    if address:
        strange.take(address)
    return None
