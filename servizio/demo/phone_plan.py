"""What a simulated call is like before it is made, and how it may end."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from servizio.demo.phone_webhooks import UpgradeSigning


class CallEnd(StrEnum):
    """Why a call is over."""

    CUSTOMER_HUNG_UP = "customer_hung_up"
    SHOP_HUNG_UP = "shop_hung_up"
    """`<Hangup>`."""
    DOCUMENT_ENDED = "document_ended"
    """There was no instruction left."""
    REJECTED = "rejected"
    """`<Reject>`: it was never answered."""
    WEBHOOK_FAILED = "webhook_failed"
    """The customer heard an application error."""
    COMPLETED_BY_REQUEST = "completed_by_request"
    """The shop ended it through the REST API."""


@dataclass(frozen=True, slots=True)
class DialResult:
    """What comes of ringing somebody."""

    status: str = "completed"
    """`completed`, `busy`, `no-answer`, `failed` or `canceled`."""
    seconds: float = 0.0
    """How long it rings or they talk, where verbs take their time."""
    presses_key: bool = True
    """Whether they press a key where they are asked for one; a voice mail does not."""


def no_key(_prompt: str) -> str:
    """Press none."""
    return ""


@dataclass(frozen=True, slots=True)
class CallPlan:
    """What is peculiar about a call."""

    from_number: str
    to_number: str
    account_sid: str
    voice_url: str
    fallback_url: str
    status_url: str
    method: str
    upgrade_signing: UpgradeSigning
    deliver_twice: bool
    verbs_take_time: bool
    start_after: float
    dial: Callable[[str], DialResult]
    is_outbound: bool = False
    """Whether the shop rang, and has been answered."""
    steps_told: int = 0
    """Status callbacks that came before the last one."""
    presses: Callable[[str], str] = no_key
    """Which key the customer presses when asked so; blank: none."""
    message_seconds: int = 0
    """How long the customer speaks after a tone; 0: not at all."""


class Interruption(Exception):  # noqa: N818 - a signal, not an error
    """The call was hung up, ended or given other instructions."""

    def __init__(self, document: str | None, end: CallEnd) -> None:
        super().__init__(end)
        self.document = document
        """The new instructions; `None` where the call is over."""
        self.end = end
        """Why it is over, where it is."""


def new_sid(kind: str, randomness: random.Random) -> str:
    """Make an identifier: two letters and 32 hex digits."""
    return f"{kind}{randomness.getrandbits(128):032x}"
