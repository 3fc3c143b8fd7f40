"""Texts and webhooks over HTTP: what left, what waits, what could not be delivered."""

from __future__ import annotations

from aiohttp import web

from servizio.server.answers import RequestError, answer
from servizio.server.keys import STORE
from servizio.server.orders_api import STAFF, limit_of
from servizio.shop.order_json import time_text
from servizio.store.records import Message


async def recent_messages(request: web.Request) -> web.Response:
    """`GET /api/outbox?limit=50`: messages, newest first."""
    messages = await request.app[STORE].messages(limit_of(request))
    return answer({"messages": [message_json(message) for message in messages]})


async def retry(request: web.Request) -> web.Response:
    """`POST /api/outbox/{id}/retry`: try it again now. 409 for one that has left."""
    message = await request.app[STORE].retry_message(_id(request), actor=STAFF)
    return _answered(message)


async def dismiss(request: web.Request) -> web.Response:
    """`POST /api/outbox/{id}/dismiss`: staff have seen it; it is not tried again."""
    message = await request.app[STORE].dismiss_message(_id(request), actor=STAFF)
    return _answered(message)


def _id(request: web.Request) -> int:
    text = request.match_info["id"]
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise RequestError(404, "There is no such message.")
    return int(text)


def _answered(message: Message | None) -> web.Response:
    if message is None:
        raise RequestError(404, "There is no such message.")
    return answer(message_json(message))


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
