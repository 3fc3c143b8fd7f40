"""What texts and messages after the tone look like: a row of each, and all of one in words."""

from __future__ import annotations

from datetime import datetime, tzinfo

from textual.content import Content

from servizio.tui.counter_views import MessageView, VoiceView, WrittenView
from servizio.tui.mailbox import Letter, Mailbox
from servizio.tui.words import day_or_time, phone_tail

COLUMNS = ("state", "at", "who", "order", "what", "tries", "why / words")
"""What stands above the rows of `row_of`."""
_STATES = {"local": "kept here", "pending": "waiting", "held": "waits for its call"}
_LONGEST = 160


def row_of(letter: Letter, now: datetime, zone: tzinfo | None) -> tuple[str, ...]:
    """A letter in the words of a row."""
    at = day_or_time(letter.at, now, zone)
    match letter:
        case WrittenView():
            who = phone_tail(letter.phone)
            words = letter.body[:_LONGEST]
            return ("● WROTE US", at, who, letter.order_number, "text", "", words)
        case VoiceView():
            state = "○ dealt with" if letter.is_done else "● TO BE HEARD"
            who = phone_tail(letter.phone) or "withheld"
            return (state, at, who, "", "spoken", "", f"{letter.seconds} s after the tone")
        case MessageView():
            state = letter.delivery or letter.state
            return (
                "■ NOT DELIVERED" if letter.is_undelivered else f"○ {_STATES.get(state, state)}",
                at,
                phone_tail(letter.to) or letter.kind,
                letter.order_number,
                letter.kind.replace("_", " "),
                f"{letter.attempts}",
                (letter.why or letter.body)[:_LONGEST],
            )


def describe(letter: Letter, listening_page: str, zone: tzinfo | None) -> Content:
    """All of a letter, in a few lines; `listening_page` is where messages are heard."""
    rows: list[Content]
    match letter:
        case WrittenView():
            rows = [Content(letter.body or "(nothing)")]
            rows += [Content(f"answered: {letter.reply}")] if letter.reply else []
        case VoiceView():
            who = phone_tail(letter.phone) or "somebody with a withheld number"
            spoken_at = f"{letter.at.astimezone(zone):%a %d %b, %H:%M}"
            listen = f"Listen at {listening_page}"
            rows = [
                Content(f"{who} spoke for {letter.seconds} s, {spoken_at}"),
                Content("dealt with: its sound is erased" if letter.is_done else listen),
            ]
        case MessageView():
            rows = [Content(letter.body)]
            rows += [Content(f"■ {letter.why}").stylize("bold")] if letter.why else []
    return Content("\n").join(rows)


def headline(mailbox: Mailbox) -> str:
    """Say whether anything waits for staff."""
    if mailbox.problem:
        return f"■ {mailbox.problem}"
    if not mailbox.letters:
        return "none yet"
    bad = sum(isinstance(each, MessageView) and each.is_undelivered for each in mailbox.letters)
    unheard = sum(isinstance(each, VoiceView) and not each.is_done for each in mailbox.letters)
    kept = sum(isinstance(each, MessageView) and each.is_kept for each in mailbox.letters)
    parts = [f"● {unheard} TO BE HEARD"] if unheard else []
    parts += [f"■ {bad} NOT DELIVERED"] if bad else []
    parts += [f"○ {kept} kept here, sent nowhere: no telephone account"] if kept else []
    if not bad and not kept:
        parts.append("○ all delivered or on their way")
    return "   ".join(parts)
