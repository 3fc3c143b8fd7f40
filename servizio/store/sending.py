"""Somebody who sends messages, as the outbox sees it.

The one thing that matters about a try is whether the message may have left: no telephone
company has a key that makes a second try harmless. So `unknown` means: look first.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class SendKind(StrEnum):
    """What became of a try."""

    SENT = "delivered_to_provider"
    """Taken by the provider; whether it arrives comes later."""
    RETRY = "retry"
    """Certainly not sent; may be tried again."""
    PERMANENT = "permanent"
    """Certainly not sent, and never will be as it is."""
    UNKNOWN = "unknown"
    """May have been sent."""


class SendResult(Protocol):
    """What a sender answers. `SendOutcome` is one; a room below may bring its own."""

    @property
    def kind(self) -> str:
        """One of the values of `SendKind`."""
        ...

    @property
    def sid(self) -> str:
        """The provider's id of the message; empty where it was not taken."""
        ...

    @property
    def code(self) -> int | None:
        """The provider's error number."""
        ...

    @property
    def retry_after(self) -> float | None:
        """Seconds that the provider asked to wait."""
        ...

    @property
    def reason(self) -> str:
        """One sentence for staff, without a phone number."""
        ...


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """The result of one try; see `SendResult`."""

    kind: SendKind
    sid: str = ""
    code: int | None = None
    retry_after: float | None = None
    reason: str = ""


class Sender(Protocol):
    """Sends messages of one kind. Never raises for what the provider does."""

    async def send(self, to: str, body: str) -> SendResult:
        """Try once."""
        ...

    async def find_recent(
        self, to: str, body: str, since: datetime, known: Collection[str] = ()
    ) -> SendResult | None:
        """Look for this very message among those sent since then.

        `known`: ids of other messages to this recipient, which may have the same words.
        `None`: it certainly was not sent. `unknown` or `retry`: could not look; ask again.
        """
        ...
