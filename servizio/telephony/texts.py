"""Sending a text, as the outbox sees it: one try, and what is known about it afterwards.

Twilio has no idempotency key. So the one thing that matters about a try is whether the text
may have left: `UNKNOWN` means "look for it before sending again".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from servizio.telephony.rest import Certainty, TwilioError, TwilioRest


class SendKind(StrEnum):
    """What became of a try."""

    DELIVERED_TO_PROVIDER = "delivered_to_provider"
    """Taken for sending; whether it arrives comes later, on the status webhook."""
    RETRY = "retry"
    """Certainly not sent; the same text may be tried again later."""
    PERMANENT = "permanent"
    """Certainly not sent, and never will be as it is."""
    UNKNOWN = "unknown"
    """May have been sent. Look with `find_recent` before trying again."""


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """The result of one try."""

    kind: SendKind
    sid: str = ""
    """The provider's id of the message, where it was taken."""
    code: int | None = None
    """The provider's error number (21610: this number has opted out), where it gave one."""
    retry_after: float | None = None
    """Seconds the provider asked to wait, where it did."""
    reason: str = ""
    """One sentence for staff; holds no number and no text of the message."""


class MessageSender(Protocol):
    """Somebody who sends texts. Never raises for what the provider does."""

    async def send(self, to: str, body: str) -> SendOutcome:
        """Try once to send `body` to `to` (E.164)."""
        ...

    async def find_recent(self, to: str, body: str, since: datetime) -> SendOutcome | None:
        """Look for this very text among those sent to `to` since then.

        `None`: it certainly was not sent. `UNKNOWN` or `RETRY`: could not look; ask again.
        """
        ...


class TwilioSender:
    """Sends texts through Twilio. `status_url` is told what becomes of each."""

    def __init__(self, rest: TwilioRest, *, status_url: str = "") -> None:
        self._rest = rest
        self._status_url = status_url

    async def send(self, to: str, body: str) -> SendOutcome:
        """Try once; see `MessageSender`."""
        try:
            sid = await self._rest.send_message(to, body, status_callback=self._status_url or None)
        except TwilioError as error:
            return _outcome(error)
        return SendOutcome(SendKind.DELIVERED_TO_PROVIDER, sid=sid)

    async def find_recent(self, to: str, body: str, since: datetime) -> SendOutcome | None:
        """Look before sending again; see `MessageSender`."""
        try:
            sid = await self._rest.find_recent_message(to, body, since)
        except TwilioError as error:
            return _outcome(error)
        return None if sid is None else SendOutcome(SendKind.DELIVERED_TO_PROVIDER, sid=sid)


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
