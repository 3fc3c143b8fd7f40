"""Tables by voice: rings each kind of simulated restaurant, and compares with its own book.

    PYTHONPATH=. python bench/bookings.py --times 5 --moods normal,offers

One server serves all calls, one after the other, over the wire: REST request, webhooks, media
stream, both sides hearing and speaking. A call is right where it ends in the result that fits
the restaurant and, for a table that was promised, the restaurant's book has it with the same
number, day, time and party.
"""

from __future__ import annotations

import argparse
import json
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from servizio.commands.demo_shop import ALONE, wait_for_agent
from servizio.commands.shop_client import ShopClient
from servizio.commands.supervisor import Supervisor
from servizio.demo.restaurant_process import NUMBERS
from servizio.paths import find_folders
from servizio.settings import load_settings, locate, staff_token

REQUEST = "Book a table at {place} for 4 people tomorrow at 7pm"
WANTED = {
    "normal": "confirmed",
    "offers": "confirmed",
    "full": "full",
    "closed": "closed",
    "odd_order": "confirmed",
    "hold": "confirmed",
    "wrong_once": "confirmed",
    "no_answer": "no_answer",
    "busy": "no_answer",
    "voicemail": "voicemail",
}
"""What each kind of restaurant must end in."""
AT = {"offers": "20:00"}
"""The time of the promised table, where it is not the one that was asked for."""
LOOK_SECONDS = 0.5
LONGEST_SECONDS = 300.0


@dataclass(frozen=True, slots=True)
class Told:
    """One call."""

    mood: str
    result: str
    sentence: str
    seconds: float
    is_right: bool
    lines: tuple[str, ...]


def main() -> None:
    """Run the bench."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--moods", default=",".join(WANTED))
    parser.add_argument("--name", default="", help="under which; else the shop's name")
    parser.add_argument("--show", action="store_true", help="print every conversation")
    given = parser.parse_args()
    moods = given.moods.split(",")
    with shop(moods, given.name) as (client, book):
        told = [one(client, book, mood, given) for mood in moods for _ in range(given.times)]
    table(moods, told)


@contextmanager
def shop(moods: Sequence[str], name: str) -> Iterator[tuple[ShopClient, Path]]:
    """A server in a throw-away folder, whose address book has one restaurant of each kind."""
    numbers = {mood: number for number, mood in NUMBERS.items()}
    places = [{"name": _place(mood), "phone_number": numbers[mood]} for mood in moods]
    with tempfile.TemporaryDirectory(prefix="servizio-bookings-") as home:
        os.environ |= ALONE | {
            "SERVIZIO_HOME": home,
            "SERVIZIO_CONCIERGE__PLACES": json.dumps(places),
            "SERVIZIO_CONCIERGE__NAME": name,
            "SERVIZIO_CONCIERGE__RING_SECONDS": "40",
        }
        folders = locate()
        folders.make()
        with Supervisor(folders, host=None, port=0) as supervisor:
            url = supervisor.wait_until_up()
            wait_for_agent(url)
            token = staff_token(load_settings(), folders).get_secret_value()
            yield ShopClient(url, token), find_folders(os.environ).data / "demo-restaurant.db"


def one(client: ShopClient, book: Path, mood: str, given: argparse.Namespace) -> Told:
    """Ring one restaurant and look into its book."""
    began = time.monotonic()
    asked = {"request": REQUEST.format(place=_place(mood))}
    booking = cast("Any", client.post("/api/calls", asked))["booking"]
    while booking["step"] != "over" and time.monotonic() - began < LONGEST_SECONDS:
        time.sleep(LOOK_SECONDS)
        booking = cast("Any", client.get(f"/api/bookings/{booking['id']}"))["booking"]
    outcome = booking["outcome"] or {"result": "endless", "sentence": "It has no end."}
    lines: tuple[str, ...] = ()
    if booking["call_sid"]:
        call = cast("Any", client.get(f"/calls/{booking['call_sid']}"))
        lines = tuple(f"    {turn['role']}: {turn['text']}" for turn in call["transcript"])
    told = Told(
        mood,
        outcome["result"],
        outcome["sentence"],
        time.monotonic() - began,
        outcome["result"] == WANTED[mood] and _is_in_book(book, mood, booking),
        lines,
    )
    print(f"{mood}: {told.sentence} ({told.seconds:.0f} s){'' if told.is_right else '  WRONG'}")
    if given.show or not told.is_right:
        print("\n".join(told.lines), flush=True)
    return told


def _is_in_book(book: Path, mood: str, booking: Any) -> bool:
    """Whether the restaurant has written down just what it is said to have promised."""
    if WANTED[mood] != "confirmed":
        return True
    wanted, outcome = booking["wanted"], booking["outcome"]
    with closing(sqlite3.connect(book)) as connection:
        rows = connection.execute(
            "SELECT day, at, party FROM reservations WHERE number = ?", (outcome["confirmation"],)
        ).fetchall()
    at = AT.get(mood, wanted["at"])
    return rows == [(wanted["day"], at, wanted["party"])] and outcome["at"] == at


def _place(mood: str) -> str:
    return f"Casa {mood.replace('_', ' ').title()}"


def table(moods: Sequence[str], told: Sequence[Told]) -> None:
    """Print how often each was right, and how long it took."""
    print(f"\n{'restaurant':<12} {'right':>7} {'median s':>9}  results")
    for mood in moods:
        theirs = [each for each in told if each.mood == mood]
        right = sum(each.is_right for each in theirs)
        middle = statistics.median(each.seconds for each in theirs)
        results = ", ".join(sorted({each.result for each in theirs}))
        print(f"{mood:<12} {right:>3}/{len(theirs):<3} {middle:>9.0f}  {results}")
    right = sum(each.is_right for each in told)
    print(f"{right} of {len(told)} right; load {os.getloadavg()[0]:.1f} at the end")


if __name__ == "__main__":
    main()
