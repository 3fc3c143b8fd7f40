"""When the shop is open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servizio.errors import SettingsError
from servizio.shop.hours import OpeningHours, OpenRange
from servizio.shop.hours_text import parse_hours

NEW_YORK = ZoneInfo("America/New_York")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK)


SHOP = parse_hours(
    {
        "mon-thu": "10:00-14:00, 17:00-22:00",
        "Friday": ["11am - 2:30 am"],
        "sat,sun": "noon to midnight",
        "12-25": "closed",
        "2026-07-03..2026-07-05": "closed",
        "2026-12-24": "9-12",
    },
    NEW_YORK,
)


@pytest.mark.parametrize(
    ("when", "is_open"),
    [
        ("2026-03-02T09:59", False),
        ("2026-03-02T10:00", True),
        ("2026-03-02T13:59:59", True),
        ("2026-03-02T14:00", False),
        ("2026-03-02T17:00", True),
        ("2026-03-07T02:29", True),
        ("2026-03-07T02:30", False),
        ("2026-03-07T23:59", True),
        ("2026-03-08T00:00", False),
        ("2026-07-04T13:00", False),
        ("2026-07-06T13:00", True),
        ("2027-12-25T13:00", False),
        ("2026-12-24T13:00", False),
        ("2026-12-24T11:00", True),
    ],
)
def test_open_and_closed(when: str, is_open: bool) -> None:
    assert SHOP.is_open(at(when)) is is_open


@pytest.mark.parametrize(
    ("when", "change"),
    [
        ("2026-03-02T09:00", "2026-03-02T10:00"),
        ("2026-03-02T10:00", "2026-03-02T14:00"),
        ("2026-03-02T14:00", "2026-03-02T17:00"),
        ("2026-03-06T23:00", "2026-03-07T02:30"),
        ("2026-07-02T22:00", "2026-07-06T10:00"),
        ("2026-12-24T12:00", "2026-12-26T12:00"),
    ],
)
def test_the_next_change(when: str, change: str) -> None:
    assert SHOP.next_change(at(when)) == at(change)


def test_the_time_of_the_question_may_be_in_any_zone() -> None:
    assert SHOP.is_open(datetime(2026, 3, 2, 15, 0, tzinfo=UTC))
    assert SHOP.next_change(datetime(2026, 3, 2, 15, 0, tzinfo=UTC)) == at("2026-03-02T14:00")


def test_a_shop_without_hours_is_always_open_and_does_not_speak_of_them() -> None:
    hours = parse_hours({})
    assert hours.is_open(at("2026-03-02T03:00"))
    assert hours.next_change(at("2026-03-02T03:00")) is None
    assert not hours.is_known


def test_with_only_a_holiday_given_all_other_days_are_open() -> None:
    hours = parse_hours({"12-25": "closed"}, NEW_YORK)
    assert hours.is_open(at("2026-12-24T23:59"))
    assert not hours.is_open(at("2026-12-25T00:00"))
    assert hours.next_change(at("2026-06-01T12:00")) == at("2026-12-25T00:00")
    assert hours.next_change(at("2026-12-25T12:00")) == at("2026-12-26T00:00")


def test_a_shop_that_is_closed_for_good_never_changes() -> None:
    hours = parse_hours({"daily": "closed"}, NEW_YORK)
    assert not hours.is_open(at("2026-03-02T12:00"))
    assert hours.next_change(at("2026-03-02T12:00")) is None


def test_nights_that_meet_the_morning_are_one_opening() -> None:
    hours = parse_hours({"sat": "18:00-24:00", "sun": "0:00-2:00"}, NEW_YORK)
    assert hours.next_change(at("2026-02-07T19:00")) == at("2026-02-08T02:00")


def test_the_spring_hour_that_does_not_exist_moves_on() -> None:
    hours = parse_hours({"sun": "2:30-5:00"}, NEW_YORK)
    opens = hours.next_change(at("2026-03-08T00:00"))
    assert opens is not None
    assert opens.isoformat() == "2026-03-08T03:30:00-04:00"
    assert not hours.is_open(opens - timedelta(minutes=1))


def test_the_autumn_hour_that_comes_twice_closes_the_second_time() -> None:
    hours = parse_hours({"sat": "18:00-1:30"}, NEW_YORK)
    closes = hours.next_change(at("2026-10-31T20:00"))
    assert closes is not None
    assert closes.isoformat() == "2026-11-01T01:30:00-05:00"
    assert hours.is_open(closes - timedelta(minutes=45))


def test_hours_are_said_as_people_say_them() -> None:
    assert SHOP.spoken_day(date(2026, 3, 2)) == "from 10 AM to 2 PM and from 5 PM to 10 PM"
    assert SHOP.spoken_day(date(2026, 12, 25)) == "closed"
    assert SHOP.spoken_week() == (
        "Monday to Thursday from 10 AM to 2 PM and from 5 PM to 10 PM, "
        "Friday from 11 AM to 2:30 AM, Saturday and Sunday from noon to midnight"
    )
    assert parse_hours({"daily": "24 hours"}).spoken_week() == "every day open all day"


@pytest.mark.parametrize("text", ["9-5", "9am-5", "10 to 6", "noon-2", "11:00-2:00", "6-2am"])
def test_hours_that_may_be_meant_by_day_or_by_night_are_asked_about(text: str) -> None:
    with pytest.raises(SettingsError, match="may end by day or at night"):
        parse_hours({"daily": text})


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("17-2", 17, 26),
        ("6pm-2", 18, 26),
        ("06:00-02:00", 6, 26),
        ("9 am-2 am", 9, 26),
        ("9-17", 9, 17),
    ],
)
def test_hours_that_can_mean_one_thing_only_are_taken(text: str, start: int, end: int) -> None:
    assert parse_hours({"daily": text}).weekly[0] == (OpenRange(start * 60, end * 60),)


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("mondy", "10-21", 'shop.hours.mondy: "mondy" is no day, did you mean "monday"?'),
        ("mon", "late", '"late" should be two times such as 10:00-21:00'),
        ("mon", "10:00-25:00", "should be two times"),
        ("mon", "10:60-21:00", "should be two times"),
        ("mon", "13pm-2pm", "should be two times"),
        ("mon", "10:00", "should be two times"),
        ("mon", "10:00-10:00", "begins when it ends"),
        ("mon", "10:00-9:00", "lasts until the next day; 9 PM is 21:00"),
        ("mon", "10-14, 13-18", "10 AM to 2 PM and 1 PM to 6 PM overlap"),
        ("2026-02-30", "closed", '"2026-02-30" is no date'),
        ("02-30", "closed", '"02-30" is no date'),
        ("2026-12-26..2026-12-24", "closed", "2026-12-24 is before 2026-12-26"),
        ("2026-01-01..2036-01-01", "closed", "is more than a year"),
        ("mon,mon", "10-12", "mon is there twice"),
    ],
)
def test_a_wrong_line_is_named(key: str, value: str, problem: str) -> None:
    with pytest.raises(SettingsError) as refused:
        parse_hours({key: value})
    assert f"shop.hours.{key}" in refused.value.message
    assert problem in refused.value.message


def test_all_wrong_lines_are_named_together() -> None:
    with pytest.raises(SettingsError, match=r"shop\.hours\.x: .*; shop\.hours\.sat: closes after"):
        parse_hours({"x": "1-2", "sat": "18:00-4:00", "sun": "3:00-5:00"})


def test_nine_to_five_is_answered_with_what_can_be_written() -> None:
    with pytest.raises(SettingsError) as refused:
        parse_hours({"mon": "9-5"})
    assert refused.value.message == (
        'shop.hours.mon: "9-5" may end by day or at night: write 9am-5pm or 09:00-17:00, '
        "or 09:00-05:00 if you close in the morning."
    )


RANGES = st.lists(st.integers(0, 2 * 24 * 60 - 1), unique=True, max_size=4).map(
    lambda marks: tuple(
        OpenRange(start, end)
        for start, end in zip(sorted(marks)[::2], sorted(marks)[1::2], strict=False)
        if start < 24 * 60
    )
)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(RANGES, min_size=7, max_size=7).map(tuple),
    st.integers(0, 60 * 24 * 260),
    st.sampled_from(["America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "UTC"]),
)
def test_the_state_changes_exactly_at_the_next_change(
    weekly: tuple[tuple[OpenRange, ...], ...], minutes: int, zone: str
) -> None:
    hours = OpeningHours(zone=ZoneInfo(zone), weekly=weekly)
    now = datetime(2026, 2, 25, tzinfo=UTC) + timedelta(minutes=minutes)
    change = hours.next_change(now)
    if change is None:
        assert {hours.is_open(now + timedelta(hours=step)) for step in range(400)} in (
            {True},
            {False},
        )
        return
    state = hours.is_open(now)
    just_before = (change - now) - timedelta(seconds=1)
    for share in (0, 0.25, 0.5, 0.75, 1):
        assert hours.is_open(now + share * just_before) is state
    assert hours.is_open(change) is not state
