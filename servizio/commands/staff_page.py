"""The address under which a tablet in the shop finds the staff page."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from servizio.commands.shop_client import HERE
from servizio.settings import Settings
from servizio.tui import StaffPage

PATH = "/barista"
ELSEWHERE = ("192.0.2.1", 9)
"""An address in no network (RFC 5737): asked for the way there, the system names our own."""
LOOK_SECONDS = 0.3
"""How long an address is tried."""


def staff_page(settings: Settings, url: str) -> StaffPage:
    """Where a tablet opens the staff page of the server that this machine reaches at `url`.

    A server elsewhere is where it is. One of this machine has its public address, or the one
    of this machine in its network, with a remark where it does not listen there.
    """
    parts = urlsplit(url)
    if parts.hostname not in HERE:
        return StaffPage(url + PATH)
    if settings.server.public_url:
        return StaffPage(settings.server.public_url + PATH)
    address = own_address()
    if address is None:
        return StaffPage(url + PATH, "This machine is in no network: a tablet cannot reach it.")
    page = f"http://{address}:{parts.port or 80}{PATH}"
    if listens_at(address, parts.port or 80):
        return StaffPage(page)
    return StaffPage(
        page,
        "Not yet: the server listens on this machine alone. Set server.host to 0.0.0.0 and "
        "start it again.",
    )


def own_address() -> str | None:
    """This machine's address in its network; `None` where it has none. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(ELSEWHERE)
        except OSError:
            return None
        address = str(probe.getsockname()[0])
    return None if address.startswith(("127.", "0.")) else address


def listens_at(address: str, port: int) -> bool:
    """Whether anything takes connections there."""
    try:
        socket.create_connection((address, port), LOOK_SECONDS).close()
    except OSError:
        return False
    return True
