"""What the concierge answers to what it has understood: questions, offers, refusals, the end."""

from __future__ import annotations

from datetime import time

from servizio.agents.concierge.steps import say_again, say_what_is_open
from servizio.agents.concierge.talk import ANSWERABLE, Asked, ConciergeTalk
from servizio.agents.concierge.wording import hour_words, whole_time_words
from servizio.language.clock_words import minutes_of
from servizio.language.restaurant_phrases import Says
from servizio.language.restaurant_talk import WHOLE_NUMBER, Heard
from servizio.language.spoken_codes import common_beginning
from servizio.shop.reservation import BookingResult, Seating

_ONLY = {Says.ONLY_OUTSIDE: Seating.OUTSIDE, Says.ONLY_BAR: Seating.BAR}
_SEAT_WORDS = {Seating.OUTSIDE: "only tables outside", Seating.BAR: "only seats at the bar"}


async def take_wrong_number(talk: ConciergeTalk, _heard: Heard) -> None:
    """The number in the address book is somebody else's."""
    await talk.end("wrong_number", BookingResult.FAILED, "the number is not theirs")


async def take_closed(talk: ConciergeTalk, _heard: Heard) -> None:
    """They are closed then."""
    await talk.end("closed_then", BookingResult.CLOSED)


async def take_no_reservations(talk: ConciergeTalk, _heard: Heard) -> None:
    """Nobody can reserve there by telephone."""
    await talk.end("pity", BookingResult.DECLINED, "they take no reservations by phone")


async def take_say_again(talk: ConciergeTalk, _heard: Heard) -> None:
    """They did not get what we said."""
    say_again(talk)


async def take_who_is_that(talk: ConciergeTalk, heard: Heard) -> None:
    """They want to know who calls, or what: say so, and come back to the table."""
    talk.note("robot" if heard.has(Says.ASKS_ROBOT) else "who")
    if not answer_questions(talk, heard):
        say_what_is_open(talk)


async def take_questions(talk: ConciergeTalk, heard: Heard) -> None:
    """They ask about the table, so they know that one is wanted."""
    answer_questions(talk, heard)
    talk.progress.stated = True


def answer_questions(talk: ConciergeTalk, heard: Heard) -> bool:
    """Answer what was asked about the table; whether anything was."""
    asks = heard.says & ANSWERABLE
    if not asks:
        return False
    if Says.ASKS_PARTY in asks:
        talk.note("party")
    if {Says.ASKS_DAY, Says.ASKS_TIME} <= asks:
        talk.note("day_and_time")
    elif Says.ASKS_DAY in asks:
        talk.note("day")
    elif Says.ASKS_TIME in asks:
        talk.note("time")
    if Says.ASKS_SPELLING in asks:
        talk.note("spelling")
    elif Says.ASKS_NAME in asks:
        talk.note("name")
    if Says.ASKS_PHONE in asks:
        talk.note("phone" if talk.tools.caller.phone else "no_phone")
    if Says.ASKS_EMAIL in asks:
        talk.note("email")
    if Says.ASKS_CARD in asks:
        talk.note("card")
    if Says.ASKS_NEEDS in asks:
        talk.note("needs" if talk.request.needs else "no_needs")
    if Says.ASKS_SEATING in asks:
        talk.note(_seat_wish(talk))
    return True


def _seat_wish(talk: ConciergeTalk) -> str:
    wanted = talk.request.seatings
    if {Seating.INSIDE, Seating.OUTSIDE} <= wanted:
        return "anywhere"
    return next((each.value for each in Seating if each in wanted), "inside")


async def take_offer(talk: ConciergeTalk, heard: Heard) -> None:
    """They have other times: take the nearest that will do, else ask once, else decline."""
    progress, request = talk.progress, talk.request
    fitting = [each for each in heard.times if request.has_room_for(each)]
    if fitting:
        best = min(fitting, key=lambda each: abs(minutes_of(each) - minutes_of(request.at)))
        result = await talk.tools.call("accept_offer", {"time": f"{best:%H:%M}"})
        if result["ok"]:
            progress.agreed = best
            progress.asked = Asked.TABLE
            talk.note("takes", time=_short(best))
            return
    progress.offered += [each for each in heard.times if each not in progress.offered]
    if request.earliest < request.latest and progress.asked is not Asked.OTHER:
        talk.note("ask_within")
        progress.asked = Asked.OTHER
        return
    late = [each for each in heard.times if each > request.latest]
    early = [each for each in heard.times if each < request.earliest]
    key = "not_that" if late and early else "too_late" if late else "too_early"
    await talk.end(key, BookingResult.DECLINED)


