"""The telephone company that rings a restaurant on this machine, for shops without an account.

It is a process of its own, as it needs exact time and a voice. It takes the same requests as
Twilio, and calls this server's webhooks and media socket as Twilio would.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from servizio.errors import TelephonyError
from servizio.paths import own_command

START_SECONDS = 30.0
"""Until it takes requests; its voice may load longer, while it rings."""
STOP_SECONDS = 5.0
NUMBER = "+14155550199"
"""Who we are in its calls."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SimulatedAccount:
    """How requests are made there."""

    api_url: str
    account_sid: str
    auth_token: str


@dataclass(frozen=True, slots=True)
class Neighbour:
    """What it has to know of this server."""

    base_url: str
    """Where this server is reached on this machine."""
    public_url: str
    """What its webhooks are called and signed with; empty: the same."""
    auth_token: str
    """With which webhooks are signed; empty: this server wants no signature."""
    names: Mapping[str, str]
    """Restaurants by number (E.164)."""
    caller: str
    """What their displays show: in whose name this shop rings."""
    book: Path
    """Where they write down who comes."""
    zone: str
    """Where they are; empty: where this machine is."""


class SimulatedTelephone:
    """Starts that process when it is first needed. Lives on the event loop."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._account: SimulatedAccount | None = None
        self._known: Neighbour | None = None
        self._starting = asyncio.Lock()

    async def account(self, neighbour: Neighbour) -> SimulatedAccount:
        """Its account, once it takes requests. Raises `TelephonyError` where it does not."""
        async with self._starting:
            running = self._process is not None and self._process.returncode is None
            if self._account is None or not running or neighbour != self._known:
                await self.close()
                self._account = await self._start(neighbour)
                self._known = neighbour
            return self._account

    async def _start(self, neighbour: Neighbour) -> SimulatedAccount:
        account_sid, auth_token = f"AC{secrets.token_hex(16)}", secrets.token_hex(16)
        given = {
            "account_sid": account_sid,
            "auth_token": auth_token,
            "webhook_token": neighbour.auth_token,
            "base_url": neighbour.base_url,
            "public_url": neighbour.public_url,
            "names": dict(neighbour.names),
            "caller": neighbour.caller,
            "book": str(neighbour.book),
            "zone": neighbour.zone,
        }
        process = await asyncio.create_subprocess_exec(
            *own_command(),
            "simulated-restaurant",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        self._process = process
        if process.stdin is None or process.stdout is None:
            raise TelephonyError("the simulated restaurant cannot be talked to")
        try:
            process.stdin.write(json.dumps(given).encode() + b"\n")
            async with asyncio.timeout(START_SECONDS):
                await process.stdin.drain()
                # Its input stays open: it ends with this process, however that ends.
                told = json.loads(await process.stdout.readline())
            return SimulatedAccount(str(told["url"]), account_sid, auth_token)
        except (TimeoutError, OSError, ValueError, KeyError, TypeError) as error:
            await self.close()
            raise TelephonyError(
                "the simulated restaurant did not start",
                "It needs the local voice: pip install 'servizio[local]'.",
            ) from error

    async def close(self) -> None:
        """End the process."""
        process, self._process, self._account = self._process, None, None
        if process is None or process.returncode is not None:
            return
        if process.stdin is not None:
            process.stdin.close()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()
