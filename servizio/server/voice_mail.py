"""Twilio's webhooks of a message after the tone: the last thing that is done for a customer.

Asked for where nobody comes to the telephone and no agent goes on. Staff are told in the
console and by text; the sound stays at the telephone company until staff are done with it.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from aiohttp import web

from servizio.errors import StoreError
from servizio.server.call_fields import call_sid, document, fields_of, number_of, text_of
from servizio.server.keys import CLOCK, PROFILE, SETTINGS, STORE
from servizio.server.origin import base_url
from servizio.shop.one_text import one_text
from servizio.shop.phone_number import last_digits
from servizio.store.records import MessageKind, VoiceMessage
from servizio.store.voice_messages import missed_key
from servizio.telephony import twiml
from servizio.telephony.recordings import is_recording_sid

NOBODY = "I'm sorry, nobody can come to the phone right now."
SPEAK = "Please leave a message after the tone, and we will call you back."
SPEAK_NUMBER = "Please leave a message with your number after the tone, and we will call you back."
THANKS = "Thank you. We will call you back. Goodbye."
NOTHING_HEARD = "I did not hear anything. Goodbye."
LONGEST_SECONDS = 120
TIME_TO_SPEAK = timedelta(seconds=LONGEST_SECONDS + 60)
"""After which a missed call is told to staff, as no message came."""

log = logging.getLogger(__name__)


def takes_messages(request: web.Request) -> bool:
    """Whether a message could be fetched again: there is an account, and staff want them."""
    settings = request.app[SETTINGS]
    return settings.shop.voice_mail and settings.twilio.configured


def ask_for_message(request: web.Request, customer: str | None, *, before: str = NOBODY) -> str:
    """TwiML that lets the customer speak after a tone."""
    base = base_url(request, request.app[SETTINGS].server)
    speak = SPEAK if customer else SPEAK_NUMBER
    return twiml.take_message(
        f"{before} {speak}",
        left_url=f"{base}/voice/message",
        kept_url=f"{base}/voice/message/kept",
        longest_seconds=LONGEST_SECONDS,
    )


async def message_left(request: web.Request) -> web.Response:
    """`POST /voice/message`: the customer has spoken, or hung up. Repeats do no harm."""
    sid = await call_sid(request)
    try:
        kept = await _keep(request, sid)
    except Exception:
        # The recording is at Twilio all the same.
        log.exception("voice_message_not_kept call=%s", sid)
        kept = True
    return document(twiml.say_and_hang_up(THANKS if kept else NOTHING_HEARD))


async def message_kept(request: web.Request) -> web.Response:
    """`POST /voice/message/kept`: the recording can be fetched. Repeats do no harm."""
    sid = await call_sid(request)
    if text_of(await fields_of(request), "RecordingStatus", 40) == "completed":
        await _keep(request, sid)
    return web.Response(status=204)


async def _keep(request: web.Request, sid: str) -> bool:
    """Write the message down; gives whether something was said."""
    fields = await fields_of(request)
    recording, seconds = text_of(fields, "RecordingSid"), text_of(fields, "RecordingDuration")
    is_number = seconds.isascii() and seconds.isdigit() and len(seconds) < 6
    if not is_recording_sid(recording) or not is_number or int(seconds) < 1:
        return False
    app = request.app
    call = await app[STORE].call(sid)
    phone = call.phone if call is not None else number_of(fields)
    message = VoiceMessage(recording, sid, phone, int(seconds), app[CLOCK]())
    base = base_url(request, app[SETTINGS].server)
    told = f"{_who(phone)} left a message ({seconds} s)."
    body = one_text(app[PROFILE].name, f"{told} Listen: {base}/barista/messages", told)
    news = await app[STORE].keep_voice_message(
        message, staff=app[SETTINGS].shop.staff_phone, body=body
    )
    if news is not None:
        log.info("voice_message_kept call=%s seconds=%s", sid, seconds)
    return True


async def tell_missed(
    request: web.Request, sid: str, customer: str | None, *, may_speak: bool = False
) -> bool:
    """Nobody took a customer's call, and no agent goes on with it: text staff, once.

    `may_speak`: a message may follow, whose text takes the place of this one. False: there is
    nobody to text, or it could not be written down. Only the end of the number is told, as a
    text to staff outlives what is erased of a customer; the whole number stands with the call.
    """
    staff = request.app[SETTINGS].shop.staff_phone
    if not staff:
        return False
    body = one_text(
        request.app[PROFILE].name,
        f"nobody took the call of {_who(customer)}. It is in your calls.",
    )
    try:
        await request.app[STORE].queue_message(
            MessageKind.SMS,
            missed_key(sid),
            to=staff,
            body=body,
            delay=TIME_TO_SPEAK if may_speak else timedelta(0),
        )
    except StoreError as error:
        log.error("missed_call_not_told call=%s: %s", sid, error.message)
        return False
    return True


def _who(phone: str | None) -> str:
    if phone is None:
        return "a customer without a number"
    return f"a customer whose number ends in {last_digits(phone)}"
