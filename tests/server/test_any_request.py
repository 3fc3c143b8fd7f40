"""Whatever is sent to whatever door: no crash, nothing private to strangers or in the log."""

from __future__ import annotations

import json
import logging
import random
import re
import string
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import aiohttp
import pytest
from yarl import URL

from servizio.server.app import ROUTES
from servizio.server.doors import Door
from servizio.server.keys import LIMITS
from servizio.server.limits import Limits
from servizio.server.pace import Allowance, Pace
from tests.server.conftest import STAFF, Shop, running_shop

PHONE = "+14155550142"
NAME = "Zebediah"
REQUESTS = 1200
ENDLESS = {"/api/events", "/orders/events", "/twilio", "/ws/voice"}
_PARAMETER = re.compile(r"\{[^}]*\}")

VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5, float("1e308"), "", " ", "x" * 3000, "0", "4782", "null",
    "'; DROP TABLE orders; --", "<script>alert(1)</script>", "../../etc/passwd", "%00", "\x00",
    "\ud800", "ﬀ\u202e", "🧋" * 50, [], [[]], {}, {"a": {"b": []}}, ["taro-milk-tea"], "ready",
    "making", "taro-milk-tea", PHONE, "2026-11-20", "9999-99-99", "fri", [1, "a", None],
)  # fmt: skip
NAMES = (
    "items", "item", "quantity", "modifiers", "modifier", "group", "amount", "count", "status",
    "phone", "name", "address", "fulfilment", "text", "reason", "order_number", "sold_out",
    "paused", "busy_minutes", "minutes", "hours_override", "limit", "search", "day", "state",
    "token", "next", "done", "line", "last_event_id", "CallSid", "MessageSid", "From", "Body",
    "CallStatus", "MessageStatus", "ErrorCode", "OptOutType", "DialCallStatus",
)  # fmt: skip


def clean(value: object) -> str:
    return str(value).encode("utf-8", "replace").decode()


def anything(dice: random.Random, depth: int = 0) -> Any:
    luck = dice.random()
    if depth < 3 and luck < 0.3:
        return {dice.choice(NAMES): anything(dice, depth + 1) for _ in range(dice.randrange(4))}
    if depth < 3 and luck < 0.4:
        return [anything(dice, depth + 1) for _ in range(dice.randrange(4))]
    return dice.choice(VALUES)


def body_of(dice: random.Random) -> tuple[Any, dict[str, str]]:
    match dice.randrange(5):
        case 0:
            return None, {}
        case 1:
            raw = bytes(dice.randrange(256) for _ in range(dice.randrange(60)))
            return raw, {"Content-Type": dice.choice(["application/json", "text/plain", "x/y"])}
        case 2:
            fields = [
                (dice.choice(NAMES), clean(dice.choice(VALUES))) for _ in range(dice.randrange(6))
            ]
            return aiohttp.FormData(fields), {}
        case _:
            text = json.dumps(anything(dice))
            if dice.random() < 0.1:
                text = text[: dice.randrange(len(text) + 1)]
            kind = dice.choice(["application/json", "application/json; charset=klingon"])
            return text.encode(), {"Content-Type": kind}


def path_of(dice: random.Random, path: str) -> str:
    def filled(_: re.Match[str]) -> str:
        junk = "".join(dice.choice(string.printable) for _ in range(dice.randrange(12)))
        return dice.choice(
            ["4782", "0", "1", "CA1", "-1", "%2e%2e", "x" * 300, "%ff", quote(junk, "")]
        )

    return _PARAMETER.sub(filled, path)


@pytest.fixture
async def busy_shop(tmp_path: Path) -> AsyncIterator[Shop]:
    settings = {"shop": {"timezone": "America/New_York", "hours": {"daily": "00:00-23:59"}}}
    async with running_shop(tmp_path, environment=settings) as shop:
        body = {"items": [{"item": "taro-milk-tea"}], "phone": PHONE, "name": NAME}
        status, _ = await shop.post("/api/orders", body)
        assert status == 201
        yield shop


@pytest.mark.parametrize("seed", [1, 2])
async def test_no_request_crashes_the_server_or_is_answered_with_secrets(
    busy_shop: Shop, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "servizio")
    dice = random.Random(seed)
    routes = [route for route in ROUTES if route[1] not in ENDLESS]
    statuses: Counter[int] = Counter()
    for _ in range(REQUESTS):
        method, path, door, _handler = dice.choice(routes)
        if dice.random() < 0.05:
            method = dice.choice(["PUT", "DELETE", "HEAD", "OPTIONS", "PATCH", "BREW"])
        is_staff = dice.random() < 0.7
        data, headers = body_of(dice)
        headers |= STAFF if is_staff else {}
        query = [(dice.choice(NAMES), clean(dice.choice(VALUES))) for _ in range(dice.randrange(3))]
        async with busy_shop.http.request(
            method,
            URL(f"{busy_shop.url}{path_of(dice, path)}?{urlencode(query)}", encoded=True),
            data=data,
            headers=headers,
            allow_redirects=False,
        ) as answer:
            text = (await answer.read()).decode("utf-8", "replace")
            statuses[answer.status] += 1
            said = f"{method} {answer.url} {answer.status} {text[:300]}"
            assert answer.status < 500, said
            assert "Traceback" not in text, said
            if not is_staff:
                assert NAME not in text, said
                assert PHONE not in text or PHONE in str(answer.url), said
                assert door is not Door.STAFF or answer.status in {400, 401, 404, 405}, said
    assert statuses[200] > 100, statuses
    logged = caplog.text
    assert NAME not in logged
    assert PHONE not in logged
    assert "staff-secret" not in logged
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_strangers_are_told_of_limits_not_of_faults(busy_shop: Shop) -> None:
    """From afar, with little allowed: the same requests are refused in good order."""
    limits: Limits = busy_shop.app[LIMITS]
    limits.visits = Pace(Allowance(burst=2, every=1e6), lambda: 0.0)
    headers = {"X-Forwarded-For": "203.0.113.9"}
    statuses = []
    for _ in range(3):
        async with busy_shop.http.get(busy_shop.url + "/", headers=headers) as answer:
            statuses.append((answer.status, "Retry-After" in answer.headers))
    assert statuses == [(200, False), (200, False), (429, True)]


@pytest.mark.parametrize("host", ["[", "[::1", "a b", "shop.example:99999", "x:y:z", "\u00e9", "-"])
@pytest.mark.parametrize("public", ["", "https://shop.example"])
async def test_a_host_that_is_no_host_is_no_fault_of_ours(
    tmp_path: Path, host: str, public: str
) -> None:
    settings = {"server": {"public_url": public}, "twilio": {"auth_token": "x" if public else ""}}
    async with running_shop(tmp_path, environment=settings) as shop:
        for path in ("/", "/health", "/login", "/orders.json", "/barista"):
            headers = {"Host": host, "Accept": "text/html"}
            async with shop.http.get(
                shop.url + path, headers=headers, allow_redirects=False
            ) as answer:
                assert answer.status < 500, path
        headers = {"Host": host, "Origin": f"https://{host}"}
        for path in ("/login", "/logout", "/voice", "/sms"):
            async with shop.http.post(
                shop.url + path, data={"token": "x"}, headers=headers, allow_redirects=False
            ) as answer:
                assert answer.status < 500, path
        if not public:
            form = {"CallSid": "CA1", "From": "+14155550100"}
            async with shop.http.post(
                f"{shop.url}/voice", data=form, headers={"Host": host}
            ) as answer:
                assert answer.status in {200, 400}
