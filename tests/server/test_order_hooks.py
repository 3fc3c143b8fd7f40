"""Other programs hear of orders: signed, each once, however badly they listen."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from servizio.server import webhook_sender
from servizio.server.webhook_sender import WebhookSender, signature, signing_key
from servizio.shop.order import OrderStatus
from servizio.store.outbox_worker import OutboxWorker, Persistence
from servizio.store.records import Message, MessageKind, MessageState
from servizio.store.sqlite import SqliteStore
from tests.server.conftest import Shop
from tests.store.scene import draft, received_text

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
IMPATIENT = Persistence(attempts=30, first_wait=0.001, longest_wait=0.01, store_wait=0.01)


def clock() -> datetime:
    return datetime.now(UTC)


def test_the_published_example_is_signed_as_published() -> None:
    signed = signature(
        signing_key(SECRET), "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}'
    )
    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@dataclass
class Receiver:
    """Another program that answers as told, and keeps what it understood."""

    url: str = ""
    misdeeds: list[str] = field(default_factory=list)
    came: list[dict[str, Any]] = field(default_factory=list)
    seen: list[str] = field(default_factory=list)
    """Ids of all tries."""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        body = await request.text()
        message_id = request.headers["webhook-id"]
        self.seen.append(message_id)
        assert request.headers["Idempotency-Key"] == message_id
        stamp = request.headers["webhook-timestamp"]
        assert abs(int(stamp) - clock().timestamp()) < 60
        key = base64.b64decode(SECRET.removeprefix("whsec_"))
        digest = hmac.new(key, f"{message_id}.{stamp}.{body}".encode(), hashlib.sha256).digest()
        expected = f"v1,{base64.b64encode(digest).decode()}"
        assert request.headers["webhook-signature"] == expected
        misdeed = self.misdeeds.pop() if self.misdeeds else ""
        if misdeed.isdigit():
            return web.Response(status=int(misdeed), headers={"Retry-After": "0"})
        if misdeed != "drop before":
            known = {each["id"] for each in self.came}
            if message_id not in known:
                self.came.append(json.loads(body))
        match misdeed:
            case "drop before" | "drop after":
                assert request.transport is not None
                request.transport.close()
            case "silence":
                await asyncio.sleep(2.0)
            case "half":
                assert request.transport is not None
                request.transport.write(b"HTTP/1.1 20")  # type: ignore[attr-defined]  # a writer
                request.transport.close()
            case "nonsense":
                assert request.transport is not None
                request.transport.write(b"SSH-2.0-nope\r\n\r\n")  # type: ignore[attr-defined]
                request.transport.close()
            case _:
                pass
        return web.Response(status=204)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    listening = Receiver()
    app = web.Application()
    app.router.add_post("/hook", listening.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    listening.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield listening
    await runner.cleanup()


@asynccontextmanager
async def telling(folder: Path, *urls: str) -> AsyncIterator[SqliteStore]:
    """A shop's store with a worker that tells these addresses."""
    async with (
        SqliteStore(folder / "shop.db", clock=clock, webhook_urls=urls) as store,
        aiohttp.ClientSession() as http,
        OutboxWorker(
            store,
            None,
            clock=clock,
            rng=random.Random(1),
            webhook_sender=WebhookSender(http, secret=SECRET, clock=clock),
            webhook_persistence=IMPATIENT,
        ),
    ):
        yield store


async def until(store: SqliteStore, reached: Callable[[list[Message]], bool]) -> list[Message]:
    async with asyncio.timeout(30):
        while True:
            version = await store.outbox_beyond(-1)
            messages = [
                each for each in await store.messages(500) if each.kind is MessageKind.WEBHOOK
            ]
            if reached(messages):
                return messages
            await store.outbox_beyond(version)


def none_waits(messages: list[Message]) -> bool:
    waiting = {MessageState.PENDING, MessageState.SENDING, MessageState.HELD}
    return not any(each.state in waiting for each in messages)


async def test_an_order_of_a_call_is_told_once_and_as_it_is_when_the_call_is_over(
    tmp_path: Path, receiver: Receiver
) -> None:
    async with telling(tmp_path, receiver.url) as store:
        await store.start_call("CA1", phone="+14155550100")
        order = await store.place_order(draft(), actor="agent", text=received_text)
        await store.place_order(draft(quantity=3), actor="agent", text=received_text)
        assert [each.state for each in await until(store, bool)] == [MessageState.HELD]
        await store.end_call("CA1", outcome="completed")
        await until(store, none_waits)
        await store.set_status(order.number, OrderStatus.READY, actor="staff")
        await until(store, none_waits)
    created, ready = receiver.came
    assert created["type"] == "order.created"
    assert created["data"]["order_number"] == order.number
    assert created["data"]["items"][0]["quantity"] == 3
    assert created["data"]["phone"] == "+14155550100"
    assert (ready["type"], ready["data"]["status"]) == ("order.status_changed", "ready")


