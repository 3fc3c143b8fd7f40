"""`GET /`: the shop's window. What to order, when it is open, and how to order."""

from __future__ import annotations

from datetime import datetime, tzinfo

from aiohttp import web

from servizio.server.keys import CLOCK, MENU, PROFILE, SETTINGS, STORE
from servizio.server.pages.qr_code import qr_svg
from servizio.server.pages.shop_words import (
    choice_sections,
    item_sections,
    open_words,
    phone_words,
    week_ahead,
)
from servizio.server.pages.templating import page
from servizio.shop.availability import Availability
from servizio.shop.hours import spoken_time
from servizio.shop.profile import ShopProfile
from servizio.shop.today import Pause, Today
from servizio.shop.wait import quoted_minutes, spoken_wait


async def show_shop_page(request: web.Request) -> web.Response:
    """The page, as true as the moment it is asked for. It needs no script."""
    app = request.app
    store, profile, menu, now = app[STORE], app[PROFILE], app[MENU], app[CLOCK]()
    availability = Availability(await store.sold_out())
    today, queue = await store.today(), await store.queue()
    hours = today.still_true(now, today.hours(profile.hours).zone).hours(profile.hours)
    state, number = open_words(hours, now), app[SETTINGS].twilio.phone_number
    return page(
        "shop.html",
        name=profile.name,
        address=profile.address,
        parking=profile.parking,
        allergens=profile.allergens,
        number=number,
        number_words=phone_words(number) if number else "",
        qr=qr_svg(f"tel:{number}") if number else "",
        state=state,
        no_orders=no_orders_words(profile, today, now),
        wait=spoken_wait(quoted_minutes(queue.items, extra_minutes=today.busy_minutes)),
        week=week_ahead(hours, now) if state else (),
        items=item_sections(menu, availability),
        choices=choice_sections(menu, availability),
        currency=menu.currency,
        delivers="delivery" in menu.fulfilments,
    )


def no_orders_words(profile: ShopProfile, today: Today, now: datetime) -> str:
    """Why nobody takes orders by phone or voice now; empty: somebody does."""
    hours = today.still_true(now, today.hours(profile.hours).zone).hours(profile.hours)
    if pause := today.pause_at(now):
        return _pause_words(pause, now, hours.zone)
    state = open_words(hours, now)
    if state is None or state.is_open or profile.takes_orders_when_closed:
        return ""
    return "We are closed now, so nobody takes orders until we open."


def _pause_words(pause: Pause, now: datetime, zone: tzinfo) -> str:
    if pause.until is None:
        return "We take no orders by phone or voice right now. Please come by the counter."
    until = pause.until.astimezone(zone)
    at = spoken_time(until.hour * 60 + until.minute)
    days = (until.date() - now.astimezone(zone).date()).days
    when = f"{at} tomorrow" if days else at
    return f"We take no orders by phone or voice until {when}. The counter is open as usual."
