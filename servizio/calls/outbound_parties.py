"""Who has a part in a call for a table: its tools, the switchboard, and how somebody is rung."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from servizio.agents.desk import CallControl
from servizio.agents.toolset import Toolset
from servizio.calls.admission import Admission, IncomingCall
from servizio.calls.dialled import Dialled, Telephone
from servizio.shop.reservation import BookingOutcome, ReservationRequest
from servizio.telephony.placed_calls import CallOrder


class ConciergeWork(Toolset, Protocol):
    """The tools of a call for a table."""

    def outcome_at_end(self, hung_up: bool) -> BookingOutcome:
        """What came of it, now that the call is over. `hung_up`: by the other side."""
        ...


class MakeConcierge(Protocol):
    """Makes the tools of a call for a table."""

    def __call__(
        self, request: ReservationRequest, call_sid: str, control: CallControl
    ) -> ConciergeWork:
        """The tools of this call."""
        ...


class LiveCall(Protocol):
    """A call in progress."""

    async def hang_up(self, outcome: str = ...) -> None:
        """End it."""
        ...

    def view(self) -> Mapping[str, object]:
        """The call as screens show it."""
        ...


class Lines(Protocol):
    """The switchboard, as far as our own calls need it."""

    def accepting(self) -> bool:
        """Whether one more call can be taken."""
        ...

    async def ring(self, incoming: IncomingCall) -> Admission:
        """Decide what becomes of a call."""
        ...

    def live_call(self, call_sid: str) -> LiveCall | None:
        """A call in progress."""
        ...

    async def call_status(self, call_sid: str, status: str) -> None:
        """Learn where a call stands."""
        ...


@dataclass(frozen=True, slots=True)
class Ring:
    """How somebody is rung."""

    telephone: Telephone
    webhook_base: str
    """Where the telephone company reaches this server, without a slash at the end."""
    ring_seconds: int
    leaves_message: bool = False
    """Whether a machine is spoken to."""

    def order(self, call: Dialled) -> CallOrder:
        """What the telephone company is asked for, with the token that it brings back."""
        base = f"{self.webhook_base}/voice/outbound"
        return CallOrder(
            call.to,
            url=f"{base}?token={call.token}",
            status_callback=f"{base}/status?token={call.token}",
            machine_callback=f"{base}/machine?token={call.token}",
            ring_seconds=call.ring_seconds,
            limit_seconds=call.limit_seconds,
        )
