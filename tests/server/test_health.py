"""Health is looked at, not assumed."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from servizio.server import health, loop_watch
from servizio.server.keys import METRICS
from servizio.store import condition
from servizio.store.records import EventKind, MessageKind, MessageState
from tests.server.conftest import STAFF, Shop, running_shop


async def test_a_shop_that_can_take_calls_is_ok(shop: Shop) -> None:
    status, answer = await shop.get("/health", staff=False)
    assert status == 200
    assert isinstance(answer, dict)
    assert answer["status"] == "ok"
    assert answer["service"] == "servizio"
    assert set(answer["checks"]) == {"store", "agents", "calls", "telephone", "disk", "pace"}


async def test_agents_that_load_are_no_reason_to_refuse_calls(shop: Shop) -> None:
    shop.switchboard.states = {"deepgram": "broken", "local": "loading"}
    status, answer = await shop.get("/health")
    assert status == 200
    assert isinstance(answer, dict)
    assert answer["status"] == "degraded"
    assert answer["checks"]["agents"]["detail"] == "deepgram broken, local loading"


async def test_without_any_agent_no_call_can_be_taken(shop: Shop) -> None:
    shop.switchboard.states = {"local": "broken"}
    assert (await shop.get("/health"))[0] == 503


async def test_staff_are_told_why_an_agent_is_broken_and_nobody_else_is(shop: Shop) -> None:
    shop.switchboard.states = {"openai": "broken", "local": "ready"}
    shop.switchboard.faults = {"openai": "OpenAI does not accept the key."}
    status, told = await shop.get("/api/health")
    assert status == 200
    assert isinstance(told, dict)
    assert told["checks"]["agents"]["reasons"] == {"openai": "OpenAI does not accept the key."}
    _, public = await shop.get("/health", staff=False)
    assert "accept the key" not in str(public)
    assert (await shop.get("/api/health", staff=False))[0] == 401


async def test_a_shop_that_takes_no_calls_says_why(shop: Shop) -> None:
    shop.switchboard.open = False
    shop.switchboard.states = {"local": "broken"}
    status, told = await shop.get("/api/health")
    assert status == 200
    assert isinstance(told, dict)
    assert "no agent can talk" in told["checks"]["calls"]["detail"]


async def test_a_server_that_drains_takes_no_calls(shop: Shop) -> None:
    shop.switchboard.open = False
    assert (await shop.get("/health"))[0] == 503


async def test_a_store_that_is_gone_is_seen(shop: Shop) -> None:
    await shop.store.close()
    status, answer = await shop.get("/health")
    assert status == 503
    assert isinstance(answer, dict)
    assert answer["checks"]["store"]["status"] == "failed"


async def test_a_full_disk_is_seen(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "NO_SPACE", 1 << 62)
    assert (await shop.get("/health"))[0] == 503


async def test_a_change_of_health_is_told_to_the_screens(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "WATCH_SECONDS", 0.01)
    changes = shop.store.listen(0, kinds={EventKind.HEALTH_CHANGED})
    shop.switchboard.states = {"local": "broken"}
    async with asyncio.timeout(5):
        event = await anext(changes)
    told = event.payload["health"]
    assert isinstance(told, dict)
    assert told["checks"]["agents"]["status"] == "failed"


async def test_screens_are_told_of_a_file_that_nothing_can_be_written_to(
    shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "WATCH_SECONDS", 0.01)
    monkeypatch.setattr(condition, "PROBE_SECONDS", 0.0)
    async with shop.http.get(shop.url + "/api/events", headers=STAFF) as stream:
        (tmp_path / "shop.db").rename(tmp_path / "elsewhere.db")
        failed = await told_of_health(stream)
        assert "moved" in failed["checks"]["store"]["detail"]
        status, public = await shop.get("/health", staff=False)
        assert status == 503
        assert isinstance(public, dict)
        assert public["checks"]["store"]["detail"] == "Orders cannot be written."
        assert str(tmp_path) not in str(public), "strangers learn nothing of this machine"
        (tmp_path / "elsewhere.db").rename(tmp_path / "shop.db")
        assert (await told_of_health(stream))["checks"]["store"]["status"] == "ok"
    assert (await shop.get("/health"))[0] == 200


async def told_of_health(stream: aiohttp.ClientResponse) -> dict[str, Any]:
    """The next change of health on a stream of events."""
    async with asyncio.timeout(10):
        while not (await stream.content.readline()).startswith(b"event: health_changed"):
            pass
        line = await stream.content.readline()
    told = json.loads(line.removeprefix(b"data: "))["health"]
    assert isinstance(told, dict)
    return told


async def test_a_loop_that_is_late_again_and_again_is_a_warning(shop: Shop) -> None:
    pace = shop.app[METRICS].pace
    for _ in range(loop_watch.MANY):
        pace.note(0.3, time.monotonic())
    status, answer = await shop.get("/health")
    assert status == 200
    assert isinstance(answer, dict)
    assert answer["checks"]["pace"]["status"] == "warning"
    assert "0.3 s" in answer["checks"]["pace"]["detail"]


async def test_the_watch_goes_on_after_a_fault_that_nobody_thought_of(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(health, "WATCH_SECONDS", 0.01)
    fell = asyncio.Event()

    class Faulty(dict[str, str]):
        def __iter__(self) -> Iterator[str]:
            fell.set()
            raise RuntimeError("bug")

        keys = items = __iter__  # type: ignore[assignment]

    changes = shop.store.listen(0, kinds={EventKind.HEALTH_CHANGED})
    shop.switchboard.states = Faulty(local="ready")
    async with asyncio.timeout(5):
        await fell.wait()
        shop.switchboard.states = {"local": "broken"}
        await anext(changes)
    assert caplog.text.count("health_unknown") == 1


async def test_metrics_are_prometheus_text(shop: Shop) -> None:
    await shop.take()
    async with shop.http.get(shop.url + "/metrics", headers=STAFF) as answer:
        text = await answer.text()
        assert answer.content_type == "text/plain"
    for name in (
        "servizio_calls_active",
        "servizio_calls_total",
        "servizio_turn_latency_seconds",
        "servizio_event_loop_lag_seconds",
        "servizio_orders_total",
        "servizio_outbox_pending",
        "servizio_sms_total",
        "servizio_agent_failovers_total",
    ):
        assert f"# HELP {name}" in text
    assert 'servizio_outbox_pending{kind="sms"} 0.0' in text


async def test_pages_load_nothing_from_elsewhere(shop: Shop) -> None:
    for path in ("/", "/orders"):
        async with shop.http.get(shop.url + path) as answer:
            assert answer.status == 200
            assert answer.content_type == "text/html"
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'")
            assert "Servizio Boba" in await answer.text()
    async with shop.http.get(shop.url + "/assets/board.js") as answer:
        assert answer.status == 200
    async with shop.http.get(shop.url + "/assets/..%2Fapp.py") as answer:
        assert answer.status == 404


async def test_staff_see_whether_the_telephone_account_works(tmp_path: Path) -> None:
    twilio = {"account_sid": "AC1", "auth_token": "t", "phone_number": "+14155550199"}
    given = {"twilio": twilio, "server": {"public_url": "https://shop.example"}}
    async with running_shop(tmp_path, environment=given) as shop:
        assert (await telephone(shop))["status"] == "ok"
        await shop.store.queue_message(MessageKind.SMS, "k", to="+14155550100", body="Ready.")
        (message,) = await shop.store.claim_messages(
            {MessageKind.SMS}, limit=1, lease=timedelta(days=1)
        )
        await shop.store.finish_message(message, MessageState.FAILED)
        assert (await telephone(shop))["detail"] == "texts that could not be sent: 1"
        await shop.post(f"/api/outbox/{message.id}/dismiss")
        assert (await telephone(shop))["status"] == "ok"


async def test_a_shop_without_an_account_or_an_address_says_so(shop: Shop, tmp_path: Path) -> None:
    assert "not set up" in (await telephone(shop))["detail"]
    given = {"twilio": {"account_sid": "AC1", "auth_token": "t"}}
    async with running_shop(tmp_path / "other", environment=given) as other:
        assert (await telephone(other))["status"] == "warning"


async def telephone(shop: Shop) -> dict[str, str]:
    _, health = await shop.get("/health")
    assert isinstance(health, dict)
    found = health["checks"]["telephone"]
    assert isinstance(found, dict)
    return found
