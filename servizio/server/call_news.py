"""What happens in one call, in the words of the browser that holds it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping

from servizio.server import browser_messages
from servizio.store.records import Event, EventKind

KINDS = frozenset(
    {
        EventKind.TRANSCRIPT,
        EventKind.CART_CHANGED,
        EventKind.ORDER_CREATED,
        EventKind.ORDER_UPDATED,
        EventKind.ORDER_STATUS_CHANGED,
        EventKind.CALL_ENDED,
    }
)
"""Of the journal."""

Tell = Callable[[str], None]


async def tell_partials(
    partials: AsyncIterator[Mapping[str, object]], call_sid: str, tell: Tell
) -> None:
    """Words as they are spoken, until cancelled."""
    async for partial in partials:
        if partial.get("call_sid") == call_sid:
            tell(browser_messages.caption(str(partial.get("role")), str(partial.get("text"))))


async def tell_events(
    events: AsyncIterator[Event], call_sid: str, tell: Tell, said: Callable[[], None]
) -> None:
    """What is written down of the call, to its end. `said` is called after each agent's turn."""
    async for event in events:
        if event.call_sid != call_sid:
            continue
        message = _words(event)
        if message:
            tell(message)
        if event.kind is EventKind.TRANSCRIPT and event.actor == "agent":
            said()
        if event.kind is EventKind.CALL_ENDED:
            return


def _words(event: Event) -> str:
    payload = event.payload
    match event.kind:
        case EventKind.TRANSCRIPT if payload.get("role") in {"customer", "agent"}:
            role, text, at = (str(payload.get(name, "")) for name in ("role", "text", "at"))
            return browser_messages.transcript(role, text, at=at)
        case EventKind.CART_CHANGED:
            contents = payload.get("cart")
            return browser_messages.cart(contents if isinstance(contents, Mapping) else {})
        case EventKind.ORDER_CREATED | EventKind.ORDER_UPDATED | EventKind.ORDER_STATUS_CHANGED:
            order = payload.get("order")
            if not isinstance(order, Mapping):
                return ""
            number, status, total = (
                str(order.get(name, "")) for name in ("order_number", "status", "total")
            )
            return browser_messages.order(number, status, total)
        case EventKind.CALL_ENDED:
            call = payload.get("call")
            outcome = call.get("outcome") if isinstance(call, Mapping) else None
            return browser_messages.ended(str(outcome or "ended"), event.order_number)
        case _:
            return ""
