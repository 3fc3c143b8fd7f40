"""Ears at Deepgram: Flux, which knows when a turn is over, or Nova, which knows pauses."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from servizio.agents.cloud.customer_sound import CustomerSound
from servizio.agents.cloud.ending import end_tasks
from servizio.agents.cloud.outgoing import Outgoing
from servizio.agents.cloud.sound_path import BYTES_PER_SECOND
from servizio.agents.pipeline.deepgram_socket import open_socket, with_query
from servizio.agents.pipeline.hearing import HearingEvents
from servizio.agents.pipeline.listen_messages import (
    FluxReader,
    ListenFault,
    ListenMessage,
    NovaReader,
    Ready,
    SpeechBegan,
    TurnGoesOn,
    TurnOver,
    TurnPauses,
    WordsSoFar,
)
from servizio.agents.prompt import key_terms
from servizio.errors import AgentError, AgentRefusedError, AgentUnreachableError
from servizio.settings.sections import DeepgramSettings
from servizio.shop.menu import Menu

CHUNK = 640
"""Bytes that leave together: 80 ms, as Flux wants it."""
END_OF_TURN_MS = 1700
"""Silence that ends a turn whatever was said."""
PAUSE_MS = 400
"""Silence that ends a turn for Nova."""
LOOK = 0.1
DEAF_AFTER = 2.5
"""Seconds without a message from ears that told of quiet too: four times a second, or once."""
QUIET = 1.0
"""Seconds after which what is told is not about speech any more."""
STEADY = 4
"""Messages in quiet from which on they are expected to go on."""
LEFT_OPEN = 2.2
"""Seconds of quiet after which a turn is over although its end was not told."""
SPOKE = 0.35
"""Seconds of loud sound that are worth an answer."""
MISSED_AFTER = 1.9
"""Seconds of quiet after which speech will not be understood any more."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class ListenPlan:
    """What all sessions of a shop have in common."""

    url: str
    """With its parameters."""
    api_key: str
    is_flux: bool


def listen_plan(settings: DeepgramSettings, menu: Menu) -> ListenPlan:
    """How the recogniser of these settings is asked. Flux refuses what it does not know."""
    model = settings.listen_model
    is_flux = model.startswith("flux")
    parameters = [("model", model), ("encoding", "mulaw"), ("sample_rate", "8000")]
    url = settings.listen_url
    if is_flux:
        parameters += [
            ("eot_threshold", "0.7"), ("eager_eot_threshold", "0.5"),
            ("eot_timeout_ms", str(END_OF_TURN_MS)),
        ]  # fmt: skip
    else:
        url = url.replace("/v2/listen", "/v1/listen")
        parameters += [
            ("language", settings.language), ("channels", "1"), ("interim_results", "true"),
            ("endpointing", str(PAUSE_MS)), ("utterance_end_ms", "1000"), ("vad_events", "true"),
            ("smart_format", "true"), ("numerals", "true"),
        ]  # fmt: skip
    if is_flux or model.startswith("nova-3"):
        parameters += [("keyterm", term) for term in key_terms(menu)]
    return ListenPlan(with_query(url, parameters), settings.api_key.get_secret_value(), is_flux)


