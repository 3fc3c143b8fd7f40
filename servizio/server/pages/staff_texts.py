"""What the staff page says of texts: what customers wrote, and what did not reach them. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from servizio.server.pages.staff_words import age_words
from servizio.shop.phone_number import last_digits
from servizio.store.records import IncomingText, Message, MessageKind, MessageState

SHOWN_FOR = timedelta(hours=12)
"""How long a text of a customer stays on the page."""
MOST_SHOWN = 8
"""Texts of customers on the page, the newest."""
NOT_DELIVERED = frozenset({"failed", "undelivered"})
"""`delivery` of a text that left and did not arrive (Twilio, "Message status")."""


@dataclass(frozen=True, slots=True)
class TextWords:
    """What a customer wrote."""

    by: str
    """Last digits of the telephone."""
    age: str
    body: str
    reply: str
    """What was answered; empty: nothing."""
    order: str
    """Number of the order it may be about; empty: none."""


@dataclass(frozen=True, slots=True)
class UndeliveredWords:
    """A message that did not get there."""

    id: int
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class TextLists:
    """Both ways."""

    came: tuple[TextWords, ...]
    undelivered: tuple[UndeliveredWords, ...]
    to_hear: int
    """Messages after the tone that staff are not done with."""


def text_lists(
    texts: Sequence[IncomingText], messages: Sequence[Message], to_hear: int, now: datetime
) -> TextLists:
    """The newest texts of customers, what could not be delivered, newest first; `to_hear`
    messages after the tone wait."""
    return TextLists(
        came=tuple(
            TextWords(
                by=f"…{last_digits(text.phone)}",
                age=age_words(now - text.at),
                body=text.body or "(nothing)",
                reply=text.reply,
                order=text.order_number or "",
            )
            for text in texts[:MOST_SHOWN]
            if now - text.at < SHOWN_FOR
        ),
        undelivered=tuple(_undelivered(each) for each in messages if did_not_arrive(each)),
        to_hear=to_hear,
    )


def did_not_arrive(message: Message) -> bool:
    """Whether staff should know: it was given up, or the telephone company could not deliver."""
    gone_wrong = message.state is MessageState.SENT and message.delivery in NOT_DELIVERED
    return message.state is MessageState.FAILED or gone_wrong


def _undelivered(message: Message) -> UndeliveredWords:
    about = f" about order {message.order_number}" if message.order_number else ""
    if message.kind is MessageKind.SMS:
        what = f"The text{about} to …{last_digits(message.to)} did not arrive."
    else:
        what = f"Another program was not told{about}."
    return UndeliveredWords(message.id, what, message.error_text or "")
