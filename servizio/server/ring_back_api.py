"""An agent rings a customer about an order, as staff ask it to: `POST /api/calls`."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from aiohttp import web

from servizio.agents.desk import CallControl, Desk
from servizio.agents.local.spoken_figures import order_number_words
from servizio.agents.tools import Catalogue, Tools
from servizio.agents.toolset import Toolset
from servizio.errors import AgentError, TelephonyError
from servizio.server.answers import RequestError, answer, fault
from servizio.server.keys import CLOCK, OUTBOUND_LINES, PROFILE, RING_BACKS, SETTINGS, STORE
from servizio.server.orders_api import STAFF
from servizio.server.twilio_account import missing_to_ring
from servizio.shop.availability import Availability
from servizio.shop.order import Order, OrderStatus, Source
from servizio.shop.order_number import is_order_number
from servizio.shop.reservation import Place, named
from servizio.store.records import EventKind

LONGEST_MESSAGE = 300
"""Characters of what staff have the customer told."""
_CHANGEABLE = frozenset({OrderStatus.RECEIVED, OrderStatus.MAKING})


async def ring_customer(request: web.Request, body: dict[str, object]) -> web.Response:
    """`POST /api/calls` `{"order_number": "4782", "purpose": "ready"}`: an agent rings.

    `purpose` is `ready`; `sold_out`: what of the order is sold out and what could be had
    instead; or `message`, with the words in `message`. 409 where there is no telephone, the
    customer gave no number, or nothing of the order is sold out.
    """
    app = request.app
    number = body.get("order_number")
    if not isinstance(number, str) or not is_order_number(number):
        raise RequestError(400, "order_number should be four digits.")
    order = await app[STORE].order(number)
    phone = order.draft.phone
    if phone is None:
        return fault(409, f"Order {number} has no phone number.", code="no_number")
    if missing := missing_to_ring(app[SETTINGS]):
        return fault(409, "There is no telephone to call with.", code="no_telephone", hint=missing)
    sentence = await _first_sentence(request, order, body)
    ring = app[OUTBOUND_LINES].ring(Place(number, phone), request)
    try:
        sid = await app[RING_BACKS].ring(order, phone, sentence, ring)
    except TelephonyError as error:
        # Without its cause: Twilio's own words may hold a phone number.
        return fault(502, error.message, code=error.code, hint=error.hint)
    payload = {"order_number": number, "call_sid": sid}
    await app[STORE].append_event(
        EventKind.CALLBACK_STARTED, payload, order_number=number, call_sid=sid, actor=STAFF
    )
    return answer({"call_sid": sid}, status=201)


async def _first_sentence(request: web.Request, order: Order, body: dict[str, object]) -> str:
    shop = request.app[PROFILE].name
    about = f"Hello, this is {shop}, about your order {order_number_words(order.number)}."
    match body.get("purpose"):
        case "ready":
            return f"{about} It is ready for you."
        case "sold_out":
            gone = await _sold_out(request, order)
            if not gone:
                raise AgentError(f"Nothing of order {order.number} is sold out.")
            return f"{about} I'm sorry, we are out of {named(gone)}."
        case "message":
            words = body.get("message")
            if not isinstance(words, str) or not 0 < len(words.strip()) <= LONGEST_MESSAGE:
                raise RequestError(
                    400, f"message should be 1 to {LONGEST_MESSAGE} characters of text."
                )
            return f"{about} {' '.join(words.split())}"
        case _:
            raise RequestError(400, "purpose should be ready, sold_out or message.")


async def _sold_out(request: web.Request, order: Order) -> list[str]:
    """Names of what the order has and the shop has not, while it can still be changed."""
    if order.status not in _CHANGEABLE:
        return []
    there = Availability(await request.app[STORE].sold_out())
    names = [line.name for line in order.draft.lines if not there.has(line.item)]
    return list(dict.fromkeys(names))


class OrderTools:
    """Makes the tools of calls about orders (`servizio.calls.ring_backs.MakeOrderTools`)."""

    def __init__(self, app: web.Application) -> None:
        self._app = app
        self._catalogue: Catalogue | None = None

    async def __call__(self, number: str, call_sid: str) -> Callable[[CallControl], Toolset]:
        """The tools over this order, as order and shop are now."""
        app = self._app
        store, profile = app[STORE], app[PROFILE]
        order = await store.order(number)
        availability = Availability(await store.sold_out())
        today = await store.today()
        if self._catalogue is None:
            self._catalogue = await asyncio.to_thread(Catalogue, profile.menu)
        catalogue = self._catalogue
        # What is placed in a call changes the order of that call: here, the one of before.
        changes = order.status in _CHANGEABLE and order.draft.call_sid is not None

        def make(control: CallControl) -> Toolset:
            desk = Desk(
                shop=profile,
                orders=store,
                control=control,
                call_sid=(order.draft.call_sid if changes else None) or call_sid,
                calling_number=order.draft.phone,
                source=order.draft.source if changes else Source.PHONE,
                availability=availability,
                today=today,
                now=app[CLOCK],
            )
            if changes:
                desk.take_up(order)
            return Tools(desk, catalogue)

        return make
