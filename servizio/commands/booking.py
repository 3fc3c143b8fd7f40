"""`servizio book`: an agent rings a restaurant, and what it says and gets is printed."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TextIO, cast

import typer

from servizio.commands.demo_shop import wait_for_agent
from servizio.commands.shop_client import ShopClient, here
from servizio.commands.supervisor import Supervisor
from servizio.errors import ApiError, BookingError
from servizio.language.reservation import QUESTIONS, Ask, RequestReader
from servizio.paths import Folders
from servizio.server.opening import clock, shop_menu, shop_profile
from servizio.server.outbound_api import read_request
from servizio.server.outbound_lines import AddressBook
from servizio.settings import Settings, load_settings, locate, staff_token

FAILED, USAGE = 1, 2
LOOK_SECONDS = 0.4
"""Between two looks at the call."""
LONGEST_SECONDS = 300.0
"""Ringing, talking, and what a lost message costs."""
SPEAKERS = {"agent": "concierge", "customer": "restaurant"}
_STEPS = {
    "asked": "Placing the call ...",
    "ringing": "It rings ...",
    "talking": "Somebody is there.",
}

Json = Mapping[str, Any]


def book_table(words: str, *, as_json: bool) -> None:
    """Have a table reserved. Exits with 0 where it is, 1 where not, 2 where nobody was rung."""
    settings, folders = load_settings(), locate()
    profile = shop_profile(settings, shop_menu(settings, folders))
    reader = AddressBook.of(settings).reader(settings, profile, clock())
    try:
        answers = _ask_what_is_missing(reader, words)
    except BookingError as error:
        print(f"error: {error.message}", file=sys.stderr)
        if error.hint:
            print(f"hint: {error.hint}", file=sys.stderr)
        raise typer.Exit(USAGE) from error
    out = sys.stderr if as_json else sys.stdout
    with _shop(settings, folders) as shop:
        body = {"request": words, "answers": {ask.value: text for ask, text in answers.items()}}
        placed = cast("Json", shop.post("/api/calls", body))
        booking = _follow(shop, placed["booking"], out)
        call = _call(shop, booking)
    outcome = booking["outcome"]
    if as_json:
        shown = {**booking, "transcript": call.get("transcript", [])}
        print(json.dumps(shown, ensure_ascii=False, indent=2))
    else:
        print(outcome["sentence"])
    if outcome["result"] != "confirmed":
        raise typer.Exit(FAILED)


def _ask_what_is_missing(reader: RequestReader, words: str) -> dict[Ask, str]:
    """The answers to what the request lacks. Raises `BookingError` where nobody can be asked."""
    answers: dict[Ask, str] = {}
    draft = read_request(reader, words, answers)
    while draft.missing:
        ask = draft.missing[0]
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            reader.request(draft)
        try:
            said = typer.prompt(QUESTIONS[ask], err=True)
            draft = read_request(reader, words, answers | {ask: said})
        except BookingError as error:
            print(error.message, file=sys.stderr)
            continue
        if ask not in draft.missing:
            answers[ask] = said
    reader.request(draft)
    return answers


@contextmanager
def _shop(settings: Settings, folders: Folders) -> Iterator[ShopClient]:
    """The server of this shop: the one that is up, or one for this call alone."""
    running = here(settings, folders)
    if running is not None:
        yield running
        return
    folders.make()
    # With an account Twilio must find it where it always is; the simulated one finds it anywhere.
    port = None if settings.twilio.configured else 0
    print("Starting what the call needs ...", file=sys.stderr)
    with Supervisor(folders, host=None, port=port) as supervisor:
        url = supervisor.wait_until_up()
        wait_for_agent(url)
        yield ShopClient(url, staff_token(settings, folders).get_secret_value())


def _follow(shop: ShopClient, booking: Json, out: TextIO) -> Json:
    """Print each step and all that is said, until it is over."""
    wanted = booking["wanted"]
    print(f"Ringing {wanted['place']}: {_wish(wanted)}.", file=out, flush=True)
    until, step, told = time.monotonic() + LONGEST_SECONDS, "asked", 0
    while booking["step"] != "over":
        if time.monotonic() > until:
            raise ApiError("The call has no end.", "The server's log says why.")
        time.sleep(LOOK_SECONDS)
        booking = cast("Json", shop.get(f"/api/bookings/{booking['id']}"))["booking"]
        if booking["step"] != step and booking["step"] in _STEPS:
            step = booking["step"]
            print(_STEPS[step], file=out, flush=True)
        told = _tell(_call(shop, booking), told, out)
    _tell(_call(shop, booking), told, out)
    return booking


def _wish(wanted: Json) -> str:
    people = "1 person" if wanted["party"] == 1 else f"{wanted['party']} people"
    return f"{people}, {wanted['day']} at {wanted['at']}, under {wanted['name']}"


def _call(shop: ShopClient, booking: Json) -> Json:
    """The call of a booking; empty while there is none."""
    if not booking["call_sid"]:
        return {}
    try:
        return cast("Json", shop.get(f"/calls/{booking['call_sid']}"))
    except ApiError as error:
        if error.status != 404:
            raise
        return {}


def _tell(call: Json, told: int, out: TextIO) -> int:
    """Print what has been said since; how many lines that makes."""
    turns = call.get("transcript", [])
    for turn in turns[told:]:
        if turn["role"] in SPEAKERS:
            print(f"  {SPEAKERS[turn['role']]}: {turn['text']}", file=out, flush=True)
    return max(told, len(turns))
