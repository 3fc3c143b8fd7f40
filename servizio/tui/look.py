"""What a shop may say about its screens. Values only: no toolkit is loaded for them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class StaffPage:
    """Where a tablet finds the orders."""

    address: str
    remark: str = ""
    """What has to be done before it works; empty: nothing."""


@dataclass(frozen=True, slots=True)
class ConsoleLook:
    """How a console looks and what its keys do."""

    title: str = "Servizio"
    theme: str = "dark"
    """`dark`, `light` or `contrast`."""
    keys: Mapping[str, str] = field(default_factory=dict)
    """Action to keys with commas between: `{"ready": "f9"}`."""
    warn_minutes: float = 4.0
    late_minutes: float = 8.0
    """Age of an order from which it is marked WAITING, and LATE."""
    print_command: str = ""
    """Takes a ticket on its standard input; empty: tickets go into files."""
    folder: Path | None = None
    """Where files go; `None`: the working directory."""
    staff_page: StaffPage | None = None
    remark: Callable[[], str] = lambda: ""
    """What every screen says above all else, asked again each second; empty: nothing."""


@dataclass(frozen=True, slots=True)
class BoardLook:
    """What stands on the order board beside the numbers."""

    title: str = ""
    theme: str = "dark"
    ticker: str = ""
    """Words along the bottom."""
    ready_minutes: float = 30.0
    """How long a ready number stays."""
    order_at: str = ""
    """A telephone number or an address at which customers can order; empty: not shown."""
