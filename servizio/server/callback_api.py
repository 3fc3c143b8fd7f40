"""Staff ring a customer back: the shop's telephone rings first, then the customer's.

The customer's number goes to Twilio only in the answer to a signed request, never in an
address.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from urllib.parse import urlencode

from aiohttp import web

from servizio.errors import ServizioError, TelephonyError
from servizio.server import outbound_api, ring_back_api
from servizio.server.answers import RequestError, answer, fault, read_object
from servizio.server.keys import PROFILE, SETTINGS, SIGNATURES, STORE, TWILIO
from servizio.server.orders_api import STAFF
from servizio.server.twilio_account import TwilioAccount, missing_to_ring
from servizio.shop.order_number import is_order_number
from servizio.store.records import EventKind
from servizio.telephony import twiml
from servizio.telephony.placed_calls import CallOrder

RING_SECONDS = 20
"""How long the shop's telephone rings; later a voice mail would answer and be connected."""
NOT_POSSIBLE = "I'm sorry, there is no number for this order."

log = logging.getLogger(__name__)


async def keep_account(app: web.Application) -> AsyncIterator[None]:
    """Have the account for as long as the server runs."""
    app[TWILIO] = TwilioAccount(app[SETTINGS])
    yield
    app[TWILIO].close()


async def call_back(request: web.Request) -> web.Response:
    """`POST /api/calls` `{"order_number": "4782"}`: ring staff, then connect that customer.

    409 `no_telephone` without a Twilio account, a number to ring staff at, or a public
    address; 409 `no_number` where the customer gave none.
    """
    body = await read_object(request)
    if "request" in body:
        return await outbound_api.book(request, body)
    if "purpose" in body:
        return await ring_back_api.ring_customer(request, body)
    number = body.get("order_number")
    if not isinstance(number, str) or not is_order_number(number):
        raise RequestError(400, "order_number should be four digits.")
    app = request.app
    order = await app[STORE].order(number)
    staff_phone = app[PROFILE].staff_phone
    if missing := missing_to_ring(app[SETTINGS], staff=True):
        return fault(409, "There is no telephone to call with.", code="no_telephone", hint=missing)
    if order.draft.phone is None:
        return fault(409, f"Order {number} has no phone number.", code="no_number")
    base = app[SETTINGS].server.public_url
    rest = await app[TWILIO].rest()
    try:
        sid = await rest.place_call(
            CallOrder(
                staff_phone,
                url=f"{base}/voice/callback?{urlencode({'order': number})}",
                ring_seconds=RING_SECONDS,
            )
        )
    except TelephonyError as error:
        # Without its cause: Twilio's own words may hold a phone number.
        log.warning("callback_refused: %s", error.message)
        return fault(502, error.message, code=error.code, hint=error.hint)
    payload = {"order_number": number, "call_sid": sid}
    await app[STORE].append_event(
        EventKind.CALLBACK_STARTED, payload, order_number=number, call_sid=sid, actor=STAFF
    )
    return answer({"call_sid": sid}, status=201)


async def connect_customer(request: web.Request) -> web.Response:
    """`POST /voice/callback?order=4782`: staff are on the line; now the customer is rung."""
    number = request.query.get("order", "")
    try:
        if not is_order_number(number):
            raise RequestError(400, "order should be four digits.")
        if request.app[SIGNATURES] is None:
            # Any program of this machine could ask for the customer's number.
            raise TelephonyError("there is no account that could have placed this call")
        order = await request.app[STORE].order(number)
        document = twiml.say_and_hang_up(NOT_POSSIBLE)
        if order.draft.phone is not None:
            document = twiml.dial_customer(
                order.draft.phone,
                announcement=f"Calling the customer of order {' '.join(number)}.",
                caller_id=request.app[SETTINGS].twilio.phone_number,
            )
    except ServizioError as error:
        log.warning("callback_not_connected code=%s", error.code)
        document = twiml.say_and_hang_up(NOT_POSSIBLE)
    return web.Response(text=document, content_type="text/xml", charset="utf-8")
