"""Messages after the tone for staff: which there are, how they sound, and that they are done.

The sound is fetched from the telephone company whenever somebody listens, and erased there when
staff are done with a message or retention forgets it.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress

from aiohttp import web

from servizio.errors import StoreError, TelephonyError
from servizio.server.answers import RequestError, answer, fault
from servizio.server.keys import ERASING, SETTINGS, STORE, TWILIO
from servizio.server.orders_api import limit_of
from servizio.store.records import VoiceMessage
from servizio.store.voice_messages import message_json
from servizio.telephony.recordings import CONTENT_TYPE

ERASE_EVERY_SECONDS = 600.0
"""Between two looks for recordings that retention has forgotten."""

log = logging.getLogger(__name__)


async def recent_messages(request: web.Request) -> web.Response:
    """`GET /api/voice_messages?limit=50`: messages that staff are not done with, newest first."""
    messages = await request.app[STORE].voice_messages(limit_of(request))
    return answer({"messages": [message_json(each) for each in messages]})


async def sound(request: web.Request) -> web.Response:
    """`GET /api/voice_messages/{sid}/sound`: MP3. 409 without a telephone account."""
    message = await _known(request)
    if not request.app[SETTINGS].twilio.configured:
        return fault(409, "There is no telephone account to ask for it.", code="no_telephone")
    try:
        rest = await request.app[TWILIO].rest()
        whole = await rest.recording(message.sid)
    except TelephonyError as error:
        # Without its cause: the address in it holds the account.
        log.warning("recording_not_fetched: %s", error.message)
        return fault(502, error.message, code=error.code, hint=error.hint)
    return _part(request, whole)


def _part(request: web.Request, whole: bytes) -> web.Response:
    """The sound, or the part of it that was asked for: some browsers play nothing else."""
    headers = {"Cache-Control": "no-store", "Accept-Ranges": "bytes"}
    with suppress(ValueError):
        wanted = request.http_range
        start, stop, _ = wanted.indices(len(whole))
        if wanted.start is not None and start < stop:
            headers["Content-Range"] = f"bytes {start}-{stop - 1}/{len(whole)}"
            return web.Response(
                status=206, body=whole[start:stop], content_type=CONTENT_TYPE, headers=headers
            )
    return web.Response(body=whole, content_type=CONTENT_TYPE, headers=headers)


async def done(request: web.Request) -> web.Response:
    """`POST /api/voice_messages/{sid}/done`: it is not needed any more, here and at Twilio."""
    await drop_message(request.app, request.match_info["sid"])
    return answer({"ok": True})


async def drop_message(app: web.Application, sid: str) -> None:
    """Staff want this message no more. Raises `RequestError` where there is none."""
    if await app[STORE].voice_message_done(sid) is None:
        raise RequestError(404, "There is no such message.")
    app[ERASING].set()


async def _known(request: web.Request) -> VoiceMessage:
    message = await request.app[STORE].voice_message(request.match_info["sid"])
    if message is None:
        raise RequestError(404, "There is no such message.")
    return message


async def keep_erasing(app: web.Application) -> AsyncIterator[None]:
    """Erase at the telephone company what is not wanted any more, as long as the server runs."""
    app[ERASING] = asyncio.Event()
    task = asyncio.create_task(_erase(app), name="erase recordings")
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def _erase(app: web.Application) -> None:
    while app[SETTINGS].twilio.configured:
        app[ERASING].clear()
        try:
            for sid in await app[STORE].unwanted_recordings():
                rest = await app[TWILIO].rest()
                await rest.erase_recording(sid)
                await app[STORE].recording_erased(sid)
        except (StoreError, TelephonyError) as error:
            log.warning("recording_not_erased: %s", error.message)
        except Exception:
            log.exception("recording_not_erased")
        with suppress(TimeoutError):
            async with asyncio.timeout(ERASE_EVERY_SECONDS):
                await app[ERASING].wait()
