"""The concierge's mind: what it says to what people in restaurants say, and how calls end."""

from __future__ import annotations

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from servizio.agents.concierge.tools import Caller
from servizio.agents.protocol import Spoken
from servizio.shop.reservation import BookingResult, Seating
from tests.agents.concierge.desk import CALLER, Concierge, request_for
from tests.language.restaurant_sentences import ROWS

HELLO = "hello demo restaurant"


async def rung(concierge: Concierge) -> Concierge:
    """The call is taken and the request said."""
    await concierge.hears(HELLO)
    return concierge


async def test_it_waits_to_be_greeted_and_then_says_all_in_one_sentence() -> None:
    concierge = Concierge()
    assert (await concierge.mind.welcome("")).sentences == ()
    assert await concierge.hears(HELLO) == (
        "Hello, I'm an assistant calling for Rossi: "
        "I'd like a table for four people tomorrow at seven PM, please."
    )


async def test_it_speaks_first_where_nobody_says_hello() -> None:
    assert "a table for four people" in await Concierge().hears_nothing(0)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("for how many", "four people"),
        ("which day", "tomorrow"),
        ("at what time", "seven PM"),
        ("when would you like to come", "tomorrow at seven PM"),
        ("and the name please", "Rossi"),
        ("how do you spell that", "R, O, S, S, I"),
        ("what number can we reach you at", "five five five, one two three, four five six seven"),
        ("any allergies", "No,"),
        ("inside or outside", "nside"),
        ("i need a credit card to hold it", "can't give you a card"),
        ("what's your email", "no email address"),
        ("are you a robot", "calling for Rossi"),
        ("who is calling please", "assistant"),
    ],
)
async def test_it_answers_what_it_is_asked(question: str, answer: str) -> None:
    concierge = await rung(Concierge())
    assert answer.lower() in (await concierge.hears(question)).lower()
    assert not concierge.line.closed


async def test_it_says_honestly_that_it_is_a_machine_and_comes_back_to_its_request() -> None:
    answer = await (await rung(Concierge())).hears("am i talking to a robot")
    assert "assistant" in answer
    assert "table for four people" in answer


async def test_what_the_restaurant_should_know_is_told_when_it_asks() -> None:
    concierge = await rung(Concierge(request_for(needs=("a high chair",))))
    assert "a high chair" in await concierge.hears("do you have any special requests")


async def test_no_number_is_given_where_there_is_none() -> None:
    concierge = await rung(Concierge(caller=Caller("Rossi")))
    assert "don't have a number" in await concierge.hears("can i have a phone number")


async def test_a_restaurant_that_missed_the_request_hears_it_again() -> None:
    concierge = await rung(Concierge())
    assert "table for four people" in await concierge.hears("sure what can i do for you")


async def test_asked_to_repeat_it_says_its_request_again() -> None:
    concierge = await rung(Concierge())
    assert "four people" in await concierge.hears("sorry could you repeat that")


async def test_asked_to_hold_it_says_so_once_and_waits_for_a_minute() -> None:
    concierge = await rung(Concierge())
    assert await concierge.hears("hold on a moment") != ""
    assert await concierge.hears("one moment") == ""
    assert [await concierge.hears_nothing(1) for _ in range(9)] == [""] * 9
    assert await concierge.hears("thanks for waiting yes we have a table") != ""


async def test_music_on_hold_is_not_talked_to() -> None:
    concierge = await rung(Concierge())
    await concierge.hears("hold on a moment")
    assert await concierge.hears("la la la", "yeah yeah", "oh baby in the moonlight") == ""
    assert not concierge.line.closed
    assert await concierge.hears("hello are you still there") != ""


async def test_left_on_hold_for_good_it_hangs_up() -> None:
    concierge = await rung(Concierge())
    await concierge.hears("hold on a moment")
    for times in range(1, 16):
        await concierge.hears_nothing(times)
    assert concierge.line.closed
    assert concierge.outcome.result is BookingResult.FAILED


async def test_a_yes_a_name_and_a_number_end_in_a_confirmed_table() -> None:
    concierge = await rung(Concierge())
    await concierge.hears("sure that's fine what name", "okay you're all set")
    answer = await concierge.hears("your confirmation number is four eight two one")
    assert "four, eight, two, one" in answer
    assert not concierge.line.closed
    assert "goodbye" in (await concierge.hears("yes that's right")).lower()
    assert concierge.line.closed
    outcome = concierge.outcome
    assert (outcome.result, outcome.confirmation, outcome.at) == (
        BookingResult.CONFIRMED, "4821", time(19))  # fmt: skip
    assert "4821" in outcome.sentence


