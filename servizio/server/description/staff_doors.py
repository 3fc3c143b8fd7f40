"""Doors of the staff: orders, calls, and the streams that keep screens true."""

from __future__ import annotations

from typing import Final

from servizio.server.calls_api import LONGEST_SENTENCE
from servizio.server.description.message_shapes import EVENT_SHAPES
from servizio.server.description.order_shapes import AN_ORDER
from servizio.server.description.parts import (
    EVENTS,
    FORM,
    HTML,
    PLAIN,
    Body,
    Doors,
    Operation,
    Parameter,
    Reply,
    Tag,
    gives,
    many,
    record,
    ref,
    shows,
    text,
    whole,
)
from servizio.server.orders_api import LONGEST_KEY, MOST_ORDERS

LIMIT: Final = Parameter("limit", whole(0) | {"default": 50}, f"At most {MOST_ORDERS} are given.")

_NEW: Final = {
    "items": [{"item": "taro-milk-tea", "modifiers": [{"modifier": "boba"}]}],
    "name": "Ada",
    "phone": "+12025550143",
}
_ORDER: Final = gives("The order.", ref("Order"), example=dict(AN_ORDER))
_TAKEN: Final = gives("The order.", ref("Order"), Location="Where the order is.")

_ORDERS: Final[Doors] = {
    ("GET", "/orders.json"): Operation(
        "recentOrders", Tag.ORDERS, "Orders, whole, newest first",
        {200: gives("With what is ticked off.", record({"orders": many(ref("OrderWithTicks"))}))},
        parameters=(LIMIT,),
        errors=(400,),
    ),
    ("POST", "/api/orders"): Operation(
        "takeOrder", Tag.ORDERS, "Take an order at the counter",
        {201: _TAKEN, 200: _TAKEN},
        about="With an `Idempotency-Key` the request can be sent again without harm: the same "
              "key gives the same order, with 200.",
        parameters=(Parameter("Idempotency-Key", text(longest=LONGEST_KEY),
                              "Any text that is the request's own.", "header"),),
        body=Body(ref("NewOrder"), _NEW),
        errors=(400, 422),
    ),
    ("POST", "/api/orders/quote"): Operation(
        "quote", Tag.ORDERS, "What such an order would cost, and why it cannot be sold",
        {200: gives("Nothing is stored.", ref("Quote"))},
        body=Body(ref("NewOrder"), _NEW),
        errors=(400,),
    ),
    ("GET", "/api/orders/{number}"): Operation(
        "order", Tag.ORDERS, "One order, whole", {200: _ORDER}, errors=(404,)
    ),
    ("GET", "/api/orders/phone/{number}"): Operation(
        "orderPhone", Tag.ORDERS, "The customer's telephone number",
        {200: gives("null: none was given.", ref("OrderPhone"))}, errors=(404,),
    ),
    ("POST", "/api/orders/{number}/status"): Operation(
        "setStatus", Tag.ORDERS, "Move an order one step on, or one step back",
        {200: _ORDER},
        body=Body(ref("StatusChange"), {"status": "making"}),
        errors=(400, 404, 409),
    ),
    ("POST", "/api/orders/{number}/done"): Operation(
        "done", Tag.ORDERS, "The order is ready; its customer gets a text",
        {200: _ORDER}, errors=(404, 409),
    ),
    ("POST", "/api/orders/{number}/ticks"): Operation(
        "tickLine", Tag.ORDERS, "Tick a line off, or on again",
        {200: gives("The order with its ticks.", ref("OrderWithTicks"))},
        body=Body(ref("Tick"), {"line": 0, "done": True}),
        errors=(400, 404, 409, 422),
    ),
    ("GET", "/api/orders/{number}/ticket.txt"): Operation(
        "ticket", Tag.ORDERS, "The ticket, for a receipt printer 42 signs wide",
        {200: shows("The ticket.", PLAIN)}, errors=(404,),
    ),
    ("POST", "/api/orders/{number}/text"): Operation(
        "sendText", Tag.ORDERS, "Send the customer the text that fits the order's status again",
        {200: gives("It waits to leave.", ref("QueuedText"))},
        errors=(404, 409),
    ),
}  # fmt: skip

