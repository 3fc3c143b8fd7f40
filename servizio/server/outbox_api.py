"""Texts and webhooks over HTTP: what left, what waits, what could not be delivered."""

from __future__ import annotations

from aiohttp import web

from servizio.server.answers import answer
from servizio.server.keys import STORE
from servizio.server.orders_api import limit_of
from servizio.shop.order_json import time_text
from servizio.store.records import Message


async def recent_messages(request: web.Request) -> web.Response:
    """`GET /api/outbox?limit=50`: messages, newest first."""
    messages = await request.app[STORE].messages(limit_of(request))
    return answer({"messages": [message_json(message) for message in messages]})


def message_json(message: Message) -> dict[str, object]:
    """A message as JSON. State `local`: there is no telephone account, it is only shown."""
    return {
        "id": message.id,
        "kind": message.kind.value,
        "to": message.to,
        "body": message.body,
        "state": message.state.value,
        "attempts": message.attempts,
        "order_number": message.order_number,
        "call_sid": message.call_sid,
        "error_code": message.error_code,
        "error_text": message.error_text,
        "delivery": message.delivery,
        "created_at": time_text(message.created_at),
        "updated_at": time_text(message.updated_at),
    }
