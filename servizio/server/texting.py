"""Customers write to the shop's number: `POST /sms`, and what staff see of it.

Always answered with TwiML: plain text could be sent on to the customer.
"""

from __future__ import annotations

import logging

from aiohttp import web

from servizio.errors import StoreError
from servizio.server.answers import RequestError, answer, read_form
from servizio.server.call_fields import document, is_number, is_sid, text_of
from servizio.server.keys import CLOCK, LIMITS, PROFILE, SETTINGS, STORE
from servizio.server.orders_api import limit_of
from servizio.shop.availability import Availability
from servizio.shop.business import ShopFacts, shop_fact
from servizio.shop.gsm7 import to_gsm7
from servizio.shop.text_replies import (
    TextWish,
    asked_of,
    fact_reply,
    help_reply,
    orders_meant,
    other_reply,
    status_reply,
    wish_of,
)
from servizio.store.incoming import text_json
from servizio.store.records import IncomingText
from servizio.telephony import twiml

LONGEST = 1600
"""Characters of a text that are kept (Twilio, "Message body")."""
RECENT_ORDERS = 5
BUSY_REPLY = "We cannot look that up right now. Please call us."

_OPT_OUT_TYPES = {"STOP": TextWish.STOP, "START": TextWish.START, "HELP": TextWish.HELP}

log = logging.getLogger(__name__)


async def text_came(request: web.Request) -> web.Response:
    """`POST /sms`: a customer wrote. STATUS, HELP, STOP and START are understood.

    Anything else is answered politely; staff see every text. The same text delivered twice
    is answered alike and kept once. Whoever wants no texts gets none.
    """
    fields = await read_form(request)
    sid, phone = text_of(fields, "MessageSid", 80), text_of(fields, "From", 40)
    if not is_sid(sid):
        raise RequestError(400, "MessageSid is missing or is no identifier.")
    if not is_number(phone):
        # A short code or a name writes: nobody to be answered.
        log.info("text_ignored reason=no telephone number")
        return _nothing()
    body = text_of(fields, "Body", LONGEST)
    told = _OPT_OUT_TYPES.get(text_of(fields, "OptOutType", 10).upper())
    try:
        kept = await _deal_with(request, sid, phone, body, told)
    except StoreError as error:
        log.error("text_not_kept: %s", error.message)
        return _document("" if told is TextWish.STOP else BUSY_REPLY)
    return _document(kept.reply)


async def _deal_with(
    request: web.Request, sid: str, phone: str, body: str, told: TextWish | None
) -> IncomingText:
    store = request.app[STORE]
    wish = told or wish_of(body)
    orders = orders_meant(body, await store.orders_by_phone(phone, RECENT_ORDERS))
    was_out = await store.opted_out(phone)
    if wish is TextWish.STOP:
        await store.set_opted_out(phone, out=True)
    elif wish is TextWish.START or (was_out and body.strip().casefold() == "yes"):
        await store.set_opted_out(phone, out=False)
    reply = ""
    # The telephone company answers what it acts on itself.
    quiet = told is not None or wish in {TextWish.STOP, TextWish.START} or was_out
    if not quiet and not request.app[LIMITS].texts.take(phone):
        name, number = request.app[PROFILE].name, request.app[SETTINGS].twilio.phone_number
        match wish:
            case TextWish.STATUS:
                reply = status_reply(name, number, orders)
            case TextWish.QUESTION:
                reply = fact_reply(name, number, await _fact(request, body))
            case TextWish.HELP:
                reply = help_reply(name, number)
            case _:
                reply = other_reply(name, number)
    log.info("text_came wish=%s answered=%s", wish.value, "yes" if reply else "no")
    return await store.keep_text(
        IncomingText(
            sid=sid,
            phone=phone,
            body=body,
            reply=to_gsm7(reply),
            order_number=orders[0].number if orders else None,
            at=request.app[CLOCK](),
        )
    )


async def _fact(request: web.Request, body: str) -> str:
    """What the shop says of itself."""
    app = request.app
    today, profile, now = await app[STORE].today(), app[PROFILE], app[CLOCK]()
    facts = ShopFacts(
        shop=profile,
        hours=today.hours(profile.hours),
        now=now,
        wait_minutes=0,
        availability=Availability(await app[STORE].sold_out()),
    )
    topic, day = asked_of(body) or ("", "")
    return shop_fact(facts, topic, day)


async def recent_texts(request: web.Request) -> web.Response:
    """`GET /api/texts?limit=50`: what customers wrote, newest first."""
    texts = await request.app[STORE].incoming_texts(limit_of(request))
    return answer({"texts": [text_json(text) for text in texts]})


def _nothing() -> web.Response:
    return _document("")


def _document(reply: str) -> web.Response:
    return document(twiml.text_reply(reply) if reply else twiml.empty())
