"""Every door, asked as its description says and otherwise: answers are as described.

Requests are made from the description alone, so a door that is added is tried too.
"""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from servizio.calls.line import Line
from servizio.server.keys import MENU
from tests.server.conftest import STAFF, TOKEN, NotedCall, Shop, running_shop
from tests.server.described import ENDLESS, METHODS, DescribedDoor, Description, broken

PHONE = "+14155550163"
NAME = "Zebediah"
CALL = "CA" + "7" * 32
DESCRIPTION = Description()
DOORS = list(DESCRIPTION.doors())
JSON_BODIES = [door for door in DOORS if door.body and door.body[0] == "application/json"]


class MutedLine:
    """A line on which nothing is ever heard."""

    async def close(self) -> None:
        """Nothing to close."""


@dataclass(frozen=True, slots=True)
class AskedShop:
    """A running shop, asked from another thread."""

    url: str
    http: requests.Session
    known: dict[str, list[Any]]

    def ask(self, door: DescribedDoor, path: str, *, staff: bool, **more: Any) -> str:
        """Send a request and judge the answer. Gives its body."""
        headers = {**(STAFF if staff else {}), **more.pop("headers", {})}
        with self.http.request(
            door.method, self.url + path, headers=headers, stream=True, timeout=10,
            allow_redirects=False, **more,
        ) as answer:  # fmt: skip
            kind = answer.headers.get("Content-Type", "").partition(";")[0]
            body = next(answer.iter_content(64)) if kind == ENDLESS else answer.content
            told = f"{door.method} {path} {more} {answer.status_code} {body[:300]!r}"
            assert answer.status_code < 500, told
            fault = DESCRIPTION.fault_of_answer(door, answer.status_code, kind, body)
            assert fault == "", f"{fault}: {told}"
            text = body.decode("utf-8", "replace")
            if not staff:
                assert PHONE not in text, told
                assert NAME not in text, told
            return f"{answer.status_code} {text}"


async def new_order(shop: Shop, body: object) -> str:
    _, order = await shop.post("/api/orders", body)
    assert isinstance(order, dict)
    return str(order["order_number"])


@contextmanager
def opened_shop(folder: Path) -> Iterator[AskedShop]:
    """A shop on a loop of its own, with an order, a call in progress and a text."""
    ready: Future[tuple[str, dict[str, list[Any]]]] = Future()
    loop, over = asyncio.new_event_loop(), asyncio.Event()

    async def live() -> None:
        hours = {"shop": {"timezone": "America/New_York", "hours": {"daily": "00:00-23:59"}}}
        async with running_shop(folder, environment=hours) as shop:
            body = {"items": [{"item": "taro-milk-tea"}], "phone": PHONE, "name": NAME}
            numbers = [await new_order(shop, body) for _ in range(3)]
            await shop.store.start_call(CALL, phone=PHONE)
            line: Line = MutedLine()  # type: ignore[assignment]  # nothing is ever played
            shop.switchboard.calls[CALL] = NotedCall(CALL, line)
            form = {"MessageSid": "SM1", "From": PHONE, "Body": "hello"}
            async with shop.http.post(f"{shop.url}/sms", data=form) as answer:
                assert answer.status == 200
            menu = shop.app[MENU]
            ids = [item.id for item in menu.items]
            choices = [one.id for group in menu.modifier_groups for one in group.modifiers]
            known: dict[str, list[Any]] = {
                "number": numbers,
                "order_number": numbers,
                "sid": [CALL],
                "item": ids,
                "modifier": choices,
                "sold_out": [*ids, *choices],
                "back": [*ids, *choices],
                "token": [TOKEN, "wrong"],
                "name": ["page.css", "board.js"],
                "part": ["tickets", "calls", "menu"],
                "phone": ["415 555 0163", PHONE],
                "group": [group.id for group in menu.modifier_groups],
                "CallSid": [CALL],
            }
            ready.set_result((shop.url, known))
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(live(),), name="shop")
    thread.start()
    try:
        url, known = ready.result(20)
        with requests.Session() as http:
            http.trust_env = False
            yield AskedShop(url, http, known)
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(20)
        loop.close()


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AskedShop]:
    with opened_shop(tmp_path_factory.mktemp("shop")) as shop:
        yield shop