async def take_vague_offer(talk: ConciergeTalk, _heard: Heard) -> None:
    """They have something, and do not say when."""
    talk.note("any_time")
    talk.progress.asked = Asked.OTHER


async def take_refusal(talk: ConciergeTalk, _heard: Heard) -> None:
    """They have none then: ask once for another time, where another would do."""
    progress, request = talk.progress, talk.request
    progress.was_full, progress.agreed = True, None
    if request.earliest < request.latest and progress.asked is not Asked.OTHER:
        talk.note("ask_other")
        progress.asked = Asked.OTHER
        return
    if progress.seat:
        await talk.end("pity", BookingResult.DECLINED, f"they had {progress.seat}")
    elif progress.offered:
        await talk.end("pity", BookingResult.DECLINED)
    else:
        await talk.end("pity", BookingResult.FULL)


async def take_seat(talk: ConciergeTalk, heard: Heard) -> None:
    """They have a table of another kind only."""
    progress, request = talk.progress, talk.request
    seats = [seat for kind, seat in _ONLY.items() if kind in heard.says]
    wanted = [seat for seat in seats if seat in request.seatings]
    at = next((each for each in heard.times if request.has_room_for(each)), talk.wanted)
    if wanted and (not heard.times or request.has_room_for(at)):
        progress.agreed, progress.asked = at, Asked.TABLE
        talk.note("takes_seat")
        return
    progress.seat = " and ".join(_SEAT_WORDS[seat] for seat in seats)
    if Seating.INSIDE in request.seatings and progress.asked is not Asked.OTHER:
        talk.note("ask_inside")
        progress.asked = Asked.OTHER
        return
    await talk.end("not_that", BookingResult.DECLINED, f"they had {progress.seat}")


async def take_another_day(talk: ConciergeTalk, _heard: Heard) -> None:
    """They have another day only."""
    if talk.progress.asked is Asked.OTHER:
        await talk.end("pity", BookingResult.FULL)
        return
    talk.progress.was_full = True
    talk.note("same_day")
    talk.progress.asked = Asked.OTHER


async def take_booking(talk: ConciergeTalk, heard: Heard) -> None:
    """They say that it is booked, with or without a number."""
    progress = talk.progress
    progress.booked = True
    checks = progress.asked is Asked.NUMBER_RIGHT
    if checks and heard.number == progress.number and Says.NO not in heard.says:
        # "Yes, 4821": what we read back is said once more.
        await talk.end("thanks", BookingResult.CONFIRMED)
    elif heard.number:
        progress.denied = progress.number if checks else progress.denied
        progress.number = _without_echo(heard.number, progress.denied)
        await talk.report(BookingResult.CONFIRMED)
        talk.note("number_back")
        progress.asked = Asked.NUMBER_RIGHT
    elif Says.NO_NUMBER in heard.says or checks or progress.asked is Asked.NUMBER:
        await talk.end("thanks", BookingResult.CONFIRMED)
    else:
        await talk.report(BookingResult.CONFIRMED)
        talk.note("ask_number")
        progress.asked = Asked.NUMBER


def _without_echo(number: str, denied: str) -> str:
    """The number, given that another one was called wrong: where this one is too long as well,
    what both begin with, but never the wrong one again."""
    if not denied or len(number) <= WHOLE_NUMBER:
        return number
    common = common_beginning([number, denied])
    shorter = (common, common[:WHOLE_NUMBER])
    return next((one for one in shorter if len(one) >= WHOLE_NUMBER and one != denied), number)


def _short(at: time) -> str:
    words = hour_words(at)
    return words if words == "noon" else whole_time_words(at)
