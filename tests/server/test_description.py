"""`GET /openapi.json` says what is: every door, every shape, every event, every example."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from servizio.server.app import ROUTES
from servizio.server.description.document import DESCRIBED, SHAPES, plain_path
from servizio.server.description.message_shapes import EVENT_SHAPES
from servizio.server.doors import Door
from servizio.store.records import EventKind, MessageKind, Role
from tests.server.conftest import Shop
from tests.server.described import Description
from tests.server.test_events import CALL, screen

DESCRIPTION = Description()


def parts(value: Any) -> Iterator[Any]:
    """Everything in a JSON value."""
    yield value
    if isinstance(value, dict):
        for each in value.values():
            yield from parts(each)
    elif isinstance(value, list):
        for each in value:
            yield from parts(each)


async def test_everybody_may_read_it(shop: Shop) -> None:
    status, told = await shop.get("/openapi.json", staff=False)
    assert (status, told) == (200, DESCRIPTION.document)


def test_every_door_is_described_and_no_other() -> None:
    assert {(method, plain_path(path)) for method, path, *_ in ROUTES} == set(DESCRIBED)


def test_doors_say_who_may_pass() -> None:
    said = {(each.method.upper(), each.path): each for each in DESCRIPTION.doors()}
    for method, path, door, _ in ROUTES:
        described = said[method, plain_path(path)]
        assert described.is_public is (door is Door.PUBLIC)
        assert described.is_staffs is (door is Door.STAFF)
        assert ("401" in described.operation["responses"]) >= (door is Door.STAFF)


def test_all_that_is_referred_to_is_there_and_used() -> None:
    referred = {
        each["$ref"]
        for each in parts(DESCRIPTION.document)
        if isinstance(each, dict) and "$ref" in each
    }
    schemas = {f"#/components/schemas/{name}" for name in DESCRIPTION.schemas}
    responses = {
        f"#/components/responses/{name}" for name in DESCRIPTION.document["components"]["responses"]
    }
    assert referred <= schemas | responses
    assert schemas - referred == set()


def test_names_are_given_once_and_paths_name_their_parameters() -> None:
    doors = list(DESCRIPTION.doors())
    names = [each.id for each in doors]
    assert len(set(names)) == len(names)
    for door in doors:
        in_path = set(re.findall(r"\{(\w+)\}", door.path))
        assert {each["name"] for each in door.parameters("path")} == in_path
    tags = {tag["name"] for tag in DESCRIPTION.document["tags"]}
    assert {each for door in doors for each in door.operation["tags"]} == tags


@pytest.mark.parametrize("name", sorted(SHAPES))
def test_shapes_are_json_schema(name: str) -> None:
    Draft202012Validator.check_schema(SHAPES[name])


def test_examples_are_what_they_show() -> None:
    shown = 0
    for each in parts(DESCRIPTION.document):
        if isinstance(each, dict) and "schema" in each and "example" in each:
            shown += 1
            assert DESCRIPTION.fault(each["schema"], each["example"]) == ""
    for name, schema in DESCRIPTION.schemas.items():
        for example in schema.get("examples", ()):
            shown += 1
            assert DESCRIPTION.fault(schema, example) == "", name
    assert shown > 10


def test_every_event_has_a_shape() -> None:
    assert set(EVENT_SHAPES) == set(EventKind)


async def test_events_are_what_the_description_says(shop: Shop) -> None:
    seen: set[str] = set()
    async with screen(shop) as staff:
        number = await shop.take()
        await shop.post(f"/api/orders/{number}/ticks", {"line": 0, "done": True})
        await shop.post(f"/api/orders/{number}/done")
        await shop.patch("/api/menu", {"sold_out": ["boba"]})
        await shop.patch("/api/shop", {"pause": {"minutes": 5}})
        await shop.store.start_call(CALL, phone="+14155550142")
        await shop.store.add_turn(CALL, Role.CUSTOMER, "hello")
        await shop.store.set_cart(CALL, None)
        await shop.store.end_call(CALL, outcome="completed")
        await shop.store.queue_message(MessageKind.SMS, "one", to="+14155550142", body="Hello.")
        [message] = await shop.store.messages(1)
        await shop.store.retry_message(message.id, actor="staff")
        form = {"MessageSid": "SM1", "From": "+14155550142", "Body": "STATUS"}
        async with shop.http.post(f"{shop.url}/sms", data=form) as answer:
            assert answer.status == 200
        partial = {"call_sid": CALL, "role": "agent", "text": "Hel", "at": "x", "final": False}
        shop.switchboard.spoken.put_nowait(partial)
        while "text_received" not in seen:
            event = await staff.event()
            seen.add(event.name)
            shape = DESCRIPTION.schemas[EVENT_SHAPES[EventKind(event.name)]]
            assert DESCRIPTION.fault(shape, event.data) == "", event
    assert seen >= {
        "order_created", "order_ticked", "order_status_changed", "menu_changed", "shop_changed",
        "call_started", "call_ended", "transcript",
    }  # fmt: skip


def test_it_tells_nothing_of_this_shop() -> None:
    said = json.dumps(DESCRIPTION.document)
    assert "staff-secret" not in said
    assert "/work" not in said
