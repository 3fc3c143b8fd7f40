"""The shop's account at Twilio, opened when it is first needed."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from servizio.settings import Settings
from servizio.settings.sections import TwilioSettings

if TYPE_CHECKING:
    from servizio.telephony.rest import TwilioRest


def missing_to_ring(settings: Settings, *, staff: bool = False) -> str:
    """Which settings are missing to ring somebody, in a sentence; empty: none.

    `staff`: their telephone is to be rung, too.
    """
    twilio = settings.twilio
    needed = {
        "twilio.account_sid and twilio.auth_token": twilio.configured,
        "twilio.phone_number": bool(twilio.phone_number),
        "shop.staff_phone": bool(settings.shop.staff_phone) or not staff,
        "server.public_url": bool(settings.server.public_url),
    }
    missing = [name for name, is_set in needed.items() if not is_set]
    return f"Set {', '.join(missing)}." if missing else ""


def open_account(settings: Settings, *, timeout_seconds: float = 10.0) -> TwilioRest:
    """The account of the settings. Takes a second the first time: never on the event loop.

    `timeout_seconds` holds for the connection and again for the answer.
    """
    from servizio.telephony.rest import TwilioRest  # noqa: PLC0415 - slow to load

    twilio = settings.twilio
    return TwilioRest(
        account_sid=twilio.account_sid,
        auth_token=twilio.auth_token.get_secret_value(),
        phone_number=twilio.phone_number,
        messaging_service_sid=twilio.messaging_service_sid,
        api_url=_own_api(twilio),
        edge=twilio.edge,
        timeout_seconds=timeout_seconds,
    )


def _own_api(twilio: TwilioSettings) -> str:
    """The API's address where it is not the usual one; the usual one may have an edge."""
    usual = TwilioSettings.model_fields["api_url"].default
    return "" if twilio.api_url == usual else twilio.api_url


class TwilioAccount:
    """Opens the account once, off the event loop. Lives on the event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._rest: TwilioRest | None = None
        self._opening = asyncio.Lock()

    async def rest(self) -> TwilioRest:
        """The account's API."""
        async with self._opening:
            if self._rest is None:
                self._rest = await asyncio.to_thread(open_account, self._settings)
            return self._rest

    def close(self) -> None:
        """Take no more requests."""
        if self._rest is not None:
            self._rest.close()
