"""`GET /orders`: the order board, for a television or a customer's own telephone."""

from __future__ import annotations

from aiohttp import web

from servizio.server.keys import PROFILE, SETTINGS, STORE
from servizio.server.pages.qr_code import qr_svg
from servizio.server.pages.shop_words import phone_words
from servizio.server.pages.templating import page
from servizio.shop.order import OrderStatus

BEING_MADE = frozenset({OrderStatus.RECEIVED, OrderStatus.MAKING})


async def show_board(request: web.Request) -> web.Response:
    """Numbers alone, preparing and ready. Without a script it loads itself again."""
    app = request.app
    orders = await app[STORE].open_orders()
    number = app[SETTINGS].twilio.phone_number
    return page(
        "board.html",
        name=app[PROFILE].name,
        preparing=[order.number for order in orders if order.status in BEING_MADE],
        ready=[order.number for order in orders if order.status is OrderStatus.READY],
        crowd=crowd,
        number=number,
        number_words=phone_words(number) if number else "",
        qr=qr_svg(f"tel:{number}") if number else "",
    )


def crowd(count: int) -> str:
    """How many numbers stand in a column decides how large they are; `board.js` does the same."""
    if count <= 4:
        return "few"
    if count <= 10:
        return "some"
    return "many" if count <= 24 else "throng"
