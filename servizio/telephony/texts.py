"""Texts through Twilio, for the outbox: one try, and what is known about it afterwards."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from servizio.shop.gsm7 import to_gsm7
from servizio.store.sending import SendKind, SendOutcome
from servizio.telephony.rest import Certainty, TwilioError, TwilioRest

__all__ = ["SendKind", "SendOutcome", "TwilioSender"]


VALID_SECONDS = 7200
"""How long Twilio may keep trying: an order that was ready this morning is no news."""


class TwilioSender:
    """A `servizio.store.sending.Sender`; `status_url` is told what becomes of each text.

    Texts are written in the GSM alphabet, so that a short one is one message.
    """

    def __init__(self, rest: TwilioRest, *, status_url: str = "") -> None:
        self._rest = rest
        self._status_url = status_url

    async def send(self, to: str, body: str) -> SendOutcome:
        """Try once; see `Sender`."""
        try:
            sid = await self._rest.send_message(
                to,
                to_gsm7(body),
                status_callback=self._status_url or None,
                validity_seconds=VALID_SECONDS,
            )
        except TwilioError as error:
            return _outcome(error)
        return SendOutcome(SendKind.SENT, sid=sid)

    async def find_recent(
        self, to: str, body: str, since: datetime, known: Collection[str] = ()
    ) -> SendOutcome | None:
        """Look before sending again; see `Sender`."""
        try:
            sid = await self._rest.find_recent_message(to, to_gsm7(body), since, known)
        except TwilioError as error:
            return _outcome(error)
        return None if sid is None else SendOutcome(SendKind.SENT, sid=sid)

    async def delivery_of(self, sid: str) -> tuple[str, str | None] | None:
        """Status and error of a text that was taken; `None`: nothing can be learned now."""
        try:
            return await self._rest.delivery_of(sid)
        except TwilioError:
            return None


def _outcome(error: TwilioError) -> SendOutcome:
    kinds = {
        Certainty.RETRYABLE: SendKind.RETRY,
        Certainty.PERMANENT: SendKind.PERMANENT,
        Certainty.AMBIGUOUS: SendKind.UNKNOWN,
    }
    return SendOutcome(
        kinds[error.certainty],
        code=error.number,
        retry_after=error.retry_after_seconds,
        reason=error.message,
    )
