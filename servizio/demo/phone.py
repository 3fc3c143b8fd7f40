"""A telephone at the far end of a simulated Twilio, for demonstrations and tests.

It does over the wire what Twilio does: asks the shop's webhook, carries out the answer,
opens the media stream and keeps real time on it. Nothing of it is shared with the code that
serves the shop, so that a misunderstanding cannot hide on both sides.

    async with Phone("http://127.0.0.1:8000", "+14155550100", "+14155550199").call() as line:
        await line.hear_reply()
        await line.speak(mulaw)
        await line.hang_up()
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import KW_ONLY, dataclass, field

import aiohttp

from servizio.demo.phone_exchange import Exchange
from servizio.demo.phone_line import Line, LineError
from servizio.demo.phone_measures import Measures
from servizio.demo.phone_plan import CallEnd, CallPlan, DialResult, new_sid, no_key
from servizio.demo.phone_playback import SILENCE
from servizio.demo.phone_stream import ProtocolError, StreamEnd
from servizio.demo.phone_webhooks import (
    Answer,
    Signing,
    UpgradeSigning,
    Webhooks,
    text_fields,
)

__all__ = [
    "Answer",
    "CallEnd",
    "DialResult",
    "Line",
    "LineError",
    "Measures",
    "Phone",
    "PlacedCall",
    "ProtocolError",
    "Signing",
    "StreamEnd",
    "UpgradeSigning",
    "comfort_noise",
]

NO_ACCOUNT = "AC" + "0" * 32


class PlacedCall(Line):
    """A line whose call the shop can steer, as it would through the REST API."""

    exchange: Exchange

    def complete(self) -> None:
        """Do what `Status=completed` does to the call."""
        self.exchange.complete()

    def replace(self, twiml: str) -> None:
        """Do what a new `Twiml` does to the call: the stream stops, this is carried out."""
        self.exchange.replace(twiml)


@dataclass(frozen=True, slots=True)
class Phone:
    """A customer's telephone. One object can make many calls, also at once."""

    base_url: str
    """Where the server is reached."""
    from_number: str
    """E.164, or `anonymous`."""
    to_number: str
    auth_token: str | None = field(default=None, repr=False)
    """Without one nothing is signed."""
    _: KW_ONLY
    public_url: str = ""
    """What the server is called at Twilio: signed, and mapped back on connecting."""
    account_sid: str = NO_ACCOUNT
    voice_path: str = "/voice"
    text_path: str = "/sms"
    status_path: str = "/voice/status"
    """Blank: no final status is reported."""
    fallback_url: str = ""
    method: str = "POST"
    signing: Signing = Signing.RIGHT
    upgrade_signing: UpgradeSigning = UpgradeSigning.EXACT
    deliver_twice: bool = False
    verbs_take_time: bool = False
    """`<Say>`, `<Pause>` and `<Dial>` last as long as they would."""
    start_after: float = 0.0
    """Seconds between a stream's `connected` and `start`."""
    dial: Callable[[str], DialResult] = lambda _number: DialResult()
    """What comes of `<Dial>`; by default somebody answers."""
    presses: Callable[[str], str] = no_key
    """Which key the customer presses when asked for one."""
    message_seconds: int = 0
    """How long the customer speaks after a tone."""
    background: bytes = SILENCE
    """Mu-law that is heard between utterances."""
    speaker: Callable[[bytes], None] | None = None
    """Is given each 20 ms that the customer hears."""
    randomness: random.Random = field(default_factory=random.Random)
    clock: Callable[[], float] = time.monotonic
    """In seconds; an event loop's own may be too coarse (uvloop: a millisecond)."""

    @asynccontextmanager
    async def call(self) -> AsyncIterator[PlacedCall]:
        """Ring the shop. Entered when a stream is open, a verb is spoken or it is over.

        On leaving, a call that is not over is hung up.
        """
        origin = self.clock()

        def clock() -> float:
            return self.clock() - origin

        # Cookies are kept for the call, from addresses without a name too.
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            webhooks = self._webhooks(session)
            line = PlacedCall(
                call_sid=new_sid("CA", self.randomness),
                clock=clock,
                background=self.background,
                speaker=self.speaker,
            )
            line.exchange = Exchange(line, self._plan(webhooks), webhooks, clock, self.randomness)
            running = asyncio.create_task(line.exchange.run(), name="phone-call")
            try:
                await line.under_way.wait()
                yield line
                await line.hang_up()
            finally:
                if not line.ended.is_set():
                    running.cancel()
                await asyncio.gather(running, return_exceptions=True)
            if not running.cancelled():
                running.result()

    async def text(self, body: str) -> Answer:
        """Send the shop a text and return what its webhook answered."""
        async with aiohttp.ClientSession() as session:
            webhooks = self._webhooks(session)
            fields = text_fields(
                message_sid=new_sid("SM", self.randomness),
                account_sid=self.account_sid,
                from_number=self.from_number,
                to_number=self.to_number,
                body=body,
            )
            return await webhooks.ask(webhooks.public_url(self.text_path), fields)

    def _webhooks(self, session: aiohttp.ClientSession) -> Webhooks:
        return Webhooks(
            session,
            base_url=self.base_url,
            public_url=self.public_url,
            auth_token=self.auth_token or "",
            signing=self.signing,
            randomness=self.randomness,
        )

    def _plan(self, webhooks: Webhooks) -> CallPlan:
        return CallPlan(
            from_number=self.from_number,
            to_number=self.to_number,
            account_sid=self.account_sid,
            voice_url=webhooks.public_url(self.voice_path),
            fallback_url=self.fallback_url,
            status_url=webhooks.public_url(self.status_path) if self.status_path else "",
            method=self.method,
            upgrade_signing=self.upgrade_signing,
            deliver_twice=self.deliver_twice,
            verbs_take_time=self.verbs_take_time,
            start_after=self.start_after,
            dial=self.dial,
            presses=self.presses,
            message_seconds=self.message_seconds,
        )


def comfort_noise(randomness: random.Random, seconds: float = 1.0) -> bytes:
    """Make the faint noise of an open line, mu-law, for `background`."""
    return bytes(
        randomness.choice(b"\xff\xff\xfe\x7e\x7f\xfd\x7d") for _ in range(int(seconds * 8000))
    )