async def test_what_is_taken_back_in_mid_call_never_happened_for_others(
    tmp_path: Path, receiver: Receiver
) -> None:
    async with telling(tmp_path, receiver.url) as store:
        for sid, comes_back in (("CA1", False), ("CA2", True)):
            await store.start_call(sid)
            order = await store.place_order(draft(sid), actor="agent")
            await store.cancel_order(order.number, actor="customer")
            if comes_back:
                await store.place_order(draft(sid, quantity=2), actor="agent")
            await store.end_call(sid, outcome="completed")
        await until(store, none_waits)
    (told,) = receiver.came
    assert (told["type"], told["data"]["call_sid"]) == ("order.created", "CA2")
    assert told["data"]["status"] == "received"


async def test_every_order_arrives_once_however_badly_the_receiver_listens(
    tmp_path: Path, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_sender, "SECONDS", 0.3)
    kinds = ["500", "503", "429", "404", "401", "408", "400"]
    kinds += ["drop before", "drop after", "half", "nonsense", "silence"]
    dice = random.Random(7)
    receiver.misdeeds = [dice.choice(kinds) for _ in range(60)]
    async with telling(tmp_path, receiver.url) as store:
        orders = [
            await store.place_order(draft(f"CA{number}"), actor="agent") for number in range(30)
        ]
        messages = await until(store, none_waits)
    assert Counter(each.state for each in messages) == {MessageState.SENT: 30}
    told = Counter(each["data"]["order_number"] for each in receiver.came)
    assert told == {order.number: 1 for order in orders}
    assert len(receiver.seen) > 60, "tries repeat their ids"
    assert len(set(receiver.seen)) == 30


@pytest.mark.parametrize(("status", "words"), [("410", "no more"), ("302", "moved")])
async def test_a_receiver_that_is_gone_is_given_up_and_can_be_replayed(
    tmp_path: Path, receiver: Receiver, status: str, words: str
) -> None:
    receiver.misdeeds = [status]
    async with telling(tmp_path, receiver.url) as store:
        await store.place_order(draft(), actor="agent")
        (dead,) = await until(store, none_waits)
        assert (dead.state, dead.error_code) == (MessageState.FAILED, status)
        assert words in (dead.error_text or "")
        await store.retry_message(dead.id, actor="staff")
        (replayed,) = await until(store, none_waits)
        assert replayed.state is MessageState.SENT
    assert len(receiver.came) == 1
    assert len(set(receiver.seen)) == 1


async def test_an_address_that_nobody_listens_at_is_given_up_in_the_end(tmp_path: Path) -> None:
    async with telling(tmp_path, "http://127.0.0.1:9/hook") as store:
        await store.place_order(draft(), actor="agent")
        (dead,) = await until(store, none_waits)
    assert dead.state is MessageState.FAILED
    assert "cannot be reached" in (dead.error_text or "")
    assert "127.0.0.1" not in (dead.error_text or "")


async def test_one_receiver_that_is_down_keeps_nothing_from_another(
    tmp_path: Path, receiver: Receiver
) -> None:
    async with telling(tmp_path, "http://127.0.0.1:9/hook", receiver.url) as store:
        await store.place_order(draft(), actor="agent")
        await until(store, none_waits)
    assert len(receiver.came) == 1


async def test_without_a_secret_nothing_is_signed_and_all_else_is_there(tmp_path: Path) -> None:
    seen: list[dict[str, str]] = []

    async def take(request: web.Request) -> web.Response:
        seen.append(dict(request.headers))
        return web.Response()

    app = web.Application()
    app.router.add_post("/", take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with aiohttp.ClientSession() as http:
        sender = WebhookSender(http, secret="", clock=clock)
        await sender.send(f"http://127.0.0.1:{runner.addresses[0][1]}/", '{"id": "msg_1"}')
    await runner.cleanup()
    assert seen[0]["webhook-id"] == "msg_1"
    assert "webhook-signature" not in seen[0]


async def test_staff_see_dead_webhooks_without_their_secret_address(shop: Shop) -> None:
    await shop.store.queue_message(
        MessageKind.WEBHOOK, "hook:1", to="https://hooks.example/catch/secret", body="{}"
    )
    _, answer = await shop.get("/api/outbox?state=pending")
    assert isinstance(answer, dict)
    (message,) = answer["messages"]
    assert message["to"] == "https://hooks.example"
    assert await shop.get("/api/outbox?state=failed") == (200, {"messages": []})
    assert (await shop.get("/api/outbox?state=odd"))[0] == 400
