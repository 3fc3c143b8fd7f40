"""`servizio pause`, `resume`, `busy`, `hours`, `report`: the shop from scripts.

A running server is asked; where none is up, the database is read and written directly.
"""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import cast

from servizio.commands.shop_access import ask_or_read
from servizio.commands.shop_client import ShopClient
from servizio.errors import ServizioError
from servizio.server.answers import RequestError
from servizio.server.opening import clock, shop_menu, shop_profile
from servizio.server.shop_api import ShopView, change_of
from servizio.settings import load_settings, locate
from servizio.shop.hours_text import parse_range
from servizio.shop.report import day_bounds, day_report, report_rows
from servizio.shop.spreadsheet import harmless
from servizio.shop.today import AS_USUAL
from servizio.store.interface import Store

ShopJson = Mapping[str, object]


def pause(minutes: int | None, message: str, *, as_json: bool) -> None:
    """Take no orders by phone, for so many minutes or until resumed."""
    _show(_changed({"pause": {"minutes": minutes, "message": message}}), as_json=as_json)


def resume(*, as_json: bool) -> None:
    """Take orders by phone again."""
    _show(_changed({"pause": None}), as_json=as_json)


def busy(minutes: int, *, as_json: bool) -> None:
    """Add to every quoted wait; 0: no longer."""
    _show(_changed({"busy_minutes": minutes}), as_json=as_json)


def hours(today: str, *, as_json: bool) -> None:
    """Show today's hours, or set them: `10:00-18:00`, `closed`, `usual`."""
    wanted = today.strip().lower()
    if not wanted:
        _show(_shop(), as_json=as_json)
        return
    value: object = None
    if wanted == "closed":
        value = {"closed": True}
    elif wanted != "usual":
        opens, dash, closes = wanted.partition("-")
        if not dash:
            raise ServizioError(f"{today!r} are no hours.", "Write 10:00-18:00, closed, or usual.")
        try:
            parse_range(wanted)
        except ValueError as error:
            raise ServizioError(f"{error}.", "Or write closed, or usual.") from error
        value = {"opens": opens, "closes": closes}
    _show(_changed({"hours_today": value}), as_json=as_json)


def report(day: str, *, as_json: bool, as_csv: bool) -> None:
    """Print a day in figures."""
    figures = _report(day)
    if as_json:
        print(json.dumps(figures, ensure_ascii=False, indent=2))
        return
    rows = report_rows(figures)
    if as_csv:
        csv.writer(sys.stdout).writerows([harmless(value) for value in row] for row in rows)
        return
    print(f"{figures['day']}, amounts in {figures['currency']}")
    section = "day"
    for part, name, count, amount in list(rows)[1:]:
        if part != section:
            print(f"\n{part}")
            section = part
        print(f"  {name.replace('_', ' '):<28}{count!s:>8}{amount!s:>12}")


def _shop() -> ShopJson:
    def ask(server: ShopClient) -> ShopJson:
        return cast("ShopJson", server.get("/api/shop"))

    async def read(store: Store) -> ShopJson:
        return (await _view(store)).words(await store.today())

    return ask_or_read(ask, read)


def _changed(body: Mapping[str, object]) -> ShopJson:
    def ask(server: ShopClient) -> ShopJson:
        return cast("ShopJson", server.patch("/api/shop", body))

    async def write(store: Store) -> ShopJson:
        view = await _view(store)
        try:
            change = change_of(body, view)
        except RequestError as error:
            raise ServizioError(error.message, error.hint) from error
        return view.words(await store.change_today(change, actor="staff", tell=view.words))

    return ask_or_read(ask, write)


async def _view(store: Store) -> ShopView:
    settings = load_settings()
    profile = shop_profile(settings, shop_menu(settings, locate()))
    return ShopView(settings, profile, (await store.queue()).items, clock())


def _report(day: str) -> Mapping[str, object]:
    settings = load_settings()
    profile = shop_profile(settings, shop_menu(settings, locate()))
    zone = AS_USUAL.hours(profile.hours).zone
    chosen = _day(day, zone)

    def ask(server: ShopClient) -> Mapping[str, object]:
        return cast("ShopJson", server.get(f"/api/report?day={chosen}"))

    async def read(store: Store) -> Mapping[str, object]:
        facts = await store.day_facts(*day_bounds(chosen, zone))
        return day_report(chosen, facts, zone, currency=profile.menu.currency)

    return ask_or_read(ask, read)


def _day(text: str, zone: tzinfo) -> date:
    today = clock().astimezone(zone).date()
    words = {"": today, "today": today, "yesterday": today - timedelta(days=1)}
    if text in words:
        return words[text]
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ServizioError(
            f"--day {text!r} is no day.", "Write 2026-01-31 or yesterday."
        ) from error


def _show(shop: ShopJson, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(shop, ensure_ascii=False, indent=2))
        return
    print(
        f"{shop['name']} is {'open' if shop['open_now'] else 'closed'} now. Today: {_hours(shop)}."
    )
    paused = shop["paused"]
    if isinstance(paused, Mapping):
        until = paused["until"]
        end = f"until {_clock(str(until))}" if until else "until `servizio resume`"
        print(f"No orders by phone {end}. Customers hear: {paused['message']}")
    busier = f", {shop['busy_minutes']} of them added by staff" if shop["busy_minutes"] else ""
    print(f"The quoted wait is {shop['quoted_wait_minutes']} minutes{busier}.")


def _hours(shop: ShopJson) -> str:
    hours_today = shop["hours_today"]
    if not shop["hours_known"]:
        return "at any hour, as no hours are set (shop.hours)"
    if not isinstance(hours_today, Mapping) or hours_today.get("closed"):
        return "closed"
    return ", ".join(f"{span['opens']}-{span['closes']}" for span in hours_today["ranges"])


def _clock(iso: str) -> str:
    """A time of day as the shop's clock shows it."""
    return datetime.fromisoformat(iso).astimezone(load_settings().shop.zone()).strftime("%H:%M")
