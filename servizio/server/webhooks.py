"""Twilio's webhooks of a call: it rings, its stream is over, its status changed.

Answers to `/voice` and `/voice/after` are always TwiML: whatever goes wrong here, the
customer hears a sentence and is put through to a person where there is one. An error answer
would only let Twilio say that an application error has occurred.
"""

from __future__ import annotations

import logging

from aiohttp import web

from servizio.calls.admission import Admission, Answer, IncomingCall, NextStep
from servizio.errors import ServizioError, StoreError
from servizio.server.busy_line import offer_instead
from servizio.server.call_fields import call_sid, document, fields_of, number_of, text_of
from servizio.server.keys import LIMITS, SETTINGS, SIGNATURES, STORE, SWITCHBOARD
from servizio.server.origin import base_url
from servizio.server.staff_line import SORRY, put_through, staff_number
from servizio.server.voice_mail import ask_for_message, takes_messages, tell_missed
from servizio.telephony import twiml

CANNOT_NOW = "I'm sorry, we cannot take orders by phone right now."
NOBODY = "I'm sorry, nobody can come to the phone right now. Please call again later."
TOLD = "I'm sorry, nobody can come to the phone right now. They will be told that you called."
TOO_OFTEN = "I'm sorry, there have been many calls from this number. Please call again in a while."
RANG = frozenset({"completed", "answered"})
"""`DialCallStatus` of a person who did come to the phone."""

TOGETHER = 3
"""Calls of one number at a time. Those that withhold it share half of the lines."""

log = logging.getLogger(__name__)


async def voice(request: web.Request) -> web.Response:
    """`POST /voice`: a call comes in. TwiML that opens the media stream, or declines.

    `/voice?typed`: somebody types what is said, as `servizio call --text` does, and is not
    asked whether they are there while they do. Signed as everything in the address.
    """
    sid = await call_sid(request)
    fields = await fields_of(request)
    account = request.app[SETTINGS].twilio.account_sid
    if account and text_of(fields, "AccountSid") not in {"", account}:
        # Signed with our token all the same, or made on this machine: a subaccount, a test.
        log.warning("call_of_another_account call=%s", sid)
    number = number_of(fields)
    if not await _may_ring(request, sid, number):
        log.warning("call_refused call=%s reason=this number rings too often", sid)
        return document(twiml.say_and_hang_up(TOO_OFTEN))
    incoming = IncomingCall(
        call_sid=sid,
        from_number=number,
        to_number=text_of(fields, "To"),
        is_typed="typed" in request.query,
    )
    try:
        admission = await request.app[SWITCHBOARD].ring(incoming)
        if admission.answer is not Answer.TALK:
            log.info("call_declined call=%s answer=%s", sid, admission.answer)
            return document(await _declined(request, sid, number, admission))
        staff = staff_number(request)
        return document(_connect(request, admission.token, admission.sentence, staff))
    except ServizioError as error:
        log.error("call_not_taken call=%s code=%s", sid, error.code, exc_info=error)
    except Exception:
        log.exception("call_not_taken call=%s", sid)
    return document(put_through(request, sid, SORRY))


async def _declined(
    request: web.Request, sid: str, number: str | None, admission: Admission
) -> str:
    """What a customer hears whose call no agent takes."""
    match admission.answer:
        case Answer.CLOSED:
            return twiml.say_and_hang_up(admission.sentence)
        case Answer.BUSY:
            return await offer_instead(request, sid, number, admission.sentence)
        case Answer.UNAVAILABLE if not staff_number(request) and takes_messages(request):
            return ask_for_message(request, number, before=CANNOT_NOW)
        case _:
            return put_through(request, sid, admission.sentence)