def path_of(door: DescribedDoor, data: st.DataObject, known: dict[str, list[Any]]) -> str:
    path = door.path
    for each in door.parameters("path"):
        values = st.one_of(
            DESCRIPTION.values(each["schema"], known, each["name"]), st.text(min_size=1, max_size=8)
        )
        said = str(data.draw(values, each["name"]))
        path = path.replace(f"{{{each['name']}}}", quote(said, safe="") or "x")
    return path


def query_of(door: DescribedDoor, data: st.DataObject, known: dict[str, list[Any]]) -> Any:
    return {
        each["name"]: data.draw(
            st.one_of(DESCRIPTION.values(each["schema"], known), st.text(max_size=12)),
            each["name"],
        )
        for each in door.parameters("query")
        if data.draw(st.booleans())
    }


def sent(value: Any) -> dict[str, Any]:
    """A body of JSON, `null` included."""
    return {"data": json.dumps(value), "headers": {"Content-Type": "application/json"}}


def try_as_described(asked: AskedShop, door: DescribedDoor, data: st.DataObject) -> None:
    """A request that the description allows, with what it asks for or with a stranger's token."""
    more: dict[str, Any] = {"params": query_of(door, data, asked.known)}
    if door.body is not None:
        kind, schema = door.body
        value = data.draw(DESCRIPTION.values(schema, asked.known), "body")
        more |= sent(value) if kind == "application/json" else {"data": value}
    staff = data.draw(st.integers(0, 5)) > 0 if door.is_staffs else False
    told = asked.ask(door, path_of(door, data, asked.known), staff=staff, **more)
    if door.is_staffs and not staff:
        assert told.startswith(("401 ", "429 "))


def try_otherwise(asked: AskedShop, door: DescribedDoor, data: st.DataObject) -> None:
    """The same with one thing of the wrong kind: refused, and in the described words."""
    assert door.body is not None
    schema = door.body[1]
    value = data.draw(DESCRIPTION.values(schema, asked.known).flatmap(broken), "body")
    path = path_of(door, data, asked.known)
    told = asked.ask(door, path, staff=door.is_staffs, **sent(value))
    if DESCRIPTION.fault(schema, value, strict=False):
        # A quote says what is wrong with an order instead of refusing it.
        is_told = door.id == "quote" and '"faults":[{' in told
        assert told.startswith("4") or is_told, (value, told)


QUICK = settings(max_examples=6, deadline=None, derandomize=True, database=None,
                 suppress_health_check=list(HealthCheck))  # fmt: skip
LONG = settings(QUICK, max_examples=400, derandomize=False)


@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.id)
def test_a_door_answers_as_described(asked: AskedShop, door: DescribedDoor) -> None:
    QUICK(given(st.data())(lambda data: try_as_described(asked, door, data)))()


@pytest.mark.parametrize("door", JSON_BODIES, ids=lambda door: door.id)
def test_a_body_of_the_wrong_kind_is_refused(asked: AskedShop, door: DescribedDoor) -> None:
    QUICK(given(st.data())(lambda data: try_otherwise(asked, door, data)))()


@pytest.mark.slow
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.id)
def test_a_door_answers_as_described_for_long(asked: AskedShop, door: DescribedDoor) -> None:
    LONG(given(st.data())(lambda data: try_as_described(asked, door, data)))()


@pytest.mark.slow
@pytest.mark.parametrize("door", JSON_BODIES, ids=lambda door: door.id)
def test_bodies_of_the_wrong_kind_are_refused_for_long(
    asked: AskedShop, door: DescribedDoor
) -> None:
    LONG(given(st.data())(lambda data: try_otherwise(asked, door, data)))()


@pytest.mark.parametrize("path", sorted(DESCRIPTION.document["paths"]))
def test_other_methods_are_not_possible(asked: AskedShop, path: str) -> None:
    there = set(DESCRIPTION.document["paths"][path])
    filled = re.sub(r"{\w+}", "4782", path)
    refused = 0
    for method in sorted(set(METHODS) - there):
        answer = asked.http.request(method, asked.url + filled, headers=STAFF, timeout=10)
        if (method, answer.status_code) == ("get", 404) and path == "/api/orders/quote":
            # That is asked for as an order.
            continue
        refused += 1
        assert answer.status_code == 405, f"{method} {path}"
        assert there <= set(answer.headers["Allow"].lower().split(","))
        assert answer.json()["error"]["code"] == "method_not_allowed"
    assert refused >= 3
