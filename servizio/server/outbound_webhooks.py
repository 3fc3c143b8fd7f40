"""Twilio's webhooks of a call that we placed: it was answered, by whom, where it stands, its end.

Each carries the token of that one call, beside Twilio's signature. One that is not known is
hung up on: it is over, or it was never ours.
"""

from __future__ import annotations

import logging
import re

from aiohttp import web

from servizio.calls.admission import Admission
from servizio.errors import ServizioError
from servizio.server.call_fields import document, fields_of, is_sid, text_of
from servizio.server.keys import OUTBOUND, RING_BACKS, SETTINGS
from servizio.server.origin import base_url
from servizio.telephony import twiml

_WORD = re.compile(r"[a-z_-]{0,40}", re.ASCII)
LONGEST_TOKEN = 100

log = logging.getLogger(__name__)


async def answered(request: web.Request) -> web.Response:
    """`POST /voice/outbound?token=...`: somebody took the call. TwiML that opens the stream."""
    token, sid = await _which(request)
    try:
        who = await _field(request, "AnsweredBy")
        if (admission := await request.app[OUTBOUND].answered(token, sid, who)) is not None:
            return _connect(request, admission, "/voice/outbound/after")
        if (admission := await request.app[RING_BACKS].answered(token, sid, who)) is not None:
            # A customer may want to be put through to a person.
            return _connect(request, admission, "/voice/after")
    except ServizioError as error:
        log.error("placed_call_not_taken call=%s code=%s", sid, error.code, exc_info=error)
    except Exception:
        log.exception("placed_call_not_taken call=%s", sid)
    return document(twiml.hang_up())


async def after_stream(request: web.Request) -> web.Response:
    """`POST /voice/outbound/after`: the stream is over, and the call with it."""
    del request
    return document(twiml.hang_up())


async def machine(request: web.Request) -> web.Response:
    """`POST /voice/outbound/machine?token=...`: a person or a machine took the call."""
    token, sid = await _which(request)
    who = await _field(request, "AnsweredBy")
    await request.app[OUTBOUND].machine(token, sid, who)
    await request.app[RING_BACKS].machine(token, sid, who)
    return web.Response(status=204)


async def status(request: web.Request) -> web.Response:
    """`POST /voice/outbound/status?token=...`: it rings, was answered, or is over."""
    token, sid = await _which(request)
    call_status = await _field(request, "CallStatus")
    await request.app[OUTBOUND].status(token, sid, call_status)
    await request.app[RING_BACKS].status(token, sid, call_status)
    return web.Response(status=204)


def _connect(request: web.Request, admission: Admission, after: str) -> web.Response:
    base = base_url(request, request.app[SETTINGS].server)
    return document(
        twiml.connect_stream(
            twiml.stream_url(base),
            action_url=f"{base}{after}",
            parameters={"token": admission.token},
        )
    )


async def _which(request: web.Request) -> tuple[str, str]:
    """The token, and the call's SID; both blank where they cannot be any."""
    sid = text_of(await fields_of(request), "CallSid", 80)
    token = request.query.get("token", "")[:LONGEST_TOKEN]
    return (token, sid) if is_sid(sid) else ("", "")


async def _field(request: web.Request, name: str) -> str:
    value = text_of(await fields_of(request), name)
    return value if _WORD.fullmatch(value) else ""
