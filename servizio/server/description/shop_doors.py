"""Doors of the staff: the menu, the shop's day, messages, figures."""

from __future__ import annotations

from typing import Final

from servizio.server.description.parts import (
    CSV,
    PLAIN,
    Body,
    Doors,
    Operation,
    Parameter,
    Reply,
    Tag,
    gives,
    many,
    one_of,
    record,
    ref,
    shows,
    text,
)
from servizio.server.description.staff_doors import LIMIT
from servizio.store.records import MessageState

_DAY: Final = (
    Parameter("day", text(format="date"), "By the shop's clock, `2026-11-20`; without it: today."),
)

_SHOP: Final[Doors] = {
    ("GET", "/api/menu"): Operation(
        "menu", Tag.SHOP, "The menu, and what is sold out", {200: gives("The menu.", ref("Menu"))}
    ),
    ("PATCH", "/api/menu"): Operation(
        "changeMenu", Tag.SHOP, "Mark items and modifiers as sold out, or as back",
        {200: gives("The menu as it is now.", ref("Menu"))},
        about="Where one id is not on the menu nothing is changed.",
        body=Body(ref("MenuChange"), {"sold_out": ["taro-milk-tea"], "back": ["boba"]}),
        errors=(400, 404),
    ),
    ("GET", "/api/shop"): Operation(
        "shop", Tag.SHOP, "Open or closed, the pause, the wait, today's hours, who we are",
        {200: gives("The shop now.", ref("Shop"))},
    ),
    ("PATCH", "/api/shop"): Operation(
        "changeShop", Tag.SHOP, "Pause or resume, add to the wait, other hours today",
        {200: gives("The shop as it is now.", ref("Shop"))},
        body=Body(ref("ShopChange"), {"pause": {"minutes": 20}, "busy_minutes": 10}),
        errors=(400,),
    ),
    ("GET", "/api/report"): Operation(
        "report", Tag.SHOP, "A day in figures",
        {200: gives("The figures.", ref("Report"))}, parameters=_DAY, errors=(400,),
    ),
    ("GET", "/api/report.csv"): Operation(
        "reportCsv", Tag.SHOP, "The same for a spreadsheet",
        {200: Reply("Columns section, name, count, amount.", {CSV: {"type": "string"}},
                    {"Content-Disposition": "A file's name."})},
        parameters=_DAY, errors=(400,),
    ),
    ("GET", "/api/health"): Operation(
        "staffHealth", Tag.SHOP, "How every part is, with the reasons",
        {200: gives("Whatever it says.", ref("Health"))},
    ),
    ("GET", "/metrics"): Operation(
        "metrics", Tag.SHOP, "Counters for Prometheus", {200: shows("Text format.", PLAIN)}
    ),
}  # fmt: skip

_MESSAGES: Final[Doors] = {
    ("GET", "/api/outbox"): Operation(
        "outbox", Tag.MESSAGES, "Texts and webhooks: what left, what waits, what failed",
        {200: gives("Newest first.", record({"messages": many(ref("Message"))}))},
        parameters=(LIMIT, Parameter("state", one_of(("", *MessageState)), "Only these.")),
        errors=(400,),
    ),
    ("POST", "/api/outbox/{id}/retry"): Operation(
        "retryMessage", Tag.MESSAGES, "Try a message again now",
        {200: gives("The message.", ref("Message"))}, errors=(404, 409),
    ),
    ("POST", "/api/outbox/{id}/dismiss"): Operation(
        "dismissMessage", Tag.MESSAGES, "Staff have seen it; it is not tried again",
        {200: gives("The message.", ref("Message"))}, errors=(404, 409),
    ),
    ("GET", "/api/texts"): Operation(
        "texts", Tag.MESSAGES, "What customers wrote to the shop's number",
        {200: gives("Newest first.", record({"texts": many(ref("IncomingText"))}))},
        parameters=(LIMIT,), errors=(400,),
    ),
    ("GET", "/api/voice_messages"): Operation(
        "voiceMessages", Tag.MESSAGES, "What customers said after the tone",
        {200: gives("Newest first.", record({"messages": many(ref("VoiceMessage"))}))},
        parameters=(LIMIT,), errors=(400,),
    ),
    ("GET", "/api/voice_messages/{sid}/sound"): Operation(
        "voiceMessageSound", Tag.MESSAGES, "How a message sounds",
        {200: shows("MP3.", "audio/mpeg"), 206: shows("The part asked for.", "audio/mpeg")},
        errors=(404, 409, 502),
    ),
    ("POST", "/api/voice_messages/{sid}/done"): Operation(
        "voiceMessageDone", Tag.MESSAGES, "A message is not needed any more: it is erased",
        {200: gives("Done.", ref("Done"))}, errors=(404,),
    ),
}  # fmt: skip

SHOP_DOORS: Final[Doors] = {**_SHOP, **_MESSAGES}
