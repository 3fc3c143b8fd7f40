"""Twilio's webhooks of the staff's telephone, while a customer is put through to it.

Whoever answers hears first what the call is about and takes it with a key. A voice mail
presses none, so the customer is never left with one.
"""

from __future__ import annotations

import logging
import re
from urllib.parse import urlencode

from aiohttp import web

from servizio.errors import ServizioError, StoreError
from servizio.server.keys import PROFILE, SETTINGS, STORE, SWITCHBOARD
from servizio.server.origin import base_url
from servizio.shop.phone_number import last_digits
from servizio.store.records import MessageKind
from servizio.telephony import twiml

TAKE_IT = "Press any key to take the call."

_SID = re.compile(r"[A-Za-z0-9]{1,64}", re.ASCII)
log = logging.getLogger(__name__)


def whisper_url(request: web.Request, call_sid: str) -> str:
    """What Twilio asks when the staff's telephone is answered for this call."""
    base = base_url(request, request.app[SETTINGS].server)
    return f"{base}/voice/whisper?{urlencode({'call': call_sid})}"


async def whisper(request: web.Request) -> web.Response:
    """`POST /voice/whisper?call=CA...`: the staff's telephone is answered."""
    told = ""
    try:
        told = request.app[SWITCHBOARD].whisper(_customers_call(request))
    except ServizioError as error:
        log.error("whisper_not_known code=%s", error.code, exc_info=error)
    except Exception:
        log.exception("whisper_not_known")
    told = told or f"A call for {request.app[PROFILE].name}."
    base = base_url(request, request.app[SETTINGS].server)
    query = urlencode({"call": _customers_call(request)})
    return _document(
        twiml.whisper(f"{told} {TAKE_IT}", taken_url=f"{base}/voice/whisper/taken?{query}")
    )


async def taken(request: web.Request) -> web.Response:
    """`POST /voice/whisper/taken?call=CA...`: a key was pressed. They are connected now."""
    try:
        request.app[SWITCHBOARD].staff_took(_customers_call(request))
    except Exception:
        log.exception("staff_took_unknown")
    return _document(twiml.empty())


async def tell_missed(request: web.Request, call_sid: str, customer: str | None) -> bool:
    """Nobody took a customer's call, and it is over: text staff, once. False: that cannot be.

    Only the end of the number is told, as a text to staff outlives what is erased of a
    customer; the whole number stands with the call in the console.
    """
    staff = request.app[SETTINGS].shop.staff_phone
    if not staff:
        return False
    number = f"whose number ends in {last_digits(customer)}" if customer else "without a number"
    body = f"{request.app[PROFILE].name}: nobody took the call of a customer {number}."
    try:
        await request.app[STORE].queue_message(
            MessageKind.SMS, f"missed:{call_sid}", to=staff, body=f"{body} It is in your calls."
        )
    except StoreError as error:
        log.error("missed_call_not_told call=%s: %s", call_sid, error.message)
        return False
    return True


def _customers_call(request: web.Request) -> str:
    """The call of the customer: the form's own `CallSid` is that of the staff's telephone."""
    sid = request.query.get("call", "")
    return sid if _SID.fullmatch(sid) else ""


def _document(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/xml", charset="utf-8")
