"""What the concierge makes of yes, no, thanks and goodbye, and of what is not understood."""

from __future__ import annotations

from servizio.agents.concierge import replies
from servizio.agents.concierge.steps import (
    as_it_stands,
    ask_if_booked,
    not_understood,
    say_what_is_open,
    state_request,
)
from servizio.agents.concierge.talk import Asked, ConciergeTalk
from servizio.language.restaurant_phrases import Says
from servizio.language.restaurant_talk import Heard
from servizio.shop.reservation import BookingResult


async def take_small_words(talk: ConciergeTalk, heard: Heard) -> None:
    """Yes, no, thanks, goodbye, or nothing that is understood."""
    progress = talk.progress
    if heard.has(Says.GOODBYE):
        await _take_goodbye(talk)
    elif heard.has(Says.ASKS_MORE):
        await _take_anything_else(talk)
    elif not progress.stated or (heard.has(Says.GREETING) and progress.agreed is None):
        # Whatever they say when they take the call: the name of the place, most likely.
        state_request(talk)
    elif progress.asked is Asked.NUMBER_RIGHT:
        await _take_number_check(talk, heard)
    elif heard.has(Says.NO) and not heard.has(Says.AVAILABLE):
        await _take_no(talk)
    elif heard.has(Says.AVAILABLE, Says.YES):
        await _take_yes(talk, heard)
    elif heard.has(Says.ASKS_RIGHT):
        talk.note("right")
    elif heard.has(Says.OK, Says.HOLD):
        # They are writing; what comes next is theirs to say.
        progress.on_hold = heard.has(Says.HOLD)
    elif heard.has(Says.GREETING):
        say_what_is_open(talk)
    else:
        not_understood(talk)


async def _take_no(talk: ConciergeTalk) -> None:
    progress = talk.progress
    if progress.asked is Asked.NUMBER:
        await talk.end("thanks", BookingResult.CONFIRMED)
    elif progress.asked is Asked.BOOKED:
        talk.note("request_again")
        progress.asked = Asked.TABLE
    elif not progress.booked:
        await replies.take_refusal(talk)


async def _take_yes(talk: ConciergeTalk, heard: Heard) -> None:
    progress = talk.progress
    if progress.asked is Asked.BOOKED:
        await replies.take_booking(talk, heard)
        return
    if progress.booked:
        return
    fitting = [each for each in heard.times if talk.request.has_room_for(each)]
    was_agreed = progress.agreed is not None
    progress.agreed = fitting[0] if fitting else talk.wanted
    if was_agreed and progress.asked is Asked.TABLE:
        return
    talk.note("takes_it")
    progress.asked = Asked.TABLE


async def _take_number_check(talk: ConciergeTalk, heard: Heard) -> None:
    if heard.has(Says.NO):
        talk.progress.denied = talk.progress.number
        talk.note("number_again")
        talk.progress.asked = Asked.NUMBER
    else:
        await talk.end("thanks", BookingResult.CONFIRMED)


async def _take_goodbye(talk: ConciergeTalk) -> None:
    progress = talk.progress
    if progress.booked:
        await talk.end("goodbye", BookingResult.CONFIRMED)
    elif progress.agreed is not None and progress.asked is not Asked.BOOKED:
        ask_if_booked(talk)
    else:
        await talk.end("goodbye", *as_it_stands(talk, "they said goodbye without a yes"))


async def _take_anything_else(talk: ConciergeTalk) -> None:
    progress = talk.progress
    if not progress.booked:
        ask_if_booked(talk)
    elif progress.asked in {Asked.NUMBER, Asked.NUMBER_RIGHT}:
        await talk.end("that_is_all", BookingResult.CONFIRMED)
    else:
        talk.note("ask_number")
        progress.asked = Asked.NUMBER
