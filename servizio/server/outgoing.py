"""Texts and webhooks on their way out, for as long as the server runs."""

from __future__ import annotations

import asyncio
from random import Random
from typing import TYPE_CHECKING

import aiohttp

from servizio.server.asking_after import AskingAfter
from servizio.server.opening import clock
from servizio.server.twilio_account import open_account
from servizio.server.webhook_sender import WebhookSender
from servizio.settings import Settings
from servizio.store.interface import Store
from servizio.store.outbox_worker import FOR_HOURS, OutboxWorker

if TYPE_CHECKING:
    from servizio.telephony.texts import TwilioSender


async def send_outbox(settings: Settings, store: Store) -> None:
    """Send what is due until cancelled. Without a telephone account texts stay here."""
    # The telephone company's package takes a second to load: not before the first call.
    sender = await asyncio.to_thread(_text_sender, settings)
    secret = settings.webhooks.secret.get_secret_value()
    async with (
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http,
        OutboxWorker(
            store,
            sender,
            clock=clock,
            rng=Random(),
            webhook_sender=WebhookSender(http, secret=secret, clock=clock),
            webhook_persistence=FOR_HOURS,
        ),
    ):
        if sender is None:
            await asyncio.Event().wait()
        else:
            await AskingAfter(store, sender, clock).run()


def _text_sender(settings: Settings) -> TwilioSender | None:
    if not settings.twilio.can_text:
        return None
    from servizio.telephony.texts import TwilioSender  # noqa: PLC0415 - slow to load, see above

    public = settings.server.public_url
    return TwilioSender(open_account(settings), status_url=f"{public}/sms/status" if public else "")
