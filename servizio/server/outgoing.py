"""Texts and webhooks on their way out, for as long as the server runs."""

from __future__ import annotations

import asyncio
from random import Random

from servizio.server.opening import clock
from servizio.settings import Settings
from servizio.settings.sections import TwilioSettings
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
    twilio = settings.twilio
    if not twilio.can_text:
        return None
    from servizio.telephony.rest import TwilioRest  # noqa: PLC0415 - slow to load, see above
    from servizio.telephony.texts import TwilioSender  # noqa: PLC0415

    public = settings.server.public_url
    return TwilioSender(
        TwilioRest(
            account_sid=twilio.account_sid,
            auth_token=twilio.auth_token.get_secret_value(),
            phone_number=twilio.phone_number,
            messaging_service_sid=twilio.messaging_service_sid,
            api_url=_own_api(twilio),
            edge=twilio.edge,
        ),
        status_url=f"{public}/sms/status" if public else "",
    )


def _own_api(twilio: TwilioSettings) -> str:
    """The API's address where it is not the usual one; the usual one may have an edge."""
    usual = TwilioSettings.model_fields["api_url"].default
    return "" if twilio.api_url == usual else twilio.api_url
