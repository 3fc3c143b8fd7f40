"""Twilio's webhooks of a call: it rings, its stream is over, its status changed.

Answers to `/voice` and `/voice/after` are always TwiML: whatever goes wrong here, the
customer hears a sentence and is put through to a person where there is one. An error answer
would only let Twilio say that an application error has occurred.
"""

from __future__ import annotations

import logging
import re

from aiohttp import web
from multidict import MultiMapping

from servizio.calls.admission import Answer, IncomingCall, NextStep
from servizio.errors import ServizioError, StoreError
from servizio.server.answers import RequestError
from servizio.server.keys import LIMITS, SETTINGS, SIGNATURES, STORE, SWITCHBOARD
from servizio.server.origin import base_url
from servizio.server.staff_line import tell_missed, whisper_url
from servizio.telephony import twiml

SORRY = "I'm sorry, we cannot take your call right now. Please try again in a few minutes."
NOBODY = "I'm sorry, nobody can come to the phone right now. Please call again later."
TOLD = "I'm sorry, nobody can come to the phone right now. They will be told that you called."
TOO_OFTEN = "I'm sorry, there have been many calls from this number. Please call again in a while."
RANG = frozenset({"completed", "answered"})
"""`DialCallStatus` of a person who did come to the phone."""

_SID = re.compile(r"[A-Za-z0-9]{1,64}")
_E164 = re.compile(r"\+[1-9][0-9]{6,14}")

log = logging.getLogger(__name__)


async def _fields(request: web.Request) -> MultiMapping[str | web.FileField | bytes | bytearray]:
    return await request.post() if request.method == "POST" else request.query


def _text(
    fields: MultiMapping[str | web.FileField | bytes | bytearray], name: str, limit: int = 64
) -> str:
    value = fields.get(name, "")
    return value.strip()[:limit] if isinstance(value, str) else ""


async def _call_sid(request: web.Request) -> str:
    sid = _text(await _fields(request), "CallSid", 80)
    if not _SID.fullmatch(sid):
        raise RequestError(400, "CallSid is missing or is no identifier.")
    return sid


def _document(text: str) -> web.Response:
    return web.Response(text=text, content_type="text/xml", charset="utf-8")


async def voice(request: web.Request) -> web.Response:
    """`POST /voice`: a call comes in. TwiML that opens the media stream, or declines."""
    sid = await _call_sid(request)
    fields = await _fields(request)
    account = request.app[SETTINGS].twilio.account_sid
    if account and _text(fields, "AccountSid") not in {"", account}:
        # Signed with our token all the same, or made on this machine: a subaccount, a test.
        log.warning("call_of_another_account call=%s", sid)
    number = _number(fields)
    if number and not await _may_ring(request, sid, number):
        log.warning("call_refused call=%s reason=this number rings too often", sid)
        return _document(twiml.say_and_hang_up(TOO_OFTEN))
    incoming = IncomingCall(
        call_sid=sid,
        from_number=number,
        to_number=_text(fields, "To"),
    )
    try:
        admission = await request.app[SWITCHBOARD].ring(incoming)
        if admission.answer is not Answer.TALK:
            log.info("call_declined call=%s answer=%s", sid, admission.answer)
            if admission.answer is Answer.CLOSED:
                return _document(twiml.say_and_hang_up(admission.sentence))
            return _document(_apology(request, sid, admission.sentence))
        staff = _staff_number(request)
        return _document(_connect(request, admission.token, admission.sentence, staff))
    except ServizioError as error:
        log.error("call_not_taken call=%s code=%s", sid, error.code, exc_info=error)
    except Exception:
        log.exception("call_not_taken call=%s", sid)
    return _document(_apology(request, sid, SORRY))


def _number(
    fields: MultiMapping[str | web.FileField | bytes | bytearray],
) -> str | None:
    """The number in `From`, E.164; `None` where it is withheld or no telephone."""
    number = _text(fields, "From")
    return number if _E164.fullmatch(number) else None


async def _may_ring(request: web.Request, sid: str, number: str) -> bool:
    """Whether this number has not rung too often of late.

    The same call again counts once. Calls simulated on this machine are not counted.
    """
    if request.app[SIGNATURES] is None:
        return True
    try:
        known = await request.app[STORE].call(sid)
    except StoreError:
        return True
    if known is not None:
        return True
    return not request.app[LIMITS].calls.take(number)


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


def _apology(request: web.Request, sid: str, sentence: str) -> str:
    """Say it; where there is a person to ask, put the customer through instead of hanging up."""
    number = _staff_number(request)
    if not number:
        return twiml.say_and_hang_up(sentence or SORRY)
    base = base_url(request, request.app[SETTINGS].server)
    return twiml.dial_staff(
        number,
        action_url=f"{base}/voice/after",
        announcement=sentence,
        whisper_url=whisper_url(request, sid),
    )


def _staff_number(request: web.Request) -> str:
    number = request.app[SETTINGS].shop.staff_phone
    return number if _E164.fullmatch(number) else ""


async def after_stream(request: web.Request) -> web.Response:
    """`POST /voice/after`: the stream is over, or staff were rung and came or did not."""
    sid = await _call_sid(request)
    if _text(await _fields(request), "DialCallStatus"):
        return _document(await _after_staff(request, sid))
    try:
        after = request.app[SWITCHBOARD].after(sid)
        match after.step:
            case NextStep.HANG_UP if after.sentence:
                return _document(twiml.say_and_hang_up(after.sentence))
            case NextStep.HANG_UP:
                return _document(twiml.hang_up())
            case NextStep.DIAL_STAFF | NextStep.APOLOGISE:
                return _document(_apology(request, sid, after.sentence))
    except ServizioError as error:
        log.error("call_left_alone call=%s code=%s", sid, error.code, exc_info=error)
    except Exception:
        log.exception("call_left_alone call=%s", sid)
    return _document(_apology(request, sid, SORRY))


async def _after_staff(request: web.Request, sid: str) -> str:
    """Staff were rung. Where nobody came the agent goes on with the call, if it had it before."""
    fields = await _fields(request)
    # Somebody who hangs up into the whisper was on the telephone, but not with the customer.
    bridged = _text(fields, "DialBridged").lower() != "false"
    taken = _text(fields, "DialCallStatus") in RANG and bridged
    try:
        admission = request.app[SWITCHBOARD].after_staff(sid, taken=taken)
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
    told = await tell_missed(request, sid, _number(fields))
    return twiml.say_and_hang_up(TOLD if told else NOBODY)


async def call_status(request: web.Request) -> web.Response:
    """`POST /voice/status`: the call rings, is answered, or is over. Repeats do no harm."""
    sid = await _call_sid(request)
    status = _text(await _fields(request), "CallStatus", 40)
    if status:
        await request.app[SWITCHBOARD].call_status(sid, status)
    return web.Response(status=204)


async def text_status(request: web.Request) -> web.Response:
    """`POST /sms/status`: what became of a text. Repeats and old news do no harm."""
    fields = await _fields(request)
    sid, status = _text(fields, "MessageSid"), _text(fields, "MessageStatus", 40)
    if sid and status:
        await request.app[STORE].report_delivery(sid, status, _text(fields, "ErrorCode") or None)
    return web.Response(status=204)
