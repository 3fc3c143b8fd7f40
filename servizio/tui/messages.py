"""What the console's worker tells the console. Posted in order, none superseded."""

from __future__ import annotations

from textual.message import Message

from servizio.tui.floor import LinkStatus, Snapshot
from servizio.tui.views import StaffEvent


class SnapshotLoaded(Message):
    """The server has been asked about everything."""

    def __init__(self, snapshot: Snapshot) -> None:
        super().__init__()
        self.snapshot = snapshot


class EventCame(Message):
    """The server has told one thing."""

    def __init__(self, event: StaffEvent) -> None:
        super().__init__()
        self.event = event


class LinkChanged(Message):
    """The connection was made, lost or refused."""

    def __init__(self, status: LinkStatus, reason: str = "") -> None:
        super().__init__()
        self.status = status
        self.reason = reason
