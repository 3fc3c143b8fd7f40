"""Calls that we start: what Twilio is asked for, and looking for one that it may have taken.

Both run in a thread of `servizio.telephony.rest`, on the package's client.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

_LOOK_BACK_CALLS = 20
EVENTS = ("initiated", "ringing", "answered", "completed")
"""Of which `status_callback` is told; a final status of any kind comes as `completed`."""


@dataclass(frozen=True, slots=True)
class CallOrder:
    """A call to be placed."""

    to: str
    """E.164."""
    url: str = ""
    """Asked for instructions once it is answered, if there are none in `twiml`."""
    twiml: str = ""
    status_callback: str = ""
    """Learns of every step (`EVENTS`)."""
    machine_callback: str = ""
    """Learns whether a person or a machine answered, while the call goes on. Empty: nobody
    finds out. Without it Twilio would keep a person waiting in silence for its verdict."""
    ring_seconds: int = 25
    """After 25 s most lines go to voice mail. Twilio may ring about 5 s longer."""
    limit_seconds: int = 600


def fields(order: CallOrder, from_number: str) -> Mapping[str, Any]:
    """What `calls.create` is given."""
    asked: dict[str, Any] = {
        "to": order.to,
        "from_": from_number,
        "timeout": order.ring_seconds,
        "time_limit": order.limit_seconds,
    }
    asked |= {"url": order.url} if order.url else {"twiml": order.twiml}
    if order.status_callback:
        asked |= {
            "status_callback": order.status_callback,
            "status_callback_event": list(EVENTS),
        }
    if order.machine_callback:
        asked |= {
            "machine_detection": "Enable",
            "async_amd": "true",
            "async_amd_status_callback": order.machine_callback,
        }
    return asked


def find(
    client: Any, to: str, from_number: str, earliest: datetime, known: Collection[str]
) -> str | None:
    """The SID of a call from us to this number, placed since then and not known."""
    for call in client.calls.list(to=to, from_=from_number, limit=_LOOK_BACK_CALLS):
        made = call.date_created
        is_ours = str(call.direction).startswith("outbound") and call.sid not in known
        if is_ours and isinstance(call.sid, str) and (made is None or made >= earliest):
            return call.sid
    return None
