"""The simulated telephone company: asked as Twilio is, by our own client, it rings and connects."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest

from servizio.demo.phone import PlacedCall
from servizio.demo.rung_call import Shop
from servizio.demo.telephone_company import TelephoneCompany
from servizio.telephony.placed_calls import CallOrder
from servizio.telephony.rest import CallCommand, TwilioError, TwilioRest
from tests.demo.bridge import Bridge, Wire, serving, tone

ACCOUNT, SECRET = "AC" + "7" * 32, "loopback-secret"
US, THEM = "+14155550199", "+14155550160"


@dataclass
class Person:
    """Somebody who says one thing and waits."""

    answers: bool = True
    is_busy: bool = False
    is_machine: bool = False
    comes_after: float = 0.0
    hangs_up: bool = False
    heard: bytearray = field(default_factory=bytearray)

    async def ready(self) -> None:
        await asyncio.sleep(self.comes_after)

    def listen(self, mulaw: bytes) -> None:
        self.heard += mulaw

    async def talk(self, line: PlacedCall) -> None:
        await line.streaming()
        await line.speak(tone(0.3))
        if not self.hangs_up:
            await line.wait_ended(20)


@asynccontextmanager
async def company_of(
    bridge: Bridge, person: Person
) -> AsyncIterator[tuple[TelephoneCompany, TwilioRest]]:
    shop = Shop(bridge.url, "", "", ACCOUNT)
    async with (
        TelephoneCompany(
            ACCOUNT, SECRET, shop, lambda _number: person, randomness=random.Random(7)
        ) as company,
        TwilioRest(
            account_sid=ACCOUNT, auth_token=SECRET, phone_number=US, api_url=company.url
        ) as rest,
    ):
        yield company, rest


def order(bridge: Bridge, ring_seconds: int = 5, limit_seconds: int = 60) -> CallOrder:
    return CallOrder(
        THEM,
        url=f"{bridge.url}/answered",
        status_callback=f"{bridge.url}/status",
        machine_callback=f"{bridge.url}/machine",
        ring_seconds=ring_seconds,
        limit_seconds=limit_seconds,
    )


def answers(bridge: Bridge) -> None:
    bridge.answer("/answered", bridge.connect(after="<Hangup/>"))


async def statuses(bridge: Bridge, last: str, seconds: float = 15.0) -> list[str]:
    """The statuses told until this one has come."""
    told: list[str] = []
    async with asyncio.timeout(seconds):
        while last not in told:
            await asyncio.sleep(0.02)
            told = [fields["CallStatus"] for path, fields, _ in bridge.asked if path == "/status"]
    return told


async def test_somebody_is_rung_answers_and_is_connected_to_our_stream() -> None:
    person = Person()

    async def play(wire: Wire) -> None:
        await wire.play(tone(0.2))
        await wire.until(lambda: b"\x80\x00\x80" in wire.sound)

    async with serving(Bridge(play)) as bridge, company_of(bridge, person) as (company, rest):
        answers(bridge)
        sid = await rest.place_call(order(bridge))
        told = await statuses(bridge, "completed")
        assert told == ["initiated", "ringing", "in-progress", "completed"]
        numbers = [
            fields["SequenceNumber"] for path, fields, _ in bridge.asked if path == "/status"
        ]
        assert numbers == ["0", "1", "2", "3"]
        asked = bridge.fields("/answered")
        assert (asked["CallSid"], asked["Direction"]) == (sid, "outbound-api")
        assert (asked["From"], asked["To"], asked["CallStatus"]) == (US, THEM, "in-progress")
        assert tone(0.1)[:160] in bytes(person.heard)
        assert company.calls[sid].line is not None
        assert company.calls[sid].line.protocol_errors == []


@pytest.mark.parametrize(
    ("person", "last"),
    [
        (Person(is_busy=True), "busy"),
        (Person(answers=False), "no-answer"),
        (Person(comes_after=60.0), "no-answer"),
    ],
)
async def test_a_call_that_nobody_takes_is_never_connected(person: Person, last: str) -> None:
    async with serving(Bridge()) as bridge, company_of(bridge, person) as (_, rest):
        await rest.place_call(order(bridge, ring_seconds=2))
        await statuses(bridge, last)
        assert "/answered" not in bridge.paths()


async def test_it_is_found_out_who_answered_while_the_call_goes_on() -> None:
    person = Person(is_machine=True)
    async with serving(Bridge()) as bridge, company_of(bridge, person) as (_, rest):
        answers(bridge)
        sid = await rest.place_call(order(bridge))
        async with asyncio.timeout(15):
            while "/machine" not in bridge.paths():  # noqa: ASYNC110 - asked, not told
                await asyncio.sleep(0.02)
        assert bridge.fields("/machine")["AnsweredBy"] == "machine_start"
        assert await rest.update_call(sid, status=CallCommand.COMPLETED)
        await statuses(bridge, "completed")
        assert not await rest.update_call(sid, status=CallCommand.COMPLETED)


async def test_whoever_was_rung_can_hang_up() -> None:
    async with serving(Bridge()) as bridge, company_of(bridge, Person(hangs_up=True)) as (_, rest):
        answers(bridge)
        await rest.place_call(order(bridge))
        await statuses(bridge, "completed")
        assert bridge.wires[0].events("stop") != []


async def test_a_call_that_rings_is_given_up() -> None:
    person = Person(answers=False)
    async with serving(Bridge()) as bridge, company_of(bridge, person) as (_, rest):
        sid = await rest.place_call(order(bridge, ring_seconds=60))
        await statuses(bridge, "ringing")
        assert await rest.update_call(sid, status=CallCommand.COMPLETED)
        await statuses(bridge, "canceled")


async def test_a_call_ends_after_its_longest_time() -> None:
    async with serving(Bridge()) as bridge, company_of(bridge, Person()) as (_, rest):
        answers(bridge)
        await rest.place_call(order(bridge, limit_seconds=1))
        await statuses(bridge, "completed")


async def test_a_call_is_found_by_whom_it_went_to() -> None:
    person = Person(answers=False)
    async with serving(Bridge()) as bridge, company_of(bridge, person) as (_, rest):
        since = datetime.now(UTC)
        assert await rest.find_recent_call(THEM, since) is None
        sid = await rest.place_call(order(bridge))
        assert await rest.find_recent_call(THEM, since) == sid
        assert await rest.find_recent_call("+14155550111", since) is None


async def test_nobody_rings_without_the_account() -> None:
    async with serving(Bridge()) as bridge, company_of(bridge, Person()) as (company, _):
        async with TwilioRest(
            account_sid=ACCOUNT, auth_token="other", phone_number=US, api_url=company.url
        ) as stranger:
            with pytest.raises(TwilioError) as refused:
                await stranger.place_call(order(bridge))
        assert refused.value.status == 401
        assert company.calls == {}
