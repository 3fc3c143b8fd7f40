"""`/barista/messages`: what customers said after the tone, to be listened to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo

from aiohttp import web

from servizio.server.answers import RequestError, read_form
from servizio.server.keys import PROFILE, STORE
from servizio.server.pages.shop_words import phone_words
from servizio.server.pages.templating import page
from servizio.server.voice_mail_api import drop_message
from servizio.shop.today import AS_USUAL
from servizio.store.records import VoiceMessage

HOME = "/barista/messages"
SHOWN = 50
"""Messages on the page, the newest."""


@dataclass(frozen=True, slots=True)
class MessageWords:
    """A message as the page shows it."""

    sid: str
    when: str
    phone: str
    link: str
    """Rings the customer on a telephone; empty where the number was withheld."""
    seconds: int


async def show_messages(request: web.Request) -> web.Response:
    """`GET /barista/messages`: all that staff are not done with, newest first."""
    return await _page(request)


async def act(request: web.Request) -> web.Response:
    """`POST /barista/messages` with `done` (a message): it goes. Back to the page."""
    fields = await read_form(request)
    try:
        await drop_message(request.app, str(fields.get("done", "")))
    except RequestError as error:
        return await _page(request, trouble=error.message, status=error.status)
    return web.Response(status=303, headers={"Location": HOME, "Cache-Control": "no-store"})


async def _page(request: web.Request, *, trouble: str = "", status: int = 200) -> web.Response:
    app = request.app
    zone = AS_USUAL.hours(app[PROFILE].hours).zone
    messages = await app[STORE].voice_messages(SHOWN)
    return page(
        "messages.html",
        status=status,
        name=app[PROFILE].name,
        trouble=trouble,
        messages=[_words(each, zone) for each in messages],
    )


def _words(message: VoiceMessage, zone: tzinfo) -> MessageWords:
    return MessageWords(
        sid=message.sid,
        when=f"{message.at.astimezone(zone):%a %d %b, %H:%M}",
        phone=phone_words(message.phone) if message.phone else "number withheld",
        link=f"tel:{message.phone}" if message.phone else "",
        seconds=message.seconds,
    )