async def _may_ring(request: web.Request, sid: str, number: str | None) -> bool:
    """Whether this number does not ring too often, and does not take all lines for itself.

    The same call again counts once. Calls simulated on this machine are not counted.
    """
    app = request.app
    if app[SIGNATURES] is None:
        return True
    try:
        known = await app[STORE].call(sid)
    except StoreError:
        known = None
    if known is not None:
        return True
    lines = app[SETTINGS].agent.max_calls
    allowed = TOGETHER if number else (lines + 1) // 2
    if app[SWITCHBOARD].calls_of(number) >= allowed < lines:
        return False
    return number is None or not app[LIMITS].calls.take(number)


def _connect(request: web.Request, token: str, sentence: str, staff_number: str) -> str:
    settings = request.app[SETTINGS]
    base = base_url(request, settings.server)
    return twiml.connect_stream(
        twiml.stream_url(base),
        action_url=f"{base}/voice/after",
        parameters={"token": token},
        apology=sentence or SORRY,
        staff_number=staff_number,
    )


async def after_stream(request: web.Request) -> web.Response:
    """`POST /voice/after`: the stream is over, or staff were rung and came or did not."""
    sid = await call_sid(request)
    if text_of(await fields_of(request), "DialCallStatus"):
        return document(await _after_staff(request, sid))
    try:
        after = request.app[SWITCHBOARD].after(sid)
        match after.step:
            case NextStep.HANG_UP if after.sentence:
                return document(twiml.say_and_hang_up(after.sentence))
            case NextStep.HANG_UP:
                return document(twiml.hang_up())
            case NextStep.APOLOGISE if not staff_number(request) and takes_messages(request):
                number = number_of(await fields_of(request))
                return document(ask_for_message(request, number, before=CANNOT_NOW))
            case NextStep.DIAL_STAFF | NextStep.APOLOGISE:
                return document(put_through(request, sid, after.sentence))
    except ServizioError as error:
        log.error("call_left_alone call=%s code=%s", sid, error.code, exc_info=error)
    except Exception:
        log.exception("call_left_alone call=%s", sid)
    return document(put_through(request, sid, SORRY))


async def _after_staff(request: web.Request, sid: str) -> str:
    """Staff were rung. Where nobody came the agent goes on with the call, if it had it before."""
    fields = await fields_of(request)
    # Somebody who hangs up into the whisper was on the telephone, but not with the customer.
    bridged = text_of(fields, "DialBridged").lower() != "false"
    taken = text_of(fields, "DialCallStatus") in RANG and bridged
    try:
        admission = await request.app[SWITCHBOARD].after_staff(sid, taken=taken)
        if admission is not None:
            log.info("call_back_from_staff call=%s", sid)
            # Staff were rung just now: a stream that fails does not ring them again.
            return _connect(request, admission.token, NOBODY, staff_number="")
    except ServizioError as error:
        log.error("call_not_taken_back call=%s code=%s", sid, error.code, exc_info=error)
    except Exception:
        log.exception("call_not_taken_back call=%s", sid)
    if taken:
        return twiml.hang_up()
    number, may_speak = number_of(fields), takes_messages(request)
    told = await tell_missed(request, sid, number, may_speak=may_speak)
    if told and may_speak:
        return ask_for_message(request, number)
    return twiml.say_and_hang_up(TOLD if told else NOBODY)


async def call_status(request: web.Request) -> web.Response:
    """`POST /voice/status`: the call rings, is answered, or is over. Repeats do no harm."""
    sid = await call_sid(request)
    status = text_of(await fields_of(request), "CallStatus", 40)
    if status:
        await request.app[SWITCHBOARD].call_status(sid, status)
    return web.Response(status=204)


async def text_status(request: web.Request) -> web.Response:
    """`POST /sms/status`: what became of a text. Repeats and old news do no harm."""
    fields = await fields_of(request)
    sid, status = text_of(fields, "MessageSid"), text_of(fields, "MessageStatus", 40)
    if sid and status:
        await request.app[STORE].report_delivery(sid, status, text_of(fields, "ErrorCode") or None)
    return web.Response(status=204)
