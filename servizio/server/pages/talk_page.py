"""`GET /talk`: order by the browser's microphone."""

from __future__ import annotations

from aiohttp import web

from servizio.server.keys import CLOCK, MENU, PROFILE, SETTINGS, STORE
from servizio.server.pages.shop_page import no_orders_words
from servizio.server.pages.shop_words import phone_words
from servizio.server.pages.templating import page


async def show_talk_page(request: web.Request) -> web.Response:
    """The page. What it cannot do without a script, it says, with the number to ring instead.

    While nobody takes orders it says so, and has nothing to press.
    """
    app = request.app
    today = await app[STORE].today()
    number = app[SETTINGS].twilio.phone_number
    return page(
        "talk.html",
        name=app[PROFILE].name,
        number=number,
        number_words=phone_words(number) if number else "",
        no_orders=no_orders_words(app[PROFILE], today, app[CLOCK]()),
        currency=app[MENU].currency,
    )