async def test_a_number_that_was_misheard_is_taken_again() -> None:
    concierge = await rung(Concierge())
    await concierge.hears("you're all set your confirmation number is four eight two nine")
    await concierge.hears("no that's wrong", "your confirmation number is four eight two one")
    await concierge.hears("correct")
    assert concierge.outcome.confirmation == "4821"


async def test_a_number_that_is_heard_too_long_twice_is_cut_to_what_was_said() -> None:
    concierge = await rung(Concierge())
    await concierge.hears("you're all set your confirmation number is four eight two one one")
    back = await concierge.hears("no once more the number is four eight two one eight")
    assert "four, eight, two, one, is" in back


async def test_a_number_that_echoes_again_and_again_is_found_all_the_same() -> None:
    concierge = await rung(Concierge())
    await concierge.hears(
        "great i've put you down the reservation number is two nine three one three"
    )
    back = await concierge.hears(
        "and not quite your confirmation number is two nine three one three one four"
    )
    assert "two, nine, three, one, is" in back
    await concierge.hears("yes two nine three one")
    assert concierge.line.closed
    assert concierge.outcome.confirmation == "2931"


@pytest.mark.parametrize(
    "said",
    [
        "it's four eight two one",
        "four eight two one",
        "sure that's four eight two one",
        "yes of course four eight two one",
        "um let me see four eight two one",
    ],
)
async def test_a_number_that_was_asked_for_needs_no_introduction(said: str) -> None:
    concierge = await rung(Concierge())
    await concierge.hears("perfect that's booked for tomorrow at seven")
    assert "four, eight, two, one" in await concierge.hears(said)
    await concierge.hears("yes")
    assert concierge.outcome.confirmation == "4821"


@pytest.mark.parametrize("said", ["see you tomorrow at seven thirty", "four people at seven yes"])
async def test_a_time_is_no_number_of_a_reservation(said: str) -> None:
    concierge = await rung(Concierge())
    await concierge.hears("perfect that's booked for tomorrow at seven")
    await concierge.hears(said)
    await concierge.hears("we have no numbers")
    assert concierge.outcome.confirmation == ""


async def test_anything_else_into_the_question_for_the_number_does_not_lose_the_number() -> None:
    concierge = await rung(Concierge())
    await concierge.hears("perfect that's booked for tomorrow at seven")
    assert "confirmation number" in await concierge.hears("anything else i can do for you")
    assert not concierge.line.closed
    await concierge.hears("it's four eight two one")
    await concierge.hears("yes")
    outcome = concierge.outcome
    assert (outcome.result, outcome.confirmation) == (BookingResult.CONFIRMED, "4821")


async def test_a_number_is_not_asked_for_for_ever() -> None:
    concierge = await rung(Concierge())
    await concierge.hears("perfect that's booked for tomorrow at seven")
    await concierge.hears("anything else i can do for you")
    assert "oodbye" in await concierge.hears("is there anything else")


async def test_a_restaurant_that_gives_no_number_is_understood() -> None:
    concierge = await rung(Concierge())
    await concierge.hears("yes that's fine", "you're all set")
    await concierge.hears("no number it's under your name")
    assert concierge.line.closed
    assert concierge.outcome.result is BookingResult.CONFIRMED
    assert "no number" in concierge.outcome.sentence


async def test_another_time_within_the_room_is_taken() -> None:
    concierge = await rung(Concierge())
    assert "Eight PM" in await concierge.hears("we're full at seven but i could do eight")
    await concierge.hears("okay you're booked", "no number needed it's under your name")
    assert concierge.outcome.at == time(20)
    assert "you asked for 7 pm" in concierge.outcome.sentence


async def test_of_several_times_the_nearest_is_taken() -> None:
    concierge = await rung(Concierge())
    answer = await concierge.hears("i could offer you six or seven thirty or nine")
    assert answer.startswith("Seven thirty PM")


@pytest.mark.parametrize(
    ("offer", "goodbye"), [("the earliest i have is nine", "late"), ("we have five", "early")]
)
async def test_another_time_outside_the_room_is_declined_politely(offer: str, goodbye: str) -> None:
    concierge = await rung(Concierge())
    assert "between six o'clock and eight o'clock" in await concierge.hears(offer)
    last = await concierge.hears(f"no {offer}")
    assert goodbye in last
    assert "thank you anyway" in last.lower()
    assert concierge.outcome.result is BookingResult.DECLINED
    assert concierge.line.closed


