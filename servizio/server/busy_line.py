"""What a customer is offered while all lines are busy: the staff, or a text.

The text waits for the end of a call that goes on now, so it leaves when a line is free, also
where this process dies before.
"""

from __future__ import annotations

import logging
import zlib

from aiohttp import web

from servizio.errors import StoreError
from servizio.server.call_fields import call_sid, document, fields_of, number_of, text_of
from servizio.server.keys import PROFILE, SETTINGS, STORE, SWITCHBOARD
from servizio.server.origin import base_url
from servizio.server.staff_line import put_through, staff_number
from servizio.shop.one_text import one_text
from servizio.store.records import MessageKind
from servizio.telephony import twiml

ALL_BUSY = "I'm sorry, all our lines are busy."
STAFF_OR_TEXT = (
    "Press 2 and we will text you when a line is free."
    " Press 1 and I'll put you through to our staff."
)
TEXT_ONLY = "Press any key and we will text you when a line is free."
STAFF_ONLY = "Stay on the line, and I'll put you through to our staff."
ONE_MOMENT = "One moment please."
WILL_TEXT = "We will text you when a line is free. Goodbye."
LATER = "Please call again in a few minutes. Goodbye."
STAFF_KEY, TEXT_KEY = "1", "2"

log = logging.getLogger(__name__)


async def offer_instead(request: web.Request, sid: str, customer: str | None, sentence: str) -> str:
    """TwiML for a customer for whom no line is free. `sentence`: where nothing can be offered."""
    has_staff, may_text = bool(staff_number(request)), await _may_text(request, customer)
    if may_text:
        base = base_url(request, request.app[SETTINGS].server)
        offered = STAFF_OR_TEXT if has_staff else TEXT_ONLY
        return twiml.offer(f"{ALL_BUSY} {offered}", chosen_url=f"{base}/voice/busy")
    return put_through(request, sid, f"{ALL_BUSY} {STAFF_ONLY}" if has_staff else sentence)


async def chosen(request: web.Request) -> web.Response:
    """`POST /voice/busy`: the customer pressed a key, or none. Repeats do no harm."""
    sid = await call_sid(request)
    fields = await fields_of(request)
    key, customer = text_of(fields, "Digits", 8), number_of(fields)
    has_staff = bool(staff_number(request))
    wants_text = key == TEXT_KEY if has_staff else bool(key)
    if wants_text and customer and await _text_later(request, sid, customer):
        return document(twiml.say_and_hang_up(WILL_TEXT))
    if has_staff:
        return document(put_through(request, sid, ONE_MOMENT))
    return document(twiml.say_and_hang_up(LATER))


async def _may_text(request: web.Request, customer: str | None) -> bool:
    """Whether a text would leave, and this customer wants any."""
    if customer is None or not request.app[SETTINGS].twilio.can_text:
        return False
    try:
        return not await request.app[STORE].opted_out(customer)
    except StoreError:
        return False


async def _text_later(request: web.Request, sid: str, customer: str) -> bool:
    """Have this customer texted when a call ends; whether that is written down."""
    if not await _may_text(request, customer):
        return False
    settings = request.app[SETTINGS]
    number, page = settings.twilio.phone_number, settings.server.public_url
    again = f"a line is free now. Please call us again{f' at {number}' if number else ''}."
    body = one_text(
        request.app[PROFILE].name,
        *([f"{again} Or order in your browser: {page}/talk"] if page else []),
        again,
    )
    live = request.app[SWITCHBOARD].live_calls()
    # Not the same call for all who wait: they would all ring at the same moment again.
    awaited = live[zlib.crc32(sid.encode()) % len(live)].call_sid if live else None
    try:
        await request.app[STORE].queue_message(
            MessageKind.SMS,
            f"line_free:{sid}",
            to=customer,
            body=body,
            call_sid=awaited,
            held=True,
        )
    except StoreError as error:
        log.error("line_free_not_queued call=%s: %s", sid, error.message)
        return False
    return True
