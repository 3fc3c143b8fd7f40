"""Twilio's webhooks of the staff's telephone, while a customer is put through to it.

Whoever answers hears first what the call is about and takes it with a key. A voice mail
presses none, so the customer is never left with one.
"""

from __future__ import annotations

import logging
from urllib.parse import urlencode

from aiohttp import web

from servizio.errors import ServizioError
from servizio.server.call_fields import document, is_number, is_sid
from servizio.server.keys import PROFILE, SETTINGS, SWITCHBOARD
from servizio.server.origin import base_url
from servizio.telephony import twiml

SORRY = "I'm sorry, we cannot take your call right now. Please try again in a few minutes."
TAKE_IT = "Press any key to take the call."

log = logging.getLogger(__name__)


def whisper_url(request: web.Request, call_sid: str) -> str:
    """What Twilio asks when the staff's telephone is answered for this call."""
    base = base_url(request, request.app[SETTINGS].server)
    return f"{base}/voice/whisper?{urlencode({'call': call_sid})}"


def staff_number(request: web.Request) -> str:
    """The telephone of the staff, E.164; empty: there is none."""
    number = request.app[SETTINGS].shop.staff_phone
    return number if is_number(number) else ""


def put_through(request: web.Request, sid: str, sentence: str) -> str:
    """TwiML: say it and put the customer through; without staff's telephone, hang up."""
    number = staff_number(request)
    if not number:
        return twiml.say_and_hang_up(sentence or SORRY)
    base = base_url(request, request.app[SETTINGS].server)
    return twiml.dial_staff(
        number,
        action_url=f"{base}/voice/after",
        announcement=sentence,
        whisper_url=whisper_url(request, sid),
    )


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
    return document(
        twiml.whisper(f"{told} {TAKE_IT}", taken_url=f"{base}/voice/whisper/taken?{query}")
    )


async def taken(request: web.Request) -> web.Response:
    """`POST /voice/whisper/taken?call=CA...`: a key was pressed. They are connected now."""
    try:
        request.app[SWITCHBOARD].staff_took(_customers_call(request))
    except Exception:
        log.exception("staff_took_unknown")
    return document(twiml.empty())


def _customers_call(request: web.Request) -> str:
    """The call of the customer: the form's own `CallSid` is that of the staff's telephone."""
    sid = request.query.get("call", "")
    return sid if is_sid(sid) else ""
