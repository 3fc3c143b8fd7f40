"""The shop itself over HTTP: open or closed, paused, how long it takes, and changing that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import reduce

from aiohttp import web

from servizio.server.answers import RequestError, answer, read_object
from servizio.server.keys import CLOCK, PROFILE, SETTINGS, STORE
from servizio.server.orders_api import STAFF
from servizio.server.twilio_account import missing_to_ring
from servizio.settings import Settings
from servizio.shop.hours_text import parse_range
from servizio.shop.profile import ShopProfile
from servizio.shop.today import (
    MOST_BUSY_MINUTES,
    HoursOverride,
    Pause,
    Today,
    pause_message,
    ranges_json,
    today_json,
)
from servizio.shop.wait import quoted_minutes

LONGEST_PAUSE = 24 * 60
"""Minutes; for longer there are the hours, or a pause until staff end it."""
LONGEST_MESSAGE = 300
"""Characters that a customer is told during a pause."""

Change = Callable[[Today], Today]


@dataclass(frozen=True, slots=True)
class ShopView:
    """The shop at one moment, as screens show it."""

    settings: Settings
    profile: ShopProfile
    items_ahead: int
    now: datetime

    def words(self, today: Today) -> dict[str, object]:
        """`GET /api/shop`, and the payload of the event `shop_changed`."""
        usual = today.hours(self.profile.hours)
        today = today.still_true(self.now, usual.zone)
        hours = today.hours(self.profile.hours)
        day = self.now.astimezone(hours.zone).date()
        ranges = hours.hours_on(day)
        known = hours.is_known or day in hours.dates
        public, twilio = self.settings.server.public_url, self.settings.twilio
        return {
            "name": self.profile.name,
            "menu_name": self.profile.menu.name,
            "timezone": self.settings.shop.timezone or str(hours.zone),
            "currency": self.profile.menu.currency,
            "open_now": hours.is_open(self.now),
            "orders_when_closed": self.profile.takes_orders_when_closed,
            "hours_known": known,
            "hours_today": ranges_json(ranges) if known else None,
            **today_json(today),
            "quoted_wait_minutes": quoted_minutes(
                self.items_ahead, extra_minutes=today.busy_minutes
            ),
            "public_url": public,
            "phone_number": twilio.phone_number,
            "can_text": twilio.can_text,
            "can_ring": not missing_to_ring(self.settings),
            "staff_phone": self.profile.staff_phone,
            "staff_page": f"{public}/barista" if public else None,
        }


async def shop_view(app: web.Application) -> ShopView:
    """The shop now."""
    queue = await app[STORE].queue()
    return ShopView(app[SETTINGS], app[PROFILE], queue.items, app[CLOCK]())


async def show_shop(request: web.Request) -> web.Response:
    """`GET /api/shop`: open or closed, the pause, the wait, today's hours, and who we are."""
    view = await shop_view(request.app)
    return answer(view.words(await request.app[STORE].today()))


async def change_shop(request: web.Request) -> web.Response:
    """`PATCH /api/shop`: pause or resume, add to the wait, other hours today.

    `{"pause": {"minutes": 20, "message": "..."}}` (`minutes` null: until resumed),
    `{"pause": null}`, `{"busy_minutes": 10}`, `{"hours_today": {"opens": "10:00", "closes":
    "18:00"}}`, `{"hours_today": {"closed": true}}`, `{"hours_today": null}`; several at once
    are changed together. Answers as `GET`, and tells `shop_changed` where it is different.
    """
    body = await read_object(request)
    view = await shop_view(request.app)
    store, change = request.app[STORE], change_of(body, view)
    return answer(view.words(await store.change_today(change, actor=STAFF, tell=view.words)))


def change_of(body: Mapping[str, object], view: ShopView) -> Change:
    """What is asked for, all of it. Raises `RequestError`; then nothing is changed."""
    known: dict[str, Callable[[object, ShopView], Change]] = {
        "pause": _pause,
        "busy_minutes": _busy,
        "hours_today": _hours,
    }
    unknown = sorted(set(body) - set(known))
    if unknown or not body:
        said = f"Not known here: {', '.join(each[:40] for each in unknown)}." if unknown else ""
        raise RequestError(400, said or "Nothing to change.", f"There are: {', '.join(known)}.")
    changes = [known[name](value, view) for name, value in body.items()]
    return lambda today: reduce(lambda sofar, each: each(sofar), changes, today)


def _pause(value: object, view: ShopView) -> Change:
    if value is None:
        return lambda today: replace(today, pause=None)
    if not isinstance(value, Mapping):
        raise RequestError(400, "pause should be an object, or null to resume.")
    minutes, message = value.get("minutes"), value.get("message")
    message = "" if message is None else message
    if minutes is not None and not _is_whole(minutes, 1, LONGEST_PAUSE):
        raise RequestError(400, f"pause.minutes should be from 1 to {LONGEST_PAUSE}, or null.")
    if not isinstance(message, str) or len(message) > LONGEST_MESSAGE:
        raise RequestError(400, f"pause.message should be text, at most {LONGEST_MESSAGE} signs.")
    until = None if minutes is None else view.now + timedelta(minutes=minutes)
    zone = Today().hours(view.profile.hours).zone
    said = " ".join(message.split()) or pause_message(view.profile.name, until, zone)
    return lambda today: replace(today, pause=Pause(view.now, until, said))


def _busy(value: object, _view: ShopView) -> Change:
    if not _is_whole(value, 0, MOST_BUSY_MINUTES):
        raise RequestError(400, f"busy_minutes should be from 0 to {MOST_BUSY_MINUTES}.")
    minutes = int(str(value))
    return lambda today: replace(today, busy_minutes=minutes)


def _hours(value: object, view: ShopView) -> Change:
    if value is None:
        return lambda today: replace(today, override=None)
    day = view.now.astimezone(Today().hours(view.profile.hours).zone).date()
    if isinstance(value, Mapping) and value.get("closed") is True:
        return lambda today: replace(today, override=HoursOverride(day, ()))
    opens, closes = (
        (value.get("opens"), value.get("closes")) if isinstance(value, Mapping) else (None, None)
    )
    try:
        if not isinstance(opens, str) or not isinstance(closes, str):
            raise ValueError("there should be opens and closes, such as 10:00 and 18:00")
        span = parse_range(f"{opens}-{closes}")
    except ValueError as error:
        raise RequestError(
            400, f"hours_today: {error}.", 'Or {"closed": true}, or null for the usual hours.'
        ) from error
    return lambda today: replace(today, override=HoursOverride(day, (span,)))


def _is_whole(value: object, least: int, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most
