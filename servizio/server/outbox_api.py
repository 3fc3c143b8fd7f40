"""Texts and webhooks over HTTP: what left, what waits, what could not be delivered."""

from __future__ import annotations

from urllib.parse import urlsplit

from aiohttp import web

from servizio.server.answers import RequestError, answer
from servizio.server.keys import STORE
from servizio.server.orders_api import STAFF, limit_of
from servizio.shop.order_json import time_text
from servizio.store.records import Message, MessageKind, MessageState


async def recent_messages(request: web.Request) -> web.Response:
    """`GET /api/outbox?limit=50&state=failed`: messages, newest first; of any state, or one."""
    state = request.query.get("state", "")
    if state and state not in list(MessageState):
        raise RequestError(400, f"state should be one of: {', '.join(MessageState)}.")
    states = {MessageState(state)} if state else None
    messages = await request.app[STORE].messages(limit_of(request), states=states)
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
        "to": _recipient(message),
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


def _recipient(message: Message) -> str:
    """A telephone number, or the host of a webhook: the rest of its address is a secret."""
    if message.kind is MessageKind.SMS:
        return message.to
    parts = urlsplit(message.to)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}" if parts.netloc else message.to
