"""What the concierge says of its own accord: the request, and questions that are still open."""

from __future__ import annotations

from servizio.agents.concierge.talk import Asked, ConciergeTalk
from servizio.shop.reservation import BookingResult


def state_request(talk: ConciergeTalk, *, again: bool = False) -> None:
    """Say in one sentence for whom, how many, when; `again` in other words."""
    talk.note("request_again" if again else "request")
    talk.progress.stated = True
    talk.progress.asked = Asked.TABLE


def take_up(talk: ConciergeTalk) -> None:
    """Go on from what the tools were told by an agent before."""
    progress, told = talk.progress, talk.tools.outcome
    progress.agreed = talk.tools.state_now()
    if told is None or told.result is not BookingResult.CONFIRMED:
        state_request(talk, again=True)
        return
    progress.stated = progress.booked = True
    progress.agreed, progress.number = told.at, told.confirmation
    talk.note("number_back" if progress.number else "ask_number")
    progress.asked = Asked.NUMBER_RIGHT if progress.number else Asked.NUMBER


def ask_if_booked(talk: ConciergeTalk) -> None:
    """Ask whether the table is ours: they have not said so."""
    talk.note("is_it_booked")
    talk.progress.asked = Asked.BOOKED


def say_again(talk: ConciergeTalk) -> None:
    """Say once more what we said last."""
    if talk.progress.asked is Asked.TABLE and talk.progress.agreed is None:
        talk.note("request_again")
    else:
        talk.repeat()


def say_what_is_open(talk: ConciergeTalk) -> None:
    """Come back to our own question behind an answer to theirs."""
    progress = talk.progress
    match progress.asked:
        case Asked.NOTHING | Asked.TABLE | Asked.OTHER if progress.agreed is None:
            state_request(talk, again=True)
        case Asked.NUMBER:
            talk.note("ask_number")
        case Asked.NUMBER_RIGHT:
            talk.note("number_back")
        case _:
            ask_if_booked(talk)


def not_understood(talk: ConciergeTalk) -> None:
    """Ask to hear it again; from the second time on, our own question instead."""
    progress = talk.progress
    progress.misses += 1
    if progress.misses == 1:
        talk.note("repeat_please")
    else:
        say_what_is_open(talk)


def as_it_stands(talk: ConciergeTalk, reason: str) -> tuple[BookingResult, str]:
    """The result if the call ends here."""
    progress = talk.progress
    if progress.booked:
        return BookingResult.CONFIRMED, ""
    if progress.offered:
        return BookingResult.DECLINED, ""
    if progress.was_full:
        return BookingResult.FULL, ""
    return BookingResult.FAILED, reason
