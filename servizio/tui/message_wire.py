"""Events about what customers are sent, write and say after the tone, from JSON."""

from __future__ import annotations

from servizio.tui.views import MessageLeft, OutboxChanged, TextReceived
from servizio.tui.wire_values import Raw, table
from servizio.tui.words import clean


def outbox_changed(raw: Raw) -> OutboxChanged:
    """Take the payload of `outbox_changed`."""
    message = table(raw.get("message"), "message")
    number_of = clean(str(message.get("order_number") or ""), 12)
    return OutboxChanged(clean(message.get("state")), number_of)


def text_received(raw: Raw) -> TextReceived:
    """Take the payload of `text_received`."""
    text = table(raw.get("text"), "text")
    number_of = clean(str(text.get("order_number") or ""), 12)
    return TextReceived(clean(text.get("from"), 20), clean(text.get("body")), number_of)


def message_left(raw: Raw) -> MessageLeft:
    """Take the payload of `voice_message`."""
    message = table(raw.get("message"), "message")
    seconds = message.get("seconds")
    length = seconds if isinstance(seconds, int) else 0
    phone, is_done = clean(message.get("from"), 20), raw.get("done") is True
    return MessageLeft(clean(message.get("sid")), phone, length, is_done)
