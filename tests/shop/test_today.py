"""What staff set for now is kept, holds as long as it should, and is said in plain words."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from servizio.shop.hours import OpeningHours, OpenRange
from servizio.shop.hours_text import parse_hours
from servizio.shop.today import (
    HoursOverride,
    Pause,
    Today,
    closed_message,
    pause_message,
    today_from_json,
    today_json,
)

NOON = datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
"""A Friday, noon in New York."""
NEW_YORK = ZoneInfo("America/New_York")
LATE = HoursOverride(date(2026, 11, 20), (OpenRange(600, 720), OpenRange(17 * 60, 26 * 60)))
SHUT = HoursOverride(date(2026, 11, 20), ())


@pytest.mark.parametrize(
    "today",
    [
        Today(),
        Today(Pause(NOON, None, "Back soon."), 15, SHUT),
        Today(Pause(NOON, NOON + timedelta(minutes=10), "Zoë says: later."), 0, LATE),
        Today(override=HoursOverride(date(2026, 11, 20), (OpenRange(0, 1440),))),
    ],
)
def test_what_is_kept_comes_back_as_it_was(today: Today) -> None:
    assert today_from_json(json.loads(json.dumps(today_json(today)))) == today


@pytest.mark.parametrize("nothing", [None, {}, {"paused": None}, []])
def test_where_nothing_was_kept_all_is_as_usual(nothing: object) -> None:
    assert today_from_json(nothing) == Today()


def test_a_pause_ends_by_itself() -> None:
    today = Today(Pause(NOON, NOON + timedelta(minutes=10), "Later."))
    assert today.pause_at(NOON + timedelta(minutes=9, seconds=59)) is not None
    assert today.pause_at(NOON + timedelta(minutes=10)) is None
    assert today.still_true(NOON + timedelta(minutes=10), NEW_YORK) == Today()


def test_a_pause_without_an_end_goes_on() -> None:
    assert Today(Pause(NOON, None, "")).pause_at(NOON + timedelta(days=3)) is not None


def test_hours_of_one_day_leave_the_others_alone() -> None:
    usual = parse_hours({"daily": "10:00-21:00"}, NEW_YORK)
    hours = Today(override=SHUT).hours(usual)
    assert not hours.is_open(NOON)
    assert hours.is_open(NOON + timedelta(days=1))
    assert hours.is_open(NOON - timedelta(days=1))


def test_hours_of_one_day_hold_through_its_night_and_no_longer() -> None:
    today = Today(override=LATE)
    at_1 = datetime(2026, 11, 21, 1, 0, tzinfo=NEW_YORK)
    at_3 = datetime(2026, 11, 21, 3, 0, tzinfo=NEW_YORK)
    assert today.still_true(at_1, NEW_YORK) == today
    assert today.hours(None) != OpeningHours(is_known=False)
    assert today.still_true(at_3, NEW_YORK) == Today()


def test_a_day_that_was_closed_is_over_at_midnight() -> None:
    midnight = datetime(2026, 11, 21, tzinfo=NEW_YORK)
    today = Today(override=SHUT)
    assert today.still_true(midnight - timedelta(seconds=1), NEW_YORK) == today
    assert today.still_true(midnight, NEW_YORK) == Today()


@pytest.mark.parametrize(
    ("minutes", "said"), [(10, "after 12:10 PM"), (13, "after 12:15 PM"), (60, "after 1 PM")]
)
def test_a_pause_says_when_to_call_again(minutes: int, said: str) -> None:
    assert said in pause_message("Boba Bar", NOON + timedelta(minutes=minutes), NEW_YORK)


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        ({"daily": "17:00-21:00"}, "We open today at 5 PM."),
        ({"daily": "9:00-11:30"}, "We open tomorrow at 9 AM."),
        ({"tue": "9:00-11:30"}, "We open on Tuesday at 9 AM."),
        ({"daily": "closed", "2026-12-27": "12:00-16:00"}, "We open on December 27 at noon."),
    ],
)
def test_a_closed_shop_says_when_it_opens(hours: dict[str, str], said: str) -> None:
    message = closed_message("Boba Bar", parse_hours(hours, NEW_YORK), NOON)
    assert message == f"Thank you for calling Boba Bar. We are closed right now. {said} Goodbye."


def test_a_shop_without_known_hours_does_not_say_when_it_opens() -> None:
    hours = Today(override=SHUT).hours(parse_hours({}, NEW_YORK))
    assert not hours.is_open(NOON)
    assert closed_message("Boba Bar", hours, NOON).endswith("closed right now. Goodbye.")


def test_a_shop_that_never_opens_again_promises_nothing() -> None:
    hours = parse_hours({"daily": "closed"}, NEW_YORK)
    assert closed_message("Boba Bar", hours, NOON).endswith("right now. Goodbye.")