async def test_a_request_for_one_time_only_declines_at_once() -> None:
    exact = Concierge(request_for(earliest=time(19), latest=time(19)))
    await rung(exact)
    await exact.hears("we're full at seven but i have eight")
    assert exact.line.closed
    assert exact.outcome.offered == (time(20),)


async def test_a_full_restaurant_is_asked_once_for_another_time() -> None:
    concierge = await rung(Concierge())
    assert "between six" in await concierge.hears("sorry we're fully booked")
    assert not concierge.line.closed
    await concierge.hears("no nothing at all i'm afraid")
    assert concierge.line.closed
    assert concierge.outcome.result is BookingResult.FULL


async def test_a_closed_restaurant_is_told_apart_from_a_full_one() -> None:
    concierge = await rung(Concierge())
    await concierge.hears("sorry we're closed on sundays")
    assert concierge.outcome.result is BookingResult.CLOSED
    assert "closed on Sunday, November 22" in concierge.outcome.sentence


async def test_a_restaurant_without_reservations_is_declined() -> None:
    concierge = await rung(Concierge())
    await concierge.hears("we don't take reservations it's walk-ins only")
    assert concierge.outcome.result is BookingResult.DECLINED
    assert "no reservations" in concierge.outcome.sentence


async def test_only_outside_is_asked_about_and_then_declined() -> None:
    concierge = await rung(Concierge())
    assert "inside" in await concierge.hears("we only have tables outside")
    await concierge.hears("no only on the terrace")
    assert concierge.outcome.result is BookingResult.DECLINED
    assert "only tables outside" in concierge.outcome.sentence


async def test_outside_is_taken_where_the_request_allows_it() -> None:
    both = frozenset({Seating.INSIDE, Seating.OUTSIDE})
    concierge = await rung(Concierge(request_for(seatings=both)))
    await concierge.hears("we only have tables outside", "okay you're booked", "no number")
    assert concierge.outcome.result is BookingResult.CONFIRMED


async def test_seats_at_the_bar_are_not_taken_unasked() -> None:
    concierge = await rung(Concierge())
    await concierge.hears("i've only got seats at the bar", "no just the bar seats")
    assert "only seats at the bar" in concierge.outcome.sentence


async def test_another_day_is_no_table() -> None:
    concierge = await rung(Concierge())
    assert "has to be tomorrow" in await concierge.hears("how about monday instead")
    await concierge.hears("no we're full tomorrow")
    assert concierge.outcome.result is BookingResult.FULL


@pytest.mark.parametrize(
    ("read_back", "correction"),
    [
        ("so that's five people tomorrow at seven is that right", "four people"),
        ("table for four tomorrow at eight correct", "seven PM"),
        ("just to confirm monday at seven for four", "tomorrow"),
        ("okay four people at seven under the name johnson", "R, O, S, S, I"),
        ("no problem so that's five people tomorrow at seven is that right", "four people"),
        ("i have you down for six tomorrow at seven", "four people"),
    ],
)
async def test_what_is_read_back_wrong_is_corrected(read_back: str, correction: str) -> None:
    concierge = await rung(Concierge())
    answer = await concierge.hears(read_back)
    assert "Sorry" in answer
    assert correction in answer


async def test_what_is_read_back_right_is_agreed_to() -> None:
    concierge = await rung(Concierge())
    answer = await concierge.hears("so that's four people tomorrow at seven under rossi right")
    assert "right" in answer or "orrect" in answer


async def test_a_name_that_only_sounds_a_little_different_is_not_argued_about() -> None:
    concierge = await rung(Concierge())
    assert "Sorry" not in await concierge.hears("table for four tomorrow at seven under rosie")


async def test_a_restaurant_that_keeps_the_mistake_is_not_believed() -> None:
    concierge = await rung(Concierge())
    for _ in range(4):
        await concierge.hears("so that's six people tomorrow at seven right")
    assert concierge.line.closed
    assert concierge.outcome.result is BookingResult.FAILED
    assert "reading something else back" in concierge.outcome.sentence


async def test_a_machine_is_hung_up_on() -> None:
    concierge = Concierge()
    said = await concierge.hears("you've reached da mario please leave a message after the tone")
    assert said == ""
    assert concierge.line.closed
    assert concierge.outcome.result is BookingResult.VOICEMAIL


async def test_a_machine_is_left_a_message_where_that_is_wanted() -> None:
    concierge = Concierge(caller=Caller("Rossi", leaves_message=True))
    said = await concierge.hears("please leave a message after the beep")
    assert "table for four people" in said
    assert concierge.line.closed
    assert "a message was left" in concierge.outcome.sentence


