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


class Phone:
    """A customer's telephone. One object can make many calls, also at once."""

    def __init__(
        self,
        base_url: str,
        from_number: str,
        to_number: str,
        auth_token: str | None = None,
        *,
        public_url: str = "",
        account_sid: str = NO_ACCOUNT,
        voice_path: str = "/voice",
        text_path: str = "/sms",
        status_path: str = "/voice/status",
        fallback_url: str = "",
        method: str = "POST",
        signing: Signing = Signing.RIGHT,
        upgrade_signing: UpgradeSigning = UpgradeSigning.EXACT,
        deliver_twice: bool = False,
        verbs_take_time: bool = False,
        start_after: float = 0.0,
        dial: Callable[[str], DialResult] | None = None,
        presses: Callable[[str], str] | None = None,
        message_seconds: int = 0,
        background: bytes = SILENCE,
        speaker: Callable[[bytes], None] | None = None,
        randomness: random.Random | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Describe the telephone and how the shop's number is set up.

        `base_url` is where the server is reached, `public_url` what it is called at Twilio
        (signed, and mapped back on connecting). `from_number` may be `anonymous`. Without
        `auth_token` nothing is signed. `dial` scripts what comes of `<Dial>`; by default
        somebody answers. `presses` says which key the customer presses when asked for one, and
        `message_seconds` how long they speak after a tone; by default neither.
        `verbs_take_time`: `<Say>`, `<Pause>` and `<Dial>` last as long as they would.
        `start_after` seconds lie between a stream's `connected` and `start`.
        `background` (mu-law) is heard between utterances. `speaker` is given each
        20 ms the customer hears. A blank `status_path`: no final status is reported.
        `clock` is in seconds; an event loop's own may be too coarse (uvloop: a millisecond).
        """
        self._base_url = base_url
        self._public_url = public_url
        self._from_number = from_number
        self._to_number = to_number
        self._auth_token = auth_token or ""
        self._account_sid = account_sid
        self._voice_path = voice_path
        self._text_path = text_path
        self._status_path = status_path
        self._fallback_url = fallback_url
        self._method = method
        self._signing = signing
        self._upgrade_signing = upgrade_signing
        self._deliver_twice = deliver_twice
        self._verbs_take_time = verbs_take_time
        self._start_after = start_after
        self._dial = dial or _somebody_answers
        self._presses = presses or no_key
        self._message_seconds = message_seconds
        self._background = background
        self._speaker = speaker
        self._randomness = randomness or random.Random()
        self._clock = clock

    @asynccontextmanager
    async def call(self) -> AsyncIterator[PlacedCall]:
        """Ring the shop. Entered when a stream is open, a verb is spoken or it is over.

        On leaving, a call that is not over is hung up.
        """
        origin = self._clock()

        def clock() -> float:
            return self._clock() - origin

        # Cookies are kept for the call, from addresses without a name too.
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as session:
            webhooks = self._webhooks(session)
            line = PlacedCall(
                call_sid=new_sid("CA", self._randomness),
                clock=clock,
                background=self._background,
                speaker=self._speaker,
            )
            line.exchange = Exchange(line, self._plan(webhooks), webhooks, clock, self._randomness)
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
                message_sid=new_sid("SM", self._randomness),
                account_sid=self._account_sid,
                from_number=self._from_number,
                to_number=self._to_number,
                body=body,
            )
            return await webhooks.ask(webhooks.public_url(self._text_path), fields)

    def _webhooks(self, session: aiohttp.ClientSession) -> Webhooks:
        return Webhooks(
            session,
            base_url=self._base_url,
            public_url=self._public_url,
            auth_token=self._auth_token,
            signing=self._signing,
            randomness=self._randomness,
        )

    def _plan(self, webhooks: Webhooks) -> CallPlan:
        return CallPlan(
            from_number=self._from_number,
            to_number=self._to_number,
            account_sid=self._account_sid,
            voice_url=webhooks.public_url(self._voice_path),
            fallback_url=self._fallback_url,
            status_url=webhooks.public_url(self._status_path) if self._status_path else "",
            method=self._method,
            upgrade_signing=self._upgrade_signing,
            deliver_twice=self._deliver_twice,
            verbs_take_time=self._verbs_take_time,
            start_after=self._start_after,
            dial=self._dial,
            presses=self._presses,
            message_seconds=self._message_seconds,
        )


def _somebody_answers(_number: str) -> DialResult:
    return DialResult()


def comfort_noise(randomness: random.Random, seconds: float = 1.0) -> bytes:
    """Make the faint noise of an open line, mu-law, for `background`."""
    return bytes(
        randomness.choice(b"\xff\xff\xfe\x7e\x7f\xfd\x7d") for _ in range(int(seconds * 8000))
    )
