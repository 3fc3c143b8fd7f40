"""Texts and webhooks on their way out, for as long as the server runs."""

from __future__ import annotations

import asyncio
from random import Random

from servizio.server.opening import clock
from servizio.server.twilio_account import open_account
from servizio.settings import Settings
from servizio.store.interface import Store
from servizio.store.outbox_worker import OutboxWorker
from servizio.store.sending import Sender


async def send_outbox(settings: Settings, store: Store) -> None:
    """Send what is due until cancelled. Without a telephone account texts stay here."""
    # The telephone company's package takes a second to load: not before the first call.
    sender = await asyncio.to_thread(_text_sender, settings)
    async with OutboxWorker(store, sender, clock=clock, rng=Random()):
        await asyncio.Event().wait()


def _text_sender(settings: Settings) -> Sender | None:
    if not settings.twilio.can_text:
        return None
    from servizio.telephony.texts import TwilioSender  # noqa: PLC0415 - slow to load, see above

    public = settings.server.public_url
    return TwilioSender(open_account(settings), status_url=f"{public}/sms/status" if public else "")