_CALLS: Final[Doors] = {
    ("GET", "/calls"): Operation(
        "recentCalls", Tag.CALLS, "Calls without their transcripts, newest first",
        {200: gives("Live ones as they are now.", record({"calls": many(ref("CallSummary"))}))},
        parameters=(LIMIT, Parameter("search", text(),
                    "Words of a transcript, last digits of a number, an order number.")),
        errors=(400,),
    ),
    ("GET", "/calls/{sid}"): Operation(
        "call", Tag.CALLS, "One call with its transcript, cart and latency",
        {200: gives("The call.", ref("Call"))}, errors=(404,),
    ),
    ("GET", "/calls/{sid}/status"): Operation(
        "callStatus", Tag.CALLS, "Whether a call goes on",
        {200: gives("Its status.", ref("CallStatus"))}, errors=(404,),
    ),
    ("POST", "/api/calls"): Operation(
        "placeCall", Tag.CALLS, "Ring a customer back, or ring elsewhere for a table",
        {201: gives("It rings.",
                    {"anyOf": [ref("CallStarted"), record({"booking": ref("Booking")})]})},
        about="With `order_number` staff are rung, then the customer of that order is connected; "
              "with a `purpose` too, the agent rings the customer: `ready`, `sold_out` (what of "
              "the order is, and what could be had instead) or `message`. "
              "With `request` an agent rings a place of the address book for a table; what the "
              "request lacks comes back as questions (422, `missing`), and is sent along in "
              "`answers` with the same request.",
        body=Body({"anyOf": [ref("RingBack"), ref("BookingWish")]},
                  {"order_number": "4782"}),
        errors=(400, 404, 409, 422, 502),
    ),
    ("GET", "/api/bookings"): Operation(
        "bookings", Tag.CALLS, "Calls for a table elsewhere, newest first",
        {200: gives("With what came of them.", record({"bookings": many(ref("Booking"))}))},
        parameters=(LIMIT,), errors=(400,),
    ),
    ("GET", "/api/bookings/{id}"): Operation(
        "booking", Tag.CALLS, "One of them; its conversation is that of its call",
        {200: gives("The call for a table.", record({"booking": ref("Booking")}))}, errors=(404,),
    ),
    ("POST", "/api/calls/{sid}/hang_up"): Operation(
        "hangUp", Tag.CALLS, "End a live call", {200: gives("It ends.", ref("Done"))},
        errors=(404,),
    ),
    ("POST", "/api/calls/{sid}/say"): Operation(
        "say", Tag.CALLS, "Have the agent of a live call say something",
        {200: gives("It is said.", ref("Done"))},
        body=Body(record({"text": text(longest=LONGEST_SENTENCE)}),
                  {"text": "Your order is nearly ready."}),
        errors=(400, 404),
    ),
    ("POST", "/api/calls/{sid}/transfer"): Operation(
        "transfer", Tag.CALLS, "Put a live call through to the shop's telephone",
        {200: gives("It is put through.", ref("Done"))},
        body=Body(record({"reason": text(longest=LONGEST_SENTENCE)}, optional=("reason",)),
                  {"reason": "wants a cake"}, required=False),
        errors=(400, 404, 409),
    ),
}  # fmt: skip

_EVENTS: Final[Doors] = {
    ("GET", "/api/events"): Operation(
        "events", Tag.EVENTS, "Everything that happens, as it happens (SSE)",
        {200: Reply(
            "The name of each event says what its data is; see `x-events`.",
            {EVENTS: {
                "type": "string",
                "x-events": {kind.value: ref(name) for kind, name in EVENT_SHAPES.items()},
            }},
        )},
        about="Ends never. Resumes after `Last-Event-ID` with nothing lost and nothing twice; a "
              "comment comes every five seconds.",
        parameters=(
            Parameter("Last-Event-ID", text(), "Go on after this event.", "header"),
            Parameter("last_event_id", text(), "The same, for a script."),
        ),
    ),
}  # fmt: skip

_BUTTON: Final = record(
    dict.fromkeys(("order", "to", "tick", "revision", "item", "gone", "message", "do"), text()),
    optional=("order", "to", "tick", "revision", "item", "gone", "message", "do"),
)
_LOG_IN: Final = Reply("Log in first.", headers={"Location": "/login"})
_PAGES: Final[Doors] = {
    ("GET", "/barista"): Operation(
        "staffPage", Tag.PAGES, "Tickets, calls and what is sold out, for a browser",
        {200: shows("The page.", HTML), 303: _LOG_IN},
        parameters=(Parameter("phone", text(), "The order whose telephone number is shown."),),
    ),
    ("POST", "/barista"): Operation(
        "staffAct", Tag.PAGES, "What a button of the staff page does",
        {204: Reply("Done; JSON was wanted."),
         303: Reply("Done.", headers={"Location": "/barista"}),
         400: Reply("It cannot be done.", {HTML: {"type": "string"}}),
         404: Reply("There is no such thing.", {HTML: {"type": "string"}}),
         409: Reply("Not now.", {HTML: {"type": "string"}})},
        body=Body(_BUTTON, None, (FORM,)),
    ),
    ("GET", "/barista/part/{part}"): Operation(
        "staffPart", Tag.PAGES, "One part of the staff page, for its script",
        {200: shows("The part.", HTML), 303: _LOG_IN},
        errors=(404,),
    ),
    ("GET", "/barista/messages"): Operation(
        "messagesPage", Tag.PAGES, "What customers said after the tone, for a browser",
        {200: shows("The page.", HTML), 303: _LOG_IN},
    ),
    ("POST", "/barista/messages"): Operation(
        "messagesAct", Tag.PAGES, "A message is not needed any more: it is erased",
        {303: Reply("Done.", headers={"Location": "/barista/messages"}),
         404: Reply("There is no such message.", {HTML: {"type": "string"}})},
        body=Body(record({"done": text("The message.")}, optional=("done",)), None, (FORM,)),
    ),
}  # fmt: skip

STAFF_DOORS: Final[Doors] = {**_ORDERS, **_CALLS, **_EVENTS, **_PAGES}