async def test_a_machine_that_wants_keys_pressed_is_waited_for() -> None:
    concierge = Concierge()
    assert await concierge.hears("for reservations press one") == ""
    assert not concierge.line.closed


async def test_a_wrong_number_is_left_in_peace() -> None:
    concierge = await rung(Concierge())
    assert "wrong number" in await concierge.hears("you have the wrong number")
    assert concierge.outcome.result is BookingResult.FAILED


async def test_silence_is_asked_about_twice_and_then_ended() -> None:
    concierge = await rung(Concierge())
    assert "there" in await concierge.hears_nothing(1)
    assert "hear" in await concierge.hears_nothing(2) or not concierge.line.closed
    await concierge.hears_nothing(3)
    assert concierge.line.closed
    assert concierge.outcome.result is BookingResult.FAILED


async def test_silence_after_a_booking_is_a_goodbye() -> None:
    concierge = await rung(Concierge())
    await concierge.hears("you're all set")
    await concierge.hears_nothing(1)
    assert concierge.line.closed
    assert concierge.outcome.result is BookingResult.CONFIRMED


async def test_being_hung_up_on_is_a_failure_with_its_reason() -> None:
    concierge = await rung(Concierge())
    outcome = concierge.tools.outcome_at_end(hung_up=True)
    assert outcome.result is BookingResult.FAILED
    assert "they hung up" in outcome.sentence


async def test_being_hung_up_on_after_the_yes_is_a_table_all_the_same() -> None:
    concierge = await rung(Concierge())
    await concierge.hears("okay you're all set for tomorrow at seven")
    assert concierge.tools.outcome_at_end(hung_up=True).result is BookingResult.CONFIRMED


async def test_what_it_does_not_understand_it_asks_about_and_in_the_end_gives_up() -> None:
    concierge = await rung(Concierge())
    first = await concierge.hears("the wombat is purple today")
    assert "Sorry" in first or "sorry" in first
    await concierge.hears("bananas in pyjamas", "grumble mumble", "la la la")
    assert concierge.line.closed
    assert concierge.outcome.result is BookingResult.FAILED


async def test_turns_that_lead_nowhere_end() -> None:
    concierge = await rung(Concierge())
    for _ in range(8):
        await concierge.hears("for how many")
    assert concierge.line.closed


async def test_a_request_that_was_talked_over_is_said_again() -> None:
    concierge = Concierge()
    await concierge.mind.answer([HELLO])
    concierge.mind.spoken("Hello, I'm", whole=False)
    assert "table for four people" in await concierge.hears("how can i help you")


async def test_a_goodbye_without_a_yes_is_asked_about_first() -> None:
    concierge = await rung(Concierge())
    await concierge.hears("yes we have a table")
    assert "?" in await concierge.hears("okay bye")
    await concierge.hears("bye")
    assert concierge.line.closed


async def test_taking_over_in_mid_call_it_states_the_request_again() -> None:
    reply = Concierge().mind.take_over("Sorry.", (Spoken("customer", "for how many"),))
    assert "four people" in " ".join(reply.sentences)


async def test_taking_over_behind_the_yes_it_asks_only_for_what_is_missing() -> None:
    concierge = Concierge()
    await concierge.tools.call("accept_offer", {"time": "20:00"})
    await concierge.tools.call("report_outcome", {"result": "confirmed"})
    reply = concierge.mind.take_over("Sorry.", (Spoken("agent", "Eight is fine."),))
    assert "confirmation number" in " ".join(reply.sentences)
    await concierge.hears("no number it's under your name")
    assert concierge.outcome.at == time(20)


async def test_nothing_that_was_heard_is_ever_spoken() -> None:
    concierge = await rung(Concierge())
    answer = await concierge.hears("so that's for johnson tomorrow at seven under the name johnson")
    assert "ohnson" not in answer


async def test_a_far_day_is_said_with_its_date() -> None:
    concierge = Concierge(request_for(day=date(2026, 12, 24)))
    assert "on Thursday, December twenty-fourth at seven PM" in await concierge.hears(HELLO)


_SAID = st.lists(st.sampled_from([row[0] for row in ROWS]), min_size=1, max_size=30)


@settings(deadline=None, max_examples=60)
@given(_SAID)
async def test_whatever_is_said_in_whatever_order_the_call_has_one_end(said: list[str]) -> None:
    concierge = Concierge(caller=CALLER)
    for text in said:
        await concierge.hears(text)
        if concierge.line.closed:
            break
    outcome = concierge.outcome
    assert outcome.sentence.endswith(".")
    if outcome.result is BookingResult.CONFIRMED:
        assert outcome.at is not None
        assert time(18) <= outcome.at <= time(20)
