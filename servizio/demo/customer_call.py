"""Being the customer: `servizio call`, over the real webhook and media stream.

There are three ways to speak: into the microphone, by typed lines that a voice reads out,
and by recordings. What both sides say is printed as plain lines.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from servizio.agents.local.availability import require_packages
from servizio.agents.local.speech_engine import SpeechEngine
from servizio.audio.wav import read_mulaw
from servizio.demo.call_customers import (
    Customer,
    Manners,
    Say,
    Scene,
    recorded_customer,
    speaking_customer,
    typed_customer,
)
from servizio.demo.call_screen import CallScreen
from servizio.demo.call_words import words_of_a_call
from servizio.demo.customer import SHOP_NUMBER
from servizio.demo.microphone import Handset, load_sound_system
from servizio.demo.phone import NO_ACCOUNT, CallEnd, LineError, Phone, PlacedCall, StreamEnd
from servizio.demo.typed_lines import TypedLines
from servizio.errors import ApiError, DemoError

CUSTOMER_NUMBER = "+14155550177"
HOW_TO_TYPE = "Type what you would say, Enter; /quit hangs up"
VOICE_SECONDS = 60.0
"""How long the customer's voice may take to load."""


@dataclass(frozen=True, slots=True)
class ShopAccess:
    """What this machine knows of the shop; all of it is empty for a shop elsewhere."""

    token: str = ""
    """Of the staff: with it the words of both sides can be printed."""
    auth_token: str = ""
    """Of the telephone account: a shop that has one wants its webhooks signed."""
    account_sid: str = ""
    public_url: str = ""


def ring(
    url: str, *, text: bool, recordings: Sequence[Path] = (), access: ShopAccess | None = None
) -> None:
    """Be the customer of the shop at `url` until somebody hangs up.

    Raises `ApiError` where the shop does not take the call, `DemoError` where the agent falls
    silent, `SpeechError` where this machine cannot speak or a recording cannot be read.
    """
    known = access or ShopAccess()
    if recordings:
        sounds = [(file.name, read_mulaw(file)) for file in recordings]
        asyncio.run(hold_call(url, recorded_customer(sounds), _screen(), access=known))
    elif text:
        require_packages()
        asyncio.run(_type(url, known))
    else:
        system = load_sound_system()

        async def talk() -> None:
            handset = Handset(system)
            screen = _screen()
            screen.tell("(headphones keep the agent from hearing itself; Ctrl-C hangs up)")
            await hold_call(url, speaking_customer(handset), screen, access=known, handset=handset)

        asyncio.run(talk())


async def _type(url: str, access: ShopAccess) -> None:
    asks = sys.stdin.isatty() and sys.stdout.isatty()
    screen = _screen(asks=asks)
    if asks:
        screen.tell(HOW_TO_TYPE)
    async with _voice() as say:
        lines = TypedLines(sys.stdin.fileno())
        await hold_call(url, typed_customer(lines, say), screen, access=access, typed=True)


def _screen(*, asks: bool = False) -> CallScreen:
    return CallScreen(sys.stdout, asks=asks)


@asynccontextmanager
async def _voice() -> AsyncIterator[Say]:
    """A voice for typed words. Raises `SpeechError` where it does not load."""
    sys.stderr.write("Loading the voice ...\n")
    async with SpeechEngine(workers=1) as engine:
        await engine.wait_ready(VOICE_SECONDS)

        async def say(words: str) -> bytes:
            return b"".join([piece async for piece in engine.synthesise(words)])

        yield say


async def hold_call(
    url: str,
    customer: Customer,
    screen: CallScreen,
    *,
    access: ShopAccess,
    manners: Manners | None = None,
    handset: Handset | None = None,
    typed: bool = False,
) -> None:
    """Ring, let the customer speak, and print both sides until somebody hangs up.

    `typed`: the shop is told that somebody types, and so may be quiet for a while.
    """
    phone = Phone(
        url,
        CUSTOMER_NUMBER,
        SHOP_NUMBER,
        access.auth_token,
        public_url=access.public_url,
        account_sid=access.account_sid or NO_ACCOUNT,
        speaker=handset.play if handset else None,
        voice_path="/voice?typed=yes" if typed else "/voice",
    )
    with ExitStack() as stack:
        interrupted = stack.enter_context(_interrupts())
        if handset is not None:
            stack.enter_context(handset)
        async with words_of_a_call(url, access.token, screen.tell) as words:
            async with phone.call() as line:
                scene = Scene(line, words, screen, manners or Manners())
                await _until_connected(line, url, scene.manners.answer)
                words.follow(line)
                await _converse(scene, customer, interrupted)
            screen.leave()
            await words.finish()
            _tell_the_end(line, screen)


async def _until_connected(line: PlacedCall, url: str, seconds: float) -> None:
    """Wait for the agent's end of the line. Raises `ApiError` where there is none."""
    try:
        await line.streaming(seconds)
    except (LineError, TimeoutError) as error:
        why = "".join(f" ({problem.reason})" for problem in line.protocol_errors[:1])
        said = "".join(f" It said: {text}" for text in line.said)
        raise ApiError(
            f"The shop at {url} did not put the call through to an agent{why}.{said}",
            f"{url}/health says how the shop is.",
        ) from error


async def _converse(scene: Scene, customer: Customer, interrupted: asyncio.Event) -> None:
    """Let the customer speak until one side has enough of it."""
    speaking = asyncio.create_task(customer(scene), name="customer")
    ends: list[asyncio.Task[None] | asyncio.Task[bool]] = [
        speaking,
        asyncio.create_task(scene.line.ended.wait(), name="call over"),
        asyncio.create_task(interrupted.wait(), name="interrupted"),
    ]
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        if speaking.done():
            # The shop may have hung up while the customer spoke: the call's end says so.
            with suppress(LineError):
                speaking.result()
    except TimeoutError as error:
        raise DemoError(f"The agent fell silent: {error}.", "The server's log says why.") from error
    finally:
        for task in ends:
            task.cancel()
        await asyncio.gather(*ends, return_exceptions=True)


def _tell_the_end(line: PlacedCall, screen: CallScreen) -> None:
    for text in line.said:
        screen.tell(f"shop: {text}")
    for number in line.dialled:
        screen.tell(f"(put through to {number})")
    if StreamEnd.SERVER_VANISHED in line.stream_ends[-1:]:
        raise ApiError("The shop's server lost the call.", "Its log says why.")
    by_customer = line.end_reason == CallEnd.CUSTOMER_HUNG_UP
    screen.tell(f"({'you' if by_customer else 'the shop'} hung up after {line.now:.0f} s)")


@contextmanager
def _interrupts() -> Iterator[asyncio.Event]:
    """Set by Ctrl-C, which hangs up in good order; the second one ends everything."""
    loop = asyncio.get_running_loop()
    interrupted = asyncio.Event()

    def interrupt() -> None:
        interrupted.set()
        loop.remove_signal_handler(signal.SIGINT)

    # Neither on Windows nor outside the main thread are there such handlers.
    with suppress(NotImplementedError, RuntimeError, ValueError):
        loop.add_signal_handler(signal.SIGINT, interrupt)
    try:
        yield interrupted
    finally:
        with suppress(NotImplementedError, RuntimeError, ValueError):
            loop.remove_signal_handler(signal.SIGINT)