class DeepgramHearing:
    """One call's session."""

    def __init__(self, plan: ListenPlan) -> None:
        self._plan = plan
        self._loop = asyncio.get_running_loop()
        self._reader = FluxReader() if plan.is_flux else NovaReader()
        self._customer = CustomerSound(self._loop.time)
        self._outgoing = Outgoing(BYTES_PER_SECOND)
        self._chunk = b""
        self._events: HearingEvents
        self._socket: ClientConnection | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._told_at = 0.0
        self._began_at: float | None = None
        """When the open turn began; `None` between turns."""
        self._words = ""
        self._words_at = 0.0
        self._taken = 0
        """Words of Deepgram's open turn that belong to a turn which was ended here."""
        self._told_in_quiet = 0
        """Messages that came while nobody spoke: without them, no message is no bad sign."""
        self._missed_in_vain = False
        """Whether speech was missed and nothing has been told since."""
        self._is_lost = False

    async def open(self, events: HearingEvents) -> None:
        """Connect; Flux says when it listens."""
        self._events = events
        socket = self._socket = await open_socket(self._plan.url, self._plan.api_key)
        if self._plan.is_flux:
            await self._wait_until_connected(socket)
        self._told_at = self._loop.time()
        self._tasks = [
            asyncio.create_task(self._receive(socket), name="deepgram ears"),
            asyncio.create_task(self._send(socket), name="deepgram ears sender"),
            asyncio.create_task(self._watch(), name="deepgram ears watch"),
        ]

    def feed(self, mulaw: bytes) -> None:
        """Pass it on."""
        self._customer.feed(mulaw)
        self._chunk += mulaw
        if len(self._chunk) >= CHUNK:
            self._outgoing.put_sound(self._chunk)
            self._chunk = b""

    def expect(self, question: str) -> None:
        """Deepgram is not told."""

    async def close(self) -> None:
        """End the session."""
        await end_tasks(self._tasks, self._hang_up)

    async def _hang_up(self) -> None:
        if self._socket is not None:
            await self._socket.close()

    async def _wait_until_connected(self, socket: ClientConnection) -> None:
        try:
            async for frame in socket:
                for message in self._reader.read(frame) if isinstance(frame, str) else ():
                    match message:
                        case Ready():
                            return
                        case ListenFault(code=code):
                            raise AgentRefusedError(f"Deepgram will not listen: {code[:80]}.")
                        case _:
                            pass
        except ConnectionClosed:
            pass
        raise AgentUnreachableError("Deepgram closed the socket before it listened.")

    async def _receive(self, socket: ClientConnection) -> None:
        try:
            async for frame in socket:
                self._note_message()
                for message in self._reader.read(frame) if isinstance(frame, str) else ():
                    self._take(message)
        except ConnectionClosed:
            pass
        except Exception:
            log.exception("deepgram_ears_crashed")
        self._lose(AgentError("Deepgram closed its ears."))

    def _note_message(self) -> None:
        self._told_at = self._loop.time()
        self._missed_in_vain = False
        if self._began_at is None and self._customer.quiet_seconds > QUIET:
            self._told_in_quiet += 1

    async def _send(self, socket: ClientConnection) -> None:
        try:
            while True:
                await socket.send(await self._outgoing.next())
        except ConnectionClosed:
            # Whoever reads the socket learns it too, and tells the call.
            return

    def _take(self, message: ListenMessage) -> None:
        match message:
            case SpeechBegan():
                self._taken = 0
                self._begin()
            case WordsSoFar(text=text):
                self._take_words(self._rest_of(text))
            case TurnPauses(text=text):
                self._events.pauses(self._rest_of(text))
            case TurnGoesOn():
                self._events.goes_on()
            case TurnOver(text=text):
                self._turn_over(self._rest_of(text))
                self._taken = 0
            case ListenFault(code=code):
                log.warning("deepgram_ears_error code=%s", code[:80])
                self._lose(AgentError(f"Deepgram's ears failed: {code[:80]}."))
            case _:
                pass

    def _begin(self) -> None:
        self._began_at = self._words_at = self._loop.time()
        self._words = ""
        self._events.started()

    def _take_words(self, text: str) -> None:
        # The same words come four times a second: only what is new is said to anybody.
        if not text or text == self._words:
            return
        if self._began_at is None:
            self._begin()
        self._words, self._words_at = text, self._loop.time()
        self._events.words(text)

    def _rest_of(self, text: str) -> str:
        """What Deepgram tells of its turn, without what was taken as a turn already."""
        return " ".join(text.split()[self._taken :])

    def _turn_over(self, text: str) -> None:
        if self._began_at is None:
            # It was ended here, and nothing has been said since.
            return
        self._began_at = None
        self._customer.forget()
        if text:
            self._events.turn(text, self._customer.ended_at)
        else:
            self._events.noise()

    async def _watch(self) -> None:
        """Find out what Deepgram does not tell."""
        while True:
            await asyncio.sleep(LOOK)
            is_steady = self._told_in_quiet >= STEADY
            if is_steady and self._loop.time() - self._told_at > DEAF_AFTER:
                self._lose(AgentError("Deepgram hears nothing any more."))
            elif self._outgoing.is_stuck:
                self._lose(AgentError("Deepgram takes no more sound."))
            else:
                self._look_at_customer()

    def _look_at_customer(self) -> None:
        quiet = self._customer.quiet_seconds
        is_open = self._began_at is not None
        if is_open and min(quiet, self._loop.time() - self._words_at) > LEFT_OPEN:
            words = self._words
            self._turn_over(words)
            self._taken += len(words.split())
        elif not is_open and self._customer.loud_seconds > SPOKE and quiet > MISSED_AFTER:
            self._customer.forget()
            self._miss()

    def _miss(self) -> None:
        if self._missed_in_vain:
            self._lose(AgentError("Deepgram hears nothing any more."))
            return
        self._missed_in_vain = True
        self._events.missed()

    def _lose(self, error: AgentError) -> None:
        if not self._is_lost:
            self._is_lost = True
            self._events.failed(error)
