"""What a request for a table says, in the words in which people would write it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servizio.errors import BookingError
from servizio.language.reservation import QUESTIONS, Ask, Draft, RequestReader
from servizio.shop.reservation import Place, ReservationRequest, Seating

NOW = datetime(2026, 11, 21, 15, 20, tzinfo=ZoneInfo("America/New_York"))
"""A Saturday afternoon."""
PLACES = (
    Place("Demo Restaurant", "+15550100"),
    Place("Da Mario", "+15550101"),
    Place("Chez Hélène", "+15550102"),
    Place("Bar Sette", "+15550103"),
    Place("The Golden Dragon", "+15550104"),
    Place("The Golden Pagoda", "+15550105"),
)
SATURDAY = date(2026, 11, 21)
SUNDAY = date(2026, 11, 22)


def reader(name: str = "") -> RequestReader:
    return RequestReader(PLACES, NOW, name)


def draft(text: str) -> Draft:
    return reader().read(text)


def request(text: str) -> ReservationRequest:
    one = reader("Ada")
    return one.request(one.read(text))


def test_the_sample_sentence_says_everything_but_the_name() -> None:
    found = draft("Book a table at Demo Restaurant for 4 people tomorrow at 7pm")
    assert (found.place, found.party, found.day) == ("Demo Restaurant", 4, SUNDAY)
    assert found.time is not None
    assert (found.time.at, found.time.earliest, found.time.latest) == (
        time(19), time(18), time(20))  # fmt: skip
    assert [QUESTIONS[ask] for ask in found.missing] == ["Under what name?"]


@pytest.mark.parametrize(
    ("text", "party", "day", "at"),
    [
        ("table for two tonight 19:30 under Rossi at Da Mario", 2, SATURDAY, time(19, 30)),
        ("Da Mario, Saturday the 28th half past seven, 3 people", 3, date(2026, 11, 28),
         time(19, 30)),
        ("Da Mario next Friday at noon for 6", 6, date(2026, 11, 27), time(12)),
        ("Da Mario in two hours for 2", 2, SATURDAY, time(17, 30)),
        ("Da Mario for my wife and me tomorrow at 8", 2, SUNDAY, time(20)),
        ("dinner for me and three friends at Da Mario on Monday at quarter to eight", 4,
         date(2026, 11, 23), time(19, 45)),
        ("get us a table for 5 at Da Mario for 8 on Tuesday", 5, date(2026, 11, 24), time(20)),
        ("Da Mario, 2026-12-24 18:00, party of seven", 7, date(2026, 12, 24), time(18)),
        ("Da Mario 12/3 7.30 pm two adults and three kids", 5, date(2026, 12, 3), time(19, 30)),
        ("lunch at Da Mario on Thursday at one for the two of us", 2, date(2026, 11, 26), time(13)),
        ("brunch tomorrow at 10 at Da Mario for 3", 3, SUNDAY, time(10)),
        ("Da Mario on Christmas Eve at seven thirty for 8 guests", 8, date(2026, 12, 24),
         time(19, 30)),
        ("book da mario for four at nine tonight", 4, SATURDAY, time(21)),
        ("four of us, da mario, day after tomorrow, eight o'clock", 4, date(2026, 11, 23),
         time(20)),
        ("table at Da Mario a week from Sunday at 6 for a couple", 2, date(2026, 11, 29), time(18)),
        ("a table for one, Da Mario, November 30th, 8 p.m.", 1, date(2026, 11, 30), time(20)),
        ("Da Mario for 12 on the 5th of December at twenty past six", 12, date(2026, 12, 5),
         time(18, 20)),
        ("Reserve at Da Mario for Sunday evening at 7 for a family of five", 5, SUNDAY, time(19)),
        ("Da Mario tonight at 11 for 2", 2, SATURDAY, time(23)),
        ("Da Mario today at two for 2 in two weeks", 2, None, time(14)),
    ],
)  # fmt: skip
def test_people_day_and_time_are_read(text: str, party: int, day: date | None, at: time) -> None:
    if day is None:
        with pytest.raises(BookingError, match="past"):
            request(text)
        return
    found = request(text)
    assert (found.place, found.party, found.day, found.at) == ("Da Mario", party, day, at)


@pytest.mark.parametrize(
    ("words", "at", "earliest", "latest"),
    [
        ("at 7", time(19), time(18), time(20)),
        ("between 6 and 8", time(19), time(18), time(20)),
        ("from 6:30 to 9", time(19, 30), time(18, 30), time(21)),
        ("6-8pm", time(19), time(18), time(20)),
        ("at 7 sharp", time(19), time(19), time(19)),
        ("at 7 on the dot", time(19), time(19), time(19)),
        ("exactly at 7", time(19), time(19), time(19)),
        ("at 7, not before 6:30", time(19), time(18, 30), time(20)),
        ("at 7, no later than 7:30", time(19), time(18), time(19, 30)),
        ("after 7", time(19), time(19), time(20)),
        ("at 7 or later", time(19), time(19), time(20)),
        ("at 7 or 7:30", time(19), time(19), time(19, 30)),
        ("around 7, give or take half an hour", time(19), time(18, 30), time(19, 30)),
        ("at 7, between 6 and 9 is fine", time(19), time(18), time(21)),
        ("at 11:30pm", time(23, 30), time(22, 30), time(23, 59)),
        ("by 8", time(20), time(19), time(20)),
    ],
)
def test_the_room_for_another_time_is_read(
    words: str, at: time, earliest: time, latest: time
) -> None:
    found = request(f"Da Mario for 4 tomorrow {words}")
    assert (found.at, found.earliest, found.latest) == (at, earliest, latest)
    assert found.party == 4


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Da Mario for 2 tomorrow at 7 under Rossi", "Rossi"),
        ("under the name of de la Cruz, Da Mario for 2 tomorrow at 7", "De La Cruz"),
        ("Da Mario for 2 tomorrow at 7, name: Mary O'Neill", "Mary O'Neill"),
        ("Da Mario tomorrow at 7 for 2 in the name of Jean-Luc Martin please", "Jean-Luc Martin"),
        ("under Rossi at Da Mario for 2 tomorrow at 7", "Rossi"),
        ("Da Mario for 2 tomorrow at 7. My name is Ng.", "Ng"),
        ("Da Mario for 2 tomorrow at 7 under Mr. Brown", "Mr. Brown"),
        ("Da Mario for 2 tomorrow at 7", "Ada"),
    ],
)
def test_the_name_is_read_as_it_is_written(text: str, name: str) -> None:
    assert request(text).name == name


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("demo restaurant", "Demo Restaurant"),
        ("the Demo", "Demo Restaurant"),
        ("Mario's", "Da Mario"),
        ("chez helene", "Chez Hélène"),
        ("Shay Helen", "Chez Hélène"),
        ("Da Marrio", "Da Mario"),
        ("golden dragon", "The Golden Dragon"),
        ("Bar Sete", "Bar Sette"),
    ],
)
def test_a_place_is_found_by_spelling_and_by_sound(said: str, place: str) -> None:
    assert draft(f"table for 2 at {said} tomorrow at 7").place == place


def test_a_place_that_nobody_knows_is_an_error_with_those_that_are_known() -> None:
    with pytest.raises(BookingError) as raised:
        draft("table for 2 at Zanzibar Grill tomorrow at 7")
    assert "zanzibar grill" in raised.value.message
    assert "Demo Restaurant, Da Mario" in raised.value.hint


def test_a_name_that_fits_two_places_is_an_error_that_names_both() -> None:
    with pytest.raises(BookingError, match="The Golden Dragon or The Golden Pagoda"):
        draft("table for 2 at the golden tomorrow at 7")


@pytest.mark.parametrize(
    "text",
    [
        "Da Mario for 2 today at 3 pm",
        "Da Mario for 2 this morning at 9",
        "Da Mario for 2 on 2026-11-20 at 7",
        "Da Mario for 2 on 2031-11-20 at 7",
        "Da Mario for 2 on Saturday the 27th of November at 7",
        "Da Mario for 300 people tomorrow at 7",
    ],
)
def test_what_cannot_be_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(BookingError) as raised:
        draft(text)
    assert raised.value.message
    assert raised.value.hint


def test_a_weekday_that_is_today_means_next_week_once_its_time_has_passed() -> None:
    assert request("Da Mario for 2 on Saturday at 2 pm").day == date(2026, 11, 28)
    assert request("Da Mario for 2 on Saturday at 8 pm").day == SATURDAY


def test_what_is_soon_leaves_no_room_in_the_past() -> None:
    assert request("Da Mario for 2 today at 4 pm").earliest == time(15, 20)


def test_everything_missing_is_asked_and_each_answer_is_read() -> None:
    one = reader()
    found = one.read("I want a table")
    assert found.missing == (Ask.PLACE, Ask.PARTY, Ask.DAY, Ask.TIME, Ask.NAME)
    for ask, answer in (
        (Ask.PLACE, "mario's"), (Ask.PARTY, "four"), (Ask.DAY, "tomorrow"), (Ask.TIME, "7"),
        (Ask.NAME, "it's rossi"),
    ):  # fmt: skip
        found = one.answer(found, ask, answer)
    made = one.request(found)
    assert (made.place, made.party, made.day, made.at, made.name) == (
        "Da Mario", 4, SUNDAY, time(19), "Rossi")  # fmt: skip


def test_an_answer_may_say_more_than_was_asked() -> None:
    one = reader()
    found = one.answer(one.read("Da Mario for 2 under Rossi"), Ask.DAY, "tomorrow at half past 8")
    assert one.request(found).at == time(20, 30)


def test_an_answer_that_says_nothing_leaves_the_question_open() -> None:
    one = reader()
    found = one.read("Da Mario tomorrow at 7")
    assert one.answer(found, Ask.PARTY, "well, let me think").missing == found.missing


def test_a_request_that_is_not_whole_says_what_is_missing() -> None:
    one = reader()
    with pytest.raises(BookingError, match=r"For how many people\? Under what name\?"):
        one.request(one.read("Da Mario tomorrow at 7"))


@pytest.mark.parametrize(
    ("words", "seatings"),
    [
        ("", {Seating.INSIDE}),
        ("on the terrace", {Seating.OUTSIDE}),
        ("outside is fine too", {Seating.INSIDE, Seating.OUTSIDE}),
        ("not outside", {Seating.INSIDE}),
        ("anywhere", set(Seating)),
        ("at the bar", {Seating.BAR}),
        ("not at the bar", {Seating.INSIDE, Seating.OUTSIDE}),
    ],
)
def test_where_the_table_may_be_is_read(words: str, seatings: set[Seating]) -> None:
    assert request(f"Da Mario for 4 tomorrow at 7 {words}").seatings == seatings


def test_what_the_restaurant_should_know_is_read() -> None:
    found = request("Da Mario for 4 tomorrow at 7, we need a high chair, one has a peanut allergy")
    assert found.needs == ("a high chair", "one of us has a peanut allergy")


@settings(deadline=None, max_examples=300)
@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_and_never_crashes(text: str) -> None:
    one = RequestReader(PLACES, datetime(2026, 2, 28, 23, 59, tzinfo=UTC))
    found = Draft()
    for ask in (None, *Ask):
        try:
            found = one.read(text) if ask is None else one.answer(found, ask, text)
        except BookingError as error:
            assert error.message


_LIKELY = (
    "table for at on under the between and from to half past quarter six eight 7 19:30 31st 99 0 in"
    " an hour two weeks days next friday feb 29 / - , . tonight noon pm oclock my wife me kids"
    " saturday Mario golden a of not before after or november hundred name is"
)
_WORDS = st.sampled_from(_LIKELY.split())


@settings(deadline=None, max_examples=300)
@given(st.lists(_WORDS, max_size=14))
def test_any_order_of_likely_words_is_read_or_refused(words: list[str]) -> None:
    one = reader("Ada")
    try:
        made = one.request(one.read(" ".join(words)))
    except BookingError:
        return
    assert made.earliest <= made.at <= made.latest
    assert 1 <= made.party <= 40


def test_a_table_for_yesterday_is_told_to_be_past() -> None:
    with pytest.raises(BookingError, match="Yesterday is past"):
        draft("Demo Restaurant for two yesterday at 7pm")


def test_an_address_book_with_one_place_is_no_reason_to_ring_it_unasked() -> None:
    one = RequestReader(PLACES[:1], NOW)
    assert Ask.PLACE in one.read("table please").missing
