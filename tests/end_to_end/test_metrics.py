"""Every metric after one lively minute, and the log of it as JSON."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import aiohttp
import pytest

from bench.crowd.agent import GREETING_BYTES, ordering_agent, settings_for
from bench.crowd.customers import call_once
from bench.crowd.telephone import QuickTelephone, line
from servizio.settings import Settings, staff_token
from tests.end_to_end.shop_process import ShopProcess

PHONES = ("+14155550101", "+14155550102")


@dataclass(frozen=True, slots=True)
class Minute:
    """What was seen of it."""

    amid: str
    """The metrics while a call was live."""
    after: str
    log: list[dict[str, object]]


@pytest.fixture
async def minute(tmp_path: Path) -> AsyncIterator[Minute]:
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    (nothing / "moonshine_voice.py").write_text("raise ImportError(name='moonshine_voice')\n")
    async with ordering_agent() as agent:
        path = f"{nothing}:{Path(__file__).parents[2]}"
        more = {"PYTHONPATH": path, "SERVIZIO_LOG__FORMAT": "json"}
        shop = ShopProcess(tmp_path / "home", settings_for(agent) | more, up_seconds=60.0)
        token = staff_token(Settings(), shop.folders).get_secret_value()
        await asyncio.to_thread(shop.start)
        try:
            headers = {"Authorization": f"Bearer {token}"}
            async with aiohttp.ClientSession(headers=headers) as http:
                amid, after = await pass_a_minute(http, shop.url)
        finally:
            await asyncio.to_thread(shop.stop)
        yield Minute(amid, after, [json.loads(each) for each in shop.log(-1).splitlines()])


async def pass_a_minute(http: aiohttp.ClientSession, url: str) -> tuple[str, str]:
    async def metrics() -> str:
        async with http.get(f"{url}/metrics") as answer:
            return await answer.text()

    body = {"items": [{"item": "taro-milk-tea"}]}
    async with http.post(f"{url}/api/orders", json=body) as answer:
        assert answer.status == 201
    ordering = QuickTelephone(http, url, PHONES[0], "CA" + "1" * 32)
    assert await call_once("orders", ordering, Random(1)) == ""
    async with line(QuickTelephone(http, url, PHONES[1], "CA" + "2" * 32)) as call:
        await call.until_heard(GREETING_BYTES)
        amid = await metrics()
    async with asyncio.timeout(20):
        while "servizio_calls_active 0.0" not in (after := await metrics()):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    return amid, after


def value(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    assert found is not None, f"{name} is not in\n{text}"
    return float(found[1])


async def test_every_metric_tells_what_happened(minute: Minute) -> None:
    assert value(minute.amid, "servizio_calls_active") == 1.0
    assert value(minute.after, "servizio_calls_active") == 0.0
    agent = 'agent="deepgram",outcome='
    assert value(minute.after, f'servizio_calls_total{{{agent}"hung_up"}}') == 1.0
    assert value(minute.after, f'servizio_calls_total{{{agent}"dropped"}}') == 1.0
    assert value(minute.after, 'servizio_orders_total{source="counter"}') == 1.0
    assert value(minute.after, 'servizio_orders_total{source="phone"}') == 1.0
    assert value(minute.after, "servizio_turn_latency_seconds_count") >= 1.0
    assert value(minute.after, "servizio_event_loop_lag_seconds_count") >= 5.0
    assert value(minute.after, 'servizio_outbox_pending{kind="sms"}') == 0.0
    assert value(minute.after, 'servizio_sms_total{status="local"}') == 1.0
    assert "# HELP servizio_agent_failovers_total" in minute.after
    assert value(minute.amid, "servizio_tasks") > value(minute.after, "servizio_tasks")

    told = {str(each["event"]) for each in minute.log}
    assert "server_ready" in told
    ends = [each for each in minute.log if each["event"] == "call_ended"]
    assert sorted(str(each["call"]) for each in ends) == ["CA" + "1" * 32, "CA" + "2" * 32]
    first = {"event": "call_started", "call": "CA" + "1" * 32}
    assert any(first.items() <= each.items() for each in minute.log)
    placed = [each for each in minute.log if each["event"] == "order_created"]
    assert {each.get("call") for each in placed} == {None, "CA" + "1" * 32}
    assert all(str(each["order"]).isdigit() for each in placed)
    assert not any(phone in json.dumps(minute.log) for phone in PHONES), "nobody's number"
