"""The clocks of this machine; screens take them as arguments."""

from __future__ import annotations

from datetime import UTC, datetime


def system_clock() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)
