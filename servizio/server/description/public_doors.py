"""Doors that everybody may use: the board, health, pages, the microphone, logging in."""

from __future__ import annotations

from typing import Final

from servizio.server.description.parts import (
    EVENTS,
    FORM,
    HTML,
    JSON,
    ORDER_NUMBER,
    Body,
    Doors,
    Operation,
    Parameter,
    Reply,
    Tag,
    gives,
    record,
    ref,
    shows,
    text,
)

_LAST_EVENT: Final = (
    Parameter(
        "Last-Event-ID", text(), "Go on after this event; browsers send it themselves.", "header"
    ),
    Parameter("last_event_id", text(), "The same, for a script."),
)
_NEXT: Final = text("A path of this server to go on to.")

_PAGES: Final[Doors] = {
    ("GET", "/"): Operation(
        "shopPage", Tag.PAGES, "The shop's window: number, menu, prices, hours",
        {200: shows("The page.", HTML)},
    ),
    ("GET", "/orders"): Operation(
        "boardPage", Tag.PAGES, "The order board, for a TV", {200: shows("The page.", HTML)}
    ),
    ("GET", "/orders/status"): Operation(
        "statusPage", Tag.PAGES, "Where an order is, for a browser",
        {200: shows("The page.", HTML),
         404: Reply("The page, and that there is no such order.", {HTML: {"type": "string"}})},
        parameters=(Parameter("number", text(), "The order's number."),),
    ),
    ("GET", "/talk"): Operation(
        "talkPage", Tag.PAGES, "Order with the browser's microphone",
        {200: shows("The page.", HTML)},
    ),
    ("GET", "/assets/{name}"): Operation(
        "asset", Tag.PAGES, "A style, script or picture of the pages",
        {
            200: Reply(
                "The file.",
                {kind: {"type": "string"} for kind in ("text/css", "text/javascript",
                                                       "image/svg+xml")},
                {"ETag": "Its version."},
            ),
            304: Reply("The browser has it."),
        },
        parameters=(Parameter("v", text(), "Version: such an answer may be kept for ever."),),
        errors=(404,),
    ),
    ("GET", "/login"): Operation(
        "loginPage", Tag.SESSION, "The form for the staff token",
        {200: shows("The form.", HTML),
         303: Reply("Already inside.", headers={"Location": "Where to."})},
        parameters=(Parameter("next", _NEXT, "Where to go after logging in."),),
    ),
}  # fmt: skip

_SESSION: Final[Doors] = {
    ("POST", "/login"): Operation(
        "logIn", Tag.SESSION, "Begin a session with the staff token",
        {
            200: gives("JSON came: the session has begun.", ref("Session"),
                       Set_Cookie="`servizio_staff`, HttpOnly, SameSite=Strict."),
            303: Reply("A form came: on to `next`.", headers={"Location": "Where to."}),
            401: Reply("That is not the token.", {JSON: ref("Error"), HTML: {"type": "string"}}),
            429: Reply("Too many wrong tries.", {JSON: ref("Error"), HTML: {"type": "string"}},
                       {"Retry-After": "Seconds."}),
        },
        about="For browsers. Scripts send `Authorization: Bearer TOKEN` with each request.",
        body=Body(record({"token": text(), "next": _NEXT}, optional=("next",)),
                  {"token": "the staff token"}, (JSON, FORM)),
        errors=(400, 403, 413),
    ),
    ("POST", "/logout"): Operation(
        "logOut", Tag.SESSION, "End the session, and the streams that are open in it",
        {200: gives("JSON is wanted.", ref("Done")),
         303: Reply("Back to the shop's window.", headers={"Location": "Where to."})},
        errors=(403,),
    ),
}  # fmt: skip

PUBLIC_DOORS: Final[Doors] = {
    ("GET", "/openapi.json"): Operation(
        "description", Tag.PUBLIC, "This description",
        {200: gives("OpenAPI 3.1.", {"type": "object"})},
    ),
    ("GET", "/health"): Operation(
        "health", Tag.PUBLIC, "Whether the shop can take calls",
        {200: gives("It can.", ref("Health")), 503: gives("It cannot.", ref("Health"))},
    ),
    ("GET", "/orders/in_progress.json"): Operation(
        "ordersInProgress", Tag.PUBLIC, "Numbers of what is being made or ready",
        {200: gives("Oldest first.", ref("Board"), example={
            "shop": "Servizio Boba", "timezone": "America/New_York",
            "orders": [{
                "order_number": "4782", "status": "making",
                "created_at": "2026-11-20T18:05:00.000000Z",
                "updated_at": "2026-11-20T18:06:10.000000Z",
            }],
        })},
    ),
    ("GET", "/orders/status.json"): Operation(
        "orderStatus", Tag.PUBLIC, "Where an order of the last day is, by its number",
        {200: gives("Its status and times.", ref("BoardOrder"))},
        parameters=(Parameter("number", ORDER_NUMBER, "The order's number."),),
        errors=(400, 404),
    ),
    ("GET", "/orders/events"): Operation(
        "publicEvents", Tag.PUBLIC, "The same as it changes (SSE)",
        {200: Reply("Events `order_created`, `order_updated`, `order_status_changed`.",
                    {EVENTS: {"type": "string", "x-event-data": ref("BoardOrder")}})},
        about="Ends never. A comment comes every five seconds. Never a name, number or items.",
        parameters=_LAST_EVENT,
    ),
    ("GET", "/ws/voice"): Operation(
        "browserVoice", Tag.PUBLIC, "Order by the browser's microphone (WebSocket)",
        {101: Reply("JSON messages both ways; docs/browser.md lists them.")},
        about="Only for pages of this origin.",
        errors=(403, 426),
    ),
    **_PAGES,
    **_SESSION,
}  # fmt: skip
