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


async def take_hello(talk: ConciergeTalk, _heard: Heard) -> None:
    """Somebody is there: say what we want."""
    state_request(talk)


async def take_late_hello(talk: ConciergeTalk, _heard: Heard) -> None:
    """Somebody else has taken the telephone, most likely."""
    say_what_is_open(talk)


async def take_is_that_right(talk: ConciergeTalk, _heard: Heard) -> None:
    """They read something back in which nothing is wrong."""
    talk.note("right")


async def take_one_moment(talk: ConciergeTalk, heard: Heard) -> None:
    """They are writing; what comes next is theirs to say."""
    talk.progress.on_hold = heard.has(Says.HOLD)


async def take_unknown(talk: ConciergeTalk, _heard: Heard) -> None:
    """Nothing was understood."""
    not_understood(talk)


async def take_no(talk: ConciergeTalk, heard: Heard) -> None:
    """What they say no to is what we asked last."""
    progress = talk.progress
    if progress.asked is Asked.NUMBER:
        await talk.end("thanks", BookingResult.CONFIRMED)
    elif progress.asked is Asked.BOOKED:
        talk.note("request_again")
        progress.asked = Asked.TABLE
    elif not progress.booked:
        await replies.take_refusal(talk, heard)


async def take_yes(talk: ConciergeTalk, heard: Heard) -> None:
    """What they say yes to is what we asked last."""
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


async def take_number_check(talk: ConciergeTalk, heard: Heard) -> None:
    """Whether the number that we read back is right."""
    if heard.has(Says.NO):
        talk.progress.denied = talk.progress.number
        talk.note("number_again")
        talk.progress.asked = Asked.NUMBER
    else:
        await talk.end("thanks", BookingResult.CONFIRMED)


async def take_goodbye(talk: ConciergeTalk, _heard: Heard) -> None:
    """They want to end the call; whether there is a table must be known first."""
    progress = talk.progress
    if progress.booked:
        await talk.end("goodbye", BookingResult.CONFIRMED)
    elif progress.agreed is not None and progress.asked is not Asked.BOOKED:
        ask_if_booked(talk)
    else:
        await talk.end("goodbye", *as_it_stands(talk, "they said goodbye without a yes"))


async def take_anything_else(talk: ConciergeTalk, _heard: Heard) -> None:
    """They are done: so are we, once there is a number or none to be had."""
    progress = talk.progress
    if not progress.booked:
        ask_if_booked(talk)
    elif progress.asked is Asked.NUMBER and not progress.insisted:
        # They may have said it into our question and not have heard it.
        progress.insisted = True
        talk.note("only_the_number")
    elif progress.asked in {Asked.NUMBER, Asked.NUMBER_RIGHT}:
        await talk.end("that_is_all", BookingResult.CONFIRMED)
    else:
        talk.note("ask_number")
        progress.asked = Asked.NUMBER
